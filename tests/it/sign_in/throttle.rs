//! Guessing is slow: after five failures the wait grows, whatever the guesser changes about themselves, and
//! nobody can make somebody else wait in a browser that is known.

use std::time::Duration;

use http::StatusCode;
use salpa::platform::settings::PasswordHashCost;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service, Somebody};

const WRONG: &str = "not the right one";

/// So many wrong passwords, each refused as such.
async fn guess(browser: &mut Browser, application: &Registered, somebody: Somebody, times: usize) {
    for _ in 0..times {
        let page = browser.try_password(application, somebody, WRONG).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    }
}

/// How long an answer asks to wait, if it does; the header and the page say the same.
fn asks_to_wait(page: &Page) -> Option<u64> {
    if page.status != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let seconds: u64 = page.header("retry-after").parse().unwrap();
    let words = format!("{}:{:02}", seconds / 60, seconds % 60);
    let words = if seconds < 3600 { words } else { "1:00:00".to_owned() };
    assert!(page.says(&format!("Try again in {words}.")), "{seconds}: {}", page.body);
    Some(seconds)
}

#[tokio::test]
async fn after_five_wrong_passwords_each_further_one_waits_longer() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    guess(&mut browser, &ruori, AINO, 5).await;

    for wait in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600] {
        let page = browser.try_password(&ruori, AINO, WRONG).await;
        assert_eq!(asks_to_wait(&page), Some(wait));
        service.wait(wait - 1);
        let page = browser.try_password(&ruori, AINO, AINO.password).await;
        assert_eq!(asks_to_wait(&page), Some(1), "not even the right one is taken before");
        service.wait(1);
        guess(&mut browser, &ruori, AINO, 1).await;
    }
}

#[tokio::test]
async fn a_new_sign_in_a_new_browser_and_a_new_network_wait_as_well() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let payroll = service.application("Payroll", SecondFactor::Optional).await;
    guess(&mut service.browser(), &ruori, AINO, 5).await;

    let page = service.browser().try_password(&payroll, AINO, AINO.password).await;

    assert_eq!(asks_to_wait(&page), Some(30));
}

#[tokio::test]
async fn the_right_password_after_the_wait_is_taken_and_begins_anew() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    guess(&mut browser, &ruori, AINO, 5).await;
    service.wait(30);

    let page = browser.try_password(&ruori, AINO, AINO.password).await;

    assert_eq!(page.title(), "Enter the code from your authenticator app");
    guess(&mut service.browser(), &ruori, AINO, 5).await;
}

#[tokio::test]
async fn guesses_elsewhere_do_not_lock_the_person_out_of_a_known_browser() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut known = service.browser();
    known.arrive(&service, &ruori, AINO).await;
    known.cookies.remove("__Host-salpa_session");
    guess(&mut service.browser(), &ruori, AINO, 5).await;

    service.wait(1);
    let page = known.try_password(&ruori, AINO, AINO.password).await;

    assert_eq!(page.title(), "Enter the code from your authenticator app");
    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;
    assert!(asks_to_wait(&page).is_some(), "elsewhere the wait goes on: {}", page.title());
}

#[tokio::test]
async fn mistakes_in_a_known_browser_do_not_stop_a_sign_in_elsewhere() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut known = service.browser();
    known.arrive(&service, &ruori, AINO).await;
    known.cookies.remove("__Host-salpa_session");
    guess(&mut known, &ruori, AINO, 5).await;

    let page = known.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(asks_to_wait(&page), Some(30));
    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
}

#[tokio::test]
async fn a_browser_is_known_to_its_own_person_alone() {
    let service = Service::start().await;
    service.person(AINO).await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut of_mikko = service.browser();
    of_mikko.arrive(&service, &ruori, MIKKO).await;
    of_mikko.cookies.remove("__Host-salpa_session");
    guess(&mut service.browser(), &ruori, AINO, 5).await;

    let page = of_mikko.try_password(&ruori, AINO, AINO.password).await;

    assert_eq!(asks_to_wait(&page), Some(30));
}

#[tokio::test]
async fn one_network_that_tries_many_people_is_slowed_and_others_are_not() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let network = service.browser().address;
    for number in 0..50 {
        let email: &'static str = format!("person{number}@kallio.example").leak();
        let mut browser = service.browser();
        browser.address = network;
        guess(&mut browser, &ruori, Somebody { email, ..AINO }, 1).await;
    }

    let mut sprayer = service.browser();
    sprayer.address = network;
    let page = sprayer.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(asks_to_wait(&page), Some(5));
    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
}

#[tokio::test]
async fn a_sprayer_does_not_lock_the_office_out_of_its_known_browsers() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut known = service.browser();
    known.arrive(&service, &ruori, AINO).await;
    known.cookies.remove("__Host-salpa_session");
    for number in 0..50 {
        let email: &'static str = format!("person{number}@kallio.example").leak();
        let mut browser = service.browser();
        browser.address = known.address;
        guess(&mut browser, &ruori, Somebody { email, ..AINO }, 1).await;
    }

    let page = known.try_password(&ruori, AINO, AINO.password).await;

    assert_eq!(page.title(), "Enter the code from your authenticator app");
}

#[tokio::test]
async fn an_office_whose_people_mistype_now_and_then_is_never_held_back() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let office = service.browser().address;

    // Three mistypes an hour, all day long for a week.
    for number in 0..500 {
        let email: &'static str = format!("person{number}@kallio.example").leak();
        let mut browser = service.browser();
        browser.address = office;
        guess(&mut browser, &ruori, Somebody { email, ..AINO }, 1).await;
        service.wait(20 * 60);
    }
}

#[tokio::test]
async fn a_hundred_failures_in_a_row_close_the_password_until_the_operator_opens_it() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    for _ in 0..100 {
        guess(&mut service.browser(), &ruori, AINO, 1).await;
        service.wait(60 * 60);
    }
    service.wait(365 * 24 * 60 * 60);

    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;

    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.header("retry-after"), "", "no wait opens it");
    assert_eq!(
        page.alert().as_deref(),
        Some("There were too many wrong tries, so this way to sign in is closed. Ask support to open it again.")
    );
    service.unlock(aino).await;
    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
}

#[tokio::test]
async fn five_wrong_codes_wait_too_and_a_new_password_does_not_end_that() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    for _ in 0..5 {
        let page = service.browser().try_code(&ruori, AINO, "000000").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    let page = service.browser().try_code(&ruori, AINO, &AINO.code(&service)).await;
    assert_eq!(asks_to_wait(&page), Some(30));
    service.wait(30);
    let page = service.browser().try_code(&ruori, AINO, &AINO.code(&service)).await;
    assert!(page.is_at_the_application());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_guesses_at_once_five_are_looked_at() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut waiting = Vec::new();
    for _ in 0..200 {
        let mut browser = service.browser();
        let sign_in = browser.begin(&ruori).await;
        browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
        waiting.push((browser, format!("{sign_in}/password")));
    }

    let tries: Vec<_> = waiting
        .into_iter()
        .map(|(mut browser, path)| {
            tokio::spawn(async move { browser.post(&path, &[("password", WRONG)]).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap().as_u16());
    }

    statuses.sort_unstable();
    assert_eq!(statuses, [vec![422; 5], vec![429; 195]].concat());
    assert_eq!(service.count("SELECT count FROM failures WHERE subject LIKE 'elsewhere:%'").await, 5);
}

#[tokio::test]
async fn a_try_whose_browser_goes_away_is_counted_all_the_same() {
    let slow = PasswordHashCost { memory: 512 * 1024, passes: 3 };
    let service = Service::start_with(|settings| settings.password_hash = slow).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;

    let path = format!("{sign_in}/password");
    let attempt = tokio::spawn(async move { browser.post(&path, &[("password", WRONG)]).await });
    while service.count("SELECT COUNT(*) FROM failures WHERE subject LIKE 'stranger:%'").await == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    attempt.abort();

    assert!(attempt.await.unwrap_err().is_cancelled(), "the browser left before its answer");
    assert_eq!(service.count("SELECT count FROM failures WHERE subject LIKE 'stranger:%'").await, 1);
}
