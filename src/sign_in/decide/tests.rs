//! The decision, told as examples and checked as properties. The properties are written anew from
//! FLOWS.md, not from the code: what *done* promises is said here a second time.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const FAMILIAR: Place = Place { network_is_known: true, browser_is_known: true };

fn person() -> Standing {
    Standing {
        id: "019e0000-0000-7000-8000-000000000001".parse().unwrap(),
        active: true,
        has_authenticator: true,
        has_passkey: false,
        used_last: Some(SecondStep::Authenticator),
        has_saved_recovery_code: true,
    }
}

fn password(age: u64, in_this_sign_in: bool) -> Proof {
    let method = Method::Password { stands_alone: true };
    Proof { method, proven_at: NOW.minus(Duration::from_secs(age)), in_this_sign_in }
}

fn code(age: u64, in_this_sign_in: bool) -> Proof {
    Proof { method: Method::Totp, proven_at: NOW.minus(Duration::from_secs(age)), in_this_sign_in }
}

fn passkey(age: u64, in_this_sign_in: bool) -> Proof {
    let method = Method::Passkey { synced: false, stands_alone: true };
    Proof { method, proven_at: NOW.minus(Duration::from_secs(age)), in_this_sign_in }
}

/// A passkey of which there may be a copy.
fn doubted(age: u64) -> Proof {
    Proof { method: Method::Passkey { synced: false, stands_alone: false }, ..passkey(age, true) }
}

fn policy(second_factor: SecondFactor) -> Policy {
    Policy { second_factor }
}

struct Told<'a> {
    policy: SecondFactor,
    demand: Demand,
    person: &'a Standing,
    proofs: &'a [Proof],
    session: SessionStanding,
    place: Place,
    chosen: Chosen,
}

impl<'a> Told<'a> {
    fn of(person: &'a Standing, proofs: &'a [Proof]) -> Self {
        Self {
            policy: SecondFactor::Required,
            demand: Demand::default(),
            person,
            proofs,
            session: SessionStanding::None,
            place: FAMILIAR,
            chosen: Chosen::Nothing,
        }
    }

    fn decided(&self) -> Step {
        decide(&Situation {
            policy: &policy(self.policy),
            demand: &self.demand,
            identity: Identity::Person(self.person),
            proofs: self.proofs,
            session: self.session,
            place: self.place,
            chosen: self.chosen,
            terms_accepted: true,
            passkeys_are_possible: true,
            now: NOW,
        })
    }
}

#[test]
fn required_asks_for_a_password_and_then_a_code() {
    let person = person();
    assert_eq!(Told::of(&person, &[]).decided(), Step::Password);
    assert_eq!(Told::of(&person, &[password(0, true)]).decided(), Step::AuthenticatorCode);
    let done = Outcome { acr: Acr::Aal2, amr: vec!["mfa", "otp", "pwd"], auth_time: NOW };
    assert_eq!(Told::of(&person, &[password(0, true), code(0, true)]).decided(), Step::Done(done));
}

#[test]
fn who_has_no_second_factor_sets_one_up_and_keeps_a_recovery_code() {
    let mut person = Standing { has_authenticator: false, used_last: None, has_saved_recovery_code: false, ..person() };
    let first = [password(0, true)];
    assert_eq!(Told::of(&person, &first).decided(), Step::ChooseSecondStep);
    let chosen = Told { chosen: Chosen::SetUp(SecondStep::Authenticator), ..Told::of(&person, &first) };
    assert_eq!(chosen.decided(), Step::ConnectAuthenticator);
    person.has_authenticator = true;
    let both = [password(0, true), code(0, true)];
    assert_eq!(Told::of(&person, &both).decided(), Step::SaveRecoveryCode);
}

#[test]
fn an_old_session_is_no_proof_for_connecting_a_new_factor() {
    let person = Standing { has_authenticator: false, ..person() };
    let earlier = [password(3600, false)];
    let told = Told { session: SessionStanding::Live, ..Told::of(&person, &earlier) };
    assert_eq!(told.decided(), Step::Password);
}

#[test]
fn a_live_session_that_is_strong_enough_asks_nothing() {
    let person = person();
    let earlier = [password(1800, false), code(1700, false)];
    let told = Told { session: SessionStanding::Live, ..Told::of(&person, &earlier) };
    assert!(matches!(told.decided(), Step::Done(outcome) if outcome.auth_time == NOW.minus(Duration::from_mins(30))));
}

#[test]
fn an_idle_session_is_brought_back_by_one_proof() {
    let person = person();
    let earlier = [password(7200, false), code(7100, false)];
    let and_now = [password(7200, false), code(7100, false), password(0, true)];
    let idle = |proofs| Told { session: SessionStanding::Idle, ..Told::of(&person, proofs) }.decided();
    assert_eq!(idle(&earlier), Step::Password);
    assert!(matches!(idle(&and_now), Step::Done(_)));
}

#[test]
fn adaptive_asks_for_a_code_in_a_new_place_only() {
    let person = person();
    let first = [password(0, true)];
    let adaptive = |place| Told { policy: SecondFactor::Adaptive, place, ..Told::of(&person, &first) }.decided();
    assert!(matches!(adaptive(FAMILIAR), Step::Done(_)));
    assert_eq!(adaptive(Place { network_is_known: false, ..FAMILIAR }), Step::AuthenticatorCode);
    assert_eq!(adaptive(Place { browser_is_known: false, ..FAMILIAR }), Step::AuthenticatorCode);
}

#[test]
fn a_session_carried_to_a_new_network_shows_its_second_factor_again() {
    let person = person();
    let earlier = [password(60, false), code(60, false)];
    let told = Told {
        policy: SecondFactor::Adaptive,
        session: SessionStanding::Live,
        place: Place { network_is_known: false, browser_is_known: true },
        ..Told::of(&person, &earlier)
    };
    assert_eq!(told.decided(), Step::AuthenticatorCode);
}

#[test]
fn optional_asks_those_who_have_a_second_factor() {
    let (with, first) = (person(), [password(0, true)]);
    let without = Standing { has_authenticator: false, ..with.clone() };
    let optional = |person| Told { policy: SecondFactor::Optional, ..Told::of(person, &first) }.decided();
    assert_eq!(optional(&with), Step::AuthenticatorCode);
    assert!(matches!(optional(&without), Step::Done(outcome) if outcome.acr == Acr::Aal1));
}

#[test]
fn a_short_password_never_stands_alone() {
    let person = Standing { has_authenticator: false, ..person() };
    let short = [Proof { method: Method::Password { stands_alone: false }, ..password(0, true) }];
    let told = Told { policy: SecondFactor::Optional, ..Told::of(&person, &short) };
    assert_eq!(told.decided(), Step::ChooseSecondStep);
}

#[test]
fn a_recovery_code_lets_in_whoever_sets_up_a_new_second_step() {
    let (before, after) = (person(), Standing { has_saved_recovery_code: false, ..person() });
    let first = [password(0, true)];
    let lost = |person, proofs, chosen| Told { chosen, ..Told::of(person, proofs) }.decided();
    assert_eq!(lost(&before, &first, Chosen::RecoveryCode), Step::RecoveryCode);
    let recovered = [password(0, true), Proof { method: Method::RecoveryCode, ..code(0, true) }];
    assert_eq!(lost(&after, &recovered, Chosen::RecoveryCode), Step::ChooseSecondStep);
    let connected = [recovered[0], recovered[1], code(0, true)];
    assert_eq!(lost(&after, &connected, Chosen::Nothing), Step::SaveRecoveryCode);
    assert_eq!(lost(&after, &first, Chosen::RecoveryCode), Step::AuthenticatorCode, "it is used up");
}

#[test]
fn a_forgotten_password_is_replaced_only_beside_the_second_factor() {
    let (with, without) = (person(), Standing { has_authenticator: false, ..person() });
    let link = Proof { method: Method::PasswordReset, ..password(0, true) };
    assert_eq!(Told::of(&without, &[link]).decided(), Step::NewPassword);
    assert_eq!(Told::of(&with, &[link]).decided(), Step::AuthenticatorCode);
    assert_eq!(Told::of(&with, &[link, code(0, true)]).decided(), Step::NewPassword);
    let lost = Proof { method: Method::RecoveryCode, ..code(0, true) };
    assert_eq!(Told::of(&with, &[link, lost]).decided(), Step::NewPassword);
    // What an old session has proven does not speak for it.
    let proofs = [link, password(60, false), code(60, false)];
    let told = Told { session: SessionStanding::Live, ..Told::of(&with, &proofs) };
    assert_eq!(told.decided(), Step::AuthenticatorCode);
}

#[test]
fn max_age_makes_old_proofs_be_given_again() {
    let person = person();
    let earlier = [password(400, false), code(100, false)];
    let demand = Demand { not_before: Some(NOW.minus(Duration::from_mins(5))), ..Demand::default() };
    let told = Told { demand, session: SessionStanding::Live, ..Told::of(&person, &earlier) };
    assert_eq!(told.decided(), Step::Password, "the code is fresh, the password is not");
}

#[test]
fn step_up_asks_for_just_what_is_missing() {
    let person = person();
    let earlier = [password(100, false)];
    let demand = Demand { acr: Some(Acr::Aal2), ..Demand::default() };
    let told =
        Told { demand, policy: SecondFactor::Adaptive, session: SessionStanding::Live, ..Told::of(&person, &earlier) };
    assert_eq!(told.decided(), Step::AuthenticatorCode);
}

#[test]
fn a_passkey_alone_is_both_factors_and_resists_phishing() {
    let person = Standing { has_passkey: true, ..person() };
    let done = |amr| Step::Done(Outcome { acr: Acr::Phr, amr, auth_time: NOW });
    assert_eq!(Told::of(&person, &[passkey(0, true)]).decided(), done(vec!["hwk", "mfa", "user"]));
    let synced = [Proof { method: Method::Passkey { synced: true, stands_alone: true }, ..passkey(0, true) }];
    assert_eq!(Told::of(&person, &synced).decided(), done(vec!["mfa", "swk", "user"]));
}

#[test]
fn a_passkey_that_may_be_a_copy_is_one_factor_of_two() {
    let person = Standing { has_passkey: true, ..person() };
    let (alone, beside) = ([doubted(0)], [doubted(0), password(0, true)]);
    for policy in [SecondFactor::Required, SecondFactor::Adaptive, SecondFactor::Optional] {
        let with = |proofs| Told { policy, ..Told::of(&person, proofs) }.decided();
        assert_eq!(with(&alone), Step::Password);
        assert!(matches!(with(&beside), Step::Done(outcome) if outcome.acr == Acr::Aal2));
    }
}

#[test]
fn the_second_step_that_was_used_last_is_asked_for_first_and_the_others_can_be_chosen() {
    let first = [password(0, true)];
    let person = |used_last| Standing { has_passkey: true, used_last, ..person() };
    let asked = |used_last, chosen| Told { chosen, ..Told::of(&person(used_last), &first) }.decided();
    let passkey = Step::Passkey { is_wished: false };
    assert_eq!(asked(Some(SecondStep::Passkey), Chosen::Nothing), passkey);
    assert_eq!(asked(Some(SecondStep::Authenticator), Chosen::Nothing), Step::AuthenticatorCode);
    assert_eq!(asked(Some(SecondStep::Authenticator), Chosen::Use(SecondStep::Passkey)), passkey);
    assert_eq!(asked(Some(SecondStep::Passkey), Chosen::Use(SecondStep::Authenticator)), Step::AuthenticatorCode);
    assert_eq!(asked(Some(SecondStep::Passkey), Chosen::RecoveryCode), Step::RecoveryCode);
    let only = Standing { has_authenticator: false, has_saved_recovery_code: false, ..person(None) };
    let told = Told { chosen: Chosen::Use(SecondStep::Authenticator), ..Told::of(&only, &first) };
    assert_eq!(told.decided(), Step::Passkey { is_wished: false }, "what one does not have cannot be chosen");
}

#[test]
fn a_wish_for_a_passkey_leads_to_one_or_to_setting_one_up() {
    let wished = Demand { acr: Some(Acr::Phr), ..Demand::default() };
    let with = Standing { has_passkey: true, ..person() };
    let without = person();
    let asked = |person, proofs| Told { demand: wished.clone(), ..Told::of(person, proofs) }.decided();
    let both = [password(0, true), code(0, true)];
    assert_eq!(asked(&with, &both[..1]), Step::Passkey { is_wished: false });
    assert_eq!(asked(&with, &both), Step::Passkey { is_wished: true });
    assert_eq!(asked(&without, &both), Step::AddPasskey { is_wished: true });
    assert!(matches!(asked(&with, &[passkey(0, true)]), Step::Done(_)));
}

#[test]
fn a_passkey_that_is_wished_for_is_set_up_only_after_two_fresh_proofs() {
    let person = person();
    let demand = Demand { acr: Some(Acr::Phr), ..Demand::default() };
    let asked = |proofs: &[Proof]| {
        let told = Told { demand: demand.clone(), session: SessionStanding::Live, ..Told::of(&person, proofs) };
        told.decided()
    };
    let (earlier, later) = ([password(100, false), code(100, false)], [password(0, true), code(0, true)]);
    assert_eq!(asked(&earlier), Step::Password);
    assert_eq!(asked(&[earlier[0], earlier[1], later[0]]), Step::AuthenticatorCode);
    assert_eq!(asked(&[earlier[0], earlier[1], later[0], later[1]]), Step::AddPasskey { is_wished: true });
}

#[test]
fn a_strength_that_cannot_be_reached_is_refused_only_where_it_is_essential() {
    let person = person();
    let both = [password(0, true), code(0, true)];
    let wished = Demand { acr: Some(Acr::Phr), ..Demand::default() };
    let essential = Demand { acr_is_essential: true, ..wished.clone() };
    let without = |demand| Told { demand, chosen: Chosen::WithoutPasskey, ..Told::of(&person, &both) }.decided();
    assert!(matches!(without(wished.clone()), Step::Done(outcome) if outcome.acr == Acr::Aal2));
    assert_eq!(without(essential.clone()), Step::Refused(Refusal::StrengthUnreachable));
    let shown = [password(0, true), passkey(0, true)];
    let told = Told { demand: essential.clone(), chosen: Chosen::WithoutPasskey, ..Told::of(&person, &shown) };
    assert!(matches!(told.decided(), Step::Done(_)), "who has shown one all the same is not refused");
    let impossible = |demand: &Demand| {
        decide(&Situation {
            policy: &policy(SecondFactor::Required),
            demand,
            identity: Identity::Person(&person),
            proofs: &both,
            session: SessionStanding::None,
            place: FAMILIAR,
            chosen: Chosen::Nothing,
            terms_accepted: true,
            passkeys_are_possible: false,
            now: NOW,
        })
    };
    assert!(matches!(impossible(&wished), Step::Done(_)));
    assert_eq!(impossible(&essential), Step::Refused(Refusal::StrengthUnreachable));
}

#[test]
fn a_stranger_sees_what_everybody_sees_before_a_proof() {
    let closed = Standing { active: false, has_authenticator: false, ..person() };
    for second_factor in [SecondFactor::Required, SecondFactor::Adaptive, SecondFactor::Optional] {
        let of = |identity| {
            decide(&Situation {
                policy: &policy(second_factor),
                demand: &Demand::default(),
                identity,
                proofs: &[],
                session: SessionStanding::None,
                place: Place { network_is_known: false, browser_is_known: false },
                chosen: Chosen::Nothing,
                terms_accepted: false,
                passkeys_are_possible: true,
                now: NOW,
            })
        };
        assert_eq!(of(Identity::Stranger), of(Identity::Person(&closed)));
        assert_eq!(of(Identity::Stranger), of(Identity::Person(&person())));
    }
}

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
