//! What an application wants beyond the plain: stored as one JSON value, in which what is not said is
//! off, so that an application of an earlier version stays what it was.

use serde::{Deserialize, Serialize};

use crate::provider::encryption::IdTokenEncryption;
use crate::provider::{resources, subjects};

/// What an application wants beyond the plain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Whether it is somebody else's than the operator's: then people are asked what it may have.
    pub third_party: bool,
    /// The APIs that its access tokens may be for (RFC 8707), when it names them.
    pub resources: Vec<String>,
    /// The sector in which a person has one `sub` and elsewhere another (OpenID Connect Core §8); `None`
    /// where it is told the `sub` that everybody is told. It never changes: every `sub` would.
    pub sector: Option<String>,
    /// How its ID tokens are encrypted.
    pub id_token_encryption: Option<IdTokenEncryption>,
    /// Whether every refresh brings an ID token, and not only one that asks for the scope `openid`: for
    /// client libraries that expect it.
    pub id_token_at_refresh: bool,
}

impl Profile {
    /// Tells of every mistake in it, by the field and in words.
    pub(super) fn check(&self, mut tell: impl FnMut(&'static str, String)) {
        if self.resources.len() > resources::MOST {
            tell("resources", format!("has more than {} resources", resources::MOST));
        }
        for resource in &self.resources {
            if let Err(problem) = resources::check(resource) {
                tell("resources", format!("{resource} {problem}"));
            }
        }
        if self.sector.as_deref().is_some_and(|sector| !subjects::is_sector(sector)) {
            tell("sector", "must be the name of a host in lower case, such as company.example".to_owned());
        }
        if let Some(problem) = self.id_token_encryption.as_ref().and_then(|encryption| encryption.check().err()) {
            tell("jwks", problem.to_owned());
        }
    }
}
