//! The decision, told as examples; `properties.rs` checks what holds of all of them.

use std::time::Duration;

use super::*;
use crate::sign_in::policies::SecondFactor;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const FAMILIAR: Place = Place { network_is_known: true, browser_is_known: true, ..Place::UNKNOWN };

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
    Policy::of(second_factor).of_an_application()
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
            admission: &Admission::Everybody,
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
        place: Place { network_is_known: false, ..FAMILIAR },
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
fn of_stale_proofs_just_those_are_given_again_that_are_needed() {
    let person = person();
    let asks = |second_factor, acr, proofs: &[Proof]| {
        let demand = Demand { acr, not_before: Some(NOW.minus(Duration::from_mins(5))), ..Demand::default() };
        Told { demand, policy: second_factor, session: SessionStanding::Live, ..Told::of(&person, proofs) }.decided()
    };
    let stale_code = [password(100, false), code(400, false)];
    let stale_password = [password(400, false), code(100, false)];
    let both_stale = [password(400, false), code(400, false)];
    for (second_factor, acr) in [(SecondFactor::Required, None), (SecondFactor::Adaptive, Some(Acr::Aal2))] {
        assert_eq!(asks(second_factor, acr, &stale_code), Step::AuthenticatorCode);
        assert_eq!(asks(second_factor, acr, &stale_password), Step::Password);
        assert_eq!(asks(second_factor, acr, &both_stale), Step::Password);
    }
    // Where one proof is enough, one fresh proof is.
    assert!(matches!(asks(SecondFactor::Adaptive, None, &stale_code), Step::Done(_)));
    assert!(matches!(asks(SecondFactor::Adaptive, None, &stale_password), Step::Done(_)));
    assert_eq!(asks(SecondFactor::Adaptive, None, &both_stale), Step::Password);
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
            admission: &Admission::Everybody,
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
                place: Place::UNKNOWN,
                chosen: Chosen::Nothing,
                terms_accepted: false,
                passkeys_are_possible: true,
                admission: &Admission::Everybody,
                now: NOW,
            })
        };
        assert_eq!(of(Identity::Stranger), of(Identity::Person(&closed)));
        assert_eq!(of(Identity::Stranger), of(Identity::Person(&person())));
    }
}

/// A person in a browser that was remembered days ago.
fn remembered(days: u64) -> Place {
    Place { remembered_at: Some(NOW.minus(Duration::from_hours(24 * days))), ..FAMILIAR }
}

fn under(policy: &Policy, person: &Standing, proofs: &[Proof], place: Place, demand: &Demand) -> Step {
    decide(&Situation {
        policy,
        demand,
        identity: Identity::Person(person),
        proofs,
        session: SessionStanding::Live,
        place,
        chosen: Chosen::Nothing,
        terms_accepted: true,
        passkeys_are_possible: true,
        admission: &Admission::Everybody,
        now: NOW,
    })
}

#[test]
fn a_remembered_browser_spares_the_second_factor_and_raises_nothing() {
    let (person, first, nothing) = (person(), [password(0, true)], Demand::default());
    let policy = Policy { remember_days: Some(30), ..policy(SecondFactor::Required) };
    let at = |place, demand: &Demand| under(&policy, &person, &first, place, demand);
    assert!(
        matches!(at(remembered(29), &nothing), Step::Done(outcome) if outcome.acr == Acr::Aal1 && outcome.amr == ["pwd"])
    );
    assert_eq!(at(remembered(30), &nothing), Step::AuthenticatorCode, "its days are over");
    assert_eq!(at(FAMILIAR, &nothing), Step::AuthenticatorCode, "it is not remembered");
    let ahead = Place { remembered_at: Some(NOW.plus(Duration::from_secs(1))), ..FAMILIAR };
    assert_eq!(at(ahead, &nothing), Step::AuthenticatorCode, "the clock was set back");
    for place in [
        Place { network_is_known: false, ..remembered(1) },
        Place { browser_is_known: false, ..remembered(1) },
        Place { failures_lately: 5, ..remembered(1) },
    ] {
        assert_eq!(at(place, &nothing), Step::AuthenticatorCode, "something is odd: {place:?}");
    }
    for demand in [
        Demand { acr: Some(Acr::Aal2), ..Demand::default() },
        Demand { acr: Some(Acr::Phr), ..Demand::default() },
        Demand { not_before: Some(NOW), ..Demand::default() },
    ] {
        assert_eq!(at(remembered(1), &demand), Step::AuthenticatorCode, "{demand:?}");
    }
    let short = [Proof { method: Method::Password { stands_alone: false }, ..password(0, true) }];
    assert_eq!(under(&policy, &person, &short, remembered(1), &nothing), Step::AuthenticatorCode);
    let never = Policy { remember_days: Some(0), ..policy.clone() };
    assert_eq!(under(&never, &person, &first, remembered(0), &nothing), Step::AuthenticatorCode);
}

#[test]
fn a_proof_by_a_method_that_does_not_count_is_not_counted() {
    let (person, nothing) = (person(), Demand::default());
    let counts = |methods: &[&str], second_factor| Policy {
        methods: Some(methods.iter().map(|word| (*word).to_owned()).collect()),
        ..policy(second_factor)
    };
    let (first, both) = ([password(0, true)], [password(0, true), code(0, true)]);
    let at = |policy: &Policy, proofs| under(policy, &person, proofs, FAMILIAR, &nothing);
    let no_password = counts(&["totp"], SecondFactor::Adaptive);
    assert_eq!(at(&no_password, &[]), Step::Password, "nothing is told before a proof");
    assert_eq!(at(&no_password, &first), Step::AuthenticatorCode);
    assert!(matches!(at(&no_password, &both), Step::Done(outcome) if outcome.amr == ["otp"]));
    let unreachable = Step::Refused(Refusal::NoMethodCounts);
    assert_eq!(at(&counts(&["totp"], SecondFactor::Required), &both), unreachable);
    assert_eq!(at(&counts(&["password"], SecondFactor::Required), &both), unreachable);
    assert_eq!(at(&counts(&[], SecondFactor::Optional), &both), unreachable);
    let lost = Situation {
        policy: &counts(&["password", "totp"], SecondFactor::Required),
        demand: &nothing,
        identity: Identity::Person(&person),
        proofs: &first,
        session: SessionStanding::None,
        place: FAMILIAR,
        chosen: Chosen::RecoveryCode,
        terms_accepted: true,
        passkeys_are_possible: true,
        admission: &Admission::Everybody,
        now: NOW,
    };
    assert_eq!(decide(&lost), Step::AuthenticatorCode, "the recovery code does not count");
}

#[test]
fn a_shorter_lifetime_asks_again_for_what_is_over() {
    let (person, nothing) = (person(), Demand::default());
    let policy = Policy { lifetime_seconds: Some(8 * 3600), ..policy(SecondFactor::Required) };
    let at = |proofs: &[Proof]| under(&policy, &person, proofs, FAMILIAR, &nothing);
    let hours = |hours: u64| hours * 3600;
    assert!(matches!(at(&[password(hours(7), false), code(hours(7), false)]), Step::Done(_)));
    assert_eq!(at(&[password(hours(8), false), code(hours(7), false)]), Step::Password);
    assert_eq!(at(&[password(hours(7), false), code(hours(8), false)]), Step::AuthenticatorCode);
}

#[test]
fn adaptive_and_optional_together_ask_whatever_each_of_them_does() {
    let (with, nothing) = (person(), Demand::default());
    let without = Standing { has_authenticator: false, ..person() };
    let both = policy(SecondFactor::Adaptive).stricter(&Policy::of(SecondFactor::Optional));
    let (first, new) = ([password(0, true)], Place { network_is_known: false, ..FAMILIAR });
    assert_eq!(under(&both, &with, &first, FAMILIAR, &nothing), Step::AuthenticatorCode);
    assert_eq!(under(&both, &without, &first, new, &nothing), Step::ChooseSecondStep);
    assert!(matches!(under(&both, &without, &first, FAMILIAR, &nothing), Step::Done(_)));
}

mod properties;
