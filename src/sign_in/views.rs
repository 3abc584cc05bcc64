//! The pages of a sign-in, one for each step.

use askama::Template;

use super::passkey_views::AskedPasskey;
use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::proofs::Factor;

/// Asks for the email.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/email.html")]
pub struct EmailPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in, in the actions of the forms.
    pub sign_in: String,
    /// The typed text, or the hint of the application.
    pub email: String,
    /// The error beside it.
    pub error: Option<String>,
    /// The way in by a passkey, where there can be one.
    pub passkey: Option<AskedPasskey>,
}

/// Asks for the password.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/password.html")]
pub struct PasswordPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The email as it was typed.
    pub email: String,
    /// Whether this is a session that went idle, so that the person is known.
    pub known_person: bool,
    /// The error of the last try.
    pub error: Option<String>,
    /// How long to wait before the next try.
    pub wait_seconds: Option<i64>,
    /// The way in by a passkey, where there can be one.
    pub passkey: Option<AskedPasskey>,
}

/// Asks for a code from the authenticator app.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/code.html")]
pub struct CodePage {
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
    /// The other factors of the person.
    pub other_ways: Vec<Factor>,
    /// Why it is asked for now, a sentence for each reason.
    pub asked_because: Vec<String>,
    /// For how many days this browser may be remembered, where it may.
    pub remember_days: Option<i64>,
}

/// Asks for the recovery code.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/recovery_code_entry.html")]
pub struct RecoveryCodeEntryPage {
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
    /// The other factors of the person.
    pub other_ways: Vec<Factor>,
}

/// Step 1 of 3 of setting up: which second step.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/choose_second_step.html")]
pub struct ChooseSecondStepPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The options, the easiest first.
    pub options: Vec<Factor>,
    /// The error of the choice.
    pub error: Option<String>,
}

/// Step 2 of 3: connect an authenticator app.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/connect_authenticator.html")]
pub struct ConnectAuthenticatorPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The QR code as an `<svg>` element made by the server; put into the page as it is.
    pub qr_svg: String,
    /// The secret in groups of four, for those who type it.
    pub secret_groups: Vec<String>,
    /// The `otpauth://` address that a phone opens directly.
    pub otpauth_url: String,
    /// The error of the last try.
    pub error: Option<String>,
    /// How long to wait before the next try.
    pub wait_seconds: Option<i64>,
}

/// Step 3 of 3: the recovery code, shown this one time.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/recovery_code.html")]
pub struct RecoveryCodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The code in groups of four.
    pub groups: Vec<String>,
    /// Said when the box was not ticked.
    pub error: Option<String>,
}

impl RecoveryCodePage {
    /// The code as it is copied.
    pub fn copied(&self) -> String {
        self.groups.join("-")
    }
}

/// In: the application opens.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/signed_in.html")]
pub struct SignedInPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door, with the bolt open.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The application that opens now.
    pub application: String,
    /// The message about the second step that has just been set up.
    pub second_step_set_up: Option<String>,
}

/// Asks to accept the terms and conditions.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/terms.html")]
pub struct TermsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// Where the terms can be read.
    pub terms_url: Option<String>,
    /// Their version.
    pub version: String,
    /// Said when the box was not ticked.
    pub error: Option<String>,
}

/// Seen on coming back to a sign-in that has ended.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/finished.html")]
pub struct FinishedPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The application that the sign-in was for.
    pub application: Option<String>,
    /// Where it can be opened.
    pub application_url: Option<String>,
}
