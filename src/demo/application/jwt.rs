//! The application's checks of a JWT of the provider (RFC 7519 §7.2, RFC 8725 §3): the expected type, an accepted
//! algorithm, a key of the provider. The caller judges the claims.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm as Algorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The longest token that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// The reason why a token is not one of the provider's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JwtError {
    Unreadable,
    WrongType,
    ForbiddenAlgorithm,
    UnknownKey,
    WrongSignature,
}

impl fmt::Display for JwtError {
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

/// The audience of a token.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum JwtAudience {
    One(String),
    Many(Vec<String>),
}

impl JwtAudience {
    /// Whether it includes this audience.
    pub(super) fn names(&self, wanted: &str) -> bool {
        match self {
            Self::One(audience) => audience == wanted,
            Self::Many(audiences) => audiences.iter().any(|audience| audience == wanted),
        }
    }
}

#[derive(Deserialize)]
struct JwtHeader {
    alg: Algorithm,
    #[serde(default)]
    typ: String,
    kid: Option<String>,
}

/// Verifies a token, and returns its claims.
///
/// # Errors
/// The failed check. After [`JwtError::UnknownKey`] the key may be newer than those given.
pub(super) fn verified<C: DeserializeOwned>(
    token: &str,
    typ: &str,
    keys: &[CoreJsonWebKey],
    algorithms: &[Algorithm],
) -> Result<C, JwtError> {
    if token.len() > LONGEST {
        return Err(JwtError::Unreadable);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(JwtError::Unreadable)?;
    let (header, claims) = message.split_once('.').ok_or(JwtError::Unreadable)?;
    let header: JwtHeader = json_of(header)?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| JwtError::Unreadable)?;
    let told = header.typ.to_ascii_lowercase();
    if told.strip_prefix("application/").unwrap_or(&told) != typ {
        return Err(JwtError::WrongType);
    }
    if !algorithms.contains(&header.alg) || !is_asymmetric(&header.alg) {
        return Err(JwtError::ForbiddenAlgorithm);
    }
    let is_named = |key: &&CoreJsonWebKey| key.key_id().map(|id| id.as_str()) == header.kid.as_deref();
    let key = keys.iter().find(is_named).ok_or(JwtError::UnknownKey)?;
    key.verify_signature(&header.alg, message.as_bytes(), &signature).map_err(|_| JwtError::WrongSignature)?;
    json_of(claims)
}

/// The provider's own algorithms are asymmetric; a shared secret would let the application's key set be taken
/// for a password.
fn is_asymmetric(algorithm: &Algorithm) -> bool {
    !matches!(algorithm, Algorithm::None | Algorithm::HmacSha256 | Algorithm::HmacSha384 | Algorithm::HmacSha512)
}

fn json_of<T: DeserializeOwned>(part: &str) -> Result<T, JwtError> {
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| JwtError::Unreadable)?;
    serde_json::from_slice(&json).map_err(|_| JwtError::Unreadable)
}
