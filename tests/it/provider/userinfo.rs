//! Userinfo: what an application may know, for a good token and nothing else.

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use salpa::provider::applications::{ApplicationProfile, Registration};
use salpa::sign_in::policies::SecondFactor;

use super::client::{call, claims, form, get, post_with};
use super::consent::answers;
use super::{Arrived, arrive, sign_in};
use crate::support::{AINO, Service};

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
async fn software_that_reads_preferred_username_finds_the_sign_in_email_in_it() {
    let single = r#"{"userinfo":{"preferred_username":null}}"#;
    for (in_id_token, asked, is_told) in [
        (false, &[("scope", "openid profile")][..], true),
        (true, &[("scope", "openid profile")], true),
        (false, &[("scope", "openid email")], false),
        (false, &[("scope", "openid"), ("claims", single)], true),
    ] {
        let service = Service::start().await;
        service.person(AINO).await;
        let registration = Registration {
            redirect_uris: vec!["https://git.example/callback".to_owned()],
            profile: ApplicationProfile { claims_in_id_token: in_id_token, ..ApplicationProfile::default() },
            ..Registration::new("Git")
        };
        let application = service.register(registration, SecondFactor::Required).await;
        let page = sign_in(&service, &mut service.browser(), &application, asked).await;
        let tokens = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
        let told = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine().json;
        assert_eq!(told.get("preferred_username").is_some_and(|name| name == AINO.email), is_told, "{asked:?} {told}");
        let id_token = claims(&tokens.text("id_token"));
        assert_eq!(id_token.get("preferred_username").is_some(), in_id_token, "{asked:?} {id_token}");
    }
}

#[tokio::test]
async fn an_application_that_was_allowed_name_and_language_alone_does_not_get_the_email_as_preferred_username() {
    let somebody_elses = ApplicationProfile { third_party: true, ..ApplicationProfile::default() };
    let pairwise = ApplicationProfile { sector: Some("git.example".to_owned()), ..ApplicationProfile::default() };
    for (profile, scope, is_told) in [
        (somebody_elses.clone(), "openid profile", false),
        (somebody_elses, "openid profile email", true),
        (pairwise.clone(), "openid profile", false),
        (pairwise, "openid profile email", true),
    ] {
        let service = Service::start().await;
        service.person(AINO).await;
        let asks = profile.third_party;
        let registration = Registration {
            redirect_uris: vec!["https://git.example/callback".to_owned()],
            profile,
            ..Registration::new("Git")
        };
        let application = service.register(registration, SecondFactor::Required).await;
        let mut browser = service.browser();
        let mut page = sign_in(&service, &mut browser, &application, &[("scope", scope)]).await;
        if asks {
            assert_eq!(page.says("Your email"), is_told);
            page = answers(&mut browser, &page, "allow").await;
        }
        let tokens = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
        let told = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine().json;
        assert_eq!(told.get("preferred_username").is_some(), is_told, "{scope}: {told}");
        assert_eq!(told["name"], "Aino Virtanen");
    }
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
