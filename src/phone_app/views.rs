//! The pages of the app.

use askama::Template;

use super::question_views::WaitingCard;
use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// The data for scripts on every page of the app.
#[derive(Debug, Clone, Default)]
pub(crate) struct AppFrame {
    /// The identifier of the phone, where it is known.
    pub(crate) phone: String,
    /// The origin of the service, which is part of what is signed.
    pub(crate) origin: String,
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
pub(crate) struct AppWelcomePage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The data for scripts.
    pub(crate) frame: AppFrame,
    /// The event that led here, in words.
    pub(crate) told: Option<String>,
    /// Whether that is bad news.
    pub(crate) is_alarming: bool,
    /// Whether the keys of this browser are to be forgotten.
    pub(crate) forgets_keys: bool,
}

/// Asks for the PIN.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/unlock.html")]
pub(crate) struct UnlockPage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The data for scripts.
    pub(crate) frame: AppFrame,
    /// The person's name.
    pub(crate) name: String,
    /// Their company.
    pub(crate) company: Option<String>,
    /// The challenge that is to be signed.
    pub(crate) challenge: String,
    /// How many tries are left, where there was a wrong one.
    pub(crate) tries_left: Option<String>,
}

/// Makes the PIN, and the key with it.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/pin.html")]
pub(crate) struct NewPinPage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The data for scripts.
    pub(crate) frame: AppFrame,
    /// The challenge that is to be signed.
    pub(crate) challenge: String,
}

/// The open app.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/home.html")]
pub(crate) struct AppHomePage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The data for scripts.
    pub(crate) frame: AppFrame,
    /// The person.
    pub(crate) person: PersonLabel,
    /// Their company.
    pub(crate) company: Option<String>,
    /// How many applications are open to them.
    pub(crate) applications: usize,
    /// The question that waits for them.
    pub(crate) waiting: WaitingCard,
    /// The event that led here, in words.
    pub(crate) told: Option<String>,
}

/// An application that is open to the person.
#[derive(Debug, Clone)]
pub(crate) struct ApplicationTile {
    /// Its name.
    pub(crate) name: String,
    /// The address that opens it.
    pub(crate) url: String,
}

/// The applications that are open to the person.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/applications.html")]
pub(crate) struct AppApplicationsPage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The data for scripts.
    pub(crate) frame: AppFrame,
    /// The applications.
    pub(crate) applications: Vec<ApplicationTile>,
}

/// A phone in the list of the settings.
#[derive(Debug, Clone)]
pub(crate) struct PhoneLine {
    /// Its identifier.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// When it was added or used last.
    pub(crate) line: String,
    /// Whether it is this one.
    pub(crate) is_this: bool,
}

/// The settings of the app.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/settings.html")]
pub(crate) struct AppSettingsPage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The data for scripts.
    pub(crate) frame: AppFrame,
    /// The person's phones.
    pub(crate) phones: Vec<PhoneLine>,
    /// The facts that support asks for, each with its label.
    pub(crate) support: Vec<(String, String)>,
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
pub(crate) struct EverywherePage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The data for scripts.
    pub(crate) frame: AppFrame,
}

/// The page that is shown without a network.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/offline.html")]
pub(crate) struct OfflinePage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The data for scripts.
    pub(crate) frame: AppFrame,
}

/// Refuses a system that is too old for the app.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/too_old.html")]
pub(crate) struct TooOldPage {
    /// The parts that every page has.
    pub(crate) page: Page,
}
