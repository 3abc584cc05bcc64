//! Signed tokens in their compact form (RFC 7515 §3.1): written, taken apart, and named by the
//! thumbprint of their key. The claims of a token are for the caller to judge.

pub(crate) mod agreement;
pub mod decrypting;
pub(crate) mod key_set;
pub(crate) mod pair;
pub(crate) mod ready_keys;

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::platform::clock::Timestamp;

/// The longest token that is read, in bytes.
pub const LONGEST_TOKEN: usize = 8 * 1024;

/// The signature algorithms of this service. The key decides the algorithm, never the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256: the one that every client of OpenID Connect knows.
    #[serde(rename = "RS256")]
    Rs256,
}

impl Algorithm {
    /// Both of them.
    pub(crate) const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// The name of RFC 7518 §3.1.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

impl std::str::FromStr for Algorithm {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text).ok_or(())
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The header of a received token. Its references to keys elsewhere are not read.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Header {
    /// The claimed signature algorithm.
    pub(crate) alg: String,
    /// The claimed type.
    pub(crate) typ: Option<String>,
    /// The identifier of the claimed key.
    pub(crate) kid: Option<String>,
    /// Extensions that must be understood; none is supported.
    crit: Option<serde_json::Value>,
}

/// A token taken apart; nothing in it is proven yet.
#[derive(Clone, Debug)]
pub struct Compact<'t> {
    /// The header.
    pub(crate) header: Header,
    /// The signed part.
    pub signed: &'t str,
    /// The signature, in base64url.
    pub signature: &'t str,
    payload: Vec<u8>,
}

impl<'t> Compact<'t> {
    /// Takes a token apart. `None` for any other text.
    pub fn parse(token: &'t str) -> Option<Self> {
        Self::parse_up_to(token, LONGEST_TOKEN)
    }

    /// Takes a token of at most so many bytes apart.
    pub(crate) fn parse_up_to(token: &'t str, most: usize) -> Option<Self> {
        if token.len() > most {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        if payload.contains('.') || signature.is_empty() {
            return None;
        }
        let header: Header = serde_json::from_slice(&BASE64URL_NOPAD.decode(header.as_bytes()).ok()?).ok()?;
        if header.crit.is_some() {
            return None;
        }
        let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
        Some(Self { header, signed, signature, payload })
    }

    /// Reads the claims. They are unproven until the signature is verified.
    pub(crate) fn claims<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.payload).ok()
    }
}

/// The public half of a signing key, with the members that make its thumbprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub enum PublicKey {
    /// A point on P-256.
    #[serde(rename = "EC")]
    Ec {
        /// The curve, `P-256`.
        crv: String,
        /// The first coordinate, in base64url.
        x: String,
        /// The second coordinate, in base64url.
        y: String,
    },
    /// A modulus and an exponent.
    #[serde(rename = "RSA")]
    Rsa {
        /// The exponent, in base64url.
        e: String,
        /// The modulus, in base64url.
        n: String,
    },
}

impl PublicKey {
    /// The SHA-256 thumbprint of RFC 7638 §3: the required members in the order of their names.
    pub fn thumbprint(&self) -> String {
        let members = match self {
            Self::Ec { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Rsa { e, n } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, members.as_bytes()).as_ref())
    }
}

/// A NumericDate, which may have a fraction (RFC 7519 §2). One that is no number has long passed, or is
/// far ahead: neither holds.
pub(crate) fn instant(seconds: f64) -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "a float saturates")]
    Timestamp::from_seconds(seconds.floor() as i64)
}

/// The SHA-256 of a text in base64url: the S256 challenge of a verifier (RFC 7636 §4.2).
pub fn s256(verifier: &str) -> String {
    BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_thumbprint_is_the_one_of_rfc_7638() {
        let key = PublicKey::Rsa {
            e: "AQAB".to_owned(),
            n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw".to_owned(),
        };
        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(s256(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn other_texts_than_tokens_are_refused() {
        let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let header = encode(r#"{"alg":"ES256","typ":"JWT","kid":"1"}"#);
        let claims = encode(r#"{"sub":"1"}"#);
        assert!(Compact::parse(&format!("{header}.{claims}.c2ln")).is_some());
        let critical = encode(r#"{"alg":"ES256","crit":["exp"]}"#);
        for wrong in [
            String::new(),
            "..".to_owned(),
            format!("{header}.{claims}"),
            format!("{header}.{claims}."),
            format!("{header}.{claims}.c2ln.c2ln"),
            format!("{critical}.{claims}.c2ln"),
            format!("{header}=.{claims}.c2ln"),
            "a".repeat(LONGEST_TOKEN + 1),
        ] {
            assert!(Compact::parse(&wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn taking_apart_never_panics(text in ".{0,200}") {
            let _ = Compact::parse(&text);
        }
    }
}
