//! Entering an application for a company: who may, and as what.
//!
//! A user of a company enters what is open to it and what they have a right in. A main user of an accounting
//! office enters what is open to a client of the office, too, with the rights that they have in the office:
//! as long as the office manages the client, and unless the client has locked them. Nobody enters anything
//! without an active basic company.

mod store;

pub use store::{choices, companies_of, entered, standing};

use serde::Serialize;

use super::companies::CompanyId;
use super::users::{Role, State};

/// The most companies that are offered to choose from.
pub const MOST_CHOICES: usize = 500;

/// How a person stands before an application that is for users of companies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Their basic company, and whether they can enter it; `None` of who has never been a user.
    pub basic: Option<(CompanyId, State)>,
    /// Whether they are on an employee listing.
    pub is_employee: bool,
    /// The companies for which they may enter. Of an office's many clients, as many as tell whether there
    /// is a choice, and those that were asked about.
    pub companies: Vec<CompanyId>,
}

/// A company to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
}

/// As what a person is in an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// What the person is there; a main user of the office that manages it, too.
    pub roles: Vec<Role>,
    /// The rights that the application declares and the person has, in the order of their names.
    pub rights: Vec<String>,
    /// Those of them before whose use the company wants the person asked again.
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

impl Entered {
    /// The company as tokens tell it.
    pub fn claim(&self) -> CompanyClaim {
        CompanyClaim { id: self.company, name: self.name.clone() }
    }
}
