//! Proof of possession (DPoP, RFC 9449): an application signs each of its requests with a key, and the
//! tokens that it is given are good for that key alone. A thief of one has nothing.
//!
//! A proof is read by [`read`], which is pure. Its caller makes it count once: it is used
//! up within the transaction that it is for, so that a refresh with a proof stays one write.

mod key;
mod nonce;
mod proof;
mod store;

use http::header::{HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use http::{StatusCode, response::Response};

pub use proof::{DpopProof, ProofExpectation, ProofProblem, read};
pub(in crate::provider) use store::{expire, use_up};

use crate::app::App;
use crate::platform::db;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::claims::access_token::{AccessToken, Confirmation};
use crate::provider::endpoint::{EndpointError, EndpointRefusal, json};
use crate::provider::grants::RefreshTokenBinding;

/// The algorithms of proofs, as in the metadata.
pub(crate) const ALGORITHMS: [&str; 4] = ["ES256", "PS256", "EdDSA", "Ed25519"];
/// The header that brings a proof.
const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The header that brings a nonce for the next one.
pub(crate) const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// A refusal of a proof, as RFC 9449 §5 names it.
pub(crate) const fn invalid_proof(description: &'static str) -> EndpointRefusal {
    EndpointRefusal::new("invalid_dpop_proof", description)
}

/// A proof that counted before, or counts for somebody else at this moment.
pub(crate) const USED_BEFORE: EndpointRefusal = invalid_proof("the proof was used before");

/// The proof that came with an application's request to this endpoint, which must be a `POST`; none
/// where none came and none is asked for.
///
/// # Errors
/// The refusal of a proof that is not in order, or is missing.
pub(crate) fn at_endpoint(
    app: &App,
    visit: &Visit,
    headers: &HeaderMap,
    application: &Application,
) -> Result<Option<DpopProof>, EndpointError> {
    let Some(text) = header(headers).map_err(invalid_proof)? else {
        return Ok(None);
    };
    match check(app, visit, application, text, ("POST", None)) {
        Ok(proof) => Ok(Some(proof)),
        Err(ProofProblem::Invalid(description)) => Err(invalid_proof(description).into()),
        Err(ProofProblem::NonceWanted) => Err(EndpointError::NonceWanted(nonce::current(&app.master_keys, visit.now))),
    }
}

/// The same, where tokens are given: here the application may have to bring one.
///
/// # Errors
/// As [`at_endpoint`].
pub(crate) fn for_tokens(
    app: &App,
    visit: &Visit,
    headers: &HeaderMap,
    application: &Application,
) -> Result<Option<DpopProof>, EndpointError> {
    let proof = at_endpoint(app, visit, headers, application)?;
    if proof.is_none() && application.profile.must_prove_possession() {
        return Err(invalid_proof("this application gets its tokens for a DPoP proof alone").into());
    }
    Ok(proof)
}

/// Uses a proof up where nothing else is written. Tells whether it is the first time.
pub(crate) async fn use_up_alone(app: &App, proof: DpopProof) -> Result<bool, db::Error> {
    store::use_up_alone(&app.db, &proof).await
}

/// The key and the certificate that a refresh token is given for.
pub(super) fn given_for(proof: Option<&DpopProof>, certificate: Option<&str>) -> RefreshTokenBinding {
    RefreshTokenBinding {
        dpop_jkt: proof.map(|proof| proof.thumbprint().to_owned()),
        certificate: certificate.map(str::to_owned),
    }
}

/// Gives an application that must use nonces the one for its next proof (§8.2).
pub(crate) fn hand_nonce(
    app: &App,
    visit: &Visit,
    application: &Application,
    response: &mut Response<axum::body::Body>,
) {
    if application.profile.must_use_nonces()
        && let Ok(nonce) = HeaderValue::from_str(&nonce::current(&app.master_keys, visit.now))
    {
        response.headers_mut().insert(DPOP_NONCE, nonce);
    }
}

/// Why a token does not open a resource, though it may be in force (§7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PossessionError {
    /// The token is bound and came without its scheme, or is not bound and came with it.
    WrongScheme,
    /// The token is bound to a certificate that was not shown (RFC 8705 §3).
    OtherCertificate,
    /// The proof is missing or not in order.
    Proof(&'static str),
    /// The proof lacks a nonce; here is one.
    NonceWanted(String),
}

/// An access token as a request shows it.
#[derive(Clone, Copy)]
pub(crate) struct ShownToken<'t> {
    /// Its claims.
    pub(crate) token: &'t AccessToken,
    /// Its text, of which the proof holds the hash.
    pub(crate) text: &'t str,
    /// Whether it comes by the scheme of proofs.
    pub(crate) with_proof: bool,
}

/// Checks that who brings a token to a resource of this service has the key that it is bound to (§7.1),
/// and gives the proof back, to be used up. A bound token is never taken without its proof (§7.2).
pub(crate) fn at_resource(
    app: &App,
    visit: &Visit,
    (headers, method): (&HeaderMap, &http::Method),
    application: Option<&Application>,
    shown: ShownToken<'_>,
) -> Result<Option<DpopProof>, PossessionError> {
    let ShownToken { token, text, with_proof } = shown;
    let bound_to = match &token.cnf {
        Some(Confirmation::Certificate(thumbprint)) => {
            let is_shown = visit.certificate.as_ref().is_some_and(|shown| shown.thumbprint() == thumbprint);
            return if is_shown && !with_proof { Ok(None) } else { Err(PossessionError::OtherCertificate) };
        }
        Some(Confirmation::Key(thumbprint)) => Some(thumbprint.as_str()),
        None => None,
    };
    let (bound_to, application) = match (bound_to, with_proof, application) {
        (None, false, _) => return Ok(None),
        (Some(bound_to), true, Some(application)) => (bound_to, application),
        _ => return Err(PossessionError::WrongScheme),
    };
    let Some(proof) = header(headers).map_err(PossessionError::Proof)? else {
        return Err(PossessionError::Proof("the DPoP header is missing"));
    };
    let proof = check(app, visit, application, proof, (method.as_str(), Some(text))).map_err(|wrong| match wrong {
        ProofProblem::Invalid(description) => PossessionError::Proof(description),
        ProofProblem::NonceWanted => PossessionError::NonceWanted(nonce::current(&app.master_keys, visit.now)),
    })?;
    if proof.thumbprint() == bound_to {
        Ok(Some(proof))
    } else {
        Err(PossessionError::Proof("the proof is by another key than the token is bound to"))
    }
}

impl PossessionError {
    /// The proof counted before.
    pub(crate) const USED_BEFORE: Self = Self::Proof("the proof was used before");

    /// The answer that says so.
    pub(crate) fn answer(&self) -> Response<axum::body::Body> {
        let algorithms = ALGORITHMS.join(" ");
        let (error, description) = match self {
            Self::OtherCertificate => ("invalid_token", "the token is bound to a certificate that was not shown"),
            Self::WrongScheme => ("invalid_token", "a bound token comes with the DPoP scheme, any other with Bearer"),
            Self::Proof(description) => ("invalid_dpop_proof", *description),
            Self::NonceWanted(_) => ("use_dpop_nonce", "the proof needs the nonce of the DPoP-Nonce header"),
        };
        let said = format!("realm=\"Salpa\", error=\"{error}\", error_description=\"{description}\"");
        let challenge = match self {
            Self::OtherCertificate => format!("Bearer {said}"),
            _ => format!("DPoP {said}, algs=\"{algorithms}\""),
        };
        let mut response = json(StatusCode::UNAUTHORIZED, &serde_json::Map::new());
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        if let Self::NonceWanted(nonce) = self
            && let Ok(nonce) = HeaderValue::from_str(nonce)
        {
            response.headers_mut().insert(DPOP_NONCE, nonce);
        }
        response
    }
}

/// Says beside another challenge that proofs are taken, too (§7.1).
pub(crate) fn offer(response: &mut Response<axum::body::Body>) {
    if let Ok(challenge) = HeaderValue::from_str(&format!("DPoP realm=\"Salpa\", algs=\"{}\"", ALGORITHMS.join(" "))) {
        response.headers_mut().append(WWW_AUTHENTICATE, challenge);
    }
}

/// The one proof of a request: two headers are refused (§4.3, check 1).
fn header(headers: &HeaderMap) -> Result<Option<&str>, &'static str> {
    let mut values = headers.get_all(DPOP).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err("the DPoP header came more than once");
    }
    first.map(|value| value.to_str().map_err(|_| "the DPoP header cannot be read")).transpose()
}

fn check(
    app: &App,
    visit: &Visit,
    application: &Application,
    text: &str,
    (method, access_token): (&str, Option<&str>),
) -> Result<DpopProof, ProofProblem> {
    let expected = ProofExpectation {
        method,
        url: &app.settings.public_url.join(&visit.path),
        access_token,
        is_nonce: &|nonce| nonce::is_in_force(&app.master_keys, nonce, visit.now),
        needs_nonce: application.profile.must_use_nonces(),
    };
    read(text, &expected, visit.now)
}
