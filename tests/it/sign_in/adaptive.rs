//! The signs of something new or odd, each as the person meets it: why they are asked, and that it is over
//! once they have answered.

use std::net::IpAddr;

use salpa::sign_in::adaptive::Sign;
use salpa::sign_in::policies::{Policy, SecondFactor};

use crate::support::{AINO, Browser, Registered, Service, place_database};

const ASKS_FOR_A_CODE: &str = "Enter the code from your authenticator app";
const DAY: u64 = 24 * 60 * 60;
const ESPOO: &str = "192.0.2.10";
const TAMPERE: &str = "198.51.100.24";
const TOKYO: &str = "203.0.113.7";

async fn aino_and_an_application(service: &Service) -> Registered {
    service.person(AINO).await;
    service.application("Ruori Accounting", SecondFactor::Adaptive).await
}

/// A browser in which Aino has just signed in with both factors, closed and opened again a minute later.
async fn known_browser(service: &Service, ruori: &Registered, address: &str) -> Browser {
    let mut browser = service.browser();
    browser.address = address.parse().unwrap();
    browser.arrive(service, ruori, AINO).await;
    service.wait(60);
    browser.closed()
}

/// Aino signs in there, is asked for this reason and no other, answers, and is not asked again.
async fn is_asked_once(service: &Service, ruori: &Registered, browser: &Browser, sign: Sign, words: &str) {
    let mut browser = browser.clone();
    let page = browser.try_password(ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE);
    assert!(page.says(words), "{words}: {}", page.body);
    assert_eq!(page.body.matches("Asked because").count(), 1, "{}", page.body);
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(service))]).await;
    assert!(page.is_at_the_application(), "{}", page.title());

    let history = service.history().await;
    for event in ["sign_in.asked_for_more", "sign_in.done"] {
        let told = history.iter().rfind(|told| told.event == event).unwrap();
        assert_eq!(told.details["signs"], serde_json::json!([sign]), "{event}");
    }
    assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application(), "the session goes on");
    service.wait(60);
    assert!(browser.closed().try_password(ruori, AINO, AINO.password).await.is_at_the_application(), "it is over");
}

#[tokio::test]
async fn a_new_network_is_a_reason() {
    let service = Service::start().await;
    let ruori = aino_and_an_application(&service).await;
    let mut browser = known_browser(&service, &ruori, ESPOO).await;
    browser.address = TAMPERE.parse().unwrap();

    is_asked_once(&service, &ruori, &browser, Sign::NewNetwork, "Asked because this network is new.").await;
}

#[tokio::test]
async fn a_new_browser_is_a_reason() {
    let service = Service::start().await;
    let ruori = aino_and_an_application(&service).await;
    known_browser(&service, &ruori, ESPOO).await;
    let mut browser = service.browser();
    browser.address = ESPOO.parse().unwrap();

    is_asked_once(&service, &ruori, &browser, Sign::NewBrowser, "Asked because this browser is new.").await;
}

#[tokio::test]
async fn many_failures_are_a_reason_wherever_they_come_from() {
    let service = Service::start().await;
    let ruori = aino_and_an_application(&service).await;
    let browser = known_browser(&service, &ruori, ESPOO).await;
    let mut guesser = service.browser();
    for _ in 0..4 {
        guesser.try_password(&ruori, AINO, "a guess").await;
    }
    assert!(browser.clone().try_password(&ruori, AINO, AINO.password).await.is_at_the_application(), "four are few");
    guesser.try_password(&ruori, AINO, "a guess").await;
    service.wait(1);

    let words = "Asked because there were several failed tries to sign in as you.";
    is_asked_once(&service, &ruori, &browser, Sign::ManyFailures, words).await;
}

#[tokio::test]
async fn failures_of_the_day_before_are_forgotten() {
    let service = Service::start().await;
    let ruori = aino_and_an_application(&service).await;
    let mut browser = known_browser(&service, &ruori, ESPOO).await;
    let mut guesser = service.browser();
    for _ in 0..5 {
        guesser.try_password(&ruori, AINO, "a guess").await;
    }
    service.wait(DAY);

    assert!(browser.try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
}

#[tokio::test]
async fn failures_ask_a_live_session_once() {
    let service = Service::start().await;
    let ruori = aino_and_an_application(&service).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(60);
    let mut guesser = service.browser();
    for _ in 0..5 {
        guesser.try_password(&ruori, AINO, "a guess").await;
    }
    service.wait(1);

    let page = browser.open(&ruori.authorize(&[])).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE);
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service))]).await;

    assert!(page.is_at_the_application());
    assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application());
}

#[tokio::test]
async fn a_long_absence_is_a_reason() {
    let service = Service::start().await;
    let ruori = aino_and_an_application(&service).await;
    let browser = known_browser(&service, &ruori, ESPOO).await;
    service.wait(89 * DAY);
    assert!(browser.clone().try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
    service.wait(90 * DAY);

    let words = "Asked because you have not signed in for a long time.";
    is_asked_once(&service, &ruori, &browser, Sign::LongAbsence, words).await;
}

/// A service with a place database.
async fn with_places() -> Service {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("places.mmdb");
    place_database::write(&file);
    // It is read whole at the start.
    Service::start_with(|settings| settings.place_database = Some(file)).await
}

#[tokio::test]
async fn impossible_travel_is_a_reason_where_places_are_known() {
    for has_places in [true, false] {
        let service = if has_places { with_places().await } else { Service::start().await };
        let ruori = aino_and_an_application(&service).await;
        let in_tokyo = known_browser(&service, &ruori, TOKYO).await;
        let at: IpAddr = ESPOO.parse().unwrap();
        let mut at_home = in_tokyo.clone();
        at_home.address = at;
        service.wait(12 * 60 * 60);
        at_home.arrive(&service, &ruori, AINO).await;
        let at_home = at_home.closed();
        service.wait(60);

        // Both networks are known now. Tokyo is nine hours away.
        if has_places {
            let words = "Asked because you signed in far from here a short time ago.";
            is_asked_once(&service, &ruori, &in_tokyo, Sign::ImpossibleTravel, words).await;
            service.wait(9 * 60 * 60);
        }
        assert!(at_home.clone().try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
    }
}

#[tokio::test]
async fn near_places_are_no_travel() {
    let service = with_places().await;
    let ruori = aino_and_an_application(&service).await;
    let mut browser = known_browser(&service, &ruori, ESPOO).await;
    browser.address = TAMPERE.parse().unwrap();
    browser.arrive(&service, &ruori, AINO).await;
    let mut browser = browser.closed();
    service.wait(1);

    browser.address = ESPOO.parse().unwrap();

    assert!(browser.try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
}

#[tokio::test]
async fn a_sign_that_a_policy_switches_off_is_no_reason() {
    let service = Service::start().await;
    let ruori = aino_and_an_application(&service).await;
    let browser = known_browser(&service, &ruori, ESPOO).await;
    let mut elsewhere = browser.clone();
    elsewhere.address = TAMPERE.parse().unwrap();
    assert_eq!(elsewhere.clone().try_password(&ruori, AINO, AINO.password).await.title(), ASKS_FOR_A_CODE);

    let signs = Sign::ALL.into_iter().filter(|sign| *sign != Sign::NewNetwork).collect();
    let policy = Policy { signs: Some(signs), ..Policy::of(SecondFactor::Adaptive) };
    service.set_whole_policy(ruori.application.id, policy).await;

    assert!(elsewhere.try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
}

#[tokio::test]
async fn places_are_shown_where_they_are_known() {
    let service = with_places().await;
    let ruori = aino_and_an_application(&service).await;
    let mut browser = service.browser();
    for (address, place) in
        [(TAMPERE, "Tampere, Finland"), ("198.18.0.9", "Sweden"), ("10.9.8.7", "10.9.8.7 not seen before")]
    {
        browser.address = address.parse().unwrap();
        let page = browser.clone().try_password(&ruori, AINO, AINO.password).await;
        assert!(page.says(place) && page.says(address), "{place}: {}", page.body);
    }
    browser.address = TAMPERE.parse().unwrap();
    browser.arrive(&service, &ruori, AINO).await;

    for path in ["/account", "/account/history"] {
        let page = browser.open(path).await;
        assert!(page.body.contains("Tampere, Finland · 198.51.100.24"), "{path}: {}", page.body);
    }
}
