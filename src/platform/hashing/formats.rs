//! The stored forms of a password's hash: our own, and those of imported hashes.
//! The first use of such a password replaces it by a hash of our own (`Comparison::SameButCheap`).
//!
//! The cost of a hash is read from the hash, and a hash comes from outside: each cost has a bound here, so that no
//! line of an import can take a core, or the memory, from everybody else.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, BASE64_NOPAD, BitOrder, Encoding, Specification};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::other_systems;
use crate::platform::settings::PasswordHashCost;

/// The longest text that can be a hash.
const LONGEST: usize = 1024;
/// Bytes of a salt. Without one, a single table of guesses would serve for all hashes.
const SALT: std::ops::RangeInclusive<usize> = 1..=128;
/// Bytes of a hash. A shorter one would match other passwords, too.
const HASH: std::ops::RangeInclusive<usize> = 16..=LONGEST_HASH;
/// The most bytes that a hash has.
pub(super) const LONGEST_HASH: usize = 64;
/// KiB that one comparison may take: 128 MiB.
const MOST_MEMORY: u32 = 131_072;
/// KiB times passes: half a second to a second of a core.
const MOST_MEMORY_PASSES: u64 = 524_288;
/// Lanes of Argon2, which are computed one after the other here.
const MOST_LANES: u32 = 16;
/// scrypt's N times r times p: as long as Argon2's most.
const MOST_SCRYPT: u64 = 4_194_304;
/// bcrypt's cost: the logarithm of its rounds. One more doubles the time.
const MOST_BCRYPT: u32 = 14;
/// Iterations of PBKDF2, over all blocks of the hash.
const MOST_PBKDF2: u32 = 2_500_000;
/// Rounds of SHA-512-crypt.
const MOST_SHA_CRYPT: u32 = 1_000_000;
/// The logarithm of phpass's rounds.
const MOST_PHPASS: u32 = 20;
/// Rounds of SHA-crypt if none are named.
const USUAL_SHA_CRYPT: u32 = 5_000;

/// The algorithm of a hash, with its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scheme {
    /// Argon2id or Argon2i (RFC 9106).
    Argon2 {
        /// Whether it is Argon2id.
        id: bool,
        /// Whether it is the version of before RFC 9106 (1.0).
        first_version: bool,
        /// KiB.
        memory: u32,
        /// Passes.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// scrypt (RFC 7914).
    Scrypt {
        /// The logarithm of N.
        log_n: u8,
        /// r.
        r: u32,
        /// p.
        p: u32,
    },
    /// bcrypt.
    Bcrypt {
        /// The logarithm of the rounds.
        cost: u32,
    },
    /// PBKDF2 (RFC 8018).
    Pbkdf2 {
        /// Of which hash.
        digest: Digest,
        /// Iterations.
        iterations: u32,
        /// Bytes of the result: each block of the digest costs the iterations anew.
        length: u8,
    },
    /// SHA-512-crypt.
    Sha512Crypt {
        /// Rounds.
        rounds: u32,
    },
    /// SHA-256-crypt.
    Sha256Crypt {
        /// Rounds.
        rounds: u32,
    },
    /// bcrypt of another hash, which has no end at 72 bytes.
    BcryptOf {
        /// The logarithm of the rounds.
        cost: u32,
        /// The other hash.
        first: FirstHash,
    },
    /// The portable hashes of phpass: MD5, over and over.
    Phpass {
        /// The logarithm of the rounds.
        log_rounds: u32,
    },
    /// Firebase's: a key by scrypt, and what AES-CTR makes of it.
    Firescrypt {
        /// The logarithm of N.
        log_n: u8,
        /// r.
        r: u32,
        /// p.
        p: u32,
    },
    /// One SHA over password and salt, as directories have it.
    SaltedSha {
        /// The SHA.
        digest: Digest,
    },
}

/// The hash that bcrypt is given in the place of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FirstHash {
    /// Django's: SHA-256 in hexadecimal digits.
    Sha256,
    /// WordPress's: HMAC-SHA-384 in base64, of the password without spaces around it.
    WordPress,
}

/// The hash within PBKDF2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Digest {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Bytes of its result.
    pub(super) fn length(self) -> u32 {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "" | "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }
}

impl Scheme {
    /// The scheme of new hashes.
    pub(super) fn ours(cost: PasswordHashCost) -> Self {
        Self::Argon2 { id: true, first_version: false, memory: cost.memory, passes: cost.passes, lanes: 1 }
    }

    /// The bounds of what strangers may make us compute.
    fn is_bounded(self) -> bool {
        match self {
            Self::Argon2 { memory, passes, lanes, .. } => {
                (1..=MOST_LANES).contains(&lanes)
                    && (8 * lanes..=MOST_MEMORY).contains(&memory)
                    && passes >= 1
                    && u64::from(memory) * u64::from(passes) <= MOST_MEMORY_PASSES
            }
            Self::Scrypt { log_n, r, p } | Self::Firescrypt { log_n, r, p } => {
                let n = 1_u64.checked_shl(u32::from(log_n)).unwrap_or(u64::MAX);
                let (r, p) = (u64::from(r), u64::from(p));
                (1..32).contains(&log_n)
                    && (1..=64).contains(&r)
                    && (1..=64).contains(&p)
                    && n * r / 8 <= u64::from(MOST_MEMORY)
                    && n * r * p <= MOST_SCRYPT
            }
            Self::Bcrypt { cost } | Self::BcryptOf { cost, .. } => (4..=MOST_BCRYPT).contains(&cost),
            Self::Pbkdf2 { digest, iterations, length } => {
                let blocks = u32::from(length).div_ceil(digest.length());
                iterations >= 1 && iterations.saturating_mul(blocks) <= MOST_PBKDF2
            }
            Self::Sha512Crypt { rounds } | Self::Sha256Crypt { rounds } => (1_000..=MOST_SHA_CRYPT).contains(&rounds),
            Self::Phpass { log_rounds } => (7..=MOST_PHPASS).contains(&log_rounds),
            Self::SaltedSha { .. } => true,
        }
    }
}

/// A stored hash and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredHash {
    pub(crate) scheme: Scheme,
    pub(super) salt: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

/// The reason why a text is not accepted as a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAHash {
    /// It has an unknown form.
    Unknown,
    /// It has a known form, but parts are missing or invalid.
    Malformed,
    /// It costs more than a comparison may.
    TooDear,
    /// It is a password itself, a hash without a salt, or one of MD5.
    TooWeak,
    /// It says that there is no password.
    NoPassword,
}

impl fmt::Display for NotAHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unknown => "the hash is of no known form",
            Self::Malformed => "the hash is damaged",
            Self::TooDear => "the hash costs more memory or time than a comparison may",
            Self::TooWeak => "the hash is one of MD5, has no salt, or is the password itself",
            Self::NoPassword => "says that there is no password",
        })
    }
}

impl FromStr for StoredHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        if text.len() > LONGEST {
            return Err(NotAHash::Malformed);
        }
        if let Some(other) = other_systems::read(text) {
            return other?.checked();
        }
        let parts: Vec<&str> = text.split('$').collect();
        let stored = match parts.as_slice() {
            ["", name @ ("argon2id" | "argon2i"), rest @ ..] => argon2(name, rest),
            ["", "2a" | "2b" | "2y", cost, rest] => bcrypt(cost, rest),
            ["", "scrypt", parameters, salt, hash] => scrypt(parameters, salt, hash),
            ["", "6", rest @ ..] => sha_crypt(rest, LONGEST_HASH, |rounds| Scheme::Sha512Crypt { rounds }),
            ["", "5", rest @ ..] => sha_crypt(rest, 32, |rounds| Scheme::Sha256Crypt { rounds }),
            ["", name, parameters, salt, hash] => match name.strip_prefix("pbkdf2") {
                Some(digest) => pbkdf2(digest.trim_start_matches('-'), parameters, salt, hash),
                None => return Err(NotAHash::Unknown),
            },
            // Django writes no `$` at the beginning, and salts as text.
            ["scrypt", n, salt, r, p, hash] => django_scrypt(n, salt, (r, p), hash),
            [name, iterations, salt, hash] => match name.strip_prefix("pbkdf2_") {
                Some(digest) => django_pbkdf2(digest, iterations, salt, hash),
                None => return Err(NotAHash::Unknown),
            },
            _ => return Err(NotAHash::Unknown),
        };
        stored.ok_or(NotAHash::Malformed)?.checked()
    }
}

impl StoredHash {
    pub(super) fn checked(self) -> Result<Self, NotAHash> {
        if !SALT.contains(&self.salt.len()) || !HASH.contains(&self.hash.len()) {
            return Err(NotAHash::Malformed);
        }
        if matches!(self.scheme, Scheme::Argon2 { .. }) && self.salt.len() < argon2::MIN_SALT_LEN {
            return Err(NotAHash::Malformed);
        }
        if self.scheme.is_bounded() { Ok(self) } else { Err(NotAHash::TooDear) }
    }

    /// Keycloak's export of a password: `credentialData` and `secretData`, each JSON in a text.
    ///
    /// # Errors
    /// The reason for refusing it.
    pub(crate) fn of_keycloak(credential: &str, secret: &str) -> Result<Self, NotAHash> {
        if credential.len() > LONGEST || secret.len() > LONGEST {
            return Err(NotAHash::Malformed);
        }
        let read = |text| serde_json::from_str::<Value>(text).map_err(|_| NotAHash::Malformed);
        let (credential, secret) = (read(credential)?, read(secret)?);
        let algorithm = credential.get("algorithm").and_then(Value::as_str).ok_or(NotAHash::Malformed)?;
        if algorithm == "bcrypt" {
            // Of an extension: the whole hash is one text.
            return secret.get("value").and_then(Value::as_str).ok_or(NotAHash::Malformed)?.parse();
        }
        let text = |name| secret.get(name).and_then(Value::as_str).and_then(|text| BASE64.decode(text.as_bytes()).ok());
        let (salt, hash) = text("salt").zip(text("value")).ok_or(NotAHash::Malformed)?;
        let iterations = credential.get("hashIterations").and_then(Value::as_u64);
        let iterations = iterations.and_then(|count| u32::try_from(count).ok()).ok_or(NotAHash::Malformed)?;
        let scheme = if algorithm == "argon2" {
            keycloak_argon2(&credential, iterations)
        } else {
            let digest = algorithm.strip_prefix("pbkdf2").ok_or(NotAHash::Unknown)?;
            let digest = Digest::of(digest.trim_start_matches('-')).ok_or(NotAHash::Unknown)?;
            u8::try_from(hash.len()).ok().map(|length| Scheme::Pbkdf2 { digest, iterations, length })
        };
        Self { scheme: scheme.ok_or(NotAHash::Malformed)?, salt, hash }.checked()
    }
}

/// The text in which a hash is stored. It is read back as the same hash.
impl fmt::Display for StoredHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (salt, hash) = (BASE64_NOPAD.encode(&self.salt), BASE64_NOPAD.encode(&self.hash));
        match self.scheme {
            Scheme::Argon2 { id, first_version, memory, passes, lanes } => {
                let (name, version) = (if id { "argon2id" } else { "argon2i" }, if first_version { 16 } else { 19 });
                write!(formatter, "${name}$v={version}$m={memory},t={passes},p={lanes}${salt}${hash}")
            }
            Scheme::Scrypt { log_n, r, p } => write!(formatter, "$scrypt$ln={log_n},r={r},p={p}${salt}${hash}"),
            Scheme::Bcrypt { cost } => {
                let base64 = bcrypt_base64().ok_or(fmt::Error)?;
                write!(formatter, "$2b${cost:02}${}{}", base64.encode(&self.salt), base64.encode(&self.hash))
            }
            Scheme::Pbkdf2 { digest, iterations, length } => {
                let name = match digest {
                    Digest::Sha1 => "",
                    Digest::Sha256 => "-sha256",
                    Digest::Sha384 => "-sha384",
                    Digest::Sha512 => "-sha512",
                };
                write!(formatter, "$pbkdf2{name}$i={iterations},l={length}${salt}${hash}")
            }
            Scheme::Sha512Crypt { rounds } | Scheme::Sha256Crypt { rounds } => {
                let name = if matches!(self.scheme, Scheme::Sha512Crypt { .. }) { 6 } else { 5 };
                let salt = std::str::from_utf8(&self.salt).map_err(|_| fmt::Error)?;
                let hash = crypt_base64().ok_or(fmt::Error)?.encode(&self.hash);
                write!(formatter, "${name}$rounds={rounds}${salt}${hash}")
            }
            Scheme::BcryptOf { .. } | Scheme::Phpass { .. } | Scheme::Firescrypt { .. } | Scheme::SaltedSha { .. } => {
                formatter.write_str(&other_systems::write(self).ok_or(fmt::Error)?)
            }
        }
    }
}

/// The numbers of `m=19456,t=2,p=1`, by their names.
pub(super) fn numbers<const N: usize>(text: &str, names: [&str; N]) -> Option<[u32; N]> {
    let mut found = [None; N];
    for part in text.split(',') {
        let (name, value) = part.split_once('=')?;
        let place = found.get_mut(names.iter().position(|known| *known == name)?)?;
        if place.replace(number(value)?).is_some() {
            return None;
        }
    }
    let mut numbers = [0; N];
    for (number, found) in numbers.iter_mut().zip(found) {
        *number = found.unwrap_or(0);
    }
    Some(numbers)
}

pub(super) fn number(text: &str) -> Option<u32> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok())?
}

/// Base64 of PHC strings, and of `passlib`, which has `.` in place of `+`.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    BASE64_NOPAD.decode(text.trim_end_matches('=').replace('.', "+").as_bytes()).ok()
}

fn argon2(name: &str, rest: &[&str]) -> Option<StoredHash> {
    let (first_version, parameters, salt, hash) = match rest {
        ["v=19", parameters, salt, hash] => (false, parameters, salt, hash),
        ["v=16", parameters, salt, hash] | [parameters, salt, hash] => (true, parameters, salt, hash),
        _ => return None,
    };
    let [memory, passes, lanes] = numbers(parameters, ["m", "t", "p"])?;
    let scheme = Scheme::Argon2 { id: name == "argon2id", first_version, memory, passes, lanes };
    Some(StoredHash { scheme, salt: base64(salt)?, hash: base64(hash)? })
}

fn bcrypt(cost: &str, rest: &str) -> Option<StoredHash> {
    let (salt, hash) = rest.split_at_checked(22)?;
    let base64 = bcrypt_base64()?;
    let (salt, hash) = (base64.decode(salt.as_bytes()).ok()?, base64.decode(hash.as_bytes()).ok()?);
    let is_whole = cost.len() == 2 && salt.len() == 16 && hash.len() == 23;
    is_whole.then_some(StoredHash { scheme: Scheme::Bcrypt { cost: number(cost)? }, salt, hash })
}

fn scrypt(parameters: &str, salt: &str, hash: &str) -> Option<StoredHash> {
    let [log_n, r, p] = numbers(parameters, ["ln", "r", "p"])?;
    // Ory writes N itself under the name of its logarithm.
    let log_n = if log_n >= 64 && log_n.is_power_of_two() { log_n.ilog2() } else { log_n };
    let scheme = Scheme::Scrypt { log_n: u8::try_from(log_n).ok()?, r, p };
    Some(StoredHash { scheme, salt: base64(salt)?, hash: base64(hash)? })
}

fn django_scrypt(n: &str, salt: &str, (r, p): (&str, &str), hash: &str) -> Option<StoredHash> {
    let n = number(n).filter(|n| n.is_power_of_two())?;
    let scheme = Scheme::Scrypt { log_n: u8::try_from(n.ilog2()).ok()?, r: number(r)?, p: number(p)? };
    Some(StoredHash { scheme, salt: salt.into(), hash: base64(hash)? })
}

fn pbkdf2(digest: &str, parameters: &str, salt: &str, hash: &str) -> Option<StoredHash> {
    // PHC names its numbers; `passlib` has one, without a name.
    let iterations = match number(parameters) {
        Some(iterations) => iterations,
        None => numbers(parameters, ["i", "l"])?[0],
    };
    let hash = base64(hash)?;
    let scheme = Scheme::Pbkdf2 { digest: Digest::of(digest)?, iterations, length: u8::try_from(hash.len()).ok()? };
    Some(StoredHash { scheme, salt: base64(salt)?, hash })
}

fn django_pbkdf2(digest: &str, iterations: &str, salt: &str, hash: &str) -> Option<StoredHash> {
    let (digest, hash) = (Digest::of(digest)?, base64(hash)?);
    let scheme = Scheme::Pbkdf2 { digest, iterations: number(iterations)?, length: u8::try_from(hash.len()).ok()? };
    Some(StoredHash { scheme, salt: salt.into(), hash })
}

fn keycloak_argon2(credential: &Value, passes: u32) -> Option<Scheme> {
    let more = credential.get("additionalParameters")?;
    let text = |name| more.get(name).and_then(|value| value.get(0).unwrap_or(value).as_str());
    let (kind, version) = (text("type")?, text("version").unwrap_or("1.3"));
    (matches!(kind, "id" | "i") && matches!(version, "1.0" | "1.3")).then_some(())?;
    Some(Scheme::Argon2 {
        id: kind == "id",
        first_version: version == "1.0",
        memory: number(text("memory")?)?,
        passes,
        lanes: number(text("parallelism")?)?,
    })
}

fn sha_crypt(rest: &[&str], length: usize, scheme: impl Fn(u32) -> Scheme) -> Option<StoredHash> {
    let (rounds, salt, hash) = match rest {
        [rounds, salt, hash] => (number(rounds.strip_prefix("rounds=")?)?, salt, hash),
        [salt, hash] => (USUAL_SHA_CRYPT, salt, hash),
        _ => return None,
    };
    let hash = crypt_base64()?.decode(hash.as_bytes()).ok()?;
    let is_whole = salt.len() <= 16 && hash.len() == length;
    is_whole.then_some(StoredHash { scheme: scheme(rounds), salt: (*salt).into(), hash })
}

/// bcrypt's own order of the 64 characters.
pub(super) fn bcrypt_base64() -> Option<Encoding> {
    let mut specification = Specification::new();
    specification.symbols.push_str("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    // Some libraries leave bits in the last character that belong to no byte.
    specification.check_trailing_bits = false;
    specification.encoding().ok()
}

/// crypt's, which also begins at the other end of each byte.
pub(super) fn crypt_base64() -> Option<Encoding> {
    let mut specification = Specification::new();
    specification.symbols.push_str("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    specification.bit_order = BitOrder::LeastSignificantFirst;
    specification.encoding().ok()
}
