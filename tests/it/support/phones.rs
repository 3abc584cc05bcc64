//! A phone in software: a browser whose PINs make keys, as the scripts of the app do. A key for each PIN is enough here;
//! how a PIN makes one is the browser's, and has its story there.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderValue, Method};
use salpa::proofs::phones::{SignedText, SigningPurpose};
use serde_json::{Value, json};

use super::{Authenticator, Browser, PUBLIC_URL, Page, Service, Somebody};

/// The version that the app says to be.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How Chrome calls itself on a phone.
const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";

/// The app on a phone.
#[derive(Clone)]
pub struct AppOnPhone {
    pub browser: Browser,
    /// The identifier that the service gave it.
    pub id: String,
    /// The version that it says to be.
    pub version: String,
    keys: BTreeMap<String, Arc<EcdsaKeyPair>>,
}

impl AppOnPhone {
    /// A phone on which nobody was before.
    pub fn new(service: &Service) -> Self {
        let mut browser = service.browser();
        ANDROID.clone_into(&mut browser.user_agent);
        browser.headers.insert("sec-ch-ua-model", HeaderValue::from_static("\"Pixel 8\""));
        browser.headers.insert("sec-ch-ua-platform-version", HeaderValue::from_static("\"15.0.0\""));
        Self { browser, id: String::new(), version: VERSION.to_owned(), keys: BTreeMap::new() }
    }

    /// A phone on which somebody has signed in and made a PIN: the app is open.
    pub async fn of(service: &Service, somebody: Somebody, pin: &str) -> Self {
        let mut phone = Self::new(service);
        let page = phone.sign_in(service, somebody).await;
        assert_eq!(page.title(), "Create your PIN", "{}", page.body);
        let answer = phone.make_pin(&page, pin).await;
        assert_eq!(answer.1["next"], "/app/notifications?first=1", "{answer:?}");
        phone
    }

    /// Signs in, and comes to where that leads.
    pub async fn sign_in(&mut self, service: &Service, somebody: Somebody) -> Page {
        let first = self.browser.open("/app/pin?new=1").await;
        if first.path.starts_with("/sign-in/") {
            self.browser.sign_in_as(service, first, somebody).await
        } else {
            first
        }
    }

    fn key(&mut self, pin: &str) -> Arc<EcdsaKeyPair> {
        let made = || Arc::new(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
        self.keys.entry(pin.to_owned()).or_insert_with(made).clone()
    }

    /// The public half of the key that a PIN makes.
    pub fn public_key(&mut self, pin: &str) -> Vec<u8> {
        self.key(pin).public_key().as_ref().to_vec()
    }

    /// The signature that a PIN makes.
    pub fn sign(&mut self, pin: &str, purpose: SigningPurpose, subject: &str, fields: &[(&str, &str)]) -> String {
        let phone = if purpose == SigningPurpose::Connect { "new".to_owned() } else { self.id.clone() };
        let text = SignedText::new(PUBLIC_URL, purpose, &phone, subject, fields);
        let signature = self.key(pin).sign(&SystemRandom::default(), text.as_bytes()).unwrap();
        BASE64URL_NOPAD.encode(signature.as_ref())
    }

    /// Answers the page that asks for a new PIN.
    pub async fn make_pin(&mut self, page: &Page, pin: &str) -> (u16, Value) {
        let challenge = challenge(page);
        let signature = self.sign(pin, SigningPurpose::Connect, &challenge, &[]);
        let public_key = BASE64URL_NOPAD.encode(self.key(pin).public_key().as_ref());
        let body = json!({ "challenge": challenge, "signature": signature, "public_key": public_key });
        let answer = self.send("/app/pin", body).await;
        if let Some(id) = answer.1["phone"].as_str() {
            id.clone_into(&mut self.id);
        }
        answer
    }

    /// Opens the app, which asks for its PIN, and types one.
    pub async fn unlock(&mut self, pin: &str) -> (u16, Value) {
        let page = self.browser.open("/app").await;
        assert_eq!(page.title(), "Enter your PIN", "{}", page.body);
        self.answer(pin, &challenge(&page)).await
    }

    /// Types a PIN where a challenge is to be signed.
    pub async fn answer(&mut self, pin: &str, challenge: &str) -> (u16, Value) {
        let signature = self.sign(pin, SigningPurpose::Unlock, challenge, &[]);
        self.send("/app/unlock", json!({ "challenge": challenge, "signature": signature })).await
    }

    /// The answer of a passkey in the place of that signature, as JSON.
    pub fn confirmed(
        &self,
        device: &mut Authenticator,
        purpose: SigningPurpose,
        (subject, fields): (&str, &[(&str, &str)]),
    ) -> String {
        let text = SignedText::new(PUBLIC_URL, purpose, &self.id, subject, fields);
        device.answer(&json!({ "challenge": BASE64URL_NOPAD.encode(&text.hash()) }))
    }

    /// Asks for the options of a passkey that is to take the place of the PIN.
    pub async fn passkey_options(&mut self, own: bool) -> Value {
        let (status, options) = self.send("/app/biometrics/options", json!({ "own": own })).await;
        assert_eq!(status, 200, "{options}");
        options
    }

    /// Lets the passkey of an answer take the place of a PIN, which is typed.
    pub async fn allow_passkey(&mut self, pin: &str, device: &Authenticator, mut body: Value) -> (u16, Value) {
        let name = BASE64URL_NOPAD.encode(&device.credential_id);
        body["signature"] = self.sign(pin, SigningPurpose::Biometrics, &name, &[]).into();
        self.send("/app/biometrics", body).await
    }

    /// Makes a passkey that takes the place of a PIN.
    pub async fn biometrics(&mut self, pin: &str) -> Authenticator {
        let mut device = Authenticator::new(PUBLIC_URL);
        let (status, answer) = self.biometrics_of(pin, &mut device).await;
        assert_eq!((status, &answer["next"]), (200, &"/app/settings".into()), "{answer}");
        device
    }

    /// Asks to let a new passkey of a device take the place of a PIN.
    pub async fn biometrics_of(&mut self, pin: &str, device: &mut Authenticator) -> (u16, Value) {
        let options = self.passkey_options(false).await;
        assert_eq!(options["authenticatorSelection"]["authenticatorAttachment"], "platform");
        let body = json!({ "attestation": device.make(&options) });
        self.allow_passkey(pin, device, body).await
    }

    /// Opens the app, which asks for its PIN, by the passkey.
    pub async fn unlock_by(&mut self, device: &mut Authenticator) -> (u16, Value) {
        let page = self.browser.open("/app").await;
        assert_eq!(page.title(), "Enter your PIN", "{}", page.body);
        let challenge = challenge(&page);
        let assertion = self.confirmed(device, SigningPurpose::Unlock, (&challenge, &[]));
        self.send("/app/unlock", json!({ "challenge": challenge, "assertion": assertion })).await
    }

    /// Sends what a script of the app sends.
    pub async fn send(&mut self, path: &str, mut body: Value) -> (u16, Value) {
        body["version"] = self.version.clone().into();
        let mut browser = self.browser.clone();
        browser.headers.insert("content-type", HeaderValue::from_static("application/json"));
        let page = browser.send(Method::POST, path, body.to_string()).await;
        self.browser.cookies = browser.cookies;
        (page.status.as_u16(), serde_json::from_str(&page.body).unwrap_or(Value::Null))
    }

    /// The title of the app's first page.
    pub async fn shows(&mut self) -> String {
        self.browser.open("/app").await.title()
    }
}

/// The challenge of a page.
pub fn challenge(page: &Page) -> String {
    let (_, rest) = page.body.split_once("data-challenge=\"").unwrap_or_else(|| panic!("{}", page.body));
    rest.split('"').next().unwrap().to_owned()
}
