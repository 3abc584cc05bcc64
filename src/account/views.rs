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
    /// The id in the form that ends it.
    pub id: String,
    /// Its place, or its network where no place is known.
    pub title: String,
    /// "Safari on Mac"
    pub browser: String,
    /// The applications that it is signed in to.
    pub applications: Vec<String>,
    /// When it began.
    pub since: String,
    /// The machine.
    pub device: DeviceKind,
    /// Whether it is the one that looks at this page.
    pub this_session: bool,
    /// Whether the person has not been seen on its network before.
    pub new_network: bool,
}

/// A browser in which the second step is not asked for each time.
#[derive(Debug, Clone)]
pub struct RememberedBrowser {
    /// The id in the form that forgets it.
    pub id: String,
    /// "Safari on Mac"
    pub browser: String,
    /// The machine.
    pub device: DeviceKind,
    /// The day since when.
    pub since: String,
    /// The day until when.
    pub until: String,
    /// The day it was last used.
    pub used: String,
    /// Whether it is the one that looks at this page.
    pub this_browser: bool,
}

/// The recovery code, of which only the hash is kept.
#[derive(Debug, Clone)]
pub enum RecoveryCodeState {
    /// None has been made.
    NotMade,
    /// One is ready to be used.
    Ready {
        /// The day it was made.
        made: String,
    },
}

/// A network that the person has signed in from.
#[derive(Debug, Clone)]
pub struct KnownNetwork {
    /// The IPv4 address, or the /64 of an IPv6 address.
    pub network: String,
    /// When a sign-in succeeded from it last.
    pub used: String,
    /// When one did first.
    pub added: String,
    /// Whether this page is looked at from it.
    pub this_network: bool,
    /// Whether the person has shown there that it is theirs.
    pub confirmed: bool,
}

/// A company that has added the person and waits for their answer.
#[derive(Debug, Clone)]
pub struct Joining {
    /// The id in the forms that answer it.
    pub company: String,
    /// Its name.
    pub name: String,
    /// The sentence that the person would be an administrator there, if so.
    pub manages: Option<String>,
}

/// One line of the sign-in history.
#[derive(Debug, Clone)]
pub struct RecentSignIn {
    /// When.
    pub time: String,
    /// To which application.
    pub application: String,
    /// How it ended, in words.
    pub result: String,
    /// Whether it was refused.
    pub refused: bool,
    /// From where.
    pub network: String,
    /// The identifier of the refusal.
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
    /// The day the password was changed; `None` where there is no password.
    pub password_changed: Option<String>,
    /// The passkeys and authenticator apps.
    pub methods: Methods,
    /// The companies that wait for an answer.
    pub joining: Vec<Joining>,
    /// The remembered browsers, this one first.
    pub remembered_browsers: Vec<RememberedBrowser>,
    /// The live sessions, this one first.
    pub sessions: Vec<SessionLine>,
    /// The recovery code.
    pub recovery_code: RecoveryCodeState,
    /// The networks that the person is known in, the last used first.
    pub networks: Vec<KnownNetwork>,
    /// The open tab.
    pub tab: Tab,
}

impl MySignInPage {
    /// Whether a second step is set up.
    pub fn two_factor(&self) -> bool {
        !self.methods.passkeys.is_empty() || !self.methods.authenticators.is_empty()
    }

    /// Whether there is a session to end besides this one.
    pub fn has_other_sessions(&self) -> bool {
        self.sessions.iter().any(|session| !session.this_session)
    }
}
