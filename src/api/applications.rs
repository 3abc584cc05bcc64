//! The applications that are open to a company, with the rights that each knows.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::paging::ListPage;
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::request::{EmptyRequest, Path};
use super::scopes::Scope;
use crate::administration;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::rights;
use crate::provider::applications::{self, ApplicationId};

/// An application that is open to a company.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Application)]
pub(crate) struct OpenApplication {
    /// The identifier, by which rights name the application. It never changes.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: ApplicationId,
    /// Its `client_id` at sign-ins.
    pub(crate) client_id: String,
    /// Its name on pages.
    pub(crate) name: String,
    /// The rights that it declares, beside `use`.
    pub(crate) rights: Vec<DeclaredRight>,
}

/// A right that an application declares.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DeclaredRight {
    /// Its name in tokens.
    pub(crate) name: String,
    /// Its title on pages.
    pub(crate) title: String,
}

/// List the applications that are open to a company
///
/// All of them at once, at most a thousand.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/applications", tag = "Applications", operation_id = "list_applications",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    security(("oauth" = ["company:{company}:applications.read"])),
    responses((status = 200, description = "The applications.", body = ListPage<OpenApplication>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::ApplicationsRead).await?;
    let mut items = Vec::new();
    for id in rights::applications_of(&app.db, at.company.id).await? {
        let Ok(known) = id.parse::<ApplicationId>() else { continue };
        let Some(found) = applications::find(&app.db, known).await? else { continue };
        let declared = rights::declared(&app.db, &id).await?;
        items.push(OpenApplication {
            id: found.id,
            client_id: found.client_id,
            name: found.name,
            rights: declared.into_iter().map(|it| DeclaredRight { name: it.name, title: it.title }).collect(),
        });
    }
    Ok(Reply::ok(&ListPage { items, next: None })?.into_response())
}

/// Open an application to a company
///
/// For the operator's applications.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/applications/{application}", tag = "Applications",
    operation_id = "open_application",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("application" = String, Path, format = Uuid, description = "The application's id."),
    ),
    security(("oauth" = ["operator:applications.write"])),
    responses((status = 204, description = "The application is open to the company."))
)]
pub(super) async fn open(
    State(app): State<App>,
    caller: Caller,
    Path((company, application)): Path<(CompanyId, ApplicationId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let operator = caller.operate(&app, Scope::ApplicationsWrite).await?;
    operator
        .write(&app, key, move |tx, app, operator| {
            Box::pin(async move {
                let context = operator.context(tx, &app, company).await?;
                administration::companies::set_open(tx, &context, application, true).await?;
                Ok(Reply::done())
            })
        })
        .await
}

/// Close an application to a company
///
/// For the operator's applications. Users keep their rights, which count again once it is opened again.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/applications/{application}", tag = "Applications",
    operation_id = "close_application",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("application" = String, Path, format = Uuid, description = "The application's id."),
    ),
    security(("oauth" = ["operator:applications.write"])),
    responses((status = 204, description = "The application is closed to the company."))
)]
pub(super) async fn close(
    State(app): State<App>,
    caller: Caller,
    Path((company, application)): Path<(CompanyId, ApplicationId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let operator = caller.operate(&app, Scope::ApplicationsWrite).await?;
    operator
        .write(&app, key, move |tx, app, operator| {
            Box::pin(async move {
                let context = operator.context(tx, &app, company).await?;
                if !administration::companies::set_open(tx, &context, application, false).await? {
                    return Err(Problem::new(Kind::NotFound));
                }
                Ok(Reply::done())
            })
        })
        .await
}
