//! The code that connects a phone, on the page that draws it: its picture, the number, and the request that is held until
//! either is another one. The pages of a sign-in and *My sign-in* share it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::connecting_phones::address;
use super::phone_set_up_views::PhoneSetUpView;
use super::qr_views::{QrView, TimeLeft};
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::web::fault::Fault;
use crate::platform::web::held;
use crate::platform::web::page::Page;
use crate::platform::web::qr::qr_code;
use crate::proofs::Occasion;
use crate::proofs::phone_set_up::{self, LIVES, PhoneSetUp, SetUpStanding};

/// The view of what a sign-in or session has drawn.
///
/// # Errors
/// A secret that cannot be opened.
pub(crate) fn view(
    app: &Core,
    page: &Page,
    (path, found): (String, Option<&PhoneSetUp>),
    error: Option<&str>,
    now: Timestamp,
) -> Result<PhoneSetUpView, Fault> {
    let stands = match found {
        None => None,
        Some(found) => Some(stands(app, page, found, now)?),
    };
    let app_address = format!("{}/app", app.settings.public_url.host());
    Ok(PhoneSetUpView { path, stands, app_address, error: error.map(|key| page.t(key)) })
}

fn stands(app: &Core, page: &Page, found: &PhoneSetUp, now: Timestamp) -> Result<QrView, Fault> {
    let time = || TimeLeft {
        seconds: i64::try_from(found.expires_at.since(now).as_millis().div_ceil(1000)).unwrap_or(i64::MAX),
        lives: i64::try_from(LIVES.as_secs()).unwrap_or(i64::MAX),
        until: found
            .expires_at
            .in_zone(&app.settings.time_zone)
            .map(|at| page.texts.time(at.datetime()))
            .unwrap_or_default(),
    };
    Ok(match found.standing(now) {
        SetUpStanding::Drawn => QrView::Drawn { svg: qr_code(&address(app, found, now)?)?, time: time() },
        SetUpStanding::Scanned | SetUpStanding::Made => {
            let number = found.number(&app.master_keys)?;
            let digits: Vec<char> = number.iter().flat_map(|number| number.reveal().chars()).collect();
            let number = digits.chunks(3).map(|group| group.iter().collect()).collect();
            QrView::Scanned { number, time: time() }
        }
        SetUpStanding::Mismatched => QrView::Mismatched,
        SetUpStanding::Added | SetUpStanding::Over => QrView::Over,
    })
}

/// The status of a page with such a view.
pub(crate) fn status(view: &PhoneSetUpView) -> StatusCode {
    if view.error.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// The state that a page shows while it waits.
#[derive(Debug, Deserialize)]
pub(crate) struct ShownSetUp {
    #[serde(default)]
    at: String,
}

/// The answer to a page that waits.
#[derive(Serialize)]
struct SetUpNews {
    /// Whether it is to go on waiting.
    waiting: bool,
    /// The code of this moment, while one is to be scanned.
    svg: Option<String>,
}

/// Holds a request until the code is another one, a phone has scanned it, or the phone has made its key.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn wait(
    app: Core,
    occasion: Option<Occasion>,
    shown: &ShownSetUp,
    now: Timestamp,
) -> Result<Response, Fault> {
    let awaited = if shown.at == "drawn" { SetUpStanding::Drawn } else { SetUpStanding::Scanned };
    let stands = move |found: &PhoneSetUp, now| found.standing(now) == awaited;
    let over = SetUpNews { waiting: false, svg: None };
    let Some(occasion) = occasion else { return Ok(Json(over).into_response()) };
    let found = phone_set_up::of_occasion(&app.db, &occasion).await?.filter(|found| stands(found, now));
    let Some(found) = found else { return Ok(Json(over).into_response()) };
    let left = match awaited {
        SetUpStanding::Drawn => found.code_left(now),
        _ => found.expires_at.since(now),
    };
    let waiter = held::waiter(&app.bus, Topic::Approval, found.id)?;
    Ok(held::answer(async move {
        let look = || async {
            let newest = phone_set_up::of_occasion(&app.db, &occasion).await?;
            let still = newest.is_some_and(|newest| newest.id == found.id && stands(&newest, app.clock.now()));
            Ok((!still).then_some(()))
        };
        if held::until(waiter, left, look).await?.is_some() {
            return Ok(over);
        }
        let svg = match awaited {
            SetUpStanding::Drawn => Some(qr_code(&address(&app, &found, app.clock.now())?)?),
            _ => None,
        };
        Ok(SetUpNews { waiting: true, svg })
    }))
}
