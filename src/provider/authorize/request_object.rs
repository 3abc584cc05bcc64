//! Signed authorization requests (JAR, RFC 9101): the parameters as claims of a token that the
//! application has signed with a key of its own. Only signed ones, and only by value: no request is fetched, and nothing
//! is decrypted.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::jose::{Compact, instant};
use crate::platform::web::parameters::Parameters;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{Application, ClientAuthentication};
use crate::provider::applications::{client_keys, fapi, resources};
use crate::provider::authorize::{OAuthError, RequestError, is_parameter};
use crate::provider::claims::access_token::Audience;
use crate::provider::key_sets;

/// The algorithms of request objects, as in the metadata.
pub(crate) use crate::provider::applications::client_keys::ALGORITHMS;

/// How long a request object may live.
const LONGEST_LIFE: Duration = Duration::from_hours(1);
/// How far ahead the clock of an application may be.
const SKEW: Duration = Duration::from_secs(10);
/// Its type (RFC 9101 §10.8).
const TYPE: &str = "oauth-authz-req+jwt";

const fn invalid(description: &'static str) -> OAuthError {
    OAuthError { error: "invalid_request_object", description }
}

/// The claims of a request object about itself, beside the parameters.
#[derive(Deserialize)]
struct Itself {
    iss: String,
    aud: Audience,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    sub: Option<String>,
    client_id: String,
}

/// The parameters of a request object, by the keys of the application that count now ([`open`]).
///
/// # Errors
/// The fault of the request object, or of the database.
pub(in crate::provider) async fn open_now(
    app: &App,
    visit: &Visit,
    text: &str,
    application: &Application,
) -> Result<Parameters, RequestError> {
    let named = key_sets::named_by(text);
    let current = key_sets::with_current_keys(app, application.clone(), named.as_deref(), visit.now).await?;
    let application = current.ok_or(invalid("the keys that the application publishes cannot be had"))?;
    Ok(open(text, &application, app.settings.public_url.origin(), visit.now)?)
}

/// The parameters of a request object, once it is proven to be of this application, for this service
/// and for now. They alone count; what came beside the object is not looked at (RFC 9101 §6.3).
///
/// # Errors
/// The fault of the request object, or the lack of registered keys.
pub fn open(text: &str, application: &Application, issuer: &str, now: Timestamp) -> Result<Parameters, OAuthError> {
    let ClientAuthentication::PrivateKeyJwt { jwks } = &application.authentication else {
        let description = "request objects are for applications whose keys are registered";
        return Err(OAuthError { error: "request_not_supported", description });
    };
    let token = Compact::parse(text).ok_or(invalid("the request object is not a signed JWT"))?;
    if !token.header.typ.as_deref().is_none_or(|name| is_type(name, application)) {
        return Err(invalid("typ is not oauth-authz-req+jwt"));
    }
    if !fapi::takes_algorithm(application, &token.header.alg) || !client_keys::verify(&token, jwks) {
        return Err(invalid("the request object is not signed with a registered key and its algorithm"));
    }
    let about: Itself = token.claims().ok_or(invalid("iss, aud, exp or client_id is missing or malformed"))?;
    check(&about, application, issuer, now)?;
    let claims: Map<String, Value> = token.claims().ok_or(invalid("the request object is not a JSON object"))?;
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(invalid("a request object holds no other one"));
    }
    let known = claims.into_iter().filter(|(name, _)| is_parameter(name));
    known
        .flat_map(|(name, value)| each(&name, value).into_iter().map(move |value| (name.clone(), value)))
        .map(|(name, value)| Some((name, text_of(value)?)))
        .collect::<Option<Parameters>>()
        .ok_or(invalid("a parameter is neither a text, a number nor an object"))
}

/// Whether a type is that of a request object. It may be absent (RFC 9101 §10.8): then `iss`, `sub`, `aud` and
/// `client_id` tell a request from any other token. Never another one; what every token is called, `JWT`, is
/// taken where FAPI is not kept.
fn is_type(name: &str, application: &Application) -> bool {
    const MEDIA: &str = "application/";
    // The media type may stand in full (RFC 7515 §4.1.9).
    let short = name
        .get(..MEDIA.len())
        .filter(|start| start.eq_ignore_ascii_case(MEDIA))
        .map_or(name, |_| &name[MEDIA.len()..]);
    short.eq_ignore_ascii_case(TYPE) || (!application.profile.fapi && name.eq_ignore_ascii_case("JWT"))
}

/// The values of a claim. The one parameter that may come more than once may be an array (RFC 8707 §2).
fn each(name: &str, value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) if name == resources::PARAMETER => values,
        value => vec![value],
    }
}

fn check(about: &Itself, application: &Application, issuer: &str, now: Timestamp) -> Result<(), OAuthError> {
    let latest_start = now.plus(SKEW);
    let has_begun = |time: Option<f64>| time.is_none_or(|time| instant(time) <= latest_start);
    let expires_at = instant(about.exp);
    // FAPI 2.0 Message Signing §5.3.1 counts from `nbf`, which must be there.
    let begins_at =
        if application.profile.fapi { Some(instant(about.nbf.ok_or(invalid("nbf is missing"))?)) } else { None };
    let latest_end = begins_at.unwrap_or(now).plus(LONGEST_LIFE);
    let checks: [(bool, &'static str); 7] = [
        (about.client_id == application.client_id, "client_id is not that of the request"),
        (about.iss == application.client_id, "iss is not the client_id"),
        // It must not do as a client assertion, too (§10.8).
        (about.sub.as_deref() != Some(application.client_id.as_str()), "sub must not be the client_id"),
        (about.aud.has(issuer), "aud is not this issuer"),
        (begins_at.is_none_or(|begins_at| begins_at >= now.minus(LONGEST_LIFE)), "nbf is more than an hour ago"),
        (now < expires_at && expires_at <= latest_end, "exp is past, or more than an hour ahead"),
        (has_begun(about.nbf) && has_begun(about.iat), "nbf or iat is ahead"),
    ];
    match checks.into_iter().find(|(holds, _)| !holds) {
        Some((_, description)) => Err(invalid(description)),
        None => Ok(()),
    }
}

/// A claim as the parameter would have it: `max_age` may be a number, `claims` an object (OpenID Connect
/// Core §6.1).
fn text_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => serde_json::to_string(&value).ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) => None,
    }
}
