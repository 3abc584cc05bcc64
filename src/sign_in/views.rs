//! The pages of a sign-in, one for each step.

use askama::Template;

use super::identity_views::DirectoryOffer;
use super::passkey_views::AskedPasskey;
use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::proofs::Factor;

/// The form of the email.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/email.html")]
pub struct EmailPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in, in the actions of the forms.
    pub sign_in: String,
    /// The typed text, or the hint of the application.
    pub email: String,
    /// Whether a bank, eID or directory is offered.
    pub offers_identities: bool,
    /// The bank or eID that waits to be linked to a profile.
    pub linking: Option<String>,
    /// The error, in words.
    pub error: Option<String>,
    /// The way in by a passkey, if that is possible.
    pub passkey: Option<AskedPasskey>,
}

/// The form of the password.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/password.html")]
pub struct PasswordPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The typed email.
    pub email: String,
    /// Whether the person is known by an idle session.
    pub known_person: bool,
    /// Whether a bank, eID or directory is offered.
    pub offers_identities: bool,
    /// The directory that the domain of the email leads to.
    pub directory: Option<DirectoryOffer>,
    /// The error of the last try.
    pub error: Option<String>,
    /// The wait before the next try, in seconds.
    pub wait_seconds: Option<i64>,
    /// The way in by a passkey, if that is possible.
    pub passkey: Option<AskedPasskey>,
}

/// The form of the code of an authenticator app.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/code.html")]
pub struct CodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The error of the last try.
    pub error: Option<String>,
    /// The wait before the next try, in seconds.
    pub wait_seconds: Option<i64>,
    /// The other factors of the person.
    pub other_ways: Vec<Factor>,
    /// The reasons for asking, a sentence each.
    pub asked_because: Vec<String>,
    /// The days for which this browser may be remembered; `None` if it may not.
    pub remember_days: Option<i64>,
}

/// The form of the recovery code.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/recovery_code_entry.html")]
pub struct RecoveryCodeEntryPage {
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
    /// The other factors of the person.
    pub other_ways: Vec<Factor>,
}

/// Step 1 of 3 of setting up: the choice of a second step.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/choose_second_step.html")]
pub struct ChooseSecondStepPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The options, the easiest first.
    pub options: Vec<Factor>,
    /// The error of the choice.
    pub error: Option<String>,
}

/// Step 2 of 3: the connection of an authenticator app.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/connect_authenticator.html")]
pub struct ConnectAuthenticatorPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The QR code as an `<svg>` element made by the server; put into the page as it is.
    pub qr_svg: String,
    /// The secret in groups of four characters, for typing.
    pub secret_groups: Vec<String>,
    /// The `otpauth://` address that a phone opens directly.
    pub otpauth_url: String,
    /// The error of the last try.
    pub error: Option<String>,
    /// The wait before the next try, in seconds.
    pub wait_seconds: Option<i64>,
}

/// Step 3 of 3: the recovery code, shown once.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/recovery_code.html")]
pub struct RecoveryCodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The code in groups of four characters.
    pub groups: Vec<String>,
    /// The error of an unticked box.
    pub error: Option<String>,
}

impl RecoveryCodePage {
    /// The code in the form for copying.
    pub(crate) fn copied(&self) -> String {
        self.groups.join("-")
    }
}

/// The page after a sign-in, from which the application opens.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/signed_in.html")]
pub struct SignedInPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door, with the bolt open.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The application that opens now.
    pub application: String,
    /// The message about the second step that has just been set up.
    pub second_step_set_up: Option<String>,
}

/// The form of the terms and conditions.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/terms.html")]
pub struct TermsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The address of the terms.
    pub terms_url: Option<String>,
    /// Their version.
    pub version: String,
    /// The error of an unticked box.
    pub error: Option<String>,
}

/// The page of a sign-in that has ended.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/finished.html")]
pub struct FinishedPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The application that the sign-in was for.
    pub application: Option<String>,
    /// The address of that application.
    pub application_url: Option<String>,
}
