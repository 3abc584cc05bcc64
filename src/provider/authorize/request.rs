//! An authorization request, read and checked (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2). Pure:
//! the same parameters and application give the same request or the same refusal.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::claims::{self, RequestedClaims};
use super::destination::{Destination, ResponseMode};
use crate::platform::db;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Parameters, RepeatedParameter};
use crate::provider::applications::resources::{self, InvalidTarget};
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{Application, GrantType};
use crate::sign_in::{Acr, CompanyWish};

/// The parameters that are known here, each with the most bytes that it may have.
const KNOWN: [(&str, usize); 23] = [
    ("client_id", 200),
    ("redirect_uri", 2100),
    ("response_type", 100),
    ("response_mode", 100),
    ("state", 4096),
    ("scope", 2000),
    ("nonce", 1000),
    ("code_challenge", 128),
    ("code_challenge_method", 100),
    ("dpop_jkt", 43),
    ("prompt", 100),
    ("max_age", 20),
    ("acr_values", 500),
    ("claims", 4096),
    ("id_token_hint", 8192),
    ("login_hint", 500),
    ("company", 36),
    ("ui_locales", 500),
    ("claims_locales", 500),
    ("display", 100),
    ("request", 8192),
    ("request_uri", 2100),
    ("registration", 4096),
];

/// A request that is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The destination of the answer.
    pub destination: Destination,
    /// The scopes that are asked for and allowed. Without `openid` there is no ID token.
    pub(crate) scope: Scopes,
    /// The APIs that are asked for by name (RFC 8707 §2.1).
    pub(crate) resources: Vec<String>,
    /// The S256 challenge (RFC 7636 §4.2).
    pub(crate) code_challenge: Option<String>,
    /// The thumbprint of the key that alone redeems the code (RFC 9449 §10).
    pub(crate) dpop_jkt: Option<String>,
    /// Comes back in the ID token.
    pub(crate) nonce: Option<String>,
    /// The questions that the person may be asked.
    pub(crate) prompt: Prompt,
    /// The most seconds that may have passed since the person was proven.
    pub(crate) max_age: Option<u32>,
    /// The strength that is wished for.
    pub(crate) acr: AcrWish,
    /// Single claims.
    pub(crate) claims: RequestedClaims,
    /// The person who must sign in, by the claims parameter.
    pub(crate) subject: Option<String>,
    /// An ID token of the person who must sign in; not verified yet.
    pub(crate) id_token_hint: Option<String>,
    /// The email that the person may type.
    pub(crate) login_hint: Option<String>,
    /// The languages that the application wishes for, best first.
    pub(crate) ui_locales: Option<String>,
    /// For which company the person is to come.
    pub(crate) company: CompanyWish,
}

/// The questions that the person may, or must, be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Nothing at all: an answer at once, or an error.
    Nothing,
    /// The necessary ones, and these.
    Allowed {
        /// A proof, even where there is a fresh one.
        login: bool,
        /// The person, even if it is known.
        select_account: bool,
        /// The consent, even if the person gave it before.
        consent: bool,
    },
}

/// The `acr` that an application asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcrWish {
    /// Those that will do, as far as they are known here.
    pub(crate) values: Vec<Acr>,
    /// Whether nothing else will do (OpenID Connect Core §5.5.1.1).
    pub(crate) essential: bool,
}

impl AcrWish {
    /// The weakest that is wished for.
    pub(crate) fn lowest(&self) -> Option<Acr> {
        self.values.iter().copied().min()
    }

    /// The `acr` of the ID token of a person proven so strongly: where the application insists on
    /// certain values, the strongest of them that was reached. Stronger includes weaker.
    pub(crate) fn told(&self, reached: Acr) -> Option<Acr> {
        if self.essential { self.values.iter().copied().filter(|value| *value <= reached).max() } else { Some(reached) }
    }
}

/// Why a request is not answered with a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestRefusal {
    /// The application, or the address for the answer, is not known: the person is told, and nobody is sent
    /// anywhere (RFC 6749 §4.1.2.1).
    Page(PageRefusal),
    /// The application is told.
    Redirect(Destination, OAuthError),
}

/// Refusals that are shown on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageRefusal {
    /// There is no such application, or none is named, or two are.
    UnknownApplication,
    /// The address for the answer is missing, named twice, or not registered.
    UnregisteredAddress,
}

/// An error as the standard names it, with a word for the developer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// The name.
    pub(crate) error: &'static str,
    /// The mistake; plain ASCII without quotes (RFC 6749 §4.1.2.1).
    pub(crate) description: &'static str,
}

/// Why a request gets no further.
#[derive(Debug)]
pub enum RequestError {
    /// It is not in order: the application is told, where it can be.
    OAuth(OAuthError),
    /// Something failed inside.
    Fault(Fault),
}

impl From<OAuthError> for RequestError {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl From<Fault> for RequestError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<db::Error> for RequestError {
    fn from(error: db::Error) -> Self {
        Self::Fault(error.into())
    }
}

const fn invalid(description: &'static str) -> OAuthError {
    OAuthError { error: "invalid_request", description }
}

/// The `client_id` of a request: with it the application can be looked for.
///
/// # Errors
/// There is none, or more than one.
pub fn client_id(parameters: &Parameters) -> Result<&str, PageRefusal> {
    let within = |value: &&str| value.len() <= 200;
    parameters.one("client_id").ok().flatten().filter(within).ok_or(PageRefusal::UnknownApplication)
}

/// Whether a name is one of a parameter that is known here.
pub fn is_parameter(name: &str) -> bool {
    name == resources::PARAMETER || KNOWN.iter().any(|(known, _)| *known == name)
}

/// Reads a request of this application.
///
/// # Errors
/// The refusal, which says whether the application may be told.
pub fn read(parameters: &Parameters, application: &Application) -> Result<AuthorizationRequest, RequestRefusal> {
    let destination = destination(parameters, application).map_err(RequestRefusal::Page)?;
    read_rest(parameters, application, &destination).map_err(|error| RequestRefusal::Redirect(destination, error))
}

/// The destination of the answer, of an error too: an address that is registered, or nowhere.
pub(super) fn destination(parameters: &Parameters, application: &Application) -> Result<Destination, PageRefusal> {
    let redirect_uri = parameters
        .one("redirect_uri")
        .ok()
        .flatten()
        .filter(|address| application.may_redirect_to(address))
        .ok_or(PageRefusal::UnregisteredAddress)?;
    let response_mode = parameters.one("response_mode").unwrap_or_default().map(str::parse::<ResponseMode>);
    let response_mode = response_mode.and_then(Result::ok).unwrap_or_default();
    let is_signed = application.profile.require_signed_answers;
    let state = parameters.one("state").ok().flatten().filter(|state| state.len() <= 4096);
    Ok(Destination {
        redirect_uri: redirect_uri.to_owned(),
        response_mode: if is_signed { response_mode.signed() } else { response_mode },
        state: state.map(str::to_owned),
    })
}

fn read_rest(
    parameters: &Parameters,
    application: &Application,
    destination: &Destination,
) -> Result<AuthorizationRequest, OAuthError> {
    check_bounds(parameters)?;
    let one = |name| parameters.one(name).map_err(|RepeatedParameter(_)| invalid("a parameter came more than once"));
    for (name, error, description) in [
        // Those of a request that came otherwise are taken out of it before it is read here.
        ("request", "request_not_supported", "a request holds no request object within it"),
        ("request_uri", "request_uri_not_supported", "a request holds no request_uri within it"),
        ("registration", "registration_not_supported", "registration is not supported"),
    ] {
        if one(name)?.is_some() {
            return Err(OAuthError { error, description });
        }
    }
    match one("response_type")? {
        None => return Err(invalid("response_type is missing")),
        Some("code") => {}
        Some(_) => {
            let description = "only response_type=code is supported";
            return Err(OAuthError { error: "unsupported_response_type", description });
        }
    }
    if !application.may(GrantType::AuthorizationCode) {
        let description = "the application may not sign people in";
        return Err(OAuthError { error: "unauthorized_client", description });
    }
    let response_mode = one("response_mode")?.map(str::parse::<ResponseMode>).transpose();
    let words = "response_mode must be query, form_post, jwt, query.jwt or form_post.jwt";
    let response_mode = response_mode.map_err(|()| invalid(words))?.unwrap_or_default();
    if application.profile.require_signed_answers && !response_mode.is_signed() {
        return Err(invalid("this application asks for signed answers alone: response_mode is not jwt"));
    }
    let scope = read_scope(one("scope")?, application)?;
    let resources = resources::of_request(parameters, application)
        .map_err(|_| OAuthError { error: resources::INVALID_TARGET, description: InvalidTarget::DESCRIPTION })?;
    let challenge = (one("code_challenge")?, one("code_challenge_method")?);
    let nonce = one("nonce")?;
    // The nonce comes back in the ID token: without one of these it protects nothing.
    let nonce_protects = nonce.is_some() && scope.has("openid");
    let may_omit_pkce = application.may_omit_pkce && !application.is_public() && nonce_protects;
    let code_challenge = read_challenge(challenge.0, challenge.1, may_omit_pkce)?;
    let prompt = read_prompt(one("prompt")?.unwrap_or_default())?;
    let max_age = one("max_age")?.map(read_max_age).transpose()?;
    let claims = one("claims")?.map(claims::read).transpose()?.unwrap_or_default();
    Ok(AuthorizationRequest {
        destination: destination.clone(),
        scope,
        resources,
        code_challenge,
        dpop_jkt: one("dpop_jkt")?.map(read_thumbprint).transpose()?,
        nonce: nonce.map(str::to_owned),
        prompt,
        max_age,
        acr: read_acr(one("acr_values")?, claims.acr)?,
        claims: claims.requested,
        subject: claims.subject,
        id_token_hint: one("id_token_hint")?.map(str::to_owned),
        login_hint: one("login_hint")?.map(str::to_owned),
        ui_locales: one("ui_locales")?.map(str::to_owned),
        company: one("company")?.map(read_company).transpose()?.unwrap_or_default(),
    })
}

/// Every known parameter at most once (RFC 6749 §3.1) and of bounded length. Unknown ones are
/// ignored.
fn check_bounds(parameters: &Parameters) -> Result<(), OAuthError> {
    for (name, most) in KNOWN {
        let mut values = parameters.iter().filter(|(key, _)| *key == name);
        let first = values.next();
        if values.next().is_some() {
            return Err(invalid("a parameter came more than once"));
        }
        if first.is_some_and(|(_, value)| value.len() > most) {
            return Err(invalid("a parameter is too long"));
        }
        if first.is_some_and(|(_, value)| value.contains('\0')) {
            return Err(invalid("a parameter has a character that nobody types"));
        }
    }
    Ok(())
}

fn read_scope(scope: Option<&str>, application: &Application) -> Result<Scopes, OAuthError> {
    let refuse = |description| OAuthError { error: "invalid_scope", description };
    let asked = Scopes::parse(scope.unwrap_or_default()).map_err(|_| refuse("scope is malformed"))?;
    let mut allowed = asked.allowed_by(&application.scopes);
    if !application.may(GrantType::RefreshToken) {
        allowed = allowed.without("offline_access");
    }
    if allowed.is_empty() {
        return Err(refuse("scope is missing, or nothing of it is allowed"));
    }
    Ok(allowed)
}

/// PKCE, with S256 (RFC 7636 §4.3): of everybody, but of an application that proves to be itself and whose
/// registration says so, where the nonce of the request stands in its place (RFC 9700 §2.1.1). Of those, too,
/// once they begin.
fn read_challenge(
    challenge: Option<&str>,
    method: Option<&str>,
    may_be_omitted: bool,
) -> Result<Option<String>, OAuthError> {
    let challenge = match challenge {
        None if may_be_omitted && method.is_none() => return Ok(None),
        None => {
            return Err(invalid(
                "code_challenge is missing (PKCE); a nonce does in its place only where the registration says so",
            ));
        }
        Some(challenge) => challenge,
    };
    if method != Some("S256") {
        return Err(invalid("code_challenge_method must be S256"));
    }
    if !is_pkce_text(challenge) {
        return Err(invalid("code_challenge must be 43 to 128 unreserved characters"));
    }
    Ok(Some(challenge.to_owned()))
}

/// Whether a text can be a verifier or a challenge: 43 to 128 unreserved characters (RFC 7636 §4.1).
pub fn is_pkce_text(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// A SHA-256 in base64url (RFC 9449 §10).
fn read_thumbprint(text: &str) -> Result<String, OAuthError> {
    match BASE64URL_NOPAD.decode(text.as_bytes()) {
        Ok(hash) if hash.len() == 32 => Ok(text.to_owned()),
        _ => Err(invalid("dpop_jkt must be a SHA-256 in base64url")),
    }
}

fn read_prompt(text: &str) -> Result<Prompt, OAuthError> {
    let words: Vec<_> = text.split(' ').filter(|word| !word.is_empty()).collect();
    if words == ["none"] {
        return Ok(Prompt::Nothing);
    }
    if words.contains(&"none") {
        return Err(invalid("prompt=none goes with nothing else"));
    }
    if words.iter().any(|word| !["login", "select_account", "consent"].contains(word)) {
        return Err(invalid("prompt must be none, login, select_account or consent"));
    }
    Ok(Prompt::Allowed {
        login: words.contains(&"login"),
        select_account: words.contains(&"select_account"),
        consent: words.contains(&"consent"),
    })
}

/// A parameter of this service: the identifier of a company, or `choose`.
fn read_company(text: &str) -> Result<CompanyWish, OAuthError> {
    match text {
        "choose" => Ok(CompanyWish::Choose),
        text => {
            text.parse().map(CompanyWish::This).map_err(|_| invalid("company must be choose or the identifier of one"))
        }
    }
}

fn read_max_age(text: &str) -> Result<u32, OAuthError> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    // More than a century is as good as no limit.
    let seconds = is_number.then(|| text.parse::<u64>().unwrap_or(u64::MAX));
    seconds
        .map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX))
        .ok_or(invalid("max_age must be a whole number of seconds"))
}

/// `acr_values` is a wish and may name what nobody knows; an essential claim is none.
fn read_acr(acr_values: Option<&str>, essential: Option<Vec<String>>) -> Result<AcrWish, OAuthError> {
    let known = |value: &str| value.parse::<Acr>().ok();
    let Some(essential) = essential else {
        let values = acr_values.unwrap_or_default().split(' ').filter_map(known).collect();
        return Ok(AcrWish { values, essential: false });
    };
    let values: Vec<_> = essential.iter().filter_map(|value| known(value)).collect();
    if values.is_empty() {
        let description = "none of the essential acr values is known here";
        return Err(OAuthError { error: "unmet_authentication_requirements", description });
    }
    Ok(AcrWish { values, essential: true })
}
