//! The place of a request, as the decision sees it.

use crate::platform::clock::Timestamp;
use crate::sign_in::adaptive::Travel;

/// The network, browser and time of a request, compared with the person's earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Whether a sign-in from this network succeeded before.
    pub(crate) network_is_known: bool,
    /// Whether the person has confirmed this network, not too long ago.
    pub(crate) network_is_confirmed: bool,
    /// Whether a sign-in in this browser succeeded before.
    pub(crate) browser_is_known: bool,
    /// The person's failures since they last showed a possession.
    pub(crate) failures_lately: u32,
    /// The last successful sign-in, in any browser.
    pub(crate) last_here_at: Option<Timestamp>,
    /// The way from the last place, if both are known.
    pub(crate) travel: Option<Travel>,
    /// The time from which the browser is remembered, if it is.
    pub(crate) remembered_at: Option<Timestamp>,
}

impl Place {
    /// The place of a person who was never anywhere.
    pub(crate) const UNKNOWN: Self = Self {
        network_is_known: false,
        network_is_confirmed: false,
        browser_is_known: false,
        failures_lately: 0,
        last_here_at: None,
        travel: None,
        remembered_at: None,
    };
}
