//! The pages of the methods.

use askama::Template;

use crate::account::tab_views::Tab;
use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// A passkey or an authenticator app in the list.
#[derive(Debug, Clone)]
pub struct Method {
    /// Its identifier, in the address of its page.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// The day it was added.
    pub added: String,
    /// When it was used last.
    pub used: Option<String>,
}

/// The methods of a person.
#[derive(Debug, Clone)]
pub struct Methods {
    /// The passkeys and security keys.
    pub passkeys: Vec<Method>,
    /// The authenticator apps.
    pub authenticators: Vec<Method>,
    /// What passkeys are bound to; `None` where there can be none.
    pub relying_party: Option<String>,
    /// What browsers know the person by, in base64url.
    pub user_id: String,
    /// What browsers know the passkeys by, with spaces between.
    pub accepted: String,
}

/// Which kind of method a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodKind {
    /// A passkey or security key.
    Passkey,
    /// An authenticator app.
    Authenticator,
}

/// One method: its name, and its removal.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/method.html")]
pub struct MethodPage {
    /// What every page knows.
    pub page: Page,
    /// Whose account it is.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// Which kind of method.
    pub kind: MethodKind,
    /// Where the forms lead.
    pub path: String,
    /// What the person calls it.
    pub name: String,
    /// What is wrong with the name.
    pub error: Option<String>,
    /// Whether it may be removed: the last way in may not.
    pub can_be_removed: bool,
    /// Whether its removal leaves the person without a second step, and so closed to resets by email.
    pub is_last_second_step: bool,
}

/// Adds a passkey.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/new_passkey.html")]
pub struct NewPasskeyPage {
    /// What every page knows.
    pub page: Page,
    /// Whose account it is.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// What it is to be called.
    pub name: String,
    /// What was wrong with the last try.
    pub error: Option<String>,
}

/// Connects an authenticator app.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/new_authenticator.html")]
pub struct NewAuthenticatorPage {
    /// What every page knows.
    pub page: Page,
    /// Whose account it is.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The QR code as an `<svg>` element made by the server; put into the page as it is.
    pub qr_svg: String,
    /// The secret in groups of four, for those who type it.
    pub secret_groups: Vec<String>,
    /// The `otpauth://` address that a phone opens directly.
    pub otpauth_url: String,
    /// What it is to be called.
    pub name: String,
    /// What is wrong with the name.
    pub name_error: Option<String>,
    /// What was wrong with the last code.
    pub error: Option<String>,
}

/// Makes a recovery code, and shows it.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/recovery_code.html")]
pub struct RecoveryCodePage {
    /// What every page knows.
    pub page: Page,
    /// Whose account it is.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The code in groups of four; none before it is made.
    pub groups: Vec<String>,
}

impl RecoveryCodePage {
    /// The code as it is copied.
    pub fn copied(&self) -> String {
        self.groups.join("-")
    }
}
