//! What every page knows, whatever it shows.

use super::static_files;
use super::translations::{Language, Texts, clock};

/// The part of a page that is the same on all of them.
#[derive(Debug, Clone)]
pub struct Page {
    /// The language of the page.
    pub language: Language,
    /// The texts in that language.
    pub texts: Texts,
    /// The operator's name, shown as the brand.
    pub organisation: String,
    /// The local path of this page, where the language form returns to.
    pub path: String,
}

impl Page {
    /// A page in this language at this local path.
    pub fn new(language: Language, organisation: impl Into<String>, path: impl Into<String>) -> Self {
        Self { language, texts: Texts::new(language), organisation: organisation.into(), path: path.into() }
    }

    /// A text without variables.
    pub fn t(&self, key: &str) -> String {
        self.texts.text(key)
    }

    /// A text with one word put into it.
    pub fn t1(&self, key: &str, name: &str, word: &str) -> String {
        self.texts.text_with(key, &[(name, word)])
    }

    /// A text with the time that is left, such as `0:30`.
    pub fn wait(&self, key: &str, seconds: i64) -> String {
        self.t1(key, "time", &clock(seconds))
    }

    /// A wait as minutes and seconds.
    pub fn clock(&self, seconds: i64) -> String {
        clock(seconds)
    }

    /// The local path of a file in `static/`.
    pub fn asset(&self, file: &str) -> String {
        static_files::path(file)
    }

    /// Every language, for the menu.
    pub fn languages(&self) -> [Language; 2] {
        Language::ALL
    }

    /// The first letter of a name, for its tile.
    pub fn letter(&self, name: &str) -> String {
        name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
    }
}
