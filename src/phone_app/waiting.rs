//! The question that waits for the person of the app: that of a sign-in elsewhere, or of an application that asks by itself.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::approvals::{path as approval_path, seconds, time};
use super::question_views::{WaitingCard, WaitingQuestion};
use super::requests::path as request_path;
use super::who;
use crate::app::App;
use crate::directory::people::PersonId;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::held;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::visit::Visit;
use crate::proofs::approvals::{self, Approval};
use crate::provider::backchannel::{self, BackchannelRequest, LIFETIMES};

/// One of them.
enum AwaitedQuestion {
    Approval(Approval),
    Request(BackchannelRequest),
}

impl AwaitedQuestion {
    /// The question that waits; a sign-in that the person has begun comes first.
    async fn of(app: &Core, person: PersonId, now: Timestamp) -> Result<Option<Self>, db::Error> {
        if let Some(found) = approvals::open_of_person(&app.db, person, now).await? {
            return Ok(Some(Self::Approval(found)));
        }
        Ok(backchannel::open_of_person(&app.db, person, now).await?.map(Self::Request))
    }

    fn id(&self) -> String {
        match self {
            Self::Approval(found) => found.id.to_string(),
            Self::Request(found) => found.id.to_string(),
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Approval(found) => approval_path(found.id),
            Self::Request(found) => request_path(found.id),
        }
    }
}

/// The page of the question that waits for a person.
pub(super) async fn path_of(app: &App, person: PersonId, now: Timestamp) -> Result<Option<String>, db::Error> {
    Ok(AwaitedQuestion::of(app, person, now).await?.map(|waiting| waiting.path()))
}

/// The question that waits for a person, as the first page shows it.
pub(super) async fn card(app: &App, page: &Page, person: PersonId, now: Timestamp) -> Result<WaitingCard, db::Error> {
    let Some(waiting) = AwaitedQuestion::of(app, person, now).await? else { return Ok(WaitingCard::default()) };
    let (path, awaited) = (waiting.path(), waiting.id());
    let (application, line, expires_at, lives) = match waiting {
        AwaitedQuestion::Approval(found) => {
            let asked = found.question;
            let place = if asked.place.is_empty() { asked.network } else { asked.place };
            (asked.application, format!("{} · {place}", asked.browser), found.expires_at, approvals::LIVES)
        }
        AwaitedQuestion::Request(found) => {
            let lives = found.expires_at.since(found.requested_at).min(*LIFETIMES.end());
            (found.question.application, found.question.message, found.expires_at, lives)
        }
    };
    let question = WaitingQuestion {
        application,
        line,
        path,
        seconds_left: seconds(now, expires_at),
        lives: i64::try_from(lives.as_secs()).unwrap_or(i64::MAX),
        until: time(app, page, expires_at),
    };
    Ok(WaitingCard { awaited, question: Some(question) })
}

/// The answer to an app that waits for questions.
#[derive(Serialize)]
struct QuestionNews {
    waiting: bool,
}

/// `GET /app/waiting?shown=…`: holds a request until another question waits than the one that is shown. It tells that
/// something waits, and not what; so it is answered to an app that is locked, and keeps none unlocked.
pub(crate) async fn wait(
    State(app): State<App>,
    visit: Visit,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let Some(phone) = who::phone_of(&app, &visit).await? else { return Ok(who::go_home()) };
    let (app, person, shown) = (app.core.clone(), phone.person, query.field("shown").to_owned());
    let waiter = held::waiter(&app.bus, Topic::Question, person)?;
    Ok(held::answer(async move {
        let look = || async {
            let found = AwaitedQuestion::of(&app, person, app.clock.now()).await?;
            let open = found.map_or_else(String::new, |found| found.id());
            Ok((open != shown).then_some(()))
        };
        let changed = held::until(waiter, *LIFETIMES.end(), look).await?;
        Ok(QuestionNews { waiting: changed.is_none() })
    }))
}
