//! The error of handlers of pages: an answer that ends a request early. It is what `?` carries through extractors,
//! handlers and transactions: a redirect, a refusal, or a fault.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::request::Parts;

use super::fault::Fault;
use super::flood::TooMuch;
use super::refusal::RefusalPage;
use crate::platform::db;
use crate::platform::hashing::TooBusy;

/// An answer before the end of a handler. A transaction that ends with one is rolled back.
#[derive(Debug)]
pub struct EarlyAnswer(Box<Response>);

impl EarlyAnswer {
    /// The refusal of an address that does not exist, or that the caller may not know of.
    pub(crate) fn not_found() -> Self {
        RefusalPage::new(StatusCode::NOT_FOUND, "not-found").into()
    }

    /// The refusal of a form that cannot be read.
    pub(crate) fn bad_request() -> Self {
        RefusalPage::new(StatusCode::BAD_REQUEST, "bad-request").into()
    }
}

impl IntoResponse for EarlyAnswer {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for EarlyAnswer {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl From<Redirect> for EarlyAnswer {
    fn from(redirect: Redirect) -> Self {
        redirect.into_response().into()
    }
}

impl From<RefusalPage> for EarlyAnswer {
    fn from(refused: RefusalPage) -> Self {
        refused.into_response().into()
    }
}

impl From<TooMuch> for EarlyAnswer {
    fn from(too_much: TooMuch) -> Self {
        RefusalPage::from(too_much).into()
    }
}

impl From<Fault> for EarlyAnswer {
    fn from(fault: Fault) -> Self {
        fault.into_response().into()
    }
}

impl From<TooBusy> for EarlyAnswer {
    fn from(busy: TooBusy) -> Self {
        Fault::from(busy).into()
    }
}

impl From<db::Error> for EarlyAnswer {
    fn from(error: db::Error) -> Self {
        Fault::from(error).into()
    }
}

/// The last parameter of the path, such as the identifier of the object of a form. An unreadable one is not found.
#[derive(Clone, Copy, Debug)]
pub struct PathEnd<T>(pub(crate) T);

/// The parameter of the path with a name in the table of URLs.
///
/// # Errors
/// An unreadable parameter is refused as [`EarlyAnswer::not_found`].
pub(crate) async fn parameter<T: FromStr>(parts: &mut Parts, name: &str) -> Result<T, EarlyAnswer> {
    let parameters = RawPathParams::from_request_parts(parts, &()).await.map_err(IntoResponse::into_response)?;
    let found = parameters.iter().find(|(key, _)| *key == name).and_then(|(_, value)| value.parse().ok());
    found.ok_or_else(EarlyAnswer::not_found)
}

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for PathEnd<T> {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, EarlyAnswer> {
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let last = parameters.iter().last().and_then(|(_, value)| value.parse().ok());
        last.map(Self).ok_or_else(EarlyAnswer::not_found)
    }
}
