//! The table of failures.

use super::{Guess, NEVER, Subject, TooEarly, TryError, wait_after};
use crate::directory::people::PersonId;
use crate::platform::clock::{CLOCK_FAULT, Timestamp};
use crate::platform::db::{self, Db, Reads, Tx};
use crate::values;

/// The most subjects of one statement.
const AT_ONCE: usize = 3;

/// Counts a try as a failure of every subject, in a transaction of its own, before it is verified. After a success,
/// [`succeeded`] takes it back.
///
/// # Errors
/// [`TryError::TooEarly`], and nothing is counted.
pub async fn begin(db: &Db, guess: Guess, subjects: Vec<Subject>, now: Timestamp) -> Result<(), TryError> {
    db.write(move |tx| Box::pin(async move { count_within(tx, guess, &subjects, now).await })).await
}

/// Counts a try as a failure within a transaction that does nothing else.
///
/// # Errors
/// [`TryError::TooEarly`]. The transaction must be rolled back, because part of the try may be counted already.
pub async fn count_within(tx: &mut Tx<'_>, guess: Guess, subjects: &[Subject], now: Timestamp) -> Result<(), TryError> {
    // The statement has room for three subjects.
    for some in subjects.chunks(AT_ONCE) {
        count(tx, guess, some, now).await?;
    }
    Ok(())
}

/// The wait before another try, or `None` if one may be made now. Nothing is counted.
pub async fn holds_back(
    tx: &mut Tx<'_>,
    guess: Guess,
    subjects: &[Subject],
    now: Timestamp,
) -> Result<Option<TooEarly>, db::Error> {
    for subject in subjects {
        if let Some(early) = held_back(&mut *tx, guess, subject, now).await? {
            return Ok(Some(early));
        }
    }
    Ok(None)
}

/// The same for one subject, in or outside of a transaction.
pub(crate) async fn held_back(
    db: impl Reads,
    guess: Guess,
    subject: &Subject,
    now: Timestamp,
) -> Result<Option<TooEarly>, db::Error> {
    db.optional(
        "SELECT wait_until FROM failures
         WHERE subject = ?1 AND method = ?2 AND wait_until > ?3 AND (last_at <= ?4 OR wait_until = ?5)",
        values![subject.key(), guess.as_str(), now, now.plus(CLOCK_FAULT), NEVER],
        |row| Ok(TooEarly { until: row.get(0)? }),
    )
    .await
}

/// Counts a try for each of a few subjects, in their order. One that is held back is not counted, and its row is not
/// among the answers. A wait that began later than now was set by a wrong clock, and holds nobody back, except the one
/// that does not end.
async fn count(tx: &mut Tx<'_>, guess: Guess, subjects: &[Subject], now: Timestamp) -> Result<(), TryError> {
    // Unused places get an empty text, which no subject has.
    let key = |index: usize| subjects.get(index).map(Subject::key).unwrap_or_default();
    let forgotten = |index: usize| {
        let after = subjects.get(index).and_then(Subject::forgets_after);
        after.map_or(Timestamp::from_milliseconds(i64::MIN), |after| now.minus(after))
    };
    let counted: Vec<(String, i64, Timestamp)> = tx
        .all(
            "INSERT INTO failures (subject, method, count, since, last_at, wait_until)
             SELECT counted.subject, CAST(?7 AS TEXT), 1, CAST(?8 AS BIGINT), CAST(?8 AS BIGINT), 0
             FROM (SELECT CAST(?1 AS TEXT) AS subject
                   UNION ALL SELECT CAST(?2 AS TEXT)
                   UNION ALL SELECT CAST(?3 AS TEXT)) AS counted
             WHERE counted.subject <> ''
             ON CONFLICT (subject, method) DO UPDATE
             SET count = CASE WHEN failures.since <= CASE failures.subject WHEN ?1 THEN CAST(?4 AS BIGINT)
                                                       WHEN ?2 THEN CAST(?5 AS BIGINT) ELSE CAST(?6 AS BIGINT) END
                              THEN 1 ELSE failures.count + 1 END,
                 since = CASE WHEN failures.since > ?9
                                OR failures.since <= CASE failures.subject WHEN ?1 THEN CAST(?4 AS BIGINT)
                                                       WHEN ?2 THEN CAST(?5 AS BIGINT) ELSE CAST(?6 AS BIGINT) END
                              THEN excluded.since ELSE failures.since END,
                 last_at = excluded.last_at
             WHERE failures.wait_until <= excluded.last_at OR (failures.last_at > ?9 AND failures.wait_until < ?10)
             RETURNING subject, count, since",
            values![
                key(0),
                key(1),
                key(2),
                forgotten(0),
                forgotten(1),
                forgotten(2),
                guess.as_str(),
                now,
                now.plus(CLOCK_FAULT),
                NEVER
            ],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .await?;
    for subject in subjects {
        let key = subject.key();
        let Some((_, count, since)) = counted.iter().find(|(counted, ..)| *counted == key) else {
            let until = tx
                .one(
                    "SELECT wait_until FROM failures WHERE subject = ?1 AND method = ?2",
                    values![&key, guess.as_str()],
                    |row| row.get(0),
                )
                .await?;
            return Err(TryError::TooEarly(TooEarly { until }));
        };
        let until = wait_after(&subject.limits(), (*count, *since), now);
        if until > now {
            tx.execute(
                "UPDATE failures SET wait_until = ?3 WHERE subject = ?1 AND method = ?2",
                values![&key, guess.as_str(), until],
            )
            .await?;
        }
    }
    Ok(())
}

/// Takes back a try that [`begin`] counted, in the transaction that records the proof: the person's failures start at
/// zero, the network's are one fewer.
pub async fn succeeded(tx: &mut Tx<'_>, guess: Guess, subjects: &[Subject]) -> Result<(), db::Error> {
    for subject in subjects {
        let statement = if subject.outlasts_success() {
            "UPDATE failures SET count = count - 1, wait_until = 0 WHERE subject = ?1 AND method = ?2 AND count > 0"
        } else {
            "DELETE FROM failures WHERE subject = ?1 AND method = ?2"
        };
        tx.queue(statement, values![subject.key(), guess.as_str()]).await?;
    }
    Ok(())
}

/// Removes every failure of a person, by any method in any browser, so that they can try again at once.
pub async fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, db::Error> {
    tx.execute(
        "DELETE FROM failures WHERE subject IN (?1, ?2, ?3, ?5)
            OR (substr(subject, 1, 8) = 'browser:' AND substr(subject, 9, 36) = ?4)",
        values![
            Subject::Elsewhere(person).key(),
            Subject::InARow(person).key(),
            Subject::WithinADay(person).key(),
            person,
            Subject::Unanswered(person).key()
        ],
    )
    .await
}

/// Removes the failures of a person by one method, after it was replaced (NIST SP 800-63B-4 §3.2.2).
pub async fn forget_method(tx: &mut Tx<'_>, person: PersonId, guess: Guess) -> Result<u64, db::Error> {
    tx.execute(
        "DELETE FROM failures
         WHERE (subject IN (?1, ?2, ?3, ?6) AND method = ?5)
            OR (substr(subject, 1, 8) = 'browser:' AND substr(subject, 9, 36) = ?4 AND method = ?5)",
        values![
            Subject::Elsewhere(person).key(),
            Subject::InARow(person).key(),
            Subject::WithinADay(person).key(),
            person,
            guess.as_str(),
            Subject::Unanswered(person).key()
        ],
    )
    .await
}

/// The same for two guesses that are never counted for a browser: their rows are found by their keys.
pub async fn forget_guesses(tx: &mut Tx<'_>, person: PersonId, [one, other]: [Guess; 2]) -> Result<(), db::Error> {
    tx.queue(
        "DELETE FROM failures WHERE subject IN (?1, ?2, ?3, ?4) AND method IN (?5, ?6)",
        values![
            Subject::Elsewhere(person).key(),
            Subject::InARow(person).key(),
            Subject::WithinADay(person).key(),
            Subject::Unanswered(person).key(),
            one.as_str(),
            other.as_str()
        ],
    )
    .await
}

/// Removes counters that were not touched since `before` and hold nobody back.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM failures WHERE last_at < ?1 AND wait_until < ?1", values![before]).await
}
