//! The page of a company's domains.

use askama::Template;

use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// One domain of the company.
#[derive(Debug, Clone)]
pub struct DomainRow {
    /// Its form in addresses.
    pub domain: String,
    /// The same in the letters of people.
    pub letters: String,
    /// Its state in words.
    pub state: String,
    /// Whether it is proved.
    pub is_proved: bool,
    /// Whether it is proved, and its record is missing.
    pub is_missing: bool,
    /// The record to set; `None` while it is there.
    pub record: Option<DomainRecord>,
}

/// The record that proves a domain.
#[derive(Debug, Clone)]
pub struct DomainRecord {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A way in which people are led to the directory.
#[derive(Debug, Clone)]
pub struct DirectoryWay {
    /// Its word.
    pub word: &'static str,
    /// The key of its words.
    pub key: &'static str,
    /// Whether it is the present one.
    pub is_on: bool,
}

/// *Domains*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/domains.html")]
pub struct DomainsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The refusal of a look at a record, in words.
    pub refusal: Option<String>,
    /// The domains.
    pub rows: Vec<DomainRow>,
    /// The names of the directories that people are led to; none where the operator offers none.
    pub directories: Vec<String>,
    /// The ways in which they can be led.
    pub ways: Vec<DirectoryWay>,
    /// The typed domain.
    pub typed: String,
    /// The mistake in it, in words.
    pub mistake: Option<String>,
}
