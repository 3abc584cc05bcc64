//! Users: memberships of people in companies, with roles, and the authority of administrators.

mod managing;
mod sorted;
mod store;
mod words;

use std::str::FromStr;

pub use managing::{authority, disengage, is_managed_without};
pub(crate) use sorted::{Side, Sorting, UserListing, UserOrder, page, sort};
pub(crate) use store::{
    accept, accept_role, add_pending, count_each, decline, find_each, keep_sign_in, list_before, mark_invited, name_in,
    of_person, role_columns, stored_roles, unmark_invited, waiting_for,
};
pub use store::{add, basic_company, change_roles, find, list, search, set_basic, set_state};
pub use words::{found_by, index, index_missing, index_person};

use super::companies::{self, CompanyId};
use super::people::{self, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::db;

/// A role of a user in one company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Role {
    /// Manages users, invitations, contact phones and policies of one company.
    #[serde(rename = "user administrator")]
    UserAdministrator,
    /// Main user of an accounting office: the same for the office and for every client company.
    #[serde(rename = "main user")]
    MainUser,
    /// No administrative role.
    #[serde(rename = "employee")]
    Employee,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::UserAdministrator, Self::MainUser, Self::Employee];

    /// The name of the role in claims and commands.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::UserAdministrator => "user administrator",
            Self::MainUser => "main user",
            Self::Employee => "employee",
        }
    }

    /// Whether this role manages the company.
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

/// The state of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipState {
    /// The person can enter.
    Active,
    /// Added with a profile from before, and not yet accepted by the person. It opens nothing.
    Pending,
    /// Locked out of this company by an administrator, for a time.
    Locked,
    /// Removed. The history remains, and the person can be taken back.
    Removed,
}

impl MembershipState {
    /// The stored word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Locked => "locked",
            Self::Removed => "removed",
        }
    }
}

impl FromStr for MembershipState {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Active, Self::Pending, Self::Locked, Self::Removed]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or("must be active, pending, locked or removed")
    }
}

/// A person's membership in a company, as the person sees it.
#[derive(Clone, Debug)]
pub(crate) struct User {
    /// The company.
    pub(crate) company: CompanyId,
    /// The company's name.
    pub(crate) company_name: String,
    /// The person's roles there.
    pub roles: Vec<Role>,
    /// Whether this is the person's basic company.
    pub basic: bool,
    /// The state of the membership.
    pub state: MembershipState,
    /// Whether the person has used a role as administrator there, or got it in their basic company.
    pub(crate) role_is_accepted: bool,
}

/// A membership that waits for the person to accept it, as the person sees it.
#[derive(Clone, Debug)]
pub(crate) struct PendingMembership {
    /// The company.
    pub(crate) company: CompanyId,
    /// The company's name.
    pub(crate) company_name: String,
    /// The person's roles there, once they accept.
    pub roles: Vec<Role>,
}

/// A user of a company, as its administrators see them.
#[derive(Clone, Debug)]
pub struct Member {
    /// The company.
    pub(crate) company: CompanyId,
    /// The person.
    pub person: PersonId,
    /// Given and family name.
    pub name: String,
    /// The given name.
    pub(crate) given_name: String,
    /// The family name, or empty.
    pub(crate) family_name: String,
    /// The sign-in email.
    pub(crate) email: String,
    /// The language tag of messages.
    pub(crate) language: String,
    /// Whether the profile itself can be used.
    pub(crate) profile_state: people::PersonState,
    /// The person's roles there.
    pub roles: Vec<Role>,
    /// The name of the ready-made profile of rights given last.
    pub profile: Option<String>,
    /// Whether this is the person's basic company.
    pub basic: bool,
    /// The state of the membership.
    pub state: MembershipState,
    /// When the person last signed in, to any application.
    pub(crate) last_sign_in_at: Option<Timestamp>,
    /// When the person became a user.
    pub(crate) created_at: Timestamp,
    /// The key that lists are ordered by, from which a page continues.
    pub sort_key: Vec<u8>,
    /// Whether the person has never accepted to be a user here: name, email and language are as they were typed, and
    /// nothing else about the person is told.
    pub(crate) is_waited_for: bool,
    /// Until when an invitation to the phone app waits for them, if there is one that was not used or cancelled.
    invited_until: Option<Timestamp>,
}

impl Member {
    /// The place in the company's list, from which a page continues.
    fn place(&self) -> (Vec<u8>, PersonId) {
        (self.sort_key.clone(), self.person)
    }

    /// Whether an invitation to the phone app waits for them.
    pub(crate) fn is_invited(&self, now: Timestamp) -> bool {
        self.state == MembershipState::Active && self.invited_until.is_some_and(|until| now < until)
    }
}

/// The users of a list or a count. Only [`Filter::Removed`] includes removed ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Filter {
    /// Everybody, without removed users.
    #[default]
    All,
    /// Users who can enter and have signed in before.
    Active,
    /// Users who can enter and have never signed in.
    NeverSignedIn,
    /// Users who can enter, and whom an invitation to the phone app waits for.
    Invited,
    /// Users who have not accepted yet.
    Pending,
    /// Locked users.
    Locked,
    /// Removed users.
    Removed,
}

impl Filter {
    /// Every filter.
    pub(crate) const ALL: [Self; 7] =
        [Self::All, Self::Active, Self::NeverSignedIn, Self::Invited, Self::Pending, Self::Locked, Self::Removed];

    /// The word in an address.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::NeverSignedIn => "never_signed_in",
            Self::Invited => "invited",
            Self::Pending => "pending",
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

/// The basis on which a person manages a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// User administrator of the company.
    UserAdministrator,
    /// Main user of the company, if it is an accounting office, or of an office that manages it.
    MainUser {
        /// The office.
        office: CompanyId,
    },
}

impl Authority {
    /// Whether this authority, in a company of this kind, may give and remove a role there. Nobody gives more than they
    /// have, and only accounting offices have main users.
    pub fn may_give(self, role: Role, kind: companies::CompanyKind) -> bool {
        match role {
            Role::Employee | Role::UserAdministrator => true,
            Role::MainUser => matches!(self, Self::MainUser { .. }) && kind == companies::CompanyKind::AccountingOffice,
        }
    }
}

/// The reason for which a change of users is not made. A transaction that ends with one is rolled back.
#[derive(Debug, PartialEq, Eq)]
pub enum UserChangeError {
    /// The person is no user of the company.
    NoUser,
    /// Nobody could manage the company afterwards.
    LastAdministrator,
    /// The basic company needs an active user.
    NotActive,
    /// The database failed.
    Fault(db::Error),
}

impl From<db::Error> for UserChangeError {
    fn from(error: db::Error) -> Self {
        Self::Fault(error)
    }
}
