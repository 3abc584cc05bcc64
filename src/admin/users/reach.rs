//! How far an administrator reaches. A profile is one for all companies: who may change the membership in one
//! company may not therefore change the profile itself, or the administrator of any company that takes
//! somebody in would hold the keys to all the others (STANDARDS: "administrator takes over account").
//!
//! Only who manages the person's basic company reaches the profile: its name, its phone, its second factor,
//! its sessions. And nobody reaches the profile of somebody who may do more than they may themselves.

use crate::directory::companies::{CompanyId, Kind};
use crate::directory::users::{Authority, Role};

/// What an administrator may change of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It is themselves: their profile they change in *My sign-in*, with the proofs that are asked for there.
    Own,
    /// What the user is in this company, and no more.
    Membership,
    /// The profile, too.
    Profile,
}

/// A company that the user manages, and by what the administrator manages it, if they do.
#[derive(Clone, Debug)]
pub(super) struct Managed {
    /// The company.
    pub(super) company: CompanyId,
    /// What the user is there.
    pub(super) roles: Vec<Role>,
    /// By what the administrator manages it.
    pub(super) authority: Option<Authority>,
}

impl Managed {
    /// Whether the user may do more there than the administrator.
    fn is_beyond(&self) -> bool {
        if self.roles.contains(&Role::MainUser) {
            return self.authority != Some(Authority::MainUser { office: self.company });
        }
        self.authority.is_none()
    }
}

/// How far an administrator reaches who manages `company` of a user there.
pub(super) fn reach(is_own: bool, is_basic: bool, managed: &[Managed]) -> Reach {
    if is_own {
        Reach::Own
    } else if is_basic && !managed.iter().any(Managed::is_beyond) {
        Reach::Profile
    } else {
        Reach::Membership
    }
}

/// Whether an administrator may change what a user with these roles is in the company: only who could give
/// every one of them may take it away, lock it out or bring it back.
pub(super) fn may_change(authority: Authority, kind: Kind, roles: &[Role]) -> bool {
    roles.iter().all(|role| authority.may_give(*role, kind))
}

/// The roles that a user has after an administrator chose: those that they may give as chosen, every other as
/// it was. Who is left with none is an employee.
pub(super) fn roles_after(authority: Authority, kind: Kind, had: &[Role], chosen: &[Role]) -> Vec<Role> {
    let stands = |role: &Role| if authority.may_give(*role, kind) { chosen.contains(role) } else { had.contains(role) };
    let roles: Vec<Role> = Role::ALL.into_iter().filter(stands).collect();
    if roles.is_empty() { vec![Role::Employee] } else { roles }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn company(number: u128) -> CompanyId {
        format!("{:032x}", number + 1).parse().unwrap()
    }

    fn managed(number: u128, role: Role, authority: Option<Authority>) -> Managed {
        Managed { company: company(number), roles: vec![role], authority }
    }

    #[test]
    fn only_who_manages_the_basic_company_reaches_the_profile() {
        assert_eq!(reach(false, true, &[]), Reach::Profile);
        assert_eq!(reach(false, false, &[]), Reach::Membership);
    }

    #[test]
    fn nobody_reaches_their_own_profile_from_here() {
        for basic in [true, false] {
            assert_eq!(reach(true, basic, &[]), Reach::Own);
        }
    }

    #[test]
    fn nobody_reaches_who_may_do_more() {
        let office = Authority::MainUser { office: company(7) };
        let administrator = Some(Authority::UserAdministrator);
        for (theirs, expected) in [
            (managed(7, Role::MainUser, administrator), Reach::Membership),
            (managed(7, Role::MainUser, Some(office)), Reach::Profile),
            (managed(8, Role::MainUser, Some(office)), Reach::Membership),
            (managed(1, Role::UserAdministrator, administrator), Reach::Profile),
            (managed(1, Role::UserAdministrator, Some(office)), Reach::Profile),
            (managed(2, Role::UserAdministrator, None), Reach::Membership),
        ] {
            assert_eq!(reach(false, true, std::slice::from_ref(&theirs)), expected, "{theirs:?}");
        }
    }

    fn roles() -> impl Strategy<Value = Vec<Role>> {
        proptest::sample::subsequence(Role::ALL.to_vec(), 0..=3)
    }

    proptest! {
        #[test]
        fn nobody_gives_or_takes_away_more_than_they_may(
            had in roles(), chosen in roles(), office in any::<bool>(), main in any::<bool>(),
        ) {
            let kind = if office { Kind::AccountingOffice } else { Kind::Business };
            let authority =
                if main { Authority::MainUser { office: company(1) } } else { Authority::UserAdministrator };
            let after = roles_after(authority, kind, &had, &chosen);
            prop_assert!(!after.is_empty());
            for role in Role::ALL {
                if !authority.may_give(role, kind) {
                    prop_assert_eq!(had.contains(&role), after.contains(&role));
                }
            }
            prop_assert!(may_change(authority, kind, &after) || !may_change(authority, kind, &had));
        }
    }
}
