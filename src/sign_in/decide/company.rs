//! The decision about the company for which an application is entered.

use super::Refusal;
use crate::directory::companies::CompanyId;
use crate::directory::entrance;
use crate::directory::users::MembershipState;
use crate::sign_in::assurance::CompanyWish;

/// The people to whom an application is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Everybody with a profile; no company is needed.
    Everybody,
    /// Users of companies with a right in it.
    Users {
        /// The companies in which the person has a right. Nothing is known before a first proof, and nobody enters.
        standing: entrance::Entrances,
        /// The demand of the application.
        wish: CompanyWish,
        /// The company chosen in this sign-in.
        chosen_here: Option<CompanyId>,
        /// The company chosen earlier in the session.
        chosen_before: Option<CompanyId>,
    },
}

/// The company or person for which the application is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// No company.
    NotAsked,
    /// This company.
    For(CompanyId),
    /// The person has to choose one.
    Choose,
    /// Neither.
    Refused(Refusal),
}

/// The company for which the application is entered, or the choice or refusal in its place.
pub(crate) fn entrance(admission: &Admission) -> Entrance {
    let Admission::Users { standing, wish, chosen_here, chosen_before } = admission else { return Entrance::NotAsked };
    match standing.basic {
        None if standing.takes_employees && !standing.companies.is_empty() => {}
        None if standing.takes_employees && standing.is_employee => return Entrance::Refused(Refusal::NoService),
        None if standing.is_employee => return Entrance::Refused(Refusal::OnlyEmployee),
        None => return Entrance::Refused(Refusal::NoRight),
        // This holds whatever rights other companies give.
        Some((_, state)) if state != MembershipState::Active => return Entrance::Refused(Refusal::BasicCompanyRemoved),
        Some(_) => {}
    }
    let may_enter = |company: &CompanyId| standing.companies.contains(company);
    match (wish, standing.companies.as_slice()) {
        (_, []) => Entrance::Refused(Refusal::NoRight),
        (CompanyWish::This(wanted), _) if may_enter(wanted) => Entrance::For(*wanted),
        (CompanyWish::This(_), _) => Entrance::Refused(Refusal::NoRight),
        (_, [only]) => Entrance::For(*only),
        (CompanyWish::Any, _) => {
            let chosen = chosen_here.filter(may_enter).or(chosen_before.filter(may_enter));
            chosen.map_or(Entrance::Choose, Entrance::For)
        }
        (CompanyWish::Choose, _) => chosen_here.filter(may_enter).map_or(Entrance::Choose, Entrance::For),
    }
}

/// The company whose policy applies: the one for which the application is entered or, without an application, the one
/// of the console or of the switch of companies. `None` before a choice; after it the decision is made again.
pub(crate) fn entered(admission: &Admission, is_application: bool, wish: &CompanyWish) -> Option<CompanyId> {
    match (entrance(admission), wish) {
        (Entrance::For(company), _) => Some(company),
        (Entrance::NotAsked, CompanyWish::This(company)) if !is_application => Some(*company),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn company(number: u128) -> CompanyId {
        uuid::Uuid::from_u128(number).to_string().parse().unwrap()
    }

    fn any_state() -> impl Strategy<Value = MembershipState> {
        prop::sample::select(vec![MembershipState::Active, MembershipState::Locked, MembershipState::Removed])
    }

    fn any_company() -> impl Strategy<Value = CompanyId> {
        (0_u128..6).prop_map(company)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        /// Nobody enters for a company in which they have no right, or without an active basic company; and nobody
        /// without a choice is asked for one.
        #[test]
        fn nobody_enters_without_a_right_and_an_active_basic_company(
            basic in prop::option::of((any_company(), any_state())),
            (is_employee, takes_employees) in any::<(bool, bool)>(),
            companies in prop::collection::btree_set((0_u128..6).prop_map(|number| number), 0..5),
            wish in prop_oneof![
                Just(CompanyWish::Any), Just(CompanyWish::Choose), any_company().prop_map(CompanyWish::This)
            ],
            chosen_here in prop::option::of(any_company()),
            chosen_before in prop::option::of(any_company()),
        ) {
            let companies: Vec<CompanyId> = companies.into_iter().map(company).collect();
            let standing = entrance::Entrances { basic, is_employee, takes_employees, companies: companies.clone() };
            let admission = Admission::Users { standing, wish: wish.clone(), chosen_here, chosen_before };
            let is_in = basic.is_some_and(|(_, state)| state == MembershipState::Active);
            match entrance(&admission) {
                Entrance::NotAsked => prop_assert!(false, "an application of users is entered without a company"),
                Entrance::For(company) => {
                    prop_assert!(is_in || takes_employees && basic.is_none());
                    prop_assert!(companies.contains(&company));
                    prop_assert!(!matches!(wish, CompanyWish::This(wanted) if wanted != company));
                    let was_chosen = [chosen_here, chosen_before].contains(&Some(company));
                    let was_named = wish == CompanyWish::This(company);
                    prop_assert!(companies.len() == 1 || was_chosen || was_named, "somebody else has chosen");
                }
                Entrance::Choose => {
                    prop_assert!((is_in || takes_employees && basic.is_none()) && companies.len() > 1);
                }
                Entrance::Refused(Refusal::BasicCompanyRemoved) => prop_assert!(basic.is_some() && !is_in),
                Entrance::Refused(Refusal::OnlyEmployee) => {
                    prop_assert!(basic.is_none() && is_employee && !takes_employees);
                }
                Entrance::Refused(Refusal::NoService) => {
                    prop_assert!(basic.is_none() && is_employee && takes_employees && companies.is_empty());
                }
                Entrance::Refused(_) => {
                    let is_elsewhere = matches!(wish, CompanyWish::This(wanted) if !companies.contains(&wanted));
                    prop_assert!(companies.is_empty() || basic.is_none() || is_elsewhere);
                }
            }
        }
    }

    #[test]
    fn a_request_to_choose_a_company_asks_although_one_was_chosen_before() {
        let standing = entrance::Entrances {
            basic: Some((company(1), MembershipState::Active)),
            is_employee: false,
            takes_employees: false,
            companies: vec![company(1), company(2)],
        };
        let of = |wish, chosen_here| {
            let (standing, chosen_before) = (standing.clone(), Some(company(1)));
            entrance(&Admission::Users { standing, wish, chosen_here, chosen_before })
        };
        assert_eq!(of(CompanyWish::Any, None), Entrance::For(company(1)));
        assert_eq!(of(CompanyWish::Choose, None), Entrance::Choose);
        assert_eq!(of(CompanyWish::Choose, Some(company(2))), Entrance::For(company(2)));
        assert_eq!(of(CompanyWish::This(company(3)), None), Entrance::Refused(Refusal::NoRight));
    }
}
