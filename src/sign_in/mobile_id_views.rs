//! The pages of a sign-in by Mobile-ID.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::sign_in::qr_views::TimeLeft;

/// Asks for the phone number and the personal code.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/mobile_id_form.html")]
pub struct MobileIdFormPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The address of the form.
    pub action: String,
    /// The phone number that was typed.
    pub phone: String,
    /// The mistake in it, in words.
    pub phone_error: Option<String>,
    /// The mistake in the personal code, in words.
    pub code_error: Option<String>,
}

/// Shows the digits, and waits.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/mobile_id.html")]
pub struct MobileIdPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The address of the form, for another try.
    pub again: String,
    /// The state.
    pub stands: MobileIdView,
}

/// The state of a session, as the browser shows it.
#[derive(Debug, Clone)]
pub enum MobileIdView {
    /// The phone asks its person.
    Waits {
        /// The four digits, which the phone shows, too.
        code: String,
        /// The key of the words of this moment.
        said: &'static str,
        /// How long the page waits.
        time: TimeLeft,
    },
    /// The person has confirmed.
    Confirmed,
    /// It has come to nothing.
    Ended {
        /// The key of the reason.
        said: &'static str,
    },
}

impl MobileIdView {
    /// The key of the title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Waits { .. } | Self::Confirmed => "mobile-id-confirm",
            Self::Ended { .. } => "mobile-id-ended",
        }
    }

    /// The key of the sentence below it.
    pub fn lead(&self) -> &'static str {
        match self {
            Self::Waits { .. } | Self::Confirmed => "mobile-id-confirm-lead",
            Self::Ended { .. } => "mobile-id-ended-lead",
        }
    }

    /// The key of the words of this moment.
    pub fn said(&self) -> &'static str {
        match self {
            Self::Waits { said, .. } | Self::Ended { said } => said,
            Self::Confirmed => "mobile-id-confirmed",
        }
    }

    /// How long it lasts.
    pub fn time(&self) -> Option<&TimeLeft> {
        match self {
            Self::Waits { time, .. } => Some(time),
            Self::Confirmed | Self::Ended { .. } => None,
        }
    }
}
