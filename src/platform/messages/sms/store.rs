//! Permission for an SMS, checked and counted in one transaction.

use std::time::Duration;

use super::{HOUR, SmsAnswer, SmsLimit, SmsPermit, SmsRefusal, SmsRequest, check_settings, counters, prefix};
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{Error, Tx};
use crate::platform::history::{self, Entry};

/// The limit for recording in the history that a limit is reached.
const REFUSAL_RECORDED: Allowance = Allowance { purpose: "sms.refusal-told", most: 1, within: Duration::from_mins(1) };
/// The limit for recording a suspicious block of numbers.
const SPIKE_RECORDED: Allowance = Allowance { purpose: "sms.spike-told", most: 1, within: HOUR };

/// Whether an SMS may be sent now. A permitted one is counted in the transaction that writes the message; a refusal is
/// in the history, and its transaction must be committed all the same.
pub async fn may_send(tx: &mut Tx<'_>, app: &Core, request: SmsRequest, now: Timestamp) -> Result<SmsAnswer, Error> {
    let settings = app.settings.sms.as_ref();
    let refusal = match check_settings(settings, &request.number) {
        Ok(settings) => {
            // Counters do not have the number itself: readers of the table learn none.
            let key = app.master_keys.keyed_hash("sms count of a number", request.number.as_str());
            let counters = counters(settings, &request, &data_encoding::HEXLOWER.encode(&key));
            let taken: Vec<_> = counters.iter().map(|counter| (counter.allowance, counter.subject.clone())).collect();
            match allowances::take_all(tx, &taken, now).await? {
                AllowanceAnswer::Granted => return Ok(SmsAnswer::Permitted(SmsPermit { number: request.number })),
                AllowanceAnswer::Exhausted(full) => {
                    SmsRefusal::Limit(counters.get(full.index).map_or(SmsLimit::All, |counter| counter.limit))
                }
            }
        }
        Err(refusal) => refusal,
    };
    record(tx, app, &request, refusal, now).await?;
    if refusal == SmsRefusal::Limit(SmsLimit::Prefix) {
        raise_alarm(tx, app, &request, now).await?;
    }
    Ok(SmsAnswer::Refused(refusal))
}

/// Writes a refusal into the history, at most once a minute for each reason and country, so that a flood does not fill
/// it.
async fn record(
    tx: &mut Tx<'_>,
    app: &Core,
    request: &SmsRequest,
    refusal: SmsRefusal,
    now: Timestamp,
) -> Result<(), Error> {
    let country = request.number.country();
    if allowances::take(tx, &REFUSAL_RECORDED, &format!("{}:{country}", refusal.name()), now).await?
        != AllowanceAnswer::Granted
    {
        return Ok(());
    }
    tracing::warn!(refused = refusal.name(), country, "an SMS was refused");
    let entry = Entry::new(now, Event::SmsRefused).detail("refused", refusal.name()).detail("country", country);
    write(tx, app, request, entry).await
}

/// Alerts the operator, in the log and in the history, that a block of numbers looks like pumping.
async fn raise_alarm(tx: &mut Tx<'_>, app: &Core, request: &SmsRequest, now: Timestamp) -> Result<(), Error> {
    let prefix = prefix(&request.number);
    if allowances::take(tx, &SPIKE_RECORDED, prefix, now).await? != AllowanceAnswer::Granted {
        return Ok(());
    }
    let country = request.number.country();
    tracing::error!(prefix, country, "SMS to this block of numbers are stopped: this looks like pumping");
    write(tx, app, request, Entry::new(now, Event::SmsSpike).detail("prefix", prefix).detail("country", country)).await
}

async fn write(tx: &mut Tx<'_>, app: &Core, request: &SmsRequest, mut entry: Entry) -> Result<(), Error> {
    entry.person.clone_from(&request.person);
    entry.network = request.network.as_ref().map(ToString::to_string);
    history::write(tx, &app.random, &entry).await
}
