//! Bound codes, access tokens and refresh tokens.

use std::sync::Arc;

use http::StatusCode;
use salpa::provider::applications::{ApplicationProfile, Dpop, Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;
use serde_json::json;

use super::client::{Answer, claims};
use super::signing::{Key, code_fields, link, proof, userinfo, userinfo_proof};
use super::{Arrived, arrive, sign_in};
use crate::support::{AINO, Browser, Registered, Service};

const TOKEN: &str = "/oauth/token";

async fn refresh(service: &Service, application: &Registered, key: &Key, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    application.prove(service, TOKEN, &proof(service, key, TOKEN, &json!({})), &fields).await
}

/// Aino's phone: an application that keeps no secret, with her tokens bound to a key.
async fn phone() -> (Service, Registered, Key, Answer, Browser) {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        authentication: WishedAuthentication::None,
        redirect_uris: vec!["com.example.app:/callback".to_owned()],
        ..Registration::new("Phone")
    };
    let phone = service.register(registration, SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = sign_in(&service, &mut browser, &phone, &[]).await;
    let (code, key) = (page.answered("code").unwrap(), Key::ec());
    let proof = proof(&service, &key, TOKEN, &json!({}));
    let tokens = phone.prove(&service, TOKEN, &proof, &code_fields(&phone, &code)).await.fine();
    (service, phone, key, tokens, browser)
}

#[tokio::test]
async fn a_refresh_token_of_who_keeps_no_secret_is_bound_to_its_key() {
    let (service, phone, key, first, _) = phone().await;
    assert_eq!(first.text("token_type"), "DPoP");
    let token = first.text("refresh_token");
    refresh(&service, &phone, &Key::ec(), &token).await.refused(400, "invalid_grant");
    phone.refresh(&service, &token).await.refused(400, "invalid_dpop_proof");
    // Neither ended anything: the person is still there.
    let second = refresh(&service, &phone, &key, &token).await.fine();
    assert_eq!(claims(&second.text("access_token"))["cnf"]["jkt"], key.thumbprint());
    refresh(&service, &phone, &Key::ec(), &second.text("refresh_token")).await.refused(400, "invalid_grant");
    let third = refresh(&service, &phone, &key, &second.text("refresh_token")).await.fine();
    // And an old one shows, as ever, that there are two who have it.
    refresh(&service, &phone, &key, &second.text("refresh_token")).await.refused(400, "invalid_grant");
    refresh(&service, &phone, &key, &third.text("refresh_token")).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_with_a_proof_binds_what_was_not_bound() {
    let (service, phone, _, _, mut browser) = phone().await;
    let code = browser.get(&phone.authorize(&[])).await.answered("code").unwrap();
    let plain = phone.redeem(&service, &code).await.fine();
    assert_eq!(plain.text("token_type"), "Bearer");
    let key = Key::ec();
    let bound = refresh(&service, &phone, &key, &plain.text("refresh_token")).await.fine();
    phone.refresh(&service, &bound.text("refresh_token")).await.refused(400, "invalid_dpop_proof");
    refresh(&service, &phone, &key, &bound.text("refresh_token")).await.fine();
}

#[tokio::test]
async fn an_authenticated_application_may_take_a_new_key_but_not_go_without() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let (key, new) = (Key::ec(), Key::ed25519());
    let fields = code_fields(&application, &code);
    let first = application.prove(&service, TOKEN, &proof(&service, &key, TOKEN, &json!({})), &fields).await.fine();
    application.refresh(&service, &first.text("refresh_token")).await.refused(400, "invalid_dpop_proof");
    let second = refresh(&service, &application, &new, &first.text("refresh_token")).await.fine();
    let token = second.text("access_token");
    assert_eq!(claims(&token)["cnf"]["jkt"], new.thumbprint());
    userinfo(&service, &token, &userinfo_proof(&service, &new, &token, &json!({}))).await.fine();
}

#[tokio::test]
async fn a_proof_that_counted_before_costs_nobody_a_code_or_a_refresh_token() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let key = Key::ec();
    let used = proof(&service, &key, TOKEN, &json!({}));
    let fields = code_fields(&application, &code);
    let nothing = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    application.prove(&service, TOKEN, &used, &nothing).await.refused(400, "invalid_grant");
    let tokens = application.prove(&service, TOKEN, &used, &fields).await.fine();
    let token = tokens.text("refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    application.prove(&service, TOKEN, &used, &fields).await.refused(400, "invalid_dpop_proof");
    refresh(&service, &application, &key, &token).await.fine();
}

#[tokio::test]
async fn a_used_proof_does_not_use_a_code_up() {
    let Arrived { service, application, code, mut browser } = arrive(&[]).await;
    let (key, used) = (Key::ec(), proof(&service, &Key::ec(), TOKEN, &json!({})));
    application.prove(&service, TOKEN, &used, &code_fields(&application, &code)).await.fine();
    let code = browser.get(&application.authorize(&[])).await.answered("code").unwrap();
    let fields = code_fields(&application, &code);
    application.prove(&service, TOKEN, &used, &fields).await.refused(400, "invalid_dpop_proof");
    let again = proof(&service, &key, TOKEN, &json!({}));
    application.prove(&service, TOKEN, &again, &fields).await.fine();
}

#[tokio::test]
async fn a_code_is_bound_to_the_key_that_its_request_names() {
    let key = Key::ec();
    let Arrived { service, application, code, .. } = arrive(&[("dpop_jkt", &key.thumbprint())]).await;
    let fields = code_fields(&application, &code);
    application.redeem(&service, &code).await.refused(400, "invalid_dpop_proof");
    let by_another = proof(&service, &Key::ec(), TOKEN, &json!({}));
    application.prove(&service, TOKEN, &by_another, &fields).await.refused(400, "invalid_dpop_proof");
    let by_key = proof(&service, &key, TOKEN, &json!({}));
    application.prove(&service, TOKEN, &by_key, &fields).await.fine();
}

#[tokio::test]
async fn a_code_is_bound_to_the_key_that_proved_its_pushed_request() {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.application("Payroll", SecondFactor::Required).await;
    let (key, other) = (Key::ec(), Key::ec());
    let at_par = |key: &Key| proof(&service, key, "/oauth/par", &json!({}));
    let contradicts = [("dpop_jkt", other.thumbprint())];
    let contradicts: Vec<_> = contradicts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    application.push(&service, &[("dpop", &at_par(&key))], &contradicts).await.refused(400, "invalid_dpop_proof");
    let elsewhere = proof(&service, &key, TOKEN, &json!({}));
    application.push(&service, &[("dpop", &elsewhere)], &[]).await.refused(400, "invalid_dpop_proof");
    let good = at_par(&key);
    let pushed = application.push(&service, &[("dpop", &good)], &[]).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    application.push(&service, &[("dpop", &good)], &[]).await.refused(400, "invalid_dpop_proof");

    let mut browser = service.browser();
    let first = browser.open(&link(&application, &pushed.text("request_uri"))).await;
    let code = browser.sign_in_as(&service, first, AINO).await.answered("code").unwrap();
    let fields = code_fields(&application, &code);
    application.redeem(&service, &code).await.refused(400, "invalid_dpop_proof");
    let by_other = proof(&service, &other, TOKEN, &json!({}));
    application.prove(&service, TOKEN, &by_other, &fields).await.refused(400, "invalid_dpop_proof");
    application.prove(&service, TOKEN, &proof(&service, &key, TOKEN, &json!({})), &fields).await.fine();
}

#[tokio::test]
async fn without_the_proof_that_it_needs_an_application_gets_no_tokens_and_keeps_the_code() {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        profile: ApplicationProfile { dpop: Dpop::RequiredWithNonce, ..ApplicationProfile::default() },
        ..Registration::new("Payroll")
    };
    let application = service.register(registration, SecondFactor::Required).await;
    let page = sign_in(&service, &mut service.browser(), &application, &[]).await;
    let (code, key) = (page.answered("code").unwrap(), Key::ec());
    let fields = code_fields(&application, &code);
    application.redeem(&service, &code).await.refused(400, "invalid_dpop_proof");
    let wanted = application.prove(&service, TOKEN, &proof(&service, &key, TOKEN, &json!({})), &fields).await;
    wanted.refused(400, "use_dpop_nonce");
    let nonce = json!({ "nonce": wanted.header("dpop-nonce") });
    let at_par = |changes: &serde_json::Value| proof(&service, &key, "/oauth/par", changes);
    application.push(&service, &[("dpop", &at_par(&json!({})))], &[]).await.refused(400, "use_dpop_nonce");
    let pushed = application.push(&service, &[("dpop", &at_par(&nonce))], &[]).await;
    assert_eq!((pushed.status, pushed.header("dpop-nonce")), (StatusCode::CREATED, wanted.header("dpop-nonce")));
    application.prove(&service, TOKEN, &proof(&service, &key, TOKEN, &nonce), &fields).await.fine();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_with_one_proof_and_one_token_one_wins() {
    let (service, phone, key, tokens, _) = phone().await;
    let used = proof(&service, &key, TOKEN, &json!({}));
    let story = Arc::new((service, phone, used, tokens.text("refresh_token")));
    let racers: Vec<_> = (0..24)
        .map(|_| {
            let story = story.clone();
            tokio::spawn(async move {
                let fields = [("grant_type", "refresh_token"), ("refresh_token", story.3.as_str())];
                story.1.prove(&story.0, TOKEN, &story.2, &fields).await.status
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        won += usize::from(racer.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(won, 1);
}
