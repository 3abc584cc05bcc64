//! `/oauth/userinfo` (OpenID Connect Core §5.3): what an application may know about the person whose
//! access token it has.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::access_token::{self, AccessToken, Behind};
use super::{company_claims, person_claims};
use crate::app::App;
use crate::directory::people;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::jose::Algorithm;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::visit::Visit;
use crate::provider::applications::{self, Application};
use crate::provider::endpoint::{json, jwt};
use crate::provider::keys::{self, TokenType};
use crate::provider::token::dpop::{self, PossessionError, ShownToken};

/// Why there is no answer (RFC 6750 §3.1).
#[derive(Debug)]
pub(crate) enum UserinfoError {
    /// Nothing was shown: no error is named.
    NoToken,
    /// The request cannot be understood.
    InvalidRequest,
    /// The token is malformed, not ours, over, or revoked.
    InvalidToken,
    /// The token is good, but not for this.
    InsufficientScope,
    /// The token is bound to a key, and the proof of that key is missing or not in order.
    Proof(PossessionError),
    /// Something failed inside.
    Fault(Fault),
}

impl From<PossessionError> for UserinfoError {
    fn from(closed: PossessionError) -> Self {
        Self::Proof(closed)
    }
}

impl From<Fault> for UserinfoError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<db::Error> for UserinfoError {
    fn from(error: db::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// `GET` and `POST /oauth/userinfo`.
///
/// # Errors
/// A token that is missing, not in force, or not for this.
pub async fn answer(
    State(app): State<App>,
    visit: Visit,
    method: Method,
    headers: HeaderMap,
    form: Result<Form, Response>,
) -> Result<Response, UserinfoError> {
    // Only a posted form is read for a token: none in a URL (RFC 9700 §4.3.2).
    let parameters = match form {
        Ok(Form(parameters)) if method == Method::POST => parameters,
        Err(_) if method == Method::POST => return Err(UserinfoError::InvalidRequest),
        _ => Parameters::default(),
    };
    let (text, with_proof) = shown(&headers, &parameters)?;
    let token = access_token::read(&app, text, visit.now).await?.ok_or(UserinfoError::InvalidToken)?;
    prove_possession(&app, &visit, (&headers, &method), ShownToken { token: &token, text, with_proof }).await?;
    if !is_for_userinfo(&token, app.settings.public_url.origin()) {
        return Err(UserinfoError::InsufficientScope);
    }
    let Some(Behind::Grant(grant)) = access_token::behind(&app, &token, visit.now).await? else {
        return Err(UserinfoError::InvalidToken);
    };
    let person = people::find(&app.db, grant.person).await?.ok_or(UserinfoError::InvalidToken)?;
    let application = applications::find_by_client_id(app.db.gathered(), &token.client_id).await?;
    let application = application.ok_or(UserinfoError::InvalidToken)?;
    let mut claims = person_claims::of(&person, &application, &token.scope, &grant.details.claims.userinfo);
    claims.extend(company_claims::of(grant.entered.as_ref(), &token.scope));
    claims.insert("sub".to_owned(), Value::String(token.sub));
    let Some(algorithm) = application.profile.userinfo_algorithm else {
        return Ok(json(StatusCode::OK, &claims));
    };
    Ok(jwt("application/jwt", sign(&app, &application, algorithm, claims, visit.now).await?))
}

/// The answer as one signed token for the application, encrypted where it wants that (OpenID Connect Core §5.3.2).
async fn sign(
    app: &App,
    application: &Application,
    algorithm: Algorithm,
    mut claims: Map<String, Value>,
    now: Timestamp,
) -> Result<String, Fault> {
    claims.insert("iss".to_owned(), Value::from(app.settings.public_url.origin()));
    claims.insert("aud".to_owned(), Value::from(application.client_id.as_str()));
    claims.insert("iat".to_owned(), Value::from(now.seconds()));
    let signed = keys::current(app, now).await?.sign(algorithm, TokenType::UserInfo, &claims, now)?;
    match &application.profile.userinfo_encryption {
        Some(encryption) => encryption.encrypt(&app.random, &signed),
        None => Ok(signed),
    }
}

fn is_for_userinfo(token: &AccessToken, issuer: &str) -> bool {
    token.scope.has("openid") && token.aud.has(issuer)
}

/// Checks that a token that is bound to a key comes with a proof by that key, and uses the proof up.
async fn prove_possession(
    app: &App,
    visit: &Visit,
    request: (&HeaderMap, &Method),
    shown: ShownToken<'_>,
) -> Result<(), UserinfoError> {
    let application = if shown.token.cnf.is_some() && shown.with_proof {
        applications::find_by_client_id(app.db.gathered(), &shown.token.client_id).await?
    } else {
        None
    };
    if let Some(proof) = dpop::at_resource(app, visit, request, application.as_ref(), shown)?
        && !dpop::use_up_alone(app, proof).await?
    {
        return Err(PossessionError::USED_BEFORE.into());
    }
    Ok(())
}

/// The token and whether it comes by the scheme of proofs, from the header or the form, never both
/// (RFC 6750 §2, RFC 9449 §7.1).
fn shown<'t>(headers: &'t HeaderMap, parameters: &'t Parameters) -> Result<(&'t str, bool), UserinfoError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let in_header = values.next().map(|value| value.to_str().map_err(|_| UserinfoError::InvalidRequest)).transpose()?;
    let in_form = parameters.one("access_token").map_err(|_| UserinfoError::InvalidRequest)?;
    if values.next().is_some() {
        return Err(UserinfoError::InvalidRequest);
    }
    match (in_header.map(|value| value.split_once(' ')), in_form) {
        (None, Some(token)) => Ok((token, false)),
        (Some(Some((scheme, token))), None) if scheme.eq_ignore_ascii_case("bearer") => Ok((token.trim(), false)),
        (Some(Some((scheme, token))), None) if scheme.eq_ignore_ascii_case("dpop") => Ok((token.trim(), true)),
        (_, None) => Err(UserinfoError::NoToken),
        (Some(_), Some(_)) => Err(UserinfoError::InvalidRequest),
    }
}

impl IntoResponse for UserinfoError {
    fn into_response(self) -> Response {
        let (status, challenge) = match self {
            Self::Proof(closed) => return closed.answer(),
            Self::Fault(fault) => return fault.into_response(),
            Self::NoToken => (StatusCode::UNAUTHORIZED, "Bearer realm=\"Salpa\""),
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, "Bearer realm=\"Salpa\", error=\"invalid_request\""),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "Bearer realm=\"Salpa\", error=\"invalid_token\", \
                 error_description=\"the access token is not in force\"",
            ),
            Self::InsufficientScope => {
                (StatusCode::FORBIDDEN, "Bearer realm=\"Salpa\", error=\"insufficient_scope\", scope=\"openid\"")
            }
        };
        let mut response = json(status, &Map::new());
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        if response.status() == StatusCode::UNAUTHORIZED {
            dpop::offer(&mut response);
        }
        response
    }
}
