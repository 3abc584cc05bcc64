//! The counters of SMS.

use std::time::Duration;

use super::{Allowed, Counter, Limited, Period, REFUSED, Refused, Wish, counters, is_thinkable};
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::platform::history::{self, Entry};
use crate::values;

/// How often the history is told that a limit is reached.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// Whether an SMS may be sent now. What is allowed is counted in the transaction that writes the message;
/// what is not is in the history, and the transaction that learns it must be committed nevertheless.
///
/// # Errors
/// Every fault of the database. That it may not be sent is an answer.
pub async fn may_send(
    tx: &mut Tx<'_>,
    app: &App,
    wish: Wish,
    now: Timestamp,
) -> Result<Result<Allowed, Refused>, Error> {
    let settings = app.settings.sms.as_ref();
    let answer = match (is_thinkable(settings, &wish.number), settings) {
        (Ok(()), Some(settings)) => {
            // The number itself stands in no counter: who reads the table learns none.
            let key = app.master_keys.keyed_hash("sms count of a number", wish.number.as_str());
            let key = data_encoding::HEXLOWER.encode(&key);
            match count(tx, &counters(settings, &wish, &key), now).await? {
                Ok(()) => return Ok(Ok(Allowed { number: wish.number })),
                Err(limited) => Refused::Limit(limited),
            }
        }
        (Err(refused), _) => refused,
        (Ok(()), None) => Refused::NoGateway,
    };
    tell(tx, app, &wish, answer, now).await?;
    Ok(Err(answer))
}

/// Counts an SMS in every counter, if all of them have room.
async fn count(tx: &mut Tx<'_>, counters: &[Counter], now: Timestamp) -> Result<Result<(), Limited>, Error> {
    for counter in counters {
        if is_full(tx, counter, now).await? {
            return Ok(Err(counter.limited));
        }
    }
    for counter in counters {
        let over = now.minus(counter.period.length());
        let is_counted = tx
            .use_once(
                "INSERT INTO sms_counts (subject, period, count, since, refused_at) VALUES (?1, ?2, 1, ?3, 0)
                 ON CONFLICT (subject, period) DO UPDATE
                 SET count = CASE WHEN sms_counts.since <= ?4 THEN 1 ELSE sms_counts.count + 1 END,
                     since = CASE WHEN sms_counts.since <= ?4 THEN ?3 ELSE sms_counts.since END
                 WHERE sms_counts.since <= ?4 OR sms_counts.count < ?5",
                values![&counter.subject, counter.period.as_str(), now, over, counter.at_most],
            )
            .await?;
        if !is_counted {
            // Somebody else took the last one in between. What is counted by now stays: too much rather than
            // too little.
            return Ok(Err(counter.limited));
        }
    }
    Ok(Ok(()))
}

async fn is_full(tx: &mut Tx<'_>, counter: &Counter, now: Timestamp) -> Result<bool, Error> {
    let full: Option<i64> = tx
        .optional(
            "SELECT count FROM sms_counts WHERE subject = ?1 AND period = ?2 AND since > ?3 AND count >= ?4",
            values![&counter.subject, counter.period.as_str(), now.minus(counter.period.length()), counter.at_most],
            |row| row.get(0),
        )
        .await?;
    Ok(full.is_some())
}

/// Writes a refusal into the history, at most once a minute for each reason and country: whoever floods us
/// does not fill it.
async fn tell(tx: &mut Tx<'_>, app: &App, wish: &Wish, refused: Refused, now: Timestamp) -> Result<(), Error> {
    let country = wish.number.country();
    let told = tx
        .use_once(
            "INSERT INTO sms_counts (subject, period, count, since, refused_at) VALUES (?1, ?2, 0, ?3, ?3)
             ON CONFLICT (subject, period) DO UPDATE SET refused_at = ?3, since = ?3 WHERE sms_counts.refused_at <= ?4",
            values![format!("refused:{}:{country}", refused.name()), Period::Hour.as_str(), now, now.minus(TELL_EVERY)],
        )
        .await?;
    if !told {
        return Ok(());
    }
    tracing::warn!(refused = refused.name(), country, "an SMS was refused");
    let mut entry = Entry::new(now, REFUSED).detail("refused", refused.name()).detail("country", country);
    entry.person.clone_from(&wish.person);
    entry.network = wish.network.as_ref().map(ToString::to_string);
    history::write(tx, &app.random, &entry).await
}

/// Forgets windows that are over.
///
/// # Errors
/// Every fault of the database.
pub(in crate::platform::messages) async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    let over = now.minus(Period::Day.length());
    tx.execute("DELETE FROM sms_counts WHERE since <= ?1", values![over]).await
}
