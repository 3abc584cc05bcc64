//! The pages about one user, and the one that adds one.

use askama::Template;

use crate::admin::views::{Choice, Frame, Standing};
use crate::platform::web::page::Page;

/// The tabs of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserTab {
    /// Name, email, roles, whether they can enter.
    BasicData,
    /// Where codes go.
    Communication,
    /// What they may do in which application.
    AccessRights,
    /// What proves them, and where they are signed in.
    SignIn,
    /// What happened with them in this company.
    History,
}

impl UserTab {
    /// Every tab, in order.
    pub const ALL: [Self; 5] = [Self::BasicData, Self::Communication, Self::AccessRights, Self::SignIn, Self::History];

    /// The key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::BasicData => "admin-tab-basic-data",
            Self::Communication => "admin-tab-communication",
            Self::AccessRights => "admin-tab-access-rights",
            Self::SignIn => "admin-tab-sign-in",
            Self::History => "admin-tab-history",
        }
    }

    /// The word of it in the address, after the person.
    pub fn path(self) -> &'static str {
        match self {
            Self::BasicData => "",
            Self::Communication => "communication",
            Self::AccessRights => "access-rights",
            Self::SignIn => "sign-in",
            Self::History => "history",
        }
    }
}

/// The user whose tabs are shown.
#[derive(Debug, Clone)]
pub struct UserHead {
    /// The identifier, as addresses have it.
    pub id: String,
    /// The name.
    pub name: String,
    /// The administrative role, or the ready-made profile.
    pub role: String,
    /// When they last signed in, in words.
    pub last: String,
    /// How they stand.
    pub standing: Standing,
    /// The open tab.
    pub tab: UserTab,
}

impl UserHead {
    /// The address of a page about the user, after the company.
    pub fn path(&self, page: &str) -> String {
        if page.is_empty() { format!("users/{}", self.id) } else { format!("users/{}/{page}", self.id) }
    }
}

/// What came of what was done last, in words.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// What is done.
    pub done: Option<String>,
    /// Why something is not done.
    pub refused: Option<String>,
}

/// Who corrects the name of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It is who looks: nobody does it from here.
    Own,
    /// Who looks.
    Here,
    /// The administrators of another company.
    Elsewhere,
}

/// *Basic data*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/basic_data.html")]
pub struct BasicDataPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
    /// What came of what was done last.
    pub told: Told,
    /// The sign-in email.
    pub email: String,
    /// The roles, in words.
    pub roles: Vec<String>,
    /// The day since when they are a user.
    pub since: String,
    /// Whether this is their basic company.
    pub is_basic: bool,
    /// Who corrects the name.
    pub naming: Naming,
    /// Whether who looks may change roles and state.
    pub may_change: bool,
}

/// Asks for the corrected name.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/name.html")]
pub struct NamePage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
    /// The given name, as it is or was typed.
    pub given_name: String,
    /// The family name, as it is or was typed.
    pub family_name: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Asks for the roles.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/roles.html")]
pub struct RolesPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
    /// The roles that who looks may give.
    pub roles: Vec<Choice>,
}

/// Asks whether to remove a user, and warns of what that does.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/remove.html")]
pub struct RemovePage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
    /// Whether this is their basic company.
    pub is_basic: bool,
    /// Other companies that could be it, as far as who looks manages them, too.
    pub others: Vec<Choice>,
    /// What is wrong.
    pub error: Option<String>,
}

/// *Communication*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/communication.html")]
pub struct CommunicationPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
    /// What came of what was done last.
    pub told: Told,
    /// The phone, as it is or was typed.
    pub phone: String,
    /// Who set it, where the person has not confirmed it.
    pub phone_is_set: bool,
    /// What is wrong with it.
    pub error: Option<String>,
    /// The corrected form of what was typed.
    pub offered: Option<String>,
    /// The communication email, or the one to sign in with.
    pub email: String,
    /// The languages of messages.
    pub languages: Vec<Choice>,
    /// What who looks may do about it.
    pub may: MayCommunicate,
}

/// What who looks may do about where codes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayCommunicate {
    /// It is theirs: they change it in *My sign-in*.
    Own,
    /// Another company has the say.
    Nothing,
    /// Change it, once they have proven themselves.
    OnceProven,
    /// Change it now.
    Now,
}

/// A right, to be ticked.
#[derive(Debug, Clone)]
pub struct RightBox {
    /// The name that is sent.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Whether the user has it.
    pub on: bool,
    /// Whether who looks may give it and take it away.
    pub may: bool,
}

/// An application that is open to the company, with its rights.
#[derive(Debug, Clone)]
pub struct ApplicationRights {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The right to use it, then those that it declares.
    pub rights: Vec<RightBox>,
}

impl ApplicationRights {
    /// Whether there is a box that who looks may change.
    pub fn may_any(&self) -> bool {
        self.rights.iter().any(|right| right.may)
    }
}

/// *Access rights*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/access_rights.html")]
pub struct AccessRightsPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
    /// What came of what was done last.
    pub told: Told,
    /// The ready-made profiles that who looks may give.
    pub profiles: Vec<Choice>,
    /// The applications.
    pub applications: Vec<ApplicationRights>,
    /// Whether the administrator may change anything now.
    pub may_change: bool,
    /// Whether they may once they have proven themselves afresh.
    pub must_prove: bool,
}

/// A way to sign in, without anything secret.
#[derive(Debug, Clone)]
pub struct Way {
    /// Whether it is a passkey; or else an authenticator app.
    pub is_passkey: bool,
    /// What the person calls it.
    pub name: String,
    /// The day it was set up, and when it was last used, in words.
    pub line: String,
}

/// A session of the user.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// The id in the form that ends it.
    pub id: String,
    /// Its place or network.
    pub title: String,
    /// Browser, applications and time, in words.
    pub line: String,
}

/// *Sign-in & devices*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/sign_in.html")]
pub struct SignInPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
    /// What came of what was done last.
    pub told: Told,
    /// Whether who looks is the user.
    pub is_own: bool,
    /// The ways and the sessions; `None` for who does not reach the profile.
    pub profile: Option<ProfileSignIn>,
    /// Which second factors there are, in a word.
    pub factors: String,
    /// Whether the user is locked, and who looks may unlock them.
    pub may_unlock: bool,
}

/// What who reaches the profile sees of how the person signs in.
#[derive(Debug, Clone)]
pub struct ProfileSignIn {
    /// The second factors.
    pub ways: Vec<Way>,
    /// Whether a recovery code is in force.
    pub has_recovery_code: bool,
    /// Whether a forgotten password is replaced only after a reset.
    pub is_closed: bool,
    /// The live sessions.
    pub sessions: Vec<SessionRow>,
}

/// Asks whether to reset the second factor, and says what that does.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/reset_second_factor.html")]
pub struct ResetPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
}

/// A line of a user's history.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    /// When.
    pub time: String,
    /// What.
    pub what: String,
    /// Who did it.
    pub actor: String,
    /// From where; empty where who looks need not know.
    pub network: String,
}

/// *History*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/history.html")]
pub struct HistoryPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Whose it is.
    pub user: UserHead,
    /// Entries, newest first.
    pub lines: Vec<HistoryLine>,
    /// The key of the entry that the next page begins after.
    pub older: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}

/// *Add user*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/add.html")]
pub struct AddPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What was typed.
    pub typed: AddTyped,
    /// The roles that who looks may give.
    pub roles: Vec<Choice>,
    /// The ready-made profiles that who looks may give.
    pub profiles: Vec<Choice>,
    /// The field that is wrong, and what is wrong with it.
    pub error: Option<(&'static str, String)>,
    /// The form of the phone that was probably meant.
    pub offered: Option<String>,
}

/// What was typed of who is to be added.
#[derive(Debug, Clone, Default)]
pub struct AddTyped {
    /// The email.
    pub email: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The language tag of messages.
    pub language: String,
    /// The phone for codes; an employee is given none here.
    pub phone: String,
}

impl AddPage {
    /// What is wrong with a field.
    pub fn error_of(&self, field: &str) -> Option<&String> {
        self.error.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, text)| text)
    }
}
