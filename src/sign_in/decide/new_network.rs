//! When a confirmation code is asked for (FLOWS.md 4): in a network that the person has not confirmed before, as
//! the policy says. It is a check beside the factors, and never one of them: it raises no strength, and nothing
//! is reached with it that the factors alone would not reach.

use super::{Chosen, Refusal, SecondStep, Situation, Standing, Step, is_possible};
use crate::proofs::Method;
use crate::sign_in::assurance::Proof;
use crate::sign_in::policies::NewNetworkCode;

/// Whether the network is still to be confirmed, after these proofs.
///
/// Something that the person has, shown here, is better than the code, and confirms the network as well: an
/// authenticator app, the recovery code, a passkey that may stand alone. What a session brings along from
/// another network is not shown here.
pub(super) fn is_to_be_confirmed(situation: &Situation<'_>, person: &Standing, proven: &[Proof]) -> bool {
    if situation.place.network_is_confirmed || person.is_only_an_employee || is_confirmed_by(proven) {
        return false;
    }
    match situation.policy.new_network_code() {
        NewNetworkCode::Nobody => false,
        NewNetworkCode::External => proven.iter().any(|proof| proof.method.is_external()),
        NewNetworkCode::Everyone => true,
    }
}

/// Whether one of the proofs was given in this sign-in and confirms the network that it is in.
pub fn is_confirmed_by(proven: &[Proof]) -> bool {
    proven.iter().any(|proof| proof.in_this_sign_in && proof.method.confirms_network())
}

/// The step that confirms the network: the code or, where the person wishes it or no code reaches them, a second
/// step that they have.
pub(super) fn step(situation: &Situation<'_>, person: &Standing) -> Step {
    let usable = |second_step: &SecondStep| person.has(*second_step) && is_possible(situation, *second_step);
    let can_recover = SecondStep::ALL.iter().any(usable)
        && person.has_saved_recovery_code
        && situation.policy.counts(Method::RecoveryCode);
    match situation.chosen {
        Chosen::Use(second_step) if usable(&second_step) => shown(second_step),
        _ if person.can_be_sent_a_code => Step::ConfirmationCode,
        Chosen::RecoveryCode if can_recover => Step::RecoveryCode,
        _ => {
            let second_step = person.used_last.into_iter().chain(SecondStep::ALL).find(usable);
            second_step.map_or(Step::Refused(Refusal::NoContact), shown)
        }
    }
}

fn shown(second_step: SecondStep) -> Step {
    match second_step {
        SecondStep::Authenticator => Step::AuthenticatorCode,
        SecondStep::Passkey => Step::Passkey { is_wished: false },
    }
}
