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
    /// The parts that every page has.
    pub page: Page,
    /// The door, with the person: they have proven themselves.
    pub door: Door,
    /// The question of the page.
    pub title: String,
    /// The effect of the answer.
    pub lead: String,
    /// Where the answer goes.
    pub action: String,
    /// The options, by name.
    pub options: Vec<CompanyOption>,
    /// The error of the last answer.
    pub error: Option<String>,
}
