//! The filters of the history, read from and written to the query of the page.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::event::{Event, Group};
use crate::platform::clock::Timestamp;
use crate::platform::history::{LookFor, Recorded, Within};
use crate::platform::id::earliest_of;
use crate::platform::web::parameters::Parameters;

/// The longest search, in characters.
const LONGEST: usize = 100;

/// The groups in the order of the menu, each with its word in an address and the key of its name.
pub(super) const GROUPS: [(Group, &str, &str); 5] = [
    (Group::SignIns, "sign-ins", "history-group-sign-ins"),
    (Group::Profiles, "profiles", "history-group-profiles"),
    (Group::Administration, "administration", "history-group-administration"),
    (Group::Applications, "applications", "history-group-applications"),
    (Group::Messages, "messages", "history-group-messages"),
];

/// The group with a word in an address.
fn group(word: &str) -> Option<Group> {
    GROUPS.into_iter().find(|(_, known, _)| *known == word).map(|(group, ..)| group)
}

/// The word of a group in an address.
fn word(group: Group) -> &'static str {
    GROUPS.into_iter().find(|(known, ..)| *known == group).map_or("", |(_, word, _)| word)
}

/// The filters of the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filters {
    /// A name, email or error identifier as it was typed.
    pub(super) typed: String,
    /// The identifier of a person.
    pub(super) person: Option<String>,
    /// The first day.
    pub(super) from: Option<Date>,
    /// The last day, included.
    pub(super) until: Option<Date>,
    /// The group of events.
    pub(super) group: Option<Group>,
    /// The identifier of an application.
    pub(super) application: Option<String>,
    /// Whether only refusals and faults are shown.
    pub(super) stopped: bool,
    /// The entry before which the page begins.
    pub(super) before: Option<String>,
}

impl Filters {
    /// The filters of an address. Unreadable ones filter nothing.
    pub(super) fn of(query: &Parameters) -> Self {
        let id = |name: &str| query.field(name).parse::<uuid::Uuid>().ok().map(|id| id.to_string());
        Self {
            typed: query.field("typed").trim().chars().take(LONGEST).collect(),
            person: id("person"),
            from: query.field("from").parse().ok(),
            until: query.field("until").parse().ok(),
            group: group(query.field("group")),
            application: id("application"),
            stopped: query.field("stopped") == "1",
            before: id("before"),
        }
    }

    /// The typed error identifier, if the text is one.
    pub(super) fn error(&self) -> Option<String> {
        let typed = self.typed.to_uppercase();
        typed.starts_with("SLP-").then_some(typed)
    }

    /// Whether a text was typed that names no person.
    pub(super) fn finds_nobody(&self) -> bool {
        !self.typed.is_empty() && self.person.is_none() && self.error().is_none()
    }

    /// Whether any filter is set.
    pub(super) fn is_narrowed(&self) -> bool {
        *self != Self { before: self.before.clone(), ..Self::default() }
    }

    /// The index by which the entries are read.
    pub(super) fn look_for(&self) -> LookFor {
        match (self.error(), &self.person) {
            (Some(error), _) => LookFor::Error(error),
            (None, Some(person)) => LookFor::Person(person.clone()),
            (None, None) if self.stopped => LookFor::Stopped,
            (None, None) => LookFor::Everything,
        }
    }

    /// The bounds between which the entries are read.
    pub(super) fn within(&self, zone: &TimeZone) -> Within {
        let begin = |day: Date| {
            let at = day.to_zoned(zone.clone()).ok()?;
            Some(earliest_of(Timestamp::from_milliseconds(at.timestamp().as_millisecond())))
        };
        let end = self.until.and_then(|day| day.tomorrow().ok()).and_then(begin);
        let before = match (self.before.clone(), end) {
            (Some(before), Some(end)) => Some(before.min(end)),
            (before, end) => before.or(end),
        };
        Within { from: self.from.and_then(begin).unwrap_or_default(), before, event: None }
    }

    /// Whether an entry passes the filters that the index does not apply.
    pub(super) fn lets_through(&self, entry: &Recorded) -> bool {
        let event = Event::named(&entry.event);
        self.group.is_none_or(|group| event.is_some_and(|event| event.group() == group))
            && self.application.as_ref().is_none_or(|application| entry.application.as_ref() == Some(application))
            && (!self.stopped || event.is_some_and(Event::is_refusal))
    }

    /// The same filters as a query, from an entry on.
    pub(super) fn query(&self, before: Option<&str>) -> String {
        let mut query = String::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
                let _ = write!(query, "{}{name}={value}", if query.is_empty() { "" } else { "&" });
            }
        };
        add("typed", &self.typed);
        add("person", self.person.as_deref().unwrap_or(""));
        add("from", &self.from.map(|day| day.to_string()).unwrap_or_default());
        add("until", &self.until.map(|day| day.to_string()).unwrap_or_default());
        add("group", self.group.map_or("", word));
        add("application", self.application.as_deref().unwrap_or(""));
        add("stopped", if self.stopped { "1" } else { "" });
        add("before", before.unwrap_or(""));
        query
    }

    /// The same filters for one person.
    pub(super) fn of_person(&self, person: &str) -> String {
        Self { person: Some(person.to_owned()), before: None, ..self.clone() }.query(None)
    }

    /// The same filters with refusals alone, or with everything again.
    pub(super) fn turned(&self) -> String {
        Self { stopped: !self.stopped, before: None, ..self.clone() }.query(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_query_is_a_search_and_is_written_as_it_was_read(query in "[a-z]{0,8}=[^ ]{0,20}(&(typed|from|until|group|stopped|person)=[a-z0-9-]{0,12}){0,4}") {
            let filters = Filters::of(&Parameters::parse(&query));
            let again = Filters::of(&Parameters::parse(&filters.query(filters.before.as_deref())));
            prop_assert_eq!(again, filters);
        }
    }

    #[test]
    fn a_day_has_all_its_hours_and_no_more() {
        let zone = TimeZone::get("Europe/Helsinki").unwrap();
        let filters = Filters::of(&Parameters::parse("from=2026-06-08&until=2026-06-08"));
        let within = filters.within(&zone);
        let at = |seconds: i64| earliest_of(Timestamp::from_seconds(seconds));
        // 2026-06-08T00:00+03:00 and the midnight after it.
        assert_eq!(within.from, at(1_780_866_000));
        assert_eq!(within.before, Some(at(1_780_866_000 + 86_400)));
    }

    #[test]
    fn an_error_identifier_is_known_by_its_beginning() {
        let typed = |text: &str| Filters::of(&Parameters::parse(&format!("typed={text}")));
        assert_eq!(typed("slp-7qkd-4031").error().as_deref(), Some("SLP-7QKD-4031"));
        assert_eq!(typed("Slpiainen").error(), None);
    }
}
