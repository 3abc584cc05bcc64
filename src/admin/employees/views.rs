//! The pages of employees.

use askama::Template;

use crate::admin::users::views::NewPersonFields;
use crate::admin::views::{Choice, ConsoleFrame, count_in_words};
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
    /// Whether the employee is a user, too.
    pub is_user: bool,
}

/// *Employees*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/list.html")]
pub struct EmployeesPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The listing.
    pub results: EmployeesResults,
}

/// The listing. It is also sent alone, while somebody types a search.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/results.html")]
pub struct EmployeesResults {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The typed search.
    pub typed: String,
    /// The employees.
    pub employees: Vec<EmployeeRow>,
    /// Whether a search found more employees than it shows.
    pub is_more_found: bool,
    /// The query of the previous page; none on the first.
    pub previous: Option<String>,
    /// The query of the next page.
    pub next: Option<String>,
}

impl EmployeesResults {
    /// The number of results in words, for screen readers.
    pub(crate) fn count_in_words(&self) -> String {
        count_in_words(&self.page, self.employees.len())
    }

    /// Whether the whole listing is meant: if it is empty, there are no employees yet.
    pub(crate) fn is_whole(&self) -> bool {
        self.typed.is_empty() && self.previous.is_none()
    }
}

/// One employee.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/one.html")]
pub struct EmployeePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The employee.
    pub employee: EmployeeRow,
    /// The services.
    pub services: Vec<Choice>,
}

/// The page that asks whether to remove an employee from the listing.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/remove.html")]
pub struct RemoveEmployeePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The employee.
    pub employee: EmployeeRow,
}

/// *Add employee*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/employees/add.html")]
pub struct AddEmployeePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The typed text.
    pub typed: NewPersonFields,
    /// The services.
    pub services: Vec<Choice>,
    /// Each field with an error, and the error in words.
    pub errors: Vec<(&'static str, String)>,
}

impl AddEmployeePage {
    /// The error of a field, in words.
    pub(crate) fn error_of(&self, field: &str) -> Option<&String> {
        self.errors.iter().find(|(wrong, _)| *wrong == field).map(|(_, text)| text)
    }

    /// Whether a field is the first one with an error: the focus goes to it.
    pub(crate) fn has_focus(&self, field: &str) -> bool {
        self.errors.first().is_some_and(|(wrong, _)| *wrong == field)
    }
}
