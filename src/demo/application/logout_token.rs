//! The checks of a logout token before anybody is signed out by it (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6).

use std::fmt;
use std::time::Duration;

use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::jwt::{self, JwtAudience};
use crate::platform::clock::Timestamp;

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How far the provider's clock may be ahead.
const SKEW: Duration = Duration::from_mins(1);
/// How old a logout token may be.
const OLDEST: Duration = Duration::from_mins(10);

/// The expected issuer and audience.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogoutTokenTarget<'e> {
    pub(super) issuer: &'e str,
    pub(super) client_id: &'e str,
}

/// A valid logout token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogoutTokenFacts {
    /// Its own identifier: it is accepted once.
    pub(super) id: String,
    /// The instant until which it is accepted.
    pub(super) expires_at: Timestamp,
    /// The session that ended, if it names one.
    pub(super) session_id: Option<String>,
    /// The person whose sessions ended.
    pub(super) subject: Option<String>,
}

/// The reason why a logout token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogoutTokenError {
    Token(jwt::JwtError),
    OtherIssuer,
    OtherAudience,
    OutOfTime,
    NoIdentifier,
    NoLogout,
    CarriesNonce,
    NamesNobody,
}

impl fmt::Display for LogoutTokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Token(unsound) => return unsound.fmt(formatter),
            Self::OtherIssuer => "it is from another issuer",
            Self::OtherAudience => "it is for another application",
            Self::OutOfTime => "it is expired, too old, or from the future",
            Self::NoIdentifier => "it has no identifier",
            Self::NoLogout => "it is not about a logout",
            Self::CarriesNonce => "it carries a nonce, so it is an ID token",
            Self::NamesNobody => "it names neither a session nor a person",
        })
    }
}

#[derive(Deserialize)]
struct LogoutTokenBody {
    iss: Option<String>,
    aud: Option<JwtAudience>,
    iat: Option<i64>,
    exp: Option<i64>,
    jti: Option<String>,
    sub: Option<String>,
    sid: Option<String>,
    events: Option<Map<String, Value>>,
    nonce: Option<Value>,
}

/// Reads and verifies a logout token. The caller makes sure that it is used once.
///
/// # Errors
/// The failed check. After [`jwt::JwtError::UnknownKey`] the key may be newer than those given.
pub(super) fn verified(
    token: &str,
    keys: &[CoreJsonWebKey],
    algorithms: &[CoreJwsSigningAlgorithm],
    expected: LogoutTokenTarget<'_>,
    now: Timestamp,
) -> Result<LogoutTokenFacts, LogoutTokenError> {
    let claims = jwt::verified(token, "logout+jwt", keys, algorithms).map_err(LogoutTokenError::Token)?;
    checked(claims, expected, now)
}

fn checked(
    claims: LogoutTokenBody,
    expected: LogoutTokenTarget<'_>,
    now: Timestamp,
) -> Result<LogoutTokenFacts, LogoutTokenError> {
    if claims.iss.as_deref() != Some(expected.issuer) {
        return Err(LogoutTokenError::OtherIssuer);
    }
    if !claims.aud.is_some_and(|audience| audience.names(expected.client_id)) {
        return Err(LogoutTokenError::OtherAudience);
    }
    let (Some(issued), Some(expires)) = (claims.iat, claims.exp) else { return Err(LogoutTokenError::OutOfTime) };
    let (issued_at, expires_at) = (Timestamp::from_seconds(issued), Timestamp::from_seconds(expires));
    if issued_at > now.plus(SKEW) || issued_at.plus(OLDEST) < now || expires_at.plus(SKEW) <= now {
        return Err(LogoutTokenError::OutOfTime);
    }
    let is_logout = claims.events.and_then(|mut events| events.remove(EVENT)).is_some_and(|event| event.is_object());
    if !is_logout {
        return Err(LogoutTokenError::NoLogout);
    }
    if claims.nonce.is_some() {
        return Err(LogoutTokenError::CarriesNonce);
    }
    if claims.sid.is_none() && claims.sub.is_none() {
        return Err(LogoutTokenError::NamesNobody);
    }
    let id = claims.jti.filter(|id| !id.is_empty()).ok_or(LogoutTokenError::NoIdentifier)?;
    // Remembered as long as it could be accepted.
    let expires_at = expires_at.plus(SKEW).min(issued_at.plus(OLDEST).plus(SKEW));
    Ok(LogoutTokenFacts { id, expires_at, session_id: claims.sid, subject: claims.sub })
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use data_encoding::BASE64URL_NOPAD;
    use serde_json::json;

    use super::*;

    const EXPECTED: LogoutTokenTarget<'static> =
        LogoutTokenTarget { issuer: "http://localhost:7250", client_id: "ruori" };
    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    struct Signer {
        pair: EcdsaKeyPair,
        key: CoreJsonWebKey,
    }

    #[expect(clippy::disallowed_methods, reason = "a test signs with any randomness")]
    impl Signer {
        fn new(kid: &str) -> Self {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let point = pair.public_key().as_ref();
            let key = json!({
                "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
                "x": BASE64URL_NOPAD.encode(&point[1..33]), "y": BASE64URL_NOPAD.encode(&point[33..]),
            });
            Self { pair, key: serde_json::from_value(key).unwrap() }
        }

        fn sign(&self, header: &Value, claims: &Value) -> String {
            let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
            let message = format!("{}.{}", part(header), part(claims));
            let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
            format!("{message}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
        }
    }

    fn header() -> Value {
        json!({"alg": "ES256", "typ": "logout+jwt", "kid": "one"})
    }

    fn claims() -> Value {
        json!({
            "iss": "http://localhost:7250", "aud": "ruori", "iat": 1_800_000_000, "exp": 1_800_000_120,
            "jti": "unique", "sub": "aino", "sid": "session", "events": { EVENT: {} },
        })
    }

    fn verdict(signer: &Signer, header: &Value, claims: &Value) -> Result<LogoutTokenFacts, LogoutTokenError> {
        let token = signer.sign(header, claims);
        let algorithms = [CoreJwsSigningAlgorithm::EcdsaP256Sha256];
        verified(&token, std::slice::from_ref(&signer.key), &algorithms, EXPECTED, NOW)
    }

    #[test]
    fn a_sound_logout_token_names_the_session() {
        let token = verdict(&Signer::new("one"), &header(), &claims()).unwrap();
        assert_eq!((token.session_id.as_deref(), token.id.as_str()), (Some("session"), "unique"));
    }

    #[test]
    fn every_claim_that_does_not_hold_is_told() {
        let signer = Signer::new("one");
        let cases = [
            ("iss", json!("http://localhost:7250/"), LogoutTokenError::OtherIssuer),
            ("aud", json!(["another"]), LogoutTokenError::OtherAudience),
            ("iat", json!(1_800_000_600), LogoutTokenError::OutOfTime),
            ("iat", json!(1_799_990_000), LogoutTokenError::OutOfTime),
            ("exp", json!(1_799_999_900), LogoutTokenError::OutOfTime),
            ("events", json!({}), LogoutTokenError::NoLogout),
            ("events", json!({ EVENT: "yes" }), LogoutTokenError::NoLogout),
            ("nonce", json!("n"), LogoutTokenError::CarriesNonce),
            ("jti", json!(""), LogoutTokenError::NoIdentifier),
        ];
        for (name, value, expected) in cases {
            let mut claims = claims();
            claims[name] = value;
            assert_eq!(verdict(&signer, &header(), &claims), Err(expected), "{name}");
        }
        let mut nobody = claims();
        nobody.as_object_mut().unwrap().retain(|name, _| name != "sid" && name != "sub");
        assert_eq!(verdict(&signer, &header(), &nobody), Err(LogoutTokenError::NamesNobody));
    }

    #[test]
    fn a_token_of_another_type_algorithm_or_key_is_refused() {
        let signer = Signer::new("one");
        for (name, value, expected) in [
            ("typ", "JWT", jwt::JwtError::WrongType),
            ("alg", "none", jwt::JwtError::ForbiddenAlgorithm),
            ("alg", "HS256", jwt::JwtError::ForbiddenAlgorithm),
            ("kid", "two", jwt::JwtError::UnknownKey),
        ] {
            let mut header = header();
            header[name] = json!(value);
            assert_eq!(verdict(&signer, &header, &claims()), Err(LogoutTokenError::Token(expected)), "{name} {value}");
        }
        let stranger = Signer::new("one");
        let token = stranger.sign(&header(), &claims());
        let algorithms = [CoreJwsSigningAlgorithm::EcdsaP256Sha256];
        assert_eq!(
            verified(&token, &[signer.key], &algorithms, EXPECTED, NOW),
            Err(LogoutTokenError::Token(jwt::JwtError::WrongSignature))
        );
        for unreadable in ["", ".", "..", "a.b", "e30.e30.", "ä.ä.ä"] {
            assert_eq!(
                verified(unreadable, &[], &algorithms, EXPECTED, NOW),
                Err(LogoutTokenError::Token(jwt::JwtError::Unreadable)),
                "{unreadable}"
            );
        }
    }
}
