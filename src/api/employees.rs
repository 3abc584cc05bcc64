//! Employees: the people on a company's employee listing.

use axum::extract::State;
use axum::response::Response;
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::paging::{self, ListPage, Paging};
use super::people::new_person;
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::request::{EmptyRequest, JsonRequest, Path, Query};
use super::scopes::Scope;
use crate::administration as acts;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::employees;
use crate::directory::people::PersonId;
use crate::platform::db::Tx;

/// A person on the employee listing of a company.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Employee)]
pub(crate) struct ApiEmployee {
    /// The person.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) person: PersonId,
    /// Given and family name.
    pub(crate) name: String,
    /// The sign-in email.
    pub(crate) email: String,
    /// The chargeable services.
    pub services: Vec<Service>,
    /// Whether the person is a user of the company, too.
    pub(crate) is_user: bool,
}

/// A service that a company is charged for by employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Service {
    /// Trips and their expenses.
    Travel,
    /// Salaries and hours.
    Salaries,
}

/// A person to put on the listing. Somebody who has this email already is put on it with their present profile.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmployeeToAdd {
    /// The sign-in email.
    #[schema(max_length = 254)]
    pub(crate) email: String,
    /// The given name, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) given_name: String,
    /// The family name.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(crate) family_name: String,
    /// The language of messages to the person: en or fi.
    #[serde(default)]
    pub(crate) language: Option<String>,
    /// The chargeable services.
    #[serde(default)]
    pub services: Vec<Service>,
}

/// The chargeable services of an employee.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Services {
    /// The new services.
    pub services: Vec<Service>,
}

impl From<employees::Employee> for ApiEmployee {
    fn from(employee: employees::Employee) -> Self {
        let services = employee.services.into_iter().map(|service| match service {
            employees::ChargeableService::Travel => Service::Travel,
            employees::ChargeableService::Salaries => Service::Salaries,
        });
        Self {
            person: employee.person,
            name: employee.name,
            email: employee.email,
            services: services.collect(),
            is_user: employee.is_user,
        }
    }
}

/// The services without repetitions, in a fixed order.
fn services_of(requested: &[Service]) -> Vec<employees::ChargeableService> {
    let mut services = Vec::new();
    if requested.contains(&Service::Travel) {
        services.push(employees::ChargeableService::Travel);
    }
    if requested.contains(&Service::Salaries) {
        services.push(employees::ChargeableService::Salaries);
    }
    services
}

/// List employees
///
/// By name, Å, Ä and Ö at the end.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/employees", tag = "Employees", operation_id = "list_employees",
    params(("company" = String, Path, format = Uuid, description = "The company."), Paging),
    security(("oauth" = ["company:{company}:employees.read"])),
    responses((status = 200, description = "A page of employees.", body = ListPage<ApiEmployee>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Path(company): Path<CompanyId>,
    Query(query): Query<Paging>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::EmployeesRead).await?;
    let limit = paging::limit(query.limit)?;
    let after = match paging::after::<PersonId>(query.after.as_deref())? {
        None => None,
        Some(after) => {
            let found = employees::find(&app.db, at.company.id, after).await?;
            let words = "after must be the next of an earlier page, and still on the listing";
            Some(found.ok_or_else(|| Problem::new(Kind::Malformed).detail(words))?)
        }
    };
    let place = after.as_ref().map_or((&[][..], None), |one| (one.sort_key.as_slice(), Some(one.person)));
    let found = employees::list(&app.db, at.company.id, place, limit + 1).await?;
    Ok(paging::page(&app, &uri, limit, found, |employee| employee.person, ApiEmployee::from))
}

/// Put somebody on the employee listing
///
/// A person without a profile gets one. The person is told.
#[utoipa::path(
    post, path = "/api/v1/companies/{company}/employees", tag = "Employees", operation_id = "add_employee",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    request_body = EmployeeToAdd, security(("oauth" = ["company:{company}:employees.write"])),
    responses((status = 201, description = "The employee who was added.", body = ApiEmployee))
)]
pub(super) async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
    request: JsonRequest<EmployeeToAdd>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::EmployeesWrite).await?;
    let EmployeeToAdd { email, given_name, family_name, language, services } = request.body;
    let new = new_person(&email, (given_name, family_name), language.as_deref())?;
    let services = services_of(&services);
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            let person = acts::employees::add(tx, &environment.context, &new, &services).await?;
            let location =
                environment.app.settings.public_url.join(&format!("/api/v1/companies/{company}/employees/{person}"));
            Reply::created(&find_employee(tx, company, person).await?, location)
        })
    })
    .await
}

/// See an employee
///
/// With the chargeable services, and whether the person is a user, too.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/employees/{person}", tag = "Employees", operation_id = "see_employee",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:employees.read"])),
    responses((status = 200, description = "The employee.", body = ApiEmployee))
)]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::EmployeesRead).await?;
    let found = employees::find(&app.db, at.company.id, person).await?;
    Reply::ok(&ApiEmployee::from(found.ok_or_else(|| Problem::new(Kind::NotFound))?))
}

/// Set the chargeable services of an employee
///
/// Replaces the present ones; an empty list leaves none.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/employees/{person}", tag = "Employees", operation_id = "set_services",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    request_body = Services, security(("oauth" = ["company:{company}:employees.write"])),
    responses((status = 200, description = "The employee as they are now.", body = ApiEmployee))
)]
pub(super) async fn set_services(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    request: JsonRequest<Services>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::EmployeesWrite).await?;
    let services = services_of(&request.body.services);
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            acts::employees::set_services(tx, &environment.context, person, &services).await?;
            Reply::ok(&find_employee(tx, company, person).await?)
        })
    })
    .await
}

/// Take somebody off the employee listing
///
/// The profile and a membership as a user stay.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/employees/{person}", tag = "Employees",
    operation_id = "remove_employee",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:employees.write"])),
    responses((status = 204, description = "The person is on the listing no more."))
)]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::EmployeesWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::employees::remove(tx, &environment.context, person).await?;
            Ok(Reply::done())
        })
    })
    .await
}

async fn find_employee(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<ApiEmployee, Problem> {
    let found = employees::find(tx, company, person).await?;
    found.map(ApiEmployee::from).ok_or_else(|| Problem::new(Kind::NotFound))
}
