//! The rule of a company that lets its people in by its directory alone.

use super::{Claimant, prove};
use crate::directory::companies::CompanyId;
use crate::proofs::Factor;
use crate::sign_in::assurance::{Acr, Proof};
use crate::sign_in::decide::Step;

/// The rule of the person's basic company about its directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DirectoryRule {
    /// There is none, or it is being linked to the profile in this very sign-in.
    Free,
    /// The directory of the company alone lets them in, beside whatever else is asked for.
    Alone {
        /// The company.
        company: CompanyId,
    },
    /// They manage the company, and get in by factors of their own while the directory is down: by two.
    BreakGlass,
}

/// The step that asks for the directory, if nothing else is to let the person in.
pub(super) fn step(person: &Claimant, proven: &[Proof]) -> Option<Step> {
    let is_alone = matches!(person.directory, DirectoryRule::Alone { .. });
    (is_alone && !is_shown(proven)).then(|| prove(Factor::Identity))
}

/// The strength that those who manage the company reach without its directory.
pub(super) fn required(person: &Claimant, counted: &[Proof]) -> Acr {
    let breaks_glass = person.directory == DirectoryRule::BreakGlass && !is_shown(counted);
    if breaks_glass { Acr::Aal2 } else { Acr::Aal1 }
}

/// Whether a directory vouches for the person. Of somebody with this rule no other identity is taken, so that it is the
/// company's.
fn is_shown(proofs: &[Proof]) -> bool {
    proofs.iter().any(|proof| proof.method.factor() == Factor::Identity)
}
