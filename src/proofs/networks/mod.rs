//! Networks and browsers that a person has signed in from before. They prove nothing; the adaptive
//! policy asks for more where one is new, and a policy may want a network to be confirmed (FLOWS.md 4).

mod store;

pub use store::{doubt, expire, forget, forget_browsers, list, oldest_known, remember};

use crate::platform::clock::Timestamp;
use crate::platform::web::network::Network;

/// A network that a person has signed in from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNetwork {
    /// The IPv4 address, or the /64 of an IPv6 address.
    pub network: String,
    /// When a sign-in succeeded from it first.
    pub first_seen_at: Timestamp,
    /// When one did last.
    pub last_seen_at: Timestamp,
    /// Whether the person has shown there that it is theirs.
    pub is_confirmed: bool,
}

/// Whether a person was seen here before, and where they were last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Familiarity {
    /// A sign-in succeeded from this network, and not longer than 180 days ago.
    pub network_is_known: bool,
    /// The person has shown in it that it is theirs, and used it within 180 days.
    pub network_is_confirmed: bool,
    /// A sign-in succeeded in this browser.
    pub browser_is_known: bool,
    /// When a sign-in last succeeded, in whichever browser.
    pub last_here_at: Option<Timestamp>,
    /// The network that a sign-in succeeded from last, and when, where that is not aged out.
    pub last_network: Option<(Network, Timestamp)>,
}
