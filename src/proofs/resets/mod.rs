//! Forgotten passwords (FLOWS.md 9): a link by email replaces the password, once and for half an hour, only for setting
//! a new one. It is never a second proof. The set-up link of a first message and the link of an invitation are such links
//! as well: they stand for a password that was never made. A temporary access pass is one that is typed.

mod store;

use std::time::Duration;

pub use store::{Link, expire, find, make, use_up, void};
pub(crate) use store::{PassOrigin, make_for_set_up, make_for_sign_up, make_pass};

/// The lifetime of a link.
pub(crate) const LIFETIME: Duration = Duration::from_mins(30);
/// The lifetime of the set-up link of a first message: a new colleague may be away for a week.
pub(crate) const SET_UP_LIFETIME: Duration = Duration::from_hours(7 * 24);
