//! The pages of the console.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// The sections of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The users of the company.
    Users,
    /// The employees and their services.
    Employees,
    /// The applications, and the ready-made profiles.
    Applications,
    /// The sign-in policy.
    Policies,
    /// The audit history.
    History,
    /// The logo and the colour.
    Look,
    /// The announcements.
    Status,
}

impl Section {
    /// Every section, in the order of the panel.
    pub(crate) const ALL: [Self; 7] =
        [Self::Users, Self::Employees, Self::Applications, Self::Policies, Self::History, Self::Look, Self::Status];

    /// The word in the address, after the company.
    pub(crate) fn path(self) -> &'static str {
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

    /// The translation key of its name.
    pub(crate) fn key(self) -> &'static str {
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

    /// The section with a word in the address; the first one for an unknown word.
    pub(crate) fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|section| section.path() == word).unwrap_or(Self::Users)
    }
}

/// The frame of every page of the console.
#[derive(Debug, Clone)]
pub struct ConsoleFrame {
    /// The identifier of the company, as addresses have it.
    pub company: String,
    /// Its name.
    pub company_name: String,
    /// The open section.
    pub section: Section,
    /// The other companies that the administrator can switch to.
    pub switch: Vec<CompanyLink>,
    /// The name of the administrator.
    pub name: String,
    /// The role by which the administrator manages the company.
    pub role: String,
}

impl ConsoleFrame {
    /// The path of a page of the company.
    pub(crate) fn path(&self, page: &str) -> String {
        format!("/admin/{}/{page}", self.company)
    }
}

/// A company that the administrator can switch to.
#[derive(Debug, Clone)]
pub struct CompanyLink {
    /// Its identifier, as addresses have it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its identifier in the register of its country.
    pub business_id: Option<String>,
    /// Whether it is the company of the page.
    pub is_current: bool,
}

/// The choice of a company.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/companies.html")]
pub struct CompaniesPage {
    /// The parts that every page has.
    pub page: Page,
    /// The administrator.
    pub person: PersonLabel,
    /// The companies.
    pub results: CompaniesResults,
}

/// The companies that a search finds. They are also sent alone, while somebody types.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/companies_results.html")]
pub struct CompaniesResults {
    /// The parts that every page has.
    pub page: Page,
    /// The typed search.
    pub typed: String,
    /// The section to open in the chosen company.
    pub section: Section,
    /// The companies.
    pub companies: Vec<CompanyLink>,
    /// The query of the next page.
    pub next: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}

impl CompaniesResults {
    /// The number of results in words, for screen readers.
    pub(crate) fn count_in_words(&self) -> String {
        count_in_words(&self.page, self.companies.len())
    }
}

/// The number of results, in words.
pub(super) fn count_in_words(page: &Page, count: usize) -> String {
    page.texts.count("admin-found", "count", i64::try_from(count).unwrap_or(i64::MAX))
}

/// The state of a user in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStanding {
    /// Can enter, and has signed in.
    Active,
    /// Can enter, and has never signed in.
    NeverSignedIn,
    /// Had a profile before, and has not accepted yet.
    Pending,
    /// Is locked.
    Locked,
    /// Was removed.
    Removed,
    /// The operator has closed the profile.
    Closed,
}

impl UserStanding {
    /// The translation key of its name.
    pub(crate) fn key(self) -> &'static str {
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
    /// The state.
    pub standing: UserStanding,
    /// The second factors in words.
    pub second_factor: String,
    /// The last sign-in, in words.
    pub last_sign_in: String,
}

/// A filter of the list.
#[derive(Debug, Clone)]
pub struct Chip {
    /// The word in the address.
    pub word: &'static str,
    /// The translation key of its name.
    pub key: &'static str,
    /// The number of users that pass it: "48", or "1,000+".
    pub count: String,
    /// Whether it is on.
    pub on: bool,
}

/// A choice in a list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The word in the form.
    pub word: String,
    /// The name.
    pub name: String,
    /// Whether it is chosen.
    pub on: bool,
}

/// A filter of the list, with its choices.
#[derive(Debug, Clone)]
pub struct NarrowingField {
    /// The name of the field.
    pub name: &'static str,
    /// The label.
    pub label: String,
    /// The choices, the first of which filters nothing.
    pub choices: Vec<Choice>,
}

/// *Users and roles*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users.html")]
pub struct UsersPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The roles that the list can be narrowed to.
    pub roles: Vec<Choice>,
    /// The other filters.
    pub narrowing: Vec<NarrowingField>,
    /// The list.
    pub results: UsersResults,
}

/// The list of users with its filters. It is also sent alone, while somebody types a search.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users_results.html")]
pub struct UsersResults {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The typed search.
    pub typed: String,
    /// The filters.
    pub chips: Vec<Chip>,
    /// The word of the filter in the address.
    pub filter: String,
    /// The word of the role in the address.
    pub role: String,
    /// The other filters in the address, after an `&`; empty where none is chosen.
    pub narrowing: String,
    /// The users.
    pub users: Vec<UserRow>,
    /// The text below the list about its length.
    pub shown: String,
    /// The query of the previous page; none on the first.
    pub previous: Option<String>,
    /// The query of the next page.
    pub next: Option<String>,
}

impl UsersPage {
    /// Whether one of the other filters is chosen.
    pub(crate) fn is_narrowed(&self) -> bool {
        !self.results.narrowing.is_empty()
    }
}

impl UsersResults {
    /// The number of results in words, for screen readers.
    pub(crate) fn count_in_words(&self) -> String {
        count_in_words(&self.page, self.users.len())
    }

    /// Whether the whole list is meant: if it is empty, there are no users yet.
    pub(crate) fn is_whole(&self) -> bool {
        self.typed.is_empty()
            && self.filter == "all"
            && self.role.is_empty()
            && self.narrowing.is_empty()
            && self.previous.is_none()
    }
}
