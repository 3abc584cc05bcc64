//! Users: who belongs to which company, in what roles, and who may manage whom.

mod store;

use std::str::FromStr;

pub use store::{
    add, authority, basic_company, change_roles, count_each, disengage, find, found_by, index, index_missing,
    index_person, is_managed_without, keep_sign_in, list, list_before, list_managing, of_person, search, set_basic,
    set_state,
};

use super::companies::{self, CompanyId};
use super::people::{self, PersonId};
use crate::platform::clock::Timestamp;

/// A role of a user in one company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Role {
    /// Manages users, invitations, contact phones and policies of one company.
    #[serde(rename = "user administrator")]
    UserAdministrator,
    /// An accounting office's main user: does the same for the office and for every client company.
    #[serde(rename = "main user")]
    MainUser,
    /// No more than a user.
    #[serde(rename = "employee")]
    Employee,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::UserAdministrator, Self::MainUser, Self::Employee];

    /// The role's name, as claims and commands write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserAdministrator => "user administrator",
            Self::MainUser => "main user",
            Self::Employee => "employee",
        }
    }

    /// Whether somebody in this role manages the company.
    pub fn manages(self) -> bool {
        matches!(self, Self::UserAdministrator | Self::MainUser)
    }
}

impl FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or("must be \"user administrator\", \"main user\" or \"employee\"")
    }
}

/// Whether a user can enter the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// They can.
    Active,
    /// An administrator has locked them out of this company, for the time being.
    Locked,
    /// They were removed. What they did stays in the history, and they can be taken back.
    Removed,
}

impl State {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Removed => "removed",
        }
    }
}

impl FromStr for State {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Active, Self::Locked, Self::Removed]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or("must be active, locked or removed")
    }
}

/// A person's membership in a company, as the person sees it.
#[derive(Clone, Debug)]
pub struct User {
    /// The company.
    pub company: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// What the person is there.
    pub roles: Vec<Role>,
    /// Whether this is the person's basic company.
    pub basic: bool,
    /// Whether they can enter it.
    pub state: State,
}

/// A user of a company, as its administrators see them.
#[derive(Clone, Debug)]
pub struct Member {
    /// The company.
    pub company: CompanyId,
    /// Who it is.
    pub person: PersonId,
    /// Given and family name.
    pub name: String,
    /// The sign-in email.
    pub email: String,
    /// The language tag of messages.
    pub language: String,
    /// Whether the profile itself can be used.
    pub profile_state: people::State,
    /// What the person is there.
    pub roles: Vec<Role>,
    /// The name of the ready-made profile of rights that was given last.
    pub profile: Option<String>,
    /// Whether this is the person's basic company.
    pub basic: bool,
    /// Whether they can enter it.
    pub state: State,
    /// When the person last signed in, to whatever.
    pub last_sign_in_at: Option<Timestamp>,
    /// When they became a user.
    pub created_at: Timestamp,
    /// As lists are ordered by; the place to go on after.
    pub sort_key: Vec<u8>,
}

/// Which users a list or a count is of. Removed ones are in neither, unless asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Filter {
    /// Everybody who is not removed.
    #[default]
    All,
    /// Who can enter and has signed in before.
    Active,
    /// Who can enter and has never signed in.
    NeverSignedIn,
    /// Who is locked.
    Locked,
    /// Who was removed.
    Removed,
}

impl Filter {
    /// Every filter.
    pub const ALL: [Self; 5] = [Self::All, Self::Active, Self::NeverSignedIn, Self::Locked, Self::Removed];

    /// The word of it in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::NeverSignedIn => "never_signed_in",
            Self::Locked => "locked",
            Self::Removed => "removed",
        }
    }
}

impl FromStr for Filter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text).ok_or("is no filter")
    }
}

/// By what somebody manages a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// They are a user administrator of it.
    UserAdministrator,
    /// They are a main user: of it, where it is an accounting office, or of an office that manages it.
    MainUser {
        /// The office.
        office: CompanyId,
    },
}

impl Authority {
    /// Whether who has this authority in a company of a kind may give and take away a role there. Nobody
    /// gives more than they have, and a main user is one of an accounting office alone.
    pub fn may_give(self, role: Role, kind: companies::Kind) -> bool {
        match role {
            Role::Employee | Role::UserAdministrator => true,
            Role::MainUser => matches!(self, Self::MainUser { .. }) && kind == companies::Kind::AccountingOffice,
        }
    }
}

/// Why a change of users is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotChange {
    /// The person is no user of the company.
    NoUser,
    /// After it, nobody could manage the company.
    LastAdministrator,
    /// Who is not active in a company cannot have it as their basic company.
    NotActive,
}
