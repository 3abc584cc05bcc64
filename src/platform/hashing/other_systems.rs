//! The forms of hashes that systems with a form of their own write: Django, WordPress, Firebase, ASP.NET Identity,
//! directories and Dovecot, FusionAuth, Spring, Werkzeug. Each is known by its prefix.

use aws_lc_rs::hmac;
use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

use super::formats::{Digest, FirstHash, NotAHash, Scheme, StoredHash, base64, crypt_base64, number, numbers};

/// Bytes of Firebase's signer key, and so of its hashes.
const FIREBASE: usize = 64;
/// Iterations of PBKDF2 in version 2 of ASP.NET Identity.
const ASPNET_2: u32 = 1_000;
/// Iterations of PBKDF2 in Crowd.
const CROWD: u32 = 10_000;

/// Reads a hash of such a form; `None` of another form.
pub(super) fn read(text: &str) -> Option<Result<StoredHash, NotAHash>> {
    let malformed = |stored: Option<StoredHash>| Some(stored.ok_or(NotAHash::Malformed));
    // Django writes a prefix before the forms of others.
    for before in ["argon2$argon2", "bcrypt$$2"] {
        if text.starts_with(before) {
            return text.split_once('$').map(|(_, rest)| format!("${}", rest.trim_start_matches('$')).parse());
        }
    }
    if let Some(rest) = text.strip_prefix("bcrypt_sha256$") {
        return Some(bcrypt_of(rest, FirstHash::Sha256));
    }
    if let Some(rest) = text.strip_prefix("$wp") {
        return Some(bcrypt_of(rest, FirstHash::WordPress));
    }
    if let Some(rest) = text.strip_prefix("$P$").or_else(|| text.strip_prefix("$H$")) {
        return malformed(phpass(rest));
    }
    if let Some(rest) = text.strip_prefix("$firescrypt$") {
        return malformed(firescrypt(rest));
    }
    if let Some((scheme, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return Some(of_directory(scheme, rest));
    }
    if let Some(rest) = text.strip_prefix("pbkdf2:").or_else(|| text.strip_prefix("scrypt:")) {
        return malformed(werkzeug(text.starts_with("scrypt"), rest));
    }
    // A mark in the place of a hash: Django's, and that of shadow files.
    if text.starts_with('!') || text.starts_with('*') {
        return Some(Err(NotAHash::NoPassword));
    }
    let is_hexadecimal = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hexadecimal || ["$1$", "$apr1$", "$md5$", "md5$", "sha1$"].iter().any(|weak| text.starts_with(weak)) {
        return Some(Err(NotAHash::TooWeak));
    }
    if !text.contains('$') {
        let bytes = BASE64.decode(text.as_bytes()).ok()?;
        if bytes.starts_with(b"{") {
            // LDIF writes the whole value in base64 once more (RFC 2849).
            return Some(std::str::from_utf8(&bytes).map_err(|_| NotAHash::Malformed).and_then(str::parse));
        }
        return aspnet(&bytes).map(Ok);
    }
    None
}

/// The text in which such a hash is stored.
pub(super) fn write(stored: &StoredHash) -> Option<String> {
    let plain = |cost| StoredHash { scheme: Scheme::Bcrypt { cost }, ..stored.clone() }.to_string();
    Some(match stored.scheme {
        Scheme::BcryptOf { cost, first: FirstHash::Sha256 } => format!("bcrypt_sha256${}", plain(cost)),
        Scheme::BcryptOf { cost, first: FirstHash::WordPress } => format!("$wp{}", plain(cost)),
        Scheme::Phpass { log_rounds } => {
            let rounds = crypt_base64()?.encode(&[u8::try_from(log_rounds).ok()?]);
            let salt = std::str::from_utf8(&stored.salt).ok()?;
            format!("$P${}{salt}{}", rounds.get(..1)?, crypt_base64()?.encode(&stored.hash))
        }
        Scheme::Firescrypt { log_n, r, p } => {
            let (salt, hash) = (BASE64.encode(&stored.salt), BASE64.encode(&stored.hash));
            format!("$firescrypt$ln={log_n},r={r},p={p}${salt}${hash}")
        }
        Scheme::SaltedSha { digest } => {
            let name = match digest {
                Digest::Sha1 => "SSHA",
                Digest::Sha256 => "SSHA256",
                Digest::Sha384 => "SSHA384",
                Digest::Sha512 => "SSHA512",
            };
            format!("{{{name}}}{}", BASE64.encode(&[stored.hash.as_slice(), &stored.salt].concat()))
        }
        _ => return None,
    })
}

/// A password as FusionAuth exports it, in four fields.
///
/// # Errors
/// The reason for refusing it.
pub(crate) fn of_fusionauth(scheme: &str, factor: u32, salt: &str, hash: &str) -> Result<StoredHash, NotAHash> {
    if scheme == "bcrypt" {
        return format!("$2a${factor:02}${salt}{hash}").parse();
    }
    let (digest, length) = match scheme {
        "salted-pbkdf2-hmac-sha256" => (Digest::Sha256, 32),
        "salted-pbkdf2-hmac-sha256-512" => (Digest::Sha256, 64),
        "salted-pbkdf2-hmac-sha512-512" => (Digest::Sha512, 64),
        "salted-md5" | "phpass-md5" | "phpass-sha512" | "salted-hmac-sha256" | "salted-sha256" => {
            return Err(NotAHash::TooWeak);
        }
        _ => return Err(NotAHash::Unknown),
    };
    let decoded = BASE64.decode(salt.as_bytes()).ok().zip(BASE64.decode(hash.as_bytes()).ok());
    let (salt, hash) = decoded.filter(|(_, hash)| hash.len() == usize::from(length)).ok_or(NotAHash::Malformed)?;
    StoredHash { scheme: Scheme::Pbkdf2 { digest, iterations: factor, length }, salt, hash }.checked()
}

fn bcrypt_of(text: &str, first: FirstHash) -> Result<StoredHash, NotAHash> {
    let stored: StoredHash = text.parse()?;
    match stored.scheme {
        Scheme::Bcrypt { cost } => Ok(StoredHash { scheme: Scheme::BcryptOf { cost, first }, ..stored }),
        _ => Err(NotAHash::Malformed),
    }
}

/// One character for the rounds, eight of salt, and the hash.
fn phpass(text: &str) -> Option<StoredHash> {
    let (rounds, rest) = text.split_at_checked(1)?;
    let (salt, hash) = rest.split_at_checked(8)?;
    let rounds = crypt_base64()?.decode(format!("{rounds}.").as_bytes()).ok()?;
    let scheme = Scheme::Phpass { log_rounds: u32::from(*rounds.first()?) };
    let hash = crypt_base64()?.decode(hash.as_bytes()).ok().filter(|hash| hash.len() == 16)?;
    Some(StoredHash { scheme, salt: salt.into(), hash })
}

/// As Ory writes it: the parameters, salt, hash, salt separator and signer key. The stream between key and hash is
/// kept in the place of both: the signer key need not stay. A stored one has no more than salt and stream.
fn firescrypt(text: &str) -> Option<StoredHash> {
    let bytes = |text: &str| BASE64.decode(text.as_bytes()).ok();
    let (parameters, salt, hash) = match text.split('$').collect::<Vec<_>>().as_slice() {
        [parameters, salt, hash] => (*parameters, bytes(salt)?, bytes(hash)?),
        [parameters, salt, hash, separator, key] => {
            let (hash, key) = (bytes(hash)?, bytes(key)?);
            let stream = hash.iter().zip(&key).map(|(one, other)| one ^ other).collect::<Vec<_>>();
            (hash.len() == key.len()).then_some(())?;
            (*parameters, [bytes(salt)?, bytes(separator)?].concat(), stream)
        }
        _ => return None,
    };
    let [log_n, r, p] = numbers(parameters, ["ln", "r", "p"])?;
    let scheme = Scheme::Firescrypt { log_n: u8::try_from(log_n).ok()?, r, p };
    (hash.len() == FIREBASE).then_some(StoredHash { scheme, salt, hash })
}

/// Base64 of a version, and then salt and hash; since version 3 with their parameters.
fn aspnet(bytes: &[u8]) -> Option<StoredHash> {
    let (version, rest) = bytes.split_first()?;
    let (digest, iterations, salt, hash) = match version {
        0 if bytes.len() == 49 => {
            let (salt, hash) = rest.split_at_checked(16)?;
            (Digest::Sha1, ASPNET_2, salt, hash)
        }
        1 => {
            let (numbers, rest) = rest.split_at_checked(12)?;
            let mut numbers = numbers.chunks_exact(4).filter_map(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
            let (digest, iterations, length) = (numbers.next()?, numbers.next()?, numbers.next()?);
            let digest = [Digest::Sha1, Digest::Sha256, Digest::Sha512].get(usize::try_from(digest).ok()?).copied()?;
            let (salt, hash) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (digest, iterations, salt, hash)
        }
        _ => return None,
    };
    let scheme = Scheme::Pbkdf2 { digest, iterations, length: u8::try_from(hash.len()).ok()? };
    Some(StoredHash { scheme, salt: salt.to_vec(), hash: hash.to_vec() })
}

/// The text that directories and Dovecot write after the name of a scheme (`{SSHA}`, `{BLF-CRYPT}`).
fn of_directory(scheme: &str, rest: &str) -> Result<StoredHash, NotAHash> {
    let scheme = scheme.to_ascii_uppercase();
    // Spring names the version of its parameters after the scheme.
    let scheme = scheme.split('@').next().unwrap_or_default();
    let (scheme, encoding) = scheme.split_once('.').unwrap_or((scheme, "B64"));
    match scheme {
        // No hash, or one of DES, which has no prefix.
        "CRYPT" if matches!(rest, "" | "x" | "*" | "!" | "!!") => return Err(NotAHash::NoPassword),
        "CRYPT" if rest.len() == 13 && !rest.contains('$') => return Err(NotAHash::TooWeak),
        "CRYPT" | "BLF-CRYPT" | "BCRYPT" | "SHA512-CRYPT" | "SHA256-CRYPT" | "ARGON2" | "ARGON2ID" | "ARGON2I" => {
            return if rest.starts_with(['$', '!', '*']) { rest.parse() } else { Err(NotAHash::Unknown) };
        }
        "SHA" | "SHA1" | "SHA256" | "SHA384" | "SHA512" | "MD4" | "MD5" | "SMD5" | "MD5-CRYPT" | "PLAIN" | "CLEAR"
        | "CLEARTEXT" | "PLAIN-TRUNC" | "PLAIN-MD4" | "PLAIN-MD5" | "LDAP-MD5" | "CRAM-MD5" | "DIGEST-MD5"
        | "HMAC-MD5" | "DES-CRYPT" | "LANMAN" | "LM" | "NT" | "NTLM" | "NOOP" => return Err(NotAHash::TooWeak),
        // The password is somewhere else.
        "SASL" | "KERBEROS" | "OTP" | "SKEY" => return Err(NotAHash::NoPassword),
        _ => {}
    }
    let stored = if scheme == "PKCS5S2" {
        pkcs5s2(rest)
    } else if let Some(digest) = scheme.strip_prefix("PBKDF2") {
        pbkdf2_of_directory(digest.trim_start_matches(['-', '_']), rest)
    } else {
        let digest = match scheme {
            "SSHA" => Digest::Sha1,
            "SSHA256" => Digest::Sha256,
            "SSHA384" => Digest::Sha384,
            "SSHA512" => Digest::Sha512,
            _ => return Err(NotAHash::Unknown),
        };
        let bytes = match encoding {
            "HEX" => HEXLOWER_PERMISSIVE.decode(rest.as_bytes()).ok(),
            _ => BASE64.decode(rest.as_bytes()).ok(),
        };
        bytes.and_then(|bytes| {
            let (hash, salt) = bytes.split_at_checked(usize::try_from(digest.length()).ok()?)?;
            let scheme = Scheme::SaltedSha { digest };
            Some(StoredHash { scheme, salt: salt.to_vec(), hash: hash.to_vec() })
        })
    };
    stored.ok_or(NotAHash::Malformed)
}

/// Crowd's: 16 bytes of salt and 32 of the hash, of 10,000 iterations.
fn pkcs5s2(rest: &str) -> Option<StoredHash> {
    let bytes = BASE64.decode(rest.as_bytes()).ok().filter(|bytes| bytes.len() == 48)?;
    let (salt, hash) = bytes.split_at_checked(16)?;
    let scheme = Scheme::Pbkdf2 { digest: Digest::Sha1, iterations: CROWD, length: 32 };
    Some(StoredHash { scheme, salt: salt.to_vec(), hash: hash.to_vec() })
}

/// Werkzeug's, of Flask: the numbers between colons, a salt of text and hexadecimal digits.
fn werkzeug(is_scrypt: bool, rest: &str) -> Option<StoredHash> {
    let parts: Vec<&str> = rest.split('$').collect();
    let [parameters, salt, hash] = parts.as_slice() else { return None };
    let hash = HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok()?;
    let length = u8::try_from(hash.len()).ok()?;
    let scheme = match (is_scrypt, parameters.split(':').collect::<Vec<_>>().as_slice()) {
        (false, [digest, iterations]) => {
            Scheme::Pbkdf2 { digest: Digest::of(digest)?, iterations: number(iterations)?, length }
        }
        (true, [n, r, p]) => {
            let n = number(n).filter(|n| n.is_power_of_two())?;
            Scheme::Scrypt { log_n: u8::try_from(n.ilog2()).ok()?, r: number(r)?, p: number(p)? }
        }
        _ => return None,
    };
    Some(StoredHash { scheme, salt: salt.as_bytes().to_vec(), hash })
}

/// OpenLDAP has `iterations$salt$hash`, Dovecot `$1$salt$iterations$hash` with a salt of text and hexadecimal digits, and
/// 389 Directory Server four bytes of iterations, 64 of salt and 256 of the hash, whose first block is enough.
fn pbkdf2_of_directory(digest: &str, rest: &str) -> Option<StoredHash> {
    let digest = Digest::of(&digest.to_ascii_lowercase())?;
    if !rest.contains('$') {
        let bytes = BASE64.decode(rest.as_bytes()).ok().filter(|bytes| bytes.len() == 324)?;
        let (iterations, rest) = bytes.split_at_checked(4)?;
        let (salt, hash) = rest.split_at_checked(64)?;
        let hash = hash.get(..usize::try_from(digest.length()).ok()?)?.to_vec();
        let iterations = u32::from_be_bytes(iterations.try_into().ok()?);
        let scheme = Scheme::Pbkdf2 { digest, iterations, length: u8::try_from(hash.len()).ok()? };
        return Some(StoredHash { scheme, salt: salt.to_vec(), hash });
    }
    let (iterations, salt, hash) = match rest.split('$').collect::<Vec<_>>().as_slice() {
        [iterations, salt, hash] => (*iterations, base64(salt)?, base64(hash)?),
        ["", "1", salt, iterations, hash] => {
            (*iterations, salt.as_bytes().to_vec(), HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok()?)
        }
        _ => return None,
    };
    let length = u8::try_from(hash.len()).ok()?;
    Some(StoredHash { scheme: Scheme::Pbkdf2 { digest, iterations: number(iterations)?, length }, salt, hash })
}

/// The text that bcrypt is given in the place of a password.
pub(super) fn first_hash(first: FirstHash, secret: &[u8]) -> String {
    match first {
        FirstHash::Sha256 => {
            let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret);
            data_encoding::HEXLOWER.encode(hash.as_ref())
        }
        FirstHash::WordPress => {
            // PHP's `trim`.
            let is_trimmed = |byte: &u8| b" \t\n\r\0\x0b".contains(byte);
            let begin = secret.iter().position(|byte| !is_trimmed(byte)).unwrap_or(secret.len());
            let end = secret.iter().rposition(|byte| !is_trimmed(byte)).map_or(begin, |last| last + 1);
            let key = hmac::Key::new(hmac::HMAC_SHA384, b"wp-sha384");
            BASE64.encode(hmac::sign(&key, secret.get(begin..end).unwrap_or_default()).as_ref())
        }
    }
}
