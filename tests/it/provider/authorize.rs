//! From the application to Salpa, and back with a code or an error.

use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use salpa::provider::applications::{Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;

use super::client::claims;
use super::{Arrived, arrive, sign_in};
use crate::support::{AINO, MIKKO, PUBLIC_URL, Service};

#[tokio::test]
async fn a_person_comes_back_with_a_code_the_state_and_the_issuer() {
    let service = Service::start().await;
    service.person(AINO).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let page = sign_in(&service, &mut service.browser(), &payroll, &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(page.location().unwrap().starts_with("https://payroll.example/callback?code="));
    assert_eq!(page.answered("state").as_deref(), Some("a state"));
    assert_eq!(page.answered("iss").as_deref(), Some(PUBLIC_URL));
    assert_eq!(page.headers.get(CACHE_CONTROL).unwrap(), "no-store");
}

#[tokio::test]
async fn a_second_application_asks_nothing_more() {
    let Arrived { service, mut browser, .. } = arrive(&[]).await;
    let travel = service.application("Travel", SecondFactor::Required).await;
    let page = browser.get(&travel.authorize(&[])).await;
    assert!(page.location().unwrap().starts_with("https://travel.example/callback?code="), "{page:?}");
    let silent = browser.get(&travel.authorize(&[("prompt", "none")])).await;
    assert!(silent.answered("code").is_some());
}

#[tokio::test]
async fn an_unknown_application_or_address_gets_a_page_and_nobody_is_sent_anywhere() {
    let service = Service::start().await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    for changes in [
        [("client_id", "nobody-knows-it")],
        [("client_id", "no\0body")],
        [("client_id", "")],
        [("redirect_uri", "")],
        [("redirect_uri", "https://evil.example/callback")],
        [("redirect_uri", "https://payroll.example/callback/")],
        [("redirect_uri", "https://payroll.example/callback?a=b")],
        [("redirect_uri", "https://payroll.example@evil.example/callback")],
    ] {
        let page = browser.get(&payroll.authorize(&changes)).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None), "{changes:?}");
        assert!(page.error_id().is_some() && page.body.contains("<h1"), "{changes:?}");
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.example%2F", payroll.authorize(&[]));
    let page = browser.get(&twice).await;
    assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn the_application_is_told_of_its_mistakes_with_the_issuer() {
    let service = Service::start().await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    for (changes, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("scope", "\u{e9}")], "invalid_scope"),
        ([("request", "a.b.c")], "request_not_supported"),
        ([("id_token_hint", "not.a.token")], "invalid_request"),
        ([("prompt", "none")], "login_required"),
        (
            [("claims", r#"{"id_token":{"acr":{"essential":true,"value":"aal9"}}}"#)],
            "unmet_authentication_requirements",
        ),
        ([("claims", r#"{"id_token":{"sub":{"value":"nobody"}}}"#)], "login_required"),
    ] {
        let page = browser.get(&payroll.authorize(&changes)).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{changes:?}");
        assert_eq!(page.answered("error").as_deref(), Some(error), "{changes:?}");
        assert_eq!(page.answered("iss").as_deref(), Some(PUBLIC_URL));
        assert_eq!(page.answered("state").as_deref(), Some("a state"));
        assert_eq!(page.answered("code"), None);
    }
}

#[tokio::test]
async fn a_posted_request_is_taken_up_by_the_browser_itself() {
    let Arrived { mut browser, application, .. } = arrive(&[]).await;
    let address = application.authorize(&[]);
    let (path, query) = address.split_once('?').unwrap();
    let fields: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // A form of another site brings no cookies along (SameSite=Lax).
    let mut elsewhere = browser.clone();
    elsewhere.cookies.clear();
    elsewhere.headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    elsewhere.headers.insert("origin", HeaderValue::from_static("https://payroll.example"));
    let page = elsewhere.post(path, &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = browser.get(&page.location().unwrap()).await;
    assert!(page.answered("code").is_some(), "{page:?}");
}

#[tokio::test]
async fn an_answered_request_is_not_answered_again() {
    let service = Service::start().await;
    service.person(AINO).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let first = browser.open(&payroll.authorize(&[])).await;
    let sign_in = first.sign_in();
    browser.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
    browser.submit(&format!("{sign_in}/password"), &[("password", AINO.password)]).await;
    let code = crate::support::code_at(AINO.seed.unwrap(), service.now());
    let out = browser.post(&format!("{sign_in}/code"), &[("code", &code)]).await;
    let request = out.location().unwrap();
    assert!(request.starts_with("/oauth/authorize/"), "{request}");
    assert!(browser.get(&request).await.answered("code").is_some());
    let again = browser.get(&request).await;
    assert_eq!((again.status, again.location()), (StatusCode::GONE, None));
    assert!(again.body.contains("https://payroll.example") && again.error_id().is_some());
}

#[tokio::test]
async fn a_request_belongs_to_its_browser_and_lives_an_hour() {
    let service = Service::start().await;
    service.person(AINO).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let first = browser.open(&payroll.authorize(&[])).await;
    let sign_in = first.sign_in();
    browser.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
    browser.submit(&format!("{sign_in}/password"), &[("password", AINO.password)]).await;
    let code = crate::support::code_at(AINO.seed.unwrap(), service.now());
    let request = browser.post(&format!("{sign_in}/code"), &[("code", &code)]).await.location().unwrap();

    let mut thief = service.browser();
    assert_eq!(thief.get(&request).await.status, StatusCode::BAD_REQUEST);
    thief.open(&payroll.authorize(&[])).await;
    assert_eq!(thief.get(&request).await.status, StatusCode::FORBIDDEN);

    service.wait(3600);
    let late = browser.get(&request).await;
    assert_eq!((late.status, late.location()), (StatusCode::GONE, None));
    assert_eq!(browser.get("/oauth/authorize/nonsense").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_answer_by_form_goes_to_the_registered_place_alone() {
    let Arrived { mut browser, application, .. } = arrive(&[]).await;
    let page = browser.get(&application.authorize(&[("response_mode", "form_post")])).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("action=\"https://payroll.example/callback\""), "{}", page.body);
    for name in ["code", "state", "iss"] {
        assert!(page.body.contains(&format!("name=\"{name}\"")), "{name}");
    }
    let policy = page.headers.get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://payroll.example"), "{policy}");
    let error = browser.get(&application.authorize(&[("response_mode", "form_post"), ("scope", "")])).await;
    assert!(error.body.contains("value=\"invalid_scope\""));
}

#[tokio::test]
async fn prompt_login_and_max_age_want_a_new_proof() {
    let Arrived { service, mut browser, application, .. } = arrive(&[]).await;
    service.wait(600);
    for changes in [[("prompt", "login")], [("max_age", "60")], [("max_age", "0")]] {
        let page = browser.open(&application.authorize(&changes)).await;
        assert!(page.path.starts_with("/sign-in/"), "{changes:?} {page:?}");
    }
    let stale = browser.get(&application.authorize(&[("prompt", "none"), ("max_age", "60")])).await;
    assert_eq!(stale.answered("error").as_deref(), Some("login_required"));
    let fresh = browser.get(&application.authorize(&[("max_age", "1200")])).await;
    assert!(fresh.answered("code").is_some());
}

#[tokio::test]
async fn a_new_proof_gives_a_new_time_in_the_id_token() {
    let Arrived { service, mut browser, application, code } = arrive(&[]).await;
    let before = claims(&application.redeem(&service, &code).await.fine().text("id_token"));
    service.wait(1200);
    let page = sign_in(&service, &mut browser, &application, &[("prompt", "login")]).await;
    let code = page.answered("code").unwrap_or_else(|| panic!("{page:?}"));
    let after = claims(&application.redeem(&service, &code).await.fine().text("id_token"));
    assert_eq!(after["auth_time"].as_i64().unwrap() - before["auth_time"].as_i64().unwrap(), 1200);
    assert_eq!((&after["sub"], &after["sid"]), (&before["sub"], &before["sid"]));
}

#[tokio::test]
async fn select_account_asks_who_it_is_and_then_comes_back() {
    let Arrived { service, mut browser, application, .. } = arrive(&[]).await;
    service.wait(60);
    let first = browser.open(&application.authorize(&[("prompt", "select_account")])).await;
    assert_eq!(first.title(), "Sign in");
    // The session of the one who was chosen still counts.
    let path = format!("{}/email", first.sign_in());
    let page = browser.submit(&path, &[("email", AINO.email)]).await;
    assert!(page.answered("code").is_some(), "{page:?}");
}

#[tokio::test]
async fn a_hint_for_somebody_else_is_not_answered_silently() {
    let Arrived { service, mut browser, application, code } = arrive(&[]).await;
    let hint = application.redeem(&service, &code).await.fine().text("id_token");
    // Long expired, and still ours.
    service.wait(1800);
    let silent = [("prompt", "none"), ("id_token_hint", hint.as_str())];
    assert!(browser.get(&application.authorize(&silent)).await.answered("code").is_some());

    service.person(MIKKO).await;
    let open = service.application("Open", SecondFactor::Optional).await;
    let mut other = service.browser();
    let first = other.open(&open.authorize(&[])).await;
    let page = other.sign_in_as(&service, first, MIKKO).await;
    assert!(page.answered("code").is_some(), "{page:?}");
    let silent = other.get(&open.authorize(&silent)).await;
    assert_eq!(silent.answered("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn a_program_on_the_persons_machine_is_answered_at_any_port() {
    let Arrived { service, mut browser, .. } = arrive(&[]).await;
    let registration = Registration {
        authentication: WishedAuthentication::None,
        redirect_uris: vec!["http://127.0.0.1/callback".to_owned()],
        ..Registration::new("Tool")
    };
    let tool = service.register(registration, SecondFactor::Required).await;
    let page = browser.get(&tool.authorize(&[("redirect_uri", "http://127.0.0.1:51004/callback")])).await;
    assert!(page.location().unwrap().starts_with("http://127.0.0.1:51004/callback?code="));
    let page = browser.get(&tool.authorize(&[("redirect_uri", "http://localhost:51004/callback")])).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn scripts_of_other_origins_cannot_read_the_authorization_endpoint() {
    let service = Service::start().await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let page = service.browser().get(&payroll.authorize(&[])).await;
    assert!(!page.headers.contains_key("access-control-allow-origin"));
}
