//! A JWT of the provider as the application takes it (RFC 7519 §7.2, RFC 8725 §3): of the expected type, by an
//! algorithm that it allows, and signed by a key of the provider. What it claims is for its reader to judge.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm as Algorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// Why a token is not one of the provider's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsound {
    Unreadable,
    WrongType,
    ForbiddenAlgorithm,
    UnknownKey,
    WrongSignature,
}

impl fmt::Display for Unsound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unreadable => "the token cannot be read",
            Self::WrongType => "its type is another one",
            Self::ForbiddenAlgorithm => "its algorithm is not an asymmetric one of the provider's",
            Self::UnknownKey => "its key is not one of the provider's",
            Self::WrongSignature => "its signature is wrong",
        })
    }
}

/// Whom a token is for.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    /// Whether it is for somebody, maybe among others.
    pub(super) fn names(&self, wanted: &str) -> bool {
        match self {
            Self::One(audience) => audience == wanted,
            Self::Many(audiences) => audiences.iter().any(|audience| audience == wanted),
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: Algorithm,
    #[serde(default)]
    typ: String,
    kid: Option<String>,
}

/// Verifies a token, and gives its claims.
///
/// # Errors
/// What does not hold. [`Unsound::UnknownKey`] may be a key newer than those given.
pub(super) fn verified<C: DeserializeOwned>(
    token: &str,
    typ: &str,
    keys: &[CoreJsonWebKey],
    algorithms: &[Algorithm],
) -> Result<C, Unsound> {
    if token.len() > LONGEST {
        return Err(Unsound::Unreadable);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Unsound::Unreadable)?;
    let (header, claims) = message.split_once('.').ok_or(Unsound::Unreadable)?;
    let header: Header = json_of(header)?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| Unsound::Unreadable)?;
    let told = header.typ.to_ascii_lowercase();
    if told.strip_prefix("application/").unwrap_or(&told) != typ {
        return Err(Unsound::WrongType);
    }
    if !algorithms.contains(&header.alg) || !is_asymmetric(&header.alg) {
        return Err(Unsound::ForbiddenAlgorithm);
    }
    let is_named = |key: &&CoreJsonWebKey| key.key_id().map(|id| id.as_str()) == header.kid.as_deref();
    let key = keys.iter().find(is_named).ok_or(Unsound::UnknownKey)?;
    key.verify_signature(&header.alg, message.as_bytes(), &signature).map_err(|_| Unsound::WrongSignature)?;
    json_of(claims)
}

/// The provider's own algorithms are asymmetric; a shared secret would let the application's key set be taken
/// for a password.
fn is_asymmetric(algorithm: &Algorithm) -> bool {
    !matches!(algorithm, Algorithm::None | Algorithm::HmacSha256 | Algorithm::HmacSha384 | Algorithm::HmacSha512)
}

fn json_of<T: DeserializeOwned>(part: &str) -> Result<T, Unsound> {
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Unsound::Unreadable)?;
    serde_json::from_slice(&json).map_err(|_| Unsound::Unreadable)
}
