//! Companies.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::paging::{self, ListPage, Paging};
use super::problem::{Kind, Problem};
use super::reply::{Reply, etag_of};
use super::request::{IfMatch, JsonRequest, Path, Query};
use super::scopes::Scope;
use crate::administration;
use crate::administration::Stop;
use crate::app::App;
use crate::directory::companies::{self, CompanyId, NewCompany};
use crate::event::Event;
use crate::platform::db;
use crate::platform::history;

/// A tenant.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Company)]
pub(crate) struct ApiCompany {
    /// The identifier. It never changes.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: CompanyId,
    /// Its name.
    pub(crate) name: String,
    /// The kind of the company.
    pub(crate) kind: ApiCompanyKind,
    /// The email address at which its people get help.
    pub(crate) contact_email: Option<String>,
    /// The phone number at which its people get help.
    pub(crate) contact_phone: Option<String>,
    /// Its identifier in the business register of its country.
    pub(crate) business_id: Option<String>,
}

/// The kind of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CompanyKind)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApiCompanyKind {
    /// A business.
    Business,
    /// An accounting office, which manages client companies.
    AccountingOffice,
}

impl From<companies::CompanyKind> for ApiCompanyKind {
    fn from(kind: companies::CompanyKind) -> Self {
        match kind {
            companies::CompanyKind::Business => Self::Business,
            companies::CompanyKind::AccountingOffice => Self::AccountingOffice,
        }
    }
}

impl From<ApiCompanyKind> for companies::CompanyKind {
    fn from(kind: ApiCompanyKind) -> Self {
        match kind {
            ApiCompanyKind::Business => Self::Business,
            ApiCompanyKind::AccountingOffice => Self::AccountingOffice,
        }
    }
}

impl From<companies::Company> for ApiCompany {
    fn from(company: companies::Company) -> Self {
        Self {
            id: company.id,
            name: company.name,
            kind: company.kind.into(),
            contact_email: company.contact_email,
            contact_phone: company.contact_phone,
            business_id: company.business_id,
        }
    }
}

/// The data of a company that can be changed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompanyFacts {
    /// Its name, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) name: String,
    /// The email address at which its people get help.
    #[serde(default)]
    #[schema(max_length = 254)]
    pub(crate) contact_email: Option<String>,
    /// The phone number at which its people get help.
    #[serde(default)]
    #[schema(max_length = 254)]
    pub(crate) contact_phone: Option<String>,
    /// Its identifier in the business register of its country. No two companies have the same.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub(crate) business_id: Option<String>,
}

/// A company to add.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompanyToAdd {
    /// Its name, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) name: String,
    /// The kind of the company.
    pub(crate) kind: ApiCompanyKind,
    /// The email address at which its people get help.
    #[serde(default)]
    #[schema(max_length = 254)]
    pub(crate) contact_email: Option<String>,
    /// The phone number at which its people get help.
    #[serde(default)]
    #[schema(max_length = 254)]
    pub(crate) contact_phone: Option<String>,
    /// Its identifier in the business register of its country. No two companies have the same.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub(crate) business_id: Option<String>,
}

/// List companies
///
/// Those that the caller may see: for an application those that it was granted, for a person those that they manage
/// themselves. The clients of an accounting office are listed at the office.
#[utoipa::path(
    get, path = "/api/v1/companies", tag = "Companies", operation_id = "list_companies", params(Paging),
    security(("oauth" = ["company:{company}:company.read"])),
    responses((status = 200, description = "A page of companies.", body = ListPage<ApiCompany>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<Paging>,
) -> Result<Response, Problem> {
    let limit = paging::limit(query.limit)?;
    let after = paging::after::<CompanyId>(query.after.as_deref())?;
    let found = caller.companies(&app, after, limit + 1).await?;
    Ok(paging::page(&app, &uri, limit, found, |company| company.id, ApiCompany::from))
}

/// See a company
///
/// Its data, with the `ETag` that a change can name.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}", tag = "Companies", operation_id = "see_company",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    security(("oauth" = ["company:{company}:company.read"])),
    responses((status = 200, description = "The company.", body = ApiCompany))
)]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyRead).await?;
    let shown = ApiCompany::from(at.company);
    Ok(Reply::ok(&shown)?.tagged(etag_of(&shown)).into_response())
}

/// Add a company
///
/// For the operator's applications.
#[utoipa::path(
    post, path = "/api/v1/companies", tag = "Companies", operation_id = "add_company",
    request_body = CompanyToAdd, security(("oauth" = ["operator:company.write"])),
    responses((status = 201, description = "The company that was added.", body = ApiCompany))
)]
pub(super) async fn add(
    State(app): State<App>,
    caller: Caller,
    request: JsonRequest<CompanyToAdd>,
) -> Result<Reply, Problem> {
    let operator = caller.operate(&app, Scope::CompanyWrite).await?;
    let CompanyToAdd { name, kind, contact_email, contact_phone, business_id } = request.body;
    let new = NewCompany { name, kind: kind.into(), contact_email, contact_phone, business_id };
    check(&new)?;
    operator
        .write(&app, request.key, move |tx, app, operator| {
            Box::pin(async move {
                let id = companies::add(tx, &app.random, operator.now(), &new).await.map_err(conflict)?;
                history::write(tx, &app.random, &operator.entry(Event::CompanyAdded).company(id)).await?;
                let added = companies::find(&mut *tx, id).await?.ok_or_else(|| Problem::new(Kind::Fault))?;
                Reply::created(
                    &ApiCompany::from(added),
                    app.settings.public_url.join(&format!("/api/v1/companies/{id}")),
                )
            })
        })
        .await
}

/// Change a company
///
/// Replaces all its data except the kind.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}", tag = "Companies", operation_id = "change_company",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version that is to be changed."),
    ),
    request_body = CompanyFacts, security(("oauth" = ["company:{company}:company.write"])),
    responses((status = 200, description = "The company as it is now.", body = ApiCompany))
)]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
    version: IfMatch,
    request: JsonRequest<CompanyFacts>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyWrite).await?;
    let CompanyFacts { name, contact_email, contact_phone, business_id } = request.body;
    let new = NewCompany { name, kind: at.company.kind, contact_email, contact_phone, business_id };
    check(&new)?;
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            let before = companies::find(&mut *tx, company).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
            version.check(&ApiCompany::from(before))?;
            administration::companies::change(tx, &environment.context, &new).await.map_err(|stop| match stop {
                Stop::AlreadyThere => conflict(db::Error::Conflict(String::new())),
                stop => stop.into(),
            })?;
            let now = companies::find(&mut *tx, company).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let shown = ApiCompany::from(now);
            Ok(Reply::ok(&shown)?.tagged(etag_of(&shown)))
        })
    })
    .await
}

fn check(new: &NewCompany) -> Result<(), Problem> {
    let words = "a company's name has 1 to 200 characters, each contact at most 254 and the business_id at most 40";
    if new.is_fine() { Ok(()) } else { Err(Problem::invalid(words)) }
}

fn conflict(error: db::Error) -> Problem {
    match error {
        db::Error::Conflict(_) => Problem::new(Kind::AlreadyThere).detail("another company has that business_id"),
        other => other.into(),
    }
}
