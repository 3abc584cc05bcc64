//! Applications that sign: their keys, and the assertions, proofs and requests that their libraries make.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use data_encoding::BASE64URL_NOPAD;
use salpa::platform::jose::s256;
use salpa::provider::applications::{Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{Answer, call, form, post_with};
use crate::support::{Browser, PUBLIC_URL, Page, Registered, Service};

pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A private key with its public half.
pub enum Key {
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl Key {
    pub fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::generate().unwrap())
    }

    pub fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The public half, with the members that make its thumbprint alone.
    pub fn jwk(&self) -> Value {
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        match self {
            Self::Ec(pair) => {
                let point = pair.public_key().as_ref();
                json!({ "crv": "P-256", "kty": "EC", "x": encode(&point[1..33]), "y": encode(&point[33..]) })
            }
            Self::Ed25519(pair) => json!({ "crv": "Ed25519", "kty": "OKP", "x": encode(pair.public_key().as_ref()) }),
            Self::Rsa(pair) => {
                let key = pair.public_key();
                let e = encode(key.exponent().big_endian_without_leading_zero());
                json!({ "e": e, "kty": "RSA", "n": encode(key.modulus().big_endian_without_leading_zero()) })
            }
        }
    }

    /// The thumbprint of RFC 7638: the members stand in the order of their names already.
    pub fn thumbprint(&self) -> String {
        s256(&self.jwk().to_string())
    }

    /// The default algorithm.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Ec(_) => "ES256",
            Self::Ed25519(_) => "EdDSA",
            Self::Rsa(_) => "PS256",
        }
    }

    /// A token with this header and these claims. With `HS256` the public key is the secret, as in the
    /// attack; with `none` there is no signature.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let message = signed.as_bytes();
        let random = SystemRandom::default();
        let signature = match (self, header["alg"].as_str().unwrap_or_default()) {
            (_, "none") => Vec::new(),
            (key, "HS256") => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, key.jwk().to_string().as_bytes());
                hmac::sign(&secret, message).as_ref().to_vec()
            }
            (Self::Ec(pair), _) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            (Self::Ed25519(pair), _) => pair.sign(message).as_ref().to_vec(),
            (Self::Rsa(pair), algorithm) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                if algorithm == "RS256" {
                    pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                } else {
                    pair.sign(&RSA_PSS_SHA256, &random, message, &mut signature).unwrap();
                }
                signature
            }
        };
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

/// An object with some of its members changed; `null` takes one away.
pub fn changed(mut value: Value, changes: &Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        if change.is_null() {
            value.as_object_mut().unwrap().remove(name);
        } else {
            value[name] = change.clone();
        }
    }
    value
}

/// A proof for a `POST` to this path, with its claims changed.
pub fn proof(service: &Service, key: &Key, path: &str, changes: &Value) -> String {
    proof_with(service, key, path, &json!({}), changes)
}

/// The same with its header changed, too.
pub fn proof_with(service: &Service, key: &Key, path: &str, header: &Value, changes: &Value) -> String {
    let usual = json!({ "typ": "dpop+jwt", "alg": key.algorithm(), "jwk": key.jwk() });
    let claims = json!({
        "jti": service.app.random.token().reveal().as_str(),
        "htm": "POST",
        "htu": format!("{PUBLIC_URL}{path}"),
        "iat": service.now().seconds(),
    });
    key.sign(&changed(usual, header), &changed(claims, changes))
}

/// Asks userinfo with a bound token and whatever proof.
pub async fn userinfo(service: &Service, token: &str, proof: &str) -> Answer {
    let authorization = format!("DPoP {token}");
    let headers = [("authorization", authorization.as_str()), ("dpop", proof)];
    call(service, http::Method::GET, "/oauth/userinfo", &headers, String::new()).await
}

/// A proof for [`userinfo`], with its claims changed.
pub fn userinfo_proof(service: &Service, key: &Key, token: &str, changes: &Value) -> String {
    proof(service, key, "/oauth/userinfo", &changed(json!({ "htm": "GET", "ath": s256(token) }), changes))
}

/// The fields of an application's request, with whatever is added or replaced.
pub fn request_of(application: &Registered, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let link = application.authorize(changes);
    url::form_urlencoded::parse(link.split_once('?').unwrap().1.as_bytes()).into_owned().collect()
}

/// The link that brings a browser with a reference.
pub fn link(application: &Registered, request_uri: &str) -> String {
    let client_id = application.application.client_id.as_str();
    format!("/oauth/authorize?{}", form(&[("client_id", client_id), ("request_uri", request_uri)]))
}

impl Registered {
    /// Pushes a request, proven by its secret.
    pub async fn push(&self, service: &Service, headers: &[(&str, &str)], changes: &[(&str, &str)]) -> Answer {
        let fields = request_of(self, changes);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let basic = self.basic();
        let mut all = headers.to_vec();
        if self.secret.is_some() {
            all.push(("authorization", &basic));
        }
        post_with(service, "/oauth/par", &all, &fields).await
    }

    /// Posts a form as this application, with a proof.
    pub async fn prove(&self, service: &Service, path: &str, proof: &str, fields: &[(&str, &str)]) -> Answer {
        let (basic, client_id) = (self.basic(), self.application.client_id.as_str());
        let mut fields = fields.to_vec();
        let mut headers = vec![("dpop", proof)];
        if self.secret.is_some() {
            headers.push(("authorization", &basic));
        } else {
            fields.push(("client_id", client_id));
        }
        post_with(service, path, &headers, &fields).await
    }
}

/// The fields that redeem a code.
pub fn code_fields<'f>(application: &'f Registered, code: &'f str) -> [(&'f str, &'f str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", application.application.redirect_uris[0].as_str()),
        ("code_verifier", super::client::VERIFIER),
    ]
}

/// An application that proves to be itself by signing.
pub struct Signing {
    pub registered: Registered,
    pub key: Key,
}

impl Signing {
    /// Registers one with this key.
    pub async fn register(service: &Service, key: Key, registration: Registration) -> Self {
        let jwks = serde_json::from_value(json!({ "keys": [key.jwk()] })).unwrap();
        let registration = Registration { authentication: WishedAuthentication::PrivateKeyJwt(jwks), ..registration };
        Self { registered: service.register(registration, SecondFactor::Required).await, key }
    }

    pub fn client_id(&self) -> &str {
        &self.registered.application.client_id
    }

    /// An assertion, with header and claims changed.
    pub fn assertion(&self, service: &Service, header: &Value, changes: &Value) -> String {
        let now = service.now().seconds();
        let claims = json!({
            "iss": self.client_id(), "sub": self.client_id(), "aud": PUBLIC_URL, "iat": now, "exp": now + 60,
            "jti": service.app.random.token().reveal().as_str(),
        });
        self.key.sign(&changed(json!({ "alg": self.key.algorithm() }), header), &changed(claims, changes))
    }

    /// Posts a form with an assertion.
    pub async fn post_as(
        &self,
        service: &Service,
        path: &str,
        headers: &[(&str, &str)],
        (assertion, fields): (&str, &[(&str, &str)]),
    ) -> Answer {
        let mut fields = fields.to_vec();
        fields.extend([("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)]);
        post_with(service, path, headers, &fields).await
    }

    /// The same with an assertion that is in order.
    pub async fn post(
        &self,
        service: &Service,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Answer {
        let assertion = self.assertion(service, &json!({}), &json!({}));
        self.post_as(service, path, headers, (&assertion, fields)).await
    }

    /// Pushes a request.
    pub async fn push(&self, service: &Service, headers: &[(&str, &str)], changes: &[(&str, &str)]) -> Answer {
        let fields = request_of(&self.registered, changes);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(service, "/oauth/par", headers, &fields).await
    }

    /// Pushes a request and brings a browser with it.
    pub async fn open(&self, service: &Service, browser: &mut Browser, changes: &[(&str, &str)]) -> Page {
        let pushed = self.push(service, &[], changes).await;
        assert_eq!(pushed.status.as_u16(), 201, "{pushed:?}");
        browser.open(&link(&self.registered, &pushed.text("request_uri"))).await
    }

    /// A request object, with header and claims changed.
    pub fn request_object(&self, service: &Service, header: &Value, changes: &Value) -> String {
        let now = service.now().seconds();
        let mut claims = json!({ "iss": self.client_id(), "aud": PUBLIC_URL, "exp": now + 60, "nbf": now });
        for (name, value) in request_of(&self.registered, &[]) {
            claims[name] = Value::String(value);
        }
        let usual = json!({ "alg": self.key.algorithm(), "typ": "oauth-authz-req+jwt" });
        self.key.sign(&changed(usual, header), &changed(claims, changes))
    }
}
