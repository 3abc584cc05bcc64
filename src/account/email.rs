//! The change of the sign-in email, which counts once its own link has confirmed it.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::tab_views::{EmailChangePage, Tab};
use super::who::proven_for_form;
use super::{events, frame, links};
use crate::app::App;
use crate::directory::contacts::EmailPurpose;
use crate::directory::people::{Email, Person};
use crate::event::Event;
use crate::platform::allowances::Allowance;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;

/// The links that one person may send to unconfirmed emails, because the mailbox may be another's.
pub(super) const LINKS: Allowance =
    Allowance { purpose: "email confirmation", most: 5, within: Duration::from_hours(1) };

const PATH: &str = "/account/email";

/// Shows the form of the email.
pub async fn show(State(app): State<App>, visit: Visit, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let kept = query.field("email").to_owned();
    let person = proven_for_form(&app, &visit, PATH, ("email", &kept)).await?.profile;
    let typed = if !kept.is_empty() {
        kept
    } else if person.email_confirmed_at.is_none() {
        person.email.clone()
    } else {
        String::new()
    };
    Ok(page(&app, &visit, &person, typed, None))
}

/// Sends a link to the new email.
pub async fn change(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let typed = fields.field("email").trim();
    let who = proven_for_form(&app, &visit, PATH, ("email", typed)).await?;
    let person = who.profile.clone();
    let email = links::typed_email(typed).map_err(|key| page(&app, &visit, &person, typed.to_owned(), Some(key)))?;
    let is_the_same = Email::parse(&person.email).is_some_and(|now| now.key() == email.key());
    if is_the_same && person.email_confirmed_at.is_some() {
        return Ok(page(&app, &visit, &person, typed.to_owned(), Some("account-error-email-same")));
    }
    let entry = events::entry(&visit, &who, Event::PersonEmailAsked);
    // This page does not say whether the email is taken; only the reader of the link learns it.
    links::send(&app, &visit, &person, (EmailPurpose::SignIn, &email), entry).await?;
    Ok(Redirect::to("/account/basic-data?done=email-asked").into_response())
}

fn page(app: &App, visit: &Visit, person: &Person, typed: String, error: Option<&str>) -> Response {
    let page = frame::page(app, visit, PATH);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = EmailChangePage {
        person: frame::person(person),
        tab: Tab::BasicData,
        title: page.t("account-email-title"),
        lead: page.t1("account-email-lead", "email", &person.email),
        action: PATH.to_owned(),
        typed,
        removable: false,
        error: error.map(|key| page.t(key)),
        page,
    };
    refusal::show(status, &view)
}
