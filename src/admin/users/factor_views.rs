//! The page of one factor of a user.

use askama::Template;

use super::views::UserHead;
use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// The page that asks whether to remove one factor, with the consequences.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/remove_factor.html")]
pub struct RemoveFactorPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The question.
    pub title: String,
    /// The factor, by its name and its days.
    pub factor: String,
    /// The word in the address.
    pub word: String,
    /// Whether it is the only second step.
    pub is_last: bool,
}
