//! The main job: from the application to the application.

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, MIKKO, Service, code_at};

#[tokio::test]
async fn a_person_signs_in_with_a_password_and_a_code_and_gets_back_to_the_application() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();

    let page = browser.open(&ruori.authorize(&[])).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::OK, "Sign in"));
    let sign_in = page.sign_in();
    let page = browser.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
    assert_eq!(page.title(), "Enter your password");
    assert!(!page.says("Aino Virtanen"), "nothing about the person before a proof");
    let page = browser.submit(&format!("{sign_in}/password"), &[("password", AINO.password)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    assert!(page.says("Aino Virtanen"));
    let code = code_at(AINO.seed.unwrap(), service.now());
    let page = browser.submit(&format!("{sign_in}/code"), &[("code", &code)]).await;

    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert!(page.location().unwrap().starts_with("https://ruori-accounting.example/callback?"));
    assert_eq!(page.answered("state").as_deref(), Some("a state"));
    assert_eq!(page.answered("iss").as_deref(), Some("https://id.kallio.example"));
    assert!(page.answered("code").is_some());
}

#[tokio::test]
async fn a_person_without_a_second_factor_sets_one_up_on_the_way() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();

    let page = browser.open(&ruori.authorize(&[])).await;
    let sign_in = page.sign_in();
    let page = browser.sign_in_as(&service, page, MIKKO).await;
    assert_eq!(page.title(), "Choose your second step");
    let page = browser.submit(&format!("{sign_in}/second-step"), &[("method", "totp")]).await;
    assert_eq!(page.title(), "Connect your authenticator app");
    let seed = page.secret();
    let page = browser.submit(&format!("{sign_in}/authenticator"), &[("code", "000000")]).await;
    assert_eq!(page.alert().as_deref(), Some("This code does not match. Type the one that the app shows now."));
    assert_eq!(page.secret(), seed, "the same secret until it is confirmed");
    let code = code_at(&seed, service.now());
    let page = browser.submit(&format!("{sign_in}/authenticator"), &[("code", &code)]).await;
    assert_eq!(page.title(), "Save your recovery code");
    let page = browser.submit(&format!("{sign_in}/recovery-saved"), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the box must be ticked");
    let page = browser.submit(&format!("{sign_in}/recovery-saved"), &[("saved", "yes")]).await;
    assert_eq!(page.title(), "You are signed in");
    let page = browser.submit(&format!("{sign_in}/open"), &[]).await;
    assert!(page.answered("code").is_some());
}
