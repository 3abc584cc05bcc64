//! The settings of the app: the person's phones, the three ways of leaving, and what support asks for.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::pages::{frame, page};
use super::views::{AppSettingsPage, PhoneLine};
use super::{support, who};
use crate::app::App;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::push::{self, PushWish};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::platform::web::visit::Visit;
use crate::platform::{db, history};
use crate::proofs::passkeys::RelyingParty;
use crate::proofs::phones::{self, AppPhone, DeviceFacts};

/// How long ago an error may have been to be told to support.
const ERROR_AGE: Duration = Duration::from_hours(24);
/// How many entries of the person's history are looked through for one.
const LOOKED_THROUGH: i64 = 50;

/// `GET /app/settings`.
pub(crate) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let page = page(&app, &visit, "/app/settings");
    let texts = page.texts;
    let phones = phones::of_person(&app.db, open.phone.person).await?;
    let line = |phone: &AppPhone| {
        let is_this = phone.id == open.phone.id;
        let line = match phone.last_used_at.filter(|_| !is_this) {
            Some(at) => texts.text_with("app-phone-used", &[("time", &moment(&app, texts, at))]),
            None => texts.text_with("app-phone-added", &[("date", &day(&app, texts, phone.created_at))]),
        };
        PhoneLine { id: phone.id.to_string(), name: phone.name.clone(), line, is_this }
    };
    let wish = push::standing(&app.db, open.phone.id.into()).await?.wish;
    let facts = DeviceFacts {
        app_version: super::VERSION.to_owned(),
        user_agent: visit.user_agent.clone(),
        ..open.phone.facts.clone()
    };
    let mut support = support::lines(texts, &facts);
    support.push((page.t("app-support-phone"), open.phone.id.to_string()));
    support.extend(last_error(&app, &visit, texts, open.phone.person).await?);
    let view = AppSettingsPage {
        frame: frame(&app, Some(&open.phone)),
        phones: phones.iter().map(line).collect(),
        takes_passkey: RelyingParty::of(&app.settings).map(|_| open.phone.passkey.is_some()),
        notifies: matches!(wish, PushWish::On | PushWish::Gone),
        support,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The newest error that this browser has shown to the person in a day, with its label.
async fn last_error(
    app: &App,
    visit: &Visit,
    texts: Texts,
    person: PersonId,
) -> Result<Option<(String, String)>, db::Error> {
    let newest = history::of_person(&app.db, &person.to_string(), None, LOOKED_THROUGH).await?;
    let is_recent = |at| visit.now.since(Timestamp::from_milliseconds(at)) <= ERROR_AGE;
    let here = newest.into_iter().filter(|entry| entry.user_agent.as_deref() == Some(visit.user_agent.as_str()));
    let error = here.filter(|entry| is_recent(entry.at)).find_map(|entry| entry.error_id);
    Ok(error.map(|error| (texts.text("error-id"), error)))
}

fn day(app: &App, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date(at.date())).unwrap_or_default()
}

fn moment(app: &App, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date_time(at.datetime())).unwrap_or_default()
}
