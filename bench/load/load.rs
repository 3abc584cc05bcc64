//! How load is made: as fast as answers come, or at a fixed rate whatever comes.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::Outcome;

/// The measurement of a phase.
pub(crate) struct Measured {
    /// Answers that were wanted, per second.
    pub(crate) rate: f64,
    /// How many those were.
    pub(crate) count: u64,
    /// Answers that said to come back later.
    pub(crate) turned_away: u64,
    /// How long it was measured.
    pub(crate) over: Duration,
    /// How long the wanted ones took, in microseconds.
    pub(crate) times: Histogram<u64>,
}

/// The tally of one connection.
pub(crate) struct Tally {
    times: Histogram<u64>,
    turned_away: u64,
}

impl Tally {
    /// An empty tally.
    pub(crate) fn new() -> Outcome<Self> {
        // Up to a minute, three digits.
        Ok(Self { times: Histogram::new_with_bounds(1, 60_000_000, 3)?, turned_away: 0 })
    }

    /// Counts an answer that was wanted.
    pub(crate) fn count(&mut self, took: Duration) {
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        self.times.saturating_record(microseconds);
    }

    /// Counts an answer that said to come back later.
    pub(crate) fn count_turned_away(&mut self) {
        self.turned_away += 1;
    }
}

impl Measured {
    /// The tallies of all connections over the time that they ran.
    pub(crate) fn of(tallies: Vec<Tally>, over: Duration) -> Outcome<Self> {
        let mut whole = Tally::new()?;
        for tally in tallies {
            whole.times.add(&tally.times)?;
            whole.turned_away += tally.turned_away;
        }
        let count = whole.times.len();
        let rate = count as f64 / over.as_secs_f64();
        Ok(Self { rate, count, turned_away: whole.turned_away, over, times: whole.times })
    }

    /// Several measurements as one.
    pub(crate) fn all(parts: Vec<Self>) -> Outcome<Self> {
        let over = parts.iter().map(|part| part.over).sum();
        let tallies = parts.into_iter().map(|part| Tally { times: part.times, turned_away: part.turned_away });
        Self::of(tallies.collect(), over)
    }

    /// A percentile, in milliseconds.
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        self.times.value_at_percentile(percent) as f64 / 1000.0
    }
}

/// The instants at which one of many connections sends, when all of them together keep a rate.
pub(crate) struct Beat {
    next: Instant,
    every: Duration,
}

impl Beat {
    /// The beat of connection `index` of `count` that together send `rate` requests a second.
    pub(crate) fn of(index: usize, count: usize, rate: f64, start: Instant) -> Self {
        let every = Duration::from_secs_f64(count as f64 / rate.max(0.001));
        Self { next: start + every.mul_f64(index as f64 / count as f64), every }
    }

    /// Waits for the next beat and gives the instant from which the request counts. That is the
    /// beat itself where an earlier request held this one back, so that a slow answer is not
    /// hidden by those that wait behind it; and now, where only this program's timer was late.
    pub(crate) async fn wait(&mut self) -> Instant {
        let due = self.next;
        self.next += self.every;
        let now = Instant::now();
        if due <= now {
            return due;
        }
        tokio::time::sleep(due - now).await;
        Instant::now()
    }
}
