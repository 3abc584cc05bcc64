//! Messages to people: written in the transaction of their reason, into an outbox that every node
//! shares. Nothing here knows what they are about.
//!
//! This version has no way out to a mail server: the demo shows what waits, and what nobody fetched
//! within a day is removed. `docs/operate.md` says so to the operator.

mod store;

use serde::Serialize;

pub use store::{expire, newest, write};

use super::clock::Timestamp;

/// The way that a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Email.
    Email,
    /// A text message to a phone. It has no subject.
    Sms,
}

impl Channel {
    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

/// A message that is to be sent.
#[derive(Clone, Debug)]
pub struct Message {
    /// How.
    pub channel: Channel,
    /// To which address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// When the reason for it happened.
    pub at: Timestamp,
}

/// A message that waits.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// Its identifier.
    pub id: String,
    /// `email` or `sms`.
    pub channel: String,
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// A code in it, where there is one.
    pub code: Option<String>,
    /// A link in it, where there is one.
    pub link: Option<String>,
    /// When it was written, in Unix milliseconds.
    pub at: i64,
}
