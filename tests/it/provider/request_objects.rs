//! Signed requests: what an application has signed counts, and nothing that stands beside it.

use http::StatusCode;
use salpa::provider::applications::{ApplicationProfile, Registration};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::form;
use super::signing::{Key, Signing, link};
use crate::support::{AINO, PUBLIC_URL, Page, Service};

fn payroll() -> Registration {
    let redirect_uris = vec!["https://payroll.example/callback".to_owned(), "https://payroll.example/other".to_owned()];
    Registration { redirect_uris, ..Registration::new("Payroll") }
}

async fn story() -> (Service, Signing) {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = Signing::register(&service, Key::ec(), payroll()).await;
    (service, application)
}

fn signed_link(application: &Signing, object: &str, beside: &[(&str, &str)]) -> String {
    let fields = [&[("client_id", application.client_id()), ("request", object)], beside].concat();
    format!("/oauth/authorize?{}", form(&fields))
}

/// The result of a request object, if the application can be told.
async fn answered(service: &Service, application: &Signing, object: &str) -> Option<String> {
    let beside = [("redirect_uri", "https://payroll.example/callback"), ("state", "beside")];
    let page: Page = service.browser().open(&signed_link(application, object, &beside)).await;
    page.answered("error")
}

#[tokio::test]
async fn a_signed_request_counts_and_nothing_beside_it() {
    let (service, application) = story().await;
    let object = application.request_object(&service, &json!({}), &json!({ "scope": "openid", "state": "signed" }));
    let smuggled = [
        ("redirect_uri", "https://payroll.example/other"),
        ("scope", "openid email offline_access"),
        ("state", "smuggled"),
        ("prompt", "none"),
        ("nonce", "smuggled"),
        ("code_challenge", "smuggled"),
    ];
    let mut browser = service.browser();
    let first = browser.open(&signed_link(&application, &object, &smuggled)).await;
    let page = browser.sign_in_as(&service, first, AINO).await;
    assert!(page.location().unwrap().starts_with("https://payroll.example/callback?"), "{page:?}");
    assert_eq!(page.answered("state").as_deref(), Some("signed"));
    let code = page.answered("code").unwrap();
    let fields = super::signing::code_fields(&application.registered, &code);
    let tokens = application.post(&service, "/oauth/token", &[], &fields).await.fine();
    assert_eq!(tokens.text("scope"), "openid");
    assert_eq!(super::client::claims(&tokens.text("id_token"))["nonce"], "a nonce");
}

#[tokio::test]
async fn a_request_that_is_not_signed_by_the_applications_key_is_refused() {
    let (service, application) = story().await;
    let other = Signing::register(&service, Key::ec(), payroll()).await;
    let sign = |header: Value| application.request_object(&service, &header, &json!({}));
    let by_another = {
        let object = application.request_object(&service, &json!({}), &json!({}));
        let (signed, _) = object.rsplit_once('.').unwrap();
        let theirs = other.request_object(&service, &json!({}), &json!({}));
        format!("{signed}.{}", theirs.rsplit_once('.').unwrap().1)
    };
    let with_their_key = Signing { registered: application.registered.clone(), key: Key::ec() };
    let good = sign(json!({}));
    let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
    parts[1] = data_encoding::BASE64URL_NOPAD.encode(br#"{"client_id":"x"}"#);
    for object in [
        sign(json!({ "alg": "none" })),
        format!("{}.", sign(json!({ "alg": "none" })).trim_end_matches('.')),
        sign(json!({ "alg": "HS256" })),
        sign(json!({ "alg": "RS256" })),
        sign(json!({ "alg": "PS256" })),
        sign(json!({ "kid": "nobody's" , "alg": "ES384" })),
        sign(json!({ "crit": ["exp"] })),
        sign(json!({ "typ": "at+jwt" })),
        sign(json!({ "typ": "dpop+jwt" })),
        by_another,
        with_their_key.request_object(&service, &json!({}), &json!({})),
        parts.join("."),
        good[..good.len() - 2].to_owned(),
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
    ] {
        assert_eq!(
            answered(&service, &application, &object).await.as_deref(),
            Some("invalid_request_object"),
            "{object}"
        );
        // Without a registered address beside it, nobody is sent anywhere.
        let page = service.browser().open(&signed_link(&application, &object, &[])).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None));
    }
    assert_eq!(answered(&service, &application, &good).await, None);
}

#[tokio::test]
async fn a_request_object_is_for_this_service_by_this_application_and_for_now() {
    let (service, application) = story().await;
    let now = service.now().seconds();
    for changes in [
        json!({ "aud": "https://other.example" }),
        json!({ "aud": null }),
        json!({ "iss": "other" }),
        json!({ "iss": null }),
        json!({ "client_id": "other" }),
        json!({ "client_id": null }),
        json!({ "exp": now }),
        json!({ "exp": now + 3601 }),
        json!({ "exp": null }),
        json!({ "exp": "soon" }),
        json!({ "nbf": now + 61 }),
        json!({ "iat": now + 61 }),
        json!({ "sub": application.client_id() }),
        json!({ "request": "a.b.c" }),
        json!({ "request_uri": "urn:ietf:params:oauth:request_uri:a" }),
        json!({ "scope": ["openid"] }),
        json!({ "prompt": true }),
    ] {
        let object = application.request_object(&service, &json!({}), &changes);
        assert_eq!(
            answered(&service, &application, &object).await.as_deref(),
            Some("invalid_request_object"),
            "{changes}"
        );
    }
    for changes in
        [json!({ "aud": ["https://other.example", PUBLIC_URL] }), json!({ "nbf": now + 10 }), json!({ "nbf": null })]
    {
        let object = application.request_object(&service, &json!({}), &changes);
        assert_eq!(answered(&service, &application, &object).await, None, "{changes}");
    }
    // Its parameters are read like those of any request.
    let object = application.request_object(&service, &json!({}), &json!({ "response_type": "token" }));
    assert_eq!(answered(&service, &application, &object).await.as_deref(), Some("unsupported_response_type"));
    let object = application.request_object(&service, &json!({}), &json!({ "redirect_uri": "https://evil.example/" }));
    let page = service
        .browser()
        .open(&signed_link(&application, &object, &[("redirect_uri", "https://payroll.example/callback")]))
        .await;
    assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn an_assertion_is_no_request_and_a_request_no_assertion() {
    let (service, application) = story().await;
    let assertion = application.assertion(&service, &json!({}), &json!({ "client_id": application.client_id() }));
    assert_eq!(answered(&service, &application, &assertion).await.as_deref(), Some("invalid_request_object"));
    let object = application.request_object(&service, &json!({}), &json!({ "jti": "1" }));
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let answer = application.post_as(&service, "/oauth/token", &[], (&object, &fields)).await;
    answer.refused(401, "invalid_client");
}

#[tokio::test]
async fn numbers_and_objects_are_read_as_the_parameters_that_they_are() {
    let (service, application) = story().await;
    let mut browser = service.browser();
    let object = application.request_object(&service, &json!({}), &json!({}));
    let first = browser.open(&signed_link(&application, &object, &[])).await;
    browser.sign_in_as(&service, first, AINO).await;
    service.wait(30);
    let object = application.request_object(&service, &json!({}), &json!({ "max_age": 60 }));
    assert!(browser.get(&signed_link(&application, &object, &[])).await.answered("code").is_some());
    let object = application.request_object(&service, &json!({}), &json!({ "max_age": 20 }));
    browser.open(&signed_link(&application, &object, &[])).await.sign_in();
    let claims = json!({ "id_token": { "sub": { "value": "0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc000" } } });
    let object = application.request_object(&service, &json!({}), &json!({ "claims": claims, "prompt": "none" }));
    let page = browser.get(&signed_link(&application, &object, &[])).await;
    assert_eq!(page.answered("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn every_kind_of_registered_key_may_sign() {
    let service = Service::start().await;
    for (key, algorithm) in
        [(Key::rsa(), "PS256"), (Key::rsa(), "RS256"), (Key::ed25519(), "EdDSA"), (Key::ed25519(), "Ed25519")]
    {
        let application = Signing::register(&service, key, payroll()).await;
        let object = application.request_object(&service, &json!({ "alg": algorithm, "typ": null }), &json!({}));
        service.browser().open(&signed_link(&application, &object, &[])).await.sign_in();
    }
}

#[tokio::test]
async fn nothing_is_fetched_and_who_has_no_keys_signs_nothing() {
    let (service, application) = story().await;
    let told = |fields: Vec<(&'static str, String)>, client_id: String| {
        let service = &service;
        async move {
            let mut all: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            all.extend([("client_id", client_id.as_str()), ("redirect_uri", "https://payroll.example/callback")]);
            service.browser().open(&format!("/oauth/authorize?{}", form(&all))).await.answered("error")
        }
    };
    let client_id = application.client_id().to_owned();
    let object = application.request_object(&service, &json!({}), &json!({}));
    let url = "https://payroll.example/request.jwt".to_owned();
    let error = told(vec![("request_uri", url.clone())], client_id.clone()).await;
    assert_eq!(error.as_deref(), Some("request_uri_not_supported"));
    let both = vec![("request", object.clone()), ("request_uri", url)];
    assert_eq!(told(both, client_id.clone()).await.as_deref(), Some("invalid_request"));
    let twice = vec![("request", object.clone()), ("request", object.clone())];
    assert_eq!(told(twice, client_id).await.as_deref(), Some("invalid_request"));
    let other = service.application("Payroll", SecondFactor::Required).await;
    let error = told(vec![("request", object)], other.application.client_id.clone()).await;
    assert_eq!(error.as_deref(), Some("request_not_supported"));
}

#[tokio::test]
async fn an_application_that_must_sign_is_taken_in_no_other_way() {
    let service = Service::start().await;
    let profile = ApplicationProfile { require_signed_requests: true, ..ApplicationProfile::default() };
    let application = Signing::register(&service, Key::ec(), Registration { profile, ..payroll() }).await;
    let page = service.browser().open(&application.registered.authorize(&[])).await;
    assert_eq!(page.answered("error").as_deref(), Some("invalid_request"));
    application.push(&service, &[], &[]).await.refused(400, "invalid_request");

    let object = application.request_object(&service, &json!({}), &json!({}));
    service.browser().open(&signed_link(&application, &object, &[])).await.sign_in();
    let pushed = application.post(&service, "/oauth/par", &[], &[("request", &object)]).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    let reference = pushed.text("request_uri");
    service.browser().open(&link(&application.registered, &reference)).await.sign_in();
    let of_another = application.request_object(&service, &json!({}), &json!({ "client_id": "other" }));
    application
        .post(&service, "/oauth/par", &[], &[("request", &of_another)])
        .await
        .refused(400, "invalid_request_object");
    let mistaken = application.request_object(&service, &json!({}), &json!({ "code_challenge": null }));
    application.post(&service, "/oauth/par", &[], &[("request", &mistaken)]).await.refused(400, "invalid_request");
}
