//! Lock, log out, log out from all devices: three different things.

use salpa::directory::users::Role;
use salpa::platform::db::Reads;

use super::{PIN, service};
use crate::support::{AINO, AppOnPhone, MIKKO};

#[tokio::test]
async fn logging_out_needs_a_full_sign_in_on_this_phone_alone() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    service.wait(31);
    let mut other = AppOnPhone::of(&service, AINO, "804126").await;
    let settings = phone.browser.open("/app").await;
    assert_eq!(settings.title(), "Enter your PIN", "a new phone makes the others prove themselves again");
    service.wait(1);
    assert_eq!(phone.unlock(PIN).await.0, 200);
    let settings = phone.browser.open("/app/settings").await;
    for said in ["Open again with your PIN.", "Needs a full sign-in again.", "Log out from all devices"] {
        assert!(settings.says(said), "{}", settings.body);
    }
    let left = phone.browser.submit("/app/log-out", &[]).await;
    assert!(left.says("You are logged out. Sign in to use the app again."), "{}", left.body);
    assert_eq!(service.count("SELECT count(*) FROM phones").await, 1);
    service.wait(31);
    let again = phone.browser.open("/app/pin").await;
    assert!(again.path.starts_with("/sign-in/"), "{}", again.path);
    assert_eq!(other.shows().await, "Enter your PIN");
    assert_eq!(other.unlock("804126").await.0, 200, "the other phone is still one");
}

/// The way back has its stories with the invitations.
#[tokio::test]
async fn logging_out_from_all_devices_ends_every_phone_and_closes_the_app() {
    let (service, _) = service().await;
    let mut lost = AppOnPhone::of(&service, AINO, PIN).await;
    service.wait(31);
    let mut phone = AppOnPhone::of(&service, AINO, "804126").await;
    let asked = phone.browser.open("/app/log-out-everywhere").await;
    assert!(asked.says("The app is signed out on every phone of yours."), "{}", asked.body);
    let left = phone.browser.submit("/app/log-out-everywhere", &[]).await;
    assert!(left.says("You are logged out from all devices."), "{}", left.body);
    assert_eq!(service.count("SELECT count(*) FROM phones").await, 0);
    assert_eq!(service.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 0);
    assert!(service.letter(AINO.email).await.text.contains("Log out from all devices"));
    assert!(lost.browser.open("/app").await.says("Already completed two-step authentication"));

    service.wait(31);
    let refused = phone.sign_in(&service, AINO).await;
    assert_eq!((refused.status.as_u16(), refused.title().as_str()), (403, "You have logged out from all devices"));
}

#[tokio::test]
async fn an_administrator_removes_one_phone_or_logs_the_user_out_from_all_devices() {
    let (service, kallio) = service().await;
    let elina = service.person(MIKKO).await;
    service.user(kallio, elina, &[Role::UserAdministrator]).await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    let aino: String = service
        .app
        .db
        .one("SELECT id FROM people WHERE email = 'aino.virtanen@kallio.example'", &[], |row| row.get(0))
        .await
        .unwrap();
    let mut console = service.browser();
    let first = console.open("/admin").await;
    console.sign_in_as(&service, first, MIKKO).await;
    let user = format!("/admin/{kallio}/users/{aino}");
    let tab = console.open(&format!("{user}/sign-in")).await;
    assert!(tab.says("Pixel 8") && tab.says("Android 15"), "{}", tab.body);
    let removed = console.submit(&format!("{user}/phones/{}/remove", phone.id), &[]).await;
    assert!(removed.says("The phone is removed.") && !removed.says("Pixel 8"), "{}", removed.body);
    assert!(phone.browser.open("/app").await.says("Already completed two-step authentication"));
    assert!(service.letter(AINO.email).await.text.contains("removed one of your phones"));

    let done = console.submit(&format!("{user}/log-out-everywhere"), &[]).await;
    assert!(done.says("logged out from all devices"), "{}", done.body);
    assert!(service.letter(AINO.email).await.text.contains("logged you out from all devices"));
}

#[tokio::test]
async fn this_was_not_me_brings_back_a_phone_that_somebody_else_removed() {
    let (service, _) = service().await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    service.wait(31);
    let mut thief = service.browser();
    let first = thief.open("/account").await;
    thief.sign_in_as(&service, first, AINO).await;
    thief.submit(&format!("/account/phones/{}/remove", phone.id), &[]).await;
    assert_eq!(service.count("SELECT count(*) FROM phones").await, 0);
    let link = service.link(AINO.email, "/account/not-me/").await;
    service.browser().submit(&link, &[]).await;
    assert_eq!(phone.unlock(PIN).await.0, 200, "it has the key that it had");
}
