//! A provider of identities for the stories: a broker of the Finnish Trust Network, or the directory of a company. It
//! checks what the service sends by other code than the service has, and misbehaves as it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_lc_rs::cipher::{AES_128, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use salpa::platform::clock::Clock;
use salpa::platform::jose::s256;
use salpa::platform::random::Random;
use serde_json::{Value, json};

use crate::provider::signing::{Key, changed};

/// The secret of a client that knows one.
pub const CLIENT_SECRET: &str = "a secret of the directory";
/// The client at every broker.
pub const CLIENT_ID: &str = "salpa";

/// A person at their bank.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    pub identifier: &'static str,
    pub subject: &'static str,
}

/// Aino, by her personal identity code.
pub const AINO_AT_BANK: Customer = Customer { identifier: "131052-308T", subject: "aino-at-the-bank" };
/// Somebody else.
pub const MALLORY_AT_BANK: Customer = Customer { identifier: "010594Y9032", subject: "mallory-at-the-bank" };

/// How an answer of the token endpoint goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// It does not.
    #[default]
    Honest,
    /// It sends the caller elsewhere.
    Redirects(String),
    /// It sends a million bytes.
    Endless,
    /// It has no answer.
    Broken,
    /// It knows no client of that name.
    Estranged,
}

/// The form of an ID token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenForm {
    /// Signed with the broker's key, and encrypted.
    Usual,
    /// Signed, and readable by everybody.
    Plain,
    /// Signed with a key that the broker does not publish, under the name of one that it does.
    RogueKey,
    /// Signed with the public half as the secret of an HMAC.
    PublicKeyAsSecret,
    /// Not signed.
    Unsigned,
    /// Signed with a key that stands in its own header.
    KeyInHeader,
    /// Encrypted to a key of somebody else.
    ForAnother,
}

struct Asked {
    parameters: BTreeMap<String, String>,
    customer: Customer,
}

struct Inner {
    service_keys: Value,
    kid: String,
    key: Key,
    waiting: BTreeMap<String, Asked>,
    pushed: BTreeMap<String, BTreeMap<String, String>>,
    assertions: Vec<String>,
    mood: Mood,
    form: TokenForm,
    claims: Value,
    asked_for_keys: usize,
    signed_set: String,
    signed_kind: &'static str,
}

/// A broker at an address of its own.
#[derive(Clone)]
pub struct Broker {
    pub origin: String,
    clock: Clock,
    encrypts: bool,
    inner: Arc<Mutex<Inner>>,
}

impl Broker {
    /// A broker with the clock of the service.
    pub async fn start(clock: &Clock, encrypts: bool) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let inner = Inner {
            service_keys: json!({ "keys": [] }),
            kid: "the first".to_owned(),
            key: Key::rsa(),
            waiting: BTreeMap::new(),
            pushed: BTreeMap::new(),
            assertions: Vec::new(),
            mood: Mood::Honest,
            form: TokenForm::Usual,
            claims: json!({}),
            asked_for_keys: 0,
            signed_set: String::new(),
            signed_kind: "application/jwk-set+jwt",
        };
        let broker = Self { origin, clock: clock.clone(), encrypts, inner: Arc::new(Mutex::new(inner)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(jwks))
            .route("/signed-jwks", get(signed_jwks))
            .route("/par", post(par))
            .route("/token", post(token))
            .with_state(broker.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        broker
    }

    /// Registers the published keys of the service.
    pub fn register(&self, keys: Value) {
        self.inner.lock().unwrap().service_keys = keys;
    }

    /// Changes the mood of its token endpoint.
    pub fn is(&self, mood: Mood) {
        self.inner.lock().unwrap().mood = mood;
    }

    /// Gives ID tokens of another form.
    pub fn gives(&self, form: TokenForm) {
        self.inner.lock().unwrap().form = form;
    }

    /// Gives ID tokens with other claims; `null` takes one away.
    pub fn claims(&self, changes: Value) {
        self.inner.lock().unwrap().claims = changes;
    }

    /// Signs with another key from now on, and publishes it alone.
    pub fn rotates(&self) {
        let mut inner = self.inner.lock().unwrap();
        inner.kid = format!("{} and another", inner.kid);
        inner.key = Key::rsa();
    }

    /// Publishes a signed set of its keys.
    pub fn publishes(&self, signed_set: String) {
        self.inner.lock().unwrap().signed_set = signed_set;
    }

    /// Sends its signed set as another kind of document.
    pub fn sends_as(&self, kind: &'static str) {
        self.inner.lock().unwrap().signed_kind = kind;
    }

    /// The key that signs its ID tokens, as it is published.
    pub fn published_key(&self) -> Value {
        let inner = self.inner.lock().unwrap();
        changed(inner.key.jwk(), &json!({ "kid": inner.kid, "use": "sig", "alg": "RS256" }))
    }

    /// How often somebody asked for its keys.
    pub fn asked_for_keys(&self) -> usize {
        self.inner.lock().unwrap().asked_for_keys
    }

    /// The parameters of the request that a browser brings. A request object must be signed with a published key of the
    /// service.
    pub fn parameters(&self, location: &str) -> BTreeMap<String, String> {
        let url = url::Url::parse(location).unwrap();
        assert_eq!(url.origin().ascii_serialization(), self.origin, "the browser goes to the broker");
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(query["client_id"], CLIENT_ID);
        if let Some(reference) = query.get("request_uri") {
            return self.inner.lock().unwrap().pushed.remove(reference).expect("a pushed request, used once");
        }
        let Some(object) = query.get("request") else { return query };
        assert_eq!(query.len(), 2, "nothing stands beside the signed request: {query:?}");
        let (header, claims) = self.verified(object);
        assert_eq!(header["typ"], "oauth-authz-req+jwt");
        let now = self.clock.now().seconds();
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(CLIENT_ID), &json!(self.origin)));
        assert!(claims["exp"].as_i64().unwrap() <= now + 600 && claims["exp"].as_i64().unwrap() > now);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        claims.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
    }

    /// A person proves themselves at the bank. The address that the browser goes to.
    pub fn lets_in(&self, location: &str, customer: Customer) -> String {
        let parameters = self.parameters(location);
        assert_eq!(parameters["code_challenge_method"], "S256");
        let code = Random::new().token().reveal().clone();
        let back = self.back(&parameters, &[("code", &code)]);
        self.inner.lock().unwrap().waiting.insert(code, Asked { parameters, customer });
        back
    }

    /// A person does not. The address that the browser goes to.
    pub fn refuses(&self, location: &str, error: &str) -> String {
        let parameters = self.parameters(location);
        self.back(&parameters, &[("error", error)])
    }

    fn back(&self, parameters: &BTreeMap<String, String>, answer: &[(&str, &str)]) -> String {
        let mut address = url::Url::parse(&parameters["redirect_uri"]).unwrap();
        let answer = answer.iter().copied().chain([("state", parameters["state"].as_str()), ("iss", &self.origin)]);
        address.query_pairs_mut().extend_pairs(answer);
        format!("{}?{}", address.path(), address.query().unwrap())
    }

    fn metadata(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.origin);
        json!({
            "issuer": self.origin,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "pushed_authorization_request_endpoint": at("/par"),
            "jwks_uri": at("/jwks"),
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// Header and claims of a token that a published key of the service has signed.
    fn verified(&self, token: &str) -> (Value, Value) {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let read = |part: &str| -> Value { serde_json::from_slice(&decode(part)).unwrap() };
        let (header, claims) = (read(header), read(claims));
        let inner = self.inner.lock().unwrap();
        let keys = inner.service_keys["keys"].as_array().unwrap().clone();
        let key = keys.iter().find(|key| key["kid"] == header["kid"]).expect("a published key signs");
        assert_eq!((&key["use"], &key["alg"]), (&json!("sig"), &header["alg"]));
        let part = |name: &str| decode(key[name].as_str().unwrap());
        if header["alg"] == "ES256" {
            let point = [vec![4], part("x"), part("y")].concat();
            let signature = Signature::from_slice(&decode(signature)).unwrap();
            VerifyingKey::from_sec1_bytes(&point).unwrap().verify(signed.as_bytes(), &signature).unwrap();
        } else {
            let key = RsaPublicKeyComponents { n: part("n"), e: part("e") };
            key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature)).unwrap();
        }
        (header, claims)
    }

    /// Whether a form proves to come from the service.
    fn knows(&self, headers: &HeaderMap, form: &BTreeMap<String, String>, path: &str) -> bool {
        if let Some(value) = headers.get(AUTHORIZATION) {
            let pair = data_encoding::BASE64.encode(format!("{CLIENT_ID}:a+secret+of+the+directory").as_bytes());
            return value == format!("Basic {pair}").as_str();
        }
        let Some(assertion) = form.get("client_assertion") else { return false };
        let (_, claims) = self.verified(assertion);
        let now = self.clock.now().seconds();
        let is_for_us = [json!(self.origin), json!(format!("{}{path}", self.origin))].contains(&claims["aud"]);
        let holds = claims["exp"].as_i64().unwrap() > now && claims["exp"].as_i64().unwrap() <= now + 600;
        let mut inner = self.inner.lock().unwrap();
        let jti = claims["jti"].as_str().unwrap().to_owned();
        let is_new = !inner.assertions.contains(&jti);
        inner.assertions.push(jti);
        is_new && is_for_us && holds && claims["iss"] == CLIENT_ID && claims["sub"] == CLIENT_ID
    }

    fn id_token(&self, asked: &Asked) -> String {
        let inner = self.inner.lock().unwrap();
        let now = self.clock.now().seconds();
        let claims = json!({
            "iss": self.origin,
            "sub": asked.customer.subject,
            "aud": CLIENT_ID,
            "nonce": asked.parameters["nonce"],
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "acr": "http://ftn.ficora.fi/2017/loa2",
            "urn:oid:1.2.246.21": asked.customer.identifier,
        });
        let claims = changed(claims, &inner.claims);
        let header = json!({ "alg": "RS256", "kid": inner.kid, "typ": "JWT" });
        let signed = match inner.form {
            TokenForm::Usual | TokenForm::Plain | TokenForm::ForAnother => inner.key.sign(&header, &claims),
            TokenForm::RogueKey => Key::rsa().sign(&header, &claims),
            TokenForm::PublicKeyAsSecret => inner.key.sign(&changed(header, &json!({ "alg": "HS256" })), &claims),
            TokenForm::Unsigned => inner.key.sign(&changed(header, &json!({ "alg": "none" })), &claims),
            TokenForm::KeyInHeader => {
                let own = Key::rsa();
                own.sign(&changed(header, &json!({ "jwk": own.jwk(), "kid": null })), &claims)
            }
        };
        if !self.encrypts || inner.form == TokenForm::Plain {
            return signed;
        }
        let keys = inner.service_keys["keys"].as_array().unwrap();
        let key = keys.iter().find(|key| key["use"] == "enc").expect("a key to encrypt to").clone();
        let key = if inner.form == TokenForm::ForAnother { changed(key, &Key::rsa().jwk()) } else { key };
        encrypted(&key, &signed)
    }
}

fn decode(part: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()
}

/// A token inside another one, as brokers of the trust network send it: RSA-OAEP with A128CBC-HS256.
fn encrypted(key: &Value, signed: &str) -> String {
    let part = |name: &str| decode(key[name].as_str().unwrap());
    let public: PublicEncryptingKey = PublicKeyComponents { n: part("n"), e: part("e") }.try_into().unwrap();
    let public = OaepPublicEncryptingKey::new(public).unwrap();
    let random = Random::new();
    let (content_key, vector) = (random.bytes::<32>(), random.bytes::<16>());
    let mut wrapped = vec![0; public.ciphertext_size()];
    let wrapped = public.encrypt(&OAEP_SHA1_MGF1SHA1, &content_key, &mut wrapped, None).unwrap().to_vec();
    let header = json!({ "alg": "RSA-OAEP", "enc": "A128CBC-HS256", "cty": "JWT", "kid": key["kid"] });
    let header = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    let cipher = UnboundCipherKey::new(&AES_128, &content_key[16..]).unwrap();
    let mut content = signed.as_bytes().to_vec();
    PaddedBlockEncryptingKey::cbc_pkcs7(cipher)
        .unwrap()
        .less_safe_encrypt(&mut content, EncryptionContext::Iv128(FixedLength::from(&vector)))
        .unwrap();
    let length = (header.len() as u64 * 8).to_be_bytes();
    let authenticated = [header.as_bytes(), &vector, &content, &length].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &content_key[..16]), &authenticated);
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    [header, part(&wrapped), part(&vector), part(&content), part(&tag.as_ref()[..16])].join(".")
}

fn fields(body: &str) -> BTreeMap<String, String> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let fields: BTreeMap<String, String> = pairs.iter().cloned().collect();
    assert_eq!(pairs.len(), fields.len(), "no parameter comes twice: {body}");
    fields
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn metadata(State(broker): State<Broker>) -> Response {
    answer(StatusCode::OK, &broker.metadata())
}

async fn jwks(State(broker): State<Broker>) -> Response {
    let mut inner = broker.inner.lock().unwrap();
    inner.asked_for_keys += 1;
    let key = changed(inner.key.jwk(), &json!({ "kid": inner.kid, "use": "sig", "alg": "RS256" }));
    let other =
        json!({ "kty": "OKP", "crv": "X25519", "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo", "use": "enc" });
    answer(StatusCode::OK, &json!({ "keys": [other, key] }))
}

async fn signed_jwks(State(broker): State<Broker>) -> Response {
    let inner = broker.inner.lock().unwrap();
    ([(CONTENT_TYPE, inner.signed_kind)], inner.signed_set.clone()).into_response()
}

async fn par(State(broker): State<Broker>, headers: HeaderMap, body: String) -> Response {
    let form = fields(&body);
    if !broker.knows(&headers, &form, "/par") {
        return answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_client" }));
    }
    let reference = format!("urn:ietf:params:oauth:request_uri:{}", Random::new().token().reveal());
    broker.inner.lock().unwrap().pushed.insert(reference.clone(), form);
    answer(StatusCode::CREATED, &json!({ "request_uri": reference, "expires_in": 60 }))
}

async fn token(State(broker): State<Broker>, headers: HeaderMap, body: String) -> Response {
    let mood = broker.inner.lock().unwrap().mood.clone();
    match mood {
        Mood::Honest => {}
        Mood::Redirects(to) => return (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response(),
        Mood::Endless => return answer(StatusCode::OK, &json!({ "id_token": "a".repeat(1_000_000) })),
        Mood::Broken => return answer(StatusCode::BAD_GATEWAY, &json!({})),
        Mood::Estranged => return answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_client" })),
    }
    let form = fields(&body);
    if !broker.knows(&headers, &form, "/token") {
        return answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_client" }));
    }
    let asked = broker.inner.lock().unwrap().waiting.remove(&form["code"]);
    let Some(asked) = asked else { return answer(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_grant" })) };
    let is_its_own = s256(&form["code_verifier"]) == asked.parameters["code_challenge"]
        && form["redirect_uri"] == asked.parameters["redirect_uri"];
    if !is_its_own {
        return answer(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_grant" }));
    }
    let id_token = broker.id_token(&asked);
    answer(StatusCode::OK, &json!({ "id_token": id_token, "access_token": "unused", "token_type": "Bearer" }))
}
