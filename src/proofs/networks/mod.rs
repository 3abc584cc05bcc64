//! The networks and browsers from which a person has signed in. They prove nothing; the adaptive policy asks for more
//! if one is new, and a policy may want networks to be confirmed (FLOWS.md 4).

mod store;

pub use store::{doubt, expire, forget, forget_browsers, list, oldest_known, remember};

use crate::platform::clock::Timestamp;
use crate::platform::web::network::Network;

/// A network from which a person has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredNetwork {
    /// The IPv4 address, or the /64 of an IPv6 address.
    pub(crate) network: String,
    /// The first sign-in from it.
    pub(crate) first_seen_at: Timestamp,
    /// The last sign-in from it.
    pub(crate) last_seen_at: Timestamp,
    /// Whether the person has confirmed it.
    pub(crate) is_confirmed: bool,
}

/// The person's history with the network and browser of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Familiarity {
    /// Whether a sign-in succeeded from this network in the last 180 days.
    pub(crate) network_is_known: bool,
    /// Whether the person has confirmed the network and used it in the last 180 days.
    pub(crate) network_is_confirmed: bool,
    /// Whether a sign-in succeeded in this browser.
    pub(crate) browser_is_known: bool,
    /// The last sign-in, in any browser.
    pub(crate) last_here_at: Option<Timestamp>,
    /// The network and time of the last sign-in, unless that is too long ago.
    pub(crate) last_network: Option<(Network, Timestamp)>,
}
