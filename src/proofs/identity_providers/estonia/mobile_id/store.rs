//! The table of sessions at Mobile-ID.

use super::ends::MobileIdEnd;
use super::sessions::NewMobileIdSession;
use super::{ASKED_EVERY, FETCHED_WITHIN, MobileIdSession, MobileIdState, WAITS, purpose};
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::fault::Fault;
use crate::proofs::Occasion;
use crate::proofs::identities::IdentityQuestionId;
use crate::values;

/// The news of a session.
#[derive(Clone)]
pub(super) enum MobileIdNews {
    /// It waits.
    Waiting {
        /// Whether Mobile-ID was silent.
        is_silent: bool,
    },
    /// The person has confirmed: the answer in JSON.
    Confirmed(Secret<String>),
    /// It has come to nothing.
    Ended(MobileIdEnd),
}

/// Keeps a session with the question that it answers. Returns `false` for one that Mobile-ID has given out before.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    app: &Core,
    (question, new): (IdentityQuestionId, &NewMobileIdSession),
    now: Timestamp,
) -> Result<bool, Fault> {
    let text = new.secrets.written();
    let sealed = app.master_keys.seal(&app.random, &purpose("secrets", question), text.reveal().as_bytes())?;
    let is_added = tx
        .use_once(
            "INSERT INTO mobile_id_sessions (question_id, state, word, session_hash, secrets, asked_at, expires_at)
         VALUES (?1, 'waiting', '', ?2, ?3, ?4, ?5)
         ON CONFLICT (session_hash) DO NOTHING",
            values![question, &hash_token(new.secrets.id.reveal()), &sealed, now, now.plus(WAITS),],
        )
        .await?;
    Ok(is_added)
}

/// The newest session of a sign-in in its browser.
pub(crate) async fn of_occasion(db: impl Reads, occasion: &Occasion) -> Result<Option<MobileIdSession>, db::Error> {
    db.optional(
        "SELECT s.question_id, q.provider_id, q.method, q.state, s.state, s.word, s.secrets, s.answer, s.asked_at,
                s.expires_at
         FROM identity_questions q JOIN mobile_id_sessions s ON s.question_id = q.id
         WHERE q.occasion_id = ?1 AND q.browser_hash = ?2 ORDER BY q.occasion_id DESC, q.id DESC LIMIT 1",
        values![occasion.id().to_string(), occasion.browser()],
        session,
    )
    .await
}

/// Whether it is this one's turn to ask after a session. Of many at once, one is told so.
pub(super) async fn claim(tx: &mut Tx<'_>, question: IdentityQuestionId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE mobile_id_sessions SET asked_at = ?2
         WHERE question_id = ?1 AND state = 'waiting' AND asked_at <= ?3",
        values![question, now, now.minus(ASKED_EVERY)],
    )
    .await
}

/// Keeps the news of a session that still waits. Returns whether it does.
pub(super) async fn record(
    tx: &mut Tx<'_>,
    app: &Core,
    (session, news): (&MobileIdSession, &MobileIdNews),
    now: Timestamp,
) -> Result<bool, Fault> {
    let question = session.question;
    let is_news = match news {
        MobileIdNews::Waiting { is_silent } => {
            tx.use_once(
                "UPDATE mobile_id_sessions SET word = ?2 WHERE question_id = ?1 AND state = 'waiting'",
                values![question, if *is_silent { "silent" } else { "" }],
            )
            .await?
        }
        MobileIdNews::Confirmed(answer) => {
            let answer = answer.reveal().as_bytes();
            let sealed = app.master_keys.seal(&app.random, &purpose("answer", question), answer)?;
            tx.use_once(
                "UPDATE mobile_id_sessions SET state = 'confirmed', word = '', answer = ?2, expires_at = ?3
                 WHERE question_id = ?1 AND state = 'waiting'",
                values![question, &sealed, now.plus(FETCHED_WITHIN)],
            )
            .await?
        }
        MobileIdNews::Ended(end) => {
            tx.use_once(
                "UPDATE mobile_id_sessions SET state = 'ended', word = ?2 WHERE question_id = ?1 AND state = 'waiting'",
                values![question, end.as_str()],
            )
            .await?
        }
    };
    tx.wake(Topic::Approval, question.into());
    Ok(is_news)
}

/// Removes sessions that ended before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM mobile_id_sessions WHERE expires_at < ?1", values![before]).await
}

fn session(row: &Row<'_>) -> Result<MobileIdSession, db::Error> {
    let unreadable = || db::Error::Fault("a session at Mobile-ID cannot be read".to_owned());
    let question_state: String = row.get(3)?;
    let (state, word): (String, String) = (row.get(4)?, row.get(5)?);
    Ok(MobileIdSession {
        question: row.get(0)?,
        provider: row.get(1)?,
        method: row.get(2)?,
        is_open: question_state == "asked",
        state: match state.as_str() {
            "waiting" => MobileIdState::Waiting { is_silent: word == "silent" },
            "confirmed" => MobileIdState::Confirmed,
            "ended" => MobileIdState::Ended(MobileIdEnd::of_word(&word)),
            _ => return Err(unreadable()),
        },
        secrets: row.get(6)?,
        answer: row.get(7)?,
        asked_at: row.get(8)?,
        expires_at: row.get(9)?,
    })
}
