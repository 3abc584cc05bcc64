//! Registration by the network: with leave of the operator, within its limits, managed by whom it made.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use salpa::directory::companies::{self, CompanyId, NewCompany};
use salpa::platform::db;
use salpa::provider::applications;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::registration::{self, RegistrationLimits, RegistrationTokenId};
use serde_json::{Value, json};

use super::client::{Answer, call, claims};
use super::consent::answers;
use super::sign_in;
use super::turning_back::turn_back;
use crate::support::{AINO, PUBLIC_URL, Registered, START, Service};

pub(super) fn limits(uses: i64) -> RegistrationLimits {
    RegistrationLimits {
        name: "Partners".to_owned(),
        uses,
        lifetime: Duration::from_hours(24),
        company: None,
        scopes: Scopes::usual(),
    }
}

/// Leave to register so many applications.
pub(super) async fn leave(service: &Service, limits: RegistrationLimits) -> (RegistrationTokenId, String) {
    let made = registration::create(&service.app, limits, service.now()).await.unwrap();
    (made.token.id, made.secret.reveal().clone())
}

pub(super) async fn send(service: &Service, method: Method, path: &str, token: &str, body: &Value) -> Answer {
    let token = format!("Bearer {token}");
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    call(service, method, path, &headers, body.to_string()).await
}

pub(super) async fn register(service: &Service, token: &str, metadata: &Value) -> Answer {
    send(service, Method::POST, "/oauth/register", token, metadata).await
}

fn plain() -> Value {
    json!({
        "client_name": "Ledger",
        "redirect_uris": ["https://ledger.example/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid email",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut metadata = plain();
    metadata[name] = value;
    metadata
}

#[tokio::test]
async fn nobody_registers_without_leave_of_the_operator() {
    let service = Service::start().await;
    let body = plain().to_string();
    for header in ["", "Bearer ", "Bearer guessed", "Basic YTpi", "guessed"] {
        let headers = [("authorization", header), ("content-type", "application/json")];
        let headers = if header.is_empty() { &headers[1..] } else { &headers[..] };
        let answer = call(&service, Method::POST, "/oauth/register", headers, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        // Without any token no error is named (RFC 6750 §3.1).
        let error = (!header.is_empty()).then_some("invalid_token");
        assert_eq!(answer.json["error"].as_str(), error, "{answer:?}");
        assert_eq!(answer.header("www-authenticate").contains("error="), error.is_some(), "{answer:?}");
        assert!(answer.header("www-authenticate").starts_with("Bearer "), "{answer:?}");
    }
    assert_eq!(service.count("SELECT count(*) FROM applications").await, 0);
}

#[tokio::test]
async fn with_leave_an_application_registers_and_signs_people_in_who_consent() {
    let service = Service::start().await;
    service.person(AINO).await;
    let (_, token) = leave(&service, limits(1)).await;
    let answer = register(&service, &token, &plain()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let client_id = answer.text("client_id");
    assert_eq!(answer.json["client_id_issued_at"], START.seconds());
    assert_eq!(answer.json["client_secret_expires_at"], 0);
    assert_eq!(answer.text("registration_client_uri"), format!("{PUBLIC_URL}/oauth/register/{client_id}"));
    for (name, value) in [
        ("client_name", json!("Ledger")),
        ("redirect_uris", json!(["https://ledger.example/callback"])),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("response_types", json!(["code"])),
        ("scope", json!("openid email")),
        ("subject_type", json!("public")),
        ("id_token_signed_response_alg", json!("RS256")),
    ] {
        assert_eq!(answer.json[name], value, "{name}");
    }
    let application = applications::find_by_client_id(&service.app.db, &client_id).await.unwrap().unwrap();
    let ledger = Registered { application, secret: Some(answer.text("client_secret")) };
    let mut browser = service.browser();
    let question = sign_in(&service, &mut browser, &ledger, &[("scope", "openid email")]).await;
    assert_eq!(question.title(), "Ledger asks for access");
    register(&service, &token, &plain()).await.refused(401, "invalid_token");
    let everything = service.database.everything().await;
    for secret in [&token, &answer.text("client_secret"), &answer.text("registration_access_token")] {
        assert!(!everything.contains(secret.as_str()), "kept as it is");
    }
}

#[tokio::test]
async fn metadata_that_cannot_be_registered_is_refused_by_the_name_of_the_standard_and_costs_no_use() {
    let service = Service::start().await;
    let (_, token) = leave(&service, limits(1)).await;
    let key = json!({ "kty": "EC", "crv": "P-256", "use": "enc",
                      "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
                      "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck" });
    for (metadata, error) in [
        (with("redirect_uris", json!([])), "invalid_redirect_uri"),
        (with("redirect_uris", json!(["http://ledger.example/callback"])), "invalid_redirect_uri"),
        (with("redirect_uris", json!(["https://*.example/callback"])), "invalid_redirect_uri"),
        (with("redirect_uris", json!(["https://ledger.example/#x"])), "invalid_redirect_uri"),
        (with("redirect_uris", json!(["com.example.app:/callback"])), "invalid_redirect_uri"),
        (with("redirect_uris", json!("https://ledger.example/")), "invalid_client_metadata"),
        (with("redirect_uris", json!(vec!["https://ledger.example/"; 21])), "invalid_redirect_uri"),
        (with("jwks_uri", json!("https://10.0.0.1/jwks")), "invalid_client_metadata"),
        (with("jwks_uri", json!(["https://ledger.example/jwks"])), "invalid_client_metadata"),
        (with("sector_identifier_uri", json!("http://192.0.2.1/s")), "invalid_client_metadata"),
        (with("client_name", json!("x".repeat(101))), "invalid_client_metadata"),
        (with("client_name", json!("Led\u{0}ger")), "invalid_client_metadata"),
        (with("client_uri", json!("javascript:alert(1)")), "invalid_client_metadata"),
        (with("grant_types", json!(["implicit"])), "invalid_client_metadata"),
        (with("grant_types", json!(["client_credentials"])), "invalid_client_metadata"),
        (with("grant_types", json!([])), "invalid_client_metadata"),
        (with("response_types", json!(["token"])), "invalid_client_metadata"),
        (with("response_types", json!([])), "invalid_client_metadata"),
        (with("scope", json!("admin")), "invalid_client_metadata"),
        (with("scope", json!("op\"en")), "invalid_client_metadata"),
        (with("token_endpoint_auth_method", json!("tls_client_auth")), "invalid_client_metadata"),
        (with("token_endpoint_auth_method", json!("private_key_jwt")), "invalid_client_metadata"),
        (with("subject_type", json!("other")), "invalid_client_metadata"),
        (with("id_token_signed_response_alg", json!("none")), "invalid_client_metadata"),
        (with("id_token_encrypted_response_alg", json!("RSA1_5")), "invalid_client_metadata"),
        (with("id_token_encrypted_response_alg", json!("ECDH-ES")), "invalid_client_metadata"),
        (with("id_token_encrypted_response_enc", json!("A256GCM")), "invalid_client_metadata"),
        (with("backchannel_logout_uri", json!("ftp://ledger.example/")), "invalid_client_metadata"),
        (json!([]), "invalid_client_metadata"),
        (json!("x"), "invalid_client_metadata"),
        (json!({}), "invalid_client_metadata"),
        (
            json!({ "client_name": "L", "redirect_uris": ["https://a.example/", "https://b.example/"], "subject_type": "pairwise" }),
            "invalid_client_metadata",
        ),
        (
            json!({ "client_name": "L", "redirect_uris": ["https://a.example/"], "jwks": { "keys": [key] },
                    "id_token_encrypted_response_alg": "RSA-OAEP-256" }),
            "invalid_client_metadata",
        ),
        (
            json!({ "client_name": "L", "redirect_uris": ["https://a.example/"], "jwks": { "keys": [key] },
                    "token_endpoint_auth_method": "private_key_jwt" }),
            "invalid_client_metadata",
        ),
    ] {
        let answer = register(&service, &token, &metadata).await;
        assert_eq!((answer.status.as_u16(), &answer.json["error"]), (400, &json!(error)), "{metadata} {answer:?}");
    }
    let authorization = format!("Bearer {token}");
    for (kind, body, status) in [
        ("text/plain", plain().to_string(), 415),
        ("application/json", "{".to_owned(), 400),
        ("application/json", " ".repeat(40_000), 413),
    ] {
        let headers = [("authorization", authorization.as_str()), ("content-type", kind)];
        let answer = call(&service, Method::POST, "/oauth/register", &headers, body).await;
        answer.refused(status, "invalid_client_metadata");
    }
    assert_eq!(service.count("SELECT count(*) FROM applications").await, 0);
    // Unknown metadata is ignored, by the standard.
    let answer = register(&service, &token, &with("contacts", json!(["help@ledger.example"]))).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.json.get("contacts"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_for_the_uses_of_a_token_so_many_get_one() {
    let service = Arc::new(Service::start().await);
    let (_, token) = leave(&service, limits(3)).await;
    let racing: Vec<_> = (0..12)
        .map(|_| {
            let (service, token) = (service.clone(), token.clone());
            tokio::spawn(async move { register(&service, &token, &plain()).await.status })
        })
        .collect();
    let mut created = 0;
    for status in racing {
        match status.await.unwrap() {
            StatusCode::CREATED => created += 1,
            status => assert_eq!(status, StatusCode::UNAUTHORIZED),
        }
    }
    assert_eq!(created, 3);
    assert_eq!(service.count("SELECT count(*) FROM applications").await, 3);
    assert_eq!(service.count("SELECT used FROM registration_tokens").await, 3);
}

#[tokio::test]
async fn a_token_that_is_over_registers_nothing() {
    let service = Service::start().await;
    let (id, revoked) = leave(&service, limits(5)).await;
    let (_, expired) = leave(&service, limits(5)).await;
    assert!(registration::revoke(&service.app, id, service.now()).await.unwrap());
    assert!(!registration::revoke(&service.app, id, service.now()).await.unwrap());
    register(&service, &revoked, &plain()).await.refused(401, "invalid_token");
    assert_eq!(register(&service, &expired, &plain()).await.status, StatusCode::CREATED);
    service.wait(24 * 3600);
    register(&service, &expired, &plain()).await.refused(401, "invalid_token");
    let listed = registration::list(&service.app, None).await.unwrap();
    assert_eq!(listed.iter().map(|token| token.used).collect::<Vec<_>>(), [1, 0]);
    for wrong in [
        RegistrationLimits { uses: 0, ..limits(1) },
        RegistrationLimits { lifetime: Duration::ZERO, ..limits(1) },
        RegistrationLimits { lifetime: Duration::from_hours(366 * 24), ..limits(1) },
        RegistrationLimits { name: " ".to_owned(), ..limits(1) },
        RegistrationLimits { scopes: Scopes::default(), ..limits(1) },
    ] {
        assert!(registration::create(&service.app, wrong, service.now()).await.is_err());
    }
}

#[tokio::test]
async fn an_application_reads_changes_and_removes_its_own_registration() {
    let service = Service::start().await;
    let (_, token) = leave(&service, limits(1)).await;
    let made = register(&service, &token, &plain()).await;
    let (client_id, own) = (made.text("client_id"), made.text("registration_access_token"));
    let path = format!("/oauth/register/{client_id}");

    let read = send(&service, Method::GET, &path, &own, &json!({})).await.fine();
    assert_eq!((read.text("client_name").as_str(), read.text("client_id")), ("Ledger", client_id.clone()));
    assert_eq!(read.json.get("client_secret"), None);

    let mut changed = plain();
    changed["client_id"] = json!(client_id);
    changed["client_name"] = json!("Ledger Two");
    changed["redirect_uris"] = json!(["https://ledger.example/new"]);
    changed["grant_types"] = json!(["authorization_code"]);
    let answer = send(&service, Method::PUT, &path, &own, &changed).await.fine();
    assert_eq!(answer.text("client_name"), "Ledger Two");
    let application = applications::find_by_client_id(&service.app.db, &client_id).await.unwrap().unwrap();
    assert_eq!(application.redirect_uris, ["https://ledger.example/new"]);
    assert!(application.profile.third_party && application.grant_types.len() == 1);
    // The operator's additional settings stay.
    let resources = vec!["https://api.example/".to_owned()];
    let mut by_operator = application.clone();
    by_operator.profile.resources.clone_from(&resources);
    applications::update(&service.app.db, &service.app.random, &by_operator, service.now()).await.unwrap();
    changed["client_secret"] = json!(made.text("client_secret"));
    send(&service, Method::PUT, &path, &own, &changed).await.fine();
    let application = applications::find_by_client_id(&service.app.db, &client_id).await.unwrap().unwrap();
    assert_eq!((application.profile.resources, application.profile.third_party), (resources, true));

    let but = |name: &str, value: Value| {
        let mut wrong = changed.clone();
        wrong[name] = value;
        wrong
    };
    for wrong in [
        but("client_id", json!("another")),
        but("client_secret", json!("guessed")),
        but("client_secret", json!(1)),
        but("registration_access_token", json!(own)),
        but("client_id_issued_at", json!(1)),
        but("token_endpoint_auth_method", json!("none")),
        but("subject_type", json!("pairwise")),
        but("grant_types", json!(["client_credentials"])),
        but("scope", json!("admin")),
        plain(),
    ] {
        let answer = send(&service, Method::PUT, &path, &own, &wrong).await;
        assert_eq!(answer.json["error"], "invalid_client_metadata", "{wrong} {answer:?}");
    }
    send(&service, Method::PUT, &path, &own, &but("redirect_uris", json!(["ftp://x"])))
        .await
        .refused(400, "invalid_redirect_uri");

    assert_eq!(send(&service, Method::DELETE, &path, &own, &json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(service.count("SELECT count(*) FROM applications").await, 0);
    send(&service, Method::GET, &path, &own, &json!({})).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn no_token_manages_another_application_than_its_own() {
    let service = Service::start().await;
    let (_, token) = leave(&service, limits(2)).await;
    let one = register(&service, &token, &plain()).await;
    let other = register(&service, &token, &plain()).await;
    let own = service.application("Payroll", salpa::sign_in::policies::SecondFactor::Optional).await;
    for client_id in [one.text("client_id"), own.application.client_id, "nobody".to_owned()] {
        let path = format!("/oauth/register/{client_id}");
        for wrong in [other.text("registration_access_token"), token.clone(), one.text("client_secret"), String::new()]
        {
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let mut body = plain();
                body["client_id"] = json!(client_id);
                send(&service, method, &path, &wrong, &body).await.refused(401, "invalid_token");
            }
        }
    }
    // Nor does it register, nor read people.
    register(&service, &one.text("registration_access_token"), &plain()).await.refused(401, "invalid_token");
    assert_eq!(service.count("SELECT count(*) FROM applications").await, 3);
}

#[tokio::test]
async fn the_operator_limits_scopes_and_names_the_company() {
    let service = Service::start().await;
    let company = new_company(&service).await;
    let scopes = Scopes::parse("openid ledger.read").unwrap();
    let (_, token) = leave(&service, RegistrationLimits { company: Some(company), scopes, ..limits(2) }).await;
    let answer = register(&service, &token, &with("scope", json!("openid email ledger.read admin"))).await;
    assert_eq!(answer.text("scope"), "openid ledger.read");
    let mut without = plain();
    without.as_object_mut().unwrap().remove("scope");
    assert_eq!(register(&service, &token, &without).await.text("scope"), "openid ledger.read");
    let client_id = answer.text("client_id");
    let application = applications::find_by_client_id(&service.app.db, &client_id).await.unwrap().unwrap();
    assert_eq!(application.company, Some(company));
}

/// The application that has just registered itself.
pub(super) async fn registered(service: &Service, made: &Answer) -> Registered {
    let found = applications::find_by_client_id(&service.app.db, &made.text("client_id")).await.unwrap();
    Registered { application: found.unwrap(), secret: made.json["client_secret"].as_str().map(str::to_owned) }
}

#[tokio::test]
async fn an_application_that_registers_with_a_secret_may_send_a_nonce_in_the_place_of_pkce() {
    let service = Service::start().await;
    service.person(AINO).await;
    let (_, token) = leave(&service, limits(2)).await;
    let ledger = registered(&service, &register(&service, &token, &plain()).await).await;
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    let link = |application: &Registered, more: [(&str, &str); 2]| application.authorize(&[none, more].concat());
    let public = with("token_endpoint_auth_method", json!("none"));
    let public = registered(&service, &register(&service, &token, &public).await).await;
    for refused in [
        link(&ledger, [("scope", "openid email"), ("nonce", "")]),
        // No ID token would bring the nonce back.
        link(&ledger, [("scope", "email"), ("nonce", "n")]),
        link(&public, [("scope", "openid email"), ("nonce", "n")]),
    ] {
        let mut browser = service.browser();
        let page = browser.open(&refused).await;
        let page = turn_back(&mut browser, &page).await;
        assert_eq!(page.answered("error").as_deref(), Some("invalid_request"), "{refused}");
    }
    let mut browser = service.browser();
    let first = browser.open(&link(&ledger, [("scope", "openid email"), ("nonce", "n")])).await;
    let question = browser.sign_in_as(&service, first, AINO).await;
    let code = answers(&mut browser, &question, "allow").await.answered("code").unwrap();
    let redirect_uri = "https://ledger.example/callback";
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", redirect_uri)];
    let tokens = ledger.post(&service, "/oauth/token", &fields).await.fine();
    assert_eq!(claims(&tokens.text("id_token"))["nonce"], "n");
    // A challenge that was sent holds.
    let code = browser.get(&ledger.authorize(&[("scope", "openid email")])).await.answered("code").unwrap();
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", redirect_uri)];
    ledger.post(&service, "/oauth/token", &fields).await.refused(400, "invalid_grant");
    ledger.redeem(&service, &code).await.fine();
}

async fn new_company(service: &Service) -> CompanyId {
    let new = NewCompany {
        name: "Kallio".to_owned(),
        kind: "business".parse().unwrap(),
        contact_email: None,
        contact_phone: None,
        business_id: None,
    };
    let (random, now) = (service.app.random.clone(), service.now());
    let added: Result<CompanyId, db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { companies::add(tx, &random, now, &new).await })).await;
    added.unwrap()
}

#[tokio::test]
async fn an_application_registers_its_keys_by_value_and_may_change_them() {
    let service = Service::start().await;
    let (_, token) = leave(&service, limits(1)).await;
    let signing = |kid: &str| {
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "alg": "ES256",
                "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
                "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps" })
    };
    let encryption = json!({ "kty": "EC", "crv": "P-256", "use": "enc", "kid": "e", "alg": "ECDH-ES",
                             "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
                             "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck" });
    let mut metadata = plain();
    metadata["token_endpoint_auth_method"] = json!("private_key_jwt");
    metadata["subject_type"] = json!("pairwise");
    metadata["id_token_encrypted_response_alg"] = json!("ECDH-ES");
    metadata["jwks"] = json!({ "keys": [encryption, signing("one")] });
    let made = register(&service, &token, &metadata).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(made.json.get("client_secret"), None);
    assert_eq!(
        (made.text("subject_type").as_str(), made.text("id_token_encrypted_response_enc").as_str()),
        ("pairwise", "A128CBC-HS256")
    );
    assert_eq!(made.json["jwks"]["keys"].as_array().map(Vec::len), Some(2), "{made:?}");
    metadata["client_id"] = json!(made.text("client_id"));
    metadata["jwks"] = json!({ "keys": [encryption, signing("two")] });
    let path = format!("/oauth/register/{}", made.text("client_id"));
    let own = made.text("registration_access_token");
    let changed = send(&service, Method::PUT, &path, &own, &metadata).await.fine();
    assert!(changed.json["jwks"].to_string().contains("two") && !changed.json["jwks"].to_string().contains("one"));
    let read = send(&service, Method::GET, &path, &own, &json!({})).await.fine();
    assert_eq!(read.json["jwks"], changed.json["jwks"]);
    // The host decides who people are to it.
    metadata["redirect_uris"] = json!(["https://other.example/callback"]);
    send(&service, Method::PUT, &path, &own, &metadata).await.refused(400, "invalid_client_metadata");
}
