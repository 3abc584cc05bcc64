//! The answer of the extension: a certificate, and a signature by its key over the hash of the origin and the hash of the
//! challenge. Nothing in it is true before the signature and the certificate were checked.

use data_encoding::BASE64;
use serde::Deserialize;

use crate::platform::certificates::{HeldCertificate, PersonalScheme};

/// The length of an answer, in bytes.
const LENGTH: std::ops::RangeInclusive<usize> = 100..=10_000;
/// The version that is read. Later ones of the same number add members.
const FORMAT: &str = "web-eid:1";

/// An answer that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebEidToken {
    certificate: HeldCertificate,
    scheme: PersonalScheme,
    signature: Vec<u8>,
}

/// The members of an answer that are read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenMembers {
    unverified_certificate: String,
    algorithm: String,
    signature: String,
    format: String,
}

impl WebEidToken {
    /// Reads an answer in JSON; `None` for one of another form.
    pub fn read(text: &str) -> Option<Self> {
        if !LENGTH.contains(&text.len()) {
            return None;
        }
        let read: TokenMembers = serde_json::from_str(text).ok()?;
        let version = read.format.strip_prefix(FORMAT)?;
        let minor = version.strip_prefix('.');
        let is_known = version.is_empty() || minor.is_some_and(|minor| minor.parse::<u16>().is_ok());
        let scheme = PersonalScheme::of_word(&read.algorithm).filter(|_| is_known)?;
        let certificate = BASE64.decode(read.unverified_certificate.as_bytes()).ok()?;
        let signature = BASE64.decode(read.signature.as_bytes()).ok()?;
        Some(Self { certificate: HeldCertificate::read(&certificate)?, scheme, signature })
    }

    /// Its certificate.
    pub fn certificate(&self) -> &HeldCertificate {
        &self.certificate
    }

    /// Whether the key of the certificate has signed this origin and this challenge.
    pub fn is_signed(&self, origin: &str, challenge: &str) -> bool {
        let message = [self.scheme.hash(origin.as_bytes()), self.scheme.hash(challenge.as_bytes())].concat();
        self.certificate.has_signed(self.scheme, &message, &self.signature)
    }
}
