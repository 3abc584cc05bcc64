//! Grants: what a person's sign-in gave an application, from the code to the last refresh. Codes,
//! refresh tokens and access tokens all hang on one grant, and end with it.

mod refresh_token;
mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use refresh_token::RefreshToken;
pub(super) use store::revoke_all;
pub(super) use store::{add_code, begin, begin_refreshing, expire, rotate, rotate_alone, use_code};
pub(crate) use store::{
    code, find, find_by_refresh_token, is_access_token_revoked, revoke, revoke_access_token, revoke_of_company,
};

use super::applications::ApplicationId;
use super::authorize::RequestedClaims;
use crate::directory::companies::CompanyId;
use crate::directory::entrance::CompanyAccess;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::provider::applications::scopes::Scopes;
use crate::sign_in::Acr;
use crate::sign_in::sessions::SessionId;

crate::identifier! {
    /// Identifies a grant.
    GrantId
}

/// How long a code lives (ASVS 10.4.3: at most a minute).
pub(crate) const CODE_LIFETIME: Duration = Duration::from_mins(1);
/// How long a grant without refresh tokens is kept: longer than its access token lives.
pub(crate) const UNREFRESHED_LIFETIME: Duration = Duration::from_hours(1);
/// How long a refresh token may lie unused.
pub(crate) const IDLE_LIFETIME: Duration = Duration::from_hours(30 * 24);
/// How long refresh tokens outlive their session, in all, where `offline_access` was granted.
pub(crate) const OFFLINE_LIFETIME: Duration = Duration::from_hours(180 * 24);

/// The details of a grant, as they were at the sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Details {
    /// The scopes of access tokens.
    pub(crate) scope: Scopes,
    /// Single claims that were asked for.
    #[serde(default)]
    pub(crate) claims: RequestedClaims,
    /// The APIs that were asked for by name (RFC 8707).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) resources: Vec<String>,
    /// How strongly the person was proven.
    pub(crate) acr: Acr,
    /// By what (RFC 8176).
    pub(crate) amr: Vec<String>,
    /// When, in Unix seconds.
    pub(crate) auth_time: i64,
    /// For which company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<CompanyId>,
}

/// A grant, with everything that decides whether it is still in force.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// Its identifier.
    pub(crate) id: GrantId,
    /// The application that it was given to.
    pub(crate) application: ApplicationId,
    /// The person who gave it.
    pub(crate) person: PersonId,
    /// The session that it was given in.
    pub(crate) session: SessionId,
    /// Whether it outlives that session.
    pub(crate) offline: bool,
    /// Its details.
    pub(crate) details: Details,
    /// When it was given.
    pub(crate) created_at: Timestamp,
    /// When it ends at the latest.
    pub(crate) expires_at: Timestamp,
    /// As what the person is in its company, once that was read anew.
    pub(crate) entered: Option<CompanyAccess>,
    is_revoked: bool,
    person_is_active: bool,
    /// When the session ends at the latest; `None` where it has ended.
    session_expires_at: Option<Timestamp>,
    /// Grants of the session that were given until then are over: what proves the person has changed.
    over_until: Timestamp,
    /// The same of grants with one proof alone.
    lesser_over_until: Timestamp,
}

impl Grant {
    /// Whether it is in force: neither revoked nor expired, the person's profile open, nothing changed that
    /// proves the person, and the session alive unless the grant outlives it. Asked at every use, never
    /// remembered.
    pub(crate) fn is_alive(&self, now: Timestamp) -> bool {
        let session_is_alive = self.session_expires_at.is_some_and(|at| now < at);
        let proof_counts = self.created_at > self.over_until
            && (self.details.acr >= Acr::Aal2 || self.created_at > self.lesser_over_until);
        proof_counts
            && !self.is_revoked
            && self.person_is_active
            && now < self.expires_at
            && (self.offline || session_is_alive)
    }

    /// When its last refresh token ends: a fixed time after the sign-in, or with the session.
    pub(crate) fn refreshable_until(&self) -> Timestamp {
        if self.offline {
            self.created_at.plus(OFFLINE_LIFETIME)
        } else {
            self.session_expires_at.unwrap_or(self.created_at)
        }
    }
}

/// A grant that begins.
#[derive(Clone, Debug)]
pub(super) struct NewGrant {
    pub(super) id: GrantId,
    pub(super) application: ApplicationId,
    pub(super) person: PersonId,
    pub(super) session: SessionId,
    pub(super) offline: bool,
    pub(super) details: Details,
}

/// The code that leads to a new grant.
#[derive(Clone, Debug)]
pub(super) struct NewCode {
    pub(super) code_hash: [u8; 32],
    pub(super) redirect_uri: String,
    pub(super) code_challenge: Option<String>,
    pub(super) dpop_jkt: Option<String>,
    pub(super) nonce: Option<String>,
}

/// A code as it was given.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// The grant that it leads to.
    pub(crate) grant: Grant,
    /// The address that it was sent to.
    pub(crate) redirect_uri: String,
    /// The hash of the verifier.
    pub(crate) code_challenge: Option<String>,
    /// The thumbprint of the key whose proof must come with it (RFC 9449 §10).
    pub(crate) dpop_jkt: Option<String>,
    /// The nonce, which the ID token repeats.
    pub(crate) nonce: Option<String>,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    /// Whether it was used.
    pub(crate) is_used: bool,
}

/// The key and the certificate that a refresh token was given for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RefreshTokenBinding {
    /// The thumbprint of the key of a DPoP proof.
    pub(crate) dpop_jkt: Option<String>,
    /// The thumbprint of a certificate (RFC 8705 §3.1).
    pub(crate) certificate: Option<String>,
}

/// A refresh token that came in.
#[derive(Clone, Debug)]
pub(crate) enum Presented {
    /// The one in force; it may have expired.
    Current {
        /// Its grant.
        grant: Grant,
        /// When it ends.
        expires_at: Timestamp,
        /// When it was issued.
        issued_at: Timestamp,
        /// The key and the certificate that it was given for.
        given_for: RefreshTokenBinding,
    },
    /// One that was used up: somebody has a copy.
    UsedUp(Grant),
}
