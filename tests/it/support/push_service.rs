//! A push service for the stories, with the browser that subscribes to it. It reads messages by another implementation
//! of the standards than the service has (RFC 8291, 8188, 8292), from primitives of other crates.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::post;
use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use http::{HeaderMap, StatusCode};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use salpa::platform::random::Random;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

/// A message as it came.
#[derive(Clone, Debug)]
pub struct PushMessage {
    /// The end of the address that it was sent to.
    pub address: String,
    pub headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// A push service that answers as it is told to, and never where it is told `None`.
#[derive(Clone)]
pub struct PushService {
    pub address: SocketAddr,
    taken: Arc<Mutex<Vec<PushMessage>>>,
    answer: Arc<Mutex<Option<u16>>>,
}

impl PushService {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = Self { address, taken: Arc::default(), answer: Arc::new(Mutex::new(Some(201))) };
        let router = Router::new().route("/push/{address}", post(take)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn answer(&self, status: Option<u16>) {
        *self.answer.lock().unwrap() = status;
    }

    pub fn taken(&self) -> Vec<PushMessage> {
        self.taken.lock().unwrap().clone()
    }

    /// A browser subscribes.
    pub fn subscribe(&self, name: &str) -> SubscribedBrowser {
        let random = Random::new();
        let key = SecretKey::from_slice(&random.bytes::<32>()).expect("nearly every number is a key");
        SubscribedBrowser { address: format!("{}/push/{name}", self.origin()), key, secret: random.bytes() }
    }
}

async fn take(
    State(service): State<PushService>,
    Path(address): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    service.taken.lock().unwrap().push(PushMessage { address, headers, body: body.to_vec() });
    let answer = *service.answer.lock().unwrap();
    match answer {
        Some(status) => StatusCode::from_u16(status).unwrap(),
        None => std::future::pending().await,
    }
}

/// A browser with a subscription.
#[derive(Clone)]
pub struct SubscribedBrowser {
    pub address: String,
    key: SecretKey,
    secret: [u8; 16],
}

impl SubscribedBrowser {
    /// The JSON that the browser hands over.
    pub fn json(&self) -> Value {
        let point = self.key.public_key().to_sec1_point(false);
        let (p256dh, auth) = (BASE64URL_NOPAD.encode(point.as_bytes()), BASE64URL_NOPAD.encode(&self.secret));
        json!({ "endpoint": self.address, "keys": { "p256dh": p256dh, "auth": auth } })
    }

    /// The text of a message, read as a browser does; `None` where it is not for this one.
    pub fn read(&self, message: &PushMessage) -> Option<Value> {
        let (salt, rest) = message.body.split_at_checked(16)?;
        let (record, rest) = rest.split_at_checked(4)?;
        let (length, rest) = rest.split_first()?;
        let (point, text) = rest.split_at_checked(usize::from(*length))?;
        assert!(text.len() <= u32::from_be_bytes(record.try_into().unwrap()) as usize, "one record");
        let theirs = PublicKey::from_sec1_bytes(point).ok()?;
        let shared = p256::ecdh::diffie_hellman(self.key.to_nonzero_scalar(), theirs.as_affine());
        let own = self.key.public_key().to_sec1_point(false);
        let about = [b"WebPush: info\0".as_slice(), own.as_bytes(), point].concat();
        let material = expand::<32>(&self.secret, shared.raw_secret_bytes(), &about);
        let key = expand::<16>(salt, &material, b"Content-Encoding: aes128gcm\0");
        let nonce = expand::<12>(salt, &material, b"Content-Encoding: nonce\0");
        let cipher = Aes128Gcm::new_from_slice(&key).unwrap();
        let padded = cipher.decrypt(&Nonce::try_from(nonce.as_slice()).unwrap(), text).ok()?;
        let end = padded.iter().rposition(|byte| *byte != 0)?;
        assert_eq!(padded[end], 2, "the last record");
        serde_json::from_slice(&padded[..end]).ok()
    }
}

fn expand<const N: usize>(salt: &[u8], material: &[u8], about: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    Hkdf::<Sha256>::new(Some(salt), material).expand(about, &mut bytes).unwrap();
    bytes
}

impl PushMessage {
    /// The claims of its signature, if that holds for the key that the message names.
    pub fn claims(&self) -> Option<Value> {
        let rest = self.headers["authorization"].strip_prefix("vapid t=")?;
        let (token, key) = rest.split_once(", k=")?;
        let key = VerifyingKey::from_sec1_bytes(&BASE64URL_NOPAD.decode(key.as_bytes()).ok()?).ok()?;
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = Signature::from_slice(&BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?).ok()?;
        key.verify(signed.as_bytes(), &signature).ok()?;
        let (header, claims) = signed.split_once('.')?;
        let read = |part: &str| serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap();
        assert_eq!(read(header), json!({ "typ": "JWT", "alg": "ES256" }));
        Some(read(claims))
    }

    /// The key that it names.
    pub fn key(&self) -> &str {
        self.headers["authorization"].rsplit_once("k=").unwrap().1
    }
}
