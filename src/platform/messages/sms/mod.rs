//! SMS: permitted numbers and limits. Each costs money, and an attacker with a share in it asks for many (SMS pumping):
//! only [`may_send`] permits a message, and it counts before it permits.

mod gateway;
mod store;

use std::time::Duration;

pub(crate) use gateway::Gateway;
pub use store::may_send;

use crate::platform::allowances::Allowance;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::settings::messages::SmsSettings;
use crate::platform::web::network::Network;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// A request for an SMS.
#[derive(Clone, Debug)]
pub struct SmsRequest {
    /// The person, if they are in the directory.
    pub person: Option<String>,
    /// The number, from the directory: it is not chosen with the request.
    pub number: PhoneNumber,
    /// The network of the requesting browser or phone.
    pub network: Option<Network>,
}

/// The answer to a request.
#[derive(Debug)]
pub enum SmsAnswer {
    /// It may be sent, and is counted.
    Permitted(SmsPermit),
    /// It may not be sent.
    Refused(SmsRefusal),
}

impl SmsAnswer {
    /// The permission, if there is one.
    pub(crate) fn permit(self) -> Option<SmsPermit> {
        match self {
            Self::Permitted(permit) => Some(permit),
            Self::Refused(_) => None,
        }
    }
}

/// The permission for one SMS to this number. Only [`may_send`] makes it.
#[derive(Debug)]
pub struct SmsPermit {
    number: PhoneNumber,
}

impl SmsPermit {
    pub(super) fn into_number(self) -> PhoneNumber {
        self.number
    }
}

/// The reason for not sending an SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsRefusal {
    /// There is no gateway.
    NoGateway,
    /// It cannot receive SMS, or costs more than one.
    NotMobile,
    /// The operator sends nothing to that country.
    Country,
    /// A limit is reached.
    Limit(SmsLimit),
}

/// The subject of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsLimit {
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

impl SmsRefusal {
    /// The stored and displayed name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoGateway => "no-gateway",
            Self::NotMobile => "not-mobile",
            Self::Country => "country",
            Self::Limit(SmsLimit::Person) => "person-limit",
            Self::Limit(SmsLimit::Number) => "number-limit",
            Self::Limit(SmsLimit::Network) => "network-limit",
            Self::Limit(SmsLimit::Prefix) => "prefix-limit",
            Self::Limit(SmsLimit::Country) => "country-limit",
            Self::Limit(SmsLimit::All) => "service-limit",
        }
    }
}

/// A counter and its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counter {
    allowance: Allowance,
    subject: String,
    limit: SmsLimit,
}

/// Returns the settings of the gateway, if the number can receive SMS by them.
fn check_settings<'s>(settings: Option<&'s SmsSettings>, number: &PhoneNumber) -> Result<&'s SmsSettings, SmsRefusal> {
    let settings = settings.ok_or(SmsRefusal::NoGateway)?;
    if !number.takes_sms() {
        return Err(SmsRefusal::NotMobile);
    }
    if !settings.serves(number.country()) {
        return Err(SmsRefusal::Country);
    }
    Ok(settings)
}

/// Every counter of an SMS, always in the same order: two transactions that wait for each other's rows would block.
fn counters(settings: &SmsSettings, request: &SmsRequest, number_key: &str) -> Vec<Counter> {
    // With several countries, each gets at most half of everything: a flood into one leaves room.
    let share = if settings.countries.len() > 1 { 2 } else { 1 };
    let of_country = |all: i64| (all / share).max(1);
    let mut subjects = Vec::new();
    if let Some(person) = &request.person {
        subjects.push((format!("person:{person}"), SmsLimit::Person, 5, 15));
    }
    subjects.push((format!("number:{number_key}"), SmsLimit::Number, 3, 10));
    if let Some(network) = &request.network {
        subjects.push((format!("network:{network}"), SmsLimit::Network, 30, 120));
    }
    let of_prefix = settings.prefix_hourly;
    subjects.push((
        format!("prefix:{}", prefix(&request.number)),
        SmsLimit::Prefix,
        of_prefix,
        of_prefix.saturating_mul(4),
    ));
    let country = (of_country(settings.hourly), of_country(settings.daily));
    subjects.push((format!("country:{}", request.number.country()), SmsLimit::Country, country.0, country.1));
    subjects.push(("all".to_owned(), SmsLimit::All, settings.hourly, settings.daily));
    let both = |(subject, limit, hour, day): (String, SmsLimit, i64, i64)| {
        let counter = |purpose, most, within| Counter {
            allowance: Allowance { purpose, most, within },
            subject: subject.clone(),
            limit,
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
