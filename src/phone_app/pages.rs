//! The first page of the app, in each of its states, and unlocking it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;

use super::answers;
use super::applications;
use super::approvals::moment;
use super::body::SignatureBody;
use super::views::{AppFrame, AppHomePage, AppWelcomePage, OfflinePage, PushKeyView, UnlockPage};
use super::waiting;
use super::who::{self, AppState, HOME, OpenApp};
use crate::app::App;
use crate::directory::entrance::phone_app_standing;
use crate::directory::{companies, people};
use crate::platform::db;
use crate::platform::push;
use crate::platform::secret::Secret;
use crate::platform::web::browser::Browser;
use crate::platform::web::cookies;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::views::PersonLabel;
use crate::platform::web::visit::Visit;
use crate::proofs::identity_providers;
use crate::proofs::passkeys::RelyingParty;
use crate::proofs::phones::{self, AppPhone};
use crate::sign_in::cookies::SESSION;
use crate::sign_in::on_phone::{self, UnlockOutcome, WrongPin};

/// The page at a path of the app.
pub(super) fn page(app: &App, visit: &Visit, path: &str) -> Page {
    Page::new(visit.language, app.settings.organisation.clone(), path).announcing(visit)
}

/// The data for scripts on a page.
pub(super) fn frame(app: &App, phone: Option<&AppPhone>) -> AppFrame {
    let passkey = phone.and_then(|phone| phone.passkey.as_ref());
    // The host of the service without its port.
    let party = passkey.and_then(|_| RelyingParty::of(&app.settings));
    AppFrame {
        phone: phone.map(|phone| phone.id.to_string()).unwrap_or_default(),
        origin: app.settings.public_url.origin().to_owned(),
        relying_party: party.map(|party| party.id().to_owned()).unwrap_or_default(),
        passkey: passkey.map(|id| BASE64URL_NOPAD.encode(id)).unwrap_or_default(),
    }
}

/// `GET /app`: welcome, the PIN, or the open app.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    match who::state(&app, &visit).await? {
        AppState::Unknown => welcome(&app, &visit, &query).await,
        AppState::Closed => welcome(&app, &visit, &Parameters::parse("closed=1")).await,
        AppState::Locked(phone) => locked(&app, &visit, &phone).await,
        AppState::Open(open) => home(&app, &visit, open, &query).await,
    }
}

async fn welcome(app: &App, visit: &Visit, query: &Parameters) -> Result<Response, EarlyAnswer> {
    let page = page(app, visit, HOME);
    let is_closed = !query.field("closed").is_empty();
    let key = if is_closed {
        Some("app-pin-closed")
    } else if !query.field("everywhere").is_empty() {
        Some("app-left-everywhere")
    } else if !query.field("out").is_empty() {
        Some("app-left")
    } else {
        None
    };
    let offers_identities = identity_providers::in_use(&app.db).await?.iter().any(|offered| !offered.is_of_a_company());
    let view = AppWelcomePage {
        offers_identities,
        shows_ways: !offers_identities || !query.field("ways").is_empty(),
        told: key.map(|key| page.t(key)),
        is_alarming: is_closed,
        forgets_keys: key.is_some(),
        frame: frame(app, None),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// A new challenge of a phone.
async fn challenge(app: &App, visit: &Visit, phone: &AppPhone) -> Result<Secret<String>, db::Error> {
    let (random, id, now) = (app.random.clone(), phone.id, visit.now);
    app.db.write(move |tx| Box::pin(async move { phones::ask(tx, &random, id, now).await })).await
}

async fn locked(app: &App, visit: &Visit, phone: &AppPhone) -> Result<Response, EarlyAnswer> {
    let page = page(app, visit, HOME);
    let person = people::find(&app.db, phone.person).await?.ok_or_else(|| Fault::new("a phone of nobody"))?;
    let standing = phone_app_standing(&app.db, phone.person).await?;
    let view = UnlockPage {
        name: person.name(),
        company: company_name(app, standing.company()).await?,
        challenge: challenge(app, visit, phone).await?.reveal().clone(),
        tries_left: (phone.wrong_pins > 0).then(|| page.texts.count("app-pin-tries-left", "tries", phone.tries_left())),
        frame: frame(app, Some(phone)),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

pub(super) async fn company_name(
    app: &App,
    company: Option<companies::CompanyId>,
) -> Result<Option<String>, db::Error> {
    let Some(company) = company else { return Ok(None) };
    Ok(companies::find(&app.db, company).await?.map(|company| company.name))
}

async fn home(app: &App, visit: &Visit, open: OpenApp, query: &Parameters) -> Result<Response, EarlyAnswer> {
    let (person, page) = (&open.who.profile, page(app, visit, HOME));
    let push = push::standing(&app.db, open.phone.id.into()).await?;
    let last = people::last_sign_in_at(&app.db, open.phone.person).await?;
    let view = AppHomePage {
        waiting: waiting::card(app, &page, open.phone.person, visit.now).await?,
        push_key: push.subscribes_with().map(PushKeyView::of),
        told: (!query.field("sessions-ended").is_empty()).then(|| page.t("approval-sessions-ended")),
        frame: frame(app, Some(&open.phone)),
        person: PersonLabel { name: person.name(), email: person.email.clone() },
        company: company_name(app, open.standing.company()).await?,
        applications: applications::open_to(app, &open).await?.len(),
        last_sign_in: last.map(|at| moment(app, &page, at, visit.now)).unwrap_or_default(),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// `POST /app/unlock`: takes the signature that the PIN has made.
pub(crate) async fn unlock(State(app): State<App>, visit: Visit, body: SignatureBody) -> Result<Response, EarlyAnswer> {
    let Some(phone) = who::phone_of(&app, &visit).await? else { return Ok(who::go_home()) };
    app.flood.admit(&visit.network, visit.now)?;
    let page = page(&app, &visit, HOME);
    let browser = Browser::of(&visit, &app.random);
    let answered = (body.challenge.as_str(), body.answer());
    match on_phone::unlock(&app, &visit, &browser, &phone, answered, page.t("app-title")).await? {
        UnlockOutcome::Unlocked { next, session } => {
            // A person who opens the app while something waits has come for that.
            let waits = waiting::path_of(&app, phone.person, visit.now).await?;
            let question = waits.filter(|_| session.is_some());
            let mut response = answers::next(question.as_deref().unwrap_or(&next));
            let secure = app.settings.public_url.is_secure();
            browser.remember(response.headers_mut(), secure);
            if let Some(session) = session {
                cookies::set(response.headers_mut(), SESSION, session.reveal(), None, secure);
            }
            Ok(response)
        }
        UnlockOutcome::Refused(wrong) => {
            let again = match wrong {
                WrongPin::Closed => None,
                WrongPin::Again { .. } | WrongPin::Stale | WrongPin::Passkey => {
                    Some(challenge(&app, &visit, &phone).await?)
                }
            };
            let mut response = answers::wrong_pin(&page, wrong, again.as_ref().map(|again| again.reveal().as_str()));
            if wrong == WrongPin::Closed {
                let secure = app.settings.public_url.is_secure();
                cookies::clear(response.headers_mut(), crate::sign_in::cookies::PHONE, secure);
            }
            Ok(response)
        }
    }
}

/// `GET /app/offline`: the page that a phone keeps, and shows where it reaches nobody.
pub(crate) async fn offline(State(app): State<App>, visit: Visit) -> Response {
    let page = Page::new(visit.language, app.settings.organisation.clone(), HOME);
    refusal::show(StatusCode::OK, &OfflinePage { page, frame: frame(&app, None) }).into_response()
}
