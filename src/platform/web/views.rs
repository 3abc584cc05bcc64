//! The door that most pages stand at, and the pages that belong to no feature.

use askama::Template;

use super::page::Page;

/// What the person is doing at the door; said above the application's name.
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

    /// The key of its text.
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

/// The bolt on the line between the panel and the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bolt {
    /// Not in yet.
    Locked,
    /// In: the bar slides open.
    Open,
}

/// Who is signing in. Shown only after the first proof.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person's name.
    pub name: String,
    /// The sign-in email.
    pub email: String,
}

/// The network that the browser comes from.
#[derive(Debug, Clone)]
pub struct Network {
    /// A place, or the address where no place is known.
    pub place: String,
    /// A line below it, such as "198.51.100.24 · not seen before".
    pub note: Option<String>,
}

/// The left panel: at which door one stands. A row that is `None` is not there.
#[derive(Debug, Clone)]
pub struct Door {
    /// What the person is doing; shown where there is an application.
    pub caption: Caption,
    /// The name of the application.
    pub application: Option<String>,
    /// The company that the sign-in is for.
    pub company: Option<String>,
    /// The host of the public URL, to be checked before the person is proven; not after.
    pub address: Option<String>,
    /// Who it is; only after the first proof.
    pub person: Option<Person>,
    /// Where from; only after the first proof.
    pub network: Option<Network>,
    /// The second step in words; only after the first proof.
    pub second_step: Option<String>,
    /// Open only once the person is in.
    pub bolt: Bolt,
}

impl Door {
    /// A locked door with nothing known but what is being done.
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
        }
    }

    /// Whether there is a row to show under the application.
    pub fn has_facts(&self) -> bool {
        self.company.is_some()
            || self.address.is_some()
            || self.person.is_some()
            || self.network.is_some()
            || self.second_step.is_some()
    }
}

/// Whom to ask for help.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Who it is to the person: "Your accounting office".
    pub role: Option<String>,
    /// The name of the company or person.
    pub name: String,
    /// The phone number as it is read.
    pub phone: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

impl Contact {
    /// A number as a `tel:` link wants it: without the spaces that make it readable.
    pub fn dialled(&self, phone: &str) -> String {
        phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

/// Something to do about an error.
#[derive(Debug, Clone)]
pub struct Action {
    /// What the link says.
    pub label: String,
    /// Where it leads: a local path or a `mailto:` address.
    pub href: String,
    /// Whether it is the one thing to do; at most one is.
    pub primary: bool,
}

/// What is said below the actions to somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Aside {
    /// Whether one of the actions is a mail that has the identifier in it.
    pub mail_has_id: bool,
    /// Where to come as somebody else.
    pub href: String,
}

/// A refusal or a fault, with what to do about it.
#[derive(Debug, Clone, Template)]
#[template(path = "web/error.html")]
pub struct ErrorPage {
    /// What every page knows.
    pub page: Page,
    /// The door, with the application if it is known.
    pub door: Door,
    /// What has happened.
    pub title: String,
    /// What it means and what happens next.
    pub text: String,
    /// The words of the text that stand out.
    pub emphasis: Option<String>,
    /// What is said below the actions to somebody who is signed in.
    pub someone_else: Option<Aside>,
    /// Whom to ask.
    pub contact: Option<Contact>,
    /// The identifier that is also in the log.
    pub error_id: String,
    /// When it happened, to the second.
    pub time: String,
    /// What can be done now.
    pub actions: Vec<Action>,
}

impl ErrorPage {
    /// The text as what comes before the words that stand out, those words, and what comes after.
    pub fn emphasised(&self) -> Option<(&str, &str, &str)> {
        let words = self.emphasis.as_deref()?;
        self.text.split_once(words).map(|(before, after)| (before, words, after))
    }
}

/// Short help for someone who is signing in.
#[derive(Debug, Clone, Template)]
#[template(path = "web/help.html")]
pub struct HelpPage {
    /// What every page knows.
    pub page: Page,
    /// The door; the address is the one thing on it that matters here.
    pub door: Door,
    /// The host that the address bar must show.
    pub address: String,
    /// Whom to ask in the organisation.
    pub contact: Option<Contact>,
    /// The local path that the person came from.
    pub back: Option<String>,
}
