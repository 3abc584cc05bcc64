//! Forgotten passwords (FLOWS.md 9): a link by email stands in for the password, once and for half an
//! hour, for nothing but setting a new one. It is never the second proof of anything.

mod store;

use std::time::Duration;

pub use store::{Link, expire, find, make, use_up, void};

/// How long a link works.
pub const LIFETIME: Duration = Duration::from_mins(30);
