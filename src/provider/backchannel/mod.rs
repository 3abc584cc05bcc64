//! Backchannel authentication (OpenID Connect CIBA Core 1.0): an application asks for a person's approval by itself, naming
//! the person and a message that their phone shows. It fetches the tokens by asking every few seconds (poll), or is told
//! when it may (ping). The third way of the standard, where tokens are sent to the application, is not offered.
//!
//! The approval is a sign-in by the phone like every other one: the policies are asked, and a session begins. The
//! application never learns whether anybody has the email, or a phone: then nobody answers.

mod answering;
mod endpoint;
mod ping;
mod request;
mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use answering::{BackchannelOutcome, approve, refuse_request};
pub use endpoint::begin;
pub use ping::{deliver_due, worker};
pub use request::BackchannelAsk;
pub(super) use store::{expire, find_by_auth_req_id, poll, redeem};
pub(crate) use store::{find, open_of_person};

use crate::platform::clock::Timestamp;
use crate::provider::applications::ApplicationId;
use crate::provider::applications::scopes::Scopes;
use crate::provider::grants::GrantId;
use crate::sign_in::Acr;

crate::identifier! {
    /// Identifies a request to a person's phones.
    BackchannelId
}

/// How long a request waits where the application wishes for nothing else.
pub(crate) const USUAL_LIFETIME: Duration = Duration::from_mins(2);
/// The shortest and the longest that it may wish for.
pub(crate) const LIFETIMES: std::ops::RangeInclusive<Duration> = Duration::from_secs(30)..=Duration::from_mins(10);
/// How long an answered request waits for the application.
pub(crate) const FETCHED_WITHIN: Duration = Duration::from_mins(2);
/// How long an application waits between two questions at first, in seconds.
pub(crate) const INTERVAL_SECONDS: i64 = 5;
/// How much longer it has to wait after it asked too early (§11).
pub(crate) const SLOWER_BY_SECONDS: i64 = 5;
/// How many requests of an application to a person may bring nothing in a row, within an hour.
pub(crate) const UNANSWERED: i64 = 3;

/// The scopes, resources and strength that an application asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AskedApproval {
    pub(crate) scope: Scopes,
    pub(crate) resources: Vec<String>,
    pub(crate) acr: Option<Acr>,
}

/// The question on the phone: everything that it shows, and therefore signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BackchannelQuestion {
    /// The application.
    pub(crate) application: String,
    /// Its company; empty where it has none.
    pub(crate) company: String,
    /// Its words (`binding_message`); empty for none.
    pub(crate) message: String,
    /// When it asked.
    pub(crate) at: Timestamp,
}

impl BackchannelQuestion {
    /// The fields that are signed; `time` is [`Self::time`].
    pub(crate) fn signed<'q>(&'q self, time: &'q str) -> Vec<(&'static str, &'q str)> {
        vec![
            ("asks", "application"),
            ("application", &self.application),
            ("company", &self.company),
            ("message", &self.message),
            ("time", time),
        ]
    }

    /// The instant as it is signed: Unix milliseconds.
    pub(crate) fn time(&self) -> String {
        self.at.milliseconds().to_string()
    }
}

/// The state of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackchannelState {
    /// Nobody has answered.
    Waiting,
    /// Approved: this grant is waiting for the application.
    Allowed(GrantId),
    /// Refused.
    Refused,
    /// The application has its tokens.
    Redeemed(GrantId),
}

/// A request to a person's phones.
#[derive(Clone, Debug)]
pub(crate) struct BackchannelRequest {
    pub(crate) id: BackchannelId,
    pub(crate) application: ApplicationId,
    pub(crate) asked: AskedApproval,
    pub(crate) question: BackchannelQuestion,
    pub(crate) network: String,
    pub(crate) state: BackchannelState,
    pub(crate) requested_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl BackchannelRequest {
    /// Whether it waits for an answer at an instant.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.state == BackchannelState::Waiting && now < self.expires_at
    }
}
