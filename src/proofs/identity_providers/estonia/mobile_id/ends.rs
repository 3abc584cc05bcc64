//! The ends of a session that has come to nothing. One that is unknown here is one without more words.

/// The end of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MobileIdEnd {
    /// The person did not answer in time, or Mobile-ID has forgotten the session.
    TimedOut,
    /// The person has no Mobile-ID, or the numbers do not belong together.
    NoCustomer,
    /// The person gave up on the phone.
    Cancelled,
    /// The SIM card is set up otherwise than Mobile-ID believes.
    HashMismatch,
    /// The phone cannot be reached.
    Absent,
    /// The message could not be sent.
    Delivery,
    /// The SIM card answered with an error.
    Sim,
    /// The answer does not hold.
    Answer,
    /// Something else.
    Other,
}

impl MobileIdEnd {
    const ALL: [Self; 9] = [
        Self::TimedOut,
        Self::NoCustomer,
        Self::Cancelled,
        Self::HashMismatch,
        Self::Absent,
        Self::Delivery,
        Self::Sim,
        Self::Answer,
        Self::Other,
    ];

    /// The word that is stored, and which the history has: that of Mobile-ID, where it has one.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TimedOut => "TIMEOUT",
            Self::NoCustomer => "NOT_MID_CLIENT",
            Self::Cancelled => "USER_CANCELLED",
            Self::HashMismatch => "SIGNATURE_HASH_MISMATCH",
            Self::Absent => "PHONE_ABSENT",
            Self::Delivery => "DELIVERY_ERROR",
            Self::Sim => "SIM_ERROR",
            Self::Answer => "answer",
            Self::Other => "other",
        }
    }

    /// The end of Mobile-ID's word.
    pub(super) fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|end| end.as_str() == word).unwrap_or(Self::Other)
    }

    /// The key of the words for the person.
    pub fn key(self) -> &'static str {
        match self {
            Self::TimedOut => "mobile-id-timed-out",
            Self::NoCustomer => "mobile-id-no-customer",
            Self::Cancelled => "mobile-id-cancelled",
            Self::HashMismatch => "mobile-id-sim-set-up",
            Self::Absent => "mobile-id-absent",
            Self::Delivery => "mobile-id-delivery",
            Self::Sim => "mobile-id-sim",
            Self::Answer | Self::Other => "mobile-id-failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_read_back_as_it_was_written_and_an_unknown_one_is_another() {
        for end in MobileIdEnd::ALL {
            assert_eq!(MobileIdEnd::of_word(end.as_str()), end);
        }
        assert_eq!(MobileIdEnd::of_word("EXPIRED_TRANSACTION"), MobileIdEnd::Other);
    }
}
