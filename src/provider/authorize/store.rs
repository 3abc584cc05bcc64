//! The table of authorization requests that wait for their person.

use super::kept_request::KeptKey;
use super::{LIFETIME, PendingAuthorization, RequestId};
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::platform::id::earliest_of;
use crate::provider::applications::ApplicationId;
use crate::values;

/// A request that waits, or waited.
pub(super) struct KeptRow {
    pub(super) application: ApplicationId,
    pub(super) browser: Vec<u8>,
    pub(super) pending: PendingAuthorization,
    pub(super) expires_at: Timestamp,
    pub(super) is_answered: bool,
}

/// Keeps a request for the browser that brought it.
pub(super) async fn add(
    tx: &mut Tx<'_>,
    key: &KeptKey,
    application: ApplicationId,
    pending: &PendingAuthorization,
    now: Timestamp,
) -> Result<(), Error> {
    let pending = serde_json::to_string(pending).map_err(|error| Error::Fault(error.to_string()))?;
    tx.queue(
        "INSERT INTO authorization_requests (id, application_id, browser_hash, request, requested_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![key.id, application, &key.browser, pending, now, now.plus(LIFETIME)],
    )
    .await?;
    Ok(())
}

pub(super) async fn find(db: impl Reads, id: RequestId) -> Result<Option<KeptRow>, Error> {
    db.optional(
        "SELECT application_id, browser_hash, request, expires_at, answered_at
         FROM authorization_requests WHERE id = ?1",
        values![id],
        |row| {
            Ok(KeptRow {
                application: row.get(0)?,
                browser: row.get(1)?,
                pending: row.get_json(2)?,
                expires_at: row.get(3)?,
                is_answered: row.get::<Option<Timestamp>>(4)?.is_some(),
            })
        },
    )
    .await
}

/// Marks a request as answered. Of many who try at once, one is told that the answer is theirs.
pub(in crate::provider) async fn close(
    tx: &mut Tx<'_>,
    id: RequestId,
    browser: &[u8; 32],
    now: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE authorization_requests SET answered_at = ?3
         WHERE id = ?1 AND browser_hash = ?2 AND answered_at IS NULL AND expires_at > ?3",
        values![id, browser, now],
    )
    .await
}

/// Removes a batch of requests that are over, and tells how many.
pub(in crate::provider) async fn expire(tx: &mut Tx<'_>, before: Timestamp, batch: i64) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM authorization_requests WHERE id IN
         (SELECT id FROM authorization_requests WHERE id < ?1 ORDER BY id LIMIT ?2)",
        values![earliest_of(before.minus(LIFETIME)), batch],
    )
    .await
}
