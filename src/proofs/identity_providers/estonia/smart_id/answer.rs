//! The identity of a confirmed session: the signature covers what this service has asked, what the app has shown, and the way
//! in which it was started. Every doubt refuses.

use aws_lc_rs::digest;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::Deserialize;
use serde_json::json;

use super::link::is_hash_of;
use super::{SessionSecrets, SmartIdSession, purpose};
use crate::platform::certificates::{CertificateFault, HeldCertificate, PROVES_A_CLIENT, PersonalScheme};
use crate::platform::web::fault::Fault;
use crate::proofs::identities::VouchedIdentity;
use crate::proofs::identities::evidence::IdentityEvidence;
use crate::proofs::identity_providers::answer::{AnswerFault, WrongAnswer};
use crate::proofs::identity_providers::estonia::{CertificateDemand, ask_for_state, authorities, person_of};
use crate::proofs::identity_providers::exchange::{ProviderCall, VouchedAnswer};
use crate::proofs::identity_providers::settings::IdentityMethod;
use crate::proofs::identity_providers::sweden::OrderWay;

/// The purpose of a certificate that proves a person by Smart-ID. Those of before April 2025 have the usual one.
const PROVES_BY_SMART_ID: &str = "1.3.6.1.4.1.62306.5.7.0";
/// The policies of a qualified Smart-ID account.
const QUALIFIED: [&str; 2] = ["1.3.6.1.4.1.10015.17.2", "0.4.0.2042.1.2"];
/// The texts that this service gives the app to choose from.
const INTERACTIONS: [&str; 2] = ["confirmationMessage", "displayTextAndPIN"];
/// The fewest characters of the value that Smart-ID adds.
const SHORTEST_RANDOM: usize = 24;
/// The length of a challenge of the app, in characters.
const CHALLENGE: usize = 43;

/// The answer to a session that a person has confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmartIdProof {
    signature_protocol: String,
    signature: ProofSignature,
    cert: ProofCertificate,
    interaction_type_used: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProofSignature {
    value: String,
    server_random: String,
    user_challenge: String,
    flow_type: String,
    signature_algorithm: String,
    signature_algorithm_parameters: PaddingParameters,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PaddingParameters {
    hash_algorithm: String,
    mask_gen_algorithm: MaskParameters,
    salt_length: u32,
    trailer_field: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct MaskParameters {
    algorithm: String,
    parameters: MaskHash,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MaskHash {
    hash_algorithm: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProofCertificate {
    value: String,
    certificate_level: String,
}

impl SmartIdProof {
    /// Reads an answer in JSON.
    pub fn read(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// The certificate of the person, as it was sent.
    pub fn certificate(&self) -> Option<HeldCertificate> {
        HeldCertificate::read(&BASE64.decode(self.cert.value.as_bytes()).ok()?)
    }

    /// Whether it was made in the form that was asked for: no other padding, hash or text.
    pub fn is_as_asked(&self) -> bool {
        let ProofSignature { signature_algorithm, signature_algorithm_parameters: padding, .. } = &self.signature;
        let is_base64 = BASE64.decode(self.signature.server_random.as_bytes()).is_ok();
        let challenge = BASE64URL_NOPAD.decode(self.signature.user_challenge.as_bytes());
        self.signature_protocol == "ACSP_V2"
            && signature_algorithm == "rsassa-pss"
            && padding.hash_algorithm == "SHA-512"
            && padding.mask_gen_algorithm.algorithm == "id-mgf1"
            && padding.mask_gen_algorithm.parameters.hash_algorithm == "SHA-512"
            && padding.salt_length == 64
            && padding.trailer_field == "0xbc"
            && is_base64
            && self.signature.server_random.len() >= SHORTEST_RANDOM
            && challenge.is_ok()
            && self.signature.user_challenge.len() == CHALLENGE
            && INTERACTIONS.contains(&self.interaction_type_used.as_str())
    }

    /// Whether the app was started in this way.
    fn is_by(&self, way: OrderWay) -> bool {
        match way {
            OrderWay::AnotherDevice => self.signature.flow_type == "QR",
            OrderWay::ThisDevice => self.signature.flow_type == "Web2App",
        }
    }

    /// Whether the key of its certificate has signed a text.
    fn has_signed(&self, certificate: &HeldCertificate, text: &str) -> bool {
        let signature = BASE64.decode(self.signature.value.as_bytes()).unwrap_or_default();
        certificate.has_signed(PersonalScheme::Ps512, text.as_bytes(), &signature)
    }

    fn signed_text(&self, secrets: &SessionSecrets) -> String {
        let returns = secrets.return_address.as_ref().map(|address| address.reveal().as_str());
        signed_text(&[
            &secrets.scheme,
            &self.signature.server_random,
            secrets.challenge.reveal(),
            &self.signature.user_challenge,
            &secrets.name,
            &secrets.interactions,
            &self.interaction_type_used,
            returns.unwrap_or_default(),
            &self.signature.flow_type,
        ])
    }
}

/// The text that is signed, of the scheme, the value of Smart-ID, our challenge, that of the app, our name, the texts for the
/// app in base64, the one that it has shown, the address of return, and the way.
pub fn signed_text(parts: &[&str; 9]) -> String {
    let [scheme, random, challenge, user_challenge, name, interactions, shown, returns, flow] = *parts;
    let name = BASE64.encode(name.as_bytes());
    let texts = BASE64.encode(digest::digest(&digest::SHA256, interactions.as_bytes()).as_ref());
    // The empty one would be the name of a service behind this one.
    [scheme, "ACSP_V2", random, challenge, user_challenge, &name, "", &texts, shown, returns, flow].join("|")
}

/// The identity of a confirmed session.
///
/// # Errors
/// The part of the answer that does not hold, or a fault.
pub(crate) async fn identity_of(
    call: &ProviderCall<'_>,
    method: &IdentityMethod,
    session: &SmartIdSession,
) -> Result<VouchedAnswer, AnswerFault> {
    let keys = &call.app.master_keys;
    let sealed = session.answer.as_ref().ok_or_else(|| Fault::new("a confirmed session has no answer"))?;
    let text = keys.open(&purpose("answer", session.question), sealed).map_err(Fault::from)?;
    let proof = SmartIdProof::read(text.reveal()).ok_or(WrongAnswer::Unreadable)?;
    let verifier = match &session.verifier {
        Some(sealed) => Some(keys.open(&purpose("verifier", session.question), sealed).map_err(Fault::from)?),
        None => None,
    };
    if !proof.is_as_asked() || !proof.is_by(session.way) {
        return Err(WrongAnswer::Unreadable.into());
    }
    if session.way == OrderWay::ThisDevice {
        let verifier = verifier.ok_or(WrongAnswer::AnotherOrder)?;
        if !is_hash_of(verifier.reveal(), &proof.signature.user_challenge) {
            return Err(WrongAnswer::AnotherOrder.into());
        }
    }
    let certificate = proof.certificate().ok_or(WrongAnswer::Certificate(CertificateFault::Unreadable))?;
    if proof.cert.certificate_level != "QUALIFIED" {
        return Err(WrongAnswer::LoweredLevel.into());
    }
    let settings = &call.provider.settings;
    let refused: Vec<&str> = settings.refused_policies.iter().map(String::as_str).collect();
    let demand = CertificateDemand {
        purposes: &[PROVES_BY_SMART_ID, PROVES_A_CLIENT],
        may_name_none: false,
        policies: &QUALIFIED,
        refused_policies: &refused,
    };
    demand.check(&certificate).map_err(WrongAnswer::Certificate)?;
    let authorities = authorities(settings)?;
    let issuer = authorities.issuer_of(&certificate, call.now).map_err(WrongAnswer::Certificate)?;
    let secrets = session.opened(keys)?;
    let signed = proof.signed_text(&secrets);
    if !proof.has_signed(&certificate, &signed) {
        return Err(WrongAnswer::Signature.into());
    }
    let identifier = person_of(&certificate).ok_or(WrongAnswer::Nameless)?;
    let state = ask_for_state(call, issuer, &certificate).await?;
    let content = json!({
        "certificate": proof.cert.value, "signature": proof.signature.value, "signed": signed,
        "interactions": secrets.interactions, "state": BASE64.encode(&state), "method": method.id,
    });
    let kept_for = settings.keeps_evidence_for();
    Ok(VouchedAnswer {
        identity: VouchedIdentity::new(identifier, (method.worth, &method.name), call.now),
        evidence: IdentityEvidence { provider: call.provider.id, content, kept_for },
    })
}
