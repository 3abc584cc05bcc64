//! The metadata of this service (OpenID Connect Discovery §3, RFC 8414 §2), and its keys.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use crate::app::App;
use crate::platform::settings::ClientCertificateSettings;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Language;
use crate::platform::web::visit::Visit;
use crate::proofs::identity_providers::{self, IdentityProviderId};
use crate::provider::applications::{GrantType, client_keys};
use crate::provider::authorize::request_object;
use crate::provider::claims::encryption::{ContentEncryption, KeyManagement};
use crate::provider::claims::{company_claims, person_claims};
use crate::provider::keys;
use crate::provider::token::dpop;

/// How long the answers may be kept. A new key is published for ten minutes before it signs.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// `GET /.well-known/openid-configuration` and `GET /.well-known/oauth-authorization-server`.
pub(crate) async fn metadata(State(app): State<App>) -> Response {
    keepable(&describe(&app))
}

/// `GET /oauth/jwks`.
pub(crate) async fn jwks(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let keys = keys::current(&app, visit.now).await?;
    Ok(keepable(&json!({ "keys": keys.published(visit.now) })))
}

/// `GET /identity-providers/{provider}/jwks`: the keys of this service at a provider of identities.
pub(crate) async fn keys_at_provider(
    State(app): State<App>,
    visit: Visit,
    PathEnd(id): PathEnd<IdentityProviderId>,
) -> Result<Response, EarlyAnswer> {
    let provider = identity_providers::find(&app.db, id).await?.ok_or_else(EarlyAnswer::not_found)?;
    Ok(keepable(&identity_providers::published(&app, &provider, visit.now).await?))
}

/// `GET /identity-providers/{provider}/signed-jwks`: the same keys as a signed set (OpenID Federation 1.0 §5.2.1).
pub(crate) async fn signed_keys_at_provider(
    State(app): State<App>,
    visit: Visit,
    PathEnd(id): PathEnd<IdentityProviderId>,
) -> Result<Response, EarlyAnswer> {
    let provider = identity_providers::find(&app.db, id).await?.filter(|provider| provider.settings.kind.is_openid());
    let provider = provider.ok_or_else(EarlyAnswer::not_found)?;
    let token = identity_providers::published_signed(&app, &provider, visit.now).await?;
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+jwt")), (CACHE_CONTROL, KEEP)];
    Ok((headers, token).into_response())
}

fn keepable(body: &Value) -> Response {
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("application/json")), (CACHE_CONTROL, KEEP)];
    (headers, body.to_string()).into_response()
}

/// Everything that the service offers (OpenID Connect Discovery §3, RFC 8414 §2).
fn describe(app: &App) -> Value {
    let url = |path| app.settings.public_url.join(path);
    let mut all = json!({
        "issuer": app.settings.public_url.origin(),
        "authorization_endpoint": url("/oauth/authorize"),
        "token_endpoint": url("/oauth/token"),
        "pushed_authorization_request_endpoint": url("/oauth/par"),
        "userinfo_endpoint": url("/oauth/userinfo"),
        "jwks_uri": url("/oauth/jwks"),
        "introspection_endpoint": url("/oauth/introspect"),
        "revocation_endpoint": url("/oauth/revoke"),
        "end_session_endpoint": url("/oauth/sign-out"),
        "device_authorization_endpoint": url("/oauth/device"),
        "backchannel_authentication_endpoint": url("/oauth/bc-authorize"),
        "registration_endpoint": url("/oauth/register"),
    });
    let certificates = app.settings.client_certificates.as_ref();
    for more in [offered(certificates), signed(), certificates.map_or(Value::Null, with_certificate)] {
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
            all.extend(more);
        }
    }
    all
}

/// The endpoints for applications that show a certificate (RFC 8705 §3.3, §5).
fn with_certificate(settings: &ClientCertificateSettings) -> Value {
    let Some(mtls_url) = &settings.mtls_url else {
        return json!({ "tls_client_certificate_bound_access_tokens": true });
    };
    json!({
        "tls_client_certificate_bound_access_tokens": true,
        "mtls_endpoint_aliases": {
            "token_endpoint": mtls_url.join("/oauth/token"),
            "pushed_authorization_request_endpoint": mtls_url.join("/oauth/par"),
            "userinfo_endpoint": mtls_url.join("/oauth/userinfo"),
            "introspection_endpoint": mtls_url.join("/oauth/introspect"),
            "revocation_endpoint": mtls_url.join("/oauth/revoke"),
            "device_authorization_endpoint": mtls_url.join("/oauth/device"),
            "backchannel_authentication_endpoint": mtls_url.join("/oauth/bc-authorize"),
        },
    })
}

/// The answers that are signed where that is asked for.
fn signed() -> Value {
    json!({
        "authorization_signing_alg_values_supported": ["RS256", "ES256"],
        "userinfo_signing_alg_values_supported": ["RS256", "ES256"],
        "userinfo_encryption_alg_values_supported": KeyManagement::ALL.map(KeyManagement::as_str),
        "userinfo_encryption_enc_values_supported": ContentEncryption::ALL.map(ContentEncryption::as_str),
        "introspection_signing_alg_values_supported": ["RS256", "ES256"],
    })
}

fn offered(certificates: Option<&ClientCertificateSettings>) -> Value {
    let mut confidential = vec!["client_secret_basic", "client_secret_post", "private_key_jwt"];
    if let Some(settings) = certificates {
        confidential.extend(settings.authorities.as_ref().map(|_| "tls_client_auth"));
        confidential.push("self_signed_tls_client_auth");
    }
    let any_client = [&confidential[..], &["none"]].concat();
    let claims = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
    json!({
        "require_pushed_authorization_requests": false,
        "scopes_supported": ["openid", "profile", "email", "company", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"],
        "grant_types_supported": GrantType::ALL.map(GrantType::as_str),
        "subject_types_supported": ["public", "pairwise"],
        "id_token_encryption_alg_values_supported": KeyManagement::ALL.map(KeyManagement::as_str),
        "id_token_encryption_enc_values_supported": ContentEncryption::ALL.map(ContentEncryption::as_str),
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "acr_values_supported": ["aal1", "aal2", "phr"],
        "claim_types_supported": ["normal"],
        "claims_supported": claims.iter().chain(&person_claims::KNOWN).chain(&company_claims::KNOWN).collect::<Vec<_>>(),
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_object_signing_alg_values_supported": request_object::ALGORITHMS,
        "require_signed_request_object": false,
        "dpop_signing_alg_values_supported": dpop::ALGORITHMS,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "prompt_values_supported": ["none", "login", "select_account", "consent"],
        "display_values_supported": ["page"],
        "ui_locales_supported": Language::ALL.map(Language::tag),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "token_endpoint_auth_methods_supported": any_client,
        "token_endpoint_auth_signing_alg_values_supported": client_keys::ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": client_keys::ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": any_client,
        "revocation_endpoint_auth_signing_alg_values_supported": client_keys::ALGORITHMS,
        "backchannel_token_delivery_modes_supported": ["poll", "ping"],
        "backchannel_authentication_request_signing_alg_values_supported": request_object::ALGORITHMS,
        "backchannel_user_code_parameter_supported": false,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    })
}
