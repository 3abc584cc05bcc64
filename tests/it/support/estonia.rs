//! Estonia for the stories: the authority that signs the certificates of people, the responder that tells their state, and
//! cards that sign. It does by other code what the service does, and misbehaves as it is told to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::digest::{Digest, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    RSA_PKCS1_SHA256, RSA_PSS_SHA512, RsaKeyPair,
};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Router, serve};
use data_encoding::BASE64;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, SerialNumber,
    date_time_ymd,
};
use salpa::platform::clock::{Clock, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use x509_parser::asn1_rs::{Any, FromDer as _};

/// The personal code of a public test card.
pub const JAAK: &str = "38001085718";
/// The personal code of somebody else.
pub const MARI: &str = "60001019906";

/// `serialNumber` of a name.
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];
/// ECDSA with SHA-256, as an algorithm in DER.
const ECDSA_WITH_SHA256: [u8; 12] = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

/// How the responder goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ResponderMood {
    /// It does not: certificates are good.
    #[default]
    Honest,
    /// They are revoked.
    Revokes,
    /// It does not know them.
    KnowsNone,
    /// It says that it cannot answer now.
    Later,
    /// It answers about another certificate.
    Confused,
    /// It answers about two.
    Talkative,
    /// It knows what was so many seconds ago, or, below zero, what will be.
    Remembers(i64),
    /// Newer knowledge was to come so many seconds ago.
    Overdue(i64),
    /// A stranger signs in its name.
    Stranger,
    /// Another authority has certified it.
    OfAnotherAuthority,
    /// It is certified by the authority, for something else.
    Unauthorised,
    /// Its own certificate is of last year.
    OutOfTime,
    /// The authority signs itself.
    Authority,
    /// It repeats no nonce.
    Forgetful,
    /// It repeats another nonce.
    Replayed,
    /// It wants something to be understood.
    Critical,
    /// Somebody has changed its answer after it was signed.
    Changed,
    /// It is being maintained.
    Maintained,
    /// It sends the caller elsewhere.
    SendsOn(String),
    /// It sends a million bytes.
    Wordy,
    /// It sends these bytes.
    Says(Vec<u8>),
}

/// An authority of people's certificates with its responder.
#[derive(Clone)]
pub struct IdAuthority {
    /// Its certificate in PEM.
    pub pem: String,
    /// The address of its responder, as certificates name it.
    pub responder: String,
    /// The certificate that the responder signs with, in PEM.
    pub responder_pem: String,
    name: String,
    clock: Clock,
    keys: Arc<AuthorityKeys>,
    inner: Arc<Mutex<Inner>>,
}

struct AuthorityKeys {
    issuer: Issuer<'static, KeyPair>,
    responder: (Vec<u8>, KeyPair),
    unauthorised: (Vec<u8>, KeyPair),
    out_of_time: (Vec<u8>, KeyPair),
    foreign: (Vec<u8>, KeyPair),
}

#[derive(Default)]
struct Inner {
    mood: ResponderMood,
    asked: usize,
}

fn authority_parameters(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

/// A certificate with a purpose, and its key.
fn certified(
    issuer: &Issuer<'_, KeyPair>,
    name: &str,
    purpose: ExtendedKeyUsagePurpose,
    years: (i32, i32),
) -> (Vec<u8>, KeyPair) {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.extended_key_usages = vec![purpose];
    (parameters.not_before, parameters.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
    (parameters.signed_by(&key, issuer).unwrap().der().to_vec(), key)
}

impl IdAuthority {
    /// An authority with the clock of the service.
    pub async fn start(clock: &Clock) -> Self {
        Self::start_in(clock, "TEST of an authority", (2020, 2040)).await
    }

    /// One with another name, and of other years.
    pub async fn start_in(clock: &Clock, name: &str, years: (i32, i32)) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let mut parameters = authority_parameters(name);
        (parameters.not_before, parameters.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        let pem = parameters.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(parameters, key);
        let other = Issuer::new(authority_parameters(name), KeyPair::generate().unwrap());
        let signs = ExtendedKeyUsagePurpose::OcspSigning;
        let responder = certified(&issuer, "Responder", signs.clone(), (2020, 2040));
        let keys = AuthorityKeys {
            unauthorised: certified(&issuer, "Somebody", ExtendedKeyUsagePurpose::ClientAuth, (2020, 2040)),
            out_of_time: certified(&issuer, "Responder of last year", signs.clone(), (2020, 2026)),
            foreign: certified(&other, "Responder", signs, (2020, 2040)),
            responder,
            issuer,
        };
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = Self {
            pem,
            responder: format!("http://{}/esteid", tcp.local_addr().unwrap()),
            responder_pem: pem_of(&keys.responder.0),
            name: name.to_owned(),
            clock: clock.clone(),
            keys: Arc::new(keys),
            inner: Arc::default(),
        };
        let router = Router::new().route("/esteid", post(responder_answers)).with_state(authority.clone());
        tokio::spawn(async move { serve(tcp, router).await });
        authority
    }

    /// Another certificate of the same name and key, of other years, in PEM.
    pub fn pem_of(&self, years: (i32, i32)) -> String {
        let mut parameters = authority_parameters(&self.name);
        (parameters.not_before, parameters.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        parameters.self_signed(self.keys.issuer.key()).unwrap().pem()
    }

    /// The host of its responder, as an operator writes it down.
    pub fn host(&self) -> String {
        self.responder.trim_start_matches("http://").split('/').next().unwrap().to_owned()
    }

    /// Changes the mood of the responder.
    pub fn is(&self, mood: ResponderMood) {
        self.inner.lock().unwrap().mood = mood;
    }

    /// How often the responder was asked.
    pub fn asked(&self) -> usize {
        self.inner.lock().unwrap().asked
    }

    /// A usual card of a person.
    pub fn card(&self, code: &str) -> IdCard {
        self.card_like(&format!("PNOEE-{code}"), |_| {})
    }

    /// A card whose certificate was changed before it was signed.
    pub fn card_like(&self, number: &str, change: impl FnOnce(&mut CertificateParams)) -> IdCard {
        self.issue(number, &KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap(), change)
    }

    /// The same with a key of another kind.
    pub fn issue(&self, number: &str, key: &KeyPair, change: impl FnOnce(&mut CertificateParams)) -> IdCard {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        let text = DnValue::PrintableString(number.try_into().unwrap());
        parameters.distinguished_name.push(DnType::CustomDnType(SERIAL_NUMBER.to_vec()), text);
        parameters.distinguished_name.push(DnType::CommonName, "JÕEORG,JAAK-KRISTJAN");
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyAgreement];
        parameters.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::EmailProtection];
        (parameters.not_before, parameters.not_after) = (date_time_ymd(2025, 1, 1), date_time_ymd(2030, 1, 1));
        parameters.serial_number = Some(SerialNumber::from_slice(&[0x39, 0x69, 0x01, 0x59, 0x73, 0x43, 0x26, 0x6d]));
        parameters.custom_extensions =
            vec![names_responder(&self.responder), has_policies(&["1.3.6.1.4.1.51361.1.2.1"])];
        change(&mut parameters);
        let certificate = parameters.signed_by(key, &self.keys.issuer).unwrap().der().to_vec();
        IdCard { certificate, key: key.serialize_der() }
    }

    /// The answer of the responder to a question.
    fn answers(&self, question: &[u8], mood: &ResponderMood) -> Vec<u8> {
        let now = self.clock.now();
        let (asked, nonce) = read_question(question);
        let state = match mood {
            ResponderMood::Revokes => element(0xa1, &time(now.minus(Duration::from_hours(1)))),
            ResponderMood::KnowsNone => element(0x82, &[]),
            _ => element(0x80, &[]),
        };
        let known_at = match mood {
            ResponderMood::Remembers(seconds) => Timestamp::from_seconds(now.seconds() - seconds),
            _ => now,
        };
        let about = |certificate: &[u8]| {
            let next = match mood {
                ResponderMood::Overdue(seconds) => {
                    element(0xa0, &time(Timestamp::from_seconds(now.seconds() - seconds)))
                }
                _ => Vec::new(),
            };
            element(0x30, &[certificate.to_vec(), state.clone(), time(known_at), next].concat())
        };
        let mut all = vec![about(&asked)];
        if *mood == ResponderMood::Confused {
            let mut other = asked.clone();
            *other.last_mut().unwrap() ^= 1;
            all = vec![about(&other)];
        }
        if *mood == ResponderMood::Talkative {
            all.push(about(&asked));
        }
        let mut extensions = match mood {
            ResponderMood::Forgetful => Vec::new(),
            ResponderMood::Replayed => {
                let mut other = nonce;
                *other.last_mut().unwrap() ^= 1;
                other
            }
            _ => nonce,
        };
        if *mood == ResponderMood::Critical {
            let critical = [element(0x06, &[0x2a, 0x03, 0x04]), element(0x01, &[0xff]), element(0x04, &[0x05, 0x00])];
            extensions.extend(element(0x30, &critical.concat()));
        }
        let extensions = if extensions.is_empty() { Vec::new() } else { element(0xa1, &element(0x30, &extensions)) };
        let by_key = element(0xa2, &element(0x04, &[7; 20]));
        let mut told = element(0x30, &[by_key, time(now), element(0x30, &all.concat()), extensions].concat());
        let (certificate, signature) = self.signs(mood, &told);
        if *mood == ResponderMood::Changed {
            let place = told.len() / 2;
            told[place] ^= 1;
        }
        let signature = element(0x03, &[vec![0], signature].concat());
        let certificates = certificate.map(|one| element(0xa0, &element(0x30, &one))).unwrap_or_default();
        let basic = element(0x30, &[told, ECDSA_WITH_SHA256.to_vec(), signature, certificates].concat());
        let kind = element(0x06, &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01]);
        let bytes = element(0xa0, &element(0x30, &[kind, element(0x04, &basic)].concat()));
        element(0x30, &[element(0x0a, &[0]), bytes].concat())
    }

    fn signs(&self, mood: &ResponderMood, told: &[u8]) -> (Option<Vec<u8>>, Vec<u8>) {
        let keys = &self.keys;
        let by = |(certificate, key): &(Vec<u8>, KeyPair)| (Some(certificate.clone()), signature_of(key, told));
        match mood {
            ResponderMood::Authority => (None, signature_of(keys.issuer.key(), told)),
            ResponderMood::Stranger => {
                (Some(keys.responder.0.clone()), signature_of(&KeyPair::generate().unwrap(), told))
            }
            ResponderMood::OfAnotherAuthority => by(&keys.foreign),
            ResponderMood::Unauthorised => by(&keys.unauthorised),
            ResponderMood::OutOfTime => by(&keys.out_of_time),
            _ => by(&keys.responder),
        }
    }
}

/// The extension that names a responder.
pub fn names_responder(address: &str) -> CustomExtension {
    let method = element(0x06, &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01]);
    let description = element(0x30, &[method, element(0x86, address.as_bytes())].concat());
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], element(0x30, &description))
}

/// The extension with policies.
pub fn has_policies(policies: &[&str]) -> CustomExtension {
    let all: Vec<u8> = policies.iter().flat_map(|policy| element(0x30, &number(policy))).collect();
    CustomExtension::from_oid_content(&[2, 5, 29, 32], element(0x30, &all))
}

/// A dotted number in DER.
fn number(dotted: &str) -> Vec<u8> {
    let parts: Vec<u64> = dotted.split('.').map(|part| part.parse().unwrap()).collect();
    let mut bytes = Vec::new();
    for part in std::iter::once(parts[0] * 40 + parts[1]).chain(parts[2..].iter().copied()) {
        let mut digits = vec![u8::try_from(part & 0x7f).unwrap()];
        let mut rest = part >> 7;
        while rest > 0 {
            digits.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
            rest >>= 7;
        }
        bytes.extend(digits.iter().rev());
    }
    element(0x06, &bytes)
}

/// A certificate in PEM.
pub fn pem_of(certificate: &[u8]) -> String {
    let lines: Vec<String> = BASE64
        .encode(certificate)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// An element in DER.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match u8::try_from(length) {
        Ok(short) if short < 0x80 => vec![tag, short],
        Ok(byte) => vec![tag, 0x81, byte],
        Err(_) => vec![tag, 0x82, u8::try_from(length >> 8).unwrap(), u8::try_from(length & 0xff).unwrap()],
    };
    [head, content.to_vec()].concat()
}

fn time(at: Timestamp) -> Vec<u8> {
    let at = jiff::Timestamp::from_second(at.seconds()).unwrap();
    element(0x18, at.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes())
}

fn items(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut items = Vec::new();
    while !bytes.is_empty() {
        let (rest, _) = Any::from_der(bytes).unwrap();
        items.push(&bytes[..bytes.len() - rest.len()]);
        bytes = rest;
    }
    items
}

fn inside(element: &[u8]) -> &[u8] {
    Any::from_der(element).unwrap().1.data
}

/// The certificate that a question is about, and the extension with its nonce, as both stand there.
fn read_question(question: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let asked = items(inside(items(inside(question))[0]));
    let certificate = items(inside(items(inside(asked[0]))[0]))[0].to_vec();
    let nonce = asked.get(1).map(|extensions| inside(inside(extensions)).to_vec()).unwrap_or_default();
    (certificate, nonce)
}

#[expect(clippy::disallowed_methods, reason = "any randomness will do")]
fn any_randomness() -> SystemRandom {
    SystemRandom::new()
}

fn signature_of(key: &KeyPair, message: &[u8]) -> Vec<u8> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key.serialize_der()).unwrap();
    pair.sign(&any_randomness(), message).unwrap().as_ref().to_vec()
}

async fn responder_answers(State(authority): State<IdAuthority>, headers: HeaderMap, question: Bytes) -> Response {
    assert_eq!(headers[CONTENT_TYPE], "application/ocsp-request");
    let mood = {
        let mut inner = authority.inner.lock().unwrap();
        inner.asked += 1;
        inner.mood.clone()
    };
    let body = match mood {
        ResponderMood::Maintained => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        ResponderMood::SendsOn(to) => return (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response(),
        ResponderMood::Wordy => vec![0x30; 1_000_000],
        ResponderMood::Later => vec![0x30, 0x03, 0x0a, 0x01, 0x03],
        ResponderMood::Says(bytes) => bytes,
        mood => authority.answers(&question, &mood),
    };
    ([(CONTENT_TYPE, "application/ocsp-response")], body).into_response()
}

/// A card, or whatever else has a certificate and its key.
#[derive(Clone)]
pub struct IdCard {
    /// The certificate in DER.
    pub certificate: Vec<u8>,
    /// The key as PKCS#8.
    key: Vec<u8>,
}

impl IdCard {
    /// The answer of the extension for a page of this origin.
    pub fn answers(&self, origin: &str, challenge: &str) -> Value {
        let message = [digest(&SHA384, origin.as_bytes()), digest(&SHA384, challenge.as_bytes())];
        let message = [message[0].as_ref(), message[1].as_ref()].concat();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &self.key).unwrap();
        let signature = pair.sign(&any_randomness(), &message).unwrap();
        self.token("ES384", signature.as_ref())
    }

    /// The same by a key on P-256.
    pub fn answers_by_p256(&self, origin: &str, challenge: &str) -> Value {
        let message = [digest(&SHA256, origin.as_bytes()), digest(&SHA256, challenge.as_bytes())];
        let message = [message[0].as_ref(), message[1].as_ref()].concat();
        self.token("ES256", &self.signs_by_p256(&message))
    }

    /// The same by an RSA key.
    pub fn answers_by_rsa(&self, algorithm: &str, origin: &str, challenge: &str) -> Value {
        let (hash, padding): (_, &'static dyn aws_lc_rs::signature::RsaEncoding) = match algorithm {
            "RS256" => (&SHA256, &RSA_PKCS1_SHA256),
            _ => (&SHA512, &RSA_PSS_SHA512),
        };
        let message = [digest(hash, origin.as_bytes()), digest(hash, challenge.as_bytes())];
        let message = [message[0].as_ref(), message[1].as_ref()].concat();
        self.token(algorithm, &self.signs_by_rsa(padding, &message))
    }

    /// A signature of a message on P-256: `r` and `s`.
    pub fn signs_by_p256(&self, message: &[u8]) -> Vec<u8> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.key).unwrap();
        pair.sign(&any_randomness(), message).unwrap().as_ref().to_vec()
    }

    /// A signature of a message by RSA.
    pub fn signs_by_rsa(&self, padding: &'static dyn aws_lc_rs::signature::RsaEncoding, message: &[u8]) -> Vec<u8> {
        let pair = RsaKeyPair::from_pkcs8(&self.key).unwrap();
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(padding, &any_randomness(), message, &mut signature).unwrap();
        signature
    }

    /// A signature of a hash on P-256: `r` and `s`.
    pub fn signs_hash_by_p256(&self, hash: &[u8]) -> Vec<u8> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.key).unwrap();
        let hash = Digest::import_less_safe(hash, &SHA256).unwrap();
        pair.sign_digest(&hash).unwrap().as_ref().to_vec()
    }

    /// A signature by RSA of a hash in base64, in base64.
    pub fn signs_hash_by_rsa(&self, hash: &str) -> String {
        let pair = RsaKeyPair::from_pkcs8(&self.key).unwrap();
        let hash = Digest::import_less_safe(&BASE64.decode(hash.as_bytes()).unwrap(), &SHA256).unwrap();
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign_digest(&RSA_PKCS1_SHA256, &hash, &mut signature).unwrap();
        BASE64.encode(&signature)
    }

    fn token(&self, algorithm: &str, signature: &[u8]) -> Value {
        json!({
            "unverifiedCertificate": BASE64.encode(&self.certificate),
            "algorithm": algorithm,
            "signature": BASE64.encode(signature),
            "format": "web-eid:1.0",
            "appVersion": "https://web-eid.eu/web-eid-app/releases/2.7.0+965",
        })
    }
}

/// A key of an RSA card.
pub fn rsa_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap()
}

/// A key on P-256.
pub fn p256_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}
