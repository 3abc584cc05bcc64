//! The page that connects a phone on the way in; *My sign-in* has its own around the same parts.

use askama::Template;

use super::qr_views::QrView;
use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// Step 2 of 3 of setting up: the connection of a phone.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/connect_phone.html")]
pub struct ConnectPhonePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The code and where it stands.
    pub set_up: PhoneSetUpView,
}

/// The connection of a phone, as the browser shows it that draws the code.
#[derive(Debug, Clone)]
pub struct PhoneSetUpView {
    /// The path below which its forms go.
    pub path: String,
    /// Its state; `None` before a code is drawn.
    pub stands: Option<QrView>,
    /// The host at which the app is.
    pub app_address: String,
    /// The sentence about the last answer.
    pub error: Option<String>,
}

impl PhoneSetUpView {
    /// The word of the state in the address that the page waits at; empty where it waits for nothing.
    pub fn word(&self) -> &'static str {
        self.stands.as_ref().map_or("", QrView::word)
    }

    /// The number that is typed on the phone, as it is read out.
    pub fn digits(&self) -> String {
        match &self.stands {
            Some(QrView::Scanned { number, .. }) => number.concat(),
            _ => String::new(),
        }
    }
}
