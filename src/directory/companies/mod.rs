//! Companies: the tenants.

mod store;

use std::str::FromStr;

pub use store::{add, find, list};

crate::identifier! {
    /// Identifies a company.
    CompanyId
}

/// A tenant.
#[derive(Clone, Debug)]
pub struct Company {
    /// Never changes.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where its people can write for help.
    pub contact_email: Option<String>,
    /// Where its people can call for help.
    pub contact_phone: Option<String>,
}

/// What a company is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A business.
    Business,
    /// An accounting office, which manages client companies.
    AccountingOffice,
}

impl Kind {
    /// The word that is stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::AccountingOffice => "accounting_office",
        }
    }
}

impl FromStr for Kind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "business" => Ok(Self::Business),
            "accounting_office" => Ok(Self::AccountingOffice),
            _ => Err("must be business or accounting_office"),
        }
    }
}

/// A company that is to be added.
#[derive(Clone, Debug)]
pub struct NewCompany {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where its people can write for help.
    pub contact_email: Option<String>,
    /// Where its people can call for help.
    pub contact_phone: Option<String>,
}
