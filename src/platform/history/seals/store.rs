//! The table of the seals. No statement here changes or removes a row.

use aws_lc_rs::digest;

use super::{EntryHash, HistorySeal, SealedEntries};
use crate::platform::db::{Db, Error, Reads, Row};
use crate::values;

/// The columns of an entry besides its instant, as [`hashes`] selects them.
const TEXTS_OF_ENTRY: usize = 13;

/// The seal with the greatest number.
pub(super) async fn newest(db: impl Reads) -> Result<Option<HistorySeal>, Error> {
    db.optional(
        "SELECT number, begun, sealed_at, first_id, last_id, entries, digest, tag FROM history_seals
         WHERE number > 0 ORDER BY number DESC LIMIT 1",
        &[],
        seal,
    )
    .await
}

/// The tag of a seal.
pub(super) async fn tag(db: impl Reads, number: i64) -> Result<Option<Vec<u8>>, Error> {
    db.optional("SELECT tag FROM history_seals WHERE number = ?1", values![number], |row| row.get(0)).await
}

/// The seals after a number, in their order.
pub(super) async fn seals(db: impl Reads, after: i64, limit: i64) -> Result<Vec<HistorySeal>, Error> {
    db.all(
        "SELECT number, begun, sealed_at, first_id, last_id, entries, digest, tag FROM history_seals
         WHERE number > ?1 ORDER BY number LIMIT ?2",
        values![after, limit],
        seal,
    )
    .await
}

/// The greatest identifier of an entry that a chain seals.
pub(super) async fn last_sealed(db: impl Reads, begun: i64) -> Result<Option<String>, Error> {
    db.optional(
        "SELECT last_id FROM history_seals WHERE last_id > '' AND number >= ?1 ORDER BY last_id DESC LIMIT 1",
        values![begun],
        |row| row.get(0),
    )
    .await
}

/// The numbers of a chain's seals that hold entries of a range of identifiers.
pub(super) async fn numbers_within(db: impl Reads, begun: i64, from: &str, to: &str) -> Result<Vec<i64>, Error> {
    db.all(
        "SELECT number FROM history_seals WHERE last_id >= ?2 AND first_id <= ?3 AND number >= ?1 ORDER BY number",
        values![begun, from, to],
        |row| row.get(0),
    )
    .await
}

/// The entries that a seal holds.
pub(super) async fn entries_of(db: impl Reads, number: i64) -> Result<Option<SealedEntries>, Error> {
    db.optional("SELECT entries FROM history_seals WHERE number = ?1", values![number], |row| {
        row.get(0).map(SealedEntries)
    })
    .await
}

/// Adds a seal. Tells whether it was added: `false` where another node was first.
pub(super) async fn add(db: &Db, seal: HistorySeal) -> Result<bool, Error> {
    let added = db
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(
                    "INSERT INTO history_seals (number, begun, sealed_at, first_id, last_id, entries, digest, tag)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    values![
                        seal.number,
                        seal.begun,
                        seal.sealed_at,
                        &seal.first,
                        &seal.last,
                        &seal.entries.0,
                        &seal.digest,
                        &seal.tag
                    ],
                )
                .await
            })
        })
        .await;
    match added {
        Ok(_) => Ok(true),
        Err(Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The entries after an identifier, in their order, each with the hash of all its columns.
pub(super) async fn hashes(db: impl Reads, after: &str, limit: i64) -> Result<Vec<EntryHash>, Error> {
    db.all(
        "SELECT at, id, event, person_id, application_id, sign_in_id, session_id, network, user_agent, error_id,
                details, actor_id, company_id, stopped_in
         FROM history WHERE id > ?1 ORDER BY id LIMIT ?2",
        values![after, limit],
        hashed,
    )
    .await
}

/// Each text with its length before it, so that no two rows have the same bytes.
fn hashed(row: &Row<'_>) -> Result<EntryHash, Error> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(&row.get::<i64>(0)?.to_be_bytes());
    let mut id = String::new();
    for column in 1..=TEXTS_OF_ENTRY {
        match row.get::<Option<String>>(column)? {
            None => context.update(&[0]),
            Some(text) => {
                context.update(&[1]);
                context.update(&text.len().to_be_bytes());
                context.update(text.as_bytes());
                if column == 1 {
                    id = text;
                }
            }
        }
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Ok(EntryHash { id, hash })
}

fn seal(row: &Row<'_>) -> Result<HistorySeal, Error> {
    Ok(HistorySeal {
        number: row.get(0)?,
        begun: row.get(1)?,
        sealed_at: row.get(2)?,
        first: row.get(3)?,
        last: row.get(4)?,
        entries: SealedEntries(row.get(5)?),
        digest: row.get(6)?,
        tag: row.get(7)?,
    })
}
