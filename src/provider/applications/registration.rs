//! Registering applications, by command and by the administrator's hand.

use std::fmt;
use std::sync::Arc;

use jsonwebtoken::jwk::JwkSet;

use super::address::{check_https, check_redirect};
use super::{
    AccessTokenType, Application, ApplicationId, ApplicationProfile, ClientAuthentication, GrantType, SecretHash, store,
};
use crate::directory::companies::CompanyId;
use crate::directory::rights;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Db, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::jose::Algorithm;
use crate::platform::one_line::is_line;
use crate::platform::random::Random;
use crate::platform::secret::Secret;
use crate::provider::applications::certificates::CertificateSubject;
use crate::provider::applications::client_keys;
use crate::provider::applications::fapi;
use crate::provider::applications::scopes::Scopes;
use crate::sign_in::policies;

/// The longest name, audience or client identifier, in characters.
const LONGEST: usize = 100;
/// The most addresses of one kind.
const MOST_ADDRESSES: usize = 20;

/// How an application is to prove that it is itself.
#[derive(Clone, Debug)]
pub enum WishedAuthentication {
    /// By a secret that is made now and shown once.
    Secret,
    /// By a key whose public half is in this set.
    PrivateKeyJwt(JwkSet),
    /// By a certificate that an authority signed for this name.
    TlsClient(CertificateSubject),
    /// By a certificate with a key of this set.
    SelfSignedTlsClient(JwkSet),
    /// Not at all.
    None,
}

/// An application to be registered.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The name that people see.
    pub name: String,
    /// The `client_id`; one is made where there is none.
    pub client_id: Option<String>,
    /// The company that it belongs to.
    pub company: Option<CompanyId>,
    /// How it is to prove that it is itself.
    pub authentication: WishedAuthentication,
    /// The addresses to which answers may go.
    pub redirect_uris: Vec<String>,
    /// The addresses to which browsers may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The address at which it is told that a session has ended.
    pub back_channel_logout_uri: Option<String>,
    /// The address at which people open it.
    pub home_url: Option<String>,
    /// The grants that it may use at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// The scopes that it may ask for at most.
    pub scopes: Scopes,
    /// The API that its access tokens are for.
    pub audience: Option<String>,
    /// The algorithm of its ID tokens.
    pub id_token_algorithm: Algorithm,
    /// Whether it may ask for a code without PKCE, by a request that has a nonce. A public application never may.
    pub may_omit_pkce: bool,
    /// Its settings beyond the usual ones.
    pub profile: ApplicationProfile,
}

impl Registration {
    /// A confidential application that signs people in, as most are: by code, with refresh tokens,
    /// with a secret, ID tokens signed with RS256.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            client_id: None,
            company: None,
            authentication: WishedAuthentication::Secret,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            back_channel_logout_uri: None,
            home_url: None,
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            scopes: Scopes::usual(),
            audience: None,
            id_token_algorithm: Algorithm::Rs256,
            may_omit_pkce: false,
            profile: ApplicationProfile::default(),
        }
    }
}

/// One mistake in a registration, in words for whoever made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationMistake {
    /// The field, by its name in the registration.
    pub field: &'static str,
    /// The problem, as the rest of a sentence.
    pub(crate) problem: String,
}

impl fmt::Display for RegistrationMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.problem)
    }
}

/// Why an application was not registered or changed.
#[derive(Debug)]
pub enum RegistrationError {
    /// It cannot be like that; every mistake is told.
    Mistakes(Vec<RegistrationMistake>),
    /// There is no such application.
    Unknown,
    /// The database failed.
    Database(db::Error),
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => formatter.write_str("there is no such application"),
            Self::Database(error) => error.fmt(formatter),
            Self::Mistakes(mistakes) => {
                let mistakes: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
                formatter.write_str(&mistakes.join("; "))
            }
        }
    }
}

impl std::error::Error for RegistrationError {}

impl From<db::Error> for RegistrationError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

/// An application that was registered.
#[derive(Debug)]
pub struct Created {
    /// The application.
    pub application: Application,
    /// Its secret, where it has one: shown now, and never again.
    pub secret: Option<Secret<String>>,
}

/// Registers an application.
///
/// # Errors
/// Every mistake of the registration, or what the database says.
pub async fn create(
    db: &Db,
    random: &Random,
    registration: Registration,
    now: Timestamp,
) -> Result<Created, RegistrationError> {
    let created = prepare(random, registration, now)?;
    let (stored, random) = (Arc::new(created.application.clone()), random.clone());
    let is_new =
        db.write::<_, db::Error, _>(move |tx| Box::pin(async move { keep(tx, &random, &stored, now).await })).await?;
    if is_new {
        return Ok(created);
    }
    let problem = format!("{} is taken by another application", created.application.client_id);
    Err(RegistrationError::Mistakes(vec![RegistrationMistake { field: "client_id", problem }]))
}

/// The application that a registration makes, checked but not kept.
pub(in crate::provider) fn prepare(
    random: &Random,
    registration: Registration,
    now: Timestamp,
) -> Result<Created, RegistrationError> {
    let (authentication, secret) = match registration.authentication {
        WishedAuthentication::Secret => {
            let secret = random.token();
            (ClientAuthentication::Secret { hash: SecretHash::of(secret.reveal()) }, Some(secret))
        }
        WishedAuthentication::PrivateKeyJwt(jwks) => (ClientAuthentication::PrivateKeyJwt { jwks }, None),
        WishedAuthentication::TlsClient(subject) => (ClientAuthentication::TlsClient { subject }, None),
        WishedAuthentication::SelfSignedTlsClient(jwks) => (ClientAuthentication::SelfSignedTlsClient { jwks }, None),
        WishedAuthentication::None => (ClientAuthentication::None, None),
    };
    let made_up = || format!("app-{}", random.readable(12).to_lowercase());
    let application = Application {
        id: ApplicationId::new(now, random),
        client_id: registration.client_id.unwrap_or_else(made_up),
        name: registration.name.trim().to_owned(),
        company: registration.company,
        authentication,
        redirect_uris: registration.redirect_uris,
        post_logout_redirect_uris: registration.post_logout_redirect_uris,
        back_channel_logout_uri: registration.back_channel_logout_uri,
        home_url: registration.home_url,
        grant_types: registration.grant_types,
        scopes: registration.scopes,
        audience: registration.audience,
        id_token_algorithm: registration.id_token_algorithm,
        may_omit_pkce: registration.may_omit_pkce,
        profile: registration.profile,
        created_at: now,
        failure_told_at: None,
    };
    check(&application)?;
    Ok(Created { application, secret })
}

/// Keeps a new application; `false` where its `client_id` is taken.
pub async fn keep(
    tx: &mut Tx<'_>,
    random: &Random,
    application: &Application,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let is_new = store::add(tx, application).await?;
    if is_new {
        let entry = Entry::new(now, Event::ProviderApplicationCreated).application(application.id);
        history::write(tx, random, &entry.detail("client_id", &application.client_id)).await?;
    }
    Ok(is_new)
}

/// Changes an application to what is given; its identifiers and its way to prove itself stay.
///
/// # Errors
/// Every mistake, [`RegistrationError::Unknown`], or what the database says.
pub async fn update(
    db: &Db,
    random: &Random,
    application: &Application,
    now: Timestamp,
) -> Result<(), RegistrationError> {
    change(db, random, application, false, now).await
}

/// Changes an application to what is given, its way to prove itself included.
///
/// # Errors
/// As [`update`].
pub(in crate::provider) async fn replace(
    db: &Db,
    random: &Random,
    application: &Application,
    now: Timestamp,
) -> Result<(), RegistrationError> {
    change(db, random, application, true, now).await
}

async fn change(
    db: &Db,
    random: &Random,
    application: &Application,
    with_authentication: bool,
    now: Timestamp,
) -> Result<(), RegistrationError> {
    check(application)?;
    let (application, random) = (Arc::new(application.clone()), random.clone());
    db.write(move |tx| {
        Box::pin(async move {
            if !store::change(tx, &application).await? {
                return Err(RegistrationError::Unknown);
            }
            if with_authentication {
                store::change_authentication(tx, application.id, &application.authentication).await?;
            }
            let entry = Entry::new(now, Event::ProviderApplicationChanged).application(application.id);
            Ok(history::write(tx, &random, &entry).await?)
        })
    })
    .await
}

/// Gives an application a new secret, which is shown now and never again. The old one is over.
///
/// # Errors
/// [`RegistrationError::Unknown`] where there is no such application with a secret, or what the
/// database says.
pub async fn renew_secret(
    db: &Db,
    random: &Random,
    id: ApplicationId,
    now: Timestamp,
) -> Result<Secret<String>, RegistrationError> {
    let application = store::find(db, id).await?.ok_or(RegistrationError::Unknown)?;
    if !matches!(application.authentication, ClientAuthentication::Secret { .. }) {
        return Err(RegistrationError::Unknown);
    }
    let secret = random.token();
    let authentication = Arc::new(ClientAuthentication::Secret { hash: SecretHash::of(secret.reveal()) });
    let random = random.clone();
    db.write(move |tx| {
        Box::pin(async move {
            if !store::change_authentication(tx, id, &authentication).await? {
                return Err(RegistrationError::Unknown);
            }
            let entry = Entry::new(now, Event::ProviderApplicationSecretRenewed).application(id);
            Ok(history::write(tx, &random, &entry).await?)
        })
    })
    .await?;
    Ok(secret)
}

/// Removes an application, with everything that was granted to it. Tells whether it was there.
pub async fn delete(db: &Db, random: &Random, id: ApplicationId, now: Timestamp) -> Result<bool, db::Error> {
    let random = random.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let was_there = store::remove(tx, id).await?;
            if was_there {
                policies::remove(tx, id).await?;
                rights::forget_application(tx, &id.to_string()).await?;
                let entry = Entry::new(now, Event::ProviderApplicationDeleted).application(id);
                history::write(tx, &random, &entry).await?;
            }
            Ok(was_there)
        })
    })
    .await
}

/// Whether an application can be like that.
///
/// # Errors
/// Every mistake.
pub fn check(application: &Application) -> Result<(), RegistrationError> {
    let mut mistakes = Vec::new();
    let mut tell = |field: &'static str, problem: String| mistakes.push(RegistrationMistake { field, problem });
    let fits = |text: &str| is_line(text, LONGEST);
    if !fits(&application.name) {
        tell("name", "must have 1 to 100 characters".to_owned());
    }
    if application.may_omit_pkce && application.is_public() {
        tell("may_omit_pkce", "is for applications that keep a secret; a public one always uses PKCE".to_owned());
    }
    if !is_client_id(&application.client_id) {
        let problem = "must be 3 to 100 letters, digits, dots, dashes and underscores, and no UUID";
        tell("client_id", problem.to_owned());
    }
    if application.may(GrantType::AuthorizationCode) && application.redirect_uris.is_empty() {
        tell("redirect_uris", "is missing: where do answers go?".to_owned());
    }
    for address in &application.redirect_uris {
        if let Err(problem) = check_redirect(address, application.is_public()) {
            tell("redirect_uris", format!("{address} {problem}"));
        }
    }
    for address in &application.post_logout_redirect_uris {
        if let Err(problem) = check_redirect(address, application.is_public()) {
            tell("post_logout_redirect_uris", format!("{address} {problem}"));
        }
    }
    if application.redirect_uris.len().max(application.post_logout_redirect_uris.len()) > MOST_ADDRESSES {
        tell("redirect_uris", format!("has more than {MOST_ADDRESSES} addresses"));
    }
    let addresses = [
        ("back_channel_logout_uri", &application.back_channel_logout_uri),
        ("home_url", &application.home_url),
        ("jwks_uri", &application.profile.jwks_uri),
        ("sector_identifier_uri", &application.profile.sector_identifier_uri),
        ("logo_uri", &application.profile.logo_uri),
        ("policy_uri", &application.profile.policy_uri),
        ("tos_uri", &application.profile.tos_uri),
        ("backchannel_notification_uri", &application.profile.backchannel_notification_uri),
    ];
    for (field, address) in addresses {
        if let Some(problem) = address.as_deref().and_then(|address| check_https(address).err()) {
            tell(field, problem.to_string());
        }
    }
    // A browser goes there as it goes to a redirect URI.
    let initiation = application.profile.initiate_login_uri.as_deref();
    if let Some(problem) = initiation.and_then(|address| check_redirect(address, false).err()) {
        tell("initiate_login_uri", problem.to_string());
    }
    if application.grant_types.is_empty() {
        tell("grant_types", "is missing: what may it do?".to_owned());
    }
    if application.is_public() && application.may(GrantType::ClientCredentials) {
        tell("grant_types", "client_credentials needs an application that can keep a secret".to_owned());
    }
    if application.may(GrantType::Backchannel) && (application.is_public() || application.profile.third_party) {
        let problem = "urn:openid:params:grant-type:ciba needs an application of the operator that proves to be itself";
        tell("grant_types", problem.to_owned());
    }
    if application.profile.backchannel_notification_uri.is_some() && !application.may(GrantType::Backchannel) {
        let problem = "goes with the grant type urn:openid:params:grant-type:ciba";
        tell("backchannel_notification_uri", problem.to_owned());
    }
    if application.audience.as_deref().is_some_and(|audience| !fits(audience)) {
        tell("audience", "must have 1 to 100 characters".to_owned());
    }
    // For itself it would be just like an ID token.
    let is_for_itself = application.audience.as_ref().is_none_or(|audience| *audience == application.client_id);
    if application.profile.access_token_type == AccessTokenType::Jwt && is_for_itself {
        tell("access_token_type", "JWT needs an audience, which is not the client_id".to_owned());
    }
    match &application.authentication {
        ClientAuthentication::PrivateKeyJwt { jwks } | ClientAuthentication::SelfSignedTlsClient { jwks } => {
            if let Err(problem) = client_keys::check(jwks) {
                tell("jwks", problem.to_owned());
            }
        }
        ClientAuthentication::TlsClient { subject } => {
            if let Err(problem) = subject.check() {
                tell(subject.member().0, problem.to_owned());
            }
        }
        ClientAuthentication::Secret { .. } | ClientAuthentication::None => {}
    }
    application.profile.check(tell);
    mistakes.extend(fapi::mistakes(application));
    if mistakes.is_empty() { Ok(()) } else { Err(RegistrationError::Mistakes(mistakes)) }
}

/// Never a UUID: a `sub` that is a `client_id` must not be taken for a person's (RFC 9700 §4.15).
pub(super) fn is_client_id(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    (3..=LONGEST).contains(&text.len()) && is_plain && uuid::Uuid::try_parse(text).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_identifier_is_never_like_a_person() {
        assert!(is_client_id("demo-app"));
        for wrong in
            ["", "ab", "a b c", "app/1", "0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc000", "0190b2f07a5c7cc08a3e5a1f0a3bc000"]
        {
            assert!(!is_client_id(wrong), "{wrong}");
        }
    }
}
