//! One request as every handler sees it: its instant, its origin, its browser.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use http::request::Parts;

use super::client_certificate::ClientCertificate;
use super::cookies::Cookies;
use super::fault::{ErrorId, Fault};
use super::forwarding::{client_address, is_trusted};
use super::host::{self, HostProblem};
use super::network::Network;
use super::page::PageNotice;
use super::refusal::DoorRefusal;
use super::translations::Language;
use super::{cookies, refusal, region};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;

/// The longest user agent that is stored, in characters; the rest is cut off.
const LONGEST_USER_AGENT: usize = 256;

/// The data of a request before it is handled, collected once.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The one instant of this request.
    pub now: Timestamp,
    /// The client's address.
    pub address: IpAddr,
    /// The client's network.
    pub network: Network,
    /// The user agent, cut to 256 characters.
    pub user_agent: String,
    /// The language of the pages.
    pub language: Language,
    /// Whether the person chose that language here.
    pub language_was_chosen: bool,
    /// The country that the browser is probably used in, by two letters.
    pub region: Option<String>,
    /// The requested local path, without its query.
    pub path: String,
    /// The SHA-256 of the browser cookie, if there is one.
    pub browser: Option<[u8; 32]>,
    /// Every cookie.
    pub cookies: Cookies,
    /// The announcements on the pages of this request.
    pub notices: Vec<PageNotice>,
    /// The certificate that the client showed to a trusted proxy.
    pub certificate: Option<ClientCertificate>,
}

impl Visit {
    /// This visit as one from another browser: a stored network and a user agent take the place of its own.
    pub(crate) fn elsewhere(&self, network: &str, user_agent: &str) -> Self {
        Self { network: Network::from_stored(network.to_owned()), user_agent: user_agent.to_owned(), ..self.clone() }
    }
}

/// Makes the [`Visit`] of a request and passes it on.
pub(crate) async fn welcome(State(app): State<Core>, mut request: Request, next: Next) -> Response {
    let now = app.clock.now();
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(peer)| peer.ip());
    let headers = request.headers();
    let secure = app.settings.public_url.is_secure();
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let sent = Cookies::of(headers, secure);
    let chosen = sent.value(cookies::LANGUAGE);
    let language = Language::negotiate(None, chosen, header(ACCEPT_LANGUAGE));
    let wants_page = refusal::wants_page(request.method(), headers);
    let refused = |status, key, cause| {
        let refused = DoorRefusal { status, key, cause, error_id: ErrorId::new(&app.random) };
        refusal::before_visit(&app, language, now, refused, wants_page)
    };
    let certificates = app.settings.client_certificates.as_ref();
    let mtls_url = certificates.and_then(|settings| settings.mtls_url.as_ref());
    match host::check(request.version(), request.uri(), headers, &app.settings.public_url, mtls_url) {
        Ok(()) => {}
        Err(HostProblem::Foreign) => {
            let cause = "the request is for another host than public_url; a proxy must pass on the browser's Host";
            return refused(StatusCode::MISDIRECTED_REQUEST, "misdirected", cause);
        }
        Err(HostProblem::Repeated) => {
            return refused(StatusCode::BAD_REQUEST, "bad-request", "the request has more than one Host");
        }
        Err(HostProblem::Missing) => {
            return refused(StatusCode::BAD_REQUEST, "bad-request", "the request has no Host");
        }
    }
    let Ok(address) = client_address(peer, headers, &app.settings.trusted_proxies, app.settings.forwarded_header)
    else {
        let cause = "a trusted proxy sent no address of its client that can be read";
        return refused(StatusCode::BAD_REQUEST, "bad-request", cause);
    };
    // From anybody else the header is dropped.
    let believed = certificates.filter(|_| is_trusted(peer, &app.settings.trusted_proxies));
    let certificate = believed.map_or(Ok(None), |settings| ClientCertificate::read(headers, &settings.header));
    let Ok(certificate) = certificate else {
        let cause = "a trusted proxy sent a certificate of its client that cannot be read";
        return refused(StatusCode::BAD_REQUEST, "bad-request", cause);
    };
    let visit = Visit {
        now,
        address,
        network: Network::of(address),
        user_agent: header(USER_AGENT).unwrap_or("").chars().take(LONGEST_USER_AGENT).collect(),
        language,
        language_was_chosen: chosen.is_some(),
        region: header(ACCEPT_LANGUAGE).and_then(region::of_languages),
        path: request.uri().path().to_owned(),
        browser: sent.hash(cookies::BROWSER),
        cookies: sent,
        notices: Vec::new(),
        certificate,
    };
    request.extensions_mut().insert(visit);
    next.run(request).await
}

impl Visit {
    /// The countries whose numbers the person probably types, the likeliest first: that of the browser, where codes go
    /// there, and the others that they go to.
    pub(crate) fn phone_countries(&self, app: &Core) -> Vec<String> {
        let served = app.settings.sms.as_ref().map(|sms| sms.countries.clone());
        let own = self.region.iter().filter(|region| served.as_ref().is_none_or(|served| served.contains(region)));
        let mut countries: Vec<String> = own.cloned().collect();
        for country in served.unwrap_or_default() {
            if !countries.contains(&country) {
                countries.push(country);
            }
        }
        countries
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Fault::new("the request did not come in by the door").into_response())
    }
}
