//! The checks of an access token by the application's API (RFC 9068 §4): a JWT of that type, signed by a key of the
//! provider, of this issuer, for this API, and not expired.

use std::fmt;

use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm as Algorithm};
use serde::Deserialize;

use super::jwt::{self, JwtAudience};
use crate::platform::clock::Timestamp;

/// The accepted algorithms: none with a shared secret. The key itself says which of these fits.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::EcdsaP256Sha256, Algorithm::RsaSsaPkcs1V15Sha256];

/// The expected issuer and audience.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccessTokenTarget<'e> {
    pub(super) issuer: &'e str,
    pub(super) audience: &'e str,
}

/// The claims of a valid access token about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AccessTokenFacts {
    /// The strength of their sign-in.
    pub(super) acr: Option<String>,
    /// Its instant.
    pub(super) auth_time: Option<Timestamp>,
}

/// The reason why an access token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccessTokenError {
    Token(jwt::JwtError),
    OtherIssuer,
    OtherAudience,
    Expired,
}

impl fmt::Display for AccessTokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(unsound) => unsound.fmt(formatter),
            Self::OtherIssuer => formatter.write_str("it is from another issuer"),
            Self::OtherAudience => formatter.write_str("it is not for this API"),
            Self::Expired => formatter.write_str("it is expired"),
        }
    }
}

#[derive(Deserialize)]
struct AccessTokenBody {
    iss: String,
    aud: JwtAudience,
    exp: i64,
    acr: Option<String>,
    auth_time: Option<i64>,
}

/// Reads and verifies an access token.
///
/// # Errors
/// The failed check. After [`jwt::JwtError::UnknownKey`] the key may be newer than those given.
pub(super) fn verified(
    token: &str,
    keys: &[CoreJsonWebKey],
    expected: AccessTokenTarget<'_>,
    now: Timestamp,
) -> Result<AccessTokenFacts, AccessTokenError> {
    let claims: AccessTokenBody = jwt::verified(token, "at+jwt", keys, &ALGORITHMS).map_err(AccessTokenError::Token)?;
    if claims.iss != expected.issuer {
        return Err(AccessTokenError::OtherIssuer);
    }
    if !claims.aud.names(expected.audience) {
        return Err(AccessTokenError::OtherAudience);
    }
    if now >= Timestamp::from_seconds(claims.exp) {
        return Err(AccessTokenError::Expired);
    }
    Ok(AccessTokenFacts { acr: claims.acr, auth_time: claims.auth_time.map(Timestamp::from_seconds) })
}
