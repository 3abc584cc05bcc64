//! The answer to an authorization request, on its way to the application. Every one names its issuer
//! (RFC 9207), errors too.

use std::time::Duration;

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde_json::{Map, Value};

use super::destination::{Destination, with_parameters};
use super::request::OAuthError;
use crate::app::App;
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::security::allow_form_action;
use crate::platform::web::views::{Bolt, Door};
use crate::platform::web::visit::Visit;
use crate::provider::applications::{Application, origin_or_scheme};
use crate::provider::keys::{self, TokenType};
use crate::provider::views::FormPostPage;
use crate::sign_in::captions::Caption;

/// An authorization response.
pub(super) enum AuthorizationResponse {
    /// The person is who they are: here is a code.
    Code(Secret<String>),
    /// There will be none.
    Error(OAuthError),
}

/// How long a signed answer counts (JARM §2.1: ten minutes at most).
const COUNTS_FOR: Duration = Duration::from_mins(5);

/// Sends the browser to the application with the answer, signed where that was asked for. Always 303, never a status
/// that repeats what was posted here (RFC 9700 §4.12).
///
/// # Errors
/// No key to sign with.
pub(super) async fn send(
    app: &App,
    visit: &Visit,
    application: &Application,
    destination: &Destination,
    answer: &AuthorizationResponse,
) -> Result<Response, Fault> {
    let signed;
    let mut fields = match answer {
        AuthorizationResponse::Code(code) => vec![("code", code.reveal().as_str())],
        AuthorizationResponse::Error(error) => vec![("error", error.error), ("error_description", error.description)],
    };
    if let Some(state) = &destination.state {
        fields.push(("state", state));
    }
    fields.push(("iss", app.settings.public_url.origin()));
    if destination.response_mode.is_signed() {
        signed = sign(app, visit, application, &fields).await?;
        fields = vec![("response", String::as_str(&signed))];
    }
    Ok(if destination.response_mode.is_posted() {
        post_form(app, visit, application, destination, answer, &fields)
    } else {
        Redirect::to(&with_parameters(&destination.redirect_uri, &fields)).into_response()
    })
}

/// The answer as one signed token for the application (JARM §2.1).
async fn sign(app: &App, visit: &Visit, application: &Application, fields: &[(&str, &str)]) -> Result<String, Fault> {
    let mut claims: Map<String, Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    claims.insert("aud".to_owned(), Value::from(application.client_id.as_str()));
    claims.insert("exp".to_owned(), Value::from(visit.now.plus(COUNTS_FOR).seconds()));
    let algorithm = application.profile.answer_algorithm.unwrap_or(application.id_token_algorithm);
    let keys = keys::current(app, visit.now).await?;
    keys.sign(algorithm, TokenType::AuthorizationAnswer, &claims, visit.now)
}

fn post_form(
    app: &App,
    visit: &Visit,
    application: &Application,
    destination: &Destination,
    answer: &AuthorizationResponse,
    fields: &[(&str, &str)],
) -> Response {
    let mut door = Door::new(Caption::SignedIn, Some(application.name.clone()));
    if matches!(answer, AuthorizationResponse::Code(_)) {
        door.bolt = Bolt::Open;
    } else {
        door.caption = Caption::TriedToSignIn.key();
    }
    let view = FormPostPage {
        page: Page::new(visit.language, app.settings.organisation.clone(), visit.path.clone()),
        door,
        action: destination.redirect_uri.clone(),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let mut response = refusal::show(StatusCode::OK, &view);
    if let Some(place) = origin_or_scheme(&destination.redirect_uri) {
        allow_form_action(&mut response, &place);
    }
    response
}
