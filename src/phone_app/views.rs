//! The pages of the app.

use askama::Template;

use super::question_views::WaitingCard;
use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// The data for scripts on every page of the app.
#[derive(Debug, Clone, Default)]
pub struct AppFrame {
    /// The identifier of the phone, where it is known.
    pub phone: String,
    /// The origin of the service, which is part of what is signed.
    pub origin: String,
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
    /// The question that waits for them.
    pub waiting: WaitingCard,
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

/// Refuses a system that is too old for the app.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/too_old.html")]
pub struct TooOldPage {
    /// The parts that every page has.
    pub page: Page,
}
