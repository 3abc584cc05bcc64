//! A sign-in that a phone scans from the screen of a browser: what the phone is asked, and its answer.

use super::asking_phones::{end_refused, question};
use super::{SignIn, SignInId, store};
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Language;
use crate::platform::web::visit::Visit;
use crate::proofs::Method;
use crate::proofs::approvals::{ApprovalNumber, ApprovalOutcome, ApprovalQuestion};
use crate::proofs::phones::{AppPhone, PhoneId, PinProof};
use crate::proofs::qr::{self, DIGITS, PhoneScan, QrCode, QrSignIn, QrSignInId, ScanRefusal, wants_number};

/// Takes a code that a phone has scanned. `visit` is that of the phone.
///
/// # Errors
/// [`ScanRefusal`].
pub(crate) async fn scan(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (phone, language): (&AppPhone, Language),
    code: &QrCode,
) -> Result<QrSignInId, ScanRefusal> {
    let found = qr::of_code(&mut *tx, &app.master_keys, code, visit.now).await?.ok_or(ScanRefusal::Old)?;
    let sign_in = of(tx, &found).await?.ok_or(ScanRefusal::Old)?;
    if sign_in.ended || visit.now >= sign_in.expires_at {
        return Err(ScanRefusal::Old);
    }
    let there = Visit { network: found.network.clone(), user_agent: found.user_agent.clone(), ..visit.clone() };
    let digits = if wants_number(&found.network, &visit.network) { DIGITS } else { 0 };
    let asked = PhoneScan {
        phone: phone.id,
        person: phone.person,
        question: ApprovalQuestion { is_new_network: digits > 0, digits, ..question(app, &there, &sign_in, language) },
    };
    qr::scan(tx, app, (&found, &asked), visit.now).await?;
    history::write(tx, &app.random, &entry(&there, &sign_in, phone.person, Event::SignInScanned)).await?;
    Ok(found.id)
}

/// Takes the confirmation of the phone that has scanned.
pub(crate) async fn confirm_scanned(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    proof: &PinProof,
    (id, typed): (QrSignInId, Option<&ApprovalNumber>),
) -> Result<ApprovalOutcome, Fault> {
    let outcome = qr::approve(tx, app, proof, (id, typed), visit.now).await?;
    let (event, why) = match outcome {
        ApprovalOutcome::Approved => (Event::SignInApprovedOnPhone, None),
        ApprovalOutcome::WrongNumber => (Event::SignInNotProven, Some("another number")),
        ApprovalOutcome::LastWrongNumber => (Event::SignInNotProven, Some("another number, the last")),
        ApprovalOutcome::Over => return Ok(outcome),
    };
    if let Some(found) = qr::find(&mut *tx, (proof.phone(), proof.person()), id).await?
        && let Some(sign_in) = of(tx, &found).await?
    {
        let mut entry = entry(visit, &sign_in, proof.person(), event);
        if let Some(why) = why {
            entry = entry.detail("why", why);
        }
        history::write(tx, &app.random, &entry).await?;
    }
    Ok(outcome)
}

/// Refuses what a phone has scanned: "This wasn't me". The sign-in ends. `None` where it has ended or was answered. The
/// caller has the turn of the person.
pub(crate) async fn refuse_scanned(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (phone, person): (PhoneId, PersonId),
    id: QrSignInId,
) -> Result<Option<ApprovalQuestion>, Fault> {
    let Some(refused) = qr::refuse(tx, (phone, person), id, visit.now).await? else { return Ok(None) };
    let asked_from = (refused.network.as_str(), refused.user_agent.as_str());
    end_refused(tx, app, visit, person, (refused.occasion, asked_from)).await?;
    Ok(refused.question)
}

async fn of(tx: &mut Tx<'_>, found: &QrSignIn) -> Result<Option<SignIn>, db::Error> {
    store::find(&mut *tx, SignInId::from(found.occasion)).await
}

fn entry(visit: &Visit, sign_in: &SignIn, person: PersonId, event: Event) -> history::Entry {
    sign_in.entry(visit, event).person(person).detail("method", Method::scanned_by_phone())
}
