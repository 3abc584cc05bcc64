//! Resource indicators: an access token is for the APIs that were named, and for no other.

use http::header::AUTHORIZATION;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{ApplicationProfile, GrantType, Registration};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{VERIFIER, claims, form, get, post_with};
use super::sign_in;
use super::signing::{Key, Signing, code_fields, link};
use crate::support::{AINO, Browser, PUBLIC_URL, Registered, Service};

const FILES: &str = "https://files.example/api";
const MAIL: &str = "https://mail.example/";
const OWN: &str = "https://own.example/";

async fn desk() -> (Service, Registered, Browser) {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        redirect_uris: vec!["https://desk.example/callback".to_owned()],
        grant_types: GrantType::ALL.to_vec(),
        scopes: Scopes::parse("openid offline_access files.read").unwrap(),
        audience: Some(OWN.to_owned()),
        profile: ApplicationProfile {
            resources: vec![FILES.to_owned(), MAIL.to_owned()],
            ..ApplicationProfile::default()
        },
        ..Registration::new("Desk")
    };
    let desk = service.register(registration, SecondFactor::Required).await;
    let mut browser = service.browser();
    assert!(sign_in(&service, &mut browser, &desk, &[]).await.answered("code").is_some());
    (service, desk, browser)
}

async fn code(browser: &mut Browser, desk: &Registered, resources: &[&str]) -> String {
    let named = form(&resources.iter().map(|resource| ("resource", *resource)).collect::<Vec<_>>());
    let path = format!("{}&{named}", desk.authorize(&[("scope", "files.read offline_access")]));
    let page = browser.get(&path).await;
    page.answered("code").unwrap_or_else(|| panic!("no code: {page:?}"))
}

async fn token(
    service: &Service,
    desk: &Registered,
    fields: &[(&str, &str)],
    resources: &[&str],
) -> super::client::Answer {
    let fields: Vec<_> = fields.iter().copied().chain(resources.iter().map(|one| ("resource", *one))).collect();
    post_with(service, "/oauth/token", &[(AUTHORIZATION.as_str(), &desk.basic())], &fields).await
}

async fn redeem(service: &Service, desk: &Registered, code: &str, resources: &[&str]) -> super::client::Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "https://desk.example/callback"),
        ("code_verifier", VERIFIER),
    ];
    token(service, desk, &fields, resources).await
}

fn audience(answer: &super::client::Answer) -> Value {
    claims(&answer.text("access_token"))["aud"].clone()
}

#[tokio::test]
async fn a_token_is_for_what_was_named_and_narrower_at_each_refresh() {
    let (service, desk, mut browser) = desk().await;
    let given = code(&mut browser, &desk, &[FILES, MAIL]).await;
    let all = redeem(&service, &desk, &given, &[]).await.fine();
    assert_eq!(audience(&all), json!([FILES, MAIL]));
    let refresh = async |token_text: String, resources: &[&str]| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token_text.as_str())];
        token(&service, &desk, &fields, resources).await
    };
    let one = refresh(all.text("refresh_token"), &[MAIL]).await.fine();
    assert_eq!(audience(&one), MAIL);
    // Less at one refresh is not less for ever.
    let again = refresh(one.text("refresh_token"), &[]).await.fine();
    assert_eq!(audience(&again), json!([FILES, MAIL]));
    for wrong in [
        &["https://elsewhere.example/"][..],
        &[FILES, "https://elsewhere.example/"],
        &[OWN],
        &["no-uri"],
        &["https://a.example/#b"],
    ] {
        refresh(again.text("refresh_token"), wrong).await.refused(400, "invalid_target");
    }
    // A refusal costs no token.
    refresh(again.text("refresh_token"), &[FILES]).await.fine();
}

#[tokio::test]
async fn more_than_was_granted_cannot_be_had_with_the_code() {
    let (service, desk, mut browser) = desk().await;
    let given = code(&mut browser, &desk, &[FILES]).await;
    redeem(&service, &desk, &given, &[MAIL]).await.refused(400, "invalid_target");
    let tokens = redeem(&service, &desk, &given, &[FILES]).await.fine();
    assert_eq!(audience(&tokens), FILES);
    // Without a named resource the audience is the application's own API.
    let given = code(&mut browser, &desk, &[]).await;
    redeem(&service, &desk, &given, &[MAIL]).await.refused(400, "invalid_target");
    assert_eq!(audience(&redeem(&service, &desk, &given, &[OWN]).await.fine()), OWN);
    let given = code(&mut browser, &desk, &[]).await;
    assert_eq!(audience(&redeem(&service, &desk, &given, &[]).await.fine()), OWN);
}

#[tokio::test]
async fn an_unregistered_resource_is_an_invalid_target_for_the_application() {
    let (service, desk, mut browser) = desk().await;
    for wrong in ["https://elsewhere.example/", "no-uri", "https://files.example/api#x", "https://files.example/api/"] {
        let page = browser.get(&desk.authorize(&[("resource", wrong)])).await;
        assert_eq!(page.answered("error").as_deref(), Some("invalid_target"), "{wrong}");
        assert_eq!(page.answered("state").as_deref(), Some("a state"));
    }
    let fields = [("grant_type", "client_credentials"), ("scope", "files.read")];
    assert_eq!(audience(&token(&service, &desk, &fields, &[FILES]).await.fine()), FILES);
    token(&service, &desk, &fields, &["https://elsewhere.example/"]).await.refused(400, "invalid_target");
    // Every other parameter still comes once.
    token(&service, &desk, &[("grant_type", "client_credentials"), ("scope", "a"), ("scope", "b")], &[])
        .await
        .refused(400, "invalid_request");
}

#[tokio::test]
async fn a_token_for_userinfo_names_this_service_beside_the_api() {
    let (service, desk, mut browser) = desk().await;
    let page = browser.get(&desk.authorize(&[("scope", "openid files.read"), ("resource", FILES)])).await;
    let tokens = redeem(&service, &desk, &page.answered("code").unwrap(), &[]).await.fine();
    assert_eq!(audience(&tokens), json!([FILES, PUBLIC_URL]));
    get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine();
}

/// A pushed or signed request may name several as well, and no others.
#[tokio::test]
async fn a_pushed_and_a_signed_request_name_resources_as_any_other() {
    let (service, desk, mut browser) = desk().await;
    let pushed = desk.push(&service, &[], &[("resource", MAIL), ("scope", "files.read")]).await;
    let page = browser.get(&link(&desk, &pushed.text("request_uri"))).await;
    let tokens = redeem(&service, &desk, &page.answered("code").unwrap(), &[]).await.fine();
    assert_eq!(claims(&tokens.text("access_token"))["aud"], MAIL);
    desk.push(&service, &[], &[("resource", "https://other.example/")]).await.refused(400, "invalid_target");

    let registration = Registration {
        redirect_uris: vec!["https://desk.example/callback".to_owned()],
        profile: ApplicationProfile {
            resources: vec![FILES.to_owned(), MAIL.to_owned()],
            ..ApplicationProfile::default()
        },
        ..Registration::new("Signing desk")
    };
    let signing = Signing::register(&service, Key::ec(), registration).await;
    let object = signing.request_object(&service, &json!({}), &json!({ "resource": [FILES, MAIL], "scope": "openid" }));
    let fields = [("client_id", signing.client_id()), ("request", object.as_str())];
    let page = browser.get(&format!("/oauth/authorize?{}", form(&fields))).await;
    let code = page.answered("code").unwrap_or_else(|| panic!("no code: {page:?}"));
    let fields = code_fields(&signing.registered, &code);
    let tokens = signing.post(&service, "/oauth/token", &[], &fields).await.fine();
    let audience = claims(&tokens.text("access_token"))["aud"].clone();
    assert!([FILES, MAIL].iter().all(|resource| audience.as_array().unwrap().contains(&json!(resource))), "{audience}");
}
