//! The recovery code in the decision: when it was given, and when a new one is to be saved.

use super::{Claimant, Factor, Method, Proof};

/// Whether the recovery code was given in this sign-in, and no second step was set up since.
pub(super) fn was_given(proven: &[Proof]) -> bool {
    let here = || proven.iter().filter(|proof| proof.in_this_sign_in).map(|proof| proof.method);
    let stands_in = |method: Method| method.factor().traits().second_step.is_some() && method.stands_alone();
    here().any(|method| method.factor() == Factor::RecoveryCode) && !here().any(stands_in)
}

/// Whether a person with second steps, who has shown these proofs, is to save a recovery code: a way in without the
/// second factor, for people who have both. A phone that its PIN has opened is not asked; a sign-in in a browser is.
pub(super) fn is_to_be_saved(person: &Claimant, counted: &[Proof]) -> bool {
    let is_of_phone = counted.iter().filter(|proof| proof.method.factor().proves_person()).all(opens_phone);
    person.has_second_step() && !person.has(Factor::RecoveryCode) && !is_of_phone
}

/// Whether it is the proof that opens the app on a phone. A browser has the same one for an approval, beside an earlier
/// proof.
fn opens_phone(proof: &Proof) -> bool {
    proof.method.factor() == Factor::Phone && !proof.method.is_scanned()
}
