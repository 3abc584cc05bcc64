//! The pages of passkeys.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::proofs::Factor;

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
    pub other_ways: Vec<Factor>,
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
