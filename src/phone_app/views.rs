//! The pages of the app.

use askama::Template;

use super::question_views::WaitingCard;
use crate::platform::push::PublicPushKey;
use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// The data for scripts on every page of the app.
#[derive(Debug, Clone, Default)]
pub struct AppFrame {
    /// The identifier of the phone, where it is known.
    pub phone: String,
    /// The origin of the service, which is part of what is signed.
    pub origin: String,
    /// The identifier that passkeys are bound to.
    pub relying_party: String,
    /// The passkey that takes the place of the PIN, in base64url; empty for none.
    pub passkey: String,
}

impl AppFrame {
    /// The version of the app.
    pub(crate) fn version(&self) -> &'static str {
        super::VERSION
    }
}

/// The first page of an app that nobody has signed in to.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/welcome.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none follows from another")]
pub struct AppWelcomePage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The event that led here, in words.
    pub told: Option<String>,
    /// Whether that is bad news.
    pub is_alarming: bool,
    /// Whether the keys of this browser are to be forgotten.
    pub forgets_keys: bool,
    /// Whether a bank or eID is offered.
    pub offers_identities: bool,
    /// Whether the ways without one are shown: they are all that there is, or the person has asked for them.
    pub shows_ways: bool,
}

/// Asks for the PIN.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/unlock.html")]
pub struct UnlockPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The person's name.
    pub name: String,
    /// Their company.
    pub company: Option<String>,
    /// The challenge that is to be signed.
    pub challenge: String,
    /// How many tries are left, where there was a wrong one.
    pub tries_left: Option<String>,
}

/// Makes the PIN, and the key with it.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/pin.html")]
pub struct NewPinPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The challenge that is to be signed.
    pub challenge: String,
}

impl NewPinPage {
    /// The address to which the key is sent.
    pub(crate) fn create(&self) -> &'static str {
        "/app/pin"
    }

    /// The challenge that is signed.
    pub(crate) fn challenge(&self) -> &str {
        &self.challenge
    }

    /// Whether something else of the page comes first.
    pub(crate) fn comes_later(&self) -> bool {
        false
    }
}

/// The key that a browser subscribes to push messages with.
#[derive(Debug, Clone)]
pub struct PushKeyView {
    /// Its identifier.
    pub id: String,
    /// Its public half, in base64url.
    pub key: String,
}

impl PushKeyView {
    /// The view of a key.
    pub(crate) fn of(key: &PublicPushKey) -> Self {
        Self { id: key.id.to_string(), key: key.text() }
    }
}

/// Asks to allow notifications, or says that they are on.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/notifications.html")]
pub struct AppNotificationsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The key to subscribe with.
    pub key: PushKeyView,
    /// Whether they are on.
    pub is_on: bool,
    /// Whether the app is just being set up.
    pub is_first: bool,
    /// The key of where notifications are allowed on this system.
    pub denied_key: &'static str,
}

impl AppNotificationsPage {
    /// The page that comes next.
    pub(crate) fn next(&self) -> &'static str {
        if self.is_first { "/app/phone-number" } else { "/app/settings" }
    }
}

/// Asks to let a passkey take the place of the PIN, or says that one does.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/biometrics.html")]
pub struct AppBiometricsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
}

/// The open app.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/home.html")]
pub struct AppHomePage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The person.
    pub person: PersonLabel,
    /// Their company.
    pub company: Option<String>,
    /// How many applications are open to them.
    pub applications: usize,
    /// When they last signed in; empty before.
    pub last_sign_in: String,
    /// The question that waits for them.
    pub waiting: WaitingCard,
    /// The key to subscribe with anew, where the browser may show notifications and has no subscription here.
    pub push_key: Option<PushKeyView>,
    /// The event that led here, in words.
    pub told: Option<String>,
}

/// An application that is open to the person.
#[derive(Debug, Clone)]
pub struct ApplicationTile {
    /// Its name.
    pub name: String,
    /// The address that opens it.
    pub url: String,
}

/// The applications that are open to the person.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/applications.html")]
pub struct AppApplicationsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The applications.
    pub applications: Vec<ApplicationTile>,
}

/// A phone in the list of the settings.
#[derive(Debug, Clone)]
pub struct PhoneLine {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was added or used last.
    pub line: String,
    /// Whether it is this one.
    pub is_this: bool,
}

/// The settings of the app.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/settings.html")]
pub struct AppSettingsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
    /// The person's phones.
    pub phones: Vec<PhoneLine>,
    /// Whether a passkey may take the place of the PIN; `None` where passkeys are not possible.
    pub takes_passkey: Option<bool>,
    /// Whether notifications are on.
    pub notifies: bool,
    /// The facts that support asks for, each with its label.
    pub support: Vec<(String, String)>,
}

impl AppSettingsPage {
    /// The support details as they are copied.
    pub(crate) fn copied(&self) -> String {
        self.support.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("\n")
    }
}

/// Asks whether to log out from all devices.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/everywhere.html")]
pub struct EverywherePage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
}

/// The page that is shown without a network.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/offline.html")]
pub struct OfflinePage {
    /// The parts that every page has.
    pub page: Page,
    /// The data for scripts.
    pub frame: AppFrame,
}
