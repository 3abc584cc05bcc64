//! Whether an SMS may be sent: asked and counted in one transaction.

use std::time::Duration;

use super::{Allowed, HOUR, Limited, REFUSED, Refused, SPIKE, Wish, counters, is_thinkable, prefix};
use crate::app::App;
use crate::platform::allowances::{self, Allowance};
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Tx};
use crate::platform::history::{self, Entry};

/// How often the history is told that a limit is reached.
const TOLD: Allowance = Allowance { purpose: "sms.refusal-told", most: 1, within: Duration::from_mins(1) };
/// How often it is told that a block of numbers is asked for suspiciously often.
const SPIKE_TOLD: Allowance = Allowance { purpose: "sms.spike-told", most: 1, within: HOUR };

/// Whether an SMS may be sent now. What is allowed is counted in the transaction that writes the message;
/// what is not is in the history, and the transaction that learns it must be committed nevertheless.
///
/// # Errors
/// That it may not be sent is an answer.
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

/// Writes a refusal into the history, at most once a minute for each reason and country: whoever floods us
/// does not fill it.
async fn tell(tx: &mut Tx<'_>, app: &App, wish: &Wish, refused: Refused, now: Timestamp) -> Result<(), Error> {
    let country = wish.number.country();
    if allowances::take(tx, &TOLD, &format!("{}:{country}", refused.name()), now).await?.is_err() {
        return Ok(());
    }
    tracing::warn!(refused = refused.name(), country, "an SMS was refused");
    let entry = Entry::new(now, REFUSED).detail("refused", refused.name()).detail("country", country);
    write(tx, app, wish, entry).await
}

/// Tells the operator, in the log and in the history, that a block of numbers looks like pumping.
async fn raise_alarm(tx: &mut Tx<'_>, app: &App, wish: &Wish, now: Timestamp) -> Result<(), Error> {
    let prefix = prefix(&wish.number);
    if allowances::take(tx, &SPIKE_TOLD, prefix, now).await?.is_err() {
        return Ok(());
    }
    let country = wish.number.country();
    tracing::error!(prefix, country, "SMS to this block of numbers are stopped: this looks like pumping");
    write(tx, app, wish, Entry::new(now, SPIKE).detail("prefix", prefix).detail("country", country)).await
}

async fn write(tx: &mut Tx<'_>, app: &App, wish: &Wish, mut entry: Entry) -> Result<(), Error> {
    entry.person.clone_from(&wish.person);
    entry.network = wish.network.as_ref().map(ToString::to_string);
    history::write(tx, &app.random, &entry).await
}
