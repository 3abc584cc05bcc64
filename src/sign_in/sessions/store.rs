//! The tables of sessions, of their proofs, and of their applications.

use std::time::Duration;

use super::{LIFETIME, Session, SessionId, SessionListing};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::id::earliest_of;
use crate::platform::random::Random;
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::identity_providers::IdentityWorth;
use crate::proofs::{FactorKind, Method};
use crate::sign_in::SignInId;
use crate::sign_in::assurance::Proof;
use crate::sign_in::cookies;
use crate::sign_in::policies::ApplicationId;
use crate::values;

/// The precision of "last seen", so that not every read becomes a write.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// The session of the request's browser, if it has not ended or expired.
pub(crate) async fn of_visit(app: &Core, visit: &Visit) -> Result<Option<Session>, Fault> {
    match &cookies::session(visit) {
        None => Ok(None),
        Some(secret_hash) => Ok(by_secret(&app.db, secret_hash, visit.now).await?),
    }
}

pub(in crate::sign_in) async fn by_secret(
    db: impl Reads,
    secret_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Session>, db::Error> {
    db.optional(
        "SELECT id, person_id, started_at, last_seen_at, expires_at, network, network_was_new, user_agent, company_id
         FROM sessions WHERE secret_hash = ?1 AND ended_at IS NULL AND expires_at > ?2",
        values![secret_hash, now],
        session,
    )
    .await
}

/// A session of a person, if it has not ended or expired.
pub(crate) async fn find_of_person(
    db: impl Reads,
    id: SessionId,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Session>, db::Error> {
    db.optional(
        "SELECT id, person_id, started_at, last_seen_at, expires_at, network, network_was_new, user_agent, company_id
         FROM sessions WHERE id = ?1 AND person_id = ?2 AND ended_at IS NULL AND expires_at > ?3",
        values![id, person, now],
        session,
    )
    .await
}

/// The live sessions of a person with their applications, the newest first: a hundred sessions and a thousand
/// applications at most.
pub(crate) async fn list_of_person(
    app: &Core,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<SessionListing>, db::Error> {
    let found: Vec<(Session, Option<String>)> = app
        .db
        .all(
            "SELECT sessions.id, sessions.person_id, sessions.started_at, sessions.last_seen_at, sessions.expires_at,
                    sessions.network, sessions.network_was_new, sessions.user_agent, sessions.company_id,
                    entered.application_name
             FROM sessions LEFT JOIN session_applications AS entered ON entered.session_id = sessions.id
             WHERE sessions.person_id = ?1 AND sessions.ended_at IS NULL AND sessions.expires_at > ?2
             ORDER BY sessions.id DESC, entered.application_id LIMIT 1000",
            values![person, now],
            |row| Ok((session(row)?, row.get(9)?)),
        )
        .await?;
    let mut listed: Vec<SessionListing> = Vec::new();
    for (session, application) in found {
        match listed.last_mut().filter(|last| last.session.id == session.id) {
            Some(last) => last.applications.extend(application),
            None => listed.push(SessionListing { session, applications: application.into_iter().collect() }),
        }
    }
    listed.truncate(100);
    Ok(listed)
}

/// The companies of the person of a session's secret: the basic one first, the others by name, twenty at most.
pub(in crate::sign_in) async fn companies_of_secret(
    db: impl Reads,
    secret_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Vec<CompanyId>, db::Error> {
    db.all(
        "SELECT users.company_id FROM sessions
         JOIN users ON users.person_id = sessions.person_id
         JOIN companies ON companies.id = users.company_id
         WHERE sessions.secret_hash = ?1 AND sessions.ended_at IS NULL AND sessions.expires_at > ?2
           AND users.state = 'active'
         ORDER BY users.basic DESC, companies.name LIMIT 20",
        values![secret_hash, now],
        |row| row.get(0),
    )
    .await
}

/// Records the use of a session.
pub(crate) async fn touch(app: &Core, session: &Session, now: Timestamp) -> Result<(), db::Error> {
    if now.since(session.last_seen_at) < TOUCH_EVERY {
        return Ok(());
    }
    let seen = "UPDATE sessions SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?2 AND ended_at IS NULL";
    app.db.use_once(seen, vec![session.id.into(), now.into()]).await.map(|_| ())
}

/// Records the company that a person chose for the rest of a session. Returns whether the session is theirs and alive.
pub(crate) async fn choose_company(
    tx: &mut Tx<'_>,
    id: SessionId,
    person: PersonId,
    company: CompanyId,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE sessions SET company_id = ?3 WHERE id = ?1 AND person_id = ?2 AND ended_at IS NULL",
        values![id, person, company],
    )
    .await
}

/// A new session.
pub(in crate::sign_in) struct Start<'s> {
    pub(crate) person: PersonId,
    pub(crate) network: &'s str,
    pub(crate) network_was_new: bool,
    pub(crate) user_agent: &'s str,
}

/// A new secret for a session's cookie.
pub(in crate::sign_in) struct Renewal {
    pub(crate) id: SessionId,
    pub(crate) secret: Secret<String>,
}

/// Begins a session.
pub(in crate::sign_in) async fn start(
    tx: &mut Tx<'_>,
    random: &Random,
    start: Start<'_>,
    now: Timestamp,
) -> Result<Renewal, db::Error> {
    let (id, secret) = (SessionId::new(now, random), random.token());
    tx.queue(
        "INSERT INTO sessions (id, person_id, secret_hash, started_at, last_seen_at, expires_at, network, network_was_new, user_agent)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)",
        values![
            id,
            start.person,
            &hash_token(secret.reveal()),
            now,
            now.plus(LIFETIME),
            start.network,
            start.network_was_new,
            start.user_agent,
        ],
    )
    .await?;
    Ok(Renewal { id, secret })
}

/// Gives a session a new secret after a proof (ASVS 7.2.4), so that the old cookie opens nothing any more. `None` if
/// the session has ended meanwhile.
pub(in crate::sign_in) async fn renew(
    tx: &mut Tx<'_>,
    random: &Random,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<Renewal>, db::Error> {
    let secret = random.token();
    let renewed = tx
        .use_once(
            "UPDATE sessions SET secret_hash = ?2, last_seen_at = ?3 WHERE id = ?1 AND ended_at IS NULL AND expires_at > ?3",
            values![id, &hash_token(secret.reveal()), now],
        )
        .await?;
    Ok(renewed.then_some(Renewal { id, secret }))
}

/// Adds a proof to a session, in place of an older one by the same method.
pub(in crate::sign_in) async fn keep_proof(tx: &mut Tx<'_>, session: SessionId, proof: Proof) -> Result<(), db::Error> {
    let Proof { method, proven_at, .. } = proof;
    tx.queue(
        "INSERT INTO session_proofs (session_id, method, stands_alone, proven_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (session_id, method) DO UPDATE
         SET stands_alone = excluded.stands_alone, proven_at = excluded.proven_at",
        values![session, method.as_str(), method.stands_alone(), proven_at],
    )
    .await?;
    Ok(())
}

/// Adds the proofs of a sign-in to its session, each in place of an older one by the same method.
pub(in crate::sign_in) async fn keep_proofs_of_sign_in(
    tx: &mut Tx<'_>,
    session: SessionId,
    (sign_in, person): (SignInId, PersonId),
) -> Result<(), db::Error> {
    tx.queue(
        "INSERT INTO session_proofs (session_id, method, stands_alone, proven_at)
         SELECT ?1, method, stands_alone, proven_at FROM sign_in_proofs WHERE sign_in_id = ?2 AND person_id = ?3
         ON CONFLICT (session_id, method) DO UPDATE
         SET stands_alone = excluded.stands_alone, proven_at = excluded.proven_at",
        values![session, sign_in, person],
    )
    .await?;
    Ok(())
}

/// Records that the person goes on without a passkey in a session.
pub(in crate::sign_in) async fn go_without_passkey(tx: &mut Tx<'_>, session: SessionId) -> Result<(), db::Error> {
    tx.queue(
        "INSERT INTO sessions_without_passkey (session_id) VALUES (?1) ON CONFLICT (session_id) DO NOTHING",
        values![session],
    )
    .await?;
    Ok(())
}

/// Whether the person goes on without a passkey in a session.
pub(in crate::sign_in) async fn goes_without_passkey(db: impl Reads, session: SessionId) -> Result<bool, db::Error> {
    db.one("SELECT EXISTS (SELECT 1 FROM sessions_without_passkey WHERE session_id = ?1)", values![session], |row| {
        row.get(0)
    })
    .await
}

/// The time at which a person last showed a possession, in any stored session of theirs, ended ones included.
pub(in crate::sign_in) async fn possession_shown_at(
    db: impl Reads,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Timestamp>, db::Error> {
    let latest: Vec<Proof> = db
        .all(
            "SELECT session_proofs.method, TRUE, MAX(session_proofs.proven_at) FROM sessions
             JOIN session_proofs ON session_proofs.session_id = sessions.id
             WHERE sessions.person_id = ?1 AND session_proofs.proven_at <= ?2
             GROUP BY session_proofs.method",
            values![person, now],
            recorded_proof,
        )
        .await?;
    Ok(latest.iter().filter(|proof| proof.shows(FactorKind::Have)).map(|proof| proof.proven_at).max())
}

/// Whether a person has shown two proofs by a bank or eID in a session since an instant.
pub(in crate::sign_in) async fn shows_identity_since(
    db: impl Reads,
    (session, person): (SessionId, PersonId),
    since: Timestamp,
) -> Result<bool, db::Error> {
    let proofs: Vec<Proof> = db
        .all(
            "SELECT session_proofs.method, session_proofs.stands_alone, session_proofs.proven_at FROM sessions
             JOIN session_proofs ON session_proofs.session_id = sessions.id
             WHERE sessions.id = ?1 AND sessions.person_id = ?2 AND session_proofs.proven_at >= ?3",
            values![session, person, since],
            recorded_proof,
        )
        .await?;
    Ok(proofs.iter().any(|proof| IdentityWorth::of(&proof.method) >= Some(IdentityWorth::Substantial)))
}

/// The proof in a row. A method that this program does not know is a fault.
fn recorded_proof(row: &Row<'_>) -> Result<Proof, db::Error> {
    let method = stored_method(&row.get::<String>(0)?, row.get(1)?)?;
    Ok(Proof { method, proven_at: row.get(2)?, in_this_sign_in: true })
}

/// The method of a stored word.
///
/// # Errors
/// A word that this program does not know.
pub(in crate::sign_in) fn stored_method(word: &str, stands_alone: bool) -> Result<Method, db::Error> {
    Method::from_stored(word, stands_alone).ok_or_else(|| db::Error::Fault("an unknown method of a proof".to_owned()))
}

/// Records that an application was entered in a session, so that it can be notified of the end.
pub(crate) async fn entered(
    tx: &mut Tx<'_>,
    session: SessionId,
    application: ApplicationId,
    application_name: &str,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.queue(
        "INSERT INTO session_applications (session_id, application_id, application_name, first_at, attempts)
         VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (session_id, application_id) DO NOTHING",
        values![session, application, application_name, now],
    )
    .await?;
    Ok(())
}

/// Ends a session, and makes a notification due for every application entered in it. `why` goes into the history.
/// Returns whether it was alive.
pub async fn end(
    tx: &mut Tx<'_>,
    random: &Random,
    session: SessionId,
    now: Timestamp,
    why: &'static str,
) -> Result<bool, db::Error> {
    let ended: Option<PersonId> = tx
        .optional(
            "UPDATE sessions SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL RETURNING person_id",
            values![session, now],
            |row| row.get(0),
        )
        .await?;
    let Some(person) = ended else { return Ok(false) };
    let due = "UPDATE session_applications SET due_at = ?2 WHERE session_id = ?1";
    if tx.execute(due, values![session, now]).await? > 0 {
        tx.wake(Topic::Logout, uuid::Uuid::from(session));
    }
    let entry = Entry::new(now, Event::SessionEnded).person(person).session(session).detail("why", why);
    history::write(tx, random, &entry).await?;
    Ok(true)
}

/// Ends every session of a person except the kept one. Returns their number.
pub(crate) async fn end_others(
    tx: &mut Tx<'_>,
    random: &Random,
    (person, kept): (PersonId, Option<SessionId>),
    now: Timestamp,
    why: &'static str,
) -> Result<u64, db::Error> {
    let others: Vec<SessionId> = tx
        .all(
            "SELECT id FROM sessions WHERE person_id = ?1 AND id <> ?2 AND ended_at IS NULL AND expires_at > ?3",
            values![person, kept.map_or_else(String::new, |kept| kept.to_string()), now],
            |row| row.get(0),
        )
        .await?;
    let mut ended = 0;
    for other in others {
        ended += u64::from(end(tx, random, other, now, why).await?);
    }
    Ok(ended)
}

/// Makes the proofs and grants of a person's sessions invalid, except those of the kept one: the sessions stay, ask for
/// a proof at their next use, and give nothing until then. In the kept one, grants of a lesser proof than `lesser_end`
/// allows end, too.
pub(in crate::sign_in) async fn ask_again(
    tx: &mut Tx<'_>,
    (person, kept): (PersonId, Option<SessionId>),
    lesser_end: bool,
    now: Timestamp,
) -> Result<(), db::Error> {
    let kept = kept.map_or_else(String::new, |kept| kept.to_string());
    tx.queue(
        "UPDATE sessions SET proofs_from = ?3, grants_from = ?3 WHERE person_id = ?1 AND id <> ?2",
        values![person, &kept, now],
    )
    .await?;
    if lesser_end {
        tx.queue(
            "UPDATE sessions SET lesser_grants_from = ?3 WHERE id = ?2 AND person_id = ?1",
            values![person, &kept, now],
        )
        .await?;
    }
    Ok(())
}

/// A notification of an application about the end of a session.
#[derive(Clone, Debug)]
pub(crate) struct DueLogout {
    /// The ended session.
    pub(crate) session: SessionId,
    /// The person of the session.
    pub(crate) person: PersonId,
    /// The application to tell.
    pub(crate) application: ApplicationId,
    /// The number of tries so far.
    pub(crate) attempts: i64,
    /// The time at which the session ended.
    pub(crate) ended_at: Timestamp,
}

/// The notifications that are due, the longest due first.
pub(crate) async fn due_logouts(db: impl Reads, now: Timestamp, limit: i64) -> Result<Vec<DueLogout>, db::Error> {
    db.all(
        "SELECT due.session_id, sessions.person_id, due.application_id, due.attempts, sessions.ended_at
         FROM session_applications AS due JOIN sessions ON sessions.id = due.session_id
         WHERE due.due_at IS NOT NULL AND due.due_at <= ?1 ORDER BY due.due_at LIMIT ?2",
        values![now, limit],
        |row| {
            Ok(DueLogout {
                session: row.get(0)?,
                person: row.get(1)?,
                application: row.get(2)?,
                attempts: row.get(3)?,
                ended_at: row.get(4)?,
            })
        },
    )
    .await
}

/// Moves a delivery to another time, or gives it up (`None`), and counts the try. Returns whether this node moved it:
/// of several exactly one does, and it delivers.
pub(crate) async fn logout_retry(tx: &mut Tx<'_>, due: &DueLogout, at: Option<Timestamp>) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE session_applications SET due_at = ?3, attempts = attempts + 1
         WHERE session_id = ?1 AND application_id = ?2 AND attempts = ?4 AND due_at IS NOT NULL",
        values![due.session, due.application, at, due.attempts],
    )
    .await
}

/// Removes a batch of sessions that ended so long ago that no history of grants needs them.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    let over: Vec<SessionId> = tx
        .all(
            "SELECT id FROM sessions WHERE id < ?1
             AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.session_id = sessions.id)
             ORDER BY id LIMIT 200",
            values![earliest_of(before.minus(LIFETIME))],
            |row| row.get(0),
        )
        .await?;
    for session in &over {
        tx.execute("DELETE FROM session_proofs WHERE session_id = ?1", values![*session]).await?;
        tx.execute("DELETE FROM session_applications WHERE session_id = ?1", values![*session]).await?;
        tx.execute("DELETE FROM sessions WHERE id = ?1", values![*session]).await?;
    }
    Ok(u64::try_from(over.len()).unwrap_or(u64::MAX))
}

/// The number of open sessions. Sessions older than the lifetime are not read.
pub(crate) async fn count_open(db: impl Reads, now: Timestamp) -> Result<i64, db::Error> {
    db.one(
        "SELECT COUNT(*) FROM sessions WHERE id >= ?1 AND ended_at IS NULL AND expires_at > ?2",
        values![earliest_of(now.minus(LIFETIME)), now],
        |row| row.get(0),
    )
    .await
}

fn session(row: &Row<'_>) -> Result<Session, db::Error> {
    stored_session(row, 0)
}

/// The session in nine columns, from `first` on.
pub(in crate::sign_in) fn stored_session(row: &Row<'_>, first: usize) -> Result<Session, db::Error> {
    Ok(Session {
        id: row.get(first)?,
        person: row.get(first + 1)?,
        started_at: row.get(first + 2)?,
        last_seen_at: row.get(first + 3)?,
        expires_at: row.get(first + 4)?,
        network: row.get(first + 5)?,
        network_was_new: row.get(first + 6)?,
        user_agent: row.get(first + 7)?,
        company: row.get_parsed(first + 8)?,
    })
}
