//! The tab *History*: the events of a user in this company with their actors, paged by key.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::who::Here;
use super::one::{One, UserFrame};
use super::views::{HistoryLine, HistoryPage, UserTab};
use crate::directory::people;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::history::{self, LookFor, Recorded, Within};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;

const PAGE: &str = "history";
/// Entries of a page.
const SHOWN: usize = 20;

/// Shows a page of the history.
pub async fn show(here: Here, one: One, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let before = query.field("before").parse::<uuid::Uuid>().ok().map(|key| key.to_string());
    let UserFrame { page, frame, user } = one.around(&here, UserTab::History, PAGE).await?;
    let mut reader = here.app.db.reader().await?;
    let look_for = LookFor::Person(one.member.person.to_string());
    let within = Within { before: before.clone(), ..Within::default() };
    let read = i64::try_from(SHOWN + 1).unwrap_or(1);
    let company = here.company.id.to_string();
    let mut entries = history::of_company(&mut reader, &company, &look_for, &within, read).await?;
    let is_more = entries.len() > SHOWN;
    entries.truncate(SHOWN);
    let mut lines = Vec::with_capacity(entries.len());
    for entry in &entries {
        let actor = match entry.actor.as_ref().and_then(|actor| actor.parse().ok()) {
            Some(actor) => people::find(&mut reader, actor).await?.map(|actor| actor.name()),
            None => None,
        };
        let actor = actor.unwrap_or_else(|| one.member.name.clone());
        lines.push(line(&here, page.texts, entry, actor));
    }
    drop(reader);
    let older = entries.last().filter(|_| is_more).map(|entry| entry.id.clone());
    let view = HistoryPage { lines, older, is_later: before.is_some(), user, frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

fn line(here: &Here, texts: Texts, entry: &Recorded, actor: String) -> HistoryLine {
    let at = Timestamp::from_milliseconds(entry.at);
    let network = entry.network.as_ref().map(|network| here.app.places.described(network, texts.language()));
    HistoryLine {
        time: frame::when(here, texts, at),
        what: in_words(texts, entry),
        actor,
        network: network.unwrap_or_default(),
    }
}

/// An entry in words; the name of the event if there are none.
fn in_words(texts: Texts, entry: &Recorded) -> String {
    let detail = |name: &str| entry.details.get(name).and_then(|value| value.as_str()).unwrap_or("");
    let Some(event) = Event::named(&entry.event) else { return entry.event.clone() };
    let key = match (event, detail("state")) {
        (Event::UserAdded, _) => "admin-event-added",
        (Event::UserAccepted, _) => "admin-event-accepted",
        (Event::UserDeclined, _) => "admin-event-declined",
        (Event::UserRolesSet, _) => "admin-event-roles",
        (Event::UserStateSet, "locked") => "admin-event-locked",
        (Event::UserStateSet, "removed") => "admin-event-removed",
        (Event::UserStateSet, _) => "admin-event-active",
        (Event::UserBasicCompanySet, _) => "admin-event-basic",
        (Event::UserRightsSet, _) => "admin-event-rights",
        (Event::UserProfileGiven, _) => "admin-event-profile",
        (Event::PersonNameChanged, _) => "admin-event-name",
        (Event::PersonLanguageChanged, _) => "admin-event-language",
        (Event::PersonCommunicationPhoneSet, _) => "admin-event-phone",
        (Event::PersonSecondStepReset, _) => "admin-event-reset",
        (Event::PersonSessionsEnded, _) => "admin-event-sessions",
        (Event::EmployeeAdded, _) => "admin-event-employee-added",
        (Event::EmployeeServicesSet, _) => "admin-event-services",
        (Event::EmployeeRemoved, _) => "admin-event-employee-removed",
        _ => return entry.event.clone(),
    };
    let said = texts.text(key);
    let more = [detail("to"), detail("given"), detail("profile")].into_iter().find(|more| !more.is_empty());
    match (event, more) {
        // The identifier of another company means nothing to readers.
        (Event::UserBasicCompanySet, _) | (_, None) => said,
        (_, Some(more)) => format!("{said}: {more}"),
    }
}
