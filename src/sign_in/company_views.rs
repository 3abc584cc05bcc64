//! The page of the choice of a company.

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
    /// Whether it is the one of the last choice.
    pub chosen: bool,
}

/// The page on which the person chooses a company.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/choose_company.html")]
pub struct ChooseCompanyPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door, with the person, who has given proofs.
    pub door: Door,
    /// The question of the page.
    pub title: String,
    /// The effect of the answer.
    pub lead: String,
    /// The path that the form posts to.
    pub action: String,
    /// The options, by name.
    pub options: Vec<CompanyOption>,
    /// The error of the last answer.
    pub error: Option<String>,
}
