//! The table of the sets that applications publish: when each was looked for, and how long it is fresh.

use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::provider::applications::ApplicationId;
use crate::values;

/// When a set was looked for.
pub(super) struct LastFetch {
    pub(super) tried_at: Timestamp,
    pub(super) fresh_until: Timestamp,
}

/// An application whose keys cannot be had.
#[derive(Clone, Copy, Debug)]
pub struct Failing {
    /// The application.
    pub(crate) application: ApplicationId,
    /// Since when.
    pub since: Timestamp,
    /// Until when the last good set was fresh.
    pub(crate) fresh_until: Timestamp,
}

pub(super) async fn find(db: impl Reads, id: ApplicationId) -> Result<Option<LastFetch>, Error> {
    db.optional("SELECT tried_at, fresh_until FROM key_set_fetches WHERE application_id = ?1", values![id], |row| {
        Ok(LastFetch { tried_at: row.get(0)?, fresh_until: row.get(1)? })
    })
    .await
}

/// Whether it is this one's turn to look for a set. Of many at once, one is told so.
pub(super) async fn claim(
    tx: &mut Tx<'_>,
    id: ApplicationId,
    now: Timestamp,
    not_since: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "INSERT INTO key_set_fetches (application_id, tried_at, fresh_until) VALUES (?1, ?2, 0)
         ON CONFLICT (application_id) DO UPDATE SET tried_at = excluded.tried_at
         WHERE key_set_fetches.tried_at <= ?3",
        values![id, now, not_since],
    )
    .await
}

/// A good set has arrived.
pub(super) async fn keep(
    tx: &mut Tx<'_>,
    id: ApplicationId,
    now: Timestamp,
    fresh_until: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO key_set_fetches (application_id, tried_at, fresh_until) VALUES (?1, ?2, ?3)
         ON CONFLICT (application_id) DO UPDATE
         SET tried_at = excluded.tried_at, fresh_until = excluded.fresh_until, failing_since = NULL",
        values![id, now, fresh_until],
    )
    .await?;
    Ok(())
}

/// None has. Tells whether that is news.
pub(super) async fn fail(tx: &mut Tx<'_>, id: ApplicationId, now: Timestamp) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE key_set_fetches SET failing_since = ?2 WHERE application_id = ?1 AND failing_since IS NULL",
        values![id, now],
    )
    .await
}

/// The application publishes no set any more.
pub(super) async fn forget(tx: &mut Tx<'_>, id: ApplicationId) -> Result<(), Error> {
    tx.execute("DELETE FROM key_set_fetches WHERE application_id = ?1", values![id]).await?;
    Ok(())
}

/// The applications whose keys cannot be had, those of longest ago first. At most a hundred.
pub async fn failing(db: impl Reads) -> Result<Vec<Failing>, Error> {
    db.all(
        "SELECT application_id, failing_since, fresh_until FROM key_set_fetches
         WHERE failing_since IS NOT NULL ORDER BY failing_since LIMIT 100",
        values![],
        |row| Ok(Failing { application: row.get(0)?, since: row.get(1)?, fresh_until: row.get(2)? }),
    )
    .await
}

/// How many applications have keys that cannot be had.
pub async fn count_failing(db: impl Reads) -> Result<i64, Error> {
    let counted = db
        .optional("SELECT COUNT(*) FROM key_set_fetches WHERE failing_since IS NOT NULL", values![], |row| row.get(0))
        .await?;
    Ok(counted.unwrap_or(0))
}
