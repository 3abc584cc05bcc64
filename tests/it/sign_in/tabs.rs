//! One browser, several tabs: each sign-in goes its own way, and none disturbs another.

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, MIKKO, Registered, Service};

async fn aino_and_two_applications() -> (Service, Registered, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    (service, ruori, payroll)
}

#[tokio::test]
async fn the_second_tab_goes_on_by_itself_once_the_first_is_done() {
    let (service, ruori, payroll) = aino_and_two_applications().await;
    let mut browser = service.browser();
    let one = browser.open(&ruori.authorize(&[])).await;
    let other = browser.begin(&payroll).await;
    browser.answer(&other, "email", &[("email", AINO.email)]).await;

    assert!(browser.sign_in_as(&service, one, AINO).await.is_at_the_application());
    let page = browser.open(&other).await;

    assert!(page.location().unwrap().starts_with("https://payroll.example/callback?"), "{page:?}");
    assert!(page.is_at_the_application());
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 1);
    assert_eq!(service.count("SELECT COUNT(*) FROM session_applications").await, 2);
}

#[tokio::test]
async fn two_tabs_that_sign_in_step_by_step_in_turn_end_in_one_session() {
    let (service, ruori, payroll) = aino_and_two_applications().await;
    let mut browser = service.browser();
    let (one, other) = (browser.begin(&ruori).await, browser.begin(&payroll).await);
    assert_ne!(one, other);
    for sign_in in [&one, &other] {
        browser.answer(sign_in, "email", &[("email", AINO.email)]).await;
    }
    for sign_in in [&other, &one] {
        let page = browser.answer(sign_in, "password", &[("password", AINO.password)]).await;
        assert_eq!(page.title(), "Enter the code from your authenticator app");
    }
    let page = browser.answer(&one, "code", &[("code", &AINO.code(&service))]).await;
    assert!(page.location().unwrap().starts_with("https://ruori-accounting.example/"));

    // The form of the other tab still stands there: its answer is not needed any more.
    let page = browser.answer(&other, "code", &[("code", &AINO.code(&service))]).await;

    assert!(page.location().unwrap().starts_with("https://payroll.example/"), "{page:?}");
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn the_tab_of_another_person_keeps_to_the_email_that_was_typed_there() {
    let (service, ruori, payroll) = aino_and_two_applications().await;
    service.person(MIKKO).await;
    service.set_policy(payroll.application.id, SecondFactor::Optional).await;
    let mut browser = service.browser();
    let of_mikko = browser.begin(&payroll).await;
    browser.answer(&of_mikko, "email", &[("email", MIKKO.email)]).await;
    browser.arrive(&service, &ruori, AINO).await;

    let page = browser.open(&of_mikko).await;
    assert_eq!(page.title(), "Enter your password", "Aino's session says nothing about Mikko");
    assert!(!page.says("Aino"));
    let page = browser.answer(&of_mikko, "password", &[("password", MIKKO.password)]).await;

    assert!(page.is_at_the_application(), "{}", page.body);
    assert!(browser.open("/account").await.says("Mikko Laine"), "the browser is Mikko's now");
    assert_eq!(
        service.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await,
        1,
        "Aino's session has ended"
    );
}

#[tokio::test]
async fn a_finished_sign_in_says_so_and_does_nothing_more() {
    let (service, ruori, _) = aino_and_two_applications().await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    let (sign_in, code) = (page.sign_in(), AINO.code(&service));
    assert!(browser.answer(&sign_in, "code", &[("code", &code)]).await.is_at_the_application());
    let before = service.history().await.len();

    for (step, name, value) in [
        ("email", "email", AINO.email),
        ("password", "password", AINO.password),
        ("code", "code", &code),
        ("back", "", ""),
        ("open", "", ""),
    ] {
        let page = browser.answer(&sign_in, step, &[(name, value)]).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::OK, "This sign-in is finished"), "{step}");
        assert!(page.says("Open Ruori Accounting"), "{}", page.body);
    }

    assert_eq!(service.history().await.len(), before, "nothing happened");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_tabs_that_finish_at_the_same_moment_both_arrive() {
    let (service, ruori, payroll) = aino_and_two_applications().await;
    service.set_policy(ruori.application.id, SecondFactor::Optional).await;
    service.change("DELETE FROM authenticators").await;
    service.set_policy(payroll.application.id, SecondFactor::Optional).await;
    let mut browser = service.browser();
    let (one, other) = (browser.begin(&ruori).await, browser.begin(&payroll).await);
    let tries: Vec<_> = [one, other]
        .into_iter()
        .map(|sign_in| {
            let mut tab = browser.clone();
            tokio::spawn(async move {
                tab.answer(&sign_in, "email", &[("email", AINO.email)]).await;
                tab.answer(&sign_in, "password", &[("password", AINO.password)]).await
            })
        })
        .collect();
    for one in tries {
        let page = one.await.unwrap();
        assert!(page.is_at_the_application(), "{page:?}");
    }
}
