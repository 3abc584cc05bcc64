//! SMS: permitted numbers and limits. Each costs money, and an attacker with a share in it asks for many (SMS pumping):
//! only [`may_send`] permits a message, and it counts before it permits.

mod gateway;
mod store;

use std::time::Duration;

pub use gateway::Gateway;
pub use store::may_send;

use crate::platform::allowances::Allowance;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::settings::messages::SmsSettings;
use crate::platform::web::network::Network;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// A request for an SMS.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The person, if it is somebody in the directory.
    pub person: Option<String>,
    /// The number, from the directory: nobody chooses it with the request.
    pub number: PhoneNumber,
    /// The network of the requesting browser or phone.
    pub network: Option<Network>,
}

/// The permission for one SMS to this number. Only [`may_send`] makes it.
#[derive(Debug)]
pub struct Allowed {
    number: PhoneNumber,
}

impl Allowed {
    pub(super) fn into_number(self) -> PhoneNumber {
        self.number
    }
}

/// The reason for not sending an SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no gateway.
    NoGateway,
    /// It cannot receive SMS, or costs more than one.
    NotMobile,
    /// The operator sends nothing to that country.
    Country,
    /// A limit is reached.
    Limit(Limited),
}

/// The subject of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// The person.
    Person,
    /// The number.
    Number,
    /// The requesting network.
    Network,
    /// The block that the number belongs to.
    Prefix,
    /// The country.
    Country,
    /// The whole service.
    All,
}

impl Refused {
    /// The stored and displayed name.
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

/// A counter and its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counter {
    allowance: Allowance,
    subject: String,
    limited: Limited,
}

/// The checks without counting: whether there is a gateway, and whether the number can receive SMS.
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

/// Every counter of an SMS, always in the same order: two transactions that wait for each other's rows would block.
fn counters(settings: &SmsSettings, wish: &Wish, number_key: &str) -> Vec<Counter> {
    // With several countries, each gets at most half of everything: a flood into one leaves room.
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

/// The block of ten thousand numbers that a number belongs to. Pumping uses such rented blocks, number by number.
fn prefix(number: &PhoneNumber) -> &str {
    let number = number.as_str();
    number.get(..number.len().saturating_sub(4)).unwrap_or(number)
}
