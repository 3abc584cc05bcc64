//! The provider from the application's view: discovery, and the calls that follow.
//!
//! No claim of a token is trusted before `openidconnect` has verified it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, AdditionalProviderMetadata, AsyncHttpClient,
    AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken,
    EmptyAdditionalClaims, EmptyExtraTokenFields, EndSessionUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpResponse, IdToken, IdTokenClaims, IdTokenFields, IssuerUrl, LoginHint, LogoutRequest, Nonce, NonceVerifier,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadata, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse,
    SubjectIdentifier, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use tokio::sync::RwLock;

use super::http_client::HttpClient;
use crate::demo::{CannotServe, DemoApplication, SCOPES};
use crate::platform::clock::Timestamp;

/// The shortest time between two discoveries.
const LEARN_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// The claims of an ID token beyond those that `openidconnect` knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionClaim {
    /// The provider's session (OpenID Connect Back-Channel Logout 1.0 §2.1).
    sid: Option<String>,
}

impl AdditionalClaims for SessionClaim {}

/// The provider's metadata beyond those that `openidconnect` knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MoreMetadata {
    end_session_endpoint: Option<EndSessionUrl>,
    pub(super) backchannel_authentication_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for MoreMetadata {}

type Metadata = ProviderMetadata<
    MoreMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type DemoIdToken = IdToken<SessionClaim, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type SignInClaims = IdTokenClaims<SessionClaim, CoreGenderClaim>;
pub(super) type SignInTokens = StandardTokenResponse<
    IdTokenFields<
        SessionClaim,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type TokenError = StandardErrorResponse<CoreErrorResponseType>;
type DemoClient = Client<
    SessionClaim,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    TokenError,
    SignInTokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A failure of the provider.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ProviderError {
    /// It does not answer, or not by the standards.
    Unreachable(String),
    /// It refuses: an error of RFC 6749 §5.2, and its description.
    Refused(String, Option<String>),
    /// Its answer is invalid: a signature, a nonce, an audience.
    Unsound(String),
}

impl fmt::Display for ProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(cause) => write!(formatter, "the provider does not answer: {cause}"),
            Self::Refused(error, description) => {
                write!(formatter, "the provider refuses: {error} {}", description.as_deref().unwrap_or(""))
            }
            Self::Unsound(cause) => write!(formatter, "the provider's answer does not hold: {cause}"),
        }
    }
}

/// The demand on the person's proofs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProofDemand {
    /// `acr_values`.
    pub(super) acr: Option<String>,
    /// `max_age`.
    pub(super) max_age: Option<Duration>,
}

/// A sign-in that was sent to the provider.
pub(super) struct Departure {
    /// The address that the browser goes to.
    pub(super) url: String,
    /// The expected state.
    pub(super) state: String,
    /// The expected nonce of the ID token.
    pub(super) nonce: Nonce,
    /// The proof at the token endpoint that this application asked.
    pub(super) verifier: PkceCodeVerifier,
}

/// The signed-in person and their sign-in, verified.
#[derive(Clone, Debug)]
pub(super) struct SignedInPerson {
    /// The identifier (`sub`).
    pub(super) subject: String,
    /// The name.
    pub(super) name: Option<String>,
    /// The email.
    pub(super) email: Option<String>,
    /// The company, roles and rights.
    pub(super) acting: ActingCompany,
    /// The strength.
    pub(super) acr: Option<String>,
    /// The methods.
    pub(super) amr: Vec<String>,
    /// The instant.
    pub(super) auth_time: Option<Timestamp>,
    /// The provider's session.
    pub(super) session_id: Option<String>,
    /// The token itself: the hint when signing out.
    pub(super) id_token: DemoIdToken,
    /// The token for the API.
    pub(super) access_token: AccessToken,
    /// The token for further access tokens.
    pub(super) refresh_token: Option<RefreshToken>,
    /// When the access token ends.
    pub(super) access_expires_at: Option<Timestamp>,
}

/// The company of a sign-in, in an ID token.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct ActingCompany {
    /// The company.
    pub(super) company: Option<CompanyName>,
    /// The roles there.
    pub(super) roles: Vec<String>,
    /// The person's rights in this application.
    pub(super) rights: Vec<String>,
}

/// A company, as a token names it.
#[derive(Clone, Debug, serde::Deserialize)]
pub(super) struct CompanyName {
    /// Its name.
    pub(super) name: String,
}

impl ActingCompany {
    /// The company in a verified ID token.
    fn of(id_token: &str) -> Self {
        let claims = id_token.split('.').nth(1).unwrap_or_default();
        let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap_or_default();
        serde_json::from_slice(&claims).unwrap_or_default()
    }
}

/// The result of a refresh.
pub(super) struct RefreshResult {
    pub(super) access_token: AccessToken,
    pub(super) refresh_token: Option<RefreshToken>,
    pub(super) access_expires_at: Option<Timestamp>,
}

/// The provider's metadata and keys.
pub(super) struct ProviderData {
    pub(super) metadata: Metadata,
    pub(super) client: DemoClient,
    learnt_at: Timestamp,
}

impl ProviderData {
    /// The keys that it signs with.
    pub(super) fn keys(&self) -> &[CoreJsonWebKey] {
        self.metadata.jwks().keys()
    }

    /// The algorithms that it signs with.
    pub(super) fn algorithms(&self) -> &[CoreJwsSigningAlgorithm] {
        self.metadata.id_token_signing_alg_values_supported()
    }
}

/// The provider.
pub(super) struct Provider {
    issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    pub(super) client_secret: ClientSecret,
    redirect_uri: RedirectUrl,
    post_logout_redirect_uri: PostLogoutRedirectUrl,
    pub(super) http: HttpClient,
    known: RwLock<Option<Arc<ProviderData>>>,
}

impl Provider {
    pub(super) fn new(application: &DemoApplication) -> Result<Self, CannotServe> {
        let wrong = |error: url::ParseError| CannotServe::Address(error.to_string());
        Ok(Self {
            issuer: IssuerUrl::new(application.issuer.clone()).map_err(wrong)?,
            client_id: ClientId::new(application.client_id.clone()),
            client_secret: ClientSecret::new(application.client_secret.reveal().clone()),
            redirect_uri: RedirectUrl::new(application.redirect_uri()).map_err(wrong)?,
            post_logout_redirect_uri: PostLogoutRedirectUrl::new(application.post_logout_redirect_uri())
                .map_err(wrong)?,
            http: HttpClient::new(&application.issuer).map_err(|error| CannotServe::Client(error.to_string()))?,
            known: RwLock::new(None),
        })
    }

    /// The provider's metadata and keys, discovered at the first use: the provider may start after this application,
    /// and until it answers each use asks again.
    pub(super) async fn known(&self, now: Timestamp) -> Result<Arc<ProviderData>, ProviderError> {
        if let Some(known) = self.known.read().await.as_ref() {
            return Ok(known.clone());
        }
        let mut place = self.known.write().await;
        if let Some(known) = place.as_ref() {
            return Ok(known.clone());
        }
        let known = self.learn(now).await?;
        *place = Some(known.clone());
        Ok(known)
    }

    /// Discovers again, because of an unknown key.
    pub(super) async fn known_anew(&self, now: Timestamp) -> Result<Arc<ProviderData>, ProviderError> {
        let mut place = self.known.write().await;
        if let Some(known) = place.as_ref().filter(|known| now.since(known.learnt_at) < LEARN_AGAIN_AFTER) {
            return Ok(known.clone());
        }
        let known = self.learn(now).await?;
        *place = Some(known.clone());
        Ok(known)
    }

    async fn learn(&self, now: Timestamp) -> Result<Arc<ProviderData>, ProviderError> {
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(|error| ProviderError::Unreachable(chain(&error)))?;
        let client = DemoClient::from_provider_metadata(
            metadata.clone(),
            self.client_id.clone(),
            Some(self.client_secret.clone()),
        )
        .set_redirect_uri(self.redirect_uri.clone());
        Ok(Arc::new(ProviderData { metadata, client, learnt_at: now }))
    }

    /// Makes the authorization request.
    pub(super) async fn depart(
        &self,
        demand: Option<ProofDemand>,
        (login_hint, company): (Option<String>, Option<String>),
        now: Timestamp,
    ) -> Result<Departure, ProviderError> {
        let known = self.known(now).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = known
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            // The crate adds `openid` itself.
            .add_scopes(SCOPES.iter().filter(|scope| **scope != "openid").map(|scope| Scope::new((*scope).to_owned())))
            .set_pkce_challenge(challenge);
        if let Some(acr) = demand.as_ref().and_then(|demand| demand.acr.clone()) {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr));
        }
        if let Some(max_age) = demand.and_then(|demand| demand.max_age) {
            request = request.set_max_age(max_age);
        }
        if let Some(email) = login_hint {
            request = request.set_login_hint(LoginHint::new(email));
        }
        if let Some(company) = company {
            request = request.add_extra_param("company", company);
        }
        let (url, state, nonce) = request.url();
        Ok(Departure { url: url.to_string(), state: state.into_secret(), nonce, verifier })
    }

    /// Whether the answer to an authorization request comes from this provider (RFC 9207 §2.4).
    pub(super) async fn is_answer_of(&self, issuer: Option<&str>, now: Timestamp) -> Result<bool, ProviderError> {
        let known = self.known(now).await?;
        Ok(match issuer {
            Some(issuer) => issuer == self.issuer.as_str(),
            None => !known.metadata.additional_metadata().authorization_response_iss_parameter_supported,
        })
    }

    /// Exchanges the code, verifies the tokens, and asks for the person's claims.
    pub(super) async fn arrive(
        &self,
        code: &str,
        verifier: PkceCodeVerifier,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<SignedInPerson, ProviderError> {
        let known = self.known(now).await?;
        let tokens = known
            .client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| ProviderError::Unreachable(error.to_string()))?
            .set_pkce_verifier(verifier)
            .request_async(&self.http)
            .await
            .map_err(refused)?;
        let id_token = tokens.id_token().ok_or_else(|| ProviderError::Unsound("there is no ID token".to_owned()))?;
        let claims = match verified(&known, id_token, &tokens, nonce) {
            Err(IdTokenError::UnknownKey) => {
                let known = self.known_anew(now).await?;
                verified(&known, id_token, &tokens, nonce).map_err(ProviderError::from)?
            }
            other => other.map_err(ProviderError::from)?,
        };
        let person = self.person(&known, &tokens, claims.subject()).await?;
        let name = person.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        Ok(SignedInPerson {
            subject: claims.subject().to_string(),
            name,
            email: person.email().map(|email| email.to_string()),
            acting: ActingCompany::of(&id_token.to_string()),
            acr: claims.auth_context_ref().map(|acr| acr.to_string()),
            amr: claims.auth_method_refs().into_iter().flatten().map(|method| method.to_string()).collect(),
            auth_time: claims.auth_time().map(|time| Timestamp::from_seconds(time.timestamp())),
            session_id: claims.additional_claims().sid.clone(),
            id_token: id_token.clone(),
            access_token: tokens.access_token().clone(),
            refresh_token: tokens.refresh_token().cloned(),
            access_expires_at: tokens.expires_in().map(|lifetime| now.plus(lifetime)),
        })
    }

    pub(super) async fn person(
        &self,
        known: &ProviderData,
        tokens: &SignInTokens,
        subject: &SubjectIdentifier,
    ) -> Result<UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim>, ProviderError> {
        known
            .client
            .user_info(tokens.access_token().clone(), Some(subject.clone()))
            .map_err(|error| ProviderError::Unreachable(error.to_string()))?
            .request_async(&self.http)
            .await
            .map_err(|error| ProviderError::Unsound(chain(&error)))
    }

    /// Exchanges a refresh token for new tokens of the same person.
    pub(super) async fn refresh(&self, token: &RefreshToken, now: Timestamp) -> Result<RefreshResult, ProviderError> {
        let known = self.known(now).await?;
        let tokens = known
            .client
            .exchange_refresh_token(token)
            .map_err(|error| ProviderError::Unreachable(error.to_string()))?
            .request_async(&self.http)
            .await
            .map_err(refused)?;
        Ok(RefreshResult {
            access_token: tokens.access_token().clone(),
            refresh_token: tokens.refresh_token().cloned(),
            access_expires_at: tokens.expires_in().map(|lifetime| now.plus(lifetime)),
        })
    }

    /// Posts nothing but an access token to an API of this application.
    pub(super) async fn post(&self, url: &str, token: &AccessToken) -> Result<HttpResponse, ProviderError> {
        let request = http::Request::post(url)
            .header(AUTHORIZATION, format!("Bearer {}", token.secret()))
            .body(Vec::new())
            .map_err(|error| ProviderError::Unreachable(chain(&error)))?;
        self.http.call(request).await.map_err(|error| ProviderError::Unreachable(chain(&error)))
    }

    /// The provider's sign-out address for the browser. `None` if it has none.
    pub(super) async fn sign_out_url(
        &self,
        id_token: &DemoIdToken,
        now: Timestamp,
    ) -> Result<Option<String>, ProviderError> {
        let known = self.known(now).await?;
        let Some(endpoint) = known.metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        let request = LogoutRequest::from(endpoint)
            .set_id_token_hint(id_token)
            .set_client_id(self.client_id.clone())
            .set_post_logout_redirect_uri(self.post_logout_redirect_uri.clone())
            .set_state(CsrfToken::new_random());
        Ok(Some(request.http_get_url().to_string()))
    }
}

enum IdTokenError {
    UnknownKey,
    Otherwise(String),
}

impl From<IdTokenError> for ProviderError {
    fn from(unverified: IdTokenError) -> Self {
        match unverified {
            IdTokenError::UnknownKey => Self::Unsound("the ID token is signed by an unknown key".to_owned()),
            IdTokenError::Otherwise(cause) => Self::Unsound(cause),
        }
    }
}

/// The claims of an ID token whose signature, issuer, audience, times, nonce and access token hash
/// hold (OpenID Connect Core 1.0 §3.1.3.7, §3.1.3.8).
fn verified<'t>(
    known: &ProviderData,
    id_token: &'t DemoIdToken,
    tokens: &SignInTokens,
    nonce: &Nonce,
) -> Result<&'t SignInClaims, IdTokenError> {
    let verifier = known.client.id_token_verifier();
    let check = |given: Option<&Nonce>| nonce.verify(given);
    let claims = id_token.claims(&verifier, check).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            IdTokenError::UnknownKey
        }
        other => IdTokenError::Otherwise(chain(&other)),
    })?;
    if let Some(expected) = claims.access_token_hash() {
        let otherwise = |error: &dyn std::error::Error| IdTokenError::Otherwise(error.to_string());
        let algorithm = id_token.signing_alg().map_err(|error| otherwise(&error))?;
        let key = id_token.signing_key(&verifier).map_err(|error| otherwise(&error))?;
        let actual =
            AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(|error| otherwise(&error))?;
        if actual != *expected {
            return Err(IdTokenError::Otherwise("the access token is not the ID token's".to_owned()));
        }
    }
    Ok(claims)
}

fn refused<E: std::error::Error + 'static>(error: RequestTokenError<E, TokenError>) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            ProviderError::Refused(answer.error().to_string(), answer.error_description().cloned())
        }
        other => ProviderError::Unreachable(chain(&other)),
    }
}

/// An error with its causes, on one line, for the log.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
