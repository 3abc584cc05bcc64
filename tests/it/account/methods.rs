//! Stories of somebody's passkeys, authenticator apps and recovery code.

use http::StatusCode;
use salpa::directory::people::PersonId;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Authenticator, Browser, MIKKO, PUBLIC_URL, Page, Registered, Service, code_at};

struct Story {
    service: Service,
    ruori: Registered,
    aino: PersonId,
}

async fn aino_and_an_application() -> Story {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    Story { service, ruori, aino }
}

impl Story {
    /// Aino's browser at her account page, half a minute after whatever was before.
    async fn at_the_account(&self) -> Browser {
        self.service.wait(30);
        let mut browser = self.service.browser();
        let first = browser.open("/account").await;
        let page = browser.sign_in_as(&self.service, first, AINO).await;
        assert_eq!(page.title(), "My sign-in");
        browser
    }
}

/// Adds a passkey, as the page's script does.
async fn add(browser: &mut Browser, device: &mut Authenticator, name: &str) -> Page {
    let page = browser.post("/account/passkeys/challenge", &[]).await;
    let options: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    let answer = device.make(&options);
    browser.submit("/account/passkeys/new", &[("credential", &answer), ("name", name)]).await
}

/// The page of the only method of a kind in the list.
fn page_of(list: &Page, kind: &str) -> String {
    let start = format!("href=\"/account/{kind}/");
    let found = list.body.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
    let ids: Vec<&str> = found.filter(|id| *id != "new").collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    format!("/account/{kind}/{}", ids[0])
}

#[tokio::test]
async fn a_passkey_is_added_named_used_and_removed() {
    let story = aino_and_an_application().await;
    let mut browser = story.at_the_account().await;
    let page = browser.open("/account/passkeys/new").await;
    assert_eq!(page.title(), "Add a passkey or security key");
    assert!(page.body.contains("value=\"Chrome on Linux\""), "a name is suggested");
    let mut device = Authenticator::new(PUBLIC_URL);

    let page = add(&mut browser, &mut device, "  ").await;
    assert_eq!(page.alert().as_deref(), Some("Give it a name of up to 60 characters."));
    let page = add(&mut browser, &mut device, "Blue key <b>").await;
    assert_eq!((page.path.as_str(), page.title().as_str()), ("/account?changed=passkey-added", "My sign-in"));
    assert!(page.says("The passkey has been added.") && page.body.contains("Blue key &#60;b&#62;"), "{}", page.body);
    let known_by = data_encoding::BASE64URL_NOPAD.encode(&device.credential_id);
    assert!(page.body.contains(&format!("data-passkeys=\"{known_by}\"")), "browsers are told which ones remain");

    let path = page_of(&page, "passkeys");
    browser.submit(&format!("{path}/name"), &[("name", "Green key")]).await;
    let mut other = story.service.browser();
    let sign_in = other.begin(&story.ruori).await;
    assert!(other.use_passkey(&sign_in, &mut device).await.is_at_the_application());
    let page = browser.open("/account").await;
    assert!(page.says("Green key · added 9 June 2026 · used 9 June 2026"), "{}", page.body);

    let page = browser.submit(&format!("{path}/remove"), &[]).await;
    assert!(page.says("The passkey has been removed.") && page.body.contains("data-passkeys=\"\""));
    let mut other = story.service.browser();
    let sign_in = other.begin(&story.ruori).await;
    assert_eq!(other.use_passkey(&sign_in, &mut device).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = ["A passkey was added to your sign-in", "A passkey was removed from your sign-in"];
    assert_eq!(story.service.subjects().await, told);
    let events = story.service.events().await;
    for event in ["account.passkey_added", "account.passkey_named", "account.passkey_removed"] {
        assert!(events.iter().any(|told| told == event), "{event}");
    }
}

#[tokio::test]
async fn nothing_is_changed_without_a_fresh_proof() {
    let story = aino_and_an_application().await;
    let mut browser = story.at_the_account().await;
    let mut device = Authenticator::new(PUBLIC_URL);
    let page = add(&mut browser, &mut device, "Blue key").await;
    let path = page_of(&page, "passkeys");
    let app = page_of(&page, "authenticators");
    story.service.wait(301);

    for page in ["/account/passkeys/new", "/account/authenticators/new", "/account/recovery-code", &path, &app] {
        assert_eq!(browser.open(page).await.title(), "Confirm that it is you", "{page}");
    }
    for form in [
        "/account/passkeys/new".to_owned(),
        "/account/authenticators/new".to_owned(),
        "/account/recovery-code".to_owned(),
        format!("{path}/name"),
        format!("{path}/remove"),
        format!("{app}/name"),
        format!("{app}/remove"),
    ] {
        let page = browser.submit(&form, &[("name", "Mine"), ("code", "123456")]).await;
        assert_eq!(page.title(), "Confirm that it is you", "{form}");
    }
    let page = browser.post("/account/passkeys/challenge", &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM passkeys WHERE name = 'Blue key'").await, 1);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM authenticators").await, 1);

    // After the proof the person is back at the requested page.
    let page = browser.open(&path).await;
    let sign_in = page.sign_in();
    let page = browser.use_passkey(&sign_in, &mut device).await;
    assert_eq!((page.path.as_str(), page.title().as_str()), (path.as_str(), "Passkey"));
}

#[tokio::test]
async fn nobody_sees_or_changes_what_is_somebody_elses() {
    let story = aino_and_an_application().await;
    let mikko = story.service.person(MIKKO).await;
    let mut browser = story.at_the_account().await;
    let page = add(&mut browser, &mut Authenticator::new(PUBLIC_URL), "Blue key").await;
    let (passkey, app) = (page_of(&page, "passkeys"), page_of(&page, "authenticators"));
    story.service.passkey(mikko).await;
    let mut other = story.service.browser();
    let first = other.open("/account").await;
    let sign_in = first.sign_in();
    other.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;
    other.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;
    let mut device = story.service.passkey(mikko).await;
    let page = other.use_passkey(&sign_in, &mut device).await;
    let page = match page.title().as_str() {
        "Save your recovery code" => other.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await,
        _ => page,
    };
    assert_eq!(page.title(), "My sign-in");

    for path in [&passkey, &app] {
        assert_eq!(other.open(path).await.status, StatusCode::NOT_FOUND);
        for form in [format!("{path}/name"), format!("{path}/remove")] {
            assert_eq!(other.submit(&form, &[("name", "Mine")]).await.status, StatusCode::NOT_FOUND, "{form}");
        }
    }
    assert_eq!(story.service.count("SELECT COUNT(*) FROM passkeys WHERE name = 'Blue key'").await, 1);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM authenticators").await, 1);
}

#[tokio::test]
async fn the_last_way_in_cannot_be_removed() {
    let story = aino_and_an_application().await;
    let mut device = story.service.passkey(story.aino).await;
    story.service.change("DELETE FROM passwords").await;
    story.service.change("DELETE FROM authenticators").await;
    let mut browser = story.service.browser();
    let first = browser.open("/account").await;
    let page = browser.use_passkey(&first.sign_in(), &mut device).await;
    let path = page_of(&page, "passkeys");

    assert!(browser.open(&path).await.says("This is your only way to sign in"));
    let page = browser.submit(&format!("{path}/remove"), &[]).await;

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM passkeys").await, 1);
}

#[tokio::test]
async fn several_authenticator_apps_each_with_its_codes() {
    let story = aino_and_an_application().await;
    let mut browser = story.at_the_account().await;
    let page = browser.open("/account/authenticators/new").await;
    let seed = page.secret();
    assert_eq!(browser.open("/account/authenticators/new").await.secret(), seed, "the same until it is connected");
    let page = browser.submit("/account/authenticators/new", &[("code", "000000"), ("name", "Tablet")]).await;
    assert!(page.alert().unwrap().starts_with("This code does not match."), "{:?}", page.alert());
    let code = code_at(&seed, story.service.now());
    let page = browser.submit("/account/authenticators/new", &[("code", &code), ("name", "Tablet")]).await;
    assert!(page.says("The authenticator app has been connected.") && page.says("Tablet"));
    let again = browser.submit("/account/authenticators/new", &[("code", &code), ("name", "Twice")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a seed is connected once");
    assert_eq!(story.service.count("SELECT COUNT(*) FROM authenticators").await, 2);

    // A code of either opens; the one that confirmed is used up.
    let used = story.service.browser().try_code(&story.ruori, AINO, &code).await;
    assert!(used.alert().unwrap().contains("used already"), "{:?}", used.alert());
    story.service.wait(30);
    for seed in [seed.as_str(), AINO.seed.unwrap()] {
        let code = code_at(seed, story.service.now());
        let page = story.service.browser().try_code(&story.ruori, AINO, &code).await;
        assert!(page.is_at_the_application(), "{}", page.title());
    }
}

#[tokio::test]
async fn removing_the_last_second_step_leaves_the_policy_as_it_is() {
    let story = aino_and_an_application().await;
    let mut browser = story.at_the_account().await;
    let path = page_of(&browser.open("/account").await, "authenticators");
    let page = browser.submit(&format!("{path}/name"), &[("name", "Old phone")]).await;
    assert!(page.says("The name has been changed.") && page.says("Old phone · added"));
    let page = browser.submit(&format!("{path}/name"), &[("name", &"x".repeat(61))]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&format!("{path}/remove"), &[]).await;
    assert!(page.says("The authenticator app has been removed."));
    assert_eq!(story.service.subjects().await, ["An authenticator app was removed from your sign-in"]);

    let page = story.service.browser().try_password(&story.ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), "Choose your second step", "it is required, so another one is set up");
}

#[tokio::test]
async fn the_page_of_the_last_second_step_tells_what_a_forgotten_password_needs_without_it() {
    const WARNING: &str = "This is your only second step. If you forget your password after removing it, a link to your email is \
                           not enough: you also need your recovery code, or your company's user administrator.";
    let story = aino_and_an_application().await;
    let mut browser = story.at_the_account().await;
    let list = browser.open("/account").await;
    let app = page_of(&list, "authenticators");
    assert!(browser.open(&app).await.says(WARNING));
    let page = add(&mut browser, &mut Authenticator::new(PUBLIC_URL), "Blue key").await;
    let passkey = page_of(&page, "passkeys");
    for path in [&app, &passkey] {
        assert!(!browser.open(path).await.says("This is your only second step."), "{path}: the other one stays");
    }
    browser.submit(&format!("{app}/remove"), &[]).await;
    assert!(browser.open(&passkey).await.says(WARNING));

    browser.submit(&format!("{passkey}/remove"), &[]).await;

    let page = story.service.browser().forgot(&story.service, &story.ruori, AINO).await;
    assert_eq!(page.title(), "Use your recovery code");
}

#[tokio::test]
async fn a_new_recovery_code_ends_the_old_one() {
    let story = aino_and_an_application().await;
    let mut browser = story.at_the_account().await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        let page = browser.open("/account/recovery-code").await;
        assert_eq!(page.title(), "Make a new code");
        let page = browser.submit("/account/recovery-code", &[]).await;
        assert_eq!(page.title(), "Save your recovery code");
        codes.push(page.recovery_code());
    }
    assert!(!story.service.is_recovery_code(&codes[0]).await && story.service.is_recovery_code(&codes[1]).await);
    assert_eq!(story.service.subjects().await, ["You have a new recovery code"; 2]);

    let mut lost = story.service.browser();
    let page = lost.try_password(&story.ruori, AINO, AINO.password).await;
    let sign_in = page.sign_in();
    lost.answer(&sign_in, "use/recovery_code", &[]).await;
    let page = lost.answer(&sign_in, "recovery-code", &[("recovery_code", &codes[0])]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = lost.answer(&sign_in, "recovery-code", &[("recovery_code", &codes[1])]).await;
    assert_eq!(page.title(), "Choose your second step");
}

#[tokio::test]
async fn a_change_makes_every_other_session_ask_again() {
    let story = aino_and_an_application().await;
    let mut elsewhere = story.service.browser();
    elsewhere.arrive(&story.service, &story.ruori, AINO).await;
    let mut browser = story.at_the_account().await;
    assert!(elsewhere.open(&story.ruori.authorize(&[])).await.is_at_the_application());

    add(&mut browser, &mut Authenticator::new(PUBLIC_URL), "Blue key").await;

    assert_eq!(elsewhere.open(&story.ruori.authorize(&[])).await.title(), "Sign in to continue");
    assert_eq!(browser.open("/account").await.title(), "My sign-in", "this one goes on");
    assert!(browser.open(&story.ruori.authorize(&[])).await.is_at_the_application());
}

#[tokio::test]
async fn a_passkey_that_somebody_else_added_is_told_of_and_closed_by_the_link_that_says_so() {
    let story = aino_and_an_application().await;
    let mut hers = story.service.passkey(story.aino).await;
    story.service.wait(1);
    let mut thief = story.at_the_account().await;
    let mut device = Authenticator::new(PUBLIC_URL);
    add(&mut thief, &mut device, "Blue key").await;
    let letter = story.service.letter(AINO.email).await;
    assert_eq!(letter.subject, "A passkey was added to your sign-in");
    assert!(
        letter.text.contains("\"Blue key\"") && letter.text.contains("Browser: Chrome on Linux"),
        "{}",
        letter.text
    );
    let link = story.service.link(AINO.email, "/account/not-me/").await;

    let page = story.service.browser().submit(&link, &[]).await;

    assert_eq!(page.title(), "It has been stopped");
    assert_eq!(thief.open("/account").await.title(), "Sign in");
    let sign_in = thief.begin(&story.ruori).await;
    assert_eq!(thief.use_passkey(&sign_in, &mut device).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    assert!(browser.use_passkey(&sign_in, &mut hers).await.is_at_the_application(), "what was there before stays");
}

#[tokio::test]
async fn twenty_passkeys_are_enough() {
    let story = aino_and_an_application().await;
    let mut browser = story.at_the_account().await;
    for _ in 0..20 {
        story.service.passkey(story.aino).await;
    }
    let page = add(&mut browser, &mut Authenticator::new(PUBLIC_URL), "One more").await;
    assert_eq!(page.alert().as_deref(), Some("You have the most passkeys that are allowed. Remove one first."));
}

#[tokio::test]
async fn an_old_session_is_shown_no_recovery_code_and_the_person_hears_of_each() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let mut browser = service.browser();
    let first = browser.open("/account").await;
    assert_eq!(browser.sign_in_as(&service, first, MIKKO).await.title(), "My sign-in");
    let seed = browser.open("/account/authenticators/new").await.secret();
    let code = code_at(&seed, service.now());
    browser.submit("/account/authenticators/new", &[("code", &code), ("name", "Phone")]).await;
    service.wait(326);

    let mut thief = Browser { address: service.browser().address, ..browser.clone() };
    let page = thief.open("/account").await;
    assert_eq!(page.title(), "Sign in to continue");
    assert!(!page.body.contains("data-copy="), "{}", page.body);
    let saved = thief.answer(&page.sign_in(), "recovery-saved", &[("saved", "yes")]).await;
    assert_eq!(saved.title(), "Sign in to continue");
    assert_eq!(service.count("SELECT COUNT(*) FROM recovery_codes").await, 0);

    let page = browser.open("/account").await;
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;
    let page = browser.answer(&sign_in, "code", &[("code", &code_at(&seed, service.now()))]).await;
    assert_eq!(page.title(), "Save your recovery code");
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    assert_eq!(service.letter(MIKKO.email).await.subject, "A recovery code was saved for your sign-in");
}
