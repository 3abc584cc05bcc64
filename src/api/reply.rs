//! Successful responses of the API. They are stored with an idempotency key, so that they can be repeated.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::problem::Problem;
use crate::platform::secret::hash_token;
use crate::platform::web::fault::Fault;

/// The header that marks a repeated response.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A successful response.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reply {
    status: u16,
    location: Option<String>,
    etag: Option<String>,
    body: Option<Value>,
    #[serde(skip)]
    is_replayed: bool,
    #[serde(skip)]
    content_type: Option<&'static str>,
}

impl Reply {
    /// 200 with a body.
    ///
    /// # Errors
    /// If the body cannot be written as JSON, which no type of the API does.
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::OK, body)
    }

    /// 201 with a body and the address of the new thing.
    ///
    /// # Errors
    /// As [`Reply::ok`].
    pub(crate) fn created(body: &impl Serialize, location: String) -> Result<Self, Problem> {
        Ok(Self { location: Some(location), ..Self::with(StatusCode::CREATED, body)? })
    }

    /// 204.
    pub(crate) fn done() -> Self {
        Self {
            status: StatusCode::NO_CONTENT.as_u16(),
            location: None,
            etag: None,
            body: None,
            is_replayed: false,
            content_type: None,
        }
    }

    /// 304: the caller has this version.
    pub(crate) fn not_modified(etag: String) -> Self {
        Self { status: StatusCode::NOT_MODIFIED.as_u16(), ..Self::done() }.tagged(etag)
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_value(body).map_err(Fault::new)?;
        Ok(Self { status: status.as_u16(), body: Some(body), ..Self::done() })
    }

    /// The same response with an entity tag.
    #[must_use]
    pub(crate) fn tagged(mut self, etag: String) -> Self {
        self.etag = Some(etag);
        self
    }

    /// The same response with another media type.
    #[must_use]
    pub(crate) fn of_type(mut self, content_type: &'static str) -> Self {
        self.content_type = Some(content_type);
        self
    }

    /// The same response, marked as repeated.
    #[must_use]
    pub(crate) fn replayed(mut self) -> Self {
        self.is_replayed = true;
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = match &self.body {
            None => status.into_response(),
            Some(body) => {
                let kind = HeaderValue::from_static(self.content_type.unwrap_or("application/json"));
                (status, [(CONTENT_TYPE, kind)], body.to_string()).into_response()
            }
        };
        let headers = response.headers_mut();
        for (name, text) in [(LOCATION, &self.location), (ETAG, &self.etag)] {
            if let Some(value) = text.as_ref().and_then(|text| HeaderValue::from_str(text).ok()) {
                headers.insert(name, value);
            }
        }
        if self.is_replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// The entity tag of a version: a hash of the whole representation.
pub(crate) fn etag_of(shown: &impl Serialize) -> String {
    let text = serde_json::to_string(shown).unwrap_or_default();
    let hash = hash_token(&text);
    format!("\"{}\"", data_encoding::HEXLOWER.encode(hash.get(..12).unwrap_or(&hash)))
}
