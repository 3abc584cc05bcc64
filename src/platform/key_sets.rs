//! Sets of keys that others publish at an address of theirs (`jwks_uri`).

use std::time::Duration;

use serde_json::Value;

use super::egress::{Egress, EgressError, FetchedDocument};

/// How long a set is kept at least, and at most, whatever its server says (RFC 9111 §5.2).
const KEPT: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(24));
/// How long a set is kept whose server says nothing.
const USUALLY_KEPT: Duration = Duration::from_hours(1);
/// How often a set is fetched at most, however many unknown keys are named.
pub(crate) const EVERY: Duration = Duration::from_mins(1);
/// How long the last good set counts after it should have been fetched anew.
pub(crate) const GRACE: Duration = Duration::from_hours(24);

/// A set that has just arrived, not judged yet.
#[derive(Clone, Debug)]
pub(crate) struct KeySet {
    /// The answer that arrived.
    pub(crate) keys: Value,
    /// How long it is fresh.
    pub(crate) fresh_for: Duration,
}

/// Fetches the set that stands at an address.
///
/// # Errors
/// An address that may not be called, or an answer that cannot be used.
pub(crate) async fn fetch(egress: &Egress, address: &str) -> Result<KeySet, EgressError> {
    let FetchedDocument { json, max_age } = egress.fetch_json(address).await?;
    Ok(KeySet { keys: json, fresh_for: fresh_for(max_age) })
}

/// A signed set that has just arrived, not verified yet.
#[derive(Clone, Debug)]
pub(crate) struct SignedSetText {
    /// The token, in its compact form.
    pub(crate) token: String,
    /// How long it is fresh.
    pub(crate) fresh_for: Duration,
}

/// Fetches the signed set that stands at an address.
///
/// # Errors
/// As for [`fetch`].
pub(crate) async fn fetch_signed(egress: &Egress, address: &str) -> Result<SignedSetText, EgressError> {
    let (token, max_age) = egress.fetch_signed_set(address).await?;
    Ok(SignedSetText { token, fresh_for: fresh_for(max_age) })
}

fn fresh_for(max_age: Option<Duration>) -> Duration {
    max_age.map_or(USUALLY_KEPT, |age| age.clamp(KEPT.0, KEPT.1))
}
