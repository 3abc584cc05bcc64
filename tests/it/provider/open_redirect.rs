//! Faulty requests of other people's applications: a browser in which nobody is signed in goes to the application by
//! the person's own click alone (RFC 9700 §4.11.2).

use http::StatusCode;
use http::header::{HeaderValue, LOCATION, ORIGIN};
use salpa::provider::applications::{self, ApplicationProfile, Registration};
use salpa::sign_in::policies::SecondFactor;
use serde_json::json;

use super::client::form;
use super::consent::answers;
use super::registration::{leave, limits, register};
use super::sign_in;
use super::signing::link;
use super::turning_back::{turn_back, way_back};
use crate::support::{AINO, PUBLIC_URL, Page, Registered, Service};

const CALLBACK: &str = "https://ledger.example/callback";
const SIGNED_OUT: &str = "https://ledger.example/signed-out";

/// A service with Aino, and an application that registered itself.
async fn ledger() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let (_, token) = leave(&service, limits(1)).await;
    let metadata = json!({
        "client_name": "Ledger",
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [SIGNED_OUT],
        "scope": "openid email",
    });
    let answer = register(&service, &token, &metadata).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let client_id = answer.text("client_id");
    let application = applications::find_by_client_id(&service.app.db, &client_id).await.unwrap().unwrap();
    (service, Registered { application, secret: Some(answer.text("client_secret")) })
}

/// The error page that leads to the application by a click.
fn is_error_page(page: &Page) {
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{page:?}");
    assert!(!page.headers.contains_key(LOCATION) && !page.headers.contains_key("refresh"), "{page:?}");
    assert_eq!(page.title(), "The application asked for something that does not work");
    assert!(page.says("Error identifier") && page.says("Back to Ledger"), "{}", page.body);
    assert!(!page.body.contains("action=\"https:") && !page.body.contains("href=\"https://ledger"), "{}", page.body);
}

fn is_told(page: &Page, error: &str) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page:?}");
    assert!(page.location().unwrap().starts_with("https://ledger.example/callback?"), "{page:?}");
    assert_eq!(page.answered("error").as_deref(), Some(error), "{page:?}");
    assert_eq!(page.answered("state").as_deref(), Some("a state"));
    assert_eq!(page.answered("iss").as_deref(), Some(PUBLIC_URL));
}

const FAULTS: [(&str, &str, &str); 9] = [
    ("scope", "nonsense", "invalid_scope"),
    ("response_type", "token", "unsupported_response_type"),
    ("response_mode", "fragment", "invalid_request"),
    ("code_challenge_method", "plain", "invalid_request"),
    ("claims", "[]", "invalid_request"),
    ("claims", r#"{"id_token":{"sub":{"value":"nobody"}}}"#, "login_required"),
    ("id_token_hint", "not.a.token", "invalid_request"),
    ("request", "a.b.c", "request_not_supported"),
    ("request_uri", "https://ledger.example/request", "request_uri_not_supported"),
];

#[tokio::test]
async fn a_faulty_request_leads_to_an_application_of_others_by_a_click_alone() {
    let (service, ledger) = ledger().await;
    for (name, value, error) in FAULTS {
        let mut browser = service.browser();
        let page = browser.get(&ledger.authorize(&[(name, value)])).await;
        is_error_page(&page);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.ends_with("form-action 'self' https://ledger.example"), "{policy}");
        is_told(&turn_back(&mut browser, &page).await, error);
    }
    let events = service.events().await;
    let refused = events.iter().filter(|event| event.starts_with("provider.request_refused")).count();
    assert_eq!(refused, FAULTS.len(), "{events:?}");
    let mut browser = service.browser();
    browser.headers.insert("accept-language", HeaderValue::from_static("fi"));
    let page = browser.get(&ledger.authorize(&[("scope", "nonsense")])).await;
    assert!(page.says("Palaa sovellukseen Ledger"), "{}", page.body);
}

#[tokio::test]
async fn the_application_hears_of_it_at_once_while_somebody_is_signed_in() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    sign_in(&service, &mut browser, &ledger, &[("scope", "openid email")]).await;
    for (name, value, error) in FAULTS {
        is_told(&browser.get(&ledger.authorize(&[(name, value)])).await, error);
    }
    // A cookie alone is no session.
    browser.post("/account/sign-out", &[]).await;
    is_error_page(&browser.get(&ledger.authorize(&[("scope", "nonsense")])).await);
}

#[tokio::test]
async fn a_third_party_of_the_operator_is_treated_alike_and_an_own_application_is_told_at_once() {
    let service = Service::start().await;
    for (third_party, status) in [(true, StatusCode::BAD_REQUEST), (false, StatusCode::SEE_OTHER)] {
        let registration = Registration {
            redirect_uris: vec![CALLBACK.to_owned()],
            profile: ApplicationProfile { third_party, ..ApplicationProfile::default() },
            ..Registration::new("Ledger")
        };
        let application = service.register(registration, SecondFactor::Required).await;
        let page = service.browser().get(&application.authorize(&[("scope", "nonsense")])).await;
        assert_eq!(page.status, status, "{page:?}");
    }
}

#[tokio::test]
async fn a_silent_request_in_order_is_answered_at_once_and_a_faulty_one_is_not() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let silent = ("prompt", "none");
    is_told(&browser.get(&ledger.authorize(&[silent])).await, "login_required");
    let page = browser.get(&ledger.authorize(&[silent, ("scope", "nonsense")])).await;
    is_error_page(&page);
    is_told(&turn_back(&mut browser, &page).await, "invalid_scope");
}

#[tokio::test]
async fn the_click_answers_in_the_mode_that_was_asked_for() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let page = browser.get(&ledger.authorize(&[("scope", "nonsense"), ("response_mode", "jwt")])).await;
    is_error_page(&page);
    let answer = turn_back(&mut browser, &page).await;
    assert!(answer.location().unwrap().starts_with("https://ledger.example/callback?response="), "{answer:?}");
    let page = browser.get(&ledger.authorize(&[("scope", "nonsense"), ("response_mode", "form_post")])).await;
    is_error_page(&page);
    let answer = turn_back(&mut browser, &page).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("action=\"https://ledger.example/callback\""), "{}", answer.body);
    assert!(answer.body.contains("value=\"invalid_scope\""), "{}", answer.body);
}

#[tokio::test]
async fn a_pushed_request_whose_fault_is_found_late_waits_for_the_click() {
    let (service, ledger) = ledger().await;
    let pushed = ledger.push(&service, &[], &[("id_token_hint", "not.a.token")]).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    let mut browser = service.browser();
    let path = link(&ledger, &pushed.text("request_uri"));
    // The address is that of the pushed request: beside the reference none needs to stand.
    let page = browser.get(&path).await;
    is_error_page(&page);
    is_told(&turn_back(&mut browser, &page).await, "invalid_request");
}

#[tokio::test]
async fn no_other_site_clicks() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let page = browser.get(&ledger.authorize(&[("scope", "nonsense")])).await;
    let (action, _) = way_back(&page).unwrap();
    browser.headers.insert(ORIGIN, HeaderValue::from_static("https://evil.example"));
    browser.headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    let refused = browser.post(&action, &[]).await;
    assert_eq!((refused.status, refused.location()), (StatusCode::FORBIDDEN, None));
    // A request in order begins a sign-in, as it does at the other address.
    browser.headers.clear();
    let path = ledger.authorize(&[]).replace("/oauth/authorize?", "/oauth/authorize/back?");
    assert!(browser.post(&path, &[]).await.location().unwrap().starts_with("/sign-in/"));
}

#[tokio::test]
async fn signing_out_leads_to_an_application_of_others_by_a_click_where_nobody_is_signed_in() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let question = sign_in(&service, &mut browser, &ledger, &[("scope", "openid email")]).await;
    let page = answers(&mut browser, &question, "allow").await;
    let hint = ledger.redeem(&service, &page.answered("code").unwrap()).await.fine().text("id_token");
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", SIGNED_OUT), ("state", "x")];
    let path = format!("/oauth/sign-out?{}", form(&fields));
    // With an ID token of their own, the makers of the application can write this link for everybody.
    let page = service.browser().get(&path).await;
    assert_eq!((page.status, page.location()), (StatusCode::OK, None));
    assert_eq!(page.title(), "You are signed out");
    assert!(page.body.contains("href=\"https://ledger.example/signed-out?state=x\""), "{}", page.body);
    // The person whose session it is goes there at once.
    assert_eq!(browser.get(&path).await.location().as_deref(), Some("https://ledger.example/signed-out?state=x"));
}
