//! The decision, told as examples; `properties.rs` checks what holds of all of them.

use std::time::Duration;

use super::*;
use crate::sign_in::policies::SecondFactor;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const FAMILIAR: Place =
    Place { network_is_known: true, network_is_confirmed: true, browser_is_known: true, ..Place::UNKNOWN };

fn person() -> Claimant {
    Claimant {
        id: "019e0000-0000-7000-8000-000000000001".parse().unwrap(),
        active: true,
        has: BTreeSet::from([Factor::Password, Factor::AuthenticatorApp, Factor::RecoveryCode]),
        barred: BTreeSet::new(),
        used_last: Some(Factor::AuthenticatorApp),
        can_be_sent_a_code: true,
        is_only_an_employee: false,
        closed_to_resets: false,
        directory: DirectoryRule::Free,
    }
}

impl Claimant {
    fn with(mut self, factor: Factor) -> Self {
        self.has.insert(factor);
        self
    }

    fn without(mut self, factor: Factor) -> Self {
        self.has.remove(&factor);
        self
    }
}

fn proof(method: Method, age: u64, in_this_sign_in: bool) -> Proof {
    Proof { method, proven_at: NOW.minus(Duration::from_secs(age)), in_this_sign_in }
}

fn password(age: u64, in_this_sign_in: bool) -> Proof {
    proof(Method::of(Factor::Password), age, in_this_sign_in)
}

fn short_password() -> Proof {
    proof(Method::of(Factor::Password).weakened(true), 0, true)
}

fn code(age: u64, in_this_sign_in: bool) -> Proof {
    proof(Method::of(Factor::AuthenticatorApp), age, in_this_sign_in)
}

fn recovery_code() -> Proof {
    proof(Method::of(Factor::RecoveryCode), 0, true)
}

fn passkey(age: u64, in_this_sign_in: bool) -> Proof {
    proof(Method::passkey(false), age, in_this_sign_in)
}

/// A passkey of which there may be a copy.
fn doubted(age: u64) -> Proof {
    proof(Method::passkey(false).weakened(true), age, true)
}

fn policy(second_factor: SecondFactor) -> Policy {
    Policy::of(second_factor).of_an_application()
}

/// The situation of a person under a policy that requires a second factor, in a familiar place.
fn of(person: &Claimant, proofs: &[Proof]) -> Situation {
    Situation {
        identity: Identity::Person(person.clone()),
        proofs: proofs.to_vec(),
        place: FAMILIAR,
        terms_accepted: true,
        ..Situation::new(policy(SecondFactor::Required), Demand::default(), NOW)
    }
}

const PASSWORD: Step = prove(Factor::Password);
const CODE: Step = prove(Factor::AuthenticatorApp);
const PASSKEY: Step = prove(Factor::Passkey);
const RECOVERY_CODE: Step = prove(Factor::RecoveryCode);
const CONFIRMATION_CODE: Step = prove(Factor::ConfirmationCode);

#[test]
fn required_asks_for_a_password_and_then_a_code() {
    let person = person();
    assert_eq!(decide(&of(&person, &[])), PASSWORD);
    assert_eq!(decide(&of(&person, &[password(0, true)])), CODE);
    let done = Assurance { acr: Acr::Aal2, amr: vec!["mfa", "otp", "pwd"], auth_time: NOW };
    assert_eq!(decide(&of(&person, &[password(0, true), code(0, true)])), Step::Done(done));
}

#[test]
fn a_person_without_a_second_factor_sets_one_up_and_keeps_a_recovery_code() {
    let mut person =
        Claimant { used_last: None, ..person() }.without(Factor::AuthenticatorApp).without(Factor::RecoveryCode);
    let first = [password(0, true)];
    assert_eq!(decide(&of(&person, &first)), Step::ChooseSecondStep);
    let chosen = Situation { chosen: Chosen::SetUp(Factor::AuthenticatorApp), ..of(&person, &first) };
    assert_eq!(decide(&chosen), Step::SetUp(Factor::AuthenticatorApp, Need::Required));
    person.has.insert(Factor::AuthenticatorApp);
    let both = [password(0, true), code(0, true)];
    assert_eq!(decide(&of(&person, &both)), Step::SaveRecoveryCode);
}

#[test]
fn a_recovery_code_is_shown_only_to_whoever_has_just_given_both_proofs() {
    let person = person().without(Factor::RecoveryCode);
    let live = |proofs: &[Proof]| decide(&Situation { session: SessionStanding::Live, ..of(&person, proofs) });
    assert_eq!(live(&[password(3600, false), code(3600, false)]), PASSWORD);
    assert_eq!(live(&[password(0, true), code(3600, false)]), CODE);
    assert_eq!(live(&[password(0, true), code(0, true)]), Step::SaveRecoveryCode);
}

#[test]
fn a_phone_that_only_its_pin_opened_shows_no_recovery_code() {
    let person = person().with(Factor::Phone).without(Factor::RecoveryCode);
    let after = |proofs: &[Proof]| decide(&Situation { session: SessionStanding::Live, ..of(&person, proofs) });
    for by_passkey in [false, true] {
        for age in [0, 3600] {
            let earlier = proof(Method::phone(by_passkey), age, false);
            assert!(matches!(after(&[earlier]), Step::Done(_)), "a session of the app, {age} seconds old");
        }
        let unlocked = proof(Method::phone(by_passkey), 0, true);
        assert!(matches!(after(&[unlocked]), Step::Done(_)));
        assert_eq!(after(&[password(0, true), unlocked]), Step::SaveRecoveryCode, "the browser that has connected it");
        let scanned = proof(Method::scanned_by_phone(by_passkey), 0, true);
        assert_eq!(after(&[scanned]), Step::SaveRecoveryCode, "a browser that the phone has let in");
    }
}

#[test]
fn an_old_session_is_no_proof_for_connecting_a_new_factor() {
    let person = person().without(Factor::AuthenticatorApp);
    let earlier = [password(3600, false)];
    let told = Situation { session: SessionStanding::Live, ..of(&person, &earlier) };
    assert_eq!(decide(&told), PASSWORD);
}

#[test]
fn a_live_session_that_is_strong_enough_asks_nothing() {
    let person = person();
    let earlier = [password(1800, false), code(1700, false)];
    let told = Situation { session: SessionStanding::Live, ..of(&person, &earlier) };
    assert!(matches!(decide(&told), Step::Done(outcome) if outcome.auth_time == NOW.minus(Duration::from_mins(30))));
}

#[test]
fn an_idle_session_is_brought_back_by_one_proof() {
    let person = person();
    let earlier = [password(7200, false), code(7100, false)];
    let and_now = [password(7200, false), code(7100, false), password(0, true)];
    let idle = |proofs| decide(&Situation { session: SessionStanding::Idle, ..of(&person, proofs) });
    assert_eq!(idle(&earlier), PASSWORD);
    assert!(matches!(idle(&and_now), Step::Done(_)));
}

#[test]
fn adaptive_asks_for_a_code_in_a_new_place_only() {
    let person = person();
    let first = [password(0, true)];
    let adaptive = |place| decide(&Situation { policy: policy(SecondFactor::Adaptive), place, ..of(&person, &first) });
    assert!(matches!(adaptive(FAMILIAR), Step::Done(_)));
    assert_eq!(adaptive(Place { network_is_known: false, ..FAMILIAR }), CODE);
    assert_eq!(adaptive(Place { browser_is_known: false, ..FAMILIAR }), CODE);
}

#[test]
fn a_session_carried_to_a_new_network_shows_its_second_factor_again() {
    let person = person();
    let earlier = [password(60, false), code(60, false)];
    let told = Situation {
        policy: policy(SecondFactor::Adaptive),
        session: SessionStanding::Live,
        place: Place { network_is_known: false, ..FAMILIAR },
        ..of(&person, &earlier)
    };
    assert_eq!(decide(&told), CODE);
}

#[test]
fn optional_asks_those_who_have_a_second_factor() {
    let (with, first) = (person(), [password(0, true)]);
    let without = with.clone().without(Factor::AuthenticatorApp);
    let optional = |person| decide(&Situation { policy: policy(SecondFactor::Optional), ..of(person, &first) });
    assert_eq!(optional(&with), CODE);
    assert!(matches!(optional(&without), Step::Done(outcome) if outcome.acr == Acr::Aal1));
}

#[test]
fn a_short_password_never_stands_alone() {
    let person = person().without(Factor::AuthenticatorApp);
    let short = [short_password()];
    let told = Situation { policy: policy(SecondFactor::Optional), ..of(&person, &short) };
    assert_eq!(decide(&told), Step::ChooseSecondStep);
}

#[test]
fn a_recovery_code_lets_in_whoever_sets_up_a_new_second_step() {
    let (before, after) = (person(), person().without(Factor::RecoveryCode));
    let first = [password(0, true)];
    let lost = |person, proofs, chosen| decide(&Situation { chosen, ..of(person, proofs) });
    assert_eq!(lost(&before, &first, Chosen::Use(Factor::RecoveryCode)), RECOVERY_CODE);
    let recovered = [password(0, true), recovery_code()];
    assert_eq!(lost(&after, &recovered, Chosen::Use(Factor::RecoveryCode)), Step::ChooseSecondStep);
    let connected = [recovered[0], recovered[1], code(0, true)];
    assert_eq!(lost(&after, &connected, Chosen::Nothing), Step::SaveRecoveryCode);
    assert_eq!(lost(&after, &first, Chosen::Use(Factor::RecoveryCode)), CODE, "it is used up");
}

#[test]
fn a_person_who_had_a_second_step_replaces_a_forgotten_password_only_beside_the_recovery_code() {
    let link = proof(Method::of(Factor::PasswordReset), 0, true);
    let closed = Claimant { closed_to_resets: true, ..person() }.without(Factor::AuthenticatorApp);
    assert_eq!(decide(&of(&closed, &[link])), RECOVERY_CODE);
    let used = closed.clone().without(Factor::RecoveryCode);
    assert_eq!(decide(&of(&used, &[link, recovery_code()])), Step::NewPassword);
    assert_eq!(decide(&of(&used, &[link])), Step::Refused(Refusal::ClosedToResets));
    // With a second step, that is asked for as ever; and the password still opens what it opened.
    assert_eq!(decide(&of(&closed.clone().with(Factor::AuthenticatorApp), &[link])), CODE);
    assert_eq!(decide(&of(&closed, &[password(0, true)])), Step::ChooseSecondStep);
}

#[test]
fn a_forgotten_password_is_replaced_only_beside_the_second_factor() {
    let (with, without) = (person(), person().without(Factor::AuthenticatorApp));
    let link = proof(Method::of(Factor::PasswordReset), 0, true);
    assert_eq!(decide(&of(&without, &[link])), Step::NewPassword);
    assert_eq!(decide(&of(&with, &[link])), CODE);
    assert_eq!(decide(&of(&with, &[link, code(0, true)])), Step::NewPassword);
    let lost = recovery_code();
    assert_eq!(decide(&of(&with, &[link, lost])), Step::NewPassword);
    // The proofs of an old session do not count for it.
    let proofs = [link, password(60, false), code(60, false)];
    let told = Situation { session: SessionStanding::Live, ..of(&with, &proofs) };
    assert_eq!(decide(&told), CODE);
}

#[test]
fn step_up_asks_for_just_what_is_missing() {
    let person = person();
    let earlier = [password(100, false)];
    let demand = Demand { acr: Some(Acr::Aal2), ..Demand::default() };
    let told = Situation {
        demand,
        policy: policy(SecondFactor::Adaptive),
        session: SessionStanding::Live,
        ..of(&person, &earlier)
    };
    assert_eq!(decide(&told), CODE);
}

#[test]
fn a_passkey_alone_is_both_factors_and_resists_phishing() {
    let person = person().with(Factor::Passkey);
    let done = |amr| Step::Done(Assurance { acr: Acr::Phr, amr, auth_time: NOW });
    assert_eq!(decide(&of(&person, &[passkey(0, true)])), done(vec!["hwk", "mfa", "user"]));
    let synced = [proof(Method::passkey(true), 0, true)];
    assert_eq!(decide(&of(&person, &synced)), done(vec!["mfa", "swk", "user"]));
}

#[test]
fn a_passkey_that_may_be_a_copy_is_one_factor_of_two() {
    let person = person().with(Factor::Passkey);
    let (alone, beside) = ([doubted(0)], [doubted(0), password(0, true)]);
    for second_factor in [SecondFactor::Required, SecondFactor::Adaptive, SecondFactor::Optional] {
        let with = |proofs| decide(&Situation { policy: policy(second_factor), ..of(&person, proofs) });
        assert_eq!(with(&alone), PASSWORD);
        assert!(matches!(with(&beside), Step::Done(outcome) if outcome.acr == Acr::Aal2));
    }
}

#[test]
fn a_second_step_that_is_not_open_to_the_person_is_neither_offered_nor_set_up() {
    let person =
        Claimant { used_last: None, ..person() }.without(Factor::AuthenticatorApp).without(Factor::RecoveryCode);
    let barred = Claimant { barred: BTreeSet::from([Factor::Phone]), ..person.clone() };
    let first = [password(0, true)];
    assert_eq!(of(&person, &first).to_set_up().first(), Some(&Factor::Phone), "the easiest comes first");
    assert!(!of(&barred, &first).to_set_up().contains(&Factor::Phone));
    let chosen = |person| Situation { chosen: Chosen::SetUp(Factor::Phone), ..of(person, &first) };
    assert_eq!(decide(&chosen(&person)), Step::SetUp(Factor::Phone, Need::Required));
    assert_eq!(decide(&chosen(&barred)), Step::ChooseSecondStep);
}

#[test]
fn the_second_step_that_was_used_last_is_asked_for_first_and_the_others_can_be_chosen() {
    let first = [password(0, true)];
    let person = |used_last| Claimant { used_last, ..person() }.with(Factor::Passkey);
    let asked = |used_last, chosen| decide(&Situation { chosen, ..of(&person(used_last), &first) });
    let passkey = PASSKEY;
    assert_eq!(asked(Some(Factor::Passkey), Chosen::Nothing), passkey);
    assert_eq!(asked(Some(Factor::AuthenticatorApp), Chosen::Nothing), CODE);
    assert_eq!(asked(Some(Factor::AuthenticatorApp), Chosen::Use(Factor::Passkey)), passkey);
    assert_eq!(asked(Some(Factor::Passkey), Chosen::Use(Factor::AuthenticatorApp)), CODE);
    assert_eq!(asked(Some(Factor::Passkey), Chosen::Use(Factor::RecoveryCode)), RECOVERY_CODE);
    let only = person(None).without(Factor::AuthenticatorApp).without(Factor::RecoveryCode);
    let told = Situation { chosen: Chosen::Use(Factor::AuthenticatorApp), ..of(&only, &first) };
    assert_eq!(decide(&told), PASSKEY, "what one does not have cannot be chosen");
}

#[test]
fn a_wish_for_a_passkey_leads_to_one_or_to_setting_one_up() {
    let wished = Demand { acr: Some(Acr::Phr), ..Demand::default() };
    let with = person().with(Factor::Passkey);
    let without = person();
    let asked = |person, proofs| decide(&Situation { demand: wished.clone(), ..of(person, proofs) });
    let both = [password(0, true), code(0, true)];
    assert_eq!(asked(&with, &both[..1]), PASSKEY);
    assert_eq!(asked(&with, &both), Step::Prove(Factor::Passkey, Need::Wished));
    assert_eq!(asked(&without, &both), Step::SetUp(Factor::Passkey, Need::Wished));
    assert!(matches!(asked(&with, &[passkey(0, true)]), Step::Done(_)));
}

#[test]
fn a_passkey_that_is_wished_for_is_set_up_only_after_two_fresh_proofs() {
    let person = person();
    let demand = Demand { acr: Some(Acr::Phr), ..Demand::default() };
    let asked = |proofs: &[Proof]| {
        let told = Situation { demand: demand.clone(), session: SessionStanding::Live, ..of(&person, proofs) };
        decide(&told)
    };
    let (earlier, later) = ([password(100, false), code(100, false)], [password(0, true), code(0, true)]);
    assert_eq!(asked(&earlier), PASSWORD);
    assert_eq!(asked(&[earlier[0], earlier[1], later[0]]), CODE);
    assert_eq!(asked(&[earlier[0], earlier[1], later[0], later[1]]), Step::SetUp(Factor::Passkey, Need::Wished));
}

#[test]
fn a_strength_that_cannot_be_reached_is_refused_only_where_it_is_essential() {
    let person = person();
    let both = [password(0, true), code(0, true)];
    let wished = Demand { acr: Some(Acr::Phr), ..Demand::default() };
    let essential = Demand { acr_is_essential: true, ..wished.clone() };
    let without = |demand| decide(&Situation { demand, chosen: Chosen::WithoutPasskey, ..of(&person, &both) });
    assert!(matches!(without(wished.clone()), Step::Done(outcome) if outcome.acr == Acr::Aal2));
    assert_eq!(without(essential.clone()), Step::Refused(Refusal::StrengthUnreachable));
    let shown = [password(0, true), passkey(0, true)];
    let told = Situation { demand: essential.clone(), chosen: Chosen::WithoutPasskey, ..of(&person, &shown) };
    assert!(matches!(decide(&told), Step::Done(_)), "who has shown one all the same is not refused");
    let impossible = |demand: &Demand| {
        decide(&Situation {
            policy: policy(SecondFactor::Required),
            demand: demand.clone(),
            unusable: BTreeSet::from([Factor::Passkey]),
            ..of(&person, &both)
        })
    };
    assert!(matches!(impossible(&wished), Step::Done(_)));
    assert_eq!(impossible(&essential), Step::Refused(Refusal::StrengthUnreachable));
}

#[test]
fn a_stranger_sees_what_everybody_sees_before_a_proof() {
    let closed = Claimant { active: false, ..person() }.without(Factor::AuthenticatorApp);
    for second_factor in [SecondFactor::Required, SecondFactor::Adaptive, SecondFactor::Optional] {
        let of = |identity| {
            let unknown = Situation::new(policy(second_factor), Demand::default(), NOW);
            decide(&Situation { identity, ..unknown })
        };
        assert_eq!(of(Identity::Stranger), of(Identity::Person(closed.clone())));
        assert_eq!(of(Identity::Stranger), of(Identity::Person(person())));
    }
}

/// A person in a browser that was remembered days ago.
fn remembered(days: u64) -> Place {
    Place { remembered_at: Some(NOW.minus(Duration::from_hours(24 * days))), ..FAMILIAR }
}

fn under(policy: &Policy, person: &Claimant, proofs: &[Proof], place: Place, demand: &Demand) -> Step {
    decide(&Situation {
        policy: policy.clone(),
        demand: demand.clone(),
        session: SessionStanding::Live,
        place,
        ..of(person, proofs)
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
    assert_eq!(at(remembered(30), &nothing), CODE, "its days are over");
    assert_eq!(at(FAMILIAR, &nothing), CODE, "it is not remembered");
    let ahead = Place { remembered_at: Some(NOW.plus(Duration::from_secs(1))), ..FAMILIAR };
    assert_eq!(at(ahead, &nothing), CODE, "the clock was set back");
    for place in [
        Place { network_is_known: false, ..remembered(1) },
        Place { browser_is_known: false, ..remembered(1) },
        Place { failures_lately: 5, ..remembered(1) },
    ] {
        assert_eq!(at(place, &nothing), CODE, "something is odd: {place:?}");
    }
    for demand in [
        Demand { acr: Some(Acr::Aal2), ..Demand::default() },
        Demand { acr: Some(Acr::Phr), ..Demand::default() },
        Demand { not_before: Some(NOW), ..Demand::default() },
    ] {
        assert_eq!(at(remembered(1), &demand), CODE, "{demand:?}");
    }
    let short = [short_password()];
    assert_eq!(under(&policy, &person, &short, remembered(1), &nothing), CODE);
    let never = Policy { remember_days: Some(0), ..policy.clone() };
    assert_eq!(under(&never, &person, &first, remembered(0), &nothing), CODE);
}

#[test]
fn a_proof_by_a_method_that_does_not_count_is_not_counted() {
    let (person, nothing) = (person(), Demand::default());
    let counts = |methods: &[&str], second_factor| Policy {
        methods: Some(methods.iter().map(|word| word.parse().unwrap()).collect()),
        ..policy(second_factor)
    };
    let (first, both) = ([password(0, true)], [password(0, true), code(0, true)]);
    let at = |policy: &Policy, proofs| under(policy, &person, proofs, FAMILIAR, &nothing);
    let no_password = counts(&["totp"], SecondFactor::Adaptive);
    assert_eq!(at(&no_password, &[]), PASSWORD, "nothing is told before a proof");
    assert_eq!(at(&no_password, &first), CODE);
    assert!(matches!(at(&no_password, &both), Step::Done(outcome) if outcome.amr == ["otp"]));
    let unreachable = Step::Refused(Refusal::NoMethodCounts);
    assert_eq!(at(&counts(&["totp"], SecondFactor::Required), &both), unreachable);
    assert_eq!(at(&counts(&["password"], SecondFactor::Required), &both), unreachable);
    assert_eq!(at(&counts(&[], SecondFactor::Optional), &both), unreachable);
    let lost = Situation {
        policy: counts(&["password", "totp"], SecondFactor::Required),
        chosen: Chosen::Use(Factor::RecoveryCode),
        ..of(&person, &first)
    };
    assert_eq!(decide(&lost), CODE, "the recovery code does not count");
}

#[test]
fn a_shorter_lifetime_asks_again_for_what_is_over() {
    let (person, nothing) = (person(), Demand::default());
    let policy = Policy { lifetime_seconds: Some(8 * 3600), ..policy(SecondFactor::Required) };
    let at = |proofs: &[Proof]| under(&policy, &person, proofs, FAMILIAR, &nothing);
    let hours = |hours: u64| hours * 3600;
    assert!(matches!(at(&[password(hours(7), false), code(hours(7), false)]), Step::Done(_)));
    assert_eq!(at(&[password(hours(8), false), code(hours(7), false)]), PASSWORD);
    assert_eq!(at(&[password(hours(7), false), code(hours(8), false)]), CODE);
}

#[test]
fn adaptive_and_optional_together_ask_whatever_each_of_them_does() {
    let (with, nothing) = (person(), Demand::default());
    let without = person().without(Factor::AuthenticatorApp);
    let both = policy(SecondFactor::Adaptive).stricter(&Policy::of(SecondFactor::Optional));
    let (first, new) = ([password(0, true)], Place { network_is_known: false, ..FAMILIAR });
    assert_eq!(under(&both, &with, &first, FAMILIAR, &nothing), CODE);
    assert_eq!(under(&both, &without, &first, new, &nothing), Step::ChooseSecondStep);
    assert!(matches!(under(&both, &without, &first, FAMILIAR, &nothing), Step::Done(_)));
}

mod freshness;
mod new_network;
mod properties;
