//! The page of a sign-in by Smart-ID.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::sign_in::qr_views::TimeLeft;

/// Shows the code or the link.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/smart_id.html")]
pub struct SmartIdPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The address at which the method is chosen again.
    pub again: String,
    /// The state.
    pub stands: SmartIdView,
}

/// The state of a session, as the browser shows it.
#[derive(Debug, Clone)]
pub enum SmartIdView {
    /// The code is to be scanned.
    Code {
        /// The code as an `<svg>` element made by the server; put into the page as it is.
        svg: String,
        /// The key of the words of this moment.
        said: &'static str,
        /// How long the page waits.
        time: TimeLeft,
    },
    /// The app is to be opened on this device.
    Link {
        /// The link that opens it.
        address: String,
        /// The key of the words of this moment.
        said: &'static str,
        /// How long the page waits.
        time: TimeLeft,
    },
    /// The person has confirmed, and goes on in the window that the app has opened.
    Elsewhere,
    /// It has come to nothing.
    Ended {
        /// The key of the reason.
        said: &'static str,
    },
}

impl SmartIdView {
    /// The word of the state in the address that the page waits at; empty where it waits for nothing.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Code { .. } => "code",
            Self::Link { .. } => "link",
            Self::Elsewhere => "elsewhere",
            Self::Ended { .. } => "",
        }
    }

    /// The key of the words of this moment.
    pub fn said(&self) -> &'static str {
        match self {
            Self::Code { said, .. } | Self::Link { said, .. } | Self::Ended { said } => said,
            Self::Elsewhere => "smart-id-elsewhere-text",
        }
    }

    /// How long it lasts.
    pub fn time(&self) -> Option<&TimeLeft> {
        match self {
            Self::Code { time, .. } | Self::Link { time, .. } => Some(time),
            Self::Elsewhere | Self::Ended { .. } => None,
        }
    }

    /// The key of the title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Code { .. } | Self::Link { .. } => "smart-id-title",
            Self::Elsewhere => "smart-id-elsewhere",
            Self::Ended { .. } => "smart-id-ended",
        }
    }

    /// The key of the sentence below it.
    pub fn lead(&self) -> &'static str {
        match self {
            Self::Code { .. } => "smart-id-code-lead",
            Self::Link { .. } => "smart-id-link-lead",
            Self::Elsewhere => "smart-id-elsewhere-lead",
            Self::Ended { .. } => "smart-id-ended-lead",
        }
    }
}
