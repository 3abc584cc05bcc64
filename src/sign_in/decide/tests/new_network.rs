//! When a network is to be confirmed, and by what, told as examples.

use super::super::*;
use super::{
    CODE, CONFIRMATION_CODE, FAMILIAR, NOW, PASSWORD, RECOVERY_CODE, code, doubted, of, passkey, password, person,
    proof,
};
use crate::sign_in::policies::{NewNetworkCode, SecondFactor};

const NEW: Place = Place { network_is_confirmed: false, ..FAMILIAR };

fn confirmation_code(by_sms: bool) -> Proof {
    proof(Method::confirmation_code(by_sms), 0, true)
}

fn password_alone() -> Claimant {
    Claimant { used_last: None, ..person() }.without(Factor::AuthenticatorApp).without(Factor::RecoveryCode)
}

/// The next step where a code is asked of these people, with the session that goes on, if any.
fn next(asked: NewNetworkCode, person: &Claimant, proofs: &[Proof], (place, chosen): (Place, Chosen)) -> Step {
    let policy = Policy { new_network_code: Some(asked), ..Policy::of(SecondFactor::Optional) }.of_an_application();
    let has_session = proofs.iter().any(|proof| !proof.in_this_sign_in);
    decide(&Situation {
        policy,
        session: if has_session { SessionStanding::Live } else { SessionStanding::None },
        place,
        chosen,
        ..of(person, proofs)
    })
}

fn of_everyone(person: &Claimant, proofs: &[Proof]) -> Step {
    next(NewNetworkCode::Everyone, person, proofs, (NEW, Chosen::Nothing))
}

#[test]
fn a_password_in_a_new_network_is_followed_by_a_code_which_raises_nothing() {
    let mikko = password_alone();
    assert_eq!(of_everyone(&mikko, &[]), PASSWORD);
    assert_eq!(of_everyone(&mikko, &[password(0, true)]), CONFIRMATION_CODE);
    for (by_sms, amr) in [(true, vec!["pwd", "sms"]), (false, vec!["otp", "pwd"])] {
        let done = of_everyone(&mikko, &[password(5, true), confirmation_code(by_sms)]);
        let auth_time = NOW.minus(std::time::Duration::from_secs(5));
        assert_eq!(done, Step::Done(Assurance { acr: Acr::Aal1, amr, auth_time }));
    }
    let known = (FAMILIAR, Chosen::Nothing);
    assert!(matches!(next(NewNetworkCode::Everyone, &mikko, &[password(0, true)], known), Step::Done(_)));
    for asked in [NewNetworkCode::Nobody, NewNetworkCode::External] {
        let new = (NEW, Chosen::Nothing);
        assert!(matches!(next(asked, &mikko, &[password(0, true)], new), Step::Done(_)), "{asked:?}");
    }
}

#[test]
fn a_code_alone_is_nothing_and_wakes_no_idle_session() {
    assert_eq!(of_everyone(&password_alone(), &[confirmation_code(true)]), PASSWORD);
    let mikko = password_alone();
    let policy = Policy::of(SecondFactor::Optional).of_an_application();
    let idle = decide(&Situation {
        policy,
        session: SessionStanding::Idle,
        place: NEW,
        ..of(&mikko, &[password(4000, false), confirmation_code(true)])
    });
    assert_eq!(idle, PASSWORD);
}

#[test]
fn a_proof_given_here_is_better_and_one_of_an_earlier_session_is_not() {
    let aino = person();
    assert!(matches!(of_everyone(&aino, &[password(0, true), code(0, true)]), Step::Done(_)));
    assert_eq!(of_everyone(&aino, &[password(60, false), code(60, false)]), CONFIRMATION_CODE);
    let with_passkey = aino.with(Factor::Passkey);
    assert!(matches!(of_everyone(&with_passkey, &[passkey(0, true)]), Step::Done(_)));
    assert_eq!(of_everyone(&with_passkey, &[passkey(60, false)]), CONFIRMATION_CODE);
    let copied = [password(0, true), doubted(0)];
    assert_eq!(of_everyone(&with_passkey, &copied), CONFIRMATION_CODE, "somebody else may have it, too");
}

#[test]
fn a_second_step_may_be_shown_instead_and_must_be_where_no_code_arrives() {
    let aino = person();
    let brought = [password(60, false), code(60, false)];
    let with = |person: &Claimant, chosen| next(NewNetworkCode::Everyone, person, &brought, (NEW, chosen));
    assert_eq!(with(&aino, Chosen::Use(Factor::AuthenticatorApp)), CODE);
    assert_eq!(with(&aino, Chosen::Use(Factor::Passkey)), CONFIRMATION_CODE, "there is none");
    assert_eq!(with(&aino, Chosen::Use(Factor::RecoveryCode)), CONFIRMATION_CODE);
    let unreachable = Claimant { can_be_sent_a_code: false, ..aino };
    assert_eq!(with(&unreachable, Chosen::Nothing), CODE);
    assert_eq!(with(&unreachable, Chosen::Use(Factor::RecoveryCode)), RECOVERY_CODE);
    let nothing = Claimant { can_be_sent_a_code: false, ..password_alone() };
    assert_eq!(of_everyone(&nothing, &[password(0, true)]), Step::Refused(Refusal::NoContact));
}

#[test]
fn nobody_sets_up_a_second_step_or_a_new_password_in_a_network_that_is_not_confirmed() {
    let mikko = password_alone();
    let required = Policy { new_network_code: Some(NewNetworkCode::Everyone), ..Policy::of(SecondFactor::Required) };
    let policy = required.of_an_application();
    let under = |proofs: &[Proof], chosen| {
        decide(&Situation { policy: policy.clone(), place: NEW, chosen, ..of(&mikko, proofs) })
    };
    let set_up = Chosen::SetUp(Factor::AuthenticatorApp);
    let confirmed = [password(0, true), confirmation_code(true)];
    assert_eq!(under(&[password(0, true)], set_up), CONFIRMATION_CODE);
    assert_eq!(under(&confirmed, set_up), Step::SetUp(Factor::AuthenticatorApp, Need::Required));
    let forgot = proof(Method::of(Factor::PasswordReset), 0, true);
    assert_eq!(under(&[forgot], Chosen::Nothing), CONFIRMATION_CODE);
    assert_eq!(under(&[forgot, confirmation_code(false)], Chosen::Nothing), Step::NewPassword);
}

#[test]
fn an_employee_who_is_no_user_is_not_asked() {
    let employee = Claimant { is_only_an_employee: true, ..password_alone() };
    assert!(matches!(of_everyone(&employee, &[password(0, true)]), Step::Done(_)));
}
