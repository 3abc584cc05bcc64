//! Adding, naming and removing passkeys and security keys.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::kept::KeptMethod;
use super::views::{MethodKind, NewPasskeyPage};
use super::{MethodsVisit, changed, done};
use crate::account::tab_views::Tab;
use crate::app::App;
use crate::directory::people;
use crate::event::Event;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::platform::web::security::allow_scripts_to_ask;
use crate::platform::web::visit::Visit;
use crate::proofs::passkeys::{self, Attestation, ChallengePurpose, PasskeyError, RelyingParty};
use crate::sign_in::notices::Notice;
use crate::sign_in::{challenge_for_new, give_challenge, proven_in_session};

const NEW: &str = "/account/passkeys/new";

/// Shows the page that adds a passkey.
pub(crate) async fn new_passkey(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, NEW).await?;
    if RelyingParty::of(&here.app.settings).is_none() {
        return Err(EarlyAnswer::not_found());
    }
    Ok(show_new(&here, StatusCode::OK, None, None))
}

fn show_new(here: &MethodsVisit, status: StatusCode, typed: Option<&str>, error: Option<&str>) -> Response {
    let page = here.page(NEW);
    let view = NewPasskeyPage {
        person: here.person(),
        tab: Tab::MySignIn,
        name: typed.map_or_else(|| here.suggested_name(page.texts), str::to_owned),
        error: error.map(|key| page.t(key)),
        page,
    };
    let mut response = refusal::show(status, &view);
    allow_scripts_to_ask(&mut response);
    response
}

/// Makes a challenge for a new passkey, as JSON.
pub(crate) async fn passkey_challenge(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    // A script cannot lead the person to a sign-in; the page does when it is opened again.
    let here = MethodsVisit::of(app, visit, NEW).await.map_err(|early| {
        let response = early.into_response();
        if response.status().is_server_error() { response } else { StatusCode::FORBIDDEN.into_response() }
    })?;
    let party = RelyingParty::of(&here.app.settings).ok_or_else(|| StatusCode::NOT_FOUND.into_response())?;
    let challenge = challenge_for_new(&here.app, &party, &here.person).await?;
    Ok(give_challenge(&here.app, challenge, here.occasion(), here.visit.now).await?)
}

/// Adds a passkey.
pub(crate) async fn add_passkey(
    State(app): State<App>,
    visit: Visit,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, NEW).await?;
    let typed = fields.field("name").to_owned();
    let unfit = |key| Ok(show_new(&here, StatusCode::UNPROCESSABLE_ENTITY, Some(&typed), Some(key)));
    let party = RelyingParty::of(&here.app.settings).ok_or_else(EarlyAnswer::not_found)?;
    let Some(name) = passkeys::name(&typed) else { return unfit("method-error-name") };
    match add(&here, &party, name, fields.field("credential")).await {
        Ok(()) => Ok(done("passkey-added")),
        Err(PasskeyError::Refused(refused)) => unfit(trouble(refused)),
        Err(PasskeyError::Fault(fault)) => Err(fault.into()),
    }
}

async fn add(here: &MethodsVisit, party: &RelyingParty, name: String, answer: &str) -> Result<(), PasskeyError> {
    let attestation = Attestation::read(answer).ok_or(passkeys::PasskeyRefusal::Unreadable)?;
    let (hash, occasion, now) = (attestation.challenge_hash(), here.occasion(), here.visit.now);
    let taken = passkeys::take(&here.app.db, hash, ChallengePurpose::Add, &occasion, now).await?;
    let new = party.verify_new(taken.ok_or(passkeys::PasskeyRefusal::ChallengeIsOver)?, &attestation)?;
    // A challenge of another person in the same session is not accepted.
    if new.person() != here.person.id {
        return Err(passkeys::PasskeyRefusal::AnotherPerson.into());
    }
    let (app, visit, occasion) = (here.app.clone(), here.visit.clone(), here.occasion());
    let (person, session) = (here.person.id, here.session);
    here.app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, person).await?;
                let added = passkeys::add(tx, &app.random, new, (&name, occasion), visit.now).await?;
                proven_in_session(tx, session, &added.proven).await?;
                let notice = Notice::PasskeyAdded { name: name.clone() };
                changed(tx, (&app, &visit), (person, session), (Event::AccountPasskeyAdded, &name), &notice).await?;
                Ok(())
            })
        })
        .await
}

fn trouble(refused: passkeys::PasskeyRefusal) -> &'static str {
    match refused {
        passkeys::PasskeyRefusal::ChallengeIsOver => "passkey-error-over",
        passkeys::PasskeyRefusal::UserNotVerified => "passkey-error-not-verified",
        passkeys::PasskeyRefusal::Taken => "passkey-error-taken",
        passkeys::PasskeyRefusal::ChangedSystem => "passkey-error-changed-system",
        passkeys::PasskeyRefusal::NotAttested => "passkey-error-not-attested",
        passkeys::PasskeyRefusal::TooMany => "passkey-error-too-many",
        _ => "passkey-error-failed",
    }
}

/// Shows one passkey, with forms of its name and removal.
pub(crate) async fn passkey(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Passkey, id).await?.show(StatusCode::OK, None).await
}

/// Renames a passkey.
pub(crate) async fn name_passkey(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Passkey, id).await?.rename(fields.field("name")).await
}

/// Removes a passkey.
pub(crate) async fn remove_passkey(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Passkey, id).await?.remove().await
}
