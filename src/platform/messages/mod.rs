//! Messages to people: written in the transaction of their reason into an outbox that every node shares, and sent at
//! once by any node ([`Delivery`]). Nothing here knows their meaning.
//!
//! A message may have codes and links: it is sealed in the database until it is sent, then erased, and never logged.

mod content;
mod delivery;
pub(crate) mod mail;
pub mod sms;
mod store;

use serde::Serialize;

pub use content::Tone;
pub use delivery::{Delivery, deliver_due};
pub(crate) use store::put_right;
pub use store::{expire, find, newest, outbox, retry, waiting, write, write_known};

use super::bus::Topic;
use super::clock::Timestamp;
use super::phone_number::PhoneNumber;
use super::web::translations::Language;
use content::Content;

/// The channel of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Email.
    Email,
    /// A text message to a phone. Only [`Message::sms`] makes one.
    Sms,
    /// A push message to the app on a phone. Only [`Message::push`] makes one.
    Push,
}

impl Channel {
    /// Every channel.
    pub(crate) const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Push];

    /// The stored and displayed word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Push => "push",
        }
    }

    /// The topic of its due messages.
    fn topic(self) -> Topic {
        match self {
            Self::Email => Topic::Email,
            Self::Sms => Topic::Sms,
            Self::Push => Topic::Push,
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
pub(crate) struct UnknownChannel;

/// The recipient of a message that no transport sends. It is written, taken and erased like any other, so that what an
/// email that nobody has sets off takes as long as what a person's does.
pub(crate) const NOBODY: &str = "";

/// A message to be sent, with its parts in reading order.
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
    /// A mail with only a subject, which is its title too. `at` is the instant of its reason.
    pub(crate) fn mail(language: Language, to: &str, subject: &str, at: Timestamp) -> Self {
        Self {
            channel: Channel::Email,
            to: to.to_owned(),
            content: Content::new(language, subject),
            at,
            useful_until: None,
            person: None,
        }
    }

    /// A mail of paragraphs, separated by empty lines.
    pub fn plain(language: Language, to: &str, subject: &str, text: &str, at: Timestamp) -> Self {
        Self::mail(language, to, subject, at).paragraphs(text)
    }

    /// An SMS to a number that [`sms::may_send`] permits.
    pub fn sms(language: Language, permit: sms::SmsPermit, text: &str, at: Timestamp) -> Self {
        let to: PhoneNumber = permit.into_number();
        let message = Self::mail(language, to.as_str(), "", at);
        Self { channel: Channel::Sms, ..message }.paragraphs(text)
    }

    /// A push message with a title, to a recipient with a subscription (`push::subscribe`). It passes through strangers'
    /// machines and stands on a locked phone: it says nothing that others may not know.
    pub(crate) fn push(language: Language, recipient: uuid::Uuid, title: &str, at: Timestamp) -> Self {
        Self { channel: Channel::Push, ..Self::mail(language, &recipient.to_string(), title, at) }
    }

    /// The same message to [`NOBODY`].
    #[must_use]
    pub(crate) fn for_nobody(self) -> Self {
        Self { to: NOBODY.to_owned(), ..self }
    }

    /// Adds paragraphs, separated by empty lines.
    #[must_use]
    pub(crate) fn paragraphs(mut self, text: &str) -> Self {
        self.content.paragraphs(text);
        self
    }

    /// Adds a paragraph that begins in bold: "**Was this you?** Then there is nothing to do."
    #[must_use]
    pub(crate) fn lead(mut self, lead: &str, text: &str) -> Self {
        self.content.lead(lead, text);
        self
    }

    /// Adds a code to type, with its label and lifetime.
    #[must_use]
    pub fn code(mut self, label: &str, code: &str, note: &str) -> Self {
        self.content.add_code(label, code, note);
        self
    }

    /// Adds labels and values of the act, such as its time, network and browser.
    #[must_use]
    pub(crate) fn facts(mut self, facts: &[(&str, &str)]) -> Self {
        self.content.facts(facts);
        self
    }

    /// Adds a link to a local path of this service. Delivery builds the address from the public URL.
    #[must_use]
    pub fn link(mut self, label: &str, path: &str, tone: Tone) -> Self {
        self.content.add_link(label, path, tone);
        self
    }

    /// Adds steps to take, one after the other.
    #[must_use]
    pub(crate) fn steps(mut self, steps: &[String]) -> Self {
        self.content.steps(steps);
        self
    }

    /// Adds the same message in another language, under its own subject.
    #[must_use]
    pub(crate) fn below(mut self, other: Self) -> Self {
        self.content.below(other.content);
        self
    }

    /// Adds a paragraph in small print.
    #[must_use]
    pub(crate) fn note(mut self, text: &str) -> Self {
        self.content.note(text);
        self
    }

    /// Sets the look of a company: its name, and its accent as six hexadecimal digits.
    #[must_use]
    pub(crate) fn worn_for(mut self, company: &str, accent: &str) -> Self {
        self.content.worn = content::MailLook::new(company, accent);
        self
    }

    /// Sets the recipient's name.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.content.name = Some(name.to_owned());
        self
    }

    /// Sets the person: the history of an undeliverable message names them.
    #[must_use]
    pub fn person(mut self, person: impl std::fmt::Display) -> Self {
        self.person = Some(person.to_string());
        self
    }

    /// Sets the instant after which it is not sent, because its content has expired.
    #[must_use]
    pub fn useful_until(mut self, until: Timestamp) -> Self {
        self.useful_until = Some(until);
        self
    }
}

/// A message for the demo's page.
#[derive(Clone, Debug, Serialize)]
pub struct UnsentMessage {
    /// Its identifier.
    pub id: String,
    /// `email`, `sms` or `push`.
    pub channel: String,
    /// The address, number, or identifier of a phone.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// A code in it, if any.
    pub code: Option<String>,
    /// A link in it, if any.
    pub link: Option<String>,
    /// When it was written, in Unix milliseconds.
    pub(crate) at: i64,
}

/// A message for the operator, without its text.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxEntry {
    /// Its identifier, which is also its Message-ID.
    pub id: String,
    /// `email`, `sms` or `push`.
    pub channel: String,
    /// The address, number, or identifier of a phone.
    pub to: String,
    /// `waiting`, `sent` or `given up`.
    pub state: &'static str,
    /// When it was written, in Unix milliseconds.
    pub(crate) at: i64,
    /// When it is tried next, if it waits.
    pub due_at: Option<i64>,
    /// The number of unsuccessful tries.
    pub attempts: i64,
    /// The reason why it has not arrived.
    pub problem: Option<String>,
}
