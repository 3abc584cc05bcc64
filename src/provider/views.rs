//! The few pages that the OpenID Connect provider shows itself.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// Asks whether to sign out.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/sign_out.html")]
pub struct SignOutPage {
    /// What every page knows.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The path that the answer is posted to.
    pub action: String,
    /// What the form carries on, such as where to go afterwards.
    pub fields: Vec<(String, String)>,
    /// Where *Cancel* leads.
    pub cancel_href: String,
}

/// Says that the person is signed out.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/signed_out.html")]
pub struct SignedOutPage {
    /// What every page knows.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// Where the application can be opened again.
    pub application_url: Option<String>,
    /// The application to go back to.
    pub application: Option<String>,
}

/// Hands the answer over to the application by a form (`response_mode=form_post`).
#[derive(Debug, Clone, Template)]
#[template(path = "provider/form_post.html")]
pub struct FormPostPage {
    /// What every page knows.
    pub page: Page,
    /// The door, with the bolt open where the sign-in has worked.
    pub door: Door,
    /// The redirect URI of the application.
    pub action: String,
    /// The answer, field by field.
    pub fields: Vec<(String, String)>,
}
