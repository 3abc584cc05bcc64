//! Failures are counted per person and method, and per network. Counters outlive the attempt and the
//! code that was guessed, and are committed before anything is verified: a thousand guesses at once
//! are a thousand counted failures, and nothing rolls them back.
//!
//! A browser that the person has signed in with before has a budget of its own, and is not counted with
//! its network, so that nobody elsewhere can lock them out.

mod store;

use std::time::Duration;

pub(crate) use store::held_back;
pub use store::{begin, count_within, expire, forget, forget_guesses, forget_method, holds_back, succeeded};

use crate::directory::people::{Email, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::secret::MasterKeys;
use crate::platform::web::network::Network;
use crate::proofs::Factor;

/// A secret that can be guessed, so that tries of it are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// A proof of a person. A passkey cannot be guessed, so its failures are not counted.
    Proof(Factor),
    /// The code of a device.
    DeviceCode,
    /// The code that confirms a phone in *My sign-in*.
    PhoneCode,
    /// The sign-up code of an invitation.
    SignUpCode,
    /// The six digits of an invitation.
    InvitationCode,
    /// A temporary access pass.
    AccessPass,
}

impl Guess {
    /// The stored word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Proof(factor) => factor.word(),
            Self::DeviceCode => "device_code",
            Self::PhoneCode => "phone_code",
            Self::SignUpCode => "sign_up_code",
            Self::InvitationCode => "invitation_code",
            Self::AccessPass => "access_pass",
        }
    }
}

impl From<Factor> for Guess {
    fn from(factor: Factor) -> Self {
        Self::Proof(factor)
    }
}

/// The subject that a failure is counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A person in one browser in which they have signed in before.
    KnownBrowser(PersonId, [u8; 32]),
    /// A person in all other browsers.
    Elsewhere(PersonId),
    /// A person in any browser, counted in a row: the codes go to their own phone and mailbox, whoever asks for them.
    InARow(PersonId),
    /// The same, counted within a day.
    WithinADay(PersonId),
    /// A person, by questions to their phones that brought nothing: three in a row, wherever they came from.
    Unanswered(PersonId),
    /// An email that nobody has, by its keyed hash. It is counted like a person's.
    Stranger([u8; 32]),
    /// Everybody in one network, except in known browsers.
    Network(Network),
    /// Everybody in one network who types a secret that is not counted for a person: it is nobody's yet, or the person
    /// behind it has proven nothing and would lock another out.
    TypingIn(Network),
    /// The sign-up codes that begin alike, whoever types them.
    Selector(String),
}

impl Subject {
    /// The counter of an email that nobody has.
    pub(crate) fn stranger(keys: &MasterKeys, email: &Email) -> Self {
        Self::Stranger(keys.keyed_hash("failures of a stranger", email.key()))
    }

    fn key(&self) -> String {
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        match self {
            Self::KnownBrowser(person, browser) => format!("browser:{person}:{}", hex(browser)),
            Self::Elsewhere(person) => format!("elsewhere:{person}"),
            Self::InARow(person) => format!("in-a-row:{person}"),
            Self::WithinADay(person) => format!("day:{person}"),
            Self::Unanswered(person) => format!("unanswered:{person}"),
            Self::Stranger(hash) => format!("stranger:{}", hex(hash)),
            Self::Network(network) => format!("network:{network}"),
            Self::TypingIn(network) => format!("typing:{network}"),
            Self::Selector(selector) => format!("selector:{selector}"),
        }
    }

    fn limits(&self) -> FailureLimits {
        match self {
            Self::Network(_) => FailureLimits::Growing { free: 50, first_wait: Duration::from_secs(5), end: None },
            Self::TypingIn(_) => FailureLimits::Growing { free: 5, first_wait: Duration::from_secs(30), end: None },
            Self::InARow(_) => FailureLimits::InARow { end: MOST_IN_A_ROW },
            Self::Unanswered(_) => FailureLimits::InARow { end: MOST_UNANSWERED },
            Self::WithinADay(_) | Self::Selector(_) => FailureLimits::Within { most: 10 },
            _ => FailureLimits::Growing { free: 5, first_wait: Duration::from_secs(30), end: Some(MOST_IN_A_ROW) },
        }
    }

    /// The time after the first failure in which all are forgotten; `None` for never.
    fn forgets_after(&self) -> Option<Duration> {
        match self {
            // The typing mistakes of an office in a week must not add up.
            Self::Network(_) | Self::TypingIn(_) => Some(Duration::from_hours(1)),
            Self::WithinADay(_) | Self::Selector(_) => Some(DAY),
            _ => None,
        }
    }

    /// Whether a success takes back only its own try and leaves earlier failures.
    fn outlasts_success(&self) -> bool {
        self.forgets_after().is_some()
    }
}

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The failures in a row after which the method is closed until the operator opens it (`salpa people unlock`)
/// (NIST SP 800-63B-4 §3.2.2: at most 100).
const MOST_IN_A_ROW: i64 = 100;
/// The questions to a person's phones that bring nothing, before no more is asked (FLOWS.md 7).
const MOST_UNANSWERED: i64 = 3;
const DAY: Duration = Duration::from_hours(24);

enum FailureLimits {
    /// A growing wait.
    Growing {
        /// Failures before any wait.
        free: i64,
        /// The first wait; each further failure doubles it, up to an hour.
        first_wait: Duration,
        /// The failures after which no wait ends it.
        end: Option<i64>,
    },
    /// No wait, and a final end.
    InARow {
        /// The failures after which no wait ends it.
        end: i64,
    },
    /// A limit within a day that begins with the first failure.
    Within {
        /// The limit.
        most: i64,
    },
}

/// The refusal of a try that came too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooEarly {
    /// The time of the next try.
    pub(crate) until: Timestamp,
}

impl TooEarly {
    /// Whether no wait ends it: after a hundred failures the operator has to ([`forget`]).
    pub(crate) fn is_for_good(self) -> bool {
        self.until == NEVER
    }
}

/// The reason for which a try was not counted and must not be verified.
#[derive(Debug)]
pub enum TryError {
    /// The try came too early.
    TooEarly(TooEarly),
    /// The database failed.
    Database(db::Error),
}

impl From<db::Error> for TryError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

/// The end of a wait that does not end.
const NEVER: Timestamp = Timestamp::from_milliseconds(i64::MAX);

/// The time of the next try after this many failures since an instant.
fn wait_after(limits: &FailureLimits, (failures, since): (i64, Timestamp), now: Timestamp) -> Timestamp {
    match limits {
        FailureLimits::Growing { end: Some(end), .. } | FailureLimits::InARow { end } if failures >= *end => NEVER,
        FailureLimits::InARow { .. } => Timestamp::default(),
        FailureLimits::Within { most } => {
            if failures >= *most {
                since.plus(DAY)
            } else {
                Timestamp::default()
            }
        }
        FailureLimits::Growing { free, first_wait, .. } => {
            let Ok(doublings) = u32::try_from(failures - free) else { return Timestamp::default() };
            now.plus(first_wait.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_WAIT))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn wait(subject: &Subject, failures: i64) -> Duration {
        wait_after(&subject.limits(), (failures, NOW), NOW).since(NOW)
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
        assert_eq!(wait_after(&subject.limits(), (100, NOW), NOW).milliseconds(), i64::MAX);
    }

    #[test]
    fn after_three_questions_that_brought_nothing_no_more_is_asked() {
        let subject = Subject::Unanswered(PersonId::NOBODY);
        let asked = |questions| wait_after(&subject.limits(), (questions, NOW), NOW);
        assert!(asked(2) <= NOW);
        assert_eq!((asked(3), asked(4)), (NEVER, NEVER), "no wait ends it, but another method");
    }

    #[test]
    fn an_office_behind_one_address_may_mistype_more_often() {
        let network = Subject::Network(Network::of([192, 0, 2, 1].into()));
        assert_eq!(wait(&network, 49), Duration::ZERO);
        assert_eq!(wait(&network, 50), Duration::from_secs(5));
        assert!(wait(&network, 1_000_000) == LONGEST_WAIT);
    }

    #[test]
    fn a_code_sent_to_a_person_is_tried_ten_times_a_day_and_a_hundred_times_in_a_row() {
        let begun = NOW.minus(Duration::from_hours(5));
        let after = |subject: &Subject, failures| wait_after(&subject.limits(), (failures, begun), NOW);
        let day = Subject::WithinADay(PersonId::NOBODY);
        assert!(after(&day, 9) <= NOW);
        assert_eq!(after(&day, 10), begun.plus(DAY), "until the day is over that the first failure began");
        let row = Subject::InARow(PersonId::NOBODY);
        assert!(after(&row, 99) <= NOW);
        assert_eq!(after(&row, 100), NEVER);
    }
}
