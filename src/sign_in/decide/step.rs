//! The steps of a sign-in, and the choices on the way.

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::proofs::Factor;
use crate::sign_in::assurance::Assurance;

/// The person's choice, where there was one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// Nothing.
    #[default]
    Nothing,
    /// This second step is to be set up.
    SetUp(Factor),
    /// This factor is to be used; the recovery code, because the phone is lost.
    Use(Factor),
    /// The person goes on without the passkey that an application wishes for.
    WithoutPasskey,
}

/// The next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask for the email.
    Identify,
    /// Ask for a proof.
    Prove(Factor, Need),
    /// Ask which second step to set up.
    ChooseSecondStep,
    /// Show how to set a second step up, and ask for its first proof.
    SetUp(Factor, Need),
    /// Show the recovery code until it is said to be kept safe.
    SaveRecoveryCode,
    /// Ask for a new password in the place of the forgotten one.
    NewPassword,
    /// Ask to accept the terms and conditions.
    AcceptTerms,
    /// Ask for which company the application is entered.
    ChooseCompany,
    /// The policy is content.
    Done(Assurance),
    /// The policy is content, but the application is not open to the person.
    NotAdmitted(Assurance, Refusal),
    /// It cannot go on.
    Refused(Refusal),
}

impl Step {
    /// Whether it asks for a second step that nobody goes on without, or to choose one.
    pub fn asks_for_second_step(&self) -> bool {
        match self {
            Self::Prove(factor, Need::Required) => factor.traits().second_step.is_some(),
            Self::ChooseSecondStep => true,
            _ => false,
        }
    }

    /// Whether it asks for what the application only wishes for.
    pub fn is_wished(&self) -> bool {
        matches!(self, Self::Prove(_, Need::Wished) | Self::SetUp(_, Need::Wished))
    }
}

/// Why something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nobody goes on without it.
    Required,
    /// The application wishes for it, and one may go on without it.
    Wished,
}
