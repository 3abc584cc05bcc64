//! The addresses that browsers and password managers look for at this origin.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::proofs::passkeys::RelyingParty;

/// The origins whose pages may use the passkeys of this one (WebAuthn §5.11).
pub(crate) async fn related_origins(State(app): State<App>) -> Response {
    match RelyingParty::of(&app.settings) {
        Some(party) => Json(json!({ "origins": party.origins() })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The page on which people add and manage passkeys (W3C, "A Well-Known URL for Relying Party Passkey Endpoints").
pub(crate) async fn passkey_endpoints(State(app): State<App>) -> Response {
    if RelyingParty::of(&app.settings).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let url = |path: &str| app.settings.public_url.join(path);
    Json(json!({ "enroll": url("/account/passkeys/new"), "manage": url("/account") })).into_response()
}

/// The page on which people change their password (W3C, "A Well-Known URL for Changing Passwords").
pub(crate) async fn change_password() -> Redirect {
    Redirect::to("/account/password")
}
