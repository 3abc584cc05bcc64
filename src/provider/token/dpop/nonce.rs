//! Nonces for proofs (RFC 9449 §8): a keyed hash of the minute under the master key. Every node makes
//! and knows the same ones, and none is kept.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;

use crate::platform::clock::Timestamp;
use crate::platform::secret::{MasterKeys, equal_in_constant_time};

/// How long one nonce is given out. It is taken for as long again.
const STEP: Duration = Duration::from_mins(1);

/// The nonce of now.
pub(super) fn current(keys: &MasterKeys, now: Timestamp) -> String {
    of(keys, step(now))
}

/// Whether a nonce is of this minute, of the last one, or of the next, where another node's clock is
/// ahead.
pub(super) fn is_in_force(keys: &MasterKeys, nonce: &str, now: Timestamp) -> bool {
    let step = step(now);
    let steps = [step, step.saturating_sub(1), step.saturating_add(1)];
    steps.into_iter().any(|step| equal_in_constant_time(of(keys, step).as_bytes(), nonce.as_bytes()))
}

fn step(now: Timestamp) -> i64 {
    now.milliseconds().div_euclid(i64::try_from(STEP.as_millis()).unwrap_or(i64::MAX))
}

fn of(keys: &MasterKeys, step: i64) -> String {
    let hash = keys.keyed_hash("dpop nonce", &step.to_string());
    BASE64URL_NOPAD.encode(hash.get(..16).unwrap_or(&hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::secret::Secret;

    #[test]
    fn a_nonce_lives_for_one_to_two_minutes_and_belongs_to_its_key() {
        let (keys, others) = (MasterKeys::new(&[Secret::new([1; 32])]), MasterKeys::new(&[Secret::new([2; 32])]));
        let now = Timestamp::from_seconds(1_780_000_020);
        let nonce = current(&keys, now);
        assert!(is_in_force(&keys, &nonce, now));
        assert!(is_in_force(&keys, &nonce, now.plus(STEP)));
        assert!(!is_in_force(&keys, &nonce, now.plus(STEP * 2)));
        assert!(is_in_force(&keys, &nonce, now.minus(STEP)), "of a node whose clock is ahead");
        assert!(!is_in_force(&keys, &nonce, now.minus(STEP * 2)));
        assert!(!is_in_force(&others, &nonce, now));
        assert!(!is_in_force(&keys, "", now));
        assert!(!is_in_force(&keys, &nonce[..21], now));
    }
}
