//! The settings of the ID card: what the kind decides itself, and their checks.

use crate::proofs::identities::CountryCode;
use crate::proofs::identity_providers::IdentityWorth;
use crate::proofs::identity_providers::estonia::settings as shared;
use crate::proofs::identity_providers::settings::{IdentityMethod, MethodGroup, ProviderSettings, SettingsFault};

/// The settings with everything that the kind decides.
pub(in crate::proofs::identity_providers) fn filled(settings: ProviderSettings) -> ProviderSettings {
    let mut settings = settings;
    if settings.methods.is_empty() {
        settings.methods = vec![IdentityMethod {
            id: "id-card-estonia".to_owned(),
            name: "ID-kaart (Eesti)".to_owned(),
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
    let calls_nobody = settings.issuer.is_empty() && settings.client_id.is_empty() && settings.authorities.is_none();
    if !calls_nobody {
        let words = "issuer, client_id and authorities are for providers that are called, and the card is not";
        faults.push(SettingsFault(words.to_owned()));
    }
    faults
}
