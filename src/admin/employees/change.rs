//! Adding an employee, setting their services, and taking them off the listing: the last is a sensitive act.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::users::{Newcomer, tell, typed};
use super::super::views::Section;
use super::super::who::{Fresh, Here};
use super::list::row;
use super::views::{AddEmployeePage, EmployeePage, RemoveEmployeePage};
use super::{boxes, chosen, names};
use crate::admin::users::views::AddTyped;
use crate::administration::ADDED;
use crate::directory::employees::{self, Employee, Service};
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::allowances;
use crate::platform::db::Tx;
use crate::platform::history;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::flood::TooMuch;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;
use crate::sign_in::notices::Act;

const NEW: &str = "employees/new";
const DONE: [(&str, &str); 1] = [("services", "admin-done-services")];

async fn find(here: &Here, person: PersonId) -> Result<Employee, EarlyAnswer> {
    employees::find(&here.app.db, here.company.id, person).await?.ok_or_else(EarlyAnswer::not_found)
}

/// Shows one employee.
pub async fn show(
    here: Here,
    PathEnd(person): PathEnd<PersonId>,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let employee = find(&here, person).await?;
    let (page, frame) = frame::around(&here, Section::Employees, &format!("employees/{person}")).await?;
    let view = EmployeePage {
        status: frame::done(page.texts, &query, &DONE),
        services: boxes(page.texts, &employee.services),
        employee: row(page.texts, &employee),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Sets the chargeable services.
pub async fn set_services(
    here: Here,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let services = chosen(&fields);
    here.write(move |tx, here| Box::pin(async move { write_services(tx, here, person, &services).await })).await?;
    Ok(here.go_to(&format!("employees/{person}?done=services")))
}

async fn write_services(
    tx: &mut Tx<'_>,
    here: &Here,
    person: PersonId,
    services: &[Service],
) -> Result<(), EarlyAnswer> {
    here.still_manages(tx).await?;
    let had = employees::find(&mut *tx, here.company.id, person).await?.ok_or_else(EarlyAnswer::not_found)?;
    if had.services == services {
        return Ok(());
    }
    employees::set_services(tx, here.company.id, person, services).await?;
    let entry = here.entry(Event::EmployeeServicesSet).person(person);
    let entry = entry.detail("from", names(&had.services)).detail("to", names(services));
    Ok(history::write(tx, &here.app.random, &entry).await?)
}

/// Asks whether to take somebody off the listing.
pub async fn ask_remove(Fresh(here): Fresh, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    let employee = find(&here, person).await?;
    let (page, frame) = frame::around(&here, Section::Employees, &format!("employees/{person}/remove")).await?;
    let view = RemoveEmployeePage { employee: row(page.texts, &employee), frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Takes somebody off the listing.
pub async fn remove(Fresh(here): Fresh, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    here.write(move |tx, here| Box::pin(write_removal(tx, here, person))).await?;
    Ok(here.go_to("employees?done=removed"))
}

async fn write_removal(tx: &mut Tx<'_>, here: &Here, person: PersonId) -> Result<(), EarlyAnswer> {
    here.still_manages(tx).await?;
    if !employees::remove(tx, here.company.id, person).await? {
        return Err(EarlyAnswer::not_found());
    }
    history::write(tx, &here.app.random, &here.entry(Event::EmployeeRemoved).person(person)).await?;
    Ok(tell(tx, here, person, Act::EmployeeRemoved).await?)
}

/// Asks who is to be added.
pub async fn ask_add(here: Here) -> Result<Response, EarlyAnswer> {
    let language = here.visit.language.tag().to_owned();
    page(&here, AddTyped { language, ..AddTyped::default() }, &[], None).await
}

async fn page(
    here: &Here,
    typed: AddTyped,
    services: &[Service],
    error: Option<(&'static str, &'static str)>,
) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::around(here, Section::Employees, NEW).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let error = error.map(|(field, key)| (field, page.t(key)));
    let view = AddEmployeePage { typed, services: boxes(page.texts, services), error, frame, page };
    Ok(refusal::show(status, &view))
}

/// Puts somebody on the listing: new, or with a profile already, in the same words (see *Add user*).
pub async fn add(here: Here, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (typed, services) = (typed(&fields), chosen(&fields));
    let newcomer = match Newcomer::of(&typed) {
        Ok(newcomer) => newcomer,
        Err(error) => return page(&here, typed, &services, Some(error)).await,
    };
    let given = services.clone();
    let is_new = here.write(move |tx, here| Box::pin(async move { write(tx, here, newcomer, &given).await })).await?;
    if is_new {
        Ok(here.go_to("employees?done=added"))
    } else {
        page(&here, typed, &services, Some(("email", "admin-error-already-employee"))).await
    }
}

/// Whether somebody was put on the listing who was not there yet.
async fn write(tx: &mut Tx<'_>, here: &Here, newcomer: Newcomer, services: &[Service]) -> Result<bool, EarlyAnswer> {
    here.still_manages(tx).await?;
    let now = here.visit.now;
    if let Err(exhausted) = allowances::take(tx, &ADDED, &here.person.id.to_string(), now).await? {
        return Err(TooMuch { wait: exhausted.wait }.into());
    }
    let (person, _) = newcomer.find_or_make(tx, here).await?;
    if !employees::add(tx, here.company.id, person, services, now).await? {
        return Ok(false);
    }
    let entry = here.entry(Event::EmployeeAdded).person(person).detail("to", names(services));
    history::write(tx, &here.app.random, &entry).await?;
    tell(tx, here, person, Act::EmployeeAdded).await?;
    Ok(true)
}
