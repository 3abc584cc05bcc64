//! Attacks on a sign-in by Mobile-ID: a phone that is made to ring, a session that is not ours, a signature over something else.

use http::StatusCode;
use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};
use salpa::platform::db::Reads as _;
use serde_json::json;

use super::{AtMobileId, CONFIRM, PHONE};
use crate::sign_in::identities::{OVER, WRONG};
use crate::support::estonia::{IdAuthority, JAAK, MARI, ResponderMood, p256_key, rsa_key};
use crate::support::mobile_id::MobileIdMood;
use crate::support::{AINO, MIKKO, all_at_once};

const NOT_ACCEPTED: &str = "Your ID certificate is not accepted";

#[tokio::test]
async fn nobodys_phone_rings_without_end_whoever_asks() {
    let story = AtMobileId::begin().await;
    for _ in 0..3 {
        let mut browser = story.service.browser();
        assert_eq!(story.asked(&mut browser, JAAK).await.title(), CONFIRM);
    }
    let mut stranger = story.service.browser();
    let refused = story.asked(&mut stranger, JAAK).await;
    assert_eq!((refused.status, story.mobile_id.sessions()), (StatusCode::TOO_MANY_REQUESTS, 3));
    let mut other = story.service.browser();
    assert_eq!(story.asked(&mut other, MARI).await.title(), CONFIRM, "others are not held up");
    // Fifteen in a day, however patient one is.
    for _ in 0..4 {
        story.service.wait(600);
        for _ in 0..3 {
            let mut browser = story.service.browser();
            assert_eq!(story.asked(&mut browser, JAAK).await.title(), CONFIRM);
        }
    }
    story.service.wait(600);
    let mut patient = story.service.browser();
    assert_eq!(story.asked(&mut patient, JAAK).await.status, StatusCode::TOO_MANY_REQUESTS);
    // Another phone number does not help: the person is counted.
    let form = story.form(&mut patient).await;
    let elsewhere = patient.post(&form.path, &[("phone", "+3725123456"), ("code", JAAK)]).await;
    assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS);
    story.service.wait(24 * 60 * 60);
    let mut browser = story.service.browser();
    assert_eq!(story.asked(&mut browser, JAAK).await.title(), CONFIRM);
}

#[tokio::test]
async fn a_sign_in_asks_five_phones_at_most() {
    let story = AtMobileId::begin().await;
    let mut browser = story.service.browser();
    let form = story.form(&mut browser).await;
    // Codes of nobody, each with its check.
    let codes = ["50001029996", "61710030163", "38412319871", "40404049996", "60001017869", "30303039914"];
    for (place, code) in codes.into_iter().enumerate() {
        let page = story.asked_in(&mut browser, &form.sign_in(), code).await;
        assert_eq!(page.status == StatusCode::TOO_MANY_REQUESTS, place == 5, "{place}");
    }
    assert_eq!(story.mobile_id.sessions(), 5);
}

#[tokio::test]
async fn a_session_belongs_to_the_browser_that_began_it() {
    let story = AtMobileId::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    story.mobile_id.confirms(&story.jaak);
    story.service.wait(2);
    let mut other = story.service.browser();
    other.begin(&story.ruori).await;
    let sign_in = page.sign_in();
    let form = format!("mobile-id/{}/mobile-id", story.provider);
    for path in ["mobile-id", "mobile-id/wait?at=phone", form.as_str()] {
        assert_eq!(other.get(&format!("{sign_in}/{path}")).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["mobile-id", "mobile-id/cancel", form.as_str()] {
        assert_eq!(other.post(&format!("{sign_in}/{path}"), &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let back = other.open(&format!("/identity-providers/{}/return?state=guessed", story.provider)).await;
    assert_eq!(back.title(), OVER);
    assert!(browser.fetch_mobile_id(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_sim_card_of_somebody_else_does_not_answer_for_the_code_that_was_typed() {
    let story = AtMobileId::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, MARI).await;
    story.mobile_id.confirms(&story.jaak);
    story.service.wait(2);
    let page = browser.fetch_mobile_id(&page).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "another order"));
}

#[tokio::test]
async fn a_signature_over_another_hash_or_of_another_kind_proves_nobody() {
    let story = AtMobileId::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    let older = story.mobile_id.answer(&story.jaak);
    let page = story.asked_in(&mut browser, &page.sign_in(), JAAK).await;
    story.mobile_id.stands(&older);
    story.service.wait(2);
    let page = browser.fetch_mobile_id(&page).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "signature"), "of an older session");
    for (pointer, other, why) in [
        ("/signature/value", json!("AAAA"), "signature"),
        ("/signature/value", json!("no base64"), "signature"),
        ("/signature/algorithm", json!("SHA256WithRSAEncryption"), "signature"),
        ("/signature/algorithm", json!("SHA512WithECEncryption"), "cannot be read"),
        ("/signature/algorithm", json!("none"), "cannot be read"),
        ("/cert", json!("MIIE"), "certificate cannot be read"),
    ] {
        story.service.wait(600);
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser, JAAK).await;
        let mut answer = story.mobile_id.answer(&story.jaak);
        *answer.pointer_mut(pointer).unwrap() = other;
        story.mobile_id.stands(&answer);
        story.service.wait(2);
        let page = browser.fetch_mobile_id(&page).await;
        assert_eq!(story.reason().await, why, "{pointer}: {}", page.title());
        assert!(!browser.fetch_mobile_id(&page).await.is_at_the_application());
    }
}

#[tokio::test]
async fn a_certificate_that_does_not_count_is_refused() {
    let story = AtMobileId::linked().await;
    let stranger = IdAuthority::start(&story.service.app.clock).await;
    let number = format!("PNOEE-{JAAK}");
    let like = |change: fn(&mut rcgen::CertificateParams)| story.authority.issue(&number, &p256_key(), change);
    for (sim, why) in [
        (stranger.sim(JAAK), "certificate of another authority"),
        (like(|it| it.not_after = date_time_ymd(2026, 6, 1)), "certificate expired"),
        (like(|it| it.not_before = date_time_ymd(2026, 7, 1)), "certificate not valid yet"),
        (
            like(|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection]),
            "certificate for another purpose",
        ),
        (like(|it| it.key_usages = vec![]), "certificate for another purpose"),
    ] {
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser, JAAK).await;
        story.mobile_id.confirms(&sim);
        story.service.wait(2);
        let page = browser.fetch_mobile_id(&page).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (NOT_ACCEPTED, why));
        story.service.wait(600);
    }
    for (mood, title) in [
        (ResponderMood::Revokes, "Your ID certificate is no longer valid"),
        (ResponderMood::Replayed, "Your certificate could not be checked"),
    ] {
        story.authority.is(mood);
        let mut browser = story.service.browser();
        assert_eq!(story.confirmed(&mut browser).await.title(), title);
    }
}

#[tokio::test]
async fn a_sim_card_with_an_rsa_key_is_taken() {
    let story = AtMobileId::linked().await;
    let sim = story.authority.issue(&format!("PNOEE-{JAAK}"), &rsa_key(), |_| {});
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    let mut answer = story.mobile_id.answer(&story.jaak);
    let hash = story.mobile_id.asked()["hash"].as_str().unwrap().to_owned();
    answer["signature"] = json!({ "value": sim.signs_hash_by_rsa(&hash), "algorithm": "sha256WithRSAEncryption" });
    answer["cert"] = json!(data_encoding::BASE64.encode(&sim.certificate));
    story.mobile_id.stands(&answer);
    story.service.wait(2);
    assert!(browser.fetch_mobile_id(&page).await.is_at_the_application(), "{}", story.reason().await);
}

#[tokio::test]
async fn a_sim_card_of_an_older_form_is_taken() {
    let story = AtMobileId::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    // The certificate names no purpose, and the code without the words before it.
    story.mobile_id.confirms(&story.authority.issue(JAAK, &p256_key(), |it| it.extended_key_usages = vec![]));
    story.service.wait(2);
    assert!(browser.fetch_mobile_id(&page).await.is_at_the_application(), "{}", story.reason().await);
}

#[tokio::test]
async fn of_many_tabs_one_asks_and_one_goes_on() {
    let story = AtMobileId::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    story.mobile_id.confirms(&story.jaak);
    story.service.wait(2);
    let before = story.mobile_id.asked_after();
    let path = format!("{}/mobile-id", page.sign_in());
    let looks = (0..8).map(|_| {
        let (mut tab, path) = (browser.clone(), path.clone());
        async move { tab.get(&path).await.status }
    });
    all_at_once(looks).await;
    assert_eq!(story.mobile_id.asked_after(), before + 1);
    assert_eq!(browser.sessions_of_tabs_at_once(8, &path).await, 1);
    assert_eq!(browser.fetch_mobile_id(&page).await.title(), "This sign-in is finished");
}

#[tokio::test]
async fn a_session_of_somebody_else_does_not_answer_for_a_typed_email() {
    let story = AtMobileId::linked().await;
    story.service.person(MIKKO).await;
    for (email, arrives) in [(MIKKO.email, false), ("nobody@kallio.example", false), (AINO.email, true)] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await;
        let page = story.asked_in(&mut browser, &sign_in, JAAK).await;
        story.mobile_id.confirms(&story.jaak);
        story.service.wait(2);
        let page = browser.fetch_mobile_id(&page).await;
        assert_eq!(page.is_at_the_application(), arrives, "{email}");
    }
}

#[tokio::test]
async fn an_identifier_that_was_given_out_before_or_leads_elsewhere_is_refused() {
    let story = AtMobileId::begin().await;
    story.mobile_id.is(MobileIdMood::Gives("de305d54-75b4-431b-adb2-eb6b9e546015"));
    let mut first = story.service.browser();
    assert_eq!(story.asked(&mut first, JAAK).await.title(), CONFIRM);
    let mut other = story.service.browser();
    let page = story.asked(&mut other, JAAK).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "another order"));
    for id in ["", "../../certificate", "a?b", "a b"] {
        story.mobile_id.is(MobileIdMood::Gives(id));
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser, MARI).await;
        assert_eq!(page.title(), WRONG, "{id:?}");
        story.service.wait(600);
    }
}

#[tokio::test]
async fn the_database_holds_neither_number_in_a_form_that_can_be_read() {
    let story = AtMobileId::begin().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    story.mobile_id.confirms(&story.jaak);
    story.service.wait(2);
    browser.get(&page.path).await;
    let rows: Vec<[Vec<u8>; 2]> = story
        .service
        .app
        .db
        .all("SELECT secrets, answer FROM mobile_id_sessions", &[], |row| Ok([row.get(0)?, row.get(1)?]))
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    let all = story.service.database.everything().await;
    for hidden in [JAAK, "37200000766", &PHONE.replace(' ', "")] {
        assert!(!all.contains(hidden), "{hidden}");
        let holds = |part: &Vec<u8>| part.windows(hidden.len()).any(|window| window == hidden.as_bytes());
        assert!(!rows[0].iter().any(holds));
    }
}
