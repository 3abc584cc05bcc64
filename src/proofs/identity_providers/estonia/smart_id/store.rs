//! The table of sessions at Smart-ID.

use super::ends::SessionEnd;
use super::sessions::NewSmartIdSession;
use super::{ASKED_EVERY, FETCHED_WITHIN, SessionState, SmartIdSession, WAITS, purpose};
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::fault::Fault;
use crate::proofs::Occasion;
use crate::proofs::identities::IdentityQuestionId;
use crate::proofs::identity_providers::sweden::OrderWay;
use crate::values;

/// The news of a session.
#[derive(Clone)]
pub(super) enum SessionNews {
    /// It waits.
    Waiting {
        /// Whether Smart-ID was silent.
        is_silent: bool,
    },
    /// The person has confirmed: the answer in JSON.
    Confirmed(Secret<String>),
    /// It has come to nothing.
    Ended(SessionEnd),
}

/// Keeps a session with the question that it answers. Returns `false` for one that Smart-ID has given out before.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    app: &Core,
    (question, new): (IdentityQuestionId, &NewSmartIdSession),
    now: Timestamp,
) -> Result<bool, Fault> {
    let text = new.secrets.written();
    let sealed = app.master_keys.seal(&app.random, &purpose("secrets", question), text.reveal().as_bytes())?;
    let is_added = tx
        .use_once(
            "INSERT INTO smart_id_sessions (question_id, way, state, word, session_hash, secrets, started_at, asked_at,
                                        expires_at)
         VALUES (?1, ?2, 'waiting', '', ?3, ?4, ?5, ?5, ?6)
         ON CONFLICT (session_hash) DO NOTHING",
            values![question, new.way.as_str(), &hash_token(new.secrets.id.reveal()), &sealed, now, now.plus(WAITS),],
        )
        .await?;
    Ok(is_added)
}

/// The newest session of a sign-in in its browser.
pub(crate) async fn of_occasion(db: impl Reads, occasion: &Occasion) -> Result<Option<SmartIdSession>, db::Error> {
    db.optional(
        "SELECT s.question_id, q.provider_id, q.method, q.state, s.way, s.state, s.word, s.secrets, s.verifier,
                s.answer, s.started_at, s.asked_at, s.expires_at
         FROM identity_questions q JOIN smart_id_sessions s ON s.question_id = q.id
         WHERE q.occasion_id = ?1 AND q.browser_hash = ?2 ORDER BY q.occasion_id DESC, q.id DESC LIMIT 1",
        values![occasion.id().to_string(), occasion.browser()],
        session,
    )
    .await
}

/// Whether it is this one's turn to ask after a session. Of many at once, one is told so.
pub(super) async fn claim(tx: &mut Tx<'_>, question: IdentityQuestionId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE smart_id_sessions SET asked_at = ?2
         WHERE question_id = ?1 AND state = 'waiting' AND asked_at <= ?3",
        values![question, now, now.minus(ASKED_EVERY)],
    )
    .await
}

/// Keeps the news of a session that still waits. Returns whether it does.
pub(super) async fn record(
    tx: &mut Tx<'_>,
    app: &Core,
    (session, news): (&SmartIdSession, &SessionNews),
    now: Timestamp,
) -> Result<bool, Fault> {
    let question = session.question;
    let is_news = match news {
        SessionNews::Waiting { is_silent } => {
            tx.use_once(
                "UPDATE smart_id_sessions SET word = ?2 WHERE question_id = ?1 AND state = 'waiting'",
                values![question, if *is_silent { "silent" } else { "" }],
            )
            .await?
        }
        SessionNews::Confirmed(answer) => {
            let answer = answer.reveal().as_bytes();
            let sealed = app.master_keys.seal(&app.random, &purpose("answer", question), answer)?;
            tx.use_once(
                "UPDATE smart_id_sessions SET state = 'confirmed', word = '', answer = ?2, expires_at = ?3
                 WHERE question_id = ?1 AND state = 'waiting'",
                values![question, &sealed, now.plus(FETCHED_WITHIN)],
            )
            .await?
        }
        SessionNews::Ended(end) => {
            tx.use_once(
                "UPDATE smart_id_sessions SET state = 'ended', word = ?2 WHERE question_id = ?1 AND state = 'waiting'",
                values![question, end.as_str()],
            )
            .await?
        }
    };
    tx.wake(Topic::Approval, question.into());
    Ok(is_news)
}

/// Remembers that the browser of a session of this device has come back from the app, with the value that it brought. The
/// first one counts.
pub(crate) async fn returned(
    tx: &mut Tx<'_>,
    app: &Core,
    (question, verifier): (IdentityQuestionId, &str),
) -> Result<bool, Fault> {
    let sealed = app.master_keys.seal(&app.random, &purpose("verifier", question), verifier.as_bytes())?;
    let is_back = tx
        .use_once(
            "UPDATE smart_id_sessions SET verifier = ?3 WHERE question_id = ?1 AND way = ?2 AND verifier IS NULL",
            values![question, OrderWay::ThisDevice.as_str(), &sealed],
        )
        .await?;
    tx.wake(Topic::Approval, question.into());
    Ok(is_back)
}

/// Removes sessions that ended before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM smart_id_sessions WHERE expires_at < ?1", values![before]).await
}

fn session(row: &Row<'_>) -> Result<SmartIdSession, db::Error> {
    let unreadable = || db::Error::Fault("a session at Smart-ID cannot be read".to_owned());
    let question_state: String = row.get(3)?;
    let (way, state, word): (String, String, String) = (row.get(4)?, row.get(5)?, row.get(6)?);
    Ok(SmartIdSession {
        question: row.get(0)?,
        provider: row.get(1)?,
        method: row.get(2)?,
        is_open: question_state == "asked",
        way: OrderWay::of_word(&way).ok_or_else(unreadable)?,
        state: match state.as_str() {
            "waiting" => SessionState::Waiting { is_silent: word == "silent" },
            "confirmed" => SessionState::Confirmed,
            "ended" => SessionState::Ended(SessionEnd::of_word(&word)),
            _ => return Err(unreadable()),
        },
        secrets: row.get(7)?,
        verifier: row.get(8)?,
        answer: row.get(9)?,
        started_at: row.get(10)?,
        asked_at: row.get(11)?,
        expires_at: row.get(12)?,
    })
}
