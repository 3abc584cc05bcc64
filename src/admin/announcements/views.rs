//! The pages of announcements.

use askama::Template;

use crate::admin::views::Frame;
use crate::platform::web::page::Page;

/// An announcement in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The identifier, as addresses have it.
    pub id: String,
    /// What it says.
    pub text: String,
    /// From when until when.
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
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What has just been done.
    pub status: Option<String>,
    /// What the operator announces.
    pub of_operator: Vec<Listed>,
    /// What the company announces, and did.
    pub own: Vec<Listed>,
    /// The query of the next page.
    pub next: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}

/// The form of an announcement.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/announcement.html")]
pub struct AnnouncementPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Whether it is a new one.
    pub is_new: bool,
    /// What is wrong with a text.
    pub text_error: Option<String>,
    /// What is wrong with the times.
    pub time_error: Option<String>,
    /// The zone of the times.
    pub zone: String,
    /// What was typed.
    pub english: String,
    /// What was typed.
    pub finnish: String,
    /// What was typed.
    pub begins: String,
    /// What was typed.
    pub ends: String,
}
