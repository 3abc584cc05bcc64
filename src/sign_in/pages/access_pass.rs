//! The page of a temporary access pass. The pass begins a sign-in that leads to a new password, a new second step and a
//! new recovery code, and to nothing else; what proved the person before ends in the same transaction.

use axum::extract::State as AppState;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::forgotten::{begun, go_on_with};
use crate::directory::people::{self, Person, PersonState};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::proofs::access_passes::AccessPass;
use crate::proofs::failures::{self, Guess, Subject, TryError};
use crate::proofs::{self, resets};
use crate::sign_in::assurance::{Acr, Demand};
use crate::sign_in::captions::Caption;
use crate::sign_in::factors_changed::start_over_by_operator;
use crate::sign_in::forgotten_views::AccessPassPage;
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::{SignIn, signing_up};

/// The page on which the sign-in ends.
const AFTERWARDS: &str = "/account?done=set-up";

/// The result of the last try, as the page says it.
enum PassTry {
    Nothing,
    Short,
    Wrong,
    Wait(Timestamp),
}

/// Asks for the pass.
pub(crate) async fn show(AppState(app): AppState<Core>, visit: Visit) -> Response {
    page(&app, &visit, String::new(), &PassTry::Nothing)
}

fn page(app: &Core, visit: &Visit, typed: String, said: &PassTry) -> Response {
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/access-pass");
    let mut door = Door::new(Caption::SettingUp, Some(page.t("account-title")));
    door.address = Some(app.settings.public_url.host().to_owned());
    let (status, error, until) = match said {
        PassTry::Nothing => (StatusCode::OK, None, None),
        PassTry::Short => (StatusCode::UNPROCESSABLE_ENTITY, Some("access-pass-error-length"), None),
        PassTry::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, Some("access-pass-error-wrong"), None),
        PassTry::Wait(until) => (StatusCode::TOO_MANY_REQUESTS, None, Some(*until)),
    };
    let wait_seconds = until.and_then(|until| i64::try_from(until.since(visit.now).as_millis().div_ceil(1000)).ok());
    let error = error.map(|key| page.t(key));
    let mut response = refusal::show(status, &AccessPassPage { page, door, typed, error, wait_seconds });
    if let Some(seconds) = wait_seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// Takes a typed pass, in this browser. A try is counted for the network before it is looked at.
pub(crate) async fn begin(
    AppState(app): AppState<Core>,
    visit: Visit,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    app.flood.admit(&visit.network, visit.now)?;
    let typed: String = fields.field("access_pass").chars().take(64).collect();
    let again = |said: PassTry| Ok(page(&app, &visit, typed.clone(), &said));
    let Some(pass) = AccessPass::typed(&typed) else { return again(PassTry::Short) };
    let subjects = vec![Subject::TypingIn(visit.network.clone())];
    match failures::begin(&app.db, Guess::AccessPass, subjects.clone(), visit.now).await {
        Err(TryError::TooEarly(early)) => return again(PassTry::Wait(early.until)),
        Err(TryError::Database(error)) => return Err(error.into()),
        Ok(()) => {}
    }
    let browser = Browser::of(&visit, &app.random);
    // New factors are set up, whatever the policies ask for.
    let demand = Demand { acr: Some(Acr::Aal2), ..Demand::default() };
    let sign_in = SignIn { demand, ..begun(&app, &visit, &browser, AFTERWARDS) };
    let path = format!("/sign-in/{}", sign_in.id);
    let work = (app.clone(), visit.clone(), pass.token(&app.master_keys));
    let is_taken: Result<bool, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (app, visit, token) = work;
                take(tx, (&app, &visit), &sign_in, (&token, &subjects)).await
            })
        })
        .await;
    if !is_taken? {
        let (random, entry) = (app.random.clone(), entry(&visit, Event::AccessPassNotProven));
        let written: Result<(), db::Error> =
            app.db.write(move |tx| Box::pin(async move { history::write(tx, &random, &entry).await })).await;
        written?;
        return again(PassTry::Wrong);
    }
    let mut response = Redirect::to(&path).into_response();
    browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
    Ok(response)
}

fn entry(visit: &Visit, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}

/// The person of a pass that works, and whose giver may still give it.
async fn person_of(tx: &mut Tx<'_>, visit: &Visit, token: &str) -> Result<Option<Person>, db::Error> {
    let Some(link) = resets::find(&mut *tx, token, visit.now).await? else { return Ok(None) };
    let Some(origin) = link.pass else { return Ok(None) };
    let person = people::find_in_turn(tx, link.person).await?;
    let Some(person) = person.filter(|person| person.state == PersonState::Active) else { return Ok(None) };
    let may = signing_up::may_still_help(tx, (origin.company, origin.giver), person.id).await?;
    Ok(may.then_some(person))
}

/// Uses a pass up: all that proved the person opens nothing from now on, and the sign-in sets up what comes next.
async fn take(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    sign_in: &SignIn,
    (token, subjects): (&str, &[Subject]),
) -> Result<bool, Fault> {
    let Some(person) = person_of(tx, visit, token).await? else { return Ok(false) };
    let Some(proven) = resets::use_up(tx, token, sign_in.occasion(), visit.now).await? else { return Ok(false) };
    failures::succeeded(tx, Guess::AccessPass, subjects).await?;
    proofs::reset_second_steps(tx, person.id, visit.now).await?;
    start_over_by_operator(tx, app, person.id, visit.now, "a temporary access pass was used").await?;
    history::write(tx, &app.random, &entry(visit, Event::AccessPassUsed).person(person.id)).await?;
    tell(tx, app, visit, person.id, &Notice::AccessPassUsed).await?;
    go_on_with(tx, (app, visit), (sign_in, true), &person, &proven).await?;
    Ok(true)
}
