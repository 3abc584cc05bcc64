//! The ends of a session that has come to nothing. One that is unknown here is one without more words.

/// The end of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The person refused in the app.
    Refused,
    /// The person did not answer in time, or Smart-ID has forgotten the session.
    TimedOut,
    /// The person's account cannot be used now.
    AccountUnusable,
    /// The person's document cannot be used now.
    DocumentUnusable,
    /// The app is too old for this.
    OldApp,
    /// The app chose another code.
    WrongCode,
    /// The link was changed on its way, or the app was tricked.
    ProtocolFailure,
    /// Something went wrong at Smart-ID.
    ServerError,
    /// The answer does not hold.
    Answer,
    /// Something else.
    Other,
}

impl SessionEnd {
    const ALL: [Self; 10] = [
        Self::Refused,
        Self::TimedOut,
        Self::AccountUnusable,
        Self::DocumentUnusable,
        Self::OldApp,
        Self::WrongCode,
        Self::ProtocolFailure,
        Self::ServerError,
        Self::Answer,
        Self::Other,
    ];

    /// The word that is stored, and which the history has: that of Smart-ID, where it has one.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "USER_REFUSED",
            Self::TimedOut => "TIMEOUT",
            Self::AccountUnusable => "ACCOUNT_UNUSABLE",
            Self::DocumentUnusable => "DOCUMENT_UNUSABLE",
            Self::OldApp => "REQUIRED_INTERACTION_NOT_SUPPORTED_BY_APP",
            Self::WrongCode => "WRONG_VC",
            Self::ProtocolFailure => "PROTOCOL_FAILURE",
            Self::ServerError => "SERVER_ERROR",
            Self::Answer => "answer",
            Self::Other => "other",
        }
    }

    /// The end of Smart-ID's word. A person can refuse in several places, each with a word of its own.
    pub(super) fn of_word(word: &str) -> Self {
        match word {
            "USER_REFUSED_INTERACTION" | "USER_REFUSED_CERT_CHOICE" => Self::Refused,
            word => Self::ALL.into_iter().find(|end| end.as_str() == word).unwrap_or(Self::Other),
        }
    }

    /// The key of the words for the person.
    pub fn key(self) -> &'static str {
        match self {
            Self::Refused => "smart-id-refused",
            Self::TimedOut => "smart-id-timed-out",
            Self::AccountUnusable => "smart-id-account",
            Self::DocumentUnusable => "smart-id-document",
            Self::OldApp => "smart-id-old-app",
            Self::WrongCode => "smart-id-wrong-code",
            Self::ProtocolFailure => "smart-id-protocol",
            Self::ServerError | Self::Answer | Self::Other => "smart-id-failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_read_back_as_it_was_written_and_an_unknown_one_is_another() {
        for end in SessionEnd::ALL {
            assert_eq!(SessionEnd::of_word(end.as_str()), end);
        }
        assert_eq!(SessionEnd::of_word("USER_REFUSED_INTERACTION"), SessionEnd::Refused);
        assert_eq!(SessionEnd::of_word("EXPECTED_LINKED_SESSION"), SessionEnd::Other);
    }
}
