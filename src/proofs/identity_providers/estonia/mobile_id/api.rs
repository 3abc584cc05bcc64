//! Calls of Mobile-ID's REST interface, over TLS with an authority that the operator wrote down.

use aws_lc_rs::digest;
use data_encoding::BASE64;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ends::MobileIdEnd;
use super::{MobileIdProof, MobileIdSecrets, TypedCustomer};
use crate::platform::egress::CertifiedCaller;
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::proofs::identities::{CountryCode, national_identifier};
use crate::proofs::identity_providers::answer::{AnswerFault, WrongAnswer};
use crate::proofs::identity_providers::exchange::ProviderCall;
use crate::proofs::identity_providers::trial::{ProviderTrial, in_words};

/// The longest identifier of a session, in characters.
const LONGEST: usize = 100;
/// The longest text that a phone shows, in characters of its own alphabet.
const LONGEST_TEXT: usize = 100;
/// How long Mobile-ID holds a question for the state, in milliseconds: as short as it goes.
const HELD: u32 = 1000;

/// The answer to a session that was begun.
#[derive(Deserialize)]
struct BegunOnPhone {
    #[serde(rename = "sessionID")]
    session_id: Secret<String>,
}

/// Has a phone ask its person. The text names the host of this service.
///
/// # Errors
/// [`AnswerFault`].
pub(super) async fn begin(call: &ProviderCall<'_>, customer: &TypedCustomer) -> Result<MobileIdSecrets, AnswerFault> {
    call.noted(begun(call, customer).await)
}

async fn begun(call: &ProviderCall<'_>, customer: &TypedCustomer) -> Result<MobileIdSecrets, AnswerFault> {
    let settings = &call.provider.settings;
    let hash = digest::digest(&digest::SHA256, &call.app.random.bytes::<64>());
    let hash = Secret::new(BASE64.encode(hash.as_ref()));
    let host = call.app.settings.public_url.host();
    let text: String = host.chars().filter(char::is_ascii).take(LONGEST_TEXT).collect();
    let body = json!({
        "relyingPartyUUID": settings.client_id,
        "relyingPartyName": settings.service_name,
        "phoneNumber": customer.phone.reveal().as_str(),
        "nationalIdentityNumber": customer.person.identifier.reveal().as_str(),
        "hash": hash.reveal().as_str(),
        "hashType": "SHA256",
        "language": "ENG",
        "displayText": text,
        "displayTextFormat": "GSM-7",
    });
    let caller = caller(call)?;
    let (status, answer) = call.app.egress.ask_certified(&at(call, "authentication"), &body, &caller).await?;
    let begun: BegunOnPhone = serde_json::from_value(taken(status, answer)?).map_err(|_| WrongAnswer::Unreadable)?;
    let id = begun.session_id.reveal();
    let is_path = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if id.is_empty() || id.len() > LONGEST || !is_path {
        return Err(WrongAnswer::Unreadable.into());
    }
    Ok(MobileIdSecrets { id: begun.session_id, hash, person: customer.person.identifier.clone() })
}

/// The state of a session at Mobile-ID.
#[derive(Debug)]
pub enum MobileIdAnswer {
    /// It waits.
    Running,
    /// It has come to nothing.
    Ended(MobileIdEnd),
    /// The person has confirmed: the answer in JSON, which can be read as a [`MobileIdProof`].
    Complete(Secret<String>),
}

/// The members of that answer.
#[derive(Deserialize)]
struct StateMembers {
    state: String,
    #[serde(default)]
    result: Option<String>,
}

/// Reads the state of a session; `None` for an answer that has another form.
pub fn read_state(answer: &Value) -> Option<MobileIdAnswer> {
    let read: StateMembers = serde_json::from_value(answer.clone()).ok()?;
    match (read.state.as_str(), read.result.as_deref()) {
        ("RUNNING", _) => Some(MobileIdAnswer::Running),
        ("COMPLETE", Some("OK")) => {
            let text = Secret::new(answer.to_string());
            MobileIdProof::read(text.reveal().as_bytes())?;
            Some(MobileIdAnswer::Complete(text))
        }
        ("COMPLETE", Some(end)) => Some(MobileIdAnswer::Ended(MobileIdEnd::of_word(end))),
        _ => None,
    }
}

/// Asks after a session.
///
/// # Errors
/// [`AnswerFault`].
pub(super) async fn ask(call: &ProviderCall<'_>, secrets: &MobileIdSecrets) -> Result<MobileIdAnswer, AnswerFault> {
    call.noted(state_of(call, secrets).await)
}

async fn state_of(call: &ProviderCall<'_>, secrets: &MobileIdSecrets) -> Result<MobileIdAnswer, AnswerFault> {
    let address = at(call, &format!("authentication/session/{}?timeoutMs={HELD}", secrets.id.reveal()));
    let (status, answer) = call.app.egress.fetch_certified(&address, &caller(call)?).await?;
    if status == StatusCode::NOT_FOUND {
        return Ok(MobileIdAnswer::Ended(MobileIdEnd::TimedOut));
    }
    Ok(read_state(&taken(status, answer)?).ok_or(WrongAnswer::Unreadable)?)
}

/// Begins a session for a number that nobody has: Mobile-ID that knows this service begins it, and says later that there is no
/// such customer.
pub(in crate::proofs::identity_providers) async fn try_begin(call: &ProviderCall<'_>) -> ProviderTrial {
    const TRIED: &str = "this service at the interface, by its identifier and name";
    // The number and the code of a test customer without a contract.
    let person = national_identifier(CountryCode::ESTONIA, "60001019928");
    let Some(person) = person else { return ProviderTrial::wrong(TRIED, "there is nobody to try it with") };
    let nobody = TypedCustomer { phone: Secret::new("+37200000366".to_owned()), person };
    match begin(call, &nobody).await {
        Ok(_) => ProviderTrial::fine(TRIED, "known, and a session was begun for nobody"),
        Err(fault) => ProviderTrial::wrong(TRIED, in_words(&fault)),
    }
}

fn caller<'a>(call: &ProviderCall<'a>) -> Result<CertifiedCaller<'a>, Fault> {
    let authorities = call.provider.settings.authorities.as_deref();
    Ok(CertifiedCaller {
        own: None,
        authorities: authorities.ok_or_else(|| Fault::new("a provider has no authorities"))?,
    })
}

fn at(call: &ProviderCall<'_>, path: &str) -> String {
    format!("{}/{path}", call.provider.settings.issuer.trim_end_matches('/'))
}

/// The answer of a status that is one.
fn taken(status: StatusCode, answer: Value) -> Result<Value, AnswerFault> {
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(AnswerFault::Down(format!("its status is {}", status.as_u16())));
    }
    match status.as_u16() {
        200 => Ok(answer),
        401 | 403 => Err(AnswerFault::Refused(format!("this service is unknown there, status {}", status.as_u16()))),
        other => Err(AnswerFault::Refused(format!("an error, status {other}"))),
    }
}
