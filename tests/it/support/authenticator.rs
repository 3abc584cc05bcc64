//! An authenticator in software: makes passkeys and answers with them, as a phone or a security key does.
//! It can be told to misbehave. The load uses it, too.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

const USER_PRESENT: u8 = 0b1;
const USER_VERIFIED: u8 = 0b100;
const BACKUP_ELIGIBLE: u8 = 0b1000;
const BACKED_UP: u8 = 0b1_0000;
const HAS_KEY: u8 = 0b100_0000;

/// One passkey, on the device that made it.
pub struct Authenticator {
    pair: EcdsaKeyPair,
    /// Its identifier for browsers.
    pub credential_id: Vec<u8>,
    /// The person that it names.
    pub user_handle: Option<Vec<u8>>,
    /// The page that it says to be used on.
    pub origin: String,
    /// The relying party that it signs for.
    pub relying_party: String,
    /// How often it was used; 0 for ever where it does not count.
    pub count: u32,
    /// Whether it counts.
    pub counts: bool,
    /// Whether it is on several devices.
    pub synced: bool,
    /// Whether it asks for a finger, a face or a PIN.
    pub verifies_user: bool,
    /// The attestation of its maker, if any: a key (PKCS#8) and its certificate (DER).
    pub vouched_by: Option<(Vec<u8>, Vec<u8>)>,
    /// The chip of an Android phone, if it is one.
    pub chip: Option<Box<dyn AndroidChip>>,
    /// Its model (AAGUID).
    pub model: [u8; 16],
}

/// The chip of an Android phone. It keeps the keys of the phone and certifies them (Android key attestation).
pub trait AndroidChip: Send + Sync {
    /// The certificates (DER) of a key, its own first, that were made for the hash of the client data.
    fn certify(&self, public_key: &[u8], client_data_hash: &[u8]) -> Vec<Vec<u8>>;
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

fn base64(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

impl Authenticator {
    /// A device with a key of its own for a service at this origin.
    pub fn new(origin: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let host = origin.split("://").nth(1).unwrap().split(':').next().unwrap();
        Self {
            credential_id: sha256(pair.public_key().as_ref()),
            pair,
            user_handle: None,
            origin: origin.to_owned(),
            relying_party: host.to_owned(),
            count: 0,
            counts: true,
            synced: false,
            verifies_user: true,
            vouched_by: None,
            chip: None,
            model: [0; 16],
        }
    }

    /// Makes a passkey, as `navigator.credentials.create` does: what a page sends, as JSON.
    pub fn make(&mut self, options: &Value) -> String {
        let user = options["user"]["id"].as_str().unwrap();
        self.user_handle = Some(BASE64URL_NOPAD.decode(user.as_bytes()).unwrap());
        let data = self.authenticator_data(HAS_KEY, &self.attested_key());
        let client_data = self.client_data("webauthn.create", options);
        let length = u8::try_from(data.len()).unwrap();
        let statement = self.statement(&data, &sha256(&client_data));
        let attestation_object =
            [b"\xa3\x63fmt".as_slice(), &statement, b"\x68authData\x58", &[length], &data].concat();
        json!({
            "id": base64(&self.credential_id),
            "rawId": base64(&self.credential_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": base64(&client_data),
                "attestationObject": base64(&attestation_object),
                "transports": ["internal"],
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    /// Answers with the passkey, as `navigator.credentials.get` does.
    pub fn answer(&mut self, options: &Value) -> String {
        if self.counts {
            self.count += 1;
        }
        self.answer_uncounted(options)
    }

    /// The same without counting, of one that counts nothing.
    pub fn answer_uncounted(&self, options: &Value) -> String {
        let data = self.authenticator_data(0, &[]);
        let client_data = self.client_data("webauthn.get", options);
        let signed = [data.as_slice(), &sha256(&client_data)].concat();
        let signature = self.pair.sign(&SystemRandom::default(), &signed).unwrap();
        json!({
            "id": base64(&self.credential_id),
            "rawId": base64(&self.credential_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": base64(&client_data),
                "authenticatorData": base64(&data),
                "signature": base64(signature.as_ref()),
                "userHandle": self.user_handle.as_deref().map(base64),
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    /// The format and the statement of the attestation: none, packed with a certificate, or of an Android phone.
    fn statement(&self, data: &[u8], client_data_hash: &[u8]) -> Vec<u8> {
        let signed = [data, client_data_hash].concat();
        if let Some(chip) = &self.chip {
            let chain = chip.certify(self.pair.public_key().as_ref(), client_data_hash);
            return statement_of(b"\x6bandroid-key", &self.pair, &signed, &chain);
        }
        let Some((key, certificate)) = &self.vouched_by else { return b"\x64none\x67attStmt\xa0".to_vec() };
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key).unwrap();
        statement_of(b"\x66packed", &pair, &signed, std::slice::from_ref(certificate))
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn authenticator_data(&self, more: u8, attested: &[u8]) -> Vec<u8> {
        let verified = if self.verifies_user { USER_VERIFIED } else { 0 };
        let backup = if self.synced { BACKUP_ELIGIBLE | BACKED_UP } else { 0 };
        let flags = USER_PRESENT | verified | backup | more;
        [&sha256(self.relying_party.as_bytes())[..], &[flags], &self.count.to_be_bytes(), attested].concat()
    }

    /// The model (none), the identifier, and the public key (COSE, ES256).
    fn attested_key(&self) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let length = u16::try_from(self.credential_id.len()).unwrap().to_be_bytes();
        let start: &[u8] = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20";
        [&self.model[..], &length, &self.credential_id, start, x, b"\x22\x58\x20", y].concat()
    }
}

/// A format, and its statement: a signature (ES256) and at most 23 certificates.
fn statement_of(format: &[u8], pair: &EcdsaKeyPair, signed: &[u8], chain: &[Vec<u8>]) -> Vec<u8> {
    let signature = pair.sign(&SystemRandom::default(), signed).unwrap();
    let length = u8::try_from(signature.as_ref().len()).unwrap();
    let start = [format, b"\x67attStmt\xa3\x63alg\x26\x63sig\x58", &[length], signature.as_ref()].concat();
    let mut statement = [&start[..], b"\x63x5c", &[0x80 | u8::try_from(chain.len()).unwrap()]].concat();
    for certificate in chain {
        statement.push(0x59);
        statement.extend(u16::try_from(certificate.len()).unwrap().to_be_bytes());
        statement.extend(certificate);
    }
    statement
}
