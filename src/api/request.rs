//! The parts of a request: a bounded JSON body, a query and identifiers in the path, each read strictly.

use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::header::{CONTENT_TYPE, IF_MATCH};
use http::request::Parts;
use http::{HeaderMap, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::idempotency::Key;
use super::problem::{Kind, Problem};
use super::reply::etag_of;
use crate::platform::web::BODY_LIMIT;

/// The longest time in which a body must arrive.
const BODY_WITHIN: Duration = Duration::from_secs(20);

/// A JSON body of at most so many bytes, with the idempotency key of the request.
#[derive(Clone, Debug)]
pub(crate) struct JsonRequest<T, const LIMIT: usize = BODY_LIMIT> {
    /// The parsed body.
    pub(crate) body: T,
    /// The idempotency key, if the request has one.
    pub(crate) key: Option<Key>,
}

impl<S: Send + Sync, T: DeserializeOwned, const LIMIT: usize> FromRequest<S> for JsonRequest<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let text = read(&parts.headers, body, &["application/json"], LIMIT).await?;
        let key = Key::of(&parts.headers, &format!("{} {}\n{text}", parts.method, parts.uri))?;
        Ok(Self { body: parse(&text)?, key })
    }
}

/// The idempotency key of a request without a body.
#[derive(Clone, Debug)]
pub(crate) struct EmptyRequest(pub(crate) Option<Key>);

impl<S: Send + Sync> FromRequestParts<S> for EmptyRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(Key::of(&parts.headers, &format!("{} {}", parts.method, parts.uri))?))
    }
}

/// The query of an address. Unknown and repeated names are refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        of_query(&parts.uri).map(Self)
    }
}

/// The version that the caller wants to change, by the header `If-Match` (RFC 9110 §13.1.1).
#[derive(Clone, Debug)]
pub(crate) struct IfMatch(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parts.headers.get(IF_MATCH).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())))
    }
}

impl IfMatch {
    /// Refuses a change if the stored version is another.
    ///
    /// # Errors
    /// [`Kind::Changed`].
    pub fn check(&self, shown: &impl Serialize) -> Result<(), Problem> {
        let Some(wanted) = &self.0 else { return Ok(()) };
        let is_it = |tag: &str| tag.trim() == "*" || tag.trim() == etag_of(shown);
        if wanted.split(',').any(is_it) { Ok(()) } else { Err(Problem::new(Kind::Changed)) }
    }
}

/// The parsed query of an address.
///
/// # Errors
/// [`Kind::Malformed`] with the reason.
pub(crate) fn of_query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    axum::extract::Query::<T>::try_from_uri(uri)
        .map(|axum::extract::Query(query)| query)
        .map_err(|rejection| Problem::new(Kind::Malformed).detail(rejection.body_text()))
}

/// The identifiers in a path. An unreadable one is refused as not found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(path)| Self(path)).map_err(|_| Problem::new(Kind::NotFound))
    }
}

/// Reads a body of one of these kinds, of at most so many bytes.
///
/// # Errors
/// The body is of another kind, too large, too slow or no text.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: axum::body::Body,
    kinds: &[&str],
    limit: usize,
) -> Result<String, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kinds.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Err(Problem::new(Kind::UnsupportedMediaType));
    }
    let bytes = tokio::time::timeout(BODY_WITHIN, axum::body::to_bytes(body, limit))
        .await
        .map_err(|_| Problem::new(Kind::Malformed).detail("the body did not arrive"))?
        .map_err(|_| Problem::new(Kind::TooLarge))?;
    String::from_utf8(bytes.into()).map_err(|_| Problem::new(Kind::Malformed).detail("the body is no UTF-8"))
}

/// The value of JSON text without unknown names.
///
/// # Errors
/// [`Kind::Malformed`] with the place and the reason.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    // Serde would read a list by the order of the fields, which is not documented.
    if !text.trim_start().starts_with('{') {
        return Err(Problem::new(Kind::Malformed).detail("the body must be a JSON object"));
    }
    serde_json::from_str(text).map_err(|error| Problem::new(Kind::Malformed).detail(error.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "what is read is not looked at")]
    struct Something {
        name: String,
        #[serde(default)]
        many: Vec<String>,
    }

    #[test]
    fn unknown_repeated_and_missing_names_are_refused() {
        assert!(parse::<Something>(r#"{"name":"a"}"#).is_ok());
        assert!(parse::<Something>(r#"["a", []]"#).is_err(), "a list is no object");
        for wrong in [r#"{"name":"a","role":1}"#, r#"{"name":"a","name":"b"}"#, "{}", "[]", "", "{\"name\":\"a\"} {}"] {
            assert_eq!(parse::<Something>(wrong).unwrap_err().kind(), Kind::Malformed, "{wrong}");
        }
        let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(parse::<serde_json::Value>(&deep).is_err());
        assert!(of_query::<Something>(&Uri::from_static("/?name=a&x=1")).is_err());
        assert!(of_query::<Something>(&Uri::from_static("/?name=a&name=b")).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,200}") {
            let _ = parse::<Something>(&text);
            let _ = parse::<Something>(&format!("{{\"name\":{text}}}"));
        }
    }
}
