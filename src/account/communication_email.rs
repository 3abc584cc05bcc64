//! The communication email: set by the person alone, and confirmed by a link before it counts.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::tab_views::{EmailChangePage, Tab};
use super::who::{proven_afresh, proven_for_form};
use super::{events, frame, links};
use crate::app::App;
use crate::directory::contacts::{self, EmailPurpose};
use crate::directory::people::Person;
use crate::event::Event;
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::sign_in::notices::{Notice, tell};

const PATH: &str = "/account/communication-email";

/// Shows the form of the email.
pub async fn show(State(app): State<App>, visit: Visit, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let kept = query.field("email").to_owned();
    let person = proven_for_form(&app, &visit, PATH, ("email", &kept)).await?.profile;
    page(&app, &visit, &person, kept, None).await
}

/// Sends a link to the new email.
pub async fn change(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let typed = fields.field("email").trim();
    let who = proven_for_form(&app, &visit, PATH, ("email", typed)).await?;
    let person = who.profile.clone();
    let email = match links::typed_email(typed) {
        Ok(email) => email,
        Err(key) => return page(&app, &visit, &person, typed.to_owned(), Some(key)).await,
    };
    let entry = events::entry(&visit, &who, Event::PersonCommunicationEmailAsked);
    links::send(&app, &visit, &person, (EmailPurpose::Communication, &email), entry).await?;
    Ok(Redirect::to("/account/communication?done=email-asked").into_response())
}

/// Removes the email: notices go to the sign-in email alone.
pub async fn remove(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let who = proven_afresh(&app, &visit, PATH).await?;
    let person = who.profile.clone();
    let entry = events::entry(&visit, &who, Event::PersonCommunicationEmailChanged);
    let (work, own) = (app.clone(), visit.clone());
    let removed: Result<(), Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                links::give_up(tx, &own, person.id, EmailPurpose::Communication).await?;
                let old = contacts::of_person(&mut *tx, person.id).await?.email;
                if old.is_some() {
                    contacts::set_email(tx, person.id, None, own.now).await?;
                    history::write(tx, &work.random, &entry).await?;
                    tell(tx, &work, &own, person.id, &Notice::CommunicationEmailChanged { old }).await?;
                }
                Ok(())
            })
        })
        .await;
    removed?;
    Ok(Redirect::to("/account/communication?done=communication-email-removed").into_response())
}

async fn page(
    app: &App,
    visit: &Visit,
    person: &Person,
    typed: String,
    error: Option<&str>,
) -> Result<Response, EarlyAnswer> {
    let page = frame::page(app, visit, PATH);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = EmailChangePage {
        person: frame::person(person),
        tab: Tab::Communication,
        title: page.t("account-communication-email-title"),
        lead: page.t("account-communication-email-lead"),
        action: PATH.to_owned(),
        typed,
        removable: contacts::of_person(&app.db, person.id).await?.email.is_some(),
        error: error.map(|key| page.t(key)),
        page,
    };
    Ok(refusal::show(status, &view))
}
