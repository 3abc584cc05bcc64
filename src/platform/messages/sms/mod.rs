//! SMS: whom they may go to, and how often. Each costs money, and who profits from them asks for many
//! (SMS pumping): only what [`may_send`] has allowed becomes a message, and it counts before it allows.

mod gateway;
mod store;

use std::time::Duration;

pub use gateway::Gateway;
pub use store::may_send;

use crate::platform::allowances::Allowance;
use crate::platform::history::Event;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::settings::messages::SmsSettings;
use crate::platform::web::network::Network;

/// An SMS was not allowed. The detail `refused` says why. At most one line a minute and limit.
const REFUSED: Event = Event("sms.refused");
/// So many SMS were wanted to one block of numbers that it looks like pumping: no more go there for now. The
/// detail `prefix` names the block. At most one line an hour and block.
const SPIKE: Event = Event("sms.spike");

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// An SMS that somebody wants to be sent.
#[derive(Clone, Debug)]
pub struct Wish {
    /// For whom, where it is somebody in the directory.
    pub person: Option<String>,
    /// To which number. It is one that the directory holds: nobody chooses it with the wish.
    pub number: PhoneNumber,
    /// From which network it was asked for, where it was by a browser or phone.
    pub network: Option<Network>,
}

/// That an SMS may be sent to this number, once. Only [`may_send`] makes it.
#[derive(Debug)]
pub struct Allowed {
    number: PhoneNumber,
}

impl Allowed {
    pub(super) fn into_number(self) -> PhoneNumber {
        self.number
    }
}

/// Why an SMS is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no gateway.
    NoGateway,
    /// It is a number that takes no SMS, or that costs more than one.
    NotMobile,
    /// The operator sends nothing to that country.
    Country,
    /// There were too many already.
    Limit(Limited),
}

/// Whom too many were for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// The person.
    Person,
    /// The number.
    Number,
    /// The network that asks.
    Network,
    /// The block of numbers that the number is of.
    Prefix,
    /// The country.
    Country,
    /// The whole service.
    All,
}

impl Refused {
    /// The name that is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoGateway => "no-gateway",
            Self::NotMobile => "not-mobile",
            Self::Country => "country",
            Self::Limit(Limited::Person) => "person-limit",
            Self::Limit(Limited::Number) => "number-limit",
            Self::Limit(Limited::Network) => "network-limit",
            Self::Limit(Limited::Prefix) => "prefix-limit",
            Self::Limit(Limited::Country) => "country-limit",
            Self::Limit(Limited::All) => "service-limit",
        }
    }
}

/// One counter, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counter {
    allowance: Allowance,
    subject: String,
    limited: Limited,
}

/// What needs no counting: whether there is a gateway, and whether the number is one for SMS.
fn is_thinkable(settings: Option<&SmsSettings>, number: &PhoneNumber) -> Result<(), Refused> {
    let settings = settings.ok_or(Refused::NoGateway)?;
    if !number.takes_sms() {
        return Err(Refused::NotMobile);
    }
    if !settings.serves(number.country()) {
        return Err(Refused::Country);
    }
    Ok(())
}

/// Every counter that an SMS counts in, always in the same order: of two that wait for each other's rows
/// neither would go on.
fn counters(settings: &SmsSettings, wish: &Wish, number_key: &str) -> Vec<Counter> {
    // A country gets at most half of everything where several are served: a flood into one leaves room.
    let share = if settings.countries.len() > 1 { 2 } else { 1 };
    let of_country = |all: i64| (all / share).max(1);
    let mut subjects = Vec::new();
    if let Some(person) = &wish.person {
        subjects.push((format!("person:{person}"), Limited::Person, 5, 15));
    }
    subjects.push((format!("number:{number_key}"), Limited::Number, 3, 10));
    if let Some(network) = &wish.network {
        subjects.push((format!("network:{network}"), Limited::Network, 30, 120));
    }
    let of_prefix = settings.prefix_hourly;
    subjects.push((
        format!("prefix:{}", prefix(&wish.number)),
        Limited::Prefix,
        of_prefix,
        of_prefix.saturating_mul(4),
    ));
    let country = (of_country(settings.hourly), of_country(settings.daily));
    subjects.push((format!("country:{}", wish.number.country()), Limited::Country, country.0, country.1));
    subjects.push(("all".to_owned(), Limited::All, settings.hourly, settings.daily));
    let both = |(subject, limited, hour, day): (String, Limited, i64, i64)| {
        let counter = |purpose, most, within| Counter {
            allowance: Allowance { purpose, most, within },
            subject: subject.clone(),
            limited,
        };
        [counter("sms.hour", hour, HOUR), counter("sms.day", day, DAY)]
    };
    subjects.into_iter().flat_map(both).collect()
}

/// The block of ten thousand numbers that a number is of. Who earns from SMS rents such blocks, and has
/// messages sent to one number of it after the other.
fn prefix(number: &PhoneNumber) -> &str {
    let number = number.as_str();
    number.get(..number.len().saturating_sub(4)).unwrap_or(number)
}
