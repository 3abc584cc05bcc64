//! The computation of one hash.

use std::num::NonZeroU32;

use argon2::{Algorithm, Version};
use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{digest, pbkdf2};
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use super::engines::{Argon2Engine, Argon2Input, Argon2Memory};
use super::formats::{Digest, LONGEST_HASH, Scheme};
use super::other_systems::first_hash;
use crate::platform::secret::Secret;

/// A hash, padded with zeroes; `None` if the parameters are invalid.
pub(super) type Hash = Option<[u8; LONGEST_HASH]>;

/// A secret to hash, and how.
pub(super) struct Task {
    pub(super) secret: Secret<String>,
    pub(super) salt: Vec<u8>,
    pub(super) scheme: Scheme,
    /// The length of the hash in bytes, up to [`LONGEST_HASH`].
    pub(super) length: usize,
}

/// Computes a hash. Only Argon2 uses `memory`: an imported hash of another form is computed once for each person, and
/// then replaced.
pub(super) fn compute(task: &Task, memory: &mut Argon2Memory, engine: Argon2Engine) -> Hash {
    let mut hash = [0; LONGEST_HASH];
    let output = hash.get_mut(..task.length)?;
    let (secret, salt) = (task.secret.reveal().as_bytes(), task.salt.as_slice());
    match task.scheme {
        Scheme::Argon2 { .. } => argon2(task, output, memory, engine)?,
        Scheme::Scrypt { log_n, r, p } => {
            scrypt::scrypt(secret, salt, &scrypt::Params::new(log_n, r, p).ok()?, output).ok()?;
        }
        Scheme::Bcrypt { cost } => bcrypt(cost, secret, salt, output)?,
        Scheme::BcryptOf { cost, first } => {
            let first = Zeroizing::new(first_hash(first, secret));
            bcrypt(cost, first.as_bytes(), salt, output)?;
        }
        Scheme::Pbkdf2 { digest, iterations, .. } => {
            let algorithm = match digest {
                Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                Digest::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
                Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
            };
            pbkdf2::derive(algorithm, NonZeroU32::new(iterations)?, salt, secret, output);
        }
        Scheme::Sha512Crypt { rounds } => {
            let computed = sha_crypt::sha512_crypt(secret, salt, sha_crypt::Params::new(rounds).ok()?);
            output.copy_from_slice(&in_crypt_order(&computed, [0, 21, 42], |[a, b, c]| [b, c, a]));
        }
        Scheme::Sha256Crypt { rounds } => {
            let computed = sha_crypt::sha256_crypt(secret, salt, sha_crypt::Params::new(rounds).ok()?);
            output.copy_from_slice(&in_crypt_order(&computed, [0, 10, 20], |[a, b, c]| [c, a, b]));
        }
        Scheme::Phpass { log_rounds } => output.copy_from_slice(&phpass(log_rounds, secret, salt)?),
        Scheme::Firescrypt { log_n, r, p } => {
            let mut key = Zeroizing::new([0; 64]);
            scrypt::scrypt(secret, salt, &scrypt::Params::new(log_n, r, p).ok()?, key.as_mut_slice()).ok()?;
            let key = EncryptingKey::ctr(UnboundCipherKey::new(&AES_256, key.get(..32)?).ok()?).ok()?;
            key.less_safe_encrypt(output, EncryptionContext::Iv128(FixedLength::from(&[0; 16]))).ok()?;
        }
        Scheme::SaltedSha { digest: kind } => {
            let mut context = digest::Context::new(match kind {
                Digest::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
                Digest::Sha256 => &digest::SHA256,
                Digest::Sha384 => &digest::SHA384,
                Digest::Sha512 => &digest::SHA512,
            });
            context.update(secret);
            context.update(salt);
            output.copy_from_slice(context.finish().as_ref().get(..task.length)?);
        }
    }
    Some(hash)
}

fn bcrypt(cost: u32, secret: &[u8], salt: &[u8], output: &mut [u8]) -> Option<()> {
    // bcrypt reads 72 bytes, of which the last of a shorter password is its end (as in C).
    let mut key = Zeroizing::new([0; 72]);
    let taken = secret.len().min(key.len());
    key.get_mut(..taken)?.copy_from_slice(secret.get(..taken)?);
    let key = key.get(..(taken + 1).min(72))?;
    let computed = bcrypt::bcrypt(cost, salt.try_into().ok()?, key);
    output.copy_from_slice(computed.get(..output.len())?);
    Some(())
}

fn phpass(log_rounds: u32, secret: &[u8], salt: &[u8]) -> Option<[u8; 16]> {
    let of = |before: &[u8]| -> [u8; 16] { Md5::new().chain_update(before).chain_update(secret).finalize().into() };
    let mut hash: [u8; 16] = Md5::new().chain_update(salt).chain_update(secret).finalize().into();
    for _ in 0..1_u32.checked_shl(log_rounds)? {
        hash = of(&hash);
    }
    Some(hash)
}

/// The order in which SHA-crypt writes the bytes of its result: groups of three, each from another third.
fn in_crypt_order<const N: usize>(hash: &[u8; N], first: [usize; 3], next: fn([usize; 3]) -> [usize; 3]) -> [u8; N] {
    let mut ordered = [0; N];
    let mut group = first;
    let mut groups = ordered.chunks_exact_mut(3);
    for written in groups.by_ref() {
        // The last of three stands first: each group is one number, written from its lowest bits on.
        for (place, index) in written.iter_mut().zip(group.iter().rev()) {
            *place = hash.get(*index).copied().unwrap_or(0);
        }
        group = next(group.map(|index| index + 1));
    }
    // One or two are left over, in their order.
    let rest = groups.into_remainder();
    let last = hash.get(N - rest.len()..).unwrap_or_default();
    rest.iter_mut().zip(last).for_each(|(place, byte)| *place = *byte);
    ordered
}

fn argon2(task: &Task, output: &mut [u8], memory: &mut Argon2Memory, engine: Argon2Engine) -> Option<()> {
    let Scheme::Argon2 { id, first_version, memory: size, passes, lanes } = task.scheme else { return None };
    let input = Argon2Input {
        password: task.secret.reveal().as_bytes(),
        salt: &task.salt,
        memory: size,
        passes,
        lanes,
        ..Argon2Input::default()
    };
    if id && !first_version && engine == Argon2Engine::Fast {
        return memory.fast(&input, output);
    }
    let algorithm = if id { Algorithm::Argon2id } else { Algorithm::Argon2i };
    let version = if first_version { Version::V0x10 } else { Version::V0x13 };
    memory.of_any_kind(algorithm, version, &input, output)
}
