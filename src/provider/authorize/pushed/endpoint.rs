//! `POST /oauth/par` (RFC 9126 §2): takes a request of an application and gives a reference for it.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::{LIFETIME, NewPushed, PREFIX, PushedKey, store};
use crate::app::App;
use crate::platform::db;
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::authorize::request_object;
use crate::provider::authorize::{self, OAuthError, PageRefusal, RequestError, RequestRefusal, is_parameter};
use crate::provider::endpoint::{self, EndpointError, EndpointRefusal};
use crate::provider::token::authenticate;
use crate::provider::token::dpop;

/// `POST /oauth/par`. Everything about the request is checked here already, so that whoever made a
/// mistake hears of it and no person does; it is checked once more when the browser comes.
///
/// # Errors
/// Refusals of the request and of its sender.
pub async fn receive(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form, Response>,
) -> Result<Response, EndpointError> {
    let sent = endpoint::parameters(form)?;
    let application = authenticate(&app, &visit, &headers, &sent).await?;
    let proof = dpop::at_endpoint(&app, &visit, &headers, &application)?;
    let parameters = asked(&app, &visit, &application, &sent).await?;
    let request = authorize::read(&parameters, &application).map_err(|refused| refusal(&refused))?;
    if let (Some(proof), Some(named)) = (&proof, &request.dpop_jkt)
        && proof.thumbprint() != named
    {
        return Err(dpop::invalid_proof("dpop_jkt names another key than the proof has").into());
    }
    if application.is_public() {
        // Nothing else bounds an application that proves nothing.
        app.flood.admit(&visit.network, visit.now)?;
    }
    let token: Secret<String> = app.random.token();
    let new = std::sync::Arc::new(NewPushed {
        key: PushedKey { application: application.id, hash: hash_token(token.reveal()) },
        parameters: parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        dpop_jkt: proof.as_ref().map(|proof| proof.thumbprint().to_owned()),
        expires_at: visit.now.plus(LIFETIME),
    });
    let is_kept: Result<bool, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(proof) = &proof
                    && !dpop::use_up(tx, proof).await?
                {
                    return Ok(false);
                }
                store::add(tx, &new).await?;
                Ok(true)
            })
        })
        .await;
    if !is_kept? {
        return Err(dpop::USED_BEFORE.into());
    }
    let body = json!({ "request_uri": format!("{PREFIX}{}", token.reveal()), "expires_in": LIFETIME.as_secs() });
    let mut response = endpoint::json(StatusCode::CREATED, &body);
    dpop::hand_nonce(&app, &visit, &application, &mut response);
    Ok(response)
}

/// The parameters of the request: those of its object, where it is signed, or those of the form.
/// Nothing that proves the application is among them.
async fn asked(
    app: &App,
    visit: &Visit,
    application: &Application,
    sent: &Parameters,
) -> Result<Parameters, EndpointError> {
    if sent.one("request_uri")?.is_some() {
        return Err(EndpointRefusal::invalid_request("a pushed request holds no request_uri").into());
    }
    if sent.one("client_id")?.is_some_and(|client_id| client_id != application.client_id) {
        return Err(EndpointRefusal::invalid_request("client_id is not that of the application").into());
    }
    if let Some(object) = sent.one("request")? {
        return Ok(request_object::open_now(app, visit, object, application).await?);
    }
    if application.profile.require_signed_requests {
        return Err(EndpointRefusal::invalid_request("this application signs its requests: request is missing").into());
    }
    let known = sent.iter().filter(|(name, _)| is_parameter(name));
    Ok(known.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn refusal(refusal: &RequestRefusal) -> EndpointRefusal {
    match refusal {
        RequestRefusal::Page(PageRefusal::UnregisteredAddress) => {
            EndpointRefusal::invalid_request("redirect_uri is missing or not registered")
        }
        RequestRefusal::Page(PageRefusal::UnknownApplication) => EndpointRefusal::INVALID_CLIENT,
        RequestRefusal::Redirect(_, error) => told(*error),
    }
}

impl From<RequestError> for EndpointError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::OAuth(error) => told(error).into(),
            RequestError::Fault(fault) => fault.into(),
        }
    }
}

fn told(error: OAuthError) -> EndpointRefusal {
    EndpointRefusal::new(error.error, error.description)
}
