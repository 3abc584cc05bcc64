//! The tables of the salt and of the pairwise subjects that were told.

use crate::directory::people::PersonId;
use crate::platform::db::{Error, Reads, Tx};
use crate::values;

/// The name of the one row.
const PAIRWISE: &str = "pairwise";

/// The sealed salt, if it was made.
pub(super) async fn salt(db: impl Reads) -> Result<Option<Vec<u8>>, Error> {
    db.optional("SELECT salt FROM subject_salts WHERE id = ?1", values![PAIRWISE], |row| row.get(0)).await
}

/// Keeps the salt, unless there is one.
pub(super) async fn add_salt(tx: &mut Tx<'_>, salt: &[u8]) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO subject_salts (id, salt) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING",
        values![PAIRWISE, salt],
    )
    .await?;
    Ok(())
}

/// Puts the same salt under another seal in the place of the one that was read.
pub(super) async fn seal_salt_anew(tx: &mut Tx<'_>, read: &[u8], renewed: &[u8]) -> Result<(), Error> {
    tx.execute("UPDATE subject_salts SET salt = ?3 WHERE id = ?1 AND salt = ?2", values![PAIRWISE, read, renewed])
        .await?;
    Ok(())
}

/// Keeps who stands behind a subject.
pub(super) async fn remember(tx: &mut Tx<'_>, subject: &str, sector: &str, person: PersonId) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO pairwise_subjects (subject, sector, person_id) VALUES (?1, ?2, ?3)
         ON CONFLICT (subject) DO NOTHING",
        values![subject, sector, person],
    )
    .await?;
    Ok(())
}

/// The person with a subject that was told in a sector.
pub(super) async fn person(db: impl Reads, subject: &str, sector: &str) -> Result<Option<PersonId>, Error> {
    db.optional(
        "SELECT person_id FROM pairwise_subjects WHERE subject = ?1 AND sector = ?2",
        values![subject, sector],
        |row| row.get(0),
    )
    .await
}
