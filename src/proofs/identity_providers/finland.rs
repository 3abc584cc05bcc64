//! The Finnish Trust Network, by Traficom's OpenID Connect profile (S213/2023): its levels, its claim, and its banks by
//! the values of the broker whose list is public. Another broker's values are written in its file.

use super::IdentityWorth;
use super::settings::{IdentityMethod, MethodGroup, MethodParameter, ProviderSettings};
use crate::proofs::identities::CountryCode;

/// The claim with the personal identity code.
const IDENTIFIER: &str = "urn:oid:1.2.246.21";

/// The levels of assurance, as `acr` names them. Those of a test environment are the operator's to add: in production
/// they are worth nothing.
const LEVELS: [(&str, IdentityWorth); 2] = [
    ("http://ftn.ficora.fi/2017/loa2", IdentityWorth::Substantial),
    ("http://ftn.ficora.fi/2017/loa3", IdentityWorth::High),
];

/// The banks, each with its word, its name and its value.
const BANKS: [[&str; 3]; 9] = [
    ["danske-bank", "Danske Bank", "oidc.danskebank.1"],
    ["nordea", "Nordea", "oidc.nordea.1"],
    ["osuuspankki", "Osuuspankki", "saml.op.1"],
    ["aktia", "Aktia", "oidc.aktia.1"],
    ["saastopankit", "Säästöpankit", "oidc.sp.1"],
    ["pop-pankit", "POP-Pankit", "oidc.pop.1"],
    ["alandsbanken", "Ålandsbanken", "oidc.alandsbanken.1"],
    ["omasp", "OmaSP", "oidc.omasp.1"],
    ["s-pankki", "S-Pankki", "oidc.spankki.1"],
];

/// The eID that is no bank's.
const OTHERS: [[&str; 3]; 1] = [["hightrust", "Hightrust.id", "oidc.hightrust.id.1"]];

/// The settings of a broker with everything that the profile decides.
pub(super) fn filled(settings: ProviderSettings) -> ProviderSettings {
    let mut settings = settings;
    settings.country.get_or_insert(CountryCode::FINLAND);
    settings.identifier_claim.get_or_insert_with(|| IDENTIFIER.to_owned());
    if settings.levels.is_empty() {
        settings.levels = LEVELS.into_iter().map(|(acr, worth)| (acr.to_owned(), worth)).collect();
    }
    if settings.methods.is_empty() && settings.method_parameter == MethodParameter::AcrValues {
        let banks = BANKS.into_iter().map(|words| method(words, MethodGroup::FinnishBank));
        settings.methods = banks.chain(OTHERS.into_iter().map(|words| method(words, MethodGroup::Other))).collect();
    }
    settings
}

fn method([id, name, value]: [&str; 3], group: MethodGroup) -> IdentityMethod {
    IdentityMethod {
        id: id.to_owned(),
        name: name.to_owned(),
        group,
        value: Some(value.to_owned()),
        worth: IdentityWorth::Substantial,
    }
}
