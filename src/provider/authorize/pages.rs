//! The authorization endpoint itself: from the request to the sign-in, and back to the application.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::answer::{Answer, send};
use super::consent::{self, Consent};
use super::incoming::{self, Incoming};
use super::open_redirect::{self, AuthorizationLink};
use super::request::{self, AuthorizationRequest, OAuthError, Prompt, RequestRefusal};
use super::{Asked, LIFETIME, RequestId, destination::with_parameters, not_admitted, store};
use crate::app::App;
use crate::directory::companies;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::browser::Browser;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal::{self, RefusalPage, refuse};
use crate::platform::web::visit::Visit;
use crate::provider::applications::{self, Application, origin_or_scheme};
use crate::provider::authorize::pushed::{self, PushedKey};
use crate::provider::claims::{id_token, subjects};
use crate::provider::consent::{self as consents, Consented};
use crate::provider::grants::{Details, GrantId, NewCode, NewGrant};
use crate::provider::{grants, keys};
use crate::sign_in::{self, Beginning, Demand, Refusal, SignedIn, policies, sessions};

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

/// A request that is kept already, and is answered once.
#[derive(Clone, Copy)]
pub(super) enum Held {
    /// For the browser that brought it.
    For(KeptFor),
    /// As the application pushed it, for whichever browser brings the reference first.
    Pushed(PushedKey),
}

impl Held {
    /// Marks it as answered. Of many who try at once, one is told that the answer is theirs.
    async fn answer(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, db::Error> {
        match self {
            Self::For(kept) => store::answer(tx, kept.id, &kept.browser, now).await,
            Self::Pushed(key) => pushed::use_up(tx, key, None, now).await,
        }
    }
}

/// A request that is kept for the browser that brought it.
#[derive(Clone, Copy)]
pub(super) struct KeptFor {
    pub(super) id: RequestId,
    pub(super) browser: [u8; 32],
}

/// `GET /oauth/authorize`.
pub async fn show(State(app): State<App>, visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let link = AuthorizationLink { query: query.unwrap_or_default(), by_click: false };
    Box::pin(follow(app, visit, link)).await
}

/// Answers a request as it stands in a link.
pub(super) async fn follow(app: App, visit: Visit, link: AuthorizationLink) -> Result<Response, Fault> {
    if link.query.len() > LONGEST_QUERY {
        return Ok(refuse(&app, &visit, RefusalPage::new(StatusCode::URI_TOO_LONG, "request")).await);
    }
    let parameters = Parameters::parse(&link.query);
    let application = match request::client_id(&parameters) {
        Ok(client_id) => applications::find_by_client_id(&app.db, client_id).await?,
        Err(_) => None,
    };
    let Some(application) = application else {
        return Ok(refuse(&app, &visit, RefusalPage::new(StatusCode::BAD_REQUEST, "application")).await);
    };
    let destination = request::destination(&parameters, &application);
    let (parameters, pushed) = match incoming::read(&app, &visit, &application, parameters).await? {
        Incoming::Request { parameters, pushed } => (parameters, pushed),
        Incoming::Became(id) if visit.browser.is_some() => {
            return Box::pin(go_on(State(app), visit, Path(id.to_string()))).await;
        }
        // Without a cookie it is not the browser that took it up.
        Incoming::Became(_) => return Ok(answered(&app, &visit, &application).await),
        Incoming::Page(status, key) => {
            let mut refused = RefusalPage::new(status, key).at(&application.name);
            refused.application_url.clone_from(&application.home_url);
            return Ok(refuse(&app, &visit, refused).await);
        }
        Incoming::Wrong(error) => {
            let refusal = match destination {
                Ok(destination) => RequestRefusal::Redirect(destination, error),
                Err(refusal) => RequestRefusal::Page(refusal),
            };
            return open_redirect::tell(&app, &visit, &application, &link, refusal).await;
        }
    };
    let mut request = match request::read(&parameters, &application) {
        Ok(request) => request,
        Err(refusal) => return open_redirect::tell(&app, &visit, &application, &link, refusal).await,
    };
    let kept = pushed.map(|(key, thumbprint)| {
        // Where the request names a key as well, it is this one.
        request.dpop_jkt = thumbprint.or(request.dpop_jkt.take());
        Held::Pushed(key)
    });
    let may_ask = request.prompt != Prompt::Nothing;
    let destination = request.destination.clone();
    match asked_of(&app, &visit, &application, request).await? {
        Ok(asked) => Box::pin(proceed(&app, &visit, &application, asked, may_ask, kept)).await,
        // A silent request is answered at once, whoever asks (OpenID Connect Core §3.1.2.6).
        Err(error) if !may_ask => send(&app, &visit, &application, &destination, &Answer::Error(error)).await,
        Err(error) => {
            open_redirect::tell(&app, &visit, &application, &link, RequestRefusal::Redirect(destination, error)).await
        }
    }
}

/// `POST /oauth/authorize` (OpenID Connect Core §3.1.2.1). A form of another site brings no cookies
/// along: the browser is asked to come again with the same parameters, by itself.
pub async fn receive(State(app): State<App>, visit: Visit, form: Result<Form, Response>) -> Response {
    let Ok(Form(parameters)) = form else {
        return refuse(&app, &visit, RefusalPage::new(StatusCode::BAD_REQUEST, "request")).await;
    };
    let pairs: Vec<_> = parameters.iter().collect();
    let address = with_parameters("/oauth/authorize", &pairs);
    if address.len() > LONGEST_QUERY {
        return refuse(&app, &visit, RefusalPage::new(StatusCode::URI_TOO_LONG, "request")).await;
    }
    Redirect::to(&address).into_response()
}

/// `GET /oauth/authorize/{id}`: the person comes back from signing in.
pub async fn go_on(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    Box::pin(come_back(&app, &visit, &id, false)).await
}

/// Goes on with a request that was kept for the browser that comes back with it.
pub(super) async fn come_back(app: &App, visit: &Visit, id: &str, as_someone_else: bool) -> Result<Response, Fault> {
    match taken_up(app, visit, id).await? {
        Ok((application, mut asked, kept)) => {
            asked.demand.choose_person = as_someone_else;
            Box::pin(proceed(app, visit, &application, asked, true, Some(Held::For(kept)))).await
        }
        Err(refused) => Ok(refuse(app, visit, refused).await),
    }
}

/// The request that was kept for the browser that comes back with it.
pub(super) async fn taken_up(
    app: &App,
    visit: &Visit,
    id: &str,
) -> Result<Result<(Application, Asked, KeptFor), RefusalPage>, Fault> {
    let kept = match id.parse::<RequestId>() {
        Ok(id) => store::find(&app.db, id).await?.map(|kept| (id, kept)),
        Err(_) => None,
    };
    let Some((id, kept)) = kept else {
        return Ok(Err(RefusalPage::new(StatusCode::NOT_FOUND, "expired")));
    };
    let Some(application) = applications::find(&app.db, kept.application).await? else {
        return Ok(Err(RefusalPage::new(StatusCode::BAD_REQUEST, "application")));
    };
    let refused = |status, key| {
        let mut refused = RefusalPage::new(status, key).at(&application.name);
        refused.application_url.clone_from(&application.home_url);
        refused
    };
    Ok(Err(match visit.browser {
        None => refused(StatusCode::BAD_REQUEST, "cookies"),
        Some(browser) if kept.browser != browser => refused(StatusCode::FORBIDDEN, "other-browser"),
        Some(_) if kept.is_answered => refused(StatusCode::GONE, "answered"),
        Some(_) if visit.now >= kept.expires_at => refused(StatusCode::GONE, "expired"),
        Some(browser) => {
            let mut asked = kept.asked;
            // As it stands now: it may have been opened or closed while the person signed in.
            asked.demand.users_alone = application.is_for_users();
            return Ok(Ok((application, asked, KeptFor { id, browser })));
        }
    }))
}

/// What a request asks for, with what it demands of the sign-in computed once.
async fn asked_of(
    app: &App,
    visit: &Visit,
    application: &Application,
    request: AuthorizationRequest,
) -> Result<Result<Asked, OAuthError>, Fault> {
    let mut person = None;
    if let Some(subject) = &request.subject {
        person = subjects::person(app, application, subject).await?;
        if person.is_none() {
            // Nobody has that `sub`: nobody can sign in as that (OpenID Connect Core §5.5.1).
            return Ok(Err(LOGIN_REQUIRED));
        }
    }
    if let Some(hint) = &request.id_token_hint {
        let keys = keys::current(app, visit.now).await?;
        let hint = id_token::read_hint(&keys, hint, app.settings.public_url.origin(), visit.now);
        let hinted = match &hint {
            Some(hint) => subjects::person(app, application, &hint.sub).await?,
            None => None,
        };
        match hinted {
            None => return Ok(Err(BAD_HINT)),
            Some(hinted) if person.is_some_and(|person| person != hinted) => return Ok(Err(LOGIN_REQUIRED)),
            Some(hinted) => person = Some(hinted),
        }
    }
    let (login, choose_person, ask_consent) = match request.prompt {
        Prompt::Nothing => (false, false, false),
        Prompt::Allowed { login, select_account, consent } => (login, select_account, consent),
    };
    // Whoever asks for something fresh is not given what the application's policy holds to be stale.
    let freshest = policies::of_application(&app.db, application.id).await?.fresh_seconds;
    let max_age = request.max_age.map(|seconds| freshest.map_or(seconds, |freshest| seconds.min(freshest)));
    let by_age = max_age.map(|seconds| visit.now.minus(Duration::from_secs(u64::from(seconds))));
    let demand = Demand {
        acr: request.acr.lowest(),
        acr_is_essential: request.acr.essential,
        not_before: if login { Some(visit.now) } else { by_age },
        person,
        login_hint: request.login_hint,
        choose_person,
        language: request.ui_locales,
        users_alone: application.is_for_users(),
        company: request.company,
        every_company: request.scope.act_in_companies(),
    };
    Ok(Ok(Asked {
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
    }))
}

/// Answers where the browser's session is enough, and begins a sign-in where it is not.
async fn proceed(
    app: &App,
    visit: &Visit,
    application: &Application,
    asked: Asked,
    may_ask: bool,
    kept: Option<Held>,
) -> Result<Response, Fault> {
    let error = match sign_in::answer(app, visit, Some(application.id), &asked.demand).await? {
        sign_in::Answer::Satisfied(signed_in) => {
            let is_wanted = asked.demand.person.is_none_or(|wanted| wanted == signed_in.person);
            match asked.acr.told(signed_in.acr) {
                Some(acr) if is_wanted => {
                    let signed_in = SignedIn { acr, ..signed_in };
                    match consent::of(app, application, &asked, &signed_in, may_ask).await? {
                        Consent::Given(consent) => {
                            return give_code(app, visit, application, asked, signed_in, consent, kept).await;
                        }
                        Consent::Asks => return consent::ask(app, visit, application, asked, &signed_in, kept).await,
                        Consent::Missing => CONSENT_REQUIRED,
                    }
                }
                Some(_) => LOGIN_REQUIRED,
                None => UNMET,
            }
        }
        sign_in::Answer::Asks if may_ask => return ask(app, visit, application, asked, kept).await,
        sign_in::Answer::Asks => LOGIN_REQUIRED,
        sign_in::Answer::Refused(refusal) if may_ask && is_told_here(refusal) => {
            return not_admitted::show(app, visit, application, asked, refusal, kept).await;
        }
        sign_in::Answer::Refused(refusal) => match refusal {
            Refusal::StrengthUnreachable => UNMET,
            // Within a sign-in it is told whom to ask.
            Refusal::SomeoneElse | Refusal::NoContact => LOGIN_REQUIRED,
            _ => ACCESS_DENIED,
        },
    };
    tracing::info!(client_id = application.client_id, error = error.error, "refused");
    if let Some(kept) = kept
        && !close(app, visit, application, kept, error).await?
    {
        return Ok(answered(app, visit, application).await);
    }
    send(app, visit, application, &asked.destination, &Answer::Error(error)).await
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
    asked: Asked,
    kept: Option<Held>,
) -> Result<Response, Fault> {
    if let Err(too_much) = app.flood.look(&visit.network, visit.now) {
        return Ok(refusal::too_much(app, visit, too_much).await);
    }
    let browser = Browser::of(visit, &app.random);
    let company_name = match application.company {
        Some(company) => companies::find(&app.db, company).await?.map(|company| company.name),
        None => None,
    };
    let demand = asked.demand.clone();
    let leaves_for = origin_or_scheme(&asked.destination.redirect_uri);
    let (id, pushed) = match kept {
        Some(Held::For(kept)) => (kept.id, None),
        Some(Held::Pushed(key)) => (RequestId::new(visit.now, &app.random), Some(key)),
        None => (RequestId::new(visit.now, &app.random), None),
    };
    let beginning = Beginning {
        application: Some(application.id),
        application_name: application.name.clone(),
        company_name,
        application_url: application.home_url.clone(),
        demand,
        return_to: format!("/oauth/authorize/{id}"),
        leaves_for,
    };
    let (application_id, now, hash) = (application.id, visit.now, browser.hash);
    let to_keep = (!matches!(kept, Some(Held::For(_)))).then(|| {
        // The sign-in that begins now asks who it is. Who comes back from it has chosen.
        let mut asked = asked;
        asked.demand.choose_person = false;
        asked.demand.company = asked.demand.company.once_chosen();
        Arc::new(asked)
    });
    let was_late = Arc::new(AtomicBool::new(false));
    let late = was_late.clone();
    let begun = sign_in::begin_with(app, visit, &browser, beginning, move |tx| {
        Box::pin(async move {
            if let Some(key) = &pushed
                && !pushed::use_up(tx, key, Some(id), now).await?
            {
                late.store(true, Ordering::Relaxed);
                return Err(db::Error::Conflict("another browser brought the pushed request first".to_owned()));
            }
            match &to_keep {
                Some(asked) => store::add(tx, id, (application_id, &hash, asked), now, now.plus(LIFETIME)).await,
                None => Ok(()),
            }
        })
    })
    .await;
    if begun.is_err() && was_late.load(Ordering::Relaxed) {
        return Ok(answered(app, visit, application).await);
    }
    begun
}

/// Gives a code: the request is answered, the grant made, the session knows the application, and the
/// history tells of it, or none of that.
pub(super) async fn give_code(
    app: &App,
    visit: &Visit,
    application: &Application,
    asked: Asked,
    signed_in: SignedIn,
    consent: Consented,
    kept: Option<Held>,
) -> Result<Response, Fault> {
    let code: Secret<String> = app.random.token();
    let grant = Arc::new(NewGrant {
        id: GrantId::new(visit.now, &app.random),
        application: application.id,
        person: signed_in.person,
        session: signed_in.session,
        offline: asked.scope.has("offline_access"),
        details: Details {
            scope: asked.scope,
            claims: asked.claims,
            resources: asked.resources,
            acr: signed_in.acr,
            amr: signed_in.amr,
            auth_time: signed_in.auth_time.seconds(),
            company: signed_in.company,
        },
    });
    let new_code = Arc::new(NewCode {
        code_hash: hash_token(code.reveal()),
        redirect_uri: asked.destination.redirect_uri.clone(),
        code_challenge: asked.code_challenge,
        dpop_jkt: asked.dpop_jkt,
        nonce: asked.nonce,
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
                if let Some(kept) = kept
                    && !kept.answer(tx, now).await?
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
        return Ok(answered(app, visit, application).await);
    }
    send(app, visit, application, &asked.destination, &Answer::Code(code)).await
}

/// Marks a request as answered with an error; `false` where it was answered already.
pub(super) async fn close(
    app: &App,
    visit: &Visit,
    application: &Application,
    kept: Held,
    error: OAuthError,
) -> Result<bool, db::Error> {
    let (now, random) = (visit.now, app.random.clone());
    let entry = entry(visit, application, Event::ProviderRequestRefused).detail("error", error.error);
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let is_first = kept.answer(tx, now).await?;
                if is_first {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(is_first)
            })
        })
        .await
}

pub(super) async fn answered(app: &App, visit: &Visit, application: &Application) -> Response {
    let mut refused = RefusalPage::new(StatusCode::GONE, "answered").at(&application.name);
    refused.application_url.clone_from(&application.home_url);
    refuse(app, visit, refused).await
}

pub(super) fn entry(visit: &Visit, application: &Application, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event).application(application.id);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}
