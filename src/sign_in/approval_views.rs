//! The page of an approval on the phone.

use askama::Template;
use serde::Serialize;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;
use crate::proofs::Factor;

/// Shows the number that is typed on the phone, and waits.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/approval.html")]
pub struct ApprovalPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The id of the sign-in.
    pub sign_in: String,
    /// The address of the page, with `/wait` and `/ask` below it.
    pub path: String,
    /// The page before.
    pub back: String,
    /// The sentence below the title.
    pub lead: String,
    /// The state of the question.
    pub question: QuestionView,
    /// The message about the last request.
    pub error: Option<String>,
    /// How long to wait before the phones can be asked.
    pub wait_seconds: Option<i64>,
    /// The person's other ways.
    pub other_ways: Vec<Factor>,
    /// Why a second step is asked for now, a sentence for each reason.
    pub asked_because: Vec<String>,
    /// For how many days this browser may be remembered, where it may.
    pub remember_days: Option<i64>,
}

/// The answer to a browser that waits.
#[derive(Debug, Serialize)]
pub(super) struct WaitAnswer {
    /// Whether it is to go on waiting.
    pub(super) waiting: bool,
}

/// The state of the question, as the browser shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuestionView {
    /// None is asked.
    NotAsked,
    /// Too many brought nothing.
    HeldBack,
    /// It waits on the phones.
    Open {
        /// The number, in groups.
        number: Vec<String>,
        /// How long it still waits.
        seconds_left: i64,
        /// How long it waits in all, in seconds.
        lives: i64,
        /// Until when, as a time of the day.
        until: String,
        /// In how many seconds another one can take its place; `None` where none can.
        again_in: Option<i64>,
    },
    /// It has ended without an answer.
    Over,
    /// Other numbers were typed.
    Mismatched,
}

impl QuestionView {
    /// The number without its groups, as it is read out; empty where none is shown.
    pub fn digits(&self) -> String {
        match self {
            Self::Open { number, .. } => number.concat(),
            _ => String::new(),
        }
    }

    /// The key of the sentence below the title.
    pub fn lead(&self) -> &'static str {
        match self {
            Self::NotAsked => "approval-lead-not-asked",
            Self::HeldBack => "approval-lead-held-back",
            Self::Open { .. } => "approval-lead",
            Self::Over => "approval-lead-over",
            Self::Mismatched => "approval-lead-mismatched",
        }
    }

    /// Whether it waits on the phones.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Whether the phones can be asked by a button.
    pub fn can_be_asked(&self) -> bool {
        matches!(self, Self::NotAsked | Self::Over | Self::Mismatched)
    }
}
