//! The tab *Sign-in & devices*: what proves the user, and where they are signed in, for who manages their basic
//! company; nobody sees anything secret. Resetting the second factor is a sensitive act. An administrator starts
//! over what somebody has lost and never chooses what comes in its place (ASVS 6.4.6).

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::who::{Fresh, Here};
use super::basic_data::{tell, told};
use super::list::second_steps;
use super::one::{One, Outcome};
use super::views::{ProfileSignIn, ResetPage, SessionRow, SignInPage, UserTab, Way};
use crate::administration::reach::Reach;
use crate::directory::people::{self, PersonId};
use crate::directory::users;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::Tx;
use crate::platform::history;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::proofs::{self, passkeys, recovery, totp};
use crate::sign_in::factors_changed::start_over_by_operator;
use crate::sign_in::notices::{Act, browser_in_words};
use crate::sign_in::sessions::{self, SessionId};

const PAGE: &str = "sign-in";
const DONE: [(&str, &str); 3] =
    [("reset", "admin-done-reset"), ("session", "admin-done-session"), ("sessions", "admin-done-sessions")];
const REFUSED: [(&str, &str); 1] = [("nothing", "admin-refused-nothing")];

/// Shows the tab.
pub async fn show(here: Here, one: One, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let (page, frame, user) = one.around(&here, UserTab::SignIn, PAGE).await?;
    let id = one.member.person;
    let has = proofs::holdings(&here.app.db, id).await?.has;
    let profile = if one.reach.protects() { Some(of_profile(&here, &page, id).await?) } else { None };
    let view = SignInPage {
        told: told(page.texts, &query, &DONE, &REFUSED),
        is_own: one.reach == Reach::Own,
        factors: second_steps(page.texts, Some(&has)),
        may_unlock: one.may_change && one.member.state == users::State::Locked,
        profile,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

async fn of_profile(here: &Here, page: &Page, person: PersonId) -> Result<ProfileSignIn, Fault> {
    let texts = page.texts;
    let line = |added: Timestamp, used: Option<Timestamp>| {
        let added = texts.text_with("admin-way-added", &[("date", &frame::date(here, texts, added))]);
        let used = match used {
            Some(at) => texts.text_with("admin-way-used", &[("time", &frame::when(here, texts, at))]),
            None => texts.text("admin-way-not-used"),
        };
        format!("{added} · {used}")
    };
    let keys = passkeys::of_person(&here.app.db, person).await?;
    let keys = keys.into_iter().map(|key| {
        let line = line(key.created_at, key.last_used_at);
        Way { is_passkey: true, name: key.name, line }
    });
    let apps = totp::of_person(&here.app.db, person).await?;
    let apps = apps.into_iter().map(|app| {
        let line = line(app.created_at, app.last_used_at);
        Way { is_passkey: false, name: app.name, line }
    });
    let code = recovery::of_person(&here.app.db, person).await?;
    let listed = sessions::list_of_person(&here.app, person, here.visit.now).await?;
    let sessions = listed.into_iter().map(|listed| {
        let session = listed.session;
        let since = texts.text_with("account-since", &[("time", &frame::when(here, texts, session.started_at))]);
        let parts = std::iter::once(browser_in_words(texts, &session.user_agent)).chain(listed.applications);
        SessionRow {
            id: session.id.to_string(),
            title: here.app.places.described(&session.network, texts.language()),
            line: parts.chain([since]).collect::<Vec<_>>().join(" · "),
        }
    });
    Ok(ProfileSignIn {
        ways: keys.chain(apps).collect(),
        has_recovery_code: code.is_some_and(|code| code.is_in_force()),
        is_closed: people::find(&here.app.db, person).await?.is_some_and(|person| person.closed_to_resets),
        sessions: sessions.collect(),
    })
}

/// Ends one session.
pub async fn end_session(here: Here, one: One, PathEnd(session): PathEnd<SessionId>) -> Result<Response, EarlyAnswer> {
    end(&here, one.member.person, Some(session)).await
}

/// Ends every session.
pub async fn end_sessions(here: Here, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    end(&here, person, None).await
}

async fn end(here: &Here, person: PersonId, session: Option<SessionId>) -> Result<Response, EarlyAnswer> {
    let ended = here.write(move |tx, here| Box::pin(write_end(tx, here, person, session))).await?;
    ended.answer(here, person, PAGE)
}

async fn write_end(
    tx: &mut Tx<'_>,
    here: &Here,
    person: PersonId,
    session: Option<SessionId>,
) -> Result<Outcome, EarlyAnswer> {
    let one = One::in_turn(tx, here, person).await?.within_protection()?;
    let (now, why) = (here.visit.now, "ended by an administrator");
    let random = &here.app.random;
    let ended = match session {
        None => sessions::end_others(tx, random, (one.member.person, None), now, why).await?,
        Some(session) => {
            // A session of somebody else is none, however its identifier became known.
            if sessions::find_of_person(&mut *tx, session, person, now).await?.is_none() {
                return Ok(Outcome::Gone);
            }
            u64::from(sessions::end(tx, random, session, now, why).await?)
        }
    };
    if ended == 0 {
        return Ok(Outcome::Refused("nothing"));
    }
    let entry = here.entry(Event::PersonSessionsEnded).person(person).detail("count", ended.to_string());
    history::write(tx, random, &entry).await?;
    tell(tx, here, person, Act::SessionsEnded).await?;
    Ok(Outcome::Done(if session.is_some() { "session" } else { "sessions" }))
}

/// Asks whether to reset the second factor.
pub async fn ask_reset(Fresh(here): Fresh, one: One) -> Result<Response, EarlyAnswer> {
    let one = one.within_protection()?;
    let (page, frame, user) = one.around(&here, UserTab::SignIn, "reset-second-factor").await?;
    Ok(refusal::show(StatusCode::OK, &ResetPage { user, frame, page }))
}

/// Resets the second factor: authenticator apps, passkeys and the recovery code open nothing any more, every session
/// ends, and the person sets up a new one at the next sign-in. The password stays: it is theirs.
pub async fn reset(Fresh(here): Fresh, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    let reset = here.write(move |tx, here| Box::pin(write_reset(tx, here, person))).await?;
    reset.answer(&here, person, PAGE)
}

async fn write_reset(tx: &mut Tx<'_>, here: &Here, person: PersonId) -> Result<Outcome, EarlyAnswer> {
    One::in_turn(tx, here, person).await?.within_protection()?;
    proofs::reset_second_steps(tx, person, here.visit.now).await?;
    // As at the operator's wish: the browser that asks is not the person's, and nothing of theirs is kept.
    start_over_by_operator(tx, &here.app, person, here.visit.now, "the second factor was reset").await?;
    history::write(tx, &here.app.random, &here.entry(Event::PersonSecondStepReset).person(person)).await?;
    tell(tx, here, person, Act::SecondFactorReset).await?;
    Ok(Outcome::Done("reset"))
}
