//! Answers of authenticators as browsers and password managers are known to write them: more fields than asked for, kinds
//! of transport that nobody knew, padding, and fields that are not there.

use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use crate::support::{AINO, Authenticator, MIKKO, PUBLIC_URL, Service};

/// The name of a way to write an answer, and the difference from the plain one.
type Way = (&'static str, fn(&mut Value));

/// A field in padded base64, as some libraries write it.
fn pad(field: &mut Value) {
    let text = field.as_str().unwrap();
    *field = format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4)).into();
}

const NEW_PASSKEYS: [Way; 6] = [
    // `PublicKeyCredential.toJSON()` of Chrome and Edge, with Windows Hello or iCloud Keychain.
    ("all that a browser tells", |answer| {
        answer["authenticatorAttachment"] = "platform".into();
        answer["clientExtensionResults"] = json!({ "credProps": { "rk": true } });
        answer["response"]["authenticatorData"] = "AA".into();
        answer["response"]["publicKey"] = "AA".into();
        answer["response"]["publicKeyAlgorithm"] = (-7).into();
        answer["response"]["transports"] = json!(["internal", "hybrid"]);
    }),
    ("transports that nobody knew", |answer| {
        answer["response"]["transports"] = json!(["usb", "nfc", "smart-card", "by-pigeon"]);
    }),
    ("no transports, of a password manager", |answer| {
        answer["response"].as_object_mut().unwrap().remove("transports");
    }),
    ("transports that are empty", |answer| answer["response"]["transports"] = json!([])),
    ("nothing of extensions", |answer| {
        answer.as_object_mut().unwrap().remove("clientExtensionResults");
    }),
    ("padding", |answer| {
        pad(&mut answer["rawId"]);
        pad(&mut answer["response"]["clientDataJSON"]);
        pad(&mut answer["response"]["attestationObject"]);
    }),
];

const ASSERTIONS: [Way; 5] = [
    ("all that a browser tells", |answer| {
        answer["authenticatorAttachment"] = "cross-platform".into();
        answer["clientExtensionResults"] = json!({ "appid": false, "credProps": {} });
    }),
    ("no attachment, written as none", |answer| answer["authenticatorAttachment"] = Value::Null),
    ("no user, as a security key answers", |answer| {
        answer["response"].as_object_mut().unwrap().remove("userHandle");
    }),
    ("nothing of extensions", |answer| {
        answer.as_object_mut().unwrap().remove("clientExtensionResults");
    }),
    ("padding", |answer| {
        pad(&mut answer["rawId"]);
        for field in ["clientDataJSON", "authenticatorData", "signature"] {
            pad(&mut answer["response"][field]);
        }
    }),
];

fn written(plain: &str, change: fn(&mut Value)) -> String {
    let mut answer = serde_json::from_str(plain).unwrap();
    change(&mut answer);
    answer.to_string()
}

#[tokio::test]
async fn a_new_passkey_is_taken_however_it_is_written() {
    for (way, change) in NEW_PASSKEYS {
        let service = Service::start().await;
        service.person(MIKKO).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
        let mut browser = service.browser();
        let sign_in = browser.try_password(&ruori, MIKKO, MIKKO.password).await.sign_in();
        browser.answer(&sign_in, "second-step", &[("method", "passkey")]).await;
        let mut device = Authenticator::new(PUBLIC_URL);
        let options = browser.challenge(&sign_in).await;
        let answer = written(&device.make(&options), change);

        let page = browser.submit(&format!("{sign_in}/passkey/new"), &[("credential", &answer)]).await;

        assert_eq!(page.title(), "Save your recovery code", "{way}: {:?}", page.alert());
        browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
        let mut other = service.browser();
        let sign_in = other.begin(&ruori).await;
        assert!(other.use_passkey(&sign_in, &mut device).await.is_at_the_application(), "{way}");
    }
}

#[tokio::test]
async fn a_passkey_opens_however_its_answer_is_written() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut device = service.passkey(aino).await;
    for (way, change) in ASSERTIONS {
        let mut browser = service.browser();
        let sign_in = browser.begin(&ruori).await;
        let options = browser.challenge(&sign_in).await;
        let answer = written(&device.answer(&options), change);

        let page = browser.submit(&format!("{sign_in}/passkey"), &[("credential", &answer)]).await;

        assert!(page.is_at_the_application(), "{way}: {} {:?}", page.title(), page.alert());
    }
}
