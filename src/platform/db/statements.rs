//! A record of the statements that were sent to the database, for the tests that limit their number.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The record of one database. A clone is the same record. It is off until a test turns it on.
#[derive(Clone, Debug, Default)]
pub struct StatementRecord(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    is_on: AtomicBool,
    recorded: Mutex<RecordedStatements>,
}

/// The statements of some time, in their order.
#[derive(Clone, Debug, Default)]
pub struct RecordedStatements {
    /// The texts, without `BEGIN` and `COMMIT`.
    pub texts: Vec<&'static str>,
    /// The transactions that wrote.
    pub transactions: usize,
    /// How often PostgreSQL's answer was waited for. A queued statement is not waited for, and `BEGIN` leaves with the
    /// first statement of its transaction.
    pub round_trips: usize,
}

impl StatementRecord {
    /// Records from here on.
    pub fn turn_on(&self) {
        self.0.is_on.store(true, Ordering::Relaxed);
    }

    /// Takes the record since the last call.
    pub fn take(&self) -> RecordedStatements {
        std::mem::take(&mut *self.0.recorded.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn statement(&self, sql: &'static str) {
        self.statements(sql, 1);
    }

    /// The same statement several times, sent at once.
    pub(super) fn statements(&self, sql: &'static str, times: usize) {
        self.add(|recorded| {
            recorded.texts.extend(std::iter::repeat_n(sql, times));
            recorded.round_trips += 1;
        });
    }

    /// A statement whose answer is not waited for.
    pub(super) fn queued(&self, sql: &'static str) {
        self.add(|recorded| recorded.texts.push(sql));
    }

    /// A transaction, which waits for its `COMMIT`.
    pub(super) fn transaction(&self) {
        self.add(|recorded| {
            recorded.transactions += 1;
            recorded.round_trips += 1;
        });
    }

    fn add(&self, change: impl FnOnce(&mut RecordedStatements)) {
        if self.0.is_on.load(Ordering::Relaxed) {
            change(&mut self.0.recorded.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}
