//! The table of failures.

use super::{NETWORK_FORGETS_AFTER, Subject, TooEarly, Tried, wait_after};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Db, Tx};
use crate::values;

enum Stop {
    TooEarly(TooEarly),
    Database(db::Error),
}

impl From<db::Error> for Stop {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

/// Counts a try as a failure for every subject, before it is verified and in a transaction of its
/// own. Where it succeeds, [`succeeded`] takes it back.
///
/// # Errors
/// Every fault of the database. That it is too early is an answer, and counts nothing.
pub async fn begin(
    db: &Db,
    tried: Tried,
    subjects: Vec<Subject>,
    now: Timestamp,
) -> Result<Result<(), TooEarly>, db::Error> {
    let counted = db
        .write(move |tx| {
            Box::pin(async move {
                for subject in &subjects {
                    count(tx, tried, subject, now).await?;
                }
                Ok(())
            })
        })
        .await;
    match counted {
        Ok(()) => Ok(Ok(())),
        Err(Stop::TooEarly(early)) => Ok(Err(early)),
        Err(Stop::Database(error)) => Err(error),
    }
}

async fn count(tx: &mut Tx<'_>, tried: Tried, subject: &Subject, now: Timestamp) -> Result<(), Stop> {
    use crate::platform::db::Reads;
    let (key, method) = (subject.key(), tried.as_str());
    let forgotten = match subject {
        Subject::Network(_) | Subject::TypingIn(_) => now.minus(NETWORK_FORGETS_AFTER),
        _ => Timestamp::from_milliseconds(i64::MIN),
    };
    let count: Option<i64> = tx
        .optional(
            "INSERT INTO failures (subject, method, count, since, last_at, wait_until) VALUES (?1, ?2, 1, ?3, ?3, 0)
             ON CONFLICT (subject, method) DO UPDATE
             SET count = CASE WHEN failures.since <= ?4 THEN 1 ELSE failures.count + 1 END,
                 since = CASE WHEN failures.since <= ?4 THEN ?3 ELSE failures.since END,
                 last_at = ?3
             WHERE failures.wait_until <= ?3
             RETURNING count",
            values![&key, method, now, forgotten],
            |row| row.get(0),
        )
        .await?;
    let Some(count) = count else {
        let until = tx
            .one("SELECT wait_until FROM failures WHERE subject = ?1 AND method = ?2", values![&key, method], |row| {
                row.get(0)
            })
            .await?;
        return Err(Stop::TooEarly(TooEarly { until }));
    };
    let until = wait_after(&subject.limits(), count, now);
    if until > now {
        tx.execute(
            "UPDATE failures SET wait_until = ?3 WHERE subject = ?1 AND method = ?2",
            values![&key, method, until],
        )
        .await?;
    }
    Ok(())
}

/// Takes back what [`begin`] counted, in the transaction that records the proof: a person's failures
/// start anew, a network's are one fewer.
///
/// # Errors
/// Every fault of the database.
pub async fn succeeded(tx: &mut Tx<'_>, tried: Tried, subjects: &[Subject]) -> Result<(), db::Error> {
    for subject in subjects {
        let statement = match subject {
            Subject::Network(_) | Subject::TypingIn(_) => {
                "UPDATE failures SET count = count - 1, wait_until = 0 WHERE subject = ?1 AND method = ?2 AND count > 0"
            }
            _ => "DELETE FROM failures WHERE subject = ?1 AND method = ?2",
        };
        tx.execute(statement, values![subject.key(), tried.as_str()]).await?;
    }
    Ok(())
}

/// Forgets every failure of a person, by whatever method and wherever, so that they can try again at once.
///
/// # Errors
/// Every fault of the database.
pub async fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, db::Error> {
    // Not a range of texts: in most collations of PostgreSQL punctuation stands in another order.
    tx.execute(
        "DELETE FROM failures WHERE subject = ?1 OR subject LIKE ?2",
        values![Subject::Elsewhere(person).key(), format!("browser:{person}:%")],
    )
    .await
}

/// Forgets the failures of a person by one method: it was made anew (NIST SP 800-63B-4 §3.2.2).
///
/// # Errors
/// Every fault of the database.
pub async fn forget_method(tx: &mut Tx<'_>, person: PersonId, tried: Tried) -> Result<u64, db::Error> {
    tx.execute(
        "DELETE FROM failures WHERE (subject = ?1 OR subject LIKE ?2) AND method = ?3",
        values![Subject::Elsewhere(person).key(), format!("browser:{person}:%"), tried.as_str()],
    )
    .await
}

/// Forgets counters that were not touched since `before` and hold nobody back.
///
/// # Errors
/// Every fault of the database.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM failures WHERE last_at < ?1 AND wait_until < ?1", values![before]).await
}
