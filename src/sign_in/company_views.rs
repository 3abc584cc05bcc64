//! The page that asks for a company.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// A company to choose.
#[derive(Debug, Clone)]
pub struct CompanyOption {
    /// Its identifier.
    pub value: String,
    /// Its name.
    pub name: String,
    /// Whether it is the one that was chosen last.
    pub chosen: bool,
}

/// Asks for which company the person goes on.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/choose_company.html")]
pub struct ChooseCompanyPage {
    /// What every page knows.
    pub page: Page,
    /// The door, with the person: they have proven themselves.
    pub door: Door,
    /// What the page asks.
    pub title: String,
    /// What comes of the answer.
    pub lead: String,
    /// Where the answer goes.
    pub action: String,
    /// What there is to choose from, by name.
    pub options: Vec<CompanyOption>,
    /// What is wrong with the last answer.
    pub error: Option<String>,
}
