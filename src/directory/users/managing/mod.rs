//! The administrators of a company. Somebody always manages it: the last administrator stays.

mod store;

pub use store::{authority, disengage, is_managed_without};

pub(super) use store::leave_one;
