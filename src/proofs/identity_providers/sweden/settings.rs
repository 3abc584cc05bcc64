//! The settings of BankID: what it decides itself, and their checks.

use super::super::IdentityWorth;
use super::super::settings::{IdentityMethod, MethodGroup, ProviderSettings, SettingsFault};
use crate::platform::egress::CertifiedCaller;
use crate::platform::secret::Secret;
use crate::proofs::identities::CountryCode;

/// The address of the API, in production.
const ADDRESS: &str = "https://appapi2.bankid.com/rp/v6.0";

/// The settings with everything that BankID decides.
pub(in crate::proofs::identity_providers) fn filled(settings: ProviderSettings) -> ProviderSettings {
    let mut settings = settings;
    if settings.issuer.is_empty() {
        ADDRESS.clone_into(&mut settings.issuer);
    }
    if settings.methods.is_empty() {
        settings.methods = vec![IdentityMethod {
            id: "bankid-sweden".to_owned(),
            name: "BankID (Sverige)".to_owned(),
            group: MethodGroup::Other,
            value: None,
            worth: IdentityWorth::Substantial,
        }];
    }
    settings.country = Some(CountryCode::SWEDEN);
    settings
}

/// Every setting that does not hold, beside those that every provider has.
pub(in crate::proofs::identity_providers) fn faults(settings: &ProviderSettings) -> Vec<SettingsFault> {
    let mut faults = Vec::new();
    let mut demand = |holds: bool, words: &str| {
        if !holds {
            faults.push(SettingsFault(words.to_owned()));
        }
    };
    let pins = settings.authorities.as_deref().is_some_and(CertifiedCaller::has_authorities);
    demand(pins, "authorities is needed: the certificates in PEM of the authority that BankID's own server has");
    let is_substantial = settings.methods.iter().all(|method| method.worth <= IdentityWorth::Substantial);
    demand(is_substantial, "BankID is substantial: a method is worth no more");
    let is_plain = settings.levels.is_empty() && settings.identifier_claim.is_none() && settings.endpoints.is_none();
    demand(is_plain, "levels, identifier_claim and endpoints belong to OpenID Connect");
    demand(!settings.judges_certificates(), "issuers, status and refused_policies belong to Estonia");
    faults
}

/// The fault of a secret that is no certificate with its key.
pub(in crate::proofs::identity_providers) fn secret_fault(secret: &Secret<String>) -> Option<SettingsFault> {
    let words = "the secret must be a certificate and its key, in PEM";
    (!CertifiedCaller::is_identity(secret)).then(|| SettingsFault(words.to_owned()))
}
