//! The page of a sign-in by BankID of Sweden.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::sign_in::qr_views::TimeLeft;

/// Shows the code or the link, and then what BankID says.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/bank_id.html")]
pub struct BankIdPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The address at which the method is chosen again.
    pub again: String,
    /// The state.
    pub stands: BankIdView,
}

/// The state of an order, as the browser shows it.
#[derive(Debug, Clone)]
pub enum BankIdView {
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
        /// The word of the state, with the number of the order.
        word: String,
        /// The key of the words of this moment.
        said: &'static str,
        /// How long the page waits.
        time: TimeLeft,
    },
    /// The person confirms in the app.
    App {
        /// The key of the words of this moment.
        said: &'static str,
        /// How long BankID waits.
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

impl BankIdView {
    /// The word of the state in the address that the page waits at; empty where it waits for nothing.
    pub fn word(&self) -> &str {
        match self {
            Self::Code { .. } => "code",
            Self::Link { word, .. } => word,
            Self::App { .. } => "app",
            Self::Elsewhere => "elsewhere",
            Self::Ended { .. } => "",
        }
    }

    /// The key of the words of this moment.
    pub fn said(&self) -> &'static str {
        match self {
            Self::Code { said, .. } | Self::Link { said, .. } | Self::App { said, .. } | Self::Ended { said } => said,
            Self::Elsewhere => "bank-id-elsewhere-text",
        }
    }

    /// How long it lasts.
    pub fn time(&self) -> Option<&TimeLeft> {
        match self {
            Self::Code { time, .. } | Self::Link { time, .. } | Self::App { time, .. } => Some(time),
            Self::Elsewhere | Self::Ended { .. } => None,
        }
    }

    /// The key of the title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Code { .. } | Self::Link { .. } => "bank-id-title",
            Self::App { .. } => "bank-id-app-title",
            Self::Elsewhere => "bank-id-elsewhere",
            Self::Ended { .. } => "bank-id-ended",
        }
    }

    /// The key of the sentence below it.
    pub fn lead(&self) -> &'static str {
        match self {
            Self::Code { .. } => "bank-id-code-lead",
            Self::Link { .. } => "bank-id-link-lead",
            Self::App { .. } => "bank-id-app-lead",
            Self::Elsewhere => "bank-id-elsewhere-lead",
            Self::Ended { .. } => "bank-id-ended-lead",
        }
    }
}
