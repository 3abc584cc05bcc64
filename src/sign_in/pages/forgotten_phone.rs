//! An approval on the phone in the place of a forgotten password. It is the one question that is asked before any proof, so
//! it has six digits, says that a password would be set, and is limited like the link by email. It proves both factors of
//! the phone, so nothing else is asked for.
//!
//! Everybody is shown a number for a minute: whether a phone shows a question beside it, nobody learns here.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::SignInVisit;
use super::forgotten::may_ask;
use super::show;
use super::{Facts, confirming};
use crate::directory::people::{self, Email, Person, PersonId, PersonState};
use crate::event::Event;
use crate::platform::allowances::Allowance;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::db::Tx;
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::held;
use crate::proofs::Factor;
use crate::proofs::approvals::{self, Approval, ApprovalId, ApprovalStanding, LIVES};
use crate::sign_in::approval_views::{ApprovalPage, QuestionView, WaitAnswer};
use crate::sign_in::asking_phones::ask_for_new_password;
use crate::sign_in::finish::{NextPage, advance};
use crate::sign_in::store::{self, SetUp};

/// Questions about one email. Beyond the limit the answer is the same and no phone is asked.
const PER_EMAIL: Allowance = Allowance { purpose: "phone reset of email", most: 3, within: Duration::from_hours(1) };

/// The question that a browser shows the number of, whether or not a phone shows the question.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct ShownNumber {
    /// The person that was asked: nobody, where no phone shows the question.
    person: PersonId,
    question: ApprovalId,
    number: String,
    until: Timestamp,
}

impl SignInVisit {
    async fn shown_number(&self) -> Result<Option<ShownNumber>, Fault> {
        let kept = store::set_up(&self.app.db, &self.app.master_keys, (self.sign_in.id, SetUp::PhoneQuestion)).await?;
        let read = |bytes: &Vec<u8>| serde_json::from_slice(bytes).map_err(|error| Fault::new(error.to_string()));
        kept.map(|kept| read(kept.reveal())).transpose()
    }
}

/// Asks the phones of a person whose password is forgotten, and leads to the number.
pub(super) async fn ask(visitor: &SignInVisit, facts: &Facts, email: &str) -> Result<Response, EarlyAnswer> {
    let Some(email) = Email::parse(email) else { return Ok(visitor.to_current_step()) };
    let can_approve = facts.situation.possible().contains(&Factor::Phone);
    let person = facts.person.clone().filter(|person| person.state == PersonState::Active && can_approve);
    let work = visitor.clone();
    visitor
        .app
        .db
        .write(move |tx| Box::pin(async move { ask_and_keep(tx, &work, person.as_ref(), &email).await }))
        .await?;
    Ok(Redirect::to(&visitor.sub_page("/phone")).into_response())
}

async fn ask_and_keep(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    person: Option<&Person>,
    email: &Email,
) -> Result<(), EarlyAnswer> {
    let SignInVisit { app, visit, sign_in, .. } = visitor;
    let is_allowed = may_ask(tx, app, visit, (email, &PER_EMAIL)).await?;
    let whose = person.map_or(PersonId::NOBODY, |person| person.id);
    people::take_turns(tx, whose).await?;
    // In the place of the question before.
    approvals::withdraw(tx, sign_in.id.into()).await?;
    let asked = ask_for_new_password(tx, app, visit, sign_in, person.filter(|_| is_allowed)).await?;
    let shown = ShownNumber {
        person: if asked.waits { whose } else { PersonId::NOBODY },
        question: asked.id,
        number: asked.number.reveal().clone(),
        until: asked.until,
    };
    store::forget_set_up(tx, (sign_in.id, SetUp::PhoneQuestion)).await?;
    let text = serde_json::to_vec(&shown).map_err(|error| Fault::new(error.to_string()))?;
    store::keep_set_up(tx, (&app.random, &app.master_keys), (sign_in.id, SetUp::PhoneQuestion), &text).await?;
    let mut entry = sign_in.entry(visit, Event::SignInResetAsked).detail("method", Factor::Phone.word());
    if asked.waits {
        entry = entry.detail("asked", "phones");
    }
    entry.person = person.map(|person| person.id.to_string());
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Shows the number.
pub(crate) async fn forgotten_phone(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.without_password().await?;
    show_number(&visitor, StatusCode::OK, None).await
}

async fn show_number(visitor: &SignInVisit, status: StatusCode, error: Option<&str>) -> Result<Response, EarlyAnswer> {
    let Some(shown) = visitor.shown_number().await? else {
        return Ok(Redirect::to(&visitor.sub_page("")).into_response());
    };
    let mut page = show::page(visitor);
    page.path = visitor.sub_page("/phone");
    let (now, until) = (visitor.visit.now, shown.until);
    // Looked up for everybody alike.
    let found = approvals::find(&visitor.app.db, shown.person, shown.question).await?;
    let standing = found.map(|found| found.standing(now));
    let is_open = now < until && matches!(standing, None | Some(ApprovalStanding::Open | ApprovalStanding::Approved));
    let question = if standing == Some(ApprovalStanding::Mismatched) {
        QuestionView::Mismatched
    } else if is_open {
        let digits: Vec<char> = shown.number.chars().collect();
        QuestionView::Open {
            again_in: None,
            number: digits.chunks(3).map(|group| group.iter().collect()).collect(),
            seconds_left: confirming::seconds(now, until),
            lives: i64::try_from(LIVES.as_secs()).unwrap_or(i64::MAX),
            until: confirming::exact_time(visitor, &page, until),
        }
    } else {
        QuestionView::Over
    };
    let lead = if is_open { "forgotten-phone-lead" } else { question.lead() };
    let view = ApprovalPage {
        door: show::unproven(visitor),
        path: visitor.sub_page("/phone"),
        back: visitor.sub_page(""),
        sign_in: visitor.sign_in.id.to_string(),
        lead: page.t(lead),
        question,
        error: error.map(|key| page.t(key)),
        wait_seconds: None,
        other_ways: Vec::new(),
        asked_because: Vec::new(),
        remember_days: None,
        page,
    };
    Ok(show::answer(visitor, status, &view))
}

/// Asks once more.
pub(crate) async fn ask_phone_again(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, email) = visitor.without_password().await?;
    ask(&visitor, &facts, &email).await
}

/// Fetches the answer of a phone, and leads on to the new password.
pub(crate) async fn phone_for_password(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.without_password().await?;
    let Some(shown) = visitor.shown_number().await? else {
        return Ok(Redirect::to(&visitor.sub_page("")).into_response());
    };
    let found = approvals::find(&visitor.app.db, shown.person, shown.question).await?;
    let standing = found.map(|found| found.standing(visitor.visit.now));
    let is_named = facts.person.as_ref().is_some_and(|person| person.id == shown.person);
    if standing != Some(ApprovalStanding::Approved) || !is_named {
        let is_open = standing.is_none_or(|standing| standing == ApprovalStanding::Open);
        let error = (is_open && visitor.visit.now < shown.until).then_some("approval-not-yet");
        return show_number(&visitor, StatusCode::UNPROCESSABLE_ENTITY, error).await;
    }
    let (work, whose) = (visitor.clone(), (shown.person, shown.question));
    let next: Result<NextPage, Fault> =
        visitor.app.db.write(move |tx| Box::pin(async move { take(tx, &work, whose).await })).await;
    Ok(visitor.go(&next?))
}

async fn take(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    (person, question): (PersonId, ApprovalId),
) -> Result<NextPage, Fault> {
    let SignInVisit { app, visit, sign_in, .. } = visitor;
    people::take_turns(tx, person).await?;
    // Of two tabs that fetch it at once, one has used it up: the other sees the current step.
    let whose = (person, question);
    let Some(proofs) = approvals::use_up_for_password(tx, whose, visitor.occasion(), visit.now).await? else {
        return Ok(NextPage::Page);
    };
    store::forget_set_up(tx, (sign_in.id, SetUp::PhoneQuestion)).await?;
    for proven in proofs {
        if !store::record(tx, &proven).await? {
            return Err(Fault::unavailable("what proves the person changed at this moment"));
        }
        let entry = sign_in.entry(visit, Event::SignInProven).person(person).detail("method", proven.method());
        history::write(tx, &app.random, &entry).await?;
    }
    advance(tx, app, visit, sign_in).await
}

/// Holds a request until a phone has answered, or the minute is over.
pub(crate) async fn wait_for_phone_answer(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (app, now, is_open) = (visitor.app.clone(), visitor.visit.now, visitor.is_open());
    let shown = visitor.shown_number().await?.filter(|shown| is_open && now < shown.until);
    let Some(ShownNumber { person, question, until, .. }) = shown else {
        return Ok(Json(WaitAnswer { waiting: false }).into_response());
    };
    let waiter = held::waiter(&app.bus, Topic::Approval, question)?;
    Ok(held::answer(async move {
        let look = || async {
            let found = approvals::find(&app.db, person, question).await?;
            let is_over = app.clock.now() >= until;
            let is_answered = |found: &Approval| found.standing(app.clock.now()) != ApprovalStanding::Open;
            Ok((is_over || found.as_ref().is_some_and(is_answered)).then_some(()))
        };
        let answered = held::until(waiter, until.since(now), look).await?;
        Ok(WaitAnswer { waiting: answered.is_none() })
    }))
}
