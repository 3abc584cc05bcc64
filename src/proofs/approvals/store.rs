//! The table of questions.

use super::{
    ApprovalId, ApprovalNumber, ApprovalQuestion, ApprovalStanding, ApprovalState, FETCHED_WITHIN, LIVES, NumberCheck,
    compare, draw,
};
use crate::directory::people::PersonId;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::secret::{MasterKeys, Secret};
use crate::platform::web::fault::Fault;
use crate::proofs::failures::{self, Subject, TryError};
use crate::proofs::phones::{self, PhoneId, PinProof};
use crate::proofs::{Factor, Method, Occasion, Proven};
use crate::values;

/// A question that a sign-in wants asked.
#[derive(Clone, Debug)]
pub(crate) struct ApprovalRequest {
    /// The person, who has given a first proof.
    pub(crate) person: PersonId,
    /// The sign-in and its browser.
    pub(crate) occasion: Occasion,
    /// The content.
    pub(crate) question: ApprovalQuestion,
    /// The browser, as it calls itself.
    pub(crate) user_agent: String,
}

/// The result of asking. The transaction is committed in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// The question waits.
    Asked,
    /// The question of this sign-in waits already.
    AsksAlready,
    /// Another sign-in of the person asks, until then.
    OtherAsks {
        /// The last instant of the other question.
        until: Timestamp,
    },
    /// Three in a row brought nothing: not before another method has succeeded.
    HeldBack,
}

/// A question with its state.
#[derive(Clone, Debug)]
pub(crate) struct Approval {
    /// Its identifier.
    pub(crate) id: ApprovalId,
    /// The sign-in that asks.
    pub(crate) occasion: uuid::Uuid,
    /// The content.
    pub(crate) question: ApprovalQuestion,
    /// The browser that asks, as it calls itself.
    pub(crate) user_agent: String,
    /// The end of the question or, once that is answered, of the answer.
    pub(crate) expires_at: Timestamp,
    state: ApprovalState,
    wrong_numbers: i64,
    number: Vec<u8>,
}

impl Approval {
    /// Where it stands at an instant.
    pub(crate) fn standing(&self, now: Timestamp) -> ApprovalStanding {
        self.state.standing(self.expires_at, now)
    }

    /// Whether its approval was fetched.
    pub(crate) fn is_used(&self) -> bool {
        self.state == ApprovalState::Used
    }

    /// The number that its browser shows.
    pub(crate) fn number(&self, keys: &MasterKeys) -> Result<Secret<String>, Fault> {
        let bytes = keys.open(&purpose(self.id), &self.number)?;
        let text = String::from_utf8(bytes.reveal().clone());
        text.map(Secret::new).map_err(|_| Fault::new("the number of an approval is no text"))
    }
}

/// The result of an answer that was signed by the right PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApprovalOutcome {
    /// It is approved.
    Approved,
    /// The number is another one, and may be typed again.
    WrongNumber,
    /// The number is another one, and was the last: the question has ended.
    LastWrongNumber,
    /// The question has ended, was answered, or was never this person's.
    Over,
}

/// A question that was refused.
#[derive(Clone, Debug)]
pub(crate) struct RefusedQuestion {
    /// The sign-in that asked.
    pub(crate) occasion: uuid::Uuid,
    /// The content.
    pub(crate) question: ApprovalQuestion,
    /// The browser that asked, as it calls itself.
    pub(crate) user_agent: String,
}

fn purpose(id: ApprovalId) -> String {
    format!("number of approval {id}")
}

/// Asks a question, in the turn of its person. It counts as unanswered until it is approved.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn ask(tx: &mut Tx<'_>, app: &Core, wish: &ApprovalRequest, now: Timestamp) -> Result<Asking, Fault> {
    let open = tx
        .optional(
            "SELECT occasion_id, expires_at FROM approvals WHERE person_id = ?1 AND state = 'waiting' AND expires_at > ?2",
            values![wish.person, now],
            |row| Ok((row.get::<String>(0)?, row.get::<Timestamp>(1)?)),
        )
        .await?;
    match open {
        Some((occasion, _)) if occasion == wish.occasion.id().to_string() => return Ok(Asking::AsksAlready),
        Some((_, until)) => return Ok(Asking::OtherAsks { until }),
        None => {}
    }
    let subjects = [Subject::Unanswered(wish.person)];
    if failures::holds_back(tx, Factor::Phone.into(), &subjects, now).await?.is_some() {
        return Ok(Asking::HeldBack);
    }
    match failures::count_within(tx, Factor::Phone.into(), &subjects, now).await {
        Ok(()) => {}
        Err(TryError::TooEarly(_)) => return Ok(Asking::HeldBack),
        Err(TryError::Database(error)) => return Err(error.into()),
    }
    let id = ApprovalId::new(now, &app.random);
    let number = draw(&app.random, wish.question.digits);
    let sealed = app.master_keys.seal(&app.random, &purpose(id), number.reveal().as_bytes())?;
    let question = serde_json::to_string(&wish.question).map_err(|error| Fault::new(error.to_string()))?;
    tx.execute(
        "INSERT INTO approvals (id, person_id, occasion_id, browser_hash, question, user_agent, number, state,
                                wrong_numbers, asked_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', 0, ?8, ?9)",
        values![
            id,
            wish.person,
            wish.occasion.id().to_string(),
            wish.occasion.browser(),
            &question,
            &wish.user_agent,
            &sealed,
            now,
            now.plus(LIVES),
        ],
    )
    .await?;
    tx.wake(Topic::Question, wish.person.into());
    Ok(Asking::Asked)
}

/// The newest question of a sign-in in its browser.
pub(crate) async fn of_occasion(
    db: impl Reads,
    person: PersonId,
    occasion: &Occasion,
) -> Result<Option<Approval>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, question, user_agent, expires_at, state, wrong_numbers, number
         FROM approvals WHERE occasion_id = ?1 AND browser_hash = ?2 AND person_id = ?3 ORDER BY id DESC LIMIT 1",
        values![occasion.id().to_string(), occasion.browser(), person],
        approval,
    )
    .await
}

/// A question to a person.
pub(crate) async fn find(db: impl Reads, person: PersonId, id: ApprovalId) -> Result<Option<Approval>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, question, user_agent, expires_at, state, wrong_numbers, number
         FROM approvals WHERE id = ?1 AND person_id = ?2",
        values![id, person],
        approval,
    )
    .await
}

/// The question that waits for a person's phones.
pub(crate) async fn open_of_person(
    db: impl Reads,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Approval>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, question, user_agent, expires_at, state, wrong_numbers, number
         FROM approvals WHERE person_id = ?1 AND state = 'waiting' AND expires_at > ?2 ORDER BY id DESC LIMIT 1",
        values![person, now],
        approval,
    )
    .await
}

/// Takes the answer of a phone, whose signature over the question and this number `proof` vouches for. Of many answers
/// at once, one changes the question at a time, and at most one approves it.
///
/// # Errors
/// A fault of the database, or a number that cannot be opened.
pub(crate) async fn approve(
    tx: &mut Tx<'_>,
    app: &Core,
    proof: &PinProof,
    (id, typed): (ApprovalId, &ApprovalNumber),
    now: Timestamp,
) -> Result<ApprovalOutcome, Fault> {
    // The row is taken before it is read: answers that come together are looked at one after the other.
    let is_open = tx
        .use_once(
            "UPDATE approvals SET wrong_numbers = wrong_numbers
             WHERE id = ?1 AND person_id = ?2 AND state = 'waiting' AND expires_at > ?3",
            values![id, proof.person(), now],
        )
        .await?;
    // The PIN was right, whatever becomes of the question.
    let is_there = phones::pin_was_right(tx, proof, now).await?;
    if !is_open || !is_there {
        return Ok(ApprovalOutcome::Over);
    }
    let Some(found) = find(&mut *tx, proof.person(), id).await? else { return Ok(ApprovalOutcome::Over) };
    match compare(typed, found.number(&app.master_keys)?.reveal(), found.wrong_numbers) {
        NumberCheck::Right => {
            let approved = tx
                .use_once(
                    "UPDATE approvals SET state = 'approved', phone_id = ?3, answered_at = ?4, expires_at = ?5
                     WHERE id = ?1 AND person_id = ?2 AND state = 'waiting' AND expires_at > ?4",
                    values![id, proof.person(), proof.phone(), now, now.plus(FETCHED_WITHIN)],
                )
                .await?;
            told(tx, id, proof.person());
            Ok(if approved { ApprovalOutcome::Approved } else { ApprovalOutcome::Over })
        }
        NumberCheck::Wrong => {
            tx.execute("UPDATE approvals SET wrong_numbers = wrong_numbers + 1 WHERE id = ?1", values![id]).await?;
            Ok(ApprovalOutcome::WrongNumber)
        }
        NumberCheck::LastWrong => {
            tx.execute(
                "UPDATE approvals SET wrong_numbers = wrong_numbers + 1, state = 'mismatched', phone_id = ?2,
                                      answered_at = ?3
                 WHERE id = ?1 AND state = 'waiting'",
                values![id, proof.phone(), now],
            )
            .await?;
            told(tx, id, proof.person());
            Ok(ApprovalOutcome::LastWrongNumber)
        }
    }
}

/// Refuses a question: "This wasn't me". `None` where it has ended or was answered.
pub(crate) async fn refuse(
    tx: &mut Tx<'_>,
    (phone, person): (PhoneId, PersonId),
    id: ApprovalId,
    now: Timestamp,
) -> Result<Option<RefusedQuestion>, db::Error> {
    let refused = tx
        .use_once(
            "UPDATE approvals SET state = 'refused', phone_id = ?3, answered_at = ?4
             WHERE id = ?1 AND person_id = ?2 AND state = 'waiting' AND expires_at > ?4",
            values![id, person, phone, now],
        )
        .await?;
    if !refused {
        return Ok(None);
    }
    told(tx, id, person);
    let found = find(&mut *tx, person, id).await?;
    Ok(found.map(|it| RefusedQuestion { occasion: it.occasion, question: it.question, user_agent: it.user_agent }))
}

/// Takes the questions of a sign-in back: it went another way, or is over.
pub(crate) async fn withdraw(tx: &mut Tx<'_>, occasion: uuid::Uuid) -> Result<(), db::Error> {
    let withdrawn: Vec<(ApprovalId, PersonId)> = tx
        .all(
            "UPDATE approvals SET state = 'withdrawn' WHERE occasion_id = ?1 AND state IN ('waiting', 'approved')
             RETURNING id, person_id",
            values![occasion.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    for (id, person) in withdrawn {
        told(tx, id, person);
    }
    Ok(())
}

/// Uses an approval up, in the browser that asked. Of many at once, one gets the proof; none does once the phone that
/// approved is removed.
pub(crate) async fn use_up(
    tx: &mut Tx<'_>,
    (person, id): (PersonId, ApprovalId),
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    let phone: Option<PhoneId> = tx
        .optional(
            "UPDATE approvals SET state = 'used'
             WHERE id = ?1 AND person_id = ?2 AND occasion_id = ?3 AND browser_hash = ?4 AND state = 'approved'
               AND expires_at > ?5
             RETURNING phone_id",
            values![id, person, occasion.id().to_string(), occasion.browser(), now],
            |row| row.get(0),
        )
        .await?;
    let Some(phone) = phone else { return Ok(None) };
    if phones::find(&mut *tx, person, phone).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(Proven::new(person, Method::of(Factor::Phone), now, occasion)))
}

/// Removes questions that ended before an instant.
pub(crate) async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM approvals WHERE expires_at < ?1", values![before]).await
}

/// Wakes the browser that waits for the answer, and the phones that show the question.
fn told(tx: &mut Tx<'_>, id: ApprovalId, person: PersonId) {
    tx.wake(Topic::Approval, id.into());
    tx.wake(Topic::Question, person.into());
}

fn approval(row: &Row<'_>) -> Result<Approval, db::Error> {
    let state: String = row.get(5)?;
    let state = ApprovalState::ALL.into_iter().find(|known| known.as_str() == state);
    Ok(Approval {
        id: row.get(0)?,
        occasion: row
            .get_parsed::<uuid::Uuid>(1)?
            .ok_or_else(|| db::Error::Fault("an approval of nothing".to_owned()))?,
        question: row.get_json(2)?,
        user_agent: row.get(3)?,
        expires_at: row.get(4)?,
        state: state.ok_or_else(|| db::Error::Fault("an unknown state of an approval".to_owned()))?,
        wrong_numbers: row.get(6)?,
        number: row.get(7)?,
    })
}
