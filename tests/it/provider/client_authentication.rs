//! How applications prove to be themselves at the token endpoint.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{GrantType, Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{Answer, call, claims, get, post_with, verified};
use crate::support::{PUBLIC_URL, Registered, Service};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn machine(name: &str) -> Registration {
    Registration {
        grant_types: vec![GrantType::ClientCredentials],
        scopes: Scopes::parse("openid profile reports.read reports.write").unwrap(),
        ..Registration::new(name)
    }
}

async fn robot(service: &Service) -> Registered {
    service.register(machine("Robot"), SecondFactor::Required).await
}

#[tokio::test]
async fn a_secret_by_header_or_form_gives_a_token_for_the_application_itself() {
    let service = Service::start().await;
    let robot = robot(&service).await;
    let client_id = robot.application.client_id.as_str();
    let by_header = robot.post(&service, "/oauth/token", &[("grant_type", "client_credentials")]).await.fine();
    let secret = robot.secret.as_deref().unwrap();
    let fields = [("grant_type", "client_credentials"), ("client_id", client_id), ("client_secret", secret)];
    let by_form = post_with(&service, "/oauth/token", &[], &fields).await.fine();
    for answer in [by_header, by_form] {
        assert_eq!(answer.text("scope"), "reports.read reports.write");
        assert_eq!(answer.json.get("refresh_token"), None);
        let token = verified(&service, &answer.text("access_token")).await.unwrap();
        assert_eq!((token["sub"].as_str(), token["client_id"].as_str()), (Some(client_id), Some(client_id)));
        assert_eq!(token["aud"].as_str(), Some(client_id));
        let person = get(&service, "/oauth/userinfo", Some(&answer.text("access_token"))).await;
        assert_eq!(person.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn the_scope_of_an_application_itself_is_its_own() {
    let service = Service::start().await;
    let robot = robot(&service).await;
    let ask = |scope: &'static str| {
        let (service, robot) = (&service, &robot);
        async move { robot.post(service, "/oauth/token", &[("grant_type", "client_credentials"), ("scope", scope)]).await }
    };
    assert_eq!(ask("reports.read").await.fine().text("scope"), "reports.read");
    for scope in ["openid", "reports.delete", "reports.read admin", "\u{e9}"] {
        ask(scope).await.refused(400, "invalid_scope");
    }
}

#[tokio::test]
async fn every_failure_looks_the_same() {
    let service = Service::start().await;
    let robot = robot(&service).await;
    let client_id = robot.application.client_id.clone();
    let basic = |name: &str, secret: &str| format!("Basic {}", BASE64.encode(format!("{name}:{secret}").as_bytes()));
    let mut seen: Vec<(Value, String)> = Vec::new();
    for authorization in [
        basic(&client_id, "wrong"),
        basic(&client_id, ""),
        basic("nobody", robot.secret.as_deref().unwrap()),
        "Basic !!!".to_owned(),
        "Bearer abc".to_owned(),
    ] {
        let headers = [(AUTHORIZATION.as_str(), authorization.as_str())];
        let answer = post_with(&service, "/oauth/token", &headers, &[("grant_type", "client_credentials")]).await;
        answer.refused(401, "invalid_client");
        assert!(answer.header("www-authenticate").starts_with("Basic "));
        seen.push((answer.json.clone(), answer.header("www-authenticate").to_owned()));
    }
    for fields in [
        vec![("grant_type", "client_credentials")],
        vec![("grant_type", "client_credentials"), ("client_id", client_id.as_str())],
        vec![("grant_type", "client_credentials"), ("client_id", client_id.as_str()), ("client_secret", "wrong")],
        vec![("grant_type", "client_credentials"), ("client_id", "no\0body"), ("client_secret", "wrong")],
    ] {
        let answer = post_with(&service, "/oauth/token", &[], &fields).await;
        answer.refused(401, "invalid_client");
        seen.push((answer.json.clone(), answer.header("www-authenticate").to_owned()));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test]
async fn a_request_that_is_no_form_or_shows_two_ways_is_refused() {
    let service = Service::start().await;
    let robot = robot(&service).await;
    let basic = robot.basic();
    let both = [
        ("grant_type", "client_credentials"),
        ("client_id", robot.application.client_id.as_str()),
        ("client_secret", robot.secret.as_deref().unwrap()),
    ];
    robot.post(&service, "/oauth/token", &both).await.refused(400, "invalid_request");
    let headers = [(AUTHORIZATION.as_str(), basic.as_str()), ("content-type", "application/json")];
    let json = r#"{"grant_type":"client_credentials"}"#.to_owned();
    call(&service, Method::POST, "/oauth/token", &headers, json).await.refused(400, "invalid_request");
    let headers = [(AUTHORIZATION.as_str(), basic.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let large = format!("grant_type={}", "a".repeat(40_000));
    call(&service, Method::POST, "/oauth/token", &headers, large).await.refused(413, "invalid_request");
    let got = call(&service, Method::GET, "/oauth/token", &headers, String::new()).await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
}

/// An application that signs, with its key.
struct Signer {
    pair: EcdsaKeyPair,
    registered: Registered,
}

impl Signer {
    async fn register(service: &Service) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        let jwks = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig",
            "x": BASE64URL_NOPAD.encode(&point[1..33]), "y": BASE64URL_NOPAD.encode(&point[33..]),
        }] });
        let jwks = serde_json::from_value(jwks).unwrap();
        let registration =
            Registration { authentication: WishedAuthentication::PrivateKeyJwt(jwks), ..machine("Signer") };
        Self { pair, registered: service.register(registration, SecondFactor::Required).await }
    }

    fn assertion(&self, header: &Value, changes: &Value) -> String {
        let client_id = self.registered.application.client_id.as_str();
        let now = crate::support::START.seconds();
        let mut claims = json!({
            "iss": client_id, "sub": client_id, "aud": PUBLIC_URL, "iat": now, "exp": now + 60, "jti": "a",
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(header), encode(&claims));
        let signature = self.pair.sign(&SystemRandom::default(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }

    async fn ask(&self, service: &Service, assertion: &str) -> Answer {
        let fields =
            [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", assertion)];
        post_with(service, "/oauth/token", &[], &fields).await
    }
}

#[tokio::test]
async fn a_signed_assertion_counts_once() {
    let service = Service::start().await;
    let signer = Signer::register(&service).await;
    let header = json!({ "alg": "ES256", "kid": "one" });
    let assertion = signer.assertion(&header, &json!({}));
    let tokens = signer.ask(&service, &assertion).await.fine();
    assert_eq!(claims(&tokens.text("access_token"))["sub"], signer.registered.application.client_id.as_str());
    signer.ask(&service, &assertion).await.refused(401, "invalid_client");
    let for_the_endpoint = json!({ "jti": "b", "aud": [format!("{PUBLIC_URL}/oauth/token"), "https://other.example"] });
    signer.ask(&service, &signer.assertion(&header, &for_the_endpoint)).await.fine();
    let without_name = signer.assertion(&json!({ "alg": "ES256" }), &json!({ "jti": "c" }));
    signer.ask(&service, &without_name).await.fine();
}

#[tokio::test]
async fn an_assertion_that_is_not_what_it_must_be_counts_for_nothing() {
    let service = Service::start().await;
    let signer = Signer::register(&service).await;
    let header = json!({ "alg": "ES256", "kid": "one" });
    let now = crate::support::START.seconds();
    for changes in [
        json!({ "aud": "https://other.example" }),
        json!({ "aud": null }),
        json!({ "exp": now }),
        json!({ "exp": now + 3601 }),
        json!({ "exp": null }),
        json!({ "iat": now + 11 }),
        json!({ "nbf": now + 11 }),
        json!({ "iss": "other" }),
        json!({ "sub": "other" }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
    ] {
        signer.ask(&service, &signer.assertion(&header, &changes)).await.refused(401, "invalid_client");
    }
    for header in [
        json!({ "alg": "none", "kid": "one" }),
        json!({ "alg": "HS256", "kid": "one" }),
        json!({ "alg": "RS256", "kid": "one" }),
        json!({ "alg": "ES256", "kid": "two" }),
        json!({ "alg": "ES256", "kid": "one", "crit": ["exp"] }),
    ] {
        signer.ask(&service, &signer.assertion(&header, &json!({}))).await.refused(401, "invalid_client");
    }
    let stranger = Signer { pair: Signer::register(&service).await.pair, registered: signer.registered.clone() };
    signer.ask(&service, &stranger.assertion(&header, &json!({}))).await.refused(401, "invalid_client");
    let mut altered = signer.assertion(&header, &json!({}));
    altered.pop();
    signer.ask(&service, &altered).await.refused(401, "invalid_client");
    signer.ask(&service, &signer.assertion(&header, &json!({}))).await.fine();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_with_one_assertion_one_wins() {
    let service = Service::start().await;
    let signer = Signer::register(&service).await;
    let assertion = signer.assertion(&json!({ "alg": "ES256" }), &json!({}));
    let story = std::sync::Arc::new((service, signer, assertion));
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let story = story.clone();
            tokio::spawn(async move { story.1.ask(&story.0, &story.2).await.status })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        won += usize::from(racer.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn failures_of_one_application_do_not_fill_the_history() {
    let service = Service::start().await;
    let robot = robot(&service).await;
    let client_id = robot.application.client_id.as_str();
    let fields = [("grant_type", "client_credentials"), ("client_id", client_id), ("client_secret", "no")];
    let fail = || post_with(&service, "/oauth/token", &[], &fields);
    for _ in 0..20 {
        fail().await.refused(401, "invalid_client");
    }
    let told_at = |service: &Service| {
        let (db, id) = (service.app.db.clone(), robot.application.id);
        async move { salpa::provider::applications::find(&db, id).await.unwrap().unwrap().failure_told_at }
    };
    assert_eq!(told_at(&service).await, Some(service.now()));
    service.wait(30);
    fail().await;
    assert_ne!(told_at(&service).await, Some(service.now()));
    service.wait(31);
    fail().await;
    assert_eq!(told_at(&service).await, Some(service.now()));
}
