//! The forms that add an employee, set the services and remove from the listing. Removing asks for a fresh proof.

use axum::response::Response;
use http::StatusCode;

use super::super::form_pages::kept;
use super::super::frame;
use super::super::gate::{CompanyGate, Console, FreshConsole};
use super::super::users::{FieldMistake, new_person, typed_fields};
use super::super::views::Section;
use super::list::row;
use super::views::{AddEmployeePage, EmployeePage, RemoveEmployeePage};
use super::{boxes, chosen};
use crate::admin::users::views::NewPersonFields;
use crate::administration as acts;
use crate::administration::Stop;
use crate::directory::employees::{self, ChargeableService, Employee};
use crate::directory::people::PersonId;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;

const NEW: &str = "employees/new";
const DONE: [(&str, &str); 1] = [("services", "admin-done-services")];

async fn find(console: &Console, person: PersonId) -> Result<Employee, EarlyAnswer> {
    employees::find(&console.app.db, console.company.id, person).await?.ok_or_else(EarlyAnswer::not_found)
}

/// Shows one employee.
pub async fn show(
    console: Console,
    PathEnd(person): PathEnd<PersonId>,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let employee = find(&console, person).await?;
    // The ticks come from before a sign-in on the way to saving them.
    let ticked = (query.field("ticked") == "1").then(|| chosen(&query));
    let (page, frame) = frame::page(&console, Section::Employees, &format!("employees/{person}")).await?;
    let view = EmployeePage {
        status: frame::confirmation(page.texts, &query, &DONE),
        services: boxes(page.texts, &ticked.unwrap_or_else(|| employee.services.clone())),
        employee: row(page.texts, &employee),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Sets the chargeable services. A sign-in on the way leads back to the form with its ticks.
pub async fn set_services(
    gate: CompanyGate,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let services = chosen(&fields);
    let ticked = services.iter().fold(String::new(), |ticked, service| ticked + "&service=" + service.as_str());
    let console = gate.back_to(&format!("employees/{person}?ticked=1{ticked}")).enter_afresh().await?;
    let result = console.act(move |tx, context| {
        Box::pin(async move { acts::employees::set_services(tx, context, person, &services).await })
    });
    result.await?;
    Ok(console.go_to(&format!("employees/{person}?done=services")))
}

/// Asks whether to remove an employee from the listing.
pub async fn ask_remove(
    FreshConsole(console): FreshConsole,
    PathEnd(person): PathEnd<PersonId>,
) -> Result<Response, EarlyAnswer> {
    let employee = find(&console, person).await?;
    let (page, frame) = frame::page(&console, Section::Employees, &format!("employees/{person}/remove")).await?;
    let view = RemoveEmployeePage { employee: row(page.texts, &employee), frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Removes an employee from the listing.
pub async fn remove(
    FreshConsole(console): FreshConsole,
    PathEnd(person): PathEnd<PersonId>,
) -> Result<Response, EarlyAnswer> {
    console.act(move |tx, context| Box::pin(acts::employees::remove(tx, context, person))).await?;
    Ok(console.go_to("employees?done=removed"))
}

/// The fields that a sign-in on the way brings back.
const KEPT: [&str; 5] = ["email", "given_name", "family_name", "language", "service"];

/// Shows the form that adds an employee, with what was typed before a sign-in on the way.
pub(crate) async fn ask_add(
    FreshConsole(console): FreshConsole,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    if query.field("typed") == "1" {
        return page(&console, typed_fields(&query), &chosen(&query), &[]).await;
    }
    let language = console.visit.language.tag().to_owned();
    page(&console, NewPersonFields { language, ..NewPersonFields::default() }, &[], &[]).await
}

async fn page(
    console: &Console,
    typed: NewPersonFields,
    services: &[ChargeableService],
    mistakes: &[FieldMistake],
) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Employees, NEW).await?;
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let errors = mistakes.iter().map(|mistake| mistake.in_words(&page)).collect();
    let view = AddEmployeePage { typed, services: boxes(page.texts, services), errors, frame, page };
    Ok(refusal::show(status, &view))
}

/// Adds an employee. The answer is the same for a new person and for one with a profile (see *Add user*).
pub(crate) async fn add(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let console = gate.back_to(&kept(NEW, &fields, &KEPT)).enter_afresh().await?;
    let (typed, services) = (typed_fields(&fields), chosen(&fields));
    let person = match new_person(&typed) {
        Ok(person) => person,
        Err(mistakes) => return page(&console, typed, &services, &mistakes).await,
    };
    let given = services.clone();
    let result = console
        .act(move |tx, context| Box::pin(async move { acts::employees::add(tx, context, &person, &given).await }));
    match result.await {
        Ok(_) => Ok(console.go_to("employees?done=added")),
        Err(Stop::AlreadyEmployee) => {
            let mistake = FieldMistake::new("email", "admin-error-already-employee");
            page(&console, typed, &services, &[mistake]).await
        }
        Err(stop) => Err(stop.into()),
    }
}
