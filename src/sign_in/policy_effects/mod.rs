//! Whom a policy touches: who is asked for a second factor by it, who would have to set one up, and whether
//! anybody could still come in. Rules over what people have; nothing here changes a policy.

mod store;

use std::collections::BTreeSet;

pub use store::{of_company, of_person, of_users};

use super::policies::Policy;
use crate::proofs::Method;

/// How many people are counted; beyond that it is "and more".
pub const MOST: i64 = 2000;

/// What one person has to prove themselves with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Has {
    /// A password.
    pub password: bool,
    /// An authenticator app.
    pub authenticator: bool,
    /// A passkey or security key.
    pub passkey: bool,
}

/// What a policy means to some people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Effect {
    /// How many there are.
    pub people: usize,
    /// Whether there are more than were counted.
    pub more: bool,
    /// How many have a second factor that counts.
    pub with_second_factor: usize,
    /// How many can come in: with what they have, or after setting up a second factor.
    pub can_come_in: usize,
}

/// Why a policy is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocksOut {
    /// By these methods nobody at all could prove enough.
    Everybody,
    /// Whoever sets it could not come back.
    WhoeverSetsIt,
    /// None of these people has a method that counts.
    AllOfThem,
}

impl LocksOut {
    /// The key of what is said about it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Everybody => "policy-locks-out-everybody",
            Self::WhoeverSetsIt => "policy-locks-out-you",
            Self::AllOfThem => "policy-locks-out-all",
        }
    }
}

fn counts(policy: &Policy, method: Method) -> bool {
    policy.counts(method)
}

/// Whether a person has a second factor that a policy counts.
fn has_second_factor(policy: &Policy, has: Has) -> bool {
    (has.authenticator && counts(policy, Method::Totp)) || (has.passkey && counts_passkeys(policy))
}

/// Whether passkeys count, be they on one device or on several. Where only some do, none is relied on.
fn counts_passkeys(policy: &Policy) -> bool {
    let both =
        [Method::Passkey { synced: false, stands_alone: true }, Method::Passkey { synced: true, stands_alone: true }];
    both.into_iter().all(|passkey| counts(policy, passkey))
}

/// Whether a person can come in under a policy: with a passkey, which is both factors, or with the password
/// and a second factor that they have or can set up on the way.
pub fn can_come_in(policy: &Policy, has: Has) -> bool {
    if has.passkey && counts_passkeys(policy) {
        return true;
    }
    let second_is_possible = counts(policy, Method::Totp) || counts_passkeys(policy);
    has.password && counts(policy, Method::Password { stands_alone: true }) && second_is_possible
}

/// What a policy means to people.
pub fn effect(policy: &Policy, people: &[Has]) -> Effect {
    let number = |rule: &dyn Fn(Has) -> bool| people.iter().filter(|has| rule(**has)).count();
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    Effect {
        people: people.len().min(most),
        more: people.len() > most,
        with_second_factor: number(&|has| has_second_factor(policy, has)),
        can_come_in: number(&|has| can_come_in(policy, has)),
    }
}

/// Whether a policy may be set by somebody for some people.
///
/// # Errors
/// [`LocksOut`] where it would lock them all out, or whoever sets it.
pub fn check(policy: &Policy, setter: Has, people: &[Has]) -> Result<(), LocksOut> {
    let everything = Has { password: true, authenticator: true, passkey: true };
    if !can_come_in(policy, everything) {
        return Err(LocksOut::Everybody);
    }
    if !can_come_in(policy, setter) {
        return Err(LocksOut::WhoeverSetsIt);
    }
    if !people.is_empty() && !people.iter().any(|has| can_come_in(policy, *has)) {
        return Err(LocksOut::AllOfThem);
    }
    Ok(())
}

/// The methods that can be counted, in the words that are stored, as a form offers them.
pub const METHODS: [&str; 4] = ["password", "totp", "passkey", "recovery_code"];

/// The methods of a form as a policy keeps them; nothing where they are all of them.
pub fn chosen<'m>(methods: impl Iterator<Item = &'m str>) -> Option<BTreeSet<String>> {
    let mut chosen: BTreeSet<String> = methods.filter(|method| METHODS.contains(method)).map(str::to_owned).collect();
    if chosen.len() == METHODS.len() {
        return None;
    }
    if chosen.contains("passkey") {
        chosen.insert("synced_passkey".to_owned());
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::policies::SecondFactor;
    use proptest::prelude::*;

    fn of(methods: &[&str]) -> Policy {
        let methods = Some(chosen(methods.iter().copied()).unwrap_or_default());
        Policy { methods, ..Policy::of(SecondFactor::Required) }
    }

    fn has() -> impl Strategy<Value = Has> {
        (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(password, authenticator, passkey)| Has {
            password,
            authenticator,
            passkey,
        })
    }

    const PASSWORD: Has = Has { password: true, authenticator: false, passkey: false };
    const PASSKEY: Has = Has { password: false, authenticator: false, passkey: true };

    #[test]
    fn methods_that_reach_nothing_are_refused() {
        for methods in [&[][..], &["password"], &["recovery_code"], &["totp"], &["password", "recovery_code"]] {
            assert_eq!(check(&of(methods), PASSWORD, &[PASSWORD]), Err(LocksOut::Everybody), "{methods:?}");
        }
        assert_eq!(check(&of(&["password", "totp"]), PASSWORD, &[PASSWORD]), Ok(()));
    }

    #[test]
    fn passkeys_alone_want_one_of_whoever_sets_it_and_of_somebody() {
        assert_eq!(check(&of(&["passkey"]), PASSWORD, &[PASSKEY]), Err(LocksOut::WhoeverSetsIt));
        assert_eq!(check(&of(&["passkey"]), PASSKEY, &[PASSWORD, PASSWORD]), Err(LocksOut::AllOfThem));
        assert_eq!(check(&of(&["passkey"]), PASSKEY, &[PASSWORD, PASSKEY]), Ok(()));
    }

    #[test]
    fn everybody_is_counted_once() {
        let effect = effect(&of(&["password", "totp", "passkey"]), &[PASSWORD, PASSKEY, PASSKEY]);
        assert_eq!((effect.people, effect.with_second_factor, effect.can_come_in), (3, 2, 3));
    }

    proptest! {
        /// Whatever is taken leaves whoever set it a way back.
        #[test]
        fn what_is_taken_lets_its_setter_back_in(
            methods in proptest::collection::btree_set("password|totp|passkey|recovery_code", 0..4),
            setter in has(),
            people in proptest::collection::vec(has(), 0..6),
        ) {
            let methods: Vec<&str> = methods.iter().map(String::as_str).collect();
            if check(&of(&methods), setter, &people).is_ok() {
                prop_assert!(can_come_in(&of(&methods), setter));
                prop_assert!(people.is_empty() || effect(&of(&methods), &people).can_come_in > 0);
            }
        }
    }
}
