//! Communication contacts: the email and the phone for codes and notices (FLOWS.md 5). They may differ from the sign-in
//! email, and count only once they are confirmed.

mod administration;
mod store;

use std::time::Duration;

pub(crate) use administration::{PhoneChangeError, PhoneRecord, unfit};
pub use administration::{PhoneOfAnother, PhoneRefusal, set_phone_by_administrator};

pub(crate) use store::{
    ask_email, ask_phone, email_asked, find_email, forget_email_asked, forget_phone_asked, phone_asked, phone_matches,
    try_phone, use_email,
};
pub use store::{expire, of_person, set_email, set_phone};

use super::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::phone_number::PhoneNumber;

/// The lifetime of a link that confirms an email (NIST SP 800-63B-4 §4.2.1.2: 24 hours).
pub(crate) const EMAIL_WITHIN: Duration = Duration::from_hours(24);
/// The lifetime of a code that confirms a phone (NIST SP 800-63B-4 §3.1.3.1: at most ten minutes).
pub(crate) const PHONE_WITHIN: Duration = Duration::from_mins(10);
/// The number of tries of such a code.
pub(crate) const PHONE_TRIES: i64 = 5;
/// The time during which a phone set by an administrator resets nothing, unless the person confirms it.
pub(crate) const RESETS_NOTHING_FOR: Duration = Duration::from_hours(72);

/// The destinations of a person's codes and notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// The confirmed communication email.
    pub email: Option<String>,
    /// The communication phone.
    pub phone: Option<Phone>,
}

/// A communication phone and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// The number.
    pub number: PhoneNumber,
    /// Its origin.
    pub origin: Origin,
}

/// The reason a communication phone counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The person typed the code that was sent there.
    Confirmed,
    /// A user administrator set it.
    SetByAdministrator {
        /// The administrator.
        administrator: PersonId,
        /// The instant.
        at: Timestamp,
    },
}

impl Phone {
    /// The first instant at which the phone may recover a password or reset anything else. Sign-in codes go there at
    /// once, but nobody may open a person's sign-in with a phone they set before the person could notice (ASVS 6.4.6).
    pub(crate) fn resets_from(&self) -> Timestamp {
        match self.origin {
            Origin::Confirmed => Timestamp::default(),
            Origin::SetByAdministrator { at, .. } => at.plus(RESETS_NOTHING_FOR),
        }
    }

    /// Whether the phone may recover a password or reset anything else.
    pub fn may_reset(&self, now: Timestamp) -> bool {
        now >= self.resets_from()
    }
}

/// The use of an email that waits for its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmailPurpose {
    /// As the sign-in email.
    SignIn,
    /// As the communication email.
    Communication,
}

impl EmailPurpose {
    /// The stored word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Communication => "communication",
        }
    }

    fn from_stored(word: &str) -> Option<Self> {
        [Self::SignIn, Self::Communication].into_iter().find(|purpose| purpose.as_str() == word)
    }
}

/// An email that waits for confirmation by its link.
#[derive(Clone, Debug)]
pub(crate) struct EmailConfirmation {
    /// The person who asked for it.
    pub(crate) person: PersonId,
    /// Its use.
    pub(crate) purpose: EmailPurpose,
    /// The address.
    pub(crate) email: String,
}

/// A phone that waits for confirmation by its code.
#[derive(Clone, Debug)]
pub(crate) struct PhoneConfirmation {
    /// The session that asked for it, the only one that may enter the code.
    pub(crate) session: String,
    /// The number.
    pub(crate) phone: PhoneNumber,
    /// The number of tries so far.
    pub(crate) tries: i64,
    /// When the code ends.
    pub(crate) expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn set_by_an_administrator() -> Phone {
        let administrator = "019e0000-0000-7000-8000-000000000001".parse().unwrap();
        let number = PhoneNumber::parse("+358401234567").unwrap();
        Phone { number, origin: Origin::SetByAdministrator { administrator, at: SET } }
    }

    #[test]
    fn a_phone_of_an_administrator_resets_nothing_for_three_days_to_the_millisecond() {
        let phone = set_by_an_administrator();
        let last = RESETS_NOTHING_FOR.saturating_sub(Duration::from_millis(1));
        assert!(!phone.may_reset(SET) && !phone.may_reset(SET.plus(last)));
        assert!(phone.may_reset(SET.plus(RESETS_NOTHING_FOR)));
        assert_eq!(phone.resets_from().since(SET), Duration::from_hours(72));
        assert!(!phone.may_reset(SET.minus(Duration::from_hours(1000))), "a clock that was set back opens nothing");
    }

    #[test]
    fn a_phone_that_the_person_confirmed_may_reset_at_once() {
        let phone = Phone { origin: Origin::Confirmed, ..set_by_an_administrator() };
        assert!(phone.may_reset(SET));
    }
}
