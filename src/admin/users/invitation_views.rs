//! The cards of *Communication* about the phone app, and the sheets of an invitation beside it.

use super::views::CommunicationPage;
use crate::admin::views::Choice;
use crate::platform::web::page::Page;

/// The card about signing in with the phone app.
#[derive(Debug, Clone)]
pub struct InvitationCard {
    /// Until when an invitation is open, in words; `None` without one.
    pub until: Option<String>,
    /// Whether there was an invitation before.
    pub has_former: bool,
    /// The way in which the identity of the person was verified, by whom and when, in words.
    pub identity: Option<String>,
}

/// A sheet beside the tab *Communication*.
#[derive(Debug, Clone)]
pub enum InvitationSheet {
    /// Asks to send an invitation.
    Ask(AskSheet),
    /// The data have changed since the first invitation.
    Blocked(BlockedSheet),
    /// The steps of an invitation.
    Steps(StepsSheet),
    /// A verification code to hand over.
    Code(CodeSheet),
}

/// The data that an invitation would count for, and the confirmation of the person's identity.
#[derive(Debug, Clone)]
pub struct AskSheet {
    /// The given name.
    pub name: String,
    /// The data, each with its label.
    pub facts: Vec<(String, String)>,
    /// Whether there is no phone for an SMS.
    pub lacks_phone: bool,
    /// Whether the box is ticked.
    pub is_verified: bool,
    /// The ways in which an identity is verified.
    pub ways: Vec<Choice>,
    /// The language of the person in words, if it is not English.
    pub language: Option<String>,
    /// The error, in words.
    pub error: Option<String>,
}

/// The changes since the first invitation.
#[derive(Debug, Clone)]
pub struct BlockedSheet {
    /// The given name.
    pub name: String,
    /// Each change, with its label.
    pub facts: Vec<(String, String)>,
    /// The name of the operator, who releases them.
    pub operator: String,
    /// The way to a release.
    pub way: WayToRelease,
}

/// The way to a release of changed data.
#[derive(Debug, Clone)]
pub enum WayToRelease {
    /// The operator has a page for it, and can be asked here.
    Request,
    /// The operator was asked, in words.
    Asked(String),
    /// The operator works by command alone, and has this email.
    Letter(Option<String>),
}

/// The state of a step on a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeState {
    /// It was taken.
    Done,
    /// It is the next one.
    Now,
    /// It comes later.
    Later,
    /// It ended the invitation.
    Stopped,
}

/// A step on a timeline.
#[derive(Debug, Clone)]
pub struct TimelineNode {
    /// Its name.
    pub title: String,
    /// Times, people and what comes next, a line for each.
    pub lines: Vec<String>,
    /// Its state.
    pub state: NodeState,
    /// Whether the administrator can take a verification code here.
    pub offers_code: bool,
}

/// The steps of an invitation.
#[derive(Debug, Clone)]
pub struct StepsSheet {
    /// The given name.
    pub name: String,
    /// Until when it is open, or how it ended, in words.
    pub until: String,
    /// The confirmation of the last act.
    pub done: Option<String>,
    /// The reason of a refusal.
    pub refused: Option<String>,
    /// The steps.
    pub nodes: Vec<TimelineNode>,
    /// Whether it is open, so that it can be cancelled.
    pub is_open: bool,
    /// Whether another one can be sent.
    pub may_send: bool,
}

/// A verification code to hand over. It is shown once.
#[derive(Debug, Clone)]
pub struct CodeSheet {
    /// The given name.
    pub name: String,
    /// The six digits in two groups.
    pub code: String,
    /// Until when they work, in words.
    pub until: String,
    /// Until when the invitation is open, in words.
    pub invitation_until: String,
}

impl InvitationSheet {
    /// The title.
    pub(crate) fn title(&self, page: &Page) -> String {
        match self {
            Self::Ask(sheet) => page.t1("invitation-ask-title", "name", &sheet.name),
            Self::Blocked(sheet) => page.t1("invitation-blocked-title", "name", &sheet.name),
            Self::Steps(sheet) => page.t1("invitation-title", "name", &sheet.name),
            Self::Code(sheet) => page.t1("invitation-code-title", "name", &sheet.name),
        }
    }
}

impl CommunicationPage {
    /// The given name of the user, as the sheets call them.
    pub(crate) fn called(&self) -> &str {
        self.user.name.split_whitespace().next().unwrap_or(&self.user.name)
    }
}
