//! Messages to people: written in the transaction of their reason into an outbox that every node shares,
//! and sent at once by whichever node is alive ([`worker`]). Nothing here knows what they are about.
//!
//! What a message says may hold codes and links: it is sealed in the database until it is sent, and gone
//! then. It never stands in a log.

mod content;
mod delivery;
pub mod mail;
pub mod sms;
mod store;

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::{Notify, Semaphore};

pub use content::Tone;
pub use delivery::{deliver_due, worker};
pub use store::{expire, find, newest, outbox, retry, waiting, write, write_known};

use super::clock::Timestamp;
use super::phone_number::PhoneNumber;
use super::web::translations::Language;
use content::Content;

/// How many messages of a channel are on their way at once, of one node.
const AT_ONCE: usize = 16;

/// The way that a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Email.
    Email,
    /// A text message to a phone. Only [`Message::sms`] makes one.
    Sms,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Email, Self::Sms];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

impl std::str::FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(word: &str) -> Result<Self, UnknownChannel> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word).ok_or(UnknownChannel)
    }
}

/// A word that names no channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownChannel;

/// Wakes whoever sends what was written, and knows what is on its way; a channel at a time.
#[derive(Debug, Default)]
pub struct Due {
    email: Way,
    sms: Way,
}

#[derive(Debug)]
struct Way {
    woken: Arc<Notify>,
    /// One place for each message on its way.
    places: Arc<Semaphore>,
}

impl Default for Way {
    fn default() -> Self {
        Self { woken: Arc::default(), places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Due {
    /// Who waits for this channel.
    pub fn of(&self, channel: Channel) -> &Arc<Notify> {
        &self.way(channel).woken
    }

    fn way(&self, channel: Channel) -> &Way {
        match channel {
            Channel::Email => &self.email,
            Channel::Sms => &self.sms,
        }
    }

    /// Waits until nothing is on its way: what is cut off in the middle goes out a second time.
    pub async fn finished(&self) {
        for channel in Channel::ALL {
            let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
            // They are never closed; and who asks bounds the wait.
            let _ = self.way(channel).places.acquire_many(all).await;
        }
    }
}

/// A message that is to be sent. It says its parts in the order in which they are added.
#[derive(Clone, Debug)]
pub struct Message {
    channel: Channel,
    to: String,
    content: Content,
    at: Timestamp,
    useful_until: Option<Timestamp>,
    person: Option<String>,
}

impl Message {
    /// A mail with nothing but a subject yet, which is its title, too. `at` is when the reason for it
    /// happened.
    pub fn mail(language: Language, to: &str, subject: &str, at: Timestamp) -> Self {
        Self {
            channel: Channel::Email,
            to: to.to_owned(),
            content: Content::new(language, subject),
            at,
            useful_until: None,
            person: None,
        }
    }

    /// A mail of paragraphs with an empty line between them.
    pub fn plain(language: Language, to: &str, subject: &str, text: &str, at: Timestamp) -> Self {
        Self::mail(language, to, subject, at).paragraphs(text)
    }

    /// An SMS to a number that [`sms::may_send`] has allowed.
    pub fn sms(language: Language, allowed: sms::Allowed, text: &str, at: Timestamp) -> Self {
        let to: PhoneNumber = allowed.into_number();
        let message = Self::mail(language, to.as_str(), "", at);
        Self { channel: Channel::Sms, ..message }.paragraphs(text)
    }

    /// With paragraphs, separated by empty lines.
    #[must_use]
    pub fn paragraphs(mut self, text: &str) -> Self {
        self.content.paragraphs(text);
        self
    }

    /// With a paragraph that begins in bold: "**Was this you?** Then there is nothing to do."
    #[must_use]
    pub fn lead(mut self, lead: &str, text: &str) -> Self {
        self.content.lead(lead, text);
        self
    }

    /// With a code to type: what it is, the code, and how long it lives.
    #[must_use]
    pub fn code(mut self, label: &str, code: &str, note: &str) -> Self {
        self.content.add_code(label, code, note);
        self
    }

    /// With what was done, from where, with what: labels and values.
    #[must_use]
    pub fn facts(mut self, facts: &[(&str, &str)]) -> Self {
        self.content.facts(facts);
        self
    }

    /// With what to do, one step after the other.
    #[must_use]
    pub fn steps(mut self, steps: &[&str]) -> Self {
        self.content.steps(steps);
        self
    }

    /// With somewhere to go: a local path of this service. The address is built from the public URL when
    /// the message is sent.
    #[must_use]
    pub fn link(mut self, label: &str, path: &str, tone: Tone) -> Self {
        self.content.add_link(label, path, tone);
        self
    }

    /// With a paragraph in small print.
    #[must_use]
    pub fn note(mut self, text: &str) -> Self {
        self.content.note(text);
        self
    }

    /// In the look of a company: its name, and its accent as six hexadecimal digits.
    #[must_use]
    pub fn worn_for(mut self, company: &str, accent: &str) -> Self {
        self.content.worn = content::Worn::new(company, accent);
        self
    }

    /// For somebody of this name.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.content.name = Some(name.to_owned());
        self
    }

    /// About this person: the history of a message that never arrives names them.
    #[must_use]
    pub fn person(mut self, person: impl std::fmt::Display) -> Self {
        self.person = Some(person.to_string());
        self
    }

    /// Not to be sent from this instant on: what is in it has expired.
    #[must_use]
    pub fn useful_until(mut self, until: Timestamp) -> Self {
        self.useful_until = Some(until);
        self
    }
}

/// A message as the demo shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Its identifier.
    pub id: String,
    /// `email` or `sms`.
    pub channel: String,
    /// The address or number.
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

/// A message as the operator sees it: not what it says.
#[derive(Clone, Debug, Serialize)]
pub struct InOutbox {
    /// Its identifier, which is also its Message-ID.
    pub id: String,
    /// `email` or `sms`.
    pub channel: String,
    /// The address or number.
    pub to: String,
    /// `waiting`, `sent` or `given up`.
    pub state: &'static str,
    /// When it was written, in Unix milliseconds.
    pub at: i64,
    /// When it is tried next, where it waits.
    pub due_at: Option<i64>,
    /// How often it was tried in vain.
    pub attempts: i64,
    /// Why it is not there yet.
    pub problem: Option<String>,
}
