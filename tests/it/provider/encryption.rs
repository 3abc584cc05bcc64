//! Encrypted ID tokens: signed by this service, and readable by their application alone.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use salpa::provider::applications::{ApplicationProfile, Registration};
use salpa::provider::claims::encryption::{ContentEncryption, IdTokenEncryption, KeyManagement};
use salpa::provider::logout::deliver_due;
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{claims, header, verified};
use super::logout::Listener;
use super::sign_in;
use crate::support::{AINO, Service};

/// Bob's key of RFC 7518, appendix C.
const PRIVATE: &str = "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw";

fn bytes(text: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
}

pub(super) fn encryption() -> IdTokenEncryption {
    let jwks = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "enc", "kid": "bob",
        "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck" }] });
    IdTokenEncryption::from_jwks(&jwks, KeyManagement::EcdhEs, ContentEncryption::A256Gcm).unwrap()
}

/// Bob's decryption (RFC 7518 §4.6.2, written independently).
pub(super) fn decrypted(token: &str) -> String {
    let parts: Vec<_> = token.split('.').collect();
    assert_eq!(parts.len(), 5, "{token}");
    let header: Value = serde_json::from_slice(&bytes(parts[0])).unwrap();
    assert_eq!(
        (&header["alg"], &header["enc"], &header["cty"], &header["kid"]),
        (&json!("ECDH-ES"), &json!("A256GCM"), &json!("JWT"), &json!("bob"))
    );
    let coordinate = |name: &str| bytes(header["epk"][name].as_str().unwrap());
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let private = PrivateKey::from_private_key(&ECDH_P256, &bytes(PRIVATE)).unwrap();
    let key = agree(&private, UnparsedPublicKey::new(&ECDH_P256, point), (), |secret| {
        let info = [&[0, 0, 0, 1], secret, &[0, 0, 0, 7], b"A256GCM", &[0; 8], &[0, 0, 1, 0]].concat();
        Ok(digest(&SHA256, &info))
    });
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.unwrap().as_ref()).unwrap());
    let mut content = [bytes(parts[3]), bytes(parts[4])].concat();
    let nonce = Nonce::try_assume_unique_for_key(&bytes(parts[2])).unwrap();
    let content = key.open_in_place(nonce, Aad::from(parts[0].as_bytes()), &mut content).unwrap();
    String::from_utf8(content.to_vec()).unwrap()
}

#[tokio::test]
async fn the_application_alone_reads_id_tokens_and_logout_tokens() {
    let listener = Listener::default();
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        redirect_uris: vec!["https://vault.example/callback".to_owned()],
        back_channel_logout_uri: Some(listener.start().await),
        profile: ApplicationProfile {
            id_token_encryption: Some(encryption()),
            id_token_at_refresh: true,
            ..ApplicationProfile::default()
        },
        ..Registration::new("Vault")
    };
    let vault = service.register(registration, SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = sign_in(&service, &mut browser, &vault, &[]).await;
    let tokens = vault.redeem(&service, &page.answered("code").unwrap()).await.fine();
    let signed = decrypted(&tokens.text("id_token"));
    let told = verified(&service, &signed).await.unwrap();
    assert_eq!((&told["nonce"], &told["aud"]), (&json!("a nonce"), &json!(vault.application.client_id)));
    // At a refresh, too; an access token is for APIs, and is not.
    let renewed = vault.refresh(&service, &tokens.text("refresh_token")).await.fine();
    assert_eq!(claims(&decrypted(&renewed.text("id_token")))["sub"], told["sub"]);
    assert_eq!(header(&renewed.text("access_token"))["typ"], "at+jwt");

    // The decrypted token is the hint.
    let silently = browser.get(&vault.authorize(&[("prompt", "none"), ("id_token_hint", &signed)])).await;
    assert!(silently.answered("code").is_some(), "{}", silently.body);
    let encrypted = tokens.text("id_token");
    let silently = browser.get(&vault.authorize(&[("prompt", "none"), ("id_token_hint", &encrypted)])).await;
    assert_eq!(silently.answered("error").as_deref(), Some("invalid_request"));

    browser.post("/oauth/sign-out/confirm", &[]).await;
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 1);
    let logout = verified(&service, &decrypted(&listener.tokens()[0])).await.unwrap();
    assert_eq!((&logout["sub"], &logout["sid"]), (&told["sub"], &told["sid"]));
}
