//! The proofs that are asked for again because they are old, told as examples.

use std::time::Duration;

use super::super::*;
use super::{CODE, NOW, PASSWORD, code, of, password, person, policy};
use crate::sign_in::policies::SecondFactor;

#[test]
fn max_age_makes_old_proofs_be_given_again() {
    let person = person();
    let earlier = [password(400, false), code(100, false)];
    let demand = Demand { not_before: Some(NOW.minus(Duration::from_mins(5))), ..Demand::default() };
    let told = Situation { demand, session: SessionStanding::Live, ..of(&person, &earlier) };
    assert_eq!(decide(&told), PASSWORD, "the code is fresh, the password is not");
}

#[test]
fn of_stale_proofs_just_those_are_given_again_that_are_needed() {
    let person = person();
    let asks = |second_factor, acr, proofs: &[Proof]| {
        let demand = Demand { acr, not_before: Some(NOW.minus(Duration::from_mins(5))), ..Demand::default() };
        decide(&Situation {
            demand,
            policy: policy(second_factor),
            session: SessionStanding::Live,
            ..of(&person, proofs)
        })
    };
    let stale_code = [password(100, false), code(400, false)];
    let stale_password = [password(400, false), code(100, false)];
    let both_stale = [password(400, false), code(400, false)];
    for (second_factor, acr) in [(SecondFactor::Required, None), (SecondFactor::Adaptive, Some(Acr::Aal2))] {
        assert_eq!(asks(second_factor, acr, &stale_code), CODE);
        assert_eq!(asks(second_factor, acr, &stale_password), PASSWORD);
        assert_eq!(asks(second_factor, acr, &both_stale), PASSWORD);
    }
    // One fresh proof is enough if one proof is.
    assert!(matches!(asks(SecondFactor::Adaptive, None, &stale_code), Step::Done(_)));
    assert!(matches!(asks(SecondFactor::Adaptive, None, &stale_password), Step::Done(_)));
    assert_eq!(asks(SecondFactor::Adaptive, None, &both_stale), PASSWORD);
}

#[test]
fn a_sensitive_act_of_our_own_pages_asks_for_one_proof_and_for_a_possession_where_there_is_one() {
    let person = person();
    let demand = Demand { one_since: Some(NOW.minus(Duration::from_mins(5))), ..Demand::default() };
    let asks = |who: &Claimant, session, proofs: &[Proof]| {
        let policy = policy(SecondFactor::Required);
        decide(&Situation { demand: demand.clone(), policy, session, ..of(who, proofs) })
    };
    let live = SessionStanding::Live;
    assert_eq!(asks(&person, live, &[password(400, false), code(400, false)]), CODE, "the password may be older");
    assert_eq!(asks(&person, live, &[password(0, true), code(400, false)]), CODE, "who has the password alone");
    assert!(matches!(asks(&person, live, &[password(400, false), code(100, false)]), Step::Done(_)));
    assert!(matches!(asks(&person, live, &[password(400, false), code(400, false), code(0, true)]), Step::Done(_)));
    // One proof is no second factor: without the other in the session, both are asked for.
    assert_eq!(asks(&person, live, &[code(0, true)]), PASSWORD);
    assert_eq!(asks(&person, SessionStanding::None, &[password(400, false), code(100, false)]), PASSWORD);
    let optional = |proofs: &[Proof]| {
        let none = Claimant { has: [Factor::Password].into(), used_last: None, ..person.clone() };
        let policy = policy(SecondFactor::Optional);
        decide(&Situation { demand: demand.clone(), policy, session: live, ..of(&none, proofs) })
    };
    assert_eq!(optional(&[password(400, false)]), PASSWORD, "who has no possession shows the password");
    assert!(matches!(optional(&[password(0, true)]), Step::Done(_)));
}
