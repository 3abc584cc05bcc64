//! Signing out: at the wish of an application, and told to the others.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::post;
use futures_util::FutureExt as _;
use http::StatusCode;
use http::header::HeaderValue;
use salpa::platform::bus::Topic;
use salpa::provider::applications::Registration;
use salpa::provider::logout::deliver_due;
use salpa::sign_in::policies::SecondFactor;

use super::client::{VERIFIER, claims, form, header, verified};
use super::{Arrived, arrive, sign_in};
use crate::support::{AINO, Browser, PUBLIC_URL, Registered, Service};

const RETURN: &str = "https://payroll.example/signed-out";

async fn is_signed_in(browser: &mut Browser, application: &Registered) -> bool {
    browser.get(&application.authorize(&[("prompt", "none")])).await.answered("code").is_some()
}

fn sign_out(fields: &[(&str, &str)]) -> String {
    format!("/oauth/sign-out?{}", form(fields))
}

#[tokio::test]
async fn with_a_hint_of_this_session_it_is_done_at_once() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    let hint = application.redeem(&service, &code).await.fine().text("id_token");
    service.wait(1800);
    let path = sign_out(&[("id_token_hint", &hint), ("post_logout_redirect_uri", RETURN), ("state", "x y")]);
    let page = browser.get(&path).await;
    assert_eq!(page.location().as_deref(), Some("https://payroll.example/signed-out?state=x+y"));
    assert!(!is_signed_in(&mut browser, &application).await);
    // Again, with nobody signed in any more: there is nothing to ask.
    let page = browser.get(&path).await;
    assert_eq!(page.location().as_deref(), Some("https://payroll.example/signed-out?state=x+y"));
}

#[tokio::test]
async fn without_state_none_comes_back_and_without_address_a_page_says_so() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    let hint = application.redeem(&service, &code).await.fine().text("id_token");
    let page = browser.get(&sign_out(&[("id_token_hint", &hint)])).await;
    assert_eq!((page.status, page.location()), (StatusCode::OK, None));
    assert_eq!(page.title(), "You are signed out");
    assert!(!is_signed_in(&mut browser, &application).await);
    let page = browser.get(&sign_out(&[("id_token_hint", &hint), ("post_logout_redirect_uri", RETURN)])).await;
    assert_eq!(page.location().as_deref(), Some(RETURN));
}

#[tokio::test]
async fn without_a_hint_the_person_is_asked() {
    let Arrived { application, mut browser, .. } = arrive(&[]).await;
    let client_id = application.application.client_id.clone();
    for fields in [
        vec![],
        vec![("state", "x")],
        vec![("client_id", client_id.as_str()), ("post_logout_redirect_uri", RETURN), ("state", "x")],
    ] {
        let page = browser.get(&sign_out(&fields)).await;
        assert_eq!((page.status, page.location()), (StatusCode::OK, None), "{fields:?}");
        assert!(page.body.contains("action=\"/oauth/sign-out/confirm\""), "{}", page.body);
        assert!(is_signed_in(&mut browser, &application).await);
    }
    let fields = [("client_id", client_id.as_str()), ("post_logout_redirect_uri", RETURN), ("state", "x")];
    let page = browser.post("/oauth/sign-out/confirm", &fields).await;
    assert_eq!(page.location().as_deref(), Some("https://payroll.example/signed-out?state=x"));
    assert!(!is_signed_in(&mut browser, &application).await);
}

#[tokio::test]
async fn an_address_without_an_application_leads_nowhere() {
    let Arrived { application, mut browser, .. } = arrive(&[]).await;
    let page = browser.get(&sign_out(&[("post_logout_redirect_uri", RETURN)])).await;
    assert_eq!((page.status, page.location()), (StatusCode::OK, None));
    let page = browser.post("/oauth/sign-out/confirm", &[("post_logout_redirect_uri", RETURN)]).await;
    assert_eq!((page.status, page.location()), (StatusCode::OK, None));
    assert!(!is_signed_in(&mut browser, &application).await);
}

#[tokio::test]
async fn a_faulty_request_to_sign_out_is_told_to_the_person_and_changes_nothing() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let hint = tokens.text("id_token");
    let (signed, signature) = hint.rsplit_once('.').unwrap();
    let altered = format!("{signed}.{}{}", &signature[1..], &signature[..1]);
    let other = service.application("Other", SecondFactor::Optional).await;
    let added = format!("{RETURN}?foo=bar");
    for fields in [
        vec![("id_token_hint", "nonsense"), ("post_logout_redirect_uri", RETURN)],
        vec![("id_token_hint", altered.as_str()), ("post_logout_redirect_uri", RETURN)],
        vec![("id_token_hint", &tokens.text("access_token")), ("post_logout_redirect_uri", RETURN)],
        vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "https://evil.example/")],
        vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", added.as_str())],
        vec![("id_token_hint", hint.as_str()), ("client_id", other.application.client_id.as_str())],
        vec![("client_id", "nobody"), ("post_logout_redirect_uri", RETURN)],
        vec![("state", "a"), ("state", "b")],
    ] {
        let page = browser.get(&sign_out(&fields)).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None), "{fields:?}");
        assert!(page.error_id().is_some());
    }
    assert!(is_signed_in(&mut browser, &application).await);
}

#[tokio::test]
async fn a_hint_of_another_session_asks_first() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    let hint = application.redeem(&service, &code).await.fine().text("id_token");
    service.wait(60);
    let mut second = service.browser();
    sign_in(&service, &mut second, &application, &[]).await;
    let page = second.get(&sign_out(&[("id_token_hint", &hint), ("post_logout_redirect_uri", RETURN)])).await;
    assert_eq!((page.status, page.location()), (StatusCode::OK, None));
    assert!(is_signed_in(&mut second, &application).await && is_signed_in(&mut browser, &application).await);
}

#[tokio::test]
async fn other_sites_cannot_sign_anybody_out() {
    let Arrived { application, mut browser, .. } = arrive(&[]).await;
    let mut forged = browser.clone();
    forged.headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    forged.headers.insert("origin", HeaderValue::from_static("https://evil.example"));
    assert_eq!(forged.post("/oauth/sign-out/confirm", &[]).await.status, StatusCode::FORBIDDEN);
    // The endpoint itself takes posts of others, as the standard says, and asks the browser to come by itself.
    let page = forged.post("/oauth/sign-out", &[("state", "x")]).await;
    assert_eq!(page.location().as_deref(), Some("/oauth/sign-out?state=x"));
    assert!(is_signed_in(&mut browser, &application).await);
}

/// An application's own server, which keeps the logout tokens that it was sent.
#[derive(Clone, Default)]
pub(super) struct Listener {
    received: Arc<Mutex<Vec<String>>>,
    fails: Arc<Mutex<bool>>,
}

impl Listener {
    pub(super) async fn start(&self) -> String {
        let router = axum::Router::new()
            .route(
                "/logout",
                post(|State(listener): State<Listener>, body: String| async move {
                    if *listener.fails.lock().unwrap() {
                        return StatusCode::INTERNAL_SERVER_ERROR;
                    }
                    listener.received.lock().unwrap().push(body);
                    StatusCode::OK
                }),
            )
            .with_state(self.clone());
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/logout", socket.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(socket, router).await });
        address
    }

    pub(super) fn tokens(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        received.iter().map(|body| body.strip_prefix("logout_token=").unwrap().to_owned()).collect()
    }
}

/// Aino in an application that wants to be told, and the ID token that it got.
async fn listening(listener: &Listener) -> (Service, Registered, Browser, String) {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        redirect_uris: vec!["https://listener.example/callback".to_owned()],
        back_channel_logout_uri: Some(listener.start().await),
        ..Registration::new("Listener")
    };
    let application = service.register(registration, SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = sign_in(&service, &mut browser, &application, &[]).await;
    let code = page.answered("code").unwrap();
    let id_token = application.redeem(&service, &code).await.fine().text("id_token");
    (service, application, browser, id_token)
}

#[tokio::test]
async fn an_application_is_told_that_the_session_ended() {
    let listener = Listener::default();
    let (service, application, mut browser, id_token) = listening(&listener).await;
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 0);
    let due = service.app.bus.subscribe(Topic::Logout);
    browser.post("/oauth/sign-out/confirm", &[]).await;
    assert!(due.woken().now_or_never().is_some(), "the node is woken to tell it");
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 1);
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 0);
    let tokens = listener.tokens();
    assert_eq!(tokens.len(), 1);
    assert_eq!(header(&tokens[0])["typ"], "logout+jwt");
    let told = verified(&service, &tokens[0]).await.unwrap();
    assert_eq!((&told["iss"], &told["aud"]), (&PUBLIC_URL.into(), &application.application.client_id.as_str().into()));
    assert_eq!((&told["sub"], &told["sid"]), (&claims(&id_token)["sub"], &claims(&id_token)["sid"]));
    assert!(told["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert!(told["jti"].is_string() && told.get("nonce").is_none());
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 120);
}

#[tokio::test]
async fn an_application_that_does_not_answer_is_told_again_for_a_day() {
    let listener = Listener::default();
    let (service, _, mut browser, _) = listening(&listener).await;
    *listener.fails.lock().unwrap() = true;
    browser.post("/oauth/sign-out/confirm", &[]).await;
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 1);
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 0);
    service.wait(10);
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 1);
    *listener.fails.lock().unwrap() = false;
    service.wait(30);
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 1);
    assert_eq!(listener.tokens().len(), 1);
}

#[tokio::test]
async fn an_application_that_never_answers_is_given_up_after_a_day() {
    let listener = Listener::default();
    let (service, _, mut browser, _) = listening(&listener).await;
    *listener.fails.lock().unwrap() = true;
    browser.post("/oauth/sign-out/confirm", &[]).await;
    let mut tries = 0;
    for _ in 0..60 {
        tries += deliver_due(&service.app, service.now()).await.unwrap();
        service.wait(1800);
    }
    assert!((5..30).contains(&tries), "{tries}");
    *listener.fails.lock().unwrap() = false;
    service.wait(24 * 3600);
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_nodes_one_delivers() {
    let listener = Listener::default();
    let (service, _, mut browser, _) = listening(&listener).await;
    browser.post("/oauth/sign-out/confirm", &[]).await;
    let now = service.now();
    let mut nodes = Vec::new();
    for _ in 0..4 {
        let node = crate::support::app(&service.database, service.app.clock.clone(), |_| {}).await;
        nodes.push(tokio::spawn(async move { deliver_due(&node, now).await.unwrap() }));
    }
    let mut delivered = 0;
    for node in nodes {
        delivered += node.await.unwrap();
    }
    assert_eq!((delivered, listener.tokens().len()), (1, 1));
    let _ = VERIFIER;
}

#[tokio::test]
async fn a_private_network_is_not_called_unless_it_was_opened() {
    let listener = Listener::default();
    let address = listener.start().await;
    let egress = salpa::platform::egress::Egress::new(&[]);
    assert!(egress.post_form(&address, &[("logout_token", "x")]).await.is_err());
    assert!(listener.received.lock().unwrap().is_empty());
}
