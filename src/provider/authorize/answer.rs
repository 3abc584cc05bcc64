//! The answer to an authorization request, on its way to the application. Every one names its issuer
//! (RFC 9207), errors too.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::destination::{Destination, ResponseMode, with_parameters};
use super::request::OAuthError;
use crate::app::App;
use crate::platform::secret::Secret;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::security::allow_form_action;
use crate::platform::web::views::{Bolt, Caption, Door};
use crate::platform::web::visit::Visit;
use crate::provider::applications::{Application, origin_or_scheme};
use crate::provider::views::FormPostPage;

/// What an application is told.
pub(super) enum Answer {
    /// The person is who they are: here is a code.
    Code(Secret<String>),
    /// There will be none.
    Error(OAuthError),
}

/// Sends the browser to the application with the answer. Always 303, never a status that repeats
/// what was posted here (RFC 9700 §4.12).
pub(super) fn send(
    app: &App,
    visit: &Visit,
    application: &Application,
    destination: &Destination,
    answer: &Answer,
) -> Response {
    let mut fields = match answer {
        Answer::Code(code) => vec![("code", code.reveal().as_str())],
        Answer::Error(error) => vec![("error", error.error), ("error_description", error.description)],
    };
    if let Some(state) = &destination.state {
        fields.push(("state", state));
    }
    fields.push(("iss", app.settings.public_url.origin()));
    match destination.response_mode {
        ResponseMode::Query => Redirect::to(&with_parameters(&destination.redirect_uri, &fields)).into_response(),
        ResponseMode::FormPost => post_form(app, visit, application, destination, answer, &fields),
    }
}

fn post_form(
    app: &App,
    visit: &Visit,
    application: &Application,
    destination: &Destination,
    answer: &Answer,
    fields: &[(&str, &str)],
) -> Response {
    let mut door = Door::new(Caption::SignedIn, Some(application.name.clone()));
    if matches!(answer, Answer::Code(_)) {
        door.bolt = Bolt::Open;
    } else {
        door.caption = Caption::TriedToSignIn;
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
