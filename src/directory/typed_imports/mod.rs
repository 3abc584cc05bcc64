//! The rows of an import as an administrator typed or uploaded them, kept while a fresh proof is asked for on the way.
//! They are sealed, belong to one administrator and company, and are gone after an hour or once they are imported.

mod store;

use std::time::Duration;

pub(crate) use store::{expire, find, forget, keep};

/// The time for which they are kept.
const KEPT_FOR: Duration = Duration::from_hours(1);
