//! No open redirector (RFC 9700 §4.11.2). A faulty request of an application that is somebody else's sends no browser
//! on to that application while nobody is signed in: a link to this service would otherwise lead at once to a page of
//! their choice. The person sees an error page, and goes on by their own click.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;

use super::answer::{AuthorizationResponse, send};
use super::destination::Destination;
use super::pages;
use super::request::{OAuthError, PageRefusal, RequestRefusal};
use crate::app::App;
use crate::event::Event;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::refusal::RefusalPage;
use crate::platform::web::views::WayBack;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{Application, origin_or_scheme};
use crate::sign_in::sessions;

/// An authorization request in a link.
pub(super) struct AuthorizationLink {
    /// The query of the link.
    pub(super) query: String,
    /// Whether the person has seen the error page, and pressed *Back to NAME* on it.
    pub(super) by_click: bool,
}

/// Answers a request that is not in order: the application where it may be told, the person otherwise.
pub(super) async fn tell(
    app: &App,
    visit: &Visit,
    application: &Application,
    link: &AuthorizationLink,
    refusal: RequestRefusal,
) -> Result<Response, EarlyAnswer> {
    let key = match refusal {
        RequestRefusal::Redirect(destination, error) => {
            if !link.by_click && !may_follow(app, visit, application).await? {
                return Err(refusal_page(visit, application, &destination, error, &link.query).into());
            }
            tracing::info!(
                client_id = application.client_id,
                error = error.error,
                cause = error.description,
                "refused"
            );
            return Ok(send(app, visit, application, &destination, &AuthorizationResponse::Error(error)).await?);
        }
        RequestRefusal::Page(PageRefusal::UnknownApplication) => "application",
        RequestRefusal::Page(PageRefusal::UnregisteredAddress) => "redirect",
    };
    Err(RefusalPage::new(StatusCode::BAD_REQUEST, key).at(&application.name).into())
}

/// Whether a browser goes to the application by itself with the error of a faulty request.
async fn may_follow(app: &App, visit: &Visit, application: &Application) -> Result<bool, Fault> {
    Ok(!application.profile.third_party || sessions::of_visit(app, visit).await?.is_some())
}

/// The error page with *Back to NAME*, which answers the application.
fn refusal_page(
    visit: &Visit,
    application: &Application,
    destination: &Destination,
    error: OAuthError,
    query: &str,
) -> RefusalPage {
    let way_back = WayBack {
        action: format!("/oauth/authorize/back?{query}"),
        hidden: Vec::new(),
        leaves_for: origin_or_scheme(&destination.redirect_uri),
    };
    let mut refused = RefusalPage::new(StatusCode::BAD_REQUEST, "faulty-request")
        .at(&application.name)
        .because(format!("{}: {}", error.error, error.description));
    let entry = pages::entry(visit, application, Event::ProviderRequestRefused).detail("error", error.error);
    refused.entry = Some(Box::new(entry));
    refused.help = Some(Box::new(way_back.into()));
    refused
}

/// `POST /oauth/authorize/back`: the person goes back to the application whose request is faulty. The request is read
/// anew, because nothing was stored. Only our own page may post this.
pub(crate) async fn go_back(
    State(app): State<App>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, EarlyAnswer> {
    let link = AuthorizationLink { query: query.unwrap_or_default(), by_click: true };
    Box::pin(pages::follow(app, visit, link)).await
}
