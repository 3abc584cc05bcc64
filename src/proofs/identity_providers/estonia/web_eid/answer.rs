//! The identity of an answer: first everything that costs nothing, then the question to the authority of the certificate.

use data_encoding::BASE64;
use serde_json::json;

use super::token::WebEidToken;
use crate::platform::certificates::PROVES_A_CLIENT;
use crate::platform::secret::Secret;
use crate::proofs::identities::VouchedIdentity;
use crate::proofs::identities::evidence::IdentityEvidence;
use crate::proofs::identity_providers::answer::{AnswerFault, WrongAnswer};
use crate::proofs::identity_providers::estonia::{CertificateDemand, MOBILE_ID, ask_for_state, authorities, person_of};
use crate::proofs::identity_providers::exchange::{ProviderCall, VouchedAnswer};
use crate::proofs::identity_providers::settings::IdentityMethod;
use crate::proofs::identity_providers::trial::ProviderTrial;

/// The identity of an answer to a challenge.
///
/// # Errors
/// The part of the answer that does not hold, or a fault.
pub(crate) async fn identity_of(
    call: &ProviderCall<'_>,
    method: &IdentityMethod,
    (challenge, text): (&Secret<String>, &str),
) -> Result<VouchedAnswer, AnswerFault> {
    let settings = &call.provider.settings;
    let token = WebEidToken::read(text).ok_or(WrongAnswer::Unreadable)?;
    let certificate = token.certificate();
    let refused: Vec<&str> = settings.refused_policies.iter().map(String::as_str).chain([MOBILE_ID]).collect();
    let demand = CertificateDemand {
        purposes: &[PROVES_A_CLIENT],
        may_name_none: false,
        policies: &[],
        refused_policies: &refused,
    };
    demand.check(certificate).map_err(WrongAnswer::Certificate)?;
    let authorities = authorities(settings)?;
    let issuer = authorities.issuer_of(certificate, call.now).map_err(WrongAnswer::Certificate)?;
    let origin = call.app.settings.public_url.origin();
    if !token.is_signed(origin, challenge.reveal()) {
        return Err(WrongAnswer::Signature.into());
    }
    let identifier = person_of(certificate).ok_or(WrongAnswer::Nameless)?;
    let state = ask_for_state(call, issuer, certificate).await?;
    // Everything that it takes to check it once more: the answer, and what it answers.
    let content = json!({
        "token": text, "origin": origin, "challenge": challenge.reveal(), "state": BASE64.encode(&state),
        "method": method.id,
    });
    let kept_for = settings.keeps_evidence_for();
    Ok(VouchedAnswer {
        identity: VouchedIdentity::new(identifier, (method.worth, &method.name), call.now),
        evidence: IdentityEvidence { provider: call.provider.id, content, kept_for },
    })
}

/// The authorities of the settings, as far as they can be tried without a card.
pub(in crate::proofs::identity_providers) fn try_authorities(call: &ProviderCall<'_>) -> ProviderTrial {
    const TRIED: &str = "the authorities of people's certificates";
    match authorities(&call.provider.settings) {
        Err(fault) => ProviderTrial::wrong(TRIED, fault.cause()),
        Ok(all) => match all.out_of_time(call.now).as_slice() {
            [] => ProviderTrial::fine(TRIED, format!("{}, all of them valid", all.count())),
            late => ProviderTrial::wrong(TRIED, format!("not valid now: {}", late.join("; "))),
        },
    }
}
