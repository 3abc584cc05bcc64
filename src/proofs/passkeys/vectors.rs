//! The W3C's published test vectors (WebAuthn Level 3, §16), through our verifier.
//!
//! Most of them were made without user verification, which we require. They are verified with the
//! library's own demand for it lowered: then everything else must hold, and our own check of the flag must
//! be what refuses them. Those framed by another origin (§16.4) must be refused for that. Left out are
//! the vectors of algorithms that are not asked for here (ES512, Ed25519, Ed448: browsers offer a key of
//! another), and those whose attestation is looked at only where a company gives its authorities (packed
//! with certificates, TPM, Android, Apple, FIDO U2F).

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Value, json};
use webauthn_rs::prelude::Credential;

use super::relying_party::{ChallengeState, RelyingParty, SpentChallenge};
use super::{Assertion, Attestation, Passkey, PasskeyRefusal};
use crate::directory::people::{self, Person};
use crate::platform::clock::Timestamp;

const VECTORS: &str = include_str!("../../../tests/it/vectors/webauthn.json");

fn party() -> RelyingParty {
    RelyingParty::new("Example", vec!["https://example.org".to_owned()]).unwrap()
}

fn person() -> Person {
    let now = Timestamp::from_seconds(1_780_000_000);
    Person {
        id: "019e0000-0000-7000-8000-000000000001".parse().unwrap(),
        email: "aino@example.org".to_owned(),
        given_name: "Aino".to_owned(),
        family_name: "Virtanen".to_owned(),
        language: "en".to_owned(),
        state: people::PersonState::Active,
        terms_version: None,
        created_at: now,
        changed_at: now,
        email_confirmed_at: None,
        closed_to_resets: false,
    }
}

fn base64(hex: &Value) -> String {
    BASE64URL_NOPAD.encode(&HEXLOWER.decode(hex.as_str().unwrap().as_bytes()).unwrap())
}

/// A kept challenge in the place of the library's own, and how much it demands of the user.
fn taken(asked: &SpentChallenge, challenge: &Value, user_verification: &str) -> SpentChallenge {
    fn change(value: &mut Value, challenge: &str, user_verification: &str) {
        let Some(fields) = value.as_object_mut() else { return };
        for (name, field) in fields {
            match name.as_str() {
                "challenge" => *field = json!(challenge),
                "policy" => *field = json!(user_verification),
                _ => change(field, challenge, user_verification),
            }
        }
    }
    let mut state = serde_json::to_value(&asked.0).unwrap();
    change(&mut state, &base64(challenge), user_verification);
    SpentChallenge(serde_json::from_value::<ChallengeState>(state).unwrap())
}

fn attestation(registration: &Value) -> Attestation {
    let response = json!({
        "clientDataJSON": base64(&registration["client_data"]),
        "attestationObject": base64(&registration["attestation_object"]),
    });
    let answer = json!({ "id": "AA", "rawId": "AA", "type": "public-key", "response": response });
    Attestation::read(&answer.to_string()).unwrap()
}

fn assertion(assertion: &Value, credential: &Credential) -> Assertion {
    let id = BASE64URL_NOPAD.encode(&credential.cred_id);
    let response = json!({
        "clientDataJSON": base64(&assertion["client_data"]),
        "authenticatorData": base64(&assertion["authenticator_data"]),
        "signature": base64(&assertion["signature"]),
        "userHandle": null,
    });
    let answer = json!({ "id": id, "rawId": id, "type": "public-key", "response": response });
    Assertion::read(&answer.to_string()).unwrap()
}

/// The flag of user verification in authenticator data, in hexadecimal digits.
fn is_verified(data: &str, at: usize) -> bool {
    u8::from_str_radix(&data[at..at + 2], 16).unwrap() & 0b100 != 0
}

fn each(tell: impl Fn(&str, &Value)) {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    for vector in vectors["vectors"].as_array().unwrap() {
        tell(vector["name"].as_str().unwrap(), vector);
    }
}

#[test]
fn published_registrations_hold_but_for_what_we_demand_beyond() {
    each(|name, vector| {
        let asked = party().ask_for_new(&person(), &[], None).unwrap().kept();
        let registration = &vector["registration"];
        let data = registration["attestation_object"].as_str().unwrap();
        let rp_id_hash = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5";
        let flags_at = data.find(rp_id_hash).unwrap() + rp_id_hash.len();
        let new =
            |demand| party().verify_new(taken(&asked, &registration["challenge"], demand), &attestation(registration));
        let expected = match (name, is_verified(data, flags_at)) {
            ("none.ES256.crossOrigin", _) => Some(PasskeyRefusal::AnotherOrigin),
            (_, false) => Some(PasskeyRefusal::UserNotVerified),
            (_, true) => None,
        };
        assert_eq!(new("required").err(), expected, "{name}");
        assert_eq!(new("discouraged").err(), expected, "{name}: our own check");
        let other = json!("00".repeat(32));
        let of_another = party().verify_new(taken(&asked, &other, "discouraged"), &attestation(registration));
        assert!(of_another.is_err(), "{name} answers another challenge");
    });
}

#[test]
fn published_assertions_hold_but_for_what_we_demand_beyond() {
    each(|name, vector| {
        let shown = &vector["assertion"];
        if shown.is_null() {
            return;
        }
        let asked = party().ask_for_new(&person(), &[], None).unwrap().kept();
        let registration = &vector["registration"];
        let made = taken(&asked, &registration["challenge"], "discouraged");
        let (_, credential) = party().made(made, &attestation(registration)).unwrap();
        let synced = credential.backup_eligible;
        let passkey = Passkey::from_parts("1", person().id, &serde_json::to_string(&credential).unwrap()).unwrap();
        let to_prove = party().ask_for_proof(&[]).unwrap().kept();
        let answer = assertion(shown, &credential);
        let verified = |demand, answer: &Assertion| {
            party().verify(taken(&to_prove, &shown["challenge"], demand), answer, &passkey)
        };

        let data = shown["authenticator_data"].as_str().unwrap();
        let expected = if is_verified(data, 64) { None } else { Some(PasskeyRefusal::UserNotVerified) };
        assert_eq!(verified("discouraged", &answer).err(), expected, "{name}: our own check");
        assert_eq!(passkey.synced, synced);
        // One byte more or less, anywhere, and it does not hold.
        for field in ["authenticator_data", "signature"] {
            let mut changed = shown.clone();
            let hex = changed[field].as_str().unwrap();
            let last = if hex.ends_with('0') { "1" } else { "0" };
            changed[field] = json!(format!("{}{last}", &hex[..hex.len() - 1]));
            let refused = verified("discouraged", &assertion(&changed, &credential)).err();
            assert_eq!(refused, Some(PasskeyRefusal::DoesNotHold), "{name}: {field}");
        }
    });
}

#[test]
fn an_identifier_of_1023_bytes_is_taken() {
    each(|name, vector| {
        if name != "none.ES256.long-credential-id" {
            return;
        }
        let asked = party().ask_for_new(&person(), &[], None).unwrap().kept();
        let made = taken(&asked, &vector["registration"]["challenge"], "discouraged");
        let (_, credential) = party().made(made, &attestation(&vector["registration"])).unwrap();
        assert_eq!(credential.cred_id.len(), super::LONGEST_CREDENTIAL_ID);
    });
}
