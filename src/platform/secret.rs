//! Secrets: they print as `***`, are compared in constant time, and are sealed under the master key if the database
//! must store them readable.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{constant_time, digest, hkdf, hmac};
use zeroize::Zeroize;

use super::random::Random;

/// A secret. It prints as `***`, and its memory is cleared on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps a secret value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. The caller is responsible for its further use.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

impl<T: Zeroize> fmt::Display for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<'de> serde::Deserialize<'de> for Secret<String> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// The SHA-256 of a token of 256 random bits, stored in its place. A slower hash is unnecessary, because such a token
/// cannot be guessed.
pub fn hash_token(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    hash
}

/// Compares in a time that does not depend on the place of the first difference.
pub(crate) fn equal_in_constant_time(one: &[u8], other: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(one, other).is_ok()
}

/// The keys that seal values in the database. The first one seals; all of them open, so that a key can be replaced
/// while values sealed under its predecessor exist.
pub struct MasterKeys {
    keys: Vec<MasterKey>,
}

struct MasterKey {
    id: [u8; 4],
    seal: LessSafeKey,
    hash: hmac::Key,
}

/// A sealed value cannot be opened: sealed under a key that is not in the settings, for another purpose, or altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotOpen;

impl fmt::Display for CannotOpen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sealed value cannot be opened with the secret keys of the settings")
    }
}

impl std::error::Error for CannotOpen {}

impl MasterKeys {
    /// The current key first, then former ones that still open older values.
    ///
    /// # Panics
    /// Never for keys of 32 bytes, which the type guarantees.
    pub fn new(keys: &[Secret<[u8; 32]>]) -> Self {
        Self { keys: keys.iter().map(|key| MasterKey::new(key.reveal())).collect() }
    }

    /// Seals `value` (AES-256-GCM, a random nonce) for one purpose. It opens for no other purpose, so rows cannot be
    /// swapped.
    ///
    /// # Errors
    /// [`CannotOpen`] without any key.
    pub(crate) fn seal(&self, random: &Random, purpose: &str, value: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let key = self.keys.first().ok_or(CannotOpen)?;
        let nonce = random.bytes::<NONCE_LEN>();
        let mut sealed = value.to_vec();
        key.seal
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut sealed)
            .map_err(|_| CannotOpen)?;
        Ok([key.id.as_slice(), nonce.as_slice(), &sealed].concat())
    }

    /// Opens a value sealed by [`MasterKeys::seal`] for the same purpose.
    ///
    /// # Errors
    /// [`CannotOpen`] for an unknown key, another purpose, or an altered value.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, CannotOpen> {
        let (id, rest) = sealed.split_at_checked(4).ok_or(CannotOpen)?;
        let (nonce, rest) = rest.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let key = self.keys.iter().find(|key| key.id == id).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let mut value = rest.to_vec();
        let length =
            key.seal.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut value).map_err(|_| CannotOpen)?.len();
        value.truncate(length);
        Ok(Secret::new(value))
    }

    /// Whether the current key alone would open a sealed value.
    pub(crate) fn is_sealed_by_current(&self, sealed: &[u8]) -> bool {
        self.keys.first().is_some_and(|key| sealed.starts_with(&key.id))
    }

    /// A tag of bytes for one purpose: the name of the current key, and the HMAC-SHA-256 under it.
    ///
    /// # Errors
    /// [`CannotOpen`] without any key.
    pub(crate) fn tag(&self, purpose: &str, bytes: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let key = self.keys.first().ok_or(CannotOpen)?;
        Ok([key.id.as_slice(), key.hash_of(purpose, bytes).as_ref()].concat())
    }

    /// Whether a tag is the one that [`MasterKeys::tag`] gave these bytes for the same purpose.
    ///
    /// # Errors
    /// [`CannotOpen`] for an unknown key.
    pub(crate) fn has_tagged(&self, purpose: &str, bytes: &[u8], tag: &[u8]) -> Result<bool, CannotOpen> {
        let (id, rest) = tag.split_at_checked(4).ok_or(CannotOpen)?;
        let key = self.keys.iter().find(|key| key.id == id).ok_or(CannotOpen)?;
        Ok(equal_in_constant_time(key.hash_of(purpose, bytes).as_ref(), rest))
    }

    /// A keyed hash (HMAC-SHA-256) under the current key: for values too short to be hashed plainly, and for rows that
    /// must not disclose whether a value exists.
    pub(crate) fn keyed_hash(&self, purpose: &str, value: &str) -> [u8; 32] {
        let mut hash = [0; 32];
        if let Some(key) = self.keys.first() {
            hash.copy_from_slice(key.hash_of(purpose, value.as_bytes()).as_ref());
        }
        hash
    }
}

impl MasterKey {
    #[expect(clippy::expect_used, reason = "lengths are fixed by types")]
    fn new(key: &[u8; 32]) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"salpa").extract(key);
        let derive = |purpose: &'static [u8]| {
            let mut derived = [0_u8; 32];
            root.expand(&[purpose], hkdf::HKDF_SHA256)
                .and_then(|material| material.fill(&mut derived))
                .expect("32 bytes can be derived");
            derived
        };
        let mut id = [0; 4];
        id.copy_from_slice(derive(b"key id").get(..4).expect("32 bytes hold 4"));
        let seal = UnboundKey::new(&AES_256_GCM, &derive(b"seal")).expect("a key of 32 bytes");
        Self { id, seal: LessSafeKey::new(seal), hash: hmac::Key::new(hmac::HMAC_SHA256, &derive(b"hash")) }
    }

    fn hash_of(&self, purpose: &str, bytes: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.hash);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(bytes);
        context.sign()
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MasterKeys({} ***)", self.keys.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_for_its_purpose_and_unaltered() {
        let random = Random::new();
        let keys = MasterKeys::new(&[Secret::new([7; 32])]);
        let mut sealed = keys.seal(&random, "totp seed", b"seed").unwrap();
        assert_eq!(keys.open("totp seed", &sealed).unwrap().reveal(), b"seed");
        assert_eq!(keys.open("signing key", &sealed), Err(CannotOpen));
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(keys.open("totp seed", &sealed), Err(CannotOpen));
        assert_eq!(keys.open("totp seed", b"short"), Err(CannotOpen));
    }

    #[test]
    fn a_value_sealed_by_the_previous_key_opens_after_a_rotation() {
        let random = Random::new();
        let before = MasterKeys::new(&[Secret::new([1; 32])]);
        let sealed = before.seal(&random, "p", b"value").unwrap();
        let after = MasterKeys::new(&[Secret::new([2; 32]), Secret::new([1; 32])]);
        assert_eq!(after.open("p", &sealed).unwrap().reveal(), b"value");
        assert_eq!(MasterKeys::new(&[Secret::new([2; 32])]).open("p", &sealed), Err(CannotOpen));
    }

    #[test]
    fn secrets_print_as_stars() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".to_owned())), "***");
    }
}
