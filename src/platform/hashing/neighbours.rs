//! How many cores hashing leaves to everything else while more is to be hashed than can be.
//!
//! The priority alone does not do it: where every core has a hash on it, the kernel takes the machine for
//! full and lets whoever wakes up wait behind somebody else, while the core beside has only a hash that would
//! give way at once. A storm of wrong passwords then makes the slowest answers three times as slow. With a core
//! left free, and what still hashes sent to and fro (see `shifts`), they stay as they were; what is left undone
//! are hashes that mostly nobody wants.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::platform::clock::Stopwatch;

/// Over how long it is measured how busy the others are.
const WINDOW: Duration = Duration::from_millis(250);
/// Up to this part of the cores nothing is left free: so much is what comes with the hashes themselves.
const UNNOTICED: f64 = 0.0625;

/// The rest of this program, which wants the cores as well.
pub(super) struct Neighbours {
    /// Where the rest of the program runs; none outside of it, as in a test.
    runtime: Option<Handle>,
    cores: usize,
    busy_before: Duration,
    watch: Stopwatch,
    left_free: usize,
    is_storm: bool,
}

impl Neighbours {
    pub(super) fn new(runtime: Option<Handle>, cores: usize) -> Self {
        Self { runtime, cores, busy_before: Duration::ZERO, watch: Stopwatch::start(), left_free: 0, is_storm: false }
    }

    /// How many hashes may be computed at once, with so many that wait of so many that may.
    pub(super) fn room(&mut self, waiting: usize, limit: usize) -> usize {
        let over = self.watch.elapsed();
        if over >= WINDOW {
            let busy = self.busy();
            let share = busy.saturating_sub(self.busy_before).as_secs_f64() / over.as_secs_f64();
            (self.busy_before, self.watch) = (busy, Stopwatch::start());
            self.left_free = left_free(share, self.cores);
        }
        self.is_storm = waiting.saturating_mul(2) >= limit;
        if self.is_storm { self.cores.saturating_sub(self.left_free) } else { self.cores }.max(1)
    }

    /// Whether more is to be hashed than can be while others work, too, as of the last look.
    pub(super) fn are_crowded(&self) -> bool {
        self.is_storm && self.left_free > 0
    }

    /// How long the threads of the runtime have worked, all together.
    fn busy(&self) -> Duration {
        let metrics = self.runtime.as_ref().map(Handle::metrics);
        metrics
            .map_or(Duration::ZERO, |all| (0..all.num_workers()).map(|each| all.worker_total_busy_duration(each)).sum())
    }
}

/// How many cores are left free for others who keep so many busy: as many, rounded up, but never the last
/// one.
#[expect(clippy::cast_precision_loss, reason = "cores are few")]
fn left_free(busy: f64, cores: usize) -> usize {
    (1..cores)
        .take_while(|left| busy > (left - 1) as f64 && busy >= cores as f64 * UNNOTICED)
        .last()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn others_who_work_are_left_a_core() {
        assert_eq!(left_free(0.1, 2), 0, "what comes with the hashes");
        assert_eq!(left_free(0.4, 2), 1);
        assert_eq!(left_free(2.0, 2), 1, "the last one hashes");
        assert_eq!(left_free(1.0, 1), 0);
        assert_eq!(left_free(0.4, 8), 0);
        assert_eq!(left_free(2.5, 8), 3);
    }

    #[test]
    fn without_a_storm_every_core_hashes() {
        let mut neighbours = Neighbours::new(None, 4);
        neighbours.left_free = 2;
        assert_eq!(neighbours.room(3, 64), 4);
        assert!(!neighbours.are_crowded());
        assert_eq!(neighbours.room(32, 64), 2);
        assert_eq!(neighbours.room(64, 64), 2);
        assert!(neighbours.are_crowded());
        neighbours.left_free = 0;
        assert!(!neighbours.are_crowded(), "nobody else wants a core");
    }

    proptest! {
        #[test]
        fn one_core_hashes_whatever_the_others_do(busy in 0.0..200.0_f64, cores in 1..128_usize) {
            prop_assert!(left_free(busy, cores) < cores);
        }

        #[test]
        fn busier_others_are_left_no_less(busy in 0.0..64.0_f64, more in 0.0..64.0_f64, cores in 1..64_usize) {
            prop_assert!(left_free(busy, cores) <= left_free(busy + more, cores));
        }
    }
}
