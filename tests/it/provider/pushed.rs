//! Pushed requests: sent by the application itself, proven, and brought by one browser, once.

use http::{Method, StatusCode};
use salpa::platform::web::network::Network;
use salpa::provider::applications::{ApplicationProfile, Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;

use super::client::{call, claims, form, post_with};
use super::signing::{link, request_of};
use crate::support::{AINO, PUBLIC_URL, Registered, Service};

const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

async fn payroll() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.application("Payroll", SecondFactor::Required).await;
    (service, application)
}

/// A reference to a request that was pushed just now.
async fn pushed(service: &Service, application: &Registered, changes: &[(&str, &str)]) -> String {
    let answer = application.push(service, &[], changes).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.text("request_uri")
}

#[tokio::test]
async fn a_pushed_request_leads_to_a_code() {
    let (service, application) = payroll().await;
    let answer = application.push(&service, &[], &[]).await;
    assert_eq!((answer.status, &answer.json["expires_in"]), (StatusCode::CREATED, &60.into()));
    assert_eq!(answer.header("cache-control"), "no-store");
    let reference = answer.text("request_uri");
    assert_eq!(reference.strip_prefix(PREFIX).unwrap().len(), 43, "256 bits: {reference}");

    let mut browser = service.browser();
    let first = browser.open(&link(&application, &reference)).await;
    let page = browser.sign_in_as(&service, first, AINO).await;
    assert_eq!(page.answered("iss").as_deref(), Some(PUBLIC_URL));
    assert_eq!(page.answered("state").as_deref(), Some("a state"));
    let tokens = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
    assert_eq!(claims(&tokens.text("id_token"))["nonce"], "a nonce");
}

#[tokio::test]
async fn a_reference_is_good_for_one_browser_which_may_come_back() {
    let (service, application) = payroll().await;
    let reference = pushed(&service, &application, &[]).await;
    let (mut browser, mut other) = (service.browser(), service.browser());
    let path = link(&application, &reference);
    browser.open(&path).await.sign_in();
    assert_eq!(other.open(&path).await.status, StatusCode::GONE, "another browser, without any cookie");
    other.open(&application.authorize(&[])).await.sign_in();
    assert_eq!(other.open(&path).await.status, StatusCode::FORBIDDEN, "another browser");

    // Back, or opened anew, also after the minute: the request was taken up in time.
    service.wait(120);
    let again = browser.open(&path).await;
    let page = browser.sign_in_as(&service, again, AINO).await;
    assert!(page.answered("code").is_some(), "{page:?}");
    assert_eq!(browser.open(&path).await.status, StatusCode::GONE, "answered");
    // And where a session is enough, no person being asked.
    let reference = pushed(&service, &application, &[]).await;
    assert!(browser.get(&link(&application, &reference)).await.answered("code").is_some());
    assert_eq!(browser.get(&link(&application, &reference)).await.status, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_browsers_that_race_with_one_reference_one_wins() {
    let (service, application) = payroll().await;
    let reference = pushed(&service, &application, &[]).await;
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (mut browser, path) = (service.browser(), link(&application, &reference));
            tokio::spawn(async move { browser.get(&path).await })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        let page = racer.await.unwrap();
        let begins = page.location().is_some_and(|to| to.starts_with("/sign-in/"));
        assert!(begins || page.status == StatusCode::GONE, "{page:?}");
        won += usize::from(begins);
    }
    assert_eq!(won, 1);
    assert_eq!(service.count("SELECT COUNT(*) FROM authorization_requests").await, 1);
}

#[tokio::test]
async fn a_reference_lives_a_minute() {
    let (service, application) = payroll().await;
    let reference = pushed(&service, &application, &[]).await;
    service.wait(59);
    let in_time = pushed(&service, &application, &[]).await;
    service.wait(1);
    let page = service.browser().open(&link(&application, &reference)).await;
    assert_eq!((page.status, page.location()), (StatusCode::GONE, None));
    service.browser().open(&link(&application, &in_time)).await.sign_in();
}

#[tokio::test]
async fn a_reference_of_another_application_or_altered_is_none() {
    let (service, application) = payroll().await;
    let thief = service.application("Thief", SecondFactor::Optional).await;
    let reference = pushed(&service, &application, &[]).await;
    let mut altered = reference.clone();
    altered.pop();
    let longer = format!("{reference}A");
    for (application, reference) in [
        (&thief, reference.as_str()),
        (&application, altered.as_str()),
        (&application, longer.as_str()),
        (&application, PREFIX),
    ] {
        let page = service.browser().open(&link(application, reference)).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None), "{reference}");
    }
    service.browser().open(&link(&application, &reference)).await.sign_in();
}

#[tokio::test]
async fn parameters_beside_the_reference_change_nothing() {
    let (service, application) = payroll().await;
    let reference = pushed(&service, &application, &[("scope", "openid"), ("state", "pushed")]).await;
    let smuggled = form(&[
        ("redirect_uri", "https://evil.example/callback"),
        ("scope", "openid email offline_access"),
        ("state", "smuggled"),
        ("prompt", "none"),
        ("response_type", "token"),
    ]);
    let mut browser = service.browser();
    let first = browser.open(&format!("{}&{smuggled}", link(&application, &reference))).await;
    let page = browser.sign_in_as(&service, first, AINO).await;
    assert!(page.location().unwrap().starts_with("https://payroll.example/callback?"));
    assert_eq!(page.answered("state").as_deref(), Some("pushed"));
    let tokens = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
    assert_eq!(tokens.text("scope"), "openid");
}

#[tokio::test]
async fn mistakes_are_told_when_they_are_pushed() {
    let (service, application) = payroll().await;
    for (changes, error) in [
        (&[("redirect_uri", "https://evil.example/callback")][..], "invalid_request"),
        (&[("redirect_uri", "")], "invalid_request"),
        (&[("response_type", "code id_token")], "unsupported_response_type"),
        (&[("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("scope", "nothing.known")], "invalid_scope"),
        (&[("client_id", "somebody-else")], "invalid_request"),
        (&[("request_uri", "urn:ietf:params:oauth:request_uri:a")], "invalid_request"),
        (&[("request_uri", "https://payroll.example/request")], "invalid_request"),
        (&[("request", "a.b.c")], "request_not_supported"),
        (&[("state", "a"), ("state", "b")], "invalid_request"),
        (&[("dpop_jkt", "short")], "invalid_request"),
    ] {
        application.push(&service, &[], changes).await.refused(400, error);
    }
    let fields = request_of(&application, &[]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    post_with(&service, "/oauth/par", &[], &fields).await.refused(401, "invalid_client");
    let got = call(&service, Method::GET, "/oauth/par", &[], String::new()).await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(service.count("SELECT COUNT(*) FROM pushed_requests").await, 0);
}

#[tokio::test]
async fn credentials_of_the_application_are_not_kept_with_the_request() {
    let (service, application) = payroll().await;
    let mut fields = request_of(&application, &[]);
    let secret = application.secret.clone().unwrap();
    fields.push(("client_secret".to_owned(), secret.clone()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = post_with(&service, "/oauth/par", &[], &fields).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let everything = service.database.everything().await;
    assert!(!everything.contains(&secret));
    let token = answer.text("request_uri")[PREFIX.len()..].to_owned();
    assert!(!everything.contains(&token), "nor the reference, but for its hash");
}

#[tokio::test]
async fn an_application_that_must_push_is_taken_in_no_other_way() {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        profile: ApplicationProfile { require_pushed_requests: true, ..ApplicationProfile::default() },
        ..Registration::new("Payroll")
    };
    let application = service.register(registration, SecondFactor::Required).await;
    let page = service.browser().open(&application.authorize(&[])).await;
    assert_eq!(page.answered("error").as_deref(), Some("invalid_request"));
    assert_eq!(page.answered("iss").as_deref(), Some(PUBLIC_URL));
    let elsewhere = [("redirect_uri", "https://evil.example/")];
    let page = service.browser().open(&application.authorize(&elsewhere)).await;
    assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None));
    let reference = pushed(&service, &application, &[]).await;
    service.browser().open(&link(&application, &reference)).await.sign_in();
}

#[tokio::test]
async fn a_wish_for_no_page_is_kept_when_pushed() {
    let (service, application) = payroll().await;
    let reference = pushed(&service, &application, &[("prompt", "none")]).await;
    let mut browser = service.browser();
    let page = browser.open(&link(&application, &reference)).await;
    assert_eq!(page.answered("error").as_deref(), Some("login_required"));
    assert_eq!(browser.open(&link(&application, &reference)).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn an_application_that_proves_nothing_may_push_but_not_flood() {
    let (service, application) = payroll().await;
    let registration = Registration {
        authentication: WishedAuthentication::None,
        redirect_uris: vec!["com.example.app:/callback".to_owned()],
        ..Registration::new("Phone")
    };
    let phone = service.register(registration, SecondFactor::Required).await;
    pushed(&service, &phone, &[]).await;
    // The address from which the calls of these stories come.
    let network = Network::of([203, 0, 113, 5].into());
    while service.app.flood.admit(&network, service.now()).is_ok() {}
    let answer = phone.push(&service, &[], &[]).await;
    answer.refused(429, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    pushed(&service, &application, &[]).await;
}

#[tokio::test]
async fn a_pushed_request_is_removed_when_nobody_can_come_back_to_it() {
    let (service, application) = payroll().await;
    let reference = pushed(&service, &application, &[]).await;
    let mut browser = service.browser();
    browser.open(&link(&application, &reference)).await.sign_in();
    service.wait(30 * 60);
    salpa::provider::expire(&service.app, service.now()).await.unwrap();
    browser.open(&link(&application, &reference)).await.sign_in();
    service.wait(31 * 60 + 1);
    salpa::provider::expire(&service.app, service.now()).await.unwrap();
    assert_eq!(service.count("SELECT COUNT(*) FROM pushed_requests").await, 0);
}

#[tokio::test]
async fn scripts_of_other_origins_may_push() {
    let (service, _) = payroll().await;
    let headers = [("origin", "https://payroll.example"), ("access-control-request-method", "POST")];
    let answer = call(&service, Method::OPTIONS, "/oauth/par", &headers, String::new()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("access-control-allow-headers").contains("dpop"));
    assert!(answer.header("access-control-expose-headers").contains("dpop-nonce"));
}
