//! Mobile-ID that is down, wordy or not itself: nobody is signed in by mistake, and the other ways go on.

use http::StatusCode;
use salpa::proofs::identity_providers::ProviderState;
use serde_json::json;

use super::{AtMobileId, CONFIRM, ENDED};
use crate::sign_in::identities::WRONG;
use crate::support::estonia::JAAK;
use crate::support::mobile_id::MobileIdMood;
use crate::support::{AINO, Browser};

const DOWN: &str = "Your bank does not answer";

#[tokio::test]
async fn where_mobile_id_asks_nobody_the_other_ways_go_on() {
    let story = AtMobileId::begin().await;
    for (mood, title, why) in [
        (MobileIdMood::Answers(500), DOWN, "provider down"),
        (MobileIdMood::Answers(429), DOWN, "provider down"),
        (MobileIdMood::Answers(401), WRONG, "provider refused"),
        (MobileIdMood::Answers(400), WRONG, "provider refused"),
        (MobileIdMood::Wordy, WRONG, "provider refused"),
        (MobileIdMood::SendsOn("https://169.254.169.254/latest".to_owned()), WRONG, "provider refused"),
    ] {
        story.mobile_id.is(mood.clone());
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser, JAAK).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, title), "{mood:?}");
        assert_eq!(story.reason().await, why, "{mood:?}");
        story.service.wait(600);
    }
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
}

#[tokio::test]
async fn a_silence_is_waited_out_and_an_answer_that_cannot_be_used_ends_the_session() {
    let story = AtMobileId::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    story.mobile_id.confirms(&story.jaak);
    story.mobile_id.is(MobileIdMood::Answers(500));
    story.service.wait(2);
    let waiting = browser.fetch_mobile_id(&page).await;
    assert!(waiting.title() == CONFIRM && waiting.says("Mobile-ID does not answer right now."), "{}", waiting.body);
    story.mobile_id.is(MobileIdMood::Honest);
    story.service.wait(2);
    assert!(browser.fetch_mobile_id(&page).await.is_at_the_application());

    for (mood, why) in [
        (MobileIdMood::Wordy, "answer"),
        (MobileIdMood::SendsOn(format!("{}/authentication", story.mobile_id.address)), "answer"),
        (MobileIdMood::Answers(400), "answer"),
        (MobileIdMood::Answers(404), "TIMEOUT"),
    ] {
        story.service.wait(600);
        story.mobile_id.is(MobileIdMood::Honest);
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser, JAAK).await;
        story.mobile_id.is(mood.clone());
        story.service.wait(2);
        let ended = browser.fetch_mobile_id(&page).await;
        assert_eq!((ended.title().as_str(), story.reason().await.as_str()), (ENDED, why), "{mood:?}");
    }
    story.mobile_id.is(MobileIdMood::Honest);
    for answer in [json!({}), json!({ "state": "COMPLETE" }), json!({ "state": "COMPLETE", "result": "OK" }), json!([])]
    {
        story.service.wait(600);
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser, JAAK).await;
        story.mobile_id.stands(&answer);
        story.service.wait(2);
        assert_eq!(browser.fetch_mobile_id(&page).await.title(), ENDED, "{answer}");
    }
}

#[tokio::test]
async fn a_service_that_is_started_again_in_the_middle_goes_on_and_one_that_turned_it_off_does_not() {
    let story = AtMobileId::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    story.mobile_id.confirms(&story.jaak);
    story.service.wait(2);
    let started = story.service.with(|_| {}).await;
    let mut browser: Browser = started.take_over(browser);
    assert!(browser.fetch_mobile_id(&page).await.is_at_the_application());

    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    story.mobile_id.confirms(&story.jaak);
    story.service.wait(2);
    story.service.offers(story.provider, ProviderState::Off).await;
    assert!(!browser.fetch_mobile_id(&page).await.is_at_the_application());
    assert_ne!(story.form(&mut browser).await.title(), super::FORM);
}
