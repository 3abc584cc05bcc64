//! Forgotten passwords (FLOWS.md 9): a link by email replaces the password, once and for half an hour, only for setting
//! a new one. It is never a second proof.

mod store;

use std::time::Duration;

pub use store::{Link, expire, find, make, use_up, void};

/// The lifetime of a link.
pub(crate) const LIFETIME: Duration = Duration::from_mins(30);
