//! The forms that add an employee, set the services and remove from the listing. Removing asks for a fresh proof.

use axum::response::Response;
use http::StatusCode;

use super::super::form_pages::kept;
use super::super::frame;
use super::super::users::{FieldMistake, newcomer, typed};
use super::super::views::Section;
use super::super::who::{CompanyGate, Fresh, Here};
use super::list::row;
use super::views::{AddEmployeePage, EmployeePage, RemoveEmployeePage};
use super::{boxes, chosen};
use crate::admin::users::views::AddTyped;
use crate::administration as acts;
use crate::administration::Stop;
use crate::directory::employees::{self, ChargeableService, Employee};
use crate::directory::people::PersonId;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;

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
    // The ticks come from before a sign-in on the way to saving them.
    let ticked = (query.field("ticked") == "1").then(|| chosen(&query));
    let (page, frame) = frame::around(&here, Section::Employees, &format!("employees/{person}")).await?;
    let view = EmployeePage {
        status: frame::done(page.texts, &query, &DONE),
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
    let here = gate.back_to(&format!("employees/{person}?ticked=1{ticked}")).enter_afresh().await?;
    let came = here.act(move |tx, context| {
        Box::pin(async move { acts::employees::set_services(tx, context, person, &services).await })
    });
    came.await?;
    Ok(here.go_to(&format!("employees/{person}?done=services")))
}

/// Asks whether to remove an employee from the listing.
pub async fn ask_remove(Fresh(here): Fresh, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    let employee = find(&here, person).await?;
    let (page, frame) = frame::around(&here, Section::Employees, &format!("employees/{person}/remove")).await?;
    let view = RemoveEmployeePage { employee: row(page.texts, &employee), frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Removes an employee from the listing.
pub async fn remove(Fresh(here): Fresh, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    here.act(move |tx, context| Box::pin(acts::employees::remove(tx, context, person))).await?;
    Ok(here.go_to("employees?done=removed"))
}

/// The fields that a sign-in on the way brings back.
const KEPT: [&str; 5] = ["email", "given_name", "family_name", "language", "service"];

/// Shows the form that adds an employee, with what was typed before a sign-in on the way.
pub(crate) async fn ask_add(Fresh(here): Fresh, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    if query.field("typed") == "1" {
        return page(&here, typed(&query), &chosen(&query), &[]).await;
    }
    let language = here.visit.language.tag().to_owned();
    page(&here, AddTyped { language, ..AddTyped::default() }, &[], &[]).await
}

async fn page(
    here: &Here,
    typed: AddTyped,
    services: &[ChargeableService],
    mistakes: &[FieldMistake],
) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::around(here, Section::Employees, NEW).await?;
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let errors = mistakes.iter().map(|mistake| mistake.told(&page)).collect();
    let view = AddEmployeePage { typed, services: boxes(page.texts, services), errors, frame, page };
    Ok(refusal::show(status, &view))
}

/// Adds an employee. The answer is the same for a new person and for one with a profile (see *Add user*).
pub(crate) async fn add(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let here = gate.back_to(&kept(NEW, &fields, &KEPT)).enter_afresh().await?;
    let (typed, services) = (typed(&fields), chosen(&fields));
    let person = match newcomer(&typed) {
        Ok(person) => person,
        Err(mistakes) => return page(&here, typed, &services, &mistakes).await,
    };
    let given = services.clone();
    let came =
        here.act(move |tx, context| Box::pin(async move { acts::employees::add(tx, context, &person, &given).await }));
    match came.await {
        Ok(_) => Ok(here.go_to("employees?done=added")),
        Err(Stop::AlreadyEmployee) => {
            let mistake = FieldMistake::new("email", "admin-error-already-employee");
            page(&here, typed, &services, &[mistake]).await
        }
        Err(stop) => Err(stop.into()),
    }
}
