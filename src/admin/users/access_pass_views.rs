//! The pages of a temporary access pass at the console.

use askama::Template;

use super::views::UserHead;
use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// The page that asks whether to give a temporary access pass, with the consequences.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/access_pass_ask.html")]
pub struct AskPassPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// How long it works, in words.
    pub lives: String,
}

/// The page that shows a temporary access pass, once.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/access_pass.html")]
pub struct GivenPassPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The user, with the tabs.
    pub user: UserHead,
    /// The pass in its groups.
    pub pass: String,
    /// Until when it works, in words.
    pub until: String,
}
