//! The common parts of the endpoints that applications call: answers in JSON that nobody keeps, and
//! refusals as the standard words them (RFC 6749 §5.2).

pub(crate) mod cors;
pub(crate) mod discovery;
pub(in crate::provider) mod turning_back;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;

use crate::platform::db;
use crate::platform::web::fault::Fault;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::parameters::{Form, Parameters, RepeatedParameter};
use crate::provider::applications::resources::{self, InvalidTarget};
use crate::provider::token::dpop::DPOP_NONCE;

/// A refusal by one of these endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointRefusal {
    /// The status of the answer.
    pub(crate) status: StatusCode,
    /// The name that the standard gives it.
    pub(crate) error: &'static str,
    /// A word for the developer: plain ASCII without quotes.
    pub(crate) description: &'static str,
}

impl EndpointRefusal {
    /// A refusal with status 400.
    pub(crate) const fn new(error: &'static str, description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description }
    }

    /// A parameter is missing, malformed, repeated or goes with another one not.
    pub(crate) const fn invalid_request(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }

    /// A code or refresh token is not, or no more, what it should be.
    pub(crate) const fn invalid_grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }

    /// A resource is malformed or not this application's (RFC 8707 §2).
    pub(crate) const INVALID_TARGET: Self = Self::new(resources::INVALID_TARGET, InvalidTarget::DESCRIPTION);

    /// The application has not proven to be itself. The part that failed is not told.
    pub(crate) const INVALID_CLIENT: Self = Self {
        status: StatusCode::UNAUTHORIZED,
        error: "invalid_client",
        description: "the application is unknown or has not proven to be itself",
    };
}

impl From<InvalidTarget> for EndpointRefusal {
    fn from(InvalidTarget: InvalidTarget) -> Self {
        Self::INVALID_TARGET
    }
}

impl From<RepeatedParameter> for EndpointRefusal {
    fn from(_: RepeatedParameter) -> Self {
        Self::invalid_request("a parameter came more than once")
    }
}

impl IntoResponse for EndpointRefusal {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": self.error, "error_description": self.description });
        let mut response = json(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"Salpa\", charset=\"UTF-8\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Why an endpoint has no good answer.
#[derive(Clone, Debug)]
pub enum EndpointError {
    /// It refuses.
    Refused(EndpointRefusal),
    /// It refuses a proof that has no nonce, or one that is over, and gives this one (RFC 9449 §8).
    NonceWanted(String),
    /// It refuses because too many requests came from one network.
    TooMuch(TooMuch),
    /// Something failed inside.
    Failed(Fault),
}

impl From<EndpointRefusal> for EndpointError {
    fn from(refusal: EndpointRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<RepeatedParameter> for EndpointError {
    fn from(repeated: RepeatedParameter) -> Self {
        Self::Refused(repeated.into())
    }
}

impl From<TooMuch> for EndpointError {
    fn from(too_much: TooMuch) -> Self {
        Self::TooMuch(too_much)
    }
}

impl From<Fault> for EndpointError {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl From<db::Error> for EndpointError {
    fn from(error: db::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for EndpointError {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal.into_response(),
            Self::NonceWanted(nonce) => {
                let wanted =
                    EndpointRefusal::new("use_dpop_nonce", "the proof needs the nonce of the DPoP-Nonce header");
                let mut response = wanted.into_response();
                if let Ok(nonce) = HeaderValue::from_str(&nonce) {
                    response.headers_mut().insert(DPOP_NONCE, nonce);
                }
                response
            }
            Self::TooMuch(too_much) => {
                let refusal = EndpointRefusal {
                    status: StatusCode::TOO_MANY_REQUESTS,
                    ..EndpointRefusal::new("temporarily_unavailable", "too many requests came from this network")
                };
                let mut response = refusal.into_response();
                response.headers_mut().insert(RETRY_AFTER, too_much.wait.as_secs().max(1).into());
                response
            }
            Self::Failed(fault) => fault.into_response(),
        }
    }
}

/// The parameters of a request to an endpoint: a form, none of them twice (RFC 6749 §3.2).
///
/// # Errors
/// The refusal that the standard names.
pub(super) fn parameters(form: Result<Form, Response>) -> Result<Parameters, EndpointRefusal> {
    parameters_but(form, &[])
}

/// Like [`parameters`], with names that may come more than once.
///
/// # Errors
/// The refusal that the standard names.
pub(super) fn parameters_but(form: Result<Form, Response>, may_repeat: &[&str]) -> Result<Parameters, EndpointRefusal> {
    let Form(parameters) = form.map_err(|response| EndpointRefusal {
        status: match response.status() {
            StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        },
        ..EndpointRefusal::invalid_request("the body must be application/x-www-form-urlencoded")
    })?;
    match parameters.repeated_but(may_repeat) {
        Some(_) => Err(EndpointRefusal::invalid_request("a parameter came more than once")),
        None => Ok(parameters),
    }
}

/// An answer that is one token, and that nobody keeps.
pub(super) fn jwt(kind: &'static str, token: String) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    ([(CONTENT_TYPE, HeaderValue::from_static(kind)), (CACHE_CONTROL, no_store)], token).into_response()
}

/// An answer in JSON that nobody keeps (RFC 6749 §5.1).
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (
            status,
            [
                (CONTENT_TYPE, HeaderValue::from_static("application/json")),
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (PRAGMA, HeaderValue::from_static("no-cache")),
            ],
            body,
        )
            .into_response(),
        Err(error) => Fault::new(error).into_response(),
    }
}
