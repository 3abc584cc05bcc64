//! The pages of announcements.

use askama::Template;

use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// An announcement in the list.
#[derive(Debug, Clone)]
pub struct AnnouncementLine {
    /// The identifier, as addresses have it.
    pub id: String,
    /// Its text in the language of the page.
    pub text: String,
    /// Its beginning and end, in words.
    pub time: String,
    /// Whether it is shown now.
    pub is_shown: bool,
    /// Whether it has ended.
    pub has_ended: bool,
}

/// *Service status*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/status.html")]
pub struct StatusPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The announcements of the operator.
    pub of_operator: Vec<AnnouncementLine>,
    /// The announcements of the company, past ones included.
    pub own: Vec<AnnouncementLine>,
    /// The query of the next page.
    pub next: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}

/// The form of an announcement.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/announcement.html")]
pub struct AnnouncementPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The path that the form posts to.
    pub action: String,
    /// Whether the form is of a new one.
    pub is_new: bool,
    /// The error of a text, in words.
    pub text_error: Option<String>,
    /// The error of the times, in words.
    pub time_error: Option<String>,
    /// The zone of the times.
    pub zone: String,
    /// The English text, as it was typed.
    pub english: String,
    /// The Finnish text, as it was typed.
    pub finnish: String,
    /// The beginning, as it was typed.
    pub begins: String,
    /// The end, as it was typed.
    pub ends: String,
}
