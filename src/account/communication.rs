//! The tab *Communication*: the email and the phone for codes and notices.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::frame;
use super::tab_views::{OwnCommunicationPage, Tab};
use super::who::signed_in;
use crate::app::App;
use crate::directory::contacts::{self, EmailPurpose};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;

/// Shows the tab.
pub async fn show(State(app): State<App>, visit: Visit, uri: http::Uri) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, Tab::Communication.path()).await?;
    let person = who.profile.clone();
    let page = frame::page(&app, &visit, Tab::Communication.path());
    let confirmed = contacts::of_person(&app.db, person.id).await?;
    let email_asked = contacts::email_asked(&app.db, person.id, EmailPurpose::Communication, visit.now).await?;
    let phone_asked = contacts::phone_asked(&app.db, person.id).await?;
    // Only the session that asked can type the code.
    let phone_asked =
        phone_asked.filter(|asked| asked.expires_at > visit.now && asked.session == who.session.to_string());
    let view = OwnCommunicationPage {
        person: frame::person(&person),
        tab: Tab::Communication,
        status: frame::confirmation(page.texts, &uri),
        email: confirmed.email,
        email_asked: email_asked.map(|asked| asked.email),
        phone_resets_from: confirmed.phone.as_ref().and_then(|phone| {
            let is_new = !phone.may_reset(visit.now);
            is_new.then(|| frame::time(&app, page.texts, phone.resets_from()))
        }),
        phone: confirmed.phone.map(|phone| phone.number.readable()),
        phone_asked: phone_asked.map(|asked| asked.phone.readable()),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}
