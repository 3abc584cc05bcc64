//! The lost phone: the recovery code lets the person in once, and a new second step is set up at once.

use axum::response::Response;

use super::Here;
use super::factors::{RoomToHash, prove};
use super::show::{self, StepMessage};
use crate::platform::db::Tx;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::proofs::Factor;
use crate::proofs::failures::Subject;
use crate::proofs::passwords::TooBusy;
use crate::proofs::recovery::{self, RecoveryCodeCheck, RecoveryCodeMatch};
use crate::sign_in::decide::{Need, Step};
use crate::sign_in::finish::NextPage;
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::{sessions, start_over};

/// Checks the recovery code.
///
/// # Errors
/// The hashing room is full, or the database fails.
pub(crate) async fn recovery_code(_: RoomToHash, here: Here, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = here.step_that(|step| *step == Step::Prove(Factor::RecoveryCode, Need::Required)).await?;
    let person = here.person_of(&facts)?.id;
    let typed = fields.field("recovery_code");
    if typed.trim().is_empty() {
        return show::step(&here, &facts, &step, StepMessage::RecoveryCodeIsEmpty).await;
    }
    let subjects = here.count(&facts, &step, Factor::RecoveryCode).await?;
    let matched = match recovery::check(&here.app.db, &here.app.hashing, person, typed).await? {
        RecoveryCodeCheck::Right(matched) => matched,
        RecoveryCodeCheck::Wrong => {
            return here
                .wrong(&facts, &step, Factor::RecoveryCode, StepMessage::RecoveryCodeIsWrong(typed.to_owned()))
                .await;
        }
        RecoveryCodeCheck::TooBusy => return Err(TooBusy.into()),
    };
    let kept = facts.session.as_ref().map(|session| session.id);
    let work = here.clone();
    let next =
        here.app.db.write(move |tx| Box::pin(async move { take(tx, &work, &matched, &subjects, kept).await })).await?;
    Ok(here.go(&next))
}

async fn take(
    tx: &mut Tx<'_>,
    here: &Here,
    matched: &RecoveryCodeMatch,
    subjects: &[Subject],
    kept: Option<sessions::SessionId>,
) -> Result<NextPage, Fault> {
    let Here { app, visit, .. } = here;
    // Of simultaneous tries one uses the code up; the others see the current step.
    let Some(proven) = recovery::use_up(tx, matched, here.occasion(), visit.now).await? else {
        return Ok(NextPage::Page);
    };
    // A finder of the lost phone may have sessions, too, so all of them end.
    start_over(tx, app, visit, (proven.person(), kept), "the recovery code was used").await?;
    tell(tx, app, visit, proven.person(), &Notice::RecoveryCodeUsed).await?;
    prove(tx, here, (Factor::RecoveryCode, subjects), &proven).await
}
