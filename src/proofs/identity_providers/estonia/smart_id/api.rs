//! Calls of Smart-ID's relying-party API, over TLS with an authority that the operator wrote down.

use data_encoding::BASE64;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::ends::SessionEnd;
use super::settings::scheme;
use super::{SessionSecrets, SmartIdProof};
use crate::platform::egress::CertifiedCaller;
use crate::platform::one_line::is_line;
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::proofs::identity_providers::answer::{AnswerFault, WrongAnswer};
use crate::proofs::identity_providers::exchange::ProviderCall;
use crate::proofs::identity_providers::trial::{ProviderTrial, in_words};

/// The longest identifier, token or secret of a session, in characters.
const LONGEST: usize = 500;
/// The longest text that the app shows on a page of its own, in characters.
const LONG_TEXT: usize = 200;
/// The longest text beside the field for the PIN.
const SHORT_TEXT: usize = 60;
/// How long Smart-ID holds a question for the state, in milliseconds: as short as it goes.
const HELD: u32 = 1000;

/// The answer to a session that was begun.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BegunSession {
    #[serde(rename = "sessionID")]
    session_id: Secret<String>,
    session_token: Secret<String>,
    session_secret: Secret<String>,
    device_link_base: String,
}

/// Begins a session, for whoever takes it up.
///
/// # Errors
/// [`AnswerFault`].
pub(super) async fn begin(
    call: &ProviderCall<'_>,
    texts: (&str, &str),
    return_address: Option<Secret<String>>,
) -> Result<SessionSecrets, AnswerFault> {
    call.noted(begun(call, texts, return_address).await)
}

async fn begun(
    call: &ProviderCall<'_>,
    (purpose, short): (&str, &str),
    return_address: Option<Secret<String>>,
) -> Result<SessionSecrets, AnswerFault> {
    let settings = &call.provider.settings;
    let challenge = Secret::new(BASE64.encode(&call.app.random.bytes::<64>()));
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let interactions = json!([
        { "type": "confirmationMessage", "displayText200": cut(purpose, LONG_TEXT) },
        { "type": "displayTextAndPIN", "displayText60": cut(short, SHORT_TEXT) },
    ]);
    let interactions = BASE64.encode(interactions.to_string().as_bytes());
    let name = settings.service_name.clone().unwrap_or_default();
    let mut body = json!({
        "relyingPartyUUID": settings.client_id,
        "relyingPartyName": name,
        "certificateLevel": "QUALIFIED",
        "signatureProtocol": "ACSP_V2",
        "signatureProtocolParameters": {
            "rpChallenge": challenge.reveal().as_str(),
            "signatureAlgorithm": "rsassa-pss",
            "signatureAlgorithmParameters": { "hashAlgorithm": "SHA-512" },
        },
        "interactions": interactions,
    });
    if let (Some(members), Some(address)) = (body.as_object_mut(), &return_address) {
        members.insert("initialCallbackUrl".to_owned(), Value::from(address.reveal().as_str()));
    }
    let caller = caller(call)?;
    let address = at(call, "authentication/device-link/anonymous");
    let (status, answer) = call.app.egress.ask_certified(&address, &body, &caller).await?;
    let answer = taken(status, answer)?;
    let begun: BegunSession = serde_json::from_value(answer).map_err(|_| WrongAnswer::Unreadable)?;
    let parts = [&begun.session_id, &begun.session_token, &begun.session_secret];
    let are_lines = parts.into_iter().all(|part| is_line(part.reveal(), LONGEST));
    let is_secret = BASE64.decode(begun.session_secret.reveal().as_bytes()).is_ok_and(|bytes| !bytes.is_empty());
    // A browser follows it: nothing that a script could be.
    let is_link =
        Url::parse(&begun.device_link_base).is_ok_and(|url| url.scheme() == "https" && url.fragment().is_none());
    let is_path = begun.session_id.reveal().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !(are_lines && is_secret && is_link && is_path) {
        return Err(WrongAnswer::Unreadable.into());
    }
    Ok(SessionSecrets {
        id: begun.session_id,
        token: begun.session_token,
        secret: begun.session_secret,
        base: begun.device_link_base,
        challenge,
        interactions,
        name,
        scheme: scheme(&settings.issuer).to_owned(),
        return_address,
    })
}

/// The state of a session at Smart-ID.
#[derive(Debug)]
pub enum SessionAnswer {
    /// It waits.
    Running,
    /// It has come to nothing.
    Ended(SessionEnd),
    /// The person has confirmed: the answer in JSON, which can be read as a [`SmartIdProof`].
    Complete(Secret<String>),
}

/// The members of that answer.
#[derive(Deserialize)]
struct SessionMembers {
    state: String,
    #[serde(default)]
    result: Option<SessionOutcome>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionOutcome {
    end_result: String,
}

/// Reads the state of a session; `None` for an answer that has another form.
pub fn read_session(answer: &Value) -> Option<SessionAnswer> {
    let read: SessionMembers = serde_json::from_value(answer.clone()).ok()?;
    match (read.state.as_str(), read.result.as_ref().map(|result| result.end_result.as_str())) {
        ("RUNNING", _) => Some(SessionAnswer::Running),
        ("COMPLETE", Some("OK")) => {
            let text = Secret::new(answer.to_string());
            SmartIdProof::read(text.reveal().as_bytes())?;
            Some(SessionAnswer::Complete(text))
        }
        ("COMPLETE", Some(end)) => Some(SessionAnswer::Ended(SessionEnd::of_word(end))),
        _ => None,
    }
}

/// Asks after a session.
///
/// # Errors
/// [`AnswerFault`].
pub(super) async fn ask(call: &ProviderCall<'_>, secrets: &SessionSecrets) -> Result<SessionAnswer, AnswerFault> {
    call.noted(state_of(call, secrets).await)
}

async fn state_of(call: &ProviderCall<'_>, secrets: &SessionSecrets) -> Result<SessionAnswer, AnswerFault> {
    let caller = caller(call)?;
    let address = at(call, &format!("session/{}?timeoutMs={HELD}", secrets.id.reveal()));
    let (status, answer) = call.app.egress.fetch_certified(&address, &caller).await?;
    if status == StatusCode::NOT_FOUND {
        return Ok(SessionAnswer::Ended(SessionEnd::TimedOut));
    }
    let answer = taken(status, answer)?;
    Ok(read_session(&answer).ok_or(WrongAnswer::Unreadable)?)
}

/// Begins a session that nobody will take up: Smart-ID that knows this service begins it.
pub(in crate::proofs::identity_providers) async fn try_begin(call: &ProviderCall<'_>) -> ProviderTrial {
    const TRIED: &str = "this service at the API, by its identifier and name";
    match begin(call, ("A check by the operator.", "A check by the operator."), None).await {
        Ok(_) => ProviderTrial::fine(TRIED, "known, and a session was begun"),
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
        480 => Err(AnswerFault::Refused("this version of the API is no longer taken, status 480".to_owned())),
        other => Err(AnswerFault::Refused(format!("an error, status {other}"))),
    }
}
