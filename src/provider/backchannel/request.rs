//! The parameters of a request, by form or as the claims of a signed token (CIBA Core §7.1), read and checked. Pure: the
//! same parameters and application give the same request or the same refusal.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{LIFETIMES, USUAL_LIFETIME};
use crate::platform::clock::Timestamp;
use crate::platform::jose::{Compact, instant};
use crate::platform::one_line::is_line;
use crate::platform::web::parameters::Parameters;
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{Application, ClientAuthentication, GrantType};
use crate::provider::applications::{client_keys, fapi, resources};
use crate::provider::claims::access_token::Audience;
use crate::provider::endpoint::EndpointRefusal;
use crate::sign_in::Acr;

/// The parameters that are known here, each with the most bytes that it may have.
const KNOWN: [(&str, usize); 10] = [
    ("scope", 2000),
    ("acr_values", 500),
    ("login_hint", 500),
    ("login_hint_token", 8192),
    ("id_token_hint", 8192),
    ("binding_message", 500),
    ("user_code", 100),
    ("requested_expiry", 20),
    ("client_notification_token", 1024),
    (resources::PARAMETER, 2000),
];
/// The longest message, in characters.
const LONGEST_MESSAGE: usize = 100;
/// How long a signed request may live, and how old it may be (FAPI-CIBA §5.2.2).
const LONGEST_LIFE: Duration = Duration::from_hours(1);
/// How far ahead the clock of an application may be.
const SKEW: Duration = Duration::from_secs(10);

/// How an application names the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PersonHint {
    /// By their sign-in email.
    Email(String),
    /// By an ID token of theirs, not verified yet.
    IdToken(String),
}

/// A request that is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackchannelAsk {
    pub(super) scope: Scopes,
    pub(super) resources: Vec<String>,
    pub(super) acr: Option<Acr>,
    pub(super) hint: PersonHint,
    pub(super) message: String,
    pub(super) lifetime: Duration,
    pub(super) notification_token: Option<String>,
}

/// Reads the parameters of an application that is told of answers, or not.
///
/// # Errors
/// The fault of the request, by its error code.
pub fn read(parameters: &Parameters, application: &Application) -> Result<BackchannelAsk, EndpointRefusal> {
    let invalid = EndpointRefusal::invalid_request;
    for (name, most) in KNOWN {
        if name != resources::PARAMETER && parameters.one(name)?.is_some_and(|value| value.len() > most) {
            return Err(invalid("a parameter is too long"));
        }
    }
    let scope = Scopes::parse(parameters.one("scope")?.unwrap_or_default())
        .map_err(|_| EndpointRefusal::new("invalid_scope", "scope is malformed"))?;
    let mut scope = scope.allowed_by(&application.scopes);
    if !application.may(GrantType::RefreshToken) {
        scope = scope.without("offline_access");
    }
    if !scope.has("openid") {
        return Err(EndpointRefusal::new("invalid_scope", "scope has no openid, or it is not allowed"));
    }
    if parameters.one("login_hint_token")?.is_some() {
        return Err(invalid("login_hint_token is not supported: use login_hint or id_token_hint"));
    }
    let hint = match (parameters.one("login_hint")?, parameters.one("id_token_hint")?) {
        (Some(email), None) => PersonHint::Email(email.to_owned()),
        (None, Some(token)) => PersonHint::IdToken(token.to_owned()),
        _ => return Err(invalid("exactly one of login_hint and id_token_hint is needed")),
    };
    let message = parameters.one("binding_message")?.unwrap_or_default().trim();
    let no_message = || EndpointRefusal::new("invalid_binding_message", "binding_message must be a line of up to 100");
    if !message.is_empty() && !is_line(message, LONGEST_MESSAGE) {
        return Err(no_message());
    }
    // FAPI-CIBA §5.2.2: without a message nothing ties the phone to what the person is doing elsewhere.
    if application.profile.fapi && message.is_empty() {
        return Err(EndpointRefusal::new("invalid_binding_message", "binding_message is needed with fapi"));
    }
    let token = parameters.one("client_notification_token")?;
    let is_told = application.profile.backchannel_notification_uri.is_some();
    if is_told && !token.is_some_and(is_bearer_token) {
        return Err(invalid("client_notification_token is missing or malformed"));
    }
    Ok(BackchannelAsk {
        scope,
        resources: resources::of_request(parameters, application)?,
        acr: acr(parameters.one("acr_values")?.unwrap_or_default()),
        hint,
        message: message.to_owned(),
        lifetime: lifetime(parameters.one("requested_expiry")?)?,
        notification_token: token.filter(|_| is_told).map(str::to_owned),
    })
}

/// The weakest strength that will do, of those that are known here.
fn acr(values: &str) -> Option<Acr> {
    values.split_ascii_whitespace().filter_map(|value| value.parse().ok()).min()
}

fn lifetime(wished: Option<&str>) -> Result<Duration, EndpointRefusal> {
    let Some(text) = wished else { return Ok(USUAL_LIFETIME) };
    let seconds: u64 = text
        .parse()
        .ok()
        .filter(|seconds| *seconds > 0)
        .ok_or(EndpointRefusal::invalid_request("requested_expiry must be a number of seconds"))?;
    Ok(Duration::from_secs(seconds).clamp(*LIFETIMES.start(), *LIFETIMES.end()))
}

/// Whether a text can be a bearer token (RFC 6750 §2.1).
fn is_bearer_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

/// The claims of a signed request about itself (§7.1.1).
#[derive(Deserialize)]
struct SignedRequestFacts {
    iss: String,
    aud: Audience,
    exp: f64,
    nbf: f64,
    iat: f64,
    jti: String,
    sub: Option<String>,
}

/// The parameters of a signed request, once it is proven to be of this application, for this service and for now. They
/// alone count.
///
/// # Errors
/// The fault of the token, or the lack of registered keys.
pub fn open(
    text: &str,
    application: &Application,
    issuer: &str,
    now: Timestamp,
) -> Result<Parameters, EndpointRefusal> {
    let invalid = EndpointRefusal::invalid_request;
    let ClientAuthentication::PrivateKeyJwt { jwks } = &application.authentication else {
        return Err(invalid("signed requests are for applications whose keys are registered"));
    };
    let token = Compact::parse(text).ok_or(invalid("request is not a signed JWT"))?;
    if !fapi::takes_algorithm(application, &token.header.alg) || !client_keys::verify(&token, jwks) {
        return Err(invalid("request is not signed with a registered key and its algorithm"));
    }
    let about: SignedRequestFacts =
        token.claims().ok_or(invalid("iss, aud, exp, nbf, iat or jti is missing or malformed"))?;
    let (begins_at, expires_at) = (instant(about.nbf), instant(about.exp));
    let latest_start = now.plus(SKEW);
    let checks = [
        (about.iss == application.client_id, "iss is not the client_id"),
        // It must not do as a client assertion, too.
        (about.sub.is_none(), "sub must not be there"),
        (about.aud.has(issuer), "aud is not this issuer"),
        (!about.jti.is_empty(), "jti is empty"),
        (begins_at <= latest_start && instant(about.iat) <= latest_start, "nbf or iat is ahead"),
        (begins_at >= now.minus(LONGEST_LIFE), "nbf is more than an hour ago"),
        (now < expires_at && expires_at <= begins_at.plus(LONGEST_LIFE), "exp is past, or more than an hour after nbf"),
    ];
    if let Some((_, description)) = checks.into_iter().find(|(holds, _)| !holds) {
        return Err(invalid(description));
    }
    let claims: Map<String, Value> = token.claims().ok_or(invalid("request is not a JSON object"))?;
    let known = claims.into_iter().filter(|(name, _)| KNOWN.iter().any(|(known, _)| known == name));
    known
        .flat_map(|(name, value)| each(&name, value).into_iter().map(move |value| (name.clone(), value)))
        .map(|(name, value)| Some((name, text_of(value)?)))
        .collect::<Option<Parameters>>()
        .ok_or(invalid("a parameter is neither a text nor a number"))
}

/// The values of a claim. The one parameter that may come more than once may be an array.
fn each(name: &str, value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) if name == resources::PARAMETER => values,
        value => vec![value],
    }
}

/// A claim as the parameter would have it: `requested_expiry` may be a number.
fn text_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_for_a_time_is_kept_within_its_limits() {
        assert_eq!(lifetime(None), Ok(USUAL_LIFETIME));
        assert_eq!(lifetime(Some("90")), Ok(Duration::from_secs(90)));
        assert_eq!(lifetime(Some("1")), Ok(*LIFETIMES.start()));
        assert_eq!(lifetime(Some("86400")), Ok(*LIFETIMES.end()));
        for wrong in ["", "0", "-5", "1.5", "soon"] {
            assert!(lifetime(Some(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_notification_token_is_one_that_a_header_can_carry() {
        for right in ["8d67dc78-7faa-4d41-aabd-67707b374255", "abc.~+/_==", "0"] {
            assert!(is_bearer_token(right), "{right}");
        }
        for wrong in ["", "==", "two words", "line\nbreak", "\"quoted\"", "=a"] {
            assert!(!is_bearer_token(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn of_several_strengths_the_weakest_known_one_is_asked_for() {
        assert_eq!(acr("urn:unknown aal2 phr"), Some(Acr::Aal2));
        assert_eq!(acr("urn:unknown"), None);
    }
}
