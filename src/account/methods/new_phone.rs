//! Connecting a phone in *My sign-in*: the code, the number, and the phone that is added once it has made its key.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::views::NewPhonePage;
use super::{MethodsVisit, done};
use crate::account::tab_views::Tab;
use crate::app::App;
use crate::directory::people::{self, PersonId};
use crate::platform::db::Source;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::refusal::{self, RefusalPage};
use crate::platform::web::security::allow_scripts_to_ask;
use crate::platform::web::visit::Visit;
use crate::proofs::phone_set_up::{self, PhoneSetUpId, SetUpStanding};
use crate::sign_in::connecting_phones::{add, address, draw_for_session, may_connect};
use crate::sign_in::drawn_set_up::{self, ShownSetUp};
use crate::sign_in::on_phone::ConnectRefusal;
use crate::sign_in::{factors_changed, proven_in_session};

const NEW: &str = "/account/phones/new";

/// The visit of a person to whom the phone app is open.
///
/// # Errors
/// The answer of [`MethodsVisit::of`], or a refusal that names whom to ask.
async fn here(app: App, visit: Visit) -> Result<MethodsVisit, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, NEW).await?;
    let mut reader = here.app.db.reader().await?;
    if may_connect(&mut Source::Reader(&mut reader), here.person.id).await? {
        return Ok(here);
    }
    Err(RefusalPage::new(StatusCode::FORBIDDEN, "phone-app-nobody").into())
}

/// Shows the code, or the button that draws one.
pub(crate) async fn new_phone(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let here = here(app, visit).await?;
    show(&here, None).await
}

async fn show(here: &MethodsVisit, error: Option<&str>) -> Result<Response, EarlyAnswer> {
    let page = here.page(NEW);
    let found = phone_set_up::of_occasion(&here.app.db, &here.occasion()).await?;
    // One that has ended is not shown again to somebody who comes back to connect another phone.
    let found = found.filter(|found| {
        let standing = found.standing(here.visit.now);
        !matches!(standing, SetUpStanding::Added | SetUpStanding::Over)
    });
    let set_up = drawn_set_up::view(
        &here.app,
        &page,
        ("/account/phones/new".to_owned(), found.as_ref()),
        error,
        here.visit.now,
    )?;
    let status = drawn_set_up::status(&set_up);
    let view = NewPhonePage { person: here.person(), tab: Tab::MySignIn, page, set_up };
    let mut response = refusal::show(status, &view);
    allow_scripts_to_ask(&mut response);
    Ok(response)
}

/// Draws a code.
pub(crate) async fn draw_phone(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let here = here(app, visit).await?;
    let (app, visit, occasion, person) = (here.app.clone(), here.visit.clone(), here.occasion(), here.person.clone());
    let drawn: Result<PhoneSetUpId, Fault> = here
        .app
        .db
        .write(move |tx| Box::pin(async move { draw_for_session(tx, &app, &visit, (occasion, &person), NEW).await }))
        .await;
    drawn?;
    Ok(Redirect::to(NEW).into_response())
}

/// Opens the app on this device with the code of this moment, in the place of scanning it.
pub(crate) async fn open_phone(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let here = here(app, visit).await?;
    let found = phone_set_up::of_occasion(&here.app.db, &here.occasion()).await?;
    match found.filter(|found| found.standing(here.visit.now) == SetUpStanding::Drawn) {
        Some(found) => Ok(Redirect::to(&address(&here.app, &found, here.visit.now)?).into_response()),
        None => Ok(Redirect::to(NEW).into_response()),
    }
}

/// Holds a request until something is to be shown anew.
pub(crate) async fn wait_for_new_phone(
    State(app): State<App>,
    visit: Visit,
    Query(shown): Query<ShownSetUp>,
) -> Result<Response, EarlyAnswer> {
    // A script cannot lead the person to a sign-in; the page does when it is opened again.
    let Ok(here) = MethodsVisit::of(app, visit, NEW).await else { return Ok(StatusCode::FORBIDDEN.into_response()) };
    Ok(drawn_set_up::wait(here.app.core.clone(), Some(here.occasion()), &shown, here.visit.now).await?)
}

/// Adds the phone that has made its key.
pub(crate) async fn add_phone(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let here = here(app, visit).await?;
    let found = phone_set_up::of_occasion(&here.app.db, &here.occasion()).await?;
    let Some(found) = found else { return Ok(Redirect::to(NEW).into_response()) };
    match found.standing(here.visit.now) {
        SetUpStanding::Made => {}
        SetUpStanding::Scanned => return show(&here, Some("set-up-phone-not-yet")).await,
        SetUpStanding::Drawn | SetUpStanding::Added | SetUpStanding::Mismatched | SetUpStanding::Over => {
            return Ok(Redirect::to(NEW).into_response());
        }
    }
    match connect(&here, here.person.id, found.id).await {
        Ok(true) => Ok(done("phone-added")),
        Ok(false) | Err(ConnectRefusal::Closed | ConnectRefusal::Stale | ConnectRefusal::DoesNotHold) => {
            Ok(Redirect::to(NEW).into_response())
        }
        Err(ConnectRefusal::TooMany) => show(&here, Some("app-too-many-phones")).await,
        Err(ConnectRefusal::Fault(fault)) => Err(fault.into()),
    }
}

async fn connect(here: &MethodsVisit, person: PersonId, id: PhoneSetUpId) -> Result<bool, ConnectRefusal> {
    let (app, visit, occasion, session) = (here.app.clone(), here.visit.clone(), here.occasion(), here.session);
    here.app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, person).await?;
                let Some((_, proven)) = add(tx, &app, &visit, (person, occasion), id).await? else { return Ok(false) };
                proven_in_session(tx, session, &proven).await?;
                factors_changed(tx, &app, &visit, person, Some(session)).await?;
                Ok(true)
            })
        })
        .await
}
