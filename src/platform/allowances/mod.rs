//! Limits on repetitions within a period, for messages that cost money or attention. Counted in the
//! database, so that all nodes count together, in the transaction of the allowed act.

mod store;

use std::time::Duration;

pub use store::{expire, take, take_all};
pub(crate) use store::{left, take_many};

/// A number of repetitions within a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Its purpose; the word is stored.
    pub(crate) purpose: &'static str,
    /// The number.
    pub(crate) most: i64,
    /// The period, from the first repetition.
    pub(crate) within: Duration,
}

/// The answer to a repetition that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowanceAnswer {
    /// It is counted.
    Granted,
    /// It is not counted.
    Exhausted(Exhausted),
}

/// A used-up allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted {
    /// Its place among the allowances asked for together.
    pub(crate) index: usize,
    /// The time until there is one again.
    pub(crate) wait: Duration,
}
