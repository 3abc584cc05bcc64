//! The lost phone: the recovery code lets the person in once, and a new second step is set up at once.

use axum::response::Response;

use super::SignInVisit;
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
pub(crate) async fn recovery_code(
    _: RoomToHash,
    visitor: SignInVisit,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| *step == Step::Prove(Factor::RecoveryCode, Need::Required)).await?;
    let person = visitor.person_of(&facts)?.id;
    let typed = fields.field("recovery_code");
    if typed.trim().is_empty() {
        return show::step(&visitor, &facts, &step, StepMessage::RecoveryCodeIsEmpty).await;
    }
    let subjects = visitor.count(&facts, &step, Factor::RecoveryCode).await?;
    let matched = match recovery::check(&visitor.app.db, &visitor.app.hashing, person, typed).await? {
        RecoveryCodeCheck::Right(matched) => matched,
        RecoveryCodeCheck::Wrong => {
            return visitor
                .wrong(&facts, &step, Factor::RecoveryCode, StepMessage::RecoveryCodeIsWrong(typed.to_owned()))
                .await;
        }
        RecoveryCodeCheck::TooBusy => return Err(TooBusy.into()),
    };
    let kept = facts.session.as_ref().map(|session| session.id);
    let work = visitor.clone();
    let next = visitor
        .app
        .db
        .write(move |tx| Box::pin(async move { take(tx, &work, &matched, &subjects, kept).await }))
        .await?;
    Ok(visitor.go(&next))
}

async fn take(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    matched: &RecoveryCodeMatch,
    subjects: &[Subject],
    kept: Option<sessions::SessionId>,
) -> Result<NextPage, Fault> {
    let SignInVisit { app, visit, .. } = visitor;
    // Of simultaneous tries one uses the code up; the others see the current step.
    let Some(proven) = recovery::use_up(tx, matched, visitor.occasion(), visit.now).await? else {
        return Ok(NextPage::Page);
    };
    // A finder of the lost phone may have sessions, too, so all of them end.
    start_over(tx, app, visit, (proven.person(), kept), "the recovery code was used").await?;
    tell(tx, app, visit, proven.person(), &Notice::RecoveryCodeUsed).await?;
    prove(tx, visitor, (Factor::RecoveryCode, subjects), &proven).await
}
