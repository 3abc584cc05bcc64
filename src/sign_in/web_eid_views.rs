//! The page of a sign-in by an ID card.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::sign_in::qr_views::TimeLeft;

/// Has the browser's extension answer the challenge of this sign-in.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/web_eid.html")]
pub struct WebEidPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The address at which a new challenge is made.
    pub again: String,
    /// The challenge, while it holds.
    pub challenge: Option<String>,
    /// How long it holds.
    pub time: TimeLeft,
}
