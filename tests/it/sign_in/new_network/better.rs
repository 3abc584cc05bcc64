//! Proofs that are better than a code: a second step shown in the new network. And others that are not.

use salpa::sign_in::policies::SecondFactor;

use super::{ASKS, Story, everywhere};
use crate::support::{AINO, MIKKO, Service};

const ASKS_FOR_THE_APP: &str = "Enter the code from your authenticator app";

#[tokio::test]
async fn a_code_of_an_app_confirms_the_network_and_no_code_is_sent() {
    let story = Story::begin().await;
    story.service.person(AINO).await;
    let mut browser = story.service.browser();
    let page = browser.try_password(&story.ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), ASKS_FOR_THE_APP);
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&story.service))]).await;

    assert!(page.is_at_the_application(), "{}", page.body);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM messages").await, 0);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM known_networks WHERE confirmed_at IS NOT NULL").await, 1);
}

#[tokio::test]
async fn a_session_that_moved_may_show_its_second_step_instead_and_change_its_mind() {
    let story = Story::begin().await;
    story.service.person(AINO).await;
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
    browser.address = "203.0.113.50".parse().unwrap();
    story.service.wait(60);

    let page = browser.open(&story.ruori.authorize(&[])).await;
    assert_eq!(page.title(), ASKS, "what was shown elsewhere is not shown here");
    let page = browser.answer(&page.sign_in(), "use/totp", &[]).await;
    assert_eq!(page.title(), ASKS_FOR_THE_APP);
    assert!(page.says("Be sent a code by text message and email") && !page.says("Use your recovery code"));
    let page = browser.answer(&page.sign_in(), "use/confirmation_code", &[]).await;
    assert_eq!(page.title(), ASKS);
    let page = browser.answer(&page.sign_in(), "use/totp", &[]).await;
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&story.service))]).await;
    assert!(page.is_at_the_application(), "{}", page.body);
}

#[tokio::test]
async fn without_a_contact_the_second_step_is_asked_for() {
    let story = Story::begin().await;
    story.service.person(AINO).await;
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
    story.service.change("UPDATE people SET email_confirmed_at = NULL").await;
    browser.address = "203.0.113.50".parse().unwrap();
    story.service.wait(60);

    let page = browser.open(&story.ruori.authorize(&[])).await;
    assert_eq!(page.title(), ASKS_FOR_THE_APP);
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&story.service))]).await;
    assert!(page.is_at_the_application(), "{}", page.body);
}

#[tokio::test]
async fn a_password_alone_sets_up_no_second_step_in_a_new_network() {
    let story = Story::begin().await;
    story.service.set_whole_policy(story.ruori.application.id, everywhere(SecondFactor::Required)).await;
    let (mut browser, page) = story.asked().await;
    // No link leads past it.
    for (step, fields) in [("second-step", ("method", "totp")), ("authenticator", ("code", "123456"))] {
        assert_eq!(browser.answer(&page.sign_in(), step, &[fields]).await.title(), ASKS, "{step}");
    }
    let page = browser.type_code(&page, &story.code().await).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);
}

#[tokio::test]
async fn something_better_opens_what_too_many_codes_have_closed() {
    let story = Story::begin().await;
    let aino = story.service.person(AINO).await;
    let closed = format!(
        "INSERT INTO failures (subject, method, count, since, last_at, wait_until)
         VALUES ('in-a-row:{aino}', 'confirmation_code', 100, 0, 0, 9223372036854775807)"
    );
    story.service.change(Box::leak(closed.into_boxed_str())).await;
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
    assert_eq!(story.service.count("SELECT COUNT(*) FROM failures WHERE method = 'confirmation_code'").await, 0);
}

#[tokio::test]
async fn a_remembered_browser_spares_no_code() {
    let service = Service::start().await;
    let story = Story::on(service).await;
    story.service.remember_everybody().await;
    let page = story.password(&mut story.service.browser()).await;
    assert_eq!(page.title(), ASKS);
    assert!(story.service.letters(MIKKO.email).await.len() == 1, "by email alone: there is no gateway");
}
