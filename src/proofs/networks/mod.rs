//! Networks and browsers that a person has signed in from before. They prove nothing; the adaptive
//! policy asks for more where one is new.

mod store;

pub use store::{expire, familiarity, remember};

/// Whether a person was seen here before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Familiarity {
    /// A sign-in succeeded from this network, and not longer than 180 days ago.
    pub network_is_known: bool,
    /// A sign-in succeeded in this browser.
    pub browser_is_known: bool,
}
