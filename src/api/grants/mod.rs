//! For whom applications may act by the API on their own: kept here and looked at at every call, so that
//! a token is worth nothing from the moment that the grant is taken away.

mod store;

pub use store::{find, give, of_application, take};

use std::fmt;
use std::str::FromStr;

use super::scopes::Scope;
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::provider::applications::ApplicationId;

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// One company.
    Company(CompanyId),
    /// The operator: every company, and what belongs to none.
    Operator,
}

/// What an application may do for somebody.
#[derive(Clone, Debug)]
pub struct ApiGrant {
    /// The application.
    pub application: ApplicationId,
    /// For whom.
    pub to: For,
    /// What.
    pub scopes: Vec<Scope>,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for For {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Company(company) => company.fmt(formatter),
            Self::Operator => formatter.write_str("operator"),
        }
    }
}

impl FromStr for For {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "operator" { Ok(Self::Operator) } else { text.parse().map(Self::Company) }
    }
}
