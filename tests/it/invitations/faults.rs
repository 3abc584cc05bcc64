//! Faults on the way: no SMS for an hour, and a program that is killed and started again between any two steps.

use super::{
    ASKS_DIGITS, ASKS_PIN, FIRST_OPENED, HOUR, PIN, PRIYA, SMS, Story, WAITS_FOR_MAIL, digits_on, make_profile,
};
use crate::support::{AppOnPhone, SmsGateway, with_messages};

#[tokio::test]
async fn without_sms_for_an_hour_a_code_that_is_handed_over_is_enough() {
    let gateway = SmsGateway::start().await;
    gateway.answer(Some(503));
    let url = gateway.url();
    let texts = [("sms_url", url.as_str()), ("sms_countries", "FI,GB"), ("message_timeout", "1")];
    let mut story = Story::begin_with(&texts).await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    let page = phone.enter_sign_up_code(&code).await;
    assert_eq!(page.title(), ASKS_DIGITS);
    story.service.deliver().await;
    story.service.wait(HOUR);
    story.service.deliver().await;
    story.at_the_desk().await;
    let timeline = story.timeline().await;
    assert!(timeline.says("SMS to +44 7400 123456 could not be delivered"), "{}", timeline.body);
    assert!(timeline.says("Didn't the invitee receive the verification code?"), "{}", timeline.body);
    let shown = story.desk.submit(&story.about("invitation/code"), &[]).await;
    let page = phone.enter_digits(&page, &digits_on(&shown)).await;
    assert_eq!(page.title(), WAITS_FOR_MAIL, "{}", page.body);
}

#[tokio::test]
async fn without_any_sms_at_all_the_page_says_whom_to_ask() {
    let mut story = Story::begin_with(&[]).await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    let page = phone.enter_sign_up_code(&code).await;
    assert_eq!(page.title(), "Enter your verification code");
    assert!(page.says("Ask Mikko Laine of Kallio Oy for a verification code"), "{}", page.body);
    assert!(story.timeline().await.says("No SMS can be sent here."));
}

impl Story {
    /// Kills the program and starts it again: what was in memory is gone, and the answer on its way to the phone, too.
    async fn kill(&self, phone: &mut AppOnPhone, before: &AppOnPhone) {
        // Two programs that write at one instant have no order between them.
        self.service.wait(1);
        let node = self.service.with(|settings| with_messages(settings, &SMS)).await;
        phone.browser = node.take_over(before.browser.clone());
    }
}

#[tokio::test]
async fn a_step_whose_answer_was_lost_is_taken_again_and_counts_once() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    phone.browser.open("/app/sign-up").await;

    let before = phone.clone();
    phone.enter_sign_up_code(&code).await;
    story.kill(&mut phone, &before).await;
    let page = phone.enter_sign_up_code(&code).await;
    assert_eq!(page.title(), ASKS_DIGITS, "{}", page.body);
    assert_eq!(story.sms_count().await, 1);

    let (before, digits) = (phone.clone(), story.sms_code().await);
    phone.enter_digits(&page, &digits).await;
    story.kill(&mut phone, &before).await;
    let page = phone.enter_digits(&page, &digits).await;
    assert_eq!(page.title(), WAITS_FOR_MAIL, "{}", page.body);
    let links = story.service.letters(PRIYA.email).await;
    assert_eq!(links.iter().filter(|letter| letter.subject == "Create your password").count(), 1);

    // A link that was used up without an answer is asked for once more.
    let (before, link) = (phone.clone(), story.link().await);
    phone.browser.submit(&link, &[]).await;
    story.kill(&mut phone, &before).await;
    assert_eq!(phone.browser.submit(&link, &[]).await.status, 410);
    let step = super::phone_step(&story).await;
    let again = phone.browser.submit(&format!("{step}/link"), &[]).await;
    assert!(again.says("The email has been sent again."), "{}", again.body);
    let page = phone.browser.submit(&story.link().await, &[]).await;
    let (page, _) = make_profile(&story, &mut phone.browser, &page).await;
    assert_eq!(page.title(), ASKS_PIN);
    assert_eq!(phone.make_pin(&page, PIN).await.1["next"], FIRST_OPENED);

    let steps = story.steps().await;
    for step in ["sent", "entered", "sms_sent", "verified", "made", "done"] {
        assert_eq!(steps.iter().filter(|taken| *taken == step).count(), 1, "{step}: {steps:?}");
    }
    assert_eq!(story.count("SELECT count(*) FROM invitations WHERE state = 'done'").await, 1);
}
