//! *Back to NAME*: the person ends the request from any page of its sign-in. The application hears of that as of every
//! other answer, in the response mode that it asked for.

use axum::response::Response;

use super::kept_request::KeptRequest;
use super::pages;
use super::request::OAuthError;
use crate::event::Event;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::Form;
use crate::sign_in::SignInId;

const TURNED_BACK: OAuthError = OAuthError { error: "access_denied", description: "the person has turned back" };

/// `POST /oauth/authorize/{id}/back`: the person turns back. Only our own page may post this.
pub async fn turn_back(request: KeptRequest, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let entry = pages::entry(&request.visit, &request.application, Event::ProviderTurnedBack)
        .detail("application", &request.application.name);
    let sign_in = fields.field("sign_in").parse::<SignInId>().ok();
    Box::pin(request.refuse(TURNED_BACK, sign_in, entry)).await
}
