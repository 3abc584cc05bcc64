//! Employees: people on a company's employee listing, with chargeable services. An employee who is no user can sign in
//! to the phone app only.

mod store;

pub use store::{add, find, search, set_services};
pub(crate) use store::{first_company, is_employee, keep_typed, list, list_before, make_known, remove, set_sort_key};

use serde::{Deserialize, Serialize};

use super::companies::CompanyId;
use super::people::PersonId;

/// A chargeable service of an employee. Any of them opens the phone app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeableService {
    /// Trips and their expenses.
    Travel,
    /// Salaries and hours.
    Salaries,
}

impl ChargeableService {
    /// Every service.
    pub const ALL: [Self; 2] = [Self::Travel, Self::Salaries];

    /// The stored word, also used by commands.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Travel => "travel",
            Self::Salaries => "salaries",
        }
    }
}

impl std::str::FromStr for ChargeableService {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|service| service.as_str() == text).ok_or("must be travel or salaries")
    }
}

/// A person on the employee listing of a company.
#[derive(Clone, Debug)]
pub struct Employee {
    /// The company.
    pub(crate) company: CompanyId,
    /// The person.
    pub(crate) person: PersonId,
    /// Given and family name.
    pub(crate) name: String,
    /// The given name.
    pub(crate) given_name: String,
    /// The family name, or empty.
    pub(crate) family_name: String,
    /// The sign-in email.
    pub(crate) email: String,
    /// The chargeable services.
    pub services: Vec<ChargeableService>,
    /// Whether the person is a user of the company as well, and not removed.
    pub(crate) is_user: bool,
    /// The key that lists are ordered by, from which a page continues.
    pub(crate) sort_key: Vec<u8>,
    /// Whether the company sees the profile. Of somebody who had one before and has not accepted to be a user of the
    /// company, name and email are as they were typed.
    pub(crate) is_known: bool,
}
