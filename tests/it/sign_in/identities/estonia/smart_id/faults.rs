//! Smart-ID that is down, wordy or not itself, and this service when it stops in the middle: nobody is signed in by mistake, and
//! the other ways go on.

use http::StatusCode;
use salpa::proofs::identity_providers::{NewIdentityProvider, ProviderSettings, ProviderState};
use serde_json::json;

use super::{AtSmartId, ENDED, TITLE, of_smart_id};
use crate::provider::signing::changed;
use crate::sign_in::identities::WRONG;
use crate::support::estonia::IdAuthority;
use crate::support::smart_id::{SmartId, SmartIdMood};
use crate::support::{AINO, Authority, Browser};

const DOWN: &str = "Your bank does not answer";

#[tokio::test]
async fn where_smart_id_begins_no_session_the_other_ways_go_on() {
    let story = AtSmartId::begin().await;
    for (mood, title, why) in [
        (SmartIdMood::Answers(580), DOWN, "provider down"),
        (SmartIdMood::Answers(503), DOWN, "provider down"),
        (SmartIdMood::Answers(429), DOWN, "provider down"),
        (SmartIdMood::Answers(401), WRONG, "provider refused"),
        (SmartIdMood::Answers(403), WRONG, "provider refused"),
        (SmartIdMood::Answers(480), WRONG, "provider refused"),
        (SmartIdMood::Answers(400), WRONG, "provider refused"),
        (SmartIdMood::Wordy, WRONG, "provider refused"),
        (SmartIdMood::SendsOn("https://169.254.169.254/latest".to_owned()), WRONG, "provider refused"),
        (SmartIdMood::SendsOn(format!("{}/session/x", story.smart_id.address)), WRONG, "provider refused"),
    ] {
        story.smart_id.is(mood.clone());
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, title), "{mood:?}");
        assert_eq!(story.reason().await, why, "{mood:?}");
        assert!(page.error_id().is_some() && page.body.contains("Try again"));
    }
    for base in ["javascript:alert(1)//", "http://smart-id.com/", "smartid://x", "", "https://smart-id.com/#x"] {
        story.smart_id.is(SmartIdMood::Links(base));
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "cannot be read"), "{base}");
    }
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
}

#[tokio::test]
async fn a_silence_of_smart_id_is_waited_out() {
    let story = AtSmartId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    assert!(story.smart_id.scans(&story.smart_id.code()));
    story.smart_id.confirms(&story.jaak);
    story.smart_id.is(SmartIdMood::Answers(503));
    story.service.wait(2);
    let waiting = browser.fetch_session(&page).await;
    assert!(waiting.title() == TITLE && waiting.says("Smart-ID does not answer right now."), "{}", waiting.body);
    story.smart_id.is(SmartIdMood::Honest);
    story.service.wait(2);
    assert!(browser.fetch_session(&page).await.is_at_the_application());
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_ends_the_session() {
    let story = AtSmartId::linked().await;
    for (mood, why) in [
        (SmartIdMood::Wordy, "answer"),
        (SmartIdMood::SendsOn("https://169.254.169.254/latest".to_owned()), "answer"),
        (SmartIdMood::Answers(400), "answer"),
        (SmartIdMood::Answers(404), "TIMEOUT"),
    ] {
        story.smart_id.is(SmartIdMood::Honest);
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.smart_id.confirms(&story.jaak);
        story.smart_id.is(mood.clone());
        story.service.wait(2);
        let ended = browser.fetch_session(&page).await;
        assert_eq!((ended.title().as_str(), story.reason().await.as_str()), (ENDED, why), "{mood:?}");
    }
    story.smart_id.is(SmartIdMood::Honest);
    for answer in [
        json!({}),
        json!({ "state": "DONE" }),
        json!({ "state": "COMPLETE" }),
        json!({ "state": "COMPLETE", "result": { "endResult": "OK" } }),
        json!([]),
    ] {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.smart_id.stands(&answer);
        story.service.wait(2);
        assert_eq!(browser.fetch_session(&page).await.title(), ENDED, "{answer}");
    }
}

#[tokio::test]
async fn a_service_that_is_started_again_in_the_middle_goes_on() {
    let story = AtSmartId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    assert!(story.smart_id.scans(&story.smart_id.code()));
    story.smart_id.confirms(&story.jaak);
    story.service.wait(2);
    let started = story.service.with(|_| {}).await;
    let mut browser: Browser = started.take_over(browser);
    assert!(browser.fetch_session(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_server_of_another_authority_comes_to_nothing() {
    let story = AtSmartId::begin().await;
    let change = json!({ "name": "Pinned elsewhere", "authorities": Authority::new().pem });
    let settings = changed(of_smart_id(&story.smart_id, &story.authority), &change);
    let settings = ProviderSettings::read(&settings.to_string()).unwrap();
    let id = story.service.adds(NewIdentityProvider { settings, client_secret: None }).await;
    story.service.offers(id, ProviderState::On).await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let page = browser.submit(&format!("{sign_in}/identity/{id}/smart-id"), &[]).await;
    assert_eq!((page.title().as_str(), story.smart_id.sessions()), (DOWN, 0));
}

#[tokio::test]
async fn smart_id_that_was_turned_off_takes_nobody_in() {
    let story = AtSmartId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.smart_id.confirms(&story.jaak);
    story.service.wait(2);
    story.service.offers(story.provider, ProviderState::Off).await;
    assert!(!browser.fetch_session(&page).await.is_at_the_application());
}

#[tokio::test]
async fn settings_that_do_not_hold_are_refused() {
    let clock = salpa::platform::clock::Clock::System;
    let (smart_id, authority) = (SmartId::start(&clock).await, IdAuthority::start(&clock).await);
    for (change, words) in [
        (json!({ "client_id": "DEMO" }), "relyingPartyUUID"),
        (json!({ "client_id": "DE305D54-75B4-431B-ADB2-EB6B9E546014" }), "small letters"),
        (json!({ "service_name": null }), "relyingPartyName"),
        (json!({ "authorities": null }), "authorities is needed"),
        (json!({ "issuers": null }), "issuers is needed"),
        (json!({ "issuer": "ftp://rp-api.smart-id.com" }), "issuer must be"),
        (json!({ "levels": { "x": "high" } }), "OpenID Connect"),
    ] {
        let faults =
            ProviderSettings::read(&changed(of_smart_id(&smart_id, &authority), &change).to_string()).unwrap_err();
        assert!(faults.iter().any(|fault| fault.to_string().contains(words)), "{change}: {faults:?}");
    }
    let mut usual = of_smart_id(&smart_id, &authority);
    usual.as_object_mut().unwrap().remove("issuer");
    let settings = ProviderSettings::read(&usual.to_string()).unwrap();
    assert_eq!(settings.issuer, "https://rp-api.smart-id.com/v3");
    assert!(!settings.needs_secret());
}
