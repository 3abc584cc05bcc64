//! Connecting this phone by a code that a page elsewhere draws: the scanner of an app that knows nobody, the question whose
//! phone it is to be, its key, and the first opening of the app.
//!
//! Nothing here knows the phone by a session: what was scanned belongs to the browser that scanned it.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::answers;
use super::approvals::{QuestionPath, fields, seconds, shown, time};
use super::body::{ScanBody, SignatureBody};
use super::connecting::words_of;
use super::notifications;
use super::pages::{frame, page};
use super::question_views::{AnswerForm, QuestionOverPage, ScanPage, ShownQuestion};
use super::set_up_views::{ConnectingPage, PhoneNumberPage, WhosePhonePage};
use super::system::PhoneSystem;
use super::who::{self, HOME};
use crate::app::App;
use crate::directory::{contacts, people};
use crate::platform::bus::Topic;
use crate::platform::secret::hash_token;
use crate::platform::web::browser::Browser;
use crate::platform::web::cookies;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::held;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::security::allow_camera;
use crate::platform::web::views::PersonLabel;
use crate::platform::web::visit::Visit;
use crate::proofs::approvals::ApprovalNumber;
use crate::proofs::phone_set_up::{self, KeyMaking, PhoneSetUp, PhoneSetUpId, SetUpStanding};
use crate::proofs::phones::{MadePhone, PhoneId, PhoneKey, SigningPurpose};
use crate::proofs::qr::{QrCode, ScanRefusal};
use crate::sign_in::connecting_phones::{self, NewPhoneKey, signed};
use crate::sign_in::cookies::{PHONE, SESSION};
use crate::sign_in::on_phone::{self, ConnectRefusal, UnlockOutcome};

const CONNECT: &str = "/app/connect";

fn path(id: PhoneSetUpId) -> String {
    format!("{CONNECT}/{id}")
}

/// `GET /app/connect`: the camera, which reads the code of a page that connects a phone. It is opened by the phone's own
/// camera, too, with the code behind `#`.
pub(crate) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let page = page(&app, &visit, CONNECT);
    if who::phone_of(&app, &visit).await?.is_some() {
        return Ok(over(&app, page, ("set-up-phone-again", "set-up-phone-again-text")));
    }
    let camera_key = PhoneSystem::of_browser(&visit.user_agent).camera_key();
    let lead = page.t("set-up-phone-scan");
    let view = ScanPage { action: CONNECT, lead, camera_key, frame: frame(&app, None), page };
    let mut response = refusal::show(StatusCode::OK, &view);
    allow_camera(&mut response);
    Ok(response)
}

fn over(app: &App, page: Page, (title, text): (&str, &str)) -> Response {
    let (title, text) = (page.t(title), page.t(text));
    refusal::show(StatusCode::OK, &QuestionOverPage { frame: frame(app, None), page, title, text })
}

/// `POST /app/connect`: takes what the camera has read.
pub(crate) async fn scan(State(app): State<App>, visit: Visit, body: ScanBody) -> Result<Response, EarlyAnswer> {
    app.flood.admit(&visit.network, visit.now)?;
    let page = page(&app, &visit, CONNECT);
    let refused = |key: &str| Ok(answers::refused(StatusCode::UNPROCESSABLE_ENTITY, &page.t(key)));
    if who::phone_of(&app, &visit).await?.is_some() {
        return refused("set-up-phone-again-text");
    }
    let code = body.code.strip_prefix(app.settings.public_url.origin());
    let Some(code) = code.and_then(|rest| rest.strip_prefix("/app/connect#")) else {
        // The code of a sign-in leads nowhere on a phone that knows nobody.
        return refused("set-up-phone-foreign");
    };
    let Ok(code) = code.parse::<QrCode>() else { return refused("set-up-phone-foreign") };
    let browser = Browser::of(&visit, &app.random);
    let (work, own, phone_browser) = (app.core.clone(), visit.clone(), browser.hash);
    let taken: Result<PhoneSetUpId, ScanRefusal> = app
        .db
        .write(move |tx| {
            Box::pin(async move { connecting_phones::scan(tx, &work, &own, (&code, &phone_browser)).await })
        })
        .await;
    match taken {
        Ok(id) => {
            let mut response = answers::next(&path(id));
            browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
            Ok(response)
        }
        Err(ScanRefusal::Old) => refused("set-up-phone-old"),
        Err(ScanRefusal::Scanned) => refused("set-up-phone-twice"),
        Err(ScanRefusal::Fault(fault)) => Err(fault.into()),
    }
}

/// The set-up that this browser has scanned.
///
/// # Errors
/// Not found, in any other browser.
async fn scanned(app: &App, visit: &Visit, id: PhoneSetUpId) -> Result<PhoneSetUp, EarlyAnswer> {
    let browser = visit.browser.ok_or_else(EarlyAnswer::not_found)?;
    phone_set_up::find(&app.db, &browser, id).await?.ok_or_else(EarlyAnswer::not_found)
}

/// `GET /app/connect/{id}`: asks whose phone it is to be, or says what it waits for.
pub(crate) async fn question(
    State(app): State<App>,
    visit: Visit,
    PathEnd(id): PathEnd<PhoneSetUpId>,
) -> Result<Response, EarlyAnswer> {
    let found = scanned(&app, &visit, id).await?;
    let page = page(&app, &visit, &path(id));
    match found.standing(visit.now) {
        SetUpStanding::Scanned => {}
        SetUpStanding::Made | SetUpStanding::Added => {
            let goes_on_at = found.is_on_one_device().then(|| found.page.clone());
            let view = ConnectingPage { frame: frame(&app, None), page, path: path(id), goes_on_at };
            return Ok(refusal::show(StatusCode::OK, &view));
        }
        _ if found.is_opened() => return Ok(Redirect::to(HOME).into_response()),
        SetUpStanding::Mismatched => return Ok(over(&app, page, ("qr-ended", "approval-number-ended"))),
        SetUpStanding::Drawn | SetUpStanding::Over => {
            return Ok(over(&app, page, ("qr-ended", "set-up-phone-ended")));
        }
    }
    let person = people::find(&app.db, found.person).await?.ok_or_else(|| Fault::new("a phone of nobody"))?;
    let asked = &found.question;
    let view = WhosePhonePage {
        person: PersonLabel { name: person.name(), email: person.email.clone() },
        asked: ShownQuestion { address: Some(asked.address.clone()), ..shown(&app, &page, asked, visit.now) },
        form: AnswerForm {
            action: path(id),
            refuse: String::new(),
            purpose: SigningPurpose::Connect.as_str(),
            subject: id.to_string(),
            fields: fields(&signed(&person.email, asked, &asked.time())),
            digits: found.digits(),
            number_label: page.t("set-up-phone-number"),
            button: page.t("set-up-phone-continue"),
        },
        seconds_left: seconds(visit.now, found.expires_at),
        until: time(&app, &page, found.expires_at),
        frame: frame(&app, None),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// `POST /app/connect/{id}`: takes the key that the PIN has made, with its signature over what was shown and the number.
pub(crate) async fn make(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    QuestionPath(id): QuestionPath<PhoneSetUpId>,
    body: SignatureBody,
) -> Result<Response, EarlyAnswer> {
    let found = scanned(&app, &visit, id).await?;
    let page = page(&app, &visit, &path(id));
    let Some(key) = PhoneKey::parse(&body.public_key) else {
        return Ok(answers::refused(StatusCode::UNPROCESSABLE_ENTITY, &page.t("app-pin-failed")));
    };
    let person = people::find(&app.db, found.person).await?.ok_or_else(|| Fault::new("a phone of nobody"))?;
    let (name, facts) = words_of(&page, &visit, &headers);
    let token = app.random.token();
    let made = MadePhone {
        id: PhoneId::new(visit.now, &app.random),
        token_hash: hash_token(token.reveal()),
        name,
        facts,
        key,
    };
    let phone = made.id;
    let typed = ApprovalNumber::typed(&body.number).filter(|_| found.digits() > 0);
    let new = NewPhoneKey { made, typed, signature: body.signature };
    let browser = visit.browser.unwrap_or_default();
    match connecting_phones::make(&app, &visit, (&found, &person.email), browser, new).await {
        Ok(KeyMaking::Made) => {
            let mut response = axum::Json(json!({ "next": path(id), "phone": phone.to_string() })).into_response();
            let (secure, lifetime) = (app.settings.public_url.is_secure(), Some(Browser::LIFETIME));
            cookies::set(response.headers_mut(), PHONE, token.reveal(), lifetime, secure);
            Ok(response)
        }
        Ok(KeyMaking::WrongNumber) => Ok(answers::wrong_number(&page)),
        Ok(KeyMaking::LastWrongNumber) => Ok(answers::last_wrong_number(&page, &path(id))),
        Ok(KeyMaking::Over) => Ok(answers::next(&path(id))),
        Err(ConnectRefusal::Fault(fault)) => Err(fault.into()),
        Err(_) => Ok(answers::refused(StatusCode::UNPROCESSABLE_ENTITY, &page.t("app-pin-failed"))),
    }
}

/// The answer to a phone that waits for the page that drew the code.
#[derive(serde::Serialize)]
struct ConnectingNews {
    waiting: bool,
}

/// `GET /app/connect/{id}/wait`: holds a request until the page elsewhere has added the phone, or it is over.
pub(crate) async fn wait(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<PhoneSetUpId>,
) -> Result<Response, EarlyAnswer> {
    let found = scanned(&app, &visit, id).await?;
    let (left, browser) = (found.expires_at.since(visit.now), visit.browser.unwrap_or_default());
    let app = app.core.clone();
    let waiter = held::waiter(&app.bus, Topic::Approval, id)?;
    Ok(held::answer(async move {
        let look = || async {
            let found = phone_set_up::find(&app.db, &browser, id).await?;
            let waits = found.is_some_and(|found| found.standing(app.clock.now()) == SetUpStanding::Made);
            Ok((!waits).then_some(()))
        };
        let changed = held::until(waiter, left, look).await?;
        Ok(ConnectingNews { waiting: changed.is_none() })
    }))
}

/// `POST /app/connect/{id}/open`: opens the app with the PIN that was just made, once.
pub(crate) async fn open(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<PhoneSetUpId>,
) -> Result<Response, EarlyAnswer> {
    let found = scanned(&app, &visit, id).await?;
    if found.standing(visit.now) != SetUpStanding::Added {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    let browser = Browser::of(&visit, &app.random);
    let title = page(&app, &visit, HOME).t("app-title");
    match on_phone::open_connected(&app, &visit, &browser, &found, title).await? {
        UnlockOutcome::Unlocked { next, session } => {
            let to = if session.is_some() { notifications::FIRST } else { next.as_str() };
            let mut response = Redirect::to(to).into_response();
            let secure = app.settings.public_url.is_secure();
            browser.remember(response.headers_mut(), secure);
            if let Some(session) = session {
                cookies::set(response.headers_mut(), SESSION, session.reveal(), None, secure);
            }
            Ok(response)
        }
        // It was opened by another tab, or removed: the PIN decides.
        UnlockOutcome::Refused(_) => Ok(Redirect::to(HOME).into_response()),
    }
}

/// `GET /app/phone-number`: the last step of setting up. Codes reach a person by SMS where they give a number; it may be
/// skipped, and who has one is not asked.
pub(crate) async fn phone_number(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let has_one = contacts::of_person(&app.db, open.phone.person).await?.phone.is_some();
    if has_one || app.settings.sms.is_none() {
        return Ok(Redirect::to(HOME).into_response());
    }
    let view = PhoneNumberPage { page: page(&app, &visit, "/app/phone-number"), frame: frame(&app, Some(&open.phone)) };
    Ok(refusal::show(StatusCode::OK, &view))
}
