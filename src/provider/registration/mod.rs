//! Registration by the network (RFC 7591, OpenID Connect Registration; managing: RFC 7592). It takes
//! an initial access token of the operator. An application that registers itself is never the operator's own:
//! people are asked what it may have.

mod endpoint;
mod listed;
pub(crate) mod logos;
mod metadata;
mod published;
mod store;
mod tokens;

pub use endpoint::{register, remove, replace, show};
pub(crate) use listed::ListedAddresses;

pub use logos::logo_path;
pub(crate) use logos::{logo_of, settle_logo};
pub use published::logo;
pub(crate) use published::sector;

pub use tokens::{RegistrationLimits, create, list, revoke};

use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::provider::applications::scopes::Scopes;

crate::identifier! {
    /// Identifies an initial access token.
    RegistrationTokenId
}

/// Leave to register applications, given by the operator (RFC 7591 §3).
#[derive(Clone, Debug)]
pub struct RegistrationToken {
    /// Its identifier, which opens nothing.
    pub id: RegistrationTokenId,
    /// Its name, chosen by the operator.
    pub(crate) name: String,
    /// The company that its applications belong to.
    pub(crate) company: Option<CompanyId>,
    /// The scopes that its applications may ask for at most.
    pub(crate) scopes: Scopes,
    /// How many applications it registers.
    pub(crate) uses: i64,
    /// How many it has.
    pub used: i64,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    /// When the operator took it back.
    pub(crate) revoked_at: Option<Timestamp>,
}
