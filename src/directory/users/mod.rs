//! Users: who belongs to which company, and in what roles.

mod store;

pub use store::{add, of_person};

use super::companies::CompanyId;

/// A role of a user in one company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Role {
    /// Manages users, invitations, contact phones and policies of one company.
    #[serde(rename = "user administrator")]
    UserAdministrator,
    /// An accounting office's main user: does the same for the office and for every client company.
    #[serde(rename = "main user")]
    MainUser,
    /// No more than a user.
    #[serde(rename = "employee")]
    Employee,
}

impl Role {
    /// The role's name, as claims and commands write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserAdministrator => "user administrator",
            Self::MainUser => "main user",
            Self::Employee => "employee",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::UserAdministrator, Self::MainUser, Self::Employee]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or("must be \"user administrator\", \"main user\" or \"employee\"")
    }
}

/// A person's membership in a company.
#[derive(Clone, Debug)]
pub struct User {
    /// The company.
    pub company: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// What the person is there.
    pub roles: Vec<Role>,
    /// Whether this is the person's basic company.
    pub basic: bool,
}
