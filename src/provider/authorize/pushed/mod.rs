//! Pushed authorization requests (PAR, RFC 9126): an application sends its request here first, proven,
//! and sends the browser with a reference. Nobody on the way then sees or changes the
//! request.

mod endpoint;
mod store;

use std::time::Duration;

pub use endpoint::receive;
pub(in crate::provider) use store::{expire, use_up};

use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads};
use crate::platform::secret::hash_token;
use crate::platform::web::parameters::Parameters;
use crate::provider::applications::{Application, ApplicationId};
use crate::provider::authorize::RequestId;

/// How long a pushed request waits for its browser.
pub(crate) const LIFETIME: Duration = Duration::from_mins(1);
/// How long it is kept after that: as long as the authorization request that it became, so that who
/// comes back with the same link is led on.
pub(crate) const KEPT_AFTER: Duration = Duration::from_hours(1);
/// The beginning of every reference (§2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The key of a pushed request: a reference is good for its application alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PushedKey {
    application: ApplicationId,
    hash: [u8; 32],
}

/// A request that is pushed now.
struct NewPushed {
    key: PushedKey,
    parameters: Vec<(String, String)>,
    dpop_jkt: Option<String>,
    expires_at: Timestamp,
}

/// A pushed request as it is kept.
pub(crate) struct Pushed {
    /// The parameters, as they came or as they were signed.
    pub(crate) parameters: Parameters,
    /// The key whose proof came with it.
    pub(crate) dpop_jkt: Option<String>,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    /// Whether it was used.
    pub(crate) is_used: bool,
    /// The authorization request that it became, where a person is asked.
    pub(crate) became: Option<RequestId>,
}

/// Whether a `request_uri` is a reference of ours. Any other one would have to be fetched, which is not
/// done.
pub(crate) fn is_reference(request_uri: &str) -> bool {
    request_uri.starts_with(PREFIX)
}

/// The pushed request behind a reference; `None` where this application pushed no such one.
pub(crate) async fn find(
    db: impl Reads,
    application: &Application,
    request_uri: &str,
) -> Result<Option<(PushedKey, Pushed)>, db::Error> {
    let Some(token) = request_uri.strip_prefix(PREFIX) else { return Ok(None) };
    let key = PushedKey { application: application.id, hash: hash_token(token) };
    Ok(store::find(db, key.application, &key.hash).await?.map(|pushed| (key, pushed)))
}
