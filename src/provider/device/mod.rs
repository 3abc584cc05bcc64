//! Devices without a browser (RFC 8628): a device shows a short code, its person types it in a browser
//! elsewhere, signs in, is asked, and answers; meanwhile the device asks for its tokens every few seconds.
//!
//! Somebody who sends their own code to another person gets that person's tokens, if it is allowed (§5.4). So
//! nothing is granted by typing alone, and the question says what asks and from where.

mod endpoint;
mod pages;
mod store;
mod user_code;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use endpoint::begin;
pub use pages::{answer, ask, show, take_code, turn_back};
pub(super) use store::{expire, find_by_device_code, poll, redeem, refuse};
pub(crate) use user_code::UserCode;

use super::applications::ApplicationId;
use super::grants::GrantId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::MasterKeys;
use crate::provider::applications::scopes::Scopes;

crate::identifier! {
    /// Identifies a device's request.
    DeviceId
}

/// How long a device's request waits for its person.
pub(crate) const LIFETIME: Duration = Duration::from_mins(10);
/// How long a device waits between two questions at first, in seconds.
pub(crate) const INTERVAL_SECONDS: i64 = 5;
/// How much longer it has to wait after it asked too early (§3.5).
pub(crate) const SLOWER_BY_SECONDS: i64 = 5;

/// The scopes and resources that a device asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RequestedAccess {
    pub(super) scope: Scopes,
    pub(super) resources: Vec<String>,
}

/// The state of a device's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeviceState {
    /// Nobody has answered.
    Waiting,
    /// Allowed: this grant is waiting for the device.
    Allowed(GrantId),
    /// Refused.
    Refused,
    /// The device has its tokens.
    Redeemed(GrantId),
}

/// A device's request.
#[derive(Clone, Debug)]
pub(super) struct DeviceAuthorization {
    pub(super) id: DeviceId,
    pub(super) application: ApplicationId,
    pub(super) asked: RequestedAccess,
    pub(super) network: String,
    pub(super) user_agent: String,
    pub(super) state: DeviceState,
    /// The browser that typed the code last.
    pub(super) browser: Option<Vec<u8>>,
    /// The code, sealed.
    pub(super) user_code: Vec<u8>,
    pub(super) requested_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// The keyed hash by which the code of a device is found.
fn user_code_hash(keys: &MasterKeys, code: &UserCode) -> [u8; 32] {
    keys.keyed_hash("user code of a device", code.letters())
}

/// The purpose that the code of a device is sealed for.
fn purpose(id: DeviceId) -> String {
    format!("user code of device {id}")
}
