//! The table of idempotency keys.

use super::{KEPT, Key};
use crate::api::reply::Reply;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// Keys that are removed in one transaction.
const BATCH: i64 = 1_000;

/// Takes a key. Of simultaneous requests one gets `true`; the others wait for its end and get `false`.
pub(super) async fn take(tx: &mut Tx<'_>, caller: &str, key: &Key, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "INSERT INTO idempotency_keys (caller, key, fingerprint, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        values![caller, &key.text, &key.fingerprint, now],
    )
    .await
}

/// Removes a key that was taken before an instant.
pub(super) async fn forget(tx: &mut Tx<'_>, caller: &str, key: &str, before: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "DELETE FROM idempotency_keys WHERE caller = ?1 AND key = ?2 AND at <= ?3",
        values![caller, key, before],
    )
    .await
}

/// The request hash and the answer of a key.
pub(super) async fn find(
    tx: &mut Tx<'_>,
    caller: &str,
    key: &str,
) -> Result<Option<(Vec<u8>, Option<Reply>)>, db::Error> {
    let found: Option<(Vec<u8>, Option<String>)> = tx
        .optional(
            "SELECT fingerprint, answer FROM idempotency_keys WHERE caller = ?1 AND key = ?2",
            values![caller, key],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    found
        .map(|(fingerprint, answer)| {
            let answer = answer.map(|text| serde_json::from_str(&text)).transpose();
            answer.map(|answer| (fingerprint, answer)).map_err(|error| db::Error::Fault(error.to_string()))
        })
        .transpose()
}

/// Stores the answer of a key.
pub(super) async fn keep(tx: &mut Tx<'_>, caller: &str, key: &str, answer: &Reply) -> Result<(), db::Error> {
    let answer = serde_json::to_string(answer).map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.execute("UPDATE idempotency_keys SET answer = ?3 WHERE caller = ?1 AND key = ?2", values![caller, key, answer])
        .await?;
    Ok(())
}

/// Removes a batch of expired keys.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "DELETE FROM idempotency_keys WHERE (caller, key) IN
         (SELECT caller, key FROM idempotency_keys WHERE at <= ?1 ORDER BY at LIMIT ?2)",
        values![now.minus(KEPT), BATCH],
    )
    .await
}
