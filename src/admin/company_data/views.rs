//! The page of a company's data.

use askama::Template;

use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// The fields of a company, stored or typed.
#[derive(Debug, Clone, Default)]
pub struct CompanyFields {
    /// The name.
    pub name: String,
    /// The business identifier, or empty.
    pub business_id: String,
    /// The email for questions of its people, or empty.
    pub contact_email: String,
    /// The phone for the same, or empty.
    pub contact_phone: String,
}

/// *Company data*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/company.html")]
pub struct CompanyDataPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The fields.
    pub fields: CompanyFields,
    /// Each field with an error, and the error in words.
    pub errors: Vec<(&'static str, String)>,
    /// The corrected phone, as an offer.
    pub offered: Option<String>,
}

impl CompanyDataPage {
    /// The error of a field, in words.
    pub(crate) fn error_of(&self, field: &str) -> Option<&String> {
        self.errors.iter().find(|(wrong, _)| *wrong == field).map(|(_, text)| text)
    }

    /// Whether a field is the first one with an error: the focus goes to it.
    pub(crate) fn has_focus(&self, field: &str) -> bool {
        self.errors.first().is_some_and(|(wrong, _)| *wrong == field)
    }
}
