//! A sign-in belongs to the browser that began it, and a session to its newest cookie.

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service};

const BROWSER: &str = "__Host-salpa_browser";
const SESSION: &str = "__Host-salpa_session";

async fn aino_and_an_application() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.application("Ruori Accounting", SecondFactor::Required).await;
    (service, application)
}

/// Each form of a sign-in, with whatever is in it.
const FORMS: [(&str, &str, &str); 9] = [
    ("email", "email", MIKKO.email),
    ("password", "password", AINO.password),
    ("code", "code", "123456"),
    ("second-step", "method", "totp"),
    ("authenticator", "code", "123456"),
    ("recovery-saved", "saved", "yes"),
    ("terms", "accepted", "yes"),
    ("back", "", ""),
    ("open", "", ""),
];

/// The responses of every step of a sign-in to a browser.
async fn every_door(browser: &mut Browser, sign_in: &str) -> Vec<Page> {
    let mut pages = vec![browser.get(sign_in).await];
    for (step, name, value) in FORMS {
        pages.push(browser.post(&format!("{sign_in}/{step}"), &[(name, value)]).await);
    }
    pages
}

#[tokio::test]
async fn another_browser_cannot_take_up_a_sign_in_and_is_told_nothing_of_it() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();
    let mut other = service.browser();
    other.begin(&ruori).await;

    for page in every_door(&mut other, &sign_in).await {
        assert_eq!(
            (page.status, page.title().as_str()),
            (StatusCode::FORBIDDEN, "This sign-in belongs to another browser")
        );
        for told in ["Aino", "aino", "Ruori", "kallio.example/callback"] {
            assert!(!page.body.contains(told), "{told}: {}", page.body);
        }
    }

    let page = browser.open(&sign_in).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "nothing has changed");
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;
    assert!(page.is_at_the_application());
}

#[tokio::test]
async fn a_browser_that_lost_its_cookies_midway_is_told_to_allow_them() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();
    browser.cookies.clear();

    for page in every_door(&mut browser, &sign_in).await {
        assert_eq!(
            (page.status, page.title().as_str()),
            (StatusCode::FORBIDDEN, "Your browser did not send the sign-in cookie")
        );
        assert!(!page.says("Aino Virtanen"));
    }
    assert_eq!(browser.open(&ruori.authorize(&[])).await.title(), "Sign in", "it can begin again");
}

#[tokio::test]
async fn a_forged_empty_or_long_cookie_is_nobodys() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();
    let real = browser.cookies[BROWSER].clone();

    for forged in ["x".repeat(43), "x".repeat(4000), String::new(), format!("{real}x"), real[1..].to_owned()] {
        browser.cookies.insert(BROWSER.to_owned(), forged.clone());
        let page = browser.get(&sign_in).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{forged}");
        browser.cookies.insert(SESSION.to_owned(), forged);
        let page = browser.open("/account").await;
        assert_eq!(page.title(), "Sign in");
        browser.cookies.remove(SESSION);
    }
}

#[tokio::test]
async fn a_cookie_that_comes_twice_is_not_believed() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    let (mine, session) = (browser.cookies[BROWSER].clone(), browser.cookies[SESSION].clone());

    for cookies in [
        format!("{SESSION}={session}; {SESSION}={session}; {BROWSER}={mine}"),
        format!("{SESSION}=planted; {SESSION}={session}"),
        format!("{SESSION}={session}; {SESSION}="),
    ] {
        let mut doubled = service.browser();
        doubled.headers.insert("cookie", cookies.parse().unwrap());
        let page = doubled.get("/account").await;
        assert!(page.location().is_some_and(|to| to.starts_with("/sign-in/")), "{cookies}: {page:?}");
    }
}

#[tokio::test]
async fn a_cookie_without_the_host_prefix_is_not_looked_at() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    let session = browser.cookies[SESSION].clone();

    let mut planted = service.browser();
    planted.cookies.insert("salpa_session".to_owned(), session);

    assert_eq!(planted.open("/account").await.title(), "Sign in");
}

#[tokio::test]
async fn every_proof_gives_the_session_a_new_secret_and_the_old_one_opens_nothing() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    let mut thief = browser.clone();
    service.wait(60);

    let first = browser.open(&ruori.authorize(&[("prompt", "login")])).await;
    let page = browser.answer(&first.sign_in(), "password", &[("password", AINO.password)]).await;
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service))]).await;

    assert!(page.is_at_the_application());
    assert_ne!(thief.cookies[SESSION], browser.cookies[SESSION]);
    assert_eq!(browser.open("/account").await.title(), "My sign-in");
    assert_eq!(thief.open("/account").await.title(), "Sign in");
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 1, "it is the same session");
}

#[tokio::test]
async fn a_session_cookie_that_was_there_before_the_sign_in_is_never_adopted() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.cookies.insert(SESSION.to_owned(), "planted-by-somebody-else-0123456789abcdefghi".to_owned());

    browser.arrive(&service, &ruori, AINO).await;

    assert_ne!(browser.cookies[SESSION], "planted-by-somebody-else-0123456789abcdefghi");
    let mut planter = service.browser();
    planter.cookies.insert(SESSION.to_owned(), "planted-by-somebody-else-0123456789abcdefghi".to_owned());
    assert_eq!(planter.open("/account").await.title(), "Sign in");
}

#[tokio::test]
async fn cookies_are_kept_from_scripts_and_other_sites() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let begun = browser.get(&ruori.authorize(&[])).await;
    let page = browser.open(&begun.location().unwrap()).await;
    let arrived = browser.sign_in_as(&service, page, AINO).await;
    assert!(arrived.is_at_the_application());
    service.wait(30);
    let done = browser.get(&ruori.authorize(&[("prompt", "login")])).await.location().unwrap();
    let password = browser.post(&format!("{done}/password"), &[("password", AINO.password)]).await;
    let code = browser.post(&format!("{done}/code"), &[("code", &AINO.code(&service))]).await;

    assert_eq!(password.header("set-cookie"), "", "nothing before the end");
    for (page, name) in [(begun, BROWSER), (code, SESSION)] {
        let cookie = page.header("set-cookie").to_owned();
        assert!(cookie.starts_with(&format!("{name}=")), "{page:?}");
        for part in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn an_identifier_that_no_sign_in_has_opens_nothing() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.begin(&ruori).await;
    for path in [
        "/sign-in/01980000-0000-7000-8000-000000000000",
        "/sign-in/nothing",
        "/sign-in/%00",
        "/sign-in/%ff%fe",
        "/sign-in/'; DROP TABLE people; --",
    ] {
        let page = browser.get(&path.replace(' ', "%20")).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::NOT_FOUND, "This sign-in has expired"), "{path}");
    }
}
