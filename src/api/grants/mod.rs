//! The grants by which applications use the API in their own name. They are read at every call, so that a token is
//! worthless from the moment its grant is taken away.

mod store;

pub use store::{find, give, of_application, take};

use std::fmt;
use std::str::FromStr;

use super::scopes::Scope;
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;

/// The extent of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantExtent {
    /// One company.
    Company(CompanyId),
    /// Every company, and the acts that belong to none.
    Operator,
}

/// The scopes of an application for a company or for the operator.
#[derive(Clone, Debug)]
pub struct ApiGrant {
    /// The extent.
    pub(crate) extent: GrantExtent,
    /// The scopes.
    pub(crate) scopes: Vec<Scope>,
    /// The time of the grant.
    pub(crate) since: Timestamp,
}

impl fmt::Display for GrantExtent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Company(company) => company.fmt(formatter),
            Self::Operator => formatter.write_str("operator"),
        }
    }
}

impl FromStr for GrantExtent {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "operator" { Ok(Self::Operator) } else { text.parse().map(Self::Company) }
    }
}
