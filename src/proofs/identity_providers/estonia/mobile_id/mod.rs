//! Mobile-ID, by its REST interface: a person types their phone number and personal code, their SIM card shows the four digits
//! that the page shows, and signs a hash of ours.
//!
//! Anybody who knows both numbers of somebody makes their phone ask. So it is counted who asks, and for whom; the digits are
//! derived from the hash, and the certificate must be of the very code that was typed.

mod answer;
mod api;
mod ends;
mod request;
mod sessions;
mod settings;
mod store;

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

pub(crate) use answer::identity_of;
pub use answer::{MobileIdProof, customer_of};
pub(in crate::proofs::identity_providers) use api::try_begin;
pub use api::{MobileIdAnswer, read_state};
pub use ends::MobileIdEnd;
pub use request::{CustomerMistake, TypedCustomer, control_code};
pub(crate) use sessions::{MobileIdLook, begin, look};
pub(in crate::proofs::identity_providers) use settings::{faults, filled};
pub use store::expire;
pub(crate) use store::{add, of_occasion};

use crate::platform::clock::Timestamp;
use crate::platform::secret::{MasterKeys, Secret};
use crate::platform::web::fault::Fault;
use crate::proofs::identities::IdentityQuestionId;
use crate::proofs::identity_providers::IdentityProviderId;

/// How long a person may take with the phone. Mobile-ID itself waits two minutes.
pub(crate) const WAITS: Duration = Duration::from_mins(3);
/// How long a confirmed session waits for its browser.
const FETCHED_WITHIN: Duration = Duration::from_mins(1);
/// How often a session is asked after.
pub(crate) const ASKED_EVERY: Duration = Duration::from_secs(2);

/// The state of a session, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MobileIdState {
    /// The person has not confirmed. Whether Mobile-ID has just not answered.
    Waiting {
        /// Whether it was silent when it was last asked.
        is_silent: bool,
    },
    /// The person has confirmed.
    Confirmed,
    /// It has come to nothing.
    Ended(MobileIdEnd),
}

/// The state of a session at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MobileIdStanding {
    /// It waits. Whether Mobile-ID has just not answered.
    Waiting {
        /// Whether it was silent when it was last asked.
        is_silent: bool,
    },
    /// Its identity can be fetched.
    Confirmed,
    /// It has come to nothing.
    Ended(MobileIdEnd),
    /// Its time is over, or the sign-in went another way.
    Over,
}

/// The values of a session. The browser sees the digits that are derived from the hash, and nothing else.
#[derive(Clone, Debug, Deserialize)]
struct MobileIdSecrets {
    id: Secret<String>,
    /// The hash that is signed, in base64.
    hash: Secret<String>,
    /// The personal code that was typed.
    person: Secret<String>,
}

impl MobileIdSecrets {
    /// The secrets as they are sealed.
    fn written(&self) -> Secret<String> {
        let Self { id, hash, person } = self;
        Secret::new(json!({ "id": id.reveal(), "hash": hash.reveal(), "person": person.reveal() }).to_string())
    }
}

/// A session.
#[derive(Clone, Debug)]
pub(crate) struct MobileIdSession {
    /// The question that it answers.
    pub(crate) question: IdentityQuestionId,
    /// The provider.
    pub(crate) provider: IdentityProviderId,
    /// The method, by its word.
    pub(crate) method: String,
    /// When its waiting ends.
    pub(crate) expires_at: Timestamp,
    state: MobileIdState,
    /// Whether its question is still to be answered.
    is_open: bool,
    asked_at: Timestamp,
    secrets: Vec<u8>,
    answer: Option<Vec<u8>>,
}

/// The purpose that the values of a session are sealed for.
fn purpose(part: &str, question: IdentityQuestionId) -> String {
    format!("{part} of Mobile-ID session {question}")
}

impl MobileIdSession {
    /// Its state at an instant.
    pub(crate) fn standing(&self, now: Timestamp) -> MobileIdStanding {
        match self.state {
            MobileIdState::Ended(end) => MobileIdStanding::Ended(end),
            _ if !self.is_open || now >= self.expires_at => MobileIdStanding::Over,
            MobileIdState::Confirmed => MobileIdStanding::Confirmed,
            MobileIdState::Waiting { is_silent } => MobileIdStanding::Waiting { is_silent },
        }
    }

    /// The digits that the page and the phone show.
    ///
    /// # Errors
    /// The secrets cannot be opened.
    pub(crate) fn code(&self, keys: &MasterKeys) -> Result<String, Fault> {
        let hash = request::bytes_of(self.opened(keys)?.hash.reveal());
        Ok(control_code(&hash))
    }

    fn opened(&self, keys: &MasterKeys) -> Result<MobileIdSecrets, Fault> {
        let opened = keys.open(&purpose("secrets", self.question), &self.secrets)?;
        serde_json::from_slice(opened.reveal()).map_err(Fault::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_waits_or_is_confirmed_after_its_last_instant_or_in_a_question_that_was_withdrawn() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let session = |state| MobileIdSession {
            question: uuid::Uuid::from_u128(7).into(),
            provider: uuid::Uuid::from_u128(8).into(),
            method: "mobile-id".to_owned(),
            expires_at: now.plus(WAITS),
            state,
            is_open: true,
            asked_at: now,
            secrets: Vec::new(),
            answer: None,
        };
        for state in [MobileIdState::Waiting { is_silent: true }, MobileIdState::Confirmed] {
            assert_ne!(session(state).standing(now), MobileIdStanding::Over);
            assert_eq!(session(state).standing(now.plus(WAITS)), MobileIdStanding::Over);
            assert_eq!(MobileIdSession { is_open: false, ..session(state) }.standing(now), MobileIdStanding::Over);
        }
    }
}
