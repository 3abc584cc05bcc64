//! Changing what proves a person: a fresh proof first, then it counts everywhere at once.

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use super::{aino_and_an_application, at_the_account};
use crate::support::{AINO, Browser, MIKKO, Page, Service, Somebody, code_at};

const NEW: &str = "seven herons over the reeds";

/// Aino proves herself again where she is asked to.
pub async fn prove(service: &Service, browser: &mut Browser, page: Page, somebody: Somebody) -> Page {
    assert!(["Confirm that it is you", "Sign in to continue"].contains(&page.title().as_str()), "{}", page.body);
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "password", &[("password", somebody.password)]).await;
    match somebody.seed {
        Some(seed) if page.title() == "Enter the code from your authenticator app" => {
            browser.answer(&sign_in, "code", &[("code", &code_at(seed, service.now()))]).await
        }
        _ => page,
    }
}

#[tokio::test]
async fn a_password_is_changed_after_a_fresh_proof_and_every_other_session_ends() {
    let (service, ruori) = aino_and_an_application().await;
    let mut other = at_the_account(&service).await;
    let mut browser = at_the_account(&service).await;
    service.wait(6 * 60);

    let page = browser.open("/account/password").await;
    let page = prove(&service, &mut browser, page, AINO).await;
    assert_eq!(page.title(), "Change your password");
    let page = browser.submit("/account/password", &[("password", NEW)]).await;

    assert!(page.says("Your password has been changed in every application."), "{}", page.body);
    assert_eq!(other.open("/account").await.title(), "Sign in");
    let letter = service.letter(AINO.email).await;
    assert_eq!(letter.subject, "You have a new password");
    assert!(letter.text.contains(&browser.address.to_string()) && letter.text.contains("Chrome on Linux"));
    service.wait(30);
    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the old one opens nothing");
    let page = service.browser().try_password(&ruori, AINO, NEW).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
}

#[tokio::test]
async fn without_a_fresh_proof_nothing_is_changed() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    service.wait(6 * 60);
    for (path, field, value) in [
        ("/account/password", "password", NEW),
        ("/account/email", "email", "aino@laine.example"),
        ("/account/communication-email", "email", "aino@laine.example"),
        ("/account/communication-email/remove", "", ""),
        ("/account/communication-phone", "phone", "+358401234567"),
        ("/account/communication-phone/remove", "", ""),
        ("/account/communication-phone/send-again", "", ""),
    ] {
        let page = browser.clone().submit(path, &[(field, value)]).await;
        assert_eq!(page.title(), "Confirm that it is you", "{path}");
        let page = service.browser().submit(path, &[(field, value)]).await;
        assert_eq!(page.title(), "Sign in", "{path}");
    }
    assert_eq!(service.count("SELECT COUNT(*) FROM messages").await, 0);
    // Nor by who knows the password alone.
    let page = browser.open("/account/password").await;
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    let page = browser.submit("/account/password", &[("password", NEW)]).await;
    assert_eq!(page.title(), "Confirm that it is you");
}

#[tokio::test]
async fn a_password_is_refused_with_the_reason() {
    let (service, _) = aino_and_an_application().await;
    service.person(MIKKO).await;
    let mut aino = at_the_account(&service).await;
    let mut mikko = service.browser();
    let first = mikko.open("/account").await;
    mikko.sign_in_as(&service, first, MIKKO).await;
    let long = "å".repeat(600);
    for (password, reason) in [
        ("", "Type a new password to continue."),
        ("kissa12", "This password is too short. Use at least 8 characters."),
        ("password1", "This password is easy to guess"),
        ("AinoVirtanen1", "This password is easy to guess"),
        (long.as_str(), "This password is too long."),
    ] {
        let page = aino.submit("/account/password", &[("password", password)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(page.alert().unwrap().starts_with(reason), "{password}: {:?}", page.alert());
    }
    let page = mikko.submit("/account/password", &[("password", "tuolivuorikyy")]).await;
    assert!(
        page.alert().unwrap().starts_with("This password is too short without a second step."),
        "{:?}",
        page.alert()
    );
    let page = aino.submit("/account/password", &[("password", "tuolivuorikyy")]).await;
    assert!(
        page.says("Your password has been changed in every application."),
        "beside a second step it will do: {}",
        page.body
    );
}

#[tokio::test]
async fn the_history_is_paged_by_key_and_shows_nobody_elses() {
    let (service, ruori) = aino_and_an_application().await;
    let mut guesser = service.browser();
    for number in 0..45 {
        guesser.user_agent = format!("guess {number}");
        guesser.try_password(&ruori, AINO, "a guess").await;
        service.wait(60 * 60);
    }
    let mut browser = at_the_account(&service).await;
    let mut page = browser.open("/account/history").await;
    let mut seen = 0;
    let mut pages = 0;
    loop {
        let here = page.body.matches("class=\"when\"").count();
        assert!(here <= 20, "{here} on one page");
        seen += here;
        pages += 1;
        let Some(at) = page.body.find("/account/history?before=") else { break };
        let next: String = page.body[at..].chars().take_while(|character| *character != '"').collect();
        page = browser.open(&next).await;
    }
    // Forty-five guesses, and the sign-in that looks at them.
    assert_eq!((seen, pages), (46, 3));
    let page = browser.open("/account/history?before=%27%20OR%201=1").await;
    assert_eq!(page.status, StatusCode::OK, "what is no key is none");
}

#[tokio::test]
async fn the_language_of_messages_and_pages_is_changed() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;

    let page = browser.submit("/account/language", &[("language", "fi")]).await;
    assert!(page.says("Kieli on vaihdettu."), "{}", page.body);
    let page = browser.submit("/account/language", &[("language", "xx")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    browser.submit("/account/password", &[("password", NEW)]).await;

    let letter = service.letter(AINO.email).await;
    assert_eq!(letter.subject, "Sinulla on uusi salasana");
}

#[tokio::test]
async fn known_networks_are_listed_forgotten_and_age_out() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Adaptive).await;
    let mut there = at_the_account(&service).await;
    let network = there.address.to_string();
    let mut browser = at_the_account(&service).await;
    let page = browser.open("/account").await;
    assert!(page.says(&network) && page.says("This network"), "{}", page.body);

    let page = browser.submit("/account/networks/forget", &[("network", &network)]).await;
    assert!(page.says("The network has been forgotten.") && !page.body.contains(&format!("value=\"{network}\"")));
    let page = browser.submit("/account/networks/forget", &[("network", &network)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // From there, the second step is asked for again.
    there.cookies.remove("__Host-salpa_session");
    let page = there.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");

    service.wait(181 * 24 * 60 * 60);
    let mut browser = at_the_account(&service).await;
    let page = browser.open("/account").await;
    assert_eq!(page.body.matches("name=\"network\"").count(), 1, "only the one of today: {}", page.body);
}

/// The badge tells of a network that is new at the sign-in, and only for as long as it is.
#[tokio::test]
async fn a_session_in_a_confirmed_network_is_not_called_one_in_a_new_network() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    let page = browser.open("/account").await;
    assert!(page.says("This network") && page.says("confirmed"), "the code of the app confirms it: {}", page.body);
    assert!(!page.says("New network"), "{}", page.body);

    let network = browser.address.to_string();
    let page = browser.submit("/account/networks/forget", &[("network", &network)]).await;
    assert!(page.says("New network"), "{}", page.body);
}

/// Password managers open this address (https://w3c.github.io/webappsec-change-password-url/), and trust it where an
/// address that cannot exist is not answered as if it did.
#[tokio::test]
async fn a_password_manager_is_led_to_the_page_that_changes_the_password() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    let page = browser.open("/.well-known/change-password").await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::OK, "Change your password"));
    let page = service.browser().open("/.well-known/change-password").await;
    assert_eq!(page.title(), "Sign in", "somebody else signs in first");
    let never = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
    assert_eq!(browser.open(never).await.status, StatusCode::NOT_FOUND);
}
