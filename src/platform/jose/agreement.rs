//! The parts of JSON Web Encryption that both sides of it need: the agreement on a key (RFC 7518 §4.6), and the tag of
//! AES-CBC with HMAC (§5.2.2).

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::{digest, hmac};
use data_encoding::BASE64URL_NOPAD;

use super::PublicKey;
use crate::platform::secret::Secret;

/// The secret that a private key and somebody else's point agree on.
///
/// # Errors
/// The point is none of the curve.
pub(crate) fn shared_secret(private: &PrivateKey, point: &[u8]) -> Result<Secret<Vec<u8>>, &'static str> {
    // The library refuses what is no point of the curve: a secret must not be told to a weak group.
    agree(private, UnparsedPublicKey::new(&ECDH_P256, point), "has a key that is no point on P-256", |secret| {
        Ok(Secret::new(secret.to_vec()))
    })
}

/// The Concat KDF of RFC 7518 §4.6.2 for at most 32 bytes: one round of SHA-256.
pub(crate) fn derived<const N: usize>(
    secret: &Secret<Vec<u8>>,
    algorithm: &str,
    apu: &[u8],
    apv: &[u8],
) -> Secret<[u8; N]> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(&1_u32.to_be_bytes());
    context.update(secret.reveal());
    for part in [algorithm.as_bytes(), apu, apv] {
        context.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        context.update(part);
    }
    context.update(&u32::try_from(N * 8).unwrap_or(u32::MAX).to_be_bytes());
    let hash = context.finish();
    let mut key = [0; N];
    for (byte, hashed) in key.iter_mut().zip(hash.as_ref()) {
        *byte = *hashed;
    }
    Secret::new(key)
}

/// The uncompressed point of an EC key (SEC 1 §2.3.3).
///
/// # Errors
/// In words for whoever registers.
pub(crate) fn point(key: &PublicKey) -> Result<Vec<u8>, &'static str> {
    const WRONG: &str = "has an EC key that is not on P-256";
    let PublicKey::Ec { crv, x, y } = key else { return Err(WRONG) };
    let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| WRONG);
    let (x, y) = (decode(x)?, decode(y)?);
    if crv != "P-256" || x.len() != 32 || y.len() != 32 {
        return Err(WRONG);
    }
    Ok([&[4], x.as_slice(), y.as_slice()].concat())
}

/// The tag of A128CBC-HS256: the first half of an HMAC over the header, the vector and the content.
pub(crate) fn authentication_tag(key: &[u8], aad: &[u8], (vector, content): (&[u8; 16], &[u8])) -> [u8; 16] {
    let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    mac.update(aad);
    mac.update(vector);
    mac.update(content);
    mac.update(&u64::try_from(aad.len()).unwrap_or(u64::MAX).saturating_mul(8).to_be_bytes());
    let mut tag = [0; 16];
    for (byte, made) in tag.iter_mut().zip(mac.sign().as_ref()) {
        *byte = *made;
    }
    tag
}
