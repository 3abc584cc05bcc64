//! Entering an application for a company: who may, and with which roles and rights.
//!
//! A user of a company enters an application that is open to the company and in which they have a right. A main user of
//! an accounting office also enters the applications of a client, with their rights in the office, while the office
//! manages the client and unless the client has locked them. Nobody enters anything without an active basic company.

mod store;

pub(crate) use store::{choices, companies_of, entered, standing};

use serde::Serialize;

use super::companies::CompanyId;
use super::users::{MembershipState, Role};

/// The greatest number of companies offered as a choice.
pub(crate) const MOST_CHOICES: usize = 500;

/// The entrances of a person to an application for users of companies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entrances {
    /// Their basic company and whether they can enter it; `None` for a person who has never been a user.
    pub(crate) basic: Option<(CompanyId, MembershipState)>,
    /// Whether they are on an employee listing.
    pub(crate) is_employee: bool,
    /// The companies for which they may enter. Of an office's many clients only enough to show that there is a choice,
    /// and those asked about.
    pub(crate) companies: Vec<CompanyId>,
}

/// A company to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompanyChoice {
    /// The company.
    pub(crate) company: CompanyId,
    /// Its name.
    pub(crate) name: String,
}

/// The part of a person in an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompanyAccess {
    /// The company.
    pub(crate) company: CompanyId,
    /// Its name.
    pub(crate) name: String,
    /// The person's roles there, including that of a main user of the managing office.
    pub(crate) roles: Vec<Role>,
    /// The rights that the application declares and the person has, in the order of their names.
    pub(crate) rights: Vec<String>,
    /// Those rights whose use needs a fresh proof, by the wish of the company.
    pub(crate) ask_before: Vec<String>,
}

/// The claim `company`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(crate) struct CompanyClaim {
    /// Its identifier.
    pub(crate) id: CompanyId,
    /// Its name.
    pub(crate) name: String,
}

impl CompanyAccess {
    /// The company as a claim.
    pub(crate) fn claim(&self) -> CompanyClaim {
        CompanyClaim { id: self.company, name: self.name.clone() }
    }
}
