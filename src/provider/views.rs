//! The few pages that the OpenID Connect provider shows itself.

use askama::Template;
use url::Url;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// Asks whether to sign out.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/sign_out.html")]
pub struct SignOutPage {
    /// The common parts of every page.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The path that the answer is posted to.
    pub action: String,
    /// The hidden fields of the form, such as the address to go to afterwards.
    pub fields: Vec<(String, String)>,
    /// The address of *Cancel*.
    pub cancel_href: String,
}

/// Says that the person is signed out.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/signed_out.html")]
pub struct SignedOutPage {
    /// The common parts of every page.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The address at which the application can be opened again.
    pub application_url: Option<String>,
    /// The application to go back to.
    pub application: Option<String>,
}

/// Hands the answer over to the application by a form (`response_mode=form_post`).
#[derive(Debug, Clone, Template)]
#[template(path = "provider/form_post.html")]
pub struct FormPostPage {
    /// The common parts of every page.
    pub page: Page,
    /// The door, with the bolt open where the sign-in has worked.
    pub door: Door,
    /// The redirect URI of the application.
    pub action: String,
    /// The answer, field by field.
    pub fields: Vec<(String, String)>,
}

/// Asks what an application of somebody else may have.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/consent.html")]
pub struct ConsentPage {
    /// The common parts of every page.
    pub page: Page,
    /// The door, with who is signed in.
    pub door: Door,
    /// The name of the application, as whoever registered it chose.
    pub application: String,
    /// The path that the answer is posted to.
    pub action: String,
    /// The session that the question was put to.
    pub session: String,
    /// The destination of the answer: an origin or a scheme.
    pub destination: String,
    /// The day it was registered.
    pub registered: String,
    /// The data and scopes that it would get, in words.
    pub gets: Vec<String>,
    /// The path of its logo.
    pub logo: Option<String>,
    /// Its page about the data that it gets.
    pub policy: Option<OutsideLink>,
    /// Its page with its terms of service.
    pub tos: Option<OutsideLink>,
}

/// A link to a page of an application.
#[derive(Debug, Clone)]
pub struct OutsideLink {
    /// Its address.
    pub href: String,
    /// Its host, which is shown: people see where the link leads.
    pub host: String,
}

impl OutsideLink {
    /// The link to a registered address; `None` for an address without a host.
    pub fn to(address: &str) -> Option<Self> {
        let host = Url::parse(address).ok()?.host_str()?.to_owned();
        Some(Self { href: address.to_owned(), host })
    }
}

/// Takes the code that a device shows.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/device_code.html")]
pub struct DeviceCodePage {
    /// The common parts of every page.
    pub page: Page,
    /// The door, with the address to check.
    pub door: Door,
    /// The code, where it came with the link or was typed before.
    pub user_code: String,
    /// Whether it came with the link: then it is to be compared.
    pub came_with_link: bool,
    /// The error about it.
    pub error: Option<String>,
    /// Seconds to wait after too many tries.
    pub wait_seconds: Option<i64>,
}

/// Asks whether a device may act for the person.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/device_question.html")]
pub struct DeviceQuestionPage {
    /// The common parts of every page.
    pub page: Page,
    /// The door, with who is signed in.
    pub door: Door,
    /// The name of the application on the device.
    pub application: String,
    /// The path that the answer is posted to.
    pub action: String,
    /// The session that the question was put to.
    pub session: String,
    /// The code that the device must show.
    pub user_code: String,
    /// The network that the device asked from.
    pub network: String,
    /// Whether that is another network than the browser's.
    pub from_elsewhere: bool,
    /// How the device calls itself; empty where it does not.
    pub user_agent: String,
    /// When it asked.
    pub asked_at: String,
    /// The data and scopes that it would get, in words.
    pub gets: Vec<String>,
}

/// Says that a device has its answer.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/device_answered.html")]
pub struct DeviceAnsweredPage {
    /// The common parts of every page.
    pub page: Page,
    /// The door, open where the device was allowed.
    pub door: Door,
    /// Whether it was allowed.
    pub allowed: bool,
    /// The name of the application on the device.
    pub application: String,
}
