//! The phone is lost: the recovery code is the one way in.

use salpa::directory::people::{self, Email};
use salpa::platform::messages;
use salpa::proofs::totp;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{Browser, MIKKO, Page, Registered, Service, code_at};

/// Mikko sets up a second step and keeps his recovery code.
pub(super) async fn set_up(service: &Service, browser: &mut Browser, ruori: &Registered) -> (String, String) {
    let page = browser.open(&ruori.authorize(&[])).await;
    let sign_in = page.sign_in();
    browser.sign_in_as(service, page, MIKKO).await;
    connect(service, browser, &sign_in).await
}

/// From the choice of the second step to the end.
async fn connect(service: &Service, browser: &mut Browser, sign_in: &str) -> (String, String) {
    let page = browser.submit(&format!("{sign_in}/second-step"), &[("method", "totp")]).await;
    let seed = page.secret();
    let code = code_at(&seed, service.now());
    let page = browser.submit(&format!("{sign_in}/authenticator"), &[("code", &code)]).await;
    assert_eq!(page.title(), "Save your recovery code");
    let recovery_code = page.recovery_code();
    let page = browser.submit(&format!("{sign_in}/recovery-saved"), &[("saved", "yes")]).await;
    assert_eq!(page.title(), "You are signed in");
    browser.submit(&format!("{sign_in}/open"), &[]).await;
    (seed, recovery_code)
}

/// Mikko without his phone: from the application to the page for the recovery code.
pub(super) async fn without_the_phone(service: &Service, browser: &mut Browser, ruori: &Registered) -> Page {
    let page = browser.open(&ruori.authorize(&[])).await;
    let page = browser.sign_in_as(service, page, MIKKO).await;
    let sign_in = page.sign_in();
    browser.submit(&format!("{sign_in}/use/recovery_code"), &[]).await
}

#[tokio::test]
async fn the_recovery_code_lets_in_once_and_a_new_second_step_takes_the_place_of_the_lost_one() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut before = service.browser();
    let (lost_seed, code) = set_up(&service, &mut before, &ruori).await;
    service.wait(60);

    let mut browser = service.browser();
    let page = without_the_phone(&service, &mut browser, &ruori).await;
    assert_eq!(page.title(), "Use your recovery code");
    let sign_in = page.sign_in();
    let typed = code.to_lowercase().replace('-', " ");
    let page = browser.submit(&format!("{sign_in}/recovery-code"), &[("recovery_code", &typed)]).await;
    assert_eq!(page.title(), "Choose your second step", "not in yet");
    let told = messages::newest(&service.app, 1).await.unwrap();
    assert_eq!(told[0].subject, "Your recovery code was used");
    let page = before.open("/account").await;
    assert_eq!(page.title(), "Sign in", "what was open with the lost phone has ended");
    browser.submit(&format!("{sign_in}/second-step"), &[("method", "totp")]).await;
    let page = browser.submit(&format!("{sign_in}/authenticator"), &[("code", "000000")]).await;
    assert_eq!(page.alert().as_deref(), Some("This code does not match. Type the one that the app shows now."));
    let mikko = people::find_by_email(&service.app.db, &Email::parse(MIKKO.email).unwrap()).await.unwrap().unwrap();
    assert!(!totp::of_person(&service.app.db, mikko.id).await.unwrap().is_empty(), "a wrong code takes nothing away");
    browser.submit(&format!("{sign_in}/back"), &[]).await;
    let (seed, new_code) = connect(&service, &mut browser, &sign_in).await;
    assert_ne!((&seed, &new_code), (&lost_seed, &code));

    // The lost phone opens nothing any more, and neither does the old code.
    service.wait(60);
    let mut thief = service.browser();
    let page = thief.open(&ruori.authorize(&[])).await;
    let page = thief.sign_in_as(&service, page, MIKKO).await;
    let sign_in = page.sign_in();
    let lost = code_at(&lost_seed, service.now());
    let page = thief.submit(&format!("{sign_in}/code"), &[("code", &lost)]).await;
    assert_eq!(page.alert().as_deref(), Some("This code does not match. Type the one that the app shows now."));
    thief.submit(&format!("{sign_in}/use/recovery_code"), &[]).await;
    let page = thief.submit(&format!("{sign_in}/recovery-code"), &[("recovery_code", &code)]).await;
    assert!(page.alert().unwrap().starts_with("This recovery code does not match."));
}

#[tokio::test]
async fn wrong_recovery_codes_make_one_wait() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    set_up(&service, &mut service.browser(), &ruori).await;
    let mut browser = service.browser();
    let page = without_the_phone(&service, &mut browser, &ruori).await;
    let guess = format!("{}/recovery-code", page.sign_in());
    for _ in 0..5 {
        let page = browser.submit(&guess, &[("recovery_code", "0000-0000-0000-0000-0000")]).await;
        assert!(page.alert().unwrap().starts_with("This recovery code does not match."));
    }
    let page = browser.submit(&guess, &[("recovery_code", "0000-0000-0000-0000-0000")]).await;
    assert_eq!(page.status, http::StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_tries_with_one_recovery_code_exactly_one_uses_it() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let (_, code) = set_up(&service, &mut service.browser(), &ruori).await;
    let mut tries = Vec::new();
    for _ in 0..4 {
        let mut browser = service.browser();
        let page = without_the_phone(&service, &mut browser, &ruori).await;
        let path = format!("{}/recovery-code", page.sign_in());
        let code = code.clone();
        tries.push(tokio::spawn(async move { browser.submit(&path, &[("recovery_code", &code)]).await.title() }));
    }
    let mut won = 0;
    for one in tries {
        won += usize::from(one.await.unwrap() == "Choose your second step");
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn back_from_the_code_begins_anew_and_forgets_what_was_proven() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    set_up(&service, &mut service.browser(), &ruori).await;
    let mut browser = service.browser();
    let page = browser.open(&ruori.authorize(&[])).await;
    let page = browser.sign_in_as(&service, page, MIKKO).await;
    let sign_in = page.sign_in();
    let page = browser.submit(&format!("{sign_in}/back"), &[]).await;
    assert_eq!(page.title(), "Sign in");
    let page = browser.submit(&format!("{sign_in}/email"), &[("email", MIKKO.email)]).await;
    assert_eq!(page.title(), "Enter your password", "the password is asked for again");
}

#[tokio::test]
async fn a_wrong_recovery_code_stays_in_its_field_to_be_mended() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    set_up(&service, &mut service.browser(), &ruori).await;
    service.wait(60);
    let mut browser = service.browser();
    let sign_in = without_the_phone(&service, &mut browser, &ruori).await.sign_in();

    let page = browser.submit(&format!("{sign_in}/recovery-code"), &[("recovery_code", "abcd-\"e\"fgh")]).await;

    assert!(page.body.contains("value=\"abcd-&#34;e&#34;fgh\""), "{}", page.body);
    assert!(!browser.open(&sign_in).await.body.contains("abcd-"), "only beside its error");
    let sign_in = browser.without_password(&ruori, MIKKO.email).await;
    let page =
        browser.submit(&format!("{sign_in}/forgotten-password/recovery-code"), &[("recovery_code", "ABCD")]).await;
    assert!(page.body.contains("value=\"ABCD\""), "{}", page.body);
}
