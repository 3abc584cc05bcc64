//! What nobody has proven anything for and yet leaves rows behind (a sign-in that begins, a refusal in
//! the history) is bounded per network, so that one sender cannot fill the disk. Kept in memory by each
//! node: a limit that is a little off with many nodes is still a limit.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::network::Network;
use crate::platform::clock::Timestamp;

/// What a network may do at once, after doing nothing for a while: a large office on a Monday morning.
const BURST: u32 = 2_000;
/// What it may do every second after that.
const PER_SECOND: u32 = 100;
/// Networks that are remembered. Beyond it, those that have their whole burst again are forgotten; where
/// none has, everybody waits: that is a flood from everywhere.
const REMEMBERED: usize = 100_000;

/// Counts what each network has done of late.
#[derive(Debug, Default)]
pub struct Flood {
    networks: Mutex<HashMap<Network, Bucket>>,
}

/// What a network has left, in thousandths, at an instant.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: u64,
    at: Timestamp,
}

/// Too much came from one network of late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// How long until there is room again.
    pub wait: Duration,
}

impl Flood {
    /// Takes one more from a network.
    ///
    /// # Errors
    /// [`TooMuch`] where it has done too much of late.
    pub fn admit(&self, network: &Network, now: Timestamp) -> Result<(), TooMuch> {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if networks.len() >= REMEMBERED && !networks.contains_key(network) {
            networks.retain(|_, bucket| bucket.refilled(now).left < FULL);
            if networks.len() >= REMEMBERED {
                return Err(TooMuch { wait: Duration::from_secs(1) });
            }
        }
        let bucket = networks.entry(network.clone()).or_insert(Bucket { left: FULL, at: now });
        *bucket = bucket.refilled(now);
        match bucket.left.checked_sub(ONE) {
            Some(left) => {
                bucket.left = left;
                Ok(())
            }
            None => Err(TooMuch { wait: Duration::from_secs(1) }),
        }
    }
}

impl Flood {
    /// Whether a network has something left, without taking it: asked by who writes a row that what is
    /// admitted a moment later needs.
    ///
    /// # Errors
    /// As [`Flood::admit`].
    pub fn look(&self, network: &Network, now: Timestamp) -> Result<(), TooMuch> {
        let networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        match networks.get(network) {
            Some(bucket) if bucket.refilled(now).left < ONE => Err(TooMuch { wait: Duration::from_secs(1) }),
            _ => Ok(()),
        }
    }
}

/// One, and a whole burst, in thousandths: what comes back in a millisecond is then a whole number.
const ONE: u64 = 1_000;
const FULL: u64 = BURST as u64 * ONE;

impl Bucket {
    fn refilled(self, now: Timestamp) -> Self {
        let milliseconds = u64::try_from(now.since(self.at).as_millis()).unwrap_or(u64::MAX);
        let back = milliseconds.saturating_mul(u64::from(PER_SECOND));
        // A clock that steps back gives nothing, and takes nothing.
        Self { left: self.left.saturating_add(back).min(FULL), at: self.at.max(now) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    #[test]
    fn a_network_that_floods_waits_and_others_do_not() {
        let (flood, sender) = (Flood::default(), Network::of([192, 0, 2, 1].into()));
        for _ in 0..BURST {
            assert_eq!(flood.admit(&sender, NOW), Ok(()));
        }
        assert!(flood.admit(&sender, NOW).is_err());
        assert_eq!(flood.admit(&Network::of([192, 0, 2, 2].into()), NOW), Ok(()));
        let later = NOW.plus(Duration::from_secs(1));
        let admitted = (0..BURST).filter(|_| flood.admit(&sender, later).is_ok()).count();
        assert_eq!(admitted, usize::try_from(PER_SECOND).unwrap());
    }

    #[test]
    fn a_clock_that_steps_back_opens_nothing() {
        let (flood, sender) = (Flood::default(), Network::of([192, 0, 2, 1].into()));
        while flood.admit(&sender, NOW).is_ok() {}
        assert!(flood.admit(&sender, NOW.minus(Duration::from_hours(1))).is_err());
        assert!(flood.admit(&sender, NOW).is_err());
    }
}
