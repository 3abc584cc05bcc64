//! The page of the confirmation code.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::{Contact, Door};
use crate::proofs::Factor;

/// Asks for the confirmation code of a new network.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/confirmation_code.html")]
pub struct ConfirmationCodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// Whether a code waits to be typed.
    pub code: CodeStands,
    /// The error of the last try.
    pub error: Option<String>,
    /// Why none is sent, where no wait ends that.
    pub refused: Option<String>,
    /// How long to wait for the next code or try.
    pub wait_seconds: Option<i64>,
    /// The title above the wait: the limit that was reached.
    pub wait_title: String,
    /// The second steps that the person has besides.
    pub other_ways: Vec<Factor>,
    /// The contact who can correct the phone.
    pub administrator: Option<Contact>,
}

/// Whether a code waits to be typed.
#[derive(Debug, Clone)]
pub enum CodeStands {
    /// None was sent here yet.
    NotSent {
        /// Where it would go.
        to: Vec<SentTo>,
    },
    /// It can be typed.
    Open {
        /// Where it went.
        to: Vec<SentTo>,
        /// How long it still works.
        seconds_left: i64,
        /// How long it works in all, in seconds.
        lives: i64,
        /// Until when, as a time of the day.
        until: String,
    },
    /// It has ended, or was tried too often.
    Over {
        /// Where the next one would go.
        to: Vec<SentTo>,
    },
}

impl CodeStands {
    /// Where it went or would go.
    pub fn to(&self) -> &[SentTo] {
        match self {
            Self::NotSent { to } | Self::Open { to, .. } | Self::Over { to } => to,
        }
    }

    /// The key of what is said above it: where the code is, or what to do for one.
    pub fn lead(&self) -> &'static str {
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
    /// As it is seen.
    pub masked: String,
    /// As it is read aloud.
    pub spoken: String,
    /// When it was sent.
    pub note: String,
    /// Whether it may not come.
    pub is_late: bool,
}
