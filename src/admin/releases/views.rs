//! The operator's pages of invitations that wait for a release.

use askama::Template;

use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// A request in the list.
#[derive(Debug, Clone)]
pub struct ReleaseRow {
    /// The identifier of the person, as addresses have it.
    pub id: String,
    /// The name of the person.
    pub name: String,
    /// The name of the company.
    pub company: String,
    /// By whom it was asked, when and from where, in words.
    pub asked: String,
    /// Whether the first of two people has consented.
    pub is_proposed: bool,
}

/// The invitations that wait for a release.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/releases.html")]
pub struct ReleasesPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The requests, the oldest first.
    pub rows: Vec<ReleaseRow>,
    /// The query of the next page.
    pub next: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}

/// One of the data of a person, before and now.
#[derive(Debug, Clone)]
pub struct ReleaseDatum {
    /// Its label.
    pub label: String,
    /// The value of the first invitation, or as it was released last.
    pub was: String,
    /// The value now.
    pub is: String,
    /// Whether a release changes it.
    pub differs: bool,
}

/// The consent that the page offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferedConsent {
    /// One person is enough.
    Release,
    /// The first of two.
    Propose,
    /// The second of two.
    Confirm,
    /// None: the viewer has proposed it.
    ProposedBefore,
    /// None: the viewer has asked for it, or is the person.
    OwnRequest,
    /// None: the data are those of the first invitation again.
    Needless,
}

impl OfferedConsent {
    /// The translation key of the button; `None` where there is none.
    pub(crate) fn button(self) -> Option<&'static str> {
        match self {
            Self::Release => Some("release-do"),
            Self::Propose => Some("release-propose"),
            Self::Confirm => Some("release-confirm"),
            Self::ProposedBefore | Self::OwnRequest | Self::Needless => None,
        }
    }

    /// The translation key of the sentence above it; `None` where the rest says everything.
    pub(crate) fn note(self) -> Option<&'static str> {
        match self {
            Self::Release | Self::Confirm => None,
            Self::Propose => Some("release-propose-text"),
            Self::ProposedBefore => Some("release-proposed-before"),
            Self::OwnRequest => Some("release-own-request"),
            Self::Needless => Some("release-needless"),
        }
    }
}

/// One invitation that waits for a release.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/release.html")]
pub struct ReleasePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The identifier of the person, as addresses have it.
    pub id: String,
    /// The name of the person.
    pub name: String,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The reason of a refusal.
    pub refused: Option<String>,
    /// The company, and by whom it was asked, when and from where, each with its label.
    pub facts: Vec<(String, String)>,
    /// The heading of the former data.
    pub was: String,
    /// The data.
    pub data: Vec<ReleaseDatum>,
    /// The first of two consents, in words.
    pub proposal: Option<String>,
    /// The consent that is offered.
    pub consent: OfferedConsent,
    /// The mark of the data that are looked at.
    pub seen: String,
}
