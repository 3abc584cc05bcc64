//! The table of assertions that were used: each counts once.

use crate::platform::clock::Timestamp;
use crate::platform::db::{Db, Error, Tx};
use crate::provider::applications::ApplicationId;
use crate::values;

/// Keeps that an assertion was used. Of many who try at once, one is told that it was theirs.
pub(super) async fn use_assertion(
    db: &Db,
    application: ApplicationId,
    assertion_id: String,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    db.use_once(
        "INSERT INTO client_assertions (application_id, assertion_id, expires_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (application_id, assertion_id) DO NOTHING",
        vec![application.into(), assertion_id.into(), expires_at.into()],
    )
    .await
}

/// Removes a batch of assertions that are over, and tells how many.
pub(in crate::provider) async fn expire(tx: &mut Tx<'_>, before: Timestamp, batch: i64) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM client_assertions WHERE (application_id, assertion_id) IN
         (SELECT application_id, assertion_id FROM client_assertions WHERE expires_at < ?1
          ORDER BY expires_at LIMIT ?2)",
        values![before, batch],
    )
    .await
}
