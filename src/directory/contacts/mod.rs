//! Communication contacts: the email and the phone that codes and notices go to (FLOWS.md 5). They are not
//! the same as the sign-in email, and count only once they are confirmed.

mod store;

use std::time::Duration;

pub use store::{
    ask_email, ask_phone, email_asked, expire, find_email, forget_email_asked, forget_phone_asked, of_person,
    phone_asked, phone_matches, set_email, set_phone, try_phone, use_email,
};

use super::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::phone_number::PhoneNumber;

/// How long a link that confirms an email works (NIST SP 800-63B-4 §4.2.1.2: 24 hours).
pub const EMAIL_WITHIN: Duration = Duration::from_hours(24);
/// How long a code that confirms a phone works (NIST SP 800-63B-4 §3.1.3.1: at most ten minutes).
pub const PHONE_WITHIN: Duration = Duration::from_mins(10);
/// How often a code may be tried.
pub const PHONE_TRIES: i64 = 5;

/// What is confirmed of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// The communication email.
    pub email: Option<String>,
    /// The communication phone.
    pub phone: Option<PhoneNumber>,
}

/// What an email that waits for its link is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The email that the person signs in with.
    SignIn,
    /// The email that codes and notices go to.
    Communication,
}

impl Purpose {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Communication => "communication",
        }
    }

    fn from_stored(word: &str) -> Option<Self> {
        [Self::SignIn, Self::Communication].into_iter().find(|purpose| purpose.as_str() == word)
    }
}

/// An email that waits for its link.
#[derive(Clone, Debug)]
pub struct EmailAsked {
    /// Whose it is to be.
    pub person: PersonId,
    /// What it is to become.
    pub purpose: Purpose,
    /// The address.
    pub email: String,
    /// When the link ends.
    pub expires_at: Timestamp,
}

/// A phone that waits for its code.
#[derive(Clone, Debug)]
pub struct PhoneAsked {
    /// The session that asked for it, and alone may type the code.
    pub session: String,
    /// The number.
    pub phone: PhoneNumber,
    /// How often a code was tried.
    pub tries: i64,
    /// When the code ends.
    pub expires_at: Timestamp,
}
