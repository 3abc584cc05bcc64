//! The table of notices, with the links that say "this wasn't me".

use super::{From, LIFETIME, Undo};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::id::{earliest_of, new_uuid};
use crate::platform::random::Random;
use crate::platform::secret::hash_token;
use crate::values;

/// A notice to a person.
#[derive(Clone, Debug)]
pub struct NoticeRecord {
    /// The part that the links of all addresses share. It sorts by time.
    pub(super) links: String,
    /// The address that got this link; empty if it may no longer be the person's.
    pub(super) address: String,
    /// The person who was told.
    pub(crate) person: PersonId,
    /// The translation key of its subject.
    pub(crate) subject: String,
    /// The changes to take back.
    pub(crate) undo: Undo,
    /// The network of the event; empty for the operator's.
    pub(crate) network: String,
    /// The browser of the event.
    pub(crate) user_agent: String,
    /// The time of the event.
    pub(crate) at: Timestamp,
}

/// The part of a notice that the links of all addresses share.
pub(super) struct What<'w> {
    pub(super) told: String,
    pub(super) person: PersonId,
    pub(super) subject: &'w str,
    pub(super) undo: Undo,
}

/// A later notice that can still be undone.
pub(super) struct LaterNotice {
    pub(super) told: String,
    pub(super) undo: Undo,
}

pub(super) async fn add(
    tx: &mut Tx<'_>,
    random: &Random,
    what: &What<'_>,
    (address, token): (&str, &str),
    from: &From<'_>,
) -> Result<(), db::Error> {
    let undo = serde_json::to_string(&what.undo).map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO notices
           (id, told_id, address, token_hash, person_id, subject, undo, network, user_agent, at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        values![
            new_uuid(from.at, random).to_string(),
            &what.told,
            address,
            &hash_token(token),
            what.person,
            what.subject,
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

/// The notice of a link while it works. Looking it up does not use it up.
pub async fn find(db: impl Reads, token: &str, now: Timestamp) -> Result<Option<NoticeRecord>, db::Error> {
    db.optional(
        "SELECT told_id, address, person_id, subject, undo, network, user_agent, at FROM notices
         WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
        values![&hash_token(token), now],
        told,
    )
    .await
}

/// Uses a link up. Of simultaneous tries exactly one succeeds.
pub(super) async fn use_up(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE notices SET used_at = ?2 WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
        values![&hash_token(token), now],
    )
    .await
}

/// The notices to a person from this one on that nobody has undone, the last first, each once for all addresses. This
/// one is the last.
pub(super) async fn since(tx: &mut Tx<'_>, told: &NoticeRecord) -> Result<Vec<LaterNotice>, db::Error> {
    let mut found: Vec<LaterNotice> = tx
        .all(
            "SELECT told_id, undo FROM notices WHERE person_id = ?1 AND told_id > ?2 AND used_at IS NULL",
            values![told.person, &told.links],
            |row| Ok(LaterNotice { told: row.get(0)?, undo: row.get_json(1)? }),
        )
        .await?;
    found.push(LaterNotice { told: told.links.clone(), undo: told.undo.clone() });
    found.sort_by(|one, other| other.told.cmp(&one.told));
    found.dedup_by(|one, other| one.told == other.told);
    Ok(found)
}

/// Makes the links about one event invalid at every address.
pub(super) async fn void(tx: &mut Tx<'_>, (person, told): (PersonId, &str), now: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "UPDATE notices SET used_at = ?3 WHERE person_id = ?1 AND told_id = ?2 AND used_at IS NULL",
        values![person, told, now],
    )
    .await
}

/// Removes links that expired before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM notices WHERE id < ?1", values![earliest_of(before.minus(LIFETIME))]).await
}

fn told(row: &Row<'_>) -> Result<NoticeRecord, db::Error> {
    Ok(NoticeRecord {
        links: row.get(0)?,
        address: row.get(1)?,
        person: row.get(2)?,
        subject: row.get(3)?,
        undo: row.get_json(4)?,
        network: row.get(5)?,
        user_agent: row.get(6)?,
        at: row.get(7)?,
    })
}
