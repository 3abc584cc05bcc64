//! The table of pushed requests.

use super::{NewPushed, Pushed, PushedKey};
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::provider::applications::ApplicationId;
use crate::provider::authorize::RequestId;
use crate::values;

/// Keeps a pushed request.
pub(super) async fn add(tx: &mut Tx<'_>, new: &NewPushed) -> Result<(), Error> {
    let parameters = serde_json::to_string(&new.parameters).map_err(|error| Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO pushed_requests (application_id, reference_hash, parameters, dpop_jkt, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        values![new.key.application, &new.key.hash, parameters, new.dpop_jkt.as_deref(), new.expires_at],
    )
    .await?;
    Ok(())
}

/// The request of that application behind a reference.
pub(super) async fn find(db: impl Reads, application: ApplicationId, hash: &[u8; 32]) -> Result<Option<Pushed>, Error> {
    db.optional(
        "SELECT parameters, dpop_jkt, expires_at, used_at, request_id
         FROM pushed_requests WHERE application_id = ?1 AND reference_hash = ?2",
        values![application, hash],
        |row| {
            Ok(Pushed {
                parameters: row.get_json::<Vec<(String, String)>>(0)?.into_iter().collect(),
                dpop_jkt: row.get(1)?,
                expires_at: row.get(2)?,
                is_used: row.get::<Option<Timestamp>>(3)?.is_some(),
                became: row.get_parsed(4)?,
            })
        },
    )
    .await
}

/// Uses a pushed request up, and says what it became, where a person is asked. Of many who try at
/// once, one is told that it was theirs.
pub(in crate::provider) async fn use_up(
    tx: &mut Tx<'_>,
    key: &PushedKey,
    became: Option<RequestId>,
    now: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE pushed_requests SET used_at = ?3, request_id = ?4
         WHERE application_id = ?1 AND reference_hash = ?2 AND used_at IS NULL AND expires_at > ?3",
        values![key.application, &key.hash, now, became.map(|id| id.to_string())],
    )
    .await
}

/// Removes a batch of requests that are over, and tells how many.
pub(in crate::provider) async fn expire(tx: &mut Tx<'_>, before: Timestamp, batch: i64) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM pushed_requests WHERE (application_id, reference_hash) IN
         (SELECT application_id, reference_hash FROM pushed_requests WHERE expires_at < ?1
          ORDER BY expires_at LIMIT ?2)",
        values![before, batch],
    )
    .await
}
