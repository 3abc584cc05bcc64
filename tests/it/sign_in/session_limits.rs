//! How long a session and its proofs last where a policy wants less than the usual, and what a clock that is
//! set back and forth makes of that.

use std::time::Duration;

use salpa::sign_in::fresh_for;
use salpa::sign_in::policies::{Policy, SecondFactor};

use crate::support::{AINO, Browser, MIKKO, Registered, Service};

const ASKS_AGAIN: &str = "Sign in to continue";
const MINUTE: u64 = 60;

/// Mikko in two applications, of which the second has limits of its own.
async fn two_applications(limits: Policy) -> (Service, Registered, Registered, Browser) {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let usual = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let strict = service.application("Ruori Payroll", SecondFactor::Optional).await;
    let limits = Policy { second_factor: Some(SecondFactor::Optional), ..limits };
    service.set_whole_policy(strict.application.id, limits).await;
    let mut browser = service.browser();
    browser.arrive(&service, &usual, MIKKO).await;
    (service, usual, strict, browser)
}

#[tokio::test]
async fn an_application_with_a_shorter_lifetime_asks_again_and_the_others_do_not() {
    let limits = Policy { lifetime_seconds: Some(2 * 3600), ..Policy::SILENT };
    let (service, usual, strict, mut browser) = two_applications(limits).await;
    for _ in 0..3 {
        service.wait(30 * MINUTE);
        assert!(browser.open(&strict.authorize(&[])).await.is_at_the_application());
    }
    service.wait(30 * MINUTE);

    let page = browser.open(&strict.authorize(&[])).await;
    assert_eq!(page.title(), ASKS_AGAIN, "two hours after the proof");
    assert!(browser.open(&usual.authorize(&[])).await.is_at_the_application(), "elsewhere the session goes on");
    let page = browser.answer(&page.sign_in(), "password", &[("password", MIKKO.password)]).await;

    assert!(page.is_at_the_application());
    assert!(browser.open(&strict.authorize(&[])).await.is_at_the_application(), "and not once more");
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 1, "it is the same session");
}

#[tokio::test]
async fn an_application_with_a_shorter_idle_time_asks_for_one_proof() {
    let limits = Policy { idle_seconds: Some(300), ..Policy::SILENT };
    let (service, usual, strict, mut browser) = two_applications(limits).await;
    service.wait(4 * MINUTE);
    assert!(browser.open(&strict.authorize(&[])).await.is_at_the_application());
    service.wait(5 * MINUTE);

    let page = browser.open(&strict.authorize(&[])).await;
    assert_eq!(page.title(), ASKS_AGAIN);
    let page = browser.answer(&page.sign_in(), "password", &[("password", MIKKO.password)]).await;
    assert!(page.is_at_the_application());

    service.wait(59 * MINUTE);
    assert!(browser.open(&usual.authorize(&[])).await.is_at_the_application(), "elsewhere it may be idle for an hour");
}

#[tokio::test]
async fn a_company_shortens_sessions_of_its_people() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let limits = Policy { idle_seconds: Some(300), ..Policy::SILENT };
    let company = service.company("Kallio", limits).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, MIKKO).await;
    service.wait(5 * MINUTE);
    assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application(), "he is no user there");
    service.employ(company, mikko).await;
    service.wait(5 * MINUTE);

    assert_eq!(browser.open(&ruori.authorize(&[])).await.title(), ASKS_AGAIN);
    assert_eq!(browser.open("/account").await.title(), ASKS_AGAIN);
}

#[tokio::test]
async fn an_application_cannot_ask_for_staler_proofs_than_its_policy() {
    let limits = Policy { fresh_seconds: Some(60), ..Policy::SILENT };
    let (service, usual, strict, mut browser) = two_applications(limits).await;
    service.wait(61);

    let fresh = [("max_age", "3600")];
    assert!(browser.open(&usual.authorize(&fresh)).await.is_at_the_application());
    assert!(browser.open(&strict.authorize(&[])).await.is_at_the_application(), "who does not ask is not told");
    let page = browser.open(&strict.authorize(&fresh)).await;
    assert_eq!(page.title(), "Confirm that it is you");
    let page = browser.answer(&page.sign_in(), "password", &[("password", MIKKO.password)]).await;
    assert!(page.is_at_the_application());
}

#[tokio::test]
async fn a_clock_that_is_set_back_prolongs_nothing() {
    let limits = Policy { lifetime_seconds: Some(3600), idle_seconds: Some(600), ..Policy::SILENT };
    let (service, usual, strict, mut browser) = two_applications(limits).await;
    let then = service.now();

    service.set_clock(then.minus(Duration::from_hours(2)));
    for application in [&usual, &strict] {
        let page = browser.clone().open(&application.authorize(&[])).await;
        assert_eq!(page.title(), ASKS_AGAIN, "a proof of the future is none");
    }

    service.set_clock(then.plus(Duration::from_mins(61)));
    assert_eq!(browser.clone().open(&strict.authorize(&[])).await.title(), ASKS_AGAIN);
    service.set_clock(then.plus(Duration::from_mins(5)));
    assert!(browser.open(&strict.authorize(&[])).await.is_at_the_application(), "what was true then is true again");
}

#[tokio::test]
async fn sensitive_acts_want_what_the_basic_company_calls_fresh_and_in_its_console_what_the_company_does() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    let fresh = async |company| fresh_for(&service.app, &service.visit(&browser), company).await.unwrap().as_secs();
    assert_eq!(fresh(None).await, 300);

    let of = |seconds| Policy { fresh_seconds: Some(seconds), ..Policy::SILENT };
    let basic = service.company("A", of(3600)).await;
    let other = service.company("B", of(60)).await;
    for company in [basic, other] {
        service.employ(company, aino).await;
    }
    assert_eq!((fresh(None).await, fresh(Some(other)).await), (300, 60), "a company allows nothing older");
    service.set_company_policy(basic, of(120)).await;
    assert_eq!((fresh(None).await, fresh(Some(other)).await), (120, 60));
}
