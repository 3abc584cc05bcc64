//! What an access token must be before the application's API does anything for it (RFC 9068 §4): a JWT of
//! that type, signed by a key of the provider, of this issuer, for this API, and not expired.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm as Algorithm};
use serde::Deserialize;

use crate::platform::clock::Timestamp;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// Who says it, and to whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'e> {
    pub(super) issuer: &'e str,
    pub(super) audience: &'e str,
}

/// What an access token that holds says of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AccessToken {
    /// How strongly they were proven.
    pub(super) acr: Option<String>,
    /// When.
    pub(super) auth_time: Option<Timestamp>,
}

/// Why an access token does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsound {
    Unreadable,
    WrongType,
    ForbiddenAlgorithm,
    UnknownKey,
    WrongSignature,
    OtherIssuer,
    OtherAudience,
    Expired,
}

impl fmt::Display for Unsound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unreadable => "the access token cannot be read",
            Self::WrongType => "its type is not at+jwt",
            Self::ForbiddenAlgorithm => "its algorithm is not an asymmetric one",
            Self::UnknownKey => "its key is not one of the provider's",
            Self::WrongSignature => "its signature is wrong",
            Self::OtherIssuer => "it is from another issuer",
            Self::OtherAudience => "it is not for this API",
            Self::Expired => "it is expired",
        })
    }
}

#[derive(Deserialize)]
struct Header {
    alg: Algorithm,
    #[serde(default)]
    typ: String,
    kid: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    exp: i64,
    acr: Option<String>,
    auth_time: Option<i64>,
}

/// Reads and verifies an access token.
///
/// # Errors
/// What does not hold. [`Unsound::UnknownKey`] may be a key newer than those given.
pub(super) fn verified(
    token: &str,
    keys: &[CoreJsonWebKey],
    expected: Expected<'_>,
    now: Timestamp,
) -> Result<AccessToken, Unsound> {
    if token.len() > LONGEST {
        return Err(Unsound::Unreadable);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Unsound::Unreadable)?;
    let (header, claims) = message.split_once('.').ok_or(Unsound::Unreadable)?;
    let header: Header = json_of(header)?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| Unsound::Unreadable)?;
    let typ = header.typ.to_ascii_lowercase();
    if typ.strip_prefix("application/").unwrap_or(&typ) != "at+jwt" {
        return Err(Unsound::WrongType);
    }
    // Nothing that a shared secret signs, and nothing unsigned. The key itself says which of the others fits.
    if !matches!(header.alg, Algorithm::EcdsaP256Sha256 | Algorithm::RsaSsaPkcs1V15Sha256) {
        return Err(Unsound::ForbiddenAlgorithm);
    }
    let is_named = |key: &&CoreJsonWebKey| key.key_id().map(|id| id.as_str()) == header.kid.as_deref();
    let key = keys.iter().find(is_named).ok_or(Unsound::UnknownKey)?;
    key.verify_signature(&header.alg, message.as_bytes(), &signature).map_err(|_| Unsound::WrongSignature)?;
    let claims: Claims = json_of(claims)?;
    if claims.iss != expected.issuer {
        return Err(Unsound::OtherIssuer);
    }
    let is_for_us = match &claims.aud {
        Audience::One(audience) => audience == expected.audience,
        Audience::Many(audiences) => audiences.iter().any(|audience| audience == expected.audience),
    };
    if !is_for_us {
        return Err(Unsound::OtherAudience);
    }
    if now >= Timestamp::from_seconds(claims.exp) {
        return Err(Unsound::Expired);
    }
    Ok(AccessToken { acr: claims.acr, auth_time: claims.auth_time.map(Timestamp::from_seconds) })
}

fn json_of<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, Unsound> {
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Unsound::Unreadable)?;
    serde_json::from_slice(&json).map_err(|_| Unsound::Unreadable)
}
