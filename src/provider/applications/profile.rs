//! The settings of an application beyond the usual ones: stored as one JSON value, in which an absent switch is
//! off, so that an application of an earlier version stays what it was.

use serde::{Deserialize, Serialize};

use crate::platform::jose::Algorithm;
use crate::provider::applications::resources;
use crate::provider::claims::encryption::IdTokenEncryption;
use crate::provider::claims::subjects;

/// The settings of an application beyond the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, and any may stand beside any other")]
pub struct ApplicationProfile {
    /// Whether it is somebody else's than the operator's: then people are asked what it may have.
    pub third_party: bool,
    /// The APIs that its access tokens may be for (RFC 8707), when it names them.
    pub resources: Vec<String>,
    /// The sector in which a person has one `sub` and elsewhere another (OpenID Connect Core §8); `None`
    /// where it is told the `sub` that everybody is told. It never changes: every `sub` would.
    pub sector: Option<String>,
    /// The address that lists the redirect URIs of the sector, where it is not their host (OpenID Connect
    /// Registration §5).
    pub sector_identifier_uri: Option<String>,
    /// The address of its published keys (RFC 7591 §2). The last good ones stand in their usual places
    /// ([`key_sets`](crate::provider::key_sets)).
    pub jwks_uri: Option<String>,
    /// The address of its logo. The picture was fetched once, and is served from here
    /// ([`logo_path`](crate::provider::registration::logo_path)).
    pub logo_uri: Option<String>,
    /// Its page about the data that it gets.
    pub policy_uri: Option<String>,
    /// Its page with its terms of service.
    pub tos_uri: Option<String>,
    /// Its address for opening it from here (OpenID Connect Core §4).
    pub initiate_login_uri: Option<String>,
    /// How its ID tokens are encrypted.
    pub id_token_encryption: Option<IdTokenEncryption>,
    /// How the answers of userinfo are signed; `None` where they are plain JSON.
    pub userinfo_algorithm: Option<Algorithm>,
    /// How those are encrypted.
    pub userinfo_encryption: Option<IdTokenEncryption>,
    /// How the answers of the authorization endpoint are signed, where it asks for signed ones; as its ID tokens,
    /// where nothing is said.
    pub answer_algorithm: Option<Algorithm>,
    /// Whether it asks for signed answers alone (FAPI 2.0 Message Signing §5.4).
    pub require_signed_answers: bool,
    /// Whether every refresh brings an ID token, and not only one that asks for the scope `openid`: for
    /// client libraries that expect it.
    pub id_token_at_refresh: bool,
    /// Whether the claims of the scopes `profile` and `email` are in its ID tokens, too: for client libraries that ask
    /// for no more.
    pub claims_in_id_token: bool,
    /// Whether it keeps the FAPI 2.0 Security Profile, with all that it asks
    /// ([`fapi`](crate::provider::applications::fapi)).
    pub fapi: bool,
    /// Whether it sends people with pushed requests alone (RFC 9126 §6).
    pub require_pushed_requests: bool,
    /// Whether its requests are signed, each of them (RFC 9101 §10.5).
    pub require_signed_requests: bool,
    /// Whether its tokens are bound to a key.
    pub dpop: Dpop,
    /// Whether its tokens are bound to its certificate (RFC 8705 §3).
    pub certificate_bound: bool,
    /// The type of its access tokens, where they name no API.
    pub access_token_type: AccessTokenType,
    /// Those of the resources whose APIs take tokens of the type `JWT` alone.
    pub jwt_resources: Vec<String>,
    /// Its address for being told that a request to a person's phone was answered (OpenID Connect CIBA §4, ping); `None`
    /// where it asks by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_notification_uri: Option<String>,
    /// The people that it is open to. An application of an earlier version stays what it was.
    #[serde(default = "everybody")]
    pub open_to: OpenTo,
}

fn everybody() -> OpenTo {
    OpenTo::Everybody
}

/// The people that an application is open to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenTo {
    /// Users of companies to which it is open, with a right in it. They enter it for a company.
    #[default]
    Users,
    /// Users of companies to which it is open, and people on their employee listings with a chargeable service there. No
    /// right is needed. They enter it for a company.
    Employees,
    /// Everybody who has a profile. It learns of no company.
    Everybody,
}

impl OpenTo {
    /// The word that is typed and told.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Employees => "employees",
            Self::Everybody => "everybody",
        }
    }
}

impl std::str::FromStr for OpenTo {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Users, Self::Employees, Self::Everybody]
            .into_iter()
            .find(|word| word.as_str() == text)
            .ok_or("must be users, employees or everybody")
    }
}

/// The `typ` of access tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessTokenType {
    /// `at+jwt`, the type of access tokens (RFC 9068 §2.1).
    #[default]
    #[serde(rename = "at+jwt")]
    AtJwt,
    /// `JWT`, the type of any token, for APIs whose libraries know no other.
    #[serde(rename = "JWT")]
    Jwt,
}

impl std::str::FromStr for AccessTokenType {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "at+jwt" => Ok(Self::AtJwt),
            "JWT" => Ok(Self::Jwt),
            _ => Err("must be at+jwt or JWT"),
        }
    }
}

/// Whether tokens are bound to a key whose possession is proven at every use (RFC 9449).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dpop {
    /// Tokens are bound if the application brings a proof.
    #[default]
    Optional,
    /// Always.
    Required,
    /// Always, and with a nonce of this service in each proof: none can be made in advance (§8).
    RequiredWithNonce,
}

impl ApplicationProfile {
    /// Whether a request that was not pushed is refused.
    pub(crate) fn must_push(&self) -> bool {
        self.fapi || self.require_pushed_requests
    }

    /// Whether a token is given only for a proof.
    pub(crate) fn must_prove_possession(&self) -> bool {
        (self.fapi && !self.certificate_bound) || self.dpop != Dpop::Optional
    }

    /// Whether each proof must hold a nonce of this service.
    pub(crate) fn must_use_nonces(&self) -> bool {
        self.dpop == Dpop::RequiredWithNonce
    }
}

impl std::str::FromStr for Dpop {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "optional" => Ok(Self::Optional),
            "required" => Ok(Self::Required),
            "required-with-nonce" => Ok(Self::RequiredWithNonce),
            _ => Err("must be optional, required or required-with-nonce"),
        }
    }
}

impl ApplicationProfile {
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
        if self.jwt_resources.iter().any(|resource| !self.resources.contains(resource)) {
            tell("jwt_resources", "must be among the resources".to_owned());
        }
        if self.sector.as_deref().is_some_and(|sector| !subjects::is_sector(sector)) {
            tell("sector", "must be the name of a host in lower case, such as company.example".to_owned());
        }
        for encryption in self.id_token_encryption.iter().chain(&self.userinfo_encryption) {
            if let Err(problem) = encryption.check() {
                tell("jwks", problem.to_owned());
            }
        }
        if self.certificate_bound && self.dpop != Dpop::Optional {
            tell("certificate_bound", "does not go with dpop: tokens are bound to one or the other".to_owned());
        }
        if self.userinfo_encryption.is_some() && self.userinfo_algorithm.is_none() {
            tell("userinfo_algorithm", "is missing: answers that are encrypted are signed before".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_registrations_stay_open_and_new_ones_are_for_users() {
        assert_eq!(serde_json::from_str::<ApplicationProfile>("{}").unwrap().open_to, OpenTo::Everybody);
        assert_eq!(ApplicationProfile::default().open_to, OpenTo::Users);
        let kept = serde_json::to_string(&ApplicationProfile::default()).unwrap();
        assert_eq!(serde_json::from_str::<ApplicationProfile>(&kept).unwrap(), ApplicationProfile::default());
    }
}
