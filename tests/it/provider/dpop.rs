//! Proofs of possession: each check of RFC 9449 §4.3 at the token endpoint and at userinfo, once each.

use std::sync::Arc;

use http::{Method, StatusCode};
use salpa::platform::jose::s256;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{ApplicationProfile, Dpop, GrantType, Registration};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{Answer, call, claims, form, get, post_with};
use super::signing::{Key, code_fields, proof, proof_with, userinfo, userinfo_proof};
use super::{Arrived, arrive};
use crate::support::{PUBLIC_URL, Registered, Service};

const GRANT: [(&str, &str); 1] = [("grant_type", "client_credentials")];
const TOKEN: &str = "/oauth/token";

async fn robot(service: &Service, dpop: Dpop) -> Registered {
    let registration = Registration {
        grant_types: vec![GrantType::ClientCredentials],
        scopes: Scopes::parse("reports.read").unwrap(),
        profile: ApplicationProfile { dpop, ..ApplicationProfile::default() },
        ..Registration::new("Robot")
    };
    service.register(registration, SecondFactor::Required).await
}

#[tokio::test]
async fn a_token_for_a_proof_is_bound_to_its_key() {
    let service = Service::start().await;
    let robot = robot(&service, Dpop::Optional).await;
    for key in [Key::ec(), Key::ed25519(), Key::rsa()] {
        let tokens = robot.prove(&service, TOKEN, &proof(&service, &key, TOKEN, &json!({})), &GRANT).await.fine();
        assert_eq!(tokens.text("token_type"), "DPoP");
        let token = tokens.text("access_token");
        assert_eq!(claims(&token)["cnf"], json!({ "jkt": key.thumbprint() }));
        let known = robot.introspect(&service, &token).await;
        assert_eq!((&known["token_type"], &known["cnf"]["jkt"]), (&"DPoP".into(), &key.thumbprint().into()));
    }
    let plain = robot.post(&service, TOKEN, &GRANT).await.fine();
    assert_eq!((plain.text("token_type"), claims(&plain.text("access_token")).get("cnf")), ("Bearer".to_owned(), None));
}

#[tokio::test]
async fn every_check_of_a_proof_refuses() {
    let service = Service::start().await;
    let robot = robot(&service, Dpop::Optional).await;
    let key = Key::ec();
    let now = service.now().seconds();
    let of = |changes: Value| proof(&service, &key, TOKEN, &changes);
    let with = |header: Value| proof_with(&service, &key, TOKEN, &header, &json!({}));
    let mut private = key.jwk();
    private["d"] = private["x"].clone();
    let good = of(json!({}));
    let (signed, _) = good.rsplit_once('.').unwrap();
    let other = of(json!({ "jti": "other" }));
    let wrong = [
        // 2: a single well-formed JWT
        String::new(),
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
        good[..good.len() - 1].to_owned(),
        format!("{good}.{good}"),
        format!("{good}, {good}"),
        // 3: every claim
        of(json!({ "jti": null })),
        of(json!({ "jti": "" })),
        of(json!({ "jti": "x".repeat(256) })),
        of(json!({ "jti": 7 })),
        of(json!({ "htm": null })),
        of(json!({ "htu": null })),
        of(json!({ "iat": null })),
        of(json!({ "iat": "now" })),
        // 4: its type
        with(json!({ "typ": null })),
        with(json!({ "typ": "JWT" })),
        with(json!({ "typ": "at+jwt" })),
        // 5: an asymmetric algorithm, of the key
        with(json!({ "alg": "none" })),
        format!("{}A", with(json!({ "alg": "none" }))),
        with(json!({ "alg": "HS256" })),
        with(json!({ "alg": "RS256" })),
        with(json!({ "alg": "ES384" })),
        with(json!({ "alg": "PS256" })),
        with(json!({ "crit": ["exp"] })),
        // 6: the signature
        format!("{signed}.{}", other.rsplit_once('.').unwrap().1),
        with(json!({ "jwk": Key::ec().jwk() })),
        // 7: a public key
        with(json!({ "jwk": null })),
        with(json!({ "jwk": private })),
        with(json!({ "jwk": { "kty": "oct", "k": "c2VjcmV0" } })),
        with(json!({ "jwk": "https://evil.example/key" })),
        // 8 and 9: this request
        of(json!({ "htm": "GET" })),
        of(json!({ "htm": "post" })),
        of(json!({ "htu": format!("{PUBLIC_URL}/oauth/userinfo") })),
        of(json!({ "htu": "https://evil.example/oauth/token" })),
        of(json!({ "htu": "/oauth/token" })),
        // 11: of now
        of(json!({ "iat": now - 61 })),
        of(json!({ "iat": now + 11 })),
        of(json!({ "iat": now + 3600 })),
        of(json!({ "iat": 1e300 })),
    ];
    for wrong in wrong {
        let answer = robot.prove(&service, TOKEN, &wrong, &GRANT).await;
        answer.refused(400, "invalid_dpop_proof");
    }
    for fine in [
        json!({ "iat": now - 60 }),
        json!({ "iat": now - 10 }),
        json!({ "iat": now + 10 }),
        json!({ "htu": format!("{PUBLIC_URL}/oauth/token?x=1#f") }),
        json!({ "htu": "HTTPS://ID.KALLIO.EXAMPLE:443/oauth/token" }),
        json!({ "ath": "what nobody asked for" }),
    ] {
        robot.prove(&service, TOKEN, &of(fine), &GRANT).await.fine();
    }
    let ed25519 = Key::ed25519();
    let by_its_new_name = proof_with(&service, &ed25519, TOKEN, &json!({ "alg": "Ed25519" }), &json!({}));
    robot.prove(&service, TOKEN, &by_its_new_name, &GRANT).await.fine();
    let rsa = Key::rsa();
    let rs256 = proof_with(&service, &rsa, TOKEN, &json!({ "alg": "RS256" }), &json!({}));
    robot.prove(&service, TOKEN, &rs256, &GRANT).await.refused(400, "invalid_dpop_proof");
}

#[tokio::test]
async fn two_proofs_are_none() {
    let service = Service::start().await;
    let robot = robot(&service, Dpop::Optional).await;
    let key = Key::ec();
    let (one, other) = (proof(&service, &key, TOKEN, &json!({})), proof(&service, &key, TOKEN, &json!({})));
    let headers = [("authorization", robot.basic()), ("dpop", one), ("dpop", other)];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post_with(&service, TOKEN, &headers, &GRANT).await.refused(400, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_proof_counts_once() {
    let service = Service::start().await;
    let robot = robot(&service, Dpop::Optional).await;
    let (key, other) = (Key::ec(), Key::ec());
    let used = proof(&service, &key, TOKEN, &json!({ "jti": "one" }));
    robot.prove(&service, TOKEN, &used, &GRANT).await.fine();
    robot.prove(&service, TOKEN, &used, &GRANT).await.refused(400, "invalid_dpop_proof");
    service.wait(30);
    let same_name = proof(&service, &key, TOKEN, &json!({ "jti": "one" }));
    robot.prove(&service, TOKEN, &same_name, &GRANT).await.refused(400, "invalid_dpop_proof");
    // The name is the key's own: nobody can use up those of another key.
    let of_another = proof(&service, &other, TOKEN, &json!({ "jti": "one" }));
    robot.prove(&service, TOKEN, &of_another, &GRANT).await.fine();
    let everything = service.database.everything().await;
    assert!(!everything.contains(&key.thumbprint()), "kept as a hash alone");

    // Still remembered for as long as it would be taken, and no longer.
    salpa::provider::expire(&service.app, service.now()).await.unwrap();
    robot.prove(&service, TOKEN, &used, &GRANT).await.refused(400, "invalid_dpop_proof");
    service.wait(121);
    salpa::provider::expire(&service.app, service.now()).await.unwrap();
    assert_eq!(service.count("SELECT COUNT(*) FROM dpop_proofs").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_with_one_proof_one_wins() {
    let service = Service::start().await;
    let robot = robot(&service, Dpop::Required).await;
    let used = proof(&service, &Key::ec(), TOKEN, &json!({}));
    let story = Arc::new((service, robot, used));
    let racers: Vec<_> = (0..24)
        .map(|_| {
            let story = story.clone();
            tokio::spawn(async move { story.1.prove(&story.0, TOKEN, &story.2, &GRANT).await })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        let answer = racer.await.unwrap();
        if answer.status == StatusCode::OK {
            won += 1;
        } else {
            answer.refused(400, "invalid_dpop_proof");
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn an_application_that_must_prove_its_key_gets_nothing_without() {
    let service = Service::start().await;
    let robot = robot(&service, Dpop::Required).await;
    robot.post(&service, TOKEN, &GRANT).await.refused(400, "invalid_dpop_proof");
    let tokens = robot.prove(&service, TOKEN, &proof(&service, &Key::ec(), TOKEN, &json!({})), &GRANT).await.fine();
    assert_eq!(tokens.header("dpop-nonce"), "", "no nonce is forced on anybody");
}

#[tokio::test]
async fn a_nonce_is_asked_for_given_and_taken_until_it_is_over() {
    let service = Service::start().await;
    let robot = robot(&service, Dpop::RequiredWithNonce).await;
    let key = Key::ec();
    let ask = |changes: Value| {
        let proof = proof(&service, &key, TOKEN, &changes);
        let (service, robot) = (&service, &robot);
        async move { robot.prove(service, TOKEN, &proof, &GRANT).await }
    };
    let wanted = ask(json!({})).await;
    wanted.refused(400, "use_dpop_nonce");
    let nonce = wanted.header("dpop-nonce").to_owned();
    assert!(!nonce.is_empty());
    let given = ask(json!({ "nonce": nonce })).await.fine();
    assert_eq!(given.header("dpop-nonce"), nonce);
    ask(json!({ "nonce": "made up" })).await.refused(400, "use_dpop_nonce");
    service.wait(60);
    let next = ask(json!({ "nonce": nonce })).await.fine();
    assert_ne!(next.header("dpop-nonce"), nonce, "for the next proof");
    service.wait(60);
    let over = ask(json!({ "nonce": nonce })).await;
    over.refused(400, "use_dpop_nonce");
    ask(json!({ "nonce": over.header("dpop-nonce") })).await.fine();

    // The application proves itself first: nobody else is given nonces. And who uses none is not
    // believed a made-up one.
    let proof_of_nobody = proof(&service, &key, TOKEN, &json!({}));
    let answer = post_with(&service, TOKEN, &[("dpop", &proof_of_nobody)], &GRANT).await;
    answer.refused(401, "invalid_client");
    let free = self::robot(&service, Dpop::Optional).await;
    let made_up = proof(&service, &key, TOKEN, &json!({ "nonce": "made up" }));
    free.prove(&service, TOKEN, &made_up, &GRANT).await.refused(400, "use_dpop_nonce");
}

/// Aino's token, bound to a key.
async fn bound(changes: &[(&str, &str)]) -> (Arrived, Key, String) {
    let arrived = arrive(changes).await;
    let (service, key) = (&arrived.service, Key::ec());
    let fields = code_fields(&arrived.application, &arrived.code);
    let tokens = arrived.application.prove(service, TOKEN, &proof(service, &key, TOKEN, &json!({})), &fields).await;
    let token = tokens.fine().text("access_token");
    (arrived, key, token)
}

fn refused_with(answer: &Answer, error: &str) {
    let challenge = answer.header("www-authenticate").to_owned();
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    assert!(challenge.starts_with("DPoP ") && challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
    assert!(challenge.contains("algs=\"ES256 PS256 EdDSA Ed25519\""), "{challenge}");
}

#[tokio::test]
async fn a_bound_token_opens_userinfo_with_a_proof() {
    let (Arrived { service, .. }, key, token) = bound(&[]).await;
    let with_proof = userinfo(&service, &token, &userinfo_proof(&service, &key, &token, &json!({}))).await.fine();
    assert_eq!(with_proof.json["given_name"], "Aino");
    let proof = userinfo_proof(&service, &key, &token, &json!({ "htm": "POST" }));
    let authorization = format!("dpop {token}");
    let headers = [("authorization", authorization.as_str()), ("dpop", proof.as_str())];
    call(&service, Method::POST, "/oauth/userinfo", &headers, String::new()).await.fine();
}

#[tokio::test]
async fn a_bound_token_without_its_proof_is_worth_nothing() {
    let (Arrived { service, .. }, key, token) = bound(&[]).await;
    let (other, now) = (Key::ec(), service.now().seconds());
    refused_with(&get(&service, "/oauth/userinfo", Some(&token)).await, "invalid_token");
    refused_with(&post_with(&service, "/oauth/userinfo", &[], &[("access_token", &token)]).await, "invalid_token");
    let authorization = format!("Bearer {token}");
    let good = userinfo_proof(&service, &key, &token, &json!({}));
    let headers = [("authorization", authorization.as_str()), ("dpop", good.as_str())];
    let as_bearer = call(&service, Method::GET, "/oauth/userinfo", &headers, String::new()).await;
    refused_with(&as_bearer, "invalid_token");
    let authorization = format!("DPoP {token}");
    let headers = [("authorization", authorization.as_str())];
    let without = call(&service, Method::GET, "/oauth/userinfo", &headers, String::new()).await;
    refused_with(&without, "invalid_dpop_proof");
    let headers = [("authorization", authorization.as_str()), ("dpop", good.as_str()), ("dpop", good.as_str())];
    let twice = call(&service, Method::GET, "/oauth/userinfo", &headers, String::new()).await;
    refused_with(&twice, "invalid_dpop_proof");

    let of = |changes: Value| userinfo_proof(&service, &key, &token, &changes);
    for wrong in [
        of(json!({ "ath": null })),
        of(json!({ "ath": s256("another token") })),
        of(json!({ "htm": "POST" })),
        of(json!({ "htu": format!("{PUBLIC_URL}/oauth/token") })),
        of(json!({ "iat": now - 61 })),
        of(json!({ "iat": now + 61 })),
        userinfo_proof(&service, &other, &token, &json!({})),
    ] {
        refused_with(&userinfo(&service, &token, &wrong).await, "invalid_dpop_proof");
    }
    userinfo(&service, &token, &good).await.fine();
    refused_with(&userinfo(&service, &token, &good).await, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_token_that_is_not_bound_is_no_better_with_a_proof() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let token = application.redeem(&service, &code).await.fine().text("access_token");
    let key = Key::ec();
    let answer = userinfo(&service, &token, &userinfo_proof(&service, &key, &token, &json!({}))).await;
    refused_with(&answer, "invalid_token");
    get(&service, "/oauth/userinfo", Some(&token)).await.fine();
    // Both ways are offered to who brings nothing.
    let none = get(&service, "/oauth/userinfo", None).await;
    let offered: Vec<_> =
        none.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(offered, ["Bearer realm=\"Salpa\"", "DPoP realm=\"Salpa\", algs=\"ES256 PS256 EdDSA Ed25519\""]);
}

#[tokio::test]
async fn userinfo_asks_for_a_nonce_where_the_application_uses_them() {
    let (Arrived { service, application, .. }, key, token) = bound(&[]).await;
    let mut changed = application.application.clone();
    changed.profile.dpop = Dpop::RequiredWithNonce;
    let now = service.now();
    salpa::provider::applications::update(&service.app.db, &service.app.random, &changed, now).await.unwrap();
    let wanted = userinfo(&service, &token, &userinfo_proof(&service, &key, &token, &json!({}))).await;
    refused_with(&wanted, "use_dpop_nonce");
    let nonce = wanted.header("dpop-nonce");
    let with_nonce = userinfo_proof(&service, &key, &token, &json!({ "nonce": nonce }));
    userinfo(&service, &token, &with_nonce).await.fine();
}

#[tokio::test]
async fn an_answer_that_is_no_form_is_refused_with_a_proof_as_without() {
    let service = Service::start().await;
    let robot = robot(&service, Dpop::Optional).await;
    let (basic, proof) = (robot.basic(), proof(&service, &Key::ec(), TOKEN, &json!({})));
    let headers = [("authorization", basic.as_str()), ("dpop", proof.as_str()), ("content-type", "text/plain")];
    call(&service, Method::POST, TOKEN, &headers, form(&GRANT)).await.refused(400, "invalid_request");
    robot.prove(&service, TOKEN, &proof, &GRANT).await.fine();
}
