//! The settings of the app: the person's phones, the three ways of leaving, and what support asks for.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::pages::{frame, page};
use super::views::{AppSettingsPage, PhoneLine};
use super::who;
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::platform::web::visit::Visit;
use crate::proofs::phones::{self, AppPhone};
use crate::sign_in::notices::browser_in_words;

/// `GET /app/settings`.
pub(crate) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let page = page(&app, &visit, "/app/settings");
    let texts = page.texts;
    let phones = phones::of_person(&app.db, open.phone.person).await?;
    let line = |phone: &AppPhone| {
        let is_this = phone.id == open.phone.id;
        let line = match phone.last_used_at.filter(|_| !is_this) {
            Some(at) => texts.text_with("account-used", &[("time", &moment(&app, texts, at))]),
            None => texts.text_with("account-added", &[("date", &day(&app, texts, phone.created_at))]),
        };
        PhoneLine { id: phone.id.to_string(), name: phone.name.clone(), line, is_this }
    };
    let facts = &open.phone.facts;
    let support = [
        ("app-support-device", facts.device.clone()),
        ("app-support-system", facts.system.clone()),
        ("app-support-version", super::VERSION.to_owned()),
        ("app-support-browser", browser_in_words(texts, &visit.user_agent)),
        ("app-support-phone", open.phone.id.to_string()),
    ];
    let known = support.into_iter().filter(|(_, value)| !value.is_empty());
    let view = AppSettingsPage {
        frame: frame(&app, Some(&open.phone)),
        phones: phones.iter().map(line).collect(),
        support: known.map(|(key, value)| (page.t(key), value)).collect(),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

fn day(app: &App, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date(at.date())).unwrap_or_default()
}

fn moment(app: &App, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date_time(at.datetime())).unwrap_or_default()
}
