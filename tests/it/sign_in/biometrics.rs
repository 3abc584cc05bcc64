//! Stories of a finger or a face in the place of the PIN: a passkey whose challenge is the hash of what is approved; and
//! of those who have somebody else's answer, phone or passkey.

use http::StatusCode;
use salpa::platform::db::Reads;
use salpa::proofs::phones::SigningPurpose;
use serde_json::json;

use super::approvals::Story;
use crate::provider::client::claims;
use crate::support::{AINO, AppOnPhone, Authenticator, MIKKO, PIN, PUBLIC_URL, Service, challenge};

const WRONG: &str = "730518";
const REFUSED: &str = "This passkey was not accepted. Type your PIN.";

/// Aino, whose phone opens by a passkey.
async fn story() -> (Story, Authenticator) {
    let mut story = Story::begin().await;
    let device = story.phone.biometrics(PIN).await;
    (story, device)
}

/// The wrong PINs in a row of the only phone.
async fn wrong_pins(service: &Service) -> i64 {
    service.count("SELECT wrong_pins FROM phones").await
}

#[tokio::test]
async fn a_finger_opens_the_app_and_approves_a_sign_in() {
    let (mut story, mut device) = story().await;
    let settings = story.phone.browser.open("/app/settings").await;
    assert!(settings.says("Fingerprint or face"), "{}", settings.body);
    let list = story.phone.browser.open("/account").await;
    assert!(list.says("Pixel 8"), "the passkey is one of hers: {}", list.body);
    assert!(story.service.letter(AINO.email).await.text.contains("a passkey"), "and she is told");

    story.phone.browser.post("/app/lock", &[]).await;
    let (status, answer) = story.phone.unlock_by(&mut device).await;
    assert_eq!((status, &answer["next"]), (200, &"/app".into()), "{answer}");
    assert_eq!(story.phone.shows().await, "Home");

    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    let body = story.phone.confirmed_question(&mut device, &asked, &page.number());
    let answer = story.phone.browser.post_json(&asked.path, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let page = browser.go_on(&page).await;
    assert!(page.is_at_the_application(), "{} {}", page.status, page.body);
    let told = story.ruori.redeem(&story.service, &page.answered("code").unwrap()).await.fine();
    let told = claims(&told.text("id_token"));
    assert_eq!(told["acr"], "aal2");
    let amr = told["amr"].as_array().unwrap();
    assert!(amr.contains(&json!("user")) && !amr.contains(&json!("pin")), "{amr:?}");
    let events = story.service.events().await;
    for event in
        ["phone.biometrics_set", "sign_in.approved_on_phone phone_biometrics", "sign_in.proven phone_biometrics"]
    {
        assert!(events.iter().any(|told| told == event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn a_finger_confirms_a_scanned_code() {
    let mut story = Story::without_network_code().await;
    let mut device = story.phone.biometrics(PIN).await;
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    let body = story.phone.confirmed_question(&mut device, &asked, "");
    let answer = story.phone.browser.post_json(&asked.path, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(browser.collect(&page).await.is_at_the_application());
    let events = story.service.events().await;
    assert!(events.iter().any(|told| told == "sign_in.proven phone_qr_biometrics"), "{events:?}");
}

#[tokio::test]
async fn an_answer_fits_one_text_and_is_taken_once() {
    let (mut story, mut device) = story().await;
    let (_, page) = story.asked().await;
    let asked = story.phone.question().await;
    let number = page.number();
    let wrong = if number == "00" { "01" } else { "00" };

    // An answer over another number is none over this one.
    let mut body = story.phone.confirmed_question(&mut device, &asked, wrong);
    body["number"] = number.clone().into();
    let refused = story.phone.browser.post_json(&asked.path, &body).await;
    assert_eq!((refused.status, &refused.json()["message"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(REFUSED)));

    // Neither is one for another purpose, or one that unlocks.
    for purpose in [SigningPurpose::SignIn, SigningPurpose::Unlock, SigningPurpose::Biometrics] {
        let fields = asked.fields_with(&number);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let assertion = story.phone.confirmed(&mut device, purpose, (&asked.subject, &fields));
        let body = json!({ "number": number, "assertion": assertion, "version": story.phone.version });
        let refused = story.phone.browser.post_json(&asked.path, &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{purpose:?} {}", refused.body);
    }
    assert_eq!(wrong_pins(&story.service).await, 0, "nothing of it was a PIN");

    // The challenge of the lock is answered once.
    story.phone.browser.post("/app/lock", &[]).await;
    let page = story.phone.browser.open("/app").await;
    let challenge = challenge(&page);
    let assertion = story.phone.confirmed(&mut device, SigningPurpose::Unlock, (&challenge, &[]));
    let body = json!({ "challenge": challenge, "assertion": assertion });
    let mut thief = story.phone.clone();
    assert_eq!(story.phone.send("/app/unlock", body.clone()).await.0, 200);
    let (status, answer) = thief.send("/app/unlock", body).await;
    assert_eq!((status, &answer["stale"]), (410, &json!(true)), "{answer}");
}

#[tokio::test]
async fn only_the_passkey_of_this_phone_counts_and_only_with_its_user_at_this_service() {
    let (mut story, mut device) = story().await;
    story.phone.browser.post("/app/lock", &[]).await;

    // Another passkey of hers, which no PIN has put there.
    let mut other = story.service.passkey(story.aino).await;
    assert_eq!(story.phone.unlock_by(&mut other).await.0, 422);
    // Somebody else's, who is in the phone's place.
    let mikko = story.service.person(MIKKO).await;
    let mut strangers = story.service.passkey(mikko).await;
    assert_eq!(story.phone.unlock_by(&mut strangers).await.0, 422);
    strangers.credential_id.clone_from(&device.credential_id);
    assert_eq!(story.phone.unlock_by(&mut strangers).await.0, 422, "the name is not the key");

    device.verifies_user = false;
    let (status, answer) = story.phone.unlock_by(&mut device).await;
    assert_eq!((status, answer["message"].as_str()), (422, Some(REFUSED)), "{answer}");
    device.verifies_user = true;
    device.origin = "https://evil.example".to_owned();
    assert_eq!(story.phone.unlock_by(&mut device).await.0, 422);
    PUBLIC_URL.clone_into(&mut device.origin);
    assert_eq!(wrong_pins(&story.service).await, 0);

    // A counter that does not go forward may be a copy's. She is told, and the PIN is left.
    device.counts = false;
    assert_eq!(story.phone.unlock_by(&mut device).await.0, 200);
    story.phone.browser.post("/app/lock", &[]).await;
    device.count = 9;
    assert_eq!(story.phone.unlock_by(&mut device).await.0, 200);
    story.phone.browser.post("/app/lock", &[]).await;
    assert_eq!(story.phone.unlock_by(&mut device).await.0, 422);
    let events = story.service.events().await;
    assert_eq!(events.iter().filter(|event| *event == "phone.passkey_refused").count(), 6, "{events:?}");
    assert_eq!(story.phone.unlock(PIN).await.0, 200);
}

#[tokio::test]
async fn without_the_pin_no_passkey_takes_its_place() {
    let mut story = Story::begin().await;
    let mut device = Authenticator::new(PUBLIC_URL);
    let options = story.phone.passkey_options(false).await;
    let made = json!({ "attestation": device.make(&options) });
    let (status, answer) = story.phone.send("/app/biometrics", made.clone()).await;
    assert_eq!((status, answer["left"].as_i64()), (422, Some(4)), "{answer}");
    let (status, answer) = story.phone.allow_passkey(WRONG, &device, made.clone()).await;
    assert_eq!((status, answer["left"].as_i64()), (422, Some(3)), "{answer}");
    assert_eq!(story.service.count("SELECT count(*) FROM passkeys").await, 0);

    // The PIN signs the name of the passkey, and no other one.
    let other = Authenticator::new(PUBLIC_URL);
    let (status, answer) = story.phone.allow_passkey(PIN, &other, made.clone()).await;
    assert_eq!((status, answer["left"].as_i64()), (422, Some(2)), "{answer}");

    let (status, answer) = story.phone.allow_passkey(PIN, &device, made.clone()).await;
    assert_eq!((status, &answer["next"]), (200, &"/app/settings".into()), "{answer}");
    assert_eq!(wrong_pins(&story.service).await, 0);
    let (status, answer) = story.phone.allow_passkey(PIN, &device, made).await;
    assert_eq!(status, 422, "a passkey is made once: {answer}");
    assert_eq!(story.service.count("SELECT count(*) FROM passkeys").await, 1);
}

#[tokio::test]
async fn a_passkey_that_the_person_has_can_take_the_place_and_is_taken_away_with_its_removal() {
    let mut story = Story::begin().await;
    let mut device = story.service.passkey(story.aino).await;
    let options = story.phone.passkey_options(true).await;
    let answer = json!({ "assertion": device.answer(&options) });
    assert_eq!(story.phone.allow_passkey(PIN, &device, answer).await.0, 200);
    story.phone.browser.post("/app/lock", &[]).await;
    assert_eq!(story.phone.unlock_by(&mut device).await.0, 200);

    let off = story.phone.browser.submit("/app/biometrics/off", &[]).await;
    assert!(off.says("Fingerprint or face"), "{}", off.body);
    story.phone.browser.post("/app/lock", &[]).await;
    assert_eq!(story.phone.unlock_by(&mut device).await.0, 422, "only the PIN opens it");
    assert_eq!(story.phone.unlock(PIN).await.0, 200);

    let options = story.phone.passkey_options(true).await;
    let answer = json!({ "assertion": device.answer(&options) });
    assert_eq!(story.phone.allow_passkey(PIN, &device, answer).await.0, 200);
    let id: String = story.service.app.db.one("SELECT id FROM passkeys", &[], |row| row.get(0)).await.unwrap();
    story.phone.browser.submit(&format!("/account/passkeys/{id}/remove"), &[]).await;
    story.phone.browser.post("/app/lock", &[]).await;
    assert_eq!(story.phone.unlock_by(&mut device).await.0, 422);
    assert_eq!(story.phone.unlock(PIN).await.0, 200, "the phone is still hers");
}

#[tokio::test]
async fn a_finger_opens_no_phone_that_wrong_pins_have_closed_and_takes_none_back() {
    let (mut story, mut device) = story().await;
    story.phone.browser.post("/app/lock", &[]).await;
    for _ in 0..3 {
        assert_eq!(story.phone.unlock(WRONG).await.0, 422);
    }
    assert_eq!(story.phone.unlock_by(&mut device).await.0, 200);
    assert_eq!(wrong_pins(&story.service).await, 3, "a thief's tries stay counted");
    story.phone.browser.post("/app/lock", &[]).await;
    assert_eq!(story.phone.unlock(WRONG).await.0, 422);
    let page = story.phone.browser.open("/app").await;
    let asked = challenge(&page);
    assert_eq!(story.phone.answer(WRONG, &asked).await.0, 401, "it is closed");
    let assertion = story.phone.confirmed(&mut device, SigningPurpose::Unlock, (&asked, &[]));
    let (status, answer) = story.phone.send("/app/unlock", json!({ "challenge": asked, "assertion": assertion })).await;
    assert_eq!((status, &answer["next"]), (401, &"/app".into()), "{answer}");
    assert_eq!(story.service.count("SELECT count(*) FROM passkeys").await, 1, "the passkey stays hers");
}

#[tokio::test]
async fn a_phone_takes_the_passkey_of_its_own_person_alone() {
    let (story, _) = story().await;
    let mikko = story.service.person(MIKKO).await;
    let mut strangers = story.service.passkey(mikko).await;
    let mut phone: AppOnPhone = story.phone;
    phone.browser.submit("/app/biometrics/off", &[]).await;
    let options = phone.passkey_options(true).await;
    let answer = json!({ "assertion": strangers.answer(&options) });
    let (status, answer) = phone.allow_passkey(PIN, &strangers, answer).await;
    assert_eq!(
        (status, answer["message"].as_str()),
        (422, Some("This did not work. Try again, or keep using your PIN."))
    );
}
