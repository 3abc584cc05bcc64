//! The factors of a user, without any secret. Only the basic company sees them and removes what was lost, because a
//! factor is one for all companies.

use axum::extract;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::moment;
use super::paging::ListPage;
use super::problem::Problem;
use super::reply::Reply;
use super::request::{EmptyRequest, Path};
use super::scopes::Scope;
use crate::administration as acts;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::proofs::KeptFactor;

/// A factor of a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Factor)]
pub(crate) struct SetUpFactor {
    /// Its identifier, or `recovery_code`.
    pub(crate) id: String,
    /// Its kind: `totp`, `passkey`, `phone` or `recovery_code`.
    pub(crate) kind: String,
    /// The name that the person gave it; empty for the recovery code.
    pub(crate) name: String,
    /// The time at which it was set up.
    #[schema(format = DateTime)]
    pub(crate) created_at: String,
    /// Its last use.
    #[schema(format = DateTime)]
    pub(crate) last_used_at: Option<String>,
}

impl From<KeptFactor> for SetUpFactor {
    fn from(kept: KeptFactor) -> Self {
        Self {
            id: acts::factors::word_of(&kept).to_owned(),
            kind: kept.factor.word().to_owned(),
            created_at: moment(kept.made_at),
            last_used_at: kept.used_at.map(moment),
            name: kept.name,
        }
    }
}

/// List the factors of a user
///
/// Authenticator apps, passkeys, phones and the recovery code that is in force; no password and no secret. For users
/// whose basic company this is.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/users/{person}/factors", tag = "Factors", operation_id = "list_factors",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:factors.read"])),
    responses((status = 200, description = "The factors.", body = ListPage<SetUpFactor>))
)]
pub(super) async fn list(
    extract::State(app): extract::State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::FactorsRead).await?;
    let mut reader = app.db.reader().await?;
    at.within_protection(&mut reader, person).await?;
    let items = acts::factors::removable(&mut reader, person).await?.into_iter().map(SetUpFactor::from).collect();
    drop(reader);
    Ok(Reply::ok(&ListPage { items, next: None })?.into_response())
}

/// The factor that a path names.
#[derive(serde::Deserialize)]
pub(super) struct FactorPath {
    company: CompanyId,
    person: PersonId,
    factor: String,
}

/// Remove a factor of a user
///
/// For one that was lost: the others stay, every session ends, and the person is told.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/users/{person}/factors/{factor}", tag = "Factors",
    operation_id = "remove_factor",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
        ("factor" = String, Path, max_length = 64, description = "The identifier of the factor, or `recovery_code`."),
    ),
    security(("oauth" = ["company:{company}:factors.write"])),
    responses((status = 204, description = "The factor is removed."))
)]
pub(super) async fn remove(
    extract::State(app): extract::State<App>,
    caller: Caller,
    Path(FactorPath { company, person, factor }): Path<FactorPath>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::FactorsWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::factors::remove(tx, &environment.context, person, &factor).await?;
            Ok(Reply::done())
        })
    })
    .await
}

/// Reset the second factor of a user
///
/// Removes every second step and the recovery code, and ends every session. The person sets up a new second factor at
/// the next sign-in; the password stays.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/users/{person}/factors", tag = "Factors",
    operation_id = "reset_factors",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:factors.write"])),
    responses((status = 204, description = "The factors are removed."))
)]
pub(super) async fn reset(
    extract::State(app): extract::State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::FactorsWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::people::reset_second_factor(tx, &environment.context, person).await?;
            Ok(Reply::done())
        })
    })
    .await
}
