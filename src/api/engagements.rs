//! Acts of the operator: the client companies of an accounting office.

use axum::extract::State;
use axum::response::Response;
use http::Uri;

use super::caller::Caller;
use super::companies::ApiCompany;
use super::paging::{self, ListPage, Paging};
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::request::{EmptyRequest, Path, Query};
use super::scopes::Scope;
use crate::administration::ActEffect;
use crate::administration::engagements as acts;
use crate::app::App;
use crate::directory::companies::{self, CompanyId};

/// List the clients of an accounting office
///
/// The companies that it manages, by identifier. A business has none.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/clients", tag = "Companies", operation_id = "list_clients",
    params(("company" = String, Path, format = Uuid, description = "The accounting office."), Paging),
    security(("oauth" = ["company:{company}:company.read"])),
    responses((status = 200, description = "A page of companies.", body = ListPage<ApiCompany>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Path(company): Path<CompanyId>,
    Query(query): Query<Paging>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyRead).await?;
    let limit = paging::limit(query.limit)?;
    let after = paging::after::<CompanyId>(query.after.as_deref())?;
    let found = companies::clients_of(&app.db, at.company.id, after, limit + 1).await?;
    Ok(paging::page(&app, &uri, limit, found, |company| company.id, ApiCompany::from))
}

/// Let an accounting office manage a client
///
/// For the operator's applications.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/clients/{client}", tag = "Companies", operation_id = "engage_client",
    params(
        ("company" = String, Path, format = Uuid, description = "The accounting office."),
        ("client" = String, Path, format = Uuid, description = "The client."),
    ),
    security(("oauth" = ["operator:company.write"])),
    responses((status = 204, description = "The office manages the client."))
)]
pub(super) async fn engage(
    State(app): State<App>,
    caller: Caller,
    Path((office, client)): Path<(CompanyId, CompanyId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let operator = caller.operate(&app, Scope::CompanyWrite).await?;
    operator
        .write(&app, key, move |tx, app, operator| {
            Box::pin(async move {
                let context = operator.context(tx, &app, client).await?;
                acts::engage(tx, &context, office).await?;
                Ok(Reply::done())
            })
        })
        .await
}

/// End that an accounting office manages a client
///
/// For the operator's applications. Refused if nobody could manage the client afterwards.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/clients/{client}", tag = "Companies",
    operation_id = "disengage_client",
    params(
        ("company" = String, Path, format = Uuid, description = "The accounting office."),
        ("client" = String, Path, format = Uuid, description = "The client."),
    ),
    security(("oauth" = ["operator:company.write"])),
    responses((status = 204, description = "The office manages the client no more."))
)]
pub(super) async fn disengage(
    State(app): State<App>,
    caller: Caller,
    Path((office, client)): Path<(CompanyId, CompanyId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let operator = caller.operate(&app, Scope::CompanyWrite).await?;
    operator
        .write(&app, key, move |tx, app, operator| {
            Box::pin(async move {
                let context = operator.context(tx, &app, client).await?;
                match acts::disengage(tx, &context, office).await? {
                    ActEffect::Changed => Ok(Reply::done()),
                    ActEffect::Unchanged => Err(Problem::new(Kind::NotFound)),
                }
            })
        })
        .await
}
