//! The table of questions.

use super::{
    AGAIN_AFTER, ApprovalId, ApprovalNumber, ApprovalQuestion, ApprovalStanding, ApprovalState, FETCHED_WITHIN, LIVES,
    NumberCheck, QuestionKind, compare, draw,
};
use crate::directory::people::PersonId;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::secret::{MasterKeys, Secret};
use crate::platform::web::fault::Fault;
use crate::proofs::failures::{self, Subject, TryError};
use crate::proofs::phones::{self, PhoneId, PhoneProof};
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
    Asked {
        /// It.
        question: ApprovalId,
        /// Its last instant.
        until: Timestamp,
    },
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
    /// Its state at an instant.
    pub(crate) fn standing(&self, now: Timestamp) -> ApprovalStanding {
        self.state.standing(self.expires_at, now)
    }

    /// The instant from which another question may take its place at the wish of its browser.
    pub(crate) fn asked_again_from(&self) -> Timestamp {
        asked_again_from(self.expires_at)
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

/// The same instant, of a question that waits until then.
fn asked_again_from(expires_at: Timestamp) -> Timestamp {
    expires_at.minus(LIVES).plus(AGAIN_AFTER)
}

fn purpose(id: ApprovalId) -> String {
    format!("number of approval {id}")
}

/// Asks a question, in the turn of its person. It counts as unanswered until it is approved, and takes the place of one
/// that the same sign-in asked some time ago.
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
    let own = wish.occasion.id().to_string();
    match &open {
        Some((occasion, until)) if *occasion != own => return Ok(Asking::OtherAsks { until: *until }),
        Some((_, until)) if now < asked_again_from(*until) => return Ok(Asking::AsksAlready),
        _ => {}
    }
    if is_held_back(tx, wish.person, now).await? {
        return Ok(Asking::HeldBack);
    }
    if open.is_some() {
        withdraw(tx, wish.occasion.id()).await?;
    }
    let drawn = DrawnQuestion::of(app, wish, now)?;
    tx.execute(
        "INSERT INTO approvals (id, person_id, occasion_id, browser_hash, question, user_agent, number, state,
                                wrong_numbers, asked_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', 0, ?8, ?9)",
        values![
            drawn.id,
            wish.person,
            wish.occasion.id().to_string(),
            wish.occasion.browser(),
            &drawn.question,
            &wish.user_agent,
            &drawn.sealed,
            now,
            drawn.until,
        ],
    )
    .await?;
    tx.wake(Topic::Question, wish.person.into());
    Ok(Asking::Asked { question: drawn.id, until: drawn.until })
}

/// A question before it is stored.
struct DrawnQuestion {
    id: ApprovalId,
    until: Timestamp,
    number: Secret<String>,
    sealed: Vec<u8>,
    question: String,
}

impl DrawnQuestion {
    fn of(app: &Core, wish: &ApprovalRequest, now: Timestamp) -> Result<Self, Fault> {
        let id = ApprovalId::new(now, &app.random);
        let number = draw(&app.random, wish.question.digits);
        let sealed = app.master_keys.seal(&app.random, &purpose(id), number.reveal().as_bytes())?;
        let question = serde_json::to_string(&wish.question).map_err(|error| Fault::new(error.to_string()))?;
        Ok(Self { id, until: now.plus(LIVES), number, sealed, question })
    }
}

/// A number for a forgotten password, with its question if a phone shows one.
pub(crate) struct ForgottenQuestion {
    /// The question.
    pub(crate) id: ApprovalId,
    /// The number that the browser shows.
    pub(crate) number: Secret<String>,
    /// The last instant of both.
    pub(crate) until: Timestamp,
    /// Whether the question waits on the phones of the person.
    pub(crate) waits: bool,
}

/// Asks about a forgotten password, in the turn of its person, if `can_answer` and no other question waits. A number is
/// drawn by the same statements in any case: their count would tell who has a phone, and who is known at all.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn ask_for_password(
    tx: &mut Tx<'_>,
    app: &Core,
    wish: &ApprovalRequest,
    can_answer: bool,
    now: Timestamp,
) -> Result<ForgottenQuestion, Fault> {
    let drawn = DrawnQuestion::of(app, wish, now)?;
    let waits = tx
        .use_once(
            "INSERT INTO approvals (id, person_id, occasion_id, browser_hash, question, user_agent, number, state,
                                    wrong_numbers, asked_at, expires_at)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', 0, ?8, ?9 WHERE ?10
                AND NOT EXISTS (SELECT 1 FROM approvals WHERE person_id = ?2 AND state = 'waiting' AND expires_at > ?8)",
            values![
                drawn.id,
                wish.person,
                wish.occasion.id().to_string(),
                wish.occasion.browser(),
                &drawn.question,
                &wish.user_agent,
                &drawn.sealed,
                now,
                drawn.until,
                can_answer,
            ],
        )
        .await?;
    tx.wake(Topic::Question, wish.person.into());
    Ok(ForgottenQuestion { id: drawn.id, number: drawn.number, until: drawn.until, waits })
}

/// Whether three in a row brought nothing; otherwise this one is counted.
async fn is_held_back(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<bool, Fault> {
    let subjects = [Subject::Unanswered(person)];
    if failures::holds_back(tx, Factor::Phone.into(), &subjects, now).await?.is_some() {
        return Ok(true);
    }
    match failures::count_within(tx, Factor::Phone.into(), &subjects, now).await {
        Ok(()) => Ok(false),
        Err(TryError::TooEarly(_)) => Ok(true),
        Err(TryError::Database(error)) => Err(error.into()),
    }
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
    proof: &PhoneProof,
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
    // The answer holds, whatever becomes of the question.
    let is_there = phones::was_right(tx, proof, now).await?;
    if !is_open || !is_there {
        return Ok(ApprovalOutcome::Over);
    }
    let Some(found) = find(&mut *tx, proof.person(), id).await? else { return Ok(ApprovalOutcome::Over) };
    match compare(typed, found.number(&app.master_keys)?.reveal(), found.wrong_numbers) {
        NumberCheck::Right => {
            let approved = tx
                .use_once(
                    "UPDATE approvals SET state = 'approved', phone_id = ?3, by_passkey = ?6, answered_at = ?4,
                                          expires_at = ?5
                     WHERE id = ?1 AND person_id = ?2 AND state = 'waiting' AND expires_at > ?4",
                    values![id, proof.person(), proof.phone(), now, now.plus(FETCHED_WITHIN), proof.by_passkey()],
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

/// Uses an approval of a sign-in up, in the browser that asked. Of many at once, one gets the proof; none does once the
/// phone that approved is removed.
pub(crate) async fn use_up(
    tx: &mut Tx<'_>,
    whose: (PersonId, ApprovalId),
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    take_approved(tx, whose, (occasion, QuestionKind::SignIn), now).await
}

/// Uses an approval of a new password up, in the same way. It replaces the forgotten password, and is both factors of the
/// phone besides.
pub(crate) async fn use_up_for_password(
    tx: &mut Tx<'_>,
    whose: (PersonId, ApprovalId),
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<[Proven; 2]>, db::Error> {
    let taken = take_approved(tx, whose, (occasion.clone(), QuestionKind::NewPassword), now).await?;
    let in_place = |proven: &Proven| Proven::new(proven.person(), Method::of(Factor::PasswordReset), now, occasion);
    Ok(taken.map(|proven| [in_place(&proven), proven]))
}

async fn take_approved(
    tx: &mut Tx<'_>,
    (person, id): (PersonId, ApprovalId),
    (occasion, asks): (Occasion, QuestionKind),
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    let approved: Option<(PhoneId, bool, ApprovalQuestion)> = tx
        .optional(
            "UPDATE approvals SET state = 'used'
             WHERE id = ?1 AND person_id = ?2 AND occasion_id = ?3 AND browser_hash = ?4 AND state = 'approved'
               AND expires_at > ?5
             RETURNING phone_id, by_passkey, question",
            values![id, person, occasion.id().to_string(), occasion.browser(), now],
            |row| Ok((row.get(0)?, row.get(1)?, row.get_json(2)?)),
        )
        .await?;
    let Some((phone, by_passkey, question)) = approved else { return Ok(None) };
    let is_there = phones::answers_still(tx, (person, phone), by_passkey).await?;
    let holds = is_there && question.asks == asks;
    Ok(holds.then(|| Proven::new(person, Method::phone(by_passkey), now, occasion)))
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
