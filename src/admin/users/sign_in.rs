//! The tab *Sign-in & devices*: the user's factors and sessions, for administrators of the basic company, without any
//! secret. A reset of the second factor needs a fresh proof. An administrator removes what was lost and never chooses
//! the replacement (ASVS 6.4.6).

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::gate::{Console, FreshConsole};
use super::basic_data::act_outcome;
use super::factor_views::RemoveFactorPage;
use super::list::second_steps;
use super::managed::{ManagedUser, UserFrame, show_outcome, word_of_change};
use super::views::{FactorLine, PhoneRow, ProfileSignIn, ResetPage, SessionRow, SignInPage, UserTab};
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
use crate::proofs::{self, Factor, KeptFactor, identities, passkeys, phones, recovery, totp};
use crate::sign_in::notices::browser_in_words;
use crate::sign_in::sessions::{self, SessionId};

const PAGE: &str = "sign-in";
const DONE: [(&str, &str); 6] = [
    ("factor", "admin-done-factor"),
    ("reset", "admin-done-reset"),
    ("session", "admin-done-session"),
    ("sessions", "admin-done-sessions"),
    ("phone", "admin-done-phone"),
    ("everywhere", "admin-done-everywhere"),
];
const REFUSED: [(&str, &str); 1] = [("nothing", "admin-refused-nothing")];

/// Shows the tab.
pub async fn show(console: Console, managed: ManagedUser, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::SignIn, PAGE).await?;
    let id = managed.member.person;
    let has = proofs::holdings(&console.app.db, id).await?.has;
    let profile = if managed.reach.protects() { Some(of_profile(&console, &page, &managed).await?) } else { None };
    let view = SignInPage {
        outcome: act_outcome(page.texts, &query, &DONE, &REFUSED),
        is_own: managed.reach == Reach::Own,
        factors: if managed.member.is_waited_for {
            page.t("admin-factor-not-known")
        } else {
            second_steps(page.texts, Some(&has))
        },
        may_unlock: managed.may_change && managed.member.state == users::MembershipState::Locked,
        profile,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

async fn of_profile(console: &Console, page: &Page, managed: &ManagedUser) -> Result<ProfileSignIn, Fault> {
    let (texts, person) = (page.texts, managed.member.person);
    let line = |added: Timestamp, used: Option<Timestamp>| {
        let added = texts.text_with("admin-way-added", &[("date", &frame::date_in_words(console, texts, added))]);
        let used = match used {
            Some(at) => texts.text_with("admin-way-used", &[("time", &frame::when_within(console, texts, at))]),
            None => texts.text("admin-way-not-used"),
        };
        format!("{added} · {used}")
    };
    let keys = passkeys::of_person(&console.app.db, person).await?;
    let keys = keys.into_iter().map(|key| {
        let line = line(key.created_at, key.last_used_at);
        FactorLine { word: key.id, is_passkey: true, name: key.name, line }
    });
    let apps = totp::of_person(&console.app.db, person).await?;
    let apps = apps.into_iter().map(|app| {
        let line = line(app.created_at, app.last_used_at);
        FactorLine { word: app.id, is_passkey: false, name: app.name, line }
    });
    let phones = phones::of_person(&console.app.db, person).await?;
    let phones = phones.into_iter().map(|phone| {
        let facts = [phone.facts.system.clone(), format!("Salpa {}", phone.facts.app_version)];
        let used = match phone.last_used_at {
            Some(at) => texts.text_with("admin-way-used", &[("time", &frame::when_within(console, texts, at))]),
            None => texts.text("admin-way-not-used"),
        };
        let line = facts.into_iter().filter(|fact| !fact.is_empty()).chain([used]).collect::<Vec<_>>().join(" · ");
        PhoneRow { id: phone.id.to_string(), name: phone.name, line }
    });
    let code = recovery::of_person(&console.app.db, person).await?;
    let listed = sessions::list_of_person(&console.app, person, console.visit.now).await?;
    let sessions = listed.into_iter().map(|listed| {
        let session = listed.session;
        let since =
            texts.text_with("account-since", &[("time", &frame::when_within(console, texts, session.started_at))]);
        let parts = std::iter::once(browser_in_words(texts, &session.user_agent)).chain(listed.applications);
        SessionRow {
            id: session.id.to_string(),
            title: console.app.places.described(&session.network, texts.language()),
            line: parts.chain([since]).collect::<Vec<_>>().join(" · "),
        }
    });
    let linked = identities::of_person(&console.app.db, person).await?;
    Ok(ProfileSignIn {
        identities: linked.into_iter().map(|linked| linked.name).collect(),
        factor_lines: keys.chain(apps).collect(),
        phones: phones.collect(),
        may_give_pass: managed.reaches_profile(),
        phone_app_is_closed: people::phone_app_is_closed(&console.app.db, person).await?,
        has_recovery_code: code.is_some_and(|code| code.is_in_force()),
        is_closed: people::find(&console.app.db, person).await?.is_some_and(|person| person.closed_to_resets),
        sessions: sessions.collect(),
    })
}

/// Ends one session.
pub async fn end_session(
    console: Console,
    managed: ManagedUser,
    PathEnd(session): PathEnd<SessionId>,
) -> Result<Response, EarlyAnswer> {
    end(&console, managed.member.person, Some(session), "session").await
}

/// Ends every session.
pub async fn end_sessions(console: Console, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    end(&console, person, None, "sessions").await
}

async fn end(
    console: &Console,
    person: PersonId,
    only: Option<SessionId>,
    word: &'static str,
) -> Result<Response, EarlyAnswer> {
    let result = console.act(move |tx, context| Box::pin(acts::people::end_sessions(tx, context, person, only))).await;
    show_outcome(console, person, PAGE, result.and_then(|effect| word_of_change(effect, word)))
}

/// Asks whether to reset the second factor.
pub async fn ask_reset(FreshConsole(console): FreshConsole, managed: ManagedUser) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::SignIn, "reset-second-factor").await?;
    Ok(refusal::show(StatusCode::OK, &ResetPage { user, frame, page }))
}

/// Resets the second factor.
pub async fn reset(
    FreshConsole(console): FreshConsole,
    PathEnd(person): PathEnd<PersonId>,
) -> Result<Response, EarlyAnswer> {
    let result = console.act(move |tx, context| Box::pin(acts::people::reset_second_factor(tx, context, person))).await;
    show_outcome(&console, person, PAGE, result.map(|_| "reset"))
}

/// Asks whether to remove one factor.
pub(crate) async fn ask_remove_factor(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    PathEnd(word): PathEnd<String>,
) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    let kept = acts::factors::removable(&console.app.db, managed.member.person).await?;
    // A phone has a page of its own.
    let is_meant = |kept: &&KeptFactor| kept.factor != Factor::Phone && acts::factors::word_of(kept) == word;
    let found = kept.iter().find(is_meant).ok_or_else(EarlyAnswer::not_found)?;
    let is_second_step = |kept: &&KeptFactor| kept.factor.traits().second_step.is_some();
    let is_last = is_second_step(&found) && kept.iter().filter(is_second_step).count() == 1;
    let path = format!("factors/{word}/remove");
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::SignIn, &path).await?;
    let title = match found.factor {
        Factor::Passkey => "admin-factor-remove-passkey",
        Factor::RecoveryCode => "admin-factor-remove-recovery-code",
        _ => "admin-factor-remove-totp",
    };
    let added = page.t1("admin-way-added", "date", &frame::date_in_words(&console, page.texts, found.made_at));
    let view = RemoveFactorPage {
        title: page.t1(title, "name", &user.name),
        factor: [found.name.as_str(), &added]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        word,
        is_last,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Removes one factor.
pub(crate) async fn remove_factor(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    PathEnd(word): PathEnd<String>,
) -> Result<Response, EarlyAnswer> {
    let person = managed.member.person;
    let result = console
        .act(move |tx, context| Box::pin(async move { acts::factors::remove(tx, context, person, &word).await }));
    show_outcome(&console, person, PAGE, result.await.and_then(|effect| word_of_change(effect, "factor")))
}
