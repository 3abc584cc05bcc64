//! Entry points for fuzzing: each function passes bytes to a parser of untrusted input and checks the result. The fuzz
//! targets call them, and `tests/it/platform` calls them with proptest on every run of the tests.
#![allow(dead_code, clippy::all, clippy::pedantic, reason = "each target calls one of them")]

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};
use salpa::directory::people::Person;
use salpa::platform::clock::Timestamp;
use salpa::platform::jose::decrypting::{DecryptingKey, EncryptedToken};
use salpa::platform::jose::{Algorithm, Compact, LONGEST_TOKEN};
use salpa::platform::random::Random;
use salpa::platform::web::client_certificate::ClientCertificate;
use salpa::platform::web::cookies;
use salpa::platform::web::forwarding::{ForwardedHeader, client_address};
use salpa::platform::web::network::Network;
use salpa::platform::web::parameters::Parameters;
use salpa::proofs::identity_providers::ProviderSettings;
use salpa::proofs::passkeys::{self, Attestation, Passkey, RelyingParty};
use salpa::proofs::passwords;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{Application, ApplicationId, ClientAuthentication, GrantType};
use salpa::provider::authorize::request_object;
use salpa::provider::authorize::{RequestRefusal, client_id, read};
use salpa::provider::token::dpop::{self, ProofExpectation, ProofProblem};
use salpa::provider::token::{ClientAssertion, read_basic};
use salpa::sign_in::cookies::SESSION;

const AN_HOUR: std::time::Duration = std::time::Duration::from_secs(60 * 60);
const CALLBACK: &str = "https://app.example/callback";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// One header of each line.
fn headers(name: &'static str, bytes: &[u8]) -> HeaderMap {
    let values = bytes.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
    values.map(|value| (http::HeaderName::from_static(name), value)).collect()
}

fn application() -> Application {
    let now = Timestamp::from_seconds(1_780_000_000);
    Application {
        id: ApplicationId::new(now, &Random::new()),
        client_id: "app".to_owned(),
        name: "App".to_owned(),
        company: None,
        authentication: ClientAuthentication::None,
        redirect_uris: vec![CALLBACK.to_owned(), "http://127.0.0.1/callback".to_owned()],
        post_logout_redirect_uris: Vec::new(),
        back_channel_logout_uri: None,
        home_url: None,
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scopes: Scopes::usual(),
        audience: None,
        id_token_algorithm: Algorithm::Rs256,
        created_at: now,
        may_omit_pkce: false,
        profile: salpa::provider::applications::ApplicationProfile::default(),
        failure_told_at: None,
    }
}

/// A filter or path of SCIM: it has plain names, and is never large.
pub fn scim_filter(bytes: &[u8]) {
    use salpa::scim::filter::{AttributeName, FilterStep, filter, path};
    use salpa::scim::matching::holds;
    let text = text(bytes);
    let is_plain = |attribute: &AttributeName| {
        let of = |name: &String| name.chars().all(|one| one.is_ascii_alphanumeric() || "-_$".contains(one));
        of(&attribute.name) && attribute.part.as_ref().is_none_or(of)
    };
    if let Ok(steps) = filter(&text) {
        let mut comparisons = steps.iter().filter_map(|step| match step {
            FilterStep::Test(comparison) => Some(comparison),
            _ => None,
        });
        assert!(comparisons.clone().count() >= 1 && comparisons.all(|one| is_plain(&one.attribute)));
        let resource = serde_json::json!({ "userName": "a@b.example", "active": true, "emails": [{ "value": "a" }] });
        let answer = holds(&steps, &resource, "urn:ietf:params:scim:schemas:core:2.0:User");
        assert!(!matches!(answer, Err(salpa::scim::filter::Unusable::Malformed)), "a filter that was read is asked");
    }
    if let Ok(path) = path(&text) {
        assert!(is_plain(&path.attribute));
    }
}

/// The query of an authorization request: every response goes to a registered address.
pub fn authorization_request(bytes: &[u8]) {
    let parameters = Parameters::parse(&text(bytes));
    let _ = client_id(&parameters);
    let is_registered = |address: &str| {
        address == CALLBACK || address.starts_with("http://127.0.0.1:") || address == "http://127.0.0.1/callback"
    };
    match read(&parameters, &application()) {
        Ok(request) => assert!(is_registered(&request.destination.redirect_uri)),
        Err(RequestRefusal::Redirect(destination, _)) => assert!(is_registered(&destination.redirect_uri)),
        Err(RequestRefusal::Page(_)) => {}
    }
}

/// A client assertion, or any other foreign token: whatever is parsed was well formed.
pub fn client_assertion(bytes: &[u8]) {
    let token = text(bytes);
    if let Some(compact) = Compact::parse(&token) {
        assert!(token.len() <= LONGEST_TOKEN);
        assert_eq!(format!("{}.{}", compact.signed, compact.signature), token);
        if let Some(assertion) = ClientAssertion::read(&compact) {
            let now = Timestamp::from_seconds(1_780_000_000);
            let holds = assertion.holds("app", &["https://id.example".to_owned()], now);
            assert!(!holds || (assertion.expires_at() > now && assertion.expires_at() <= now.plus(AN_HOUR)));
        }
    }
}

/// A DPoP proof: an accepted one is signed, current, and for this request.
pub fn dpop_proof(bytes: &[u8]) {
    let (proof, now) = (text(bytes), Timestamp::from_seconds(1_562_262_616));
    let read_at = |method, url, needs_nonce| {
        let expected = ProofExpectation { method, url, access_token: None, is_nonce: &|_| false, needs_nonce };
        dpop::read(&proof, &expected, now)
    };
    if let Ok(found) = read_at("POST", "https://server.example.com/token", false) {
        assert!(proof.len() <= LONGEST_TOKEN);
        assert_eq!(found.thumbprint().len(), 43);
        assert!(read_at("GET", "https://server.example.com/token", false).is_err());
        assert!(read_at("POST", "https://server.example.com/other", false).is_err());
        assert_eq!(read_at("POST", "https://server.example.com/token", true).err(), Some(ProofProblem::NonceWanted));
    }
}

/// The encrypted token of a bank: nothing opens that was encrypted to nobody.
pub fn encrypted_token(bytes: &[u8]) {
    // RFC 7518, appendix C: the private key of Bob, as PKCS#8.
    const PREFIX: &[u8] = b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20";
    const SCALAR: &[u8] = b"\x54\x49\x83\x66\x90\xd7\x5c\xaf\x29\xf0\xdd\x02\x9d\xdb\x31\xb3\xdd\xb8\xab\xa9\xd2\xd5\x15\xc5\x01\x24\x65\xe8\x17\xd4\xa9\xdc";
    let token = text(bytes);
    let Some(read) = EncryptedToken::parse(&token) else { return };
    let key = DecryptingKey::ec(&[PREFIX, SCALAR].concat()).unwrap();
    assert_eq!(read.open(&key), None);
}

/// The settings of a provider of identities: what is read is written and read again alike.
pub fn provider_settings(bytes: &[u8]) {
    let Ok(settings) = ProviderSettings::read(&text(bytes)) else { return };
    let written = serde_json::to_string(&settings).unwrap();
    assert_eq!(ProviderSettings::read(&written).ok(), Some(settings));
}

/// A signed request: nothing opens without the key, and without keys nothing is signed.
pub fn request_object(bytes: &[u8]) {
    let (object, now) = (text(bytes), Timestamp::from_seconds(1_780_000_000));
    let without_keys = application();
    assert!(request_object::open(&object, &without_keys, "https://id.example", now).is_err());
    let jwks = serde_json::from_str(
        r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    );
    let authentication = ClientAuthentication::PrivateKeyJwt { jwks: jwks.unwrap() };
    let signing = Application { authentication, ..without_keys };
    assert!(request_object::open(&object, &signing, "https://id.example", now).is_err());
}

/// The `Authorization` header of an application.
pub fn basic_header(bytes: &[u8]) {
    let _ = read_basic(&text(bytes));
}

/// A query or a form: at most a hundred names, and repetitions are reported.
pub fn parameters(bytes: &[u8]) {
    let parameters = Parameters::parse(&text(bytes));
    assert!(parameters.iter().count() <= 100);
    for (name, _) in parameters.iter() {
        let count = parameters.iter().filter(|(other, _)| *other == name).count();
        assert_eq!(parameters.one(name).is_err(), count > 1);
        assert!(count == 1 || parameters.repeated().is_some());
    }
}

/// `X-Forwarded-For` or `Forwarded`, one header per line: strangers keep their own address, trusted proxies give an
/// address, and nothing that a client writes to the left of a hop changes it.
pub fn forwarded_for(bytes: &[u8]) {
    let trusted = ["10.0.0.0/8".parse().unwrap()];
    let (stranger, proxy) = (IpAddr::from([203, 0, 113, 9]), IpAddr::from([10, 0, 0, 1]));
    for (header, hop) in
        [(ForwardedHeader::XForwardedFor, "203.0.113.9"), (ForwardedHeader::Forwarded, "for=203.0.113.9")]
    {
        let mut headers = headers(header.name(), bytes);
        assert_eq!(client_address(stranger, &headers, &trusted, header), Ok(stranger));
        if let Ok(address) = client_address(proxy, &headers, &trusted, header) {
            assert!(!Network::of(address).as_str().is_empty());
        }
        headers.append(header.name(), hop.parse().unwrap());
        assert_eq!(client_address(proxy, &headers, &trusted, header), Ok(stranger));
    }
}

/// `Client-Cert` and escaped PEM, one header per line: a certificate is one whole certificate, with one thumbprint, and is
/// read back as the same.
pub fn client_certificate(bytes: &[u8]) {
    for name in ["client-cert", "x-client-cert"] {
        let headers = headers(name, bytes);
        let name = http::HeaderName::from_static(name);
        if let Ok(Some(certificate)) = ClientCertificate::read(&headers, &name) {
            assert_eq!(headers.len(), 1);
            assert_eq!(certificate.thumbprint().len(), 43);
            let again = format!(":{}:", data_encoding::BASE64.encode(certificate.der()));
            let again = [(http::HeaderName::from_static("client-cert"), again.parse().unwrap())].into_iter().collect();
            let again = ClientCertificate::read(&again, &http::HeaderName::from_static("client-cert"));
            assert_eq!(again, Ok(Some(certificate)));
        }
    }
}

/// A browser's passkey response: client data, authenticator data, CBOR and attestations. No input proves or adds
/// anything.
pub fn passkey_answer(bytes: &[u8]) {
    let party = RelyingParty::new("Kallio & Laine", vec!["https://id.example".to_owned()]).unwrap();
    let challenge = |options: &serde_json::Value| options["challenge"].as_str().unwrap().to_owned();
    let base64 = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
    // As it comes, and as the parts of an answer that is otherwise well formed.
    let whole = text(bytes);
    assert!(passkeys::Assertion::read(&whole).is_none_or(|answer| !answer.credential_id().is_empty()));
    let _ = Attestation::read(&whole);
    let person = person();
    let asked = party.ask_for_new(&person, &[], None).unwrap();
    let client_data = |kind: &str, challenge: &str| {
        base64(format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"https://id.example"}}"#).as_bytes())
    };
    let made = serde_json::json!({
        "id": "AA", "rawId": "AA", "type": "public-key",
        "response": {
            "clientDataJSON": client_data("webauthn.create", &challenge(&asked.options)),
            "attestationObject": base64(bytes),
        },
    });
    let attestation = Attestation::read(&made.to_string()).expect("it is well formed");
    assert!(party.verify_new(asked.kept(), &attestation).is_err(), "nobody has made this key");
    let asked = party.ask_for_proof(&[]).unwrap();
    let (data, signature) = bytes.split_at(bytes.len() / 2);
    let shown = serde_json::json!({
        "id": "AA", "rawId": "AA", "type": "public-key",
        "response": {
            "clientDataJSON": client_data("webauthn.get", &challenge(&asked.options)),
            "authenticatorData": base64(data), "signature": base64(signature), "userHandle": null,
        },
    });
    if let Some(assertion) = passkeys::Assertion::read(&shown.to_string()) {
        assert!(data.len() >= 37);
        assert!(party.verify(asked.kept(), &assertion, &known_passkey()).is_err(), "nobody has signed this");
    }
}

fn person() -> Person {
    let now = Timestamp::from_seconds(1_780_000_000);
    Person {
        email_confirmed_at: None,
        closed_to_resets: false,
        id: "019e0000-0000-7000-8000-000000000001".parse().unwrap(),
        email: "aino@kallio.example".to_owned(),
        given_name: "Aino".to_owned(),
        family_name: "Virtanen".to_owned(),
        language: "en".to_owned(),
        state: salpa::directory::people::PersonState::Active,
        terms_version: None,
        created_at: now,
        changed_at: now,
    }
}

/// A passkey with a public key that nobody has the private half of: the base point of P-256.
fn known_passkey() -> Passkey {
    let credential = serde_json::json!({
        "cred_id": "AA",
        "cred": { "type_": "ES256", "key": { "EC_EC2": {
            "curve": "SECP256R1",
            "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
            "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
        } } },
        "counter": 0, "transports": null, "user_verified": true, "backup_eligible": false, "backup_state": false,
        "registration_policy": "required",
        "extensions": { "cred_protect": "NotRequested", "hmac_create_secret": "NotRequested", "appid": "NotRequested", "cred_props": "NotRequested" },
        "attestation": { "data": "None", "metadata": "None" }, "attestation_format": "none",
    });
    Passkey::from_parts("1", person().id, &credential.to_string()).expect("a passkey as it is kept")
}

/// `Cookie`, one header a line: a value is never empty or long.
pub fn cookies(bytes: &[u8]) {
    let headers = headers("cookie", bytes);
    for name in [SESSION, cookies::BROWSER, cookies::LANGUAGE] {
        for secure in [true, false] {
            if let Some(value) = cookies::read(&headers, name, secure) {
                assert!(!value.is_empty() && value.len() <= 128);
            }
        }
    }
}

/// A logo: an accepted one is encoded here, within its limits.
pub fn logo(bytes: &[u8]) {
    use salpa::directory::looks::logo::{Logo, MOST_BYTES};
    if let Ok(logo) = Logo::read(bytes) {
        assert!(logo.picture.starts_with(b"\x89PNG\r\n\x1a\n"));
        if logo.picture.len() <= MOST_BYTES {
            assert_eq!(Logo::read(&logo.picture).map(|again| again.hash), Ok(logo.hash));
        }
    }
}

/// A push subscription of a browser: an accepted one has an address that can be called, and is read back as the same.
pub fn push_subscription(bytes: &[u8]) {
    use salpa::platform::push::PushSubscription;
    if let Some(subscription) = PushSubscription::read(bytes) {
        assert!(subscription.address().len() <= 2048);
        assert!(subscription.origin().starts_with("http"), "{}", subscription.origin());
        let again = serde_json::to_vec(&subscription).unwrap();
        assert_eq!(PushSubscription::read(&again).as_ref(), Some(&subscription));
    }
}

/// Both implementations of Argon2id compute the same, or both refuse. The first four bytes are the cost and the length.
pub fn argon2_engines(bytes: &[u8]) {
    let [memory, passes, lanes, length, rest @ ..] = bytes else { return };
    let (salt, password) = rest.split_at(rest.len() / 2);
    let cost = [u32::from(*memory) * 3, u32::from(passes % 4), u32::from(lanes % 5)];
    assert!(salpa::platform::hashing::engines_agree(password, salt, cost, usize::from(*length)));
}

/// An imported password hash: an accepted one is limited, and is read back as the same.
pub fn password_hash(bytes: &[u8]) {
    let given = text(bytes);
    let (first, rest) = given.split_once('\n').unwrap_or((&given, ""));
    for kept in [passwords::imported(first), passwords::imported_of_keycloak(first, rest)].into_iter().flatten() {
        assert!(kept.len() <= 1024);
        assert_eq!(passwords::imported(&kept).as_deref(), Ok(kept.as_str()));
    }
}

/// A national identifier: an accepted one is read back as the same, and has the digits of its country.
pub fn national_identifier(bytes: &[u8]) {
    use salpa::proofs::identities::national_identifier as read;
    let text = text(bytes);
    for (country, length) in [("EE", 11), ("FI", 11), ("NO", 11), ("SE", 12)] {
        let country = country.parse().unwrap();
        if let Some(found) = read(country, &text) {
            assert_eq!(found.identifier.reveal().len(), length);
            assert_eq!(read(country, found.identifier.reveal()), Some(found));
        }
    }
}

/// The answer of BankID to a collected order: only a complete one names somebody, by twelve digits.
pub fn bank_id_answer(bytes: &[u8]) {
    use salpa::proofs::identity_providers::sweden::{CollectAnswer, CollectedOrder};
    let Ok(answer) = serde_json::from_slice(bytes) else { return };
    let Some(read) = CollectAnswer::read(answer) else { return };
    match (&read.order, read.completion()) {
        (CollectedOrder::Complete(_), Some(completion)) => {
            if let Some(found) = completion.identifier() {
                assert!(found.identifier.reveal().len() == 12 && found.source.to_string() == "SE");
            }
        }
        (CollectedOrder::Complete(_), None) => panic!("a complete order has an answer"),
        (_, completion) => assert!(completion.is_none()),
    }
}

/// The answer of a card's extension: one that is read has a readable certificate, and only the test card's own token is
/// signed for the challenge that it once answered.
pub fn web_eid_token(bytes: &[u8]) {
    use salpa::platform::certificates::HeldCertificate;
    use salpa::proofs::identity_providers::estonia::{person_of, web_eid::WebEidToken};
    let _ = HeldCertificate::read(bytes);
    let Some(token) = WebEidToken::read(&text(bytes)) else { return };
    if let Some(person) = person_of(token.certificate()) {
        assert!(person.identifier.reveal().len() == 11 && person.source.to_string() == "EE");
    }
    if token.is_signed("https://ria.ee", "12345678123456781234567812345678912356789123") {
        let good: serde_json::Value = serde_json::from_str(include_str!("seeds/web_eid_token/estonia")).unwrap();
        let read: serde_json::Value = serde_json::from_str(&text(bytes)).unwrap();
        // ECDSA has a second signature for each; the certificate's own bytes are not signed by the token.
        assert_eq!(read["algorithm"], good["algorithm"]);
    }
    assert!(!token.is_signed("https://id.example", "12345678123456781234567812345678912356789123"));
}

/// The answer of a responder: none but the recorded one, unchanged, says that the certificate is good.
pub fn certificate_status(bytes: &[u8]) {
    use salpa::platform::certificates::{HeldCertificate, IssuingAuthorities};
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../tests/it/vectors/web-eid.json")).unwrap();
    let asked = data_encoding::BASE64.decode(vectors["asked_about"].as_str().unwrap().as_bytes()).unwrap();
    let asked = HeldCertificate::read(&asked).unwrap();
    let authorities = IssuingAuthorities::read(vectors["authorities"]["esteid2018"].as_str().unwrap()).unwrap();
    let now = Timestamp::from_seconds(1_631_903_124);
    let issuer = authorities.issuer_of(&asked, now).unwrap();
    let question = issuer.question(&asked, None).unwrap();
    let good = data_encoding::BASE64.decode(vectors["answers"]["good"].as_str().unwrap().as_bytes()).unwrap();
    if question.judge(bytes, issuer.signer(), now).is_ok() {
        assert_eq!(told(bytes), told(&good), "what was signed");
    }
}

/// The first bytes of the signed part of the recorded answer: what it says of which certificate.
fn told(answer: &[u8]) -> Vec<u8> {
    answer.iter().copied().skip(34).take(200).collect()
}

/// The state of a session at Smart-ID: only a complete one names somebody, by an Estonian code, and a link is bound to every
/// part of it.
pub fn smart_id_answer(bytes: &[u8]) {
    use salpa::proofs::identity_providers::estonia::person_of;
    use salpa::proofs::identity_providers::estonia::smart_id::{
        DeviceLink, SessionAnswer, SmartIdProof, device_link, read_session,
    };
    let given = text(bytes);
    let parts = DeviceLink {
        base: "https://smart-id.com/device-link/",
        token: &given,
        secret: "c2Vzc2lvblNlY3JldA==",
        challenge: "YQ==",
        interactions: "YQ==",
        name: "DEMO",
        scheme: "smart-id",
        return_address: None,
        elapsed: Some(7),
    };
    let link = device_link(&parts).unwrap();
    assert!(link.starts_with(parts.base) && link.matches("authCode=").count() >= 1);
    let _ = device_link(&DeviceLink { base: &given, ..parts });
    let Ok(answer) = serde_json::from_slice(bytes) else { return };
    if let Some(SessionAnswer::Complete(text)) = read_session(&answer) {
        let proof = SmartIdProof::read(text.reveal().as_bytes()).expect("a complete answer has a signature");
        if let Some(person) = proof.certificate().as_ref().and_then(person_of) {
            assert!(person.identifier.reveal().len() == 11 && person.source.to_string() == "EE");
        }
    }
}

/// The state of a session at Mobile-ID, and the numbers that a person types: only a complete one names somebody, and a number
/// that is accepted is read back as the same.
pub fn mobile_id_answer(bytes: &[u8]) {
    use salpa::proofs::identity_providers::estonia::mobile_id::{
        MobileIdAnswer, MobileIdProof, TypedCustomer, control_code, customer_of, read_state,
    };
    let given = text(bytes);
    if let Ok(customer) = TypedCustomer::read(&given, "60001019906") {
        assert!(customer.phone.reveal().starts_with("+372"));
        assert_eq!(TypedCustomer::read(customer.phone.reveal(), "60001019906"), Ok(customer));
    }
    let code = control_code(bytes);
    assert!(code.len() == 4 && code.parse::<u16>().unwrap() < 8192);
    let Ok(answer) = serde_json::from_slice(bytes) else { return };
    if let Some(MobileIdAnswer::Complete(text)) = read_state(&answer) {
        let proof = MobileIdProof::read(text.reveal().as_bytes()).expect("a complete answer has a signature");
        if let Some(person) = proof.certificate().as_ref().and_then(customer_of) {
            assert!(person.identifier.reveal().len() == 11 && person.source.to_string() == "EE");
        }
    }
}
