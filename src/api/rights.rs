//! The rights of a user in the applications of a company, set one by one or by a ready-made profile.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::Problem;
use super::reply::Reply;
use super::request::{JsonRequest, Path};
use super::scopes::Scope;
use super::users::find_present;
use crate::administration as acts;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::rights::{self, ProfileId, RIGHTS_BODY_LIMIT};
use crate::provider::applications::ApplicationId;

/// A right in an application.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Right)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiRight {
    /// The identifier of the application.
    #[schema(value_type = String, format = Uuid)]
    pub application: ApplicationId,
    /// `use`, or a right that the application declares.
    pub name: String,
}

/// The rights of a user.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rights {
    /// The rights; at most 500.
    #[schema(max_items = 500)]
    pub(crate) rights: Vec<ApiRight>,
}

/// A ready-made profile to give.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileToGive {
    /// The identifier of the profile.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) profile: ProfileId,
}

/// See what a user may do
///
/// The rights in every application, open to the company or not.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/users/{person}/rights", tag = "Users", operation_id = "see_rights",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:users.read"])),
    responses((status = 200, description = "The rights.", body = Rights))
)]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::UsersRead).await?;
    find_present(&app.db, at.company.id, person).await?;
    let shown = api_rights(rights::of_user(&app.db, at.company.id, person).await?);
    Ok(Reply::ok(&Rights { rights: shown })?.into_response())
}

/// Set what a user may do
///
/// Replaces all rights of the user. Each must belong to an application that is open to the company.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/users/{person}/rights", tag = "Users", operation_id = "set_rights",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    request_body = Rights, security(("oauth" = ["company:{company}:users.write"])),
    responses((status = 200, description = "The rights as they are now.", body = Rights))
)]
pub(super) async fn set(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    request: JsonRequest<Rights, RIGHTS_BODY_LIMIT>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::UsersWrite).await?;
    let wanted = request.body.rights;
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            let right =
                |right: ApiRight| rights::Right { application: right.application.to_string(), name: right.name };
            let wanted: Vec<rights::Right> = wanted.into_iter().map(right).collect();
            acts::rights::set_rights(tx, &environment.context, person, &wanted).await?;
            Reply::ok(&Rights { rights: api_rights(rights::of_user(&mut *tx, company, person).await?) })
        })
    })
    .await
}

/// Give a user a ready-made profile
///
/// Its rights replace all that the user had.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/users/{person}/profile", tag = "Users", operation_id = "give_profile",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    request_body = ProfileToGive, security(("oauth" = ["company:{company}:users.write"])),
    responses((status = 200, description = "The rights as they are now.", body = Rights))
)]
pub(super) async fn give_profile(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    request: JsonRequest<ProfileToGive>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::UsersWrite).await?;
    let profile = request.body.profile;
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            acts::rights::give_profile(tx, &environment.context, person, profile).await?;
            Reply::ok(&Rights { rights: api_rights(rights::of_user(&mut *tx, company, person).await?) })
        })
    })
    .await
}

/// Rights in the form of the API, without those whose application has an unreadable identifier.
pub(super) fn api_rights(rights: Vec<rights::Right>) -> Vec<ApiRight> {
    let shown = rights.into_iter().filter_map(|right| {
        let application = right.application.parse().ok()?;
        Some(ApiRight { application, name: right.name })
    });
    shown.collect()
}
