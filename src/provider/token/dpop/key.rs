//! The key of a proof, as the proof's own header brings it (RFC 9449 §4.2, RFC 7517 §4): a public one,
//! of a kind that is known here. The kind decides the algorithm.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::platform::jose::s256;

/// The sizes of an RSA modulus that are taken, in bytes: 2048 to 4096 bits.
const RSA_SIZES: std::ops::RangeInclusive<usize> = 256..=512;

/// A public key that came with a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProofKey {
    /// A point on P-256, uncompressed (SEC 1 §2.3.3).
    Ec([u8; 65]),
    /// A point on Ed25519.
    Ed25519([u8; 32]),
    /// A modulus and an exponent, without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

/// A JSON Web Key of any kind, as far as it is looked at.
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<IgnoredAny>,
    p: Option<IgnoredAny>,
    q: Option<IgnoredAny>,
    dp: Option<IgnoredAny>,
    dq: Option<IgnoredAny>,
    qi: Option<IgnoredAny>,
    oth: Option<IgnoredAny>,
    k: Option<IgnoredAny>,
}

impl Jwk {
    /// Whether it holds what nobody else may have (RFC 9449 §4.3, check 7).
    pub(super) fn is_private(&self) -> bool {
        let parts = [&self.d, &self.p, &self.q, &self.dp, &self.dq, &self.qi, &self.oth, &self.k];
        parts.into_iter().any(Option::is_some)
    }

    /// The key, where it is one that is known here.
    pub(super) fn read(&self) -> Option<ProofKey> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("EC", Some("P-256")) => {
                let mut point = [4; 65];
                point.get_mut(1..33)?.copy_from_slice(&coordinate(self.x.as_deref())?);
                point.get_mut(33..)?.copy_from_slice(&coordinate(self.y.as_deref())?);
                Some(ProofKey::Ec(point))
            }
            ("OKP", Some("Ed25519")) => Some(ProofKey::Ed25519(coordinate(self.x.as_deref())?)),
            ("RSA", _) => {
                let (n, e) = (number(self.n.as_deref())?, number(self.e.as_deref())?);
                (RSA_SIZES.contains(&n.len()) && e.len() <= 8).then_some(ProofKey::Rsa { n, e })
            }
            _ => None,
        }
    }
}

fn coordinate(text: Option<&str>) -> Option<[u8; 32]> {
    BASE64URL_NOPAD.decode(text?.as_bytes()).ok()?.try_into().ok()
}

/// A number without leading zeros: one key has one thumbprint.
fn number(text: Option<&str>) -> Option<Vec<u8>> {
    let bytes = BASE64URL_NOPAD.decode(text?.as_bytes()).ok()?;
    bytes.first().is_some_and(|first| *first != 0).then_some(bytes)
}

impl ProofKey {
    /// The SHA-256 thumbprint of RFC 7638 §3, of RFC 8037 §2 for Ed25519.
    pub(super) fn thumbprint(&self) -> String {
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let members = match self {
            Self::Ec(point) => {
                let (x, y) = point.get(1..).unwrap_or_default().split_at(32);
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, encode(x), encode(y))
            }
            Self::Ed25519(point) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(point)),
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n)),
        };
        s256(&members)
    }

    /// Whether this key made that signature by that algorithm, which must be its own.
    pub(super) fn has_signed(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let verified = match (self, algorithm) {
            (Self::Ec(point), "ES256") => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            (Self::Ed25519(point), "EdDSA" | "Ed25519") => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
            (Self::Rsa { n, e }, "PS256") => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, message, signature)
            }
            _ => return false,
        };
        verified.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(jwk: &str) -> Option<ProofKey> {
        serde_json::from_str::<Jwk>(jwk).ok().filter(|jwk| !jwk.is_private()).and_then(|jwk| jwk.read())
    }

    #[test]
    fn the_thumbprints_are_those_of_the_standards() {
        let ec = r#"{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
                     "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}"#;
        let rfc_9449 = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        assert_eq!(read(ec).unwrap().thumbprint(), rfc_9449);
        let ed25519 = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let rfc_8037 = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
        assert_eq!(read(ed25519).unwrap().thumbprint(), rfc_8037);
    }

    #[test]
    fn a_private_symmetric_or_unknown_key_is_no_key_of_a_proof() {
        let x = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
        for wrong in [
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{x}","d":"{x}"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-384","x":"{x}","y":"{x}"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"AA"}}"#),
            format!(r#"{{"kty":"OKP","crv":"X25519","x":"{x}"}}"#),
            format!(r#"{{"kty":"oct","k":"{x}"}}"#),
            format!(r#"{{"kty":"RSA","n":"{x}","e":"AQAB"}}"#),
            format!(r#"{{"kty":"RSA","n":"AA{}","e":"AQAB"}}"#, "A".repeat(342)),
            r#"{"kty":"RSA"}"#.to_owned(),
            "{}".to_owned(),
        ] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
    }
}
