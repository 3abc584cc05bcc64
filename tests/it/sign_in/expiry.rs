//! Time passes: a sign-in lives an hour, a session a day, and after an idle hour one proof brings it back.

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Registered, Service};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

async fn aino_and_an_application() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.application("Ruori Accounting", SecondFactor::Required).await;
    (service, application)
}

#[tokio::test]
async fn a_sign_in_older_than_an_hour_has_expired_and_takes_nothing() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();
    service.wait(HOUR - 1);
    assert_eq!(browser.open(&sign_in).await.status, StatusCode::OK, "a second before");
    service.wait(1);

    let pages =
        [browser.open(&sign_in).await, browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await];

    for page in pages {
        assert_eq!((page.status, page.title().as_str()), (StatusCode::GONE, "This sign-in has expired"));
        assert!(page.says("Go back to Ruori Accounting"), "the way on: {}", page.body);
        assert!(page.error_id().is_some());
    }
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn an_idle_session_is_brought_back_by_one_proof_and_the_request_goes_on() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(HOUR);

    let page = browser.open(&ruori.authorize(&[("state", "where I was")])).await;
    assert_eq!(page.title(), "Sign in to continue");
    assert!(page.says("you continue where you left off"));
    assert!(!page.says("Aino Virtanen"), "no name before the proof");
    let page = browser.answer(&page.sign_in(), "password", &[("password", AINO.password)]).await;

    assert_eq!(page.answered("state").as_deref(), Some("where I was"));
    assert!(page.is_at_the_application(), "the code of the morning still counts: {}", page.body);
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn a_minute_before_the_idle_hour_nothing_is_asked() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(HOUR - 1);

    assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application());
}

#[tokio::test]
async fn a_session_that_is_used_all_day_ends_after_24_hours() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    for _ in 0..47 {
        service.wait(30 * MINUTE);
        assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application());
    }
    service.wait(30 * MINUTE);

    let page = browser.open(&ruori.authorize(&[])).await;

    assert_eq!(page.title(), "Sign in", "nothing is known of whoever comes");
    assert!(!page.says("Aino"));
    let page = browser.sign_in_as(&service, page, AINO).await;
    assert!(page.is_at_the_application());
}

#[tokio::test]
async fn a_proof_in_the_evening_does_not_lengthen_the_day() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(23 * HOUR);
    let page = browser.open(&ruori.authorize(&[])).await;
    assert!(browser.answer(&page.sign_in(), "password", &[("password", AINO.password)]).await.is_at_the_application());
    service.wait(HOUR - 1);
    assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application());

    service.wait(1);

    assert_eq!(browser.open(&ruori.authorize(&[])).await.title(), "Sign in");
}

#[tokio::test]
async fn an_idle_session_can_be_continued_by_somebody_else_as_themselves() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(HOUR);
    let page = browser.open(&ruori.authorize(&[])).await;
    assert!(page.says("Sign in as someone else"));

    let page = browser.answer(&page.sign_in(), "back", &[]).await;

    assert_eq!(page.title(), "Sign in");
    assert!(!page.body.contains(AINO.email));
}

#[tokio::test]
async fn a_session_that_goes_idle_in_the_middle_of_a_sign_in_counts_no_more() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(59 * MINUTE);
    let waiting = browser.open(&ruori.authorize(&[("prompt", "select_account")])).await.sign_in();
    service.wait(2 * MINUTE);

    let page = browser.answer(&waiting, "email", &[("email", AINO.email)]).await;

    assert_eq!(page.title(), "Enter your password");
}

/// People bookmark a page of a sign-in and press links of long ago: each such page leads on.
#[tokio::test]
async fn pages_that_are_over_lead_on_to_my_sign_in() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    let mut pages = vec![service.browser().open(&sign_in).await];
    let mut another = service.browser();
    another.begin(&ruori).await;
    pages.push(another.open(&sign_in).await);
    service.wait(HOUR);
    pages.push(browser.open(&sign_in).await);
    let unknown = format!("/sign-in/{}", uuid::Uuid::nil());
    for path in [
        unknown.as_str(),
        "/forgotten-password/old",
        "/set-up/old",
        "/account/not-me/old",
        "/account/confirm-email/old",
    ] {
        let page = browser.open(path).await;
        pages.push(if page.status == StatusCode::OK { browser.submit(path, &[]).await } else { page });
    }
    for page in pages {
        assert!(page.status.is_client_error() && page.error_id().is_some(), "{} {}", page.path, page.status);
        assert!(page.body.contains("href=\"/account\">Open My sign-in</a>"), "{} {}", page.path, page.body);
    }
}
