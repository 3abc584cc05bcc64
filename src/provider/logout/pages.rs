//! `/oauth/sign-out`: the end session endpoint. A request with an ID token of the browser's own session signs out at
//! once; in all other cases the person is asked, so that no site can sign people out (ASVS 10.6.2).

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::{ACCEPT_LANGUAGE, HeaderMap};

use super::request::{self, Malformed, SignOutRequest};
use crate::app::App;
use crate::platform::db;
use crate::platform::web::cookies;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal::{self, RefusalPage, refuse};
use crate::platform::web::security::allow_form_action;
use crate::platform::web::translations::Language;
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{self, Application, origin_or_scheme};
use crate::provider::authorize::with_parameters;
use crate::provider::claims::id_token::{self, Hint};
use crate::provider::claims::subjects;
use crate::provider::keys;
use crate::provider::views::{SignOutPage, SignedOutPage};
use crate::sign_in::captions::Caption;
use crate::sign_in::cookies::SESSION;
use crate::sign_in::sessions::{self, Session};

/// The reasons for the history.
const BY_APPLICATION: &str = "signed out by an application";
const BY_PERSON: &str = "signed out";

/// A request to sign out, as far as it could be proven.
struct CheckedSignOut {
    /// The session and person that a valid hint names.
    hint: Option<Hint>,
    /// The application that the hint or `client_id` names.
    application: Option<Application>,
    /// The address to go to afterwards: one that is registered for that application.
    return_to: Option<String>,
    state: Option<String>,
}

impl From<Malformed> for EarlyAnswer {
    fn from(Malformed: Malformed) -> Self {
        RefusalPage::new(StatusCode::BAD_REQUEST, "sign-out").into()
    }
}

/// `GET /oauth/sign-out`.
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, EarlyAnswer> {
    let parameters = Parameters::parse(&query.unwrap_or_default());
    let request = request::read(&parameters)?;
    let visit = in_language(&app, visit, &headers, request.ui_locales.as_deref());
    let checked = check(&app, &visit, request).await?;
    let session = sessions::of_visit(&app, &visit).await?;
    match (&checked.hint, session) {
        (Some(_), None) => {
            // Nobody is there: other people's applications get no browser by itself (`authorize/open_redirect.rs`).
            let by_itself = checked.application.as_ref().is_none_or(|application| !application.profile.third_party);
            Ok(leave(&app, &visit, &checked, by_itself))
        }
        (Some(_), Some(session)) if is_of_session(&app, &checked, &session).await? => {
            sign_out(&app, &visit, &session, BY_APPLICATION).await?;
            Ok(leave(&app, &visit, &checked, true))
        }
        (None, None) => Ok(leave(&app, &visit, &CheckedSignOut { return_to: None, ..checked }, true)),
        (_, Some(_)) => Ok(ask(&app, &visit, &checked)),
    }
}

/// `POST /oauth/sign-out`. A form of another site brings no cookies along: the browser is asked to
/// come again with the same parameters, by itself.
pub async fn receive(form: Result<Form, Response>) -> Result<Response, EarlyAnswer> {
    let Form(parameters) = form.map_err(|_| Malformed)?;
    let pairs: Vec<_> = parameters.iter().collect();
    Ok(Redirect::to(&with_parameters("/oauth/sign-out", &pairs)).into_response())
}

/// `POST /oauth/sign-out/confirm`: the person says yes. Only our own page may post this.
pub async fn confirm(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Form(parameters): Form,
) -> Result<Response, EarlyAnswer> {
    let request = request::read(&parameters)?;
    let visit = in_language(&app, visit, &headers, request.ui_locales.as_deref());
    let checked = check(&app, &visit, request).await?;
    if let Some(session) = sessions::of_visit(&app, &visit).await? {
        sign_out(&app, &visit, &session, BY_PERSON).await?;
    }
    Ok(leave(&app, &visit, &checked, true))
}

/// Whether the request is what it says: a hint that is ours, an application that exists, an address
/// that is registered for it. Otherwise the person is told, and nobody is sent anywhere.
async fn check(app: &App, visit: &Visit, request: SignOutRequest) -> Result<CheckedSignOut, EarlyAnswer> {
    // At once, in the language that the application wishes for.
    let refused = async |cause: &str, name: Option<&str>| {
        let mut refused = RefusalPage::new(StatusCode::BAD_REQUEST, "sign-out").because(cause);
        refused.application = name.map(str::to_owned);
        EarlyAnswer::from(refuse(app, visit, refused).await)
    };
    let hint = match &request.id_token_hint {
        None => None,
        Some(text) => {
            let keys = keys::current(app, visit.now).await?;
            match id_token::read_hint(&keys, text, app.settings.public_url.origin(), visit.now) {
                Some(hint) => Some(hint),
                None => return Err(refused("id_token_hint is none of ours", None).await),
            }
        }
    };
    let hinted = hint.as_ref().and_then(Hint::client_id);
    let client_id = match (&request.client_id, hinted) {
        (Some(named), Some(hinted)) if named != hinted => {
            return Err(refused("client_id is not whom id_token_hint was issued to", None).await);
        }
        (Some(named), _) => Some(named.as_str()),
        (None, hinted) => hinted,
    };
    let application = match client_id {
        None => None,
        Some(client_id) => match applications::find_by_client_id(&app.db, client_id).await? {
            Some(application) => Some(application),
            None => return Err(refused("the application is unknown", None).await),
        },
    };
    // Without a known application there is nobody whose address it could be (§3): it is passed over.
    let return_to = match (&application, request.post_logout_redirect_uri) {
        (Some(application), Some(address)) if !application.may_return_to(&address) => {
            return Err(refused("post_logout_redirect_uri is not registered", Some(&application.name)).await);
        }
        (Some(_), address) => address,
        (None, _) => None,
    };
    Ok(CheckedSignOut { hint, application, return_to, state: request.state })
}

/// Whether the hint names the session of this browser, as the application was told of it.
async fn is_of_session(app: &App, checked: &CheckedSignOut, session: &Session) -> Result<bool, Fault> {
    let told = match &checked.application {
        Some(application) => subjects::session(app, application, session.id).await?,
        None => session.id,
    };
    Ok(checked.hint.as_ref().is_some_and(|hint| hint.sid == Some(told)))
}

async fn sign_out(app: &App, visit: &Visit, session: &Session, why: &'static str) -> Result<(), Fault> {
    let (now, random, id) = (visit.now, app.random.clone(), session.id);
    app.db
        .write::<_, db::Error, _>(move |tx| Box::pin(async move { sessions::end(tx, &random, id, now, why).await }))
        .await?;
    Ok(())
}

/// The answer once the browser is signed out: a redirect to the registered address, or a page with a link to the
/// application.
fn leave(app: &App, visit: &Visit, checked: &CheckedSignOut, by_itself: bool) -> Response {
    let application = checked.application.as_ref();
    let state: Vec<_> = checked.state.iter().map(|state| ("state", state.as_str())).collect();
    let address = checked.return_to.as_ref().map(|address| with_parameters(address, &state));
    let mut response = match address {
        Some(address) if by_itself => Redirect::to(&address).into_response(),
        address => {
            let view = SignedOutPage {
                page: page(app, visit),
                door: Door::new(Caption::SigningOut, application.map(|application| application.name.clone())),
                application_url: address.or_else(|| application.and_then(|application| application.home_url.clone())),
                application: application.map(|application| application.name.clone()),
            };
            refusal::show(StatusCode::OK, &view)
        }
    };
    cookies::clear(response.headers_mut(), SESSION, app.settings.public_url.is_secure());
    response
}

fn ask(app: &App, visit: &Visit, checked: &CheckedSignOut) -> Response {
    let application = checked.application.as_ref();
    let mut fields = Vec::new();
    let mut carry = |name: &str, value: Option<&str>| {
        fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    };
    carry("client_id", application.map(|application| application.client_id.as_str()));
    carry("post_logout_redirect_uri", checked.return_to.as_deref());
    carry("state", checked.state.as_deref());
    let home = application.and_then(|application| application.home_url.clone());
    let view = SignOutPage {
        page: page(app, visit),
        door: Door::new(Caption::SigningOut, application.map(|application| application.name.clone())),
        action: "/oauth/sign-out/confirm".to_owned(),
        fields,
        cancel_href: home.unwrap_or_else(|| "/account".to_owned()),
    };
    let mut response = refusal::show(StatusCode::OK, &view);
    // Browsers follow what a form may lead to through the redirect that answers it.
    if let Some(place) = checked.return_to.as_deref().and_then(origin_or_scheme) {
        allow_form_action(&mut response, &place);
    }
    response
}

fn page(app: &App, visit: &Visit) -> Page {
    Page::new(visit.language, app.settings.organisation.clone(), visit.path.clone())
}

/// The same visit in the language that the application wishes for, unless the person chose one.
fn in_language(app: &App, visit: Visit, headers: &HeaderMap, ui_locales: Option<&str>) -> Visit {
    let cookie = cookies::read(headers, cookies::LANGUAGE, app.settings.public_url.is_secure());
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Visit { language: Language::negotiate(ui_locales, cookie, accepted), ..visit }
}
