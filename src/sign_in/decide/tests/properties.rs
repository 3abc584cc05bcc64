//! What holds of every situation, written anew from FLOWS.md, not from the code: what *done* promises is
//! said here a second time.

use proptest::prelude::*;

use super::super::*;
use super::{NOW, person, policy};
use crate::sign_in::policies::SecondFactor;

fn any_proof() -> impl Strategy<Value = Proof> {
    let password = any::<bool>().prop_map(|stands_alone| Method::Password { stands_alone });
    let passkey = any::<(bool, bool)>().prop_map(|(synced, stands_alone)| Method::Passkey { synced, stands_alone });
    let others = prop::sample::select(vec![Method::RecoveryCode, Method::PasswordReset]);
    let method = prop_oneof![3 => password, 3 => Just(Method::Totp), 2 => passkey, 2 => others];
    (method, -600_i64..100_000, any::<bool>()).prop_map(|(method, age, in_this_sign_in)| Proof {
        method,
        proven_at: Timestamp::from_seconds(NOW.seconds() - age),
        in_this_sign_in,
    })
}

fn any_second_step() -> impl Strategy<Value = Option<SecondStep>> {
    prop::option::of(prop::sample::select(vec![SecondStep::Authenticator, SecondStep::Passkey]))
}

fn any_choice() -> impl Strategy<Value = Chosen> {
    let (authenticator, passkey) = (SecondStep::Authenticator, SecondStep::Passkey);
    prop::sample::select(vec![
        Chosen::Nothing,
        Chosen::SetUp(authenticator),
        Chosen::SetUp(passkey),
        Chosen::Use(authenticator),
        Chosen::Use(passkey),
        Chosen::RecoveryCode,
        Chosen::WithoutPasskey,
    ])
}

fn any_demand() -> impl Strategy<Value = (Option<Acr>, bool, Option<i64>, bool)> {
    let acr = prop::option::of(prop::sample::select(Acr::ALL.to_vec()));
    (acr, any::<bool>(), prop::option::of(0_i64..100_000), prop::bool::weighted(0.1))
}

fn any_session() -> impl Strategy<Value = SessionStanding> {
    prop::sample::select(vec![SessionStanding::None, SessionStanding::Live, SessionStanding::Idle])
}

fn any_second_factor() -> impl Strategy<Value = SecondFactor> {
    prop::sample::select(vec![SecondFactor::Required, SecondFactor::Adaptive, SecondFactor::Optional])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Whatever happened in whatever order, *done* is not reached without what the policy wants.
    #[test]
    fn done_keeps_its_promises(
        second_factor in any_second_factor(),
        (acr, acr_is_essential, max_age, for_another) in any_demand(),
        proofs in prop::collection::vec(any_proof(), 0..6),
        session in any_session(),
        (network_is_known, browser_is_known) in any::<(bool, bool)>(),
        (active, has_authenticator, has_saved_recovery_code, terms_accepted) in any::<(bool, bool, bool, bool)>(),
        (has_passkey, used_last, passkeys_are_possible) in (any::<bool>(), any_second_step(), any::<bool>()),
        chosen in any_choice(),
    ) {
        let person = Standing { active, has_authenticator, has_passkey, used_last, has_saved_recovery_code, ..person() };
        let not_before = max_age.map(|age| Timestamp::from_seconds(NOW.seconds() - age));
        let somebody_else = for_another.then(|| "019e0000-0000-7000-8000-000000000002".parse::<PersonId>().unwrap());
        let demand = Demand { acr, acr_is_essential, not_before, person: somebody_else, ..Demand::default() };
        let step = decide(&Situation {
            policy: &policy(second_factor),
            demand: &demand,
            identity: Identity::Person(&person),
            proofs: &proofs,
            session,
            place: Place { network_is_known, browser_is_known },
            chosen,
            terms_accepted,
            passkeys_are_possible,
            now: NOW,
        });

        let proven_now = proofs.iter().any(|proof| proof.in_this_sign_in);
        let valid = |proof: &&Proof| {
            let of_session = session == SessionStanding::Live || (session == SessionStanding::Idle && proven_now);
            let is_spent = proof.method == Method::PasswordReset && !proof.in_this_sign_in;
            (proof.in_this_sign_in || of_session)
                && !is_spent
                && proof.proven_at <= NOW
                && not_before.is_none_or(|limit| proof.proven_at >= limit)
        };
        let any = |is: fn(&Proof) -> bool| proofs.iter().filter(valid).any(is);
        let is_passkey = |proof: &Proof| matches!(proof.method, Method::Passkey { stands_alone: true, .. });
        let resists = any(is_passkey);
        let is_of_memory = |proof: &Proof| matches!(proof.method, Method::Password { .. } | Method::PasswordReset);
        let knows = any(is_of_memory) || resists;
        let long = any(|proof| proof.method == Method::Password { stands_alone: true });
        let has = any(|proof| !matches!(proof.method, Method::Password { .. } | Method::PasswordReset));
        let has_now = proofs.iter().filter(valid).any(|proof| !is_of_memory(proof) && proof.in_this_sign_in);
        let here = |method| proofs.iter().filter(valid).any(|proof| proof.method == method && proof.in_this_sign_in);
        let resists_here = proofs.iter().filter(valid).any(|proof| is_passkey(proof) && proof.in_this_sign_in);
        let recovered = here(Method::RecoveryCode);
        let in_doubt = any(|proof| matches!(proof.method, Method::Passkey { stands_alone: false, .. }));

        if let Step::Done(outcome) = &step {
            prop_assert!(!here(Method::PasswordReset), "a forgotten password was not replaced");
            prop_assert!(!recovered || here(Method::Totp) || resists_here, "a lost factor was not replaced");
            prop_assert!(!in_doubt || knows || !matches!(outcome.acr, Acr::Aal1), "a copy of a passkey is let in alone");
            prop_assert!(outcome.acr < Acr::Phr || resists, "a proof that can be passed on is taken for one that cannot");
            prop_assert!(active && terms_accepted && somebody_else.is_none());
            prop_assert!(knows || has, "somebody is in without any proof");
            prop_assert!(not_before.is_none_or(|limit| outcome.auth_time >= limit));
            if second_factor == SecondFactor::Required {
                prop_assert!(knows && has);
            }
            if second_factor == SecondFactor::Adaptive && !(network_is_known && browser_is_known) {
                prop_assert!(knows && has_now, "a new place wants the second factor there");
            }
            if second_factor == SecondFactor::Optional && (has_authenticator || has_passkey) {
                prop_assert!(knows && has);
            }
            if acr >= Some(Acr::Aal2) {
                prop_assert!(knows && has);
            }
            prop_assert!(long || has, "a short password stands alone");
            if acr == Some(Acr::Phr) {
                prop_assert!(resists || !acr_is_essential, "what is essential was left out");
                let went_without = chosen == Chosen::WithoutPasskey || !passkeys_are_possible;
                prop_assert!(resists || went_without, "a wish was passed over");
            }
            if outcome.acr >= Acr::Aal2 {
                prop_assert!(knows && has);
                prop_assert!(!(has_authenticator || has_passkey) || has_saved_recovery_code);
            }
        }
        // Nothing about the person is told, and nothing of theirs is set up, before a proof.
        if !knows && !has {
            prop_assert_eq!(&step, &Step::Password);
        }
        if matches!(step, Step::ChooseSecondStep | Step::ConnectAuthenticator | Step::AddPasskey { is_wished: false }) {
            let has_any = has_authenticator || has_passkey;
            prop_assert!(!has_any || recovered, "a second step is set up beside one that was not proven");
            let knows_here = proofs.iter().filter(valid).any(|proof| proof.shows(Kind::Know) && proof.in_this_sign_in);
            prop_assert!(knows_here, "a second step is set up by whoever sits before an old session");
        }
        if step == (Step::AddPasskey { is_wished: true }) {
            prop_assert!(!has_passkey && acr == Some(Acr::Phr));
            prop_assert!(knows && has_now, "a passkey is set up without two proofs given here");
        }
        if let Step::Passkey { is_wished } = step {
            prop_assert!(has_passkey && passkeys_are_possible && knows && (!is_wished || has));
        }
        if step == Step::AuthenticatorCode {
            prop_assert!(has_authenticator, "a code is asked of who has no app");
        }
        if step == Step::NewPassword {
            prop_assert!(here(Method::PasswordReset), "a new password is asked of who has forgotten none");
            prop_assert!(!(has_authenticator || has_passkey) || has_now, "a reset goes around the second factor");
        }
        if step == Step::SaveRecoveryCode {
            prop_assert!(knows && has, "a recovery code is shown to whoever has one factor");
        }
    }

    /// A stricter policy never lets in whom a laxer one does not.
    #[test]
    fn required_is_never_weaker(
        proofs in prop::collection::vec(any_proof(), 0..6),
        session in any_session(),
        (network_is_known, browser_is_known, has_authenticator, has_passkey) in any::<(bool, bool, bool, bool)>(),
    ) {
        let person = Standing { has_authenticator, has_passkey, ..person() };
        let under = |second_factor| decide(&Situation {
            policy: &policy(second_factor),
            demand: &Demand::default(),
            identity: Identity::Person(&person),
            proofs: &proofs,
            session,
            place: Place { network_is_known, browser_is_known },
            chosen: Chosen::Nothing,
            terms_accepted: true,
            passkeys_are_possible: true,
            now: NOW,
        });
        if matches!(under(SecondFactor::Required), Step::Done(_)) && network_is_known && browser_is_known {
            prop_assert!(matches!(under(SecondFactor::Adaptive), Step::Done(_)));
            prop_assert!(matches!(under(SecondFactor::Optional), Step::Done(_)));
        }
    }
}
