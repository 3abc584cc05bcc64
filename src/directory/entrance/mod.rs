//! Entering an application for a company: who may, and with which roles and rights.
//!
//! A user of a company enters an application that is open to the company and in which they have a right. A main user of
//! an accounting office also enters the applications of a client, with their rights in the office, while the office
//! manages the client and unless the client has locked them. Nobody enters anything without an active basic company.

mod store;

pub use store::{choices, companies_of, entered, standing};

use serde::Serialize;

use super::companies::CompanyId;
use super::users::{MembershipState, Role};

/// The greatest number of companies offered as a choice.
pub const MOST_CHOICES: usize = 500;

/// The entrances of a person to an application for users of companies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entrances {
    /// Their basic company and whether they can enter it; `None` for a person who has never been a user.
    pub basic: Option<(CompanyId, MembershipState)>,
    /// Whether they are on an employee listing.
    pub is_employee: bool,
    /// The companies for which they may enter. Of an office's many clients only enough to show that there is a choice,
    /// and those asked about.
    pub companies: Vec<CompanyId>,
}

/// A company to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyChoice {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
}

/// The part of a person in an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyAccess {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// The person's roles there, including that of a main user of the managing office.
    pub roles: Vec<Role>,
    /// The rights that the application declares and the person has, in the order of their names.
    pub rights: Vec<String>,
    /// Those rights whose use needs a fresh proof, by the wish of the company.
    pub ask_before: Vec<String>,
}

/// The claim `company`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct CompanyClaim {
    /// Its identifier.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
}

impl CompanyAccess {
    /// The company as a claim.
    pub fn claim(&self) -> CompanyClaim {
        CompanyClaim { id: self.company, name: self.name.clone() }
    }
}
