//! An application's own calls: forms without cookies, answers in JSON.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

use crate::support::{OUR_HOST, Registered, Service};

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A response of an endpoint.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
    pub body: String,
}

impl Answer {
    /// A text member of the answer.
    pub fn text(&self, name: &str) -> String {
        self.json[name].as_str().unwrap_or_else(|| panic!("no {name}: {self:?}")).to_owned()
    }

    /// The error's name, with status and name as the story expects them.
    pub fn refused(&self, status: u16, error: &str) {
        assert_eq!((self.status.as_u16(), self.json["error"].as_str()), (status, Some(error)), "{self:?}");
    }

    pub fn fine(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Calls an endpoint.
pub async fn call(service: &Service, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", OUR_HOST);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body)).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 5], 40_000))));
    let response = service.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let body = String::from_utf8_lossy(&body).into_owned();
    Answer { status: parts.status, headers: parts.headers, json, body }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Posts a form with whatever headers.
pub async fn post_with(service: &Service, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")];
    all.extend_from_slice(headers);
    call(service, Method::POST, path, &all, form(fields)).await
}

/// `GET` with a token.
pub async fn get(service: &Service, path: &str, token: Option<&str>) -> Answer {
    let token = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = token.iter().map(|token| (AUTHORIZATION.as_str(), token.as_str())).collect();
    call(service, Method::GET, path, &headers, String::new()).await
}

impl Registered {
    /// The header by which it proves to be itself.
    pub fn basic(&self) -> String {
        let secret = self.secret.as_deref().unwrap_or_default();
        format!("Basic {}", BASE64.encode(format!("{}:{secret}", self.application.client_id).as_bytes()))
    }

    /// Posts a form as this application.
    pub async fn post(&self, service: &Service, path: &str, fields: &[(&str, &str)]) -> Answer {
        if self.secret.is_none() {
            let mut fields = fields.to_vec();
            fields.push(("client_id", &self.application.client_id));
            return post_with(service, path, &[], &fields).await;
        }
        post_with(service, path, &[(AUTHORIZATION.as_str(), &self.basic())], fields).await
    }

    /// Exchanges a code.
    pub async fn redeem(&self, service: &Service, code: &str) -> Answer {
        let redirect_uri = self.application.redirect_uris[0].as_str();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        self.post(service, "/oauth/token", &fields).await
    }

    /// Refreshes.
    pub async fn refresh(&self, service: &Service, refresh_token: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        self.post(service, "/oauth/token", &fields).await
    }

    /// The introspection of a token.
    pub async fn introspect(&self, service: &Service, token: &str) -> Value {
        self.post(service, "/oauth/introspect", &[("token", token)]).await.fine().json
    }
}

/// The claims of a token, without verification.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The header of a token.
pub fn header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

/// The claims of a token, verified with the key set.
pub async fn verified(service: &Service, token: &str) -> Option<Value> {
    let keys = get(service, "/oauth/jwks", None).await.fine();
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys.json).unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    let key = keys.find(header.kid.as_deref().unwrap())?;
    assert_eq!(key.common.key_algorithm.unwrap().to_string(), format!("{:?}", header.alg));
    let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let is_signed = jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key, header.alg).unwrap();
    is_signed.then(|| claims(token))
}
