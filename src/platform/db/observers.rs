//! The work after a commit: wake-ups and counters.

use super::statements::StatementRecord;
use crate::platform::bus::{Bus, Wakes};
use crate::platform::metrics::Metrics;

/// The observers of committed transactions.
#[derive(Clone, Default)]
pub(crate) struct Observers {
    /// The counters.
    pub(crate) metrics: Metrics,
    /// The wake-ups.
    pub(crate) bus: Bus,
    /// The record of statements.
    pub(crate) statements: StatementRecord,
}

/// The work of one transaction for its observers.
#[derive(Default)]
pub(super) struct AfterCommit {
    pub(super) wakes: Wakes,
    /// Events with their methods.
    pub(super) events: Vec<(&'static str, String)>,
}

impl AfterCommit {
    pub(super) fn run(self, observers: &Observers) {
        observers.bus.wake(self.wakes);
        self.events.iter().for_each(|(event, method)| observers.metrics.event(event, method));
    }
}
