//! The bodies that scripts of the app send as JSON: a signature, or the text of a code.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::answers;
use super::system::is_older;
use crate::app::App;
use crate::platform::web::BODY_LIMIT;

/// The time limit for it.
const WITHIN: Duration = Duration::from_secs(20);

/// A signature of the phone, with its subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignatureBody {
    /// The version of the app whose page sends it.
    pub(crate) version: String,
    /// The challenge that it answers; empty where a question takes its place.
    #[serde(default)]
    pub(crate) challenge: String,
    /// The number that was typed beside it.
    #[serde(default)]
    pub(crate) number: String,
    /// The signature.
    #[serde(deserialize_with = "bytes")]
    pub(crate) signature: Vec<u8>,
    /// The public half of the key of a phone that is being added.
    #[serde(default, deserialize_with = "bytes")]
    pub(crate) public_key: Vec<u8>,
}

fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(serde::de::Error::custom)
}

/// The text that a camera has read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScanBody {
    /// The version of the app whose page sends it.
    pub(crate) version: String,
    /// The text of the code.
    pub(crate) code: String,
}

impl FromRequest<App> for SignatureBody {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let read: Self = json(request).await?;
        if is_too_old(app, &read.version) {
            return Err(answers::update());
        }
        Ok(read)
    }
}

impl FromRequest<App> for ScanBody {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let read: Self = json(request).await?;
        if is_too_old(app, &read.version) {
            return Err(answers::update());
        }
        Ok(read)
    }
}

async fn json<T: DeserializeOwned>(request: Request) -> Result<T, Response> {
    let is_json = request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !is_json {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    let body = tokio::time::timeout(WITHIN, axum::body::to_bytes(request.into_body(), BODY_LIMIT))
        .await
        .map_err(|_| StatusCode::REQUEST_TIMEOUT.into_response())?
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST.into_response())
}

fn is_too_old(app: &App, version: &str) -> bool {
    app.settings.phone_app_minimum_version.as_ref().is_some_and(|minimum| is_older(version, minimum))
}
