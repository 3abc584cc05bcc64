//! Connecting, naming and removing authenticator apps.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::kept::KeptMethod;
use super::views::{MethodKind, NewAuthenticatorPage};
use super::{MethodsVisit, changed, done, store};
use crate::account::tab_views::Tab;
use crate::app::App;
use crate::directory::people;
use crate::event::Event;
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
pub(crate) async fn new_authenticator(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
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
pub(crate) async fn add_authenticator(
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
pub(crate) async fn authenticator(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Authenticator, id).await?.show(StatusCode::OK, None).await
}

/// Renames an authenticator app.
pub(crate) async fn name_authenticator(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Authenticator, id).await?.rename(fields.field("name")).await
}

/// Removes an authenticator app.
pub(crate) async fn remove_authenticator(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Authenticator, id).await?.remove().await
}
