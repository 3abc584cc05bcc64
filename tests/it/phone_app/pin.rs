//! The PIN: wrong ones, and what thieves can do with what they have stolen.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use salpa::platform::db::{self, Reads};
use salpa::proofs::phones::{self, MOST_WRONG_PINS, SignedText, SigningPurpose};
use serde_json::json;
use tokio::task::JoinSet;

use super::{PIN, service};
use crate::support::{AINO, AppOnPhone, MIKKO, PUBLIC_URL, Service};

const WRONG: &str = "730518";

#[tokio::test]
async fn the_fifth_wrong_pin_signs_the_phone_out_and_a_full_sign_in_makes_a_new_one() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    phone.browser.post("/app/lock", &[]).await;
    for left in (1..MOST_WRONG_PINS).rev() {
        let (status, answer) = phone.unlock(WRONG).await;
        assert_eq!((status, answer["left"].as_i64()), (422, Some(left)), "{answer}");
        let said = if left == 1 { "one try left" } else { "tries left" };
        let message = answer["message"].as_str().unwrap();
        assert!(message.starts_with("Incorrect PIN code.") && message.contains(said), "{message}");
        let again = answer["challenge"].as_str().unwrap().to_owned();
        assert!(!again.is_empty(), "the next try has a challenge of its own");
    }
    let (status, answer) = phone.unlock(WRONG).await;
    assert_eq!((status, &answer["next"]), (401, &"/app?closed=1".into()), "{answer}");
    let told = phone.browser.open("/app?closed=1").await;
    let words = "Incorrect PIN code. You entered the wrong PIN code too many times. Sign in again.";
    assert!(told.says(words), "{}", told.body);
    assert_eq!(service.count("SELECT count(*) FROM phones").await, 0, "the public key is gone");
    assert!(service.letter(AINO.email).await.text.contains("a wrong PIN was entered five times"));
    let events = service.events().await;
    assert_eq!(events.iter().filter(|event| *event == "phone.pin_wrong").count(), 4);
    assert!(events.contains(&"phone.closed".to_owned()));

    service.wait(31);
    let page = phone.sign_in(&service, AINO).await;
    assert_eq!(page.title(), "Create your PIN", "{}", page.body);
    assert_eq!(phone.make_pin(&page, "608213").await.1["next"], "/app/notifications?first=1");
    assert_eq!(phone.shows().await, "Home");
}

#[tokio::test]
async fn another_pin_keeps_what_the_phone_has_and_is_told_as_such() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    let former = phone.id.clone();
    phone.browser.submit(&format!("/account/phones/{former}/name"), &[("name", "My Pixel")]).await;
    let mut device = phone.biometrics(PIN).await;
    service.wait(31);
    let page = phone.sign_in(&service, AINO).await;
    assert_eq!(page.title(), "Create your PIN", "{}", page.body);
    let (status, answer) = phone.make_pin(&page, "608213").await;
    assert_eq!((status, &answer["next"]), (200, &"/app".into()), "{answer}");
    assert_ne!(phone.id, former, "a key that the phone has not kept yet is not taken for the former one");

    let settings = phone.browser.open("/app/settings").await;
    assert!(settings.says("My Pixel"), "{}", settings.body);
    assert_eq!(service.count("SELECT count(*) FROM phones").await, 1);
    phone.browser.post("/app/lock", &[]).await;
    assert_eq!(phone.unlock(PIN).await.0, 422);
    assert_eq!(phone.unlock("608213").await.0, 200);
    phone.browser.post("/app/lock", &[]).await;
    assert_eq!(phone.unlock_by(&mut device).await.0, 200);
    let events = service.events().await;
    let told = |event: &str| events.iter().filter(|told| *told == event).count();
    assert_eq!((told("phone.pin_changed"), told("phone.added"), told("phone.logged_out")), (1, 1, 0), "{events:?}");
    assert!(service.letter(AINO.email).await.text.contains("a new PIN was made"));
}

#[tokio::test]
async fn a_right_pin_begins_the_count_anew() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    for _ in 0..2 {
        phone.browser.post("/app/lock", &[]).await;
        for _ in 0..4 {
            assert_eq!(phone.unlock(WRONG).await.0, 422);
        }
        assert!(phone.browser.open("/app").await.says("You have one try left."));
        assert_eq!(phone.unlock(PIN).await.0, 200);
    }
}

#[tokio::test]
async fn of_two_hundred_wrong_pins_at_once_five_are_looked_at() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    let stored = stored(&service, &phone).await;
    let service = Arc::new(service);
    let mut tries = JoinSet::new();
    for number in 0..200 {
        let question = format!("question {number}");
        let signature = signed(&mut phone, WRONG, &question);
        let (service, stored, id) = (service.clone(), stored.clone(), phone.id.clone());
        tries.spawn(async move {
            let text = SignedText::new(PUBLIC_URL, SigningPurpose::Approve, &id, &question, &[]);
            let answered = (phones::Answered::Question, phones::PhoneAnswer::Pin(&signature));
            phones::check(&service.app.core, &stored, &text, answered, service.now()).await.unwrap()
        });
    }
    let results = tries.join_all().await;
    let looked_at = results.iter().filter(|check| !matches!(check, phones::PhoneCheck::Closed)).count();
    assert_eq!(looked_at, 5);
    assert_eq!(results.iter().filter(|check| matches!(check, phones::PhoneCheck::Last)).count(), 1);
    let (_, answer) = phone.send("/app/unlock", json!({ "challenge": "x", "signature": "" })).await;
    assert_eq!(answer["next"], "/app?closed=1", "nothing opens it any more");
}

async fn stored(service: &Service, phone: &AppOnPhone) -> phones::AppPhone {
    let person: String = service.app.db.one("SELECT id FROM people", &[], |row| row.get(0)).await.unwrap();
    let id = phone.id.parse().unwrap();
    phones::find(&service.app.db, person.parse().unwrap(), id).await.unwrap().unwrap()
}

fn signed(phone: &mut AppOnPhone, pin: &str, question: &str) -> Vec<u8> {
    let signature = phone.sign(pin, SigningPurpose::Approve, question, &[]);
    BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap()
}

#[tokio::test]
async fn a_challenge_counts_once_and_for_ten_minutes_and_costs_no_try_when_it_is_over() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    phone.browser.post("/app/lock", &[]).await;
    let page = phone.browser.open("/app").await;
    let first = crate::support::challenge(&page);
    assert_eq!(phone.answer(WRONG, &first).await.0, 422);
    let (status, answer) = phone.answer(PIN, &first).await;
    assert_eq!((status, &answer["stale"]), (410, &true.into()), "it was answered: {answer}");
    let again = answer["challenge"].as_str().unwrap().to_owned();
    service.wait(10 * 60);
    assert_eq!(phone.answer(PIN, &again).await.0, 410, "it is too old");
    assert!(phone.browser.open("/app").await.says("You have 4 tries left."), "what is over was not looked at");
    assert_eq!(phone.unlock(PIN).await.0, 200);
}

#[tokio::test]
async fn a_signature_for_something_else_opens_nothing() {
    let (service, _) = service().await;
    let mikko = service.person(MIKKO).await;
    let other_company = service.business("Laine Oy").await;
    service.user(other_company, mikko, &[]).await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    let mut other = AppOnPhone::of(&service, MIKKO, PIN).await;
    phone.browser.post("/app/lock", &[]).await;
    let page = phone.browser.open("/app").await;
    let challenge = crate::support::challenge(&page);
    let approval = phone.sign(PIN, SigningPurpose::Approve, &challenge, &[]);
    let wrong = phone.send("/app/unlock", json!({ "challenge": challenge, "signature": approval })).await;
    assert_eq!(wrong.0, 422, "a signature for another purpose");
    let challenge = wrong.1["challenge"].as_str().unwrap().to_owned();
    let of_other = other.sign(PIN, SigningPurpose::Unlock, &challenge, &[]);
    let wrong = phone.send("/app/unlock", json!({ "challenge": challenge, "signature": of_other })).await;
    assert_eq!(wrong.0, 422, "a signature of another phone");
    let challenge = wrong.1["challenge"].as_str().unwrap().to_owned();
    assert_eq!(other.answer(PIN, &challenge).await.0, 410, "a challenge of another phone");
}

#[tokio::test]
async fn a_copied_storage_does_not_rewind_the_count() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    phone.browser.post("/app/lock", &[]).await;
    let copy = phone.clone();
    for _ in 0..3 {
        assert_eq!(phone.unlock(WRONG).await.0, 422);
    }
    let mut elsewhere = copy.clone();
    elsewhere.browser.address = [203, 0, 113, 77].into();
    assert_eq!(elsewhere.unlock(WRONG).await.1["left"], 1, "the copy has the tries of the original");
    let mut again = copy;
    assert_eq!(again.unlock(WRONG).await.0, 401);
    assert!(phone.browser.open("/app").await.says("Already completed two-step authentication"));
}

#[tokio::test]
async fn a_stolen_database_tests_no_pin_and_a_stolen_storage_only_online() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    // All that the database has of the phone: nothing there was made of the PIN but a public key.
    let columns = "SELECT count(*) FROM phones WHERE length(public_key) = 65 AND length(token_hash) = 32";
    assert_eq!(service.count(columns).await, 1);
    let everything = service.database.rows(&[]).await.join("\n");
    assert!(!everything.contains(PIN), "the PIN never came here");
    // All that the phone has stored, with what the service tells it: each guess wants an answer of the service.
    phone.browser.post("/app/lock", &[]).await;
    let page = phone.browser.open("/app").await;
    let key = stored(&service, &phone).await.key;
    let point = BASE64URL_NOPAD.encode(key.as_bytes());
    let hex = data_encoding::HEXLOWER.encode(key.as_bytes());
    assert!(!page.body.contains(&point) && !page.body.contains(&hex), "no page tells the public key");
    let (_, answer) = phone.unlock(WRONG).await;
    assert!(!answer.to_string().contains(&point), "{answer}");
}

#[tokio::test]
async fn a_phone_is_added_only_by_its_key_and_after_a_fresh_proof() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::new(&service);
    let page = phone.sign_in(&service, AINO).await;
    let mut thief = AppOnPhone::new(&service);
    thief.browser.cookies = phone.browser.cookies.clone();
    // The key of somebody else, with a signature by one's own.
    let challenge = crate::support::challenge(&page);
    let signature = thief.sign(WRONG, SigningPurpose::Connect, &challenge, &[]);
    let other = BASE64URL_NOPAD.encode(&[&[4][..], &[7; 64]].concat());
    let body = json!({ "challenge": challenge, "signature": signature, "public_key": other });
    assert_eq!(thief.send("/app/pin", body).await.0, 422);
    assert_eq!(phone.make_pin(&page, PIN).await.1["next"], "/app/pin?new=1", "the challenge was answered");
    service.wait(5 * 60 + 1);
    let late = phone.browser.open("/app/pin?new=1").await;
    assert!(late.path.starts_with("/sign-in/"), "an old session adds no phone: {}", late.path);
    assert_eq!(service.count("SELECT count(*) FROM phones").await, 0);
}

#[tokio::test]
async fn expired_challenges_and_removed_phones_are_forgotten() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::new(&service);
    phone.sign_in(&service, AINO).await;
    let expire = |now| {
        let db = service.app.db.clone();
        async move {
            let removed: Result<u64, db::Error> =
                db.write(move |tx| Box::pin(async move { phones::expire(tx, now).await })).await;
            removed.unwrap()
        }
    };
    assert_eq!(expire(service.now()).await, 0);
    service.wait(10 * 60);
    assert_eq!(expire(service.now()).await, 1);
}
