//! Bodies of SCIM, and the versions of what it shows.

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::door::MEDIA_TYPE;
use crate::api::problem::{Kind, Problem};
use crate::api::reply::{Reply, etag_of};
use crate::api::request::{parse, read};
use crate::platform::web::BODY_LIMIT;

/// The largest body about a group, in bytes: members by the thousand.
pub(crate) const GROUP_BODY_LIMIT: usize = 1024 * 1024;

/// A JSON body, of SCIM's own kind or plain, of at most so many bytes.
#[derive(Clone, Debug)]
pub(crate) struct ScimBody<T, const LIMIT: usize = BODY_LIMIT>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned, const LIMIT: usize> FromRequest<S> for ScimBody<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let text = read(&parts.headers, body, &[MEDIA_TYPE, "application/json"], LIMIT).await?;
        parse(&text).map(Self)
    }
}

/// The tag of a version, of all but what says so itself.
pub(super) fn resource_etag(resource: &Value) -> String {
    let mut plain = resource.clone();
    if let Some(meta) = plain.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("version");
    }
    format!("W/{}", etag_of(&plain))
}

/// The versions of a resource that a request names (RFC 7644 §3.14). Tags are weak, and compared so.
#[derive(Clone, Debug)]
pub(crate) struct Versions {
    only: Option<String>,
    unless: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Versions {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let named = |name: HeaderName| {
            let mut values = parts.headers.get_all(name).iter().peekable();
            values.peek()?;
            let texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            Some(texts.collect::<Vec<_>>().join(","))
        };
        Ok(Self { only: named(IF_MATCH), unless: named(IF_NONE_MATCH) })
    }
}

impl Versions {
    /// Whether any version is named: else there is nothing to compare.
    pub(super) fn are_named(&self) -> bool {
        self.only.is_some() || self.unless.is_some()
    }

    /// Refuses a change of another version than is named.
    ///
    /// # Errors
    /// [`Kind::Changed`].
    pub(super) fn check(&self, etag: &str) -> Result<(), Problem> {
        let is_wanted = self.only.as_ref().is_none_or(|tags| names(tags, etag));
        let is_unwanted = self.unless.as_ref().is_some_and(|tags| names(tags, etag));
        if is_wanted && !is_unwanted { Ok(()) } else { Err(Problem::new(Kind::Changed)) }
    }

    /// The reply to a reader, who may have that version already.
    ///
    /// # Errors
    /// [`Kind::Changed`] where another one alone is wanted.
    pub(super) fn reply(&self, etag: String, shown: &Value) -> Result<Reply, Problem> {
        if self.unless.as_ref().is_some_and(|tags| names(tags, &etag)) {
            return Ok(Reply::not_modified(etag));
        }
        self.check(&etag)?;
        Ok(Reply::ok(shown)?.tagged(etag).of_type(MEDIA_TYPE))
    }
}

fn names(tags: &str, etag: &str) -> bool {
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.split(',').any(|tag| tag.trim() == "*" || plain(tag) == plain(etag))
}
