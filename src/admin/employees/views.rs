//! The pages of employees.

use askama::Template;

use crate::admin::users::views::AddTyped;
use crate::admin::views::{Choice, Frame, found};
use crate::platform::web::page::Page;

/// A line of the listing.
#[derive(Debug, Clone)]
pub struct EmployeeRow {
    /// The identifier, as addresses have it.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sign-in email.
    pub email: String,
    /// The chargeable services, in words.
    pub services: String,
    /// Whether they are a user, too.
    pub is_user: bool,
}

/// *Employees*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/list.html")]
pub struct EmployeesPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What has just been done.
    pub status: Option<String>,
    /// The listing.
    pub results: EmployeesResults,
}

/// The listing; also on its own, for who types.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/results.html")]
pub struct EmployeesResults {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What was typed.
    pub typed: String,
    /// The employees.
    pub employees: Vec<EmployeeRow>,
    /// Whether a search found more than are shown.
    pub is_more_found: bool,
    /// The query of the page before, where this is not the first.
    pub previous: Option<String>,
    /// The query of the next page.
    pub next: Option<String>,
}

impl EmployeesResults {
    /// How many were found, for who hears the page.
    pub fn found(&self) -> String {
        found(&self.page, self.employees.len())
    }

    /// Whether nothing was narrowed: an empty listing is one that is still to be filled.
    pub fn is_whole(&self) -> bool {
        self.typed.is_empty() && self.previous.is_none()
    }
}

/// One employee.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/one.html")]
pub struct EmployeePage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What has just been done.
    pub status: Option<String>,
    /// Who it is.
    pub employee: EmployeeRow,
    /// The services.
    pub services: Vec<Choice>,
}

/// Asks whether to take somebody off the listing.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/remove.html")]
pub struct RemoveEmployeePage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Who it is.
    pub employee: EmployeeRow,
}

/// *Add employee*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/add.html")]
pub struct AddEmployeePage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What was typed.
    pub typed: AddTyped,
    /// The services.
    pub services: Vec<Choice>,
    /// The field that is wrong, and what is wrong with it.
    pub error: Option<(&'static str, String)>,
}

impl AddEmployeePage {
    /// What is wrong with a field.
    pub fn error_of(&self, field: &str) -> Option<&String> {
        self.error.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, text)| text)
    }
}
