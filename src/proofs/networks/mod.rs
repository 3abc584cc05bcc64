//! Networks and browsers that a person has signed in from before. They prove nothing; the adaptive
//! policy asks for more where one is new.

mod store;

pub use store::{expire, familiarity, forget, forget_browsers, knows_browser, list, remember};

use crate::platform::clock::Timestamp;
use crate::platform::web::network::Network;

/// A network that a person has signed in from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The IPv4 address, or the /64 of an IPv6 address.
    pub network: String,
    /// When a sign-in succeeded from it first.
    pub first_seen_at: Timestamp,
    /// When one did last.
    pub last_seen_at: Timestamp,
}

/// Whether a person was seen here before, and where they were last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Familiarity {
    /// A sign-in succeeded from this network, and not longer than 180 days ago.
    pub network_is_known: bool,
    /// A sign-in succeeded in this browser.
    pub browser_is_known: bool,
    /// When a sign-in last succeeded, in whichever browser.
    pub last_here_at: Option<Timestamp>,
    /// The network that a sign-in succeeded from last, and when, where that is not aged out.
    pub last_network: Option<(Network, Timestamp)>,
}
