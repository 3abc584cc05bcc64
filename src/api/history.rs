//! The history of a company.

use axum::extract::State;
use axum::response::Response;
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::moment;
use super::paging::{self, ListPage};
use super::problem::{Kind, Problem};
use super::request::{Path, Query};
use super::scopes::Scope;
use super::whole_number;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::history::{self, LookFor, Recorded, Within};
use crate::platform::id::earliest_of;

/// An event of the history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct HistoryEntry {
    /// Its identifier, which sorts by time.
    #[schema(format = Uuid)]
    pub(crate) id: String,
    /// The time of the event.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// The name of the event.
    pub(crate) event: String,
    /// The person whom it concerns.
    pub(crate) person: Option<String>,
    /// The person or application that acted, if not the person themselves.
    pub(crate) actor: Option<String>,
    /// The application that the event belongs to, or that acted.
    pub(crate) application: Option<String>,
    /// The network of the request.
    pub(crate) network: Option<String>,
    /// The error identifier that was shown, for a refusal.
    pub(crate) error_id: Option<String>,
    /// More about the event, by its name.
    #[schema(value_type = Object)]
    pub(crate) details: serde_json::Value,
}

/// The filters of the history.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// Only events of this name.
    #[param(example = "user.added")]
    pub(crate) event: Option<String>,
    /// Only events that concern this person.
    #[param(value_type = Option<String>, format = Uuid)]
    pub(crate) person: Option<PersonId>,
    /// Only events from this instant on.
    #[param(format = DateTime)]
    pub(crate) since: Option<String>,
    /// Only events before this instant.
    #[param(format = DateTime)]
    pub(crate) until: Option<String>,
    /// The `next` of the previous page.
    #[param(value_type = Option<String>, format = Uuid)]
    pub(crate) after: Option<String>,
    /// The most items of the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    #[serde(default, deserialize_with = "whole_number::optional_in_query")]
    pub(crate) limit: Option<i64>,
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
/// The events of the company, the newest first.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/history", tag = "History", operation_id = "read_history",
    params(("company" = String, Path, format = Uuid, description = "The company."), HistoryQuery),
    security(("oauth" = ["company:{company}:history.read"])),
    responses((status = 200, description = "A page of entries.", body = ListPage<HistoryEntry>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Path(company): Path<CompanyId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::HistoryRead).await?;
    let limit = paging::limit(query.limit)?;
    // A key is the identifier of an entry.
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
