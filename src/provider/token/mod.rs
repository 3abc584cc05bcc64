//! `POST /oauth/token` (RFC 6749 §3.2): tokens for a code, for a refresh token, for a device, for what a person's phone
//! has approved, or for the application itself.

mod assertion;
mod authentication;
mod backchannel;
mod certificate;
mod client_credentials;
mod code;
mod device;
pub mod dpop;
mod first_tokens;
pub(crate) mod introspection;
mod refresh;
mod replay;
pub(crate) mod resource_server;
pub(crate) mod revocation;
mod store;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

pub use assertion::ClientAssertion;
pub(super) use authentication::authenticate;
pub use authentication::read_basic;
pub(super) use store::expire;

use super::applications::GrantType;
use super::endpoint::{self, EndpointError, EndpointRefusal};
use crate::app::App;
use crate::platform::secret::Secret;
use crate::platform::web::parameters::Form;
use crate::platform::web::visit::Visit;
use crate::provider::applications::resources;
use crate::provider::claims::access_token;

/// The tokens of one answer (RFC 6749 §5.1).
struct TokenSet {
    access_token: String,
    scope: String,
    refresh_token: Option<Secret<String>>,
    id_token: Option<String>,
}

#[derive(Serialize)]
struct TokenResponse<'t> {
    access_token: &'t str,
    token_type: &'static str,
    expires_in: u64,
    scope: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'t str>,
}

/// `POST /oauth/token`.
///
/// # Errors
/// Refusals of the request and of its sender.
pub(crate) async fn answer(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form, Response>,
) -> Result<Response, EndpointError> {
    let parameters = endpoint::parameters_but(form, &[resources::PARAMETER])?;
    let wanted = parameters.one("grant_type")?.ok_or(EndpointRefusal::invalid_request("grant_type is missing"))?;
    let application = authenticate(&app, &visit, &headers, &parameters).await?;
    let grant_type: GrantType = wanted
        .parse()
        .map_err(|_| EndpointRefusal::new("unsupported_grant_type", "this grant_type is not supported"))?;
    if !application.may(grant_type) {
        return Err(EndpointRefusal::new("unauthorized_client", "the application may not use this grant_type").into());
    }
    let proof = dpop::for_tokens(&app, &visit, &headers, &application)?;
    certificate::check_shown(&visit, &application, proof.is_some())?;
    let token_type = access_token::kind_of(proof.is_some());
    let tokens = match grant_type {
        GrantType::AuthorizationCode => Box::pin(code::redeem(&app, &visit, &application, &parameters, proof)).await,
        GrantType::RefreshToken => refresh::renew(&app, &visit, &application, &parameters, proof).await,
        GrantType::DeviceCode => Box::pin(device::redeem(&app, &visit, &application, &parameters, proof)).await,
        GrantType::Backchannel => Box::pin(backchannel::redeem(&app, &visit, &application, &parameters, proof)).await,
        GrantType::ClientCredentials => client_credentials::give(&app, &visit, &application, &parameters, proof).await,
    };
    app.metrics.tokens(grant_type.as_str(), tokens.is_ok());
    let tokens = tokens?;
    let body = TokenResponse {
        access_token: &tokens.access_token,
        token_type,
        expires_in: access_token::LIFETIME.as_secs(),
        scope: &tokens.scope,
        refresh_token: tokens.refresh_token.as_ref().map(|token| token.reveal().as_str()),
        id_token: tokens.id_token.as_deref(),
    };
    let mut response = endpoint::json(StatusCode::OK, &body);
    dpop::hand_nonce(&app, &visit, &application, &mut response);
    Ok(response)
}
