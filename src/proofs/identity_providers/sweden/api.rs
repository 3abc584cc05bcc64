//! Calls of BankID's relying-party API, over TLS on which both sides show a certificate: this service its own, and BankID
//! one of the authority that the operator wrote down.

use std::net::IpAddr;

use data_encoding::BASE64;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::answer::{AnswerFault, WrongAnswer};
use super::super::exchange::ProviderCall;
use super::completion::OrderCompletion;
use super::hints::{FailedHint, PendingHint};
use super::{OrderSecrets, OrderWay};
use crate::platform::egress::CertifiedCaller;
use crate::platform::one_line::is_line;
use crate::platform::secret::{Secret, equal_in_constant_time};
use crate::platform::web::fault::Fault;

/// The longest reference, token or secret of an order, in characters.
const LONGEST: usize = 200;
/// The errors that are told to the operator by their names.
const ERRORS: [&str; 6] =
    ["alreadyInProgress", "invalidParameters", "unauthorized", "notFound", "methodNotAllowed", "unsupportedMediaType"];

/// An order that is to be placed.
pub(super) struct OrderRequest<'a> {
    /// The way in which the app is started.
    pub(super) way: OrderWay,
    /// The address of the browser.
    pub(super) address: IpAddr,
    /// The purpose, as the app shows it.
    pub(super) purpose: &'a str,
    /// The address that the app opens in the end, on the same device.
    pub(super) return_address: Option<&'a Secret<String>>,
}

/// The answer to an order that was placed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlacedOrder {
    order_ref: Secret<String>,
    auto_start_token: Secret<String>,
    qr_start_token: Secret<String>,
    qr_start_secret: Secret<String>,
}

/// Places an order.
///
/// # Errors
/// [`AnswerFault`].
pub(super) async fn place(call: &ProviderCall<'_>, asked: &OrderRequest<'_>) -> Result<OrderSecrets, AnswerFault> {
    let mut body = json!({
        "endUserIp": asked.address.to_canonical().to_string(),
        "userVisibleData": BASE64.encode(asked.purpose.as_bytes()),
        "returnRisk": true,
    });
    if let (Some(members), OrderWay::ThisDevice, Some(address)) =
        (body.as_object_mut(), asked.way, asked.return_address)
    {
        members.insert("returnUrl".to_owned(), Value::from(address.reveal().as_str()));
    }
    if let (Some(members), Some(most)) = (body.as_object_mut(), call.provider.settings.most_risk) {
        members.insert("requirement".to_owned(), json!({ "risk": most.as_str() }));
    }
    let answer = ask(call, "auth", &body).await?;
    let placed: PlacedOrder = serde_json::from_value(answer).map_err(|_| WrongAnswer::Unreadable)?;
    let PlacedOrder { order_ref, auto_start_token, qr_start_token, qr_start_secret } = placed;
    let parts = [&order_ref, &auto_start_token, &qr_start_token, &qr_start_secret];
    if !parts.into_iter().all(|part| is_line(part.reveal(), LONGEST)) {
        return Err(WrongAnswer::Unreadable.into());
    }
    Ok(OrderSecrets {
        reference: order_ref,
        autostart_token: auto_start_token,
        qr_token: qr_start_token,
        qr_secret: qr_start_secret,
        return_address: asked.return_address.cloned(),
    })
}

/// The state of an order at BankID.
#[derive(Debug)]
pub enum CollectedOrder {
    /// It waits.
    Pending(PendingHint),
    /// It has come to nothing.
    Failed(FailedHint),
    /// The person has confirmed: the answer in JSON, which can be read as an [`OrderCompletion`].
    Complete(Secret<String>),
}

/// An answer to a collected order.
#[derive(Debug)]
pub struct CollectAnswer {
    /// The order that it is about.
    reference: Secret<String>,
    /// The state of it.
    pub order: CollectedOrder,
}

/// The members of that answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectMembers {
    order_ref: Secret<String>,
    status: String,
    #[serde(default)]
    hint_code: Option<String>,
    #[serde(default)]
    completion_data: Option<Value>,
}

impl CollectAnswer {
    /// Reads an answer; `None` for one that has another form.
    pub fn read(answer: Value) -> Option<Self> {
        let read: CollectMembers = serde_json::from_value(answer).ok()?;
        let hint = read.hint_code.unwrap_or_default();
        let order = match read.status.as_str() {
            "pending" => CollectedOrder::Pending(PendingHint::of_word(&hint)),
            "failed" => CollectedOrder::Failed(FailedHint::of_word(&hint)),
            "complete" => {
                let text = Secret::new(read.completion_data?.to_string());
                OrderCompletion::read(text.reveal().as_bytes())?;
                CollectedOrder::Complete(text)
            }
            _ => return None,
        };
        Some(Self { reference: read.order_ref, order })
    }

    /// The person's answer, where there is one.
    pub fn completion(&self) -> Option<OrderCompletion> {
        let CollectedOrder::Complete(text) = &self.order else { return None };
        OrderCompletion::read(text.reveal().as_bytes())
    }
}

/// Collects an order.
///
/// # Errors
/// [`AnswerFault`], for an answer about another order, too.
pub(super) async fn collect(call: &ProviderCall<'_>, secrets: &OrderSecrets) -> Result<CollectedOrder, AnswerFault> {
    let reference = secrets.reference.reveal();
    let answer = ask(call, "collect", &json!({ "orderRef": reference })).await?;
    let read = CollectAnswer::read(answer).ok_or(WrongAnswer::Unreadable)?;
    if !equal_in_constant_time(read.reference.reveal().as_bytes(), reference.as_bytes()) {
        return Err(WrongAnswer::AnotherOrder.into());
    }
    Ok(read.order)
}

/// Cancels an order.
///
/// # Errors
/// [`AnswerFault`].
pub(super) async fn cancel(call: &ProviderCall<'_>, secrets: &OrderSecrets) -> Result<(), AnswerFault> {
    ask(call, "cancel", &json!({ "orderRef": secrets.reference.reveal() })).await.map(|_| ())
}

/// Asks for an order that nobody has placed. A service that BankID knows is told that there is none.
///
/// # Errors
/// [`AnswerFault`].
pub(in crate::proofs::identity_providers) async fn knock(call: &ProviderCall<'_>) -> Result<(), AnswerFault> {
    let nobodys = uuid::Uuid::nil().to_string();
    match ask(call, "collect", &json!({ "orderRef": nobodys })).await {
        Err(AnswerFault::Refused(cause)) if cause.starts_with("invalidParameters") => Ok(()),
        Err(fault) => Err(fault),
        Ok(_) => Err(WrongAnswer::AnotherOrder.into()),
    }
}

async fn ask(call: &ProviderCall<'_>, path: &str, body: &Value) -> Result<Value, AnswerFault> {
    call.noted(answer_of(call, path, body).await)
}

async fn answer_of(call: &ProviderCall<'_>, path: &str, body: &Value) -> Result<Value, AnswerFault> {
    let settings = &call.provider.settings;
    let address = format!("{}/{path}", settings.issuer.trim_end_matches('/'));
    let authorities = settings.authorities.as_deref().ok_or_else(|| Fault::new("a provider has no authorities"))?;
    let caller = CertifiedCaller { own: Some(&call.secret()?), authorities };
    let (status, answer) = call.app.egress.ask_certified(&address, body, &caller).await?;
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        return Err(AnswerFault::Down(format!("its status is {}", status.as_u16())));
    }
    if !status.is_success() {
        let error = answer.get("errorCode").and_then(Value::as_str).unwrap_or_default();
        let word = ERRORS.into_iter().find(|word| *word == error).unwrap_or("an error");
        return Err(AnswerFault::Refused(format!("{word}, status {}", status.as_u16())));
    }
    Ok(answer)
}
