//! The commands, as a script and a person call them.

use std::os::unix::fs::PermissionsExt;

use salpa::platform::clock::Clock;
use serde_json::json;

use super::{Program, told};
use crate::support::{MailServer, Manner};

const PASSWORD: &str = "the ferry leaves at seven sharp";

#[tokio::test]
async fn three_mistakes_in_the_settings_are_all_told_and_nothing_starts() {
    let program = Program::new()
        .await
        .set("SALPA_PUBLIC_URL", "http://id.company.example")
        .set("SALPA_LISTEN", "everywhere")
        .set("SALPA_DATABSE_URL", "sqlite:x.db");

    for command in ["serve", "migrate"] {
        let (code, stdout, stderr) = told(&program.run(&[command]));
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{command}");
        for name in ["public_url", "listen", "databse_url"] {
            assert!(stderr.contains(&format!("setting {name}: ")), "{name}: {stderr}");
        }
        let (code, stdout, _) = told(&program.run(&[command, "--json"]));
        let errors: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((code, errors["errors"].as_array().map(Vec::len)), (Some(1), Some(3)), "{stdout}");
    }
    let (code, stdout, _) = told(&program.run(&["doctor"]));
    assert_eq!(code, Some(1));
    for name in ["public_url", "listen", "databse_url", "trusted_proxies: networks of proxies"] {
        assert!(stdout.contains(name), "{name}: {stdout}");
    }
    assert!(!program.database.folder.path().join("x.db").exists(), "nothing was guessed");
}

#[tokio::test]
async fn settings_stand_in_a_file_and_the_environment_stands_above_it() {
    let program = Program::new().await;
    let file = program.database.folder.path().join("salpa.toml");
    std::fs::write(&file, "organisation = \"Kallio & Laine\"\nlisten = \"nowhere\"\n").unwrap();
    program.json(&["migrate"]);

    std::fs::write(&file, "organisation = 12.5\nlisten = \"nowhere\"\nnonsense = \"1\"\n").unwrap();
    let (code, _, stderr) = told(&program.run(&["migrate"]));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("organisation") && stderr.contains("nonsense") && !stderr.contains("listen"), "{stderr}");

    std::fs::write(&file, "organisation = \"").unwrap();
    let (code, _, stderr) = told(&program.run(&["migrate"]));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("is not TOML"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_says_what_to_do_and_then_that_all_is_well() {
    let server = MailServer::start(Manner::default()).await;
    let program = Program::new().await.with_mail_to(&server);
    let (code, stdout, _) = told(&program.run(&["doctor"]));
    assert_eq!(code, Some(1));
    assert!(stdout.contains("WRONG database") && stdout.contains("run: salpa migrate"), "{stdout}");

    let applied = program.json(&["migrate"]);
    assert!(!applied["applied"].as_array().unwrap().is_empty());
    assert_eq!(program.json(&["migrate"]), json!({ "applied": [] }));

    let well = program.json(&["doctor"]);
    assert_eq!(well["well"], true, "{well}");
    let about: Vec<_> = well["findings"].as_array().unwrap().iter().map(|finding| finding["about"].as_str()).collect();
    for thing in ["settings", "public URL", "clock", "database", "database's clock", "mail", "sms", "signing keys"] {
        assert!(about.contains(&Some(thing)), "{thing}: {well}");
    }
    // The processor of whoever runs this computes as the reference does.
    assert!(
        about.contains(&Some("password hashes")) && well.to_string().contains("by the fast implementation"),
        "{well}"
    );
    let program = program.set("SALPA_PASSWORD_HASH_ENGINE", "reference");
    assert!(program.json(&["doctor"]).to_string().contains("by the reference, as password_hash_engine wants"));
    let program = program.set("SALPA_SECRET_KEY", &data_encoding::BASE64.encode(&[8; 32]));
    let (code, stdout, _) = told(&program.run(&["doctor"]));
    assert_eq!(code, Some(1));
    assert!(stdout.contains("previous_secret_keys"), "a key that was changed: {stdout}");
}

#[tokio::test]
async fn settings_of_certificates_and_hashes_that_cannot_be_are_told() {
    for (settings, words) in [
        (&[("PASSWORD_HASH_ENGINE", "fast")][..], "must be auto or reference"),
        (&[("CLIENT_CERTIFICATE_HEADER", "client-cert")], "needs trusted_proxies"),
        (&[("MTLS_URL", "https://mtls.example")], "needs client_certificate_header"),
        (&[("CLIENT_CERTIFICATE_AUTHORITIES", "ca.pem")], "needs client_certificate_header"),
        (&[("TRUSTED_PROXIES", "127.0.0.1"), ("CLIENT_CERTIFICATE_HEADER", "cookie")], "has another meaning"),
        (&[("TRUSTED_PROXIES", "127.0.0.1"), ("CLIENT_CERTIFICATE_HEADER", "a b")], "must be the name of a header"),
        (
            &[
                ("TRUSTED_PROXIES", "127.0.0.1"),
                ("CLIENT_CERTIFICATE_HEADER", "client-cert"),
                ("CLIENT_CERTIFICATE_AUTHORITIES", "/nowhere/ca.pem"),
            ],
            "/nowhere/ca.pem cannot be read",
        ),
    ] {
        let mut program = Program::new().await;
        for (name, value) in settings {
            program = program.set(&format!("SALPA_{name}"), value);
        }
        let (code, stdout, stderr) = told(&program.run(&["doctor"]));
        assert_eq!(code, Some(1), "{settings:?}");
        assert!(format!("{stdout}{stderr}").contains(words), "{words}: {stdout}{stderr}");
    }
}

#[tokio::test]
async fn people_are_added_listed_closed_opened_and_unlocked() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let id = program.person("aino@kallio.example", PASSWORD);

    let listed = program.json(&["people", "list"]);
    assert_eq!(listed, json!([{ "id": id, "email": "aino@kallio.example", "name": "Some", "state": "active" }]));
    assert_eq!(program.json(&["people", "list", "--after", &id]), json!([]));
    let closed = program.json(&["people", "disable", "AINO@kallio.example"]);
    assert_eq!(closed, json!({ "id": id, "state": "disabled" }));
    assert_eq!(program.json(&["people", "enable", "aino@kallio.example"])["state"], "active");
    assert_eq!(program.json(&["people", "unlock", "aino@kallio.example"]), json!({ "id": id, "forgotten": 0 }));
    let set = ["people", "set-password", "aino@kallio.example", "--password-stdin", "--json"];
    assert_eq!(super::read(&program.run_with(&set, "three grey stones on the shore")), json!({ "id": id }));
    let reset = program.json(&["people", "reset-second-step", "aino@kallio.example"]);
    assert_eq!(reset["id"], id, "{reset}");
    let without = ["people", "create", "--email", "m@kallio.example", "--given-name", "Mikko", "--no-password"];
    assert!(program.json(&without)["id"].is_string());
}

#[tokio::test]
async fn a_refusal_of_a_command_is_printed_in_words_and_in_json() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    program.person("aino@kallio.example", PASSWORD);
    let create = |email: &'static str| {
        ["people", "create", "--email", email, "--given-name", "Aino", "--password-stdin", "--json"]
    };
    let nobody = "01980000-0000-7000-8000-000000000000";

    let refusals = [
        (program.run_with(&create("aino@kallio.example"), PASSWORD), "somebody has that email already"),
        (program.run_with(&create("not an email"), PASSWORD), "is no email address"),
        (program.run_with(&create("new@kallio.example"), "password"), "is common"),
        (program.run_with(&create("new@kallio.example"), "short"), "shorter than 8"),
        (program.run(&["people", "disable", "nobody@kallio.example", "--json"]), "nobody signs in with"),
        (program.run(&["people", "unlock", "nobody", "--json"]), "nobody signs in with"),
        (program.run(&["applications", "policy", "nothing", "--json"]), "there is no application nothing"),
        (
            program.run(&["companies", "add-user", "--company", nobody, "--email", "aino@kallio.example", "--json"]),
            "there is no such company",
        ),
    ];
    for (output, words) in refusals {
        let (code, stdout, _) = told(&output);
        let errors: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(code, Some(1), "{words}");
        assert!(errors["errors"][0].as_str().unwrap().contains(words), "{words}: {stdout}");
    }
    let (code, _, stderr) = told(&program.run(&["people", "dance"]));
    assert_eq!(code, Some(2), "a command that there is not: {stderr}");
    assert_eq!(program.json(&["people", "list"]).as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn an_application_is_held_to_more_by_its_registration_or_later() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let jwks = program.database.folder.path().join("bank.jwks");
    let key = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    std::fs::write(&jwks, key).unwrap();
    let usual = ["applications", "create", "--redirect-uri", "https://bank.example/callback"];
    let signing = ["--authentication", "private-key-jwt", "--jwks", jwks.to_str().unwrap()];
    let bank = [&usual[..], &signing, &["--name", "Bank", "--client-id", "bank", "--fapi"]].concat();
    program.json(&bank);
    let holds = json!({
        "fapi": true,
        "require_pushed_authorization_requests": true,
        "require_signed_request_object": false,
        "require_signed_answers": false,
        "dpop_bound_access_tokens": true,
        "dpop_nonces": false,
        "tls_client_certificate_bound_access_tokens": false,
        "id_token_signed_response_alg": "ES256",
    });
    assert_eq!(program.json(&["applications", "security", "bank"]), holds);

    let ledger = [&usual[..], &["--name", "Ledger", "--client-id", "ledger", "--dpop", "required-with-nonce"]].concat();
    program.json(&ledger);
    let shown = program.json(&["applications", "security", "ledger", "--require-pushed-requests"]);
    assert_eq!(
        (&shown["require_pushed_authorization_requests"], &shown["dpop_nonces"], &shown["fapi"]),
        (&json!(true), &json!(true), &json!(false))
    );
    let shown =
        program.json(&["applications", "security", "ledger", "--require-pushed-requests=false", "--dpop=optional"]);
    assert_eq!(
        (&shown["require_pushed_authorization_requests"], &shown["dpop_bound_access_tokens"]),
        (&json!(false), &json!(false))
    );
    for switch in ["--fapi", "--require-signed-requests"] {
        let (code, _, stderr) = told(&program.run(&["applications", "security", "ledger", switch]));
        assert_eq!(code, Some(1), "an application with a secret");
        assert!(stderr.contains("private_key_jwt"), "{stderr}");
    }
    let (_, stdout, _) = told(&program.run(&["applications", "security", "bank"]));
    assert!(stdout.contains("FAPI 2.0: yes\npushed requests alone: yes"), "{stdout}");
}

#[tokio::test]
async fn companies_applications_and_keys_are_looked_after() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let person = program.person("aino@kallio.example", PASSWORD);
    let company = program.json(&["companies", "create", "--name", "Kallio & Laine Oy"]);
    let company = company["id"].as_str().unwrap();
    assert_eq!(program.json(&["companies", "list"])[0]["name"], "Kallio & Laine Oy");
    let user = [
        "companies",
        "add-user",
        "--company",
        company,
        "--email",
        "aino@kallio.example",
        "--role",
        "user administrator",
    ];
    assert_eq!(program.json(&user), json!({ "company": company, "person": person }));

    let create = [
        "applications",
        "create",
        "--name",
        "Ruori",
        "--client-id",
        "ruori",
        "--redirect-uri",
        "https://ruori.example/back",
    ];
    let application = program.json(&create);
    assert_eq!(
        (&application["client_id"], &application["redirect_uris"][0]),
        (&json!("ruori"), &json!("https://ruori.example/back"))
    );
    let secret = application["client_secret"].as_str().unwrap();
    assert_eq!(program.json(&["applications", "list"])[0]["client_id"], "ruori");
    assert_eq!(program.json(&["applications", "policy", "ruori"]), json!({ "second_factor": "required" }));
    let policy = program.json(&["applications", "policy", "ruori", "--second-factor", "adaptive"]);
    assert_eq!(policy, json!({ "second_factor": "adaptive" }));
    policies(&program, company);
    let renewed = program.json(&["applications", "renew-secret", "ruori"]);
    assert_ne!(renewed["client_secret"], secret);
    assert_eq!(program.json(&["applications", "delete", "ruori"]), json!({ "deleted": "ruori" }));
    assert_eq!(program.json(&["applications", "list"]), json!([]));

    let first = program.json(&["keys", "rotate"]);
    assert!(!first["keys"].as_array().unwrap().is_empty());
    assert_ne!(program.json(&["keys", "rotate"]), first);

    let kept = program.database.everything().await;
    for secret in [secret, renewed["client_secret"].as_str().unwrap(), PASSWORD] {
        assert!(!kept.contains(secret));
    }
    for event in ["person.added", "company.added", "user.added", "policy.set"] {
        assert!(kept.contains(event), "{event} stands in the history");
    }
}

#[tokio::test]
async fn an_email_that_nobody_vouches_for_is_kept_as_such() {
    use salpa::directory::people::{self, Email};
    let program = Program::new().await;
    program.json(&["migrate"]);
    for (email, doubt) in [("aino@kallio.example", false), ("mikko@kallio.example", true)] {
        let mut create = vec!["people", "create", "--email", email, "--given-name", "Some", "--no-password"];
        create.extend(doubt.then_some("--email-not-verified"));
        program.json(&create);
        let db = salpa::platform::db::Db::open(program.database.url()).await.unwrap();
        let person = people::find_by_email(&db, &Email::parse(email).unwrap()).await.unwrap().unwrap();
        assert_eq!(person.email_confirmed_at.is_none(), doubt, "{email}");
    }
}

#[tokio::test]
async fn an_application_may_be_registered_with_more_than_the_plain() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let jwks = program.database.folder.path().join("enc.jwks");
    let keys = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "enc", "kid": "1",
        "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck" }] });
    std::fs::write(&jwks, keys.to_string()).unwrap();
    let jwks = jwks.display().to_string();
    let create = ["applications", "create", "--name", "Vault", "--client-id", "vault", "--third-party", "--pairwise"];
    let addresses = ["--redirect-uri", "https://vault.example/callback", "--resource", "https://api.example/"];
    let encryption = ["--id-token-encryption", "ECDH-ES", "--id-token-encryption-jwks", &jwks];
    program.json(&[&create[..], &addresses, &encryption].concat());
    let vault = crate::support::app(&program.database, Clock::System, |_| {}).await;
    let vault = salpa::provider::applications::find_by_client_id(&vault.db, "vault").await.unwrap().unwrap().profile;
    assert!(vault.third_party);
    assert_eq!(
        (vault.sector.as_deref(), &vault.resources[..]),
        (Some("vault.example"), &["https://api.example/".to_owned()][..])
    );
    let encryption = vault.id_token_encryption.unwrap();
    assert_eq!((encryption.alg.as_str(), encryption.enc.as_str()), ("ECDH-ES", "A128CBC-HS256"));

    for (wrong, words) in [
        (
            &["--redirect-uri", "https://a.example/", "--redirect-uri", "https://b.example/", "--pairwise"][..],
            "--sector",
        ),
        (&["--redirect-uri", "https://a.example/", "--pairwise", "--sector", "localhost"], "sector"),
        (&["--redirect-uri", "https://a.example/", "--resource", "api"], "resources"),
        (
            &[
                "--redirect-uri",
                "https://a.example/",
                "--id-token-encryption",
                "RSA-OAEP-256",
                "--id-token-encryption-jwks",
                &jwks,
            ],
            "has no key of that kind",
        ),
    ] {
        let (code, _, stderr) =
            told(&program.run(&[&["applications", "create", "--name", "Wrong"][..], wrong].concat()));
        assert_eq!(code, Some(1), "{wrong:?}");
        assert!(stderr.contains(words), "{words}: {stderr}");
    }
}

#[tokio::test]
async fn a_person_hears_of_what_the_operator_did_with_a_link_that_stops_it() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    program.person("aino@kallio.example", PASSWORD);
    program.run_with(
        &["people", "set-password", "aino@kallio.example", "--password-stdin"],
        "seven herons over the reeds",
    );
    program.json(&["people", "reset-second-step", "aino@kallio.example"]);
    let app = crate::support::app(&program.database, Clock::System, |_| {}).await;
    let letters = salpa::platform::messages::newest(&app, 10).await.unwrap();
    let subjects: Vec<_> = letters.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(subjects, ["Your second step was removed", "Your password was changed"]);
    assert!(
        letters.iter().all(|letter| letter.link.as_deref().is_some_and(|link| link.contains("/account/not-me/"))),
        "{letters:?}"
    );
}

#[tokio::test]
async fn leave_to_register_is_made_listed_and_taken_back() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let of = ["applications", "registration-token"];
    let made = program.json(&[&of[..], &["create", "--name", "Partners", "--uses", "3", "--days", "2"]].concat());
    assert_eq!(made["token"].as_str().map(str::len), Some(43), "{made}");
    assert_eq!((&made["state"], &made["uses"]), (&json!("in force"), &json!(3)));
    assert_eq!(made["expires_at"].as_i64().unwrap() - made["created_at"].as_i64().unwrap(), 2 * 86_400);
    let listed = program.json(&[&of[..], &["list"]].concat());
    assert_eq!(listed[0]["id"], made["id"]);
    assert_eq!(listed[0].get("token"), None, "it is shown once");
    let id = made["id"].as_str().unwrap();
    program.json(&[&of[..], &["revoke", id]].concat());
    assert_eq!(program.json(&[&of[..], &["list"]].concat())[0]["state"], "revoked");
    let (code, _, _) = told(&program.run(&[&of[..], &["revoke", id]].concat()));
    assert_eq!(code, Some(1));
    for wrong in [&["--uses", "0"][..], &["--days", "0"], &["--days", "366"], &["--scope", "a\"b"]] {
        let (code, _, _) = told(&program.run(&[&of[..], &["create", "--name", "Wrong"], wrong].concat()));
        assert_eq!(code, Some(1), "{wrong:?}");
    }
}

/// Every setting of a policy, of the application `ruori` and of a company.
fn policies(program: &Program, company: &str) {
    let of_application = ["applications", "policy", "ruori"];
    let of_company = ["companies", "policy", company];
    assert_eq!(program.json(&of_company), json!({}), "it says nothing yet");
    let changes = [
        "--methods",
        "password,totp",
        "--idle",
        "15m",
        "--lifetime",
        "8h",
        "--fresh",
        "2m",
        "--remember",
        "30d",
        "--signs",
        "new_network,long_absence",
        "--absence",
        "60d",
    ];
    let expected = json!({
        "methods": ["password", "totp"], "idle_seconds": 900, "lifetime_seconds": 28800, "fresh_seconds": 120,
        "remember_days": 30, "signs": ["new_network", "long_absence"], "absence_days": 60,
    });
    assert_eq!(program.json(&[&of_company[..], &changes].concat()), expected);
    let mut of_the_application = expected;
    of_the_application["second_factor"] = json!("adaptive");
    assert_eq!(program.json(&[&of_application[..], &changes].concat()), of_the_application, "the rest stays");

    let (code, words, _) = told(&program.run(&of_application));
    assert_eq!(code, Some(0));
    for line in ["A second factor when something is new or odd.", "A browser may be remembered for 30 days."] {
        assert!(words.contains(line), "{line}: {words}");
    }
    let changed = program.json(&["companies", "policy", company, "--idle", "default", "--second-factor", "required"]);
    assert_eq!((&changed["idle_seconds"], &changed["second_factor"]), (&json!(null), &json!("required")));

    let (code, stdout, _) = told(&program.run(&[&of_company[..], &["--lifetime", "48h", "--json"]].concat()));
    assert!(code == Some(1) && stdout.contains("--lifetime must be from 15 minutes to 24 hours"), "{stdout}");
    assert_eq!(program.json(&of_company), changed, "what is refused changes nothing");
    let nobody = ["companies", "policy", "01980000-0000-7000-8000-000000000000", "--json"];
    assert!(told(&program.run(&nobody)).1.contains("there is no company"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_looks_at_the_place_database() {
    let server = MailServer::start(Manner::default()).await;
    let program = Program::new().await.with_mail_to(&server);
    program.json(&["migrate"]);
    let file = program.database.folder.path().join("places.mmdb");
    crate::support::place_database::write(&file);
    let program = program.set("SALPA_PLACE_DATABASE", &file.display().to_string());
    let well = program.json(&["doctor"]);
    let places = |told: &serde_json::Value| {
        let findings = told["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["about"] == "place database").unwrap().clone()
    };
    assert_eq!(places(&well)["words"], "Test-City of 2026-05-28");

    std::fs::write(&file, b"no places").unwrap();
    let (code, stdout, _) = told(&program.run(&["doctor", "--json"]));
    let wrong = serde_json::from_str(stdout.lines().next().unwrap()).unwrap();
    assert_eq!((code, &places(&wrong)["well"]), (Some(1), &json!(false)));
    assert!(stdout.contains("set place_database to a file in MaxMind's format"), "{stdout}");
    let (code, _, stderr) = told(&program.run(&["people", "list"]));
    assert!(code == Some(1) && stderr.contains("place_database"), "nothing is guessed: {stderr}");
}

#[tokio::test]
async fn a_new_password_and_a_reset_second_step_forget_remembered_browsers() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let service = crate::support::Service::start_on(program.database.clone(), |_| {}).await;
    let set = ["people", "set-password", "aino@kallio.example", "--password-stdin", "--json"];
    program.person("aino@kallio.example", PASSWORD);
    for change in ["set-password", "reset-second-step"] {
        service.remember_everybody().await;
        assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 1);
        match change {
            "set-password" => super::read(&program.run_with(&set, "three grey stones on the shore")),
            _ => program.json(&["people", "reset-second-step", "aino@kallio.example"]),
        };
        assert_eq!(service.count("SELECT COUNT(*) FROM remembered_browsers").await, 0, "{change}");
    }
}

#[tokio::test]
async fn the_files_of_a_database_are_their_owners_alone() {
    let program = Program::new().await;
    let Some(file) = program.database.file() else { return };
    program.json(&["migrate"]);
    let db = salpa::platform::db::Db::open(program.database.url()).await.unwrap();
    db.migrate().await.unwrap();
    for end in ["", "-wal", "-shm"] {
        let file = format!("{}{end}", file.display());
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    assert!(!told(&program.run(&["doctor"])).1.contains("chmod"));

    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();

    let (code, stdout, _) = told(&program.run(&["doctor"]));
    assert_eq!(code, Some(1));
    assert!(stdout.contains(&format!("run: chmod 600 {}", file.display())), "{stdout}");
}

#[tokio::test]
async fn nobody_is_called_what_turns_a_line() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    for name in ["Ai\u{202e}no", "Ai\u{2028}no", "Ai\u{2066}no", "Ai\u{200b}no"] {
        let create = ["people", "create", "--email", "aino@kallio.example", "--given-name", name, "--no-password"];
        assert_eq!(told(&program.run(&create)).0, Some(1), "{name:?}");
    }
    let create =
        ["people", "create", "--email", "aino@kallio.example", "--given-name", "Ai\u{200d}no", "--no-password"];
    assert_eq!(told(&program.run(&create)).0, Some(0));
}
