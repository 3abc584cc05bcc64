//! The settings of Mobile-ID: what the kind decides itself, and their checks.

use crate::proofs::identities::CountryCode;
use crate::proofs::identity_providers::IdentityWorth;
use crate::proofs::identity_providers::estonia::settings as shared;
use crate::proofs::identity_providers::settings::{IdentityMethod, MethodGroup, ProviderSettings, SettingsFault};

/// The address of the interface, in production.
const ADDRESS: &str = "https://mid.sk.ee/mid-api";

/// The settings with everything that the kind decides.
pub(in crate::proofs::identity_providers) fn filled(settings: ProviderSettings) -> ProviderSettings {
    let mut settings = settings;
    if settings.issuer.is_empty() {
        ADDRESS.clone_into(&mut settings.issuer);
    }
    if settings.methods.is_empty() {
        settings.methods = vec![IdentityMethod {
            id: "mobile-id".to_owned(),
            name: "Mobiil-ID".to_owned(),
            group: MethodGroup::Other,
            value: None,
            worth: IdentityWorth::High,
        }];
    }
    settings.country = Some(CountryCode::ESTONIA);
    settings
}

/// Every setting that does not hold, beside those that every provider has.
pub(in crate::proofs::identity_providers) fn faults(settings: &ProviderSettings) -> Vec<SettingsFault> {
    let mut faults = shared::faults(settings);
    faults.extend(shared::faults_of_calls(settings));
    faults
}
