//! The pages of a forgotten password.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// The choice of a way without the password.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/forgotten_password.html")]
pub struct ForgottenPasswordPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The typed email.
    pub email: String,
    /// The error of the choice.
    pub error: Option<String>,
}

/// The page about a link on its way, the same whether or not anybody has the email.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/forgotten_sent.html")]
pub struct ForgottenSentPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The typed email.
    pub email: String,
}

/// The form of the recovery code in place of the password.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/forgotten_recovery_code.html")]
pub struct ForgottenRecoveryCodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The wrong code that was typed, to be mended. It is no secret: it opens nothing.
    pub typed: String,
    /// The error of the last try.
    pub error: Option<String>,
    /// The wait before the next try, in seconds.
    pub wait_seconds: Option<i64>,
}

/// The page that the set-up link of a first message opens. Nothing happens before the button is pressed.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/set_up_link.html")]
pub struct SetUpLinkPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The token of the link.
    pub token: String,
}

/// The page of an invitation's link: nothing happens before the button is pressed.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/sign_up_link.html")]
pub struct SignUpLinkPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The token of the link.
    pub token: String,
    /// Whether it is open in the browser that was verified; otherwise the digits on the phone are asked for.
    pub is_here: bool,
    /// The error of the last try.
    pub error: Option<String>,
    /// The wait before the next try, in seconds.
    pub wait_seconds: Option<i64>,
}

/// Asks for a temporary access pass.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/access_pass.html")]
pub struct AccessPassPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The pass as it was typed. A wrong one is no secret.
    pub typed: String,
    /// The error of the last try.
    pub error: Option<String>,
    /// The wait before the next try, in seconds.
    pub wait_seconds: Option<i64>,
}

/// The page of the emailed link. Only its button acts.
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

/// The form of a new password.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/new_password.html")]
pub struct NewPasswordPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The email of the person of the new password.
    pub email: String,
    /// Whether a shorter password is enough because there is a second factor.
    pub two_factor: bool,
    /// The reason for which the last one was refused, in words.
    pub error: Option<String>,
}
