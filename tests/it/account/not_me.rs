//! "This wasn't me": a page with a button, behind a link that programs may open as often as they like.

use http::StatusCode;

use super::{aino_and_an_application, at_the_account};
use crate::support::{AINO, MIKKO, Registered, Service, link_in};

const THIEF: &str = "thief@evil.example";

/// Somebody who got hold of everything of Aino's changes her email. Gives the browser, and the link that goes
/// to her own address.
async fn taken_over() -> (Service, Registered, crate::support::Browser, String) {
    let (service, ruori) = aino_and_an_application().await;
    let mut thief = at_the_account(&service).await;
    thief.submit("/account/email", &[("email", THIEF)]).await;
    let link = service.link(THIEF, "/account/confirm-email/").await;
    thief.submit(&link, &[]).await;
    let link = service.link(AINO.email, "/account/not-me/").await;
    (service, ruori, thief, link)
}

#[tokio::test]
async fn the_link_shows_what_happened_and_the_button_takes_it_back() {
    let (service, ruori, mut thief, link) = taken_over().await;
    let mut browser = service.browser();

    for _ in 0..5 {
        let page = browser.get(&link).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::OK, "Was this not you?"));
        assert!(page.says("Your sign-in email was changed") && page.says(&thief.address.to_string()));
        assert!(page.says("Chrome on Linux"));
    }
    assert_eq!(thief.open("/account").await.title(), "My sign-in", "looking at it changes nothing");
    let page = browser.submit(&link, &[]).await;

    assert_eq!(page.title(), "It has been stopped");
    assert_eq!(thief.open("/account").await.title(), "Sign in");
    assert_eq!(service.count("SELECT COUNT(*) FROM people WHERE email = 'aino.virtanen@kallio.example'").await, 1);
    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "a former mailbox changes nothing else");
    let letter = service.letter(AINO.email).await;
    assert_eq!(letter.subject, "We stopped what was not you");
    assert_eq!(link_in(&letter.text, "/account/not-me/"), None, "that cannot be taken back by a link");
    // Once.
    for page in [browser.get(&link).await, browser.submit(&link, &[]).await] {
        assert_eq!((page.status, page.title().as_str()), (StatusCode::GONE, "This link no longer works"));
        assert!(page.error_id().is_some());
    }
}

#[tokio::test]
async fn a_thief_who_was_stopped_cannot_take_it_back_by_a_later_link() {
    let (service, _, mut thief, link) = taken_over().await;
    thief.submit("/account/email", &[("email", "another@evil.example")]).await;
    let confirm = service.link("another@evil.example", "/account/confirm-email/").await;
    thief.submit(&confirm, &[]).await;
    let of_thief = service.link(THIEF, "/account/not-me/").await;

    service.browser().submit(&link, &[]).await;

    assert_eq!(service.browser().submit(&of_thief, &[]).await.status, StatusCode::GONE);
    assert_eq!(service.count("SELECT COUNT(*) FROM people WHERE email = 'aino.virtanen@kallio.example'").await, 1);
}

#[tokio::test]
async fn a_link_lives_seven_days_and_a_forged_one_never_lived() {
    let (service, _, mut thief, link) = taken_over().await;
    for forged in ["/account/not-me/nothing", "/account/not-me/%00", &link[..link.len() - 1]] {
        assert_eq!(service.browser().submit(forged, &[]).await.status, StatusCode::GONE, "{forged}");
    }
    service.wait(7 * 24 * 60 * 60 - 1);
    assert_eq!(service.browser().get(&link).await.status, StatusCode::OK);
    service.wait(1);
    assert_eq!(service.browser().get(&link).await.status, StatusCode::GONE);
    assert_eq!(service.browser().submit(&link, &[]).await.status, StatusCode::GONE);
    thief.open("/account").await;
    assert_eq!(service.count("SELECT COUNT(*) FROM people WHERE email = 'thief@evil.example'").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_press_the_button_one_stops_it() {
    let (service, _, _, link) = taken_over().await;
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let (mut browser, link) = (service.browser(), link.clone());
            tokio::spawn(async move { browser.post(&link, &[]).await.title() })
        })
        .collect();
    let mut won = 0;
    for one in tries {
        won += usize::from(one.await.unwrap() == "It has been stopped");
    }
    assert_eq!(won, 1);
    assert_eq!(service.count("SELECT COUNT(*) FROM history WHERE event = 'person.not_me'").await, 1);
}

#[tokio::test]
async fn a_second_step_that_somebody_else_added_is_closed() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", salpa::sign_in::policies::SecondFactor::Required).await;
    let mut thief = service.browser();
    let page = thief.try_password(&ruori, MIKKO, MIKKO.password).await;
    let sign_in = page.sign_in();
    let seed = thief.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    let code = crate::support::code_at(&seed, service.now());
    thief.answer(&sign_in, "authenticator", &[("code", &code)]).await;
    thief.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    let link = service.link(MIKKO.email, "/account/not-me/").await;

    service.browser().submit(&link, &[]).await;

    assert_eq!(service.count("SELECT COUNT(*) FROM authenticators").await, 0);
    assert_eq!(service.count("SELECT COUNT(*) FROM recovery_codes").await, 0);
    assert_eq!(thief.open("/account").await.title(), "Sign in");
}

#[tokio::test]
async fn a_second_step_that_was_there_before_stays_and_is_asked_for() {
    let (service, ruori, _, link) = taken_over().await;
    let mut browser = service.browser();
    browser.submit(&link, &[]).await;
    let page = browser.forgot(&service, &ruori, AINO).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service))]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "that code was used by the thief");
    service.wait(30);
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service))]).await;
    let page = browser.answer(&page.sign_in(), "new-password", &[("password", "seven herons over the reeds")]).await;
    assert!(page.is_at_the_application(), "{} {}", page.title(), page.body);
}

#[tokio::test]
async fn another_site_cannot_press_the_button() {
    let (service, _, mut thief, link) = taken_over().await;
    let mut browser = service.browser();
    browser.headers.insert("sec-fetch-site", http::HeaderValue::from_static("cross-site"));
    assert_eq!(browser.post(&link, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(thief.open("/account").await.title(), "My sign-in");
}
