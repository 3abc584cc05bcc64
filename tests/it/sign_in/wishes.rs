//! Applications that want a sign-in that resists phishing: a wish, and a must.

use salpa::sign_in::policies::SecondFactor;
use serde_json::json;

use crate::provider::client::claims;
use crate::support::{AINO, Authenticator, PUBLIC_URL, Service};

const PASSKEY_PAGE: &str = "Use your passkey or security key";
const ADD_PAGE: &str = "Add a passkey or security key";

#[tokio::test]
async fn an_application_that_wishes_for_a_passkey_gets_one_set_up_or_is_told_that_there_is_none() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let wish = [("acr_values", "phr")];
    let mut browser = service.browser();
    let first = browser.open(&ruori.authorize(&wish)).await;
    let sign_in = first.sign_in();
    let page = browser.sign_in_as(&service, first, AINO).await;
    assert_eq!(page.title(), ADD_PAGE);
    assert!(page.says("Ruori Accounting asks for a passkey."));

    let page = browser.answer(&sign_in, "without-passkey", &[]).await;
    assert!(page.is_at_the_application(), "a wish is none that stops anybody: {}", page.title());
    let page = browser.open(&ruori.authorize(&wish)).await;
    assert!(page.is_at_the_application(), "and is not asked again in the same session");

    service.wait(30);
    let mut other = service.browser();
    let first = other.open(&ruori.authorize(&wish)).await;
    let sign_in = first.sign_in();
    other.sign_in_as(&service, first, AINO).await;
    let mut device = Authenticator::new(PUBLIC_URL);
    let options = other.challenge(&sign_in).await;
    let page = other.submit(&format!("{sign_in}/passkey/new"), &[("credential", &device.make(&options))]).await;
    assert!(page.is_at_the_application(), "{}", page.title());
    let token = claims(&ruori.redeem(&service, &page.answered("code").unwrap()).await.fine().text("id_token"));
    assert_eq!(token["acr"], "phr");
}

#[tokio::test]
async fn an_application_that_insists_on_a_passkey_gets_nobody_without() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut device = service.passkey(aino).await;
    let insists = json!({ "id_token": { "acr": { "essential": true, "values": ["phr"] } } }).to_string();
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    let page = browser.open(&ruori.authorize(&[("claims", &insists)])).await;
    assert_eq!(page.title(), PASSKEY_PAGE, "the rest was proven before");
    let sign_in = page.sign_in();

    let page = browser.answer(&sign_in, "without-passkey", &[]).await;

    assert_eq!(page.title(), "The application requires a stronger sign-in than this service has");
    let mut again = service.browser();
    let page = again.open(&ruori.authorize(&[("claims", &insists)])).await;
    let page = again.use_passkey(&page.sign_in(), &mut device).await;
    assert!(page.is_at_the_application());
}
