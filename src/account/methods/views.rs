//! The pages of the methods.

use askama::Template;

use crate::account::tab_views::Tab;
use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;
use crate::sign_in::phone_set_up_views::PhoneSetUpView;

/// A passkey or an authenticator app in the list.
#[derive(Debug, Clone)]
pub struct MethodLine {
    /// Its identifier, in the address of its page.
    pub id: String,
    /// The name that the person gave it.
    pub name: String,
    /// The day on which it was added.
    pub added: String,
    /// The last use, in words.
    pub used: Option<String>,
}

/// The methods of a person.
#[derive(Debug, Clone)]
pub struct Methods {
    /// The phones.
    pub phones: Vec<MethodLine>,
    /// The passkeys and security keys.
    pub passkeys: Vec<MethodLine>,
    /// The authenticator apps.
    pub authenticators: Vec<MethodLine>,
    /// The linked banks and eID.
    pub identities: Vec<MethodLine>,
    /// The relying party that passkeys are bound to; `None` if there can be none.
    pub relying_party: Option<String>,
    /// The identifier of the person in browsers, in base64url.
    pub user_id: String,
    /// The identifiers of the passkeys in browsers, separated by spaces.
    pub accepted: String,
}

/// The kind of method on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodKind {
    /// A phone.
    Phone,
    /// A passkey or security key.
    Passkey,
    /// An authenticator app.
    Authenticator,
    /// A bank or eID, whose name is its own.
    Identity,
}

/// One method, with forms of its name and removal.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/method.html")]
pub struct MethodPage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The kind of method.
    pub kind: MethodKind,
    /// The path that the forms post to.
    pub path: String,
    /// The name that the person gave it.
    pub name: String,
    /// The error of the name.
    pub error: Option<String>,
    /// Whether it may be removed. The last method to sign in may not.
    pub can_be_removed: bool,
    /// Whether the removal leaves the person without a second step, so that a reset by email is not possible.
    pub is_last_second_step: bool,
}

/// The page that adds a passkey.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/new_passkey.html")]
pub struct NewPasskeyPage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The name of the new passkey.
    pub name: String,
    /// The error of the last try.
    pub error: Option<String>,
}

/// The page that connects a phone.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/new_phone.html")]
pub struct NewPhonePage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The code and where it stands.
    pub set_up: PhoneSetUpView,
}

/// The page that connects an authenticator app.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/new_authenticator.html")]
pub struct NewAuthenticatorPage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The QR code as an `<svg>` element made by the server; put into the page as it is.
    pub qr_svg: String,
    /// The secret in groups of four characters, for typing.
    pub secret_groups: Vec<String>,
    /// The `otpauth://` address that a phone opens directly.
    pub otpauth_url: String,
    /// The name of the new app.
    pub name: String,
    /// The error of the name.
    pub name_error: Option<String>,
    /// The error of the last code.
    pub error: Option<String>,
}

/// The page that makes and shows a recovery code.
#[derive(Debug, Clone, Template)]
#[template(path = "account/methods/recovery_code.html")]
pub struct NewRecoveryCodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The code in groups of four characters; empty before it is made.
    pub groups: Vec<String>,
}

impl NewRecoveryCodePage {
    /// The code in the form for copying.
    pub(crate) fn copied(&self) -> String {
        self.groups.join("-")
    }
}
