//! The account page with its acts: ending sessions and signing out.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

pub use super::basic_data::{change_language, show as basic_data};
pub use super::communication::show as communication;
pub(crate) use super::communication_email::{
    change as change_communication_email, remove as remove_communication_email, show as communication_email,
};
pub(crate) use super::communication_phone::{
    change as change_phone, confirm as confirm_phone, remove as remove_phone, send_again as send_phone_code,
    show as phone, show_code as phone_code,
};
pub(crate) use super::confirming::{confirm_email, not_me, show_email as show_confirm_email, show_not_me};
pub use super::email::{change as change_email, show as email};
pub use super::history::show as history;
pub(crate) use super::joining::{accept as accept_company, decline as decline_company};
pub use super::networks::forget as forget_network;
pub use super::password::{after_reset, change as change_password, show as password};

use super::frame::{self, date, time};
use super::tab_views::Tab;
use super::views::{MySignInPage, RecoveryCodeState, SessionLine};
use super::who::signed_in;
use super::{browsers, joining, networks, open_applications, remembered};
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::web::cookies;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::proofs::{self, Factor};
use crate::provider::views::SignedOutPage;
use crate::sign_in::captions::Caption;
use crate::sign_in::cookies::SESSION;
use crate::sign_in::notices::browser_in_words;
use crate::sign_in::sessions::{self, SessionId};

/// `GET /`: the address that people type leads to My sign-in.
pub(crate) async fn home() -> Redirect {
    Redirect::to(Tab::MySignIn.path())
}

/// Shows the account page, or asks an unknown browser to sign in and comes back.
pub async fn show(State(app): State<App>, visit: Visit, uri: http::Uri) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, "/account").await?;
    let person = who.profile.clone();
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/account").announcing(&visit);
    let texts = page.texts;
    let listed = sessions::list_of_person(&app, person.id, visit.now).await?;
    let mut sessions: Vec<SessionLine> =
        listed.into_iter().map(|listed| session(&app, texts, &listed, who.session)).collect();
    sessions.sort_by_key(|session| !session.this_session);
    let kept = proofs::kept_by(&app.db, person.id).await?;
    let made =
        |factor: Factor| kept.iter().find(|kept| kept.factor == factor).map(|kept| date(&app, texts, kept.made_at));
    let recovery_code =
        made(Factor::RecoveryCode).map_or(RecoveryCodeState::NotMade, |made| RecoveryCodeState::Ready { made });
    let here = (visit.network.as_str(), visit.now);
    let networks = networks::list(&app, texts, person.id, here).await?;
    let (applications, manages) = open_applications::list(&app, texts, person.id).await?;
    for session in &mut sessions {
        // Confirmed since it began.
        session.new_network &= !networks.iter().any(|known| known.confirmed && known.network == session.network);
    }
    let view = MySignInPage {
        person: frame::person(&person),
        status: frame::confirmation(texts, &uri)
            .or_else(|| status(texts, &Parameters::parse(uri.query().unwrap_or("")))),
        password_changed: made(Factor::Password),
        methods: super::methods::list(&app, texts, &person, &kept),
        applications,
        manages,
        joining: joining::list(&app, texts, &who).await?,
        sessions,
        remembered_browsers: remembered::list(&app, &visit, texts, person.id).await?,
        recovery_code,
        networks,
        tab: Tab::MySignIn,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Ends one session of the person. Ending the present one signs out.
pub async fn end_session(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, "/account").await?;
    let person = who.profile.clone();
    let found = match id.parse::<SessionId>() {
        Ok(id) => sessions::find_of_person(&app.db, id, person.id, visit.now).await?,
        Err(_) => None,
    };
    // Whether another person's session exists is not shown.
    let Some(session) = found else {
        return Err(EarlyAnswer::not_found());
    };
    end(&app, session.id, visit.now, "ended by the person").await?;
    if session.id == who.session {
        return Ok(leave(&app));
    }
    Ok(Redirect::to("/account?ended=1").into_response())
}

/// Ends every other session of the person.
pub(crate) async fn end_other_sessions(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, "/account").await?;
    let person = who.profile.clone();
    let (random, kept, now) = (app.random.clone(), (person.id, Some(who.session)), visit.now);
    let ended: Result<u64, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move { sessions::end_others(tx, &random, kept, now, "ended by the person").await })
        })
        .await;
    Ok(Redirect::to(&format!("/account?others_ended={}", ended?)).into_response())
}

/// Signs out: the session ends, and the applications are notified.
pub(crate) async fn sign_out(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    if let Some(session) = sessions::of_visit(&app, &visit).await? {
        end(&app, session.id, visit.now, "signed out").await?;
    }
    Ok(leave(&app))
}

/// Shows that the person is signed out.
pub(crate) async fn signed_out(State(app): State<App>, visit: Visit) -> Response {
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
    ended.map(|_| ()).map_err(Fault::from)
}

fn leave(app: &App) -> Response {
    let mut response = Redirect::to("/account/signed-out").into_response();
    cookies::clear(response.headers_mut(), SESSION, app.settings.public_url.is_secure());
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

fn session(app: &App, texts: Texts, listed: &sessions::SessionListing, this: SessionId) -> SessionLine {
    let session = &listed.session;
    SessionLine {
        id: session.id.to_string(),
        network: session.network.clone(),
        title: app.places.described(&session.network, texts.language()),
        browser: browser_in_words(texts, &session.user_agent),
        applications: listed.applications.clone(),
        since: time(app, texts, session.started_at),
        device: browsers::device(&session.user_agent),
        this_session: session.id == this,
        new_network: session.network_was_new,
    }
}
