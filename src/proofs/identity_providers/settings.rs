//! The settings of a provider, as an operator writes them in a file and as they are stored, and their checks.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::IdentityWorth;
use super::estonia::{StatusSettings, mobile_id, smart_id, web_eid};
use super::keys::ProviderKeyKind;
use super::signed_key_sets::SignedKeySet;
use super::sweden::OrderRisk;
use super::{finland, norway, sweden};
use crate::directory::companies::CompanyId;
use crate::platform::egress::{Egress, EgressError};
use crate::platform::jose::Algorithm;
use crate::platform::one_line::is_line;
use crate::platform::secret::Secret;
use crate::proofs::identities::CountryCode;

/// The most methods of one provider.
const MOST_METHODS: usize = 40;
/// The longest name that the trust network shows, in characters.
const LONGEST_SERVICE_NAME: usize = 40;
/// The longest time for which evidence is kept, in days.
const MOST_EVIDENCE_DAYS: u32 = 3650;
/// The longest text of any setting, in characters.
const LONGEST: usize = 500;

/// The kind of a provider, which decides what is left to its own settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Any OpenID Connect provider: the directory of a company.
    Oidc,
    /// A broker of the Finnish Trust Network, by Traficom's profile of OpenID Connect.
    FinnishTrustNetwork,
    /// BankID of Norway, by its own OpenID Connect.
    NorwayBankId,
    /// BankID of Sweden, by its relying-party API.
    SwedenBankId,
    /// The ID card of Estonia in a reader, by Web eID.
    EstoniaWebEid,
    /// Smart-ID, of people in Estonia, by its relying-party API.
    EstoniaSmartId,
    /// Mobile-ID, of people in Estonia, by its REST interface.
    EstoniaMobileId,
}

impl ProviderKind {
    /// Whether it speaks OpenID Connect.
    pub fn is_openid(self) -> bool {
        matches!(self, Self::Oidc | Self::FinnishTrustNetwork | Self::NorwayBankId)
    }

    /// Whether this service calls it, and so needs its address.
    pub(crate) fn is_called(self) -> bool {
        self != Self::EstoniaWebEid
    }
}

/// How this service proves to be itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderAuthentication {
    /// By a key of its own (RFC 7523 §2.2).
    #[default]
    PrivateKeyJwt,
    /// By a secret, in the header.
    ClientSecretBasic,
    /// By a secret, in the form.
    ClientSecretPost,
}

impl ProviderAuthentication {
    /// Whether it needs a secret that the provider gave.
    pub fn by_secret(self) -> bool {
        self != Self::PrivateKeyJwt
    }
}

/// The form of an authorization request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestForm {
    /// A signed request object (RFC 9101).
    #[default]
    Signed,
    /// Pushed from server to server (RFC 9126).
    Pushed,
    /// Plain parameters, for a provider that knows neither.
    Plain,
}

/// The parameter that names the method to a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodParameter {
    /// `acr_values`.
    #[default]
    AcrValues,
    /// `ftn_idp_id`, as one broker of the trust network has it.
    FtnIdpId,
    /// `login_hint`, as BankID of Norway has it.
    LoginHint,
}

/// The addresses of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderEndpoints {
    /// The page that browsers are sent to.
    pub authorization: String,
    /// The token endpoint.
    pub token: String,
    /// The endpoint for pushed requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request: Option<String>,
    /// Its keys.
    pub jwks: String,
    /// Whether it names itself in its answers (RFC 9207).
    #[serde(default)]
    pub names_itself: bool,
}

/// The heading that a method stands under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodGroup {
    /// The Finnish banks.
    FinnishBank,
    /// Any other electronic identity.
    #[default]
    Other,
    /// The directory of a company.
    Company,
}

/// One method of a provider: a bank, an eID, or the provider itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityMethod {
    /// Its word in addresses.
    pub id: String,
    /// Its name for people, the same in every language.
    pub name: String,
    /// The heading that it stands under.
    #[serde(default)]
    pub group: MethodGroup,
    /// The value by which the provider knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The least that its answer has to be worth.
    pub worth: IdentityWorth,
}

/// The settings of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its kind.
    pub kind: ProviderKind,
    /// Its name for the operator.
    pub name: String,
    /// The company whose directory it is: it vouches for the people of that company, and for nobody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyId>,
    /// The name by which it signs; of BankID of Sweden, Smart-ID and Mobile-ID the address of the API.
    #[serde(default)]
    pub issuer: String,
    /// The name by which it knows this service: of Smart-ID and Mobile-ID its identifier. BankID of Sweden knows it by its certificate.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client_id: String,
    /// How this service proves to be itself.
    #[serde(default)]
    pub authentication: ProviderAuthentication,
    /// The form of requests.
    #[serde(default)]
    pub request: RequestForm,
    /// The algorithm of what this service signs. By default RS256 in the trust network, and ES256 elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_algorithm: Option<Algorithm>,
    /// The algorithm by which tokens are encrypted to this service: `RSA-OAEP` (by default; RSA-OAEP-256 is read, too) or
    /// `ECDH-ES`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_algorithm: Option<ProviderKeyKind>,
    /// Whether ID tokens must be encrypted. By default in the trust network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// The scope; by default `openid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The name of the service that the bank shows (`ftn_spname`), or that Smart-ID or Mobile-ID knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// Its addresses; discovered where they are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<ProviderEndpoints>,
    /// The signed set of its keys, which counts in place of the plain one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_keys: Option<SignedKeySet>,
    /// The parameter that names the method.
    #[serde(default)]
    pub method_parameter: MethodParameter,
    /// The country of the national identifier. Without one, people are known by the provider's own identifier (`sub`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// The claim with the national identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier_claim: Option<String>,
    /// The worth of each `acr`. An answer with another is refused. Where it is empty, `acr` is not read, and an answer
    /// is worth what the operator says of its method.
    #[serde(default)]
    pub levels: BTreeMap<String, IdentityWorth>,
    /// Whether the provider leaves out `auth_time`: then it is asked to have the person prove themselves each time.
    #[serde(default)]
    pub no_auth_time: bool,
    /// The days for which accepted answers are kept, sealed; none are by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_days: Option<u32>,
    /// The authorities that the server of BankID of Sweden, Smart-ID or Mobile-ID is certified by, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorities: Option<String>,
    /// The most risk that is taken, as BankID of Sweden reckons it; by default `moderate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_risk: Option<OrderRisk>,
    /// The authorities that sign the certificates of people in Estonia, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuers: Option<String>,
    /// The responders that tell the state of such a certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusSettings>,
    /// The policies of certificates that are not taken, with all that stand under them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_policies: Vec<String>,
    /// Its methods, in the order in which they are offered.
    #[serde(default)]
    pub methods: Vec<IdentityMethod>,
}

/// A setting that does not hold, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFault(pub(crate) String);

impl fmt::Display for SettingsFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl ProviderSettings {
    /// Reads the text of a file, and fills in what the kind decides.
    ///
    /// # Errors
    /// Every setting that does not hold.
    pub fn read(text: &str) -> Result<Self, Vec<SettingsFault>> {
        let read: Self = serde_json::from_str(text).map_err(|error| vec![SettingsFault(error.to_string())])?;
        let filled = match read.kind {
            ProviderKind::FinnishTrustNetwork => finland::filled(read),
            ProviderKind::NorwayBankId => norway::filled(read),
            ProviderKind::SwedenBankId => sweden::filled(read),
            ProviderKind::EstoniaWebEid => web_eid::filled(read),
            ProviderKind::EstoniaSmartId => smart_id::filled(read),
            ProviderKind::EstoniaMobileId => mobile_id::filled(read),
            ProviderKind::Oidc => read,
        };
        filled.check()?;
        Ok(filled)
    }

    /// Whether every setting holds.
    ///
    /// # Errors
    /// Every setting that does not.
    pub fn check(&self) -> Result<(), Vec<SettingsFault>> {
        let faults = self.faults();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The algorithm of what this service signs.
    pub(crate) fn signs_with(&self) -> Algorithm {
        self.signing_algorithm.unwrap_or(match self.kind {
            ProviderKind::FinnishTrustNetwork => Algorithm::Rs256,
            _ => Algorithm::Es256,
        })
    }

    /// The kind of the key that is encrypted to.
    pub(crate) fn encrypts_with(&self) -> ProviderKeyKind {
        self.encryption_algorithm.unwrap_or(ProviderKeyKind::RsaOaep)
    }

    /// Whether a token that is not encrypted is refused.
    pub(crate) fn demands_encryption(&self) -> bool {
        self.encrypted.unwrap_or(self.kind == ProviderKind::FinnishTrustNetwork)
    }

    /// The time for which accepted answers are kept.
    pub(crate) fn keeps_evidence_for(&self) -> Option<Duration> {
        self.evidence_days.map(|days| Duration::from_hours(24 * u64::from(days)))
    }

    /// The scope of requests.
    pub(crate) fn scope(&self) -> &str {
        self.scope.as_deref().unwrap_or("openid")
    }

    /// Whether a secret is needed: one of the provider's, or a certificate of this service with its key.
    pub fn needs_secret(&self) -> bool {
        match self.kind {
            ProviderKind::SwedenBankId => true,
            ProviderKind::EstoniaWebEid | ProviderKind::EstoniaSmartId | ProviderKind::EstoniaMobileId => false,
            _ => self.authentication.by_secret(),
        }
    }

    /// The fault of a secret that cannot be used.
    pub fn secret_fault(&self, secret: &Secret<String>) -> Option<SettingsFault> {
        match self.kind {
            ProviderKind::SwedenBankId => sweden::secret_fault(secret),
            ProviderKind::EstoniaWebEid | ProviderKind::EstoniaSmartId | ProviderKind::EstoniaMobileId => {
                Some(SettingsFault("this kind needs no secret".to_owned()))
            }
            _ => None,
        }
    }

    /// Every setting that does not hold.
    fn faults(&self) -> Vec<SettingsFault> {
        let own = match self.kind {
            ProviderKind::SwedenBankId => sweden::faults(self),
            ProviderKind::EstoniaWebEid => web_eid::faults(self),
            ProviderKind::EstoniaSmartId => smart_id::faults(self),
            ProviderKind::EstoniaMobileId => mobile_id::faults(self),
            _ => self.openid_faults(),
        };
        self.usual_faults().into_iter().chain(own).collect()
    }

    /// Whether it has a setting about the certificates of people.
    pub(super) fn judges_certificates(&self) -> bool {
        self.issuers.is_some() || self.status.is_some() || !self.refused_policies.is_empty()
    }

    /// The settings of OpenID Connect that do not hold.
    fn openid_faults(&self) -> Vec<SettingsFault> {
        let mut faults = Vec::new();
        let mut demand = |holds: bool, words: &str| {
            if !holds {
                faults.push(SettingsFault(words.to_owned()));
            }
        };
        demand(is_text(&self.client_id), "client_id must be a line of at most 500 characters");
        let is_plain = self.authorities.is_none() && self.most_risk.is_none();
        demand(is_plain, "authorities and most_risk belong to BankID of Sweden");
        demand(!self.judges_certificates(), "issuers, status and refused_policies belong to Estonia");
        demand(self.encrypts_with().is_for_encryption(), "encryption_algorithm must be RSA-OAEP or ECDH-ES");
        demand(self.scope().split(' ').any(|word| word == "openid"), "scope must hold openid");
        let name_fits = |name: &String| is_text(name) && name.chars().count() <= LONGEST_SERVICE_NAME;
        demand(self.service_name.as_ref().is_none_or(name_fits), "service_name must have at most 40 characters");
        demand(
            self.kind != ProviderKind::FinnishTrustNetwork || self.service_name.is_some(),
            "service_name is needed in the Finnish Trust Network: the name that the bank shows",
        );
        demand(
            self.identifier_claim.is_some() == self.country.is_some(),
            "country and identifier_claim go together: the claim holds the national identifier of that country",
        );
        demand(
            self.country.is_none() || !self.levels.is_empty(),
            "levels are needed where people are known by a national identifier: an acr decides, not a setting",
        );
        for endpoint in self.endpoints.iter().flat_map(ProviderEndpoints::each) {
            demand(is_address(endpoint), "each of endpoints must be an address that begins with https://");
        }
        if let Some(signed) = &self.signed_keys {
            demand(is_address(&signed.address), "the address of signed_keys must begin with https://");
            let fault = signed.fault();
            demand(fault.is_none(), fault.as_deref().unwrap_or_default());
        }
        let pushes = self.endpoints.as_ref().is_none_or(|known| known.pushed_authorization_request.is_some());
        demand(
            self.request != RequestForm::Pushed || pushes,
            "request is pushed, and endpoints name no pushed_authorization_request",
        );
        faults
    }

    /// The settings of every provider that do not hold.
    fn usual_faults(&self) -> Vec<SettingsFault> {
        let mut faults = Vec::new();
        let mut demand = |holds: bool, words: &str| {
            if !holds {
                faults.push(SettingsFault(words.to_owned()));
            }
        };
        demand(is_text(&self.name), "name must be a line of at most 500 characters");
        let is_known = !self.kind.is_called() || is_address(&self.issuer);
        demand(is_known, "issuer must be an address that begins with https://");
        demand(
            self.evidence_days.is_none_or(|days| (1..=MOST_EVIDENCE_DAYS).contains(&days)),
            "evidence_days must be from 1 to 3650; leave it out to keep none",
        );
        demand(self.company.is_none() || self.kind == ProviderKind::Oidc, "company goes with the kind oidc alone");
        // Otherwise one company would vouch for the people of all others.
        demand(
            self.company.is_none() || self.country.is_none(),
            "company and country do not go together: a company's directory knows people by its own identifier",
        );
        demand(!self.methods.is_empty(), "methods must name at least one");
        demand(self.methods.len() <= MOST_METHODS, "methods must be at most 40");
        for method in &self.methods {
            let is_word = |text: &str| {
                (1..=40).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            };
            demand(is_word(&method.id), "the id of a method must be small letters, digits and dashes");
            demand(is_text(&method.name), "the name of a method must be a line of at most 500 characters");
            demand(method.value.as_deref().is_none_or(is_text), "the value of a method must be a line");
            let others = self.methods.iter().filter(|other| other.id == method.id).count();
            demand(others == 1, "each method needs an id of its own");
            let is_reached = self.levels.is_empty() || self.levels.values().any(|worth| *worth >= method.worth);
            demand(is_reached, "no acr of levels is worth as much as a method promises");
        }
        faults
    }
}

impl ProviderEndpoints {
    fn each(&self) -> impl Iterator<Item = &String> {
        [&self.authorization, &self.token, &self.jwks].into_iter().chain(&self.pushed_authorization_request)
    }
}

fn is_text(text: &str) -> bool {
    is_line(text, LONGEST)
}

/// Whether an address can be one of a provider. Unencrypted ones lead into opened networks alone: the calls see to that.
pub(super) fn is_address(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_known = matches!(url.scheme(), "https" | "http") && url.host().is_some();
    is_known && url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

/// The members of a provider's metadata that are read (OpenID Connect Discovery §3).
#[derive(Deserialize)]
struct ProviderMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    pushed_authorization_request_endpoint: Option<String>,
    jwks_uri: String,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// The endpoints that a provider publishes under its issuer. Its metadata must name exactly that issuer.
///
/// # Errors
/// There is no metadata, or another provider's.
pub async fn discovered(egress: &Egress, issuer: &str) -> Result<ProviderEndpoints, EgressError> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let json = egress.fetch_json(&address).await?.json;
    let found: ProviderMetadata =
        serde_json::from_value(json).map_err(|error| EgressError::Unusable(format!("its metadata: {error}")))?;
    if found.issuer != issuer {
        return Err(EgressError::Unusable("its metadata names another issuer".to_owned()));
    }
    Ok(ProviderEndpoints {
        authorization: found.authorization_endpoint,
        token: found.token_endpoint,
        pushed_authorization_request: found.pushed_authorization_request_endpoint,
        jwks: found.jwks_uri,
        names_itself: found.authorization_response_iss_parameter_supported,
    })
}
