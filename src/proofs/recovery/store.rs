//! The table of recovery codes.

use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// A person's recovery code, without the code.
#[derive(Clone, Copy, Debug)]
pub struct RecoveryCode {
    /// When it was made.
    pub made_at: Timestamp,
    /// When the person said that it is kept safe.
    pub saved_at: Option<Timestamp>,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl RecoveryCode {
    /// Whether it is still the way in that it is meant to be.
    pub fn is_in_force(&self) -> bool {
        self.saved_at.is_some() && self.used_at.is_none()
    }
}

/// Puts the hash of a new code in the place of the old one. It counts once it is [`saved`].
///
/// # Errors
/// Every fault of the database.
pub async fn put(tx: &mut Tx<'_>, person: PersonId, hash: &str, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO recovery_codes (person_id, hash, made_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (person_id) DO UPDATE
         SET hash = excluded.hash, made_at = excluded.made_at, saved_at = NULL, used_at = NULL",
        values![person, hash, now],
    )
    .await?;
    Ok(())
}

/// Keeps that the person has the code in a safe place.
///
/// # Errors
/// Every fault of the database.
pub async fn saved(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE recovery_codes SET saved_at = ?2 WHERE person_id = ?1 AND saved_at IS NULL",
        values![person, now],
    )
    .await
}

/// A person's recovery code, if one was made.
///
/// # Errors
/// Every fault of the database.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Option<RecoveryCode>, db::Error> {
    db.optional("SELECT made_at, saved_at, used_at FROM recovery_codes WHERE person_id = ?1", values![person], |row| {
        Ok(RecoveryCode { made_at: row.get(0)?, saved_at: row.get(1)?, used_at: row.get(2)? })
    })
    .await
}
