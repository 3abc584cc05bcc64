//! Forgotten passwords (FLOWS.md 9): a link by email replaces the password, once and for half an hour, only for setting
//! a new one. It is never a second proof. The set-up link of a first message is one as well: it stands for a
//! password that was never made.

mod store;

use std::time::Duration;

pub(crate) use store::make_for_set_up;
pub use store::{Link, expire, find, make, use_up, void};

/// The lifetime of a link.
pub(crate) const LIFETIME: Duration = Duration::from_mins(30);
/// The lifetime of the set-up link of a first message: a new colleague may be away for a week.
pub(crate) const SET_UP_LIFETIME: Duration = Duration::from_hours(7 * 24);
