//! The authorization request: its parameters, whatever the form in which they go.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::exchange::IdentityRequest;
use super::settings::{MethodParameter, ProviderKind, ProviderSettings};
use crate::platform::clock::Timestamp;

/// How long a request object holds. Brokers accept ten minutes at most.
const HOLDS: Duration = Duration::from_mins(10);
/// How old a sign-in at a provider may be, in seconds, where none of now is asked for.
pub(super) const USUAL_AGE: u64 = 300;

/// The parameters of a request, in the order in which they are sent.
pub(super) fn parameters(settings: &ProviderSettings, asking: &IdentityRequest<'_>) -> Vec<(&'static str, String)> {
    let mut parameters = vec![
        ("response_type", "code".to_owned()),
        ("client_id", settings.client_id.clone()),
        ("redirect_uri", asking.return_address.to_owned()),
        ("scope", settings.scope().to_owned()),
        ("state", asking.state.reveal().clone()),
        ("nonce", asking.secrets.nonce.reveal().clone()),
        ("code_challenge", asking.challenge()),
        ("code_challenge_method", "S256".to_owned()),
        ("ui_locales", asking.language.to_owned()),
    ];
    let levels: Vec<&str> = settings
        .levels
        .iter()
        .filter(|(_, worth)| **worth >= asking.method.worth)
        .map(|(acr, _)| acr.as_str())
        .collect();
    match (settings.method_parameter, &asking.method.value) {
        (MethodParameter::AcrValues, Some(value)) => parameters.push(("acr_values", value.clone())),
        (MethodParameter::FtnIdpId | MethodParameter::LoginHint, Some(value)) => {
            let is_hint = settings.method_parameter == MethodParameter::LoginHint;
            parameters.push((if is_hint { "login_hint" } else { "ftn_idp_id" }, value.clone()));
            parameters.push(("acr_values", levels.join(" ")));
        }
        (_, None) if !levels.is_empty() => parameters.push(("acr_values", levels.join(" "))),
        (_, None) => {}
    }
    if let (ProviderKind::FinnishTrustNetwork, Some(name)) = (settings.kind, &settings.service_name) {
        parameters.push(("ftn_spname", name.clone()));
    }
    if asking.is_fresh || settings.no_auth_time {
        parameters.push(("prompt", "login".to_owned()));
    }
    if !settings.no_auth_time {
        let age = if asking.is_fresh { 0 } else { USUAL_AGE };
        parameters.push(("max_age", age.to_string()));
    }
    parameters
}

/// The claims of a signed request object (RFC 9101 §4).
pub(super) fn claims(settings: &ProviderSettings, asking: &IdentityRequest<'_>, jti: &str, now: Timestamp) -> Value {
    let mut claims: Map<String, Value> = parameters(settings, asking)
        .into_iter()
        .map(|(name, value)| {
            let value = match name {
                "max_age" => value.parse::<u64>().map_or(Value::Null, Value::from),
                _ => Value::from(value),
            };
            (name.to_owned(), value)
        })
        .collect();
    let about = json!({
        "iss": settings.client_id,
        "aud": settings.issuer,
        "iat": now.seconds(),
        "nbf": now.seconds(),
        "exp": now.plus(HOLDS).seconds(),
        "jti": jti,
    });
    if let Value::Object(about) = about {
        claims.extend(about);
    }
    Value::Object(claims)
}
