//! The table of signing keys.

use super::NewKey;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::platform::jose::{Algorithm, PublicKey};
use crate::values;

/// A signing key as it is stored.
pub(super) struct KeyRow {
    pub(super) id: String,
    pub(super) algorithm: Algorithm,
    /// Sealed; empty once the key is withdrawn for good.
    pub(super) private_key: Vec<u8>,
    pub(super) public_key: PublicKey,
    pub(super) generation: i64,
    pub(super) created_at: Timestamp,
    pub(super) signs_from: Timestamp,
    pub(super) withdrawn_at: Option<Timestamp>,
}

/// The keys that were not withdrawn before `since`, the newest first.
pub(super) async fn all(db: impl Reads, since: Timestamp) -> Result<Vec<KeyRow>, Error> {
    db.all(
        "SELECT id, algorithm, private_key, public_jwk, generation, created_at, signs_from, withdrawn_at
         FROM signing_keys WHERE withdrawn_at IS NULL OR withdrawn_at > ?1 ORDER BY generation DESC LIMIT 200",
        values![since],
        |row| {
            Ok(KeyRow {
                id: row.get(0)?,
                algorithm: crate::platform::db::parsed(row, 1)?,
                private_key: row.get(2)?,
                public_key: row.get_json(3)?,
                generation: row.get(4)?,
                created_at: row.get(5)?,
                signs_from: row.get(6)?,
                withdrawn_at: row.get(7)?,
            })
        },
    )
    .await
}

/// Adds a key as the next generation, and tells whether it was this one that came first.
pub(super) async fn add(tx: &mut Tx<'_>, key: &NewKey) -> Result<bool, Error> {
    tx.use_once(
        "INSERT INTO signing_keys (id, algorithm, private_key, public_jwk, generation, created_at, signs_from)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (algorithm, generation) DO NOTHING",
        values![
            &key.id,
            key.algorithm.as_str(),
            &key.sealed,
            &key.public_jwk,
            key.generation,
            key.created_at,
            key.signs_from,
        ],
    )
    .await
}

/// Says when the keys before a generation leave the key set, where that is not said yet.
pub(super) async fn withdraw_before(
    tx: &mut Tx<'_>,
    algorithm: Algorithm,
    generation: i64,
    at: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        "UPDATE signing_keys SET withdrawn_at = ?3
         WHERE algorithm = ?1 AND generation < ?2 AND withdrawn_at IS NULL",
        values![algorithm.as_str(), generation, at],
    )
    .await?;
    Ok(())
}

/// Forgets the private halves of keys that are withdrawn.
pub(super) async fn forget_private_halves(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    const NOTHING: &[u8] = &[];
    tx.execute(
        "UPDATE signing_keys SET private_key = ?2 WHERE withdrawn_at <= ?1 AND private_key <> ?2",
        values![now, NOTHING],
    )
    .await
}
