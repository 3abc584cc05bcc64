//! The computation of one hash.

use std::num::NonZeroU32;

use argon2::{Algorithm, Version};
use aws_lc_rs::pbkdf2;
use zeroize::Zeroizing;

use super::engines::{Argon2Engine, Argon2Input, Argon2Memory};
use super::formats::{Digest, LONGEST_HASH, Scheme, in_crypt_order};
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
        Scheme::Bcrypt { cost } => {
            // bcrypt reads 72 bytes, of which the last of a shorter password is its end (as in C).
            let mut key = Zeroizing::new([0; 72]);
            let taken = secret.len().min(key.len());
            key.get_mut(..taken)?.copy_from_slice(secret.get(..taken)?);
            let key = key.get(..(taken + 1).min(72))?;
            let computed = bcrypt::bcrypt(cost, salt.try_into().ok()?, key);
            output.copy_from_slice(computed.get(..task.length)?);
        }
        Scheme::Pbkdf2 { digest, iterations, .. } => {
            let algorithm = match digest {
                Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
            };
            pbkdf2::derive(algorithm, NonZeroU32::new(iterations)?, salt, secret, output);
        }
        Scheme::Sha512Crypt { rounds } => {
            let computed = sha_crypt::sha512_crypt(secret, salt, sha_crypt::Params::new(rounds).ok()?);
            output.copy_from_slice(in_crypt_order(&computed).get(..task.length)?);
        }
    }
    Some(hash)
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
