//! Applications that show a certificate (RFC 8705): it proves them, and their tokens are worth nothing without it.

use std::sync::Arc;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{Method, StatusCode};
use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use salpa::platform::settings::{ClientCertificateSettings, Settings};
use salpa::provider::applications::certificates::CertificateSubject;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{ApplicationProfile, Dpop, GrantType, Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{Answer, call, claims, get, post_with};
use super::registration::{leave, limits, register};
use super::sign_in;
use crate::support::{AINO, Authority, PUBLIC_URL, Registered, Service};

const MTLS_URL: &str = "https://mtls.kallio.example";
const TOKEN: &str = "/oauth/token";

/// A certificate as the proxy passes it on.
#[derive(Clone)]
struct Shown {
    der: Vec<u8>,
}

impl Shown {
    fn header(&self) -> String {
        format!(":{}:", BASE64.encode(&self.der))
    }

    fn thumbprint(&self) -> String {
        BASE64URL_NOPAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &self.der).as_ref())
    }
}

/// The same with a time that is over.
fn late(common: &str) -> CertificateParams {
    let mut parameters = parameters(common);
    parameters.not_after = rcgen::date_time_ymd(2026, 1, 1);
    parameters
}

/// A certificate for these names, without a signature yet.
fn parameters(common: &str) -> CertificateParams {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CountryName, "FI");
    parameters.distinguished_name.push(DnType::OrganizationName, "Kallio, Laine");
    parameters.distinguished_name.push(DnType::CommonName, common);
    let name = |text: String| text.as_str().try_into().unwrap();
    parameters.subject_alt_names = vec![
        SanType::DnsName(name(format!("{common}.example"))),
        SanType::URI(name(format!("https://{common}.example/app"))),
        SanType::Rfc822Name(name(format!("it@{common}.example"))),
    ];
    parameters
}

fn signed(authority: &Authority, parameters: &CertificateParams) -> Shown {
    Shown { der: authority.sign(parameters).0.der().to_vec() }
}

fn self_signed(parameters: &CertificateParams, key: &KeyPair) -> Shown {
    Shown { der: parameters.self_signed(key).unwrap().der().to_vec() }
}

fn behind_proxy(settings: &mut Settings, authority: &Authority) {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
    settings.trusted_proxies = vec!["203.0.113.5/32".parse().unwrap()];
    settings.client_certificates = Some(ClientCertificateSettings {
        header: "client-cert".parse().unwrap(),
        authorities: Some(Arc::new(roots)),
        mtls_url: Some(MTLS_URL.parse().unwrap()),
    });
}

async fn service(authority: &Authority) -> Service {
    Service::start_with(|settings| behind_proxy(settings, authority)).await
}

/// The headers of the proxy.
fn proxied(shown: Option<&Shown>) -> Vec<(&'static str, String)> {
    let mut headers = vec![("x-forwarded-for", "198.51.100.7".to_owned())];
    headers.extend(shown.map(|shown| ("client-cert", shown.header())));
    headers
}

async fn post(service: &Service, path: &str, shown: Option<&Shown>, fields: &[(&str, &str)]) -> Answer {
    let headers = proxied(shown);
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post_with(service, path, &headers, fields).await
}

async fn userinfo(service: &Service, shown: Option<&Shown>, scheme: &str, token: &str) -> Answer {
    let mut headers = proxied(shown);
    headers.push(("authorization", format!("{scheme} {token}")));
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    call(service, Method::GET, "/oauth/userinfo", &headers, String::new()).await
}

fn machine(authentication: WishedAuthentication) -> Registration {
    Registration {
        authentication,
        grant_types: vec![GrantType::ClientCredentials],
        scopes: Scopes::parse("reports.read").unwrap(),
        ..Registration::new("Robot")
    }
}

/// Asks for a token for the application itself.
async fn ask(service: &Service, robot: &Registered, shown: Option<&Shown>) -> Answer {
    let fields = [("grant_type", "client_credentials"), ("client_id", robot.application.client_id.as_str())];
    post(service, TOKEN, shown, &fields).await
}

#[tokio::test]
async fn the_name_in_a_certificate_of_a_known_authority_proves_an_application() {
    let (ours, others) = (Authority::new(), Authority::new());
    let service = service(&ours).await;
    let right = signed(&ours, &parameters("ledger"));
    let mut early = parameters("ledger");
    early.not_before = rcgen::date_time_ymd(2030, 1, 1);
    let wrong = [
        signed(&ours, &parameters("payroll")),
        signed(&others, &parameters("ledger")),
        self_signed(&parameters("ledger"), &KeyPair::generate().unwrap()),
        signed(&ours, &late("ledger")),
        signed(&ours, &early),
    ];
    for subject in [
        CertificateSubject::Dn("cn=ledger, o=Kallio\\, Laine, c=FI".to_owned()),
        CertificateSubject::SanDns("Ledger.example".to_owned()),
        CertificateSubject::SanUri("https://ledger.example/app".to_owned()),
        CertificateSubject::SanEmail("it@ledger.example".to_owned()),
    ] {
        let robot = machine(WishedAuthentication::TlsClient(subject.clone()));
        let robot = service.register(robot, SecondFactor::Required).await;
        let given = ask(&service, &robot, Some(&right)).await.fine();
        assert_eq!(given.text("token_type"), "Bearer", "{subject:?}");
        // Nobody asked for a bound token.
        assert_eq!(claims(&given.text("access_token")).get("cnf"), None);
        ask(&service, &robot, None).await.refused(401, "invalid_client");
        for wrong in &wrong {
            ask(&service, &robot, Some(wrong)).await.refused(401, "invalid_client");
        }
        let fields = [("token", "a token"), ("client_id", robot.application.client_id.as_str())];
        assert_eq!(post(&service, "/oauth/introspect", Some(&right), &fields).await.fine().json["active"], false);
        post(&service, "/oauth/introspect", Some(&wrong[0]), &fields).await.refused(401, "invalid_client");
    }
    // Neither does a certificate take the place of a secret.
    let by_secret = service.register(machine(WishedAuthentication::Secret), SecondFactor::Required).await;
    ask(&service, &by_secret, Some(&right)).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn without_authorities_no_name_proves_anything() {
    let ours = Authority::new();
    let service = Service::start_with(|settings| {
        behind_proxy(settings, &ours);
        settings.client_certificates.as_mut().unwrap().authorities = None;
    })
    .await;
    let subject = CertificateSubject::SanDns("ledger.example".to_owned());
    let robot = service.register(machine(WishedAuthentication::TlsClient(subject)), SecondFactor::Required).await;
    let shown = signed(&ours, &parameters("ledger"));
    ask(&service, &robot, Some(&shown)).await.refused(401, "invalid_client");
    let metadata = call(
        &service,
        Method::GET,
        "/.well-known/openid-configuration",
        &[("x-forwarded-for", "198.51.100.7")],
        String::new(),
    )
    .await
    .fine();
    let methods = metadata.json["token_endpoint_auth_methods_supported"].to_string();
    assert!(!methods.contains("\"tls_client_auth\"") && methods.contains("self_signed_tls_client_auth"), "{methods}");
}

/// The public half of a key.
fn jwk(key: &KeyPair) -> Value {
    let bytes = key.public_key_raw();
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    match bytes.len() {
        32 => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(bytes) }),
        65 => json!({ "kty": "EC", "crv": "P-256", "x": encode(&bytes[1..33]), "y": encode(&bytes[33..]) }),
        // SEQUENCE { INTEGER modulus of 257 bytes with its zero, INTEGER 65537 }
        _ => json!({ "kty": "RSA", "n": encode(&bytes[9..265]), "e": "AQAB" }),
    }
}

#[tokio::test]
async fn a_registered_key_in_a_certificate_of_its_own_proves_an_application() {
    let service = service(&Authority::new()).await;
    for kind in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ED25519, &rcgen::PKCS_RSA_SHA256] {
        let (key, other) = (KeyPair::generate_for(kind).unwrap(), KeyPair::generate_for(kind).unwrap());
        let jwks = serde_json::from_value(json!({ "keys": [jwk(&key)] })).unwrap();
        let robot = machine(WishedAuthentication::SelfSignedTlsClient(jwks));
        let robot = service.register(robot, SecondFactor::Required).await;
        // Its name does not matter, and a new certificate of the same key is as good.
        for name in ["ledger", "anything"] {
            ask(&service, &robot, Some(&self_signed(&parameters(name), &key))).await.fine();
        }
        for wrong in [self_signed(&parameters("ledger"), &other), self_signed(&late("ledger"), &key)] {
            ask(&service, &robot, Some(&wrong)).await.refused(401, "invalid_client");
        }
        ask(&service, &robot, None).await.refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_certificate_that_no_trusted_proxy_vouches_for_is_dropped() {
    let ours = Authority::new();
    let shown = signed(&ours, &parameters("ledger"));
    let subject = CertificateSubject::SanDns("ledger.example".to_owned());
    let service = Service::start_with(|settings| {
        behind_proxy(settings, &ours);
        settings.trusted_proxies = vec!["10.0.0.1/32".parse().unwrap()];
    })
    .await;
    let robot = machine(WishedAuthentication::TlsClient(subject));
    let robot = service.register(robot, SecondFactor::Required).await;
    ask(&service, &robot, Some(&shown)).await.refused(401, "invalid_client");
    // Nothing of it is read, so that nothing about it can be wrong.
    let fields = [("grant_type", "client_credentials"), ("client_id", robot.application.client_id.as_str())];
    post_with(&service, TOKEN, &[("client-cert", "nonsense")], &fields).await.refused(401, "invalid_client");

    // From the proxy a header that cannot be read is no certificate that was not shown.
    let service = self::service(&ours).await;
    for broken in ["nonsense", ":AAAA:", &format!("{}, {}", shown.header(), shown.header())] {
        let headers = [("x-forwarded-for", "198.51.100.7"), ("client-cert", broken)];
        assert_eq!(post_with(&service, TOKEN, &headers, &fields).await.status, StatusCode::BAD_REQUEST, "{broken}");
    }
    // A header of another name than the settings' is nothing.
    let (header, other) = (shown.header(), ("x-client-cert", "nonsense"));
    let headers = [("x-forwarded-for", "198.51.100.7"), ("client-cert", header.as_str()), other];
    post_with(&service, TOKEN, &headers, &fields).await.refused(401, "invalid_client");
}

/// An application that signs people in and has its tokens bound to its certificate.
async fn bound(service: &Service, authentication: WishedAuthentication) -> Registered {
    let registration = Registration {
        authentication,
        redirect_uris: vec!["https://ledger.example/callback".to_owned()],
        profile: ApplicationProfile { certificate_bound: true, ..ApplicationProfile::default() },
        ..Registration::new("Ledger")
    };
    service.register(registration, SecondFactor::Required).await
}

async fn redeem(service: &Service, ledger: &Registered, shown: Option<&Shown>) -> Answer {
    let mut browser = service.browser();
    let page = sign_in(service, &mut browser, ledger, &[]).await;
    let code = page.answered("code").unwrap_or_else(|| panic!("no code: {page:?}"));
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", ledger.application.client_id.as_str()),
        ("redirect_uri", ledger.application.redirect_uris[0].as_str()),
        ("code_verifier", crate::support::VERIFIER),
        ("code", &code),
    ];
    post(service, TOKEN, shown, &fields).await
}

async fn refresh(service: &Service, ledger: &Registered, shown: Option<&Shown>, token: &str) -> Answer {
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", ledger.application.client_id.as_str()),
        ("refresh_token", token),
    ];
    post(service, TOKEN, shown, &fields).await
}

#[tokio::test]
async fn a_token_is_worth_nothing_without_the_certificate_that_it_was_given_for() {
    let ours = Authority::new();
    let service = service(&ours).await;
    service.person(AINO).await;
    let (own, thief) = (signed(&ours, &parameters("ledger")), signed(&ours, &parameters("thief")));
    let subject = CertificateSubject::SanDns("ledger.example".to_owned());
    let ledger = bound(&service, WishedAuthentication::TlsClient(subject)).await;
    let tokens = redeem(&service, &ledger, Some(&own)).await.fine();
    let token = tokens.text("access_token");
    assert_eq!(tokens.text("token_type"), "Bearer");
    assert_eq!(claims(&token)["cnf"], json!({ "x5t#S256": own.thumbprint() }));

    userinfo(&service, Some(&own), "Bearer", &token).await.fine();
    for (shown, scheme) in [(None, "Bearer"), (Some(&thief), "Bearer"), (Some(&own), "DPoP"), (None, "DPoP")] {
        let refused = userinfo(&service, shown, scheme, &token).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{scheme}");
        let challenge = refused.header("www-authenticate");
        assert!(challenge.starts_with("Bearer ") && challenge.contains("invalid_token"), "{challenge}");
    }
    // Other APIs learn what they have to ask for.
    let fields = [("token", token.as_str()), ("client_id", ledger.application.client_id.as_str())];
    let known = post(&service, "/oauth/introspect", Some(&own), &fields).await.fine();
    assert_eq!((&known.json["active"], known.text("token_type")), (&json!(true), "Bearer".to_owned()));
    assert_eq!(known.json["cnf"], json!({ "x5t#S256": own.thumbprint() }));

    // The application may renew its certificate: it proves itself anew.
    let renewed = signed(&ours, &parameters("ledger"));
    let first = tokens.text("refresh_token");
    refresh(&service, &ledger, None, &first).await.refused(401, "invalid_client");
    refresh(&service, &ledger, Some(&thief), &first).await.refused(401, "invalid_client");
    let again = refresh(&service, &ledger, Some(&renewed), &first).await.fine();
    assert_eq!(claims(&again.text("access_token"))["cnf"], json!({ "x5t#S256": renewed.thumbprint() }));
    userinfo(&service, Some(&renewed), "Bearer", &again.text("access_token")).await.fine();
    assert_eq!(
        userinfo(&service, Some(&own), "Bearer", &again.text("access_token")).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_application_that_cannot_keep_a_secret_is_bound_to_one_certificate() {
    let service = service(&Authority::new()).await;
    service.person(AINO).await;
    let certificate = || self_signed(&parameters("phone"), &KeyPair::generate().unwrap());
    let (own, other) = (certificate(), certificate());
    let ledger = bound(&service, WishedAuthentication::None).await;
    redeem(&service, &ledger, None).await.refused(400, "invalid_request");
    // The next code of the authenticator app.
    service.wait(60);
    let tokens = redeem(&service, &ledger, Some(&own)).await.fine();
    let first = tokens.text("refresh_token");
    refresh(&service, &ledger, None, &first).await.refused(400, "invalid_request");
    refresh(&service, &ledger, Some(&other), &first).await.refused(400, "invalid_grant");
    let again = refresh(&service, &ledger, Some(&own), &first).await.fine();
    refresh(&service, &ledger, Some(&other), &again.text("refresh_token")).await.refused(400, "invalid_grant");
    assert_eq!(claims(&again.text("access_token"))["cnf"], json!({ "x5t#S256": own.thumbprint() }));
}

#[tokio::test]
async fn a_refresh_token_stays_bound_though_the_application_wants_it_no_more() {
    let service = service(&Authority::new()).await;
    service.person(AINO).await;
    let own = self_signed(&parameters("phone"), &KeyPair::generate().unwrap());
    let ledger = bound(&service, WishedAuthentication::Secret).await;
    let basic = ledger.basic();
    let send = async |shown: Option<&Shown>, fields: &[(&str, &str)]| {
        let mut headers = proxied(shown);
        headers.push(("authorization", basic.clone()));
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post_with(&service, TOKEN, &headers, fields).await
    };
    let mut browser = service.browser();
    let code = sign_in(&service, &mut browser, &ledger, &[]).await.answered("code").unwrap();
    let redirect_uri = ledger.application.redirect_uris[0].as_str();
    let fields = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", redirect_uri),
        ("code_verifier", crate::support::VERIFIER),
        ("code", code.as_str()),
    ];
    send(None, &fields).await.refused(400, "invalid_request");
    let tokens = send(Some(&own), &fields).await.fine();
    let mut changed = ledger.application.clone();
    changed.profile.certificate_bound = false;
    salpa::provider::applications::update(&service.app.db, &service.app.random, &changed, service.now()).await.unwrap();
    let first = tokens.text("refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", first.as_str())];
    send(None, &fields).await.refused(400, "invalid_grant");
    let again = send(Some(&own), &fields).await.fine();
    assert_eq!(claims(&again.text("access_token")).get("cnf"), None);
}

#[tokio::test]
async fn the_metadata_names_the_host_that_asks_for_certificates_and_it_answers_there_alone() {
    let ours = Authority::new();
    let service = service(&ours).await;
    let proxy = ("x-forwarded-for", "198.51.100.7");
    let metadata =
        call(&service, Method::GET, "/.well-known/openid-configuration", &[proxy], String::new()).await.fine().json;
    assert_eq!(metadata["tls_client_certificate_bound_access_tokens"], true);
    let aliases = &metadata["mtls_endpoint_aliases"];
    for (name, path) in [
        ("token_endpoint", TOKEN),
        ("userinfo_endpoint", "/oauth/userinfo"),
        ("introspection_endpoint", "/oauth/introspect"),
        ("revocation_endpoint", "/oauth/revoke"),
        ("pushed_authorization_request_endpoint", "/oauth/par"),
        ("device_authorization_endpoint", "/oauth/device"),
    ] {
        assert_eq!(aliases[name], format!("{MTLS_URL}{path}"), "{name}");
        assert_eq!(metadata[name], format!("{PUBLIC_URL}{path}"), "{name}");
    }
    for method in ["tls_client_auth", "self_signed_tls_client_auth"] {
        assert!(metadata["token_endpoint_auth_methods_supported"].as_array().unwrap().contains(&json!(method)));
    }
    let host = ("host", "mtls.kallio.example");
    let answered = post_with(&service, TOKEN, &[proxy, host], &[("grant_type", "client_credentials")]).await;
    answered.refused(401, "invalid_client");
    let elsewhere = call(&service, Method::GET, "/account", &[proxy, host], String::new()).await;
    assert_eq!(elsewhere.status, StatusCode::MISDIRECTED_REQUEST);

    let plain = Service::start().await;
    let metadata = get(&plain, "/.well-known/openid-configuration", None).await.fine().json;
    assert!(metadata.get("mtls_endpoint_aliases").is_none(), "{metadata}");
    assert!(!metadata.to_string().contains("tls_client"), "{metadata}");
}

#[tokio::test]
async fn an_application_registers_itself_with_the_name_or_the_keys_of_its_certificate() {
    let ours = Authority::new();
    let service = Service::start_with(|settings| {
        behind_proxy(settings, &ours);
        // Applications register without a proxy here.
        settings.trusted_proxies.clear();
    })
    .await;
    let (_, token) = leave(&service, limits(9)).await;
    let metadata = |more: Value| {
        let mut metadata = json!({ "client_name": "Ledger", "redirect_uris": ["https://ledger.example/callback"] });
        metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        metadata
    };
    let dn = "CN=ledger,O=Kallio\\, Laine,C=FI";
    let by_name = metadata(json!({
        "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": dn,
        "tls_client_certificate_bound_access_tokens": true,
    }));
    let made = register(&service, &token, &by_name).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!((made.text("tls_client_auth_subject_dn"), made.json.get("client_secret")), (dn.to_owned(), None));
    assert_eq!(made.json["tls_client_certificate_bound_access_tokens"], true);
    let key = jwk(&KeyPair::generate().unwrap());
    let by_key = metadata(json!({
        "token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": { "keys": [key] },
    }));
    let made = register(&service, &token, &by_key).await;
    assert_eq!(
        (made.status, made.text("token_endpoint_auth_method")),
        (StatusCode::CREATED, "self_signed_tls_client_auth".to_owned())
    );
    for wrong in [
        json!({ "token_endpoint_auth_method": "tls_client_auth" }),
        json!({ "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "ledger" }),
        json!({ "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "" }),
        json!({ "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "a", "tls_client_auth_san_uri": "b" }),
        json!({ "token_endpoint_auth_method": "self_signed_tls_client_auth" }),
    ] {
        register(&service, &token, &metadata(wrong)).await.refused(400, "invalid_client_metadata");
    }
    let plain = Service::start().await;
    let (_, token) = leave(&plain, limits(1)).await;
    for refused in [by_name, by_key] {
        register(&plain, &token, &refused).await.refused(400, "invalid_client_metadata");
    }
}

#[tokio::test]
async fn under_fapi_a_certificate_takes_the_place_of_signing_and_of_dpop() {
    let ours = Authority::new();
    let service = service(&ours).await;
    let fapi = |certificate_bound, dpop| Registration {
        id_token_algorithm: salpa::platform::jose::Algorithm::Es256,
        redirect_uris: vec!["https://ledger.example/callback".to_owned()],
        profile: ApplicationProfile { fapi: true, certificate_bound, dpop, ..ApplicationProfile::default() },
        grant_types: vec![GrantType::AuthorizationCode, GrantType::ClientCredentials],
        scopes: Scopes::parse("openid reports.read").unwrap(),
        authentication: WishedAuthentication::TlsClient(CertificateSubject::SanDns("ledger.example".to_owned())),
        ..Registration::new("Ledger")
    };
    let shown = signed(&ours, &parameters("ledger"));
    let bound = service.register(fapi(true, Dpop::Optional), SecondFactor::Required).await;
    let token = ask(&service, &bound, Some(&shown)).await.fine();
    assert_eq!(claims(&token.text("access_token"))["cnf"], json!({ "x5t#S256": shown.thumbprint() }));
    // Without it the profile asks for a DPoP proof, as ever.
    let unbound = service.register(fapi(false, Dpop::Optional), SecondFactor::Required).await;
    ask(&service, &unbound, Some(&shown)).await.refused(400, "invalid_dpop_proof");
    let both = salpa::provider::applications::create(
        &service.app.db,
        &service.app.random,
        fapi(true, Dpop::Required),
        service.now(),
    );
    assert!(both.await.is_err());
}
