//! The pages about one user, and the page that adds one.

use askama::Template;

use super::invitation_views::{InvitationCard, InvitationSheet};
pub use super::user_tab::UserTab;
use crate::admin::history::EntryFact;
use crate::admin::views::{Choice, ConsoleFrame, UserStanding};
use crate::platform::web::page::Page;

/// The user above the tabs.
#[derive(Debug, Clone)]
pub struct UserHead {
    /// The identifier, as addresses have it.
    pub id: String,
    /// The name.
    pub name: String,
    /// The administrative role, or the ready-made profile.
    pub role: String,
    /// The last sign-in, in words.
    pub last: String,
    /// The state in lists.
    pub standing: UserStanding,
    /// The open tab.
    pub tab: UserTab,
}

impl UserHead {
    /// The path of a page about the user, within the company.
    pub(crate) fn path(&self, page: &str) -> String {
        if page.is_empty() { format!("users/{}", self.id) } else { format!("users/{}/{page}", self.id) }
    }
}

/// The outcome of the last act, in words.
#[derive(Debug, Clone, Default)]
pub struct ActOutcome {
    /// The confirmation of an act.
    pub done: Option<String>,
    /// The reason of a refusal.
    pub refused: Option<String>,
}

/// The person who can correct the name of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// The administrator's own name, which is corrected in *My sign-in*.
    Own,
    /// The administrator.
    Administrator,
    /// The administrators of another company.
    OtherCompany,
}

/// *Basic data*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/basic_data.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct BasicDataPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The outcome of the last act.
    pub outcome: ActOutcome,
    /// The sign-in email.
    pub email: String,
    /// The roles, in words.
    pub roles: Vec<String>,
    /// The day on which the membership began.
    pub since: String,
    /// Whether this is the user's basic company.
    pub is_basic: bool,
    /// The person who can correct the name.
    pub naming: Naming,
    /// Whether the first message can be sent again.
    pub is_to_set_up: bool,
    /// Whether the question of acceptance can be sent again.
    pub is_to_accept: bool,
    /// Whether the administrator may change roles and state.
    pub may_change: bool,
}

impl BasicDataPage {
    /// The effect of a lock in a company that is not the basic one.
    pub(crate) fn lock_text(&self) -> String {
        let names = [("name", self.user.name.as_str()), ("company", self.frame.company_name.as_str())];
        self.page.texts.text_with("admin-lock-text", &names)
    }
}

/// The form that corrects the name.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/name.html")]
pub struct NamePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The given name, stored or typed.
    pub given_name: String,
    /// The family name, stored or typed.
    pub family_name: String,
    /// The error of the given name, in words.
    pub given_error: Option<String>,
    /// The error of the family name, in words.
    pub family_error: Option<String>,
}

/// The form of the roles.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/roles.html")]
pub struct RolesPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The roles that the administrator may give.
    pub roles: Vec<Choice>,
}

/// The page that asks whether to remove a user, with the consequences.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/remove.html")]
pub struct RemovePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// Whether this is the user's basic company.
    pub is_basic: bool,
    /// The companies that could replace it, limited to those that the administrator manages.
    pub others: Vec<Choice>,
    /// The error, in words.
    pub error: Option<String>,
}

/// *Communication*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/communication.html")]
pub struct CommunicationPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The outcome of the last act.
    pub outcome: ActOutcome,
    /// The phone, stored or typed.
    pub phone: String,
    /// Whether an administrator set the phone and the person has not confirmed it.
    pub phone_is_set: bool,
    /// The error of the phone, in words.
    pub error: Option<String>,
    /// The corrected number, as an offer.
    pub offered: Option<String>,
    /// The communication email, otherwise the sign-in email.
    pub email: String,
    /// The languages of messages.
    pub languages: Vec<Choice>,
    /// The administrator's permission to change the phone.
    pub may: MayCommunicate,
    /// The card about signing in with the phone app; `None` for an administrator who may not invite.
    pub invitation: Option<InvitationCard>,
    /// The sheet beside the tab, if one is open.
    pub sheet: Option<InvitationSheet>,
}

/// The administrator's permission to change a person's phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayCommunicate {
    /// The administrator's own phone, which is changed in *My sign-in*.
    Own,
    /// None: another company decides.
    Nothing,
    /// A change after a fresh proof.
    OnceProven,
    /// A change now.
    Now,
}

/// A right as a box.
#[derive(Debug, Clone)]
pub struct RightBox {
    /// The name in the form.
    pub name: String,
    /// The title.
    pub title: String,
    /// Whether the user has it.
    pub on: bool,
    /// Whether the administrator may give and take the right.
    pub may: bool,
}

/// An application that is open to the company, with its rights.
#[derive(Debug, Clone)]
pub struct ApplicationRights {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The right to use it, then the declared ones.
    pub rights: Vec<RightBox>,
}

impl ApplicationRights {
    /// Whether the administrator may change any box.
    pub(crate) fn may_change_any(&self) -> bool {
        self.rights.iter().any(|right| right.may)
    }
}

/// *Access rights*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/access_rights.html")]
pub struct AccessRightsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The outcome of the last act.
    pub outcome: ActOutcome,
    /// The ready-made profiles, also those that the administrator may not give.
    pub profiles: Vec<ProfileChoice>,
    /// The applications.
    pub applications: Vec<ApplicationRights>,
    /// Whether the administrator may change anything now.
    pub may_change: bool,
    /// Whether the administrator may change rights after a fresh proof.
    pub must_prove: bool,
}

impl AccessRightsPage {
    /// Whether the administrator may change any box.
    pub(crate) fn may_change_any(&self) -> bool {
        self.applications.iter().any(ApplicationRights::may_change_any)
    }
}

/// A second factor, without any secret.
#[derive(Debug, Clone)]
pub struct FactorLine {
    /// The word in the address of its removal.
    pub word: String,
    /// Whether it is a passkey; otherwise an authenticator app.
    pub is_passkey: bool,
    /// The name that the person gave it.
    pub name: String,
    /// The days of setup and last use, in words.
    pub line: String,
}

/// A phone of the user.
#[derive(Debug, Clone)]
pub struct PhoneRow {
    /// The identifier in the address of its removal.
    pub id: String,
    /// The name that the person gave it.
    pub name: String,
    /// The system, the version of the app and the last use, in words.
    pub line: String,
}

/// A session of the user.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// The identifier in the form that ends it.
    pub id: String,
    /// The place or network.
    pub title: String,
    /// The browser, applications and time, in words.
    pub line: String,
}

/// *Sign-in & devices*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/sign_in.html")]
pub struct SignInPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The outcome of the last act.
    pub outcome: ActOutcome,
    /// Whether the user is the administrator.
    pub is_own: bool,
    /// The factors and sessions; `None` for an administrator who does not reach the profile.
    pub profile: Option<ProfileSignIn>,
    /// The second factors that there are, in words.
    pub factors: String,
    /// Whether the user is locked and the administrator may unlock them.
    pub may_unlock: bool,
}

/// The factors and sessions of a profile.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct ProfileSignIn {
    /// The second factors.
    pub factor_lines: Vec<FactorLine>,
    /// The phones.
    pub phones: Vec<PhoneRow>,
    /// Whether the user was logged out from all devices, and the phone app is closed to them.
    pub phone_app_is_closed: bool,
    /// The names of the linked banks and eID.
    pub identities: Vec<String>,
    /// Whether the administrator may give a temporary access pass.
    pub may_give_pass: bool,
    /// Whether a recovery code is in force.
    pub has_recovery_code: bool,
    /// Whether a forgotten password can be replaced only after a reset by an administrator.
    pub is_closed: bool,
    /// The live sessions.
    pub sessions: Vec<SessionRow>,
}

/// The page that asks whether to remove a phone, or to log the user out from all devices, with the consequences.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/end_phones.html")]
pub struct EndPhonesPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The page of the user whose form it is.
    pub way: String,
    /// The question.
    pub title: String,
    /// The consequences.
    pub text: String,
    /// The label of the button.
    pub button: String,
}

/// The page that asks whether to reset the second factor, with the consequences.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/reset_second_factor.html")]
pub struct ResetPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
}

/// A line of a user's history.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    /// The time.
    pub time: String,
    /// The event.
    pub what: String,
    /// The values before and after, and the rights given and taken.
    pub changes: Vec<EntryFact>,
    /// The name of the actor.
    pub actor: String,
    /// The network; empty if it does not concern the administrator.
    pub network: String,
}

/// *History*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/history.html")]
pub struct UserHistoryPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The entries, newest first.
    pub lines: Vec<HistoryLine>,
    /// The query of the next page.
    pub older: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}

/// A ready-made profile to give.
#[derive(Debug, Clone)]
pub struct ProfileChoice {
    /// Its identifier.
    pub word: String,
    /// Its name.
    pub name: String,
    /// The rights in it, in words.
    pub rights: String,
    /// Those of them that the administrator does not have, in words; empty where the profile can be given.
    pub missing: String,
    /// Whether it is chosen.
    pub on: bool,
}

/// *Add user*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/add.html")]
pub struct AddPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The typed text.
    pub typed: NewPersonFields,
    /// The roles that the administrator may give.
    pub roles: Vec<Choice>,
    /// The ready-made profiles, also those that the administrator may not give.
    pub profiles: Vec<ProfileChoice>,
    /// Each field with an error, and the error in words.
    pub errors: Vec<(&'static str, String)>,
    /// The corrected phone, as an offer.
    pub offered: Option<String>,
}

/// The typed fields of *Add user* and *Add employee*.
#[derive(Debug, Clone, Default)]
pub struct NewPersonFields {
    /// The email.
    pub email: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The language tag of messages.
    pub(crate) language: String,
    /// The phone for codes; empty for an employee.
    pub phone: String,
}

impl AddPage {
    /// The error of a field, in words.
    pub(crate) fn error_of(&self, field: &str) -> Option<&String> {
        self.errors.iter().find(|(wrong, _)| *wrong == field).map(|(_, text)| text)
    }

    /// Whether a ready-made profile is chosen.
    pub(crate) fn is_profile_chosen(&self) -> bool {
        self.profiles.iter().any(|profile| profile.on)
    }

    /// Whether a field is the first one with an error: the focus goes to it.
    pub(crate) fn has_focus(&self, field: &str) -> bool {
        self.errors.first().is_some_and(|(wrong, _)| *wrong == field)
    }
}
