//! The phone app, as a person and as a thief of phones, storages and databases meets it.

mod admission;
mod installing;
mod leaving;
mod notifications;
mod pin;

use salpa::directory::companies::CompanyId;
use salpa::directory::users::Role;
use salpa::sign_in::policies::SecondFactor;

use crate::provider::client::claims;
use crate::support::{AINO, AppOnPhone, Service};

const PIN: &str = "294705";

/// A service at which Aino is a user of Kallio.
async fn service() -> (Service, CompanyId) {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    let aino = service.person(AINO).await;
    service.user(kallio, aino, &[Role::Employee]).await;
    (service, kallio)
}

#[tokio::test]
async fn a_person_signs_in_makes_a_pin_and_opens_applications_without_another_sign_in() {
    let (service, _) = service().await;
    let books = service.application("Books", SecondFactor::Required).await;
    let mut phone = AppOnPhone::new(&service);
    let welcome = phone.browser.open("/app").await;
    assert!(welcome.says("Already completed two-step authentication"), "{}", welcome.body);
    let page = phone.sign_in(&service, AINO).await;
    assert_eq!(page.title(), "Create your PIN");
    assert_eq!(phone.make_pin(&page, PIN).await.1["next"], "/app/notifications?first=1");
    let asks = phone.browser.open("/app/notifications?first=1").await;
    assert!(asks.says("Allow notifications") && asks.says("Not now"), "{}", asks.body);

    let home = phone.browser.open("/app").await;
    assert!(home.says("Aino Virtanen") && home.says("Kallio Oy"), "{}", home.body);
    let listed = phone.browser.open("/app/applications").await;
    assert!(listed.body.contains("https://books.example"), "{}", listed.body);
    let entered = phone.browser.open(&books.authorize(&[])).await;
    assert!(
        entered.location().is_some_and(|to| to.starts_with("https://books.example/callback?code=")),
        "no other sign-in: {entered:?}"
    );
    let letter = service.letter(AINO.email).await;
    assert!(letter.text.contains("the phone app was set up on a phone, \"Pixel 8\""), "{}", letter.text);
    assert!(service.events().await.contains(&"phone.added".to_owned()));
}

#[tokio::test]
async fn the_pin_alone_is_two_factors_after_the_app_was_locked() {
    let (service, _) = service().await;
    let books = service.application("Books", SecondFactor::Required).await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    phone.browser.post("/app/lock", &[]).await;
    assert_eq!(service.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 0);
    assert_eq!(phone.shows().await, "Enter your PIN");
    let settings = phone.browser.get("/app/settings").await;
    assert_eq!(settings.location().as_deref(), Some("/app"), "nothing of the app is open");

    let (status, answer) = phone.unlock(PIN).await;
    assert_eq!((status, &answer["next"]), (200, &"/app".into()), "{answer}");
    assert_eq!(phone.shows().await, "Home");
    let answered = phone.browser.open(&books.authorize(&[])).await;
    assert!(answered.location().is_some_and(|to| to.contains("code=")), "{answered:?}");
    let told = books.redeem(&service, &answered.answered("code").unwrap()).await.fine();
    let told = claims(&told.text("id_token"));
    assert_eq!(told["acr"], "aal2");
    let amr: Vec<&str> = told["amr"].as_array().unwrap().iter().filter_map(|it| it.as_str()).collect();
    assert!(amr.contains(&"pin") && amr.contains(&"swk"), "{amr:?}");
}

#[tokio::test]
async fn a_person_has_several_phones_names_them_and_removes_one_everywhere_at_once() {
    let (service, _) = service().await;
    let mut lost = AppOnPhone::of(&service, AINO, PIN).await;
    service.wait(31);
    let mut kept = AppOnPhone::of(&service, AINO, "804126").await;
    let list = kept.browser.open("/app/settings").await;
    assert!(list.says("This phone") && list.body.contains(&format!("/account/phones/{}", lost.id)), "{}", list.body);
    let of_lost = format!("/account/phones/{}", lost.id);
    let named = kept.browser.submit(&format!("{of_lost}/name"), &[("name", "Old phone")]).await;
    assert!(named.says("Old phone"), "{}", named.body);
    let removed = kept.browser.submit(&format!("{of_lost}/remove"), &[]).await;
    assert!(removed.says("The phone has been removed.") && !removed.says("Old phone"), "{}", removed.body);

    let welcome = lost.browser.open("/app").await;
    assert!(welcome.says("Already completed two-step authentication"), "{}", welcome.body);
    let account = lost.browser.open("/account").await;
    assert_ne!(account.title(), "My sign-in", "the session that its PIN gave proves nothing any more");
    assert!(service.letter(AINO.email).await.text.contains("the phone \"Old phone\" was removed"));
    assert_eq!(kept.shows().await, "Home");
}

#[tokio::test]
async fn an_app_that_lies_unused_for_five_minutes_is_locked() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    for _ in 0..3 {
        service.wait(4 * 60);
        assert_eq!(phone.shows().await, "Home", "it is in use");
    }
    service.wait(5 * 60);
    assert_eq!(phone.shows().await, "Enter your PIN");
    let account = phone.browser.open("/account").await;
    assert_ne!(account.title(), "My sign-in", "its session has ended with it");
    assert_eq!(phone.unlock(PIN).await.0, 200);
    assert_eq!(phone.shows().await, "Home");
}
