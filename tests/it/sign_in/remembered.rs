//! Remembered browsers: whom they spare the second factor, and everybody whom they do not.

use http::StatusCode;
use salpa::platform::db::{self, Reads};
use salpa::proofs::Method;
use salpa::sign_in::policies::{Policy, SecondFactor};
use salpa::sign_in::remembered;

use super::recovery;
use crate::provider::client::claims;
use crate::support::{AINO, Authenticator, Browser, MIKKO, Page, Registered, Service, Somebody};

const ASKS_FOR_A_CODE: &str = "Enter the code from your authenticator app";
const ASKS_FOR_A_PASSKEY: &str = "Use your passkey or security key";
const COOKIE: &str = "__Host-salpa_remembered";
const DAY: u64 = 24 * 60 * 60;

/// Has an authenticator app, too.
const SANNA: Somebody =
    Somebody { email: "sanna@kallio.example", seed: Some("PVHS3V7NFNHTXHUEWJSTEOOGIFU4E33E"), ..AINO };

fn remembers(days: u32) -> Policy {
    Policy { remember_days: Some(days), ..Policy::of(SecondFactor::Required) }
}

async fn aino_and_an_application() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    service.set_whole_policy(ruori.application.id, remembers(30)).await;
    (service, ruori)
}

impl Browser {
    /// From an application back to it, where the browser is remembered on the way. Half a minute later.
    async fn be_remembered(&mut self, service: &Service, application: &Registered, somebody: Somebody) {
        let page = self.try_password(application, somebody, somebody.password).await;
        assert!(page.says("Remember this browser for 30 days"), "{}", page.body);
        let code = somebody.code(service);
        let page = self.answer(&page.sign_in(), "code", &[("code", &code), ("remember", "yes")]).await;
        assert!(page.is_at_the_application());
        assert!(self.cookies.contains_key(COOKIE));
        service.wait(30);
    }
}

/// A browser that Aino has remembered, closed and opened again.
async fn remembered_browser(service: &Service, ruori: &Registered) -> Browser {
    let mut browser = service.browser();
    browser.be_remembered(service, ruori, AINO).await;
    browser.closed()
}

async fn with_a_password(browser: &Browser, application: &Registered, somebody: Somebody) -> Page {
    browser.clone().try_password(application, somebody, somebody.password).await
}

#[tokio::test]
async fn a_remembered_browser_spares_the_second_factor_and_the_token_says_so() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = remembered_browser(&service, &ruori).await;

    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    assert!(page.is_at_the_application());
    let answer = ruori.redeem(&service, &page.answered("code").unwrap()).await.fine();

    for token in ["id_token", "access_token"] {
        let token = claims(&answer.text(token));
        assert_eq!((&token["acr"], &token["amr"]), (&"aal1".into(), &serde_json::json!(["pwd"])), "it proves nothing");
    }
    let history = service.history().await;
    assert_eq!(history.iter().rfind(|told| told.event == "sign_in.done").unwrap().detail("browser"), "remembered");
    assert!(history.iter().any(|told| told.event == "browser.remembered"));
    assert!(browser.open(&ruori.authorize(&[])).await.is_at_the_application(), "single sign-on asks nothing either");
}

/// Sanna's password, and the passkey page: she has an authenticator app, too.
async fn to_the_passkey(browser: &mut Browser, application: &Registered) -> Page {
    let page = browser.try_password(application, SANNA, SANNA.password).await;
    if page.title() == ASKS_FOR_A_PASSKEY { page } else { browser.answer(&page.sign_in(), "use/passkey", &[]).await }
}

/// Answers the page of a passkey, and ticks the box, which may not be there.
async fn tick_and_use_passkey(browser: &mut Browser, sign_in: &str, device: &mut Authenticator) -> Page {
    let answer = device.answer(&browser.challenge(sign_in).await);
    browser.submit(&format!("{sign_in}/passkey"), &[("credential", &answer), ("remember", "yes")]).await
}

#[tokio::test]
async fn a_passkey_as_the_second_factor_has_the_browser_remembered_too() {
    let (service, ruori) = aino_and_an_application().await;
    let sanna = service.person(SANNA).await;
    let mut device = service.passkey(sanna).await;
    let mut browser = service.browser();
    let page = to_the_passkey(&mut browser, &ruori).await;
    assert_eq!(page.title(), ASKS_FOR_A_PASSKEY);
    assert!(page.says("Remember this browser for 30 days"), "{}", page.body);
    device.verifies_user = false;
    let refused = tick_and_use_passkey(&mut browser, &page.sign_in(), &mut device).await;
    assert!(refused.says("Remember this browser for 30 days") && !browser.cookies.contains_key(COOKIE));

    device.verifies_user = true;
    assert!(tick_and_use_passkey(&mut browser, &page.sign_in(), &mut device).await.is_at_the_application());

    assert!(service.history().await.iter().any(|told| told.event == "browser.remembered"));
    service.wait(30);
    let mut browser = browser.closed();
    let page = browser.try_password(&ruori, SANNA, SANNA.password).await;
    let answer = ruori.redeem(&service, &page.answered("code").unwrap()).await.fine();
    let token = claims(&answer.text("id_token"));
    assert_eq!((&token["acr"], &token["amr"]), (&"aal1".into(), &serde_json::json!(["pwd"])), "it proves nothing");
    let mut elsewhere = service.browser();
    let page = to_the_passkey(&mut elsewhere, &ruori).await;
    assert!(elsewhere.use_passkey(&page.sign_in(), &mut device).await.is_at_the_application());
    assert!(!elsewhere.cookies.contains_key(COOKIE), "who does not tick the box is not remembered");
}

#[tokio::test]
async fn a_passkey_remembers_nothing_where_the_policy_allows_it_to_nobody() {
    let (service, ruori) = aino_and_an_application().await;
    let sanna = service.person(SANNA).await;
    let mut device = service.passkey(sanna).await;
    let adaptive = Policy { second_factor: Some(SecondFactor::Adaptive), ..remembers(30) };
    for policy in [remembers(0), adaptive] {
        service.set_whole_policy(ruori.application.id, policy).await;
        let mut browser = service.browser();
        let page = to_the_passkey(&mut browser, &ruori).await;
        assert_eq!(page.title(), ASKS_FOR_A_PASSKEY);
        assert!(!page.says("Remember this browser"));

        let page = tick_and_use_passkey(&mut browser, &page.sign_in(), &mut device).await;

        assert!(page.is_at_the_application());
        assert!(!browser.cookies.contains_key(COOKIE));
    }
    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
}

/// In the place of both factors it is asked for each time, and there is no box for it.
#[tokio::test]
async fn a_passkey_that_is_no_second_factor_remembers_nothing() {
    let (service, ruori) = aino_and_an_application().await;
    let sanna = service.person(SANNA).await;
    let mut device = service.passkey(sanna).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    assert!(tick_and_use_passkey(&mut browser, &sign_in, &mut device).await.is_at_the_application());

    let only_passkeys = Policy { methods: Some([Method::passkey(false)].into()), ..remembers(30) };
    service.set_whole_policy(ruori.application.id, only_passkeys).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    let page = browser.answer(&sign_in, "email", &[("email", SANNA.email)]).await;
    assert!(!page.says("Remember this browser"), "{}", page.title());
    assert!(tick_and_use_passkey(&mut browser, &sign_in, &mut device).await.is_at_the_application());

    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
}

#[tokio::test]
async fn a_passkey_that_is_only_wished_for_offers_no_box() {
    let (service, ruori) = aino_and_an_application().await;
    let sanna = service.person(SANNA).await;
    let mut device = service.passkey(sanna).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, SANNA).await;

    let page = browser.open(&ruori.authorize(&[("acr_values", "phr")])).await;
    assert_eq!(page.title(), ASKS_FOR_A_PASSKEY);
    assert!(!page.says("Remember this browser"));
    assert!(tick_and_use_passkey(&mut browser, &page.sign_in(), &mut device).await.is_at_the_application());

    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
}

#[tokio::test]
async fn a_person_who_does_not_tick_the_box_is_asked_each_time() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;

    assert_eq!(with_a_password(&browser.closed(), &ruori, AINO).await.title(), ASKS_FOR_A_CODE);
}

#[tokio::test]
async fn an_adaptive_policy_has_nothing_to_remember() {
    let (service, ruori) = aino_and_an_application().await;
    let adaptive = Policy { second_factor: Some(SecondFactor::Adaptive), ..remembers(30) };
    service.set_whole_policy(ruori.application.id, adaptive).await;
    let mut browser = service.browser();

    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    assert!(page.says("Asked because this network is new.") && !page.says("Remember this browser"));
    browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&service)), ("remember", "yes")]).await;

    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
}

#[tokio::test]
async fn a_wrong_code_remembers_nothing() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, AINO, AINO.password).await;

    browser.answer(&page.sign_in(), "code", &[("code", "000000"), ("remember", "yes")]).await;

    assert!(!browser.cookies.contains_key(COOKIE));
    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
}

#[tokio::test]
async fn a_demand_for_more_or_fresher_proofs_is_answered_by_asking() {
    let (service, ruori) = aino_and_an_application().await;
    let browser = remembered_browser(&service, &ruori).await;
    for demand in [("acr_values", "aal2"), ("acr_values", "phr"), ("max_age", "86400"), ("prompt", "login")] {
        let mut browser = browser.clone();
        let sign_in = browser.open(&ruori.authorize(&[demand])).await.sign_in();
        browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
        let page = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
        assert_eq!(page.title(), ASKS_FOR_A_CODE, "{demand:?}");
    }
    // And a session that it let in is asked for just what is missing.
    let mut browser = browser;
    assert!(browser.try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
    assert_eq!(browser.open(&ruori.authorize(&[("acr_values", "aal2")])).await.title(), ASKS_FOR_A_CODE);
    assert_eq!(browser.open("/account").await.title(), ASKS_FOR_A_CODE, "My sign-in remembers no browser");
}

#[tokio::test]
async fn another_application_that_remembers_no_browser_asks() {
    let (service, ruori) = aino_and_an_application().await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = remembered_browser(&service, &ruori).await;
    assert_eq!(with_a_password(&browser, &payroll, AINO).await.title(), ASKS_FOR_A_CODE);

    assert!(browser.try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
    assert_eq!(browser.open(&payroll.authorize(&[])).await.title(), ASKS_FOR_A_CODE);
}

#[tokio::test]
async fn the_cookie_is_worth_nothing_in_another_browser_and_for_another_person() {
    let (service, ruori) = aino_and_an_application().await;
    service.person(SANNA).await;
    let browser = remembered_browser(&service, &ruori).await;
    // Sanna's browser is known to Aino, and in the same network: it is the theft alone that is noticed.
    let mut thief = service.browser();
    thief.address = browser.address;
    service.wait(30);
    thief.arrive(&service, &ruori, AINO).await;
    let mut thief = thief.closed();
    thief.cookies.insert(COOKIE.to_owned(), browser.cookies[COOKIE].clone());

    assert_eq!(with_a_password(&thief, &ruori, AINO).await.title(), ASKS_FOR_A_CODE, "another browser");
    assert_eq!(with_a_password(&browser, &ruori, SANNA).await.title(), ASKS_FOR_A_CODE, "another person");
    assert!(with_a_password(&browser, &ruori, AINO).await.is_at_the_application());
    let mut tampered = browser.clone();
    tampered.cookies.insert(COOKIE.to_owned(), "x".repeat(43));
    assert_eq!(with_a_password(&tampered, &ruori, AINO).await.title(), ASKS_FOR_A_CODE);
}

#[tokio::test]
async fn a_browser_is_remembered_for_one_person_at_a_time() {
    let (service, ruori) = aino_and_an_application().await;
    service.person(SANNA).await;
    let mut browser = remembered_browser(&service, &ruori).await;

    browser.be_remembered(&service, &ruori, SANNA).await;

    let browser = browser.closed();
    assert!(with_a_password(&browser, &ruori, SANNA).await.is_at_the_application());
    assert_eq!(with_a_password(&browser, &ruori, AINO).await.title(), ASKS_FOR_A_CODE);
    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 1);
}

#[tokio::test]
async fn it_ends_after_its_days_and_sooner_where_the_policy_becomes_stricter() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = remembered_browser(&service, &ruori).await;
    service.wait(10 * DAY);
    assert!(browser.try_password(&ruori, AINO, AINO.password).await.is_at_the_application());
    let mut browser = browser.closed();
    for (days, is_asked) in [(7, true), (0, true), (30, false)] {
        service.set_whole_policy(ruori.application.id, remembers(days)).await;
        assert_eq!(with_a_password(&browser, &ruori, AINO).await.title() == ASKS_FOR_A_CODE, is_asked, "{days}");
    }

    service.wait(20 * DAY);
    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE, "thirty days are over");
    let now = service.now();
    let removed: Result<u64, db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { remembered::expire(tx, now).await })).await;
    assert_eq!(removed.unwrap(), 1);
}

#[tokio::test]
async fn a_company_that_wants_no_remembered_browsers_is_obeyed() {
    let (service, ruori) = aino_and_an_application().await;
    let browser = remembered_browser(&service, &ruori).await;
    let company = service.company("Kallio", Policy { remember_days: Some(0), ..Policy::SILENT }).await;
    assert!(with_a_password(&browser, &ruori, AINO).await.is_at_the_application());

    service
        .change(
            "INSERT INTO users (company_id, person_id, basic, created_at)
             SELECT companies.id, people.id, TRUE, 0 FROM companies, people",
        )
        .await;

    let page = with_a_password(&browser, &ruori, AINO).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE, "{company}");
    assert!(!page.says("Remember this browser"));
}

#[tokio::test]
async fn where_anything_is_odd_the_remembered_browser_does_not_count() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = remembered_browser(&service, &ruori).await;
    let home = browser.address;

    browser.address = service.browser().address;
    let page = with_a_password(&browser, &ruori, AINO).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE);
    assert!(page.says("Asked because this network is new."), "{}", page.body);

    browser.address = home;
    assert!(with_a_password(&browser, &ruori, AINO).await.is_at_the_application());
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_make_a_browser_remembered() {
    let (service, ruori) = aino_and_an_application().await;
    let start = service.now();
    let browser = remembered_browser(&service, &ruori).await;
    let then = service.now();

    service.set_clock(start.minus(std::time::Duration::from_secs(DAY)));
    assert_eq!(with_a_password(&browser, &ruori, AINO).await.title(), ASKS_FOR_A_CODE, "before it was remembered");
    service.set_clock(then.plus(std::time::Duration::from_secs(31 * DAY)));
    assert_eq!(with_a_password(&browser, &ruori, AINO).await.title(), ASKS_FOR_A_CODE);
    service.set_clock(then);
    assert!(with_a_password(&browser, &ruori, AINO).await.is_at_the_application());
}

#[tokio::test]
async fn the_recovery_code_forgets_every_browser() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    service.set_whole_policy(ruori.application.id, remembers(30)).await;
    let mut browser = service.browser();
    let (seed, code) = recovery::set_up(&service, &mut browser, &ruori).await;
    service.wait(60);
    let mut browser = browser.closed();
    let with_a_seed = Somebody { seed: Some(Box::leak(seed.into_boxed_str())), ..MIKKO };
    browser.be_remembered(&service, &ruori, with_a_seed).await;
    let browser = browser.closed();
    assert!(with_a_password(&browser, &ruori, MIKKO).await.is_at_the_application());

    let mut elsewhere = service.browser();
    let page = recovery::without_the_phone(&service, &mut elsewhere, &ruori).await;
    elsewhere.answer(&page.sign_in(), "recovery-code", &[("recovery_code", &code)]).await;

    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
    assert_eq!(with_a_password(&browser, &ruori, MIKKO).await.title(), ASKS_FOR_A_CODE);
}

#[tokio::test]
async fn a_new_second_step_forgets_every_browser() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    service.remember_everybody().await;

    recovery::set_up(&service, &mut service.browser(), &ruori).await;

    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
}

#[tokio::test]
async fn my_sign_in_lists_remembered_browsers_and_forgets_them() {
    let (service, ruori) = aino_and_an_application().await;
    let first = remembered_browser(&service, &ruori).await;
    let mut this = service.browser();
    this.be_remembered(&service, &ruori, AINO).await;
    let page = this.open("/account").await;
    assert!(page.says("Remembered browsers") && page.says("This browser"), "{}", page.body);
    let forgets: Vec<String> = page
        .body
        .split("action=\"")
        .filter_map(|rest| rest.split('"').next())
        .filter(|action| action.starts_with("/account/browsers/") && action.ends_with("/forget"))
        .map(str::to_owned)
        .collect();
    assert_eq!(forgets.len(), 2);

    let page = this.submit(&forgets[1], &[]).await;
    assert!(page.says("The browser is forgotten."), "{}", page.body);
    assert_eq!(with_a_password(&first, &ruori, AINO).await.title(), ASKS_FOR_A_CODE);
    assert!(with_a_password(&this.clone().closed(), &ruori, AINO).await.is_at_the_application());
    assert_eq!(this.submit(&forgets[1], &[]).await.status, StatusCode::NOT_FOUND, "it is forgotten already");

    let page = this.submit("/account/browsers/forget-all", &[]).await;
    assert!(page.says("No browser is remembered."));
    assert!(!this.cookies.contains_key(COOKIE));
    let why: Vec<_> = service.history().await.into_iter().filter(|told| told.event == "browser.forgotten").collect();
    assert_eq!(why.len(), 2);
}

#[tokio::test]
async fn nobody_forgets_a_browser_of_somebody_else_or_without_signing_in() {
    let (service, ruori) = aino_and_an_application().await;
    service.person(SANNA).await;
    let browser = remembered_browser(&service, &ruori).await;
    let id: String = service.app.db.one("SELECT id FROM remembered_browsers", &[], |row| row.get(0)).await.unwrap();
    let path = format!("/account/browsers/{id}/forget");
    let mut sanna = service.browser();
    sanna.arrive(&service, &ruori, SANNA).await;

    assert_eq!(sanna.submit(&path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sanna.submit("/account/browsers/nonsense/forget", &[]).await.status, StatusCode::NOT_FOUND);
    assert!(sanna.submit("/account/browsers/forget-all", &[]).await.says("No browser was remembered."));
    for path in [path.as_str(), "/account/browsers/forget-all"] {
        assert_eq!(service.browser().submit(path, &[]).await.title(), "Sign in");
    }

    assert!(with_a_password(&browser, &ruori, AINO).await.is_at_the_application());
}
