//! The terms and conditions: accepted once, and again when their version changes.

use http::StatusCode;
use salpa::platform::settings::Terms;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Service};

fn version(version: &str) -> Terms {
    Terms { version: version.to_owned(), url: "https://kallio.example/terms".to_owned() }
}

#[tokio::test]
async fn the_terms_are_accepted_once_and_again_with_a_new_version() {
    let service = Service::start_with(|settings| settings.terms = Some(version("1"))).await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.try_code(&ruori, AINO, &AINO.code(&service)).await;
    assert_eq!(page.title(), "Accept the terms and conditions");
    assert!(page.body.contains("https://kallio.example/terms"));
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "terms", &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the box must be ticked");
    assert!(browser.answer(&sign_in, "terms", &[("accepted", "yes")]).await.is_at_the_application());
    service.wait(60);
    let page = service.browser().try_code(&ruori, AINO, &AINO.code(&service)).await;
    assert!(page.is_at_the_application(), "they are not asked for again");

    let next = service.with(|settings| settings.terms = Some(version("2"))).await;
    next.wait(60);
    browser = next.take_over(browser);
    let page = browser.open(&ruori.authorize(&[])).await;

    assert_eq!(page.title(), "Accept the terms and conditions", "single sign-on waits for the new version, too");
    assert!(browser.answer(&page.sign_in(), "terms", &[("accepted", "yes")]).await.is_at_the_application());
    let accepted: Vec<_> = next
        .history()
        .await
        .into_iter()
        .filter(|told| told.event == "sign_in.terms_accepted")
        .map(|told| told.detail("version").to_owned())
        .collect();
    assert_eq!(accepted, ["1", "2"]);
}

#[tokio::test]
async fn nobody_is_asked_for_the_terms_before_the_policy_is_content() {
    let service = Service::start_with(|settings| settings.terms = Some(version("1"))).await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();

    let page = browser.answer(&sign_in, "terms", &[("accepted", "yes")]).await;

    assert_eq!(page.title(), "Enter the code from your authenticator app");
    assert_eq!(service.count("SELECT COUNT(*) FROM people WHERE terms_version IS NOT NULL").await, 0);
}
