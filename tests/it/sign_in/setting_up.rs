//! Setting up a second factor on the way in: interrupted, taken up again, and confirmed from two tabs.

use salpa::platform::db::Reads;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{Authenticator, Browser, MIKKO, PUBLIC_URL, Page, Registered, Service, code_at};

async fn mikko_and_an_application() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let application = service.application("Ruori Accounting", SecondFactor::Required).await;
    (service, application)
}

/// To the page that shows the seed of an authenticator app.
async fn connecting(browser: &mut Browser, ruori: &Registered) -> Page {
    let page = browser.try_password(ruori, MIKKO, MIKKO.password).await;
    browser.answer(&page.sign_in(), "second-step", &[("method", "totp")]).await
}

/// To the page that shows the recovery code; gives the seed, too.
async fn saving(service: &Service, browser: &mut Browser, ruori: &Registered) -> (Page, String) {
    let page = connecting(browser, ruori).await;
    let (sign_in, seed) = (page.sign_in(), page.secret());
    let page = browser.answer(&sign_in, "authenticator", &[("code", &code_at(&seed, service.now()))]).await;
    (page, seed)
}

/// The recovery code on a page.
fn recovery_code(page: &Page) -> String {
    let at = page.body.find("data-copy=\"").expect("a code to copy") + "data-copy=\"".len();
    page.body[at..].chars().take_while(|character| *character != '"').collect()
}

#[tokio::test]
async fn a_person_who_left_before_saving_the_recovery_code_is_asked_next_time() {
    let (service, ruori) = mikko_and_an_application().await;
    let mut browser = service.browser();
    let (page, seed) = saving(&service, &mut browser, &ruori).await;
    assert_eq!(page.title(), "Save your recovery code");
    let never_saved = recovery_code(&page);
    service.wait(2 * 60 * 60);

    let page = service.browser().try_code_of(&service, &ruori, &seed).await;
    assert_eq!(page.title(), "Save your recovery code");
    assert_ne!(recovery_code(&page), never_saved, "a new one: the other may have been seen by anybody");
}

#[tokio::test]
async fn the_recovery_code_that_was_said_to_be_saved_is_the_one_that_counts() {
    let (service, ruori) = mikko_and_an_application().await;
    let (mut laptop, mut tablet) = (service.browser(), service.browser());
    let (page, seed) = saving(&service, &mut laptop, &ruori).await;
    let (sign_in, saved) = (page.sign_in(), recovery_code(&page));
    service.wait(60);
    let page = tablet.try_code_of(&service, &ruori, &seed).await;
    assert_eq!(page.title(), "Save your recovery code", "another browser shows one of its own");
    assert_ne!(recovery_code(&page), saved);

    laptop.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;

    assert!(service.is_recovery_code(&saved).await, "what the person keeps must be what works");
    let page = tablet.open(&page.sign_in()).await;
    assert!(page.is_at_the_application() || page.title() == "You are signed in", "{}", page.title());
    assert!(service.is_recovery_code(&saved).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_browsers_that_save_a_recovery_code_at_once_one_has_the_code_that_counts() {
    for _ in 0..5 {
        let (service, ruori) = mikko_and_an_application().await;
        let (mut laptop, mut tablet) = (service.browser(), service.browser());
        let (page, seed) = saving(&service, &mut laptop, &ruori).await;
        service.wait(60);
        let other = tablet.try_code_of(&service, &ruori, &seed).await;
        let codes = [recovery_code(&page), recovery_code(&other)];

        let tries: Vec<_> = [(laptop, page.sign_in()), (tablet, other.sign_in())]
            .into_iter()
            .map(|(mut browser, sign_in)| {
                tokio::spawn(
                    async move { browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await.status },
                )
            })
            .collect();
        for one in tries {
            assert!(!one.await.unwrap().is_server_error());
        }

        assert_eq!(service.count("SELECT COUNT(*) FROM history WHERE event = 'sign_in.recovery_code_saved'").await, 1);
        let counts = [service.is_recovery_code(&codes[0]).await, service.is_recovery_code(&codes[1]).await];
        assert!(counts[0] != counts[1], "{counts:?}");
    }
}

#[tokio::test]
async fn the_recovery_code_stays_the_same_while_its_page_is_open() {
    let (service, ruori) = mikko_and_an_application().await;
    let mut browser = service.browser();
    let (page, _) = saving(&service, &mut browser, &ruori).await;
    let (sign_in, code) = (page.sign_in(), recovery_code(&page));

    let again = browser.open(&sign_in).await;
    let unticked = browser.answer(&sign_in, "recovery-saved", &[]).await;

    assert_eq!((recovery_code(&again), recovery_code(&unticked)), (code.clone(), code.clone()));
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    for path in [sign_in.clone(), format!("{sign_in}/recovery-saved"), "/account".to_owned()] {
        assert!(!browser.open(&path).await.body.contains(&code), "it is shown no more");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_tabs_that_confirm_at_once_connect_one_authenticator() {
    let (service, ruori) = mikko_and_an_application().await;
    let mut browser = service.browser();
    let page = connecting(&mut browser, &ruori).await;
    let (sign_in, seed) = (page.sign_in(), page.secret());
    let code = code_at(&seed, service.now());

    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (mut tab, sign_in, code) = (browser.clone(), sign_in.clone(), code.clone());
            tokio::spawn(async move { tab.answer(&sign_in, "authenticator", &[("code", &code)]).await })
        })
        .collect();
    for one in tries {
        let page = one.await.unwrap();
        assert!(page.status.is_success(), "{} {}", page.status, page.body);
    }

    assert_eq!(service.count("SELECT COUNT(*) FROM authenticators").await, 1);
    assert_eq!(service.count("SELECT COUNT(*) FROM history WHERE event = 'sign_in.second_step_set_up'").await, 1);
    assert_eq!(browser.open(&sign_in).await.title(), "Save your recovery code");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_browsers_that_confirm_at_once_connect_one_authenticator() {
    for _ in 0..8 {
        let (service, ruori) = mikko_and_an_application().await;
        let mut waiting = Vec::new();
        for _ in 0..4 {
            let mut browser = service.browser();
            let page = connecting(&mut browser, &ruori).await;
            let (sign_in, code) = (page.sign_in(), code_at(&page.secret(), service.now()));
            waiting.push((browser, sign_in, code));
        }

        let tries: Vec<_> = waiting
            .into_iter()
            .map(|(mut browser, sign_in, code)| {
                tokio::spawn(async move { browser.answer(&sign_in, "authenticator", &[("code", &code)]).await.title() })
            })
            .collect();
        let mut titles = Vec::new();
        for one in tries {
            titles.push(one.await.unwrap());
        }

        assert_eq!(service.count("SELECT COUNT(*) FROM authenticators").await, 1, "{titles:?}");
        titles.sort();
        let asked_for_a_code = "Enter the code from your authenticator app";
        assert_eq!(titles, [asked_for_a_code, asked_for_a_code, asked_for_a_code, "Save your recovery code"]);
    }
}

#[tokio::test]
async fn the_code_that_confirmed_an_authenticator_is_not_taken_again() {
    let (service, ruori) = mikko_and_an_application().await;
    let (_, seed) = saving(&service, &mut service.browser(), &ruori).await;

    let page = service.browser().try_code_of(&service, &ruori, &seed).await;

    assert_eq!(
        page.alert().as_deref(),
        Some("This code has been used already. Wait for the next one in the app, then type it.")
    );
}

impl Browser {
    /// Mikko signs in with the code that a seed shows now.
    async fn try_code_of(&mut self, service: &Service, ruori: &Registered, seed: &str) -> Page {
        let page = self.try_password(ruori, MIKKO, MIKKO.password).await;
        self.answer(&page.sign_in(), "code", &[("code", &code_at(seed, service.now()))]).await
    }
}

#[tokio::test]
async fn the_code_takes_the_focus_only_after_an_error_where_the_app_comes_first() {
    let (service, ruori) = mikko_and_an_application().await;
    let mut browser = service.browser();
    let page = connecting(&mut browser, &ruori).await;
    assert!(!page.body.contains("autofocus"), "a keyboard would cover what is to be done first");
    let page = browser.answer(&page.sign_in(), "authenticator", &[("code", "000000")]).await;
    assert!(page.body.contains("autofocus"), "{}", page.body);
}

#[tokio::test]
async fn a_factor_that_is_set_up_on_the_way_in_is_named_in_the_language_of_the_person() {
    let (service, ruori) = mikko_and_an_application().await;
    let mut browser = service.browser();
    browser.headers.insert("accept-language", "fi".parse().unwrap());
    let page = connecting(&mut browser, &ruori).await;
    let code = code_at(&page.secret(), service.now());
    browser.answer(&page.sign_in(), "authenticator", &[("code", &code)]).await;
    let kept = service.app.db.one("SELECT name FROM authenticators", &[], |row| row.get::<String>(0)).await.unwrap();
    assert_eq!(kept, "Todennussovellus");

    let (service, ruori) = mikko_and_an_application().await;
    let mut browser = service.browser();
    browser.headers.insert("accept-language", "fi".parse().unwrap());
    let sign_in = browser.try_password(&ruori, MIKKO, MIKKO.password).await.sign_in();
    browser.answer(&sign_in, "second-step", &[("method", "passkey")]).await;
    let options = browser.challenge(&sign_in).await;
    let made = Authenticator::new(PUBLIC_URL).make(&options);
    browser.submit(&format!("{sign_in}/passkey/new"), &[("credential", &made)]).await;
    let kept = service.app.db.one("SELECT name FROM passkeys", &[], |row| row.get::<String>(0)).await.unwrap();
    assert_eq!(kept, "Pääsyavain");
    assert!(service.letter(MIKKO.email).await.text.contains("Pääsyavain"), "the message names it alike");
}
