//! `POST /oauth/revoke` (RFC 7009): an application gives a token back.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use crate::app::App;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::web::parameters::Form;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::claims::access_token;
use crate::provider::endpoint::{self, EndpointError, EndpointRefusal};
use crate::provider::grants::{self, Presented, RefreshToken};
use crate::provider::token::authenticate;

/// A token of somebody else is not taken back (§2.1).
const NOT_YOURS: EndpointRefusal = EndpointRefusal::invalid_grant("the token was not issued to this application");

/// `POST /oauth/revoke`. A refresh token ends everything that its sign-in gave; an access token ends
/// alone. A text that is no token of ours counts as revoked (§2.2).
///
/// # Errors
/// Refusals of the request and of its sender.
pub async fn answer(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form, Response>,
) -> Result<Response, EndpointError> {
    let parameters = endpoint::parameters(form)?;
    let application = authenticate(&app, &visit, &headers, &parameters).await?;
    let token = parameters.one("token")?.ok_or(EndpointRefusal::invalid_request("token is missing"))?;
    match RefreshToken::parse(token) {
        Some(token) => refresh_token(&app, &visit, &application, &token).await?,
        None => access_token(&app, &visit, &application, token).await?,
    }
    Ok(StatusCode::OK.into_response())
}

async fn refresh_token(
    app: &App,
    visit: &Visit,
    application: &Application,
    token: &RefreshToken,
) -> Result<(), EndpointError> {
    let found = grants::find_by_refresh_token(&app.db, token).await?;
    let Some(Presented::Current { grant, .. } | Presented::UsedUp(grant)) = found else { return Ok(()) };
    if grant.application != application.id {
        return Err(NOT_YOURS.into());
    }
    let (now, random) = (visit.now, app.random.clone());
    let entry = told(visit, application).person(grant.person).session(grant.session).detail("token", "refresh_token");
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if grants::revoke(tx, grant.id, now).await? {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

async fn access_token(app: &App, visit: &Visit, application: &Application, token: &str) -> Result<(), EndpointError> {
    let Some(token) = access_token::read(app, token, visit.now).await? else { return Ok(()) };
    if token.client_id != application.client_id {
        return Err(NOT_YOURS.into());
    }
    let random = app.random.clone();
    let entry = told(visit, application).detail("token", "access_token");
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if grants::revoke_access_token(tx, &token.jti, token.expires_at()).await? {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

fn told(visit: &Visit, application: &Application) -> Entry {
    let mut entry = Entry::new(visit.now, Event::ProviderTokenRevoked).application(application.id);
    entry.network = Some(visit.network.to_string());
    entry
}
