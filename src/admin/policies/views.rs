//! The pages of policies.

use std::str::FromStr;

use askama::Template;

use crate::admin::views::{Choice, Frame};
use crate::platform::web::page::Page;

/// When a second factor is asked for, as administrators choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// At every new sign-in.
    Required,
    /// When something is new.
    Adaptive,
    /// Of who has turned it on.
    Optional,
}

impl Frequency {
    /// Every one, the strictest first.
    pub const ALL: [Self; 3] = [Self::Required, Self::Adaptive, Self::Optional];

    /// The word of it in a form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Adaptive => "adaptive",
            Self::Optional => "optional",
        }
    }

    /// The key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Required => "policy-required",
            Self::Adaptive => "policy-adaptive",
            Self::Optional => "policy-optional",
        }
    }

    /// The key of what it means.
    pub fn text_key(self) -> &'static str {
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

/// One choice of three.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    /// Which.
    pub frequency: Frequency,
    /// Whether it holds.
    pub on: bool,
    /// Whether it can be chosen: nothing else asks for more.
    pub possible: bool,
}

/// An application with its policy.
#[derive(Debug, Clone)]
pub struct Row {
    /// What the form sends.
    pub word: String,
    /// The application's name.
    pub name: String,
    /// Whether it is about every application.
    pub is_everywhere: bool,
    /// How many may use it.
    pub people: String,
    /// The choices.
    pub segments: Vec<Segment>,
    /// Whom it touches.
    pub effect: String,
}

/// *Sign-in policy*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/policies.html")]
pub struct PolicyPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What has just been done.
    pub status: Option<String>,
    /// The applications.
    pub rows: Vec<Row>,
    /// The titles of the rights before which is always asked.
    pub asked: Vec<String>,
}

/// What is always asked before.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/policy_asked.html")]
pub struct AskedPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// The applications that know rights, by name.
    pub applications: Vec<(String, Vec<AskedRight>)>,
}

/// A right before which may be asked.
#[derive(Debug, Clone)]
pub struct AskedRight {
    /// What the form sends.
    pub word: String,
    /// Its title.
    pub title: String,
    /// Whether it is asked before.
    pub on: bool,
}

/// Asks whether a change is to be made, with whom it touches.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/policy_change.html")]
pub struct ChangePage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What it is about.
    pub name: String,
    /// What holds now.
    pub before: String,
    /// What is to hold.
    pub after: String,
    /// Whom it touches, in sentences.
    pub touched: Vec<String>,
    /// Why it is not possible.
    pub refused: Option<String>,
    /// Where the form goes.
    pub action: String,
    /// What the form sends.
    pub hidden: Vec<(String, String)>,
}

/// Methods, lifetimes and signs.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/policy_details.html")]
pub struct DetailsPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What is wrong.
    pub error: Option<String>,
    /// The methods, and whether each counts.
    pub methods: Vec<Choice>,
    /// The signs of something odd, and whether each is heeded.
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
    /// Its limits, in words.
    pub hint: String,
    /// The number; empty where none is set.
    pub value: String,
}
