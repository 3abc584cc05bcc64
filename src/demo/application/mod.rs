//! One demo application: its addresses and its state.

mod access_token;
mod api;
mod asking;
mod call_centre;
mod door;
mod http_client;
mod journeys;
mod jwt;
mod logout_token;
mod pages;
mod provider;
mod sessions;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;

use super::{CannotServe, DemoApplication};
use crate::platform::web::BODY_LIMIT;
use crate::platform::web::translations::{Language, Texts};
use provider::Provider;
use sessions::Memory;

/// The path for the answer of the provider.
pub(super) const CALLBACK: &str = "/callback";
/// The path to which the provider sends the browser after signing out.
pub(super) const SIGNED_OUT: &str = "/signed-out";
/// The path for back-channel logouts.
pub(super) const BACK_CHANNEL_LOGOUT: &str = "/back-channel-logout";

/// A running application. Cheap to clone.
#[derive(Clone)]
struct RunningApplication(Arc<ApplicationParts>);

struct ApplicationParts {
    is: DemoApplication,
    provider: Provider,
    memory: Memory,
    session_cookie: String,
    browser_cookie: String,
}

impl std::ops::Deref for RunningApplication {
    type Target = ApplicationParts;

    fn deref(&self) -> &ApplicationParts {
        &self.0
    }
}

/// The application as one browser sees it, in its language.
struct VisitedApplication {
    application: RunningApplication,
    texts: Texts,
}

impl std::ops::Deref for VisitedApplication {
    type Target = RunningApplication;

    fn deref(&self) -> &RunningApplication {
        &self.application
    }
}

impl FromRequestParts<RunningApplication> for VisitedApplication {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, application: &RunningApplication) -> Result<Self, Self::Rejection> {
        Ok(application.seen_by(&parts.headers))
    }
}

impl RunningApplication {
    /// The application as the browser of a request sees it.
    fn seen_by(&self, headers: &HeaderMap) -> VisitedApplication {
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
        let texts = Texts::new(Language::negotiate(None, None, accepted));
        VisitedApplication { application: self.clone(), texts }
    }
}

impl ApplicationParts {
    fn is_secure(&self) -> bool {
        self.is.public_url.starts_with("https://")
    }
}

/// Every address of the application.
///
/// # Errors
/// One of the configured addresses is none.
pub(crate) fn router(application: DemoApplication) -> Result<Router, CannotServe> {
    let prefix = application.kind.cookie_prefix();
    let state = RunningApplication(Arc::new(ApplicationParts {
        provider: Provider::new(&application)?,
        memory: Memory::default(),
        session_cookie: format!("{prefix}_session"),
        browser_cookie: format!("{prefix}_browser"),
        is: application,
    }));
    let for_browsers = Router::new()
        .route("/", get(pages::home))
        .route("/people", get(pages::people))
        .route("/call-centre", get(call_centre::show).post(call_centre::ask))
        .route("/call-centre/{reference}", get(call_centre::wait))
        .route("/sign-in", get(journeys::sign_in))
        .route(CALLBACK, get(journeys::callback))
        .route("/sensitive-act", post(journeys::sensitive_act))
        .route("/refresh", post(journeys::refresh))
        .route("/sign-out", post(journeys::sign_out))
        .route(SIGNED_OUT, get(pages::signed_out))
        .fallback(pages::not_found)
        .layer(from_fn_with_state(state.clone(), door::same_origin_only));
    Ok(for_browsers
        .route(api::SECRET_ACT, post(api::secret_act))
        .route(BACK_CHANNEL_LOGOUT, post(journeys::back_channel_logout))
        .route("/demo.css", get(door::stylesheet))
        .route("/icon.svg", get(door::icon))
        .layer(axum::extract::DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(state.clone(), door::close_tightly))
        .with_state(state))
}
