//! How a request comes in: plain in the link, signed in it (RFC 9101), or pushed before and named by a
//! reference (RFC 9126). The same parameters are read of it afterwards.

use http::StatusCode;

use super::RequestId;
use super::request::{OAuthError, RequestError};
use crate::app::App;
use crate::platform::db;
use crate::platform::web::parameters::{Parameters, RepeatedParameter};
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::authorize::pushed::{self, PushedKey};
use crate::provider::authorize::request_object;

/// A request on its way in.
pub(super) enum Incoming {
    /// These parameters count, and no others.
    Request {
        /// The parameters.
        parameters: Parameters,
        /// The pushed request that they are of, with the key whose proof came with it.
        pushed: Option<(PushedKey, Option<String>)>,
    },
    /// The reference was used, and became this request: its browser may go on there.
    Became(RequestId),
    /// The person is told, by a page of this name.
    Page(StatusCode, &'static str),
}

/// Finds the parameters that count.
///
/// # Errors
/// The fault of the way in, or of the database.
pub(super) async fn read(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: Parameters,
) -> Result<Incoming, RequestError> {
    let wrong = |error, description| Err(OAuthError { error, description }.into());
    let repeated =
        |_: RepeatedParameter| OAuthError { error: "invalid_request", description: "a parameter came more than once" };
    let request = parameters.one("request").map_err(repeated)?;
    match (request, parameters.one("request_uri").map_err(repeated)?) {
        (Some(_), Some(_)) => wrong("invalid_request", "request and request_uri do not go together"),
        (None, Some(uri)) if pushed::is_reference(uri) => Ok(of_pushed(app, visit, application, uri).await?),
        (None, Some(_)) => wrong("request_uri_not_supported", "only the request_uri of a pushed request is taken"),
        _ if application.profile.must_push() => {
            wrong("invalid_request", "this application sends pushed requests alone (PAR)")
        }
        (Some(object), None) => {
            let parameters = request_object::open_now(app, visit, object, application).await?;
            Ok(Incoming::Request { parameters, pushed: None })
        }
        (None, None) if application.profile.require_signed_requests => {
            wrong("invalid_request", "this application sends signed requests alone: request is missing")
        }
        (None, None) => Ok(Incoming::Request { parameters, pushed: None }),
    }
}

/// Parameters beside the reference are not read: the request is the one that was pushed.
async fn of_pushed(
    app: &App,
    visit: &Visit,
    application: &Application,
    request_uri: &str,
) -> Result<Incoming, db::Error> {
    Ok(match pushed::find(&app.db, application, request_uri).await? {
        None => Incoming::Page(StatusCode::BAD_REQUEST, "expired"),
        Some((_, pushed)) if pushed.is_used => match pushed.became {
            Some(id) => Incoming::Became(id),
            None => Incoming::Page(StatusCode::GONE, "answered"),
        },
        Some((_, pushed)) if visit.now >= pushed.expires_at => Incoming::Page(StatusCode::GONE, "expired"),
        Some((key, pushed)) => {
            Incoming::Request { parameters: pushed.parameters, pushed: Some((key, pushed.dpop_jkt)) }
        }
    })
}
