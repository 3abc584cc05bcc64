//! The rule of the confirmation code (FLOWS.md 4): it is asked for in a network that the person has not confirmed, as
//! the policy says. It is a check beside the factors and never one of them: it raises no strength, and nothing is
//! reached with it that the factors alone would not reach.

use super::{Chosen, Claimant, Refusal, Situation, Step, prove};
use crate::proofs::Factor;
use crate::sign_in::assurance::Proof;
use crate::sign_in::policies::{NewNetworkCode, Policy};

/// Whether the network still needs a confirmation after the proofs that count.
///
/// A possession shown in this sign-in is better than the code and confirms the network as well: an authenticator app,
/// the recovery code, a passkey that may stand alone. The proofs of a session from another network do not.
///
/// A proof that another browser can relay asks for the code even where it does not count, or no longer: a policy that
/// counts fewer proofs is never milder.
pub(super) fn is_to_be_confirmed(situation: &Situation, person: &Claimant, counted: &[Proof]) -> bool {
    if situation.place.network_is_confirmed || person.is_only_an_employee || is_confirmed_by(counted) {
        return false;
    }
    may_ask_to_confirm(&situation.policy, &situation.proofs)
}

/// Whether the policy may ask for a confirmation of a new network after these proofs.
pub(crate) fn may_ask_to_confirm(policy: &Policy, proven: &[Proof]) -> bool {
    match policy.new_network_code() {
        NewNetworkCode::Nobody => false,
        NewNetworkCode::External => {
            let is_relayed = |proof: &Proof| proof.method.factor().traits().is_external || proof.method.is_scanned();
            proven.iter().any(is_relayed)
        }
        NewNetworkCode::Everyone => true,
    }
}

/// Whether one of the proofs was given in this sign-in and confirms its network.
pub(crate) fn is_confirmed_by(proven: &[Proof]) -> bool {
    proven.iter().any(|proof| proof.in_this_sign_in && proof.method.confirms_network())
}

/// The step that confirms the network: the code or, at the person's wish or without a contact, a second step that they
/// have.
pub(super) fn step(situation: &Situation, person: &Claimant) -> Step {
    let usable = situation.usable();
    match situation.chosen {
        Chosen::Use(factor) if usable.contains(&factor) => prove(factor),
        _ if person.can_be_sent_a_code => prove(Factor::ConfirmationCode),
        Chosen::Use(Factor::RecoveryCode) if situation.can_recover(person) => prove(Factor::RecoveryCode),
        _ => {
            let used_last = person.used_last.filter(|factor| usable.contains(factor));
            used_last.or(usable.first().copied()).map_or(Step::Refused(Refusal::NoContact), prove)
        }
    }
}
