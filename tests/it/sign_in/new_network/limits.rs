//! How often a code is tried and sent: per code, hour, day and in a row, whoever asks.

use http::StatusCode;

use super::{ASKS, OVER, PHONE, Story, not};
use crate::support::{Browser, MIKKO, Page};

const HOUR: u64 = 3600;

/// Types a wrong code so often, and gives the last page.
async fn fail(story: &Story, browser: &mut Browser, page: &Page, times: usize) -> Page {
    let wrong = not(&story.code().await);
    let mut last = browser.type_code(page, wrong).await;
    for _ in 1..times {
        last = browser.type_code(page, wrong).await;
    }
    last
}

#[tokio::test]
async fn the_fifth_wrong_try_ends_a_code_and_a_new_one_goes_on() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let right = story.code().await;
    let last = fail(&story, &mut browser, &page, 5).await;
    assert!(last.says(OVER), "{}", last.body);
    let refused = browser.type_code(&page, &right).await;
    assert!(refused.says(OVER) && !refused.is_at_the_application());

    let page = browser.send_again(&page).await;
    assert!(browser.type_code(&page, &story.code().await).await.is_at_the_application());
}

#[tokio::test]
async fn ten_failures_are_a_day_whatever_code_browser_or_network_they_were_of() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    fail(&story, &mut browser, &page, 5).await;
    story.service.wait(HOUR);
    let (mut other, page) = story.asked().await;
    let last = fail(&story, &mut other, &page, 5).await;
    assert!(last.says(OVER) || last.alert().is_some(), "{}", last.body);
    story.service.wait(HOUR);

    // The page is shown; but no code is sent, and none could be tried.
    let (mut third, page) = story.asked().await;
    assert!(!page.body.contains("name=\"code\""), "{}", page.body);
    let refused = third.send_again(&page).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), (22 * HOUR).to_string());
    story.service.wait(22 * HOUR);
    let mut fourth = story.service.browser();
    let page = story.password(&mut fourth).await;
    assert!(fourth.type_code(&page, &story.code().await).await.is_at_the_application(), "the next day");
}

#[tokio::test]
async fn a_success_takes_back_its_own_try_of_the_day_alone() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    fail(&story, &mut browser, &page, 4).await;
    assert!(browser.type_code(&page, &story.code().await).await.is_at_the_application());
    let counted = "SELECT count FROM failures WHERE subject LIKE 'day:%'";
    assert_eq!(story.service.count(counted).await, 4);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM failures WHERE subject LIKE 'in-a-row:%'").await, 0);
}

#[tokio::test]
async fn a_hundred_failures_in_a_row_close_it_until_the_operator_opens_it() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    fail(&story, &mut browser, &page, 1).await;
    story.service.change("UPDATE failures SET count = 99 WHERE subject LIKE 'in-a-row:%'").await;
    fail(&story, &mut browser, &page, 1).await;
    let closed = browser.type_code(&page, &story.code().await).await;
    assert_eq!(closed.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(closed.header("retry-after"), "", "no wait ends it");
    story.service.wait(1000 * HOUR);
    let (mut later, page) = story.asked().await;
    let refused = later.send_again(&page).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.body);

    story.service.unlock(story.mikko).await;
    let page = later.send_again(&page).await;
    assert!(later.type_code(&page, &story.code().await).await.is_at_the_application());
}

#[tokio::test]
async fn three_codes_an_hour_are_sent_and_the_page_says_when_the_next_one_is() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    story.service.wait(600);
    for _ in 0..2 {
        assert_eq!(browser.send_again(&page).await.status, StatusCode::OK);
    }
    let refused = browser.send_again(&page).await;
    assert_eq!((refused.status, refused.title().as_str()), (StatusCode::TOO_MANY_REQUESTS, ASKS));
    assert!(refused.says("Too many codes were sent.") && refused.says("Try again in 50:00."), "{}", refused.body);
    assert_eq!(refused.header("retry-after"), "3000");
    assert!(refused.body.contains("name=\"code\""), "the last one still works");
    // Another sign-in, browser and network make no difference.
    let mut other = story.service.browser();
    let page = story.password(&mut other).await;
    assert_eq!(other.send_again(&page).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!((story.service.letters(PHONE).await.len(), story.service.letters(MIKKO.email).await.len()), (3, 3));

    story.service.wait(3000);
    assert_eq!(other.send_again(&page).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_number_that_got_its_share_is_spared_and_the_mail_still_goes() {
    let story = Story::begin().await;
    // Mikko confirms his phone anew, three times: each costs an SMS.
    let mut account = story.service.browser();
    let first = account.open("/account/communication-phone").await;
    account.sign_in_as(&story.service, first, MIKKO).await;
    for _ in 0..3 {
        account.submit("/account/communication-phone", &[("phone", PHONE)]).await;
    }
    let (mut browser, page) = story.asked().await;
    assert_eq!(story.service.letters(PHONE).await.len(), 3);
    assert!(page.says("We sent a six-digit code to your email.") && !page.says("45 67"), "{}", page.body);
    let code = story.service.letter(MIKKO.email).await.code.unwrap();
    assert!(browser.type_code(&page, &code).await.is_at_the_application());
}

#[tokio::test]
async fn one_network_asks_for_thirty_codes_an_hour_for_whomever() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let taken = "UPDATE allowances SET taken = 30 WHERE purpose = 'code.network'";
    assert_eq!(story.service.change(taken).await, 1);
    assert_eq!(browser.send_again(&page).await.status, StatusCode::TOO_MANY_REQUESTS);
    browser.address = "203.0.113.99".parse().unwrap();
    assert_eq!(browser.send_again(&page).await.status, StatusCode::OK, "from elsewhere");
}
