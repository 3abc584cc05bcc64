//! The time. One instant is read per request and passed down as `now`; nothing else reads the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// An instant, as Unix time in milliseconds. Stored as `BIGINT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// An instant so far ahead of now was written by a clock that was wrong: those of nodes agree within seconds.
pub(crate) const CLOCK_FAULT: Duration = Duration::from_mins(1);

impl Timestamp {
    /// The instant this many milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// The instant this many seconds after 1970-01-01T00:00:00Z, as in JWTs.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down, as in JWTs.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant plus `duration`, saturating.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(milliseconds_of(duration)))
    }

    /// This instant minus `duration`, saturating.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(milliseconds_of(duration)))
    }

    /// The time since `earlier`; zero if this instant is not after it.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The instant as RFC 3339 writes it; empty outside the years that the calendar covers.
    pub(crate) fn rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).map(|instant| instant.to_string()).unwrap_or_default()
    }

    /// Date and time of day in a time zone. `None` outside the years that the calendar covers.
    pub(crate) fn in_zone(self, zone: &TimeZone) -> Option<jiff::Zoned> {
        let instant = jiff::Timestamp::from_millisecond(self.0).ok()?;
        Some(instant.to_zoned(zone.clone()))
    }
}

fn milliseconds_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A measurement of real time, for metrics only: no rule reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts the measurement.
    #[expect(clippy::disallowed_methods, reason = "durations for metrics; no answer depends on them")]
    pub(crate) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since the start.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// The source of time: the system's clock, or a test that travels.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Milliseconds that a test sets and moves.
    Test(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `start` until it is moved.
    pub fn test(start: Timestamp) -> Self {
        Self::Test(Arc::new(AtomicI64::new(start.0)))
    }

    /// The current instant.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp(jiff::Timestamp::now().as_millisecond()),
            Self::Test(milliseconds) => Timestamp(milliseconds.load(Ordering::SeqCst)),
        }
    }

    /// Moves a test clock forward. The system's clock is not moved.
    pub fn advance(&self, duration: Duration) {
        if let Self::Test(milliseconds) = self {
            milliseconds.fetch_add(milliseconds_of(duration), Ordering::SeqCst);
        }
    }
}
