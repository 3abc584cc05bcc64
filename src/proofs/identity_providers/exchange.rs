//! The way to a provider and back: the address that a browser is sent to, and the exchange of the code that it brings.

use data_encoding::BASE64;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::answer::{AnswerFault, AskedFor, WrongAnswer, judge};
use super::keys::OwnKeys;
use super::settings::{IdentityMethod, ProviderAuthentication, ProviderEndpoints, ProviderKind, RequestForm};
use super::{IdentityProvider, key_sets, request, secret_purpose};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::jose::decrypting::EncryptedToken;
use crate::platform::jose::{Compact, key_set, s256};
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::proofs::identities::evidence::IdentityEvidence;
use crate::proofs::identities::{IdentityQuestion, QuestionSecrets, VouchedIdentity};

/// The type of a client assertion (RFC 7523 §2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion holds, in seconds.
const ASSERTION_HOLDS: i64 = 300;

/// One request of a person to a provider.
pub(crate) struct IdentityRequest<'a> {
    /// The bank or eID.
    pub(crate) method: &'a IdentityMethod,
    /// The address at this service to which the browser comes back.
    pub(crate) return_address: &'a str,
    /// The value that comes back with the browser.
    pub(crate) state: &'a Secret<String>,
    /// The values that bind the answer.
    pub(crate) secrets: &'a QuestionSecrets,
    /// The language of the page, as a tag.
    pub(crate) language: &'a str,
    /// Whether an earlier sign-in at the provider does not count.
    pub(crate) is_fresh: bool,
}

impl IdentityRequest<'_> {
    /// The challenge of the verifier (RFC 7636 §4.2).
    pub(super) fn challenge(&self) -> String {
        s256(self.secrets.verifier.reveal())
    }
}

/// A provider that is called now.
pub(crate) struct ProviderCall<'a> {
    /// The parts of the program.
    pub(crate) app: &'a Core,
    /// The provider.
    pub(crate) provider: &'a IdentityProvider,
    /// The instant.
    pub(crate) now: Timestamp,
}

/// The address that the browser is sent to.
///
/// # Errors
/// The provider does not take the request.
pub(crate) async fn begin(call: &ProviderCall<'_>, asking: &IdentityRequest<'_>) -> Result<String, AnswerFault> {
    let settings = &call.provider.settings;
    let endpoints = call.endpoints()?;
    let parameters = request::parameters(settings, asking);
    let client_id = ("client_id", settings.client_id.clone());
    let sent = match settings.request {
        RequestForm::Plain => parameters,
        RequestForm::Signed => {
            let jti = call.app.random.token();
            let claims = request::claims(settings, asking, jti.reveal(), call.now);
            let own = OwnKeys::open(call.app, call.provider, call.now).await?;
            vec![client_id, ("request", own.sign("oauth-authz-req+jwt", &claims)?)]
        }
        RequestForm::Pushed => {
            let address = endpoints.pushed_authorization_request.as_deref();
            let address = address.ok_or_else(|| Fault::new("a provider has no endpoint for pushed requests"))?;
            let answer = call.ask(address, parameters).await?;
            let pushed = answer.get("request_uri").and_then(Value::as_str).map(str::to_owned);
            vec![client_id, ("request_uri", pushed.ok_or(WrongAnswer::Unreadable)?)]
        }
    };
    let mut address = Url::parse(&endpoints.authorization).map_err(Fault::new)?;
    address.query_pairs_mut().extend_pairs(sent);
    Ok(address.into())
}

/// An accepted answer.
#[derive(Debug)]
pub(crate) struct VouchedAnswer {
    /// The identity that it vouches for.
    pub(crate) identity: VouchedIdentity,
    /// The evidence that it leaves behind.
    pub(crate) evidence: IdentityEvidence,
}

/// The identity that a provider vouches for, for the code that a browser brought.
///
/// # Errors
/// [`AnswerFault`].
pub(crate) async fn redeem(
    call: &ProviderCall<'_>,
    (question, secrets): (&IdentityQuestion, &QuestionSecrets),
    (code, return_address): (&str, &str),
) -> Result<VouchedAnswer, AnswerFault> {
    let ProviderCall { app, provider, now } = *call;
    let method = provider.method(&question.method).ok_or(AnswerFault::TimedOut)?;
    let token = token_for(call, secrets, (code, return_address)).await?;
    let opened = call.opened(&token).await?;
    let compact = Compact::parse(&opened).ok_or(WrongAnswer::Unreadable)?;
    let keys = key_sets::current(app, provider, compact.header.kid.as_deref(), now).await?;
    let keys = keys.ok_or_else(|| AnswerFault::Down("its keys cannot be had".to_owned()))?;
    let key = key_set::signing_key(&compact, &keys).ok_or(WrongAnswer::Signature)?;
    let claims: Value = compact.claims().ok_or(WrongAnswer::Unreadable)?;
    let asked =
        AskedFor { method, nonce: &secrets.nonce, asked_at: question.asked_at, is_fresh: question.is_fresh, now };
    let identity = judge(provider, &asked, &claims)?;
    let content = json!({ "id_token": opened, "key": key, "method": method.id });
    let kept_for = provider.settings.keeps_evidence_for();
    Ok(VouchedAnswer { identity, evidence: IdentityEvidence { provider: provider.id, content, kept_for } })
}

/// The ID token of a code, as it came.
pub(super) async fn token_for(
    call: &ProviderCall<'_>,
    secrets: &QuestionSecrets,
    (code, return_address): (&str, &str),
) -> Result<String, AnswerFault> {
    let form = vec![
        ("grant_type", "authorization_code".to_owned()),
        ("code", code.to_owned()),
        ("redirect_uri", return_address.to_owned()),
        ("code_verifier", secrets.verifier.reveal().clone()),
    ];
    let answer = call.ask(&call.endpoints()?.token, form).await?;
    let token = answer.get("id_token").and_then(Value::as_str).ok_or(WrongAnswer::Unreadable)?;
    Ok(token.to_owned())
}

impl ProviderCall<'_> {
    fn endpoints(&self) -> Result<&ProviderEndpoints, Fault> {
        self.provider.settings.endpoints.as_ref().ok_or_else(|| Fault::new("a provider has no endpoints"))
    }

    /// The signed token inside an encrypted one.
    async fn opened(&self, token: &str) -> Result<String, AnswerFault> {
        if !EncryptedToken::looks_like_one(token) {
            let must_be = self.provider.settings.demands_encryption();
            return if must_be { Err(WrongAnswer::Unencrypted.into()) } else { Ok(token.to_owned()) };
        }
        let encrypted = EncryptedToken::parse(token).ok_or(WrongAnswer::Undecipherable)?;
        let own = OwnKeys::open(self.app, self.provider, self.now).await?;
        let opened = own.decrypting(encrypted.kid()).find_map(|key| encrypted.open(key));
        let opened = opened.ok_or(WrongAnswer::Undecipherable)?;
        Ok(String::from_utf8(opened).map_err(|_| WrongAnswer::Unreadable)?)
    }

    /// Remembers whether the provider has answered, or the one that it takes to check its answer.
    pub(super) fn noted<T>(&self, answer: Result<T, AnswerFault>) -> Result<T, AnswerFault> {
        let has_answered = !matches!(answer, Err(AnswerFault::Down(_) | AnswerFault::Unchecked(_)));
        self.app.troubles.note(&self.provider.id.to_string(), has_answered, self.now);
        answer
    }

    /// Asks an endpoint, as this service.
    async fn ask(&self, address: &str, form: Vec<(&'static str, String)>) -> Result<Value, AnswerFault> {
        self.noted(self.answer_of(address, form).await)
    }

    async fn answer_of(&self, address: &str, form: Vec<(&'static str, String)>) -> Result<Value, AnswerFault> {
        let (headers, form) = self.authenticated(address, form).await?;
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, answer) = self.app.egress.ask_with_form(address, headers, &form).await?;
        if status.is_server_error() {
            return Err(AnswerFault::Down(format!("its status is {}", status.as_u16())));
        }
        if !status.is_success() {
            let error = answer.get("error").and_then(Value::as_str).unwrap_or_default();
            let known = ["invalid_client", "invalid_grant", "invalid_request", "unauthorized_client"];
            let word = known.into_iter().find(|word| *word == error).unwrap_or("an error");
            return Err(AnswerFault::Refused(format!("{word}, status {}", status.as_u16())));
        }
        Ok(answer)
    }

    /// A form with the proof that it is of this service.
    async fn authenticated(
        &self,
        address: &str,
        mut form: Vec<(&'static str, String)>,
    ) -> Result<(HeaderMap, Vec<(&'static str, String)>), Fault> {
        let settings = &self.provider.settings;
        let mut headers = HeaderMap::new();
        match settings.authentication {
            ProviderAuthentication::PrivateKeyJwt => {
                let own = OwnKeys::open(self.app, self.provider, self.now).await?;
                let audience = match settings.kind {
                    ProviderKind::FinnishTrustNetwork => address,
                    _ => settings.issuer.as_str(),
                };
                let claims = json!({
                    "iss": settings.client_id,
                    "sub": settings.client_id,
                    "aud": audience,
                    "iat": self.now.seconds(),
                    "exp": self.now.seconds().saturating_add(ASSERTION_HOLDS),
                    "jti": self.app.random.token().reveal().as_str(),
                });
                form.push(("client_id", settings.client_id.clone()));
                form.push(("client_assertion_type", ASSERTION.to_owned()));
                form.push(("client_assertion", own.sign("JWT", &claims)?));
            }
            ProviderAuthentication::ClientSecretPost => {
                form.push(("client_id", settings.client_id.clone()));
                form.push(("client_secret", self.secret()?.reveal().clone()));
            }
            ProviderAuthentication::ClientSecretBasic => {
                let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", encoded(&settings.client_id), encoded(self.secret()?.reveal()));
                let value = format!("Basic {}", BASE64.encode(pair.as_bytes()));
                let mut value = HeaderValue::from_str(&value).map_err(Fault::new)?;
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
        }
        // A pushed request has one `client_id`, and not two.
        let mut seen = std::collections::BTreeSet::new();
        form.retain(|(name, _)| seen.insert(*name));
        Ok((headers, form))
    }

    /// The secret that the operator gave for it.
    pub(super) fn secret(&self) -> Result<Secret<String>, Fault> {
        let sealed = self.provider.client_secret.as_ref().ok_or_else(|| Fault::new("a provider has no secret"))?;
        let opened = self.app.master_keys.open(&secret_purpose(self.provider.id), sealed)?;
        String::from_utf8(opened.reveal().clone()).map(Secret::new).map_err(Fault::new)
    }
}
