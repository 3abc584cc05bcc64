//! The identity of a confirmed order: a pure function of BankID's answer and of what the browser was. Every doubt refuses.

use std::net::IpAddr;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::answer::{AnswerFault, WrongAnswer};
use super::super::settings::IdentityMethod;
use super::super::{IdentityProvider, IdentityWorth, VouchedAnswer};
use super::{BankIdOrder, purpose};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::proofs::identities::evidence::IdentityEvidence;
use crate::proofs::identities::{CountryCode, PersonalIdentifier, VouchedIdentity, national_identifier};

/// The risk of an order, as BankID reckons it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderRisk {
    /// None, or little.
    Low,
    /// Something is unusual.
    Moderate,
    /// The order has probably been passed on.
    High,
}

impl OrderRisk {
    /// BankID's word.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

/// The answer to an order that a person has confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCompletion {
    /// The person.
    user: OrderUser,
    /// The device of the app.
    device: OrderDevice,
    /// The person's signature, in base64.
    signature: String,
    /// The state of their certificate at that moment, in base64.
    ocsp_response: String,
    /// The risk. BankID leaves it out where it cannot reckon it.
    #[serde(default)]
    risk: Option<OrderRisk>,
}

/// The person of an answer. Their name decides nothing, and is not read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderUser {
    personal_number: Secret<String>,
}

/// The device of the app.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderDevice {
    ip_address: String,
}

impl OrderCompletion {
    /// The answer in JSON.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// The identifier of the person: twelve digits with a check.
    pub fn identifier(&self) -> Option<PersonalIdentifier> {
        let number = self.user.personal_number.reveal();
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
        national_identifier(CountryCode::SWEDEN, number).filter(|_| is_plain)
    }

    /// Whether it has a signature, and the state of the certificate. BankID has verified both.
    fn is_signed(&self) -> bool {
        let parts = [&self.signature, &self.ocsp_response];
        parts.into_iter().all(|part| BASE64.decode(part.as_bytes()).is_ok_and(|bytes| !bytes.is_empty()))
    }

    /// Whether the app may be beside the browser, by BankID's word, or where it has none, by the network of both.
    fn may_be_beside(&self, browser: &Network, most: OrderRisk) -> bool {
        match self.risk {
            Some(risk) => risk <= most,
            None => self.device.ip_address.parse().is_ok_and(|address: IpAddr| Network::of(address) == *browser),
        }
    }
}

/// The identity of a confirmed order.
///
/// # Errors
/// The part of the answer that does not hold, or a fault.
pub(crate) fn identity_of(
    app: &Core,
    (provider, method): (&IdentityProvider, &IdentityMethod),
    order: &BankIdOrder,
    now: Timestamp,
) -> Result<VouchedAnswer, AnswerFault> {
    let sealed = order.completion.as_ref().ok_or_else(|| Fault::new("a confirmed order has no answer"))?;
    let opened = app.master_keys.open(&purpose("answer", order.question), sealed).map_err(Fault::from)?;
    let completion = OrderCompletion::read(opened.reveal()).ok_or(WrongAnswer::Unreadable)?;
    let most = provider.settings.most_risk.unwrap_or(OrderRisk::Moderate);
    let identity = judge(&completion, (&order.network, most), &method.name, now)?;
    // The signature is over what was shown, and names the person; the state of the certificate stands beside it.
    let content = json!({
        "signature": completion.signature, "ocsp_response": completion.ocsp_response, "method": method.id,
    });
    let kept_for = provider.settings.keeps_evidence_for();
    Ok(VouchedAnswer { identity, evidence: IdentityEvidence { provider: provider.id, content, kept_for } })
}

fn judge(
    completion: &OrderCompletion,
    (browser, most): (&Network, OrderRisk),
    name: &str,
    now: Timestamp,
) -> Result<VouchedIdentity, WrongAnswer> {
    if !completion.is_signed() {
        return Err(WrongAnswer::Signature);
    }
    let identifier = completion.identifier().ok_or(WrongAnswer::Nameless)?;
    if !completion.may_be_beside(browser, most) {
        return Err(WrongAnswer::Risk);
    }
    Ok(VouchedIdentity::new(identifier, (IdentityWorth::Substantial, name), now))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn completion(change: &Value) -> OrderCompletion {
        let mut value = json!({
            "user": { "personalNumber": "199908072391", "name": "Karl Karlsson" },
            "device": { "ipAddress": "192.0.2.1", "uhi": "x" },
            "signature": "PHNpZ25hdHVyZS8+", "ocspResponse": "MIIH", "risk": "low",
        });
        for (name, changed) in change.as_object().unwrap() {
            value[name] = changed.clone();
        }
        OrderCompletion::read(value.to_string().as_bytes()).unwrap()
    }

    fn judged(change: &Value, most: OrderRisk) -> Option<WrongAnswer> {
        let browser = Network::of([192, 0, 2, 1].into());
        judge(&completion(change), (&browser, most), "BankID", NOW).err()
    }

    #[test]
    fn an_answer_names_a_person_by_twelve_digits_with_a_check_and_is_signed() {
        assert_eq!(judged(&json!({}), OrderRisk::Low), None);
        for number in ["199908072392", "9908072391", "19990807-2391", "199913072391", "", "١٩٩٩٠٨٠٧٢٣٩١"] {
            let change = json!({ "user": { "personalNumber": number } });
            assert_eq!(judged(&change, OrderRisk::Low), Some(WrongAnswer::Nameless), "{number}");
        }
        for change in [json!({ "signature": "" }), json!({ "signature": "<>" }), json!({ "ocspResponse": "" })] {
            assert_eq!(judged(&change, OrderRisk::Low), Some(WrongAnswer::Signature), "{change}");
        }
    }

    #[test]
    fn a_risk_that_is_too_high_is_refused_and_without_one_the_networks_are_compared() {
        let risk = |risk: &str| json!({ "risk": risk });
        assert_eq!(judged(&risk("moderate"), OrderRisk::Moderate), None);
        assert_eq!(judged(&risk("moderate"), OrderRisk::Low), Some(WrongAnswer::Risk));
        assert_eq!(judged(&risk("high"), OrderRisk::Moderate), Some(WrongAnswer::Risk));
        let unknown = |address: &str| json!({ "risk": null, "device": { "ipAddress": address } });
        assert_eq!(judged(&unknown("192.0.2.1"), OrderRisk::Low), None);
        for elsewhere in ["192.0.2.2", "2001:db8::1", "nowhere"] {
            assert_eq!(judged(&unknown(elsewhere), OrderRisk::Moderate), Some(WrongAnswer::Risk), "{elsewhere}");
        }
    }
}
