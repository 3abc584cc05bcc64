//! `/oauth/authorize` (RFC 6749 §3.1, OpenID Connect Core §3.1.2): an application sends a browser
//! here, and gets it back with a code or an error.

mod answer;
mod claims;
mod consent;
mod destination;
mod incoming;
mod kept_request;
mod not_admitted;
mod open_redirect;
mod pages;
pub(crate) mod pushed;
pub(crate) mod refusals;
mod request;
pub mod request_object;
#[cfg(test)]
mod request_tests;
mod store;
mod turning_back;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use claims::RequestedClaims;
pub use consent::receive as receive_consent;
pub(crate) use destination::{Destination, with_parameters};
pub(crate) use not_admitted::as_someone_else;
pub(crate) use open_redirect::go_back;
pub use pages::{go_on, receive, show};
pub use request::{AcrWish, AuthorizationRequest, OAuthError, PageRefusal, RequestError, RequestRefusal, is_pkce_text};
pub use request::{client_id, is_parameter, read};
pub(super) use store::{close, expire};
pub use turning_back::turn_back;

use crate::provider::applications::scopes::Scopes;
use crate::sign_in::Demand;

/// How long a request waits for its person.
const LIFETIME: Duration = Duration::from_hours(1);

crate::identifier! {
    /// Identifies an authorization request that waits for its person.
    RequestId
}

/// A request as it is kept while the person signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct PendingAuthorization {
    destination: Destination,
    scope: Scopes,
    #[serde(default)]
    resources: Vec<String>,
    /// Whether the person is to be asked what the application may have, whatever they said before.
    #[serde(default)]
    ask_consent: bool,
    code_challenge: Option<String>,
    /// The key that alone redeems the code (RFC 9449 §10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dpop_jkt: Option<String>,
    nonce: Option<String>,
    claims: RequestedClaims,
    acr: AcrWish,
    demand: Demand,
}
