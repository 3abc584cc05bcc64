//! Providers of identities, as data: brokers of the Finnish Trust Network, the eID of neighbouring countries, and any OpenID
//! Connect provider of a company.
//! For each: its kind, its addresses, how this service proves to be itself, its methods and what each is worth. A provider
//! learns which of its methods a person chose, and nothing else of them.

mod answer;
pub mod estonia;
mod exchange;
mod finland;
mod key_sets;
mod keys;
mod norway;
mod request;
mod settings;
mod signed_key_sets;
mod store;
pub mod sweden;
mod trial;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use answer::{AnswerFault, WrongAnswer};
pub(crate) use exchange::{IdentityRequest, ProviderCall, VouchedAnswer, begin, redeem};
pub use keys::{Entity, NewProviderKey, ProviderKeyKind, ProviderKeyRecord, publish, published, successors};
pub use settings::{
    IdentityMethod, MethodGroup, MethodParameter, ProviderAuthentication, ProviderEndpoints, ProviderKind,
    ProviderSettings, RequestForm, SettingsFault, discovered,
};
pub use signed_key_sets::{SignedKeySet, published_signed};
pub use store::{add, all, change, find, find_by_name, in_use, of_company, set_state};
pub use trial::{ProviderTrial, are_fine};

use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::egress::Egress;
use crate::platform::history::Entry;
use crate::platform::secret::Secret;

crate::identifier! {
    /// The identifier of a provider of identities.
    IdentityProviderId
}

/// How far apart the clocks of a provider and of this service may be.
pub(crate) const CLOCK_LEEWAY: std::time::Duration = std::time::Duration::from_mins(1);

/// Whether a provider did not answer this node at the last call, minutes ago at most.
pub(crate) fn is_troubled(app: &Core, id: IdentityProviderId, now: Timestamp) -> bool {
    app.troubles.has(&id.to_string(), now)
}

/// An entry about a provider: it stands in the history of the company whose directory it is.
pub(crate) fn entry_about(entry: Entry, (id, company): (IdentityProviderId, Option<CompanyId>)) -> Entry {
    let entry = entry.detail("provider", id.to_string());
    match company {
        Some(company) => entry.company(company).detail("company", company),
        None => entry,
    }
}

/// How much an identity shows, in the order of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityWorth {
    /// One proof, as a password is: the second one is asked for here.
    OneProof,
    /// Two proofs of different kinds: *substantial* of Regulation (EU) No 910/2014.
    Substantial,
    /// The same at the level *high*.
    High,
}

/// Whether a provider is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderState {
    /// It is.
    On,
    /// It is not, and answers that are still on their way are not taken.
    Off,
}

impl ProviderState {
    /// The stored word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

impl fmt::Display for ProviderState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for ProviderState {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::On, Self::Off].into_iter().find(|state| state.as_str() == text).ok_or("must be on or off")
    }
}

/// A provider.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    /// Its identifier, in the addresses that it is given.
    pub id: IdentityProviderId,
    /// Everything that the operator set.
    pub settings: ProviderSettings,
    /// Whether it is offered.
    pub state: ProviderState,
    /// The secret that it gave this service, sealed.
    client_secret: Option<Vec<u8>>,
    /// The last good set of its keys.
    key_set: Option<serde_json::Value>,
    key_set_tried_at: Timestamp,
    key_set_fresh_until: Timestamp,
    /// When the set was signed, if it was; no older one takes its place.
    key_set_issued_at: Timestamp,
    /// When a signed set ends.
    key_set_ends_at: Option<Timestamp>,
}

impl IdentityProvider {
    /// The method with a word.
    pub(crate) fn method(&self, word: &str) -> Option<&IdentityMethod> {
        self.settings.methods.iter().find(|method| method.id == word)
    }

    /// Whether people of one company alone are known by it.
    pub(crate) fn is_of_a_company(&self) -> bool {
        self.settings.company.is_some()
    }

    /// The path at this service to which it sends browsers back. Each provider has one of its own, so that no answer of
    /// one is taken for another's (RFC 9700 §2.1).
    pub fn return_path(&self) -> String {
        format!("/identity-providers/{}/return", self.id)
    }

    /// The path at which this service publishes its keys for it.
    pub fn keys_path(&self) -> String {
        format!("/identity-providers/{}/jwks", self.id)
    }

    /// The path at which the same keys are published as a signed set.
    pub fn signed_keys_path(&self) -> String {
        format!("/identity-providers/{}/signed-jwks", self.id)
    }
}

/// The purpose that a provider's secret is sealed for.
fn secret_purpose(id: IdentityProviderId) -> String {
    format!("secret of identity provider {id}")
}

/// A provider before it is stored.
#[derive(Clone, Debug)]
pub struct NewIdentityProvider {
    /// Everything that the operator set, with its endpoints.
    pub settings: ProviderSettings,
    /// The secret that it gave this service, where it knows no key of ours.
    pub client_secret: Option<Secret<String>>,
}

impl NewIdentityProvider {
    /// Reads the settings that an operator wrote. Endpoints that they leave out are discovered. A provider that is there
    /// already keeps its secret.
    ///
    /// # Errors
    /// Every setting that does not hold, in words.
    pub(crate) async fn read(
        egress: &Egress,
        (text, client_secret): (&str, Option<Secret<String>>),
        is_new: bool,
    ) -> Result<Self, Vec<SettingsFault>> {
        let mut settings = ProviderSettings::read(text)?;
        if is_new && settings.needs_secret() && client_secret.is_none() {
            return Err(vec![SettingsFault("this authentication needs a client secret".to_owned())]);
        }
        if let Some(fault) = client_secret.as_ref().and_then(|secret| settings.secret_fault(secret)) {
            return Err(vec![fault]);
        }
        if settings.kind.is_openid() && settings.endpoints.is_none() {
            let found = discovered(egress, &settings.issuer).await.map_err(|error| {
                vec![SettingsFault(format!("the endpoints cannot be discovered ({error}): set them"))]
            })?;
            settings.endpoints = Some(found);
            settings.check()?;
        }
        Ok(Self { settings, client_secret })
    }
}
