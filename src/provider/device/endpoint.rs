//! `POST /oauth/device` (RFC 8628 §3.1): a device asks for a code to show.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::store::{self, NewDeviceAuthorization};
use super::{DeviceId, INTERVAL_SECONDS, LIFETIME, RequestedAccess, UserCode, purpose, user_code_hash};
use crate::app::App;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::secret::hash_token;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::visit::Visit;
use crate::provider::applications::resources;
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{Application, GrantType};
use crate::provider::endpoint::{self, EndpointError, EndpointRefusal};
use crate::provider::token::authenticate;

/// How often a code is made anew where it happens to be another one's.
const TRIES: usize = 5;

/// `POST /oauth/device`.
///
/// # Errors
/// Refusals of the request and of its sender.
pub async fn begin(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form, Response>,
) -> Result<Response, EndpointError> {
    let parameters = endpoint::parameters_but(form, &[resources::PARAMETER])?;
    let application = authenticate(&app, &visit, &headers, &parameters).await?;
    if !application.may(GrantType::DeviceCode) {
        return Err(EndpointRefusal::new("unauthorized_client", "the application may not use this grant_type").into());
    }
    let asked = read(&parameters, &application)?;
    app.flood.admit(&visit.network, visit.now)?;
    let device_code = app.random.token();
    for _ in 0..TRIES {
        let user_code = UserCode::new(&app.random);
        let id = DeviceId::new(visit.now, &app.random);
        let new = NewDeviceAuthorization {
            id,
            application: application.id,
            device_code_hash: hash_token(device_code.reveal()),
            user_code_hash: user_code_hash(&app.master_keys, &user_code),
            user_code: app
                .master_keys
                .seal(&app.random, &purpose(id), user_code.letters().as_bytes())
                .map_err(Fault::from)?,
            asked: asked.clone(),
            network: visit.network.to_string(),
            user_agent: visit.user_agent.clone(),
        };
        if keep(&app, &visit, new).await? {
            let page = app.settings.public_url.join("/device");
            let shown = user_code.shown();
            let body = json!({
                "device_code": device_code.reveal(),
                "user_code": shown,
                "verification_uri": page,
                "verification_uri_complete": format!("{page}?user_code={shown}"),
                "expires_in": LIFETIME.as_secs(),
                "interval": INTERVAL_SECONDS,
            });
            return Ok(endpoint::json(StatusCode::OK, &body));
        }
    }
    Err(Fault::unavailable("every code that was made for a device is in use").into())
}

fn read(parameters: &Parameters, application: &Application) -> Result<RequestedAccess, EndpointRefusal> {
    let refused = |description| EndpointRefusal::new("invalid_scope", description);
    let asked =
        Scopes::parse(parameters.one("scope")?.unwrap_or_default()).map_err(|_| refused("scope is malformed"))?;
    let mut scope = asked.allowed_by(&application.scopes);
    if !application.may(GrantType::RefreshToken) {
        scope = scope.without("offline_access");
    }
    if scope.is_empty() {
        return Err(refused("scope is missing, or nothing of it is allowed"));
    }
    Ok(RequestedAccess { scope, resources: resources::of_request(parameters, application)? })
}

async fn keep(app: &App, visit: &Visit, new: NewDeviceAuthorization) -> Result<bool, db::Error> {
    let (now, random, new) = (visit.now, app.random.clone(), Arc::new(new));
    let mut entry = Entry::new(now, Event::ProviderDeviceAsked)
        .application(new.application)
        .detail("device", new.id)
        .detail("scope", &new.asked.scope);
    entry.network = Some(new.network.clone());
    entry.user_agent = Some(new.user_agent.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let is_kept = store::add(tx, &new, now).await?;
                if is_kept {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(is_kept)
            })
        })
        .await
}
