//! The panel of a sign-in page, and the pages that belong to no feature.

use askama::Template;

use super::page::Page;

/// The activity in progress, above the application's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caption {
    /// "You are signing in to"
    SigningIn,
    /// "You are setting up sign-in for"
    SettingUp,
    /// "You are signed in to"
    SignedIn,
    /// "You tried to sign in to"
    TriedToSignIn,
    /// "You are signing out of"
    SigningOut,
}

impl Caption {
    /// Every caption.
    pub const ALL: [Self; 5] =
        [Self::SigningIn, Self::SettingUp, Self::SignedIn, Self::TriedToSignIn, Self::SigningOut];

    /// The translation key of its text.
    pub fn key(self) -> &'static str {
        match self {
            Self::SigningIn => "door-signing-in",
            Self::SettingUp => "door-setting-up",
            Self::SignedIn => "door-signed-in",
            Self::TriedToSignIn => "door-tried",
            Self::SigningOut => "door-signing-out",
        }
    }
}

/// The bolt on the line between the panel and the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bolt {
    /// Not signed in yet.
    Locked,
    /// Signed in: the bar slides open.
    Open,
}

/// The person, shown only after the first proof.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person's name.
    pub name: String,
    /// The sign-in email.
    pub email: String,
}

/// The network of the browser.
#[derive(Debug, Clone)]
pub struct Network {
    /// A place, or the address if the place is unknown.
    pub place: String,
    /// A line below it, such as "198.51.100.24 · not seen before".
    pub note: Option<String>,
}

/// The way back to an application that asked for a sign-in, from any of its pages.
#[derive(Debug, Clone)]
pub struct WayBack {
    /// The address of its form.
    pub action: String,
    /// The sign-in that ends with it.
    pub sign_in: Option<String>,
    /// The origin or scheme that the browser goes to.
    pub leaves_for: Option<String>,
}

/// The left panel, with application, company and address. A row that is `None` is absent.
#[derive(Debug, Clone)]
pub struct Door {
    /// The activity in progress, shown if there is an application.
    pub caption: Caption,
    /// The name of the application.
    pub application: Option<String>,
    /// The company that the sign-in is for.
    pub company: Option<String>,
    /// The host of the public URL, to be compared before the first proof; not after.
    pub address: Option<String>,
    /// The person, only after the first proof.
    pub person: Option<Person>,
    /// The network, only after the first proof.
    pub network: Option<Network>,
    /// The second step in words, only after the first proof.
    pub second_step: Option<String>,
    /// Open only once the person is signed in.
    pub bolt: Bolt,
    /// The way back to the application, below the page.
    pub way_back: Option<WayBack>,
}

impl Door {
    /// A locked panel with the activity only.
    pub fn new(caption: Caption, application: Option<String>) -> Self {
        Self {
            caption,
            application,
            company: None,
            address: None,
            person: None,
            network: None,
            second_step: None,
            bolt: Bolt::Locked,
            way_back: None,
        }
    }

    /// Whether there is a row below the application.
    pub fn has_facts(&self) -> bool {
        self.company.is_some()
            || self.address.is_some()
            || self.person.is_some()
            || self.network.is_some()
            || self.second_step.is_some()
    }
}

/// A contact for help.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Their relation to the person: "Your accounting office".
    pub role: Option<String>,
    /// The name of the company or person.
    pub name: String,
    /// The phone number for reading.
    pub phone: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

impl Contact {
    /// A number for a `tel:` link, without spaces.
    pub fn dialled(&self, phone: &str) -> String {
        phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

/// A next step after an error.
#[derive(Debug, Clone)]
pub struct Action {
    /// The text of the link.
    pub label: String,
    /// Its target: a local path or a `mailto:` address.
    pub href: String,
    /// Whether it is the main action; at most one is.
    pub primary: bool,
}

/// The line below the actions, for a signed-in person.
#[derive(Debug, Clone)]
pub struct Aside {
    /// Whether one of the actions is a mail with the identifier in it.
    pub mail_has_id: bool,
    /// The path for signing in as another person.
    pub href: String,
}

/// A refusal or a fault, with the next steps.
#[derive(Debug, Clone, Template)]
#[template(path = "web/error.html")]
pub struct ErrorPage {
    /// The common part of the page.
    pub page: Page,
    /// The panel, with the application if it is known.
    pub door: Door,
    /// The event.
    pub title: String,
    /// Its meaning and the next step.
    pub text: String,
    /// The emphasised words of the text.
    pub emphasis: Option<String>,
    /// The line below the actions, for a signed-in person.
    pub someone_else: Option<Aside>,
    /// The contact for help.
    pub contact: Option<Contact>,
    /// The identifier, also in the log.
    pub error_id: String,
    /// The time of the event, to the second.
    pub time: String,
    /// The possible next steps.
    pub actions: Vec<Action>,
}

impl ErrorPage {
    /// The text before the emphasised words, those words, and the text after them.
    pub fn emphasised(&self) -> Option<(&str, &str, &str)> {
        let words = self.emphasis.as_deref()?;
        self.text.split_once(words).map(|(before, after)| (before, words, after))
    }
}

/// Short help during a sign-in.
#[derive(Debug, Clone, Template)]
#[template(path = "web/help.html")]
pub struct HelpPage {
    /// The common part of the page.
    pub page: Page,
    /// The panel; the address on it is what matters here.
    pub door: Door,
    /// The host that the address bar must show.
    pub address: String,
    /// The contact in the organisation.
    pub contact: Option<Contact>,
    /// The local path of the previous page.
    pub back: Option<String>,
}
