//! The tab *History*: the events of a user in this company with their actors, paged by key.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::gate::Console;
use super::managed::{ManagedUser, UserFrame};
use super::views::{HistoryLine, UserHistoryPage, UserTab};
use crate::directory::people;
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
pub async fn show(console: Console, managed: ManagedUser, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let before = query.field("before").parse::<uuid::Uuid>().ok().map(|key| key.to_string());
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::History, PAGE).await?;
    let mut reader = console.app.db.reader().await?;
    let look_for = LookFor::Person(managed.member.person.to_string());
    let within = Within { before: before.clone(), ..Within::default() };
    let read = i64::try_from(SHOWN + 1).unwrap_or(1);
    let company = console.company.id.to_string();
    let mut entries = history::of_company(&mut reader, &company, &look_for, &within, read).await?;
    let is_more = entries.len() > SHOWN;
    entries.truncate(SHOWN);
    let mut lines = Vec::with_capacity(entries.len());
    for entry in &entries {
        let actor = match entry.actor.as_ref().and_then(|actor| actor.parse().ok()) {
            Some(actor) => people::find(&mut reader, actor).await?.map(|actor| actor.name()),
            None => None,
        };
        let actor = actor.unwrap_or_else(|| managed.member.name.clone());
        lines.push(line(&console, page.texts, entry, actor));
    }
    drop(reader);
    let older = entries.last().filter(|_| is_more).map(|entry| entry.id.clone());
    let view = UserHistoryPage { lines, older, is_later: before.is_some(), user, frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

fn line(console: &Console, texts: Texts, entry: &Recorded, actor: String) -> HistoryLine {
    let at = Timestamp::from_milliseconds(entry.at);
    let network = entry.network.as_ref().map(|network| console.app.places.described(network, texts.language()));
    HistoryLine {
        time: frame::time_in_words(console, texts, at),
        what: super::super::history::act_in_words(texts, entry),
        changes: super::super::history::changes(texts, entry),
        actor,
        network: network.unwrap_or_default(),
    }
}
