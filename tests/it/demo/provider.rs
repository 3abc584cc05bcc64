//! A provider small enough to be told what to say.

use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;
use salpa::platform::clock::Clock;
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::byte_serialize;

pub const CLIENT_ID: &str = "ruori-accounting";
pub const CLIENT_SECRET: &str = "a secret: with a colon";

/// The provider, as the test holds it.
pub struct Provider {
    pub issuer: String,
    clock: Clock,
    said: Shared,
}

type Shared = Arc<Mutex<Said>>;

/// The provider's prepared answers, and the requests it got.
struct Said {
    issuer: String,
    answers: bool,
    key: EcdsaKeyPair,
    key_id: u32,
    claims: Value,
    access: Value,
    access_typ: String,
    access_overrides: Vec<(String, Value)>,
    overrides: Vec<(String, Value)>,
    challenge: String,
    refreshed: Vec<String>,
    family_ended: bool,
    logout_tokens: u32,
}

impl Provider {
    pub async fn start(clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let said = Arc::new(Mutex::new(Said {
            issuer: issuer.clone(),
            answers: true,
            key: new_key(),
            key_id: 1,
            claims: Value::Null,
            access: Value::Null,
            access_typ: "at+jwt".to_owned(),
            access_overrides: Vec::new(),
            overrides: Vec::new(),
            challenge: String::new(),
            refreshed: Vec::new(),
            family_ended: false,
            logout_tokens: 0,
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/oauth/jwks", get(keys))
            .route("/oauth/token", post(token))
            .route("/oauth/userinfo", get(userinfo))
            .with_state(said.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, clock, said }
    }

    /// The person signed in: the path that the browser is sent back to.
    pub fn answer(&self, asked: &str) -> String {
        let now = self.clock.now().seconds();
        let mut said = self.said.lock().unwrap();
        said.challenge = parameter(asked, "code_challenge");
        said.claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "aino", "iat": now, "exp": now + 300, "auth_time": now,
            "nonce": parameter(asked, "nonce"), "acr": "aal1", "amr": ["pwd"], "sid": "session-1",
        });
        let Said { claims, overrides, .. } = &mut *said;
        for (name, value) in overrides {
            claims[name.as_str()] = value.clone();
        }
        let callback = parameter(asked, "redirect_uri");
        let claims = &said.claims;
        said.access = json!({
            "iss": self.issuer, "aud": [callback.replace("/callback", "/api"), self.issuer], "sub": claims["sub"],
            "client_id": CLIENT_ID, "iat": now, "exp": now + 600, "jti": "an access token",
            "acr": claims["acr"], "auth_time": claims["auth_time"],
        });
        let Said { access, access_overrides, .. } = &mut *said;
        for (name, value) in access_overrides {
            access[name.as_str()] = value.clone();
        }
        let (state, issuer) = (parameter(asked, "state"), encoded(&self.issuer));
        format!("/callback?code=the-code&state={state}&iss={issuer}")
    }

    /// Sets a claim of later ID tokens.
    pub fn claim(&self, name: &str, value: Value) {
        self.said.lock().unwrap().overrides.push((name.to_owned(), value));
    }

    /// Sets a claim of later access tokens.
    pub fn claim_access(&self, name: &str, value: Value) {
        self.said.lock().unwrap().access_overrides.push((name.to_owned(), value));
    }

    /// Sets the type of later access tokens.
    pub fn access_typ(&self, typ: &str) {
        typ.clone_into(&mut self.said.lock().unwrap().access_typ);
    }

    /// An access token as it is given out now.
    pub fn access_token(&self) -> String {
        let said = self.said.lock().unwrap();
        said.sign(&said.access_typ, &said.access)
    }

    pub fn answers(&self, answers: bool) {
        self.said.lock().unwrap().answers = answers;
    }

    pub fn rotate(&self) {
        let mut said = self.said.lock().unwrap();
        said.key = new_key();
        said.key_id += 1;
    }

    pub fn end_family(&self) {
        self.said.lock().unwrap().family_ended = true;
    }

    pub fn refreshed(&self) -> Vec<String> {
        self.said.lock().unwrap().refreshed.clone()
    }

    pub fn logout_token(&self, session: &str) -> String {
        let now = self.clock.now().seconds();
        let mut said = self.said.lock().unwrap();
        said.logout_tokens += 1;
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "sid": session,
            "jti": format!("logout-{}", said.logout_tokens),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        said.sign("logout+jwt", &claims)
    }
}

impl Said {
    fn sign(&self, typ: &str, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "typ": typ, "kid": self.key_id.to_string()});
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let message = format!("{}.{}", part(&header), part(claims));
        #[expect(clippy::disallowed_methods, reason = "any randomness will do")]
        let signature = self.key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }
}

fn new_key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

async fn discovery(State(said): State<Shared>) -> Response {
    let said = said.lock().unwrap();
    if !said.answers {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let at = |path: &str| format!("{}/oauth/{path}", said.issuer);
    Json(json!({
        "issuer": said.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"), "jwks_uri": at("jwks"), "end_session_endpoint": at("sign-out"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "authorization_response_iss_parameter_supported": true,
    }))
    .into_response()
}

async fn keys(State(said): State<Shared>) -> Json<Value> {
    let said = said.lock().unwrap();
    let point = said.key.public_key().as_ref();
    Json(json!({"keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": said.key_id.to_string(),
        "x": BASE64URL_NOPAD.encode(&point[1..33]), "y": BASE64URL_NOPAD.encode(&point[33..]),
    }]}))
}

async fn token(State(said): State<Shared>, Form(form): Form<Vec<(String, String)>>) -> Response {
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
    let mut said = said.lock().unwrap();
    let refresh_token = match field("grant_type") {
        "authorization_code" => {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, field("code_verifier").as_bytes());
            assert_eq!(BASE64URL_NOPAD.encode(digest.as_ref()), said.challenge, "PKCE");
            "refresh-1".to_owned()
        }
        _ if said.family_ended => {
            return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
        }
        _ => {
            said.refreshed.push(field("refresh_token").to_owned());
            format!("refresh-{}", said.refreshed.len() + 1)
        }
    };
    let id_token = said.sign("JWT", &said.claims);
    let access_token = said.sign(&said.access_typ, &said.access);
    Json(json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": 300, "refresh_token": refresh_token,
        "id_token": id_token,
    }))
    .into_response()
}

async fn userinfo(State(said): State<Shared>) -> Json<Value> {
    let subject = said.lock().unwrap().claims["sub"].clone();
    Json(json!({"sub": subject, "name": "Aino Virtanen", "email": "aino.virtanen@kallio.example"}))
}

/// A parameter of a URL, as it was sent.
pub fn parameter(url: &str, name: &str) -> String {
    let url = Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// A text as part of a query.
pub fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
