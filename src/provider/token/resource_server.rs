//! This service as a protected resource of its own: whether a request to one of its APIs brings a token
//! that opens it (RFC 6750, RFC 9068 §4, RFC 9449 §7). The API decides what the token opens.

use http::Method;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};

use super::dpop::{self, DPOP_NONCE, PossessionError, ShownToken};
use crate::app::App;
use crate::platform::db;
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{self, Application};
use crate::provider::claims::access_token::{self, AccessToken, Behind};
use crate::provider::grants::Grant;

/// A token in force, for this API, with what stands behind it.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    /// Its claims.
    pub(crate) token: AccessToken,
    /// The application that it was issued to, as it is registered now.
    pub(crate) application: Application,
    /// The person's grant; none where the application acts for itself.
    pub(crate) grant: Option<Box<Grant>>,
}

/// Why a request is not let in.
#[derive(Clone, Debug)]
pub(crate) enum Denied {
    /// It shows no token: no error is named (RFC 6750 §3.1).
    NoToken,
    /// The token cannot be read.
    Malformed,
    /// The token is not ours, not for this API, over, or revoked.
    NotInForce,
    /// The proof of the key that it is bound to is missing or not in order.
    Proof {
        /// The challenge of the standard.
        challenge: HeaderValue,
        /// A nonce for the next proof, where one is wanted.
        nonce: Option<HeaderValue>,
    },
}

/// Why nobody is let in.
#[derive(Debug)]
pub(crate) enum AdmissionError {
    /// The request does not open the API.
    Denied(Denied),
    /// Something failed inside.
    Fault(Fault),
}

impl From<Denied> for AdmissionError {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<PossessionError> for AdmissionError {
    fn from(closed: PossessionError) -> Self {
        Self::Denied(closed.into())
    }
}

impl From<Fault> for AdmissionError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<db::Error> for AdmissionError {
    fn from(error: db::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<PossessionError> for Denied {
    fn from(closed: PossessionError) -> Self {
        let answer = closed.answer();
        match answer.headers().get(WWW_AUTHENTICATE) {
            Some(challenge) => {
                Self::Proof { challenge: challenge.clone(), nonce: answer.headers().get(DPOP_NONCE).cloned() }
            }
            None => Self::NotInForce,
        }
    }
}

/// Looks at the token of a request to an API, with everything that stands behind it now, and uses the
/// proof of its key up.
///
/// # Errors
/// Why nobody is let in, and faults.
pub(crate) async fn admit(
    app: &App,
    visit: &Visit,
    (headers, method): (&HeaderMap, &Method),
    audience: &str,
) -> Result<Admitted, AdmissionError> {
    let (text, with_proof) = shown(headers)?;
    let token = access_token::read(app, text, visit.now).await?.ok_or(Denied::NotInForce)?;
    let application =
        applications::find_by_client_id(app.db.gathered(), &token.client_id).await?.ok_or(Denied::NotInForce)?;
    let shown = ShownToken { token: &token, text, with_proof };
    if let Some(proof) = dpop::at_resource(app, visit, (headers, method), Some(&application), shown)?
        && !dpop::use_up_alone(app, proof).await?
    {
        return Err(PossessionError::USED_BEFORE.into());
    }
    if !token.aud.has(audience) {
        return Err(Denied::NotInForce.into());
    }
    let grant = match access_token::behind(app, &token, visit.now).await?.ok_or(Denied::NotInForce)? {
        Behind::Application => None,
        Behind::Grant(grant) => Some(grant),
    };
    Ok(Admitted { token, application, grant })
}

/// The token, and whether it comes by the scheme of proofs. From the header alone: an API reads none from a
/// form or a URL (RFC 6750 §2.2, RFC 9700 §4.3.2).
fn shown(headers: &HeaderMap) -> Result<(&str, bool), Denied> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(Denied::NoToken)?.to_str().map_err(|_| Denied::Malformed)?;
    if values.next().is_some() {
        return Err(Denied::Malformed);
    }
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok((token.trim(), false)),
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("dpop") => Ok((token.trim(), true)),
        _ => Err(Denied::NoToken),
    }
}
