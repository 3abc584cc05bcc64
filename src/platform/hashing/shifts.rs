//! Sending the workers from core to core while others wait for cores.
//!
//! To the kernel a core that hashes is at work, however little that work counts: it looks for no other. Of
//! two that woke up beside each other on the core next to it, the second waits for the first, until the
//! kernel compares the cores at its next tick, some milliseconds later. A core that a worker is sent away
//! from has nothing to do for a moment, and then it fetches who waits.

use std::time::Duration;

use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

use crate::platform::clock::Stopwatch;

/// How long a worker stays. A hash has its memory in no core's cache, and loses nothing by moving.
const STAY: Duration = Duration::from_micros(500);

/// Where the workers may be.
pub(super) struct Shifts {
    everywhere: CpuSet,
    /// Every second core, and those between them.
    halves: [CpuSet; 2],
    turn: usize,
    watch: Option<Stopwatch>,
}

impl Shifts {
    /// As many cores as this program may use; `None` where that is one, or cannot be known.
    pub(super) fn new() -> Option<Self> {
        let everywhere = sched_getaffinity(None).ok()?;
        let mut halves = [CpuSet::new(), CpuSet::new()];
        let cores = (0..CpuSet::MAX_CPU).filter(|core| everywhere.is_set(*core));
        for (place, core) in cores.enumerate() {
            halves.get_mut(place % 2)?.set(core);
        }
        let is_one = halves.iter().any(|half| half.count() == 0);
        (!is_one).then_some(Self { everywhere, halves, turn: 0, watch: None })
    }

    /// Sends the workers to the other half of the cores, where they have stayed for long enough, and tells
    /// after which time to ask again.
    pub(super) fn turn(&mut self, workers: impl IntoIterator<Item = Pid>) -> Duration {
        let stayed = self.watch.map(Stopwatch::elapsed);
        if let Some(left) = stayed.and_then(|stayed| STAY.checked_sub(stayed)) {
            return left;
        }
        self.turn += 1;
        for (place, worker) in workers.into_iter().enumerate() {
            if let Some(half) = self.halves.get((place + self.turn) % 2) {
                // A worker that cannot be moved stays: hashing is right all the same.
                let _ = sched_setaffinity(Some(worker), half);
            }
        }
        self.watch = Some(Stopwatch::start());
        STAY
    }

    /// Lets the workers be anywhere again.
    pub(super) fn end(&mut self, workers: impl IntoIterator<Item = Pid>) {
        if self.watch.take().is_some() {
            for worker in workers {
                let _ = sched_setaffinity(Some(worker), &self.everywhere);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rustix::thread::gettid;

    use super::*;

    #[test]
    fn a_worker_goes_to_the_other_cores_and_is_free_again_at_the_end() {
        let Some(mut shifts) = Shifts::new() else { return };
        let (before, own) = (sched_getaffinity(None).unwrap(), gettid());
        let mut turn = || {
            shifts.watch = None;
            assert_eq!(shifts.turn([own]), STAY);
            sched_getaffinity(Some(own)).unwrap()
        };
        let (first, second, third) = (turn(), turn(), turn());
        assert_ne!(first, second);
        assert_eq!(first, third);
        assert_eq!(first.count() + second.count(), before.count(), "no core twice, and none left out");
        shifts.end([own]);
        assert_eq!(sched_getaffinity(Some(own)).unwrap(), before);
    }
}
