//! The outbox.

use super::{Message, Waiting};
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::platform::id::{earliest_of, new_uuid};
use crate::platform::random::Random;
use crate::values;

/// Writes a message, in the transaction of its reason.
///
/// # Errors
/// Every fault of the database.
pub async fn write(tx: &mut Tx<'_>, random: &Random, message: &Message) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO messages (id, channel, recipient, subject, text, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![
            new_uuid(message.at, random).to_string(),
            message.channel.as_str(),
            &message.to,
            &message.subject,
            &message.text,
            message.at,
        ],
    )
    .await?;
    Ok(())
}

/// The newest messages, the newest first.
///
/// # Errors
/// Every fault of the database.
pub async fn newest(db: impl Reads, limit: i64) -> Result<Vec<Waiting>, Error> {
    db.all(
        "SELECT id, channel, recipient, subject, text, at FROM messages ORDER BY id DESC LIMIT ?1",
        values![limit],
        |row| {
            Ok(Waiting {
                id: row.get(0)?,
                channel: row.get(1)?,
                to: row.get(2)?,
                subject: row.get(3)?,
                text: row.get(4)?,
                code: None,
                link: None,
                at: row.get(5)?,
            })
        },
    )
    .await
}

/// Removes what was written before an instant.
///
/// # Errors
/// Every fault of the database.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute("DELETE FROM messages WHERE id < ?1", values![earliest_of(before)]).await
}
