//! The tab *Sign-in & devices*: the user's factors and sessions, for administrators of the basic company, without any
//! secret. A reset of the second factor needs a fresh proof. An administrator removes what was lost and never chooses
//! the replacement (ASVS 6.4.6).

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::who::{Fresh, Here};
use super::basic_data::told;
use super::list::second_steps;
use super::one::{One, UserFrame, answer, changed};
use super::views::{PhoneRow, ProfileSignIn, ResetPage, SessionRow, SignInPage, UserTab, Way};
use crate::administration as acts;
use crate::administration::reach::Reach;
use crate::directory::people::{self, PersonId};
use crate::directory::users;
use crate::platform::clock::Timestamp;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::proofs::{self, passkeys, phones, recovery, totp};
use crate::sign_in::notices::browser_in_words;
use crate::sign_in::sessions::{self, SessionId};

const PAGE: &str = "sign-in";
const DONE: [(&str, &str); 6] = [
    ("reset", "admin-done-reset"),
    ("session", "admin-done-session"),
    ("sessions", "admin-done-sessions"),
    ("phone", "admin-done-phone"),
    ("everywhere", "admin-done-everywhere"),
    ("phone-app", "admin-done-phone-app"),
];
const REFUSED: [(&str, &str); 1] = [("nothing", "admin-refused-nothing")];

/// Shows the tab.
pub async fn show(here: Here, one: One, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let UserFrame { page, frame, user } = one.around(&here, UserTab::SignIn, PAGE).await?;
    let id = one.member.person;
    let has = proofs::holdings(&here.app.db, id).await?.has;
    let profile = if one.reach.protects() { Some(of_profile(&here, &page, id).await?) } else { None };
    let view = SignInPage {
        told: told(page.texts, &query, &DONE, &REFUSED),
        is_own: one.reach == Reach::Own,
        factors: if one.member.is_waited_for {
            page.t("admin-factor-not-known")
        } else {
            second_steps(page.texts, Some(&has))
        },
        may_unlock: one.may_change && one.member.state == users::MembershipState::Locked,
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
            Some(at) => texts.text_with("admin-way-used", &[("time", &frame::when_within(here, texts, at))]),
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
    let phones = phones::of_person(&here.app.db, person).await?;
    let phones = phones.into_iter().map(|phone| {
        let facts = [phone.facts.system.clone(), format!("Salpa {}", phone.facts.app_version)];
        let used = match phone.last_used_at {
            Some(at) => texts.text_with("admin-way-used", &[("time", &frame::when(here, texts, at))]),
            None => texts.text("admin-way-not-used"),
        };
        let line = facts.into_iter().filter(|fact| !fact.is_empty()).chain([used]).collect::<Vec<_>>().join(" · ");
        PhoneRow { id: phone.id.to_string(), name: phone.name, line }
    });
    let code = recovery::of_person(&here.app.db, person).await?;
    let listed = sessions::list_of_person(&here.app, person, here.visit.now).await?;
    let sessions = listed.into_iter().map(|listed| {
        let session = listed.session;
        let since = texts.text_with("account-since", &[("time", &frame::when_within(here, texts, session.started_at))]);
        let parts = std::iter::once(browser_in_words(texts, &session.user_agent)).chain(listed.applications);
        SessionRow {
            id: session.id.to_string(),
            title: here.app.places.described(&session.network, texts.language()),
            line: parts.chain([since]).collect::<Vec<_>>().join(" · "),
        }
    });
    Ok(ProfileSignIn {
        ways: keys.chain(apps).collect(),
        phones: phones.collect(),
        phone_app_is_closed: people::phone_app_is_closed(&here.app.db, person).await?,
        has_recovery_code: code.is_some_and(|code| code.is_in_force()),
        is_closed: people::find(&here.app.db, person).await?.is_some_and(|person| person.closed_to_resets),
        sessions: sessions.collect(),
    })
}

/// Ends one session.
pub async fn end_session(here: Here, one: One, PathEnd(session): PathEnd<SessionId>) -> Result<Response, EarlyAnswer> {
    end(&here, one.member.person, Some(session), "session").await
}

/// Ends every session.
pub async fn end_sessions(here: Here, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    end(&here, person, None, "sessions").await
}

async fn end(
    here: &Here,
    person: PersonId,
    only: Option<SessionId>,
    word: &'static str,
) -> Result<Response, EarlyAnswer> {
    let came = here.act(move |tx, context| Box::pin(acts::people::end_sessions(tx, context, person, only))).await;
    answer(here, person, PAGE, came.and_then(|effect| changed(effect, word)))
}

/// Asks whether to reset the second factor.
pub async fn ask_reset(Fresh(here): Fresh, one: One) -> Result<Response, EarlyAnswer> {
    let one = one.within_protection()?;
    let UserFrame { page, frame, user } = one.around(&here, UserTab::SignIn, "reset-second-factor").await?;
    Ok(refusal::show(StatusCode::OK, &ResetPage { user, frame, page }))
}

/// Resets the second factor.
pub async fn reset(Fresh(here): Fresh, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    let came = here.act(move |tx, context| Box::pin(acts::people::reset_second_factor(tx, context, person))).await;
    answer(&here, person, PAGE, came.map(|_| "reset"))
}
