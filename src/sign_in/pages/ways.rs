//! The choice of another second step. It proves nothing: it only changes the step that the decision names.

use axum::extract::Path;
use axum::response::Response;

use super::{SignInVisit, change, show};
use crate::platform::web::early::EarlyAnswer;
use crate::proofs::Factor;
use crate::sign_in::SignInState;
use crate::sign_in::decide::{Chosen, Step};

/// Records the wish for another factor than the one of the step.
pub(crate) async fn use_factor(
    visitor: SignInVisit,
    Path((_, factor)): Path<(String, String)>,
) -> Result<Response, EarlyAnswer> {
    match factor.parse() {
        // The code is the default step.
        Ok(Factor::ConfirmationCode) => visitor.choose(Chosen::Nothing).await,
        Ok(factor) => visitor.choose(Chosen::Use(factor)).await,
        Err(()) => Ok(visitor.to_current_step()),
    }
}

/// Records that the person goes on without the passkey that the application wishes for.
pub(crate) async fn without_passkey(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.choose(Chosen::WithoutPasskey).await
}

impl SignInVisit {
    async fn choose(&self, chosen: Chosen) -> Result<Response, EarlyAnswer> {
        let (facts, step) = self.step().await?;
        if !self.is_open() {
            return Ok(self.to_current_step());
        }
        let Some(person) = facts.person.as_ref().filter(|_| facts.situation.claimant().is_some()) else {
            return Ok(self.to_current_step());
        };
        let asked = if let Step::Prove(factor, _) = step { Some(factor) } else { None };
        let is_second_step_or = |other| asked.is_some_and(|it| it.traits().second_step.is_some() || it == other);
        let is_second_step = is_second_step_or(Factor::RecoveryCode);
        let may = match chosen {
            Chosen::Use(Factor::RecoveryCode) => is_second_step && !step.is_wished() && facts.has_recovery_code(),
            Chosen::Use(factor) => {
                (is_second_step || is_second_step_or(Factor::ConfirmationCode))
                    && factor.traits().second_step.is_some()
                    && facts.situation.claimant().is_some_and(|claimant| claimant.has(factor))
            }
            Chosen::WithoutPasskey => step.is_wished(),
            Chosen::Nothing => is_second_step && show::may_be_sent_a_code(&facts),
            Chosen::SetUp(_) => false,
        };
        if may {
            let to = SignInState::Identified { email: person.email.clone(), person: Some(person.id), chosen };
            change(self, to).await?;
            self.ask_phones_anew(asked == Some(Factor::Phone), chosen == Chosen::Use(Factor::Phone)).await?;
        }
        Ok(self.to_current_step())
    }
}
