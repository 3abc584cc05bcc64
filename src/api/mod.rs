//! The administration API (`/api/v1`): what the console does, for programs.
//!
//! A request shows an access token of this service for this API (`caller`). What it may do is decided anew
//! at every call, by what is kept here. An operation and its description are one thing: the routes and the
//! OpenAPI document are made of the same list (`document`).

mod applications;
pub(crate) mod asked;
pub(crate) mod caller;
mod companies;
mod document;
mod employees;
mod engagements;
pub mod grants;
mod history;
mod idempotency;
pub(crate) mod json;
mod paging;
pub(crate) mod people;
mod policy;
pub mod problem;
mod profiles;
pub mod reference;
pub(crate) mod reply;
mod rights;
pub mod scopes;
mod sessions;
pub(crate) mod users;

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

/// The path of this API's identifier: tokens for it have the public URL with this path as their audience.
pub const API: &str = "/api";

/// This API's identifier, as tokens name it (RFC 8707).
pub fn resource(public_url: &PublicUrl) -> String {
    public_url.join(API)
}

/// The answer at an address of the API or of SCIM that has nothing.
pub(crate) async fn nothing() -> Problem {
    Problem::new(Kind::NotFound)
}

/// `GET /api/v1/openapi.json`.
pub(crate) async fn openapi(State(app): State<App>) -> Response {
    told(&document(&app.settings.public_url))
}

/// `GET /.well-known/oauth-protected-resource/api`: where a token is to be had (RFC 9728).
pub(crate) async fn metadata(State(app): State<App>) -> Response {
    let scopes: Vec<_> = scopes::Scope::ALL.into_iter().map(scopes::Scope::of_every).collect();
    told(&json!({
        "resource": resource(&app.settings.public_url),
        "authorization_servers": [app.settings.public_url.origin()],
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": crate::provider::token::dpop::ALGORITHMS,
        "resource_documentation": app.settings.public_url.join("/api/v1/"),
    }))
}

fn told(body: &serde_json::Value) -> Response {
    let mut response = Response::new(axum::body::Body::from(body.to_string()));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

/// Removes a batch of idempotency keys whose day is over.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    idempotency::expire(tx, now).await
}

/// An instant as the API writes it (RFC 3339).
pub(crate) fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.milliseconds()).map(|at| at.to_string()).unwrap_or_default()
}
