//! The sign-in by a code that a phone scans: the browser draws it anew every few seconds, and goes on by itself once the
//! phone has confirmed. A code is drawn at the press of a button, never because a page is looked at.

use axum::Json;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::factors::prove_with;
use super::show::{self, StepMessage};
use super::{SignInVisit, confirming};
use crate::directory::people;
use crate::event::Event;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::held;
use crate::platform::web::qr::qr_code;
use crate::proofs::Factor;
use crate::proofs::failures::Subject;
use crate::proofs::qr::{self, QrDrawing, QrSignIn, QrSignInId, QrStanding};
use crate::sign_in::decide::{Chosen, Step};
use crate::sign_in::finish::NextPage;
use crate::sign_in::qr_views::{QrPage, QrView, TimeLeft};
use crate::sign_in::{SignInState, store};
use http::StatusCode;

/// The page of the app that takes a code, after the origin.
const SCAN: &str = "/app/scan#";

/// Draws a code.
pub(crate) async fn draw_code(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(|step| *step == Step::Identify).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let work = visitor.clone();
    let drawn: Result<QrSignInId, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let drawing = QrDrawing {
                    occasion: work.occasion(),
                    network: work.visit.network.clone(),
                    user_agent: work.visit.user_agent.clone(),
                };
                qr::draw(tx, &work.app, &drawing, work.visit.now).await
            })
        })
        .await;
    drawn?;
    Ok(visitor.to_code().into_response())
}

/// Shows the code, or what the phone waits for.
pub(crate) async fn code_to_scan(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    show_code(&visitor, StepMessage::Nothing).await
}

async fn show_code(visitor: &SignInVisit, said: StepMessage) -> Result<Response, EarlyAnswer> {
    visitor.step_that(|step| *step == Step::Identify).await?;
    let Some(found) = qr::of_occasion(&visitor.app.db, &visitor.occasion()).await? else {
        return Ok(visitor.to_current_step());
    };
    let (page, now) = (show::page(visitor), visitor.visit.now);
    let time = || TimeLeft {
        seconds: confirming::seconds(now, found.expires_at),
        lives: i64::try_from(qr::LIVES.as_secs()).unwrap_or(i64::MAX),
        until: confirming::exact_time(visitor, &page, found.expires_at),
    };
    let stands = match found.standing(now) {
        QrStanding::Drawn => QrView::Drawn { svg: qr_code(&address(&visitor.app, &found, now)?)?, time: time() },
        QrStanding::Scanned | QrStanding::Approved => {
            let number = found.number(&visitor.app.master_keys)?;
            let digits: Vec<char> = number.iter().flat_map(|number| number.reveal().chars()).collect();
            let groups = digits.chunks(3).map(|group| group.iter().collect()).collect();
            QrView::Scanned { number: groups, time: time() }
        }
        QrStanding::Mismatched => QrView::Mismatched,
        QrStanding::Refused | QrStanding::Over => QrView::Over,
    };
    let status = if said == StepMessage::Nothing { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = QrPage {
        door: show::unproven(visitor),
        sign_in: visitor.sign_in.id.to_string(),
        stands,
        error: said.key().map(|key| page.t(key)),
        page,
    };
    Ok(show::answer(visitor, status, &view))
}

/// The address in the code: the app's own page takes it, however it is opened. The part after `#` is sent nowhere.
fn address(app: &Core, found: &QrSignIn, now: Timestamp) -> Result<String, Fault> {
    let code = found.code(&app.master_keys, now)?;
    Ok(format!("{}{SCAN}{code}", app.settings.public_url.origin()))
}

/// Opens the app on this device with the code of this moment, in the place of scanning it.
pub(crate) async fn open_app(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(|step| *step == Step::Identify).await?;
    let found = qr::of_occasion(&visitor.app.db, &visitor.occasion()).await?;
    match found.filter(|found| found.standing(visitor.visit.now) == QrStanding::Drawn) {
        Some(found) => Ok(Redirect::to(&address(&visitor.app, &found, visitor.visit.now)?).into_response()),
        None => Ok(visitor.to_code().into_response()),
    }
}

/// Fetches the confirmation of a phone.
pub(crate) async fn scanned(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(|step| *step == Step::Identify).await?;
    let found = qr::of_occasion(&visitor.app.db, &visitor.occasion()).await?;
    let Some(found) = found else { return Ok(visitor.to_current_step()) };
    match found.standing(visitor.visit.now) {
        QrStanding::Approved => {}
        QrStanding::Scanned => return show_code(&visitor, StepMessage::NotApprovedYet).await,
        QrStanding::Drawn | QrStanding::Refused | QrStanding::Mismatched | QrStanding::Over => {
            return Ok(visitor.to_code().into_response());
        }
    }
    let work = visitor.clone();
    let fetched: Result<NextPage, Fault> =
        visitor.app.db.write(move |tx| Box::pin(async move { take(tx, &work, found.id).await })).await;
    Ok(visitor.go(&fetched?))
}

/// Records the proof of a confirmation. From here on the sign-in names the person of the phone.
async fn take(tx: &mut Tx<'_>, visitor: &SignInVisit, id: QrSignInId) -> Result<NextPage, Fault> {
    let visit = &visitor.visit;
    let Some(proven) = qr::use_up(tx, id, visitor.occasion(), visit.now).await? else { return Ok(NextPage::Page) };
    let Some(person) = people::find_in_turn(tx, proven.person()).await? else { return Ok(NextPage::Page) };
    let mut visitor = visitor.clone();
    let named = SignInState::Identified { email: person.email, person: Some(person.id), chosen: Chosen::Nothing };
    if !store::change(tx, visitor.sign_in.id, &visitor.sign_in.state, &named).await? {
        return Ok(NextPage::Page);
    }
    visitor.sign_in.state = named;
    let entries = vec![visitor.sign_in.entry(visit, Event::SignInIdentified)];
    prove_with(tx, &visitor, (Factor::Phone, &[Subject::Unanswered(person.id)]), &proven, entries).await
}

/// The state that a page shows while it waits.
#[derive(Deserialize)]
pub(crate) struct ShownState {
    #[serde(default)]
    at: String,
}

/// The answer to a page that waits.
#[derive(Serialize)]
struct CodeNews {
    /// Whether it is to go on waiting.
    waiting: bool,
    /// The code of this moment, while one is to be scanned.
    svg: Option<String>,
}

/// Holds a request until the code is another one, a phone has scanned it, or the phone has answered.
pub(crate) async fn wait_for_scan(
    visitor: SignInVisit,
    Query(shown): Query<ShownState>,
) -> Result<Response, EarlyAnswer> {
    let (app, occasion, now) = (visitor.app.clone(), visitor.occasion(), visitor.visit.now);
    let is_open = visitor.is_open();
    let over = CodeNews { waiting: false, svg: None };
    let awaited = match shown.at.as_str() {
        "drawn" => QrStanding::Drawn,
        _ => QrStanding::Scanned,
    };
    let stands = move |found: &QrSignIn, now| found.standing(now) == awaited;
    let found = qr::of_occasion(&app.db, &occasion).await?.filter(|found| is_open && stands(found, now));
    let Some(found) = found else { return Ok(Json(over).into_response()) };
    let left = match awaited {
        QrStanding::Drawn => found.code_left(now),
        _ => found.expires_at.since(now),
    };
    let waiter = held::waiter(&app.bus, Topic::Approval, found.id)?;
    Ok(held::answer(async move {
        let look = || async {
            let newest = qr::of_occasion(&app.db, &occasion).await?;
            let still = newest.is_some_and(|newest| newest.id == found.id && stands(&newest, app.clock.now()));
            Ok((!still).then_some(()))
        };
        if held::until(waiter, left, look).await?.is_some() {
            return Ok(over);
        }
        let svg = match awaited {
            QrStanding::Drawn => Some(qr_code(&address(&app, &found, app.clock.now())?)?),
            _ => None,
        };
        Ok(CodeNews { waiting: true, svg })
    }))
}

impl SignInVisit {
    fn to_code(&self) -> Redirect {
        Redirect::to(&format!("/sign-in/{}/qr", self.sign_in.id))
    }
}
