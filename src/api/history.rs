//! The history of a company.

use axum::extract::State;
use axum::response::Response;
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Path, Query};
use super::caller::Caller;
use super::moment;
use super::paging::{self, Page};
use super::problem::{Kind, Problem};
use super::scopes::Scope;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::history::{self, LookFor, Recorded, Within};
use crate::platform::id::earliest_of;

/// Something that was done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Its identifier, which also gives the order.
    #[schema(format = Uuid)]
    pub id: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What.
    pub event: String,
    /// The person it happened to.
    pub person: Option<String>,
    /// Who did it, where that was not the person themselves: a person or an application.
    pub actor: Option<String>,
    /// The application it was for, or that did it.
    pub application: Option<String>,
    /// From which network.
    pub network: Option<String>,
    /// The identifier that was shown, where it was refused.
    pub error_id: Option<String>,
    /// What else is known.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
}

/// Which entries.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichEntries {
    /// Of this name alone.
    #[param(example = "user.added")]
    pub event: Option<String>,
    /// About this person alone.
    #[param(value_type = Option<String>, format = Uuid)]
    pub person: Option<PersonId>,
    /// From this instant on.
    #[param(format = DateTime)]
    pub since: Option<String>,
    /// Before this instant.
    #[param(format = DateTime)]
    pub until: Option<String>,
    /// Go on after the entry with this key: `next` of the page before.
    pub after: Option<String>,
    /// How many at most, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
}

impl From<Recorded> for HistoryEntry {
    fn from(recorded: Recorded) -> Self {
        Self {
            id: recorded.id,
            at: moment(Timestamp::from_milliseconds(recorded.at)),
            event: recorded.event,
            person: recorded.person,
            actor: recorded.actor,
            application: recorded.application,
            network: recorded.network,
            error_id: recorded.error_id,
            details: recorded.details,
        }
    }
}

/// Read the history
///
/// What was done in the company, the newest first.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/history", tag = "History", operation_id = "read_history",
    params(("company" = String, Path, format = Uuid, description = "The company."), WhichEntries),
    security(("oauth" = ["company:{company}:history.read"])),
    responses((status = 200, description = "A page of entries.", body = Page<HistoryEntry>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Path(company): Path<CompanyId>,
    Query(query): Query<WhichEntries>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::HistoryRead).await?;
    let limit = paging::limit(query.limit)?;
    // A key is an identifier of an entry, and nothing else.
    let before = paging::after::<uuid::Uuid>(query.after.as_deref())?.map(|key| key.to_string());
    if query.event.as_ref().is_some_and(|event| event.chars().any(char::is_control)) {
        return Err(Problem::new(Kind::Malformed).detail("event must be the name of an event"));
    }
    let look_for = query.person.map_or(LookFor::Everything, |person| LookFor::Person(person.to_string()));
    let until = instant("until", query.until.as_deref())?.map(earliest_of);
    let within = Within {
        from: instant("since", query.since.as_deref())?.map(earliest_of).unwrap_or_default(),
        before: before.into_iter().chain(until).min(),
        event: query.event,
    };
    let found = history::of_company(&app.db, &at.company.id.to_string(), &look_for, &within, limit + 1).await?;
    Ok(paging::page(&app, &uri, limit, found, |entry| entry.id.clone(), HistoryEntry::from))
}

fn instant(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let parsed = text.map(str::parse::<jiff::Timestamp>).transpose();
    let parsed = parsed.map_err(|_| {
        Problem::new(Kind::Malformed).detail(format!("{name} must be an instant such as 2026-06-09T14:32:07Z"))
    })?;
    Ok(parsed.map(|at| Timestamp::from_milliseconds(at.as_millisecond())))
}
