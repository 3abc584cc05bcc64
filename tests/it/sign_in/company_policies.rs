//! Policies of companies beside those of applications: whatever applies, the stricter wins.

use std::collections::BTreeSet;

use http::StatusCode;
use salpa::provider::applications::Registration;
use salpa::sign_in::policies::{Policy, SecondFactor};

use crate::support::{AINO, MIKKO, Service};

const ASKS_FOR_A_CODE: &str = "Enter the code from your authenticator app";
const ASKS_TO_SET_UP: &str = "Choose your second step";
const NONE_COUNTS: &str = "Your ways to sign in are not accepted here";

fn methods(words: &[&str]) -> Policy {
    Policy { methods: Some(words.iter().map(|word| word.parse().unwrap()).collect()), ..Policy::SILENT }
}

#[tokio::test]
async fn a_company_that_requires_two_factors_asks_its_people_everywhere() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let kallio = service.company("Kallio", Policy::of(SecondFactor::Required)).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let page = service.browser().try_password(&ruori, MIKKO, MIKKO.password).await;
    assert!(page.is_at_the_application(), "he is no user of the company");

    service.employ(kallio, mikko).await;

    let page = service.browser().try_password(&ruori, MIKKO, MIKKO.password).await;
    assert_eq!(page.title(), ASKS_TO_SET_UP);
    let mut at_the_account = service.browser();
    let first = at_the_account.open("/account").await;
    assert_eq!(at_the_account.sign_in_as(&service, first, MIKKO).await.title(), ASKS_TO_SET_UP);
}

#[tokio::test]
async fn the_company_of_an_application_asks_everybody_there() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let company = service.company("Rantanen", Policy::of(SecondFactor::Required)).await;
    let registration = Registration {
        company: Some(company),
        redirect_uris: vec!["https://ledger.example/callback".to_owned()],
        ..Registration::new("Ledger")
    };
    let ledger = service.register(registration, SecondFactor::Optional).await;
    let other = service.application("Another", SecondFactor::Optional).await;

    let page = service.browser().try_password(&ledger, MIKKO, MIKKO.password).await;
    assert_eq!(page.title(), ASKS_TO_SET_UP);
    assert!(service.browser().try_password(&other, MIKKO, MIKKO.password).await.is_at_the_application());
}

#[tokio::test]
async fn a_company_allows_nothing_that_the_application_does_not() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let mild = Policy {
        remember_days: Some(90),
        lifetime_seconds: Some(24 * 3600),
        signs: Some(BTreeSet::new()),
        ..Policy::of(SecondFactor::Optional)
    };
    let company = service.company("Kallio", mild).await;
    service.employ(company, aino).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;

    let mut browser = service.browser();
    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE);
    assert!(!page.says("Remember this browser"), "{}", page.body);
    let fields = [("code", AINO.code(&service)), ("remember", "yes".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = browser.answer(&page.sign_in(), "code", &fields).await;

    assert!(page.is_at_the_application());
    assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0, "whatever the form says");
}

#[tokio::test]
async fn a_company_that_becomes_stricter_at_any_step_is_obeyed_at_the_next() {
    let required = Policy::of(SecondFactor::Required);
    for stricter_after in ["begin", "email"] {
        let service = Service::start().await;
        let mikko = service.person(MIKKO).await;
        let company = service.company("Kallio", Policy::SILENT).await;
        service.employ(company, mikko).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
        let mut browser = service.browser();
        let sign_in = browser.begin(&ruori).await;
        if stricter_after == "begin" {
            service.set_company_policy(company, required.clone()).await;
        }
        browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;
        service.set_company_policy(company, required.clone()).await;

        let page = browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;

        assert_eq!(page.title(), ASKS_TO_SET_UP, "{stricter_after}");
        assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 0, "{stricter_after}");
    }
}

#[tokio::test]
async fn a_company_that_becomes_stricter_between_the_sign_in_and_the_way_back_is_obeyed() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let company = service.company("Kallio", Policy::SILENT).await;
    service.employ(company, mikko).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;
    let done = browser.post(&format!("{sign_in}/password"), &[("password", MIKKO.password)]).await;
    let back = done.location().unwrap();
    assert!(back.starts_with("/oauth/authorize/"), "{back}");

    service.set_company_policy(company, Policy::of(SecondFactor::Required)).await;
    let page = browser.open(&back).await;

    assert_eq!(page.title(), "Sign in to continue", "the session alone gives no code any more");
}

#[tokio::test]
async fn a_method_that_stops_counting_in_the_middle_of_a_sign_in_does_not_count() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let company = service.company("Kallio", Policy::SILENT).await;
    service.employ(company, aino).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), ASKS_FOR_A_CODE);
    let sign_in = page.sign_in();

    service.set_company_policy(company, methods(&["password"])).await;
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, NONE_COUNTS));
    assert!(page.error_id().is_some());
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 0);

    service.set_company_policy(company, Policy::SILENT).await;
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;
    assert!(page.is_at_the_application(), "and what was proven before is not lost");
}

#[tokio::test]
async fn a_session_whose_method_counts_no_more_is_refused_without_circles() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;

    service.set_whole_policy(ruori.application.id, methods(&["password"])).await;

    let page = browser.open(&ruori.authorize(&[])).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, NONE_COUNTS));
    let silent = browser.get(&ruori.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.answered("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn a_recovery_code_that_does_not_count_is_not_offered() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    service.set_whole_policy(ruori.application.id, methods(&["password", "totp"])).await;
    let mut browser = service.browser();

    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    assert!(!page.says("Use your recovery code"));
    let page = browser.answer(&page.sign_in(), "use/recovery_code", &[]).await;

    assert_eq!(page.title(), ASKS_FOR_A_CODE);
}

#[tokio::test]
async fn a_policy_of_a_company_that_cannot_be_read_lets_nobody_in() {
    for unreadable in [
        "UPDATE company_policies SET policy = '{\"second_factor\":\"sometimes\"}'",
        "UPDATE company_policies SET policy = '{\"lifetime_seconds\":0}'",
        "UPDATE company_policies SET policy = '{\"third_factor\":\"required\"}'",
    ] {
        let service = Service::start().await;
        let mikko = service.person(MIKKO).await;
        let company = service.company("Kallio", Policy::SILENT).await;
        service.employ(company, mikko).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
        let mut browser = service.browser();
        let sign_in = browser.begin(&ruori).await;
        browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;
        assert_eq!(service.change(unreadable).await, 1);

        let page = browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;

        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{unreadable}");
        assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 0);
    }
}
