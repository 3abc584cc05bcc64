//! Companies: the tenants.

mod store;

use std::str::FromStr;

pub use store::{add, disengage, engage, find, is_engaged, search_clients, set_operator};
pub(crate) use store::{
    clients_of, count_clients, directory_use, list, offices_of, open_phone_app_by_identity,
    opens_phone_app_by_identity, operator, set_directory_use, take_turns, update,
};

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

/// How the people of a company are led to its directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryUse {
    /// Beside the other ways to sign in.
    #[default]
    Offered,
    /// Before the other ways, and by itself.
    First,
    /// As the only way, but for those who manage the company.
    Alone,
}

impl DirectoryUse {
    /// Every use, from the mildest.
    pub(crate) const ALL: [Self; 3] = [Self::Offered, Self::First, Self::Alone];

    /// The stored word, also that of commands.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::First => "first",
            Self::Alone => "alone",
        }
    }
}

impl FromStr for DirectoryUse {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|wanted| wanted.as_str() == text).ok_or("must be offered, first or alone")
    }
}

/// The company whose administrators are the operator's people in the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatorCompany {
    /// The company.
    pub company: CompanyId,
    /// Whether the release of an invitation wants the consent of two of them.
    pub asks_two: bool,
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
        self.name_is_fine()
            && self.business_id_is_fine()
            && [&self.contact_email, &self.contact_phone]
                .into_iter()
                .flatten()
                .all(|text| is_line(text, LONGEST_CONTACT))
    }

    /// Whether the name can be stored and shown.
    pub(crate) fn name_is_fine(&self) -> bool {
        is_line(&self.name, LONGEST_NAME)
    }

    /// Whether the business identifier can be stored and shown.
    pub(crate) fn business_id_is_fine(&self) -> bool {
        self.business_id.as_ref().is_none_or(|text| is_line(text, LONGEST_BUSINESS_ID))
    }
}
