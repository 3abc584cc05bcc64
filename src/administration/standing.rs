//! By what somebody acts in a company, and which roles that lets them give.

use crate::directory::companies::CompanyKind;
use crate::directory::people::PersonId;
use crate::directory::users::{Authority, Role};

/// By what somebody acts in a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The operator, or an application that acts for the operator in every company.
    Operator,
    /// An application on its own, or a directory: no more than a user administrator.
    Service,
    /// A person who manages the company, at the console or through an application.
    Person {
        /// The person.
        person: PersonId,
        /// By what they manage it.
        authority: Authority,
    },
}

impl Standing {
    /// The person who acts, if it is one.
    pub(crate) fn person(self) -> Option<PersonId> {
        match self {
            Self::Person { person, .. } => Some(person),
            Self::Operator | Self::Service => None,
        }
    }

    /// Whether it may give and take away a role in a company of a kind.
    pub(crate) fn may_give(self, role: Role, kind: CompanyKind) -> bool {
        match self {
            Self::Operator => role != Role::MainUser || kind == CompanyKind::AccountingOffice,
            Self::Service => Authority::UserAdministrator.may_give(role, kind),
            Self::Person { authority, .. } => authority.may_give(role, kind),
        }
    }

    /// Whether it may change a user with these roles: only where it could give each of them may it take them away,
    /// lock the user out or take them back.
    pub(crate) fn may_change(self, kind: CompanyKind, roles: &[Role]) -> bool {
        roles.iter().all(|role| self.may_give(*role, kind))
    }

    /// The first role that a change would give or take away and that is not its to give.
    pub(crate) fn refused_role(self, before: &[Role], after: &[Role], kind: CompanyKind) -> Option<Role> {
        let changes = |role: &Role| before.contains(role) != after.contains(role);
        Role::ALL.into_iter().find(|role| changes(role) && !self.may_give(*role, kind))
    }
}
