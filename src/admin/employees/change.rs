//! Adding an employee, setting their services, and taking them off the listing: the last is a sensitive act.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::super::frame;
use super::super::users::{ADDED, Newcomer, typed};
use super::super::views::Section;
use super::super::who::Here;
use super::list::row;
use super::views::{AddEmployeePage, EmployeePage, RemoveEmployeePage};
use super::{boxes, chosen, names};
use crate::admin::users::views::AddTyped;
use crate::app::App;
use crate::directory::employees::{self, Employee, Service};
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::allowances;
use crate::platform::db::Tx;
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::sign_in::notices::{Act, tell_by_administrator};

const NEW: &str = "employees/new";
const DONE: [(&str, &str); 1] = [("services", "admin-done-services")];

/// An employee that an address names, for who manages the company.
async fn find(here: &Here, person: &str) -> Result<Option<Employee>, Fault> {
    let Ok(person) = person.parse::<PersonId>() else { return Ok(None) };
    Ok(employees::find(&here.app.db, here.company.id, person).await?)
}

/// The page of an employee, where who is asked to sign in goes on; of what is no identifier, the listing.
fn return_to(person: &str, page: &str) -> String {
    match person.parse::<PersonId>() {
        Ok(person) => format!("employees/{person}{page}"),
        Err(_) => Section::Employees.path().to_owned(),
    }
}

/// Shows one employee.
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
    uri: http::Uri,
) -> Result<Response, Fault> {
    let here = match Here::of(&app, &visit, &company, &return_to(&person, "")).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let Some(employee) = find(&here, &person).await? else { return Ok(here.not_found().await) };
    let (page, frame) = frame::around(&here, Section::Employees, &return_to(&person, "")).await?;
    let query = Parameters::parse(uri.query().unwrap_or(""));
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
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
    Form(fields): Form,
) -> Result<Response, Fault> {
    let here = match Here::of(&app, &visit, &company, &return_to(&person, "")).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let Ok(id) = person.parse::<PersonId>() else { return Ok(here.not_found().await) };
    let (work, services) = (here.clone(), chosen(&fields));
    let set: Result<bool, Fault> =
        app.db.write(move |tx| Box::pin(async move { write_services(tx, &work, id, &services).await })).await;
    if !set? {
        return Ok(here.not_found().await);
    }
    Ok(Redirect::to(&here.path(&format!("employees/{id}?done=services"))).into_response())
}

async fn write_services(tx: &mut Tx<'_>, here: &Here, person: PersonId, services: &[Service]) -> Result<bool, Fault> {
    if here.still_manages(tx).await?.is_none() {
        return Ok(false);
    }
    let Some(had) = employees::find(&mut *tx, here.company.id, person).await? else { return Ok(false) };
    if had.services == services {
        return Ok(true);
    }
    employees::set_services(tx, here.company.id, person, services).await?;
    let entry = here.entry(Event::EmployeeServicesSet).person(person);
    let entry = entry.detail("from", names(&had.services)).detail("to", names(services));
    history::write(tx, &here.app.random, &entry).await?;
    Ok(true)
}

/// Asks whether to take somebody off the listing.
pub async fn ask_remove(
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let here = match Here::afresh(&app, &visit, &company, &return_to(&person, "/remove")).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let Some(employee) = find(&here, &person).await? else { return Ok(here.not_found().await) };
    let (page, frame) = frame::around(&here, Section::Employees, &return_to(&person, "/remove")).await?;
    let view = RemoveEmployeePage { employee: row(page.texts, &employee), frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Takes somebody off the listing.
pub async fn remove(
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let here = match Here::afresh(&app, &visit, &company, &return_to(&person, "/remove")).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let Ok(id) = person.parse::<PersonId>() else { return Ok(here.not_found().await) };
    let work = here.clone();
    let removed: Result<bool, Fault> =
        app.db.write(move |tx| Box::pin(async move { write_removal(tx, &work, id).await })).await;
    if !removed? {
        return Ok(here.not_found().await);
    }
    Ok(here.go_to("employees?done=removed"))
}

async fn write_removal(tx: &mut Tx<'_>, here: &Here, person: PersonId) -> Result<bool, Fault> {
    if here.still_manages(tx).await?.is_none() || !employees::remove(tx, here.company.id, person).await? {
        return Ok(false);
    }
    history::write(tx, &here.app.random, &here.entry(Event::EmployeeRemoved).person(person)).await?;
    tell_by_administrator(tx, (&here.app, &here.visit), person, Act::EmployeeRemoved, (&here.person, &here.company))
        .await?;
    Ok(true)
}

/// Asks who is to be added.
pub async fn ask_add(State(app): State<App>, visit: Visit, Path(company): Path<String>) -> Result<Response, Fault> {
    let here = match Here::of(&app, &visit, &company, NEW).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let language = here.visit.language.tag().to_owned();
    page(&here, AddTyped { language, ..AddTyped::default() }, &[], None).await
}

async fn page(
    here: &Here,
    typed: AddTyped,
    services: &[Service],
    error: Option<(&'static str, &'static str)>,
) -> Result<Response, Fault> {
    let (page, frame) = frame::around(here, Section::Employees, NEW).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let error = error.map(|(field, key)| (field, page.t(key)));
    let view = AddEmployeePage { typed, services: boxes(page.texts, services), error, frame, page };
    Ok(refusal::show(status, &view))
}

/// What came of it.
enum Added {
    Now,
    Already,
    TooMany(Duration),
    Gone,
}

/// Puts somebody on the listing: new, or with a profile already, in the same words (see *Add user*).
pub async fn add(
    State(app): State<App>,
    visit: Visit,
    Path(company): Path<String>,
    Form(fields): Form,
) -> Result<Response, Fault> {
    let here = match Here::of(&app, &visit, &company, NEW).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let (typed, services) = (typed(&fields), chosen(&fields));
    let newcomer = match Newcomer::of(&typed) {
        Ok(newcomer) => newcomer,
        Err(error) => return page(&here, typed, &services, Some(error)).await,
    };
    let (work, given) = (here.clone(), services.clone());
    let added: Result<Added, Fault> =
        app.db.write(move |tx| Box::pin(async move { write(tx, &work, newcomer, &given).await })).await;
    match added? {
        Added::Now => Ok(here.go_to("employees?done=added")),
        Added::Already => page(&here, typed, &services, Some(("email", "admin-error-already-employee"))).await,
        Added::TooMany(wait) => Ok(refusal::too_much(&app, &visit, TooMuch { wait }).await),
        Added::Gone => Ok(here.not_found().await),
    }
}

async fn write(tx: &mut Tx<'_>, here: &Here, newcomer: Newcomer, services: &[Service]) -> Result<Added, Fault> {
    if here.still_manages(tx).await?.is_none() {
        return Ok(Added::Gone);
    }
    let now = here.visit.now;
    if let Err(exhausted) = allowances::take(tx, &ADDED, &here.person.id.to_string(), now).await? {
        return Ok(Added::TooMany(exhausted.wait));
    }
    let (person, _) = newcomer.find_or_make(tx, here).await?;
    if !employees::add(tx, here.company.id, person, services, now).await? {
        return Ok(Added::Already);
    }
    let entry = here.entry(Event::EmployeeAdded).person(person).detail("to", names(services));
    history::write(tx, &here.app.random, &entry).await?;
    tell_by_administrator(tx, (&here.app, &here.visit), person, Act::EmployeeAdded, (&here.person, &here.company))
        .await?;
    Ok(Added::Now)
}
