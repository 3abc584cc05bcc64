//! The pages of a sign-in by a scanned code.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// Shows the code, and then what the phone waits for.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/qr.html")]
pub struct QrPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// Its state.
    pub stands: QrView,
    /// Said where a button was pressed before the phone had answered.
    pub error: Option<String>,
}

/// The state of a sign-in by a scanned code, as the browser shows it.
#[derive(Debug, Clone)]
pub enum QrView {
    /// The code is to be scanned.
    Drawn {
        /// The code as an `<svg>` element made by the server; put into the page as it is.
        svg: String,
        /// How long it lasts.
        time: TimeLeft,
    },
    /// The phone shows the question.
    Scanned {
        /// The number that is typed there, in groups; empty where none is asked for.
        number: Vec<String>,
        /// How long it lasts.
        time: TimeLeft,
    },
    /// The time is over.
    Over,
    /// Other numbers were typed.
    Mismatched,
}

/// How long something lasts, for the bar and for those without scripts.
#[derive(Debug, Clone)]
pub struct TimeLeft {
    /// In seconds.
    pub seconds: i64,
    /// In all, in seconds.
    pub lives: i64,
    /// Until when, as a time of the day.
    pub until: String,
}

impl QrView {
    /// The word of the state in the address that the page waits at; empty where it waits for nothing.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Drawn { .. } => "drawn",
            Self::Scanned { .. } => "scanned",
            Self::Over | Self::Mismatched => "",
        }
    }

    /// How long it lasts.
    pub fn time(&self) -> Option<&TimeLeft> {
        match self {
            Self::Drawn { time, .. } | Self::Scanned { time, .. } => Some(time),
            Self::Over | Self::Mismatched => None,
        }
    }

    /// The key of the title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Scanned { .. } => "qr-confirm-title",
            Self::Drawn { .. } | Self::Over | Self::Mismatched => "qr-title",
        }
    }

    /// The key of the sentence below it.
    pub fn lead(&self) -> &'static str {
        match self {
            Self::Scanned { .. } => "qr-confirm-lead",
            Self::Drawn { .. } | Self::Over | Self::Mismatched => "qr-lead",
        }
    }
}
