//! Codes: bound to their application, address and verifier, used once, for a minute.

use std::sync::Arc;

use http::StatusCode;
use salpa::provider::applications::{self, Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;

use super::client::{VERIFIER, get};
use super::{Arrived, arrive, sign_in};
use crate::support::{AINO, Registered, Service};

fn fields<'f>(code: &'f str, changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let usual = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "https://payroll.example/callback"),
        ("code_verifier", VERIFIER),
    ];
    let replaced = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
    usual.into_iter().filter(|(name, _)| !replaced(name)).chain(changes.iter().copied()).collect()
}

#[tokio::test]
async fn a_code_gives_tokens_that_nobody_keeps() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    assert_eq!(tokens.text("token_type"), "Bearer");
    assert_eq!(tokens.json["expires_in"], 600);
    assert_eq!(tokens.text("scope"), "openid profile email");
    assert_eq!(tokens.header("cache-control"), "no-store");
    assert_eq!(tokens.header("access-control-allow-origin"), "*");
    assert!(tokens.json["refresh_token"].is_string());
}

#[tokio::test]
async fn a_parameter_that_does_not_belong_to_the_code_is_refused_and_costs_nothing() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let token = |fields: Vec<(&'static str, String)>| {
        let (service, application) = (&service, &application);
        async move {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            application.post(service, "/oauth/token", &fields).await
        }
    };
    let with = |changes: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        let mut all: Vec<(&'static str, String)> = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.clone()),
            ("redirect_uri", "https://payroll.example/callback".to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ];
        all.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        all.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        all
    };
    for (changes, error) in [
        (&[("code_verifier", "")][..], "invalid_grant"),
        (&[("code_verifier", "x")], "invalid_grant"),
        (&[("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")], "invalid_grant"),
        (&[("redirect_uri", "")], "invalid_request"),
        (&[("redirect_uri", "https://payroll.example/other")], "invalid_grant"),
        (&[("code", "")], "invalid_request"),
        (&[("code", "guessed")], "invalid_grant"),
        (&[("code", &code[..42])], "invalid_grant"),
        (&[("grant_type", "")], "invalid_request"),
        (&[("grant_type", "password")], "unsupported_grant_type"),
        (&[("grant_type", "client_credentials")], "unauthorized_client"),
        (&[("scope", "a"), ("scope", "b")], "invalid_request"),
    ] {
        token(with(changes)).await.refused(400, error);
    }
    token(with(&[])).await.fine();
}

#[tokio::test]
async fn a_code_of_another_application_is_none() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let thief = service.application("Thief", SecondFactor::Optional).await;
    thief.post(&service, "/oauth/token", &fields(&code, &[])).await.refused(400, "invalid_grant");
    application.redeem(&service, &code).await.fine();
    // Nor can it end what the code gave.
    thief.post(&service, "/oauth/token", &fields(&code, &[])).await.refused(400, "invalid_grant");
    let _ = application;
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    service.wait(60);
    application.redeem(&service, &code).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_code_ends_with_its_session() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    browser.submit("/oauth/sign-out/confirm", &[]).await;
    application.redeem(&service, &code).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_second_use_ends_what_the_first_gave() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine();
    application.redeem(&service, &code).await.refused(400, "invalid_grant");
    let over = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
    application.refresh(&service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
    assert_eq!(application.introspect(&service, &tokens.text("access_token")).await["active"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_for_a_code_one_wins() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let story = Arc::new((service, application, code));
    let racers: Vec<_> = (0..24)
        .map(|_| {
            let story = story.clone();
            tokio::spawn(async move { story.1.redeem(&story.0, &story.2).await })
        })
        .collect();
    let mut won = Vec::new();
    for racer in racers {
        let answer = racer.await.unwrap();
        if answer.status == StatusCode::OK {
            won.push(answer);
        } else {
            answer.refused(400, "invalid_grant");
        }
    }
    assert_eq!(won.len(), 1);
    // The others showed that the code had come twice: what it gave is over.
    story.1.refresh(&story.0, &won[0].text("refresh_token")).await.refused(400, "invalid_grant");
}

/// An old application that knows nothing of PKCE, registered so.
async fn without_pkce() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        may_omit_pkce: true,
        ..Registration::new("Payroll")
    };
    let application = service.register(registration, SecondFactor::Required).await;
    (service, application)
}

const NO_CHALLENGE: [(&str, &str); 2] = [("code_challenge", ""), ("code_challenge_method", "")];

#[tokio::test]
async fn an_application_that_is_registered_so_may_go_without_pkce() {
    let (service, application) = without_pkce().await;
    let page = sign_in(&service, &mut service.browser(), &application, &NO_CHALLENGE).await;
    let code = page.answered("code").unwrap();
    application.post(&service, "/oauth/token", &fields(&code, &[("code_verifier", "")])).await.fine();
}

#[tokio::test]
async fn without_pkce_there_must_be_a_nonce_that_an_id_token_brings_back() {
    let (service, application) = without_pkce().await;
    for more in [("nonce", ""), ("scope", "email")] {
        let link = application.authorize(&[&NO_CHALLENGE[..], &[more]].concat());
        let page = service.browser().open(&link).await;
        assert_eq!(page.answered("error").as_deref(), Some("invalid_request"), "{more:?}");
    }
}

#[tokio::test]
async fn taking_the_challenge_away_gains_nothing() {
    let (service, application) = without_pkce().await;
    let page = sign_in(&service, &mut service.browser(), &application, &NO_CHALLENGE).await;
    let code = page.answered("code").unwrap();
    // The application sent a challenge, and an attacker took it out of the link: the verifier tells.
    application.post(&service, "/oauth/token", &fields(&code, &[])).await.refused(400, "invalid_grant");

    let page = service.browser().open(&application.authorize(&[])).await;
    assert_eq!(page.title(), "Sign in", "with PKCE it may, too");
    service.wait(60);
    let page = sign_in(&service, &mut service.browser(), &application, &[]).await;
    let code = page.answered("code").unwrap();
    let token = |verifier| fields(&code, &[("code_verifier", verifier)]);
    application.post(&service, "/oauth/token", &token("")).await.refused(400, "invalid_grant");
    application.redeem(&service, &code).await.fine();
}

#[tokio::test]
async fn a_public_application_never_goes_without_pkce() {
    let service = Service::start().await;
    let registration = Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        authentication: WishedAuthentication::None,
        may_omit_pkce: true,
        ..Registration::new("Payroll")
    };
    let refused = applications::create(&service.app.db, &service.app.random, registration, service.now()).await;
    assert!(refused.unwrap_err().to_string().contains("may_omit_pkce"));
}
