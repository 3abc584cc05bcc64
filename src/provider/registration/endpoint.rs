//! `/oauth/register` (RFC 7591 §3) and `/oauth/register/{client_id}` (RFC 7592 §2).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use super::logos::settle_logo;
use super::metadata::{ClientMetadata, InvalidMetadata, describe};
use super::published::{self, RegistrationExtras};
use super::{RegistrationToken, store};
use crate::app::App;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::secret::hash_token;
use crate::platform::web::BODY_LIMIT;
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{
    self, Application, ApplicationProfile, ClientAuthentication, Registration, RegistrationError, WishedAuthentication,
};
use crate::provider::endpoint::json as answer;
use crate::provider::key_sets;

/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// The longest token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 200;
/// Members of the answer that a request to change something must not have (RFC 7592 §2.2).
const OURS: [&str; 4] =
    ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"];

/// Why there is no good answer.
pub enum ClientRegistrationError {
    /// No token is shown: no error is named (RFC 6750 §3.1).
    NoToken,
    /// The token is unknown, over, or of another application: nobody learns which.
    Unauthorized,
    /// The metadata cannot be registered.
    Invalid(InvalidMetadata),
    /// The body cannot be read.
    Unreadable(StatusCode),
    /// Something failed inside.
    Failed(Fault),
}

impl From<InvalidMetadata> for ClientRegistrationError {
    fn from(invalid: InvalidMetadata) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Fault> for ClientRegistrationError {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl From<db::Error> for ClientRegistrationError {
    fn from(error: db::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<RegistrationError> for ClientRegistrationError {
    fn from(error: RegistrationError) -> Self {
        match InvalidMetadata::of(error) {
            Ok(invalid) => Self::Invalid(invalid),
            Err(RegistrationError::Database(error)) => Self::Failed(error.into()),
            // It was removed at this moment.
            Err(_) => Self::Unauthorized,
        }
    }
}

impl IntoResponse for ClientRegistrationError {
    fn into_response(self) -> Response {
        let told = |error: &str, description: &str| json!({ "error": error, "error_description": description });
        match self {
            Self::NoToken => {
                let challenge = HeaderValue::from_static("Bearer realm=\"Salpa\"");
                (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)]).into_response()
            }
            Self::Unauthorized => {
                let body = told("invalid_token", "the token is not in force");
                let mut response = answer(StatusCode::UNAUTHORIZED, &body);
                let challenge = HeaderValue::from_static("Bearer realm=\"Salpa\", error=\"invalid_token\"");
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
                response
            }
            Self::Invalid(invalid) => answer(StatusCode::BAD_REQUEST, &told(invalid.error, &invalid.description)),
            Self::Unreadable(status) => {
                answer(status, &told("invalid_client_metadata", "the body must be application/json, up to 32 KiB"))
            }
            Self::Failed(fault) => fault.into_response(),
        }
    }
}

/// `POST /oauth/register`.
///
/// # Errors
/// Without a token of the operator in force; for what cannot be registered.
pub async fn register(
    State(app): State<App>,
    visit: Visit,
    request: Request,
) -> Result<Response, ClientRegistrationError> {
    let hash = hash_token(bearer(request.headers())?);
    // Without a token nothing of the body is read.
    let token = store::find_token(&app.db, &hash, visit.now).await?.ok_or(ClientRegistrationError::Unauthorized)?;
    let sent = body(request).await?;
    let mut metadata = ClientMetadata::read(&sent)?;
    let fetched = published::fetch(&app, &mut metadata).await?;
    let registration = metadata.registration(&token)?;
    let created = applications::prepare(&app.random, registration, visit.now)?;
    let access_token = app.random.token();
    let access_token_hash = hash_token(access_token.reveal());
    if !keep(&app, &visit, &created.application, (&token, access_token_hash), fetched).await? {
        return Err(ClientRegistrationError::Unauthorized);
    }
    let mut told = describe(&created.application);
    if let Some(members) = told.as_object_mut() {
        members.insert("registration_access_token".to_owned(), Value::from(access_token.reveal().as_str()));
        members.insert("registration_client_uri".to_owned(), Value::from(own_address(&app, &created.application)));
        if let Some(secret) = &created.secret {
            members.insert("client_secret".to_owned(), Value::from(secret.reveal().as_str()));
            members.insert("client_secret_expires_at".to_owned(), Value::from(0));
        }
        // Either way of sending the secret will do; it hears the one that it named.
        if let Some(method) = sent.get("token_endpoint_auth_method") {
            members.insert("token_endpoint_auth_method".to_owned(), method.clone());
        }
    }
    Ok(answer(StatusCode::CREATED, &told))
}

/// Keeps a new application, with what it manages itself by, for one use of the token. `false` where somebody
/// else was faster with the last one.
async fn keep(
    app: &App,
    visit: &Visit,
    application: &Application,
    (token, access_token_hash): (&RegistrationToken, [u8; 32]),
    fetched: RegistrationExtras,
) -> Result<bool, db::Error> {
    let (now, random, token_id) = (visit.now, app.random.clone(), token.id);
    let (application, fetched) = (Arc::new(application.clone()), Arc::new(fetched));
    let mut entry = Entry::new(now, Event::ProviderApplicationRegistered)
        .application(application.id)
        .detail("token", token.id)
        .detail("name", &application.name);
    entry.network = Some(visit.network.to_string());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if !store::use_token(tx, token_id, now).await? {
                    return Ok(false);
                }
                if !applications::keep(tx, &random, &application, now).await? {
                    return Err(db::Error::Conflict("a client_id was made twice".to_owned()));
                }
                store::add(tx, application.id, &access_token_hash, token_id).await?;
                if let Some(fresh_for) = fetched.keys_fresh_for {
                    key_sets::keep(tx, application.id, fresh_for, now).await?;
                }
                if let Some(logo) = &fetched.logo {
                    store::keep_logo(tx, application.id, logo).await?;
                }
                history::write(tx, &random, &entry).await?;
                Ok(true)
            })
        })
        .await
}

/// `GET /oauth/register/{client_id}`: what is registered.
///
/// # Errors
/// Without the token of that application.
pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Path(client_id): Path<String>,
) -> Result<Response, ClientRegistrationError> {
    let (application, _) = managed(&app, &headers, &client_id).await?;
    Ok(answer(StatusCode::OK, &with_address(&app, &application)))
}

/// `PUT /oauth/register/{client_id}`: what is sent stands in the place of what is registered. How it proves to
/// be itself and who people are to it stay; its keys may change.
///
/// # Errors
/// Without the token of that application; for what cannot be registered.
pub async fn replace(
    State(app): State<App>,
    visit: Visit,
    Path(client_id): Path<String>,
    request: Request,
) -> Result<Response, ClientRegistrationError> {
    let (application, token) = managed(&app, request.headers(), &client_id).await?;
    let sent = body(request).await?;
    let invalid = |description: &str| {
        ClientRegistrationError::Invalid(InvalidMetadata {
            error: "invalid_client_metadata",
            description: description.to_owned(),
        })
    };
    if OURS.iter().any(|name| sent.get(name).is_some()) {
        return Err(invalid("what only the answer tells must not be sent"));
    }
    if sent.get("client_id").and_then(Value::as_str) != Some(application.client_id.as_str()) {
        return Err(invalid("client_id must be the one that is registered"));
    }
    let secret = sent.get("client_secret").map(|secret| secret.as_str().unwrap_or_default());
    let has_secret = |secret: &str| match &application.authentication {
        ClientAuthentication::Secret { hash } => hash.matches(secret),
        _ => false,
    };
    if secret.is_some_and(|secret| !has_secret(secret)) {
        return Err(invalid("client_secret must be the one that was given, or be left out"));
    }
    let mut metadata = ClientMetadata::read(&sent)?;
    let fetched = published::fetch(&app, &mut metadata).await?;
    let registration = metadata.registration(&token)?;
    let changed = changed(&application, registration).map_err(invalid)?;
    applications::replace(&app.db, &app.random, &changed, visit.now).await?;
    key_sets::settle(&app, changed.id, fetched.keys_fresh_for, visit.now).await?;
    settle_logo(&app, changed.id, fetched.logo).await?;
    Ok(answer(StatusCode::OK, &with_address(&app, &changed)))
}

/// The application with what was sent in the place of what it had.
fn changed(application: &Application, registration: Registration) -> Result<Application, &'static str> {
    let authentication = match (&application.authentication, registration.authentication) {
        (kept @ ClientAuthentication::Secret { .. }, WishedAuthentication::Secret)
        | (kept @ ClientAuthentication::None, WishedAuthentication::None) => kept.clone(),
        (ClientAuthentication::PrivateKeyJwt { .. }, WishedAuthentication::PrivateKeyJwt(jwks)) => {
            ClientAuthentication::PrivateKeyJwt { jwks }
        }
        (ClientAuthentication::TlsClient { .. }, WishedAuthentication::TlsClient(subject)) => {
            ClientAuthentication::TlsClient { subject }
        }
        (ClientAuthentication::SelfSignedTlsClient { .. }, WishedAuthentication::SelfSignedTlsClient(jwks)) => {
            ClientAuthentication::SelfSignedTlsClient { jwks }
        }
        _ => return Err("token_endpoint_auth_method cannot be changed: register anew"),
    };
    // Every subject would be another one.
    if registration.profile.sector != application.profile.sector {
        return Err("subject_type and the host of pairwise redirect_uris cannot be changed: register anew");
    }
    Ok(Application {
        name: registration.name.trim().to_owned(),
        authentication,
        redirect_uris: registration.redirect_uris,
        post_logout_redirect_uris: registration.post_logout_redirect_uris,
        back_channel_logout_uri: registration.back_channel_logout_uri,
        home_url: registration.home_url,
        grant_types: registration.grant_types,
        scopes: registration.scopes,
        id_token_algorithm: registration.id_token_algorithm,
        may_omit_pkce: registration.may_omit_pkce && !application.profile.fapi,
        // The other settings, made by the operator, stay.
        profile: ApplicationProfile {
            id_token_encryption: registration.profile.id_token_encryption,
            userinfo_algorithm: registration.profile.userinfo_algorithm,
            userinfo_encryption: registration.profile.userinfo_encryption,
            answer_algorithm: registration.profile.answer_algorithm,
            jwks_uri: registration.profile.jwks_uri,
            logo_uri: registration.profile.logo_uri,
            policy_uri: registration.profile.policy_uri,
            tos_uri: registration.profile.tos_uri,
            initiate_login_uri: registration.profile.initiate_login_uri,
            certificate_bound: registration.profile.certificate_bound,
            sector_identifier_uri: registration.profile.sector_identifier_uri,
            ..application.profile.clone()
        },
        ..application.clone()
    })
}

/// `DELETE /oauth/register/{client_id}`: the application goes, with all that it was granted.
///
/// # Errors
/// Without the token of that application.
pub async fn remove(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(client_id): Path<String>,
) -> Result<Response, ClientRegistrationError> {
    let (application, _) = managed(&app, &headers, &client_id).await?;
    applications::delete(&app.db, &app.random, application.id, visit.now).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The application that somebody may manage: its own token, and no other.
async fn managed(
    app: &App,
    headers: &HeaderMap,
    client_id: &str,
) -> Result<(Application, RegistrationToken), ClientRegistrationError> {
    let hash = hash_token(bearer(headers)?);
    let application =
        applications::find_by_client_id(&app.db, client_id).await?.ok_or(ClientRegistrationError::Unauthorized)?;
    let token = store::find(&app.db, application.id, &hash).await?.ok_or(ClientRegistrationError::Unauthorized)?;
    Ok((application, token))
}

fn own_address(app: &App, application: &Application) -> String {
    app.settings.public_url.join(&format!("/oauth/register/{}", application.client_id))
}

fn with_address(app: &App, application: &Application) -> Value {
    let mut told = describe(application);
    if let Some(members) = told.as_object_mut() {
        members.insert("registration_client_uri".to_owned(), Value::from(own_address(app, application)));
    }
    told
}

/// The token of the header, if there is exactly one.
fn bearer(headers: &HeaderMap) -> Result<&str, ClientRegistrationError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(ClientRegistrationError::NoToken)?;
    if values.next().is_some() {
        return Err(ClientRegistrationError::Unauthorized);
    }
    let (scheme, token) =
        value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(ClientRegistrationError::Unauthorized)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.len() > LONGEST_TOKEN {
        return Err(ClientRegistrationError::Unauthorized);
    }
    Ok(token)
}

/// The JSON of a body.
async fn body(request: Request) -> Result<Value, ClientRegistrationError> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_json =
        content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(ClientRegistrationError::Unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let body = tokio::time::timeout(BODY_WITHIN, axum::body::to_bytes(request.into_body(), BODY_LIMIT))
        .await
        .map_err(|_| ClientRegistrationError::Unreadable(StatusCode::REQUEST_TIMEOUT))?
        .map_err(|_| ClientRegistrationError::Unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    serde_json::from_slice(&body).map_err(|_| ClientRegistrationError::Unreadable(StatusCode::BAD_REQUEST))
}
