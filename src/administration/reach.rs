//! How far an administrator reaches. A profile is one for all companies: the right to change a membership in one
//! company is no right to change the profile, or the administrator of any company that takes a person in would hold
//! the keys to all the others (STANDARDS: "administrator takes over account").
//!
//! The profile is within reach of the administrators of the basic company alone. A role that another company gives
//! keeps them from changing the name and the phone of somebody who may do more than they may; it never keeps them from
//! ending sessions, resetting factors and locking, or one company could shield an account from the people who answer
//! for it.

use crate::directory::companies::CompanyId;
use crate::directory::users::{Authority, Role};

/// The part of a user that an administrator may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nothing of the profile, which is their own: it is changed in *My sign-in*, with the proofs asked for there.
    Own,
    /// The membership in this company, and no more.
    Membership,
    /// The membership, the sessions and the reset of factors, but not the profile: the user manages another company
    /// that the administrator does not.
    Protection,
    /// The profile, too.
    Profile,
}

impl Reach {
    /// Whether sessions may be ended and factors reset.
    pub(crate) fn protects(self) -> bool {
        matches!(self, Self::Protection | Self::Profile)
    }
}

/// A company that the user manages, and by what the administrator manages it, if they do.
#[derive(Clone, Debug)]
pub(crate) struct ManagedCompany {
    /// The company.
    pub(crate) company: CompanyId,
    /// The roles of the user there.
    pub(crate) roles: Vec<Role>,
    /// By what the administrator manages it.
    pub(crate) authority: Option<Authority>,
}

impl ManagedCompany {
    /// Whether the user may do more there than the administrator.
    fn is_beyond(&self) -> bool {
        if self.roles.contains(&Role::MainUser) {
            return self.authority != Some(Authority::MainUser { office: self.company });
        }
        self.authority.is_none()
    }
}

/// How far somebody reaches who acts in `company` of another person who is a user there.
pub(crate) fn reach(is_basic: bool, may_change: bool, company: CompanyId, managed: &[ManagedCompany]) -> Reach {
    let is_beyond_here = managed.iter().any(|it| it.company == company && it.is_beyond());
    if !is_basic || !may_change || is_beyond_here {
        Reach::Membership
    } else if managed.iter().any(|it| it.company != company && it.is_beyond()) {
        Reach::Protection
    } else {
        Reach::Profile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(number: u128) -> CompanyId {
        format!("{:032x}", number + 1).parse().unwrap()
    }

    fn managed(number: u128, role: Role, authority: Option<Authority>) -> ManagedCompany {
        ManagedCompany { company: company(number), roles: vec![role], authority }
    }

    /// The company of the story.
    const HERE: u128 = 7;

    #[test]
    fn the_profile_is_within_reach_in_the_basic_company_alone() {
        assert_eq!(reach(true, true, company(HERE), &[]), Reach::Profile);
        assert_eq!(reach(false, true, company(HERE), &[]), Reach::Membership);
        assert_eq!(reach(true, false, company(HERE), &[]), Reach::Membership);
    }

    #[test]
    fn a_role_of_another_company_keeps_from_the_profile_and_from_nothing_else() {
        let office = Authority::MainUser { office: company(HERE) };
        let administrator = Some(Authority::UserAdministrator);
        for (theirs, expected) in [
            (managed(HERE, Role::MainUser, administrator), Reach::Membership),
            (managed(HERE, Role::MainUser, Some(office)), Reach::Profile),
            (managed(8, Role::MainUser, Some(office)), Reach::Protection),
            (managed(1, Role::UserAdministrator, administrator), Reach::Profile),
            (managed(1, Role::UserAdministrator, Some(office)), Reach::Profile),
            (managed(2, Role::UserAdministrator, None), Reach::Protection),
        ] {
            assert_eq!(reach(true, true, company(HERE), std::slice::from_ref(&theirs)), expected, "{theirs:?}");
        }
    }
}
