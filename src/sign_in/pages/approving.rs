//! The approval on the phone: the browser shows a number, waits, and goes on by itself. Phones are asked when the step
//! is reached and when a button asks, never because a page is looked at.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::factors::prove;
use super::remembering::{self, RememberToken};
use super::show::{self, StepMessage};
use super::{Facts, SignInVisit, confirming};
use crate::directory::people;
use crate::platform::bus::Topic;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::held;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal::RefusalPage;
use crate::proofs::Factor;
use crate::proofs::approvals::{self, Approval, ApprovalStanding, Asking};
use crate::proofs::failures::{self, Subject};
use crate::proofs::qr::{self, QrStanding};
use crate::sign_in::approval_views::{ApprovalPage, QuestionView, WaitAnswer};
use crate::sign_in::asking_phones::ask_phones;
use crate::sign_in::captions::Caption;
use crate::sign_in::decide::Step;
use crate::sign_in::finish::NextPage;

fn takes_approval(step: &Step) -> bool {
    matches!(step, Step::Prove(Factor::Phone, _))
}

/// Fetches the answer of a phone.
pub(crate) async fn approval(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(takes_approval).await?;
    let person = visitor.person_of(&facts)?.id;
    let found = approvals::of_occasion(&visitor.app.db, person, &visitor.occasion()).await?;
    let Some(found) = found else { return Ok(visitor.to_current_step()) };
    match found.standing(visitor.visit.now) {
        ApprovalStanding::Approved => {}
        ApprovalStanding::Open => return show::step(&visitor, &facts, &step, StepMessage::NotApprovedYet).await,
        ApprovalStanding::Refused | ApprovalStanding::Mismatched | ApprovalStanding::Over => {
            return Ok(visitor.to_current_step());
        }
    }
    let (work, wished_at) = (visitor.clone(), remembering::wished_at(&facts, &step, &fields));
    let fetched: Result<(NextPage, Option<RememberToken>), Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, person).await?;
                // Of two tabs that fetch it at once, one has used it up: the other sees the current step.
                let used = approvals::use_up(tx, (person, found.id), work.occasion(), work.visit.now).await?;
                let Some(proven) = used else { return Ok((NextPage::Page, None)) };
                let next = prove(tx, &work, (Factor::Phone, &[Subject::Unanswered(person)]), &proven).await?;
                let remembered = work.remember(tx, person, wished_at).await?;
                Ok((next, remembered))
            })
        })
        .await;
    let (next, remembered) = fetched?;
    Ok(visitor.go_remembered(&next, remembered.as_ref()))
}

/// Asks the phones, once more or for the first time.
pub(crate) async fn ask_for_approval(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(takes_approval).await?;
    match visitor.ask_phones(facts.person.as_ref().map(|person| person.id)).await? {
        Some(Asking::OtherAsks { until }) => {
            let said = StepMessage::OtherAsksUntil(until);
            let mut response = show::step(&visitor, &facts, &step, said).await?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            Ok(response)
        }
        Some(Asking::HeldBack) => {
            let mut response = show::step(&visitor, &facts, &step, StepMessage::Nothing).await?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            Ok(response)
        }
        Some(Asking::Asked { .. } | Asking::AsksAlready) | None => Ok(visitor.to_current_step()),
    }
}

impl SignInVisit {
    async fn ask_phones(&self, person: Option<people::PersonId>) -> Result<Option<Asking>, Fault> {
        let work = self.clone();
        self.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let Some(person) = person else { return Ok(None) };
                    people::take_turns(tx, person).await?;
                    ask_phones(tx, &work.app, &work.visit, &work.sign_in).await
                })
            })
            .await
    }

    /// Takes the question back where another way was chosen, and asks where this one was.
    pub(super) async fn ask_phones_anew(&self, asked: bool, asks: bool) -> Result<(), Fault> {
        if !asked && !asks {
            return Ok(());
        }
        let (work, id) = (self.clone(), self.sign_in.id);
        self.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let Some(now) = crate::sign_in::store::find(&mut *tx, id).await? else { return Ok(()) };
                    if !asks {
                        return Ok(approvals::withdraw(tx, id.into()).await?);
                    }
                    if let Some(person) = now.state.looked_up() {
                        people::take_turns(tx, person).await?;
                        ask_phones(tx, &work.app, &work.visit, &now).await?;
                    }
                    Ok::<(), Fault>(())
                })
            })
            .await
    }
}

/// Holds a request until a phone has answered, or the question is over.
pub(crate) async fn wait_for_approval(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (app, now) = (visitor.app.clone(), visitor.visit.now);
    let over = || Json(WaitAnswer { waiting: false }).into_response();
    let Some(person) = visitor.sign_in.state.looked_up().filter(|_| visitor.is_open()) else { return Ok(over()) };
    let found = approvals::of_occasion(&app.db, person, &visitor.occasion()).await?;
    let Some(found) = found.filter(|found| found.standing(now) == ApprovalStanding::Open) else { return Ok(over()) };
    let (id, left) = (found.id, found.expires_at.since(now));
    let waiter = held::waiter(&app.bus, Topic::Approval, id)?;
    Ok(held::answer(async move {
        let look = || async {
            let found = approvals::find(&app.db, person, id).await?;
            let is_open = |found: &Approval| found.standing(app.clock.now()) == ApprovalStanding::Open;
            Ok((!found.as_ref().is_some_and(is_open)).then_some(()))
        };
        let answered = held::until(waiter, left, look).await?;
        Ok(WaitAnswer { waiting: answered.is_none() })
    }))
}

/// The page of the number.
pub(super) async fn page(
    visitor: &SignInVisit,
    facts: &Facts,
    step: &Step,
    (page, status): (Page, StatusCode),
    said: &StepMessage,
) -> Result<Response, EarlyAnswer> {
    let Some(person) = &facts.person else { return Err(Fault::new("nobody's phones are asked").into()) };
    let now = visitor.visit.now;
    let found = approvals::of_occasion(&visitor.app.db, person.id, &visitor.occasion()).await?;
    let question = match found.as_ref().map(|found| found.standing(now)) {
        Some(ApprovalStanding::Open | ApprovalStanding::Approved) => open(visitor, &page, found.as_ref())?,
        standing => {
            let subject = Subject::Unanswered(person.id);
            let is_held_back =
                failures::held_back(&visitor.app.db, Factor::Phone.into(), &subject, now).await?.is_some();
            match standing {
                _ if is_held_back => QuestionView::HeldBack,
                None => QuestionView::NotAsked,
                Some(ApprovalStanding::Mismatched) => QuestionView::Mismatched,
                Some(_) => QuestionView::Over,
            }
        }
    };
    let mut door = show::door(visitor, Caption::SigningIn, Some(person));
    door.network = Some(show::network(visitor, facts, &page));
    door.reason = show::reason(visitor, facts, &page);
    let view = ApprovalPage {
        door,
        path: format!("/sign-in/{}/approval", visitor.sign_in.id),
        back: format!("/sign-in/{}", visitor.sign_in.id),
        sign_in: visitor.sign_in.id.to_string(),
        lead: page.t(question.lead()),
        question,
        error: said.key().map(|key| page.t(key)),
        wait_seconds: said.wait_seconds(now),
        other_ways: show::other_ways(facts, Factor::Phone),
        asked_because: show::asked_because(facts, &page),
        remember_days: remembering::offered(facts, step),
        page,
    };
    Ok(show::answer(visitor, status, &view))
}

fn open(visitor: &SignInVisit, page: &Page, found: Option<&Approval>) -> Result<QuestionView, Fault> {
    let Some(found) = found else { return Ok(QuestionView::NotAsked) };
    let number = found.number(&visitor.app.master_keys)?;
    let digits: Vec<char> = number.reveal().chars().collect();
    Ok(QuestionView::Open {
        number: digits.chunks(3).map(|group| group.iter().collect()).collect(),
        seconds_left: confirming::seconds(visitor.visit.now, found.expires_at),
        lives: i64::try_from(approvals::LIVES.as_secs()).unwrap_or(i64::MAX),
        until: confirming::exact_time(visitor, page, found.expires_at),
        again_in: Some(confirming::seconds(visitor.visit.now, found.asked_again_from())),
    })
}

/// The page of a sign-in that is over: it says so where the person refused it on their phone.
pub(super) async fn finished(visitor: &SignInVisit) -> Result<Response, EarlyAnswer> {
    let person = visitor.sign_in.state.looked_up();
    let (occasion, now) = (visitor.occasion(), visitor.visit.now);
    let asked = match person {
        Some(person) => approvals::of_occasion(&visitor.app.db, person, &occasion).await?,
        None => None,
    };
    let was_asked_and_refused = asked.is_some_and(|asked| asked.standing(now) == ApprovalStanding::Refused);
    let scanned = qr::of_occasion(&visitor.app.db, &occasion).await?;
    let was_scanned_and_refused = scanned.is_some_and(|scanned| scanned.standing(now) == QrStanding::Refused);
    if !was_asked_and_refused && !was_scanned_and_refused {
        return Ok(show::finished(visitor));
    }
    let mut refused = RefusalPage::new(StatusCode::FORBIDDEN, "refused-on-phone");
    refused.application.clone_from(&visitor.sign_in.names.application);
    refused.application_url.clone_from(&visitor.sign_in.names.application_url);
    refused.entry = Some(Box::new(visitor.sign_in.entry(&visitor.visit, crate::event::Event::SignInNotProven)));
    Err(refused.into())
}
