//! `/oauth/userinfo` (OpenID Connect Core §5.3): what an application may know about the person whose
//! access token it has.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde_json::Value;

use super::access_token::{self, AccessToken, Behind};
use super::endpoint::json;
use super::person_claims;
use crate::app::App;
use crate::directory::people;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::visit::Visit;

/// Why there is no answer (RFC 6750 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// Nothing was shown: no error is named.
    NoToken,
    /// The request cannot be understood.
    InvalidRequest,
    /// The token is malformed, not ours, over, or revoked.
    InvalidToken,
    /// The token is good, but not for this.
    InsufficientScope,
}

/// `GET` and `POST /oauth/userinfo`.
///
/// # Errors
/// Every fault of the database.
pub async fn answer(
    State(app): State<App>,
    visit: Visit,
    method: Method,
    headers: HeaderMap,
    form: Result<Form, Response>,
) -> Result<Response, Fault> {
    // Only a posted form is read for a token: none in a URL (RFC 9700 §4.3.2).
    let parameters = match form {
        Ok(Form(parameters)) if method == Method::POST => parameters,
        Err(_) if method == Method::POST => return Ok(refuse(Refusal::InvalidRequest)),
        _ => Parameters::default(),
    };
    let token = match bearer(&headers, &parameters) {
        Ok(token) => token,
        Err(refusal) => return Ok(refuse(refusal)),
    };
    let Some(token) = access_token::read(&app, token, visit.now).await? else {
        return Ok(refuse(Refusal::InvalidToken));
    };
    if !is_for_userinfo(&token, app.settings.public_url.origin()) {
        return Ok(refuse(Refusal::InsufficientScope));
    }
    let Some(Behind::Grant(grant)) = access_token::behind(&app, &token, visit.now).await? else {
        return Ok(refuse(Refusal::InvalidToken));
    };
    let Some(person) = people::find(&app.db, grant.person).await? else {
        return Ok(refuse(Refusal::InvalidToken));
    };
    let mut claims = person_claims::of(&person, &token.scope, &grant.details.claims.userinfo);
    claims.insert("sub".to_owned(), Value::String(token.sub));
    Ok(json(StatusCode::OK, &claims))
}

fn is_for_userinfo(token: &AccessToken, issuer: &str) -> bool {
    token.scope.has("openid") && token.aud.has(issuer)
}

/// The token, from the header or the form, never both (RFC 6750 §2).
fn bearer<'t>(headers: &'t HeaderMap, parameters: &'t Parameters) -> Result<&'t str, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let in_header = values.next().map(|value| value.to_str().map_err(|_| Refusal::InvalidRequest)).transpose()?;
    let in_form = parameters.one("access_token").map_err(|_| Refusal::InvalidRequest)?;
    if values.next().is_some() {
        return Err(Refusal::InvalidRequest);
    }
    match (in_header.map(|value| value.split_once(' ')), in_form) {
        (None, Some(token)) => Ok(token),
        (Some(Some((scheme, token))), None) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        (_, None) => Err(Refusal::NoToken),
        (Some(_), Some(_)) => Err(Refusal::InvalidRequest),
    }
}

fn refuse(refusal: Refusal) -> Response {
    let (status, challenge) = match refusal {
        Refusal::NoToken => (StatusCode::UNAUTHORIZED, "Bearer realm=\"Salpa\""),
        Refusal::InvalidRequest => (StatusCode::BAD_REQUEST, "Bearer realm=\"Salpa\", error=\"invalid_request\""),
        Refusal::InvalidToken => (
            StatusCode::UNAUTHORIZED,
            "Bearer realm=\"Salpa\", error=\"invalid_token\", error_description=\"the access token is not in force\"",
        ),
        Refusal::InsufficientScope => {
            (StatusCode::FORBIDDEN, "Bearer realm=\"Salpa\", error=\"insufficient_scope\", scope=\"openid\"")
        }
    };
    let mut response = json(status, &Value::Object(serde_json::Map::new())).into_response();
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}
