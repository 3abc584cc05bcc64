//! The table of policies.

use super::{ApplicationId, Policy};
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// The policy of an application; the strictest where none was set.
///
/// # Errors
/// Every fault of the database, and a policy that cannot be read: it is not taken for a weaker one.
pub async fn of_application(db: impl Reads, application: ApplicationId) -> Result<Policy, db::Error> {
    let found = db
        .optional("SELECT policy FROM policies WHERE application_id = ?1", values![application], |row| row.get_json(0))
        .await?;
    Ok(found.unwrap_or(Policy::DEFAULT))
}

/// Sets the policy of an application.
///
/// # Errors
/// Every fault of the database.
pub async fn set(tx: &mut Tx<'_>, application: ApplicationId, policy: &Policy) -> Result<(), db::Error> {
    let policy = serde_json::to_string(policy).map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO policies (application_id, policy) VALUES (?1, ?2)
         ON CONFLICT (application_id) DO UPDATE SET policy = excluded.policy",
        values![application, policy],
    )
    .await?;
    Ok(())
}

/// Removes the policy of an application that is no more.
///
/// # Errors
/// Every fault of the database.
pub async fn remove(tx: &mut Tx<'_>, application: ApplicationId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM policies WHERE application_id = ?1", values![application]).await
}
