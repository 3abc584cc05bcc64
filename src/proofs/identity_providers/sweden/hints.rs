//! The hints that BankID gives while an order waits, and when it has come to nothing. A hint that is unknown here is one of
//! its kind without more words.

/// The hint of an order that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingHint {
    /// No app has taken it up.
    Outstanding,
    /// An app looks for a BankID.
    Started,
    /// The person photographs their identity document.
    Document,
    /// The person is asked for their security code.
    Sign,
    /// BankID works on the answer.
    Processing,
    /// BankID does not answer this service now.
    Silent,
    /// Something else.
    Other,
}

impl PendingHint {
    const ALL: [Self; 7] =
        [Self::Outstanding, Self::Started, Self::Document, Self::Sign, Self::Processing, Self::Silent, Self::Other];

    /// BankID's word, which is stored, too.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Outstanding => "outstandingTransaction",
            Self::Started => "started",
            Self::Document => "userMrtd",
            Self::Sign => "userSign",
            Self::Processing => "processing",
            Self::Silent => "silent",
            Self::Other => "other",
        }
    }

    /// The hint of BankID's word.
    pub(super) fn of_word(word: &str) -> Self {
        match word {
            "noClient" => Self::Outstanding,
            word => Self::ALL.into_iter().find(|hint| hint.as_str() == word).unwrap_or(Self::Other),
        }
    }

    /// Whether an app has taken the order up.
    pub(super) fn is_in_app(self) -> bool {
        !matches!(self, Self::Outstanding | Self::Silent)
    }

    /// The key of the words for the person.
    pub fn key(self) -> &'static str {
        match self {
            Self::Outstanding => "bank-id-outstanding",
            Self::Started => "bank-id-started",
            Self::Document => "bank-id-document",
            Self::Sign => "bank-id-sign",
            Self::Processing => "bank-id-processing",
            Self::Silent => "bank-id-silent",
            Self::Other => "bank-id-in-app",
        }
    }
}

/// The hint of an order that has come to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedHint {
    /// The app did not answer in time.
    Expired,
    /// The person's BankID is blocked or too old.
    Certificate,
    /// The person gave up in the app.
    UserCancelled,
    /// Another order was begun for the same person.
    Cancelled,
    /// No app took it up in time.
    StartFailed,
    /// The person is in no call.
    DeclinedCall,
    /// The app is too old.
    OldApp,
    /// The risk is too high.
    Risk,
    /// BankID refused the order, or its answer does not hold.
    Answer,
    /// Something else.
    Other,
}

impl FailedHint {
    const ALL: [Self; 10] = [
        Self::Expired,
        Self::Certificate,
        Self::UserCancelled,
        Self::Cancelled,
        Self::StartFailed,
        Self::DeclinedCall,
        Self::OldApp,
        Self::Risk,
        Self::Answer,
        Self::Other,
    ];

    /// BankID's word, which is stored, and which the history has.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expiredTransaction",
            Self::Certificate => "certificateErr",
            Self::UserCancelled => "userCancel",
            Self::Cancelled => "cancelled",
            Self::StartFailed => "startFailed",
            Self::DeclinedCall => "userDeclinedCall",
            Self::OldApp => "notSupportedByUserApp",
            Self::Risk => "transactionRiskBlocked",
            Self::Answer => "answer",
            Self::Other => "other",
        }
    }

    /// The hint of BankID's word.
    pub(super) fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|hint| hint.as_str() == word).unwrap_or(Self::Other)
    }

    /// Whether an order that no app has taken up is renewed after it.
    pub(super) fn asks_for_another(self) -> bool {
        matches!(self, Self::StartFailed | Self::Expired)
    }

    /// The key of the words for the person.
    pub fn key(self) -> &'static str {
        match self {
            Self::Expired => "bank-id-expired",
            Self::Certificate => "bank-id-certificate",
            Self::UserCancelled => "bank-id-user-cancelled",
            Self::Cancelled => "bank-id-cancelled",
            Self::StartFailed => "bank-id-start-failed",
            Self::DeclinedCall => "bank-id-declined-call",
            Self::OldApp => "bank-id-old-app",
            Self::Risk => "bank-id-risk",
            Self::Answer | Self::Other => "bank-id-failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_read_back_as_it_was_written_and_an_unknown_one_is_no_other() {
        for hint in PendingHint::ALL {
            assert_eq!(PendingHint::of_word(hint.as_str()), hint);
        }
        for hint in FailedHint::ALL {
            assert_eq!(FailedHint::of_word(hint.as_str()), hint);
        }
        assert_eq!(PendingHint::of_word("noClient"), PendingHint::Outstanding);
        assert_eq!(PendingHint::of_word("userDances"), PendingHint::Other);
        assert_eq!(FailedHint::of_word("userDances"), FailedHint::Other);
    }
}
