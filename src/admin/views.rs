//! The pages of the console.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// Where one can go in the console of a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Who is a user, and what of.
    Users,
    /// Who is an employee, with which services.
    Employees,
    /// What is open to the company, and its ready-made profiles.
    Applications,
    /// When its people are asked for a second factor.
    Policies,
    /// Who did what.
    History,
    /// Its logo and its colour.
    Look,
    /// What is announced.
    Status,
}

impl Section {
    /// Every section, in the order of the panel.
    pub const ALL: [Self; 7] =
        [Self::Users, Self::Employees, Self::Applications, Self::Policies, Self::History, Self::Look, Self::Status];

    /// The word of it in the address, after the company.
    pub fn path(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Employees => "employees",
            Self::Applications => "applications",
            Self::Policies => "policies",
            Self::History => "history",
            Self::Look => "look",
            Self::Status => "status",
        }
    }

    /// The key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Users => "admin-users",
            Self::Employees => "admin-employees",
            Self::Applications => "admin-applications",
            Self::Policies => "admin-policies",
            Self::History => "admin-history",
            Self::Look => "admin-look",
            Self::Status => "admin-status",
        }
    }

    /// The section with a word in the address; the first one where there is none with it.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|section| section.path() == word).unwrap_or(Self::Users)
    }
}

/// What stands around the matter of every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The identifier of the company, as addresses have it.
    pub company: String,
    /// Its name.
    pub company_name: String,
    /// The open section.
    pub section: Section,
    /// Other companies that who looks can go on to; empty where there is none.
    pub switch: Vec<CompanyLink>,
    /// The name of who looks.
    pub name: String,
    /// By what they manage the company.
    pub role: String,
}

impl Frame {
    /// The address of a page of the company.
    pub fn path(&self, page: &str) -> String {
        format!("/admin/{}/{page}", self.company)
    }
}

/// A company that one can go on to.
#[derive(Debug, Clone)]
pub struct CompanyLink {
    /// Its identifier, as addresses have it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its identifier in the register of its country.
    pub business_id: Option<String>,
    /// Whether one is there.
    pub here: bool,
}

/// Asks which company.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/companies.html")]
pub struct CompaniesPage {
    /// What every page knows.
    pub page: Page,
    /// Who looks.
    pub person: PersonLabel,
    /// The companies.
    pub results: CompaniesResults,
}

/// The companies that a search finds; also on its own, for who types.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/companies_results.html")]
pub struct CompaniesResults {
    /// What every page knows.
    pub page: Page,
    /// What was typed.
    pub typed: String,
    /// The section that one is in, and stays in.
    pub section: Section,
    /// What was found.
    pub companies: Vec<CompanyLink>,
    /// The query of the next page.
    pub next: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}

impl CompaniesResults {
    /// How many were found, for who hears the page.
    pub fn found(&self) -> String {
        found(&self.page, self.companies.len())
    }
}

/// How many were found.
pub(super) fn found(page: &Page, count: usize) -> String {
    page.texts.count("admin-found", "count", i64::try_from(count).unwrap_or(i64::MAX))
}

/// How a user stands, as a list shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Can enter, and has.
    Active,
    /// Can enter, and never has.
    NeverSignedIn,
    /// Has a profile from before, and has not accepted yet.
    Pending,
    /// Is locked.
    Locked,
    /// Was removed.
    Removed,
    /// The operator has closed the profile.
    Closed,
}

impl Standing {
    /// The key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Self::Active => "admin-standing-active",
            Self::NeverSignedIn => "admin-standing-never",
            Self::Pending => "admin-standing-pending",
            Self::Locked => "admin-standing-locked",
            Self::Removed => "admin-standing-removed",
            Self::Closed => "admin-standing-closed",
        }
    }
}

/// A line of the list of users.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// The identifier, as addresses have it.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sign-in email.
    pub email: String,
    /// The administrative role, or the ready-made profile.
    pub role: String,
    /// How they stand.
    pub standing: Standing,
    /// The second factors in words.
    pub second_factor: String,
    /// When they last signed in, in words.
    pub last_sign_in: String,
}

/// A filter of the list.
#[derive(Debug, Clone)]
pub struct Chip {
    /// The word of it in the address.
    pub word: &'static str,
    /// The key of its name.
    pub key: &'static str,
    /// How many it lets through: "48", or "1,000+".
    pub count: String,
    /// Whether it is on.
    pub on: bool,
}

/// A choice of one in a list of several.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The word that is sent.
    pub word: String,
    /// What it is called.
    pub name: String,
    /// Whether it is chosen.
    pub on: bool,
}

/// *Users and roles*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users.html")]
pub struct UsersPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// The roles that the list can be narrowed to.
    pub roles: Vec<Choice>,
    /// The list.
    pub results: UsersResults,
}

/// The list of users with its filters; also on its own, for who types.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users_results.html")]
pub struct UsersResults {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What was typed.
    pub typed: String,
    /// The filters.
    pub chips: Vec<Chip>,
    /// The words of the filter and of the role, as the address has them.
    pub filter: String,
    /// See [`Self::filter`].
    pub role: String,
    /// The users.
    pub users: Vec<UserRow>,
    /// What is said below the list of how many there are.
    pub shown: String,
    /// The query of the page before, where this is not the first.
    pub previous: Option<String>,
    /// The query of the next page.
    pub next: Option<String>,
}

impl UsersResults {
    /// How many were found, for who hears the page.
    pub fn found(&self) -> String {
        found(&self.page, self.users.len())
    }

    /// Whether nothing was narrowed: an empty list is one that is still to be filled.
    pub fn is_whole(&self) -> bool {
        self.typed.is_empty() && self.filter == "all" && self.role.is_empty() && self.previous.is_none()
    }
}
