//! The pages of an act on several chosen users.

use std::str::FromStr;

use askama::Template;

use super::views::ProfileChoice;
use crate::admin::views::{Choice, ConsoleFrame, UserStanding};
use crate::platform::web::page::Page;

/// An act on several users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenAct {
    /// Gives a ready-made profile.
    Profile,
    /// Sends the first message anew.
    Remind,
    /// Locks.
    Lock,
    /// Removes.
    Remove,
}

impl ChosenAct {
    /// The word in the form.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Remind => "remind",
            Self::Lock => "lock",
            Self::Remove => "remove",
        }
    }

    /// Whether the act on a single user wants a fresh proof.
    pub(crate) fn wants_fresh_proof(self) -> bool {
        matches!(self, Self::Profile | Self::Remove)
    }

    /// The translation key of the question.
    pub(crate) fn title_key(self) -> &'static str {
        match self {
            Self::Profile => "chosen-profile-title",
            Self::Remind => "chosen-remind-title",
            Self::Lock => "chosen-lock-title",
            Self::Remove => "chosen-remove-title",
        }
    }

    /// The translation key of the consequences.
    pub(crate) fn text_key(self) -> &'static str {
        match self {
            Self::Profile => "admin-profile-text",
            Self::Remind => "chosen-remind-text",
            Self::Lock => "chosen-lock-text",
            Self::Remove => "admin-remove-text",
        }
    }

    /// The translation key of the button.
    pub(crate) fn button_key(self) -> &'static str {
        match self {
            Self::Profile => "chosen-profile-button",
            Self::Remind => "chosen-remind-button",
            Self::Lock => "chosen-lock-button",
            Self::Remove => "chosen-remove-button",
        }
    }

    /// The translation key of the title once it is done.
    pub(crate) fn done_title_key(self) -> &'static str {
        match self {
            Self::Profile => "chosen-profile",
            Self::Remind => "chosen-remind",
            Self::Lock => "chosen-lock",
            Self::Remove => "chosen-remove",
        }
    }

    /// The translation key of the number of those to whom it was done.
    pub(crate) fn done_key(self) -> &'static str {
        match self {
            Self::Profile => "chosen-profile-done",
            Self::Remind => "chosen-remind-done",
            Self::Lock => "chosen-lock-done",
            Self::Remove => "chosen-remove-done",
        }
    }

    /// The translation key of the reason why there was nothing to do.
    pub(crate) fn unchanged_key(self) -> &'static str {
        match self {
            Self::Profile => "admin-refused-nothing",
            Self::Remind => "chosen-remind-unchanged",
            Self::Lock => "chosen-lock-unchanged",
            Self::Remove => "chosen-remove-unchanged",
        }
    }
}

impl FromStr for ChosenAct {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let each = [Self::Profile, Self::Remind, Self::Lock, Self::Remove];
        each.into_iter().find(|act| act.as_str() == text).ok_or("must be profile, remind, lock or remove")
    }
}

/// A chosen user.
#[derive(Debug, Clone)]
pub struct ChosenRow {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The email.
    pub email: String,
    /// The state.
    pub standing: UserStanding,
    /// Whether the act closes the basic company to the person.
    pub is_basic: bool,
    /// The companies that can become the basic one of a removed person.
    pub basics: Vec<Choice>,
}

/// The page that asks whether to do it.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/chosen.html")]
pub struct ChosenPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The question.
    pub title: String,
    /// The consequences.
    pub text: String,
    /// The act.
    pub act: ChosenAct,
    /// The ready-made profiles to choose from.
    pub profiles: Vec<ProfileChoice>,
    /// The error of that choice, in words.
    pub error: Option<String>,
    /// The chosen users.
    pub rows: Vec<ChosenRow>,
    /// The label of the button.
    pub button: String,
}

/// The outcome for a chosen user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenOutcome {
    /// It was done.
    Done,
    /// There was nothing to do.
    Unchanged,
    /// It was refused.
    Refused,
}

impl ChosenOutcome {
    /// The translation key of its name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Done => "chosen-done",
            Self::Unchanged => "chosen-unchanged",
            Self::Refused => "chosen-refused",
        }
    }
}

/// A chosen user with the outcome.
#[derive(Debug, Clone)]
pub struct ChosenResultRow {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The email.
    pub email: String,
    /// The outcome.
    pub outcome: ChosenOutcome,
    /// The reason why it was not done, in words.
    pub reason: Option<String>,
}

/// The page that says what happened to each.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/chosen_result.html")]
pub struct ChosenResultPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act, in words.
    pub title: String,
    /// The number of those to whom it was done, in words.
    pub text: String,
    /// The number of the others, in words.
    pub rest: Option<String>,
    /// The users.
    pub rows: Vec<ChosenResultRow>,
}
