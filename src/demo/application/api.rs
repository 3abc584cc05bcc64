//! The application's API. By the standards it is a program of its own: it has no session, and trusts the claims of the
//! access token. If those are too weak, it demands stronger ones (RFC 9470).

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};

use super::access_token::{self, AccessTokenError, AccessTokenFacts, AccessTokenTarget};
use super::jwt;
use super::provider::{ProofDemand, ProviderError};
use super::{ApplicationParts, RunningApplication};
use crate::platform::clock::Timestamp;

/// The address of the sensitive act.
pub(super) const SECRET_ACT: &str = "/api/secret-act";

/// The necessary strength of the sign-in for the sensitive act.
const STRENGTH: &str = "aal2";
/// Its greatest age.
const FRESH: Duration = Duration::from_mins(5);

/// The API's answer to a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is done.
    Done,
    /// The person has to be asked for this first.
    Insufficient(ProofDemand),
    /// The token is refused; another one may be accepted.
    NotTaken,
}

/// `POST /api/secret-act`.
pub(super) async fn secret_act(State(application): State<RunningApplication>, headers: HeaderMap) -> Response {
    let now = application.is.clock.now();
    let mut given = headers.get_all(AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    let token = given.next().and_then(|text| text.split_once(' '));
    let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let (Some(token), None) = (token, given.next()) else {
        // A request without a token is not told of errors (RFC 6750 §3.1).
        return refused("Bearer");
    };
    match application.sound(token, now).await {
        Ok(token) if is_enough(&token, now) => StatusCode::NO_CONTENT.into_response(),
        Ok(_) => refused(&format!(
            "Bearer error=\"insufficient_user_authentication\", \
             error_description=\"Two proofs of different kinds are needed, given a moment ago\", \
             acr_values=\"{STRENGTH}\", max_age=\"{}\"",
            FRESH.as_secs()
        )),
        Err(ApiTokenError::Token(unsound)) => {
            tracing::info!(%unsound, "an access token is refused");
            refused("Bearer error=\"invalid_token\"")
        }
        Err(ApiTokenError::Provider(trouble)) => {
            tracing::warn!(%trouble, "an access token cannot be verified now");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn is_enough(token: &AccessTokenFacts, now: Timestamp) -> bool {
    let is_strong = matches!(token.acr.as_deref(), Some("aal2" | "phr"));
    // A sign-in of the future is none.
    let is_fresh = token.auth_time.is_some_and(|time| time <= now && now.since(time) < FRESH);
    is_strong && is_fresh
}

fn refused(challenge: &str) -> Response {
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)]).into_response()
}

enum ApiTokenError {
    Token(AccessTokenError),
    Provider(ProviderError),
}

impl RunningApplication {
    /// A valid access token.
    async fn sound(&self, token: &str, now: Timestamp) -> Result<AccessTokenFacts, ApiTokenError> {
        let audience = self.is.audience();
        let expected = AccessTokenTarget { issuer: &self.is.issuer, audience: &audience };
        let known = self.provider.known(now).await.map_err(ApiTokenError::Provider)?;
        match access_token::verified(token, known.keys(), expected, now) {
            Err(AccessTokenError::Token(jwt::JwtError::UnknownKey)) => {
                let known = self.provider.known_anew(now).await.map_err(ApiTokenError::Provider)?;
                access_token::verified(token, known.keys(), expected, now)
            }
            verdict => verdict,
        }
        .map_err(ApiTokenError::Token)
    }
}

impl ApplicationParts {
    /// Has the API do the sensitive act, on behalf of the token's person.
    pub(super) async fn act(&self, access_token: &openidconnect::AccessToken) -> Result<Verdict, ProviderError> {
        let answer = self.provider.post(&format!("{}{SECRET_ACT}", self.is.public_url), access_token).await?;
        if answer.status().is_success() {
            return Ok(Verdict::Done);
        }
        let challenge = answer.headers().get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok()).unwrap_or("");
        match demanded(challenge) {
            Some(demand) => Ok(Verdict::Insufficient(demand)),
            None if answer.status() == StatusCode::UNAUTHORIZED => Ok(Verdict::NotTaken),
            None => Err(ProviderError::Unreachable(format!("the API answers {}", answer.status()))),
        }
    }
}

/// The demand of a challenge, if it has one (RFC 9470 §3).
fn demanded(challenge: &str) -> Option<ProofDemand> {
    let parameter = |name: &str| {
        let (_, rest) = challenge.split_once(&format!("{name}=\""))?;
        rest.split('"').next()
    };
    if !challenge.starts_with("Bearer ") || parameter("error") != Some("insufficient_user_authentication") {
        return None;
    }
    let max_age = parameter("max_age").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    Some(ProofDemand { acr: parameter("acr_values").map(str::to_owned), max_age })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_says_what_would_be_enough() {
        let challenge = "Bearer error=\"insufficient_user_authentication\", acr_values=\"phr aal2\", max_age=\"60\"";
        let demand = ProofDemand { acr: Some("phr aal2".to_owned()), max_age: Some(Duration::from_mins(1)) };
        assert_eq!(demanded(challenge), Some(demand));
        let stronger = ProofDemand { acr: Some("phr".to_owned()), max_age: None };
        let challenge = "Bearer realm=\"a\", error=\"insufficient_user_authentication\", acr_values=\"phr\"";
        assert_eq!(demanded(challenge), Some(stronger));
        for other in
            ["", "Bearer", "Bearer error=\"invalid_token\"", "Basic error=\"insufficient_user_authentication\""]
        {
            assert_eq!(demanded(other), None, "{other}");
        }
    }

    #[test]
    fn enough_is_strong_and_fresh() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let token = |acr: &str, age: i64| AccessTokenFacts {
            acr: Some(acr.to_owned()),
            auth_time: Some(Timestamp::from_seconds(now.seconds() - age)),
        };
        assert!(is_enough(&token("aal2", 299), now) && is_enough(&token("phr", 0), now));
        for weak in [token("aal1", 0), token("aal2", 300), token("aal2", -1), token("aal3", 0)] {
            assert!(!is_enough(&weak, now), "{weak:?}");
        }
        assert!(!is_enough(&AccessTokenFacts { acr: None, auth_time: None }, now));
    }
}
