//! The table of requests to people's phones.

use super::{
    AskedApproval, BackchannelId, BackchannelQuestion, BackchannelRequest, BackchannelState, FETCHED_WITHIN,
    INTERVAL_SECONDS, LIFETIMES, SLOWER_BY_SECONDS, UNANSWERED,
};
use crate::directory::people::PersonId;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Row, Tx};
use crate::platform::id::earliest_of;
use crate::provider::applications::ApplicationId;
use crate::provider::grants::GrantId;
use crate::values;

/// A request that begins.
#[derive(Clone)]
pub(super) struct NewBackchannelRequest {
    pub(super) id: BackchannelId,
    pub(super) application: ApplicationId,
    pub(super) auth_req_id_hash: [u8; 32],
    pub(super) person: Option<PersonId>,
    pub(super) asked: AskedApproval,
    pub(super) question: BackchannelQuestion,
    pub(super) network: String,
    /// How the application is told, sealed.
    pub(super) notification: Option<Vec<u8>>,
    pub(super) until: Timestamp,
}

/// An application that is to be told of an answer.
#[derive(Clone, Debug)]
pub(super) struct DuePing {
    pub(super) id: BackchannelId,
    pub(super) application: ApplicationId,
    pub(super) notification: Vec<u8>,
    pub(super) attempts: i64,
    pub(super) expires_at: Timestamp,
}

/// Keeps a request, and wakes the phones of the person that it asks.
pub(super) async fn add(tx: &mut Tx<'_>, new: &NewBackchannelRequest, now: Timestamp) -> Result<(), Error> {
    let written = |error: serde_json::Error| Error::Fault(error.to_string());
    tx.execute(
        "INSERT INTO backchannel_requests (id, application_id, auth_req_id_hash, person_id, asked, question, network,
                state, notification, interval_seconds, requested_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', ?8, ?9, ?10, ?11)",
        values![
            new.id,
            new.application,
            &new.auth_req_id_hash,
            new.person,
            serde_json::to_string(&new.asked).map_err(written)?,
            serde_json::to_string(&new.question).map_err(written)?,
            &new.network,
            new.notification.as_deref(),
            INTERVAL_SECONDS,
            now,
            new.until,
        ],
    )
    .await?;
    if let Some(person) = new.person {
        tx.wake(Topic::Question, person.into());
    }
    Ok(())
}

/// Whether a person may be asked by an application: nothing else of this kind waits for them, and the last three of this
/// application within an hour did not all bring nothing.
pub(super) async fn may_ask(
    tx: &mut Tx<'_>,
    application: ApplicationId,
    person: PersonId,
    now: Timestamp,
) -> Result<bool, Error> {
    if open_of_person(&mut *tx, person, now).await?.is_some() {
        return Ok(false);
    }
    let hour_ago = earliest_of(now.minus(std::time::Duration::from_hours(1)));
    let unanswered: i64 = tx
        .one(
            "SELECT count(*) FROM (SELECT state FROM backchannel_requests
                                   WHERE application_id = ?1 AND person_id = ?2 AND id > ?3 ORDER BY id DESC LIMIT ?4)
                                  AS limited
             WHERE limited.state IN ('waiting', 'refused')",
            values![application, person, hour_ago, UNANSWERED],
            |row| row.get(0),
        )
        .await?;
    Ok(unanswered < UNANSWERED)
}

/// The request that waits for a person.
pub(crate) async fn open_of_person(
    db: impl Reads,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<BackchannelRequest>, Error> {
    db.optional(
        "SELECT id, application_id, asked, question, network, state, grant_id, requested_at, expires_at
         FROM backchannel_requests WHERE person_id = ?1 AND state = 'waiting' AND expires_at > ?2
         ORDER BY id DESC LIMIT 1",
        values![person, now],
        read,
    )
    .await
}

/// A request to a person.
pub(crate) async fn find(
    db: impl Reads,
    person: PersonId,
    id: BackchannelId,
) -> Result<Option<BackchannelRequest>, Error> {
    db.optional(
        "SELECT id, application_id, asked, question, network, state, grant_id, requested_at, expires_at
         FROM backchannel_requests WHERE id = ?1 AND person_id = ?2",
        values![id, person],
        read,
    )
    .await
}

/// A request by the name that its application alone has.
pub(in crate::provider) async fn find_by_auth_req_id(
    db: impl Reads,
    auth_req_id_hash: &[u8; 32],
) -> Result<Option<BackchannelRequest>, Error> {
    db.optional(
        "SELECT id, application_id, asked, question, network, state, grant_id, requested_at, expires_at
         FROM backchannel_requests WHERE auth_req_id_hash = ?1",
        values![auth_req_id_hash],
        read,
    )
    .await
}

/// Takes a request that waits for its person, so that answers at once are looked at one after the other.
pub(super) async fn take(
    tx: &mut Tx<'_>,
    (id, person): (BackchannelId, PersonId),
    now: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE backchannel_requests SET attempts = attempts
         WHERE id = ?1 AND person_id = ?2 AND state = 'waiting' AND expires_at > ?3",
        values![id, person, now],
    )
    .await
}

/// Answers a request that was taken: with a grant, or with a no. The application has a while to fetch the answer, and is
/// told of it where it wants to be.
pub(super) async fn answer(
    tx: &mut Tx<'_>,
    (id, person): (BackchannelId, PersonId),
    grant: Option<GrantId>,
    now: Timestamp,
) -> Result<bool, Error> {
    let answered = tx
        .use_once(
            "UPDATE backchannel_requests
             SET state = CASE WHEN CAST(?3 AS TEXT) IS NULL THEN 'refused' ELSE 'allowed' END, grant_id = ?3, expires_at = ?5,
                 due_at = CASE WHEN notification IS NULL THEN NULL ELSE CAST(?4 AS BIGINT) END
             WHERE id = ?1 AND person_id = ?2 AND state = 'waiting' AND expires_at > ?4",
            values![id, person, grant.map(|grant| grant.to_string()), now, now.plus(FETCHED_WITHIN)],
        )
        .await?;
    tx.wake(Topic::Question, person.into());
    tx.wake(Topic::Ping, id.into());
    Ok(answered)
}

/// Keeps that an application asked. `false` where it was too early: then it has to wait longer from now on.
pub(in crate::provider) async fn poll(tx: &mut Tx<'_>, id: BackchannelId, now: Timestamp) -> Result<bool, Error> {
    let in_time = tx
        .use_once(
            "UPDATE backchannel_requests SET polled_at = ?2
             WHERE id = ?1 AND (polled_at IS NULL OR polled_at + interval_seconds * 1000 <= ?2)",
            values![id, now],
        )
        .await?;
    if !in_time {
        tx.execute(
            "UPDATE backchannel_requests SET polled_at = ?2, interval_seconds = interval_seconds + ?3 WHERE id = ?1",
            values![id, now, SLOWER_BY_SECONDS],
        )
        .await?;
    }
    Ok(in_time)
}

/// Uses an approved request up. Of many who try at once, one is told that it was theirs.
pub(in crate::provider) async fn redeem(tx: &mut Tx<'_>, id: BackchannelId, now: Timestamp) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE backchannel_requests SET state = 'redeemed', due_at = NULL
         WHERE id = ?1 AND state = 'allowed' AND expires_at > ?2",
        values![id, now],
    )
    .await
}

/// The applications that are to be told of an answer.
pub(super) async fn due(db: impl Reads, now: Timestamp, limit: i64) -> Result<Vec<DuePing>, Error> {
    db.all(
        "SELECT id, application_id, notification, attempts, expires_at FROM backchannel_requests
         WHERE due_at IS NOT NULL AND due_at <= ?1 ORDER BY due_at LIMIT ?2",
        values![now, limit],
        |row| {
            let notification: Option<Vec<u8>> = row.get(2)?;
            Ok(DuePing {
                id: row.get(0)?,
                application: row.get(1)?,
                notification: notification.unwrap_or_default(),
                attempts: row.get(3)?,
                expires_at: row.get(4)?,
            })
        },
    )
    .await
}

/// Moves a telling, or takes it off the list. Of many nodes, one is told that it has it.
pub(super) async fn retry(tx: &mut Tx<'_>, due: &DuePing, at: Option<Timestamp>) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE backchannel_requests SET due_at = ?2, attempts = attempts + 1
         WHERE id = ?1 AND attempts = ?3 AND due_at IS NOT NULL",
        values![due.id, at, due.attempts],
    )
    .await
}

/// Removes a batch of requests that are over, and tells how many.
pub(in crate::provider) async fn expire(tx: &mut Tx<'_>, before: Timestamp, batch: i64) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM backchannel_requests WHERE id IN
         (SELECT id FROM backchannel_requests WHERE id < ?1 ORDER BY id LIMIT ?2)",
        values![earliest_of(before.minus(*LIFETIMES.end())), batch],
    )
    .await
}

fn read(row: &Row<'_>) -> Result<BackchannelRequest, Error> {
    let state = match (row.get::<String>(5)?.as_str(), row.get_parsed::<GrantId>(6)?) {
        ("waiting", _) => BackchannelState::Waiting,
        ("refused", _) => BackchannelState::Refused,
        ("allowed", Some(grant)) => BackchannelState::Allowed(grant),
        ("redeemed", Some(grant)) => BackchannelState::Redeemed(grant),
        _ => return Err(Error::Fault("a request to a phone stands nowhere".to_owned())),
    };
    Ok(BackchannelRequest {
        id: row.get(0)?,
        application: row.get(1)?,
        asked: row.get_json(2)?,
        question: row.get_json(3)?,
        network: row.get(4)?,
        state,
        requested_at: row.get(7)?,
        expires_at: row.get(8)?,
    })
}
