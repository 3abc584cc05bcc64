//! Smart-ID for the stories: its relying-party API, and the app of a person, which scans codes and opens links. It does by other
//! code what the service does, and misbehaves as it is told to.

use std::sync::{Arc, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::RSA_PSS_SHA512;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyUsagePurpose};
use salpa::platform::clock::{Clock, Timestamp};
use salpa::platform::random::Random;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::bank_id::CertifiedListener;
use super::estonia::{IdAuthority, IdCard, has_policies, names_responder, rsa_key};
use super::{Authority, PUBLIC_URL};

/// The identifier of the service there.
pub const PARTY: &str = "00000000-0000-4000-8000-000000000000";
/// The name of the service there.
pub const PARTY_NAME: &str = "DEMO";
/// How old a code may be that the app scans, in seconds.
const OLDEST_CODE: i64 = 3;

/// How the API goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SmartIdMood {
    /// It does not.
    #[default]
    Honest,
    /// It answers with this status, and no JSON.
    Answers(u16),
    /// It sends the caller elsewhere.
    SendsOn(String),
    /// It sends a million bytes.
    Wordy,
    /// It gives the identifier of the first session again.
    Repeats,
    /// It gives a link that a browser must not follow.
    Links(&'static str),
}

struct Begun {
    id: String,
    token: String,
    secret: String,
    asked: Value,
    /// The way in which the app has taken it up.
    flow: Option<&'static str>,
    stands: Value,
    begun_at: Timestamp,
}

#[derive(Default)]
struct Inner {
    sessions: Vec<Begun>,
    mood: SmartIdMood,
    asked: usize,
}

/// Smart-ID at an address of its own.
#[derive(Clone)]
pub struct SmartId {
    pub address: String,
    /// The authority of its server, in PEM.
    pub authorities: String,
    clock: Clock,
    inner: Arc<Mutex<Inner>>,
}

/// The answer of an app, before it is sent.
pub struct AppAnswer {
    pub answer: Value,
    /// The address that the app opens in the end, on the same device.
    pub returns: Option<String>,
}

impl SmartId {
    /// Smart-ID with the clock of the service.
    pub async fn start(clock: &Clock) -> Self {
        let server = Authority::new();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let smart_id = Self {
            address: format!("https://{}/v3", tcp.local_addr().unwrap()),
            authorities: server.pem.clone(),
            clock: clock.clone(),
            inner: Arc::default(),
        };
        let router = Router::new()
            .route("/v3/authentication/device-link/anonymous", post(begins))
            .route("/v3/session/{id}", get(stands))
            .with_state(smart_id.clone());
        let listener = CertifiedListener { tcp, acceptor: server.certify(&["127.0.0.1"]) };
        tokio::spawn(async move { axum::serve(listener, router).await });
        smart_id
    }

    /// Changes the mood of the API.
    pub fn is(&self, mood: SmartIdMood) {
        self.inner.lock().unwrap().mood = mood;
    }

    /// The number of sessions that were begun.
    pub fn sessions(&self) -> usize {
        self.inner.lock().unwrap().sessions.len()
    }

    /// How often sessions were asked after.
    pub fn asked_after(&self) -> usize {
        self.inner.lock().unwrap().asked
    }

    /// The request of the newest session.
    pub fn asked(&self) -> Value {
        self.newest(|session| session.asked.clone())
    }

    /// The texts that the app can show for the newest session.
    pub fn texts(&self) -> Value {
        let asked = self.asked();
        serde_json::from_slice(&BASE64.decode(asked["interactions"].as_str().unwrap().as_bytes()).unwrap()).unwrap()
    }

    /// The link that a page has to show as a code for the newest session now.
    pub fn code(&self) -> String {
        let now = self.clock.now();
        self.newest(|session| {
            let elapsed = (now.milliseconds() - session.begun_at.milliseconds()) / 1000;
            session.link(&format!("deviceLinkType=QR&elapsedSeconds={elapsed}"), "")
        })
    }

    /// The app scans a code. Returns whether it takes the session up.
    pub fn scans(&self, code: &str) -> bool {
        let now = self.clock.now();
        let mut inner = self.inner.lock().unwrap();
        let Some(session) = inner.sessions.iter_mut().find(|session| code.contains(&session.token)) else {
            return false;
        };
        let elapsed: i64 = between(code, "elapsedSeconds=").parse().unwrap();
        let age = (now.milliseconds() - session.begun_at.milliseconds()) / 1000 - elapsed;
        let plain = format!("deviceLinkType=QR&elapsedSeconds={elapsed}");
        let is_good = code == session.link(&plain, "") && (0..=OLDEST_CODE).contains(&age);
        is_good && session.take_up("QR")
    }

    /// The app is opened by a link. Returns whether it takes the session up.
    pub fn opens(&self, link: &str) -> bool {
        let mut inner = self.inner.lock().unwrap();
        let Some(session) = inner.sessions.iter_mut().find(|session| link.contains(&session.token)) else {
            return false;
        };
        let returns = session.asked["initialCallbackUrl"].as_str().unwrap_or_default().to_owned();
        link == session.link("deviceLinkType=Web2App", &returns) && session.take_up("Web2App")
    }

    /// The newest session ends with this result.
    pub fn ends(&self, result: &str) {
        self.stands(&json!({ "state": "COMPLETE", "result": { "endResult": result, "details": { "interaction": "displayTextAndPIN" } } }));
    }

    /// The person of the newest session confirms. Returns the address that the app opens, if there is one.
    pub fn confirms(&self, account: &IdCard) -> Option<String> {
        self.confirms_like(account, |_| {})
    }

    /// The same with another answer than is signed.
    pub fn confirms_like(&self, account: &IdCard, change: impl FnOnce(&mut Value)) -> Option<String> {
        let AppAnswer { mut answer, returns } = self.answer(account, |_| {});
        change(&mut answer);
        self.stands(&answer);
        returns
    }

    /// The answer of the app for the newest session, of parts that were changed before they are signed.
    pub fn answer(&self, account: &IdCard, change: impl FnOnce(&mut Value)) -> AppAnswer {
        let random = Random::new();
        let verifier = random.token().reveal().clone();
        let (asked, flow, secret) =
            self.newest(|session| (session.asked.clone(), session.flow.unwrap_or("QR"), session.secret.clone()));
        let hash = |text: &str| digest(&SHA256, text.as_bytes());
        let mut parts = json!({
            "scheme": "smart-id",
            "random": BASE64.encode(&random.bytes::<24>()),
            "challenge": asked["signatureProtocolParameters"]["rpChallenge"],
            "user_challenge": BASE64URL_NOPAD.encode(hash(&verifier).as_ref()),
            "name": BASE64.encode(asked["relyingPartyName"].as_str().unwrap().as_bytes()),
            "interactions": BASE64.encode(hash(asked["interactions"].as_str().unwrap()).as_ref()),
            "shown": "confirmationMessage",
            "returns": asked.get("initialCallbackUrl").cloned().unwrap_or_else(|| json!("")),
            "flow": flow,
        });
        change(&mut parts);
        let part = |name: &str| parts[name].as_str().unwrap().to_owned();
        let order = ["random", "challenge", "user_challenge", "name"].map(part).join("|");
        let rest = ["interactions", "shown", "returns", "flow"].map(part).join("|");
        let text = format!("{}|ACSP_V2|{order}||{rest}", part("scheme"));
        let signature = account.signs_by_rsa(&RSA_PSS_SHA512, text.as_bytes());
        let answer = json!({
            "state": "COMPLETE",
            "result": { "endResult": "OK", "documentNumber": "PNOEE-38001085718-MOCK-Q" },
            "signatureProtocol": "ACSP_V2",
            "signature": {
                "value": BASE64.encode(&signature),
                "serverRandom": part("random"),
                "userChallenge": part("user_challenge"),
                "flowType": part("flow"),
                "signatureAlgorithm": "rsassa-pss",
                "signatureAlgorithmParameters": {
                    "hashAlgorithm": "SHA-512",
                    "maskGenAlgorithm": { "algorithm": "id-mgf1", "parameters": { "hashAlgorithm": "SHA-512" } },
                    "saltLength": 64,
                    "trailerField": "0xbc",
                },
            },
            "cert": { "value": BASE64.encode(&account.certificate), "certificateLevel": "QUALIFIED" },
            "interactionTypeUsed": part("shown"),
            "somethingNew": "members are added over time",
        });
        let digest_of = BASE64URL_NOPAD.encode(digest(&SHA256, &BASE64.decode(secret.as_bytes()).unwrap()).as_ref());
        let returns = asked["initialCallbackUrl"].as_str().map(|address| {
            let local = address.strip_prefix(PUBLIC_URL).unwrap_or(address);
            format!("{local}&sessionSecretDigest={digest_of}&userChallengeVerifier={verifier}")
        });
        AppAnswer { answer, returns }
    }

    /// The newest session stands like this.
    pub fn stands(&self, stands: &Value) {
        self.inner.lock().unwrap().sessions.last_mut().expect("a session was begun").stands = stands.clone();
    }

    fn newest<T>(&self, read: impl Fn(&Begun) -> T) -> T {
        read(self.inner.lock().unwrap().sessions.last().expect("a session was begun"))
    }

    /// The answer of a mood that is none of the API's own.
    fn refuses(&self) -> Option<Response> {
        match self.inner.lock().unwrap().mood.clone() {
            SmartIdMood::Honest | SmartIdMood::Repeats | SmartIdMood::Links(_) => None,
            SmartIdMood::Answers(status) => Some(StatusCode::from_u16(status).unwrap().into_response()),
            SmartIdMood::SendsOn(to) => Some((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response()),
            SmartIdMood::Wordy => Some(Json(json!({ "sessionID": "a".repeat(1_000_000) })).into_response()),
        }
    }
}

impl Begun {
    /// A link with its code of authentication.
    fn link(&self, way: &str, returns: &str) -> String {
        let plain = format!(
            "https://smart-id.com/device-link/?{way}&sessionToken={}&sessionType=auth&version=1.0&lang=eng",
            self.token
        );
        let challenge = self.asked["signatureProtocolParameters"]["rpChallenge"].as_str().unwrap();
        let name = BASE64.encode(self.asked["relyingPartyName"].as_str().unwrap().as_bytes());
        let interactions = self.asked["interactions"].as_str().unwrap();
        let covered = format!("smart-id|ACSP_V2|{challenge}|{name}||{interactions}|{returns}|{plain}");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &BASE64.decode(self.secret.as_bytes()).unwrap());
        let code = BASE64URL_NOPAD.encode(hmac::sign(&key, covered.as_bytes()).as_ref());
        format!("{plain}&authCode={code}")
    }

    fn take_up(&mut self, flow: &'static str) -> bool {
        let is_there = self.flow.is_none() && self.stands["state"] == "RUNNING";
        self.flow = Some(flow);
        is_there
    }
}

impl IdAuthority {
    /// A usual Smart-ID account of a person.
    pub fn account(&self, code: &str) -> IdCard {
        self.account_like(code, |_| {})
    }

    /// An account whose certificate was changed before it was signed.
    pub fn account_like(&self, code: &str, change: impl FnOnce(&mut CertificateParams)) -> IdCard {
        let responder = self.responder.clone();
        self.issue(&format!("PNOEE-{code}"), &rsa_key(), move |parameters| {
            parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            parameters.extended_key_usages =
                vec![ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 4, 1, 62306, 5, 7, 0])];
            parameters.custom_extensions =
                vec![names_responder(&responder), has_policies(&["1.3.6.1.4.1.10015.17.2", "0.4.0.2042.1.2"])];
            change(parameters);
        })
    }
}

fn between(text: &str, from: &str) -> String {
    text.split_once(from).unwrap().1.split('&').next().unwrap().to_owned()
}

async fn begins(State(smart_id): State<SmartId>, Json(asked): Json<Value>) -> Response {
    if let Some(refusal) = smart_id.refuses() {
        return refusal;
    }
    if asked["relyingPartyUUID"] != PARTY || asked["relyingPartyName"] != PARTY_NAME {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    assert_eq!(asked["certificateLevel"], "QUALIFIED");
    assert_eq!(asked["signatureProtocol"], "ACSP_V2");
    let challenge = asked["signatureProtocolParameters"]["rpChallenge"].as_str().unwrap();
    assert!((44..=88).contains(&challenge.len()), "{challenge}");
    let now = smart_id.clock.now();
    let mut inner = smart_id.inner.lock().unwrap();
    let random = Random::new();
    let repeated = inner.sessions.first().map(|first| first.id.clone());
    let fresh = uuid::Uuid::from_bytes(random.bytes()).to_string();
    let session = Begun {
        id: repeated.filter(|_| inner.mood == SmartIdMood::Repeats).unwrap_or(fresh),
        token: random.token().reveal().clone(),
        secret: BASE64.encode(&random.bytes::<16>()),
        asked,
        flow: None,
        stands: json!({ "state": "RUNNING" }),
        begun_at: now,
    };
    let base = match inner.mood {
        SmartIdMood::Links(base) => base,
        _ => "https://smart-id.com/device-link/",
    };
    let answer = json!({
        "sessionID": session.id, "sessionToken": session.token, "sessionSecret": session.secret,
        "deviceLinkBase": base, "somethingNew": true,
    });
    inner.sessions.push(session);
    Json(answer).into_response()
}

async fn stands(
    State(smart_id): State<SmartId>,
    Path(id): Path<String>,
    Query(query): Query<std::collections::HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    assert_eq!((query["timeoutMs"].as_str(), &headers["accept"]), ("1000", &"application/json".parse().unwrap()));
    if let Some(refusal) = smart_id.refuses() {
        return refusal;
    }
    let mut inner = smart_id.inner.lock().unwrap();
    inner.asked += 1;
    let found = inner.sessions.iter().rev().find(|session| session.id == id);
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |session| Json(session.stands.clone()).into_response())
}
