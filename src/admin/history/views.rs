//! The page of the history.

use askama::Template;

use crate::admin::views::{Choice, ConsoleFrame};
use crate::platform::web::page::Page;

/// The entries of one day.
#[derive(Debug, Clone)]
pub struct Day {
    /// The day in words: "Today, 9 June".
    pub name: String,
    /// The entries, the newest first.
    pub lines: Vec<EntryLine>,
}

/// An entry in words. Unknown parts are empty.
#[derive(Debug, Clone)]
pub struct EntryLine {
    /// The identifier.
    pub id: String,
    /// The day.
    pub day: String,
    /// The time, to the minute.
    pub time: String,
    /// The event.
    pub event: String,
    /// The values before and after, and the rights given and taken.
    pub changes: Vec<EntryFact>,
    /// Whether it is a refusal or a fault.
    pub is_stopped: bool,
    /// The name of the person whom it concerns.
    pub person: String,
    /// The name of the actor, if that is another person.
    pub actor: String,
    /// The name of the application.
    pub application: String,
    /// The place of the network.
    pub place: String,
    /// The network.
    pub network: String,
    /// The browser and system.
    pub browser: String,
    /// The error identifier that was shown.
    pub error_id: String,
    /// The method.
    pub method: String,
    /// The advice to administrators.
    pub advice: String,
    /// Whether its details are shown.
    pub is_open: bool,
}

/// A fact of an entry under its label.
#[derive(Debug, Clone)]
pub struct EntryFact {
    /// The label.
    pub label: String,
    /// The fact in words.
    pub text: String,
}

/// A person whom a search can mean.
#[derive(Debug, Clone)]
pub struct PersonLink {
    /// The query that searches for that person.
    pub query: String,
    /// The name.
    pub name: String,
    /// The sign-in email.
    pub email: String,
}

/// *Audit history*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/history.html")]
pub struct HistoryPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The entries by day.
    pub days: Vec<Day>,
    /// The number of entries in words, if all of them are on the page.
    pub found: Option<String>,
    /// The query of the next page.
    pub older: Option<String>,
    /// The query that searches further back.
    pub further: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
    /// The query of the first page.
    pub first: String,
    /// The people whom a search can mean, if there are several.
    pub people: Vec<PersonLink>,
    /// The groups of events.
    pub groups: Vec<Choice>,
    /// The applications.
    pub applications: Vec<Choice>,
    /// The name of the person whom the filters name.
    pub person: Option<String>,
    /// Whether any filter is set.
    pub is_narrowed: bool,
    /// The typed search.
    pub typed: String,
    /// The first day, as the field has it.
    pub from: String,
    /// The last day, as the field has it.
    pub until: String,
    /// Whether only refusals and faults are shown.
    pub stopped: bool,
    /// The query with `stopped` turned.
    pub stopped_query: String,
    /// The identifier of the person whom the filters name.
    pub person_id: String,
}
