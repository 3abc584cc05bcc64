//! The table of the history. No statement here changes or removes a row.

use super::{Entry, Recorded};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Row, Tx, Value};
use crate::platform::id::{earliest_of, new_uuid};
use crate::platform::random::Random;
use crate::values;

/// The columns of an entry.
const COLUMNS: usize = 14;
/// The entries of one statement.
const AT_ONCE: usize = 3;

/// Writes an entry, in the transaction of the act.
///
/// The values stand in a table of their own: among constants PostgreSQL would find a plan for each entry that is cheaper
/// than the one for all, and plan every entry anew, which takes three times as long as writing it.
///
/// Without a company from its writer, an entry belongs to the company that the application serves alone, else to the
/// basic company of the person. So no company reads what happened at another one.
pub async fn write(tx: &mut Tx<'_>, random: &Random, entry: &Entry) -> Result<(), Error> {
    tx.queue(
        "WITH entry AS MATERIALIZED (
           SELECT CAST(?1 AS TEXT) AS id, CAST(?2 AS BIGINT) AS at, CAST(?3 AS TEXT) AS event,
                  CAST(?4 AS TEXT) AS person_id, CAST(?5 AS TEXT) AS application_id, CAST(?6 AS TEXT) AS sign_in_id,
                  CAST(?7 AS TEXT) AS session_id, CAST(?8 AS TEXT) AS network, CAST(?9 AS TEXT) AS user_agent,
                  CAST(?10 AS TEXT) AS error_id, CAST(?11 AS TEXT) AS details, CAST(?12 AS TEXT) AS actor_id,
                  CAST(?13 AS TEXT) AS company_id, CAST(?14 AS BOOLEAN) AS is_refusal
         )
         INSERT INTO history (id, at, event, person_id, application_id, sign_in_id, session_id, network, user_agent, error_id, details, actor_id, company_id, stopped_in)
         SELECT entry.id, entry.at, entry.event, entry.person_id, entry.application_id, entry.sign_in_id,
                entry.session_id, entry.network, entry.user_agent, entry.error_id, entry.details, entry.actor_id,
                coalesce(entry.company_id, (SELECT company_id FROM applications WHERE id = entry.application_id),
                         (SELECT company_id FROM users WHERE person_id = entry.person_id AND basic)),
                CASE WHEN entry.is_refusal THEN
                     coalesce(entry.company_id, (SELECT company_id FROM applications WHERE id = entry.application_id),
                              (SELECT company_id FROM users WHERE person_id = entry.person_id AND basic)) END
         FROM entry",
        &columns(entry, random),
    )
    .await?;
    count(tx, entry);
    Ok(())
}

/// Writes several entries, in their order, as [`write()`] writes each. Three take as long as one.
pub async fn write_each(tx: &mut Tx<'_>, random: &Random, entries: &[Entry]) -> Result<(), Error> {
    for some in entries.chunks(AT_ONCE) {
        if let [only] = some {
            write(tx, random, only).await?;
            continue;
        }
        let mut parameters: Vec<Value<'_>> = some.iter().flat_map(|entry| columns(entry, random)).collect();
        parameters.resize(AT_ONCE * COLUMNS, Value::Null);
        tx.queue(
            "INSERT INTO history (id, at, event, person_id, application_id, sign_in_id, session_id, network, user_agent, error_id, details, actor_id, company_id, stopped_in)
             SELECT entry.id, entry.at, entry.event, entry.person_id, entry.application_id, entry.sign_in_id,
                    entry.session_id, entry.network, entry.user_agent, entry.error_id, entry.details, entry.actor_id,
                    coalesce(entry.company_id, (SELECT company_id FROM applications WHERE id = entry.application_id),
                             (SELECT company_id FROM users WHERE person_id = entry.person_id AND basic)),
                    CASE WHEN entry.is_refusal THEN
                         coalesce(entry.company_id, (SELECT company_id FROM applications WHERE id = entry.application_id),
                                  (SELECT company_id FROM users WHERE person_id = entry.person_id AND basic)) END
             FROM (SELECT CAST(?1 AS TEXT) AS id, CAST(?2 AS BIGINT) AS at, CAST(?3 AS TEXT) AS event,
                          CAST(?4 AS TEXT) AS person_id, CAST(?5 AS TEXT) AS application_id,
                          CAST(?6 AS TEXT) AS sign_in_id, CAST(?7 AS TEXT) AS session_id,
                          CAST(?8 AS TEXT) AS network, CAST(?9 AS TEXT) AS user_agent,
                          CAST(?10 AS TEXT) AS error_id, CAST(?11 AS TEXT) AS details,
                          CAST(?12 AS TEXT) AS actor_id, CAST(?13 AS TEXT) AS company_id,
                          CAST(?14 AS BOOLEAN) AS is_refusal
                   UNION ALL
                   SELECT CAST(?15 AS TEXT), CAST(?16 AS BIGINT), CAST(?17 AS TEXT), CAST(?18 AS TEXT),
                          CAST(?19 AS TEXT), CAST(?20 AS TEXT), CAST(?21 AS TEXT), CAST(?22 AS TEXT),
                          CAST(?23 AS TEXT), CAST(?24 AS TEXT), CAST(?25 AS TEXT), CAST(?26 AS TEXT),
                          CAST(?27 AS TEXT), CAST(?28 AS BOOLEAN)
                   UNION ALL
                   SELECT CAST(?29 AS TEXT), CAST(?30 AS BIGINT), CAST(?31 AS TEXT), CAST(?32 AS TEXT),
                          CAST(?33 AS TEXT), CAST(?34 AS TEXT), CAST(?35 AS TEXT), CAST(?36 AS TEXT),
                          CAST(?37 AS TEXT), CAST(?38 AS TEXT), CAST(?39 AS TEXT), CAST(?40 AS TEXT),
                          CAST(?41 AS TEXT), CAST(?42 AS BOOLEAN)) AS entry
             WHERE entry.id IS NOT NULL",
            &parameters,
        )
        .await?;
        for entry in some {
            count(tx, entry);
        }
    }
    Ok(())
}

/// The values of an entry, with an identifier of its own.
fn columns<'e>(entry: &'e Entry, random: &Random) -> [Value<'e>; COLUMNS] {
    debug_assert!(entry.carries_its_subject(), "{} lacks its subject: {entry:?}", entry.event.name());
    [
        new_uuid(entry.at, random).to_string().into(),
        entry.at.into(),
        entry.event.name().into(),
        entry.person.as_deref().into(),
        entry.application.as_deref().into(),
        entry.sign_in.as_deref().into(),
        entry.session.as_deref().into(),
        entry.network.as_deref().into(),
        entry.user_agent.as_deref().into(),
        entry.error_id.as_deref().into(),
        entry.details.to_string().into(),
        entry.actor.as_deref().into(),
        entry.company.as_deref().into(),
        entry.event.is_refusal().into(),
    ]
}

fn count(tx: &mut Tx<'_>, entry: &Entry) {
    let method = entry.details.get("method").and_then(serde_json::Value::as_str).unwrap_or("");
    tx.count_after_commit(entry.event.name(), method);
}

/// The newest entries about a person, newest first; older than the entry `before`, if given.
pub async fn of_person(db: impl Reads, person: &str, before: Option<&str>, limit: i64) -> Result<Vec<Recorded>, Error> {
    db.all(
        "SELECT id, at, event, person_id, actor_id, application_id, network, user_agent, error_id, details FROM history
         WHERE person_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
        values![person, before.unwrap_or(LAST), limit],
        recorded,
    )
    .await
}

/// The instant of the newest entry.
pub(crate) async fn newest(db: impl Reads) -> Result<Option<Timestamp>, Error> {
    db.optional("SELECT at FROM history WHERE id < ?1 ORDER BY id DESC LIMIT 1", values![LAST], |row| row.get(0)).await
}

/// Sorts after every identifier.
const LAST: &str = "~";

/// The main filter of a company's history. Each has an index of its own; the reader applies further filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookFor {
    /// Everything.
    Everything,
    /// Refusals and failures.
    Stopped,
    /// The entries about a person.
    Person(String),
    /// The entry with an error identifier.
    Error(String),
}

/// A range of identifiers: from the first (included) to the last (excluded). An identifier begins with its instant:
/// [`earliest_of`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// The oldest.
    pub(crate) from: String,
    /// The first that is too new.
    pub(crate) before: Option<String>,
    /// The only event.
    pub(crate) event: Option<String>,
}

/// The entries of a company's history within a range, newest first.
pub async fn of_company(
    db: impl Reads,
    company: &str,
    look_for: &LookFor,
    within: &Within,
    limit: i64,
) -> Result<Vec<Recorded>, Error> {
    let before = within.before.as_deref().unwrap_or(LAST);
    let event = within.event.as_deref().unwrap_or("");
    match look_for {
        LookFor::Everything => {
            db.all(
                "SELECT id, at, event, person_id, actor_id, application_id, network, user_agent, error_id, details FROM history
                 WHERE company_id = ?1 AND id >= ?2 AND id < ?3 AND (?5 = '' OR event = ?5) ORDER BY id DESC LIMIT ?4",
                values![company, &within.from, before, limit, event],
                recorded,
            )
            .await
        }
        LookFor::Stopped => {
            db.all(
                "SELECT id, at, event, person_id, actor_id, application_id, network, user_agent, error_id, details FROM history
                 WHERE stopped_in = ?1 AND id >= ?2 AND id < ?3 AND (?5 = '' OR event = ?5) ORDER BY id DESC LIMIT ?4",
                values![company, &within.from, before, limit, event],
                recorded,
            )
            .await
        }
        // One range of one index, written as one: otherwise SQLite reads all of the company's entries.
        LookFor::Person(person) => {
            db.all(
                "SELECT id, at, event, person_id, actor_id, application_id, network, user_agent, error_id, details FROM history
                 WHERE company_id = ?1 AND (person_id, id) >= (?6, ?2) AND (person_id, id) < (?6, ?3)
                   AND (?5 = '' OR event = ?5)
                 ORDER BY person_id DESC, id DESC LIMIT ?4",
                values![company, &within.from, before, limit, event, person],
                recorded,
            )
            .await
        }
        // The company is compared in a form that no index matches: that index would be read from end to end.
        LookFor::Error(error) => {
            db.all(
                "SELECT id, at, event, person_id, actor_id, application_id, network, user_agent, error_id, details FROM history
                 WHERE error_id = ?6 AND coalesce(company_id, '') = ?1 AND id >= ?2 AND id < ?3
                   AND (?5 = '' OR event = ?5) LIMIT ?4",
                values![company, &within.from, before, limit, event, error],
                recorded,
            )
            .await
        }
    }
}

fn recorded(row: &Row<'_>) -> Result<Recorded, Error> {
    Ok(Recorded {
        id: row.get(0)?,
        at: row.get(1)?,
        event: row.get(2)?,
        person: row.get(3)?,
        actor: row.get(4)?,
        application: row.get(5)?,
        network: row.get(6)?,
        user_agent: row.get(7)?,
        error_id: row.get(8)?,
        details: row.get_json(9)?,
    })
}

/// The number of events about a person after an instant, counted up to `most`.
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
            values![person, begin, event.name(), most],
            |row| row.get(0),
        )
        .await?;
    Ok(found.len())
}
