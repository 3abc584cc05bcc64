//! The content of a question: everything that the phone shows, and therefore signs.

use serde::{Deserialize, Serialize};

use crate::platform::clock::Timestamp;

/// A question: the sign-in that asks, in the person's words. Stored as it was asked, so that the phone shows, and the
/// signature is about, what was true then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ApprovalQuestion {
    /// The application.
    pub(crate) application: String,
    /// The company; empty where none is concerned.
    pub(crate) company: String,
    /// The host that the browser is at.
    pub(crate) address: String,
    /// The place; empty where it is unknown.
    pub(crate) place: String,
    /// The network.
    pub(crate) network: String,
    /// Whether the person was never in that network.
    pub(crate) is_new_network: bool,
    /// The browser in words.
    pub(crate) browser: String,
    /// When it was asked.
    pub(crate) at: Timestamp,
    /// How many digits the number has; 0 where none is asked for.
    pub(crate) digits: u32,
    /// The act that is asked about. A question of an earlier version asked about a sign-in.
    #[serde(default)]
    pub(crate) asks: QuestionKind,
}

/// The act that a question asks about. An answer to one is none to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuestionKind {
    /// To sign in.
    #[default]
    SignIn,
    /// To set a new password in the place of a forgotten one. It is asked before any proof.
    NewPassword,
}

impl QuestionKind {
    /// The word that is signed; `None` for a sign-in, whose text has none.
    fn signed(self) -> Option<&'static str> {
        match self {
            Self::SignIn => None,
            Self::NewPassword => Some("new-password"),
        }
    }
}

impl ApprovalQuestion {
    /// The fields of an approval that are signed, in their order and before the number; `time` is [`Self::time`].
    pub(crate) fn signed<'q>(&'q self, time: &'q str) -> Vec<(&'static str, &'q str)> {
        let asks = self.asks.signed().map(|asks| ("asks", asks));
        let rest = [
            ("application", self.application.as_str()),
            ("company", &self.company),
            ("place", &self.place),
            ("network", &self.network),
            ("browser", &self.browser),
            ("time", time),
        ];
        asks.into_iter().chain(rest).collect()
    }

    /// The same of a scanned code, whose address is compared, too.
    pub(crate) fn signed_of_code<'q>(&'q self, time: &'q str) -> [(&'static str, &'q str); 7] {
        [
            ("application", &self.application),
            ("company", &self.company),
            ("address", &self.address),
            ("place", &self.place),
            ("network", &self.network),
            ("browser", &self.browser),
            ("time", time),
        ]
    }

    /// The instant as it is signed: Unix milliseconds.
    pub(crate) fn time(&self) -> String {
        self.at.milliseconds().to_string()
    }
}
