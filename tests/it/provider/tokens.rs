//! Contents of tokens, metadata, introspection and revocation.

use http::{Method, StatusCode};
use salpa::platform::jose::Algorithm;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;

use super::client::{call, get, header, post_with, verified};
use super::{Arrived, arrive, sign_in};
use crate::support::{AINO, PUBLIC_URL, START, Service};

#[tokio::test]
async fn an_id_token_says_who_how_and_when() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let id_token = tokens.text("id_token");
    assert_eq!((&header(&id_token)["alg"], &header(&id_token)["typ"]), (&"RS256".into(), &"JWT".into()));
    let claims = verified(&service, &id_token).await.unwrap();
    assert_eq!(claims["iss"], PUBLIC_URL);
    assert_eq!(claims["aud"], application.application.client_id.as_str());
    assert_eq!(claims["nonce"], "a nonce");
    assert_eq!(claims["acr"], "aal2");
    assert_eq!(claims["amr"], serde_json::json!(["mfa", "otp", "pwd"]));
    assert_eq!(claims["auth_time"], START.seconds());
    assert_eq!(claims["iat"], START.seconds());
    assert_eq!(claims["exp"], START.seconds() + 600);
    assert_eq!(claims["at_hash"], salpa::provider::claims::id_token::left_half_hash(&tokens.text("access_token")));
    assert!(claims["sid"].is_string());
    assert_eq!(claims.get("email"), None);
}

#[tokio::test]
async fn an_access_token_is_as_rfc_9068_says() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let token = application.redeem(&service, &code).await.fine().text("access_token");
    assert_eq!((&header(&token)["alg"], &header(&token)["typ"]), (&"ES256".into(), &"at+jwt".into()));
    let claims = verified(&service, &token).await.unwrap();
    assert_eq!((&claims["iss"], &claims["aud"]), (&PUBLIC_URL.into(), &PUBLIC_URL.into()));
    assert_eq!(claims["client_id"], application.application.client_id.as_str());
    assert_eq!(claims["scope"], "openid profile email");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    for name in ["sub", "jti", "auth_time", "acr", "amr", "sid"] {
        assert!(!claims[name].is_null(), "{name}");
    }
}

#[tokio::test]
async fn an_application_may_choose_es256_and_name_its_api() {
    let Arrived { service, mut browser, .. } = arrive(&[]).await;
    let registration = Registration {
        redirect_uris: vec!["https://modern.example/callback".to_owned()],
        id_token_algorithm: Algorithm::Es256,
        audience: Some("https://api.modern.example".to_owned()),
        ..Registration::new("Modern")
    };
    let modern = service.register(registration, SecondFactor::Required).await;
    let code = browser.get(&modern.authorize(&[])).await.answered("code").unwrap();
    let tokens = modern.redeem(&service, &code).await.fine();
    assert_eq!(header(&tokens.text("id_token"))["alg"], "ES256");
    assert!(verified(&service, &tokens.text("id_token")).await.is_some());
    let claims = verified(&service, &tokens.text("access_token")).await.unwrap();
    assert_eq!(claims["aud"], serde_json::json!(["https://api.modern.example", PUBLIC_URL]));
}

#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let Arrived { service, mut browser, .. } = arrive(&[]).await;
    let registration = Registration {
        redirect_uris: vec!["https://files.example/callback".to_owned()],
        scopes: Scopes::parse("files.read").unwrap(),
        ..Registration::new("Files")
    };
    let files = service.register(registration, SecondFactor::Required).await;
    let code = browser.get(&files.authorize(&[("scope", "files.read")])).await.answered("code").unwrap();
    let tokens = files.redeem(&service, &code).await.fine();
    assert_eq!(tokens.json.get("id_token"), None);
    let userinfo = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await;
    assert_eq!(userinfo.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn single_claims_come_where_they_were_asked_for() {
    let claims = r#"{"id_token":{"email":null,"given_name":{"essential":true}},"userinfo":{"name":null}}"#;
    let Arrived { service, application, code, .. } = arrive(&[("scope", "openid"), ("claims", claims)]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let id_token = verified(&service, &tokens.text("id_token")).await.unwrap();
    assert_eq!((&id_token["email"], &id_token["given_name"]), (&AINO.email.into(), &AINO.given_name.into()));
    assert_eq!(id_token.get("name"), None);
    let person = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine().json;
    assert_eq!(person["name"], "Aino Virtanen");
    assert_eq!(person.get("email"), None);
}

#[tokio::test]
async fn the_metadata_is_true() {
    let service = Service::start().await;
    let answer = get(&service, "/.well-known/openid-configuration", None).await.fine();
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let metadata = answer.json;
    assert_eq!(metadata["issuer"], PUBLIC_URL);
    let oauth = get(&service, "/.well-known/oauth-authorization-server", None).await.fine().json;
    assert_eq!(metadata, oauth);
    for name in [
        "authorization",
        "token",
        "userinfo",
        "introspection",
        "revocation",
        "end_session",
        "pushed_authorization_request",
    ] {
        let url = metadata[format!("{name}_endpoint")].as_str().unwrap();
        let path = url.strip_prefix(PUBLIC_URL).unwrap();
        let answer = call(&service, Method::GET, path, &[], String::new()).await;
        assert_ne!(answer.status, StatusCode::NOT_FOUND, "{name}");
    }
    insta::assert_json_snapshot!("metadata", metadata);
}

#[tokio::test]
async fn introspection_tells_only_whom_it_concerns() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let known = application.introspect(&service, &access).await;
    assert_eq!(
        (&known["active"], &known["acr"], &known["token_type"]),
        (&true.into(), &"aal2".into(), &"Bearer".into())
    );
    assert_eq!(known["auth_time"], START.seconds());
    let known = application.introspect(&service, &refresh).await;
    assert_eq!((&known["active"], &known["scope"]), (&true.into(), &"openid profile email".into()));

    let other = service.application("Other", SecondFactor::Optional).await;
    let nothing = serde_json::json!({ "active": false });
    assert_eq!(other.introspect(&service, &access).await, nothing);
    assert_eq!(other.introspect(&service, &refresh).await, nothing);
    for wrong in ["nonsense", "a.b.c", &access[..access.len() - 2], &tokens.text("id_token")] {
        assert_eq!(application.introspect(&service, wrong).await, nothing, "{wrong}");
    }
    application.post(&service, "/oauth/introspect", &[]).await.refused(400, "invalid_request");
    post_with(&service, "/oauth/introspect", &[], &[("token", &access)]).await.refused(401, "invalid_client");
    service.wait(600);
    assert_eq!(application.introspect(&service, &access).await, nothing);
}

#[tokio::test]
async fn an_api_may_look_at_the_tokens_that_are_for_it() {
    let Arrived { service, mut browser, .. } = arrive(&[]).await;
    let api = service.application("Reports API", SecondFactor::Required).await;
    let registration = Registration {
        redirect_uris: vec!["https://reports.example/callback".to_owned()],
        scopes: Scopes::parse("reports.read").unwrap(),
        audience: Some(api.application.client_id.clone()),
        ..Registration::new("Reports")
    };
    let reports = service.register(registration, SecondFactor::Required).await;
    let code = browser.get(&reports.authorize(&[("scope", "reports.read")])).await.answered("code").unwrap();
    let tokens = reports.redeem(&service, &code).await.fine();
    assert_eq!(api.introspect(&service, &tokens.text("access_token")).await["active"], true);
    assert_eq!(api.introspect(&service, &tokens.text("refresh_token")).await["active"], false);
}

#[tokio::test]
async fn a_public_application_may_give_tokens_back_but_not_look_at_any() {
    let Arrived { service, mut browser, .. } = arrive(&[]).await;
    let registration = Registration {
        authentication: WishedAuthentication::None,
        redirect_uris: vec!["com.example.app:/callback".to_owned()],
        ..Registration::new("Phone")
    };
    let phone = service.register(registration, SecondFactor::Required).await;
    let code = browser.get(&phone.authorize(&[])).await.answered("code").unwrap();
    let tokens = phone.redeem(&service, &code).await.fine();
    let token = tokens.text("access_token");
    phone.post(&service, "/oauth/introspect", &[("token", &token)]).await.refused(401, "invalid_client");
    assert_eq!(phone.post(&service, "/oauth/revoke", &[("token", &token)]).await.status, StatusCode::OK);
    assert_eq!(get(&service, "/oauth/userinfo", Some(&token)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_access_token_is_given_back_alone_and_a_refresh_token_with_everything() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let first = application.redeem(&service, &code).await.fine();
    let revoke = |token: String| {
        let (service, application) = (&service, &application);
        async move { application.post(service, "/oauth/revoke", &[("token", token.as_str())]).await }
    };
    assert_eq!(revoke(first.text("access_token")).await.status, StatusCode::OK);
    assert_eq!(application.introspect(&service, &first.text("access_token")).await["active"], false);
    let second = application.refresh(&service, &first.text("refresh_token")).await.fine();
    // An older one of the family ends it as well.
    assert_eq!(revoke(first.text("refresh_token")).await.status, StatusCode::OK);
    assert_eq!(application.introspect(&service, &second.text("access_token")).await["active"], false);
    application.refresh(&service, &second.text("refresh_token")).await.refused(400, "invalid_grant");
    for again in [second.text("refresh_token"), "nonsense".to_owned()] {
        assert_eq!(revoke(again).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn nobody_gives_back_the_tokens_of_others() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let other = service.application("Other", SecondFactor::Optional).await;
    for name in ["access_token", "refresh_token"] {
        let refused = other.post(&service, "/oauth/revoke", &[("token", &tokens.text(name))]).await;
        refused.refused(400, "invalid_grant");
        assert_eq!(application.introspect(&service, &tokens.text(name)).await["active"], true);
    }
}

#[tokio::test]
async fn rows_that_are_over_are_removed_and_grants_in_force_stay() {
    let Arrived { service, application, mut browser, code } = arrive(&[("scope", "openid offline_access")]).await;
    let kept = application.redeem(&service, &code).await.fine().text("refresh_token");
    browser.get(&application.authorize(&[])).await;
    service.wait(3 * 24 * 3600);
    let removed = salpa::provider::expire(&service.app, service.now()).await.unwrap();
    assert!(removed >= 2, "{removed}");
    application.refresh(&service, &kept).await.fine();
    let page = sign_in(&service, &mut service.browser(), &application, &[]).await;
    assert!(page.answered("code").is_some());
}
