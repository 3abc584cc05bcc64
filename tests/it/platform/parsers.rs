//! Parsers of untrusted text read any text: they answer, and never panic.

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use salpa::directory::people::Email;
use salpa::platform::random::normalise_readable;
use salpa::platform::web::cookies;
use salpa::platform::web::forwarding::{ForwardedHeader, client_address};
use salpa::platform::web::network::Network;
use salpa::platform::web::parameters::Parameters;
use salpa::platform::web::translations::Language;
use salpa::proofs::SixDigits;
use salpa::proofs::passwords::Password;
use salpa::sign_in::cookies::SESSION;

#[path = "../../../fuzz/entries.rs"]
mod entries;

fn headers(name: &'static str, values: &[Vec<u8>]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values.iter().filter_map(|bytes| HeaderValue::from_bytes(bytes).ok()) {
        headers.append(name, value);
    }
    headers
}

/// Bytes of one alphabet, so that the text comes near to what is parsed.
fn bytes_of(alphabet: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(alphabet), 0..200),
        proptest::collection::vec(any::<u8>(), 0..200),
    ]
}

proptest! {
    #[test]
    fn any_text_is_an_email_or_none(text in prop_oneof!["[a-zA-Z@. -]{0,60}", ".{0,300}"]) {
        if let Some(email) = Email::parse(&text) {
            let again = Email::parse(email.as_written());
            prop_assert_eq!(again.as_ref(), Some(&email), "as it is kept, it is read again");
            prop_assert!(email.as_written().contains('@'));
            prop_assert!(!email.as_written().chars().any(|character| character.is_control() || character.is_whitespace()));
            let of_key = Email::parse(email.key()).map(|key| key.key().to_owned());
            prop_assert_eq!(of_key.as_deref(), Some(email.key()), "one address is one person, however often it is normalised");
        }
    }

    #[test]
    fn any_text_is_parameters(text in prop_oneof!["[a-c=&%+0-9]{0,200}", ".{0,200}"]) {
        let parameters = Parameters::parse(&text);
        prop_assert!(parameters.iter().count() <= 100);
        let repeated = parameters.repeated().map(str::to_owned);
        for (name, _) in parameters.iter() {
            let is_repeated = parameters.iter().filter(|(other, _)| *other == name).count() > 1;
            prop_assert_eq!(parameters.one(name).is_err(), is_repeated);
            prop_assert!(!is_repeated || repeated.is_some());
        }
    }

    #[test]
    fn any_header_is_cookies(
        values in proptest::collection::vec(bytes_of(b"salpa_ession=;, \"browser__Host-"), 0..4),
        secure in any::<bool>(),
    ) {
        let headers = headers("cookie", &values);
        for name in [SESSION, cookies::BROWSER, cookies::LANGUAGE] {
            if let Some(value) = cookies::read(&headers, name, secure) {
                prop_assert!(!value.is_empty() && value.len() <= 128);
            }
        }
    }

    #[test]
    fn any_header_is_an_address_or_is_refused(
        values in proptest::collection::vec(bytes_of(b"0123456789.:, abcdef[]\"=;for"), 0..4),
        peer in any::<[u8; 4]>(),
    ) {
        let (peer, trusted) = (IpAddr::from(peer), ["0.0.0.0/1".parse().unwrap()]);
        let is_trusted = matches!(peer, IpAddr::V4(peer) if peer.octets()[0] < 128);
        for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
            let found = client_address(peer, &headers(header.name(), &values), &trusted, header);
            if !is_trusted {
                prop_assert_eq!(found, Ok(peer), "a stranger is who it is");
            }
            if let Ok(address) = found {
                prop_assert!(!Network::of(address).as_str().is_empty());
            }
        }
    }

    #[test]
    fn any_text_is_a_language_six_digits_or_a_password_or_none(text in ".{0,1200}") {
        let _ = Language::negotiate(Some(&text), Some(&text), Some(&text));
        if let Ok(digits) = text.parse::<SixDigits>() {
            prop_assert_eq!(digits.as_str().len(), 6);
        }
        prop_assert_eq!(Password::typed(&text).is_some(), !text.is_empty() && text.len() <= 1024);
        let _ = normalise_readable(&text);
    }
}

/// Text that is almost a compact token: parts of JSON in base64url, whatever is in them.
/// An attestation object and authenticator data, with something wrong in them.
fn almost_an_attestation() -> impl Strategy<Value = Vec<u8>> {
    let whole: Vec<u8> = [
        b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\xa4".as_slice(),
        &[7; 32],
        &[0x45, 0, 0, 0, 1],
        &[0; 16],
        &[0, 32],
        &[9; 32],
        b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20",
        &[1; 32],
        b"\x22\x58\x20",
        &[2; 32],
    ]
    .concat();
    let changes = proptest::collection::vec((0..whole.len(), any::<u8>()), 0..8);
    let almost = (changes, 0..=whole.len()).prop_map(move |(changes, length)| {
        let mut bytes = whole.clone();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(length);
        bytes
    });
    prop_oneof![
        almost,
        proptest::collection::vec(any::<u8>(), 0..300),
        // Deeply nested, and lengths that are not there.
        (1_usize..4000).prop_map(|depth| vec![0x81; depth]),
        (0_u64..).prop_map(|length| [&[0x5b][..], &length.to_be_bytes()].concat()),
    ]
}

fn almost_a_token() -> impl Strategy<Value = Vec<u8>> {
    let header = prop_oneof![Just(r#"{"alg":"ES256","typ":"JWT"}"#.to_owned()), ".{0,40}"];
    let number = prop_oneof!["-?[0-9]{1,25}(\\.[0-9]{1,5})?(e[0-9]{1,3})?", Just("1780000060".to_owned())];
    let claims = (number.clone(), number, ".{0,20}").prop_map(|(exp, iat, jti)| {
        let jti = serde_json::to_string(&jti).unwrap();
        format!(r#"{{"iss":"app","sub":"app","aud":"https://id.example","exp":{exp},"iat":{iat},"jti":{jti}}}"#)
    });
    let encode = |text: &String| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
    (header, claims, "[A-Za-z0-9_-]{0,90}")
        .prop_map(move |(header, claims, signature)| format!("{}.{}.{signature}", encode(&header), encode(&claims)))
        .prop_map(String::into_bytes)
}

/// The proof of RFC 9449 §4.1, in order but for its signature where a part of it is changed.
fn almost_a_proof() -> impl Strategy<Value = Vec<u8>> {
    let x = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
    let y = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA";
    let kty = prop_oneof!["EC|OKP|RSA|oct", Just("EC".to_owned())];
    let crv = prop_oneof!["P-256|P-384|Ed25519", Just("P-256".to_owned())];
    let number = prop_oneof![Just(x.to_owned()), Just(y.to_owned()), "[A-Za-z0-9_-]{0,60}", Just("A".repeat(342))];
    let more = prop_oneof![
        Just(String::new()),
        Just(r#","d":"AA""#.to_owned()),
        Just(r#","n":"sA","e":"AQAB""#.to_owned()),
        Just(format!(r#","n":"s{}","e":"AQAB""#, "A".repeat(341))),
    ];
    let key = (kty, crv, number.clone(), number, more)
        .prop_map(|(kty, crv, x, y, more)| format!(r#"{{"kty":"{kty}","crv":"{crv}","x":"{x}","y":"{y}"{more}}}"#));
    let header = (prop_oneof!["ES256|PS256|EdDSA|none", Just("ES256".to_owned())], key)
        .prop_map(|(alg, key)| format!(r#"{{"typ":"dpop+jwt","alg":"{alg}","jwk":{key}}}"#));
    let iat = prop_oneof![Just("1562262616".to_owned()), "-?[0-9]{1,25}(\\.[0-9]{1,5})?(e[0-9]{1,3})?"];
    let htu = prop_oneof![Just("https://server.example.com/token".to_owned()), "[ -~&&[^\"\\\\]]{0,40}"];
    let claims = (iat, htu, "[a-z]{0,20}")
        .prop_map(|(iat, htu, jti)| format!(r#"{{"jti":"{jti}","htm":"POST","htu":"{htu}","iat":{iat}}}"#));
    let encode = |text: &String| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
    (header, claims, prop_oneof!["[A-Za-z0-9_-]{86}", "[A-Za-z0-9_-]{0,90}"])
        .prop_map(move |(header, claims, signature)| format!("{}.{}.{signature}", encode(&header), encode(&claims)))
        .prop_map(String::into_bytes)
}

/// Text that is almost an authorization request.
fn almost_a_request() -> impl Strategy<Value = Vec<u8>> {
    let names = ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "prompt", "max_age"];
    let more = ["code_challenge_method", "claims", "acr_values", "response_mode", "nonce", "id_token_hint", "resource"];
    let name = proptest::sample::select([names.as_slice(), more.as_slice()].concat());
    let values =
        ["app", "https://app.example/callback", "http://127.0.0.1:8/callback", "code", "openid", "S256", "0", "login"];
    let value = prop_oneof![proptest::sample::select(values.to_vec()).prop_map(str::to_owned), ".{0,30}"];
    proptest::collection::vec((name, value), 0..15).prop_map(|pairs| {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes()
    })
}

/// Texts that come near to hashes of passwords.
fn almost_a_hash() -> impl Strategy<Value = Vec<u8>> {
    let names = ["argon2id", "argon2i", "2a", "2b", "scrypt", "6", "pbkdf2", "pbkdf2-sha256", "pbkdf2_sha512"];
    let parts = prop_oneof![
        "v=(19|16|20)",
        "m=[0-9]{1,10},t=[0-9]{1,3},p=[0-9]{1,2}",
        "ln=[0-9]{1,3},r=[0-9]{1,3},p=[0-9]{1,3}",
        "(i=|rounds=|)[0-9]{1,10}",
        "[./A-Za-z0-9+=]{0,90}",
    ];
    let parts = proptest::collection::vec(parts, 0..5);
    (any::<bool>(), proptest::sample::select(names.to_vec()), parts).prop_map(|(has_dollar, name, parts)| {
        let begin = if has_dollar { "$" } else { "" };
        format!("{begin}{name}${}", parts.join("$")).into_bytes()
    })
}

/// A certificate of a client with a changed byte, in the form of RFC 9440.
fn almost_a_certificate() -> impl Strategy<Value = Vec<u8>> {
    let seed = include_bytes!("../../../fuzz/seeds/client_certificate/rfc_9440");
    (proptest::sample::select((1..seed.len() - 1).collect::<Vec<_>>()), any::<u8>(), any::<bool>()).prop_map(
        move |(at, byte, is_changed)| {
            let mut header = seed.to_vec();
            if is_changed {
                header[at] = byte;
            }
            header
        },
    )
}

/// A seed with a changed byte.
fn almost(seed: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    (0..seed.len(), any::<u8>(), any::<bool>()).prop_map(move |(at, byte, is_changed)| {
        let mut bytes = seed.to_vec();
        if is_changed {
            bytes[at] = byte;
        }
        bytes
    })
}

/// An encrypted token with a changed byte.
fn almost_encrypted() -> impl Strategy<Value = Vec<u8>> {
    almost(include_bytes!("../../../fuzz/seeds/encrypted_token/ecdh_es"))
}

/// The settings of a broker with a changed byte.
fn almost_settings() -> impl Strategy<Value = Vec<u8>> {
    almost(include_bytes!("../../../fuzz/seeds/provider_settings/broker"))
}

/// The token of a test card with a changed byte.
fn almost_token() -> impl Strategy<Value = Vec<u8>> {
    almost(include_bytes!("../../../fuzz/seeds/web_eid_token/estonia"))
}

/// The answer of the mock service of Smart-ID with a changed byte.
fn almost_answer_of_smart_id() -> impl Strategy<Value = Vec<u8>> {
    almost(include_bytes!("../../../fuzz/seeds/smart_id_answer/complete"))
}

/// The answer of the demonstration of Mobile-ID with a changed byte.
fn almost_answer_of_mobile_id() -> impl Strategy<Value = Vec<u8>> {
    almost(include_bytes!("../../../fuzz/seeds/mobile_id_answer/complete"))
}

/// A recorded answer of a responder with a changed byte.
fn almost_status() -> impl Strategy<Value = Vec<u8>> {
    almost(include_bytes!("../../../fuzz/seeds/certificate_status/good"))
}

// The fuzz targets, for a moment on every run.
proptest! {
    #[test]
    fn the_fuzz_targets_hold(bytes in bytes_of(b"abc=&;,.:%+0123456789 \n\"{}[]__Host-salpa_session")) {
        entries::authorization_request(&bytes);
        entries::client_assertion(&bytes);
        entries::dpop_proof(&bytes);
        entries::request_object(&bytes);
        entries::basic_header(&bytes);
        entries::parameters(&bytes);
        entries::forwarded_for(&bytes);
        entries::client_certificate(&bytes);
        entries::argon2_engines(&bytes);
        entries::cookies(&bytes);
        entries::logo(&bytes);
        entries::push_subscription(&bytes);
        entries::encrypted_token(&bytes);
        entries::provider_settings(&bytes);
        entries::national_identifier(&bytes);
        entries::bank_id_answer(&bytes);
        entries::web_eid_token(&bytes);
        entries::certificate_status(&bytes);
        entries::smart_id_answer(&bytes);
        entries::mobile_id_answer(&bytes);
    }

    #[test]
    fn any_encrypted_token_opens_nothing(bytes in almost_encrypted()) {
        entries::encrypted_token(&bytes);
    }

    #[test]
    fn any_settings_of_a_provider_are_read_again_as_they_are_written(bytes in almost_settings()) {
        entries::provider_settings(&bytes);
    }

    #[test]
    fn any_digits_are_a_national_identifier_or_none(text in "[0-9]{6}[-+A-Y]?[0-9]{3,6}[0-9A-Y]?") {
        entries::national_identifier(text.as_bytes());
    }

    #[test]
    fn any_token_of_a_card_is_signed_for_its_own_challenge_alone(bytes in almost_token()) {
        entries::web_eid_token(&bytes);
    }

    #[test]
    fn any_answer_of_a_responder_but_the_recorded_one_says_nothing(bytes in almost_status()) {
        entries::certificate_status(&bytes);
    }

    #[test]
    fn any_answer_of_smart_id_is_read_or_refused(bytes in almost_answer_of_smart_id()) {
        entries::smart_id_answer(&bytes);
    }

    #[test]
    fn any_answer_of_mobile_id_is_read_or_refused(bytes in almost_answer_of_mobile_id()) {
        entries::mobile_id_answer(&bytes);
    }

    #[test]
    fn any_answer_of_bank_id_names_somebody_or_nobody(
        status in "pending|failed|complete|done", number in "[0-9-]{0,14}", risk in "low|high|none",
    ) {
        let answer = serde_json::json!({
            "orderRef": "x", "status": status, "hintCode": number,
            "completionData": {
                "user": { "personalNumber": number }, "device": { "ipAddress": number },
                "signature": "", "ocspResponse": "", "risk": risk,
            },
        });
        entries::bank_id_answer(answer.to_string().as_bytes());
    }

    #[test]
    fn any_address_is_one_that_can_be_called_or_none(address in "(https?|ftp|data)?:?(//)?[a-zä.:@/\\[\\]0-9%?#-]{0,60}") {
        let keys = serde_json::json!({
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        });
        entries::push_subscription(serde_json::json!({ "endpoint": address, "keys": keys }).to_string().as_bytes());
    }

    #[test]
    fn any_header_is_one_certificate_or_none(bytes in almost_a_certificate()) {
        entries::client_certificate(&bytes);
    }

    #[test]
    fn any_text_is_a_filter_of_scim_or_is_refused(bytes in bytes_of(b"userName eq and or active true \"\\ab@.()[]:urn-_$")) {
        entries::scim_filter(&bytes);
    }

    #[test]
    fn any_bytes_are_refused_as_a_passkey(bytes in almost_an_attestation()) {
        entries::passkey_answer(&bytes);
    }

    #[test]
    fn any_token_is_an_assertion_or_none(bytes in almost_a_token()) {
        entries::client_assertion(&bytes);
    }

    #[test]
    fn any_token_is_a_proof_or_is_refused(bytes in prop_oneof![almost_a_proof(), almost_a_token()]) {
        entries::dpop_proof(&bytes);
    }

    #[test]
    fn any_token_is_no_signed_request(bytes in almost_a_token()) {
        entries::request_object(&bytes);
    }

    #[test]
    fn any_query_is_an_authorization_request_or_is_refused(bytes in almost_a_request()) {
        entries::authorization_request(&bytes);
    }

    #[test]
    fn any_text_is_a_bounded_hash_or_is_refused(bytes in prop_oneof![almost_a_hash(), bytes_of(b"$2abyi=,0123456789.:{}\"\n")]) {
        entries::password_hash(&bytes);
    }

    #[test]
    fn any_basic_header_names_an_application_or_none(inside in ".{0,60}", scheme in "(Basic|basic|BASIC|Bearer|)") {
        let header = format!("{scheme} {}", data_encoding::BASE64.encode(inside.as_bytes()));
        entries::basic_header(header.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_can_be_chosen_as_a_password_or_is_refused_with_a_reason(text in ".{0,80}", name in ".{0,40}") {
        if let Err(unfit) = Password::chosen(&text, &[&name]) {
            prop_assert!(!unfit.reason().is_empty());
        }
    }
}
