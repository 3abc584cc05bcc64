//! Connecting, naming and removing authenticator apps.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::views::{MethodKind, MethodPage, NewAuthenticatorPage};
use super::{MethodsVisit, changed, done, store, written};
use crate::account::tab_views::Tab;
use crate::app::App;
use crate::directory::people;
use crate::event::Event;
use crate::platform::db;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::platform::web::qr::{in_fours, qr_code};
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::proofs::totp::{self, NewAuthenticator, Seed};
use crate::proofs::{SixDigits, passkeys};
use crate::sign_in::notices::Notice;
use crate::sign_in::proven_in_session;

const NEW: &str = "/account/authenticators/new";

/// Shows how to connect an authenticator app.
pub async fn new_authenticator(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, NEW).await?;
    show_new(&here, None, None).await
}

/// The seed of the app that is being connected: the same until that is done, or for ten minutes.
async fn seed(here: &MethodsVisit) -> Result<Seed, Fault> {
    let (app, session, now) = (here.app.clone(), here.session, here.visit.now);
    if let Some(seed) = store::seed(&app.db, &app, session, now).await? {
        return Ok(seed);
    }
    here.app
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::keep_seed(tx, &app, (session, &Seed::new(&app.random)), now).await?;
                // Of two tabs, one makes the seed and both show it.
                store::seed(&mut *tx, &app, session, now).await?.ok_or_else(|| Fault::new("no seed was kept"))
            })
        })
        .await
}

async fn show_new(
    here: &MethodsVisit,
    name: Option<&str>,
    error: Option<(&str, NewError)>,
) -> Result<Response, EarlyAnswer> {
    let seed = seed(here).await?;
    let address = seed.address(&here.app.settings.organisation, &here.person.email);
    let page = here.page(NEW);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let of = |field: NewError| error.filter(|(_, about)| *about == field).map(|(key, _)| page.t(key));
    let view = NewAuthenticatorPage {
        person: here.person(),
        tab: Tab::MySignIn,
        qr_svg: qr_code(&address)?,
        secret_groups: in_fours(&seed.base32()),
        otpauth_url: address,
        name: name.map_or_else(|| page.t("authenticator-first-name"), str::to_owned),
        name_error: of(NewError::Name),
        error: of(NewError::Code),
        page,
    };
    Ok(refusal::show(status, &view))
}

/// The field with an error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NewError {
    Name,
    Code,
}

/// Connects an authenticator app by its first code.
pub async fn add_authenticator(
    State(app): State<App>,
    visit: Visit,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, NEW).await?;
    let typed = fields.field("name");
    let Some(name) = passkeys::name(typed) else {
        return show_new(&here, Some(typed), Some(("method-error-name", NewError::Name))).await;
    };
    let Ok(code) = fields.field("code").parse::<SixDigits>() else {
        return show_new(&here, Some(typed), Some(("sign-in-error-code-empty", NewError::Code))).await;
    };
    let connected: Result<Connected, Fault> = {
        let (app, visit, occasion) = (here.app.clone(), here.visit.clone(), here.occasion());
        let (person, session) = (here.person.id, here.session);
        here.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    people::take_turns(tx, person).await?;
                    if totp::of_person(&mut *tx, person).await?.len() >= totp::MOST {
                        return Ok(Connected::TooMany);
                    }
                    let Some(seed) = store::seed(&mut *tx, &app, session, visit.now).await? else {
                        return Ok(Connected::Wrong);
                    };
                    let sealing = (&app.random, &app.master_keys);
                    let new = NewAuthenticator { name: &name, seed: &seed };
                    let connected = totp::connect(tx, sealing, person, &new, &code, (occasion, visit.now)).await?;
                    let Some(proven) = connected else { return Ok(Connected::Wrong) };
                    // A seed is connected once; otherwise each of its codes would count twice.
                    if !store::forget_seed(tx, session).await? {
                        return Err(Fault::new("a seed was connected twice"));
                    }
                    proven_in_session(tx, session, &proven).await?;
                    let what = (Event::AccountAuthenticatorAdded, name.as_str());
                    changed(tx, (&app, &visit), (person, session), what, &Notice::SecondStepSetUp).await?;
                    Ok(Connected::Yes)
                })
            })
            .await
    };
    match connected? {
        Connected::Yes => Ok(done("authenticator-added")),
        Connected::Wrong => show_new(&here, Some(typed), Some(("sign-in-error-code-no-match", NewError::Code))).await,
        Connected::TooMany => show_new(&here, Some(typed), Some(("method-error-too-many", NewError::Code))).await,
    }
}

/// The result of the first code.
#[derive(Clone, Copy)]
enum Connected {
    Yes,
    Wrong,
    TooMany,
}

/// Shows one authenticator app, with forms of its name and removal.
pub async fn authenticator(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, &path(&id)).await?;
    show(&here, &id, StatusCode::OK, None).await
}

/// The path of the page of an authenticator app. An unreadable identifier leads to the list.
fn path(id: &str) -> String {
    let is_one = uuid::Uuid::try_parse(id).is_ok();
    if is_one { format!("/account/authenticators/{id}") } else { "/account".to_owned() }
}

async fn show(here: &MethodsVisit, id: &str, status: StatusCode, error: Option<&str>) -> Result<Response, EarlyAnswer> {
    let Some(authenticator) = totp::find(&here.app.db, here.person.id, id).await? else {
        return Err(EarlyAnswer::not_found());
    };
    let path = path(id);
    let page = here.page(&path);
    let view = MethodPage {
        person: here.person(),
        tab: Tab::MySignIn,
        kind: MethodKind::Authenticator,
        name: authenticator.name,
        error: error.map(|key| page.t(key)),
        can_be_removed: true,
        is_last_second_step: super::has_one_second_step(here).await?,
        path,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// Renames an authenticator app.
pub async fn name_authenticator(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, &path(&id)).await?;
    let Some(name) = passkeys::name(fields.field("name")) else {
        return show(&here, &id, StatusCode::UNPROCESSABLE_ENTITY, Some("method-error-name")).await;
    };
    let (app, visit, person, session) = (here.app.clone(), here.visit.clone(), here.person.id, here.session);
    let named: Result<bool, db::Error> = here
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let named = totp::rename(tx, person, &id, &name).await?;
                if named {
                    written(tx, (&app, &visit), (person, session), (Event::AccountAuthenticatorNamed, &name)).await?;
                }
                Ok(named)
            })
        })
        .await;
    if named? { Ok(done("name")) } else { Err(EarlyAnswer::not_found()) }
}

/// Removes an authenticator app.
pub async fn remove_authenticator(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, &path(&id)).await?;
    let (app, visit, person, session) = (here.app.clone(), here.visit.clone(), here.person.id, here.session);
    let removed: Result<bool, Fault> = here
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, person).await?;
                let Some(found) = totp::find(&mut *tx, person, &id).await? else { return Ok(false) };
                totp::remove(tx, person, &id, visit.now).await?;
                let notice = Notice::AuthenticatorRemoved { name: found.name.clone() };
                let what = (Event::AccountAuthenticatorRemoved, found.name.as_str());
                changed(tx, (&app, &visit), (person, session), what, &notice).await?;
                Ok(true)
            })
        })
        .await;
    if removed? { Ok(done("authenticator-removed")) } else { Err(EarlyAnswer::not_found()) }
}
