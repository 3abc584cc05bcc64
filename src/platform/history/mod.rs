//! The history: what was done, by whom, from where and when. An entry is written in the transaction
//! of what it tells of, holds no secret, and is never changed or removed. The database refuses both, and `seals` show
//! who got around that.

pub mod seals;
mod store;

use std::fmt::Display;

use serde::Serialize;

pub(crate) use store::newest;
pub use store::{LookFor, Within, count_of_person, of_company, of_person, write, write_each};

use super::clock::Timestamp;
use crate::event::{EntrySubject, Event};

macro_rules! identifies {
    ($($(#[$documentation:meta])+ $name:ident)+) => {$(
        $(#[$documentation])+
        pub trait $name: Display {}

        impl<I: $name> $name for &I {}
    )+};
}

identifies! {
    /// An identifier of a person.
    IdentifiesPerson
    /// An identifier of a company.
    IdentifiesCompany
    /// An identifier of an application.
    IdentifiesApplication
    /// An identifier of a session.
    IdentifiesSession
}

/// One entry, on its way into the history.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it happened.
    pub(crate) at: Timestamp,
    /// The event.
    pub(crate) event: Event,
    /// The person it happened to.
    pub(crate) person: Option<String>,
    /// The acting person, if that was another.
    pub(crate) actor: Option<String>,
    /// The company whose administrators may read of it.
    pub(crate) company: Option<String>,
    /// The application it was for.
    pub application: Option<String>,
    /// The sign-in it belongs to.
    pub(crate) sign_in: Option<String>,
    /// The session it belongs to.
    pub(crate) session: Option<String>,
    /// From which network: an IPv4 address or the /64 of an IPv6 address.
    pub(crate) network: Option<String>,
    /// With which browser, as it calls itself.
    pub user_agent: Option<String>,
    /// The identifier that the page showed, where it was a refusal.
    pub error_id: Option<String>,
    /// Details, as a flat JSON object of short texts. No secrets.
    pub(crate) details: serde_json::Value,
}

impl Entry {
    /// An entry of which only the instant and the event are known.
    pub fn new(at: Timestamp, event: Event) -> Self {
        Self {
            at,
            event,
            person: None,
            actor: None,
            company: None,
            application: None,
            sign_in: None,
            session: None,
            network: None,
            user_agent: None,
            error_id: None,
            details: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// The same entry about a person.
    #[must_use]
    pub fn person(mut self, id: impl IdentifiesPerson) -> Self {
        self.person = Some(id.to_string());
        self
    }

    /// The same entry, done by somebody else than the person it is about.
    #[must_use]
    pub(crate) fn actor(mut self, id: impl Display) -> Self {
        self.actor = Some(id.to_string());
        self
    }

    /// The same entry within a company.
    #[must_use]
    pub fn company(mut self, id: impl IdentifiesCompany) -> Self {
        self.company = Some(id.to_string());
        self
    }

    /// The same entry for an application.
    #[must_use]
    pub(crate) fn application(mut self, id: impl IdentifiesApplication) -> Self {
        self.application = Some(id.to_string());
        self
    }

    /// The same entry for a session.
    #[must_use]
    pub(crate) fn session(mut self, id: impl IdentifiesSession) -> Self {
        self.session = Some(id.to_string());
        self
    }

    /// The same entry with one more detail.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Serialize) -> Self {
        if let (Some(details), Ok(value)) = (self.details.as_object_mut(), serde_json::to_value(value)) {
            details.insert(name.to_owned(), value);
        }
        self
    }

    /// Whether the entry carries the identifier of its subject. The operator also acts for every company at once.
    fn carries_its_subject(&self) -> bool {
        match self.event.subject() {
            EntrySubject::Person => self.person.is_some(),
            EntrySubject::Company => {
                self.person.is_none()
                    && (self.company.is_some() || self.details.get("by").is_some_and(|by| by == "operator"))
            }
            EntrySubject::Application => self.application.is_some(),
            EntrySubject::SignIn => self.sign_in.is_some() || self.session.is_some(),
            EntrySubject::Service => true,
        }
    }
}

/// One entry, as it is read back.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// The identifier, which also gives the order.
    pub(crate) id: String,
    /// When it happened, in Unix milliseconds.
    pub(crate) at: i64,
    /// The event.
    pub(crate) event: String,
    /// The person it happened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<String>,
    /// The acting person, if that was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actor: Option<String>,
    /// The application it was for.
    pub application: Option<String>,
    /// From which network.
    pub(crate) network: Option<String>,
    /// With which browser.
    pub user_agent: Option<String>,
    /// The identifier that the page showed, where it was a refusal.
    pub error_id: Option<String>,
    /// Details, as a flat JSON object of short texts.
    pub(crate) details: serde_json::Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_carries_the_identifier_of_its_subject() {
        let entry = |event| Entry::new(Timestamp::from_seconds(1_781_015_527), event);
        for event in [Event::UserAdded, Event::PolicySet, Event::ApplicationApiGranted, Event::SignInDone] {
            assert!(!entry(event).carries_its_subject(), "{event:?}");
        }
        assert!(entry(Event::ProviderKeyMade).carries_its_subject());
        assert!(entry(Event::AnnouncementAdded).detail("by", "operator").carries_its_subject());
        let of_company = Entry { company: Some("a company".to_owned()), ..entry(Event::PolicySet) };
        assert!(of_company.carries_its_subject());
        let of_person = Entry { person: Some("a person".to_owned()), ..of_company };
        assert!(!of_person.carries_its_subject(), "a company's act is about nobody");
    }
}
