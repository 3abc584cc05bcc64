//! The table of proofs that were used: each counts once.

use super::DpopProof;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Db, Error, Tx};
use crate::values;

const USE_UP: &str =
    "INSERT INTO dpop_proofs (proof_hash, expires_at) VALUES (?1, ?2) ON CONFLICT (proof_hash) DO NOTHING";

/// Keeps that a proof was used. Of many who try at once, one is told that it was theirs.
pub(in crate::provider) async fn use_up(tx: &mut Tx<'_>, proof: &DpopProof) -> Result<bool, Error> {
    tx.use_once(USE_UP, values![&proof.hash, proof.expires_at]).await
}

/// The same as a transaction of its own.
pub(super) async fn use_up_alone(db: &Db, proof: &DpopProof) -> Result<bool, Error> {
    db.use_once(USE_UP, vec![proof.hash.to_vec().into(), proof.expires_at.into()]).await
}

/// Removes a batch of proofs that nobody would take any more, and tells how many.
pub(in crate::provider) async fn expire(tx: &mut Tx<'_>, now: Timestamp, batch: i64) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM dpop_proofs WHERE proof_hash IN
         (SELECT proof_hash FROM dpop_proofs WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        values![now, batch],
    )
    .await
}
