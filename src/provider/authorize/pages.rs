//! The authorization endpoint itself: from the request to the sign-in, and back to the application.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::answer::{AuthorizationResponse, send};
use super::consent::{self, Consent};
use super::destination::{Destination, with_parameters};
use super::incoming::{self, Incoming};
use super::kept_request::{KeptKey, KeptRequest};
use super::open_redirect::{self, AuthorizationLink};
use super::request::{self, AuthorizationRequest, OAuthError, PageRefusal, Prompt, RequestError, RequestRefusal};
use super::{PendingAuthorization, RequestId, not_admitted, store};
use crate::app::App;
use crate::directory::companies;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal::RefusalPage;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{self, Application, origin_or_scheme};
use crate::provider::authorize::pushed::{self, PushedKey};
use crate::provider::claims::{id_token, subjects};
use crate::provider::consent::{self as consents, Consented};
use crate::provider::grants::{Details, GrantId, NewCode, NewGrant};
use crate::provider::{grants, keys};
use crate::sign_in::{self, Beginning, Demand, FirstPage, Refusal, SignedIn, policies, sessions};

/// The longest query that is read, in bytes.
const LONGEST_QUERY: usize = 24 * 1024;

const LOGIN_REQUIRED: OAuthError =
    OAuthError { error: "login_required", description: "the person would have to be asked" };
const UNMET: OAuthError =
    OAuthError { error: "unmet_authentication_requirements", description: "the essential acr cannot be reached" };
const CONSENT_REQUIRED: OAuthError =
    OAuthError { error: "consent_required", description: "the person would have to be asked what is allowed" };
const ACCESS_DENIED: OAuthError = OAuthError { error: "access_denied", description: "the person may not go on" };
const BAD_HINT: OAuthError =
    OAuthError { error: "invalid_request", description: "id_token_hint is not an ID token of this issuer" };

/// A stored request, which is answered once.
#[derive(Clone, Copy)]
pub(super) enum StoredRequest {
    /// For the browser that brought it.
    Kept(KeptKey),
    /// As the application pushed it, for whichever browser brings the reference first.
    Pushed(PushedKey),
}

impl StoredRequest {
    /// Marks it as answered. Of many who try at once, one is told that the answer is theirs.
    async fn close(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, db::Error> {
        match self {
            Self::Kept(key) => store::close(tx, key.id, &key.browser, now).await,
            Self::Pushed(key) => pushed::use_up(tx, key, None, now).await,
        }
    }
}

/// Why a request in a link does not lead on.
enum Obstacle {
    /// It is not in order.
    Refusal(RequestRefusal),
    /// There is an answer already.
    Early(EarlyAnswer),
}

impl From<RequestRefusal> for Obstacle {
    fn from(refusal: RequestRefusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<EarlyAnswer> for Obstacle {
    fn from(answer: EarlyAnswer) -> Self {
        Self::Early(answer)
    }
}

impl From<RefusalPage> for Obstacle {
    fn from(refused: RefusalPage) -> Self {
        Self::Early(refused.into())
    }
}

impl From<Fault> for Obstacle {
    fn from(fault: Fault) -> Self {
        Self::Early(fault.into())
    }
}

/// `GET /oauth/authorize`.
pub async fn show(State(app): State<App>, visit: Visit, RawQuery(query): RawQuery) -> Result<Response, EarlyAnswer> {
    let link = AuthorizationLink { query: query.unwrap_or_default(), by_click: false };
    Box::pin(follow(app, visit, link)).await
}

/// Answers a request as it stands in a link.
pub(super) async fn follow(app: App, visit: Visit, link: AuthorizationLink) -> Result<Response, EarlyAnswer> {
    if link.query.len() > LONGEST_QUERY {
        return Err(RefusalPage::new(StatusCode::URI_TOO_LONG, "request").into());
    }
    let parameters = Parameters::parse(&link.query);
    let application = match request::client_id(&parameters) {
        Ok(client_id) => applications::find_by_client_id(app.db.gathered(), client_id).await?,
        Err(_) => None,
    };
    let application = application.ok_or_else(|| RefusalPage::new(StatusCode::BAD_REQUEST, "application"))?;
    match Box::pin(take(&app, &visit, &application, parameters)).await {
        Ok(response) => Ok(response),
        Err(Obstacle::Early(answer)) => Err(answer),
        Err(Obstacle::Refusal(refusal)) => open_redirect::tell(&app, &visit, &application, &link, refusal).await,
    }
}

/// Takes a request of a known application.
async fn take(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: Parameters,
) -> Result<Response, Obstacle> {
    let destination = request::destination(&parameters, application);
    let incoming = incoming::read(app, visit, application, parameters).await;
    let (parameters, pushed) = match incoming.map_err(|error| obstacle(error, destination))? {
        Incoming::Request { parameters, pushed } => (parameters, pushed),
        Incoming::Became(id) if visit.browser.is_some() => {
            let request = KeptRequest::find(app.clone(), visit.clone(), Some(id)).await?;
            return Ok(Box::pin(come_back(request, false)).await?);
        }
        // Without a cookie it is not the browser that took it up.
        Incoming::Became(_) => return Err(answered(application).into()),
        Incoming::Page(status, key) => return Err(refused(application, status, key).into()),
    };
    let mut request = request::read(&parameters, application)?;
    let stored = pushed.map(|(key, thumbprint)| {
        // A key that the request names as well is this one.
        request.dpop_jkt = thumbprint.or(request.dpop_jkt.take());
        StoredRequest::Pushed(key)
    });
    let may_ask = request.prompt != Prompt::Nothing;
    let destination = request.destination.clone();
    match pending(app, visit, application, request).await {
        Ok(pending) => Ok(Box::pin(proceed(app, visit, application, pending, may_ask, stored)).await?),
        // A silent request is answered at once, whoever asks (OpenID Connect Core §3.1.2.6).
        Err(RequestError::OAuth(error)) if !may_ask => {
            Ok(send(app, visit, application, &destination, &AuthorizationResponse::Error(error)).await?)
        }
        Err(error) => Err(obstacle(error, Ok(destination))),
    }
}

fn obstacle(error: RequestError, destination: Result<Destination, PageRefusal>) -> Obstacle {
    match error {
        RequestError::OAuth(error) => Obstacle::Refusal(match destination {
            Ok(destination) => RequestRefusal::Redirect(destination, error),
            Err(refusal) => RequestRefusal::Page(refusal),
        }),
        RequestError::Fault(fault) => Obstacle::Early(fault.into()),
    }
}

/// `POST /oauth/authorize` (OpenID Connect Core §3.1.2.1). A form of another site brings no cookies
/// along: the browser is asked to come again with the same parameters, by itself.
pub async fn receive(form: Result<Form, Response>) -> Result<Response, EarlyAnswer> {
    let Form(parameters) = form.map_err(|_| RefusalPage::new(StatusCode::BAD_REQUEST, "request"))?;
    let pairs: Vec<_> = parameters.iter().collect();
    let address = with_parameters("/oauth/authorize", &pairs);
    if address.len() > LONGEST_QUERY {
        return Err(RefusalPage::new(StatusCode::URI_TOO_LONG, "request").into());
    }
    Ok(Redirect::to(&address).into_response())
}

/// `GET /oauth/authorize/{id}`: the person comes back from signing in.
pub async fn go_on(request: KeptRequest) -> Result<Response, EarlyAnswer> {
    Box::pin(come_back(request, false)).await
}

/// Goes on with a kept request.
pub(super) async fn come_back(request: KeptRequest, as_someone_else: bool) -> Result<Response, EarlyAnswer> {
    let KeptRequest { app, visit, application, mut pending, key } = request;
    pending.demand.choose_person = as_someone_else;
    Box::pin(proceed(&app, &visit, &application, pending, true, Some(StoredRequest::Kept(key)))).await
}

/// The page for a request that cannot go on, with a link to the application.
pub(super) fn refused(application: &Application, status: StatusCode, key: &'static str) -> RefusalPage {
    let mut refused = RefusalPage::new(status, key).at(&application.name);
    refused.application_url.clone_from(&application.home_url);
    refused
}

/// The request as it is kept, with its demand on the sign-in computed once.
async fn pending(
    app: &App,
    visit: &Visit,
    application: &Application,
    request: AuthorizationRequest,
) -> Result<PendingAuthorization, RequestError> {
    let mut person = None;
    if let Some(subject) = &request.subject {
        person = subjects::person(app, application, subject).await?;
        if person.is_none() {
            // Nobody has that `sub`: nobody can sign in as that (OpenID Connect Core §5.5.1).
            return Err(LOGIN_REQUIRED.into());
        }
    }
    if let Some(hint) = &request.id_token_hint {
        let keys = keys::current(app, visit.now).await?;
        let hint = id_token::read_hint(&keys, hint, app.settings.public_url.origin(), visit.now);
        let hinted = match &hint {
            Some(hint) => subjects::person(app, application, &hint.sub).await?,
            None => None,
        };
        let hinted = hinted.ok_or(BAD_HINT)?;
        if person.is_some_and(|person| person != hinted) {
            return Err(LOGIN_REQUIRED.into());
        }
        person = Some(hinted);
    }
    let (login, choose_person, ask_consent) = match request.prompt {
        Prompt::Nothing => (false, false, false),
        Prompt::Allowed { login, select_account, consent } => (login, select_account, consent),
    };
    // A demand for a fresh proof is not met by one that the application's policy holds to be stale.
    let freshest = policies::of_application(app.db.gathered(), application.id).await?.fresh_seconds;
    let max_age = request.max_age.map(|seconds| freshest.map_or(seconds, |freshest| seconds.min(freshest)));
    let by_age = max_age.map(|seconds| visit.now.minus(Duration::from_secs(u64::from(seconds))));
    let demand = Demand {
        acr: request.acr.lowest(),
        acr_is_essential: request.acr.essential,
        not_before: if login { Some(visit.now) } else { by_age },
        one_since: None,
        act: None,
        person,
        login_hint: request.login_hint,
        choose_person,
        language: request.ui_locales,
        users_alone: application.is_entered_for_a_company(),
        employees_too: application.takes_employees(),
        company: request.company,
        every_company: request.scope.act_in_companies(),
        links_identity: false,
    };
    Ok(PendingAuthorization {
        destination: request.destination,
        scope: request.scope,
        resources: request.resources,
        ask_consent,
        code_challenge: request.code_challenge,
        dpop_jkt: request.dpop_jkt,
        nonce: request.nonce,
        claims: request.claims,
        acr: request.acr,
        demand,
    })
}

/// Answers where the browser's session is enough, and begins a sign-in where it is not.
async fn proceed(
    app: &App,
    visit: &Visit,
    application: &Application,
    pending: PendingAuthorization,
    may_ask: bool,
    stored: Option<StoredRequest>,
) -> Result<Response, EarlyAnswer> {
    let error = match sign_in::answer(app, visit, Some(application.id), &pending.demand).await? {
        sign_in::Answer::Satisfied(signed_in) => {
            let is_wanted = pending.demand.person.is_none_or(|wanted| wanted == signed_in.person);
            match pending.acr.told(signed_in.acr) {
                Some(acr) if is_wanted => {
                    let signed_in = SignedIn { acr, ..signed_in };
                    match consent::of(app, application, &pending, &signed_in, may_ask).await? {
                        Consent::Given(consent) => {
                            return give_code(app, visit, application, pending, signed_in, consent, stored).await;
                        }
                        Consent::Asks => {
                            return consent::ask(app, visit, application, pending, &signed_in, stored).await;
                        }
                        Consent::Missing => CONSENT_REQUIRED,
                    }
                }
                Some(_) => LOGIN_REQUIRED,
                None => UNMET,
            }
        }
        sign_in::Answer::Asks if may_ask => {
            return Box::pin(ask(app, visit, application, pending, stored)).await;
        }
        sign_in::Answer::Asks => LOGIN_REQUIRED,
        sign_in::Answer::Refused(refusal) if may_ask && is_told_here(refusal) => {
            return not_admitted::show(app, visit, application, pending, refusal, stored).await;
        }
        sign_in::Answer::Refused(refusal) => match refusal {
            Refusal::StrengthUnreachable => UNMET,
            // Within a sign-in it is told whom to ask.
            Refusal::SomeoneElse | Refusal::NoContact => LOGIN_REQUIRED,
            _ => ACCESS_DENIED,
        },
    };
    tracing::info!(client_id = application.client_id, error = error.error, "refused");
    if let Some(stored) = stored
        && !close(app, visit, application, stored, error).await?
    {
        return Err(answered(application));
    }
    Ok(send(app, visit, application, &pending.destination, &AuthorizationResponse::Error(error)).await?)
}

/// Whether the person is told of a refusal by a page, with whom to ask, before the application hears of anything.
fn is_told_here(refusal: Refusal) -> bool {
    refusal.is_of_application() || matches!(refusal, Refusal::ProfileClosed | Refusal::NoMethodCounts)
}

/// Keeps the request and begins a sign-in that leads back to it.
async fn ask(
    app: &App,
    visit: &Visit,
    application: &Application,
    pending: PendingAuthorization,
    stored: Option<StoredRequest>,
) -> Result<Response, EarlyAnswer> {
    app.flood.look(&visit.network, visit.now)?;
    let browser = Browser::of(visit, &app.random);
    let company_name = match application.company {
        Some(company) => companies::find(&app.db, company).await?.map(|company| company.name),
        None => None,
    };
    let demand = pending.demand.clone();
    let leaves_for = origin_or_scheme(&pending.destination.redirect_uri);
    let new_key = || KeptKey { id: RequestId::new(visit.now, &app.random), browser: browser.hash };
    let (key, pushed) = match stored {
        Some(StoredRequest::Kept(key)) => (key, None),
        Some(StoredRequest::Pushed(pushed)) => (new_key(), Some(pushed)),
        None => (new_key(), None),
    };
    let beginning = Beginning {
        application: Some(application.id),
        application_name: application.name.clone(),
        company_name,
        application_url: application.home_url.clone(),
        demand,
        return_to: key.waiting().path(),
        leaves_for,
        first_page: FirstPage::Usual,
    };
    let (application_id, now) = (application.id, visit.now);
    let to_keep = (!matches!(stored, Some(StoredRequest::Kept(_)))).then(|| {
        // The sign-in that begins now asks who it is. A person who comes back from it has chosen.
        let mut pending = pending;
        pending.demand.choose_person = false;
        pending.demand.company = pending.demand.company.once_chosen();
        Arc::new(pending)
    });
    let was_late = Arc::new(AtomicBool::new(false));
    let late = was_late.clone();
    let begun = sign_in::begin_with(app, visit, &browser, beginning, move |tx| {
        Box::pin(async move {
            if let Some(pushed) = &pushed
                && !pushed::use_up(tx, pushed, Some(key.id), now).await?
            {
                late.store(true, Ordering::Relaxed);
                return Err(db::Error::Conflict("another browser brought the pushed request first".to_owned()));
            }
            match &to_keep {
                Some(pending) => store::add(tx, &key, application_id, pending, now).await,
                None => Ok(()),
            }
        })
    })
    .await;
    if begun.is_err() && was_late.load(Ordering::Relaxed) {
        return Err(answered(application));
    }
    Ok(begun?)
}

/// Gives a code: the request is answered, the grant made, the session knows the application, and the
/// history tells of it, or none of that.
pub(super) async fn give_code(
    app: &App,
    visit: &Visit,
    application: &Application,
    pending: PendingAuthorization,
    signed_in: SignedIn,
    consent: Consented,
    stored: Option<StoredRequest>,
) -> Result<Response, EarlyAnswer> {
    let code: Secret<String> = app.random.token();
    let grant = Arc::new(NewGrant {
        id: GrantId::new(visit.now, &app.random),
        application: application.id,
        person: signed_in.person,
        session: signed_in.session,
        offline: pending.scope.has("offline_access"),
        details: Details {
            scope: pending.scope,
            claims: pending.claims,
            resources: pending.resources,
            acr: signed_in.acr,
            amr: signed_in.amr,
            auth_time: signed_in.auth_time.seconds(),
            company: signed_in.company,
        },
    });
    let new_code = Arc::new(NewCode {
        code_hash: hash_token(code.reveal()),
        redirect_uri: pending.destination.redirect_uri.clone(),
        code_challenge: pending.code_challenge,
        dpop_jkt: pending.dpop_jkt,
        nonce: pending.nonce,
    });
    let mut entry = entry(visit, application, Event::ProviderCodeIssued)
        .person(signed_in.person)
        .session(signed_in.session)
        .detail("grant", grant.id)
        .detail("acr", signed_in.acr)
        .detail("scope", &grant.details.scope);
    entry.company = grant.details.company.map(|company| company.to_string());
    let (now, random, name) = (visit.now, app.random.clone(), application.name.clone());
    let is_given = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if let Some(stored) = stored
                    && !stored.close(tx, now).await?
                {
                    return Ok(false);
                }
                if !consents::in_force(tx, &random, (grant.person, grant.application), &consent, now).await? {
                    // It was taken away at this moment.
                    return Ok(false);
                }
                grants::begin(tx, &grant, now).await?;
                grants::add_code(tx, grant.id, &new_code, now).await?;
                sessions::entered(tx, grant.session, grant.application, &name, now).await?;
                history::write(tx, &random, &entry).await?;
                Ok(true)
            })
        })
        .await?;
    if !is_given {
        return Err(answered(application));
    }
    Ok(send(app, visit, application, &pending.destination, &AuthorizationResponse::Code(code)).await?)
}

/// Marks a request as answered with an error; `false` where it was answered already.
async fn close(
    app: &App,
    visit: &Visit,
    application: &Application,
    stored: StoredRequest,
    error: OAuthError,
) -> Result<bool, db::Error> {
    let (now, random) = (visit.now, app.random.clone());
    let entry = entry(visit, application, Event::ProviderRequestRefused).detail("error", error.error);
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let is_first = stored.close(tx, now).await?;
                if is_first {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(is_first)
            })
        })
        .await
}

/// The answer for a request that was answered before.
pub(super) fn answered(application: &Application) -> EarlyAnswer {
    refused(application, StatusCode::GONE, "answered").into()
}

pub(super) fn entry(visit: &Visit, application: &Application, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event).application(application.id);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}
