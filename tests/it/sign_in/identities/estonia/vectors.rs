//! The public vectors of Web eID: tokens of test cards of four countries, and answers that a test responder once gave; and
//! those of Smart-ID and Mobile-ID: answers, ends, and certificates.

use data_encoding::BASE64;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use salpa::platform::certificates::{CertificateFault, HeldCertificate, IssuingAuthorities, StatusFault, StatusSigner};
use salpa::platform::clock::Timestamp;
use salpa::proofs::identity_providers::estonia::mobile_id::{
    MobileIdAnswer, MobileIdProof, control_code, customer_of, read_state,
};
use salpa::proofs::identity_providers::estonia::person_of;
use salpa::proofs::identity_providers::estonia::smart_id::{SessionAnswer, SessionEnd, SmartIdProof, read_session};
use salpa::proofs::identity_providers::estonia::web_eid::WebEidToken;
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../vectors/web-eid.json")).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_seconds(text.parse::<jiff::Timestamp>().unwrap().as_second())
}

fn certificate(encoded: &Value) -> Option<HeldCertificate> {
    HeldCertificate::read(&BASE64.decode(encoded.as_str().unwrap().as_bytes()).unwrap())
}

fn authority(vectors: &Value, name: &Value) -> IssuingAuthorities {
    IssuingAuthorities::read(vectors["authorities"][name.as_str().unwrap()].as_str().unwrap()).unwrap()
}

#[test]
fn tokens_of_test_cards_are_signed_for_their_origin_and_challenge_and_for_no_other() {
    let vectors = vectors();
    for vector in vectors["tokens"].as_array().unwrap() {
        let (card, origin) = (&vector["card"], vector["origin"].as_str().unwrap());
        let challenge = vector["challenge"].as_str().unwrap();
        let token = WebEidToken::read(&vector["token"].to_string()).unwrap_or_else(|| panic!("{card}"));
        assert!(token.is_signed(origin, challenge), "{card}");
        assert!(!token.is_signed("https://id.kallio.example", challenge), "{card}");
        assert!(!token.is_signed(&format!("{origin}/"), challenge), "{card}");
        assert!(!token.is_signed(origin, &challenge.replacen(&challenge[..1], "0", 1)), "{card}");
        let person = person_of(token.certificate()).map(|person| person.identifier.reveal().clone());
        assert_eq!(person.as_deref(), vector["person"].as_str(), "{card}");
        if vector["issuer"].is_string() {
            let authorities = authority(&vectors, &vector["issuer"]);
            let now = at(vector["at"].as_str().unwrap());
            assert!(authorities.issuer_of(token.certificate(), now).is_ok(), "{card}");
            let (early, late) = (at("2018-08-17T00:00:00Z"), at("2034-10-19T00:00:00Z"));
            assert_eq!(authorities.issuer_of(token.certificate(), early).err(), Some(CertificateFault::NotYet));
            assert_eq!(authorities.issuer_of(token.certificate(), late).err(), Some(CertificateFault::Expired));
            let others = authority(&vectors, &Value::from("esteid_sk_2015"));
            let refused = others.issuer_of(token.certificate(), now).err();
            assert_eq!(refused, Some(CertificateFault::AnotherAuthority), "{card}");
        }
    }
}

#[test]
fn the_scheme_of_a_token_fits_its_key_and_nothing_else_is_read() {
    let vectors = vectors();
    let good = &vectors["tokens"][0];
    let (origin, challenge) = (good["origin"].as_str().unwrap(), good["challenge"].as_str().unwrap());
    for algorithm in ["ES256", "ES512", "PS384", "RS384"] {
        let mut token = good["token"].clone();
        token["algorithm"] = Value::from(algorithm);
        assert!(!WebEidToken::read(&token.to_string()).unwrap().is_signed(origin, challenge), "{algorithm}");
    }
    for (member, wrong) in [
        ("algorithm", "NONE"),
        ("algorithm", ""),
        ("algorithm", "HS384"),
        ("algorithm", "\0\t\ninvalid"),
        ("format", ""),
        ("format", "web-eid:2.0"),
        ("format", "web-eid:10"),
        ("format", "web-eid:1.x"),
        ("format", "WEB-EID:1.0"),
        ("unverifiedCertificate", ""),
        ("unverifiedCertificate", "X5C"),
        ("unverifiedCertificate", "VGhpcyBpcyBub3QgYSBjZXJ0aWZpY2F0ZQ"),
        ("signature", "This is no base64"),
    ] {
        let mut token = good["token"].clone();
        token[member] = Value::from(wrong);
        assert_eq!(WebEidToken::read(&token.to_string()), None, "{member} {wrong:?}");
    }
    for format in ["web-eid:1", "web-eid:1.0", "web-eid:1.12"] {
        let mut token = good["token"].clone();
        token["format"] = Value::from(format);
        assert!(WebEidToken::read(&token.to_string()).is_some(), "{format}");
    }
    let other = WebEidToken::read(&vectors["with_another_certificate"].to_string()).unwrap();
    assert!(!other.is_signed(origin, challenge));
}

#[test]
fn certificates_that_are_for_something_else_are_told_apart() {
    let vectors = vectors();
    let of = |name: &str| certificate(&vectors["certificates"][name]);
    // Of version 3, without any extension that says what it is for.
    let authorities = authority(&vectors, &Value::from("esteid2018"));
    let now = at("2021-08-01T00:00:00Z");
    for name in ["wrong_purpose_cert", "wrong_policy_cert", "old_mobile_id_cert", "new_mobile_id_cert"] {
        assert!(of(name).is_some(), "{name}");
    }
    for name in ["expired_rsa_cert", "expired_ecdsa_cert"] {
        let refused = authorities.issuer_of(&of(name).unwrap(), now).err();
        assert_eq!(refused, Some(CertificateFault::Expired), "{name}");
    }
    for name in ["old_mobile_id_cert", "new_mobile_id_cert"] {
        let refused = authorities.issuer_of(&of(name).unwrap(), at("2021-03-01T00:00:00Z")).err();
        assert_eq!(refused, Some(CertificateFault::AnotherAuthority), "{name}");
    }
}

#[test]
fn recorded_answers_of_a_responder_are_judged_as_they_were_meant() {
    let vectors = vectors();
    let authorities = authority(&vectors, &Value::from("esteid2018"));
    let asked = certificate(&vectors["asked_about"]).unwrap();
    let issuer = authorities.issuer_of(&asked, at("2021-09-17T18:25:24Z")).unwrap();
    let question = issuer.question(&asked, None).unwrap();
    let answer = |name: &str| BASE64.decode(vectors["answers"][name].as_str().unwrap().as_bytes()).unwrap();
    let judged = |name: &str, now: &str| question.judge(&answer(name), issuer.signer(), at(now));
    assert_eq!(judged("good", "2021-09-17T18:25:24Z"), Ok(()));
    assert_eq!(judged("good", "2021-09-17T18:27:24Z"), Ok(()));
    assert!(matches!(judged("good", "2021-09-17T18:27:25Z"), Err(StatusFault::Unusable(_))), "too old");
    assert!(matches!(judged("good", "2021-09-17T18:24:00Z"), Err(StatusFault::Unusable(_))), "of the future");
    assert_eq!(judged("revoked", "2021-09-18T00:13:43Z"), Err(StatusFault::Revoked));
    let of_unknown = "2021-09-18T00:16:25Z";
    assert!(matches!(judged("unknown", of_unknown), Err(StatusFault::Unusable(_))), "its responder is a stranger here");
    let responder = CertificateDer::from_pem_slice(vectors["responder"].as_str().unwrap().as_bytes()).unwrap();
    let designated = StatusSigner::Designated(&responder);
    assert_eq!(question.judge(&answer("unknown"), designated, at(of_unknown)), Err(StatusFault::Unknown));
    let strange = question.judge(&answer("good"), designated, at("2021-09-17T18:25:24Z"));
    assert!(matches!(strange, Err(StatusFault::Unusable(_))), "of another responder than the one written down");
    for (name, now) in [("two_responders", "2021-09-23T17:31:39Z"), ("two_answers", "2024-04-01T14:09:57Z")] {
        assert!(matches!(judged(name, now), Err(StatusFault::Unusable(_))), "{name}");
    }
    let with_nonce = issuer.question(&asked, Some([7; 32])).unwrap();
    let replayed = with_nonce.judge(&answer("good"), issuer.signer(), at("2021-09-17T18:25:24Z"));
    assert!(matches!(replayed, Err(StatusFault::Unusable(_))), "it answers another question");
    let mut changed = answer("good");
    for place in [200, 300, changed.len() - 3] {
        changed[place] ^= 1;
        assert!(question.judge(&changed, issuer.signer(), at("2021-09-17T18:25:24Z")).is_err(), "{place}");
        changed[place] ^= 1;
    }
}

fn vectors_of_smart_id() -> Value {
    serde_json::from_str(include_str!("../../../vectors/smart-id.json")).unwrap()
}

#[test]
fn answers_of_the_mock_service_of_smart_id_are_read_as_they_were_meant() {
    let vectors = vectors_of_smart_id();
    let read = read_session(&vectors["answer"]);
    let Some(SessionAnswer::Complete(text)) = read else { panic!("{read:?}") };
    let proof = SmartIdProof::read(text.reveal().as_bytes()).unwrap();
    let person = person_of(&proof.certificate().unwrap()).unwrap();
    assert_eq!(person.identifier.reveal(), "40504040001");
    assert!(!proof.is_as_asked(), "its hash is another one than this service asks for");
    assert!(matches!(read_session(&vectors["running"]), Some(SessionAnswer::Running)));
    for end in vectors["ends"].as_array().unwrap() {
        let Some(SessionAnswer::Ended(read)) = read_session(end) else { panic!("{end}") };
        let word = end["result"]["endResult"].as_str().unwrap();
        let is_unknown = word == "EXPECTED_LINKED_SESSION";
        assert_eq!(read == SessionEnd::Other, is_unknown, "{word}");
    }
}

#[test]
fn a_test_account_is_signed_by_the_test_authority_of_smart_id() {
    let vectors = vectors_of_smart_id();
    let authorities = IssuingAuthorities::read(vectors["authority"].as_str().unwrap()).unwrap();
    let of = |name: &str| {
        let der = CertificateDer::from_pem_slice(vectors[name].as_str().unwrap().as_bytes()).unwrap();
        HeldCertificate::read(&der).unwrap()
    };
    let account = of("account");
    assert_eq!(person_of(&account).unwrap().identifier.reveal(), "40504040001");
    assert!(authorities.issuer_of(&account, at("2026-06-01T00:00:00Z")).is_ok());
    assert_eq!(authorities.issuer_of(&account, at("2025-09-01T00:00:00Z")).err(), Some(CertificateFault::NotYet));
    let refused = authorities.issuer_of(&of("basic"), at("2025-06-01T00:00:00Z")).err();
    assert_eq!(refused, Some(CertificateFault::AnotherAuthority), "a basic account has another authority");
}

#[test]
fn the_test_customer_of_mobile_id_is_read_and_the_digits_are_those_of_the_documentation() {
    let vectors: Value = serde_json::from_str(include_str!("../../../vectors/mobile-id.json")).unwrap();
    let Some(MobileIdAnswer::Complete(text)) = read_state(&vectors["answer"]) else { panic!("{vectors}") };
    let proof = MobileIdProof::read(text.reveal().as_bytes()).unwrap();
    assert!(proof.scheme().is_some() && proof.certificate().is_some());
    let customer = certificate(&vectors["certificate"]).unwrap();
    assert_eq!(customer_of(&customer).map(|person| person.identifier.reveal().clone()).as_deref(), Some("60001019906"));
    let hash = data_encoding::HEXLOWER.decode(b"2f665f6a6999e0ef0752e00ec9f453adf59d8cb6").unwrap();
    assert_eq!(control_code(&hash), "1462");
}
