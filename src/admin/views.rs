//! The pages of the console.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// The sections of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Users who may need attention, and announcements.
    Overview,
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
    /// The name and the contact data of the company.
    CompanyData,
    /// The domains that the company has proved.
    Domains,
    /// The logo and the colour.
    Look,
    /// The announcements.
    Status,
    /// The invitations that wait for the operator; in the operator's company alone.
    Releases,
    /// The providers of identities; in the operator's company alone.
    IdentityProviders,
}

impl Section {
    /// Every section, in the order of the panel.
    pub(crate) const ALL: [Self; 12] = [
        Self::Overview,
        Self::Users,
        Self::Employees,
        Self::Applications,
        Self::Policies,
        Self::History,
        Self::CompanyData,
        Self::Domains,
        Self::Look,
        Self::Status,
        Self::Releases,
        Self::IdentityProviders,
    ];

    /// The word in the address, after the company.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::CompanyData => "company",
            Self::Users => "users",
            Self::Employees => "employees",
            Self::Applications => "applications",
            Self::Policies => "policies",
            Self::History => "history",
            Self::Domains => "domains",
            Self::Look => "look",
            Self::Status => "status",
            Self::Releases => "releases",
            Self::IdentityProviders => "identity-providers",
        }
    }

    /// The translation key of its name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Overview => "admin-overview",
            Self::CompanyData => "admin-company-data",
            Self::Users => "admin-users",
            Self::Employees => "admin-employees",
            Self::Applications => "admin-applications",
            Self::Policies => "admin-policies",
            Self::History => "admin-history",
            Self::Domains => "admin-domains",
            Self::Look => "admin-look",
            Self::Status => "admin-status",
            Self::Releases => "admin-releases",
            Self::IdentityProviders => "admin-identity-providers",
        }
    }

    /// Whether it stands in the operator's company alone.
    fn is_of_operator(self) -> bool {
        matches!(self, Self::Releases | Self::IdentityProviders)
    }

    /// The sections of a company.
    pub(crate) fn of_company(operates: bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |section| operates || !section.is_of_operator())
    }

    /// The section to open in another company: the same one, if every company has it.
    pub(crate) fn elsewhere(self) -> Self {
        if self.is_of_operator() { Self::Overview } else { self }
    }

    /// The section with a word in the address; the first one for an unknown word.
    pub(crate) fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|section| section.path() == word).unwrap_or(Self::Overview)
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
    /// Whether the administrator is one of the operator's people.
    pub operates: bool,
}

impl ConsoleFrame {
    /// The path of a page of the company.
    pub(crate) fn path(&self, page: &str) -> String {
        format!("/admin/{}/{page}", self.company)
    }

    /// The sections that the administrator can go to.
    pub(crate) fn sections(&self) -> impl Iterator<Item = Section> {
        Section::of_company(self.operates)
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
    /// Can enter, and an invitation to the phone app waits for them.
    Invited,
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
            Self::Invited => "admin-standing-invited",
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

/// The heading of a column that a list can be ordered by.
#[derive(Debug, Clone)]
pub struct SortHead {
    /// Its name.
    pub label: String,
    /// The query of the list in this order, or in its opposite.
    pub query: String,
    /// Whether the list is in this order.
    pub is_on: bool,
    /// Whether the order of the list is turned round.
    pub is_descending: bool,
}

impl SortHead {
    /// The attribute that tells the order to assistive technology.
    pub(crate) fn sorted(&self) -> &'static str {
        match (self.is_on, self.is_descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
}

/// *Users and roles*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users.html")]
pub struct UsersPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The reason why nothing was done, in words.
    pub refused: Option<String>,
    /// The roles that the list can be narrowed to.
    pub roles: Vec<Choice>,
    /// The orders of the list.
    pub orders: Vec<Choice>,
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
    /// The word of the order in the address.
    pub sort: String,
    /// The headings of the columns with an order: name, role, status and last sign-in.
    pub heads: Vec<SortHead>,
    /// Whether every user of the page is chosen.
    pub all_are_chosen: bool,
    /// The query of this page.
    pub this_page: String,
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
