//! My sign-in: a person's own ways to sign in, sessions and history.

use askama::Template;

use super::methods::views::Methods;
use super::tab_views::Tab;
use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// The kind of machine that a session runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// A computer, or anything else with a large screen.
    Computer,
    /// A phone or a tablet.
    Phone,
}

/// A browser in which the person is signed in.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// The identifier in the form that ends it.
    pub id: String,
    /// Its network.
    pub network: String,
    /// The place, or the network if no place is known.
    pub title: String,
    /// The browser and system: "Safari on Mac".
    pub browser: String,
    /// The applications that were entered in it.
    pub applications: Vec<String>,
    /// Its beginning, in words.
    pub since: String,
    /// The machine.
    pub device: DeviceKind,
    /// Whether it is the session of this page.
    pub this_session: bool,
    /// Whether its network was new to the person.
    pub new_network: bool,
}

/// A browser in which the second step is not asked for each time.
#[derive(Debug, Clone)]
pub struct RememberedBrowser {
    /// The identifier in the form that removes it.
    pub id: String,
    /// The browser and system: "Safari on Mac".
    pub browser: String,
    /// The machine.
    pub device: DeviceKind,
    /// The first day.
    pub since: String,
    /// The last day.
    pub until: String,
    /// The day of the last use.
    pub used: String,
    /// Whether it is the browser of this page.
    pub this_browser: bool,
}

/// The recovery code, of which only the hash is kept.
#[derive(Debug, Clone)]
pub enum RecoveryCodeState {
    /// There is none.
    NotMade,
    /// There is an unused one.
    Ready {
        /// The day on which it was made.
        made: String,
    },
}

/// A network that the person has signed in from.
#[derive(Debug, Clone)]
pub struct KnownNetwork {
    /// The IPv4 address, or the /64 of an IPv6 address.
    pub network: String,
    /// The last sign-in from it, in words.
    pub used: String,
    /// The first sign-in from it, in words.
    pub added: String,
    /// Whether it is the network of this page.
    pub this_network: bool,
    /// Whether the person has confirmed it.
    pub confirmed: bool,
}

/// A company that has added the person and waits for their answer.
#[derive(Debug, Clone)]
pub struct Joining {
    /// The identifier in the forms that answer it.
    pub company: String,
    /// Its name.
    pub name: String,
    /// The sentence about the administrator's role, if the person would have one there.
    pub manages: Option<String>,
}

/// An application that is open to the person.
#[derive(Debug, Clone)]
pub struct MyApplication {
    /// Its name.
    pub name: String,
    /// Its home page, where it has one.
    pub home_url: Option<String>,
    /// The company for which it is open, or their number.
    pub company: String,
}

/// One line of the sign-in history.
#[derive(Debug, Clone)]
pub struct RecentSignIn {
    /// The time.
    pub time: String,
    /// The application.
    pub application: String,
    /// The outcome, in words.
    pub result: String,
    /// Whether it was a refusal.
    pub refused: bool,
    /// The network.
    pub network: String,
    /// The error identifier of the refusal.
    pub error_id: Option<String>,
}

/// The account page.
#[derive(Debug, Clone, Template)]
#[template(path = "account/my_sign_in.html")]
pub struct MySignInPage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The day on which the password was changed; `None` without a password.
    pub password_changed: Option<String>,
    /// The passkeys and authenticator apps.
    pub methods: Methods,
    /// The applications that are open to the person, by name.
    pub applications: Vec<MyApplication>,
    /// Whether the person manages a company.
    pub manages: bool,
    /// The companies that wait for an answer.
    pub joining: Vec<Joining>,
    /// The remembered browsers, this one first.
    pub remembered_browsers: Vec<RememberedBrowser>,
    /// The live sessions, this one first.
    pub sessions: Vec<SessionLine>,
    /// The recovery code.
    pub recovery_code: RecoveryCodeState,
    /// The known networks, the last used first.
    pub networks: Vec<KnownNetwork>,
    /// The open tab.
    pub tab: Tab,
}

impl MySignInPage {
    /// Whether a second step is set up.
    pub(crate) fn two_factor(&self) -> bool {
        !self.methods.passkeys.is_empty() || !self.methods.authenticators.is_empty()
    }

    /// Whether there is a session to end besides this one.
    pub(crate) fn has_other_sessions(&self) -> bool {
        self.sessions.iter().any(|session| !session.this_session)
    }
}
