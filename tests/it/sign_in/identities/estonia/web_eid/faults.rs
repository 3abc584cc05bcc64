//! A responder that is down, wordy, out of date or not itself: nobody is signed in by mistake, and the other ways go on.

use http::StatusCode;

use super::WithCards;
use crate::sign_in::identities::UNMATCHED;
use crate::support::estonia::{JAAK, ResponderMood};
use crate::support::{AINO, PUBLIC_URL};

const UNCHECKED: &str = "Your certificate could not be checked";

#[tokio::test]
async fn a_card_whose_state_is_not_told_in_the_right_way_is_refused() {
    let story = WithCards::linked().await;
    let card = story.authority.card(JAAK);
    for mood in [
        ResponderMood::Later,
        ResponderMood::Confused,
        ResponderMood::Talkative,
        ResponderMood::Remembers(121),
        ResponderMood::Remembers(-61),
        ResponderMood::Overdue(61),
        ResponderMood::Stranger,
        ResponderMood::OfAnotherAuthority,
        ResponderMood::Unauthorised,
        ResponderMood::OutOfTime,
        ResponderMood::Forgetful,
        ResponderMood::Replayed,
        ResponderMood::Critical,
        ResponderMood::Changed,
        ResponderMood::Maintained,
        ResponderMood::SendsOn("http://169.254.169.254/latest".to_owned()),
        ResponderMood::SendsOn(story.authority.responder.clone()),
        ResponderMood::Wordy,
        ResponderMood::Says(Vec::new()),
        ResponderMood::Says(vec![0x30, 0x80, 0, 0]),
        ResponderMood::Says(vec![0x30, 0x03, 0x0a, 0x01, 0x00]),
    ] {
        story.authority.is(mood.clone());
        let mut browser = story.service.browser();
        let page = story.arrives(&mut browser, &card).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, UNCHECKED), "{mood:?}");
        assert_eq!(story.reason().await, "certificate not checked", "{mood:?}");
        assert!(page.error_id().is_some() && page.body.contains("Try again"));
    }
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
    story.authority.is(ResponderMood::Remembers(119));
    let mut browser = story.service.browser();
    assert!(story.arrives(&mut browser, &card).await.is_at_the_application());
}

#[tokio::test]
async fn a_card_that_was_revoked_or_is_unknown_to_its_authority_is_refused() {
    let story = WithCards::linked().await;
    for (mood, title, why) in [
        (ResponderMood::Revokes, "Your ID certificate is no longer valid", "certificate revoked"),
        (ResponderMood::KnowsNone, "Your ID certificate is not accepted", "certificate unknown to its authority"),
    ] {
        story.authority.is(mood);
        let mut browser = story.service.browser();
        let page = story.arrives(&mut browser, &story.authority.card(JAAK)).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (title, why));
    }
}

#[tokio::test]
async fn a_certificate_without_a_responder_cannot_be_checked() {
    let story = WithCards::begin().await;
    let card = story.authority.card_like(&format!("PNOEE-{JAAK}"), |it| it.custom_extensions = vec![]);
    let mut browser = story.service.browser();
    assert_eq!(story.arrives(&mut browser, &card).await.title(), UNCHECKED);
}

#[tokio::test]
async fn a_service_that_is_started_again_in_the_middle_goes_on() {
    let story = WithCards::begin().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    let token = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge());
    let started = story.service.with(|_| {}).await;
    let mut browser = started.take_over(browser);
    assert_eq!(browser.shows(&page, &token).await.title(), UNMATCHED);
}
