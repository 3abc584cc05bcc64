//! The tab *My basic data*: name, sign-in email, language.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::tab_views::{OwnBasicDataPage, Tab};
use super::who::signed_in;
use super::{events, frame};
use crate::app::App;
use crate::directory::contacts::{self, EmailPurpose};
use crate::directory::people;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history;
use crate::platform::web::common::keep_language;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::platform::web::translations::Language;
use crate::platform::web::visit::Visit;

/// Shows the tab.
pub async fn show(State(app): State<App>, visit: Visit, uri: http::Uri) -> Result<Response, EarlyAnswer> {
    let person = signed_in(&app, &visit, Tab::BasicData.path()).await?.profile;
    let page = frame::page(&app, &visit, Tab::BasicData.path());
    let asked = contacts::email_asked(&app.db, person.id, EmailPurpose::SignIn, visit.now).await?;
    let view = OwnBasicDataPage {
        person: frame::person(&person),
        tab: Tab::BasicData,
        status: frame::confirmation(page.texts, &uri),
        email_is_confirmed: person.email_confirmed_at.is_some(),
        email_asked: asked.map(|asked| asked.email),
        language: person.language,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Sets the language of messages and of the pages in this browser. It needs no fresh proof.
pub async fn change_language(
    State(app): State<App>,
    visit: Visit,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, Tab::BasicData.path()).await?;
    let person = who.profile.clone();
    let Some(language) = Language::parse_tag(fields.field("language")) else {
        return Err(EarlyAnswer::bad_request());
    };
    let (random, now) = (app.random.clone(), visit.now);
    let entry = events::entry(&visit, &who, Event::PersonLanguageChanged).detail("language", language.tag());
    let changed: Result<(), db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::set_language(tx, person.id, language.tag(), now).await?;
                history::write(tx, &random, &entry).await
            })
        })
        .await;
    changed?;
    let mut response = Redirect::to("/account/basic-data?done=language").into_response();
    keep_language(&app, &mut response, language);
    Ok(response)
}
