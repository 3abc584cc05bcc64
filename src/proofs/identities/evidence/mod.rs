//! Evidence of accepted answers: what a provider signed, with the key that verifies it, sealed. It is kept for as long as
//! the operator sets, and read by an export alone.

mod store;

use std::time::Duration;

use serde_json::Value;

pub use store::expire;

use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::web::fault::Fault;
use crate::proofs::identity_providers::IdentityProviderId;

crate::identifier! {
    /// The identifier of a piece of evidence.
    IdentityEvidenceId
}

/// The evidence of an accepted answer.
#[derive(Clone, Debug)]
pub(crate) struct IdentityEvidence {
    /// The provider.
    pub(crate) provider: IdentityProviderId,
    /// The signed answer and the key that verifies it.
    pub(crate) content: Value,
    /// The time for which it is kept; `None` where the operator keeps none.
    pub(crate) kept_for: Option<Duration>,
}

/// A piece of evidence as it is exported.
#[derive(Clone, Debug)]
pub struct KeptEvidence {
    /// Its identifier, in the order of their coming.
    pub id: IdentityEvidenceId,
    /// The person; `None` where nobody was known by it at that time.
    pub person: Option<String>,
    /// The time at which it came.
    pub received_at: Timestamp,
    /// The signed answer and the key that verifies it.
    pub content: Value,
}

fn purpose(id: IdentityEvidenceId) -> String {
    format!("evidence of identity {id}")
}

/// Keeps the evidence of an answer, where the operator keeps any.
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    app: &Core,
    (evidence, person): (&IdentityEvidence, Option<PersonId>),
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(kept_for) = evidence.kept_for else { return Ok(()) };
    let id = IdentityEvidenceId::new(now, &app.random);
    let sealed = app.master_keys.seal(&app.random, &purpose(id), evidence.content.to_string().as_bytes())?;
    let new = store::NewEvidence {
        id,
        provider: evidence.provider,
        person,
        received_at: now,
        kept_until: now.plus(kept_for),
    };
    store::add(tx, &new, &sealed).await?;
    Ok(())
}

/// A page of the evidence of a provider, in the order of its coming, after the given piece.
///
/// # Errors
/// A fault of the database, or a piece that is sealed under a key that is not in the settings.
pub async fn list(
    app: &Core,
    (provider, after): (IdentityProviderId, Option<IdentityEvidenceId>),
    between: (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<KeptEvidence>, Fault> {
    let rows = store::list(&app.db, (provider, after), between, limit).await?;
    let open = |row: store::SealedEvidence| {
        let opened = app.master_keys.open(&purpose(row.id), &row.sealed)?;
        let content = serde_json::from_slice(opened.reveal()).map_err(Fault::new)?;
        Ok(KeptEvidence { id: row.id, person: row.person, received_at: row.received_at, content })
    };
    rows.into_iter().map(open).collect()
}
