//! The OpenID Connect provider, by the stories of applications and of the people who use them.

mod authorize;
mod backchannel;
mod certificates;
pub mod client;
mod client_authentication;
mod code;
mod companies;
mod consent;
mod device;
mod dpop;
mod dpop_tokens;
mod employees;
mod encryption;
mod error_codes;
mod fapi;
mod key_sets;
mod keys;
mod logout;
mod moving;
mod open_redirect;
mod own_pages;
mod pushed;
mod refresh;
mod registration;
mod request_objects;
mod resources;
mod signed_answers;
pub mod signing;
mod subjects;
mod token_types;
mod tokens;
mod turning_back;
mod userinfo;

use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, Page, Registered, Service};

/// A service with Aino and one application, and Aino's browser back at the application with a code.
pub struct Arrived {
    pub service: Service,
    pub application: Registered,
    pub browser: Browser,
    pub code: String,
}

/// Aino signs in to an application that asks for `changes`.
pub async fn arrive(changes: &[(&str, &str)]) -> Arrived {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = sign_in(&service, &mut browser, &application, changes).await;
    let code = page.answered("code").unwrap_or_else(|| panic!("no code: {page:?}"));
    Arrived { service, application, browser, code }
}

/// Aino signs in to an application, from its link to its address.
pub async fn sign_in(
    service: &Service,
    browser: &mut Browser,
    application: &Registered,
    changes: &[(&str, &str)],
) -> Page {
    let first = browser.open(&application.authorize(changes)).await;
    browser.sign_in_as(service, first, AINO).await
}
