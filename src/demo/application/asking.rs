//! Asking a person's phone through the provider (OpenID Connect CIBA, poll): the call centre knows an email, and wants to
//! know that the caller is its person.

use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use openidconnect::{AsyncHttpClient, Nonce, TokenResponse};
use serde::Deserialize;

use super::provider::{Provider, ProviderError, SignInTokens, chain};
use crate::demo::SCOPES;
use crate::platform::clock::Timestamp;

/// The grant type.
const GRANT_TYPE: &str = "urn:openid:params:grant-type:ciba";

/// A question that waits on a phone.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct AskedPhone {
    /// Its name at the provider.
    pub(super) auth_req_id: String,
    /// How long it waits, in seconds.
    pub(super) expires_in: u64,
    /// How long to wait between two looks, in seconds.
    #[serde(default = "usual_interval")]
    pub(super) interval: u64,
}

fn usual_interval() -> u64 {
    5
}

/// The person who has approved, verified.
#[derive(Clone, Debug)]
pub(super) struct ConfirmedCaller {
    pub(super) name: String,
    pub(super) email: String,
    /// The methods, as `amr` names them.
    pub(super) methods: Vec<String>,
}

/// The body of a refusal (RFC 6749 §5.2).
#[derive(Deserialize)]
struct RefusalBody {
    error: String,
    error_description: Option<String>,
}

impl Provider {
    /// Asks the phone of the person with an email.
    pub(super) async fn ask_phone(
        &self,
        email: &str,
        message: &str,
        now: Timestamp,
    ) -> Result<AskedPhone, ProviderError> {
        let known = self.known(now).await?;
        let endpoint = known.metadata.additional_metadata().backchannel_authentication_endpoint.clone();
        let endpoint = endpoint.ok_or_else(|| ProviderError::Unreachable("it asks no phones".to_owned()))?;
        let scope = SCOPES.join(" ");
        let form = [("scope", scope.as_str()), ("login_hint", email), ("binding_message", message)];
        match self.post_form(&endpoint, &form).await? {
            (status, body) if status.is_success() => {
                serde_json::from_slice(&body).map_err(|error| ProviderError::Unsound(error.to_string()))
            }
            (_, body) => Err(refusal(&body)),
        }
    }

    /// Looks whether the phone has answered; `None` where it has not.
    pub(super) async fn phone_answer(
        &self,
        auth_req_id: &str,
        now: Timestamp,
    ) -> Result<Option<ConfirmedCaller>, ProviderError> {
        let known = self.known(now).await?;
        let form = [("grant_type", GRANT_TYPE), ("auth_req_id", auth_req_id)];
        let endpoint = known.metadata.token_endpoint().map(ToString::to_string).unwrap_or_default();
        let (status, body) = self.post_form(&endpoint, &form).await?;
        if !status.is_success() {
            return match refusal(&body) {
                ProviderError::Refused(error, _) if matches!(error.as_str(), "authorization_pending" | "slow_down") => {
                    Ok(None)
                }
                refused => Err(refused),
            };
        }
        let tokens: SignInTokens =
            serde_json::from_slice(&body).map_err(|error| ProviderError::Unsound(error.to_string()))?;
        let id_token = tokens.id_token().ok_or_else(|| ProviderError::Unsound("there is no ID token".to_owned()))?;
        let verifier = known.client.id_token_verifier();
        // Nobody was sent to the provider, so there is no nonce.
        let no_nonce = |nonce: Option<&Nonce>| nonce.map_or(Ok(()), |_| Err("there is a nonce".to_owned()));
        let claims = id_token.claims(&verifier, no_nonce).map_err(|error| ProviderError::Unsound(chain(&error)))?;
        let person = self.person(&known, &tokens, claims.subject()).await?;
        let methods: Vec<String> =
            claims.auth_method_refs().into_iter().flatten().map(|method| method.to_string()).collect();
        let name = person.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        Ok(Some(ConfirmedCaller {
            name: name.unwrap_or_else(|| claims.subject().to_string()),
            email: person.email().map(|email| email.to_string()).unwrap_or_default(),
            methods,
        }))
    }

    /// Posts a form as this application.
    async fn post_form(&self, url: &str, form: &[(&str, &str)]) -> Result<(StatusCode, Vec<u8>), ProviderError> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let credentials = format!("{}:{}", self.client_id.as_str(), self.client_secret.secret());
        let request = http::Request::post(url)
            .header(AUTHORIZATION, format!("Basic {}", data_encoding::BASE64.encode(credentials.as_bytes())))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into_bytes())
            .map_err(|error| ProviderError::Unreachable(chain(&error)))?;
        let answer = self.http.call(request).await.map_err(|error| ProviderError::Unreachable(chain(&error)))?;
        Ok((answer.status(), answer.into_body()))
    }
}

fn refusal(body: &[u8]) -> ProviderError {
    match serde_json::from_slice::<RefusalBody>(body) {
        Ok(refusal) => ProviderError::Refused(refusal.error, refusal.error_description),
        Err(error) => ProviderError::Unsound(error.to_string()),
    }
}
