//! The page of the confirmation code.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::{Contact, Door};
use crate::proofs::Factor;

/// The page of the confirmation code for a new network.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/confirmation_code.html")]
pub struct ConfirmationCodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The state of the code.
    pub code: CodeStands,
    /// The error of the last try.
    pub error: Option<String>,
    /// The reason for which no code is sent, if no wait ends it.
    pub refused: Option<String>,
    /// The wait before the next code or try, in seconds.
    pub wait_seconds: Option<i64>,
    /// The title above the wait: the limit that was reached.
    pub wait_title: String,
    /// The second steps that the person has besides.
    pub other_ways: Vec<Factor>,
    /// The contact who can correct the phone.
    pub administrator: Option<Contact>,
}

/// The state of a code.
#[derive(Debug, Clone)]
pub enum CodeStands {
    /// No code was sent in this sign-in.
    NotSent {
        /// The contacts for a code.
        to: Vec<SentTo>,
    },
    /// The code can be typed.
    Open {
        /// The contacts that got it.
        to: Vec<SentTo>,
        /// The remaining seconds of its life.
        seconds_left: i64,
        /// Its lifetime in seconds.
        lives: i64,
        /// The time of day at which it expires.
        until: String,
    },
    /// The code has expired or was tried too often.
    Over {
        /// The contacts for the next code.
        to: Vec<SentTo>,
    },
}

impl CodeStands {
    /// The contacts that got the code or would get it.
    pub(crate) fn to(&self) -> &[SentTo] {
        match self {
            Self::NotSent { to } | Self::Open { to, .. } | Self::Over { to } => to,
        }
    }

    /// The translation key of the text above: the place of the code, or the way to get one.
    pub(crate) fn lead(&self) -> &'static str {
        let goes_to = |is_phone| self.to().iter().any(|to| to.is_phone == is_phone);
        match (self, goes_to(true), goes_to(false)) {
            (Self::Open { .. }, true, true) => "new-network-lead",
            (Self::Open { .. }, true, false) => "new-network-lead-phone",
            (Self::Open { .. }, false, _) => "new-network-lead-email",
            (Self::NotSent { .. }, ..) => "new-network-lead-not-sent",
            (Self::Over { .. }, ..) => "new-network-lead-over",
        }
    }
}

/// A contact that a code went to.
#[derive(Debug, Clone)]
pub struct SentTo {
    /// A phone, or else an email.
    pub is_phone: bool,
    /// Its masked form.
    pub masked: String,
    /// Its form for reading aloud.
    pub spoken: String,
    /// The time at which the code was sent, in words.
    pub note: String,
    /// Whether the code may not arrive.
    pub is_late: bool,
}
