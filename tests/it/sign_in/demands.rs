//! Demands of an application beyond its policy, from the person's view.

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::provider::client::claims;
use crate::support::{AINO, MIKKO, Page, Registered, Service};

async fn aino_and_an_application(policy: SecondFactor) -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.application("Ruori Accounting", policy).await;
    (service, application)
}

/// The ID token for the code that an answer carries.
async fn id_token(service: &Service, application: &Registered, page: &Page) -> String {
    application.redeem(service, &page.answered("code").unwrap()).await.fine().text("id_token")
}

#[tokio::test]
async fn prompt_login_asks_for_every_proof_again() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(30);

    let page = browser.open(&ruori.authorize(&[("prompt", "login")])).await;
    assert_eq!(page.title(), "Confirm that it is you", "who it is need not be typed again");
    let page = browser.answer(&page.sign_in(), "password", &[("password", AINO.password)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service))]).await;

    let token = claims(&id_token(&service, &ruori, &page).await);
    assert_eq!(token["auth_time"], service.now().seconds());
    assert_eq!(token["amr"], serde_json::json!(["mfa", "otp", "pwd"]));
}

#[tokio::test]
async fn max_age_asks_again_when_the_proofs_are_older() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(300);

    let page = browser.open(&ruori.authorize(&[("max_age", "300")])).await;
    assert!(page.is_at_the_application(), "as old as it may be");
    service.wait(1);
    let page = browser.open(&ruori.authorize(&[("max_age", "300")])).await;

    assert_eq!(page.title(), "Confirm that it is you");
}

#[tokio::test]
async fn the_instant_that_max_age_asks_for_does_not_move_while_the_person_types() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.open(&ruori.authorize(&[("max_age", "0")])).await;
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    service.wait(60);
    browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    service.wait(60);

    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;

    assert!(page.is_at_the_application(), "{}", page.title());
}

#[tokio::test]
async fn a_wish_for_two_factors_asks_for_the_missing_one_alone() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Adaptive).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    browser.cookies.remove("__Host-salpa_session");
    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(claims(&id_token(&service, &ruori, &page).await)["acr"], "aal1");
    service.wait(60);

    let page = browser.open(&ruori.authorize(&[("acr_values", "aal2")])).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service))]).await;

    assert_eq!(claims(&id_token(&service, &ruori, &page).await)["acr"], "aal2");
}

#[tokio::test]
async fn a_strength_that_cannot_be_reached_is_told_to_the_application_not_asked_of_the_person() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Required).await;
    let essential = r#"{"id_token":{"acr":{"essential":true,"values":["aal9"]}}}"#;
    let page = service.browser().open(&ruori.authorize(&[("claims", essential)])).await;

    assert_eq!(page.answered("error").as_deref(), Some("unmet_authentication_requirements"), "{page:?}");
}

#[tokio::test]
async fn a_hint_of_another_person_refuses_whoever_signs_in_instead() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Optional).await;
    service.person(MIKKO).await;
    let page = service.browser().arrive(&service, &ruori, MIKKO).await;
    let of_mikko = id_token(&service, &ruori, &page).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(60);

    let page = browser.open(&ruori.authorize(&[("id_token_hint", &of_mikko)])).await;
    assert_eq!(page.title(), "Sign in", "Aino's session is not what was asked for");
    let page = browser.sign_in_as(&service, page, AINO).await;

    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(page.title(), "Someone else was expected here");
    assert!(page.says("Back to Ruori Accounting"));
    assert!(!page.says("Mikko"), "nor is it told who");
    assert_eq!(browser.open("/account").await.title(), "My sign-in", "Aino's own session goes on");
}

#[tokio::test]
async fn a_hint_of_the_person_who_signs_in_is_fine() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.arrive(&service, &ruori, AINO).await;
    let hint = id_token(&service, &ruori, &page).await;

    assert!(browser.open(&ruori.authorize(&[("id_token_hint", &hint)])).await.is_at_the_application());
    assert!(
        browser.open(&ruori.authorize(&[("id_token_hint", &hint), ("prompt", "none")])).await.is_at_the_application()
    );
}

#[tokio::test]
async fn prompt_none_never_shows_a_page() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Required).await;
    let mut browser = service.browser();
    let silent = ruori.authorize(&[("prompt", "none")]);
    assert_eq!(browser.open(&silent).await.answered("error").as_deref(), Some("login_required"));
    browser.arrive(&service, &ruori, AINO).await;
    assert!(browser.open(&silent).await.is_at_the_application());
    service.wait(60 * 60);
    assert_eq!(browser.open(&silent).await.answered("error").as_deref(), Some("login_required"), "it is idle");
}

#[tokio::test]
async fn select_account_lets_another_person_sign_in() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Optional).await;
    service.person(MIKKO).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    service.wait(60);

    let page = browser.open(&ruori.authorize(&[("prompt", "select_account")])).await;
    assert_eq!(page.title(), "Sign in");
    let page = browser.sign_in_as(&service, page, MIKKO).await;

    assert!(page.is_at_the_application());
    assert!(browser.open("/account").await.says("Mikko Laine"));
}

#[tokio::test]
async fn a_login_hint_fills_the_email_and_decides_nothing() {
    let (service, ruori) = aino_and_an_application(SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.open(&ruori.authorize(&[("login_hint", AINO.email)])).await;
    assert_eq!(page.title(), "Sign in");
    assert!(page.body.contains(&format!("value=\"{}\"", AINO.email)));
    let page = browser.open(&ruori.authorize(&[("login_hint", "\"><script>alert(1)</script>")])).await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
}
