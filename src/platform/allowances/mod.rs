//! How often something may be asked for in a while: messages that somebody pays for, with money or with their
//! attention. Counted in the database, so that all nodes count together; taken in the transaction of what
//! is allowed.

mod store;

use std::time::Duration;

pub use store::{expire, take, take_all};

/// So many, in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// What it is for; the word is stored.
    pub purpose: &'static str,
    /// How often.
    pub most: i64,
    /// In how long, counted from the first time.
    pub within: Duration,
}

/// Nothing is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted {
    /// How long until there is something again.
    pub wait: Duration,
}
