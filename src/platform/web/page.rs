//! The common part of every page.

use super::static_files;
use super::translations::{Language, Texts, clock};
use super::visit::Visit;

/// The common part of every page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The language of the page.
    pub language: Language,
    /// The texts in that language.
    pub texts: Texts,
    /// The operator's name, shown as the brand.
    pub(crate) organisation: String,
    /// The local path of this page, to which the language form returns.
    pub(crate) path: String,
    /// The look of the company that the page belongs to; Salpa's own without one.
    pub(crate) look: Option<PageLook>,
    /// The announcements on top of it.
    pub(crate) notices: Vec<PageNotice>,
}

/// The look of a company on a page.
#[derive(Debug, Clone)]
pub(crate) struct PageLook {
    /// The company's name.
    pub(crate) name: String,
    /// The local path of its logo on light pages.
    pub(crate) light_logo: Option<String>,
    /// The local path of its logo on dark pages.
    pub(crate) dark_logo: Option<String>,
    /// The local path of the style sheet with its colour.
    pub(crate) style: String,
    /// The colour itself, as six hexadecimal digits.
    pub(crate) accent: String,
}

impl PageLook {
    /// The logo on light pages; without one, that of dark pages.
    pub(crate) fn on_light(&self) -> Option<&String> {
        self.light_logo.as_ref().or(self.dark_logo.as_ref())
    }

    /// The logo on dark pages; without one, that of light pages.
    pub(crate) fn on_dark(&self) -> Option<&String> {
        self.dark_logo.as_ref().or(self.light_logo.as_ref())
    }
}

/// An announcement: plain text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNotice {
    /// The English text.
    pub(crate) english: String,
    /// The Finnish text.
    pub(crate) finnish: String,
}

/// A text with emphasised words in it.
#[derive(Debug, Clone)]
pub(crate) struct EmphasisedText {
    /// The text before them; all of it where it does not hold them.
    pub(crate) before: String,
    /// The emphasised words.
    pub(crate) words: String,
    /// The text after them.
    pub(crate) after: String,
}

impl Page {
    /// A page in this language at this local path.
    pub fn new(language: Language, organisation: impl Into<String>, path: impl Into<String>) -> Self {
        let (organisation, path) = (organisation.into(), path.into());
        Self { language, texts: Texts::new(language), organisation, path, look: None, notices: Vec::new() }
    }

    /// The same page with the announcements of the visit.
    #[must_use]
    pub(crate) fn announcing(mut self, visit: &Visit) -> Self {
        self.notices.clone_from(&visit.notices);
        self
    }

    /// The first sentence of an announcement, shown in bold, and the rest.
    pub(crate) fn sentences<'n>(&self, notice: &'n PageNotice) -> (&'n str, &'n str) {
        let text = match self.language {
            Language::English => &notice.english,
            Language::Finnish => &notice.finnish,
        };
        text.split_once(". ").map_or((text, ""), |(first, rest)| (first, rest.trim_start()))
    }

    /// A text without variables.
    pub fn t(&self, key: &str) -> String {
        self.texts.text(key)
    }

    /// A text with one word inserted.
    pub fn t1(&self, key: &str, name: &str, word: &str) -> String {
        self.texts.text_with(key, &[(name, word)])
    }

    /// A text in which some words are emphasised.
    pub(crate) fn emphasised(&self, text: impl AsRef<str>, words: impl AsRef<str>) -> EmphasisedText {
        let (text, words) = (text.as_ref(), words.as_ref());
        let found = text.split_once(words).filter(|_| !words.is_empty());
        let (before, after) = found.unwrap_or((text, ""));
        let words = if found.is_some() { words } else { "" };
        EmphasisedText { before: before.to_owned(), words: words.to_owned(), after: after.to_owned() }
    }

    /// A text with the remaining time, such as `0:30`.
    pub(crate) fn wait(&self, key: &str, seconds: i64) -> String {
        self.t1(key, "time", &clock(seconds))
    }

    /// A wait as minutes and seconds.
    pub(crate) fn clock(&self, seconds: i64) -> String {
        clock(seconds)
    }

    /// The local path of a file in `static/`.
    pub(crate) fn asset(&self, file: &str) -> String {
        static_files::path(file)
    }

    /// Every language, for the menu.
    pub(crate) fn languages(&self) -> [Language; 2] {
        Language::ALL
    }

    /// The first letter of a name, for its tile.
    pub(crate) fn letter(&self, name: &str) -> String {
        name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
    }
}
