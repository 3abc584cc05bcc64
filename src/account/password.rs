//! The change of the password, which ends every other session.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::tab_views::{PasswordChangePage, Tab};
use super::who::proven_afresh;
use super::{events, frame};
use crate::app::App;
use crate::directory::people::{Person, PersonId};
use crate::event::Event;
use crate::platform::db::{Source, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::proofs::{Factor, failures, passwords};
use crate::sign_in::captions::Caption;
use crate::sign_in::new_password::{Reason, chosen};
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::sessions::SessionId;
use crate::sign_in::{has_second_factor, start_over};

use super::tab_views::DonePage;
use super::who::signed_in;

const PATH: &str = "/account/password";

/// Shows the form of the password.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let person = proven_afresh(&app, &visit, PATH).await?.profile;
    let two_factor = two_factor(&app, person.id).await?;
    Ok(page(&app, &visit, &person, two_factor, None))
}

async fn two_factor(app: &App, person: PersonId) -> Result<bool, Fault> {
    let mut reader = app.db.reader().await?;
    Ok(has_second_factor(&mut Source::Reader(&mut reader), person).await?)
}

/// Sets the new password.
///
/// # Errors
/// The hashing room is full, or the database fails.
pub async fn change(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let who = proven_afresh(&app, &visit, PATH).await?;
    let person = who.profile.clone();
    let two_factor = two_factor(&app, person.id).await?;
    let password = chosen(&app, &person, fields.field("password"), two_factor)
        .map_err(|reason| page(&app, &visit, &person, two_factor, Some(reason)))?;
    let stands_alone = password.stands_alone();
    let hash = app.hashing.make(password.into_secret()).await?;
    let entry = events::entry(&visit, &who, Event::PersonPasswordChanged);
    let (work, own) = (app.clone(), visit.clone());
    app.db
        .write(move |tx| {
            Box::pin(
                async move { set(tx, (&work, &own), (person.id, who.session), (&hash, stands_alone), &entry).await },
            )
        })
        .await?;
    Ok(Redirect::to("/account?done=password").into_response())
}

async fn set(
    tx: &mut Tx<'_>,
    (app, visit): (&App, &Visit),
    (person, session): (PersonId, SessionId),
    (hash, stands_alone): (&str, bool),
    entry: &Entry,
) -> Result<(), Fault> {
    start_over(tx, app, visit, (person, Some(session)), "the password was changed").await?;
    passwords::set(tx, person, hash, stands_alone, visit.now).await?;
    failures::forget_method(tx, person, Factor::Password.into()).await?;
    history::write(tx, &app.random, entry).await?;
    tell(tx, app, visit, person, &Notice::PasswordChanged).await
}

fn page(app: &App, visit: &Visit, person: &Person, two_factor: bool, reason: Option<Reason>) -> Response {
    let page = frame::page(app, visit, PATH);
    let status = if reason.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = PasswordChangePage {
        person: frame::person(person),
        tab: Tab::MySignIn,
        two_factor,
        error: reason.map(|reason| page.t(reason.key())),
        page,
    };
    refusal::show(status, &view)
}

/// Shows the end of a password reset for which no application waits, and the next step.
pub async fn after_reset(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    signed_in(&app, &visit, "/account").await?;
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/account/new-password");
    let view = DonePage {
        door: Door::new(Caption::SignedIn, Some(page.t("account-title"))),
        title: page.t("after-reset-title"),
        text: page.t("after-reset-text"),
        label: page.t("open-account"),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}
