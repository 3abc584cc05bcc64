//! The table of allowances.

use super::{Allowance, AllowanceAnswer, Exhausted};
use crate::platform::clock::{CLOCK_FAULT, Timestamp};
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// Takes one. Of concurrent calls no more than the allowance succeed. A period that begins later than now was begun by a wrong
/// clock, and is over.
pub async fn take(
    tx: &mut Tx<'_>,
    allowance: &Allowance,
    subject: &str,
    now: Timestamp,
) -> Result<AllowanceAnswer, db::Error> {
    take_many(tx, allowance, 1, subject, now).await
}

/// Takes several at once, or none of them. More than the allowance are never granted.
pub(crate) async fn take_many(
    tx: &mut Tx<'_>,
    allowance: &Allowance,
    count: i64,
    subject: &str,
    now: Timestamp,
) -> Result<AllowanceAnswer, db::Error> {
    if count > allowance.most {
        return Ok(AllowanceAnswer::Exhausted(Exhausted { index: 0, wait: allowance.within }));
    }
    let taken: Option<i64> = tx
        .optional(
            "INSERT INTO allowances (purpose, subject, since, taken, expires_at) VALUES (?1, ?2, ?3, ?7, ?4)
             ON CONFLICT (purpose, subject) DO UPDATE
             SET taken = CASE WHEN (allowances.expires_at <= ?3 OR allowances.since > ?6) THEN ?7 ELSE allowances.taken + ?7 END,
                 since = CASE WHEN (allowances.expires_at <= ?3 OR allowances.since > ?6) THEN ?3 ELSE allowances.since END,
                 expires_at = CASE WHEN (allowances.expires_at <= ?3 OR allowances.since > ?6) THEN ?4 ELSE allowances.expires_at END
             WHERE (allowances.expires_at <= ?3 OR allowances.since > ?6) OR allowances.taken + ?7 <= ?5
             RETURNING taken",
            values![
                allowance.purpose,
                subject,
                now,
                now.plus(allowance.within),
                allowance.most,
                now.plus(CLOCK_FAULT),
                count
            ],
            |row| row.get(0),
        )
        .await?;
    if taken.is_some() {
        return Ok(AllowanceAnswer::Granted);
    }
    let until: Timestamp = tx
        .one(
            "SELECT expires_at FROM allowances WHERE purpose = ?1 AND subject = ?2",
            values![allowance.purpose, subject],
            |row| row.get(0),
        )
        .await?;
    Ok(AllowanceAnswer::Exhausted(Exhausted { index: 0, wait: until.since(now) }))
}

/// The number that is left of an allowance.
pub(crate) async fn left(
    db: impl Reads,
    allowance: &Allowance,
    subject: &str,
    now: Timestamp,
) -> Result<i64, db::Error> {
    let taken: Option<i64> = db
        .optional(
            "SELECT taken FROM allowances WHERE purpose = ?1 AND subject = ?2 AND expires_at > ?3 AND since <= ?4",
            values![allowance.purpose, subject, now, now.plus(CLOCK_FAULT)],
            |row| row.get(0),
        )
        .await?;
    Ok(allowance.most.saturating_sub(taken.unwrap_or(0)))
}

/// Takes one of each, if all of them have one left. Callers name several allowances always in the same order: two
/// transactions that wait for each other's rows would block.
pub async fn take_all(
    tx: &mut Tx<'_>,
    allowances: &[(Allowance, String)],
    now: Timestamp,
) -> Result<AllowanceAnswer, db::Error> {
    for (index, (allowance, subject)) in allowances.iter().enumerate() {
        let full: Option<Timestamp> = tx
            .optional(
                "SELECT expires_at FROM allowances
                 WHERE purpose = ?1 AND subject = ?2 AND expires_at > ?3 AND taken >= ?4 AND since <= ?5",
                values![allowance.purpose, subject, now, allowance.most, now.plus(CLOCK_FAULT)],
                |row| row.get(0),
            )
            .await?;
        if let Some(until) = full {
            return Ok(AllowanceAnswer::Exhausted(Exhausted { index, wait: until.since(now) }));
        }
    }
    for (index, (allowance, subject)) in allowances.iter().enumerate() {
        if let AllowanceAnswer::Exhausted(exhausted) = take(tx, allowance, subject, now).await? {
            // Another transaction took the last one in between. Those taken so far stay taken: too many rather than too
            // few.
            return Ok(AllowanceAnswer::Exhausted(Exhausted { index, ..exhausted }));
        }
    }
    Ok(AllowanceAnswer::Granted)
}

/// Removes expired rows.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM allowances WHERE expires_at < ?1", values![now]).await
}
