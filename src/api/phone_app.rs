//! The phone app of a user: open to them, or closed since they were logged out from all devices. Only the basic company
//! sees and changes that, because the app is one for all companies. The phones themselves are factors.

use axum::extract;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::Problem;
use super::reply::Reply;
use super::request::{EmptyRequest, Path};
use super::scopes::Scope;
use crate::administration as acts;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::{self, PersonId};

/// The phone app of a person.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = PhoneApp)]
pub(crate) struct PhoneAppState {
    /// Whether the person can sign in to it.
    pub(crate) is_open: bool,
}

/// See whether the phone app is open to a user
///
/// It is closed to somebody who was logged out from all devices; an invitation opens it again. For users whose basic
/// company this is.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/users/{person}/phone-app", tag = "Factors",
    operation_id = "see_phone_app",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:factors.read"])),
    responses((status = 200, description = "The phone app of the person.", body = PhoneAppState))
)]
pub(super) async fn see(
    extract::State(app): extract::State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::FactorsRead).await?;
    let mut reader = app.db.reader().await?;
    at.within_protection(&mut reader, person).await?;
    let is_open = !people::phone_app_is_closed(&mut reader, person).await?;
    drop(reader);
    Ok(Reply::ok(&PhoneAppState { is_open })?.into_response())
}

/// Log a user out from all devices
///
/// Every phone and every session ends, and the phone app stays closed until the person comes back by an invitation that
/// is sent afterwards. The person is told.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/users/{person}/phone-app", tag = "Factors",
    operation_id = "log_out_everywhere",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:factors.write"])),
    responses((status = 204, description = "Every phone and session has ended."))
)]
pub(super) async fn close(
    extract::State(app): extract::State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::FactorsWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::phones::log_out_everywhere(tx, &environment.context, person).await?;
            Ok(Reply::done())
        })
    })
    .await
}
