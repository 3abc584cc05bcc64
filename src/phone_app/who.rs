//! The phone that asks, and whether the app is open there.
//!
//! A phone is known by its cookie, which opens nothing. The app is open while the PIN was typed not longer ago than it
//! may lie unused, and the browser has a session of the same person that satisfies the policy; and as long as the person
//! is one of those whom the app is for.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::directory::entrance::{PhoneAppRefusal, PhoneAppStanding, phone_app_standing};
use crate::directory::invitations;
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::db::{self, Source};
use crate::platform::history::Entry;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::visit::Visit;
use crate::proofs::phones::{self, AppPhone, IDLE};
use crate::provider::authorize::refusals;
use crate::sign_in::{Answer, Demand, FirstPage, OwnPages, SignedIn, answer, cookies, fresh_for, on_phone, signing_up};

/// The first page of the app.
pub(crate) const HOME: &str = "/app";
/// The page on which a PIN is made.
pub(crate) const PIN: &str = "/app/pin";
/// The same on a phone that has one.
pub(crate) const NEW_PIN: &str = "/app/pin?new=1";

/// The app, as a sign-in on the way to it names it.
const APP: OwnPages = OwnPages { title: "app-title", path: HOME };

/// The state of the app in a browser.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it lives for one request, and the large one is the usual one")]
pub(crate) enum AppState {
    /// Nobody has signed in, or somebody has logged out.
    Unknown,
    /// There were five wrong PINs.
    Closed,
    /// The PIN is to be typed.
    Locked(AppPhone),
    /// The app is open.
    Open(OpenApp),
}

/// The open app.
#[derive(Debug)]
pub(crate) struct OpenApp {
    /// The phone.
    pub(crate) phone: AppPhone,
    /// Its person, in the session of its browser.
    pub(crate) who: SignedIn,
    /// How the person stands before the app.
    pub(crate) standing: PhoneAppStanding,
}

/// The phone that a browser is, locked or not.
pub(crate) async fn phone_of(app: &App, visit: &Visit) -> Result<Option<AppPhone>, db::Error> {
    match cookies::phone(visit) {
        None => Ok(None),
        Some(token_hash) => phones::of_token(&app.db, &token_hash).await,
    }
}

/// The state of the app in the browser that came. An app that has lain unused is locked.
///
/// # Errors
/// The refusal of a person whom the app is not for.
pub(crate) async fn state(app: &App, visit: &Visit) -> Result<AppState, EarlyAnswer> {
    let Some(phone) = phone_of(app, visit).await? else { return Ok(AppState::Unknown) };
    if phone.is_closed() {
        return Ok(AppState::Closed);
    }
    if !phone.is_unlocked(visit.now) {
        on_phone::lock(app, visit, &phone, "it lay unused").await?;
        return Ok(AppState::Locked(phone));
    }
    let Answer::Satisfied(who) = answer(app, visit, None, &Demand::default()).await? else {
        return Ok(AppState::Locked(phone));
    };
    if who.person != phone.person {
        return Ok(AppState::Locked(phone));
    }
    let standing = admit(app, visit, who.person).await?;
    // Kept to the minute, so that reading does not become writing.
    if phone.unlocked_until.since(visit.now) + std::time::Duration::from_mins(1) <= IDLE {
        let (id, now) = (phone.id, visit.now);
        let stays: Result<bool, db::Error> =
            app.db.write(move |tx| Box::pin(async move { phones::stay_unlocked(tx, id, now).await })).await;
        stays?;
    }
    Ok(AppState::Open(OpenApp { phone, who, standing }))
}

/// The open app.
///
/// # Errors
/// The redirect to the first page, which asks for what is missing; or the refusal of a person whom the app is not for.
pub(crate) async fn open(app: &App, visit: &Visit) -> Result<OpenApp, EarlyAnswer> {
    match state(app, visit).await? {
        AppState::Open(open) => Ok(open),
        _ => Err(Redirect::to(HOME).into()),
    }
}

/// Like [`open`], for scripts: they are told where to go.
///
/// # Errors
/// As for [`open`].
pub(crate) async fn open_for_script(app: &App, visit: &Visit) -> Result<OpenApp, EarlyAnswer> {
    match state(app, visit).await? {
        AppState::Open(open) => Ok(open),
        _ => Err(go_home().into()),
    }
}

/// The answer that sends a script to the first page.
pub(crate) fn go_home() -> Response {
    (StatusCode::UNAUTHORIZED, axum::Json(json!({ "next": HOME }))).into_response()
}

/// The person who has just signed in, and may make a PIN: with fresh proofs, and let into the app.
///
/// # Errors
/// The redirect to a sign-in that leads back to `return_to`, or a refusal.
pub(crate) async fn signed_in_afresh(app: &App, visit: &Visit, return_to: &str) -> Result<SignedIn, EarlyAnswer> {
    let fresh = fresh_for(app, visit, None).await?;
    let demand = Demand { not_before: Some(visit.now.minus(fresh)), ..Demand::default() };
    let who = APP.enter(app, visit, demand, return_to).await?;
    admit(app, visit, who.person).await?;
    if people::phone_app_is_closed(&app.db, who.person).await? && !comes_back(app, visit, &who).await? {
        return Err(refusal(app, visit, who.person, "phone-app-closed").await?);
    }
    Ok(who)
}

/// Whether a person comes back into an app that was closed: by an invitation that was verified in this browser, or by a
/// bank or eID. It is looked at once more in the transaction that adds the phone.
async fn comes_back(app: &App, visit: &Visit, who: &SignedIn) -> Result<bool, db::Error> {
    let mut reader = app.db.reader().await?;
    if let Some(browser) = &visit.browser {
        let open = invitations::open_of_person(&mut reader, who.person, visit.now).await?;
        if open.is_some_and(|open| signing_up::is_verified_in(&open, browser, visit.now)) {
            return Ok(true);
        }
    }
    let whose = (who.session, who.person);
    Ok(on_phone::opened_by_identity(&mut Source::Reader(&mut reader), whose, visit.now).await?.is_some())
}

/// `GET /app/bank`: begins a sign-in by a bank or eID, which leads to the PIN of a new phone. A session that is there
/// does not count for it.
pub(crate) async fn by_bank(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let demand = Demand { not_before: Some(visit.now), ..Demand::default() };
    Ok(APP.begin(&app, &visit, (demand, FirstPage::Identities), PIN).await?)
}

/// Lets a person into the app.
///
/// # Errors
/// The refusal, with whom to ask.
async fn admit(app: &App, visit: &Visit, person: PersonId) -> Result<PhoneAppStanding, EarlyAnswer> {
    let standing = phone_app_standing(&app.db, person).await?;
    let key = match standing.admits() {
        Ok(()) => return Ok(standing),
        Err(PhoneAppRefusal::BasicCompanyRemoved) => "basic-company",
        Err(PhoneAppRefusal::NoService) => "phone-app-service",
        Err(PhoneAppRefusal::Nobody) => "phone-app-nobody",
    };
    Err(refusal(app, visit, person, key).await?)
}

async fn refusal(app: &App, visit: &Visit, person: PersonId, key: &'static str) -> Result<EarlyAnswer, Fault> {
    let title = Page::new(visit.language, "", "").t("app-title");
    let entry = Entry::new(visit.now, Event::PhoneNotAdmitted).person(person);
    Ok(refusals::refused(app, visit, (key, &title), person, entry).await?.into())
}
