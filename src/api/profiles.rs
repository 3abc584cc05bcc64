//! Ready-made profiles of rights.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::paging::ListPage;
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::request::{EmptyRequest, JsonRequest, Path};
use super::rights::{ApiRight, api_rights};
use super::scopes::Scope;
use crate::administration;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::rights::{self, ProfileId, RIGHTS_BODY_LIMIT};

/// Rights that are given together, under a name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Profile)]
pub(crate) struct ApiProfile {
    /// The identifier. It never changes.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: ProfileId,
    /// Its name.
    pub(crate) name: String,
    /// Whether every company has it; the operator alone adds and removes such profiles.
    pub(crate) is_of_every_company: bool,
    /// Its rights.
    pub(crate) rights: Vec<ApiRight>,
}

/// A ready-made profile to add.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileToAdd {
    /// Its name, 1 to 80 characters.
    #[schema(min_length = 1, max_length = 80)]
    pub(crate) name: String,
    /// Its rights; at most 500. Each must belong to an application that is open to the company.
    #[schema(max_items = 500)]
    pub(crate) rights: Vec<ApiRight>,
}

impl From<rights::ReadyMadeProfile> for ApiProfile {
    fn from(profile: rights::ReadyMadeProfile) -> Self {
        Self {
            id: profile.id,
            name: profile.name,
            is_of_every_company: profile.company.is_none(),
            rights: api_rights(profile.rights),
        }
    }
}

/// List ready-made profiles
///
/// Those of the company and those of every company, all at once, at most a thousand.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/profiles", tag = "Ready-made profiles", operation_id = "list_profiles",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    security(("oauth" = ["company:{company}:profiles.read"])),
    responses((status = 200, description = "The profiles.", body = ListPage<ApiProfile>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::ProfilesRead).await?;
    let items = rights::profiles(&app.db, at.company.id).await?.into_iter().map(ApiProfile::from).collect();
    Ok(Reply::ok(&ListPage { items, next: None })?.into_response())
}

/// Add a ready-made profile
///
/// It gives nobody anything until it is given. No two of a company have the same name.
#[utoipa::path(
    post, path = "/api/v1/companies/{company}/profiles", tag = "Ready-made profiles", operation_id = "add_profile",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    request_body = ProfileToAdd, security(("oauth" = ["company:{company}:profiles.write"])),
    responses((status = 201, description = "The profile that was added.", body = ApiProfile))
)]
pub(super) async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
    request: JsonRequest<ProfileToAdd, RIGHTS_BODY_LIMIT>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::ProfilesWrite).await?;
    let ProfileToAdd { name, rights: wanted } = request.body;
    let name = name.trim().to_owned();
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            let right =
                |right: ApiRight| rights::Right { application: right.application.to_string(), name: right.name };
            let wanted: Vec<rights::Right> = wanted.into_iter().map(right).collect();
            let id = administration::companies::add_profile(tx, &environment.context, &name, &wanted).await?;
            let shown = ApiProfile { id, name, is_of_every_company: false, rights: api_rights(wanted) };
            let location =
                environment.app.settings.public_url.join(&format!("/api/v1/companies/{company}/profiles/{id}"));
            Reply::created(&shown, location)
        })
    })
    .await
}

/// See a ready-made profile
///
/// One of the company's own, or one of every company.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/profiles/{profile}", tag = "Ready-made profiles",
    operation_id = "see_profile",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("profile" = String, Path, format = Uuid, description = "The profile."),
    ),
    security(("oauth" = ["company:{company}:profiles.read"])),
    responses((status = 200, description = "The profile.", body = ApiProfile))
)]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path((company, profile)): Path<(CompanyId, ProfileId)>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::ProfilesRead).await?;
    let found = rights::find_profile(&app.db, at.company.id, profile).await?;
    Reply::ok(&ApiProfile::from(found.ok_or_else(|| Problem::new(Kind::NotFound))?))
}

/// Remove a ready-made profile
///
/// One of the company's own. Users to whom it was given keep its rights.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/profiles/{profile}", tag = "Ready-made profiles",
    operation_id = "remove_profile",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("profile" = String, Path, format = Uuid, description = "The profile."),
    ),
    security(("oauth" = ["company:{company}:profiles.write"])),
    responses((status = 204, description = "The profile is removed."))
)]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((company, profile)): Path<(CompanyId, ProfileId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::ProfilesWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            administration::companies::remove_profile(tx, &environment.context, profile).await?;
            Ok(Reply::done())
        })
    })
    .await
}
