//! The validation of a provider's answer (OpenID Connect Core §3.1.3.7): a pure function of the claims and of what was
//! asked. Every doubt refuses: a claim that is missing is a claim that does not hold.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::request::USUAL_AGE;
use super::settings::{IdentityMethod, ProviderSettings};
use super::{CLOCK_LEEWAY, IdentityProvider, IdentityWorth};
use crate::platform::certificates::CertificateFault;
use crate::platform::clock::Timestamp;
use crate::platform::egress::EgressError;
use crate::platform::jose::instant;
use crate::platform::one_line::is_line;
use crate::platform::secret::{Secret, equal_in_constant_time};
use crate::platform::web::fault::Fault;
use crate::proofs::identities::{IdentitySource, PersonalIdentifier, VouchedIdentity, national_identifier};

/// How long ago an ID token may have been issued.
const ISSUED_WITHIN: std::time::Duration = std::time::Duration::from_mins(10);
/// The longest identifier of a provider's own, in characters (OpenID Connect Core §2).
const LONGEST_SUBJECT: usize = 255;

/// Why a provider's answer proves nobody.
#[derive(Debug)]
pub(crate) enum AnswerFault {
    /// The person gave up there.
    Cancelled,
    /// The person took too long there.
    TimedOut,
    /// The provider does not answer, or says that it cannot now: a word for the log.
    Down(String),
    /// The provider refuses this service: a word for the log.
    Refused(String),
    /// The state of a certificate cannot be had: a word for the log.
    Unchecked(String),
    /// The answer does not hold: the part that does not.
    Wrong(WrongAnswer),
    /// The program failed.
    Fault(Fault),
}

impl From<Fault> for AnswerFault {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<crate::platform::db::Error> for AnswerFault {
    fn from(error: crate::platform::db::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<WrongAnswer> for AnswerFault {
    fn from(wrong: WrongAnswer) -> Self {
        Self::Wrong(wrong)
    }
}

impl From<EgressError> for AnswerFault {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::Unusable(cause) => Self::Refused(cause),
            error => Self::Down(error.to_string()),
        }
    }
}

impl AnswerFault {
    /// The fault of an error that a provider sent back with the browser (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6).
    /// Brokers have words of their own for a person who gave up.
    pub(crate) fn of_error(error: &str) -> Self {
        match error {
            "access_denied" | "cancel" | "user_cancel" | "user_cancelled" => Self::Cancelled,
            "login_required" | "interaction_required" | "timeout" | "expired" => Self::TimedOut,
            "temporarily_unavailable" | "server_error" => Self::Down(error.to_owned()),
            // The word is a stranger's: a short line of it is kept.
            other => {
                let is_short = is_line(other, 60);
                Self::Refused(if is_short { other.to_owned() } else { "an unreadable error".to_owned() })
            }
        }
    }

    /// The fault of an answer that names another provider than was asked (RFC 9207 §2.4).
    pub(crate) fn of_another_issuer() -> Self {
        Self::Wrong(WrongAnswer::AnotherIssuer)
    }

    /// The word of the reason in the history.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed out",
            Self::Down(_) => "provider down",
            Self::Refused(_) => "provider refused",
            Self::Unchecked(_) => "certificate not checked",
            Self::Wrong(wrong) => wrong.as_str(),
            Self::Fault(_) => "fault",
        }
    }
}

/// The part of an answer that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongAnswer {
    /// It came from another provider than was asked.
    AnotherIssuer,
    /// It is not encrypted, and has to be.
    Unencrypted,
    /// It cannot be decrypted with a key of this service.
    Undecipherable,
    /// It cannot be read.
    Unreadable,
    /// It is signed by none of the provider's keys.
    Signature,
    /// It is for another client.
    AnotherAudience,
    /// It belongs to another question.
    AnotherNonce,
    /// Its time is over, or it was issued too long ago.
    Expired,
    /// It is issued in the future.
    NotYet,
    /// The person proved themselves too long ago, or it does not say when.
    Stale,
    /// Its level is unknown here.
    UnknownLevel,
    /// Its level is lower than that of the method.
    LoweredLevel,
    /// It names nobody, or by an identifier that is none.
    Nameless,
    /// It is about another order.
    AnotherOrder,
    /// The app is probably not beside the browser.
    Risk,
    /// The certificate of the person does not count.
    Certificate(CertificateFault),
}

impl WrongAnswer {
    /// The word in the log and the history.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AnotherIssuer => "another issuer",
            Self::Unencrypted => "not encrypted",
            Self::Undecipherable => "cannot be decrypted",
            Self::Unreadable => "cannot be read",
            Self::Signature => "signature",
            Self::AnotherAudience => "another audience",
            Self::AnotherNonce => "another nonce",
            Self::Expired => "expired",
            Self::NotYet => "issued in the future",
            Self::Stale => "auth_time",
            Self::UnknownLevel => "unknown acr",
            Self::LoweredLevel => "lowered acr",
            Self::Nameless => "no identifier",
            Self::AnotherOrder => "another order",
            Self::Risk => "risk",
            Self::Certificate(fault) => fault.as_str(),
        }
    }
}

impl fmt::Display for WrongAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The claims that every ID token has.
#[derive(Deserialize)]
struct IdentityClaims {
    iss: String,
    sub: String,
    aud: Value,
    azp: Option<String>,
    nonce: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    auth_time: Option<f64>,
    acr: Option<String>,
}

/// A question, as far as its answer is judged by it.
pub(super) struct AskedFor<'a> {
    pub(super) method: &'a IdentityMethod,
    pub(super) nonce: &'a Secret<String>,
    pub(super) asked_at: Timestamp,
    pub(super) is_fresh: bool,
    pub(super) now: Timestamp,
}

/// The identity that the claims of a verified token vouch for.
///
/// # Errors
/// The first part that does not hold.
pub(super) fn judge(
    provider: &IdentityProvider,
    asked: &AskedFor<'_>,
    claims: &Value,
) -> Result<VouchedIdentity, WrongAnswer> {
    let settings = &provider.settings;
    let read: IdentityClaims = serde_json::from_value(claims.clone()).map_err(|_| WrongAnswer::Unreadable)?;
    if read.iss != settings.issuer {
        return Err(WrongAnswer::AnotherIssuer);
    }
    if !is_for(&read, &settings.client_id) {
        return Err(WrongAnswer::AnotherAudience);
    }
    let nonce = read.nonce.as_deref().unwrap_or_default();
    if !equal_in_constant_time(nonce.as_bytes(), asked.nonce.reveal().as_bytes()) {
        return Err(WrongAnswer::AnotherNonce);
    }
    check_times(&read, asked.now)?;
    let proven_at = proven_at(settings, &read, asked)?;
    let worth = worth(settings, read.acr.as_deref(), asked.method)?;
    let identifier = identifier(provider, &read.sub, claims).ok_or(WrongAnswer::Nameless)?;
    Ok(VouchedIdentity::new(identifier, (worth, &asked.method.name), proven_at))
}

/// Whether a token is for this service and nobody else.
fn is_for(read: &IdentityClaims, client_id: &str) -> bool {
    let is_ours = |value: &Value| value.as_str() == Some(client_id);
    let audience = match &read.aud {
        Value::Array(all) => !all.is_empty() && all.iter().all(is_ours),
        one => is_ours(one),
    };
    audience && read.azp.as_ref().is_none_or(|azp| azp == client_id)
}

fn check_times(read: &IdentityClaims, now: Timestamp) -> Result<(), WrongAnswer> {
    let latest = now.plus(CLOCK_LEEWAY);
    let issued_at = instant(read.iat);
    if issued_at > latest || read.nbf.is_some_and(|nbf| instant(nbf) > latest) {
        return Err(WrongAnswer::NotYet);
    }
    let earliest = now.minus(CLOCK_LEEWAY);
    if instant(read.exp) <= earliest || issued_at < earliest.minus(ISSUED_WITHIN) {
        return Err(WrongAnswer::Expired);
    }
    Ok(())
}

/// When the person proved themselves. The provider was asked for a proof of the last minutes, or of now.
fn proven_at(
    settings: &ProviderSettings,
    read: &IdentityClaims,
    asked: &AskedFor<'_>,
) -> Result<Timestamp, WrongAnswer> {
    if settings.no_auth_time {
        // It was asked to have the person prove themselves anew.
        return Ok(asked.now);
    }
    let at = instant(read.auth_time.ok_or(WrongAnswer::Stale)?);
    if at > asked.now.plus(CLOCK_LEEWAY) {
        return Err(WrongAnswer::NotYet);
    }
    let of_now = asked.asked_at.minus(CLOCK_LEEWAY);
    let age = std::time::Duration::from_secs(if asked.is_fresh { 0 } else { USUAL_AGE });
    if at < of_now.minus(age) {
        return Err(WrongAnswer::Stale);
    }
    Ok(if at >= of_now { asked.now } else { at })
}

/// The worth of an answer, by its level alone where the operator has set levels.
fn worth(
    settings: &ProviderSettings,
    acr: Option<&str>,
    method: &IdentityMethod,
) -> Result<IdentityWorth, WrongAnswer> {
    if settings.levels.is_empty() {
        return Ok(method.worth);
    }
    let worth = acr.and_then(|acr| settings.levels.get(acr)).ok_or(WrongAnswer::UnknownLevel)?;
    if *worth < method.worth { Err(WrongAnswer::LoweredLevel) } else { Ok(*worth) }
}

fn identifier(provider: &IdentityProvider, subject: &str, claims: &Value) -> Option<PersonalIdentifier> {
    if let (Some(country), Some(claim)) = (provider.settings.country, &provider.settings.identifier_claim) {
        return national_identifier(country, claims.get(claim)?.as_str()?);
    }
    let is_subject = is_line(subject, LONGEST_SUBJECT);
    let source = IdentitySource::Provider(provider.id);
    is_subject.then(|| PersonalIdentifier { source, identifier: Secret::new(subject.to_owned()) })
}
