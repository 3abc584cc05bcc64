//! `POST /oauth/introspect` (RFC 7662, signed: RFC 9701): whether a token is in force and what it is good for. Told
//! only to whom the token was issued, or whom it is for.

use axum::extract::State;
use axum::response::Response;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::claims::access_token::{self, AccessToken};
use crate::provider::claims::{company_claims, subjects};
use crate::provider::endpoint::{self, EndpointError, EndpointRefusal};
use crate::provider::grants::{self, Presented, RefreshToken};
use crate::provider::keys::{self, TokenType};
use crate::provider::token::authenticate;

/// The media type of an answer that is a signed token.
const SIGNED: &str = "application/token-introspection+jwt";

/// `POST /oauth/introspect`.
///
/// # Errors
/// Refusals of the request and of its sender.
pub async fn answer(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form, Response>,
) -> Result<Response, EndpointError> {
    let parameters = endpoint::parameters(form)?;
    let application = authenticate(&app, &visit, &headers, &parameters).await?;
    if application.is_public() {
        return Err(EndpointRefusal::INVALID_CLIENT.into());
    }
    let token = parameters.one("token")?.ok_or(EndpointRefusal::invalid_request("token is missing"))?;
    let known = describe(&app, &application, token, visit.now).await?;
    let known = known.unwrap_or_else(|| json!({ "active": false }));
    if !wants_jwt(&headers) {
        return Ok(endpoint::json(StatusCode::OK, &known));
    }
    // Signed for whoever asked, so that what is known can be proven later (RFC 9701 §5).
    let claims = json!({
        "iss": app.settings.public_url.origin(),
        "aud": application.client_id,
        "iat": visit.now.seconds(),
        "token_introspection": known,
    });
    let keys = keys::current(&app, visit.now).await?;
    let signed = keys.sign(application.id_token_algorithm, TokenType::Introspection, &claims, visit.now)?;
    Ok(endpoint::jwt(SIGNED, signed))
}

/// Whether the answer is to be a signed token.
fn wants_jwt(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = accepted.flat_map(|value| value.split(',')).filter_map(|kind| kind.split(';').next());
    kinds.any(|kind| kind.trim().eq_ignore_ascii_case(SIGNED))
}

/// The claims of a token; none if it is not in force or not for this application to know.
async fn describe(app: &App, application: &Application, token: &str, now: Timestamp) -> Result<Option<Value>, Fault> {
    match RefreshToken::parse(token) {
        Some(token) => refresh_token(app, application, &token, now).await,
        None => access_token(app, application, token, now).await,
    }
}

async fn access_token(
    app: &App,
    application: &Application,
    token: &str,
    now: Timestamp,
) -> Result<Option<Value>, Fault> {
    let Some(token) = access_token::read(app, token, now).await? else { return Ok(None) };
    let concerns =
        |token: &AccessToken| token.client_id == application.client_id || token.aud.has(&application.client_id);
    if !concerns(&token) || !is_in_force(app, application, &token, now).await? {
        return Ok(None);
    }
    let mut known = serde_json::to_value(&token).map_err(Fault::new)?;
    if let Some(members) = known.as_object_mut() {
        members.insert("active".to_owned(), Value::Bool(true));
        members.insert("token_type".to_owned(), Value::String(token.kind().to_owned()));
    }
    Ok(Some(known))
}

/// Whether a token counts now. The asking application has just been read: behind its own tokens for itself stands
/// nobody else.
async fn is_in_force(app: &App, application: &Application, token: &AccessToken, now: Timestamp) -> Result<bool, Fault> {
    if token.grant().is_none() && token.client_id == application.client_id {
        return Ok(!grants::is_access_token_revoked(app.db.gathered(), &token.jti).await?);
    }
    Ok(access_token::behind(app, token, now).await?.is_some())
}

async fn refresh_token(
    app: &App,
    application: &Application,
    token: &RefreshToken,
    now: Timestamp,
) -> Result<Option<Value>, Fault> {
    let found = grants::find_by_refresh_token(app.db.gathered(), token).await?;
    let Some(Presented::Current { mut grant, expires_at, issued_at, .. }) = found else { return Ok(None) };
    if grant.application != application.id || !grant.is_alive(now) || now >= expires_at {
        return Ok(None);
    }
    if !company_claims::read(app, Some(application), &mut grant).await? {
        return Ok(None);
    }
    Ok(Some(json!({
        "active": true,
        "iss": app.settings.public_url.origin(),
        "sub": subjects::of(app, application, grant.person).await?,
        "client_id": application.client_id,
        "scope": grant.details.scope,
        "iat": issued_at.seconds(),
        "exp": expires_at.seconds(),
        "acr": grant.details.acr,
        "amr": grant.details.amr,
        "auth_time": grant.details.auth_time,
        "sid": subjects::session(app, application, grant.session).await?,
    })))
}
