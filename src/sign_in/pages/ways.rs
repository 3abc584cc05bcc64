//! Another way to take the second step. Choosing one proves nothing: it only changes which step is shown,
//! and the decision is made anew of what was proven.

use axum::response::Response;

use super::{Here, change, show};
use crate::platform::web::fault::Fault;
use crate::sign_in::State;
use crate::sign_in::decide::{Chosen, SecondStep, Step};

/// Takes the wish to type a code of the authenticator app.
pub async fn use_authenticator(here: Here) -> Result<Response, Fault> {
    here.choose(Chosen::Use(SecondStep::Authenticator)).await
}

/// Takes the wish to use a passkey or security key.
pub async fn use_passkey(here: Here) -> Result<Response, Fault> {
    here.choose(Chosen::Use(SecondStep::Passkey)).await
}

/// Takes the wish to use the recovery code in the place of the second step.
pub async fn use_recovery_code(here: Here) -> Result<Response, Fault> {
    here.choose(Chosen::RecoveryCode).await
}

/// Takes the wish to be sent a confirmation code after all.
pub async fn use_confirmation_code(here: Here) -> Result<Response, Fault> {
    here.choose(Chosen::Nothing).await
}

/// Takes the word that the person goes on without the passkey that the application wishes for.
pub async fn without_passkey(here: Here) -> Result<Response, Fault> {
    here.choose(Chosen::WithoutPasskey).await
}

impl Here {
    async fn choose(&self, chosen: Chosen) -> Result<Response, Fault> {
        let (facts, step) = self.step().await?;
        if !self.is_open() {
            return Ok(self.to_current_step());
        }
        let (Some(person), Some(standing)) = (&facts.person, facts.standing()) else {
            return Ok(self.to_current_step());
        };
        let is_second_step = matches!(step, Step::AuthenticatorCode | Step::Passkey { .. } | Step::RecoveryCode);
        let is_wish = matches!(step, Step::Passkey { is_wished: true } | Step::AddPasskey { is_wished: true });
        let may = match chosen {
            Chosen::Use(second_step) => (is_second_step || step == Step::ConfirmationCode) && standing.has(second_step),
            Chosen::RecoveryCode => is_second_step && !is_wish && facts.has_recovery_code(),
            Chosen::WithoutPasskey => is_wish,
            Chosen::Nothing => is_second_step && show::may_be_sent_a_code(self, &facts),
            Chosen::SetUp(_) => false,
        };
        if may {
            let to = State::Identified { email: person.email.clone(), person: Some(person.id), chosen };
            change(self, to, None).await?;
        }
        Ok(self.to_current_step())
    }
}
