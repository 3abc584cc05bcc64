//! The steps of a sign-in, and the choices on the way.

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::proofs::Factor;
use crate::sign_in::assurance::Assurance;

/// The person's choice on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Chosen {
    /// No choice yet.
    #[default]
    Nothing,
    /// The second step to set up.
    SetUp(Factor),
    /// The factor to use; the recovery code if the phone is lost.
    Use(Factor),
    /// To go on without the passkey that an application wishes for.
    WithoutPasskey,
}

/// The next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask for the email.
    Identify,
    /// Ask for a proof by a factor.
    Prove(Factor, Need),
    /// Ask for the choice of a second step.
    ChooseSecondStep,
    /// Show how to set up a second step, and ask for its first proof.
    SetUp(Factor, Need),
    /// Show the recovery code until the person says that it is kept safe.
    SaveRecoveryCode,
    /// Ask for a new password in place of the forgotten one.
    NewPassword,
    /// Ask to accept the terms and conditions.
    AcceptTerms,
    /// Ask for the company for which the application is entered.
    ChooseCompany,
    /// The policy is satisfied.
    Done(Assurance),
    /// The policy is satisfied, but the application is not open to the person.
    NotAdmitted(Assurance, Refusal),
    /// The sign-in cannot go on.
    Refused(Refusal),
}

impl Step {
    /// Whether it asks for a required second step, or for the choice of one.
    pub(crate) fn asks_for_second_step(&self) -> bool {
        match self {
            Self::Prove(factor, Need::Required) => factor.traits().second_step.is_some(),
            Self::ChooseSecondStep => true,
            _ => false,
        }
    }

    /// Whether it asks for something that the application only wishes for.
    pub(crate) fn is_wished(&self) -> bool {
        matches!(self, Self::Prove(_, Need::Wished) | Self::SetUp(_, Need::Wished))
    }
}

/// The need of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The sign-in does not go on without it.
    Required,
    /// The application wishes for it, and the person can go on without it.
    Wished,
}
