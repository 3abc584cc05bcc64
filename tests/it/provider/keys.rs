//! Signing keys: published before they sign, published until what they signed has died.

use std::sync::Arc;

use http::StatusCode;
use salpa::provider::keys;
use serde_json::Value;

use super::client::{get, header, verified};
use super::{Arrived, arrive};
use crate::support::Service;

async fn published(service: &Service) -> Vec<String> {
    let answer = get(service, "/oauth/jwks", None).await.fine();
    let keys = answer.json["keys"].as_array().unwrap().clone();
    assert!(keys.iter().all(|key| key.get("d").is_none() && key["use"] == "sig"));
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_key_set_has_both_kinds_and_names_them_by_thumbprint() {
    let service = Service::start().await;
    let answer = get(&service, "/oauth/jwks", None).await.fine();
    let keys = answer.json["keys"].as_array().unwrap();
    let mut kinds: Vec<_> =
        keys.iter().map(|key| (key["kty"].as_str().unwrap(), key["alg"].as_str().unwrap())).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [("EC", "ES256"), ("RSA", "RS256")]);
    for key in keys {
        let public: salpa::platform::jose::PublicKey = serde_json::from_value(key.clone()).unwrap();
        assert_eq!(key["kid"], Value::String(public.thumbprint()));
    }
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_after() {
    let Arrived { service, application, code, .. } = arrive(&[("scope", "openid offline_access")]).await;
    let first = application.redeem(&service, &code).await.fine();
    let old = header(&first.text("access_token"))["kid"].as_str().unwrap().to_owned();
    keys::rotate(&service.app, service.now()).await.unwrap();
    assert_eq!(published(&service).await.len(), 4);

    service.wait(599);
    let second = application.refresh(&service, &first.text("refresh_token")).await.fine();
    assert_eq!(header(&second.text("access_token"))["kid"], old.as_str());
    service.wait(1);
    let third = application.refresh(&service, &second.text("refresh_token")).await.fine();
    assert_ne!(header(&third.text("access_token"))["kid"], old.as_str());
    // Signatures of the old key are valid until they expire.
    get(&service, "/oauth/userinfo", Some(&second.text("access_token"))).await.fine();
    assert!(verified(&service, &second.text("access_token")).await.is_some());

    service.wait(3600);
    assert!(!published(&service).await.contains(&old));
    assert_eq!(published(&service).await.len(), 2);
}

#[tokio::test]
async fn an_id_token_of_a_withdrawn_key_is_still_a_hint() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    let hint = application.redeem(&service, &code).await.fine().text("id_token");
    keys::rotate(&service.app, service.now()).await.unwrap();
    service.wait(3000);
    browser.get(&application.authorize(&[])).await;
    service.wait(3000);
    keys::rotate_by_age(&service.app, service.now()).await.unwrap();
    let page = browser.get(&application.authorize(&[("id_token_hint", &hint)])).await;
    assert_eq!(page.answered("error"), None, "{page:?}");
}

#[tokio::test]
async fn keys_of_ninety_days_get_a_successor_once() {
    let service = Service::start().await;
    assert_eq!(published(&service).await.len(), 2);
    service.wait(89 * 24 * 3600);
    assert!(keys::rotate_by_age(&service.app, service.now()).await.unwrap().is_empty());
    service.wait(24 * 3600);
    assert_eq!(keys::rotate_by_age(&service.app, service.now()).await.unwrap().len(), 2);
    assert!(keys::rotate_by_age(&service.app, service.now()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_at_once_make_one_key_of_each_kind() {
    let service = Arc::new(Service::start().await);
    let now = service.now();
    let mut nodes = Vec::new();
    for _ in 0..4 {
        let node = crate::support::app(&service.database, service.app.clock.clone(), |_| {}).await;
        nodes.push(tokio::spawn(async move { keys::current(&node, now).await.unwrap().published(now).len() }));
    }
    for node in nodes {
        assert_eq!(node.await.unwrap(), 2);
    }
    assert_eq!(published(&service).await.len(), 2);
}

#[tokio::test]
async fn a_token_of_a_key_that_another_node_made_is_known_at_once() {
    let Arrived { service, application, code, .. } = arrive(&[("scope", "openid offline_access")]).await;
    let token = application.redeem(&service, &code).await.fine();
    let node = crate::support::app(&service.database, service.app.clock.clone(), |_| {}).await;
    keys::rotate(&node, service.now()).await.unwrap();
    service.wait(601);
    let node_keys = keys::current(&node, service.now()).await.unwrap();
    assert_eq!(node_keys.published(service.now()).len(), 4);
    let fresh = application.refresh(&service, &token.text("refresh_token")).await.fine();
    get(&service, "/oauth/userinfo", Some(&fresh.text("access_token"))).await.fine();
}

#[tokio::test]
async fn without_the_secret_key_nothing_is_signed() {
    let service = Service::start().await;
    published(&service).await;
    let stranger = crate::support::app(&service.database, service.app.clock.clone(), |settings| {
        settings.secret_keys = vec![salpa::platform::secret::Secret::new([9; 32])];
    })
    .await;
    let refused = keys::current(&stranger, service.now()).await.err().unwrap();
    assert_eq!(refused.status(), StatusCode::INTERNAL_SERVER_ERROR);
}
