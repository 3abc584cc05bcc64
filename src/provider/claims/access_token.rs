//! Access tokens: signed JWTs (RFC 9068) that live ten minutes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{company_claims, subjects};
use crate::app::App;
use crate::directory::entrance::{CompanyAccess, CompanyClaim};
use crate::directory::users::Role;
use crate::platform::clock::Timestamp;
use crate::platform::jose::{Algorithm, Compact};
use crate::platform::web::fault::Fault;
use crate::provider::applications::resources::TokenPurpose;
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{self, AccessTokenType, Application};
use crate::provider::grants::{self, Details, Grant, GrantId};
use crate::provider::keys::{self, Keys, Published, TokenType};
use crate::sign_in::Acr;
use crate::sign_in::sessions::SessionId;

/// How long an access token lives.
pub(crate) const LIFETIME: Duration = Duration::from_mins(10);

/// One recipient, or several (RFC 7519 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Audience {
    /// Whether somebody is among the recipients.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Many(many) => many.iter().any(|one| one == name),
        }
    }
}

/// The key or certificate that a token is bound to (RFC 7800 §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) enum Confirmation {
    /// The thumbprint of a key (RFC 7638, RFC 9449 §6.1).
    #[serde(rename = "jkt")]
    Key(String),
    /// The thumbprint of a certificate (RFC 8705 §3.1).
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

/// The claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessToken {
    /// This service.
    pub(crate) iss: String,
    /// The person or, where the application acts for itself, its `client_id`.
    pub(crate) sub: String,
    /// The API that it is for.
    pub(crate) aud: Audience,
    /// When it ends, in Unix seconds.
    pub(crate) exp: i64,
    /// When it was issued.
    pub(crate) iat: i64,
    /// Its identifier; it begins with that of the grant, where there is one.
    pub(crate) jti: String,
    /// The application that it was issued to.
    pub(crate) client_id: String,
    /// Its scopes.
    pub(crate) scope: Scopes,
    /// When the person was proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
    /// How strongly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<Acr>,
    /// By what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amr: Option<Vec<String>>,
    /// In which session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<SessionId>,
    /// The key or certificate that has to come with it at every use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cnf: Option<Confirmation>,
    /// For which company, by the scope `company`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<CompanyClaim>,
    /// The person's roles there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Vec<Role>>,
    /// The person's rights there, in this application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rights: Option<Vec<String>>,
    /// Those of them before whose use the company wants the person asked again, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ask_before: Option<Vec<String>>,
}

impl AccessToken {
    /// The grant that it hangs on; none, where the application acts for itself.
    pub(crate) fn grant(&self) -> Option<GrantId> {
        self.jti.split_once('.').and_then(|(grant, _)| grant.parse().ok())
    }

    /// How it is shown: `token_type` (RFC 6749 §7.1, RFC 9449 §5).
    pub(crate) fn kind(&self) -> &'static str {
        kind_of(matches!(self.cnf, Some(Confirmation::Key(_))))
    }

    /// When it ends.
    pub(crate) fn expires_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.exp)
    }
}

/// The `token_type` of a token that is bound to a key, or is not. One that is bound to a certificate is a bearer token
/// (RFC 8705 §3).
pub(crate) fn kind_of(is_bound: bool) -> &'static str {
    if is_bound { "DPoP" } else { "Bearer" }
}

/// Issues a token for a person's grant, good for all that was granted or less, and bound to the key of
/// the proof that came.
///
/// # Errors
/// There is no key to sign with.
pub(crate) async fn for_grant(
    app: &App,
    keys: &Keys,
    application: &Application,
    grant: &Grant,
    purpose: TokenPurpose<'_>,
    now: Timestamp,
) -> Result<String, Fault> {
    let Details { acr, amr, auth_time, .. } = &grant.details;
    let entered = grant.entered.as_ref().filter(|_| purpose.scope.has("company"));
    let claims = AccessToken {
        sub: subjects::of(app, application, grant.person).await?,
        jti: format!("{}.{}", grant.id, random_part(app)),
        auth_time: Some(*auth_time),
        acr: Some(*acr),
        amr: Some(amr.clone()),
        sid: Some(subjects::session(app, application, grant.session).await?),
        company: entered.map(CompanyAccess::claim),
        roles: entered.map(|entered| entered.roles.clone()),
        rights: entered.map(|entered| entered.rights.clone()),
        ask_before: entered.map(|entered| entered.ask_before.clone()).filter(|rights| !rights.is_empty()),
        ..for_nobody(app, application, purpose, now)
    };
    keys.sign(Algorithm::Es256, type_of(application, purpose), &claims, now)
}

/// Issues a token for the application itself.
///
/// # Errors
/// There is no key to sign with.
pub(crate) fn for_application(
    app: &App,
    keys: &Keys,
    application: &Application,
    purpose: TokenPurpose<'_>,
    now: Timestamp,
) -> Result<String, Fault> {
    keys.sign(Algorithm::Es256, type_of(application, purpose), &for_nobody(app, application, purpose, now), now)
}

/// The type of a token: that of RFC 9068, unless every API that it is for was registered to take no other than `JWT`.
fn type_of(application: &Application, purpose: TokenPurpose<'_>) -> TokenType {
    let is_plain = if purpose.resources.is_empty() {
        application.profile.access_token_type == AccessTokenType::Jwt
    } else {
        let wants_plain = |resource: &String| application.wants_plain_tokens(resource);
        purpose.resources.iter().all(wants_plain)
    };
    if is_plain { TokenType::PlainAccessToken } else { TokenType::AccessToken }
}

fn for_nobody(app: &App, application: &Application, purpose: TokenPurpose<'_>, now: Timestamp) -> AccessToken {
    let issuer = app.settings.public_url.origin();
    AccessToken {
        iss: issuer.to_owned(),
        sub: application.client_id.clone(),
        aud: audience(application, purpose, issuer),
        exp: now.plus(LIFETIME).seconds(),
        iat: now.seconds(),
        jti: random_part(app),
        client_id: application.client_id.clone(),
        scope: purpose.scope.clone(),
        auth_time: None,
        acr: None,
        amr: None,
        sid: None,
        company: None,
        roles: None,
        rights: None,
        ask_before: None,
        cnf: match (purpose.proof, purpose.certificate) {
            (Some(proof), _) => Some(Confirmation::Key(proof.thumbprint().to_owned())),
            (None, Some(certificate)) => Some(Confirmation::Certificate(certificate.to_owned())),
            (None, None) => None,
        },
    }
}

/// The APIs that were asked for by name, else the one that the application is registered for or, without
/// one, the application itself; and this service, where the token is good for userinfo.
fn audience(application: &Application, purpose: TokenPurpose<'_>, issuer: &str) -> Audience {
    let mut all = purpose.resources.to_vec();
    if all.is_empty() {
        all.extend(application.audience.clone());
    }
    if purpose.scope.has("openid") {
        all.push(issuer.to_owned());
    }
    if all.is_empty() {
        all.push(application.client_id.clone());
    }
    if let [one] = all.as_slice() { Audience::One(one.clone()) } else { Audience::Many(all) }
}

fn random_part(app: &App) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&app.random.bytes::<16>())
}

/// Reads a token that came in: ours, an access token, and not expired. Whether it was revoked is
/// another question.
pub async fn read(app: &App, text: &str, now: Timestamp) -> Result<Option<AccessToken>, Fault> {
    let Some(compact) = Compact::parse(text) else { return Ok(None) };
    let keys = keys::current_with(app, compact.header.kid.as_deref(), now).await?;
    // An ID token is of that type, too: it names no client_id and no scope, and is for its application itself.
    let plain = TokenType::PlainAccessToken;
    let is_plain = compact.header.typ.as_deref().is_some_and(|typ| typ == plain.as_str());
    let kind = if is_plain { plain } else { TokenType::AccessToken };
    if !keys.verify(&compact, kind, Published::Now, now) {
        return Ok(None);
    }
    let is_ours = |token: &AccessToken| token.iss == app.settings.public_url.origin();
    let is_for_an_api = |token: &AccessToken| !is_plain || !token.aud.has(&token.client_id);
    let token = compact.claims::<AccessToken>().filter(is_ours).filter(is_for_an_api);
    Ok(token.filter(|token| now < token.expires_at()))
}

/// The grant, or the application alone, behind a token in force.
#[derive(Clone, Debug)]
pub(crate) enum Behind {
    /// A person's grant.
    Grant(Box<Grant>),
    /// The application itself.
    Application,
}

/// The grant behind a token, or its application alone; `None` if the token or its grant is no longer in force.
pub(crate) async fn behind(app: &App, token: &AccessToken, now: Timestamp) -> Result<Option<Behind>, Fault> {
    if grants::is_access_token_revoked(app.db.gathered(), &token.jti).await? {
        return Ok(None);
    }
    if let Some(id) = token.grant() {
        let grant = grants::find(app.db.gathered(), id).await?.filter(|grant| grant.is_alive(now));
        let Some(mut grant) = grant else { return Ok(None) };
        let holds = company_claims::read(app, None, &mut grant).await?;
        return Ok(holds.then(|| Behind::Grant(Box::new(grant))));
    }
    let application = applications::find_by_client_id(app.db.gathered(), &token.client_id).await?;
    Ok(application.map(|_| Behind::Application))
}
