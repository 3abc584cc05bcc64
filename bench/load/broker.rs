//! A broker of the Finnish Trust Network in this process. It signs and encrypts as brokers do, and records how long that
//! takes: none of it is the time of the service.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_lc_rs::cipher::{AES_128, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeyPair as RsaKeyPair, KeySize, OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey,
    PublicKeyComponents,
};
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256};
use axum::extract::{Form, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::BASE64URL_NOPAD;
use salpa::platform::random::Random;
use serde_json::{Value, json};

use crate::Outcome;

/// The name of the service at the broker.
const CLIENT_ID: &str = "bench";
/// The characters that check a personal identity code.
const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// A person who has proved themselves there, as their code stands for them.
struct Proven {
    nonce: String,
    customer: usize,
}

struct Inner {
    origin: String,
    key: RsaKeyPair,
    /// The key that ID tokens are encrypted to.
    encrypts_to: Mutex<Option<Value>>,
    proven: Mutex<HashMap<String, Proven>>,
    /// The time that the last answer took here.
    took: Mutex<Duration>,
}

/// The broker, on a thread of its own.
#[derive(Clone)]
pub(crate) struct Broker(Arc<Inner>);

/// A lock that a failed thread has not poisoned for the others.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Broker {
    /// Starts it.
    pub(crate) fn start() -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address: SocketAddr = listener.local_addr()?;
        let broker = Self(Arc::new(Inner {
            origin: format!("http://{address}"),
            key: RsaKeyPair::generate(KeySize::Rsa2048)?,
            encrypts_to: Mutex::default(),
            proven: Mutex::default(),
            took: Mutex::default(),
        }));
        let router = Router::new()
            .route("/jwks", get(|State(broker): State<Self>| async move { Json(broker.keys()) }))
            .route("/token", post(token))
            .with_state(broker.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router).await
            })
        });
        Ok(broker)
    }

    /// The settings of the service for it.
    pub(crate) fn settings(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.0.origin);
        json!({
            "kind": "finnish_trust_network",
            "name": "Bench",
            "issuer": self.0.origin,
            "client_id": CLIENT_ID,
            "service_name": "Bench",
            "endpoints": { "authorization": at("/authorize"), "token": at("/token"), "jwks": at("/jwks") },
        })
    }

    /// Registers the keys that the service publishes.
    pub(crate) fn register(&self, keys: &Value) -> Outcome<()> {
        let keys = keys.get("keys").and_then(Value::as_array).ok_or("the service publishes no keys")?;
        let key = keys.iter().find(|key| key.get("use") == Some(&json!("enc"))).ok_or("no key to encrypt to")?;
        *locked(&self.0.encrypts_to) = Some(key.clone());
        Ok(())
    }

    /// A customer proves themselves: the path at which their browser is back at the service.
    pub(crate) fn lets_in(&self, location: &str, customer: usize) -> Outcome<String> {
        let query: HashMap<_, _> = url::Url::parse(location)?.query_pairs().into_owned().collect();
        let object = query.get("request").and_then(|object| object.split('.').nth(1)).ok_or("no signed request")?;
        let request: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(object.as_bytes())?)?;
        let of = |name: &str| {
            let text = request.get(name).and_then(Value::as_str);
            text.map(str::to_owned).ok_or_else(|| format!("the request has no {name}"))
        };
        let code = Random::new().token().reveal().clone();
        let mut back = url::Url::parse(&of("redirect_uri")?)?;
        back.query_pairs_mut().extend_pairs([("code", code.as_str()), ("state", &of("state")?)]);
        locked(&self.0.proven).insert(code, Proven { nonce: of("nonce")?, customer });
        Ok(format!("{}?{}", back.path(), back.query().unwrap_or_default()))
    }

    /// The time that the last answer took here.
    pub(crate) fn took(&self) -> Duration {
        *locked(&self.0.took)
    }

    fn keys(&self) -> Value {
        let key = self.0.key.public_key();
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let (n, e) = (key.modulus(), key.exponent());
        let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
        json!({ "keys": [
            { "kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": encode(n), "e": encode(e) },
        ] })
    }

    /// The answer for a code.
    fn answer(&self, code: &str) -> Outcome<Value> {
        let proven = locked(&self.0.proven).remove(code).ok_or("nobody gave this code")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let claims = json!({
            "iss": self.0.origin,
            "sub": format!("customer {}", proven.customer),
            "aud": CLIENT_ID,
            "nonce": proven.nonce,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "acr": "http://ftn.ficora.fi/2017/loa2",
            "urn:oid:1.2.246.21": identity_code(proven.customer),
        });
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(&json!({ "alg": "RS256", "kid": "1", "typ": "JWT" })), encode(&claims));
        let mut signature = vec![0; self.0.key.public_modulus_len()];
        self.0.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)?;
        let signed = format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature));
        let key = locked(&self.0.encrypts_to).clone().ok_or("no key is registered")?;
        Ok(json!({ "id_token": encrypted(&key, &signed)?, "access_token": "unused", "token_type": "Bearer" }))
    }
}

async fn token(
    State(broker): State<Broker>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, (http::StatusCode, String)> {
    let begun = Instant::now();
    let answer = broker.answer(form.get("code").map_or("", String::as_str));
    *locked(&broker.0.took) = begun.elapsed();
    answer.map(Json).map_err(|fault| (http::StatusCode::BAD_REQUEST, fault.to_string()))
}

/// The personal identity code of a customer, of the range that is given to nobody.
fn identity_code(customer: usize) -> String {
    let (year, number) = (customer / 90 % 100, customer % 90 + 900);
    let digits = 10_100_000 + year * 1000 + number;
    let check = CHECKS.get(digits % CHECKS.len()).copied().map_or('0', char::from);
    format!("0101{year:02}-{number}{check}")
}

/// A token inside another one: RSA-OAEP with A128CBC-HS256.
fn encrypted(key: &Value, signed: &str) -> Outcome<String> {
    let part = |name: &str| -> Outcome<Vec<u8>> {
        let text = key.get(name).and_then(Value::as_str).ok_or_else(|| format!("the key has no {name}"))?;
        Ok(BASE64URL_NOPAD.decode(text.as_bytes())?)
    };
    let public: PublicEncryptingKey = PublicKeyComponents { n: part("n")?, e: part("e")? }.try_into()?;
    let public = OaepPublicEncryptingKey::new(public)?;
    let random = Random::new();
    let (authenticates, encrypts, vector) = (random.bytes::<16>(), random.bytes::<16>(), random.bytes::<16>());
    let mut wrapped = vec![0; public.ciphertext_size()];
    let content_key = [authenticates, encrypts].concat();
    let wrapped = public.encrypt(&OAEP_SHA1_MGF1SHA1, &content_key, &mut wrapped, None)?.to_vec();
    let header = json!({ "alg": "RSA-OAEP", "enc": "A128CBC-HS256", "cty": "JWT", "kid": key.get("kid") });
    let header = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    let mut content = signed.as_bytes().to_vec();
    PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, &encrypts)?)?
        .less_safe_encrypt(&mut content, EncryptionContext::Iv128(FixedLength::from(&vector)))?;
    let length = (header.len() as u64 * 8).to_be_bytes();
    let authenticated = [header.as_bytes(), &vector, &content, &length].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &authenticates), &authenticated);
    let (tag, _) = tag.as_ref().split_at(16);
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    Ok([header, part(&wrapped), part(&vector), part(&content), part(tag)].join("."))
}
