//! The table of recovery codes.

use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// A person's recovery code, without the code.
#[derive(Clone, Copy, Debug)]
pub struct RecoveryCode {
    /// When the person said that it is kept safe.
    pub made_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl RecoveryCode {
    /// Whether it is still the way in that it is meant to be.
    pub fn is_in_force(&self) -> bool {
        self.used_at.is_none()
    }
}

/// Keeps the hash of a code that the person holds from now on. One that is in force is never replaced:
/// of codes that were shown in several browsers, the one counts that was first said to be kept safe.
/// Tells whether this one does.
///
/// # Errors
/// Every fault of the database.
pub async fn keep(tx: &mut Tx<'_>, person: PersonId, hash: &str, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "INSERT INTO recovery_codes (person_id, hash, made_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (person_id) DO UPDATE
         SET hash = excluded.hash, made_at = excluded.made_at, used_at = NULL
         WHERE recovery_codes.used_at IS NOT NULL",
        values![person, hash, now],
    )
    .await
}

/// A person's recovery code, if one is kept.
///
/// # Errors
/// Every fault of the database.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Option<RecoveryCode>, db::Error> {
    db.optional("SELECT made_at, used_at FROM recovery_codes WHERE person_id = ?1", values![person], |row| {
        Ok(RecoveryCode { made_at: row.get(0)?, used_at: row.get(1)? })
    })
    .await
}
