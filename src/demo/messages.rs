//! The messages that would be sent, shown so that the demo can be walked to its end.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::messages;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::sign_in::captions::Caption;

/// Messages that are shown.
const SHOWN: i64 = 100;

/// A message as the page shows it.
struct DemoMessage {
    time: String,
    message: messages::UnsentMessage,
}

#[derive(Template)]
#[template(path = "demo/messages.html")]
struct MessagesPage {
    page: Page,
    door: Door,
    messages: Vec<DemoMessage>,
}

/// The messages as a page, the newest first.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/demo/messages");
    let time = |at: i64| {
        let at = Timestamp::from_milliseconds(at).in_zone(&app.settings.time_zone);
        at.map(|at| page.texts.date_time_exact(at.datetime())).unwrap_or_default()
    };
    let messages = messages::newest(&app, SHOWN).await?;
    let messages = messages.into_iter().map(|message| DemoMessage { time: time(message.at), message }).collect();
    Ok(refusal::show(StatusCode::OK, &MessagesPage { messages, door: Door::new(Caption::SigningIn, None), page }))
}

/// The messages as JSON, the newest first.
pub(crate) async fn json(State(app): State<App>) -> Result<Response, Fault> {
    Ok(Json(messages::newest(&app, SHOWN).await?).into_response())
}
