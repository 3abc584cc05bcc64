//! Permission for an SMS, checked and counted in one transaction.

use std::time::Duration;

use super::{Allowed, HOUR, Limited, Refused, Wish, counters, is_thinkable, prefix};
use crate::event::Event;
use crate::platform::allowances::{self, Allowance};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{Error, Tx};
use crate::platform::history::{self, Entry};

/// The limit for recording in the history that a limit is reached.
const TOLD: Allowance = Allowance { purpose: "sms.refusal-told", most: 1, within: Duration::from_mins(1) };
/// The limit for recording a suspicious block of numbers.
const SPIKE_TOLD: Allowance = Allowance { purpose: "sms.spike-told", most: 1, within: HOUR };

/// Whether an SMS may be sent now. A permitted one is counted in the transaction that writes the message; a refusal is
/// in the history, and its transaction must be committed all the same.
///
/// # Errors
/// A refusal is a value.
pub async fn may_send(
    tx: &mut Tx<'_>,
    app: &Core,
    wish: Wish,
    now: Timestamp,
) -> Result<Result<Allowed, Refused>, Error> {
    let settings = app.settings.sms.as_ref();
    let answer = match (is_thinkable(settings, &wish.number), settings) {
        (Ok(()), Some(settings)) => {
            // Counters do not have the number itself: readers of the table learn none.
            let key = app.master_keys.keyed_hash("sms count of a number", wish.number.as_str());
            let counters = counters(settings, &wish, &data_encoding::HEXLOWER.encode(&key));
            let taken: Vec<_> = counters.iter().map(|counter| (counter.allowance, counter.subject.clone())).collect();
            match allowances::take_all(tx, &taken, now).await? {
                Ok(()) => return Ok(Ok(Allowed { number: wish.number })),
                Err((full, _)) => Refused::Limit(counters.get(full).map_or(Limited::All, |counter| counter.limited)),
            }
        }
        (Err(refused), _) => refused,
        (Ok(()), None) => Refused::NoGateway,
    };
    tell(tx, app, &wish, answer, now).await?;
    if answer == Refused::Limit(Limited::Prefix) {
        raise_alarm(tx, app, &wish, now).await?;
    }
    Ok(Err(answer))
}

/// Writes a refusal into the history, at most once a minute for each reason and country, so that a flood does not fill
/// it.
async fn tell(tx: &mut Tx<'_>, app: &Core, wish: &Wish, refused: Refused, now: Timestamp) -> Result<(), Error> {
    let country = wish.number.country();
    if allowances::take(tx, &TOLD, &format!("{}:{country}", refused.name()), now).await?.is_err() {
        return Ok(());
    }
    tracing::warn!(refused = refused.name(), country, "an SMS was refused");
    let entry = Entry::new(now, Event::SmsRefused).detail("refused", refused.name()).detail("country", country);
    write(tx, app, wish, entry).await
}

/// Alerts the operator, in the log and in the history, that a block of numbers looks like pumping.
async fn raise_alarm(tx: &mut Tx<'_>, app: &Core, wish: &Wish, now: Timestamp) -> Result<(), Error> {
    let prefix = prefix(&wish.number);
    if allowances::take(tx, &SPIKE_TOLD, prefix, now).await?.is_err() {
        return Ok(());
    }
    let country = wish.number.country();
    tracing::error!(prefix, country, "SMS to this block of numbers are stopped: this looks like pumping");
    write(tx, app, wish, Entry::new(now, Event::SmsSpike).detail("prefix", prefix).detail("country", country)).await
}

async fn write(tx: &mut Tx<'_>, app: &Core, wish: &Wish, mut entry: Entry) -> Result<(), Error> {
    entry.person.clone_from(&wish.person);
    entry.network = wish.network.as_ref().map(ToString::to_string);
    history::write(tx, &app.random, &entry).await
}
