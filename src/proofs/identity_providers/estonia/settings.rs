//! The settings that the Estonian kinds share: the authorities of people's certificates, and where those tell their state.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::host_of;
use crate::platform::certificates::{IssuingAuthorities, one_certificate};
use crate::platform::egress::CertifiedCaller;
use crate::platform::one_line::is_line;
use crate::proofs::identity_providers::settings::{ProviderSettings, SettingsFault, is_address};

/// The host of the responders of SK ID Solutions, in production.
const USUAL_HOST: &str = "aia.sk.ee";
/// The longest name of this service there, in characters.
const LONGEST_NAME: usize = 100;
/// The most hosts of one list.
const MOST_HOSTS: usize = 20;

/// The responders that tell the state of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusSettings {
    /// The hosts, with a port where it is unusual, that may be asked where a certificate names them.
    #[serde(default = "usual_hosts")]
    pub hosts: Vec<String>,
    /// Those of them that repeat no nonce. Their answers may be two minutes old.
    #[serde(default)]
    pub without_nonce: Vec<String>,
    /// The one responder that is asked in the place of those that certificates name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responder: Option<DesignatedResponder>,
}

/// A responder that the operator has a contract with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignatedResponder {
    /// Its address.
    pub address: String,
    /// The certificate that it signs with, in PEM.
    pub certificate: String,
}

fn usual_hosts() -> Vec<String> {
    vec![USUAL_HOST.to_owned()]
}

impl Default for StatusSettings {
    fn default() -> Self {
        Self { hosts: usual_hosts(), without_nonce: Vec::new(), responder: None }
    }
}

impl StatusSettings {
    /// Whether an address of a certificate may be asked.
    pub(super) fn allows(&self, address: &str) -> bool {
        let is_known = |host: String| self.hosts.iter().any(|known| known.eq_ignore_ascii_case(&host));
        is_address(address) && host_of(address).is_some_and(is_known)
    }

    /// Whether a nonce is sent to an address, and wanted back.
    pub(super) fn wants_nonce(&self, address: &str) -> bool {
        let is_without = |host: String| self.without_nonce.iter().any(|known| known.eq_ignore_ascii_case(&host));
        !host_of(address).is_some_and(is_without)
    }

    fn is_whole(&self) -> bool {
        let is_host =
            |host: &String| host_of(&format!("http://{host}/")).is_some_and(|read| read.eq_ignore_ascii_case(host));
        let is_list = |hosts: &[String]| hosts.len() <= MOST_HOSTS && hosts.iter().all(is_host);
        is_list(&self.hosts) && is_list(&self.without_nonce) && (self.responder.is_some() || !self.hosts.is_empty())
    }
}

/// Every shared setting that does not hold.
pub(super) fn faults(settings: &ProviderSettings) -> Vec<SettingsFault> {
    let mut faults = Vec::new();
    let mut demand = |holds: bool, words: &str| {
        if !holds {
            faults.push(SettingsFault(words.to_owned()));
        }
    };
    let has_issuers = settings.issuers.as_deref().is_some_and(|pem| IssuingAuthorities::read(pem).is_some());
    demand(has_issuers, "issuers is needed: the certificates in PEM of the authorities that sign people's own");
    let status = settings.status.clone().unwrap_or_default();
    demand(status.is_whole(), "status.hosts and status.without_nonce are lists of hosts, as in aia.sk.ee");
    if let Some(responder) = &status.responder {
        demand(is_address(&responder.address), "status.responder.address must begin with https:// or http://");
        let is_one = one_certificate(&responder.certificate).is_some();
        demand(is_one, "status.responder.certificate must be one certificate in PEM");
    }
    let is_number = |policy: &String| {
        let parts = policy.split('.').collect::<Vec<_>>();
        parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let are_policies = settings.refused_policies.iter().all(is_number);
    demand(
        are_policies && settings.refused_policies.len() <= MOST_HOSTS,
        "refused_policies are numbers, as in 1.3.6.1",
    );
    let is_plain = settings.levels.is_empty() && settings.identifier_claim.is_none() && settings.endpoints.is_none();
    demand(is_plain, "levels, identifier_claim and endpoints belong to OpenID Connect");
    demand(settings.most_risk.is_none(), "most_risk belongs to BankID of Sweden");
    faults
}

/// Every setting that does not hold of a kind whose API is called by the name and identifier of this service.
pub(super) fn faults_of_calls(settings: &ProviderSettings) -> Vec<SettingsFault> {
    let mut faults = Vec::new();
    let mut demand = |holds: bool, words: &str| {
        if !holds {
            faults.push(SettingsFault(words.to_owned()));
        }
    };
    let is_identifier = Uuid::parse_str(&settings.client_id).is_ok_and(|id| id.to_string() == settings.client_id);
    demand(is_identifier, "client_id must be the relyingPartyUUID of the contract, in small letters");
    let has_name = settings.service_name.as_deref().is_some_and(|name| is_line(name, LONGEST_NAME));
    demand(has_name, "service_name must be the relyingPartyName of the contract");
    let pins = settings.authorities.as_deref().is_some_and(CertifiedCaller::has_authorities);
    demand(pins, "authorities is needed: the certificates in PEM of the authority that the API's own server has");
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_responder_is_asked_whose_host_is_written_down_and_no_other() {
        let settings = StatusSettings {
            hosts: vec!["aia.sk.ee".to_owned(), "127.0.0.1:8080".to_owned()],
            without_nonce: vec!["127.0.0.1:8080".to_owned()],
            responder: None,
        };
        assert!(settings.is_whole());
        for allowed in ["http://aia.sk.ee/esteid2018", "https://AIA.sk.ee/", "http://127.0.0.1:8080/a"] {
            assert!(settings.allows(allowed), "{allowed}");
        }
        for other in [
            "http://aia.sk.ee:8080/",
            "http://aia.sk.ee.example/",
            "http://127.0.0.1/",
            "http://aia.sk.ee@169.254.169.254/",
            "ldap://aia.sk.ee/",
            "aia.sk.ee",
            "",
        ] {
            assert!(!settings.allows(other), "{other}");
        }
        assert!(settings.wants_nonce("http://aia.sk.ee/") && !settings.wants_nonce("http://127.0.0.1:8080/"));
        for wrong in ["http://aia.sk.ee", "aia.sk.ee/path", "", "a b"] {
            assert!(!StatusSettings { hosts: vec![wrong.to_owned()], ..settings.clone() }.is_whole(), "{wrong}");
        }
    }
}
