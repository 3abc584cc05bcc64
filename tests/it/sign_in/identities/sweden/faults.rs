//! BankID that is down, wordy or not itself, and this service when it stops in the middle: nobody is signed in by mistake, and
//! the other ways go on.

use http::StatusCode;
use salpa::platform::secret::Secret;
use salpa::proofs::identity_providers::{NewIdentityProvider, ProviderSettings, ProviderState};
use serde_json::{Value, json};

use super::{AtBankId, CONFIRM, ENDED, TITLE, of_bank_id};
use crate::provider::signing::changed;
use crate::sign_in::identities::WRONG;
use crate::support::bank_id::{ASTRID, ApiMood, BankId, completion};
use crate::support::{AINO, Authority, Browser};

const DOWN: &str = "Your bank does not answer";

#[tokio::test]
async fn where_bank_id_places_no_order_the_other_ways_go_on() {
    let story = AtBankId::begin().await;
    for (mood, title, why) in [
        (ApiMood::Maintained, DOWN, "provider down"),
        (ApiMood::Wordy, WRONG, "provider refused"),
        (ApiMood::SendsOn("https://169.254.169.254/latest".to_owned()), WRONG, "provider refused"),
        (ApiMood::SendsOn(format!("{}/auth", story.bank.address)), WRONG, "provider refused"),
        (ApiMood::Refuses("alreadyInProgress"), WRONG, "provider refused"),
        (ApiMood::Refuses("something new"), WRONG, "provider refused"),
    ] {
        story.bank.is(mood.clone());
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, title), "{mood:?}");
        assert_eq!(story.reason().await, why, "{mood:?}");
        assert!(page.error_id().is_some() && page.body.contains("Try again"));
    }
    assert_eq!(story.bank.orders(), 0);
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
}

#[tokio::test]
async fn a_silence_of_bank_id_is_waited_out() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.bank.confirms(ASTRID);
    story.bank.is(ApiMood::Maintained);
    story.service.wait(2);
    let waiting = browser.collect_order(&page).await;
    assert!(waiting.title() == TITLE && waiting.says("BankID does not answer right now."), "{}", waiting.body);
    story.bank.is(ApiMood::Honest);
    story.service.wait(2);
    assert!(browser.collect_order(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_renewal_in_a_silence_of_bank_id_is_made_later() {
    let story = AtBankId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.service.wait(31);
    story.bank.is(ApiMood::Maintained);
    assert_eq!(browser.order(&page).await.title(), TITLE);
    story.bank.is(ApiMood::Honest);
    story.service.wait(2);
    assert!(browser.order(&page).await.shows_code(&story.bank.code()));
    assert_eq!(story.bank.orders(), 2);
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_ends_the_order() {
    let story = AtBankId::linked().await;
    for mood in [
        ApiMood::Wordy,
        ApiMood::SendsOn("https://169.254.169.254/latest".to_owned()),
        ApiMood::Refuses("invalidParameters"),
    ] {
        story.bank.is(ApiMood::Honest);
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.bank.confirms(ASTRID);
        story.bank.is(mood.clone());
        story.service.wait(2);
        let ended = browser.collect_order(&page).await;
        assert_eq!((ended.title().as_str(), story.reason().await.as_str()), (ENDED, "answer"), "{mood:?}");
    }
}

#[tokio::test]
async fn an_answer_without_a_person_or_a_signature_proves_nobody() {
    let story = AtBankId::linked().await;
    let usual = completion(ASTRID, "192.0.2.1", Some("low"));
    let cases: [(Value, &str); 8] = [
        (json!({ "user": { "personalNumber": "199908072392" } }), "no identifier"),
        (json!({ "user": { "personalNumber": "9908072391" } }), "no identifier"),
        (json!({ "user": { "personalNumber": "19990807-2391" } }), "no identifier"),
        (json!({ "user": { "personalNumber": "" } }), "no identifier"),
        (json!({ "signature": "" }), "signature"),
        (json!({ "ocspResponse": "no base64" }), "signature"),
        (json!({ "risk": "unheard of" }), "answer"),
        (json!({ "user": null }), "answer"),
    ];
    for (change, why) in cases {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.bank.completes(&changed(usual.clone(), &change));
        story.service.wait(2);
        let page = browser.collect_order(&page).await;
        assert_eq!(story.reason().await, why, "{change}: {}", page.body);
        let title = if why == "answer" { ENDED } else { WRONG };
        assert_eq!(page.title(), title, "{change}");
        assert!(!browser.collect_order(&page).await.is_at_the_application(), "nor the next time");
    }
}

#[tokio::test]
async fn an_order_that_waits_for_ever_ends() {
    let story = AtBankId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.service.wait(25);
    story.bank.says("userSign");
    assert_eq!(browser.order(&page).await.title(), CONFIRM);
    story.service.wait(170);
    assert_eq!(browser.order(&page).await.title(), CONFIRM, "a person in the app has three minutes more");
    // Put down and taken up again: that is no reason to wait longer.
    story.bank.says("outstandingTransaction");
    story.service.wait(4);
    assert_eq!(browser.order(&page).await.title(), CONFIRM);
    story.bank.says("userSign");
    story.service.wait(4);
    assert_eq!(browser.order(&page).await.title(), CONFIRM);
    story.service.wait(2);
    let collected = story.bank.collected();
    assert_eq!(browser.order(&page).await.title(), ENDED);
    assert_eq!(story.bank.collected(), collected, "and nobody asks BankID any longer");
}

#[tokio::test]
async fn a_service_that_is_started_again_in_the_middle_goes_on() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    assert!(story.bank.scans(&story.bank.code()));
    story.bank.confirms(ASTRID);
    story.service.wait(2);
    // Another process over the same database: nothing that matters was in the memory of the first.
    let started = story.service.with(|_| {}).await;
    let mut browser: Browser = started.take_over(browser);
    assert!(browser.collect_order(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_server_of_another_authority_and_a_certificate_that_is_unknown_there_come_to_nothing() {
    let story = AtBankId::begin().await;
    let other = Authority::new();
    let (certificate, key) = other.certify_in_pem(&["somebody else"]);
    let cases = [
        (json!({ "name": "Pinned elsewhere", "authorities": other.pem }), story.bank.identity.clone()),
        (json!({ "name": "Unknown there" }), format!("{certificate}{key}")),
    ];
    for (change, identity) in cases {
        let settings = ProviderSettings::read(&changed(of_bank_id(&story.bank), &change).to_string()).unwrap();
        let new = NewIdentityProvider { settings, client_secret: Some(Secret::new(identity)) };
        let id = story.service.adds(new).await;
        story.service.offers(id, ProviderState::On).await;
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        let page = browser.submit(&format!("{sign_in}/identity/{id}/bankid-sweden"), &[]).await;
        assert_eq!(page.title(), DOWN, "{change}: {}", page.body);
    }
    assert_eq!(story.bank.orders(), 0);
}

#[tokio::test]
async fn bank_id_that_was_turned_off_takes_nobody_in() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.bank.confirms(ASTRID);
    story.service.wait(2);
    story.service.offers(story.provider, ProviderState::Off).await;
    assert!(!browser.collect_order(&page).await.is_at_the_application());
}

#[tokio::test]
async fn settings_that_do_not_hold_are_refused() {
    let bank = BankId::start(&salpa::platform::clock::Clock::System).await;
    for (change, words) in [
        (json!({ "authorities": null }), "authorities is needed"),
        (json!({ "authorities": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }), "authorities"),
        (json!({ "levels": { "x": "high" } }), "OpenID Connect"),
        (json!({ "methods": [{ "id": "a", "name": "A", "worth": "high" }] }), "substantial"),
        (json!({ "most_risk": "none" }), "unknown variant"),
        (json!({ "issuer": "ftp://bank.example" }), "issuer must be"),
    ] {
        let faults = ProviderSettings::read(&changed(of_bank_id(&bank), &change).to_string()).unwrap_err();
        assert!(faults.iter().any(|fault| fault.to_string().contains(words)), "{change}: {faults:?}");
    }
    let settings = ProviderSettings::read(&of_bank_id(&bank).to_string()).unwrap();
    assert!(settings.needs_secret() && settings.secret_fault(&Secret::new(bank.identity.clone())).is_none());
    assert!(settings.secret_fault(&Secret::new("a password".to_owned())).is_some());
}
