//! The scopes of the API. In a token each has its extent: `company:{id}:users.read` for one company,
//! `company:*:users.read` for every company in which the caller has authority anyway, and `operator:users.read` for all
//! companies. A token bounds the caller's authority; it never grants any by itself. Pure.

use std::fmt;
use std::str::FromStr;

use crate::directory::companies::CompanyId;
use crate::provider::applications::scopes::Scopes;

/// A scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// See a company and its clients.
    CompanyRead,
    /// Change a company.
    CompanyWrite,
    /// See the profiles of people.
    PeopleRead,
    /// Change the profiles of people whose basic company it is.
    PeopleWrite,
    /// See users, their roles and rights.
    UsersRead,
    /// Add, change and remove users.
    UsersWrite,
    /// See the employee listing.
    EmployeesRead,
    /// Change the employee listing.
    EmployeesWrite,
    /// See the applications that are open to a company.
    ApplicationsRead,
    /// Open and close applications.
    ApplicationsWrite,
    /// See ready-made profiles of rights.
    ProfilesRead,
    /// Add and remove ready-made profiles.
    ProfilesWrite,
    /// See the policy.
    PoliciesRead,
    /// Change the policy.
    PoliciesWrite,
    /// See the sessions of users.
    SessionsRead,
    /// End sessions.
    SessionsWrite,
    /// See the factors of users, without any secret.
    FactorsRead,
    /// Remove factors that were lost.
    FactorsWrite,
    /// Read the history.
    HistoryRead,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 19] = [
        Self::CompanyRead,
        Self::CompanyWrite,
        Self::PeopleRead,
        Self::PeopleWrite,
        Self::UsersRead,
        Self::UsersWrite,
        Self::EmployeesRead,
        Self::EmployeesWrite,
        Self::ApplicationsRead,
        Self::ApplicationsWrite,
        Self::ProfilesRead,
        Self::ProfilesWrite,
        Self::PoliciesRead,
        Self::PoliciesWrite,
        Self::SessionsRead,
        Self::SessionsWrite,
        Self::FactorsRead,
        Self::FactorsWrite,
        Self::HistoryRead,
    ];

    /// Its word in tokens.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::CompanyRead => "company.read",
            Self::CompanyWrite => "company.write",
            Self::PeopleRead => "people.read",
            Self::PeopleWrite => "people.write",
            Self::UsersRead => "users.read",
            Self::UsersWrite => "users.write",
            Self::EmployeesRead => "employees.read",
            Self::EmployeesWrite => "employees.write",
            Self::ApplicationsRead => "applications.read",
            Self::ApplicationsWrite => "applications.write",
            Self::ProfilesRead => "profiles.read",
            Self::ProfilesWrite => "profiles.write",
            Self::PoliciesRead => "policies.read",
            Self::PoliciesWrite => "policies.write",
            Self::SessionsRead => "sessions.read",
            Self::SessionsWrite => "sessions.write",
            Self::FactorsRead => "factors.read",
            Self::FactorsWrite => "factors.write",
            Self::HistoryRead => "history.read",
        }
    }

    /// The scope for one company.
    pub fn of(self, company: CompanyId) -> String {
        format!("company:{company}:{self}")
    }

    /// The scope for every company of the caller.
    pub fn of_every(self) -> String {
        format!("company:*:{self}")
    }

    /// The scope of the operator.
    pub fn of_operator(self) -> String {
        format!("operator:{self}")
    }

    /// Whether the scopes of a token include it for a company.
    pub(crate) fn is_in(self, scopes: &Scopes, company: CompanyId) -> bool {
        scopes.has(&self.of(company)) || scopes.has(&self.of_every())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or_else(|| {
            let words: Vec<_> = Self::ALL.into_iter().map(Self::as_str).collect();
            format!("must be one of {}", words.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_the_company_and_act_that_it_names() {
        let one: CompanyId = "0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc000".parse().unwrap();
        let other: CompanyId = "0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc001".parse().unwrap();
        let scopes = Scopes::parse(&Scope::UsersRead.of(one)).unwrap();
        assert!(Scope::UsersRead.is_in(&scopes, one));
        assert!(!Scope::UsersRead.is_in(&scopes, other) && !Scope::UsersWrite.is_in(&scopes, one));
        assert!(Scope::UsersRead.is_in(&Scopes::parse("company:*:users.read").unwrap(), other));
        assert!(!Scope::UsersRead.is_in(&Scopes::parse("operator:users.read users.read").unwrap(), other));
    }

    #[test]
    fn every_scope_is_read_by_its_word() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
        }
        assert!("users".parse::<Scope>().is_err());
    }
}
