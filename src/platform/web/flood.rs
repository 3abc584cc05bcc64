//! A limit per network on requests that store rows without any proof (a refusal in the history, for example), so that one sender cannot fill the disk. Each node keeps it in memory: with many nodes the limit is
//! looser, and still a limit.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::network::Network;
use crate::platform::clock::{CLOCK_FAULT, Timestamp};

/// Requests at once after a pause: a large office on a Monday morning.
const BURST: u32 = 2_000;
/// Requests per second after that.
const PER_SECOND: u32 = 100;
/// The greatest number of networks in memory. Beyond it, those with a full burst are dropped; if there are none,
/// everybody waits: that is a flood from everywhere.
const REMEMBERED: usize = 100_000;

/// The counters of recent requests per network.
#[derive(Debug, Default)]
pub struct Flood {
    networks: Mutex<HashMap<Network, Bucket>>,
}

/// The rest of a network's burst, in thousandths, at an instant.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: u64,
    at: Timestamp,
}

/// Too many requests came from one network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// The time until there is room again.
    pub(crate) wait: Duration,
}

impl Flood {
    /// Takes one request from a network's limit.
    ///
    /// # Errors
    /// [`TooMuch`] if the limit is reached.
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
    /// Whether a network has room, without taking it: for a row that is written just before the limited request.
    ///
    /// # Errors
    /// As for [`Flood::admit`].
    pub(crate) fn look(&self, network: &Network, now: Timestamp) -> Result<(), TooMuch> {
        let networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        match networks.get(network) {
            Some(bucket) if bucket.refilled(now).left < ONE => Err(TooMuch { wait: Duration::from_secs(1) }),
            _ => Ok(()),
        }
    }
}

/// One request and a full burst, in thousandths, so that a millisecond restores a whole number.
const ONE: u64 = 1_000;
const FULL: u64 = BURST as u64 * ONE;

impl Bucket {
    fn refilled(self, now: Timestamp) -> Self {
        let milliseconds = u64::try_from(now.since(self.at).as_millis()).unwrap_or(u64::MAX);
        let back = milliseconds.saturating_mul(u64::from(PER_SECOND));
        // A clock that steps back gives nothing, and takes nothing. Where it was put right by much, it counts from there on.
        let at = if self.at > now.plus(CLOCK_FAULT) { now } else { self.at.max(now) };
        Self { left: self.left.saturating_add(back).min(FULL), at }
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
        assert!(flood.admit(&sender, NOW.minus(Duration::from_secs(30))).is_err());
        assert!(flood.admit(&sender, NOW).is_err());
    }

    #[test]
    fn a_clock_that_is_put_right_keeps_nobody_waiting_until_it_was_wrong() {
        let (flood, sender) = (Flood::default(), Network::of([192, 0, 2, 1].into()));
        while flood.admit(&sender, NOW).is_ok() {}
        let right = NOW.minus(Duration::from_hours(2));
        assert!(flood.admit(&sender, right).is_err());
        assert!(flood.admit(&sender, right.plus(Duration::from_secs(1))).is_ok());
    }
}
