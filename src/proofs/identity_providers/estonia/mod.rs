//! Estonia: its three ways to prove a person, each in a folder of its own. All of them end in a signature by a certificate
//! that names the person, and what makes such a certificate count stands here: the authorities of the operator, its purpose
//! and its policies, its state at this moment, and the personal code in it.

pub mod mobile_id;
mod settings;
pub mod smart_id;
pub mod web_eid;

pub use settings::{DesignatedResponder, StatusSettings};

use url::Url;

use super::answer::{AnswerFault, WrongAnswer};
use super::exchange::ProviderCall;
use super::settings::ProviderSettings;
use crate::platform::certificates::{
    CertificateFault, CertificateIssuer, HeldCertificate, IssuingAuthorities, StatusFault, StatusSigner,
    one_certificate,
};
use crate::platform::web::fault::Fault;
use crate::proofs::identities::{CountryCode, PersonalIdentifier, national_identifier};

/// The beginning of `serialNumber` in the certificate of a person with an Estonian personal code (ETSI EN 319 412-1 §5.1.3).
const PERSON: &str = "PNOEE-";
/// The policies of Mobile-ID certificates: their keys are on a SIM card, and never in a reader.
const MOBILE_ID: &str = "1.3.6.1.4.1.10015.1.3";

/// The properties of a certificate by which a kind of proof takes it.
struct CertificateDemand<'a> {
    /// The purposes, one of which it has.
    purposes: &'a [&'a str],
    /// Whether a certificate is taken, too, that names no purpose but to sign.
    may_name_none: bool,
    /// The policies, all of which it has.
    policies: &'a [&'a str],
    /// The policies that it has not, with all that stand under them.
    refused_policies: &'a [&'a str],
}

impl CertificateDemand<'_> {
    fn check(&self, certificate: &HeldCertificate) -> Result<(), CertificateFault> {
        if !(certificate.is_for(self.purposes) || self.may_name_none && certificate.only_signs()) {
            return Err(CertificateFault::Purpose);
        }
        let is_of_kind = self.policies.iter().all(|policy| certificate.has_policy(policy));
        let is_refused = self.refused_policies.iter().any(|policy| certificate.has_policy_under(policy));
        if is_of_kind && !is_refused { Ok(()) } else { Err(CertificateFault::Policy) }
    }
}

/// The personal code of a certificate; `None` if it names nobody, or somebody by another number.
pub fn person_of(certificate: &HeldCertificate) -> Option<PersonalIdentifier> {
    let code = certificate.subject_number()?.strip_prefix(PERSON)?;
    let is_plain = code.bytes().all(|byte| byte.is_ascii_digit());
    national_identifier(CountryCode::ESTONIA, code).filter(|_| is_plain)
}

/// The authorities of the settings.
fn authorities(settings: &ProviderSettings) -> Result<IssuingAuthorities, Fault> {
    let read = settings.issuers.as_deref().and_then(IssuingAuthorities::read);
    read.ok_or_else(|| Fault::new("a provider has no authorities of certificates"))
}

/// Asks the authority of a certificate whether it is good at this moment. Returns its answer as it came.
async fn ask_for_state(
    call: &ProviderCall<'_>,
    issuer: CertificateIssuer<'_>,
    certificate: &HeldCertificate,
) -> Result<Vec<u8>, AnswerFault> {
    call.noted(state_of(call, issuer, certificate).await)
}

async fn state_of(
    call: &ProviderCall<'_>,
    issuer: CertificateIssuer<'_>,
    certificate: &HeldCertificate,
) -> Result<Vec<u8>, AnswerFault> {
    let settings = call.provider.settings.status.clone().unwrap_or_default();
    let designated = settings.responder.as_ref().map(|responder| one_certificate(&responder.certificate));
    let (address, signer) = match (&settings.responder, &designated) {
        (Some(responder), Some(Some(certificate))) => {
            (responder.address.as_str(), StatusSigner::Designated(certificate))
        }
        (Some(_), _) => return Err(Fault::new("the certificate of a responder cannot be read").into()),
        (None, _) => {
            let allowed = certificate.status_addresses().iter().find(|address| settings.allows(address));
            let address = allowed.ok_or_else(|| {
                AnswerFault::Unchecked("the certificate names no responder of `status.hosts`".to_owned())
            })?;
            (address.as_str(), issuer.signer())
        }
    };
    let nonce = settings.wants_nonce(address).then(|| call.app.random.bytes::<32>());
    let question = issuer.question(certificate, nonce).ok_or(WrongAnswer::Certificate(CertificateFault::Unreadable))?;
    let asked = call.app.egress.ask_responder(address, question.bytes()).await;
    let answer = asked.map_err(|error| AnswerFault::Unchecked(error.to_string()))?;
    match question.judge(&answer, signer, call.now) {
        Ok(()) => Ok(answer),
        Err(StatusFault::Revoked) => Err(WrongAnswer::Certificate(CertificateFault::Revoked).into()),
        Err(StatusFault::Unknown) => Err(WrongAnswer::Certificate(CertificateFault::Unknown).into()),
        Err(StatusFault::Unusable(why)) => Err(AnswerFault::Unchecked(why.to_owned())),
    }
}

/// The host of an address, with its port where that is unusual.
fn host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
