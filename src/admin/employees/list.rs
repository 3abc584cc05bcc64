//! The listing, paged by key.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::views::Section;
use super::super::who::Here;
use super::service_key;
use super::views::{EmployeeRow, EmployeesPage};
use crate::app::App;
use crate::directory::employees::{self, Employee};
use crate::directory::people::PersonId;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::platform::web::visit::Visit;

/// Employees of a page.
const SHOWN: usize = 20;
const DONE: [(&str, &str); 2] = [("removed", "admin-done-employee-removed"), ("added", "admin-done-employee-added")];

/// Shows the listing.
///
/// # Errors
/// Every fault of the database.
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(company): Path<String>,
    uri: http::Uri,
) -> Result<Response, Fault> {
    let section = Section::Employees;
    let here = match Here::of(&app, &visit, &company, section.path()).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let query = Parameters::parse(uri.query().unwrap_or(""));
    let (page, frame) = frame::around(&here, section, section.path()).await?;
    let mut reader = app.db.reader().await?;
    let place = match query.field("after").parse::<PersonId>() {
        Ok(after) => employees::find(&mut reader, here.company.id, after).await?,
        Err(_) => None,
    };
    let after = place.as_ref().map_or((&[][..], None), |place| (place.sort_key.as_slice(), Some(place.person)));
    let read = i64::try_from(SHOWN + 1).unwrap_or(1);
    let mut found = employees::list(&mut reader, here.company.id, after, read).await?;
    drop(reader);
    let is_more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let next = found.last().filter(|_| is_more).map(|last| format!("after={}", last.person));
    let view = EmployeesPage {
        status: frame::done(page.texts, &query, &DONE),
        employees: found.iter().map(|employee| row(page.texts, employee)).collect(),
        next,
        is_later: place.is_some(),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
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
