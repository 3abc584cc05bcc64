//! ID tokens that only their application can read: signed, and then encrypted to a key that it registered
//! (OpenID Connect Core §10.2). Logout tokens go the same way (Back-Channel Logout §2.4).

mod jwe;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::platform::jose::PublicKey;
use crate::platform::jose::key_set::is_for_encryption;
use crate::platform::random::Random;
use crate::platform::web::fault::Fault;

/// How the key of the content gets to the application (RFC 7518 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyManagement {
    /// Encrypted to an RSA key.
    #[serde(rename = "RSA-OAEP-256")]
    RsaOaep256,
    /// Agreed on with an ephemeral key on P-256, and used as it is.
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
    /// Agreed on so, and used to wrap the key of the content.
    #[serde(rename = "ECDH-ES+A256KW")]
    EcdhEsA256Kw,
}

impl KeyManagement {
    /// Every way.
    pub(crate) const ALL: [Self; 3] = [Self::RsaOaep256, Self::EcdhEs, Self::EcdhEsA256Kw];

    /// The name in `alg`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA256Kw => "ECDH-ES+A256KW",
        }
    }
}

impl FromStr for KeyManagement {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = "must be RSA-OAEP-256, ECDH-ES or ECDH-ES+A256KW";
        Self::ALL.into_iter().find(|known| known.as_str() == text).ok_or(words)
    }
}

impl fmt::Display for KeyManagement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The algorithm of the content (RFC 7518 §5.1). Both want a key of 256 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContentEncryption {
    /// AES-GCM.
    #[serde(rename = "A256GCM")]
    A256Gcm,
    /// AES-CBC with HMAC-SHA-256: what counts where nothing is said (OpenID Connect Registration §2).
    #[default]
    #[serde(rename = "A128CBC-HS256")]
    A128CbcHs256,
}

impl ContentEncryption {
    /// Every algorithm.
    pub(crate) const ALL: [Self; 2] = [Self::A128CbcHs256, Self::A256Gcm];

    /// The name in `enc`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A256Gcm => "A256GCM",
            Self::A128CbcHs256 => "A128CBC-HS256",
        }
    }
}

impl FromStr for ContentEncryption {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|known| known.as_str() == text).ok_or("must be A128CBC-HS256 or A256GCM")
    }
}

impl fmt::Display for ContentEncryption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How the ID tokens of an application are encrypted, and to which of its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdTokenEncryption {
    /// How the key of the content gets there.
    pub alg: KeyManagement,
    /// The algorithm of the content.
    pub enc: ContentEncryption,
    /// The public key of the application.
    pub(crate) key: PublicKey,
    /// The name of that key.
    pub(crate) kid: Option<String>,
}

/// The longest name of a key.
const LONGEST_KID: usize = 200;

impl IdTokenEncryption {
    /// Takes the first key for encryption out of a JSON Web Key Set (RFC 7517 §5) that fits the algorithm.
    ///
    /// # Errors
    /// In words for whoever registers, where there is none.
    pub fn from_jwks(jwks: &Value, alg: KeyManagement, enc: ContentEncryption) -> Result<Self, &'static str> {
        let keys = jwks.get("keys").and_then(Value::as_array).ok_or("is no JSON Web Key Set")?;
        let wanted = match alg {
            KeyManagement::RsaOaep256 => "RSA",
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA256Kw => "EC",
        };
        let text = |key: &Value, name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
        let key = keys
            .iter()
            .filter(|key| is_for_encryption(key) && text(key, "kty").as_deref() == Some(wanted))
            .find(|key| text(key, "alg").is_none_or(|only| only == alg.as_str()))
            .ok_or("has no key of that kind for encryption (\"use\":\"enc\")")?;
        // The rest, a private half above all, is not kept.
        let public = serde_json::from_value(key.clone()).map_err(|_| "has a key that cannot be read")?;
        let encryption = Self { alg, enc, key: public, kid: text(key, "kid") };
        encryption.check()?;
        Ok(encryption)
    }

    /// Whether tokens can be encrypted so.
    ///
    /// # Errors
    /// In words for whoever registers.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.kid.as_deref().is_some_and(|kid| kid.len() > LONGEST_KID || kid.chars().any(char::is_control)) {
            return Err("has a key whose name is too long");
        }
        jwe::check(self)
    }

    /// The key as the application registered it, for the answer to a registration.
    pub(crate) fn jwk(&self) -> Value {
        let mut key = serde_json::to_value(&self.key).unwrap_or_default();
        if let Some(members) = key.as_object_mut() {
            members.insert("use".to_owned(), Value::from("enc"));
            members.insert("alg".to_owned(), Value::from(self.alg.as_str()));
            if let Some(kid) = &self.kid {
                members.insert("kid".to_owned(), Value::from(kid.as_str()));
            }
        }
        key
    }

    /// Encrypts a signed token.
    ///
    /// # Errors
    /// The registered key cannot be used, which was checked when it was registered.
    pub(crate) fn encrypt(&self, random: &Random, signed: &str) -> Result<String, Fault> {
        jwe::encrypt(random, self, signed.as_bytes()).map_err(Fault::new)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bob() -> Value {
        json!({ "kty": "EC", "crv": "P-256", "use": "enc", "kid": "bob",
                "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
                "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
                "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw" })
    }

    fn read(key: &Value, alg: KeyManagement) -> Result<IdTokenEncryption, &'static str> {
        IdTokenEncryption::from_jwks(&json!({ "keys": [key] }), alg, ContentEncryption::default())
    }

    #[test]
    fn of_a_key_the_public_half_alone_is_kept() {
        let encryption = read(&bob(), KeyManagement::EcdhEs).unwrap();
        assert_eq!(encryption.kid.as_deref(), Some("bob"));
        let stored = serde_json::to_string(&encryption).unwrap();
        assert!(!stored.contains("VEmDZpDX") && !encryption.jwk().to_string().contains("VEmDZpDX"), "{stored}");
    }

    #[test]
    fn a_key_that_does_not_fit_is_refused() {
        let changed = |name: &str, value: Value| {
            let mut key = bob();
            key[name] = value;
            read(&key, KeyManagement::EcdhEs)
        };
        assert!(changed("use", json!("sig")).is_err());
        assert!(changed("alg", json!("ECDH-ES+A256KW")).is_err());
        assert!(changed("crv", json!("P-384")).is_err());
        assert!(changed("x", json!("e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck")).is_err(), "not on the curve");
        assert!(changed("x", json!("AAAA")).is_err());
        assert!(changed("kid", json!("k".repeat(201))).is_err());
        assert!(read(&bob(), KeyManagement::RsaOaep256).is_err());
        let weak =
            json!({ "kty": "RSA", "use": "enc", "e": "AQAB", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbU" });
        assert!(read(&weak, KeyManagement::RsaOaep256).is_err());
        assert!(IdTokenEncryption::from_jwks(&json!([]), KeyManagement::EcdhEs, ContentEncryption::A256Gcm).is_err());
    }
}
