//! The errors of the API: problem details (RFC 9457). Each kind has a permanent address that explains it, and each
//! answer has an identifier that is in the log.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::too_many;
use crate::administration::Stop;
use crate::app::App;
use crate::directory::rights::{MOST_RIGHTS, Right};
use crate::platform::db;
use crate::platform::settings::PublicUrl;
use crate::platform::web::fault::{ErrorId, Fault};
use crate::platform::web::flood::TooMuch;
use crate::platform::web::refusal::DoorRefusal;
use crate::platform::web::visit::Visit;
use crate::provider::applications::RegistrationError;

/// The seconds to wait while there is too much load.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// The kind of a problem. Programs know the names, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The request is not JSON of the documented form.
    Malformed,
    /// There is no valid access token.
    Unauthorized,
    /// The token or the grant behind it lacks the scope.
    InsufficientScope,
    /// The person behind the token needs a fresh proof.
    StaleAuthentication,
    /// The API does not allow this, or the caller would give more than they have.
    NotAllowed,
    /// The thing does not exist, or is not the caller's.
    NotFound,
    /// The address exists, but not with this method.
    MethodNotAllowed,
    /// The thing exists already.
    AlreadyThere,
    /// Nobody could manage the company afterwards.
    LastAdministrator,
    /// Another company decides about the profile.
    ForeignProfile,
    /// A value is readable, but not acceptable.
    Invalid,
    /// A filter of SCIM that cannot be read, or asks for more than there is.
    InvalidFilter,
    /// The path of a change by SCIM that cannot be read.
    InvalidPath,
    /// The path of a change by SCIM that leads to nothing.
    NoTarget,
    /// An attribute of SCIM that is not to be written, or always has a value.
    ReadOnly,
    /// The stored version is not the one that the caller knows.
    Changed,
    /// The request is for another host.
    Misdirected,
    /// The body is too large.
    TooLarge,
    /// The body has another media type than JSON.
    UnsupportedMediaType,
    /// The idempotency key was used for another request.
    KeyReused,
    /// A request with the same idempotency key is still running.
    InProgress,
    /// There were too many requests.
    TooMany,
    /// The service does not offer this.
    NotOffered,
    /// The service has a fault.
    Fault,
    /// The service is overloaded, or its database is not available.
    Unavailable,
}

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Self; 25] = [
        Self::Malformed,
        Self::Unauthorized,
        Self::InsufficientScope,
        Self::StaleAuthentication,
        Self::NotAllowed,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::AlreadyThere,
        Self::LastAdministrator,
        Self::ForeignProfile,
        Self::Invalid,
        Self::InvalidFilter,
        Self::InvalidPath,
        Self::NoTarget,
        Self::ReadOnly,
        Self::Changed,
        Self::Misdirected,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::KeyReused,
        Self::InProgress,
        Self::TooMany,
        Self::NotOffered,
        Self::Fault,
        Self::Unavailable,
    ];

    /// The last part of its address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unauthorized => "unauthorized",
            Self::InsufficientScope => "insufficient-scope",
            Self::StaleAuthentication => "stale-authentication",
            Self::NotAllowed => "not-allowed",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::AlreadyThere => "already-there",
            Self::LastAdministrator => "last-administrator",
            Self::ForeignProfile => "foreign-profile",
            Self::Invalid => "invalid",
            Self::InvalidFilter => "invalid-filter",
            Self::InvalidPath => "invalid-path",
            Self::NoTarget => "no-target",
            Self::ReadOnly => "read-only",
            Self::Changed => "changed",
            Self::Misdirected => "misdirected",
            Self::TooLarge => "too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::KeyReused => "key-reused",
            Self::InProgress => "in-progress",
            Self::TooMany => "too-many",
            Self::NotOffered => "not-offered",
            Self::Fault => "fault",
            Self::Unavailable => "unavailable",
        }
    }

    /// The status of the response.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Malformed | Self::InvalidFilter | Self::InvalidPath | Self::NoTarget | Self::ReadOnly => {
                StatusCode::BAD_REQUEST
            }
            Self::Unauthorized | Self::StaleAuthentication => StatusCode::UNAUTHORIZED,
            Self::InsufficientScope | Self::NotAllowed | Self::ForeignProfile => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::AlreadyThere | Self::LastAdministrator | Self::InProgress => StatusCode::CONFLICT,
            Self::Invalid | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Changed => StatusCode::PRECONDITION_FAILED,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::NotOffered => StatusCode::NOT_IMPLEMENTED,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The title of all problems of this kind.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request cannot be read",
            Self::Unauthorized => "A valid access token is needed",
            Self::InsufficientScope => "The access token lacks the scope",
            Self::StaleAuthentication => "A fresh proof of the person is needed",
            Self::NotAllowed => "The caller is not allowed to do this",
            Self::NotFound => "There is nothing at this address",
            Self::MethodNotAllowed => "The method is not supported at this address",
            Self::AlreadyThere => "The thing exists already",
            Self::LastAdministrator => "Nobody could manage the company after this",
            Self::ForeignProfile => "The profile belongs to another company",
            Self::Invalid => "A value is not acceptable",
            Self::InvalidFilter => "The filter cannot be used",
            Self::InvalidPath => "The path cannot be read",
            Self::NoTarget => "The path leads to nothing",
            Self::ReadOnly => "The attribute is not to be written so",
            Self::Changed => "It has changed since it was read",
            Self::Misdirected => "The request is for another host",
            Self::TooLarge => "The body is too large",
            Self::UnsupportedMediaType => "The body must be JSON",
            Self::KeyReused => "The idempotency key was used for another request",
            Self::InProgress => "The same request is still running",
            Self::TooMany => "Too many requests",
            Self::NotOffered => "The service does not support this",
            Self::Fault => "Something went wrong",
            Self::Unavailable => "The service is not available at the moment",
        }
    }

    /// The advice to the programmer.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Malformed => "Compare the request with its description. Unknown and repeated names are refused, too.",
            Self::Unauthorized => {
                "Ask the token endpoint for a token with this API as its resource, and send it in the header Authorization."
            }
            Self::InsufficientScope => {
                "Ask for a token with the scope that the header WWW-Authenticate names. If the application may not have it, ask an administrator of the company or the operator of the service."
            }
            Self::StaleAuthentication => {
                "Send the person to sign in with the max_age that the header WWW-Authenticate names, and come back with the new token."
            }
            Self::NotAllowed => "Nobody gives or takes away a role that they could not have given.",
            Self::NotFound => {
                "Things of a company in which the caller has no authority look the same as things that do not exist."
            }
            Self::MethodNotAllowed => "The header Allow names the supported methods.",
            Self::AlreadyThere => "Read it, and change it if you want another state.",
            Self::LastAdministrator => "Make somebody else an administrator first.",
            Self::ForeignProfile => {
                "A company changes only the profiles of people whose basic company it is, and an email only if the person is a user of no other company."
            }
            Self::Invalid => "The detail names the value and what it must be.",
            Self::InvalidFilter => "SCIM only: the detail says what is wrong with it.",
            Self::InvalidPath => "SCIM only: a path is an attribute, a part of it, or a filter for its values.",
            Self::NoTarget => "SCIM only: values are added and replaced as a whole, without a filter for them.",
            Self::ReadOnly => "SCIM only: the detail names the attribute.",
            Self::Changed => "Read it again, and decide again.",
            Self::Misdirected => {
                "Call this API by the address of the service, which the detail names. Behind a proxy, the proxy has to pass the header Host on."
            }
            Self::TooLarge => "A body has at most 32 kB.",
            Self::UnsupportedMediaType => "Send Content-Type: application/json.",
            Self::KeyReused => "Make a new key for every new request; repeat one with the same body only.",
            Self::InProgress => "Try again in a moment.",
            Self::TooMany => "Wait for the time in the header Retry-After.",
            Self::NotOffered => "SCIM only: the service provider configuration names the supported features.",
            Self::Fault => "Tell the operator the error identifier.",
            Self::Unavailable => "Try again after the time in the header Retry-After, with the same idempotency key.",
        }
    }

    /// The kind of a bare refusal by the router or an extractor.
    fn of_status(status: StatusCode) -> Option<Self> {
        Some(match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::MISDIRECTED_REQUEST => Self::Misdirected,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            status if status.is_client_error() => Self::Malformed,
            status if status.is_server_error() => Self::Fault,
            _ => return None,
        })
    }
}

/// A problem to answer with.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    kind: Kind,
    detail: Option<String>,
    /// More for the log. It contains no secrets.
    cause: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem without particulars.
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, detail: None, cause: None, headers: Vec::new() }
    }

    /// A value that is not acceptable, with the reason.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid).detail(detail)
    }

    /// The same problem with its particulars for the programmer.
    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same problem with a header.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Its kind.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let kind = if fault.status() == StatusCode::SERVICE_UNAVAILABLE { Kind::Unavailable } else { Kind::Fault };
        Self { cause: Some(fault.cause().to_owned()), ..Self::new(kind) }
    }
}

impl From<db::Error> for Problem {
    fn from(error: db::Error) -> Self {
        Fault::from(error).into()
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        let not_allowed = |words: String| Self::new(Kind::NotAllowed).detail(words);
        match stop {
            Stop::NotFound => Self::new(Kind::NotFound),
            Stop::BeyondReach | Stop::ProfileBeyondReach => {
                not_allowed("the user may do more than the caller, or is the caller".to_owned())
            }
            Stop::ForeignProfile => Self::new(Kind::ForeignProfile),
            Stop::RoleNotTheirs(role) => {
                not_allowed(format!("the role \"{}\" is not the caller's to give or take away", role.as_str()))
            }
            Stop::RightNotTheirs(right) => {
                not_allowed(format!("the right {} is not the caller's to give or take away", right.name))
            }
            Stop::UnknownRight(Right { application, name }) => Self::invalid(format!(
                "the application {application} is not open to the company, or knows no right {name}"
            )),
            Stop::UnknownProfile => Self::invalid("the company has no ready-made profile of that id"),
            Stop::UnknownCompany => Self::invalid("there is no such company"),
            Stop::TooManyRights => Self::invalid(format!("a user has at most {MOST_RIGHTS} rights")),
            Stop::LastAdministrator => Self::new(Kind::LastAdministrator),
            Stop::NotActive => Self::invalid("the user was removed, or is not active there"),
            Stop::AlreadyUser => Self::new(Kind::AlreadyThere).detail("the person is a user of the company already"),
            Stop::AlreadyEmployee => Self::new(Kind::AlreadyThere).detail("on the employee listing already"),
            Stop::NoDirectory => Self::invalid("the company has no directory that is offered"),
            Stop::Domain(refusal) => super::domains::problem_of(refusal),
            Stop::EmailTaken => Self::new(Kind::AlreadyThere).detail("somebody else signs in with that email"),
            Stop::UserElsewhere => Self::new(Kind::ForeignProfile).detail("a user of another company, too"),
            Stop::AlreadyThere => Self::new(Kind::AlreadyThere).detail("that name or identifier is taken already"),
            Stop::LocksOut(locks_out) => Self::invalid(locks_out.words()),
            Stop::BadName => Self::invalid("a given name has 1 to 100 characters, and a family name at most 100"),
            Stop::NotAnOffice => Self::invalid("an accounting office alone manages clients, and not itself"),
            Stop::BadAddresses(mistakes) => Self::invalid(RegistrationError::Mistakes(mistakes).to_string()),
            Stop::Announcement(_) => Self::invalid("it cannot be announced"),
            Stop::Phone(_) => Self::invalid("the phone cannot be set"),
            Stop::ChangedSinceFirst(_) => Self::invalid("changed since the first invitation: the operator releases it"),
            Stop::CodeNotEntered => Self::invalid("the sign-up code was not entered yet"),
            Stop::StaleProof => Self::new(Kind::StaleAuthentication),
            Stop::TooMany { wait } => too_many(TooMuch { wait }),
            Stop::Fault(fault) => fault.into(),
        }
    }
}

impl IntoResponse for Problem {
    /// An empty response that carries the problem; the layer around the API writes the body.
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Problem details (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProblemDetails {
    /// The permanent address of the kind, which explains it.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The title of the kind.
    pub(crate) title: String,
    /// The status of the response.
    pub(crate) status: u16,
    /// The particulars of this problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    /// The identifier of the problem in the operator's log.
    pub(crate) error_id: String,
}

/// The address of a kind of problem.
pub(crate) fn address(public_url: &PublicUrl, kind: Kind) -> String {
    public_url.join(&format!("/api/v1/#problem-{}", kind.slug()))
}

/// The rendering of a problem by the API or by SCIM.
pub(crate) type ProblemRenderer = fn(&App, &Problem, &ErrorId) -> RenderedProblem;

/// A problem as a response.
#[derive(Clone, Debug)]
pub(crate) struct RenderedProblem {
    /// The status.
    pub(crate) status: StatusCode,
    /// The media type.
    pub(crate) content_type: &'static str,
    /// The body.
    pub(crate) body: serde_json::Value,
}

/// The layer that answers problems and faults with problem details.
pub async fn show(State(app): State<App>, visit: Visit, request: Request, next: Next) -> Response {
    tell(&app, &visit, next.run(request).await, details)
}

/// Problem details for a request of the API that was refused at the door, before there was a [`Visit`].
pub(crate) async fn show_at_the_door(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_ours = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if is_ours { tell_at_the_door(&app, response, details) } else { response }
}

/// The response with a body for the refusal at the door that it carries; others stay as they are.
pub(crate) fn tell_at_the_door(app: &App, response: Response, render: ProblemRenderer) -> Response {
    let refusal = response.extensions().get::<DoorRefusal>();
    let kind = refusal.and_then(|refusal| Kind::of_status(refusal.status));
    let (Some(refusal), Some(kind)) = (refusal, kind) else { return response };
    let words = match kind {
        Kind::Misdirected => format!("the address of the service is {}", app.settings.public_url.origin()),
        _ => refusal.cause.to_owned(),
    };
    let RenderedProblem { status, content_type, body } =
        render(app, &Problem::new(kind).detail(words), &refusal.error_id);
    (status, [(CONTENT_TYPE, content_type)], body.to_string()).into_response()
}

/// The response with a body for the problem, fault or bare refusal that it carries.
pub(crate) fn tell(app: &App, visit: &Visit, mut response: Response, render: ProblemRenderer) -> Response {
    let carried = response.extensions_mut().remove::<Problem>();
    let fault = response.extensions_mut().remove::<Fault>().map(Problem::from);
    let is_bare = !response.headers().contains_key(CONTENT_TYPE);
    let bare = || Kind::of_status(response.status()).filter(|_| is_bare).map(Problem::new);
    let Some(problem) = carried.or(fault).or_else(bare) else { return response };
    let error_id = ErrorId::new(&app.random);
    let cause = problem.cause.as_deref().or(problem.detail.as_deref()).unwrap_or("");
    let (error_id_text, kind) = (error_id.as_str(), problem.kind.slug());
    if problem.kind.status().is_server_error() {
        tracing::error!(error_id = error_id_text, kind, cause, path = visit.path, "a request to the API failed");
    } else {
        tracing::info!(error_id = error_id_text, kind, cause, path = visit.path, "a request to the API was refused");
    }
    let RenderedProblem { status, content_type, body } = render(app, &problem, &error_id);
    let mut answer = (status, [(CONTENT_TYPE, content_type)], body.to_string()).into_response();
    let headers = answer.headers_mut();
    if let Some(allow) = response.headers().get(ALLOW) {
        headers.insert(ALLOW, allow.clone());
    }
    if matches!(problem.kind, Kind::Unavailable) {
        headers.insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    for (name, value) in problem.headers {
        if name == WWW_AUTHENTICATE {
            headers.append(name, value)
        } else {
            headers.insert(name, value).is_some()
        };
    }
    answer
}

fn details(app: &App, problem: &Problem, error_id: &ErrorId) -> RenderedProblem {
    let details = ProblemDetails {
        kind: address(&app.settings.public_url, problem.kind),
        title: problem.kind.title().to_owned(),
        status: problem.kind.status().as_u16(),
        detail: problem.detail.clone(),
        error_id: error_id.to_string(),
    };
    RenderedProblem {
        status: problem.kind.status(),
        content_type: "application/problem+json",
        body: serde_json::json!(details),
    }
}

impl Problem {
    /// The status of the response.
    pub(crate) fn status(&self) -> StatusCode {
        self.kind.status()
    }

    /// Its particulars.
    pub(crate) fn particular(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_address_of_its_own() {
        let mut slugs: Vec<_> = Kind::ALL.into_iter().map(Kind::slug).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), Kind::ALL.len());
        assert!(Kind::ALL.into_iter().all(|kind| !kind.status().is_success()));
    }
}
