//! The administration API (`/api/v1`): the acts of the console, for programs.
//!
//! A request shows an access token of this service for this API. The stored grants and roles decide at every call what
//! it may do (`caller`). The routes and the OpenAPI document are made from the same list of operations (`document`).

mod application_addresses;
mod applications;
mod bounds;
pub(crate) mod caller;
mod companies;
mod document;
mod domains;
mod employees;
mod engagements;
mod factors;
pub mod grants;
mod history;
mod idempotency;
mod invitations;
pub(crate) mod json;
mod paging;
pub(crate) mod people;
mod phone_app;
mod policy;
pub(crate) mod problem;
mod profiles;
pub mod reference;
pub(crate) mod reply;
pub(crate) mod request;
mod rights;
pub mod scopes;
mod sessions;
pub(crate) mod users;
mod whole_number;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde_json::json;

pub use document::document;
pub(crate) use document::operations;

use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::db::Tx;
use crate::platform::settings::PublicUrl;
use problem::{Kind, Problem};

/// The path of this API's identifier: the audience of its tokens is the public URL with this path.
pub(crate) const API: &str = "/api";

/// The identifier of this API in tokens (RFC 8707).
pub(crate) fn resource(public_url: &PublicUrl) -> String {
    public_url.join(API)
}

/// The answer for an unknown address of the API or of SCIM.
pub(crate) async fn nothing() -> Problem {
    Problem::new(Kind::NotFound)
}

/// `GET /api/v1/openapi.json`.
pub(crate) async fn openapi(State(app): State<App>) -> Response {
    json_response(&document(&app.settings.public_url))
}

/// `GET /.well-known/oauth-protected-resource/api`: the place to get a token from (RFC 9728).
pub(crate) async fn metadata(State(app): State<App>) -> Response {
    let scopes: Vec<_> = scopes::Scope::ALL.into_iter().map(scopes::Scope::of_every).collect();
    json_response(&json!({
        "resource": resource(&app.settings.public_url),
        "authorization_servers": [app.settings.public_url.origin()],
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": crate::provider::token::dpop::ALGORITHMS,
        "resource_documentation": app.settings.public_url.join("/api/v1/"),
    }))
}

fn json_response(body: &serde_json::Value) -> Response {
    let mut response = Response::new(axum::body::Body::from(body.to_string()));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

/// Removes a batch of expired idempotency keys.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    idempotency::expire(tx, now).await
}

/// An instant in the API's format (RFC 3339).
pub(crate) fn moment(at: Timestamp) -> String {
    at.rfc3339()
}
