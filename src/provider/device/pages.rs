//! The pages of a person who lets a device act for them: the code, the sign-in, the question, the end.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;
use http::request::Parts;

use super::{DeviceAuthorization, DeviceId, DeviceState, UserCode, purpose, store, user_code_hash};
use crate::app::App;
use crate::directory::{companies, people};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::web::browser::Browser;
use crate::platform::web::early::{EarlyAnswer, parameter};
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal::{self, RefusalPage};
use crate::platform::web::views::{Bolt, Door, PersonLabel};
use crate::platform::web::visit::Visit;
use crate::proofs::failures::{self, Guess, Subject, TryError};
use crate::provider::applications::{self, Application};
use crate::provider::authorize::RequestedClaims;
use crate::provider::authorize::refusals;
use crate::provider::consent::{self, Permission};
use crate::provider::endpoint::turning_back::{TurningBack, WaitingRequest};
use crate::provider::grants::{self, Details, GrantId, NewGrant};
use crate::provider::views::{DeviceAnsweredPage, DeviceCodePage, DeviceQuestionPage};
use crate::sign_in::captions::Caption;
use crate::sign_in::{self, Beginning, Demand, FirstPage, SignInId, SignedIn, sessions};

/// The most characters that are shown of what a device calls itself.
const SHOWN_OF_USER_AGENT: usize = 100;

/// The message about the code that was typed.
enum CodeMessage {
    Nothing,
    Wrong,
    TooEarly(Timestamp),
}

/// `GET /device`: asks for the code. One that came with the link stands in the field, to be compared.
pub async fn show(State(app): State<App>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::parse(&query.unwrap_or_default());
    let code = UserCode::parse(parameters.field("user_code"));
    let came_with_link = code.is_some();
    code_page(&app, &visit, code.map(|code| code.shown()).unwrap_or_default(), came_with_link, &CodeMessage::Nothing)
}

/// `POST /device`: takes the code. Every try is counted before it is looked at, so that nobody can go through
/// codes of others (§5.1).
pub async fn take_code(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let typed = fields.field("user_code");
    let shown: String = typed.chars().take(20).collect();
    let Some(code) = UserCode::parse(typed) else {
        return Ok(code_page(&app, &visit, shown, false, &CodeMessage::Wrong));
    };
    app.flood.admit(&visit.network, visit.now)?;
    let subjects = vec![Subject::TypingIn(visit.network.clone())];
    if let Err(error) = failures::begin(&app.db, Guess::DeviceCode, subjects.clone(), visit.now).await {
        let early = match error {
            TryError::TooEarly(early) => early,
            TryError::Database(error) => return Err(error.into()),
        };
        return Ok(code_page(&app, &visit, code.shown(), false, &CodeMessage::TooEarly(early.until)));
    }
    let browser = Browser::of(&visit, &app.random);
    let (now, random, hash) = (visit.now, app.random.clone(), browser.hash);
    let code_hash = user_code_hash(&app.master_keys, &code);
    let mut wrong = Entry::new(now, Event::ProviderDeviceCodeWrong);
    wrong.network = Some(visit.network.to_string());
    let taken = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                let taken = store::take_up(tx, &code_hash, &hash, now).await?;
                if taken.is_some() {
                    failures::succeeded(tx, Guess::DeviceCode, &subjects).await?;
                } else {
                    history::write(tx, &random, &wrong).await?;
                }
                Ok(taken)
            })
        })
        .await?;
    let id = taken.ok_or_else(|| code_page(&app, &visit, code.shown(), false, &CodeMessage::Wrong))?;
    let mut response = Redirect::to(&WaitingRequest::Device(id).path()).into_response();
    browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
    Ok(response)
}

/// The request of a device that waits for an answer, in the browser that typed its code last.
pub(crate) struct DeviceRequest {
    app: App,
    visit: Visit,
    application: Application,
    device: DeviceAuthorization,
    browser: [u8; 32],
}

impl FromRequestParts<App> for DeviceRequest {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let expired = || RefusalPage::new(StatusCode::NOT_FOUND, "device-expired");
        let id = parameter::<String>(parts, "id").await?.parse::<DeviceId>().map_err(|_| expired())?;
        let device = store::find(&app.db, id).await?.ok_or_else(expired)?;
        let browser = visit.browser.ok_or_else(|| RefusalPage::new(StatusCode::BAD_REQUEST, "cookies"))?;
        if device.browser.as_deref() != Some(browser.as_slice()) {
            return Err(RefusalPage::new(StatusCode::FORBIDDEN, "other-browser").into());
        }
        let application = applications::find(&app.db, device.application)
            .await?
            .ok_or_else(|| RefusalPage::new(StatusCode::BAD_REQUEST, "application"))?;
        if device.state != DeviceState::Waiting {
            return Err(answered(&application));
        }
        if visit.now >= device.expires_at {
            return Err(RefusalPage::new(StatusCode::GONE, "device-expired").at(&application.name).into());
        }
        Ok(Self { app: app.clone(), visit, application, device, browser })
    }
}

/// `GET /device/{id}`: asks for the person, and then the question.
pub async fn ask(request: DeviceRequest) -> Result<Response, EarlyAnswer> {
    let DeviceRequest { app, visit, application, device, .. } = request;
    decide(&app, &visit, &device, &application).await
}

/// `POST /device/{id}`: the person has answered. Only our own page may post this.
pub async fn answer(request: DeviceRequest, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let DeviceRequest { app, visit, application, device, browser } = &request;
    let page_again = Redirect::to(&waiting(device).path());
    let sign_in::Answer::Satisfied(signed_in) =
        sign_in::answer(app, visit, Some(application.id), &demand(application, device)).await?
    else {
        return Err(page_again.into());
    };
    // Decided anew: the session may be somebody else's by now.
    if fields.field("session") != signed_in.session.to_string() {
        return Err(page_again.into());
    }
    match fields.field("answer") {
        "allow" => {
            let is_first = allow(app, visit, device, application, browser, signed_in).await?;
            if is_first { Ok(end(app, visit, application, true)) } else { Err(answered(application)) }
        }
        "refuse" => {
            let entry = entry(visit, device, Event::ProviderDeviceRefused)
                .person(signed_in.person)
                .session(signed_in.session)
                .detail("asked_from", &device.network);
            refuse(request, None, entry).await
        }
        _ => Err(page_again.into()),
    }
}

/// `POST /device/{id}/back`: the person turns back before the question is answered, or put. Only our own page may
/// post this.
pub async fn turn_back(request: DeviceRequest, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let entry = entry(&request.visit, &request.device, Event::ProviderTurnedBack);
    refuse(request, fields.field("sign_in").parse().ok(), entry).await
}

/// Refuses the device by the person's no.
async fn refuse(request: DeviceRequest, sign_in: Option<SignInId>, entry: Entry) -> Result<Response, EarlyAnswer> {
    let DeviceRequest { app, visit, application, device, browser } = request;
    let no = TurningBack { request: waiting(&device), browser, sign_in, entry };
    if !no.perform(&app, &visit).await? {
        return Err(answered(&application));
    }
    Ok(end(&app, &visit, &application, false))
}

fn waiting(device: &DeviceAuthorization) -> WaitingRequest {
    WaitingRequest::Device(device.id)
}

/// The page after the answer.
fn end(app: &App, visit: &Visit, application: &Application, allowed: bool) -> Response {
    let mut door = Door::new(Caption::SigningIn, Some(application.name.clone()));
    if allowed {
        door.caption = Caption::SignedIn.key();
        door.bolt = Bolt::Open;
    }
    let view =
        DeviceAnsweredPage { page: page(app, visit, "/device"), door, allowed, application: application.name.clone() };
    refusal::show(StatusCode::OK, &view)
}

fn answered(application: &Application) -> EarlyAnswer {
    RefusalPage::new(StatusCode::GONE, "device-answered").at(&application.name).into()
}

async fn decide(
    app: &App,
    visit: &Visit,
    device: &DeviceAuthorization,
    application: &Application,
) -> Result<Response, EarlyAnswer> {
    match sign_in::answer(app, visit, Some(application.id), &demand(application, device)).await? {
        sign_in::Answer::Satisfied(signed_in) => Ok(question(app, visit, device, application, &signed_in).await?),
        sign_in::Answer::Asks => {
            let company_name = match application.company {
                Some(company) => companies::find(&app.db, company).await?.map(|company| company.name),
                None => None,
            };
            let beginning = Beginning {
                application: Some(application.id),
                application_name: application.name.clone(),
                company_name,
                application_url: None,
                demand: demand(application, device),
                return_to: waiting(device).path(),
                leaves_for: None,
                first_page: FirstPage::Usual,
            };
            Ok(sign_in::begin(app, visit, &Browser::of(visit, &app.random), beginning).await?)
        }
        sign_in::Answer::Refused(refusal) if refusal.is_of_application() => {
            let mut refused = refusals::not_admitted(app, visit, application, refusal).await?;
            refused.help.get_or_insert_default().way_back = Some(waiting(device).way_back(None));
            Err(refused.into())
        }
        sign_in::Answer::Refused(_) => {
            let mut refused = RefusalPage::new(StatusCode::FORBIDDEN, "closed").at(&application.name);
            refused.help = Some(Box::new(waiting(device).way_back(None).into()));
            Err(refused.into())
        }
    }
}

fn demand(application: &Application, device: &DeviceAuthorization) -> Demand {
    let every_company = device.asked.scope.act_in_companies();
    Demand {
        users_alone: application.is_entered_for_a_company(),
        employees_too: application.takes_employees(),
        every_company,
        ..Demand::default()
    }
}

async fn question(
    app: &App,
    visit: &Visit,
    device: &DeviceAuthorization,
    application: &Application,
    signed_in: &SignedIn,
) -> Result<Response, Fault> {
    let path = waiting(device).path();
    let page = page(app, visit, &path);
    let letters = app.master_keys.open(&purpose(device.id), &device.user_code)?;
    let code = std::str::from_utf8(letters.reveal()).ok().and_then(UserCode::parse);
    let person = people::find(&app.db, signed_in.person).await?;
    let mut door = Door::new(Caption::SigningIn, Some(application.name.clone()));
    door.person = person.map(|person| PersonLabel { name: person.name(), email: person.email });
    let asked_at = device.requested_at.in_zone(&app.settings.time_zone);
    let view = DeviceQuestionPage {
        door,
        application: application.name.clone(),
        action: path,
        session: signed_in.session.to_string(),
        user_code: code.map(|code| code.shown()).unwrap_or_default(),
        network: device.network.clone(),
        from_elsewhere: device.network != visit.network.as_str(),
        user_agent: device.user_agent.chars().take(SHOWN_OF_USER_AGENT).collect(),
        asked_at: asked_at.map(|at| page.texts.time(at.datetime())).unwrap_or_default(),
        gets: permission(device).words(&page),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

fn permission(device: &DeviceAuthorization) -> Permission {
    Permission::asked(&device.asked.scope, &RequestedClaims::default(), &device.asked.resources)
}

/// Lets the device have what it asked for; `false` where it was answered already.
async fn allow(
    app: &App,
    visit: &Visit,
    device: &DeviceAuthorization,
    application: &Application,
    browser: &[u8; 32],
    signed_in: SignedIn,
) -> Result<bool, Fault> {
    let grant = Arc::new(NewGrant {
        id: GrantId::new(visit.now, &app.random),
        application: application.id,
        person: signed_in.person,
        session: signed_in.session,
        offline: device.asked.scope.has("offline_access"),
        details: Details {
            scope: device.asked.scope.clone(),
            claims: RequestedClaims::default(),
            resources: device.asked.resources.clone(),
            acr: signed_in.acr,
            amr: signed_in.amr,
            auth_time: signed_in.auth_time.seconds(),
            company: signed_in.company,
        },
    });
    let entry = entry(visit, device, Event::ProviderDeviceAllowed)
        .person(grant.person)
        .session(grant.session)
        .detail("grant", grant.id)
        .detail("acr", grant.details.acr)
        .detail("scope", &grant.details.scope)
        .detail("asked_from", &device.network);
    let permission = application.profile.third_party.then(|| permission(device));
    let (now, random, name) = (visit.now, app.random.clone(), application.name.clone());
    let key = (device.id, *browser);
    let is_first = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                grants::begin(tx, &grant, now).await?;
                if !store::allow(tx, (key.0, &key.1), grant.id, now).await? {
                    // The grant must not stay: nobody has allowed it.
                    grants::revoke(tx, grant.id, now).await?;
                    return Ok(false);
                }
                if let Some(permission) = &permission {
                    consent::keep(tx, &random, (grant.person, grant.application), permission, now).await?;
                }
                sessions::entered(tx, grant.session, grant.application, &name, now).await?;
                history::write(tx, &random, &entry).await?;
                Ok(true)
            })
        })
        .await?;
    Ok(is_first)
}

fn entry(visit: &Visit, device: &DeviceAuthorization, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event).application(device.application).detail("device", device.id);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}

fn code_page(app: &App, visit: &Visit, user_code: String, came_with_link: bool, said: &CodeMessage) -> Response {
    let page = page(app, visit, "/device");
    let mut door = Door::new(Caption::SigningIn, None);
    door.address = Some(app.settings.public_url.host().to_owned());
    let (status, error, wait_seconds) = match said {
        CodeMessage::Nothing => (StatusCode::OK, None, None),
        CodeMessage::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, Some(page.t("device-code-no-match")), None),
        CodeMessage::TooEarly(until) => {
            let seconds = i64::try_from(until.since(visit.now).as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
            (StatusCode::TOO_MANY_REQUESTS, None, Some(seconds))
        }
    };
    let view = DeviceCodePage { page, door, user_code, came_with_link, error, wait_seconds };
    let mut response = refusal::show(status, &view);
    if let Some(seconds) = wait_seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn page(app: &App, visit: &Visit, path: &str) -> Page {
    Page::new(visit.language, app.settings.organisation.clone(), path)
}
