//! Applications that keep the FAPI 2.0 Security Profile: each module of its test plan, as far as it tells
//! of the service, as a story.

use http::StatusCode;
use salpa::platform::jose::Algorithm;
use salpa::provider::applications::{
    self, ApplicationProfile, GrantType, Registration, RegistrationError, WishedAuthentication,
};
use serde_json::{Value, json};

use super::client::{claims, get, verified};
use super::signing::{Key, Signing, code_fields, link, proof, proof_with, request_of, userinfo, userinfo_proof};
use crate::support::{AINO, Browser, PUBLIC_URL, Service};

const TOKEN: &str = "/oauth/token";

fn bank() -> Registration {
    Registration {
        redirect_uris: vec!["https://bank.example/callback".to_owned()],
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials],
        id_token_algorithm: Algorithm::Es256,
        profile: ApplicationProfile { fapi: true, ..ApplicationProfile::default() },
        ..Registration::new("Bank")
    }
}

async fn story() -> (Service, Signing) {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = Signing::register(&service, Key::ec(), bank()).await;
    (service, application)
}

/// A code for Aino, the first time by signing in.
async fn code(service: &Service, application: &Signing, browser: &mut Browser) -> String {
    let page = application.open(service, browser, &[]).await;
    let page = if page.answered("code").is_some() { page } else { browser.sign_in_as(service, page, AINO).await };
    page.answered("code").unwrap_or_else(|| panic!("no code: {page:?}"))
}

async fn tokens(service: &Service, application: &Signing, key: &Key, fields: &[(&str, &str)]) -> super::client::Answer {
    let proof = proof(service, key, TOKEN, &json!({}));
    application.post(service, TOKEN, &[("dpop", &proof)], fields).await
}

#[tokio::test]
async fn the_whole_way_holds() {
    let (service, application) = story().await;
    let key = Key::ec();
    let mut browser = service.browser();
    let first = application.open(&service, &mut browser, &[]).await;
    let page = browser.sign_in_as(&service, first, AINO).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.answered("iss").as_deref(), Some(PUBLIC_URL));
    assert!(page.location().unwrap().starts_with("https://bank.example/callback?"));
    let code = page.answered("code").unwrap();
    assert!(code.len() >= 22, "at least 128 bits");
    let fields = code_fields(&application.registered, &code);
    let given = tokens(&service, &application, &key, &fields).await.fine();
    assert_eq!(given.text("token_type"), "DPoP");
    let id_token = verified(&service, &given.text("id_token")).await.unwrap();
    assert_eq!((&id_token["aud"], &id_token["nonce"]), (&application.client_id().into(), &"a nonce".into()));
    let token = given.text("access_token");
    userinfo(&service, &token, &userinfo_proof(&service, &key, &token, &json!({}))).await.fine();

    // Refresh tokens are not rotated: an answer that was lost costs nobody the session.
    let refresh = given.text("refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    for _ in 0..2 {
        service.wait(60);
        let again = tokens(&service, &application, &key, &fields).await.fine();
        assert_eq!(again.text("refresh_token"), refresh);
        assert_eq!(claims(&again.text("access_token"))["cnf"]["jkt"], key.thumbprint());
    }
    let own = tokens(&service, &application, &key, &[("grant_type", "client_credentials")]).await.fine();
    assert_eq!(own.text("token_type"), "DPoP");
}

#[tokio::test]
async fn an_application_that_cannot_keep_the_profile_is_not_registered_for_it() {
    let service = Service::start().await;
    let jwks = |key: &Key, more: Value| {
        let key = super::signing::changed(key.jwk(), &more);
        WishedAuthentication::PrivateKeyJwt(serde_json::from_value(json!({ "keys": [key] })).unwrap())
    };
    let good = || jwks(&Key::ec(), json!({}));
    let cases: Vec<(Registration, &str)> = vec![
        (bank(), "fapi"),
        (
            Registration {
                authentication: WishedAuthentication::None,
                grant_types: vec![GrantType::AuthorizationCode],
                ..bank()
            },
            "fapi",
        ),
        (Registration { authentication: jwks(&Key::rsa(), json!({ "alg": "RS256" })), ..bank() }, "jwks"),
        (Registration { authentication: good(), id_token_algorithm: Algorithm::Rs256, ..bank() }, "id_token_algorithm"),
        (Registration { authentication: good(), may_omit_pkce: true, ..bank() }, "may_omit_pkce"),
        (
            Registration {
                authentication: good(),
                redirect_uris: vec!["http://localhost:3000/callback".to_owned()],
                ..bank()
            },
            "redirect_uris",
        ),
        (
            Registration {
                profile: ApplicationProfile { require_signed_requests: true, ..ApplicationProfile::default() },
                ..Registration::new("Secret")
            },
            "require_signed_requests",
        ),
    ];
    for (registration, field) in cases {
        let registration = Registration {
            redirect_uris: if registration.redirect_uris.is_empty() {
                bank().redirect_uris
            } else {
                registration.redirect_uris.clone()
            },
            ..registration
        };
        let refused = applications::create(&service.app.db, &service.app.random, registration, service.now()).await;
        let Err(RegistrationError::Mistakes(mistakes)) = refused else { panic!("{field} was taken") };
        assert_eq!(mistakes.iter().map(|mistake| mistake.field).collect::<Vec<_>>(), [field]);
    }
    // Nor changed into one.
    let secret = service.application("Payroll", salpa::sign_in::policies::SecondFactor::Required).await;
    let mut changed = secret.application;
    changed.profile.fapi = true;
    changed.id_token_algorithm = Algorithm::Es256;
    let refused = applications::update(&service.app.db, &service.app.random, &changed, service.now()).await;
    assert!(matches!(refused, Err(RegistrationError::Mistakes(_))));
}

#[tokio::test]
async fn a_request_that_was_not_pushed_is_refused() {
    let (service, application) = story().await;
    let object = application.request_object(&service, &json!({}), &json!({}));
    for changes in [&[][..], &[("request", object.as_str())], &[("response_mode", "form_post")]] {
        let page = service.browser().open(&application.registered.authorize(changes)).await;
        assert!(page.answered("code").is_none() && !page.path.starts_with("/sign-in/"), "{page:?}");
        assert!(page.answered("error").as_deref() == Some("invalid_request") || page.body.contains("invalid_request"));
    }
}

#[tokio::test]
async fn a_pushed_request_keeps_the_profile() {
    let (service, application) = story().await;
    for (changes, error) in [
        (&[("code_challenge", ""), ("code_challenge_method", "")][..], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("response_type", "code id_token")], "unsupported_response_type"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "")], "invalid_request"),
        (&[("redirect_uri", "")], "invalid_request"),
        (&[("redirect_uri", "https://bank.example/callback?more=1")], "invalid_request"),
        (&[("redirect_uri", "https://evil.example/")], "invalid_request"),
        (&[("scope", "openid"), ("scope", "email")], "invalid_request"),
        (&[("request_uri", "urn:ietf:params:oauth:request_uri:x")], "invalid_request"),
    ] {
        application.push(&service, &[], changes).await.refused(400, error);
    }
    let fields = request_of(&application.registered, &[]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    super::client::post_with(&service, "/oauth/par", &[], &fields).await.refused(401, "invalid_client");

    // Long texts come back whole.
    let (state, nonce) = ("s".repeat(384), "n".repeat(128));
    let mut browser = service.browser();
    let first = application.open(&service, &mut browser, &[("state", &state), ("nonce", &nonce)]).await;
    let page = browser.sign_in_as(&service, first, AINO).await;
    assert_eq!(page.answered("state").as_deref(), Some(state.as_str()));
    let given = tokens(
        &service,
        &application,
        &Key::ec(),
        &code_fields(&application.registered, &page.answered("code").unwrap()),
    )
    .await;
    assert_eq!(claims(&given.fine().text("id_token"))["nonce"], nonce.as_str());
}

#[tokio::test]
async fn a_reference_is_used_once_by_its_application_within_its_time() {
    let (service, application) = story().await;
    let other = Signing::register(&service, Key::ec(), bank()).await;
    let pushed = application.push(&service, &[], &[]).await;
    let seconds = pushed.json["expires_in"].as_i64().unwrap();
    assert!((5..600).contains(&seconds));
    let reference = pushed.text("request_uri");
    let stolen = service.browser().open(&link(&other.registered, &reference)).await;
    assert_eq!((stolen.status, stolen.location()), (StatusCode::BAD_REQUEST, None));
    let mut browser = service.browser();
    let first = browser.open(&link(&application.registered, &reference)).await;
    browser.sign_in_as(&service, first, AINO).await;
    assert_eq!(browser.open(&link(&application.registered, &reference)).await.status, StatusCode::GONE);
    let late = application.push(&service, &[], &[]).await.text("request_uri");
    service.wait(u64::try_from(seconds).unwrap());
    assert_eq!(browser.open(&link(&application.registered, &late)).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn an_assertion_is_for_the_issuer_alone_of_now_and_not_by_rs256() {
    let (service, application) = story().await;
    let now = service.now().seconds();
    let key = Key::ec();
    let ask = |header: Value, changes: Value, path: &'static str| {
        let assertion = application.assertion(&service, &header, &changes);
        let (service, application, proof) = (&service, &application, proof(&service, &key, path, &json!({})));
        async move {
            let fields = request_of(&application.registered, &[]);
            let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.push(("grant_type", "client_credentials"));
            if path == TOKEN {
                fields.retain(|(name, _)| *name == "grant_type");
            }
            application.post_as(service, path, &[("dpop", &proof)], (&assertion, &fields)).await
        }
    };
    for path in [TOKEN, "/oauth/par"] {
        for changes in [
            json!({ "aud": [PUBLIC_URL] }),
            json!({ "aud": [PUBLIC_URL, "https://other.example"] }),
            json!({ "aud": format!("{PUBLIC_URL}/oauth/token") }),
            json!({ "aud": format!("{PUBLIC_URL}/oauth/par") }),
            json!({ "aud": format!("{PUBLIC_URL}/") }),
            json!({ "aud": "https://other.example" }),
            json!({ "aud": null }),
            json!({ "iss": "other" }),
            json!({ "sub": "other" }),
            json!({ "exp": now - 1 }),
            json!({ "exp": null }),
            json!({ "jti": null }),
            json!({ "iat": now + 61 }),
            json!({ "nbf": now + 61 }),
        ] {
            ask(json!({}), changes, path).await.refused(401, "invalid_client");
        }
        for changes in
            [json!({}), json!({ "iat": now + 8 }), json!({ "iat": now + 10, "nbf": now + 10 }), json!({ "nbf": now })]
        {
            assert!(ask(json!({}), changes, path).await.status.is_success());
        }
    }
    // An application with an RSA key signs with PS256, and never with RS256.
    let by_rsa = Signing::register(&service, Key::rsa(), bank()).await;
    let by_ed25519 = Signing::register(&service, Key::ed25519(), bank()).await;
    for (signing, algorithm, is_taken) in [
        (&by_rsa, "RS256", false),
        (&by_rsa, "PS256", true),
        (&by_ed25519, "EdDSA", true),
        (&application, "none", false),
        (&application, "HS256", false),
    ] {
        let assertion = signing.assertion(&service, &json!({ "alg": algorithm }), &json!({}));
        let proof = proof(&service, &key, TOKEN, &json!({}));
        let fields = [("grant_type", "client_credentials")];
        let answer = signing.post_as(&service, TOKEN, &[("dpop", &proof)], (&assertion, &fields)).await;
        assert_eq!(answer.status == StatusCode::OK, is_taken, "{algorithm}: {answer:?}");
    }
}

#[tokio::test]
async fn rs256_and_many_audiences_are_still_taken_of_others() {
    let service = Service::start().await;
    let plain = Registration { profile: ApplicationProfile::default(), ..bank() };
    let signing = Signing::register(&service, Key::rsa(), plain).await;
    let changes = json!({ "aud": [format!("{PUBLIC_URL}/oauth/token"), "https://other.example"] });
    let assertion = signing.assertion(&service, &json!({ "alg": "RS256" }), &changes);
    signing.post_as(&service, TOKEN, &[], (&assertion, &[("grant_type", "client_credentials")])).await.fine();
}

#[tokio::test]
async fn a_code_is_good_once_for_a_minute_for_its_application_with_proof_and_verifier() {
    let (service, application) = story().await;
    let other = Signing::register(&service, Key::ec(), bank()).await;
    let key = Key::ec();
    let mut browser = service.browser();
    let first = code(&service, &application, &mut browser).await;
    let fields = code_fields(&application.registered, &first);
    application.post(&service, TOKEN, &[], &fields).await.refused(400, "invalid_dpop_proof");
    tokens(&service, &other, &key, &fields).await.refused(400, "invalid_grant");
    tokens(&service, &application, &key, &fields[..3]).await.refused(400, "invalid_grant");
    let wrong_verifier = [&fields[..3], &[("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")]].concat();
    tokens(&service, &application, &key, &wrong_verifier).await.refused(400, "invalid_grant");
    let now = service.now().seconds();
    for iat in [now - 61, now + 61] {
        let proof = proof(&service, &key, TOKEN, &json!({ "iat": iat }));
        application.post(&service, TOKEN, &[("dpop", &proof)], &fields).await.refused(400, "invalid_dpop_proof");
    }
    let signed_by_rs256 = proof_with(&service, &Key::rsa(), TOKEN, &json!({ "alg": "RS256" }), &json!({}));
    application.post(&service, TOKEN, &[("dpop", &signed_by_rs256)], &fields).await.refused(400, "invalid_dpop_proof");
    let given = tokens(&service, &application, &key, &fields).await.fine();
    service.wait(1);
    tokens(&service, &application, &key, &fields).await.refused(400, "invalid_grant");
    let token = given.text("access_token");
    let over = userinfo(&service, &token, &userinfo_proof(&service, &key, &token, &json!({}))).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED, "a second use ends what the first gave");

    let late = code(&service, &application, &mut browser).await;
    service.wait(62);
    tokens(&service, &application, &key, &code_fields(&application.registered, &late))
        .await
        .refused(400, "invalid_grant");
}

#[tokio::test]
async fn tokens_are_good_for_their_key_and_their_application_alone() {
    let (service, application) = story().await;
    let other = Signing::register(&service, Key::ec(), bank()).await;
    let key = Key::ec();
    let code = code(&service, &application, &mut service.browser()).await;
    let given = tokens(&service, &application, &key, &code_fields(&application.registered, &code)).await.fine();
    let (token, refresh) = (given.text("access_token"), given.text("refresh_token"));
    assert_eq!(get(&service, "/oauth/userinfo", Some(&token)).await.status, StatusCode::UNAUTHORIZED);
    let by_another = userinfo_proof(&service, &Key::ec(), &token, &json!({}));
    assert_eq!(userinfo(&service, &token, &by_another).await.status, StatusCode::UNAUTHORIZED);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    tokens(&service, &other, &key, &fields).await.refused(400, "invalid_grant");
    application.post(&service, TOKEN, &[], &fields).await.refused(400, "invalid_dpop_proof");
    tokens(&service, &application, &key, &fields).await.fine();
    let revoke = [("token", refresh.as_str())];
    assert_eq!(application.post(&service, "/oauth/revoke", &[], &revoke).await.status, StatusCode::OK);
    tokens(&service, &application, &key, &fields).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_request_object_keeps_the_profile_too() {
    let (service, application) = story().await;
    let push = |object: String| {
        let (service, application) = (&service, &application);
        async move { application.post(service, "/oauth/par", &[], &[("request", object.as_str())]).await }
    };
    let good = push(application.request_object(&service, &json!({}), &json!({}))).await;
    assert_eq!(good.status, StatusCode::CREATED, "{good:?}");
    // Its type may be absent, and stand in whatever letters.
    for typ in [json!(null), json!("OautH-auThZ-REQ+jWt"), json!("application/oauth-authz-req+jwt")] {
        let taken = push(application.request_object(&service, &json!({ "typ": typ }), &json!({}))).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{typ}: {taken:?}");
    }
    for header in [json!({ "typ": "JWT" }), json!({ "typ": "at+jwt" }), json!({ "typ": "" }), json!({ "alg": "none" })]
    {
        push(application.request_object(&service, &header, &json!({}))).await.refused(400, "invalid_request_object");
    }
    // It says from when it holds, within the last hour, and for an hour at most.
    let now = service.now().seconds();
    for (times, is_taken) in [
        (json!({ "nbf": null }), false),
        (json!({ "nbf": now - 70 * 60 }), false),
        (json!({ "nbf": now - 3601 }), false),
        (json!({ "nbf": now - 3600, "exp": now }), false),
        (json!({ "nbf": now - 3590, "exp": now + 10 }), true),
        (json!({ "nbf": now - 3590, "exp": now + 60 }), false),
        (json!({ "nbf": now, "exp": now + 3600 }), true),
        (json!({ "nbf": now, "exp": now + 3601 }), false),
        (json!({ "nbf": now + 10, "exp": now + 3610 }), true),
        (json!({ "nbf": now + 11 }), false),
    ] {
        let answer = push(application.request_object(&service, &json!({}), &times)).await;
        assert_eq!(answer.status == StatusCode::CREATED, is_taken, "{times}: {answer:?}");
    }
    // Without a type it is no client assertion for all that, and an assertion no request.
    let assertion =
        application.assertion(&service, &json!({}), &json!({ "client_id": application.client_id(), "nbf": now }));
    push(assertion).await.refused(400, "invalid_request_object");
    let by_rsa = Signing::register(&service, Key::rsa(), bank()).await;
    let rs256 = by_rsa.request_object(&service, &json!({ "alg": "RS256" }), &json!({}));
    by_rsa.post(&service, "/oauth/par", &[], &[("request", &rs256)]).await.refused(400, "invalid_request_object");
}
