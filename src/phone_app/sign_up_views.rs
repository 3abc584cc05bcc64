//! The pages of signing up by an invitation.

use askama::Template;

use super::views::AppFrame;
use crate::platform::web::page::Page;

/// Asks for the sign-up code.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/sign_up.html")]
pub struct SignUpPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The code as it was typed. A wrong one is no secret.
    pub typed: String,
    /// The error of the last try, in words.
    pub error: Option<String>,
    /// The wait before the next try, in seconds.
    pub wait_seconds: Option<i64>,
    /// The invitation whose mail led here, to be noted as opened; empty without one.
    pub opened: String,
}

/// Asks for the six digits.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/sign_up_digits.html")]
pub struct SignUpDigitsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The path of this sign-up.
    pub path: String,
    /// The phone that the SMS went to, as far as its owner knows it; `None` where none could be sent.
    pub phone: Option<String>,
    /// The same for reading aloud.
    pub spoken: String,
    /// The SMS that can still be asked for, in words; `None` where there is no phone to send one to.
    pub left: Option<String>,
    /// Whether one can be asked for.
    pub may_resend: bool,
    /// The person who invited, and whom to ask.
    pub inviter: String,
    /// The company that invites.
    pub company: String,
    /// The confirmation of the last act.
    pub told: Option<String>,
    /// The error of the last try, in words.
    pub error: Option<String>,
    /// The wait before the next try, in seconds.
    pub wait_seconds: Option<i64>,
}

/// Says how to go on once the six digits were right.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/sign_up_verified.html")]
pub struct SignUpVerifiedPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The path of this sign-up.
    pub path: String,
    /// The invited person.
    pub name: String,
    /// The company that invites.
    pub company: String,
    /// The way to a first password; `None` for a person who has a profile to sign in with.
    pub link: Option<LinkOnItsWay>,
    /// The confirmation of the last act.
    pub told: Option<String>,
    /// The reason of a refusal.
    pub refused: Option<String>,
}

/// A mail with a link that is on its way.
#[derive(Debug, Clone)]
pub struct LinkOnItsWay {
    /// The email that it goes to, as far as its owner knows it.
    pub email: String,
    /// The six digits for the browser in which it is opened, in two groups.
    pub digits: String,
}
