//! Companies: the tenants.

mod store;

use std::str::FromStr;

pub use store::{add, disengage, engage, find, is_engaged, search_clients};
pub(crate) use store::{clients_of, count_clients, list, offices_of, take_turns, update};

use crate::platform::one_line::is_line;

crate::identifier! {
    /// Identifies a company.
    CompanyId
}

impl crate::platform::history::IdentifiesCompany for CompanyId {}

/// The longest name of a company, in characters.
const LONGEST_NAME: usize = 200;
/// The longest contact address or number, in characters.
const LONGEST_CONTACT: usize = 254;
/// The longest business identifier, in characters.
const LONGEST_BUSINESS_ID: usize = 40;

/// A tenant.
#[derive(Clone, Debug)]
pub struct Company {
    /// Never changes.
    pub(crate) id: CompanyId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: CompanyKind,
    /// The email for questions of its people.
    pub contact_email: Option<String>,
    /// The phone for questions of its people.
    pub contact_phone: Option<String>,
    /// Its business identifier, in the form of its country's register.
    pub business_id: Option<String>,
}

/// The kind of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompanyKind {
    /// A business.
    Business,
    /// An accounting office, which manages client companies.
    AccountingOffice,
}

impl CompanyKind {
    /// The stored word, also used by commands.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::AccountingOffice => "accounting_office",
        }
    }
}

impl FromStr for CompanyKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "business" => Ok(Self::Business),
            "accounting_office" => Ok(Self::AccountingOffice),
            _ => Err("must be business or accounting_office"),
        }
    }
}

/// A company to be added, or the new data of an existing one.
#[derive(Clone, Debug)]
pub struct NewCompany {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: CompanyKind,
    /// The email for questions of its people.
    pub contact_email: Option<String>,
    /// The phone for questions of its people.
    pub contact_phone: Option<String>,
    /// Its business identifier. No two companies have the same.
    pub business_id: Option<String>,
}

impl NewCompany {
    /// Whether the data can be stored and shown.
    pub(crate) fn is_fine(&self) -> bool {
        is_line(&self.name, LONGEST_NAME)
            && [&self.contact_email, &self.contact_phone]
                .into_iter()
                .flatten()
                .all(|text| is_line(text, LONGEST_CONTACT))
            && self.business_id.as_ref().is_none_or(|text| is_line(text, LONGEST_BUSINESS_ID))
    }
}
