//! The pages of passkeys, and the list of other ways to take the second step.

use askama::Template;

use super::decide::SecondStep;
use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// A passkey that the browser is to tell its person's password manager to forget.
#[derive(Debug, Clone)]
pub struct UnknownPasskey {
    /// What the passkey is bound to.
    pub relying_party: String,
    /// What the browser knows it by, in base64url.
    pub credential_id: String,
}

/// What a page that asks for a passkey knows of the last answer.
#[derive(Debug, Clone, Default)]
pub struct AskedPasskey {
    /// What was wrong with it.
    pub error: Option<String>,
    /// The passkey that nobody has, if it was one.
    pub unknown: Option<UnknownPasskey>,
}

/// Another way to take the second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnotherWay {
    /// A second step that is set up.
    Use(SecondStep),
    /// The recovery code.
    RecoveryCode,
    /// The confirmation code, where it is a new network that is to be confirmed.
    ConfirmationCode,
}

impl AnotherWay {
    /// The end of the form's address.
    pub fn action(&self) -> &'static str {
        match self {
            Self::Use(SecondStep::Authenticator) => "use-authenticator",
            Self::Use(SecondStep::Passkey) => "use-passkey",
            Self::RecoveryCode => "use-recovery-code",
            Self::ConfirmationCode => "use-confirmation-code",
        }
    }

    /// The key of its words.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Use(SecondStep::Authenticator) => "way-authenticator",
            Self::Use(SecondStep::Passkey) => "way-passkey",
            Self::RecoveryCode => "code-use-recovery",
            Self::ConfirmationCode => "way-confirmation-code",
        }
    }
}

/// Asks for a passkey or security key as the second step.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/passkey.html")]
pub struct PasskeyPage {
    /// What every page knows.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// What is known of the last answer.
    pub passkey: AskedPasskey,
    /// For how many days this browser may be remembered, where it may.
    pub remember_days: Option<i64>,
    /// What the person has besides.
    pub other_ways: Vec<AnotherWay>,
    /// The application that wishes for a passkey, where one may go on without it.
    pub wished_by: Option<String>,
}

/// Asks for a new passkey or security key, on the way in.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/add_passkey.html")]
pub struct AddPasskeyPage {
    /// What every page knows.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// What is known of the last answer.
    pub passkey: AskedPasskey,
    /// The application that wishes for a passkey, where one may go on without it.
    pub wished_by: Option<String>,
}
