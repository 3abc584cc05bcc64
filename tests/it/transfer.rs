//! Bringing people in and out: nothing is lost on the way, nothing comes in half, and no secret leaves unasked.

use std::process::Stdio;
use std::time::Duration;

use salpa::directory::companies::CompanyId;
use salpa::directory::contacts::{self, Origin};
use salpa::directory::people::PersonId;
use salpa::directory::users;
use salpa::platform::clock::Timestamp;
use salpa::platform::db::{Db, Reads, Source};
use salpa::proofs::totp::Seed;
use salpa::sign_in::policies::SecondFactor;
use serde_json::Value;

use crate::commands::{Program, read, told};
use crate::support::{Service, Somebody};

/// Somebody who comes from elsewhere, with the hash that bcrypt made there.
const ELSEWHERE: Somebody = Somebody {
    email: "elsa.wirtanen@kallio.example",
    given_name: "Elsa",
    family_name: "Wirtanen",
    password: "Hello world!",
    seed: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
};
const BCRYPT: &str = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y";

fn file(program: &Program, name: &str, text: &str) -> String {
    let path = program.database.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// A directory in which every kind of record has every field.
fn everything() -> String {
    let password = format!(
        r#"{{"kind":"person","id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc001","email":"{}","email_confirmed_at":1781015520000,"given_name":"Elsa","family_name":"Wirtanen","language":"fi","state":"active","terms_version":"2","created_at":1781015500000,"changed_at":1781015501000,"last_sign_in_at":1781015502000,"contact":{{"email":"elsa@home.example","email_confirmed_at":1781015503000,"phone":"+358401234567","phone_confirmed_at":1781015504000}},"password":{{"hash":"{BCRYPT}","stands_alone":true,"changed_at":1781015505000}},"authenticators":[{{"id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc00a","name":"Phone","secret":"{}","created_at":1781015506000}}]}}"#,
        ELSEWHERE.email,
        ELSEWHERE.seed.unwrap(),
    );
    [
        r#"{"kind":"company","id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc101","name":"Tili ja Talous Oy","type":"accounting_office","business_id":"1234567-8","contact_email":"help@tili.example","contact_phone":"+358 9 1234","created_at":1781015400000}"#,
        r#"{"kind":"company","name":"Kallio & Laine","type":"business","business_id":"2345678-9","policy":{"second_factor":"optional"}}"#,
        r#"{"kind":"engagement","office":"1234567-8","client":"2345678-9","since":1781015410000}"#,
        r#"{"kind":"application","id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc201","client_id":"ruori","name":"Ruori","company":"1234567-8","authentication":{"method":"secret","hash":"AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8"},"redirect_uris":["https://ruori.example/callback"],"grant_types":["authorization_code","refresh_token"],"scopes":"openid profile email","id_token_algorithm":"ES256","policy":{"second_factor":"required"},"rights":[{"name":"pay_slips.own","title":"Own pay slips"}]}"#,
        r#"{"kind":"company_application","company":"2345678-9","application":"ruori","policy":{"second_factor":"required"},"ask_before":["pay"]}"#,
        r#"{"kind":"profile","company":"2345678-9","name":"Employee","rights":[{"application":"ruori","name":"pay_slips.own"}]}"#,
        &password,
        r#"{"kind":"person","email":"mikko@kallio.example","given_name":"Mikko"}"#,
        r#"{"kind":"user","company":"2345678-9","person":"elsa.wirtanen@kallio.example","roles":["user administrator"],"profile":"Employee","rights":[{"application":"ruori","name":"use"},{"application":"ruori","name":"pay_slips.own"}]}"#,
        r#"{"kind":"user","company":"1234567-8","person":"elsa.wirtanen@kallio.example","roles":["main user"],"state":"locked"}"#,
        r#"{"kind":"employee","company":"2345678-9","person":"mikko@kallio.example","services":["travel","salaries"]}"#,
    ]
    .join("\n")
}

async fn migrated() -> Program {
    let program = Program::new().await;
    read(&program.run(&["migrate", "--json"]));
    program
}

fn exported(program: &Program, more: &[&str]) -> String {
    let output = program.run(&[&["export"], more].concat());
    let (status, out, complaint) = told(&output);
    assert_eq!(status, Some(0), "{complaint}");
    out
}

#[tokio::test]
async fn an_export_imported_elsewhere_is_the_same() {
    let here = migrated().await;
    let report = here.json(&["import", &file(&here, "all.jsonl", &everything())]);
    assert_eq!((&report["refused"], &report["already_there"]), (&0.into(), &0.into()), "{report}");
    assert_eq!(report["added"]["person"], 2);
    let first = exported(&here, &["--with-secrets"]);
    assert_eq!(first.lines().count(), everything().lines().count());

    let there = migrated().await;
    let report = there.json(&["import", &file(&there, "all.jsonl", &first)]);
    assert_eq!(report["refused"], 0, "{report}");
    assert_eq!(exported(&there, &["--with-secrets"]), first, "nothing is lost, and nothing is another");

    let again = there.json(&["import", &file(&there, "all.jsonl", &first)]);
    assert_eq!(again["already_there"], first.lines().count(), "{again}");
    assert_eq!(again["added"], serde_json::json!({}), "what is there stays as it is");
}

#[tokio::test]
async fn without_being_asked_no_secret_leaves_and_none_leaves_in_the_clear() {
    let here = migrated().await;
    here.json(&["import", &file(&here, "all.jsonl", &everything())]);
    let plain = exported(&here, &[]);
    for secret in [BCRYPT, ELSEWHERE.seed.unwrap(), "AAECAwQFBgcICQoLDA0ODw", "sealed", "hash"] {
        assert!(!plain.contains(secret), "{secret} left: {plain}");
    }
    let with_secrets = exported(&here, &["--with-secrets"]);
    assert!(with_secrets.contains("$2b$05$") && with_secrets.contains("sealed"));
    assert!(!with_secrets.contains(ELSEWHERE.seed.unwrap()), "a seed leaves sealed alone");

    let there = migrated().await.set("SALPA_SECRET_KEY", &data_encoding::BASE64.encode(&[8; 32]));
    let output = there.run(&["import", &file(&there, "all.jsonl", &with_secrets), "--json"]);
    let (status, out, _) = told(&output);
    let report: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(status, Some(1));
    assert!(report["mistakes"][0]["reason"].as_str().unwrap().contains("secret keys"), "{report}");
    assert_eq!(there.json(&["people", "list"]).as_array().unwrap().len(), 1, "of that person nothing came in");

    let target = here.database.folder.path().join("out.jsonl").display().to_string();
    here.json(&["export", &target]);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&target).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "nobody else may read it");
    assert_eq!(told(&here.run(&["export", &target])).0, Some(1), "a file that is there is not written over");
}

#[tokio::test]
async fn a_bad_line_is_told_and_taken_in_no_part_while_the_others_come_in() {
    let program = migrated().await;
    let lines = [
        r#"{"kind":"person","email":"a@kallio.example","given_name":"A"}"#,
        "no json",
        r#"{"kind":"person","email":"no address","given_name":"A"}"#,
        r#"{"kind":"person","email":"b@kallio.example","given_name":"B","password":{"hash":"$2b$31$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y"}}"#,
        r#"{"kind":"person","email":"c@kallio.example","given_name":"C","nickname":"x"}"#,
        r#"{"kind":"user","company":"nowhere","person":"a@kallio.example"}"#,
        r#"{"kind":"person","email":"d@kallio.example","given_name":"D","contact":{"phone":"040 1234567","phone_confirmed_at":1}}"#,
        r#"{"kind":"person","id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc001","email":"A@KALLIO.example","given_name":"Another"}"#,
        r#"{"kind":"person","email":"e@kallio.example","given_name":"E","passkeys":[{"id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc0aa","credential_id":"AAAA","name":"Key","credential":{},"sign_count":0,"synced":false,"created_at":1}]}"#,
        r#"{"kind":"person","email":"f@kallio.example","given_name":"F","passkeys":[{"id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc0ab","credential_id":"AAAA","name":"Key","credential":{},"sign_count":0,"synced":false,"created_at":1}]}"#,
        r#"{"kind":"person","email":"g@kallio.example","given_name":"G"}"#,
    ];
    let path = file(&program, "some.jsonl", &lines.join("\n"));

    let dry = program.run(&["import", &path, "--dry-run", "--json"]);
    let dry: Value = serde_json::from_str(told(&dry).1.lines().next().unwrap()).unwrap();
    assert_eq!(program.json(&["people", "list"]), serde_json::json!([]), "a dry run changes nothing");

    let output = program.run(&["import", &path, "--json"]);
    let (status, out, _) = told(&output);
    assert_eq!(status, Some(1));
    let report: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    let numbers = |report: &Value| -> Vec<u64> {
        report["mistakes"].as_array().unwrap().iter().map(|mistake| mistake["line"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&report), [2, 3, 5, 6, 8, 10], "{report}");
    assert_eq!(numbers(&dry), numbers(&report), "a dry run says the same");
    let left_out = |place: usize| {
        let told = &report["left_out"][place];
        (told["line"].as_u64().unwrap(), told["reason"].as_str().unwrap().to_owned())
    };
    assert_eq!(left_out(0), (4, "password: the hash costs more memory or time than a comparison may".to_owned()));
    assert!(left_out(1).0 == 7 && left_out(1).1.starts_with("contact: phone"), "{report}");
    assert_eq!(dry["left_out"], report["left_out"]);
    assert_eq!(report["added"]["person"], 5);
    let emails: Vec<_> =
        program.json(&["people", "list"]).as_array().unwrap().iter().map(|one| one["email"].clone()).collect();
    let there = ["a", "b", "d", "e", "g"].map(|name| format!("{name}@kallio.example"));
    assert_eq!(emails, there);
}

#[tokio::test]
async fn an_imported_person_is_found_though_a_line_of_the_same_batch_failed() {
    let program = migrated().await;
    let passkey = r#""passkeys":[{"id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc0KEY","credential_id":"AAAA","name":"Key","credential":{},"sign_count":0,"synced":false,"created_at":1}]"#;
    let person = |email: &str, given: &str, rest: &str| {
        format!(r#"{{"kind":"person","email":"{email}@kallio.example","given_name":"{given}"{rest}}}"#)
    };
    let user = |email: &str| format!(r#"{{"kind":"user","company":"1","person":"{email}@kallio.example"}}"#);
    let phone = format!(
        r#","password":{{"hash":"{BCRYPT}"}},"contact":{{"phone":"+358401234567","phone_set_at":1781015504000}}"#
    );
    let lines = [
        r#"{"kind":"company","name":"Kallio Oy","type":"business","business_id":"1"}"#.to_owned(),
        person("a", "Aino", &phone),
        user("a"),
        person("b", "Bertta", &format!(",{}", passkey.replace("KEY", "aa"))),
        // Found only by the constraint: the batch is written again, line by line.
        person("c", "Cecilia", &format!(",{}", passkey.replace("KEY", "ab"))),
        user("b"),
        user("c"),
    ];
    let path = file(&program, "some.jsonl", &lines.join("\n"));
    let (_, out, _) = told(&program.run(&["import", &path, "--json"]));
    let report: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    let refused: Vec<_> = report["mistakes"].as_array().unwrap().iter().map(|one| one["line"].clone()).collect();
    assert_eq!(refused, [5, 7], "{report}");

    let db = Db::open(program.database.url()).await.unwrap();
    let company: CompanyId = db.one("SELECT id FROM companies", &[], |row| row.get(0)).await.unwrap();
    let mut reader = db.reader().await.unwrap();
    let mut source = Source::Reader(&mut reader);
    for (typed, found) in [("ain", &["Aino"][..]), ("040 123", &["Aino"]), ("bertta", &["Bertta"]), ("cec", &[])] {
        let members = users::search(&mut source, company, typed, 10).await.unwrap();
        assert_eq!(members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), found, "{typed}");
    }
    let aino = users::search(&mut source, company, "aino", 1).await.unwrap().remove(0).person;
    drop(reader);
    let passwords: i64 = db.one("SELECT COUNT(*) FROM passwords", &[], |row| row.get(0)).await.unwrap();
    assert_eq!(passwords, 1);
    let phone = contacts::of_person(&db, aino).await.unwrap().phone.unwrap();
    let at = Timestamp::from_seconds(1_781_015_504);
    let set = Origin::SetByAdministrator { administrator: PersonId::NOBODY, at };
    assert_eq!(phone.origin, set, "who set it does not travel; that it resets nothing yet does");
}

#[tokio::test]
async fn of_a_refused_employee_nothing_stays() {
    let program = migrated().await;
    let employee = |email: &str| {
        let typed = format!(r#"{{"email":"{email}","given_name":"Aino"}}"#);
        format!(r#"{{"kind":"employee","company":"1","person":"a@kallio.example","typed":{typed}}}"#)
    };
    let lines = [
        r#"{"kind":"company","name":"Kallio Oy","type":"business","business_id":"1"}"#.to_owned(),
        r#"{"kind":"person","email":"a@kallio.example","given_name":"Aino"}"#.to_owned(),
        employee("no address"),
    ];
    let path = file(&program, "some.jsonl", &lines.join("\n"));
    let report = |arguments: &[&str]| -> Value {
        let (_, out, _) = told(&program.run(arguments));
        serde_json::from_str(out.lines().next().unwrap()).unwrap()
    };
    let dry = report(&["import", &path, "--dry-run", "--json"]);
    let real = report(&["import", &path, "--json"]);
    assert_eq!((&dry["refused"], &real["refused"]), (&1.into(), &1.into()), "{dry} {real}");
    assert!(!exported(&program, &[]).contains(r#""kind":"employee""#));

    let mended = file(&program, "mended.jsonl", &employee("a@kallio.example"));
    assert_eq!(program.json(&["import", &mended])["added"]["employee"], 1, "it was not there already");
}

#[tokio::test]
async fn a_dry_run_lets_later_lines_refer_to_earlier_ones() {
    let program = migrated().await;
    let path = file(&program, "all.jsonl", &everything());
    let dry = program.json(&["import", &path, "--dry-run"]);
    assert_eq!((&dry["refused"], &dry["dry_run"]), (&0.into(), &true.into()), "{dry}");
    let real = program.json(&["import", &path]);
    assert_eq!(real["added"], dry["added"]);
}

#[tokio::test]
async fn an_import_that_was_killed_goes_on_where_it_stopped() {
    let program = migrated().await;
    let people: Vec<String> = (0..6000)
        .map(|number| {
            format!(r#"{{"kind":"person","email":"p{number}@kallio.example","given_name":"P","password":{{"hash":"{BCRYPT}"}}}}"#)
        })
        .collect();
    let path = file(&program, "people.jsonl", &people.join("\n"));
    let mut child = program.command(&["import", &path]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Until some of it is there, and not all.
    let db = salpa::platform::db::Db::open(program.database.url()).await.unwrap();
    let count = || async {
        let count: i64 = (&db).one("SELECT COUNT(*) FROM people", &[], |row| row.get(0)).await.unwrap();
        count
    };
    for _ in 0..20_000 {
        if count().await > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = count().await;
    assert!(before > 0, "something was committed");
    assert_eq!(before % 1000, 0, "batches are whole or not there");

    let report = program.json(&["import", &path]);
    assert_eq!((report["lines"].as_u64(), report["refused"].as_u64()), (Some(6000), Some(0)));
    assert_eq!(report["already_there"].as_i64(), Some(before));
    assert_eq!(count().await, 6000);
    let half: i64 = (&db)
        .one("SELECT COUNT(*) FROM people WHERE id NOT IN (SELECT person_id FROM passwords)", &[], |row| row.get(0))
        .await
        .unwrap();
    assert_eq!(half, 0, "nobody is there by half");
}

#[tokio::test]
async fn a_person_with_an_imported_password_signs_in_with_it_and_it_is_hashed_anew() {
    let service = Service::start().await;
    let program = Program::of(&service.database);
    program.json(&["import", &file(&program, "all.jsonl", &everything())]);
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let hash = || async {
        let found: (String, Option<String>) = service
            .app
            .db
            .one("SELECT hash, scheme FROM passwords", &[], |row| Ok((row.get(0)?, row.get(1)?)))
            .await
            .unwrap();
        found
    };
    assert!(matches!(hash().await, (hash, Some(_)) if hash == BCRYPT));
    let page = service.browser().try_password(&ruori, ELSEWHERE, "Hello world?").await;
    assert_eq!(page.title(), "Enter your password", "{}", page.body);
    service.wait(60);
    // Locked in one company, but not where she belongs first.
    service.change("DELETE FROM user_rights").await;
    service.change("DELETE FROM users").await;
    let mut browser = service.browser();
    let first = browser.open(&ruori.authorize(&[])).await;
    let page = browser.sign_in_as(&service, first, ELSEWHERE).await;
    assert_eq!(page.title(), "Save your recovery code", "both factors were right: {}", page.body);
    browser.answer(&page.sign_in(), "recovery-saved", &[("saved", "yes")]).await;
    let (renewed, scheme) = hash().await;
    assert!(renewed.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{renewed}");
    assert_eq!(scheme, None, "strangers need not look like it any more");
    service.wait(60);
    service.browser().arrive(&service, &ruori, ELSEWHERE).await;
}

/// A password as a Vietnamese keyboard types it, hashed by Django (in two forms), Keycloak, bcrypt, and Argon2 at this
/// service's own cost. None of them normalises. Made by Python's hashlib, bcrypt and argon2-cffi.
const NOT_NORMALISED: [&str; 5] = [
    r#"{"hash":"pbkdf2_sha256$1000$seasalt$F72t6XByZDa48kl12uNtt7vzm/JU6xKPAaHdraXZUKs="}"#,
    r#"{"hash":"pbkdf2_sha256$1000$seasalt$K1zkCg60TCg/IzTmBGNljrCBw3GBTjVgsyBnoULE32c="}"#,
    r#"{"credentialData":"{\"hashIterations\":1000,\"algorithm\":\"pbkdf2-sha512\"}","secretData":"{\"value\":\"alMBuviNbVTSqGjV37W4VD/7Sgm+VKcIPE/8a9XgQa7wQcaysFv1Y6eqbiF8KkQIOQFCs3j+Ceb+y0l/6FVqIA==\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw==\"}"}"#,
    r#"{"hash":"$2b$04$abcdefghijklmnopqrstuu0aoIE/To1B2RyMPicQpLf4UMnsVwOeq"}"#,
    r#"{"hash":"$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$xmksQQYvrDlfio5CsX5P31YCGZ+/1Tn+rIXcRy9voBw"}"#,
];

#[tokio::test]
async fn a_password_that_was_hashed_without_normalising_opens_however_it_is_typed() {
    use unicode_normalization::UnicodeNormalization;
    let composed: String = "mật khẩu tiếng việt 7".nfc().collect();
    let decomposed: String = composed.nfd().collect();
    let service = Service::start().await;
    let program = Program::of(&service.database);
    let each = NOT_NORMALISED.iter().enumerate();
    let lines: Vec<_> = each
        .clone()
        .map(|(number, password)| {
            format!(r#"{{"kind":"person","email":"p{number}@hash.example","given_name":"P","password":{password}}}"#)
        })
        .collect();
    program.json(&["import", &file(&program, "hashes.jsonl", &lines.join("\n"))]);
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    for (number, _) in each {
        let email: &'static str = Box::leak(format!("p{number}@hash.example").into_boxed_str());
        let somebody = Somebody { email, given_name: "P", family_name: "", password: "", seed: None };
        let opens = async |typed: &str| {
            let page = service.browser().try_password(&ruori, somebody, typed).await;
            service.wait(60);
            page.title() != "Enter your password"
        };
        assert!(!opens("mat khau tieng viet 7").await, "{email}: without the tones");
        let first = if number % 2 == 0 { &composed } else { &decomposed };
        assert!(opens(first).await, "{email}");
        let hash: String = service
            .app
            .db
            .one(
                "SELECT hash FROM passwords JOIN people ON people.id = passwords.person_id WHERE email = ?1",
                &[email.into()],
                |row| row.get(0),
            )
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert!(!NOT_NORMALISED[number].contains(&hash), "made anew, of what is normalised");
        for typed in [&composed, &decomposed] {
            assert!(opens(typed).await, "{email}: {typed:?}");
        }
        assert!(!opens("mật khẩu tiếng việt 8").await, "{email}: another one");
    }
}

#[tokio::test]
async fn a_person_comes_in_whatever_one_field_of_theirs_is_and_is_closed_to_resets_without_their_second_step() {
    let program = migrated().await;
    let person = |name: &str, rest: &str| {
        format!(r#"{{"kind":"person","email":"{name}@kallio.example","given_name":"P",{rest}}}"#)
    };
    let lines = [
        person("weak", r#""password":{"hash":"5f4dcc3b5aa765d61d8327deb882cf99"}"#),
        person("none", r#""password":{"hash":"!"}"#),
        person("seed", r#""authenticators":[{"secret":"no seed"},{"secret":"W5EFGRJD65C4VUVK7JO2HC5NRTEUVSGD"}]"#),
        person("hotp", r#""authenticators":[{"secret":"otpauth://hotp/X?secret=W5EFGRJD65C4VUVK7JO2HC5NRTEUVSGD"}]"#),
        person("five", r#""authenticators":[{"secret":"W5EFGRJD65C4VUVK7JO2HC5NRTEUVSGD","digits":5}]"#),
        person("tongue", r#""language":"sv""#),
        person(
            "code",
            r#""recovery_code":{"hash":"$2b$05$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y","made_at":1}"#,
        ),
        person(
            "whole",
            r#""authenticators":[{"secret":"fdb9a2712091545df2249e78c9b6326ee59df733","algorithm":"SHA256","digits":8,"period":60}]"#,
        ),
        person("fusion", r#""authenticators":[{"secret":"MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=","encoding":"base64"}]"#),
        person(
            "keycloak",
            r#""authenticators":[{"credentialData":"{\"subType\":\"totp\",\"digits\":6,\"counter\":0,\"period\":30,\"algorithm\":\"HmacSHA1\"}","secretData":"{\"value\":\"12345678901234567890\"}"}]"#,
        ),
    ];
    let path = file(&program, "parts.jsonl", &lines.join("\n"));
    let output = program.run(&["import", &path, "--json"]);
    let (status, out, _) = told(&output);
    assert_eq!(status, Some(1), "something was left out");
    let report: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!((&report["added"]["person"], &report["refused"]), (&serde_json::json!(10), &serde_json::json!(0)));
    let told: Vec<_> = report["left_out"].as_array().unwrap().iter().map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(told, [1, 2, 3, 4, 5, 6, 7], "{report}");
    assert!(!out.contains("5f4dcc3b"), "no value is told");
    let db = Db::open(program.database.url()).await.unwrap();
    let sql = "SELECT email FROM people WHERE closed_to_resets ORDER BY email";
    let closed: Vec<String> = db.all(sql, &[], |row| row.get(0)).await.unwrap();
    assert_eq!(closed, ["five", "hotp", "seed"].map(|name| format!("{name}@kallio.example")));
    let apps: i64 = db.one("SELECT COUNT(*) FROM authenticators", &[], |row| row.get(0)).await.unwrap();
    assert_eq!(apps, 4);
}

#[tokio::test]
async fn an_app_of_eight_digits_a_minute_and_sha_256_goes_on_working_and_is_exported_as_it_is() {
    let service = Service::start().await;
    let program = Program::of(&service.database);
    let base32 = "W5EFGRJD65C4VUVK7JO2HC5NRTEUVSGD";
    let address = format!("otpauth://totp/X:elsa?secret={base32}&algorithm=SHA256&digits=8&period=60");
    let line = format!(
        r#"{{"kind":"person","id":"0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc001","email":"{}","given_name":"Elsa","password":{{"hash":"{BCRYPT}"}},"authenticators":[{{"secret":"{address}"}}]}}"#,
        ELSEWHERE.email
    );
    program.json(&["import", &file(&program, "app.jsonl", &line)]);
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let seed = Seed::imported(&address).unwrap().unwrap();
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, ELSEWHERE, ELSEWHERE.password).await;
    let sign_in = page.sign_in();
    let six = seed.code_at(service.now()).split_off(2);
    let wrong = browser.submit(&format!("{sign_in}/code"), &[("code", &six)]).await;
    assert_eq!(wrong.title(), "Enter the code from your authenticator app", "six of the eight open nothing");
    service.wait(60);
    let code = seed.code_at(service.now());
    assert_eq!(code.len(), 8);
    let page = browser.submit(&format!("{sign_in}/code"), &[("code", &code)]).await;
    assert_eq!(page.title(), "Save your recovery code", "{}", page.body);

    let moved = exported(&program, &["--with-secrets"]);
    let elsewhere = migrated().await;
    let person = moved.lines().find(|line| line.contains(ELSEWHERE.email)).unwrap();
    elsewhere.json(&["import", &file(&elsewhere, "moved.jsonl", person)]);
    let (here, there) =
        (Db::open(program.database.url()).await.unwrap(), Db::open(elsewhere.database.url()).await.unwrap());
    let sealed =
        async |db: &Db| -> Vec<u8> { db.one("SELECT seed FROM authenticators", &[], |row| row.get(0)).await.unwrap() };
    assert_eq!(sealed(&here).await, sealed(&there).await);
}
