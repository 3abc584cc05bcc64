//! Bodies of SCIM, and the versions of what it shows.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::door::MEDIA_TYPE;
use crate::api::asked::{parse, read};
use crate::api::problem::Problem;
use crate::api::reply::etag_of;

/// A JSON body, of SCIM's own kind or plain.
#[derive(Clone, Debug)]
pub(crate) struct ScimBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ScimBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let text = read(&parts.headers, body, &[MEDIA_TYPE, "application/json"]).await?;
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
