//! The phone app: pages that a phone installs and that work like a native app (FLOWS.md 6). The key of the phone is in
//! `proofs/phones`, what opens and closes the app in `sign_in/on_phone`; here are its pages.

mod answers;
mod applications;
pub mod approvals;
pub(crate) mod biometrics;
mod body;
mod connecting;
mod files;
mod leaving;
pub(crate) mod notifications;
pub(crate) mod pages;
pub mod question_views;
pub(crate) mod requests;
pub(crate) mod scanning;
pub(crate) mod set_up;
pub mod set_up_views;
mod settings;
mod sign_up;
pub mod sign_up_views;
mod support;
pub(crate) mod system;
pub mod views;
pub(crate) mod waiting;
pub(crate) mod who;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, StatusCode};

pub(crate) use applications::show as applications;
pub(crate) use connecting::{connect, show as pin};
pub(crate) use files::{manifest, service_worker};
pub(crate) use leaving::{ask_everywhere, lock, log_out, log_out_everywhere};
pub(crate) use settings::show as settings;
pub(crate) use sign_up::{
    enter as enter_sign_up_code, enter_digits, opened as sign_up_opened, send_link_again, send_sms_again,
    show as sign_up, step as sign_up_step,
};
pub(crate) use who::by_bank;

use self::system::{PhoneSystem, is_older};
use crate::app::App;
use crate::platform::web::refusal::{self, RefusalPage};
use crate::platform::web::security::allow_installing;
use crate::platform::web::visit::Visit;

/// The version of the app, which is the program's: the pages come from it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

const ACCEPT_CH: HeaderName = HeaderName::from_static("accept-ch");
const CRITICAL_CH: HeaderName = HeaderName::from_static("critical-ch");
/// The facts about a phone that its browser tells only when asked.
const HINTS: HeaderValue = HeaderValue::from_static("Sec-CH-UA-Platform, Sec-CH-UA-Platform-Version, Sec-CH-UA-Model");

/// Asks each browser what it runs on, and refuses a phone that is too old, or an app that is, by a page with an identifier
/// and a contact: never half an app. Errors tell what support asks for.
pub(crate) async fn around(State(app): State<App>, visit: Visit, request: Request, next: Next) -> Response {
    let system = PhoneSystem::of(&visit.user_agent, request.headers());
    let minimum = app.settings.phone_app_minimum_version.as_deref();
    let device = || support::details(&system.facts(&visit.user_agent, VERSION));
    let refused = if system.is_too_old() {
        Some(RefusalPage::new(StatusCode::FORBIDDEN, "app-too-old"))
    } else if request.method() == Method::GET && minimum.is_some_and(|minimum| is_older(VERSION, minimum)) {
        // A node that has not been brought up to date yet. Scripts of its pages are sent here.
        Some(RefusalPage::new(StatusCode::SERVICE_UNAVAILABLE, "app-version-too-old"))
    } else {
        None
    };
    let mut response = match refused {
        // Shown here, so that the page has the headers of the app.
        Some(refused) => refusal::refuse(&app, &visit, RefusalPage { device: device(), ..refused }).await,
        None => next.run(request).await,
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        response.extensions_mut().insert(device());
    }
    allow_installing(&mut response);
    response.headers_mut().insert(ACCEPT_CH, HINTS);
    response.headers_mut().insert(CRITICAL_CH, HINTS);
    response
}
