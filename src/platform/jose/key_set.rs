//! Sets of public keys (RFC 7517 §5) that others sign with. Nothing that a token points to is fetched (RFC 8725 §3.10), and
//! the key decides the algorithm.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};

use super::Compact;

/// The most keys of one set.
const MOST: usize = 10;

/// The most keys of a set that is published for many readers.
const MOST_OF_OTHERS: usize = 50;

/// The algorithms of assertions, as in the metadata.
pub(crate) const ALGORITHMS: [&str; 5] = ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"];

/// Whether a set of keys can be registered: public signature keys that are known here, and at least
/// one.
pub(crate) fn check(jwks: &JwkSet) -> Result<(), &'static str> {
    if jwks.keys.is_empty() {
        return Err("has no key");
    }
    if jwks.keys.len() > MOST {
        return Err("has more than ten keys");
    }
    for key in &jwks.keys {
        if algorithms_of(key).is_empty() {
            return Err("has a key that is none of ES256, RS256, PS256 and EdDSA (Ed25519) for signatures");
        }
        DecodingKey::from_jwk(key).map_err(|_| "has a key that cannot be read")?;
    }
    Ok(())
}

/// The keys of a JSON Web Key Set that are not there for encryption.
///
/// # Errors
/// In words for whoever registers.
pub(crate) fn for_signatures(set: &Value) -> Result<JwkSet, String> {
    let keys = set.get("keys").and_then(Value::as_array).ok_or("jwks is no JSON Web Key Set")?;
    let signing: Vec<_> = keys.iter().filter(|key| !is_for_encryption(key)).map(by_its_older_name).collect();
    serde_json::from_value(json!({ "keys": signing })).map_err(|error| format!("jwks: {error}"))
}

/// The keys of somebody's set that are there for signatures and are known here. Others in it are passed over: whoever
/// publishes them has more than one reader.
pub(crate) fn known_for_signatures(set: &Value) -> JwkSet {
    let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let read = |key: &Value| serde_json::from_value::<Jwk>(by_its_older_name(key)).ok();
    let signing = keys.iter().filter(|key| !is_for_encryption(key)).filter_map(read);
    JwkSet { keys: signing.filter(|key| !algorithms_of(key).is_empty()).take(MOST_OF_OTHERS).collect() }
}

/// A key whose `alg` has the name of RFC 9864, under the name of RFC 8037: the library knows that one alone, and takes the
/// other for an algorithm that it does not know.
fn by_its_older_name(key: &Value) -> Value {
    let mut key = key.clone();
    if let Some(alg) = key.get_mut("alg").filter(|alg| *alg == "Ed25519") {
        *alg = json!("EdDSA");
    }
    key
}

/// Whether a key of a set is there to be encrypted to.
pub(crate) fn is_for_encryption(key: &Value) -> bool {
    key.get("use").and_then(Value::as_str) == Some("enc")
}

/// Whether one of these keys can sign with one of these algorithms.
pub(crate) fn can_sign_with(jwks: &JwkSet, algorithms: &[&str]) -> bool {
    jwks.keys.iter().flat_map(algorithms_of).any(|(name, _)| algorithms.contains(&name))
}

/// Whether a token is signed with one of these keys.
pub(crate) fn verify(token: &Compact<'_>, jwks: &JwkSet) -> bool {
    signing_key(token, jwks).is_some()
}

/// The one of these keys with which a token is signed.
pub(crate) fn signing_key<'k>(token: &Compact<'_>, jwks: &'k JwkSet) -> Option<&'k Jwk> {
    let is_meant = |key: &&Jwk| match (&token.header.kid, &key.common.key_id) {
        (Some(wanted), Some(name)) => wanted == name,
        (Some(_), None) | (None, _) => true,
    };
    jwks.keys.iter().filter(is_meant).take(MOST_OF_OTHERS).find(|key| is_signed_with(token, key))
}

fn is_signed_with(token: &Compact<'_>, key: &Jwk) -> bool {
    let Some((_, algorithm)) = algorithms_of(key).into_iter().find(|(name, _)| *name == token.header.alg) else {
        return false;
    };
    let Ok(key) = DecodingKey::from_jwk(key) else { return false };
    jsonwebtoken::crypto::verify(token.signature, token.signed.as_bytes(), &key, algorithm).unwrap_or(false)
}

/// The algorithms of a key; none if it is not for signatures, or of a kind unknown here.
fn algorithms_of(key: &Jwk) -> Vec<(&'static str, Algorithm)> {
    if !matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return Vec::new();
    }
    let all = match &key.algorithm {
        AlgorithmParameters::EllipticCurve(parameters) if parameters.curve == EllipticCurve::P256 => {
            vec![("ES256", Algorithm::ES256, KeyAlgorithm::ES256)]
        }
        AlgorithmParameters::OctetKeyPair(parameters) if parameters.curve == EllipticCurve::Ed25519 => {
            // The same algorithm under both of its names (RFC 8037 §3.1, RFC 9864 §2.2).
            vec![("EdDSA", Algorithm::EdDSA, KeyAlgorithm::EdDSA), ("Ed25519", Algorithm::EdDSA, KeyAlgorithm::EdDSA)]
        }
        AlgorithmParameters::RSA(_) => {
            vec![("RS256", Algorithm::RS256, KeyAlgorithm::RS256), ("PS256", Algorithm::PS256, KeyAlgorithm::PS256)]
        }
        _ => Vec::new(),
    };
    let allowed = |registered: &KeyAlgorithm| key.common.key_algorithm.is_none_or(|only| only == *registered);
    all.into_iter().filter(|(_, _, registered)| allowed(registered)).map(|(name, used, _)| (name, used)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_on_ed25519_is_registered_under_both_names_of_its_algorithm() {
        for alg in [None, Some("EdDSA"), Some("Ed25519")] {
            let mut key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
            if let Some(alg) = alg {
                key["alg"] = json!(alg);
            }
            let jwks = for_signatures(&json!({ "keys": [key] })).unwrap();
            assert_eq!(check(&jwks), Ok(()), "{alg:?}");
            assert!(can_sign_with(&jwks, &["EdDSA"]) && can_sign_with(&jwks, &["Ed25519"]), "{alg:?}");
        }
        let other = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "Ed448", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        assert!(check(&for_signatures(&json!({ "keys": [other] })).unwrap()).is_err());
    }
}
