//! Providers of identities by command: added from a file, checked without a person, turned on.

use salpa::platform::clock::Clock;
use serde_json::json;
use uuid::Uuid;

use super::{Program, told};
use crate::provider::signing::changed;
use crate::support::bank_id::{ApiMood, BankId};
use crate::support::broker::{Broker, CLIENT_ID, CLIENT_SECRET, Mood};
use crate::support::estonia::IdAuthority;
use crate::support::mobile_id::MobileId;
use crate::support::smart_id::{PARTY, PARTY_NAME, SmartId, SmartIdMood};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_adds_checks_and_turns_on_a_directory() {
    let program = Program::new().await.set("SALPA_EGRESS_NETWORKS", "127.0.0.0/8");
    program.json(&["migrate"]);
    let broker = Broker::start(&Clock::System, false).await;
    let settings = json!({
        "kind": "oidc",
        "name": "Kallio",
        "issuer": broker.origin,
        "client_id": CLIENT_ID,
        "authentication": "client_secret_basic",
        "request": "pushed",
        "methods": [{ "id": "directory", "name": "Kallio", "group": "company", "worth": "one_proof" }],
    });
    let folder = program.database.folder.path();
    let (file, secret) = (folder.join("directory.json"), folder.join("secret.txt"));
    std::fs::write(&file, settings.to_string()).unwrap();
    std::fs::write(&secret, CLIENT_SECRET).unwrap();
    let (file, secret) = (file.to_str().unwrap(), secret.to_str().unwrap());
    let noun = "identity-providers";

    let (code, _, words) = told(&program.run(&[noun, "create", file]));
    assert_eq!(code, Some(1));
    assert!(words.contains("needs a client secret"), "{words}");
    let made = program.json(&[noun, "create", file, "--secret-file", secret]);
    assert_eq!(made["state"], "off");
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["redirect_uri"], program.url(&format!("/identity-providers/{id}/return")));
    assert_eq!(made["jwks_uri"], program.url(&format!("/identity-providers/{id}/jwks")));
    let (code, _, words) = told(&program.run(&[noun, "create", file, "--secret-file", secret]));
    assert_eq!((code, words.contains("has that name")), (Some(1), true), "{words}");

    let trials = run_beside(&program, &[noun, "check", "Kallio"]).await;
    assert_eq!(trials.0, Some(0), "{trials:?}");
    assert!(trials.1.contains("a pushed request: fine") && trials.1.contains("token endpoint: fine"), "{trials:?}");
    broker.is(Mood::Estranged);
    let trials = run_beside(&program, &[noun, "check", "Kallio"]).await;
    assert_eq!(trials.0, Some(1));
    assert!(trials.2.contains("token endpoint: wrong, invalid_client"), "{trials:?}");

    assert_eq!(program.json(&[noun, "turn-on", "Kallio"])["changed"], true);
    assert_eq!(program.json(&[noun, "list"])[0]["state"], "on");
    assert_eq!(program.json(&[noun, "rotate-keys", "Kallio"])["keys"].as_array().unwrap().len(), 2);
    std::fs::write(file, settings.to_string().replace("one_proof", "substantial")).unwrap();
    program.json(&[noun, "change", "Kallio", file]);
    assert_eq!(program.json(&[noun, "turn-off", "Kallio"])["changed"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_adds_and_checks_bank_id_of_sweden_with_a_certificate() {
    let program = Program::new().await.set("SALPA_EGRESS_NETWORKS", "127.0.0.0/8");
    program.json(&["migrate"]);
    let bank = BankId::start(&Clock::System).await;
    let folder = program.database.folder.path();
    let written = |name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let settings = json!({ "kind": "sweden_bank_id", "name": "BankID", "issuer": bank.address });
    let file = written("bankid.json", &settings.to_string());
    let (own, authorities) = (written("bankid.pem", &bank.identity), written("ca.pem", &bank.authorities));
    let noun = "identity-providers";

    let (code, _, words) = told(&program.run(&[noun, "create", &file, "--secret-file", &own]));
    assert_eq!((code, words.contains("authorities is needed")), (Some(1), true), "{words}");
    let certified = ["--authorities-file", authorities.as_str(), "--secret-file"];
    let (code, _, words) = told(&program.run(&[&[noun, "create", &file][..], &certified, &[&authorities]].concat()));
    assert_eq!((code, words.contains("a certificate and its key")), (Some(1), true), "{words}");
    let made = program.json(&[&[noun, "create", &file][..], &certified, &[&own]].concat());
    assert_eq!(made["methods"], json!(["bankid-sweden"]));

    let trials = run_beside(&program, &[noun, "check", "BankID"]).await;
    assert_eq!(trials.0, Some(0), "{trials:?}");
    assert!(trials.1.contains("by its certificate: fine"), "{trials:?}");
    bank.is(ApiMood::Maintained);
    let trials = run_beside(&program, &[noun, "check", "BankID"]).await;
    assert_eq!(trials.0, Some(1));
    assert!(trials.2.contains("its status is 503"), "{trials:?}");
    assert_eq!(program.json(&[noun, "rotate-keys", "BankID"])["keys"], json!([]), "it knows no key of ours");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_adds_and_checks_the_cards_of_estonia_with_their_authorities() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let authority = IdAuthority::start(&Clock::System).await;
    let late = IdAuthority::start_in(&Clock::System, "An authority of yesterday", (2010, 2020)).await;
    let folder = program.database.folder.path();
    let written = |name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let file = written("card.json", &json!({ "kind": "estonia_web_eid", "name": "ID card" }).to_string());
    let (issuers, both) =
        (written("one.pem", &authority.pem), written("both.pem", &(authority.pem.clone() + &late.pem)));
    let noun = "identity-providers";
    let (code, _, words) = told(&program.run(&[noun, "create", &file]));
    assert_eq!((code, words.contains("issuers is needed")), (Some(1), true), "{words}");
    let made = program.json(&[noun, "create", &file, "--issuers-file", &issuers]);
    assert_eq!(made["methods"], json!(["id-card-estonia"]));
    let trials = run_beside(&program, &[noun, "check", "ID card"]).await;
    assert_eq!((trials.0, trials.1.contains("1, all of them valid")), (Some(0), true), "{trials:?}");
    program.json(&[noun, "change", "ID card", &file, "--issuers-file", &both]);
    let trials = run_beside(&program, &[noun, "check", "ID card"]).await;
    assert_eq!((trials.0, trials.2.contains("An authority of yesterday")), (Some(1), true), "{trials:?}");
    assert_eq!(program.json(&[noun, "rotate-keys", "ID card"])["keys"], json!([]), "nobody is called");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_adds_and_checks_smart_id_and_mobile_id() {
    let program = Program::new().await.set("SALPA_EGRESS_NETWORKS", "127.0.0.0/8");
    program.json(&["migrate"]);
    let (smart_id, authority) = (SmartId::start(&Clock::System).await, IdAuthority::start(&Clock::System).await);
    let folder = program.database.folder.path();
    let written = |name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let settings = json!({
        "kind": "estonia_smart_id", "name": "Smart-ID", "issuer": smart_id.address, "client_id": PARTY,
        "service_name": PARTY_NAME,
    });
    let (file, issuers) = (written("smart-id.json", &settings.to_string()), written("issuers.pem", &authority.pem));
    let (server, noun) = (written("server.pem", &smart_id.authorities), "identity-providers");
    let made = program.json(&[noun, "create", &file, "--issuers-file", &issuers, "--authorities-file", &server]);
    assert_eq!(made["methods"], json!(["smart-id"]));
    let trials = run_beside(&program, &[noun, "check", "Smart-ID"]).await;
    assert_eq!((trials.0, trials.1.contains("known, and a session was begun")), (Some(0), true), "{trials:?}");
    let mobile_id = MobileId::start().await;
    let settings =
        changed(settings, &json!({ "kind": "estonia_mobile_id", "name": "MID", "issuer": mobile_id.address }));
    let (file, server) = (written("mid.json", &settings.to_string()), written("mid.pem", &mobile_id.authorities));
    let made = program.json(&[noun, "create", &file, "--issuers-file", &issuers, "--authorities-file", &server]);
    assert_eq!(made["methods"], json!(["mobile-id"]));
    let trials = run_beside(&program, &[noun, "check", "MID"]).await;
    assert_eq!((trials.0, trials.1.contains("a session was begun for nobody")), (Some(0), true), "{trials:?}");
    smart_id.is(SmartIdMood::Answers(401));
    let trials = run_beside(&program, &[noun, "check", "Smart-ID"]).await;
    assert_eq!((trials.0, trials.2.contains("this service is unknown there")), (Some(1), true), "{trials:?}");
}

#[tokio::test]
async fn settings_that_do_not_hold_are_refused_each_with_its_words() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let file = program.database.folder.path().join("broker.json");
    let usual = json!({
        "kind": "finnish_trust_network", "name": "Broker", "issuer": "https://broker.example", "client_id": "salpa",
        "service_name": "Ruori",
        "endpoints": { "authorization": "https://broker.example/a", "token": "https://broker.example/t",
                       "jwks": "https://broker.example/k" },
    });
    for (change, words) in [
        (json!({ "service_name": null }), "service_name is needed"),
        (json!({ "service_name": "a".repeat(41) }), "at most 40"),
        (json!({ "issuer": "ftp://broker.example" }), "issuer must be"),
        (json!({ "scope": "profile" }), "scope must hold openid"),
        (json!({ "request": "pushed" }), "pushed_authorization_request"),
        (json!({ "methods": [{ "id": "A", "name": "A", "worth": "high" }] }), "small letters"),
        (json!({ "levels": { "low": "one_proof" } }), "worth as much"),
        (
            json!({ "signed_keys": { "address": "ftp://broker.example/k", "anchors": { "keys": [] } } }),
            "must begin with https",
        ),
        (json!({ "signed_keys": { "address": "https://broker.example/k", "anchors": { "keys": [] } } }), "has no key"),
        (
            json!({ "signed_keys": { "address": "https://broker.example/k",
                                     "anchors": { "keys": [{ "kty": "EC", "crv": "P-256", "d": "x" }] } } }),
            "a private key",
        ),
        (json!({ "colour": "red" }), "unknown field"),
        (json!({ "company": Uuid::from_u128(7) }), "company goes with the kind oidc alone"),
        (
            json!({ "kind": "oidc", "company": Uuid::from_u128(7), "country": "FI", "identifier_claim": "hetu",
                    "levels": { "a": "high" }, "methods": [{ "id": "a", "name": "A", "worth": "high" }] }),
            "company and country do not go together",
        ),
        (
            json!({ "kind": "oidc", "company": Uuid::from_u128(7), "service_name": null,
                    "methods": [{ "id": "a", "name": "A", "worth": "high" }] }),
            "there is no company of that identifier",
        ),
    ] {
        std::fs::write(&file, crate::provider::signing::changed(usual.clone(), &change).to_string()).unwrap();
        let (code, _, said) = told(&program.run(&["identity-providers", "create", file.to_str().unwrap()]));
        assert_eq!((code, said.contains(words)), (Some(1), true), "{change}: {said}");
    }
    std::fs::write(&file, usual.to_string()).unwrap();
    let made = program.json(&["identity-providers", "create", file.to_str().unwrap()]);
    assert_eq!(made["methods"].as_array().unwrap().len(), 10);
}

/// A command that calls a server of this process.
async fn run_beside(program: &Program, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = program.command(arguments);
    told(&tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap())
}
