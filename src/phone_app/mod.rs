//! The phone app: pages that a phone installs and that work like a native app (FLOWS.md 6). The key of the phone is in
//! `proofs/phones`, what opens and closes the app in `sign_in/on_phone`; here are its pages.

mod answers;
mod applications;
pub mod approvals;
mod body;
mod connecting;
mod files;
mod leaving;
pub(crate) mod pages;
pub mod question_views;
pub(crate) mod scanning;
mod settings;
pub(crate) mod system;
pub mod views;
pub(crate) mod who;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};

pub(crate) use applications::show as applications;
pub(crate) use connecting::{connect, show as pin};
pub(crate) use files::{manifest, service_worker};
pub(crate) use leaving::{ask_everywhere, lock, log_out, log_out_everywhere};
pub(crate) use settings::show as settings;

use self::system::PhoneSystem;
use self::views::TooOldPage;
use crate::app::App;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::security::allow_installing;
use crate::platform::web::visit::Visit;

/// The version of the app, which is the program's: the pages come from it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

const ACCEPT_CH: HeaderName = HeaderName::from_static("accept-ch");
const CRITICAL_CH: HeaderName = HeaderName::from_static("critical-ch");
/// The facts about a phone that its browser tells only when asked.
const HINTS: HeaderValue = HeaderValue::from_static("Sec-CH-UA-Platform, Sec-CH-UA-Platform-Version, Sec-CH-UA-Model");

/// Asks each browser what it runs on, and refuses a phone that is too old by a plain page: never half an app.
pub(crate) async fn around(State(app): State<App>, visit: Visit, request: Request, next: Next) -> Response {
    let mut response = if PhoneSystem::of(&visit.user_agent, request.headers()).is_too_old() {
        let page = Page::new(visit.language, app.settings.organisation.clone(), "/app");
        refusal::show(StatusCode::FORBIDDEN, &TooOldPage { page })
    } else {
        next.run(request).await
    };
    allow_installing(&mut response);
    response.headers_mut().insert(ACCEPT_CH, HINTS);
    response.headers_mut().insert(CRITICAL_CH, HINTS);
    response
}
