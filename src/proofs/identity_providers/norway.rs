//! BankID of Norway, by its own OpenID Connect: its issuer, its levels, its claim, and its two methods. A person without a
//! Norwegian identity number has no BankID.

use super::IdentityWorth;
use super::settings::{IdentityMethod, MethodGroup, MethodParameter, ProviderSettings};
use crate::proofs::identities::CountryCode;

/// The issuer of production.
const ISSUER: &str = "https://auth.bankid.no/auth/realms/prod";
/// The scope, and the claim, of the national identity number. BankID grants it to a client by contract.
const IDENTIFIER: &str = "nnin_altsub";

/// The levels of assurance, as `acr` names them. A test environment names the same ones, under another issuer.
const LEVELS: [(&str, IdentityWorth); 2] =
    [("urn:bankid:bid;LOA=4", IdentityWorth::High), ("urn:bankid:bis;LOA=3", IdentityWorth::Substantial)];

/// The methods, each with its word, its name and the value of `login_hint`.
const METHODS: [([&str; 3], IdentityWorth); 2] = [
    (["bankid-norway", "BankID (Norge)", "BID"], IdentityWorth::High),
    (["bankid-norway-biometrics", "BankID med biometri (Norge)", "BIS"], IdentityWorth::Substantial),
];

/// The settings with everything that BankID decides.
pub(super) fn filled(settings: ProviderSettings) -> ProviderSettings {
    let mut settings = settings;
    if settings.issuer.is_empty() {
        ISSUER.clone_into(&mut settings.issuer);
    }
    settings.scope.get_or_insert_with(|| format!("openid {IDENTIFIER}"));
    settings.country.get_or_insert(CountryCode::NORWAY);
    settings.identifier_claim.get_or_insert_with(|| IDENTIFIER.to_owned());
    if settings.levels.is_empty() {
        settings.levels = LEVELS.into_iter().map(|(acr, worth)| (acr.to_owned(), worth)).collect();
    }
    if settings.methods.is_empty() {
        settings.method_parameter = MethodParameter::LoginHint;
        settings.methods = METHODS.into_iter().map(method).collect();
    }
    settings
}

fn method(([id, name, value], worth): ([&str; 3], IdentityWorth)) -> IdentityMethod {
    let [id, name, value] = [id, name, value].map(str::to_owned);
    IdentityMethod { id, name, group: MethodGroup::Other, value: Some(value), worth }
}
