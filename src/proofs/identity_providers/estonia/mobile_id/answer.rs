//! The identity of a confirmed session: the SIM card has signed our hash, and its certificate is of the person who was typed.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::json;

use super::request::bytes_of;
use super::{MobileIdSession, purpose};
use crate::platform::certificates::{CertificateFault, HeldCertificate, PROVES_A_CLIENT, PersonalScheme};
use crate::platform::secret::equal_in_constant_time;
use crate::platform::web::fault::Fault;
use crate::proofs::identities::evidence::IdentityEvidence;
use crate::proofs::identities::{CountryCode, PersonalIdentifier, VouchedIdentity, national_identifier};
use crate::proofs::identity_providers::answer::{AnswerFault, WrongAnswer};
use crate::proofs::identity_providers::estonia::{CertificateDemand, ask_for_state, authorities, person_of};
use crate::proofs::identity_providers::exchange::{ProviderCall, VouchedAnswer};
use crate::proofs::identity_providers::settings::IdentityMethod;

/// The answer to a session that a person has confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MobileIdProof {
    signature: SimSignature,
    cert: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct SimSignature {
    value: String,
    algorithm: String,
}

impl MobileIdProof {
    /// Reads an answer in JSON.
    pub fn read(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// The certificate of the person, as it was sent.
    pub fn certificate(&self) -> Option<HeldCertificate> {
        HeldCertificate::read(&BASE64.decode(self.cert.as_bytes()).ok()?)
    }

    /// The scheme of the signature, if it is one over the hash that was asked for.
    pub fn scheme(&self) -> Option<PersonalScheme> {
        // The interface writes the same name in small and in capital letters.
        match self.signature.algorithm.to_ascii_lowercase().as_str() {
            "sha256withecencryption" => Some(PersonalScheme::Es256),
            "sha256withrsaencryption" => Some(PersonalScheme::Rs256),
            _ => None,
        }
    }
}

/// The personal code of a SIM card's certificate. Older ones have it without the words that say so; `None` if it names nobody.
pub fn customer_of(certificate: &HeldCertificate) -> Option<PersonalIdentifier> {
    let bare = || {
        let number = certificate.subject_number()?;
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
        national_identifier(CountryCode::ESTONIA, number).filter(|_| is_plain)
    };
    person_of(certificate).or_else(bare)
}

/// The identity of a confirmed session.
///
/// # Errors
/// The part of the answer that does not hold, or a fault.
pub(crate) async fn identity_of(
    call: &ProviderCall<'_>,
    method: &IdentityMethod,
    session: &MobileIdSession,
) -> Result<VouchedAnswer, AnswerFault> {
    let keys = &call.app.master_keys;
    let sealed = session.answer.as_ref().ok_or_else(|| Fault::new("a confirmed session has no answer"))?;
    let text = keys.open(&purpose("answer", session.question), sealed).map_err(Fault::from)?;
    let proof = MobileIdProof::read(text.reveal()).ok_or(WrongAnswer::Unreadable)?;
    let scheme = proof.scheme().ok_or(WrongAnswer::Unreadable)?;
    let certificate = proof.certificate().ok_or(WrongAnswer::Certificate(CertificateFault::Unreadable))?;
    let settings = &call.provider.settings;
    let refused: Vec<&str> = settings.refused_policies.iter().map(String::as_str).collect();
    let demand = CertificateDemand {
        purposes: &[PROVES_A_CLIENT],
        // Those of SIM cards say no more than that they sign.
        may_name_none: true,
        policies: &[],
        refused_policies: &refused,
    };
    demand.check(&certificate).map_err(WrongAnswer::Certificate)?;
    let authorities = authorities(settings)?;
    let issuer = authorities.issuer_of(&certificate, call.now).map_err(WrongAnswer::Certificate)?;
    let secrets = session.opened(keys)?;
    let (hash, signature) = (bytes_of(secrets.hash.reveal()), bytes_of(&proof.signature.value));
    if !certificate.has_signed_hash(scheme, &hash, &signature) {
        return Err(WrongAnswer::Signature.into());
    }
    let identifier = customer_of(&certificate).ok_or(WrongAnswer::Nameless)?;
    let typed = secrets.person.reveal().as_bytes();
    if !equal_in_constant_time(identifier.identifier.reveal().as_bytes(), typed) {
        return Err(WrongAnswer::AnotherOrder.into());
    }
    let state = ask_for_state(call, issuer, &certificate).await?;
    let content = json!({
        "certificate": proof.cert, "signature": proof.signature.value, "algorithm": proof.signature.algorithm,
        "hash": secrets.hash.reveal(), "state": BASE64.encode(&state), "method": method.id,
    });
    let kept_for = settings.keeps_evidence_for();
    Ok(VouchedAnswer {
        identity: VouchedIdentity::new(identifier, (method.worth, &method.name), call.now),
        evidence: IdentityEvidence { provider: call.provider.id, content, kept_for },
    })
}
