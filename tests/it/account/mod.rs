//! Stories of *My sign-in*, as the person sees it.

mod changing;
mod contacts;
mod mailbox;
mod mailbox_orders;
mod methods;
mod not_me;
mod removing;
mod set_by_administrator;

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service, with_messages};

async fn aino_and_an_application() -> (Service, Registered) {
    // Text messages are written there; nobody sends them.
    let texts = [("sms_url", "http://127.0.0.1:9/"), ("sms_countries", "FI")];
    let service = Service::start_with(|settings| with_messages(settings, &texts)).await;
    service.person(AINO).await;
    let application = service.application("Ruori Accounting", SecondFactor::Required).await;
    (service, application)
}

/// Aino's browser at her account page, half a minute after whatever was before.
async fn at_the_account(service: &Service) -> Browser {
    service.wait(30);
    let mut browser = service.browser();
    let first = browser.open("/account").await;
    let page = browser.sign_in_as(service, first, AINO).await;
    assert_eq!(page.title(), "My sign-in");
    browser
}

/// The paths of the forms on the account page that end a session.
fn ends(page: &Page) -> Vec<String> {
    page.body
        .split("action=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|action| action.starts_with("/account/sessions/") && action.ends_with("/end"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn an_unknown_browser_is_asked_to_sign_in_and_gets_where_it_wanted_to_go() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = service.browser();

    let first = browser.open("/account").await;
    assert_eq!(first.title(), "Sign in");
    assert!(first.says("My sign-in"), "the door says where it leads");
    let page = browser.sign_in_as(&service, first, AINO).await;

    assert_eq!((page.path.as_str(), page.title().as_str()), ("/account", "My sign-in"));
    assert!(page.says("Aino Virtanen") && page.says("Two-factor sign-in is on."));
    assert!(page.says("This session") && ends(&page).is_empty(), "there is no other session to end");
}

#[tokio::test]
async fn a_person_signed_in_to_an_application_is_asked_nothing_more() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;

    let page = browser.open("/account").await;

    assert_eq!(page.title(), "My sign-in");
    assert!(page.says("Ruori Accounting"), "the application that was entered");
}

#[tokio::test]
async fn one_session_can_be_ended_from_another_browser() {
    let (service, ruori) = aino_and_an_application().await;
    let mut laptop = at_the_account(&service).await;
    let mut phone = at_the_account(&service).await;
    let page = laptop.open("/account").await;
    let ends = ends(&page);
    assert_eq!(ends.len(), 1);
    assert!(page.says("Chrome on Linux") && page.says(&phone.address.to_string()));

    let page = laptop.submit(&ends[0], &[]).await;

    assert!(page.says("The session has ended."));
    assert_eq!(phone.open("/account").await.title(), "Sign in");
    assert_eq!(phone.open(&ruori.authorize(&[])).await.title(), "Sign in");
    assert_eq!(laptop.open("/account").await.title(), "My sign-in");
    let page = laptop.submit(&ends[0], &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "it has ended already");
}

#[tokio::test]
async fn all_other_sessions_end_at_once_and_this_one_goes_on() {
    let (service, _) = aino_and_an_application().await;
    let mut others = [at_the_account(&service).await, at_the_account(&service).await, at_the_account(&service).await];
    let mut this = at_the_account(&service).await;

    let page = this.submit("/account/sessions/end-others", &[]).await;

    assert!(page.says("3 other sessions have ended."), "{}", page.body);
    for other in &mut others {
        assert_eq!(other.open("/account").await.title(), "Sign in");
    }
    assert_eq!(this.open("/account").await.title(), "My sign-in");
    let page = this.submit("/account/sessions/end-others", &[]).await;
    assert!(page.says("There were no other sessions."));
}

#[tokio::test]
async fn nobody_ends_or_learns_of_a_session_of_somebody_else() {
    let (service, ruori) = aino_and_an_application().await;
    service.person(MIKKO).await;
    service.set_policy(ruori.application.id, SecondFactor::Optional).await;
    let mut of_mikko = service.browser();
    of_mikko.arrive(&service, &ruori, MIKKO).await;
    let id: String = service
        .history()
        .await
        .into_iter()
        .rfind(|told| told.event == "sign_in.done")
        .and_then(|told| told.session)
        .unwrap();
    let mut aino = at_the_account(&service).await;

    let of_another = aino.submit(&format!("/account/sessions/{id}/end"), &[]).await;
    let of_nobody = aino.submit("/account/sessions/01980000-0000-7000-8000-000000000000/end", &[]).await;
    let nonsense = aino.submit("/account/sessions/nonsense/end", &[]).await;

    for page in [&of_another, &of_nobody, &nonsense] {
        assert_eq!((page.status, page.title()), (StatusCode::NOT_FOUND, "This page does not exist".to_owned()));
    }
    assert_eq!(of_another.body.len(), of_nobody.body.len(), "the two are told apart by nothing");
    assert_eq!(of_mikko.open("/account").await.title(), "My sign-in");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_every_application() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    let kept = browser.clone();

    let page = browser.submit("/account/sign-out", &[]).await;

    assert_eq!(page.title(), "You are signed out");
    assert!(!browser.cookies.contains_key("__Host-salpa_session"), "the cookie is taken away");
    for mut browser in [browser, kept] {
        assert_eq!(browser.open(&ruori.authorize(&[])).await.title(), "Sign in");
    }
}

#[tokio::test]
async fn signing_out_without_a_session_is_fine() {
    let service = Service::start().await;

    let page = service.browser().submit("/account/sign-out", &[]).await;

    assert_eq!(page.title(), "You are signed out");
}

#[tokio::test]
async fn changes_of_the_account_are_open_to_signed_in_people_alone() {
    let (service, _) = aino_and_an_application().await;
    let mut aino = at_the_account(&service).await;
    at_the_account(&service).await;
    let end = ends(&aino.open("/account").await).remove(0);

    for path in [end.as_str(), "/account/sessions/end-others"] {
        let page = service.browser().submit(path, &[]).await;
        assert_eq!(page.title(), "Sign in", "{path}");
    }

    assert_eq!(service.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 2);
}

#[tokio::test]
async fn an_idle_session_changes_nothing_before_its_proof() {
    let (service, _) = aino_and_an_application().await;
    let mut this = at_the_account(&service).await;
    at_the_account(&service).await;
    service.wait(60 * 60);

    let page = this.submit("/account/sessions/end-others", &[]).await;

    assert_eq!(page.title(), "Sign in to continue");
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 2);
}

#[tokio::test]
async fn recent_sign_ins_tell_what_happened_and_under_which_identifier() {
    let (service, ruori) = aino_and_an_application().await;
    let mut guesser = service.browser();
    for _ in 0..6 {
        guesser.try_password(&ruori, AINO, "a guess").await;
    }
    service.wait(60);
    let mut browser = service.browser();
    let page = browser.arrive(&service, &ruori, AINO).await;
    let token = ruori.redeem(&service, &page.answered("code").unwrap()).await.fine().text("id_token");
    service.person(MIKKO).await;
    let for_aino = ruori.authorize(&[("id_token_hint", &token)]);
    let mut of_mikko = service.browser();
    let first = of_mikko.open(&for_aino).await;
    service.set_policy(ruori.application.id, SecondFactor::Optional).await;
    let refused = of_mikko.sign_in_as(&service, first, MIKKO).await;
    let error_id = refused.error_id().expect("Mikko is not Aino");

    let page = browser.open("/account/history").await;
    for told in ["Signed in", "Wrong password", "Too many tries", &guesser.address.to_string()] {
        assert!(page.says(told), "{told}: {}", page.body);
    }
    assert!(!page.says(&error_id), "Mikko's refusal is Mikko's");

    let page = of_mikko.open("/account/history").await;
    let page = of_mikko.sign_in_as(&service, page, MIKKO).await;
    assert!(page.says(&error_id), "{}", page.body);
}
