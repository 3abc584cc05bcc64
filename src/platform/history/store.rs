//! The history's one table. There is no statement here that changes or removes a row.

use super::{Entry, Event, Recorded};
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::platform::id::{earliest_of, new_uuid};
use crate::platform::random::Random;
use crate::values;

/// Writes an entry, in the transaction of what it tells of.
///
/// # Errors
/// Every fault of the database.
pub async fn write(tx: &mut Tx<'_>, random: &Random, entry: &Entry) -> Result<(), Error> {
    let id = new_uuid(entry.at, random).to_string();
    tx.execute(
        "INSERT INTO history (id, at, event, person_id, application_id, sign_in_id, session_id, network, user_agent, error_id, details, actor_id, company_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        values![
            id,
            entry.at,
            entry.event.0,
            entry.person.as_deref(),
            entry.application.as_deref(),
            entry.sign_in.as_deref(),
            entry.session.as_deref(),
            entry.network.as_deref(),
            entry.user_agent.as_deref(),
            entry.error_id.as_deref(),
            entry.details.to_string(),
            entry.actor.as_deref(),
            entry.company.as_deref(),
        ],
    )
    .await?;
    let method = entry.details.get("method").and_then(serde_json::Value::as_str).unwrap_or("");
    tx.count_after_commit(entry.event.0, method);
    Ok(())
}

/// The newest entries about a person, the newest first; older than the entry `before`, where given.
///
/// # Errors
/// Every fault of the database.
pub async fn of_person(db: impl Reads, person: &str, before: Option<&str>, limit: i64) -> Result<Vec<Recorded>, Error> {
    db.all(
        "SELECT id, at, event, application_id, network, user_agent, error_id, details FROM history
         WHERE person_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
        values![person, before.unwrap_or("~"), limit],
        |row| {
            Ok(Recorded {
                id: row.get(0)?,
                at: row.get(1)?,
                event: row.get(2)?,
                application: row.get(3)?,
                network: row.get(4)?,
                user_agent: row.get(5)?,
                error_id: row.get(6)?,
                details: row.get_json(7)?,
            })
        },
    )
    .await
}

/// How often something happened to a person after an instant; counted up to `most`.
///
/// # Errors
/// Every fault of the database.
pub async fn count_of_person(
    db: impl Reads,
    person: &str,
    event: Event,
    after: Timestamp,
    most: i64,
) -> Result<usize, Error> {
    let begin = earliest_of(Timestamp::from_milliseconds(after.milliseconds().saturating_add(1)));
    let found: Vec<String> = db
        .all(
            "SELECT id FROM history WHERE person_id = ?1 AND id >= ?2 AND event = ?3 ORDER BY id LIMIT ?4",
            values![person, begin, event.0, most],
            |row| row.get(0),
        )
        .await?;
    Ok(found.len())
}
