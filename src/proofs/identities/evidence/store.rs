//! The table of evidence.

use super::IdentityEvidenceId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::proofs::identity_providers::IdentityProviderId;
use crate::values;

/// A piece of evidence as it is stored.
pub(super) struct SealedEvidence {
    pub(super) id: IdentityEvidenceId,
    pub(super) person: Option<String>,
    pub(super) received_at: Timestamp,
    pub(super) sealed: Vec<u8>,
}

/// A new piece of evidence: its identifier, whose it is, and the instants between which it is kept.
pub(super) struct NewEvidence {
    pub(super) id: IdentityEvidenceId,
    pub(super) provider: IdentityProviderId,
    pub(super) person: Option<PersonId>,
    pub(super) received_at: Timestamp,
    pub(super) kept_until: Timestamp,
}

/// Adds a piece of evidence.
pub(super) async fn add(tx: &mut Tx<'_>, new: &NewEvidence, sealed: &[u8]) -> Result<u64, db::Error> {
    tx.execute(
        "INSERT INTO identity_evidence (id, provider_id, person_id, sealed, received_at, kept_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![new.id, new.provider, new.person, sealed, new.received_at, new.kept_until],
    )
    .await
}

/// A page of the evidence of a provider between two instants, in the order of its coming, after the given piece.
pub(super) async fn list(
    db: impl Reads,
    (provider, after): (IdentityProviderId, Option<IdentityEvidenceId>),
    between: (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<SealedEvidence>, db::Error> {
    db.all(
        "SELECT id, person_id, received_at, sealed FROM identity_evidence
         WHERE provider_id = ?1 AND id > ?2 AND received_at >= ?3 AND received_at < ?4 ORDER BY id LIMIT ?5",
        values![provider, after.map_or_else(String::new, |id| id.to_string()), between.0, between.1, limit],
        |row| {
            Ok(SealedEvidence { id: row.get(0)?, person: row.get(1)?, received_at: row.get(2)?, sealed: row.get(3)? })
        },
    )
    .await
}

/// Removes the evidence whose time is over.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM identity_evidence WHERE kept_until <= ?1", values![now]).await
}
