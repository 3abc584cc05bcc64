//! The pages of policies.

use std::str::FromStr;

use askama::Template;

use crate::admin::views::{Choice, ConsoleFrame};
use crate::platform::web::page::Page;

/// The choices of when a second factor is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// At every new sign-in.
    Required,
    /// When something is new.
    Adaptive,
    /// Of people who have turned it on.
    Optional,
}

impl Frequency {
    /// Every one, the strictest first.
    pub const ALL: [Self; 3] = [Self::Required, Self::Adaptive, Self::Optional];

    /// The word in the form.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Adaptive => "adaptive",
            Self::Optional => "optional",
        }
    }

    /// The translation key of its name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Required => "policy-required",
            Self::Adaptive => "policy-adaptive",
            Self::Optional => "policy-optional",
        }
    }

    /// The translation key of its explanation.
    pub(crate) fn text_key(self) -> &'static str {
        match self {
            Self::Required => "policy-required-text",
            Self::Adaptive => "policy-adaptive-text",
            Self::Optional => "policy-optional-text",
        }
    }
}

impl FromStr for Frequency {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or("must be required, adaptive or optional")
    }
}

/// One of the three choices.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    /// The choice.
    pub frequency: Frequency,
    /// Whether it is the present one.
    pub on: bool,
    /// Whether it can be chosen, because no other policy asks for more.
    pub possible: bool,
}

/// An application with its policy.
#[derive(Debug, Clone)]
pub struct PolicyRow {
    /// The word in the form.
    pub word: String,
    /// The application's name.
    pub name: String,
    /// Whether it stands for every application.
    pub is_everywhere: bool,
    /// The number of its users, in words.
    pub people: String,
    /// The choices.
    pub segments: Vec<Segment>,
    /// The effect on people, in words.
    pub effect: String,
}

/// *Sign-in policy*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/policies.html")]
pub struct PolicyPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The applications.
    pub rows: Vec<PolicyRow>,
    /// The titles of the rights that need a fresh proof.
    pub ask_before: Vec<String>,
}

/// *Always ask before*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/policy_ask_before.html")]
pub struct AskBeforePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The applications that declare rights, by name, with their rights.
    pub applications: Vec<(String, Vec<AskBeforeRight>)>,
}

/// A right that may need a fresh proof.
#[derive(Debug, Clone)]
pub struct AskBeforeRight {
    /// The word in the form.
    pub word: String,
    /// Its title.
    pub title: String,
    /// Whether it is chosen.
    pub on: bool,
}

/// The preview of a change, with its effect on people.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/policy_change.html")]
pub struct ChangePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The application, or every application, in words.
    pub name: String,
    /// The present choice.
    pub before: String,
    /// The new choice.
    pub after: String,
    /// The effect on people, in sentences.
    pub touched: Vec<String>,
    /// The path of the list of those who have no second factor, where there are any.
    pub without: Option<String>,
    /// The reason, if the change is impossible.
    pub refused: Option<String>,
    /// The path that the form posts to.
    pub action: String,
    /// The hidden fields of the form.
    pub hidden: Vec<(String, String)>,
}

/// The form of methods, lifetimes and signs.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/policy_details.html")]
pub struct DetailsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The error, in words.
    pub error: Option<String>,
    /// The methods, with those that are accepted.
    pub methods: Vec<Choice>,
    /// The signs of something odd, with those that are noticed.
    pub signs: Vec<Choice>,
    /// The numbers.
    pub numbers: Vec<NumberField>,
}

/// A field for a number.
#[derive(Debug, Clone)]
pub struct NumberField {
    /// Its name in the form.
    pub field: String,
    /// Its label.
    pub label: String,
    /// The value in force and the limits, in words.
    pub hint: String,
    /// The number; empty if none is set.
    pub value: String,
    /// Whether what was typed is no number within the limits.
    pub is_wrong: bool,
    /// Whether the focus is there.
    pub has_focus: bool,
}
