//! Connecting a phone on the way in: the code, the number, and the phone that is added once it has made its key. A code is
//! drawn with the choice of the phone and at the press of a button, never because a page is looked at.

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};

use super::SignInVisit;
use super::factors::prove;
use super::show::{self, StepMessage};
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::proofs::phone_set_up::{self, PhoneSetUpId, SetUpStanding};
use crate::proofs::{self, Factor};
use crate::sign_in::connecting_phones::{add, address, draw_for_sign_in};
use crate::sign_in::decide::{Need, Step, decide};
use crate::sign_in::drawn_set_up::{self, ShownSetUp};
use crate::sign_in::finish::NextPage;
use crate::sign_in::on_phone::ConnectRefusal;
use crate::sign_in::phone_set_up_views::PhoneSetUpView;
use crate::sign_in::{factors_changed, situation};

/// The step in which a phone is connected.
const CONNECT: Step = Step::SetUp(Factor::Phone, Need::Required);

impl SignInVisit {
    /// Draws a code, in the place of the one before.
    pub(super) async fn draw_set_up(&self) -> Result<(), Fault> {
        let work = self.clone();
        self.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let SignInVisit { app, visit, .. } = &work;
                    // The choice may have been made in this very request.
                    let Some(sign_in) = crate::sign_in::store::find(&mut *tx, work.sign_in.id).await? else {
                        return Ok(());
                    };
                    let facts = situation::of_sign_in(app, visit, &sign_in, &mut Source::Transaction(tx)).await?;
                    if let (Some(person), true) = (&facts.person, decide(&facts.situation) == CONNECT) {
                        draw_for_sign_in(tx, app, visit, (&sign_in, person)).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// Draws a new code.
pub(crate) async fn draw_phone_code(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(|step| *step == CONNECT).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    visitor.draw_set_up().await?;
    Ok(visitor.to_current_step())
}

/// The code and where it stands.
pub(super) async fn view(visitor: &SignInVisit, page: &Page, said: &StepMessage) -> Result<PhoneSetUpView, Fault> {
    let found = phone_set_up::of_occasion(&visitor.app.db, &visitor.occasion()).await?;
    let path = format!("/sign-in/{}/phone", visitor.sign_in.id);
    drawn_set_up::view(&visitor.app, page, (path, found.as_ref()), said.key(), visitor.visit.now)
}

/// Opens the app on this device with the code of this moment, in the place of scanning it.
pub(crate) async fn open_on_this_device(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(|step| *step == CONNECT).await?;
    let found = phone_set_up::of_occasion(&visitor.app.db, &visitor.occasion()).await?;
    match found.filter(|found| found.standing(visitor.visit.now) == SetUpStanding::Drawn) {
        Some(found) => Ok(Redirect::to(&address(&visitor.app, &found, visitor.visit.now)?).into_response()),
        None => Ok(visitor.to_current_step()),
    }
}

/// Holds a request until something is to be shown anew.
pub(crate) async fn wait_for_phone(
    visitor: SignInVisit,
    Query(shown): Query<ShownSetUp>,
) -> Result<Response, EarlyAnswer> {
    let occasion = visitor.is_open().then(|| visitor.occasion());
    Ok(drawn_set_up::wait(visitor.app.clone(), occasion, &shown, visitor.visit.now).await?)
}

/// Adds the phone that has made its key.
pub(crate) async fn add_phone(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| *step == CONNECT).await?;
    let person = visitor.person_of(&facts)?.id;
    let found = phone_set_up::of_occasion(&visitor.app.db, &visitor.occasion()).await?;
    let Some(found) = found else { return Ok(visitor.to_current_step()) };
    match found.standing(visitor.visit.now) {
        SetUpStanding::Made => {}
        SetUpStanding::Scanned => return show::step(&visitor, &facts, &step, StepMessage::NotConnectedYet).await,
        SetUpStanding::Drawn | SetUpStanding::Added | SetUpStanding::Mismatched | SetUpStanding::Over => {
            return Ok(visitor.to_current_step());
        }
    }
    let work = visitor.clone();
    let added: Result<NextPage, ConnectRefusal> =
        visitor.app.db.write(move |tx| Box::pin(async move { connect(tx, &work, person, found.id).await })).await;
    match added {
        Ok(next) => Ok(visitor.go(&next)),
        Err(ConnectRefusal::TooMany) => show::step(&visitor, &facts, &step, StepMessage::TooManyPhones).await,
        // The app was closed to the person meanwhile: another way is offered.
        Err(ConnectRefusal::Closed | ConnectRefusal::Stale | ConnectRefusal::DoesNotHold) => {
            Ok(visitor.to_current_step())
        }
        Err(ConnectRefusal::Fault(fault)) => Err(fault.into()),
    }
}

/// Adds the phone only while that is still the step, so that nobody adds a second one beside it.
async fn connect(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    person: PersonId,
    id: PhoneSetUpId,
) -> Result<NextPage, ConnectRefusal> {
    let SignInVisit { app, visit, sign_in, .. } = visitor;
    people::take_turns(tx, person).await?;
    let facts = situation::of_sign_in(app, visit, sign_in, &mut Source::Transaction(tx)).await?;
    if decide(&facts.situation) != CONNECT {
        return Ok(NextPage::Page);
    }
    // A person who came in by the recovery code has lost the phone that they had, whose app no longer counts.
    if facts.gave_recovery_code() {
        proofs::remove_second_steps(tx, person, visit.now).await?;
    }
    let added = add(tx, app, visit, (person, visitor.occasion()), id).await?;
    let Some((phone, proven)) = added else { return Ok(NextPage::Page) };
    let entry = sign_in
        .entry(visit, Event::SignInSecondStepSetUp)
        .person(person)
        .detail("method", Factor::Phone)
        .detail("name", &phone.name);
    history::write(tx, &app.random, &entry).await?;
    factors_changed(tx, app, visit, person, facts.session.as_ref().map(|session| session.id)).await?;
    Ok(prove(tx, visitor, (Factor::Phone, &[]), &proven).await?)
}
