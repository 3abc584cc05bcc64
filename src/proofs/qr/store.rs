//! The table of sign-ins by a scanned code.

use super::{DIGITS, LIVES, QrCode, QrSignInId, QrStanding, QrState, code};
use crate::directory::people::PersonId;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::secret::{MasterKeys, Secret};
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::proofs::approvals::{
    ApprovalNumber, ApprovalOutcome, ApprovalQuestion, FETCHED_WITHIN, NumberCheck, compare, draw as draw_number,
};
use crate::proofs::phones::{self, PhoneId, PhoneProof};
use crate::proofs::{Method, Occasion, Proven};
use crate::values;

/// A code that is to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct QrDrawing {
    /// The sign-in and the browser that draws.
    pub(crate) occasion: Occasion,
    /// The network of the browser.
    pub(crate) network: Network,
    /// The browser, as it calls itself.
    pub(crate) user_agent: String,
}

/// A phone that scans a code.
#[derive(Clone, Debug)]
pub(crate) struct PhoneScan {
    /// The phone.
    pub(crate) phone: PhoneId,
    /// Its person.
    pub(crate) person: PersonId,
    /// Its question. A number is drawn where this wants digits.
    pub(crate) question: ApprovalQuestion,
}

/// A sign-in by a scanned code.
#[derive(Clone, Debug)]
pub(crate) struct QrSignIn {
    /// Its identifier.
    pub(crate) id: QrSignInId,
    /// The sign-in.
    pub(crate) occasion: uuid::Uuid,
    /// The network of the browser that draws.
    pub(crate) network: Network,
    /// The name that the browser gives itself.
    pub(crate) user_agent: String,
    /// The person whose phone has scanned it.
    pub(crate) person: Option<PersonId>,
    /// The question to that phone.
    pub(crate) question: Option<ApprovalQuestion>,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    state: QrState,
    phone: Option<PhoneId>,
    secret: Vec<u8>,
    number: Option<Vec<u8>>,
    wrong_numbers: i64,
    drawn_at: Timestamp,
}

impl QrSignIn {
    /// Its state at an instant.
    pub(crate) fn standing(&self, now: Timestamp) -> QrStanding {
        self.state.standing(self.expires_at, now)
    }

    /// Whether the browser has fetched its confirmation.
    pub(crate) fn is_used(&self) -> bool {
        self.state == QrState::Used
    }

    /// The code that the browser shows at an instant.
    pub(crate) fn code(&self, keys: &MasterKeys, now: Timestamp) -> Result<QrCode, Fault> {
        let secret = keys.open(&purpose("secret", self.id), &self.secret)?;
        Ok(QrCode::at(secret.reveal(), self.id.into(), self.drawn_at, now))
    }

    /// How long that code is still shown.
    pub(crate) fn code_left(&self, now: Timestamp) -> std::time::Duration {
        code::left_at(self.drawn_at, now)
    }

    /// The number that the browser shows once the code is scanned; `None` where none is asked for.
    pub(crate) fn number(&self, keys: &MasterKeys) -> Result<Option<Secret<String>>, Fault> {
        let Some(sealed) = &self.number else { return Ok(None) };
        let bytes = keys.open(&purpose("number", self.id), sealed)?;
        let text = String::from_utf8(bytes.reveal().clone());
        text.map(|text| Some(Secret::new(text))).map_err(|_| Fault::new("the number of a scanned code is no text"))
    }
}

/// The reason why a scanned code is not taken.
#[derive(Debug)]
pub(crate) enum ScanRefusal {
    /// It is no code of this service, or an old one.
    Old,
    /// It has been scanned before.
    Scanned,
    /// The program failed.
    Fault(Fault),
}

impl From<Fault> for ScanRefusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<db::Error> for ScanRefusal {
    fn from(error: db::Error) -> Self {
        Self::Fault(error.into())
    }
}

fn purpose(part: &str, id: QrSignInId) -> String {
    format!("{part} of scanned code {id}")
}

/// Draws a code in the place of whatever the sign-in had drawn before.
pub(crate) async fn draw(
    tx: &mut Tx<'_>,
    app: &Core,
    drawing: &QrDrawing,
    now: Timestamp,
) -> Result<QrSignInId, Fault> {
    withdraw(tx, drawing.occasion.id()).await?;
    let id = QrSignInId::new(now, &app.random);
    let secret = app.master_keys.seal(&app.random, &purpose("secret", id), &app.random.bytes::<32>())?;
    tx.execute(
        "INSERT INTO qr_sign_ins (id, occasion_id, browser_hash, network, user_agent, secret, state, wrong_numbers,
                                  drawn_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'drawn', 0, ?7, ?8)",
        values![
            id,
            drawing.occasion.id().to_string(),
            drawing.occasion.browser(),
            drawing.network.as_str(),
            &drawing.user_agent,
            &secret,
            now,
            now.plus(LIVES),
        ],
    )
    .await?;
    Ok(id)
}

/// The newest drawing of a sign-in in its browser.
pub(crate) async fn of_occasion(db: impl Reads, occasion: &Occasion) -> Result<Option<QrSignIn>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, network, user_agent, secret, state, person_id, phone_id, question, number,
                wrong_numbers, drawn_at, expires_at
         FROM qr_sign_ins WHERE occasion_id = ?1 AND browser_hash = ?2 ORDER BY id DESC LIMIT 1",
        values![occasion.id().to_string(), occasion.browser()],
        qr_sign_in,
    )
    .await
}

/// The drawing of a scanned code, if the code holds.
///
/// # Errors
/// A fault of the database, or a secret that cannot be opened.
pub(crate) async fn of_code(
    db: impl Reads,
    keys: &MasterKeys,
    scanned: &QrCode,
    now: Timestamp,
) -> Result<Option<QrSignIn>, Fault> {
    let Some(found) = by_id(db, scanned.drawing.into()).await? else { return Ok(None) };
    let secret = keys.open(&purpose("secret", found.id), &found.secret)?;
    Ok(Some(found).filter(|found| scanned.holds(secret.reveal(), found.drawn_at, now)))
}

/// A sign-in that a phone has scanned, for the person of that phone.
pub(crate) async fn find(
    db: impl Reads,
    (phone, person): (PhoneId, PersonId),
    id: QrSignInId,
) -> Result<Option<QrSignIn>, db::Error> {
    let found = by_id(db, id).await?;
    Ok(found.filter(|found| found.phone == Some(phone) && found.person == Some(person)))
}

async fn by_id(db: impl Reads, id: QrSignInId) -> Result<Option<QrSignIn>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, network, user_agent, secret, state, person_id, phone_id, question, number,
                wrong_numbers, drawn_at, expires_at
         FROM qr_sign_ins WHERE id = ?1",
        values![id],
        qr_sign_in,
    )
    .await
}

/// Takes a scanned code. Of many phones at once, one gets it.
///
/// # Errors
/// [`ScanRefusal`].
pub(crate) async fn scan(
    tx: &mut Tx<'_>,
    app: &Core,
    (found, scan): (&QrSignIn, &PhoneScan),
    now: Timestamp,
) -> Result<(), ScanRefusal> {
    let number = if scan.question.digits == 0 {
        None
    } else {
        let number = draw_number(&app.random, DIGITS);
        let (random, purpose) = (&app.random, purpose("number", found.id));
        Some(app.master_keys.seal(random, &purpose, number.reveal().as_bytes()).map_err(Fault::from)?)
    };
    let question = serde_json::to_string(&scan.question).map_err(|error| Fault::new(error.to_string()))?;
    let scanned = tx
        .use_once(
            "UPDATE qr_sign_ins SET state = 'scanned', person_id = ?2, phone_id = ?3, question = ?4, number = ?5
             WHERE id = ?1 AND state = 'drawn' AND expires_at > ?6",
            values![found.id, scan.person, scan.phone, &question, number.as_deref(), now],
        )
        .await?;
    tx.wake(Topic::Approval, found.id.into());
    if scanned { Ok(()) } else { Err(ScanRefusal::Scanned) }
}

/// Takes the confirmation of the phone that scanned, whose signature over the question and this number `proof` vouches
/// for. `typed` is `None` where no number was asked for.
///
/// # Errors
/// A fault of the database, or a number that cannot be opened.
pub(crate) async fn approve(
    tx: &mut Tx<'_>,
    app: &Core,
    proof: &PhoneProof,
    (id, typed): (QrSignInId, Option<&ApprovalNumber>),
    now: Timestamp,
) -> Result<ApprovalOutcome, Fault> {
    // The row is taken before it is read: confirmations that come together are looked at one after the other.
    let is_open = tx
        .use_once(
            "UPDATE qr_sign_ins SET wrong_numbers = wrong_numbers
             WHERE id = ?1 AND person_id = ?2 AND phone_id = ?3 AND state = 'scanned' AND expires_at > ?4",
            values![id, proof.person(), proof.phone(), now],
        )
        .await?;
    // The answer holds, whatever becomes of the question.
    let is_there = phones::was_right(tx, proof, now).await?;
    if !is_open || !is_there {
        return Ok(ApprovalOutcome::Over);
    }
    let Some(found) = by_id(&mut *tx, id).await? else { return Ok(ApprovalOutcome::Over) };
    let check = match (found.number(&app.master_keys)?, typed) {
        (None, _) => NumberCheck::Right,
        (Some(right), Some(typed)) => compare(typed, right.reveal(), found.wrong_numbers),
        (Some(_), None) => return Ok(ApprovalOutcome::WrongNumber),
    };
    let (state, expires_at, outcome) = match check {
        NumberCheck::Right => ("approved", now.plus(FETCHED_WITHIN), ApprovalOutcome::Approved),
        NumberCheck::Wrong => ("scanned", found.expires_at, ApprovalOutcome::WrongNumber),
        NumberCheck::LastWrong => ("mismatched", found.expires_at, ApprovalOutcome::LastWrongNumber),
    };
    let wrong = found.wrong_numbers.saturating_add(i64::from(check != NumberCheck::Right));
    let changed = tx
        .use_once(
            "UPDATE qr_sign_ins SET state = ?2, wrong_numbers = ?3, expires_at = ?4, by_passkey = ?6
             WHERE id = ?1 AND state = 'scanned' AND expires_at > ?5",
            values![id, state, wrong, expires_at, now, proof.by_passkey()],
        )
        .await?;
    tx.wake(Topic::Approval, id.into());
    Ok(if changed { outcome } else { ApprovalOutcome::Over })
}

/// Refuses what was scanned: "This wasn't me". `None` where it has ended or was answered.
pub(crate) async fn refuse(
    tx: &mut Tx<'_>,
    (phone, person): (PhoneId, PersonId),
    id: QrSignInId,
    now: Timestamp,
) -> Result<Option<QrSignIn>, db::Error> {
    let refused = tx
        .use_once(
            "UPDATE qr_sign_ins SET state = 'refused'
             WHERE id = ?1 AND person_id = ?2 AND phone_id = ?3 AND state = 'scanned' AND expires_at > ?4",
            values![id, person, phone, now],
        )
        .await?;
    if !refused {
        return Ok(None);
    }
    tx.wake(Topic::Approval, id.into());
    by_id(&mut *tx, id).await
}

/// Takes the drawings of a sign-in back.
pub(crate) async fn withdraw(tx: &mut Tx<'_>, occasion: uuid::Uuid) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE qr_sign_ins SET state = 'withdrawn'
         WHERE occasion_id = ?1 AND state IN ('drawn', 'scanned', 'approved')",
        values![occasion.to_string()],
    )
    .await?;
    Ok(())
}

/// Uses a confirmation up, in the browser that drew the code. Of many at once, one gets the proof; none does once the
/// phone that confirmed is removed.
pub(crate) async fn use_up(
    tx: &mut Tx<'_>,
    id: QrSignInId,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    let used: Option<(PersonId, PhoneId, bool)> = tx
        .optional(
            "UPDATE qr_sign_ins SET state = 'used'
             WHERE id = ?1 AND occasion_id = ?2 AND browser_hash = ?3 AND state = 'approved' AND expires_at > ?4
             RETURNING person_id, phone_id, by_passkey",
            values![id, occasion.id().to_string(), occasion.browser(), now],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .await?;
    let Some((person, phone, by_passkey)) = used else { return Ok(None) };
    if !phones::answers_still(tx, (person, phone), by_passkey).await? {
        return Ok(None);
    }
    Ok(Some(Proven::new(person, Method::scanned_by_phone(by_passkey), now, occasion)))
}

/// Removes drawings that ended before an instant.
pub(crate) async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM qr_sign_ins WHERE expires_at < ?1", values![before]).await
}

fn qr_sign_in(row: &Row<'_>) -> Result<QrSignIn, db::Error> {
    let unreadable = || db::Error::Fault("a sign-in by a scanned code cannot be read".to_owned());
    let state: String = row.get(5)?;
    let question: Option<String> = row.get(8)?;
    Ok(QrSignIn {
        id: row.get(0)?,
        occasion: row.get_parsed(1)?.ok_or_else(unreadable)?,
        network: Network::from_stored(row.get(2)?),
        user_agent: row.get(3)?,
        secret: row.get(4)?,
        state: QrState::ALL.into_iter().find(|known| known.as_str() == state).ok_or_else(unreadable)?,
        person: row.get_parsed(6)?,
        phone: row.get_parsed(7)?,
        question: question.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| unreadable())?,
        number: row.get(9)?,
        wrong_numbers: row.get(10)?,
        drawn_at: row.get(11)?,
        expires_at: row.get(12)?,
    })
}
