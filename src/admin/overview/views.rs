//! The pages of the overview.

use askama::Template;

use crate::admin::announcements::AnnouncementLine;
use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// Users who may need attention for one reason.
#[derive(Debug, Clone)]
pub struct AttentionRow {
    /// The reason.
    pub title: String,
    /// Their number.
    pub count: String,
    /// The first of them by name, or that there are none.
    pub text: String,
    /// Whether there is nobody.
    pub is_nobody: bool,
    /// Whether somebody waits for an answer.
    pub is_urgent: bool,
    /// The query of the list that has them.
    pub query: String,
}

/// The users of all clients of an accounting office, in words.
#[derive(Debug, Clone)]
pub struct ClientTotals {
    /// Their number.
    pub users: String,
    /// The numbers of those who may need attention.
    pub lines: Vec<String>,
    /// Whether there are more than were counted.
    pub is_larger: bool,
}

/// *Overview*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/overview.html")]
pub struct OverviewPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The number of users, in words.
    pub users: String,
    /// The users who may need attention.
    pub rows: Vec<AttentionRow>,
    /// The same of all clients; `None` for who manages none.
    pub clients: Option<ClientTotals>,
    /// The announcements that have not ended.
    pub announcements: Vec<AnnouncementLine>,
}

/// A client with the numbers of its users.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The business identifier.
    pub business_id: Option<String>,
    /// All users.
    pub users: i64,
    /// Those who never signed in.
    pub never_signed_in: i64,
    /// Those who have not accepted.
    pub pending: i64,
    /// The locked ones.
    pub locked: i64,
    /// Those without a second factor.
    pub without_second_factor: i64,
}

/// The clients of an accounting office.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/clients.html")]
pub struct ClientsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The clients.
    pub clients: Vec<ClientRow>,
    /// The query of the next page.
    pub next: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}
