//! What an application wants beyond the plain: stored as one JSON value, in which what is not said is
//! off, so that an application of an earlier version stays what it was.

use serde::{Deserialize, Serialize};

/// What an application wants beyond the plain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Whether every refresh brings an ID token, and not only one that asks for the scope `openid`: for
    /// client libraries that expect it.
    pub id_token_at_refresh: bool,
}
