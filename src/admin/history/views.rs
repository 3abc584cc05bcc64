//! The page of the history.

use askama::Template;

use crate::admin::views::{Choice, Frame};
use crate::platform::web::page::Page;

/// What happened on one day.
#[derive(Debug, Clone)]
pub struct Day {
    /// "Today, 9 June"
    pub name: String,
    /// What happened, the newest first.
    pub lines: Vec<Line>,
}

/// One entry, in words. What is empty is not known.
#[derive(Debug, Clone)]
pub struct Line {
    /// The identifier.
    pub id: String,
    /// On which day.
    pub day: String,
    /// When, to the minute.
    pub time: String,
    /// What happened.
    pub event: String,
    /// Whether something was stopped or failed.
    pub is_stopped: bool,
    /// To whom.
    pub person: String,
    /// Who did it, where that was not the person.
    pub actor: String,
    /// In which application.
    pub application: String,
    /// From where.
    pub place: String,
    /// From which network.
    pub network: String,
    /// With which browser.
    pub browser: String,
    /// The error identifier that was shown.
    pub error_id: String,
    /// By which method.
    pub method: String,
    /// What to do about it.
    pub advice: String,
    /// Whether its details are open.
    pub is_open: bool,
}

/// Somebody whom a search can mean.
#[derive(Debug, Clone)]
pub struct PersonLink {
    /// The query that looks for them.
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
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What happened, by day.
    pub days: Vec<Day>,
    /// How many were found, where all of them are here.
    pub found: Option<String>,
    /// The query of the next page.
    pub older: Option<String>,
    /// The query that looks further back.
    pub further: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
    /// The query of the first page.
    pub first: String,
    /// Whom a search can mean, where that is not one alone.
    pub people: Vec<PersonLink>,
    /// The groups of events.
    pub groups: Vec<Choice>,
    /// The applications.
    pub applications: Vec<Choice>,
    /// The name of the person whom it is narrowed to.
    pub person: Option<String>,
    /// Whether anything is narrowed.
    pub is_narrowed: bool,
    /// What was typed.
    pub typed: String,
    /// From which day on.
    pub from: String,
    /// Until which day.
    pub until: String,
    /// Whether only what was stopped or failed is here.
    pub stopped: bool,
    /// The query with that turned.
    pub stopped_query: String,
    /// The identifier of the person whom it is narrowed to.
    pub person_id: String,
}
