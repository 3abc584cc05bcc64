//! Connecting a phone (FLOWS.md 2 and 6): a browser, whose person has just given a proof, draws a code; a phone that
//! knows nobody scans it, shows whose it would be, asks for the number of that browser's screen, and makes its key; and
//! the browser that drew the code adds the phone.
//!
//! A code that was photographed, passed on or kept must never bind a phone: it is taken for ten seconds and once, the
//! number stands on the screen alone, and nothing is added but by the browser with its cookie, within ten minutes and as
//! long as its sign-in or session goes on. And no phone becomes somebody's without having shown whose.

mod store;

use std::time::Duration;

pub(crate) use store::{
    PhoneSetUp, SetUpDrawing, draw, expire, find, make, of_code, of_occasion, open, scan, use_up, withdraw,
};

use crate::platform::clock::Timestamp;

crate::identifier! {
    /// Identifies the connecting of a phone.
    PhoneSetUpId
}

/// How long a drawing lasts (NIST SP 800-63B-4 §4.1.2.2: at most ten minutes).
pub(crate) const LIVES: Duration = Duration::from_mins(10);
/// The digits of the number on the screen.
pub(crate) const DIGITS: u32 = 6;

/// The state of a phone that is being connected, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SetUpState {
    /// The code is shown.
    Drawn,
    /// A phone has scanned it.
    Scanned,
    /// The phone has made its key, and the browser has not added it.
    Made,
    /// The browser has added the phone.
    Added,
    /// The app has been opened with it.
    Opened,
    /// The typed number was wrong too often.
    Mismatched,
    /// A new code was drawn, or the sign-in went another way.
    Withdrawn,
}

impl SetUpState {
    const ALL: [Self; 7] =
        [Self::Drawn, Self::Scanned, Self::Made, Self::Added, Self::Opened, Self::Mismatched, Self::Withdrawn];

    fn as_str(self) -> &'static str {
        match self {
            Self::Drawn => "drawn",
            Self::Scanned => "scanned",
            Self::Made => "made",
            Self::Added => "added",
            Self::Opened => "opened",
            Self::Mismatched => "mismatched",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn standing(self, expires_at: Timestamp, now: Timestamp) -> SetUpStanding {
        let is_over = now >= expires_at;
        match self {
            Self::Drawn if !is_over => SetUpStanding::Drawn,
            Self::Scanned if !is_over => SetUpStanding::Scanned,
            Self::Made if !is_over => SetUpStanding::Made,
            Self::Added if !is_over => SetUpStanding::Added,
            Self::Mismatched => SetUpStanding::Mismatched,
            Self::Drawn | Self::Scanned | Self::Made | Self::Added | Self::Opened | Self::Withdrawn => {
                SetUpStanding::Over
            }
        }
    }
}

/// The state of the connecting of a phone at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetUpStanding {
    /// The code can be scanned.
    Drawn,
    /// A phone shows whose it would be.
    Scanned,
    /// The browser can add the phone.
    Made,
    /// The phone is added, and its app can be opened once without the PIN that was just made.
    Added,
    /// The typed number was wrong too often.
    Mismatched,
    /// It has ended.
    Over,
}

/// The result of a key that a phone has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyMaking {
    /// The browser can add the phone.
    Made,
    /// The number is another one, and may be typed again.
    WrongNumber,
    /// The number is another one, and was the last.
    LastWrongNumber,
    /// It has ended.
    Over,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    proptest! {
        #[test]
        fn nothing_can_be_scanned_made_added_or_opened_from_its_last_instant_on(state in 0_usize..7, late in 0_u64..1_000_000) {
            let standing = SetUpState::ALL[state].standing(NOW, NOW.plus(Duration::from_millis(late)));
            prop_assert!(matches!(standing, SetUpStanding::Over | SetUpStanding::Mismatched));
        }

        #[test]
        fn a_set_up_that_was_opened_or_withdrawn_is_over_at_once(early in 1_u64..600_000) {
            for state in [SetUpState::Opened, SetUpState::Withdrawn] {
                prop_assert_eq!(state.standing(NOW, NOW.minus(Duration::from_millis(early))), SetUpStanding::Over);
            }
        }
    }
}
