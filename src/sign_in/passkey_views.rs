//! The pages of passkeys.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::proofs::Factor;

/// A passkey that the browser is to tell its person's password manager to forget.
#[derive(Debug, Clone)]
pub struct UnknownPasskey {
    /// The relying party that the passkey is bound to.
    pub relying_party: String,
    /// Its identifier in the browser, in base64url.
    pub credential_id: String,
}

/// The last answer, on a page that asks for a passkey.
#[derive(Debug, Clone, Default)]
pub struct AskedPasskey {
    /// The error of it.
    pub error: Option<String>,
    /// The passkey that nobody has, if it was one.
    pub unknown: Option<UnknownPasskey>,
}

/// Asks for a passkey or security key as the second step.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/passkey.html")]
pub struct PasskeyPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The last answer.
    pub passkey: AskedPasskey,
    /// For how many days this browser may be remembered, where it may.
    pub remember_days: Option<i64>,
    /// The other factors of the person.
    pub other_ways: Vec<Factor>,
    /// The application that wishes for a passkey, where one may go on without it.
    pub wished_by: Option<String>,
}

/// Asks for a new passkey or security key, on the way in.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/add_passkey.html")]
pub struct AddPasskeyPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The last answer.
    pub passkey: AskedPasskey,
    /// The application that wishes for a passkey, where one may go on without it.
    pub wished_by: Option<String>,
}
