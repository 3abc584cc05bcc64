//! Smart-ID, by the relying-party API (version 3): a session is begun for nobody in particular, a person takes it up with
//! their app, and it is asked after every two seconds until they have confirmed.
//!
//! A session is started in one of two ways, and never in both. On another device the app scans a link as a code, which changes
//! every second; on this device the link opens the app, and the result is given only to the browser that the app then opens,
//! with values that nobody but the app and Smart-ID can know. The signature covers our challenge, our name, the text that the
//! app has shown, and the way. A person is never asked by a number that somebody typed.

mod answer;
mod api;
mod ends;
mod link;
mod sessions;
mod settings;
mod store;

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

pub(crate) use answer::identity_of;
pub use answer::{SmartIdProof, signed_text};
pub(in crate::proofs::identity_providers) use api::try_begin;
pub use api::{SessionAnswer, read_session};
pub use ends::SessionEnd;
pub use link::{DeviceLink, device_link};
pub(crate) use sessions::{SessionLook, begin, look};
pub(in crate::proofs::identity_providers) use settings::{faults, filled};
pub use store::expire;
pub(crate) use store::{add, of_occasion, returned};

use crate::platform::clock::Timestamp;
use crate::platform::secret::{MasterKeys, Secret};
use crate::platform::web::fault::Fault;
use crate::proofs::identities::IdentityQuestionId;
use crate::proofs::identity_providers::IdentityProviderId;
use crate::proofs::identity_providers::sweden::OrderWay;

/// How long a person may take with the app. Smart-ID itself waits no longer.
pub(crate) const WAITS: Duration = Duration::from_mins(3);
/// How long a confirmed session waits for its browser.
const FETCHED_WITHIN: Duration = Duration::from_mins(1);
/// How often a session is asked after.
pub(crate) const ASKED_EVERY: Duration = Duration::from_secs(2);

/// The state of a session, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SessionState {
    /// The person has not confirmed. Whether Smart-ID has just not answered.
    Waiting {
        /// Whether it was silent when it was last asked.
        is_silent: bool,
    },
    /// The person has confirmed.
    Confirmed,
    /// It has come to nothing.
    Ended(SessionEnd),
}

/// The state of a session at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SmartIdStanding {
    /// It waits. Whether Smart-ID has just not answered.
    Waiting {
        /// Whether it was silent when it was last asked.
        is_silent: bool,
    },
    /// Its identity can be fetched.
    Confirmed,
    /// It has come to nothing.
    Ended(SessionEnd),
    /// Its time is over, or the sign-in went another way.
    Over,
}

/// The values of a session that Smart-ID gave, and those that its signature will cover. None but the token is ever seen by
/// a browser.
#[derive(Clone, Debug, Deserialize)]
struct SessionSecrets {
    id: Secret<String>,
    token: Secret<String>,
    secret: Secret<String>,
    /// The address that every link begins with.
    base: String,
    challenge: Secret<String>,
    /// The texts for the app, in JSON and base64.
    interactions: String,
    /// The name of this service there.
    name: String,
    scheme: String,
    /// The address that the app opens in the end, with the value that the browser has to bring.
    return_address: Option<Secret<String>>,
}

impl SessionSecrets {
    /// The secrets as they are sealed.
    fn written(&self) -> Secret<String> {
        let Self { id, token, secret, base, challenge, interactions, name, scheme, return_address } = self;
        let return_address = return_address.as_ref().map(Secret::reveal);
        Secret::new(
            json!({
                "id": id.reveal(), "token": token.reveal(), "secret": secret.reveal(), "base": base,
                "challenge": challenge.reveal(), "interactions": interactions, "name": name, "scheme": scheme,
                "return_address": return_address,
            })
            .to_string(),
        )
    }

    fn link(&self, elapsed: Option<u64>) -> Option<String> {
        device_link(&DeviceLink {
            base: &self.base,
            token: self.token.reveal(),
            secret: self.secret.reveal(),
            challenge: self.challenge.reveal(),
            interactions: &self.interactions,
            name: &self.name,
            scheme: &self.scheme,
            return_address: self.return_address.as_ref().map(|address| address.reveal().as_str()),
            elapsed,
        })
    }
}

/// A session.
#[derive(Clone, Debug)]
pub(crate) struct SmartIdSession {
    /// The question that it answers.
    pub(crate) question: IdentityQuestionId,
    /// The provider.
    pub(crate) provider: IdentityProviderId,
    /// The method, by its word.
    pub(crate) method: String,
    /// The way in which the app is started.
    pub(crate) way: OrderWay,
    /// When its waiting ends.
    pub(crate) expires_at: Timestamp,
    state: SessionState,
    /// Whether its question is still to be answered.
    is_open: bool,
    started_at: Timestamp,
    asked_at: Timestamp,
    secrets: Vec<u8>,
    /// The value that the app has sent back with the browser, sealed.
    verifier: Option<Vec<u8>>,
    answer: Option<Vec<u8>>,
}

/// The purpose that the values of a session are sealed for.
fn purpose(part: &str, question: IdentityQuestionId) -> String {
    format!("{part} of Smart-ID session {question}")
}

impl SmartIdSession {
    /// Its state at an instant.
    pub(crate) fn standing(&self, now: Timestamp) -> SmartIdStanding {
        match self.state {
            SessionState::Ended(end) => SmartIdStanding::Ended(end),
            _ if !self.is_open || now >= self.expires_at => SmartIdStanding::Over,
            SessionState::Confirmed => SmartIdStanding::Confirmed,
            SessionState::Waiting { is_silent } => SmartIdStanding::Waiting { is_silent },
        }
    }

    /// Whether its identity goes to this browser: it has shown the code itself, or come back from the app.
    pub(crate) fn is_for_its_browser(&self) -> bool {
        self.way == OrderWay::AnotherDevice || self.verifier.is_some()
    }

    /// The link that the page shows as a code at an instant.
    ///
    /// # Errors
    /// The secrets cannot be opened.
    pub(crate) fn code(&self, keys: &MasterKeys, now: Timestamp) -> Result<String, Fault> {
        let elapsed = now.since(self.started_at).as_secs();
        self.opened(keys)?.link(Some(elapsed)).ok_or_else(|| Fault::new("a session of Smart-ID has no link"))
    }

    /// How long that code is shown.
    pub(crate) fn code_left(&self, now: Timestamp) -> Duration {
        let elapsed = now.since(self.started_at);
        Duration::from_secs(1).saturating_sub(Duration::from_nanos(u64::from(elapsed.subsec_nanos())))
    }

    /// The link that opens the app on this device.
    ///
    /// # Errors
    /// The secrets cannot be opened.
    pub(crate) fn link(&self, keys: &MasterKeys) -> Result<String, Fault> {
        self.opened(keys)?.link(None).ok_or_else(|| Fault::new("a session of Smart-ID has no link"))
    }

    /// Whether a value is the digest of its secret, which the app sends back with the browser.
    ///
    /// # Errors
    /// The secrets cannot be opened.
    pub(crate) fn is_digest(&self, keys: &MasterKeys, digest: &str) -> Result<bool, Fault> {
        Ok(link::is_digest_of(self.opened(keys)?.secret.reveal(), digest))
    }

    fn opened(&self, keys: &MasterKeys) -> Result<SessionSecrets, Fault> {
        let opened = keys.open(&purpose("secrets", self.question), &self.secrets)?;
        serde_json::from_slice(opened.reveal()).map_err(Fault::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn session(state: SessionState) -> SmartIdSession {
        SmartIdSession {
            question: uuid::Uuid::from_u128(7).into(),
            provider: uuid::Uuid::from_u128(8).into(),
            method: "smart-id".to_owned(),
            way: OrderWay::ThisDevice,
            expires_at: NOW.plus(WAITS),
            state,
            is_open: true,
            started_at: NOW,
            asked_at: NOW,
            secrets: Vec::new(),
            verifier: None,
            answer: None,
        }
    }

    #[test]
    fn nothing_waits_or_is_confirmed_after_its_last_instant_or_in_a_question_that_was_withdrawn() {
        for state in [SessionState::Waiting { is_silent: false }, SessionState::Confirmed] {
            assert_ne!(session(state).standing(NOW), SmartIdStanding::Over);
            assert_eq!(session(state).standing(NOW.plus(WAITS)), SmartIdStanding::Over);
            assert_eq!(SmartIdSession { is_open: false, ..session(state) }.standing(NOW), SmartIdStanding::Over);
        }
    }

    #[test]
    fn a_session_of_this_device_is_for_the_browser_that_comes_back_alone() {
        let session = session(SessionState::Confirmed);
        assert!(!session.is_for_its_browser());
        assert!(SmartIdSession { verifier: Some(Vec::new()), ..session.clone() }.is_for_its_browser());
        assert!(SmartIdSession { way: OrderWay::AnotherDevice, ..session }.is_for_its_browser());
    }
}
