//! Failures are counted per person and method, and per network. Counters outlive the attempt and the
//! code that was guessed, and are committed before anything is verified: a thousand guesses at once
//! are a thousand counted failures, and nothing rolls them back.
//!
//! A browser that the person has signed in with before has a budget of its own, and is not counted with
//! its network, so that nobody elsewhere can lock them out.

mod store;

use std::time::Duration;

pub use store::{begin, expire, forget, forget_method, succeeded};

use crate::directory::people::{Email, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::secret::MasterKeys;
use crate::platform::web::network::Network;

/// What is being tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// A password.
    Password,
    /// A code of an authenticator app.
    Totp,
    /// The recovery code.
    RecoveryCode,
    /// The code of a device.
    DeviceCode,
    /// A passkey. It cannot be guessed, so no try of it is counted and none is ever held back.
    Passkey,
}

impl Tried {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::DeviceCode => "device_code",
            Self::Passkey => "passkey",
        }
    }
}

/// Whom failures are counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A person, from one browser that they have signed in with before.
    KnownBrowser(PersonId, [u8; 32]),
    /// A person, from everywhere else.
    Elsewhere(PersonId),
    /// An email that nobody has, by its keyed hash: it is counted like everybody's.
    Stranger([u8; 32]),
    /// Everybody in one network, but for browsers that are known.
    Network(Network),
    /// Everybody in one network who types what belongs to nobody yet, and so has no counter of a person.
    TypingIn(Network),
}

impl Subject {
    /// The counter of an email that nobody has.
    pub fn stranger(keys: &MasterKeys, email: &Email) -> Self {
        Self::Stranger(keys.keyed_hash("failures of a stranger", email.key()))
    }

    fn key(&self) -> String {
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        match self {
            Self::KnownBrowser(person, browser) => format!("browser:{person}:{}", hex(browser)),
            Self::Elsewhere(person) => format!("elsewhere:{person}"),
            Self::Stranger(hash) => format!("stranger:{}", hex(hash)),
            Self::Network(network) => format!("network:{network}"),
            Self::TypingIn(network) => format!("typing:{network}"),
        }
    }

    fn limits(&self) -> Limits {
        match self {
            Self::Network(_) => Limits { free: 50, first_wait: Duration::from_secs(5), end: None },
            Self::TypingIn(_) => Limits { free: 5, first_wait: Duration::from_secs(30), end: None },
            _ => Limits { free: 5, first_wait: Duration::from_secs(30), end: Some(100) },
        }
    }
}

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// So long after the first of them, a network's failures are forgotten: what an office mistypes in a week
/// does not add up.
const NETWORK_FORGETS_AFTER: Duration = Duration::from_hours(1);

struct Limits {
    /// Failures before any wait.
    free: i64,
    /// The first wait; each further failure doubles it, up to an hour.
    first_wait: Duration,
    /// The failures in a row after which the method is closed until the operator opens it (`salpa people unlock`) (NIST SP
    /// 800-63B-4 §3.2.2: at most 100).
    end: Option<i64>,
}

/// It is too early for another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooEarly {
    /// When the next try is taken.
    pub until: Timestamp,
}

impl TooEarly {
    /// Whether no wait ends it: after a hundred failures the operator has to ([`forget`]).
    pub fn is_for_good(self) -> bool {
        self.until == NEVER
    }
}

/// The end of a wait that does not end.
const NEVER: Timestamp = Timestamp::from_milliseconds(i64::MAX);

/// When the try after this many failures in a row is taken.
fn wait_after(limits: &Limits, failures: i64, now: Timestamp) -> Timestamp {
    if limits.end.is_some_and(|end| failures >= end) {
        return NEVER;
    }
    let beyond = failures - limits.free;
    let Ok(doublings) = u32::try_from(beyond) else { return Timestamp::default() };
    let wait = limits.first_wait.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_WAIT);
    now.plus(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn wait(subject: &Subject, failures: i64) -> Duration {
        wait_after(&subject.limits(), failures, NOW).since(NOW)
    }

    #[test]
    fn the_fifth_wrong_try_makes_a_person_wait_and_each_further_one_longer() {
        let subject = Subject::Stranger([0; 32]);
        assert_eq!(wait(&subject, 4), Duration::ZERO);
        assert_eq!(wait(&subject, 5), Duration::from_secs(30));
        assert_eq!(wait(&subject, 6), Duration::from_mins(1));
        assert_eq!(wait(&subject, 60), LONGEST_WAIT);
    }

    #[test]
    fn a_hundred_failures_in_a_row_close_the_method() {
        let subject = Subject::Stranger([0; 32]);
        assert_eq!(wait_after(&subject.limits(), 100, NOW).milliseconds(), i64::MAX);
    }

    #[test]
    fn an_office_behind_one_address_may_mistype_more_often() {
        let network = Subject::Network(Network::of([192, 0, 2, 1].into()));
        assert_eq!(wait(&network, 49), Duration::ZERO);
        assert_eq!(wait(&network, 50), Duration::from_secs(5));
        assert!(wait(&network, 1_000_000) == LONGEST_WAIT);
    }
}
