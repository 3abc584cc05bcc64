//! Making the PIN, and adding the phone with it: by a person who has just signed in.

use axum::extract::State;
use axum::response::{Redirect, Response};
use http::{HeaderMap, StatusCode};

use super::body::SignatureBody;
use super::pages::{frame, page};
use super::system::PhoneSystem;
use super::views::NewPinPage;
use super::who::{HOME, NEW_PIN, PIN, phone_of, signed_in_afresh};
use super::{answers, notifications};
use crate::app::App;
use crate::platform::web::browser::Browser;
use crate::platform::web::cookies;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::proofs::Occasion;
use crate::proofs::passkeys::LONGEST_NAME;
use crate::proofs::phones::{self, DeviceFacts, PhoneAddition, PhoneKey};
use crate::sign_in::cookies::PHONE;
use crate::sign_in::notices::browser_in_words;
use crate::sign_in::on_phone::{self, ConnectRefusal};
use crate::sign_in::{SignedIn, cookies as own_cookies};

/// The occasion of a phone that is being added: this session in this browser.
fn occasion(visit: &Visit, who: &SignedIn) -> Occasion {
    Occasion::Session { id: who.session.into(), browser: visit.browser.unwrap_or_default() }
}

/// The name that a phone begins with, and its own words about itself.
pub(super) fn words_of(page: &Page, visit: &Visit, headers: &HeaderMap) -> (String, DeviceFacts) {
    let facts = PhoneSystem::of(&visit.user_agent, headers).facts(&visit.user_agent, super::VERSION);
    let name =
        if facts.device.is_empty() { browser_in_words(page.texts, &visit.user_agent) } else { facts.device.clone() };
    (name.chars().take(LONGEST_NAME).collect(), facts)
}

/// `GET /app/pin`: asks to make a PIN; with `new`, a new one in the place of the one that this phone has.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let is_anew = !query.field("new").is_empty();
    let who = Box::pin(signed_in_afresh(&app, &visit, if is_anew { NEW_PIN } else { PIN })).await?;
    // The sign-in that leads here has connected this phone on its way.
    if !is_anew && phone_of(&app, &visit).await?.is_some_and(|phone| phone.person == who.person) {
        return Err(Redirect::to(HOME).into());
    }
    let (random, asked, now) = (app.random.clone(), occasion(&visit, &who), visit.now);
    let challenge = app
        .db
        .write(move |tx| Box::pin(async move { phones::ask_for_new(tx, &random, &asked, now).await }))
        .await
        .map_err(|error: crate::platform::db::Error| EarlyAnswer::from(error))?;
    let view =
        NewPinPage { page: page(&app, &visit, PIN), frame: frame(&app, None), challenge: challenge.reveal().clone() };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// `POST /app/pin`: adds the phone whose key the PIN has made.
pub(crate) async fn connect(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    body: SignatureBody,
) -> Result<Response, EarlyAnswer> {
    // A script that comes too late is sent to the page, which asks for the proof that is missing.
    let Ok(who) = Box::pin(signed_in_afresh(&app, &visit, PIN)).await else { return Ok(answers::next(NEW_PIN)) };
    let page = page(&app, &visit, PIN);
    let failed = |key: &str| Ok(answers::refused(StatusCode::UNPROCESSABLE_ENTITY, &page.t(key)));
    let Some(key) = PhoneKey::parse(&body.public_key) else { return failed("app-pin-failed") };
    let (name, facts) = words_of(&page, &visit, &headers);
    let new = PhoneAddition { person: who.person, name, facts, key };
    let on = (who.session, occasion(&visit, &who));
    let before = own_cookies::phone(&visit);
    match on_phone::connect(&app, &visit, on, new, (body.challenge, body.signature), before).await {
        Ok(connection) => {
            // A phone that has only got another PIN was set up before.
            let next = if connection.changes_pin { HOME } else { notifications::FIRST };
            let told = serde_json::json!({ "next": next, "phone": connection.phone.id.to_string() });
            let mut response = axum::response::IntoResponse::into_response(axum::Json(told));
            let secure = app.settings.public_url.is_secure();
            let lifetime = Some(Browser::LIFETIME);
            cookies::set(response.headers_mut(), PHONE, connection.token.reveal(), lifetime, secure);
            Ok(response)
        }
        // The page makes a new challenge, or says why there is none.
        Err(ConnectRefusal::Stale | ConnectRefusal::Closed) => Ok(answers::next(NEW_PIN)),
        Err(ConnectRefusal::DoesNotHold) => failed("app-pin-failed"),
        Err(ConnectRefusal::TooMany) => failed("app-too-many-phones"),
        Err(ConnectRefusal::Fault(fault)) => Err(fault.into()),
    }
}
