//! The pages of passkeys.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::proofs::Factor;

/// A passkey that the person's password manager is told to remove.
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
    /// Its error.
    pub error: Option<String>,
    /// The passkey in it, if nobody has that.
    pub unknown: Option<UnknownPasskey>,
}

/// The page of a passkey or security key as the second step.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/passkey.html")]
pub struct PasskeyPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The last answer.
    pub passkey: AskedPasskey,
    /// The days for which this browser may be remembered; `None` if it may not.
    pub remember_days: Option<i64>,
    /// The other factors of the person.
    pub other_ways: Vec<Factor>,
    /// The application that wishes for a passkey, if the person can go on without one.
    pub wished_by: Option<String>,
}

/// The page that adds a passkey or security key on the way in.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/add_passkey.html")]
pub struct AddPasskeyPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The last answer.
    pub passkey: AskedPasskey,
    /// The application that wishes for a passkey, if the person can go on without one.
    pub wished_by: Option<String>,
}
