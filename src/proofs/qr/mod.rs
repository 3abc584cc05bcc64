//! Signing in by a code that the browser draws and a phone scans (FLOWS.md 7).
//!
//! The code changes every three seconds and is taken for ten; it is scanned once, within two minutes of the drawing. It
//! opens nothing by itself: the phone signs what it was shown, and the browser that drew the code, by its cookie,
//! fetches the result. A code that somebody photographs and passes on must never sign anybody in elsewhere than on the
//! screen that it was drawn on, and a phone in another network asks for a number of that screen besides.

pub(super) mod code;
mod store;

use std::time::Duration;

pub(crate) use code::QrCode;
pub(crate) use store::{
    PhoneScan, QrDrawing, QrSignIn, ScanRefusal, approve, draw, expire, find, of_code, of_occasion, refuse, scan,
    use_up, withdraw,
};

use crate::platform::clock::Timestamp;
use crate::platform::web::network::Network;

crate::identifier! {
    /// Identifies a sign-in by a scanned code.
    QrSignInId
}

/// How long a drawing lasts (FLOWS.md 7).
pub(crate) const LIVES: Duration = Duration::from_mins(2);
/// The digits of the number that a phone in another network asks for.
pub(crate) const DIGITS: u32 = 6;
/// How far apart phone and browser are far apart, in kilometres, where both places are known.
pub(crate) const FAR: u32 = 100;

/// The state of a sign-in by a scanned code, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QrState {
    /// The code is shown.
    Drawn,
    /// A phone has scanned it.
    Scanned,
    /// The phone has confirmed, and the browser has not fetched it.
    Approved,
    /// "This wasn't me".
    Refused,
    /// The typed number was wrong too often.
    Mismatched,
    /// A new code was drawn, or the sign-in went another way.
    Withdrawn,
    /// The browser has fetched it.
    Used,
}

impl QrState {
    const ALL: [Self; 7] =
        [Self::Drawn, Self::Scanned, Self::Approved, Self::Refused, Self::Mismatched, Self::Withdrawn, Self::Used];

    fn as_str(self) -> &'static str {
        match self {
            Self::Drawn => "drawn",
            Self::Scanned => "scanned",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Mismatched => "mismatched",
            Self::Withdrawn => "withdrawn",
            Self::Used => "used",
        }
    }

    fn standing(self, expires_at: Timestamp, now: Timestamp) -> QrStanding {
        let is_over = now >= expires_at;
        match self {
            Self::Drawn if !is_over => QrStanding::Drawn,
            Self::Scanned if !is_over => QrStanding::Scanned,
            Self::Approved if !is_over => QrStanding::Approved,
            Self::Refused => QrStanding::Refused,
            Self::Mismatched => QrStanding::Mismatched,
            Self::Drawn | Self::Scanned | Self::Approved | Self::Withdrawn | Self::Used => QrStanding::Over,
        }
    }
}

/// The state of a sign-in by a scanned code at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QrStanding {
    /// The code can be scanned.
    Drawn,
    /// A phone shows the question.
    Scanned,
    /// It can be fetched.
    Approved,
    /// The person refused it.
    Refused,
    /// The typed number was wrong too often.
    Mismatched,
    /// It has ended.
    Over,
}

/// Whether a number must be typed: the phone is not in the network of the browser, and the code may have been passed on.
pub(crate) fn wants_number(browser: &Network, phone: &Network) -> bool {
    browser != phone
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn only_the_browsers_own_network_needs_no_number() {
        let network = |text: &str| Network::of(text.parse().unwrap());
        assert!(!wants_number(&network("192.0.2.1"), &network("192.0.2.1")));
        assert!(wants_number(&network("192.0.2.1"), &network("192.0.2.2")));
        assert!(!wants_number(&network("2001:db8::1"), &network("2001:db8::2")));
        assert!(wants_number(&network("2001:db8::1"), &network("192.0.2.1")));
    }

    proptest! {
        #[test]
        fn nothing_can_be_scanned_confirmed_or_fetched_from_its_last_instant_on(state in 0_usize..7, late in 0_u64..1_000_000) {
            let standing = QrState::ALL[state].standing(NOW, NOW.plus(Duration::from_millis(late)));
            let is_over = matches!(standing, QrStanding::Over | QrStanding::Refused | QrStanding::Mismatched);
            prop_assert!(is_over);
        }
    }
}
