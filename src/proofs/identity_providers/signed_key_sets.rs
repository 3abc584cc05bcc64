//! Signed sets of keys (OpenID Federation 1.0 §5.2.1, as Traficom's profile has them): a provider's, believed only where a
//! key that the operator pinned has signed it, and this service's own, which the provider believes in the same way. Nothing
//! in a set says which key may sign it.

use jsonwebtoken::jwk::JwkSet;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::keys::{self, Entity};
use super::settings::ProviderSettings;
use super::{CLOCK_LEEWAY, IdentityProvider};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::jose::{Compact, instant, key_set};
use crate::platform::web::fault::Fault;

/// The type of a signed set, with and without the words before it (RFC 7515 §4.1.9).
const TYPES: [&str; 2] = ["jwk-set+jwt", "application/jwk-set+jwt"];
/// The longest signed set that is read, in bytes: keys may come with their certificates.
const LONGEST: usize = 60 * 1024;
/// The time for which a signed set of this service holds.
const HOLDS: std::time::Duration = std::time::Duration::from_hours(24);

/// The signed set of a provider's keys, in place of the plain one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedKeySet {
    /// Its address (`signed_jwks_uri`).
    pub address: String,
    /// The keys that may sign it, as a JSON Web Key Set that the provider gave by another way.
    pub anchors: Value,
}

impl SignedKeySet {
    /// The pinned keys.
    fn pinned(&self) -> Result<JwkSet, String> {
        let pinned = key_set::for_signatures(&self.anchors)?;
        key_set::check(&pinned)?;
        Ok(pinned)
    }

    /// The words for the operator about pinned keys that cannot be used.
    pub(super) fn fault(&self) -> Option<String> {
        let keys = self.anchors.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if keys.iter().any(|key| ["d", "p", "q", "k"].iter().any(|private| key.get(private).is_some())) {
            return Some("anchors of signed_keys hold a private key: ask for the public half".to_owned());
        }
        self.pinned().err().map(|words| format!("anchors of signed_keys: the set {words}"))
    }
}

/// A signed set that holds.
#[derive(Clone, Debug)]
pub(super) struct OpenedKeySet {
    /// The set, as it was signed.
    pub(super) keys: Value,
    /// When it was signed.
    pub(super) issued_at: Timestamp,
    /// When it ends, with every key in it.
    pub(super) ends_at: Timestamp,
}

#[derive(Deserialize)]
struct SignedClaims {
    iss: String,
    sub: String,
    iat: f64,
    exp: f64,
    keys: Vec<Value>,
}

/// The keys of a signed set. A set that is older than the last one is somebody's who has kept it.
///
/// # Errors
/// In words for the operator.
pub(super) fn opened(
    settings: &ProviderSettings,
    signed: &SignedKeySet,
    (token, last): (&str, Timestamp),
    now: Timestamp,
) -> Result<OpenedKeySet, String> {
    let pinned = signed.pinned()?;
    let compact = Compact::parse_up_to(token.trim(), LONGEST).ok_or("it is no signed set of keys")?;
    if !compact.header.typ.as_deref().is_some_and(|typ| TYPES.contains(&typ)) {
        return Err("its type is not jwk-set+jwt".to_owned());
    }
    if compact.header.kid.is_none() || key_set::signing_key(&compact, &pinned).is_none() {
        return Err("none of the pinned keys has signed it".to_owned());
    }
    let claims: SignedClaims = compact.claims().ok_or("it lacks iss, sub, iat, exp or keys")?;
    if claims.iss != settings.issuer || claims.sub != settings.issuer {
        return Err("it is of another issuer".to_owned());
    }
    let (issued_at, ends_at) = (instant(claims.iat), instant(claims.exp));
    if issued_at > now.plus(CLOCK_LEEWAY) {
        return Err("it is signed in the future".to_owned());
    }
    if ends_at <= now {
        return Err("it has expired".to_owned());
    }
    if issued_at < last {
        return Err("it is older than the one before".to_owned());
    }
    Ok(OpenedKeySet { keys: json!({ "keys": claims.keys }), issued_at, ends_at })
}

/// The signed set of this service's keys for a provider: signed by the key of the entity, which the operator shows to it.
///
/// # Errors
/// The database does not answer.
pub async fn published_signed(app: &Core, provider: &IdentityProvider, now: Timestamp) -> Result<String, Fault> {
    let set = keys::published(app, provider, now).await?;
    let entity = Entity::of(app, provider, now).await?;
    let name = app.settings.public_url.origin();
    let claims = json!({
        "iss": name,
        "sub": name,
        "iat": now.seconds(),
        "exp": now.plus(HOLDS).seconds(),
        "keys": set.get("keys"),
    });
    entity.sign(app, TYPES[0], &claims)
}
