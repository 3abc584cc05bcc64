//! The listing: searched by words, paged by key.

use axum::response::Response;
use http::StatusCode;

use super::super::companies::LONGEST_SEARCH;
use super::super::frame;
use super::super::gate::Console;
use super::super::views::Section;
use super::service_key;
use super::views::{EmployeeRow, EmployeesPage, EmployeesResults};
use crate::directory::companies::CompanyId;
use crate::directory::employees::{self, Employee};
use crate::directory::people::PersonId;
use crate::platform::db::{self, Reader, Source};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::{Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;

/// Employees of a page.
const SHOWN: usize = 20;
/// Employees that are read for a page: one more shows whether there is a next page.
const READ: i64 = 21;
const DONE: [(&str, &str); 2] = [("removed", "admin-done-employee-removed"), ("added", "admin-done-employee-added")];

/// A page of the listing, and whether there are pages before and after it.
struct EmployeeSlice {
    employees: Vec<Employee>,
    is_more_before: bool,
    is_more_after: bool,
}

/// Shows the listing.
pub async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let section = Section::Employees;
    let typed: String = query.field("typed").trim().chars().take(LONGEST_SEARCH).collect();
    let (page, frame) = frame::page(&console, section, section.path()).await?;
    let mut reader = console.app.db.reader().await?;
    let found = if typed.is_empty() {
        read(&mut reader, console.company.id, &query).await?
    } else {
        search(&mut reader, console.company.id, &typed).await?
    };
    drop(reader);
    let is_list = typed.is_empty();
    let place = |name: &str, employee: &Employee| format!("{name}={}", employee.person);
    let first = found.employees.first().filter(|_| is_list && found.is_more_before);
    let last = found.employees.last().filter(|_| is_list && found.is_more_after);
    let results = EmployeesResults {
        page: page.clone(),
        frame: frame.clone(),
        employees: found.employees.iter().map(|employee| row(page.texts, employee)).collect(),
        is_more_found: !is_list && found.is_more_after,
        previous: first.map(|employee| place("before", employee)),
        next: last.map(|employee| place("after", employee)),
        typed,
    };
    if query.field("fragment") == "1" {
        return Ok(refusal::show(StatusCode::OK, &results));
    }
    let status = frame::confirmation(page.texts, &query, &DONE);
    Ok(refusal::show(StatusCode::OK, &EmployeesPage { status, results, frame, page }))
}

/// A page of the listing after or before an employee; the first page if that person is not on the listing.
async fn read(reader: &mut Reader, company: CompanyId, query: &Parameters) -> Result<EmployeeSlice, db::Error> {
    if let Ok(before) = query.field("before").parse::<PersonId>()
        && let Some(place) = employees::find(&mut *reader, company, before).await?
    {
        let place = (place.sort_key.as_slice(), place.person);
        let mut employees = employees::list_before(&mut *reader, company, place, READ).await?;
        let is_more_before = employees.len() > SHOWN;
        employees.truncate(SHOWN);
        employees.reverse();
        return Ok(EmployeeSlice { employees, is_more_before, is_more_after: true });
    }
    let place = match query.field("after").parse::<PersonId>() {
        Ok(after) => employees::find(&mut *reader, company, after).await?,
        Err(_) => None,
    };
    let after = place.as_ref().map_or((&[][..], None), |place| (place.sort_key.as_slice(), Some(place.person)));
    let mut employees = employees::list(&mut *reader, company, after, READ).await?;
    let is_more_after = employees.len() > SHOWN;
    employees.truncate(SHOWN);
    Ok(EmployeeSlice { employees, is_more_before: place.is_some(), is_more_after })
}

async fn search(reader: &mut Reader, company: CompanyId, typed: &str) -> Result<EmployeeSlice, db::Error> {
    let mut employees = employees::search(&mut Source::Reader(reader), company, typed, READ).await?;
    let is_more_after = employees.len() > SHOWN;
    employees.truncate(SHOWN);
    Ok(EmployeeSlice { employees, is_more_before: false, is_more_after })
}

/// An employee as pages show them.
pub(super) fn row(texts: Texts, employee: &Employee) -> EmployeeRow {
    let services: Vec<String> = employee.services.iter().map(|service| texts.text(service_key(*service))).collect();
    EmployeeRow {
        id: employee.person.to_string(),
        name: employee.name.clone(),
        email: employee.email.clone(),
        services: if services.is_empty() { texts.text("admin-service-none") } else { services.join(", ") },
        is_user: employee.is_user,
    }
}
