//! A sign-in that a phone scans from the screen of a browser: what the phone is asked, and its answer.

use super::asking_phones::{PhoneOutcome, end_refused, question, write_outcome};
use super::{SignInId, store};
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Language;
use crate::platform::web::visit::Visit;
use crate::proofs::Method;
use crate::proofs::approvals::{ApprovalNumber, ApprovalOutcome, ApprovalQuestion};
use crate::proofs::phones::{AppPhone, PhoneId, PhoneProof};
use crate::proofs::qr::{self, DIGITS, PhoneScan, QrCode, QrSignInId, ScanRefusal, wants_number};

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
    let sign_in = store::find(&mut *tx, SignInId::from(found.occasion)).await?.ok_or(ScanRefusal::Old)?;
    if sign_in.ended || visit.now >= sign_in.expires_at {
        return Err(ScanRefusal::Old);
    }
    let there = visit.elsewhere(found.network.as_str(), &found.user_agent);
    let digits = if wants_number(&found.network, &visit.network) { DIGITS } else { 0 };
    let asked = PhoneScan {
        phone: phone.id,
        person: phone.person,
        question: ApprovalQuestion { is_new_network: digits > 0, digits, ..question(app, &there, &sign_in, language) },
    };
    qr::scan(tx, app, (&found, &asked), visit.now).await?;
    let method = Method::scanned_by_phone(false);
    let entry = sign_in.entry(&there, Event::SignInScanned).person(phone.person).detail("method", method);
    history::write(tx, &app.random, &entry).await?;
    Ok(found.id)
}

/// Takes the confirmation of the phone that has scanned.
pub(crate) async fn confirm_scanned(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    proof: &PhoneProof,
    (id, typed): (QrSignInId, Option<&ApprovalNumber>),
) -> Result<ApprovalOutcome, Fault> {
    let outcome = qr::approve(tx, app, proof, (id, typed), visit.now).await?;
    if let Some(found) = qr::find(&mut *tx, (proof.phone(), proof.person()), id).await? {
        let method = Method::scanned_by_phone(proof.by_passkey());
        let answer = PhoneOutcome { person: proof.person(), method, outcome };
        write_outcome(tx, app, visit, SignInId::from(found.occasion), &answer).await?;
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
    let there = visit.elsewhere(refused.network.as_str(), &refused.user_agent);
    end_refused(tx, app, &there, person, SignInId::from(refused.occasion)).await?;
    Ok(refused.question)
}
