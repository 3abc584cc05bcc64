//! The sessions of a user. Only the basic company sees and ends them, because a session belongs to no company and the
//! basic company decides whether the person signs in at all.

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
use crate::sign_in::sessions::{self, SessionId};

/// A session of a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct ApiSession {
    /// Its identifier.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: SessionId,
    /// Its beginning.
    #[schema(format = DateTime)]
    pub(crate) started_at: String,
    /// Its last use, to the minute.
    #[schema(format = DateTime)]
    pub(crate) last_seen_at: String,
    /// Its latest end.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
    /// The network in which it began.
    pub(crate) network: String,
    /// The browser's `User-Agent`.
    pub(crate) user_agent: String,
    /// The applications that were entered in it.
    pub(crate) applications: Vec<String>,
}

/// List the sessions of a user
///
/// The newest first, at most a hundred. For users whose basic company this is.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/users/{person}/sessions", tag = "Sessions",
    operation_id = "list_sessions",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:sessions.read"])),
    responses((status = 200, description = "The sessions.", body = ListPage<ApiSession>))
)]
pub(super) async fn list(
    extract::State(app): extract::State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::SessionsRead).await?;
    let mut reader = app.db.reader().await?;
    at.within_protection(&mut reader, person).await?;
    drop(reader);
    let listed = sessions::list_of_person(&app, person, at.now()).await?;
    let items = listed.into_iter().map(|listed| ApiSession {
        id: listed.session.id,
        started_at: moment(listed.session.started_at),
        last_seen_at: moment(listed.session.last_seen_at),
        expires_at: moment(listed.session.expires_at),
        network: listed.session.network,
        user_agent: listed.session.user_agent,
        applications: listed.applications,
    });
    Ok(Reply::ok(&ListPage { items: items.collect(), next: None })?.into_response())
}

/// The session that a path names.
#[derive(serde::Deserialize)]
pub(super) struct SessionPath {
    company: CompanyId,
    person: PersonId,
    session: SessionId,
}

/// End a session of a user
///
/// The applications that were entered in it are notified.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/users/{person}/sessions/{session}", tag = "Sessions",
    operation_id = "end_session",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
        ("session" = String, Path, format = Uuid, description = "The session."),
    ),
    security(("oauth" = ["company:{company}:sessions.write"])),
    responses((status = 204, description = "The session has ended."))
)]
pub(super) async fn end(
    extract::State(app): extract::State<App>,
    caller: Caller,
    Path(SessionPath { company, person, session }): Path<SessionPath>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::SessionsWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::people::end_sessions(tx, &environment.context, person, Some(session)).await?;
            Ok(Reply::done())
        })
    })
    .await
}

/// End every session of a user
///
/// For users whose basic company this is. The applications that were entered are notified.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/users/{person}/sessions", tag = "Sessions",
    operation_id = "end_sessions",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:sessions.write"])),
    responses((status = 204, description = "The sessions have ended."))
)]
pub(super) async fn end_all(
    extract::State(app): extract::State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::SessionsWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::people::end_sessions(tx, &environment.context, person, None).await?;
            Ok(Reply::done())
        })
    })
    .await
}
