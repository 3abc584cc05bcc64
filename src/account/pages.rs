//! The account page and what can be done there: ending sessions, signing out.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::views::{MySignInPage, RecentSignIn, RecoveryCode, Session};
use super::who::signed_in;
use super::{browsers, remembered};
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::{self, Recorded};
use crate::platform::web::cookies;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::refusal::{self, Refused, refuse};
use crate::platform::web::translations::Texts;
use crate::platform::web::views::{Caption, Door, Person as PersonView};
use crate::platform::web::visit::Visit;
use crate::proofs::{passwords, recovery};
use crate::provider::views::SignedOutPage;
use crate::sign_in::sessions::{self, SessionId};

/// Entries of the history that the page shows.
const RECENT: i64 = 20;

/// Shows the account page, or asks an unknown browser to sign in and comes back.
///
/// # Errors
/// Every fault of the database.
pub async fn show(State(app): State<App>, visit: Visit, uri: http::Uri) -> Result<Response, Fault> {
    let (signed_in, person) = match signed_in(&app, &visit, "/account").await? {
        Ok(here) => here,
        Err(asks) => return Ok(asks),
    };
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/account");
    let texts = page.texts;
    let listed = sessions::list_of_person(&app, person.id, visit.now).await?;
    let mut sessions: Vec<Session> =
        listed.into_iter().map(|listed| session(&app, texts, &listed, signed_in.session)).collect();
    sessions.sort_by_key(|session| !session.this_session);
    let methods = super::methods::list(&app, texts, &person).await?;
    let recovery_code = match recovery::of_person(&app.db, person.id).await?.filter(recovery::RecoveryCode::is_in_force)
    {
        Some(code) => RecoveryCode::Ready { made: date(&app, texts, code.made_at) },
        None => RecoveryCode::NotMade,
    };
    let recent = history::of_person(&app.db, &person.id.to_string(), None, RECENT * 3).await?;
    let view = MySignInPage {
        person: PersonView { name: person.name(), email: person.email.clone() },
        status: status(texts, &Parameters::parse(uri.query().unwrap_or(""))),
        password_changed: passwords::changed_at(&app.db, person.id).await?.map(|at| date(&app, texts, at)),
        methods,
        sessions,
        remembered_browsers: remembered::list(&app, &visit, texts, person.id).await?,
        recovery_code,
        recent: recent.iter().filter_map(|recorded| recent_sign_in(&app, texts, recorded)).take(20).collect(),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Ends one session of the person. Ending this one is signing out.
///
/// # Errors
/// Every fault of the database.
pub async fn end_session(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let (signed_in, person) = match signed_in(&app, &visit, "/account").await? {
        Ok(here) => here,
        Err(asks) => return Ok(asks),
    };
    let found = match id.parse::<SessionId>() {
        Ok(id) => sessions::find_of_person(&app.db, id, person.id, visit.now).await?,
        Err(_) => None,
    };
    // Nobody learns whether a session of somebody else exists.
    let Some(session) = found else {
        return Ok(refuse(&app, &visit, Refused::new(StatusCode::NOT_FOUND, "not-found")).await);
    };
    end(&app, session.id, visit.now, "ended by the person").await?;
    if session.id == signed_in.session {
        return Ok(leave(&app));
    }
    Ok(Redirect::to("/account?ended=1").into_response())
}

/// Ends every session of the person but this one.
///
/// # Errors
/// Every fault of the database.
pub async fn end_other_sessions(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let (signed_in, person) = match signed_in(&app, &visit, "/account").await? {
        Ok(here) => here,
        Err(asks) => return Ok(asks),
    };
    let (random, kept, now) = (app.random.clone(), (person.id, Some(signed_in.session)), visit.now);
    let ended: Result<u64, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move { sessions::end_others(tx, &random, kept, now, "ended by the person").await })
        })
        .await;
    let ended = ended?;
    app.logouts_due.notify_one();
    Ok(Redirect::to(&format!("/account?others_ended={ended}")).into_response())
}

/// Signs out: the session ends, and the applications are told.
///
/// # Errors
/// Every fault of the database.
pub async fn sign_out(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    if let Some(session) = sessions::of_visit(&app, &visit).await? {
        end(&app, session.id, visit.now, "signed out").await?;
    }
    Ok(leave(&app))
}

/// Says that the person is signed out.
pub async fn signed_out(State(app): State<App>, visit: Visit) -> Response {
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/account/signed-out");
    let application = Some(page.t("account-title"));
    let view = SignedOutPage {
        door: Door::new(Caption::SigningOut, None),
        application_url: Some("/account".to_owned()),
        application,
        page,
    };
    refusal::show(StatusCode::OK, &view)
}

async fn end(app: &App, session: SessionId, now: Timestamp, why: &'static str) -> Result<(), Fault> {
    let random = app.random.clone();
    let ended: Result<bool, db::Error> =
        app.db.write(move |tx| Box::pin(async move { sessions::end(tx, &random, session, now, why).await })).await;
    ended?;
    app.logouts_due.notify_one();
    Ok(())
}

fn leave(app: &App) -> Response {
    let mut response = Redirect::to("/account/signed-out").into_response();
    cookies::clear(response.headers_mut(), cookies::SESSION, app.settings.public_url.is_secure());
    response
}

fn status(texts: Texts, query: &Parameters) -> Option<String> {
    if let Some(key) = super::methods::status(query.field("changed")) {
        return Some(texts.text(key));
    }
    if !query.field("ended").is_empty() {
        return Some(texts.text("account-status-ended"));
    }
    if let Ok(count) = query.field("forgotten").parse::<i64>() {
        return Some(texts.count("account-status-forgotten", "count", count));
    }
    let others = query.field("others_ended").parse::<i64>().ok()?;
    Some(texts.count("account-status-others-ended", "count", others))
}

fn session(app: &App, texts: Texts, listed: &sessions::Listed, this: SessionId) -> Session {
    let session = &listed.session;
    Session {
        id: session.id.to_string(),
        title: app.places.described(&session.network, texts.language()),
        browser: browsers::described(texts, &session.user_agent),
        applications: listed.applications.clone(),
        since: time(app, texts, session.started_at),
        device: browsers::device(&session.user_agent),
        this_session: session.id == this,
        new_network: session.network_was_new,
    }
}

/// A line of the history as the person reads it; `None` for what they need not see.
fn recent_sign_in(app: &App, texts: Texts, recorded: &Recorded) -> Option<RecentSignIn> {
    let detail = |name: &str| recorded.details.get(name).and_then(|value| value.as_str()).unwrap_or("");
    let (key, refused) = match (recorded.event.as_str(), detail("method")) {
        ("sign_in.done", _) => ("account-result-signed-in", false),
        ("sign_in.not_proven", "password") => ("account-result-refused-password", true),
        ("sign_in.not_proven", "recovery_code") => ("account-result-refused-recovery", true),
        ("sign_in.proven", "recovery_code") => ("account-result-recovery-used", false),
        ("sign_in.not_proven", "passkey") => ("account-result-refused-passkey", true),
        ("account.passkey_added", _) => ("account-result-passkey-added", false),
        ("account.passkey_removed", _) => ("account-result-passkey-removed", false),
        ("account.authenticator_added", _) => ("account-result-authenticator-added", false),
        ("account.authenticator_removed", _) => ("account-result-authenticator-removed", false),
        ("account.recovery_code_made", _) => ("account-result-recovery-made", false),
        ("sign_in.passkey_may_be_copied", _) => ("account-result-passkey-copied", true),
        ("sign_in.not_proven", "totp") => ("account-result-refused-code", true),
        ("sign_in.not_proven", _) => ("account-result-refused-access", true),
        ("sign_in.held_back", _) => ("account-result-refused-wait", true),
        ("sign_in.second_step_set_up", _) => ("account-result-second-step", false),
        ("session.ended", _) => ("account-result-signed-out", false),
        _ => return None,
    };
    Some(RecentSignIn {
        time: time(app, texts, Timestamp::from_milliseconds(recorded.at)),
        application: detail("application").to_owned(),
        result: texts.text(key),
        refused,
        network: recorded
            .network
            .as_ref()
            .map(|network| app.places.described(network, texts.language()))
            .unwrap_or_default(),
        error_id: recorded.error_id.clone(),
    })
}

pub(super) fn date(app: &App, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date(at.date())).unwrap_or_default()
}

pub(super) fn time(app: &App, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date_time(at.datetime())).unwrap_or_default()
}
