//! Mobile-ID for the stories: its REST interface, and the phone of a person. It does by other code what the service does, and
//! misbehaves as it is told to.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::BASE64;
use http::StatusCode;
use http::header::LOCATION;
use salpa::platform::random::Random;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Authority;
use super::bank_id::CertifiedListener;
use super::estonia::IdCard;
use super::smart_id::{PARTY, PARTY_NAME};

/// How the interface goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MobileIdMood {
    /// It does not.
    #[default]
    Honest,
    /// It answers with this status, and no JSON.
    Answers(u16),
    /// It sends the caller elsewhere.
    SendsOn(String),
    /// It sends a million bytes.
    Wordy,
    /// It gives this identifier of a session.
    Gives(&'static str),
}

struct AskedPhone {
    id: String,
    asked: Value,
    stands: Value,
}

#[derive(Default)]
struct Inner {
    sessions: Vec<AskedPhone>,
    mood: MobileIdMood,
    asked: usize,
}

/// Mobile-ID at an address of its own.
#[derive(Clone)]
pub struct MobileId {
    pub address: String,
    /// The authority of its server, in PEM.
    pub authorities: String,
    inner: Arc<Mutex<Inner>>,
}

impl MobileId {
    pub async fn start() -> Self {
        let server = Authority::new();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mobile_id = Self {
            address: format!("https://{}/mid-api", tcp.local_addr().unwrap()),
            authorities: server.pem.clone(),
            inner: Arc::default(),
        };
        let router = Router::new()
            .route("/mid-api/authentication", post(begins))
            .route("/mid-api/authentication/session/{id}", get(stands))
            .with_state(mobile_id.clone());
        let listener = CertifiedListener { tcp, acceptor: server.certify(&["127.0.0.1"]) };
        tokio::spawn(async move { axum::serve(listener, router).await });
        mobile_id
    }

    /// Changes the mood of the interface.
    pub fn is(&self, mood: MobileIdMood) {
        self.inner.lock().unwrap().mood = mood;
    }

    /// The number of phones that were asked.
    pub fn sessions(&self) -> usize {
        self.inner.lock().unwrap().sessions.len()
    }

    /// How often sessions were asked after.
    pub fn asked_after(&self) -> usize {
        self.inner.lock().unwrap().asked
    }

    /// The request of the newest session.
    pub fn asked(&self) -> Value {
        self.inner.lock().unwrap().sessions.last().expect("a phone was asked").asked.clone()
    }

    fn hash(&self) -> Vec<u8> {
        BASE64.decode(self.asked()["hash"].as_str().unwrap().as_bytes()).unwrap()
    }

    /// The digits that the phone of the newest session shows.
    pub fn shown(&self) -> String {
        let hash = self.hash();
        let (first, last) = (u32::from(hash[0] >> 2), u32::from(hash[hash.len() - 1] & 0x7f));
        format!("{:04}", first << 7 | last)
    }

    /// The newest session ends with this result.
    pub fn ends(&self, result: &str) {
        self.stands(&json!({ "state": "COMPLETE", "result": result, "traceId": "2f3bebf7036c51f1" }));
    }

    /// The person of the newest session enters the PIN.
    pub fn confirms(&self, sim: &IdCard) {
        self.stands(&self.answer(sim));
    }

    /// The answer of a SIM card to the newest session.
    pub fn answer(&self, sim: &IdCard) -> Value {
        json!({
            "state": "COMPLETE",
            "result": "OK",
            "signature": {
                "value": BASE64.encode(&sim.signs_hash_by_p256(&self.hash())),
                "algorithm": "SHA256WithECEncryption",
            },
            "cert": BASE64.encode(&sim.certificate),
            "time": "2026-06-09T14:32:07",
        })
    }

    /// The newest session stands like this.
    pub fn stands(&self, stands: &Value) {
        self.inner.lock().unwrap().sessions.last_mut().expect("a phone was asked").stands = stands.clone();
    }

    /// The answer of a mood that is none of the interface's own.
    fn refuses(&self) -> Option<Response> {
        match self.inner.lock().unwrap().mood.clone() {
            MobileIdMood::Honest | MobileIdMood::Gives(_) => None,
            MobileIdMood::Answers(status) => Some(StatusCode::from_u16(status).unwrap().into_response()),
            MobileIdMood::SendsOn(to) => Some((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response()),
            MobileIdMood::Wordy => Some(Json(json!({ "sessionID": "a".repeat(1_000_000) })).into_response()),
        }
    }
}

async fn begins(State(mobile_id): State<MobileId>, Json(asked): Json<Value>) -> Response {
    if let Some(refusal) = mobile_id.refuses() {
        return refusal;
    }
    if asked["relyingPartyUUID"] != PARTY || asked["relyingPartyName"] != PARTY_NAME {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "Failed to authorize user" }))).into_response();
    }
    assert_eq!((&asked["hashType"], &asked["language"]), (&json!("SHA256"), &json!("ENG")));
    assert_eq!(BASE64.decode(asked["hash"].as_str().unwrap().as_bytes()).unwrap().len(), 32);
    let mut inner = mobile_id.inner.lock().unwrap();
    let id = match inner.mood {
        MobileIdMood::Gives(id) => id.to_owned(),
        _ => uuid::Uuid::from_bytes(Random::new().bytes()).to_string(),
    };
    let answer = json!({ "sessionID": id, "traceId": "2f3bebf7036c51f1" });
    inner.sessions.push(AskedPhone { id, asked, stands: json!({ "state": "RUNNING" }) });
    Json(answer).into_response()
}

async fn stands(
    State(mobile_id): State<MobileId>,
    Path(id): Path<String>,
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> Response {
    assert_eq!(query["timeoutMs"], "1000");
    if let Some(refusal) = mobile_id.refuses() {
        return refusal;
    }
    let mut inner = mobile_id.inner.lock().unwrap();
    inner.asked += 1;
    let found = inner.sessions.iter().rev().find(|session| session.id == id);
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |session| Json(session.stands.clone()).into_response())
}
