//! Decrypting: JSON Web Encryption in its compact form (RFC 7516 §3.1), addressed to a key of this service. The key decides
//! the algorithm. A token that does not hold gives nothing, and no word about the part that failed.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::cipher::{AES_128, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::key_wrap::{AES_128 as WRAP_128, AES_256 as WRAP_256, AesKek, KeyWrap};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

use super::agreement::{authentication_tag, derived, point, shared_secret};
use super::{LONGEST_TOKEN, PublicKey};
use crate::platform::secret::{Secret, equal_in_constant_time};

/// The length of the keys of the offered content encryptions, in bytes.
const KEY_LENGTH: usize = 32;
/// The longest token that is read, in bytes: one of the longest signed ones, with its wrapping.
const LONGEST_ENCRYPTED: usize = LONGEST_TOKEN * 2;

/// A private key that tokens are encrypted to.
pub enum DecryptingKey {
    /// RSA: RSA-OAEP and RSA-OAEP-256.
    Rsa(Box<OaepPrivateDecryptingKey>),
    /// P-256: ECDH-ES, also with key wrapping.
    Ec(Box<PrivateKey>),
}

impl DecryptingKey {
    /// Reads an RSA key, as PKCS#8.
    pub(crate) fn rsa(private: &[u8]) -> Option<Self> {
        let key = PrivateDecryptingKey::from_pkcs8(private).ok()?;
        Some(Self::Rsa(Box::new(OaepPrivateDecryptingKey::new(key).ok()?)))
    }

    /// Reads a key on P-256, as PKCS#8.
    pub fn ec(private: &[u8]) -> Option<Self> {
        Some(Self::Ec(Box::new(PrivateKey::from_private_key_der(&ECDH_P256, private).ok()?)))
    }
}

/// The header. References to keys elsewhere are not read.
#[derive(Deserialize)]
struct EncryptedHeader {
    alg: String,
    enc: String,
    kid: Option<String>,
    zip: Option<serde_json::Value>,
    crit: Option<serde_json::Value>,
    epk: Option<PublicKey>,
    apu: Option<String>,
    apv: Option<String>,
}

/// An encrypted token taken apart.
pub struct EncryptedToken<'t> {
    header: EncryptedHeader,
    aad: &'t str,
    encrypted_key: Vec<u8>,
    vector: Vec<u8>,
    content: Vec<u8>,
    tag: Vec<u8>,
}

impl<'t> EncryptedToken<'t> {
    /// Whether a text has the five parts of an encrypted token.
    pub(crate) fn looks_like_one(token: &str) -> bool {
        token.bytes().filter(|byte| *byte == b'.').count() == 4
    }

    /// Takes a token apart. `None` for any other text, and for one that is compressed or has extensions that must be
    /// understood.
    pub fn parse(token: &'t str) -> Option<Self> {
        if token.len() > LONGEST_ENCRYPTED {
            return None;
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [aad, encrypted_key, vector, content, tag] = parts.as_slice() else { return None };
        let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).ok();
        let header: EncryptedHeader = serde_json::from_slice(&decode(aad)?).ok()?;
        if header.zip.is_some() || header.crit.is_some() {
            return None;
        }
        Some(Self {
            header,
            aad,
            encrypted_key: decode(encrypted_key)?,
            vector: decode(vector)?,
            content: decode(content)?,
            tag: decode(tag)?,
        })
    }

    /// The name of the key that it says it is encrypted to.
    pub(crate) fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// The content.
    pub fn open(&self, key: &DecryptingKey) -> Option<Vec<u8>> {
        let content_key = self.content_key(key)?;
        match self.header.enc.as_str() {
            "A256GCM" => self.open_gcm(content_key.reveal()),
            "A128CBC-HS256" => self.open_cbc(content_key.reveal()),
            _ => None,
        }
    }

    fn content_key(&self, key: &DecryptingKey) -> Option<Secret<[u8; KEY_LENGTH]>> {
        match (key, self.header.alg.as_str()) {
            (DecryptingKey::Rsa(key), alg @ ("RSA-OAEP" | "RSA-OAEP-256")) => {
                let padding = if alg == "RSA-OAEP" { &OAEP_SHA1_MGF1SHA1 } else { &OAEP_SHA256_MGF1SHA256 };
                let mut output = vec![0; key.min_output_size()];
                let opened = key.decrypt(padding, &self.encrypted_key, &mut output, None).ok()?;
                Some(Secret::new((&*opened).try_into().ok()?))
            }
            (DecryptingKey::Ec(key), "ECDH-ES") if self.encrypted_key.is_empty() => {
                self.agreed::<KEY_LENGTH>(key, &self.header.enc)
            }
            (DecryptingKey::Ec(key), alg @ "ECDH-ES+A128KW") => {
                let wrapping = self.agreed::<16>(key, alg)?;
                self.unwrapped(AesKek::new(&WRAP_128, wrapping.reveal()).ok()?)
            }
            (DecryptingKey::Ec(key), alg @ "ECDH-ES+A256KW") => {
                let wrapping = self.agreed::<32>(key, alg)?;
                self.unwrapped(AesKek::new(&WRAP_256, wrapping.reveal()).ok()?)
            }
            _ => None,
        }
    }

    fn agreed<const N: usize>(&self, key: &PrivateKey, algorithm: &str) -> Option<Secret<[u8; N]>> {
        let secret = shared_secret(key, &point(self.header.epk.as_ref()?).ok()?).ok()?;
        let decode = |part: &Option<String>| match part {
            None => Some(Vec::new()),
            Some(part) => BASE64URL_NOPAD.decode(part.as_bytes()).ok(),
        };
        Some(derived::<N>(&secret, algorithm, &decode(&self.header.apu)?, &decode(&self.header.apv)?))
    }

    fn unwrapped(&self, wrapping: AesKek) -> Option<Secret<[u8; KEY_LENGTH]>> {
        let mut output = [0; KEY_LENGTH + 8];
        let key = wrapping.unwrap(&self.encrypted_key, &mut output).ok()?;
        Some(Secret::new((&*key).try_into().ok()?))
    }

    fn open_gcm(&self, key: &[u8; KEY_LENGTH]) -> Option<Vec<u8>> {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&self.vector).ok()?;
        if self.tag.len() != 16 {
            return None;
        }
        let mut content = [self.content.as_slice(), self.tag.as_slice()].concat();
        let length = key.open_in_place(nonce, Aad::from(self.aad.as_bytes()), &mut content).ok()?.len();
        content.truncate(length);
        Some(content)
    }

    /// The tag is compared before anything is decrypted.
    fn open_cbc(&self, key: &[u8; KEY_LENGTH]) -> Option<Vec<u8>> {
        let (authenticates, encrypts) = key.split_at_checked(16)?;
        let vector: &[u8; 16] = self.vector.as_slice().try_into().ok()?;
        let tag = authentication_tag(authenticates, self.aad.as_bytes(), (vector, &self.content));
        if !equal_in_constant_time(&tag, &self.tag) {
            return None;
        }
        let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, encrypts).ok()?).ok()?;
        let mut content = self.content.clone();
        let context = DecryptionContext::Iv128(FixedLength::from(vector));
        Some(cipher.decrypt(&mut content, context).ok()?.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 7520 §5.4 has P-384; this one is of RFC 7518 appendix C, with the content of a token of our own side.
    const BOB: &str = "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw";

    #[test]
    fn a_token_for_another_kind_of_key_or_algorithm_gives_nothing() {
        let bytes = BASE64URL_NOPAD.decode(BOB.as_bytes()).unwrap();
        let bob = DecryptingKey::Ec(Box::new(PrivateKey::from_private_key(&ECDH_P256, &bytes).unwrap()));
        for header in [
            r#"{"alg":"dir","enc":"A256GCM"}"#,
            r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#,
            r#"{"alg":"RSA1_5","enc":"A256GCM"}"#,
            r#"{"alg":"ECDH-ES","enc":"A256GCM"}"#,
            r#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":100000000}"#,
        ] {
            let token = format!("{}....", BASE64URL_NOPAD.encode(header.as_bytes()));
            let token = EncryptedToken::parse(&token).unwrap();
            assert!(token.open(&bob).is_none(), "{header}");
        }
        for header in
            [r#"{"alg":"ECDH-ES","enc":"A256GCM","zip":"DEF"}"#, r#"{"alg":"ECDH-ES","enc":"A256GCM","crit":["exp"]}"#]
        {
            assert!(EncryptedToken::parse(&format!("{}....", BASE64URL_NOPAD.encode(header.as_bytes()))).is_none());
        }
    }

    proptest! {
        #[test]
        fn taking_an_encrypted_token_apart_never_panics(text in ".{0,200}") {
            let _ = EncryptedToken::parse(&text);
        }
    }
}
