//! Applications: the relying parties, each an OpenID Connect client.

mod address;
mod addresses;
pub mod certificates;
pub(crate) mod client_keys;
pub(crate) mod fapi;
mod profile;
mod registration;
pub(crate) mod resources;
pub mod scopes;
mod store;

use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

pub(crate) use address::origin_or_scheme;
pub use addresses::ApplicationAddresses;
pub(crate) use addresses::{ADDRESSES_BODY_LIMIT, keep_addresses};
pub use profile::{AccessTokenType, ApplicationProfile, Dpop, OpenTo};
pub use registration::{Created, Registration, RegistrationError, RegistrationMistake, WishedAuthentication, create};
pub use registration::{check, delete, keep, renew_secret, update};
pub(in crate::provider) use registration::{prepare, replace};
pub(in crate::provider) use store::change_keys;
pub(crate) use store::tell_of_failure;
pub use store::{find, list, list_of_company, open_to_company};

use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads};
use crate::platform::jose::Algorithm;
use crate::platform::secret::{equal_in_constant_time, hash_token};
use crate::provider::applications::certificates::CertificateSubject;
use crate::provider::applications::scopes::Scopes;
pub use crate::sign_in::ApplicationId;

/// A relying party.
#[derive(Clone, Debug)]
pub struct Application {
    /// Never changes.
    pub id: ApplicationId,
    /// The `client_id`: never like the identifier of a person, so that no token is taken for
    /// another's (RFC 9700 §4.15).
    pub client_id: String,
    /// The name that people see.
    pub name: String,
    /// The company that it belongs to, where it serves one alone.
    pub company: Option<CompanyId>,
    /// How it proves to be itself.
    pub authentication: ClientAuthentication,
    /// The addresses to which answers may go, exactly.
    pub redirect_uris: Vec<String>,
    /// The addresses to which browsers may go after signing out, exactly.
    pub post_logout_redirect_uris: Vec<String>,
    /// The address at which it is told that a session has ended.
    pub back_channel_logout_uri: Option<String>,
    /// The address at which people open it.
    pub home_url: Option<String>,
    /// The grants that it may use at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// The scopes that it may ask for at most.
    pub scopes: Scopes,
    /// The API that its access tokens are for.
    pub audience: Option<String>,
    /// The algorithm of its ID tokens.
    pub id_token_algorithm: Algorithm,
    /// Whether it may ask for a code without PKCE, by a request that has a nonce: only where the application
    /// proves to be itself (RFC 9700 §2.1.1).
    pub may_omit_pkce: bool,
    /// Its settings beyond the usual ones.
    pub profile: ApplicationProfile,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When a failure of its authentication was last written to the history.
    pub failure_told_at: Option<Timestamp>,
}

/// The application of that `client_id`. A text that cannot be one is not looked for.
pub async fn find_by_client_id(db: impl Reads, client_id: &str) -> Result<Option<Application>, db::Error> {
    if !registration::is_client_id(client_id) {
        return Ok(None);
    }
    store::find_by_client_id(db, client_id).await
}

impl Application {
    /// Whether answers may go to this address: exactly as registered, but for the port of a program
    /// on the person's own machine (RFC 8252 §7.3).
    pub(crate) fn may_redirect_to(&self, address: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered == address || (self.is_public() && address::differs_in_loopback_port_alone(registered, address))
        })
    }

    /// Whether a browser may go to this address after signing out.
    pub(crate) fn may_return_to(&self, address: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|registered| registered == address)
    }

    /// Whether it cannot keep a secret.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self.authentication, ClientAuthentication::None)
    }

    /// Whether it is entered for a company: by its users or, where it is for them, by its employees.
    pub(crate) fn is_entered_for_a_company(&self) -> bool {
        self.profile.open_to != OpenTo::Everybody
    }

    /// Whether it is for employees with a chargeable service as well, and asks for no right.
    pub(crate) fn takes_employees(&self) -> bool {
        self.profile.open_to == OpenTo::Employees
    }

    /// Whether the scope `profile` alone tells it the sign-in email, as `preferred_username`: not an application of
    /// somebody else, whose people were asked about name and language, nor one that must not find them elsewhere.
    pub(crate) fn may_know_the_email_by_profile(&self) -> bool {
        !self.profile.third_party && self.profile.sector.is_none()
    }

    /// Whether the API of a resource takes tokens of the type `JWT` alone.
    pub(crate) fn wants_plain_tokens(&self, resource: &String) -> bool {
        let is_its_own = self.audience.as_ref() == Some(resource);
        self.profile.jwt_resources.contains(resource)
            || (is_its_own && self.profile.access_token_type == AccessTokenType::Jwt)
    }

    /// Whether it may ask the token endpoint for this.
    pub(crate) fn may(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }
}

/// How an application proves to be itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// By a secret of 256 random bits (`client_secret_basic`, `client_secret_post`).
    Secret {
        /// Its SHA-256.
        hash: SecretHash,
    },
    /// By signing with a key whose public half is registered (`private_key_jwt`).
    PrivateKeyJwt {
        /// The public keys (RFC 7517 §5).
        jwks: jsonwebtoken::jwk::JwkSet,
    },
    /// By a certificate that an authority signed for this name (`tls_client_auth`).
    TlsClient {
        /// The name.
        subject: CertificateSubject,
    },
    /// By a certificate with a registered key (`self_signed_tls_client_auth`).
    SelfSignedTlsClient {
        /// The public keys.
        jwks: jsonwebtoken::jwk::JwkSet,
    },
    /// Not at all: a program on a machine of the person, or in a browser.
    None,
}

/// The SHA-256 of a client's secret, stored in base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of no secret that anybody knows: compared with where there is none.
    pub(in crate::provider) const OF_NOTHING: Self = Self([0; 32]);

    /// The hash of a secret.
    pub(crate) fn of(secret: &str) -> Self {
        Self(hash_token(secret))
    }

    /// Whether it is the hash of this secret. Takes the same time either way.
    pub(crate) fn matches(&self, secret: &str) -> bool {
        equal_in_constant_time(&self.0, &hash_token(secret))
    }
}

impl Serialize for SecretHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for SecretHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(serde::de::Error::custom)?;
        bytes.try_into().map(Self).map_err(|_| serde::de::Error::custom("a hash has 32 bytes"))
    }
}

/// A grant of the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// Tokens for a code (RFC 6749 §4.1).
    AuthorizationCode,
    /// Tokens for a refresh token (§6).
    RefreshToken,
    /// A token for the application itself (§4.4).
    ClientCredentials,
    /// Tokens for a device whose person answers in a browser elsewhere (RFC 8628 §3.4).
    DeviceCode,
    /// Tokens for an application that asks a person's phone by itself (OpenID Connect CIBA §10.1).
    Backchannel,
}

impl GrantType {
    /// Every grant type.
    pub const ALL: [Self; 5] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials, Self::DeviceCode, Self::Backchannel];

    /// The value of `grant_type`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::Backchannel => "urn:openid:params:grant-type:ciba",
        }
    }
}

impl FromStr for GrantType {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = "must be authorization_code, refresh_token, client_credentials, \
                     urn:ietf:params:oauth:grant-type:device_code or urn:openid:params:grant-type:ciba";
        Self::ALL.into_iter().find(|grant_type| grant_type.as_str() == text).ok_or(words)
    }
}
