//! Approvals (FLOWS.md 7): a question that waits on the person's phones for a minute, and its signed answer.
//!
//! The phone signs the whole question and the number that the browser shows, so an answer fits one question of one
//! browser. It must never be taken without that number, twice, or in another browser than the one that asked; and no
//! question is asked before a first proof, beside another one, or after three in a row that brought nothing. The one
//! exception is a forgotten password ([`QuestionKind::NewPassword`]), which its page limits by itself.

mod number;
mod question;
mod store;

use std::time::Duration;

pub(crate) use number::draw;
pub(crate) use number::{ApprovalNumber, LONGEST_NUMBER, SHORTEST_NUMBER};
pub(super) use number::{NumberCheck, compare};
pub(crate) use question::{ApprovalQuestion, QuestionKind};
pub(crate) use store::{
    Approval, ApprovalOutcome, ApprovalRequest, Asking, ForgottenQuestion, approve, ask, ask_for_password, expire,
    find, of_occasion, open_of_person, refuse, use_up, use_up_for_password, withdraw,
};

use crate::platform::clock::Timestamp;

crate::identifier! {
    /// Identifies a question to the phones of a person.
    ApprovalId
}

/// How long a question waits (FLOWS.md 7).
pub(crate) const LIVES: Duration = Duration::from_mins(1);
/// How long before the same sign-in may ask another one in its place: a notification that was not seen is sent again.
pub(super) const AGAIN_AFTER: Duration = Duration::from_secs(20);
/// How long the browser may take to fetch an approval.
pub(super) const FETCHED_WITHIN: Duration = Duration::from_mins(1);

/// The state of a question, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ApprovalState {
    /// No phone has answered.
    Waiting,
    /// A phone has approved, and the browser has not fetched it.
    Approved,
    /// "This wasn't me".
    Refused,
    /// The typed number was wrong too often.
    Mismatched,
    /// The sign-in went another way.
    Withdrawn,
    /// The browser has fetched the approval.
    Used,
}

impl ApprovalState {
    const ALL: [Self; 6] =
        [Self::Waiting, Self::Approved, Self::Refused, Self::Mismatched, Self::Withdrawn, Self::Used];

    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Mismatched => "mismatched",
            Self::Withdrawn => "withdrawn",
            Self::Used => "used",
        }
    }

    /// The state of a question. Both a question and an approval end by themselves.
    fn standing(self, expires_at: Timestamp, now: Timestamp) -> ApprovalStanding {
        let is_over = now >= expires_at;
        match self {
            Self::Waiting if !is_over => ApprovalStanding::Open,
            Self::Approved if !is_over => ApprovalStanding::Approved,
            Self::Refused => ApprovalStanding::Refused,
            Self::Mismatched => ApprovalStanding::Mismatched,
            Self::Waiting | Self::Approved | Self::Withdrawn | Self::Used => ApprovalStanding::Over,
        }
    }
}

/// The state of a question at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApprovalStanding {
    /// It waits for a phone.
    Open,
    /// It is approved, and can be fetched.
    Approved,
    /// The person refused it.
    Refused,
    /// The typed number was wrong too often.
    Mismatched,
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
        fn nothing_is_open_or_approved_from_its_last_instant_on(state in 0_usize..6, late in 0_u64..1_000_000) {
            let state = ApprovalState::ALL[state];
            let standing = state.standing(NOW, NOW.plus(Duration::from_millis(late)));
            prop_assert!(!matches!(standing, ApprovalStanding::Open | ApprovalStanding::Approved));
        }

        #[test]
        fn only_what_waits_is_open_and_only_what_a_phone_approved_is_approved(state in 0_usize..6, early in 1_u64..60_000) {
            let state = ApprovalState::ALL[state];
            let standing = state.standing(NOW, NOW.minus(Duration::from_millis(early)));
            prop_assert_eq!(standing == ApprovalStanding::Open, state == ApprovalState::Waiting);
            prop_assert_eq!(standing == ApprovalStanding::Approved, state == ApprovalState::Approved);
        }
    }
}
