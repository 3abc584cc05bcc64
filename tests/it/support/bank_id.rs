//! BankID of Sweden for the stories: its relying-party API, which asks for a certificate, and the app of a person, which
//! scans codes and opens links. It does by other code what the service does, and misbehaves as it is told to.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::Listener;
use axum::{Json, Router};
use data_encoding::{BASE64, HEXLOWER};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use salpa::platform::clock::{Clock, Timestamp};
use salpa::platform::random::Random;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{Authority, START};

/// How long an order waits for an app.
const TAKEN_UP_WITHIN: Duration = Duration::from_secs(30);
/// How long a person may take in the app.
const CONFIRMED_WITHIN: Duration = Duration::from_mins(3);
/// How old a code may be that the app scans, in seconds.
const OLDEST_CODE: u64 = 3;

/// The personal number of BankID's test person.
pub const ASTRID: &str = "199908072391";
/// The number of somebody else.
pub const BJORN: &str = "191212121212";

/// How the API goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ApiMood {
    /// It does not.
    #[default]
    Honest,
    /// It is being maintained.
    Maintained,
    /// It refuses with an error of this name.
    Refuses(&'static str),
    /// It sends the caller elsewhere.
    SendsOn(String),
    /// It sends a million bytes.
    Wordy,
    /// It gives the reference of the first order again.
    Repeats,
    /// It answers about another order.
    Confused,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum AtBankId {
    Outstanding,
    InApp(String),
    Complete(Value),
    Failed(String),
}

struct PlacedOrder {
    reference: String,
    autostart_token: String,
    qr_token: String,
    qr_secret: String,
    asked: Value,
    stands: AtBankId,
    placed_at: Timestamp,
    taken_up_at: Timestamp,
    is_cancelled: bool,
}

#[derive(Default)]
struct Inner {
    orders: Vec<PlacedOrder>,
    mood: ApiMood,
    collected: usize,
}

/// BankID at an address of its own.
#[derive(Clone)]
pub struct BankId {
    pub address: String,
    /// The authority of its server, in PEM.
    pub authorities: String,
    /// The certificate of the service with its key, in PEM.
    pub identity: String,
    clock: Clock,
    inner: Arc<Mutex<Inner>>,
}

/// A listener that asks for certificates.
pub(super) struct CertifiedListener {
    pub(super) tcp: TcpListener,
    pub(super) acceptor: TlsAcceptor,
}

impl Listener for CertifiedListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.tcp.accept().await else { continue };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

fn roots(pem: &str) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    roots
}

fn acceptor(server: &Authority, clients: &Authority) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots(&clients.pem)), provider.clone());
    let (certificate, key) = server.certify_in_pem(&["127.0.0.1"]);
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

impl BankId {
    /// BankID with the clock of the service.
    pub async fn start(clock: &Clock) -> Self {
        let (server, clients) = (Authority::new(), Authority::new());
        let (certificate, key) = clients.certify_in_pem(&["Kallio & Laine"]);
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bank = Self {
            address: format!("https://{}/rp/v6.0", tcp.local_addr().unwrap()),
            authorities: server.pem.clone(),
            identity: format!("{certificate}{key}"),
            clock: clock.clone(),
            inner: Arc::default(),
        };
        let router = Router::new().route("/rp/v6.0/{method}", post(api)).with_state(bank.clone());
        let listener = CertifiedListener { tcp, acceptor: acceptor(&server, &clients) };
        tokio::spawn(async move { axum::serve(listener, router).await });
        bank
    }

    /// Changes the mood of the API.
    pub fn is(&self, mood: ApiMood) {
        self.inner.lock().unwrap().mood = mood;
    }

    /// The number of orders that were placed.
    pub fn orders(&self) -> usize {
        self.inner.lock().unwrap().orders.len()
    }

    /// The number of times that an order was collected.
    pub fn collected(&self) -> usize {
        self.inner.lock().unwrap().collected
    }

    /// The request of the newest order.
    pub fn asked(&self) -> Value {
        self.newest(|order| order.asked.clone())
    }

    /// The purpose that the app shows for the newest order.
    pub fn purpose(&self) -> String {
        let encoded = self.asked()["userVisibleData"].as_str().unwrap().to_owned();
        String::from_utf8(BASE64.decode(encoded.as_bytes()).unwrap()).unwrap()
    }

    /// Whether an order was cancelled by the service, by its place among all.
    pub fn is_cancelled(&self, place: usize) -> bool {
        self.inner.lock().unwrap().orders[place].is_cancelled
    }

    /// The text of the code that a page has to show for the newest order now.
    pub fn code(&self) -> String {
        let now = self.clock.now();
        self.newest(|order| {
            let seconds = (now.milliseconds() - order.placed_at.milliseconds()) / 1000;
            format!("bankid.{}.{seconds}.{}", order.qr_token, mark(order, &seconds.to_string()))
        })
    }

    /// The app scans a code. Returns whether it takes the order up.
    pub fn scans(&self, code: &str) -> bool {
        let now = self.clock.now();
        let mut inner = self.inner.lock().unwrap();
        let parts: Vec<&str> = code.split('.').collect();
        let ["bankid", token, seconds, given] = parts[..] else { return false };
        let Some(order) = inner.orders.iter_mut().find(|order| order.qr_token == token) else { return false };
        let age = (now.milliseconds() - order.placed_at.milliseconds()) / 1000 - seconds.parse::<i64>().unwrap();
        let is_of_now = u64::try_from(age).is_ok_and(|age| age <= OLDEST_CODE);
        is_of_now && given == mark(order, seconds) && order.take_up(now)
    }

    /// The app is opened by a link. Returns whether it takes the order up.
    pub fn opens(&self, link: &str) -> bool {
        let now = self.clock.now();
        let url = url::Url::parse(link).unwrap();
        let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let [(name, token), (redirect, null)] = &query[..] else { panic!("{link}") };
        assert_eq!((name.as_str(), redirect.as_str(), null.as_str()), ("autostarttoken", "redirect", "null"));
        let mut inner = self.inner.lock().unwrap();
        let order = inner.orders.iter_mut().find(|order| order.autostart_token == *token);
        order.is_some_and(|order| order.take_up(now))
    }

    /// The newest order waits with this hint.
    pub fn says(&self, hint: &str) {
        self.stands(AtBankId::InApp(hint.to_owned()));
    }

    /// The newest order fails with this hint.
    pub fn fails(&self, hint: &str) {
        self.stands(AtBankId::Failed(hint.to_owned()));
    }

    /// The person of the newest order confirms, and the app opens the address of return, if there is one.
    pub fn confirms(&self, person: &str) -> Option<String> {
        self.completes(&completion(person, "192.0.2.200", Some("low")))
    }

    /// The newest order is complete with this answer.
    pub fn completes(&self, answer: &Value) -> Option<String> {
        self.stands(AtBankId::Complete(answer.clone()));
        let address = self.asked()["returnUrl"].as_str()?.to_owned();
        Some(address.strip_prefix(super::PUBLIC_URL).map_or_else(|| address.clone(), str::to_owned))
    }

    fn stands(&self, stands: AtBankId) {
        self.inner.lock().unwrap().orders.last_mut().expect("an order was placed").stands = stands;
    }

    fn newest<T>(&self, read: impl Fn(&PlacedOrder) -> T) -> T {
        read(self.inner.lock().unwrap().orders.last().expect("an order was placed"))
    }

    fn place(&self, asked: &Value) -> Response {
        let mut inner = self.inner.lock().unwrap();
        let random = Random::new();
        let fresh = || random.token().reveal().clone();
        let repeated = inner.orders.first().map(|first| first.reference.clone());
        let reference = repeated.filter(|_| inner.mood == ApiMood::Repeats).unwrap_or_else(fresh);
        let now = self.clock.now();
        let order = PlacedOrder {
            reference,
            autostart_token: fresh(),
            qr_token: fresh(),
            qr_secret: fresh(),
            asked: asked.clone(),
            stands: AtBankId::Outstanding,
            placed_at: now,
            taken_up_at: START,
            is_cancelled: false,
        };
        let answer = json!({
            "orderRef": order.reference, "autoStartToken": order.autostart_token,
            "qrStartToken": order.qr_token, "qrStartSecret": order.qr_secret,
        });
        inner.orders.push(order);
        Json(answer).into_response()
    }

    fn collect(&self, asked: &Value) -> Response {
        let now = self.clock.now();
        let mut inner = self.inner.lock().unwrap();
        inner.collected += 1;
        let is_confused = inner.mood == ApiMood::Confused;
        let order = inner.orders.iter_mut().rev().find(|order| asked["orderRef"] == order.reference.as_str());
        let Some(order) = order else { return refused("invalidParameters") };
        order.end(now);
        let mut answer = json!({ "orderRef": order.reference });
        match &order.stands {
            AtBankId::Outstanding => {
                answer["status"] = json!("pending");
                answer["hintCode"] = json!("outstandingTransaction");
            }
            AtBankId::InApp(hint) => {
                answer["status"] = json!("pending");
                answer["hintCode"] = json!(hint);
            }
            AtBankId::Failed(hint) => {
                answer["status"] = json!("failed");
                answer["hintCode"] = json!(hint);
            }
            AtBankId::Complete(completion) => {
                answer["status"] = json!("complete");
                answer["completionData"] = completion.clone();
            }
        }
        if is_confused {
            answer["orderRef"] = json!("another");
        }
        Json(answer).into_response()
    }

    fn cancel(&self, asked: &Value) -> Response {
        let mut inner = self.inner.lock().unwrap();
        let order = inner.orders.iter_mut().find(|order| asked["orderRef"] == order.reference.as_str());
        let Some(order) = order else { return refused("invalidParameters") };
        order.is_cancelled = true;
        order.stands = AtBankId::Failed("cancelled".to_owned());
        Json(json!({})).into_response()
    }
}

impl PlacedOrder {
    fn take_up(&mut self, now: Timestamp) -> bool {
        self.end(now);
        let is_there = self.stands == AtBankId::Outstanding;
        if is_there {
            self.stands = AtBankId::InApp("started".to_owned());
            self.taken_up_at = now;
        }
        is_there
    }

    /// Ends by the limits of BankID.
    fn end(&mut self, now: Timestamp) {
        match self.stands {
            AtBankId::Outstanding if now > self.placed_at.plus(TAKEN_UP_WITHIN) => {
                self.stands = AtBankId::Failed("startFailed".to_owned());
            }
            AtBankId::InApp(_) if self.taken_up_at > START && now > self.taken_up_at.plus(CONFIRMED_WITHIN) => {
                self.stands = AtBankId::Failed("expiredTransaction".to_owned());
            }
            _ => {}
        }
    }
}

/// The answer to an order that a person has confirmed.
pub fn completion(person: &str, address: &str, risk: Option<&str>) -> Value {
    json!({
        "user": { "personalNumber": person, "name": "Astrid Öberg", "givenName": "Astrid", "surname": "Öberg" },
        "device": { "ipAddress": address, "uhi": "OZvYM9VvyiAmG7NA5jU5zqGcVpo=" },
        "bankIdIssueDate": "2024-02-01",
        "signature": BASE64.encode(b"<Signature/>"),
        "ocspResponse": BASE64.encode(b"good"),
        "risk": risk,
    })
}

fn mark(order: &PlacedOrder, seconds: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, order.qr_secret.as_bytes());
    HEXLOWER.encode(hmac::sign(&key, seconds.as_bytes()).as_ref())
}

fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "errorCode": error, "details": "No such order" }))).into_response()
}

async fn api(
    State(bank): State<BankId>,
    Path(method): Path<String>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> Response {
    assert_eq!(headers[CONTENT_TYPE], "application/json", "BankID takes no other");
    let mood = bank.inner.lock().unwrap().mood.clone();
    match mood {
        ApiMood::Honest | ApiMood::Repeats | ApiMood::Confused => {}
        ApiMood::Maintained => {
            let body = json!({ "errorCode": "Maintenance", "details": "soon" });
            return (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
        }
        ApiMood::Refuses(error) => return refused(error),
        ApiMood::SendsOn(to) => return (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response(),
        ApiMood::Wordy => return Json(json!({ "orderRef": "a".repeat(1_000_000) })).into_response(),
    }
    match method.as_str() {
        "auth" => bank.place(&asked),
        "collect" => bank.collect(&asked),
        "cancel" => bank.cancel(&asked),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
