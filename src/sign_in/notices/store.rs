//! The table of what people were told of, with the links that say "this wasn't me".

use super::{From, LIFETIME, Undo};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::id::{earliest_of, new_uuid};
use crate::platform::random::Random;
use crate::platform::secret::hash_token;
use crate::values;

/// Something that a person was told of.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its identifier, which also gives the order.
    pub(super) id: String,
    /// Who was told.
    pub person: PersonId,
    /// The key of its words.
    pub subject: String,
    /// What is changed back.
    pub undo: Undo,
    /// From which network it was done; empty where the operator did it.
    pub network: String,
    /// With which browser.
    pub user_agent: String,
    /// When.
    pub at: Timestamp,
}

pub(super) async fn add(
    tx: &mut Tx<'_>,
    random: &Random,
    token: &str,
    person: PersonId,
    (subject, undo): (&str, &Undo),
    from: &From<'_>,
) -> Result<(), db::Error> {
    let undo = serde_json::to_string(undo).map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO notices (id, token_hash, person_id, subject, undo, network, user_agent, at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        values![
            new_uuid(from.at, random).to_string(),
            &hash_token(token),
            person,
            subject,
            undo,
            from.network,
            from.user_agent,
            from.at,
            from.at.plus(LIFETIME),
        ],
    )
    .await?;
    Ok(())
}

/// What a link is about, while it works. Looking at it uses nothing up.
pub async fn find(db: impl Reads, token: &str, now: Timestamp) -> Result<Option<Told>, db::Error> {
    db.optional(
        "SELECT id, person_id, subject, undo, network, user_agent, at FROM notices
         WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
        values![&hash_token(token), now],
        told,
    )
    .await
}

/// Uses a link up. Of any number of tries with it, exactly one gets what it is about.
pub(super) async fn use_up(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<Option<Told>, db::Error> {
    tx.optional(
        "UPDATE notices SET used_at = ?2 WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2
         RETURNING id, person_id, subject, undo, network, user_agent, at",
        values![&hash_token(token), now],
        told,
    )
    .await
}

/// Makes the links of a person that are younger than one open nothing any more.
pub(super) async fn void_since(tx: &mut Tx<'_>, person: PersonId, id: &str, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "UPDATE notices SET used_at = ?3 WHERE person_id = ?1 AND id > ?2 AND used_at IS NULL",
        values![person, id, now],
    )
    .await
}

/// Removes links that ended before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM notices WHERE id < ?1", values![earliest_of(before.minus(LIFETIME))]).await
}

fn told(row: &Row<'_>) -> Result<Told, db::Error> {
    Ok(Told {
        id: row.get(0)?,
        person: row.get(1)?,
        subject: row.get(2)?,
        undo: row.get_json(3)?,
        network: row.get(4)?,
        user_agent: row.get(5)?,
        at: row.get(6)?,
    })
}
