//! The answers of browsers: parsed once, bounded, and checked exactly where the library is lenient.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::{LONGEST_CREDENTIAL_ID, PasskeyRefusal};
use crate::platform::secret::hash_token;

/// The longest answer that is read, in bytes, which has room for certificates.
const LONGEST_ANSWER: usize = 16 * 1024;
/// The shortest authenticator data, in bytes (WebAuthn §6.1): hash, flags, counter.
const SHORTEST_AUTHENTICATOR_DATA: usize = 37;
/// The position of its flags, and the flag of user verification.
const FLAGS_AT: usize = 32;
const USER_VERIFIED: u8 = 0b100;

/// The answer of a passkey to a challenge.
#[derive(Clone, Debug)]
pub struct Assertion {
    pub(super) credential: PublicKeyCredential,
    pub(super) page: SignedPage,
    pub(super) user_verified: bool,
}

impl Assertion {
    /// The assertion in a form field; `None` if the text is none.
    pub fn read(json: &str) -> Option<Self> {
        let credential: PublicKeyCredential = read(json)?;
        let data = &credential.response.authenticator_data;
        let is_whole = credential.type_ == "public-key"
            && (1..=LONGEST_CREDENTIAL_ID).contains(&credential.raw_id.len())
            && data.len() >= SHORTEST_AUTHENTICATOR_DATA;
        let user_verified = data.get(FLAGS_AT)? & USER_VERIFIED != 0;
        let page = SignedPage::read(&credential.response.client_data_json, "webauthn.get")?;
        is_whole.then_some(Self { credential, page, user_verified })
    }

    /// The identifier of the passkey that answers.
    pub fn credential_id(&self) -> &[u8] {
        &self.credential.raw_id
    }

    /// The person that the key names, unsigned. Keys that store no user give none or an empty handle, depending on the
    /// browser.
    pub(super) fn user_handle(&self) -> Option<&[u8]> {
        self.credential.response.user_handle.as_deref().filter(|handle: &&[u8]| !handle.is_empty())
    }

    /// The hash of the challenge that it answers.
    pub(crate) fn challenge_hash(&self) -> [u8; 32] {
        self.page.challenge_hash
    }
}

/// A new passkey, as its authenticator made it.
#[derive(Clone, Debug)]
pub struct Attestation {
    pub(super) credential: RegisterPublicKeyCredential,
    pub(super) page: SignedPage,
}

impl Attestation {
    /// The new passkey in a form field; `None` if the text is none.
    pub fn read(json: &str) -> Option<Self> {
        let credential: RegisterPublicKeyCredential = read(json)?;
        let page = SignedPage::read(&credential.response.client_data_json, "webauthn.create")?;
        (credential.type_ == "public-key").then_some(Self { credential, page })
    }

    /// The identifier that the browser gives the passkey. The authenticator signs its own, which counts.
    pub(crate) fn credential_id(&self) -> &[u8] {
        &self.credential.raw_id
    }

    /// The hash of the challenge that it answers.
    pub(crate) fn challenge_hash(&self) -> [u8; 32] {
        self.page.challenge_hash
    }
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    if json.len() > LONGEST_ANSWER {
        return None;
    }
    serde_json::from_str(json).ok()
}

/// The page that the browser vouches for (WebAuthn §5.8.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedPage {
    challenge_hash: [u8; 32],
    origin: String,
    is_framed: bool,
}

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: Option<bool>,
    #[serde(rename = "topOrigin", default)]
    top_origin: Option<String>,
}

impl SignedPage {
    fn read(client_data: &[u8], kind: &str) -> Option<Self> {
        let read: ClientData = serde_json::from_slice(client_data).ok()?;
        let challenge = BASE64URL_NOPAD.decode(read.challenge.as_bytes()).ok()?;
        (read.kind == kind).then(|| Self {
            challenge_hash: hash_challenge(&challenge),
            is_framed: read.cross_origin == Some(true) || read.top_origin.is_some(),
            origin: read.origin,
        })
    }

    /// Checks that the page is of one of these origins, letter by letter, and in no frame of another.
    pub(super) fn check(&self, origins: &[String]) -> Result<(), PasskeyRefusal> {
        let is_ours = !self.is_framed && origins.contains(&self.origin);
        if is_ours { Ok(()) } else { Err(PasskeyRefusal::AnotherOrigin) }
    }
}

/// The hash by which a challenge is stored.
pub(super) fn hash_challenge(challenge: &[u8]) -> [u8; 32] {
    hash_token(&BASE64URL_NOPAD.encode(challenge))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(origin: &str, more: &str) -> Option<SignedPage> {
        let text = format!(r#"{{"type":"webauthn.get","challenge":"AAAA","origin":"{origin}"{more}}}"#);
        SignedPage::read(text.as_bytes(), "webauthn.get")
    }

    #[test]
    fn the_origin_is_compared_letter_by_letter() {
        let ours = ["https://id.kallio.example".to_owned(), "https://id.laine.example".to_owned()];
        for origin in &ours {
            assert_eq!(page(origin, r#","crossOrigin":false"#).unwrap().check(&ours), Ok(()));
        }
        for other in [
            "https://bad-id.kallio.example",
            "https://id.kallio.example.evil.example",
            "https://id.kallio.example:443",
            "https://id.kallio.example/",
            "https://ID.kallio.example",
            "https://user@id.kallio.example",
            "https://sub.id.kallio.example",
            "http://id.kallio.example",
            "null",
            "",
        ] {
            assert_eq!(page(other, "").unwrap().check(&ours), Err(PasskeyRefusal::AnotherOrigin), "{other}");
        }
    }

    #[test]
    fn a_frame_of_another_origin_is_refused() {
        let ours = ["https://id.kallio.example".to_owned()];
        for framed in [r#","crossOrigin":true"#, r#","topOrigin":"https://evil.example""#] {
            assert_eq!(page(&ours[0], framed).unwrap().check(&ours), Err(PasskeyRefusal::AnotherOrigin));
        }
    }

    #[test]
    fn one_kind_of_answer_is_not_taken_for_another() {
        let text = br#"{"type":"webauthn.create","challenge":"AAAA","origin":"https://a.example"}"#;
        assert_eq!(SignedPage::read(text, "webauthn.get"), None);
        let twice =
            br#"{"type":"webauthn.get","challenge":"AAAA","origin":"https://a.example","origin":"https://b.example"}"#;
        assert_eq!(SignedPage::read(twice, "webauthn.get"), None, "what stands there twice is not believed");
    }
}
