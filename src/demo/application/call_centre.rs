//! The call centre: somebody calls and says who they are; their phone says whether they are.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode};

use super::asking::{AskedPhone, ConfirmedCaller};
use super::pages::{self, DemoFrame};
use super::provider::ProviderError;
use super::sessions::Call;
use super::{VisitedApplication, words};
use crate::platform::web::parameters::Form;

#[derive(Template)]
#[template(path = "demo/call-centre.html")]
struct CallCentrePage {
    frame: DemoFrame,
    call: Option<CallWords>,
}

/// A call, in words.
struct CallWords {
    email: String,
    message: String,
    /// The methods by which the caller has confirmed, in a sentence.
    how: String,
    stands: CallStanding,
}

/// The state of the request.
enum CallStanding {
    Waiting,
    Confirmed(ConfirmedCaller),
    /// With the key of the reason.
    Ended(&'static str),
}

/// `GET /call-centre`.
pub(super) async fn show(application: VisitedApplication) -> Response {
    pages::page(StatusCode::OK, &CallCentrePage { frame: application.frame(), call: None })
}

/// `POST /call-centre`: asks the caller's phone.
pub(super) async fn ask(application: VisitedApplication, Form(fields): Form) -> Response {
    let now = application.is.clock.now();
    let email: String = fields.field("email").trim().chars().take(254).collect();
    let digits: String = application.is.random.six_digits().reveal().chars().take(4).collect();
    let message = format!("Call {digits}");
    match application.provider.ask_phone(&email, &message, now).await {
        Ok(AskedPhone { auth_req_id, expires_in, interval }) => {
            let until = now.plus(std::time::Duration::from_secs(expires_in));
            let reference = application.is.random.token();
            let call = Call { auth_req_id, email, message, until, interval, caller: None };
            application.memory.begin_call(reference.reveal(), call, now);
            Redirect::to(&format!("/call-centre/{}", reference.reveal())).into_response()
        }
        Err(trouble) => application.told(&trouble),
    }
}

/// `GET /call-centre/{reference}`: looks whether the caller has answered; the page loads itself anew until they have.
pub(super) async fn wait(application: VisitedApplication, Path(reference): Path<String>) -> Response {
    let now = application.is.clock.now();
    let Some(call) = application.memory.call(&reference) else { return Redirect::to("/call-centre").into_response() };
    let stands = match call.caller {
        Some(caller) => CallStanding::Confirmed(caller),
        None => match application.provider.phone_answer(&call.auth_req_id, now).await {
            Ok(Some(caller)) => {
                application.memory.call_confirmed(&reference, caller.clone());
                CallStanding::Confirmed(caller)
            }
            Ok(None) => CallStanding::Waiting,
            Err(ProviderError::Refused(error, _)) if error == "access_denied" => {
                CallStanding::Ended("demo-call-refused")
            }
            Err(ProviderError::Refused(error, _)) if error == "expired_token" => CallStanding::Ended("demo-call-over"),
            Err(trouble) => return application.told(&trouble),
        },
    };
    let is_waiting = matches!(stands, CallStanding::Waiting);
    let how = match &stands {
        CallStanding::Confirmed(caller) => words::methods(application.texts, &caller.methods),
        CallStanding::Waiting | CallStanding::Ended(_) => String::new(),
    };
    let call_words = CallWords { email: call.email, message: call.message, how, stands };
    let page = CallCentrePage { frame: application.frame(), call: Some(call_words) };
    let mut response = pages::page(StatusCode::OK, &page);
    // A second more than the provider wants.
    if is_waiting && let Ok(seconds) = HeaderValue::from_str(&(call.interval + 1).to_string()) {
        response.headers_mut().insert("refresh", seconds);
    }
    response
}
