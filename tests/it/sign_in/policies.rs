//! Policies, as the person feels them: what is asked, where and when.

use http::StatusCode;
use salpa::directory::people::PersonState;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, MIKKO, Service, Somebody};

/// Has a password that counts beside a second factor only.
const SHORT: Somebody = Somebody { email: "sanna@kallio.example", password: "tuolivuorikyy", ..MIKKO };

const ASKS_FOR_A_CODE: &str = "Enter the code from your authenticator app";
const ASKS_TO_SET_UP: &str = "Choose your second step";

#[tokio::test]
async fn required_asks_for_two_factors_at_every_new_sign_in() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    browser.cookies.remove("__Host-salpa_session");
    service.wait(30);

    let page = browser.try_password(&ruori, AINO, AINO.password).await;

    assert_eq!(page.title(), ASKS_FOR_A_CODE, "even in a browser and a network that are known");
}

#[tokio::test]
async fn optional_asks_those_who_have_a_second_factor() {
    let service = Service::start().await;
    service.person(AINO).await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;

    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE);
    let page = service.browser().try_password(&ruori, MIKKO, MIKKO.password).await;
    assert!(page.is_at_the_application());
}

#[tokio::test]
async fn a_short_password_never_stands_alone() {
    let service = Service::start().await;
    service.person(SHORT).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;

    let page = service.browser().try_password(&ruori, SHORT, SHORT.password).await;

    assert_eq!(page.title(), ASKS_TO_SET_UP);
}

#[tokio::test]
async fn adaptive_asks_again_where_the_network_or_the_browser_is_new() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Adaptive).await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE, "everything is new");
    assert!(page.says("not seen before"), "{}", page.body);
    browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service))]).await;
    let home = browser.address;
    browser.cookies.remove("__Host-salpa_session");

    let mut same = browser.clone();
    assert!(same.try_password(&ruori, AINO, AINO.password).await.is_at_the_application(), "both are known");
    let mut elsewhere = browser.clone();
    elsewhere.address = service.browser().address;
    assert_eq!(elsewhere.try_password(&ruori, AINO, AINO.password).await.title(), ASKS_FOR_A_CODE, "a new network");
    let mut another = service.browser();
    another.address = home;
    let page = another.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE, "a new browser");
    assert!(!page.says("not seen before"), "whose network is known");
}

#[tokio::test]
async fn adaptive_asks_a_session_that_has_moved_to_a_new_network() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Adaptive).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(60);
    assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application());

    browser.address = service.browser().address;
    let page = browser.open(&ruori.authorize(&[])).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE);
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service))]).await;

    assert!(page.is_at_the_application());
    assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application(), "now it is known");
}

#[tokio::test]
async fn a_network_that_was_not_used_for_half_a_year_is_new_again() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Adaptive).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;

    service.wait(181 * 24 * 60 * 60);
    let page = browser.try_password(&ruori, AINO, AINO.password).await;

    assert_eq!(page.title(), ASKS_FOR_A_CODE);
}

#[tokio::test]
async fn addresses_of_one_ipv6_subnet_are_the_same_network() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Adaptive).await;
    let mut browser = service.browser();
    browser.address = "2001:db8:1:2::10".parse().unwrap();
    browser.arrive(&service, &ruori, AINO).await;
    browser.cookies.remove("__Host-salpa_session");

    browser.address = "2001:db8:1:2:aaaa::1".parse().unwrap();
    assert!(browser.try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
    browser.cookies.remove("__Host-salpa_session");
    browser.address = "2001:db8:1:3::10".parse().unwrap();
    assert_eq!(browser.try_password(&ruori, AINO, AINO.password).await.title(), ASKS_FOR_A_CODE);
}

#[tokio::test]
async fn a_policy_that_becomes_stricter_in_the_middle_of_a_sign_in_is_kept() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;

    service.set_policy(ruori.application.id, SecondFactor::Required).await;
    let page = browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;

    assert_eq!(page.title(), ASKS_TO_SET_UP);
}

#[tokio::test]
async fn a_policy_that_becomes_stricter_asks_of_a_session_what_is_missing() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, MIKKO).await;

    service.set_policy(ruori.application.id, SecondFactor::Required).await;
    let page = browser.open(&ruori.authorize(&[])).await;
    assert_eq!(page.title(), "Sign in to continue", "a factor is bound to who proves to be there now");
    let page = browser.answer(&page.sign_in(), "password", &[("password", MIKKO.password)]).await;

    assert_eq!(page.title(), ASKS_TO_SET_UP);
}

#[tokio::test]
async fn a_policy_that_becomes_milder_lets_a_waiting_sign_in_go() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, MIKKO, MIKKO.password).await;
    assert_eq!(page.title(), ASKS_TO_SET_UP);

    service.set_policy(ruori.application.id, SecondFactor::Optional).await;

    assert!(browser.open(&page.sign_in()).await.is_at_the_application());
}

#[tokio::test]
async fn a_profile_that_is_closed_in_the_middle_of_a_sign_in_gets_no_further() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();

    service.set_state(aino, PersonState::Disabled).await;
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;

    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, "Your profile has been closed"));
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn a_profile_that_is_closed_has_no_use_of_its_session() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;

    service.set_state(aino, PersonState::Disabled).await;

    for path in [ruori.authorize(&[]), "/account".to_owned()] {
        let page = browser.open(&path).await;
        assert_eq!(
            (page.status, page.title().as_str()),
            (StatusCode::FORBIDDEN, "Your profile has been closed"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_lets_nobody_in() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;
    service.change("UPDATE policies SET policy = '{\"second_factor\":\"sometimes\"}'").await;

    let page = browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;

    assert_eq!(
        (page.status, page.title().as_str()),
        (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side")
    );
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 0);
}
