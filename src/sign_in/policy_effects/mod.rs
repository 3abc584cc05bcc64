//! The effects of a policy: the number of people whom it asks for a second factor, of those who would have to set one
//! up, and whether anybody could still come in. Rules over people's factors; nothing here changes a policy.

mod store;

use std::collections::BTreeSet;

pub use store::{of_company, of_person, of_users};

use super::policies::Policy;
use crate::proofs::{Factor, Method};

/// The factors of one person.
pub(crate) type Has = BTreeSet<Factor>;

/// The most people that are counted. Beyond them the text says "and more".
pub(crate) const MOST: i64 = 2000;

/// The effect of a policy on some people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Effect {
    /// The number of people.
    pub(crate) people: usize,
    /// Whether there are more than were counted.
    pub(crate) more: bool,
    /// The number of people with an accepted second factor.
    pub(crate) with_second_factor: usize,
    /// The number of people who can come in, as they are or after setting up a second factor.
    pub(crate) can_come_in: usize,
}

/// The reason for which a policy is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocksOut {
    /// Nobody at all could come in with these methods.
    Everybody,
    /// The person who sets it could not come in again.
    WhoeverSetsIt,
    /// None of these people has an accepted method.
    AllOfThem,
}

impl LocksOut {
    /// The reason in words, for programs.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Everybody => "by these methods nobody could sign in",
            Self::WhoeverSetsIt => "the person who sets this policy could not sign in any more",
            Self::AllOfThem => "none of the company's users could sign in any more",
        }
    }

    /// The translation key of the reason.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Everybody => "policy-locks-out-everybody",
            Self::WhoeverSetsIt => "policy-locks-out-you",
            Self::AllOfThem => "policy-locks-out-all",
        }
    }
}

/// Whether every form of a factor is accepted. Otherwise nobody can rely on it.
fn relies_on(policy: &Policy, factor: Factor) -> bool {
    factor.methods().all(|method| policy.counts(method))
}

/// Whether a person has an accepted second factor.
fn has_second_factor(policy: &Policy, has: &Has) -> bool {
    Factor::second_steps().any(|factor| has.contains(&factor) && relies_on(policy, factor))
}

/// Whether a person can come in under a policy: with a factor that shows both kinds, or with the password and a second
/// factor that they have or can set up.
pub(crate) fn can_come_in(policy: &Policy, has: &Has) -> bool {
    if Factor::second_steps().any(|factor| factor.shows_both() && has.contains(&factor) && relies_on(policy, factor)) {
        return true;
    }
    let second_is_possible = Factor::second_steps().any(|factor| relies_on(policy, factor));
    has.contains(&Factor::Password) && relies_on(policy, Factor::Password) && second_is_possible
}

/// The effect of a policy on people.
pub(crate) fn effect(policy: &Policy, people: &[Has]) -> Effect {
    let number = |rule: fn(&Policy, &Has) -> bool| people.iter().filter(|has| rule(policy, has)).count();
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    Effect {
        people: people.len().min(most),
        more: people.len() > most,
        with_second_factor: number(has_second_factor),
        can_come_in: number(can_come_in),
    }
}

/// Checks that a policy leaves a way in.
///
/// # Errors
/// [`LocksOut`] if it would lock out everybody, or the person who sets it.
pub fn check(policy: &Policy, setter: &Has, people: &[Has]) -> Result<(), LocksOut> {
    if !can_come_in(policy, &Factor::ALL.into()) {
        return Err(LocksOut::Everybody);
    }
    if !can_come_in(policy, setter) {
        return Err(LocksOut::WhoeverSetsIt);
    }
    if !people.is_empty() && !people.iter().any(|has| can_come_in(policy, has)) {
        return Err(LocksOut::AllOfThem);
    }
    Ok(())
}

/// The methods of the chosen factors in a policy, with all their forms; `None` if every factor is chosen.
pub(crate) fn chosen(factors: impl Iterator<Item = Factor>) -> Option<BTreeSet<Method>> {
    let chosen: BTreeSet<Factor> = factors.collect();
    let is_all = Factor::countable().all(|factor| chosen.contains(&factor));
    let countable = Factor::countable().filter(|factor| chosen.contains(factor));
    (!is_all).then(|| countable.flat_map(Factor::methods).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::policies::SecondFactor;
    use proptest::prelude::*;

    fn of(methods: &[&str]) -> Policy {
        let methods = Some(chosen(methods.iter().filter_map(|word| word.parse().ok())).unwrap_or_default());
        Policy { methods, ..Policy::of(SecondFactor::Required) }
    }

    fn has() -> impl Strategy<Value = Has> {
        prop::sample::subsequence(Factor::ALL.to_vec(), 0..=3).prop_map(|has| has.into_iter().collect())
    }

    fn password() -> Has {
        Has::from([Factor::Password])
    }

    fn passkey() -> Has {
        Has::from([Factor::Passkey])
    }

    #[test]
    fn methods_that_reach_nothing_are_refused() {
        for methods in [&[][..], &["password"], &["recovery_code"], &["totp"], &["password", "recovery_code"]] {
            assert_eq!(check(&of(methods), &password(), &[password()]), Err(LocksOut::Everybody), "{methods:?}");
        }
        assert_eq!(check(&of(&["password", "totp"]), &password(), &[password()]), Ok(()));
    }

    #[test]
    fn passkeys_alone_want_one_of_whoever_sets_it_and_of_somebody() {
        assert_eq!(check(&of(&["passkey"]), &password(), &[passkey()]), Err(LocksOut::WhoeverSetsIt));
        assert_eq!(check(&of(&["passkey"]), &passkey(), &[password(), password()]), Err(LocksOut::AllOfThem));
        assert_eq!(check(&of(&["passkey"]), &passkey(), &[password(), passkey()]), Ok(()));
    }

    #[test]
    fn everybody_is_counted_once() {
        let effect = effect(&of(&["password", "totp", "passkey"]), &[password(), passkey(), passkey()]);
        assert_eq!((effect.people, effect.with_second_factor, effect.can_come_in), (3, 2, 3));
    }

    proptest! {
        /// Every accepted policy leaves the person who set it a way back.
        #[test]
        fn an_accepted_policy_lets_its_setter_back_in(
            methods in proptest::collection::btree_set("password|totp|passkey|recovery_code", 0..4),
            setter in has(),
            people in proptest::collection::vec(has(), 0..6),
        ) {
            let methods: Vec<&str> = methods.iter().map(String::as_str).collect();
            if check(&of(&methods), &setter, &people).is_ok() {
                prop_assert!(can_come_in(&of(&methods), &setter));
                prop_assert!(people.is_empty() || effect(&of(&methods), &people).can_come_in > 0);
            }
        }
    }
}
