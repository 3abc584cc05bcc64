//! Set up once, counts everywhere: what proves a person changes for every session and every application at once.

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::provider::client::get;
use crate::support::{AINO, Browser, MIKKO, Registered, Service, code_at};

const OFFLINE: &[(&str, &str)] = &[("scope", "openid email offline_access"), ("prompt", "consent")];

/// Mikko with a password alone, at an application that asks for nothing more, with a refresh token.
async fn entered(service: &Service, browser: &mut Browser, application: &Registered) -> String {
    let first = browser.open(&application.authorize(OFFLINE)).await;
    let page = if first.answered("code").is_some() { first } else { browser.sign_in_as(service, first, MIKKO).await };
    application.redeem(service, &page.answered("code").unwrap()).await.fine().text("refresh_token")
}

/// Sets up a second step in a session, because an application insists on one.
async fn set_up(service: &Service, browser: &mut Browser, strict: &Registered) -> String {
    let page = browser.open(&strict.authorize(&[])).await;
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);
    let seed = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    browser.answer(&sign_in, "authenticator", &[("code", &code_at(&seed, service.now()))]).await;
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    assert!(browser.answer(&sign_in, "open", &[]).await.is_at_the_application());
    seed
}

#[tokio::test]
async fn a_new_second_step_makes_other_sessions_prove_again_and_ends_tokens_of_lesser_proof() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let lax = service.application("Notes", SecondFactor::Optional).await;
    let strict = service.application("Ruori Accounting", SecondFactor::Required).await;
    let (mut here, mut elsewhere) = (service.browser(), service.browser());
    let of_here = entered(&service, &mut here, &lax).await;
    let of_elsewhere = entered(&service, &mut elsewhere, &lax).await;
    service.wait(60);

    let seed = set_up(&service, &mut here, &strict).await;

    for token in [&of_here, &of_elsewhere] {
        lax.refresh(&service, token).await.refused(400, "invalid_grant");
    }
    service.wait(1);
    let page = elsewhere.open(&lax.authorize(&[])).await;
    assert_eq!(page.title(), "Sign in to continue", "its session is there, and asks");
    let page = elsewhere.answer(&page.sign_in(), "password", &[("password", MIKKO.password)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    service.wait(60);
    let code = code_at(&seed, service.now());
    assert!(elsewhere.answer(&page.sign_in(), "code", &[("code", &code)]).await.is_at_the_application());
    assert!(here.open(&lax.authorize(&[])).await.is_at_the_application(), "the session that did it goes on");
    let told: Vec<String> = service.letters(MIKKO.email).await.into_iter().map(|letter| letter.subject).collect();
    let said = ["A recovery code was saved for your sign-in", "A second step was set up for your sign-in"];
    assert_eq!(told[..2], said, "{told:?}");
}

#[tokio::test]
async fn tokens_of_the_session_that_changed_something_live_on_where_the_proof_was_full() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let (mut here, mut elsewhere) = (service.browser(), service.browser());
    let mut tokens = Vec::new();
    for browser in [&mut here, &mut elsewhere] {
        let first = browser.open(&ruori.authorize(OFFLINE)).await;
        let page = browser.sign_in_as(&service, first, AINO).await;
        tokens.push(ruori.redeem(&service, &page.answered("code").unwrap()).await.fine());
        service.wait(30);
    }
    here.submit("/account/password", &[("password", "seven herons over the reeds")]).await;

    ruori.refresh(&service, &tokens[0].text("refresh_token")).await.fine();
    ruori.refresh(&service, &tokens[1].text("refresh_token")).await.refused(400, "invalid_grant");
    let over = get(&service, "/oauth/userinfo", Some(&tokens[1].text("access_token"))).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn proofs_before_a_change_do_not_count_after_it_in_another_browser() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut thief = service.browser();
    let page = thief.try_password(&ruori, AINO, AINO.password).await;
    let waiting = page.sign_in();
    service.wait(30);
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    browser.submit("/account/password", &[("password", "seven herons over the reeds")]).await;

    let page = thief.open(&waiting).await;

    assert_eq!(page.title(), "Enter your password", "the old password was the proof");
}

#[tokio::test]
async fn a_browser_that_was_known_is_new_again_after_a_change() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Adaptive).await;
    let mut known = service.browser();
    known.arrive(&service, &ruori, AINO).await;
    known.cookies.remove("__Host-salpa_session");
    service.wait(30);
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    assert!(known.try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
    known.cookies.remove("__Host-salpa_session");
    let new = "seven herons over the reeds";
    browser.submit("/account/password", &[("password", new)]).await;

    let page = known.try_password(&ruori, AINO, new).await;

    assert_eq!(page.title(), "Enter the code from your authenticator app");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_in_that_ends_while_the_password_changes_is_before_it_or_not_at_all() {
    for _ in 0..6 {
        let service = Service::start().await;
        service.person(MIKKO).await;
        let lax = service.application("Notes", SecondFactor::Optional).await;
        let mut owner = service.browser();
        owner.arrive(&service, &lax, MIKKO).await;
        let mut waiting = Vec::new();
        for _ in 0..6 {
            let mut browser = service.browser();
            let sign_in = browser.begin(&lax).await;
            browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;
            waiting.push((browser, format!("{sign_in}/password")));
        }
        let old: Vec<_> = waiting
            .into_iter()
            .map(|(mut browser, path)| {
                tokio::spawn(async move {
                    browser.post(&path, &[("password", MIKKO.password)]).await;
                    browser
                })
            })
            .collect();
        owner.submit("/account/password", &[("password", "seven herons over the reeds")]).await;
        for one in old {
            let mut browser = one.await.unwrap();
            let page = browser.open(&lax.authorize(&[])).await;
            assert!(!page.is_at_the_application(), "the old password has opened a session that lives on");
        }
    }
}
