//! Userinfo: what an application may know, for a good token and nothing else.

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use super::client::{call, form, get, post_with};
use super::{Arrived, arrive};
use crate::support::AINO;

#[tokio::test]
async fn scopes_say_what_is_told() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let token = application.redeem(&service, &code).await.fine().text("access_token");
    let answer = get(&service, "/oauth/userinfo", Some(&token)).await.fine();
    assert_eq!(answer.header("cache-control"), "no-store");
    let person = answer.json;
    assert_eq!(person["email"], AINO.email);
    assert_eq!(person["email_verified"], true);
    assert_eq!((&person["given_name"], &person["family_name"]), (&"Aino".into(), &"Virtanen".into()));
    assert!(person["sub"].is_string() && person["updated_at"].is_i64());
}

#[tokio::test]
async fn without_scopes_there_is_only_the_subject() {
    let Arrived { service, application, code, .. } = arrive(&[("scope", "openid")]).await;
    let token = application.redeem(&service, &code).await.fine().text("access_token");
    let person = get(&service, "/oauth/userinfo", Some(&token)).await.fine().json;
    assert_eq!(person.as_object().unwrap().keys().collect::<Vec<_>>(), ["sub"]);
}

#[tokio::test]
async fn the_token_comes_by_header_or_by_form_but_not_by_both_or_by_url() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let token = application.redeem(&service, &code).await.fine().text("access_token");
    let path = "/oauth/userinfo";
    post_with(&service, path, &[], &[("access_token", &token)]).await.fine();
    let bearer = format!("Bearer {token}");
    let headers = [(AUTHORIZATION.as_str(), bearer.as_str())];
    call(&service, Method::POST, path, &headers, String::new()).await.fine();
    let both = post_with(&service, path, &headers, &[("access_token", &token)]).await;
    assert_eq!(both.status, StatusCode::BAD_REQUEST);
    let in_url = format!("{path}?{}", form(&[("access_token", &token)]));
    assert_eq!(get(&service, &in_url, None).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_bad_token_is_told_as_rfc_6750_says() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let none = get(&service, "/oauth/userinfo", None).await;
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
    assert_eq!(none.header("www-authenticate"), "Bearer realm=\"Salpa\"");
    let token = tokens.text("access_token");
    let mut altered = token.clone().into_bytes();
    let middle = token.find('.').unwrap() + 10;
    altered[middle] = if altered[middle] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    let unsigned = format!("{}.", &token[..token.rfind('.').unwrap()]);
    for wrong in [altered.as_str(), &unsigned, "x", &tokens.text("id_token"), &tokens.text("refresh_token")] {
        let answer = get(&service, "/oauth/userinfo", Some(wrong)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
    }
    service.wait(600);
    assert_eq!(get(&service, "/oauth/userinfo", Some(&token)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn scripts_of_other_origins_may_ask_but_bring_no_cookies() {
    let Arrived { service, .. } = arrive(&[]).await;
    let headers = [
        ("origin", "https://payroll.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    let answer = call(&service, Method::OPTIONS, "/oauth/userinfo", &headers, String::new()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}
