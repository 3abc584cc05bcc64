//! The three ways of leaving the app: lock, log out, log out from all devices.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::pages::{frame, page};
use super::views::EverywherePage;
use super::who::{self, HOME};
use crate::app::App;
use crate::event::Event;
use crate::platform::history;
use crate::platform::web::cookies;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::sign_in::cookies::{PHONE, SESSION};
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::on_phone;

const EVERYWHERE: &str = "/app/log-out-everywhere";

/// `POST /app/lock`: the PIN opens the app again.
pub(crate) async fn lock(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let mut response = Redirect::to(HOME).into_response();
    let Some(phone) = who::phone_of(&app, &visit).await? else { return Ok(response) };
    on_phone::lock(&app, &visit, &phone, "locked").await?;
    cookies::clear(response.headers_mut(), SESSION, app.settings.public_url.is_secure());
    Ok(response)
}

/// `POST /app/log-out`: a full sign-in opens the app again. It needs no PIN: it opens nothing, and somebody who has
/// forgotten theirs may want it.
pub(crate) async fn log_out(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let Some(phone) = who::phone_of(&app, &visit).await? else { return Ok(Redirect::to(HOME).into_response()) };
    on_phone::log_out(&app, &visit, &phone).await?;
    Ok(left(&app, "out"))
}

/// `GET /app/log-out-everywhere`: says what it means, and asks.
pub(crate) async fn ask_everywhere(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let view = EverywherePage { page: page(&app, &visit, EVERYWHERE), frame: frame(&app, Some(&open.phone)) };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// `POST /app/log-out-everywhere`: every phone and every session ends.
pub(crate) async fn log_out_everywhere(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let (work, own) = (app.clone(), visit.clone());
    let done: Result<(), Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let person = open.phone.person;
                let phones = on_phone::log_out_everywhere(tx, &work, person, own.now).await?;
                let entry = on_phone::entry(&own, Event::PhoneLoggedOutEverywhere, &open.phone);
                history::write(tx, &work.random, &entry.detail("count", phones.to_string())).await?;
                tell(tx, &work, &own, person, &Notice::LoggedOutEverywhere).await
            })
        })
        .await;
    done?;
    Ok(left(&app, "everywhere"))
}

/// The first page, which says what was done; without the cookies of the app.
fn left(app: &App, how: &str) -> Response {
    let mut response = Redirect::to(&format!("{HOME}?{how}=1")).into_response();
    let secure = app.settings.public_url.is_secure();
    cookies::clear(response.headers_mut(), PHONE, secure);
    cookies::clear(response.headers_mut(), SESSION, secure);
    response
}
