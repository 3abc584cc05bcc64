//! The application's flows: sign in, the sensitive act, refresh, sign out; and the back-channel logout of the provider.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use super::api::Verdict;
use super::jwt;
use super::logout_token::{self, LogoutTokenError, LogoutTokenFacts, LogoutTokenTarget};
use super::pages::TroubleText;
use super::provider::{self, ProofDemand, SignedInPerson};
use super::sessions::{DemoSession, Errand, Journey};
use super::{ApplicationParts, RunningApplication, VisitedApplication, words};
use crate::platform::clock::Timestamp;
use crate::platform::secret::hash_token;
use crate::platform::web::cookies;
use crate::platform::web::parameters::{Form, Parameters};

/// The longest response of a provider that is read, in bytes.
const LONGEST_ANSWER: usize = 8 * 1024;
/// The longest description of an error that is shown, in characters.
const LONGEST_DESCRIPTION: usize = 300;

/// `GET /sign-in`: off to the provider.
pub(super) async fn sign_in(
    application: VisitedApplication,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Parameters::parse(&query.unwrap_or_default());
    let field = |name| Some(query.field(name).chars().take(254).collect::<String>()).filter(|text| !text.is_empty());
    depart(&application, &headers, Errand::SignIn, None, (field("email"), field("company"))).await
}

/// `POST /sensitive-act`: the API does it. If it demands more of the person, they are sent to the provider for the
/// missing part, and it is done on return.
pub(super) async fn sensitive_act(application: VisitedApplication, headers: HeaderMap) -> Response {
    let now = application.is.clock.now();
    let Some((token, session)) = application.session_of(&headers, now) else {
        return Redirect::to("/sign-in").into_response();
    };
    let SignedInPerson { subject, email, access_token, .. } = session.identity;
    let demand = match application.act(&access_token).await {
        Ok(Verdict::Done) => {
            application.memory.act_done(token, now);
            return Redirect::to("/").into_response();
        }
        Ok(Verdict::Insufficient(demand)) => Some(demand),
        // It has expired, or its key has: the provider's session brings another one without a question.
        Ok(Verdict::NotTaken) => None,
        Err(trouble) => return application.told(&trouble),
    };
    let errand = Errand::SensitiveAct { subject, demanded: demand.is_some() };
    depart(&application, &headers, errand, demand, (email, None)).await
}

async fn depart(
    application: &VisitedApplication,
    headers: &HeaderMap,
    errand: Errand,
    demand: Option<ProofDemand>,
    hints: (Option<String>, Option<String>),
) -> Response {
    let now = application.is.clock.now();
    let departure = match application.provider.depart(demand, hints, now).await {
        Ok(departure) => departure,
        Err(trouble) => return application.told(&trouble),
    };
    let known = cookies::read(headers, &application.browser_cookie, application.is_secure());
    let fresh = application.is.random.token();
    let browser = known.unwrap_or_else(|| fresh.reveal());
    application.memory.begin_journey(
        departure.state,
        Journey {
            browser: hash_token(browser),
            nonce: departure.nonce,
            verifier: departure.verifier,
            errand,
            began_at: now,
        },
    );
    let mut response = Redirect::to(&departure.url).into_response();
    if known.is_none() {
        let secure = application.is_secure();
        cookies::set(response.headers_mut(), &application.browser_cookie, browser, None, secure);
    }
    response
}

/// `GET /callback`: back from the provider, with a code or an error.
pub(super) async fn callback(
    application: VisitedApplication,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let now = application.is.clock.now();
    let query = query.filter(|query| query.len() <= LONGEST_ANSWER).unwrap_or_default();
    let answer = Parameters::parse(&query);
    if answer.repeated().is_some() {
        return application.unknown_answer("a parameter came twice");
    }
    let browser = cookies::read(&headers, &application.browser_cookie, application.is_secure()).map(hash_token);
    let Some(journey) = application.memory.end_journey(answer.field("state"), browser, now) else {
        return application.unknown_answer("the state is not one that this browser was given");
    };
    let issuer = answer.one("iss").ok().flatten();
    match application.provider.is_answer_of(issuer, now).await {
        Ok(true) => {}
        Ok(false) => return application.unknown_answer("the answer comes from another provider"),
        Err(trouble) => return application.told(&trouble),
    }
    if let Ok(Some(error)) = answer.one("error") {
        let description = answer.one("error_description").ok().flatten().map(str::to_owned);
        return application.told(&provider::ProviderError::Refused(error.to_owned(), description));
    }
    let Journey { nonce, verifier, errand, .. } = journey;
    match application.provider.arrive(answer.field("code"), verifier, &nonce, now).await {
        Ok(identity) => arrive(&application, &headers, identity, errand, now).await,
        Err(trouble) => application.told(&trouble),
    }
}

async fn arrive(
    application: &VisitedApplication,
    headers: &HeaderMap,
    identity: SignedInPerson,
    errand: Errand,
    now: Timestamp,
) -> Response {
    let before = application.session_of(headers, now).map(|(token, _)| token);
    let act_done_at = before.and_then(|token| application.memory.close(token)).and_then(|session| {
        let is_same_person = session.identity.subject == identity.subject;
        session.act_done_at.filter(|_| is_same_person)
    });
    let (access_token, email) = (identity.access_token.clone(), identity.email.clone());
    let wanted = match errand {
        Errand::SensitiveAct { subject, demanded } if subject == identity.subject => Some((subject, demanded)),
        _ => None,
    };
    let session = DemoSession { identity, began_at: now, act_done_at, refreshed_at: None };
    let token = application.is.random.token();
    application.memory.open(token.reveal(), session);

    let home = || Redirect::to("/").into_response();
    let mut response = match wanted {
        None => home(),
        Some((subject, demanded)) => match application.act(&access_token).await {
            Ok(Verdict::Done) => {
                application.memory.act_done(token.reveal(), now);
                home()
            }
            Ok(Verdict::Insufficient(demand)) if !demanded => {
                let errand = Errand::SensitiveAct { subject, demanded: true };
                depart(application, headers, errand, Some(demand), (email, None)).await
            }
            Ok(Verdict::Insufficient(_) | Verdict::NotTaken) => application
                .told(&provider::ProviderError::Refused("unmet_authentication_requirements".to_owned(), None)),
            Err(trouble) => application.told(&trouble),
        },
    };
    let secure = application.is_secure();
    cookies::set(response.headers_mut(), &application.session_cookie, token.reveal(), None, secure);
    response
}

/// `POST /refresh`: new tokens for a refresh token.
pub(super) async fn refresh(application: VisitedApplication, headers: HeaderMap) -> Response {
    let now = application.is.clock.now();
    let Some((token, _)) = application.session_of(&headers, now) else {
        return Redirect::to("/").into_response();
    };
    let Some(refresh_token) = application.memory.take_refresh_token(token) else {
        // There is none, or another request is using it at this moment.
        return Redirect::to("/").into_response();
    };
    match application.provider.refresh(&refresh_token, now).await {
        Ok(refreshed) => {
            application.memory.refreshed(token, refreshed, now);
            Redirect::to("/").into_response()
        }
        Err(trouble @ provider::ProviderError::Refused(..)) => {
            // The provider ended the grant: the session here ends with it.
            application.memory.close(token);
            let mut response = application.told(&trouble);
            cookies::clear(response.headers_mut(), &application.session_cookie, application.is_secure());
            response
        }
        Err(trouble) => {
            application.memory.return_refresh_token(token, refresh_token);
            application.told(&trouble)
        }
    }
}

/// `POST /sign-out`: out of this application, then out of the provider.
pub(super) async fn sign_out(application: VisitedApplication, headers: HeaderMap) -> Response {
    let now = application.is.clock.now();
    let session = cookies::read(&headers, &application.session_cookie, application.is_secure())
        .and_then(|token| application.memory.close(token));
    let onward = match &session {
        None => Ok(None),
        Some(session) => application.provider.sign_out_url(&session.identity.id_token, now).await,
    };
    let mut response = match onward {
        Ok(Some(url)) => Redirect::to(&url).into_response(),
        Ok(None) => Redirect::to(super::SIGNED_OUT).into_response(),
        Err(trouble) => application.told(&trouble),
    };
    cookies::clear(response.headers_mut(), &application.session_cookie, application.is_secure());
    response
}

/// `POST /back-channel-logout`: a session of the provider has ended (OpenID Connect Back-Channel Logout 1.0 §2.5 to
/// §2.8).
pub(super) async fn back_channel_logout(State(application): State<RunningApplication>, Form(form): Form) -> Response {
    let now = application.is.clock.now();
    let Ok(Some(token)) = form.one("logout_token") else {
        return logout_refused("there is not one logout_token");
    };
    match sound_logout(&application, token, now).await {
        Ok(token) => {
            if !application.memory.is_first_use(&token.id, token.expires_at, now) {
                return logout_refused("the logout token was used already");
            }
            let ended = application.memory.close_all(token.session_id.as_deref(), token.subject.as_deref());
            tracing::info!(ended, application = application.is.kind.name(), "sessions ended by the provider");
            StatusCode::OK.into_response()
        }
        Err(LogoutRefusal::Token(unsound)) => logout_refused(&unsound.to_string()),
        Err(LogoutRefusal::Provider(trouble)) => {
            tracing::warn!(%trouble, "a logout token cannot be verified now");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

enum LogoutRefusal {
    Token(LogoutTokenError),
    Provider(provider::ProviderError),
}

async fn sound_logout(
    application: &RunningApplication,
    token: &str,
    now: Timestamp,
) -> Result<LogoutTokenFacts, LogoutRefusal> {
    let expected = LogoutTokenTarget { issuer: &application.is.issuer, client_id: &application.is.client_id };
    let known = application.provider.known(now).await.map_err(LogoutRefusal::Provider)?;
    match logout_token::verified(token, known.keys(), known.algorithms(), expected, now) {
        Err(LogoutTokenError::Token(jwt::JwtError::UnknownKey)) => {
            let known = application.provider.known_anew(now).await.map_err(LogoutRefusal::Provider)?;
            logout_token::verified(token, known.keys(), known.algorithms(), expected, now)
        }
        verdict => verdict,
    }
    .map_err(LogoutRefusal::Token)
}

fn logout_refused(why: &str) -> Response {
    tracing::warn!(why, "a logout token is refused");
    let body = serde_json::json!({"error": "invalid_request", "error_description": why});
    (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
}

impl ApplicationParts {
    /// The session of a request, and its token.
    fn session_of<'h>(&self, headers: &'h HeaderMap, now: Timestamp) -> Option<(&'h str, DemoSession)> {
        let token = cookies::read(headers, &self.session_cookie, self.is_secure())?;
        Some((token, self.memory.session(token, now)?))
    }
}

impl VisitedApplication {
    /// A page for a failure of the provider.
    pub(super) fn told(&self, trouble: &provider::ProviderError) -> Response {
        let error_id = self.is.random.readable(8);
        tracing::warn!(%trouble, error_id, application = self.is.kind.name(), "a sign-in did not work");
        let again = ("/sign-in", "sign-in-again");
        let page = match trouble {
            provider::ProviderError::Unreachable(_) => TroubleText {
                status: StatusCode::SERVICE_UNAVAILABLE,
                title: "demo-unreachable",
                sentence: "demo-unreachable-text",
                said: None,
                onward: ("/", "demo-start"),
                error_id,
            },
            provider::ProviderError::Refused(error, description) => TroubleText {
                status: StatusCode::OK,
                title: "demo-not-signed-in",
                sentence: words::refusal(error),
                said: Some((shown(error), description.as_deref().map(shown))),
                onward: again,
                error_id,
            },
            provider::ProviderError::Unsound(_) => TroubleText {
                status: StatusCode::BAD_GATEWAY,
                title: "demo-unsound",
                sentence: "demo-unsound-text",
                said: None,
                onward: again,
                error_id,
            },
        };
        page.page(self)
    }

    /// A page for a response that this browser was not waiting for.
    fn unknown_answer(&self, why: &str) -> Response {
        let error_id = self.is.random.readable(8);
        tracing::warn!(why, error_id, application = self.is.kind.name(), "an answer is refused");
        let page = TroubleText {
            status: StatusCode::BAD_REQUEST,
            title: "demo-not-begun",
            sentence: "demo-not-begun-text",
            said: None,
            onward: ("/sign-in", "sign-in-again"),
            error_id,
        };
        page.page(self)
    }

    /// A page for a form that another site sent.
    pub(super) fn foreign_form(&self) -> Response {
        let page = TroubleText {
            status: StatusCode::FORBIDDEN,
            title: "demo-foreign",
            sentence: "demo-foreign-text",
            said: None,
            onward: ("/", "demo-start"),
            error_id: self.is.random.readable(8),
        };
        page.page(self)
    }
}

/// The provider's text, made safe to show.
fn shown(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(LONGEST_DESCRIPTION).collect()
}
