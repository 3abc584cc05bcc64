//! The pages of a forgotten password.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// Asks how to go on without the password.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/forgotten_password.html")]
pub struct ForgottenPasswordPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The email as it was typed.
    pub email: String,
    /// The error of the choice.
    pub error: Option<String>,
}

/// Says that a link is on its way, if somebody has the email.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/forgotten_sent.html")]
pub struct ForgottenSentPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The email as it was typed.
    pub email: String,
}

/// Asks for the recovery code in the place of the password.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/forgotten_recovery_code.html")]
pub struct ForgottenRecoveryCodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The error of the last try.
    pub error: Option<String>,
    /// How long to wait before the next try.
    pub wait_seconds: Option<i64>,
}

/// Where the link of the email leads: nothing happens before the button is pressed.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/reset_link.html")]
pub struct ResetLinkPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The token of the link, in the action of the form.
    pub token: String,
}

/// Asks for a new password.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/new_password.html")]
pub struct NewPasswordPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The email of the person whose password it will be.
    pub email: String,
    /// Whether a shorter one will do beside a second factor.
    pub two_factor: bool,
    /// Why the last one was not taken.
    pub error: Option<String>,
}
