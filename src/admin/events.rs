//! What the console writes into the history, beside what others do.

use crate::platform::history::Event;

/// The users of a company were exported.
pub(super) const USERS_EXPORTED: Event = Event("company.users_exported");
