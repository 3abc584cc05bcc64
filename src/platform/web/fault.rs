//! Faults inside the program. The person sees an identifier and the next step; the log has the rest, on a line with the
//! same identifier.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::platform::db;
use crate::platform::random::Random;
use crate::platform::secret::CannotOpen;

/// The short identifier of a refusal or fault: on the page, in the history and in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorId(String);

impl ErrorId {
    /// A new identifier: 40 random bits, as `SLP-7QKD-4031`.
    pub(crate) fn new(random: &Random) -> Self {
        Self(format!("SLP-{}-{}", random.readable(4), random.readable(4)))
    }

    /// The identifier for people.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// An internal error. [`super::refusal::show_faults`] turns it into a page (for programs: JSON) with status 500 or 503.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The text for the log. No secrets.
    cause: String,
    kind: FaultKind,
}

/// Whether trying again later may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// A bug or a broken row: 500.
    Broken,
    /// The database is gone, or there is too much to do: 503 with `Retry-After`.
    Unavailable,
}

impl Fault {
    /// A fault with its cause, for the log.
    pub(crate) fn new(cause: impl fmt::Display) -> Self {
        Self { cause: cause.to_string(), kind: FaultKind::Broken }
    }

    /// A temporary lack of something.
    pub(crate) fn unavailable(cause: impl fmt::Display) -> Self {
        Self { cause: cause.to_string(), kind: FaultKind::Unavailable }
    }

    /// The text for the log.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        match self.kind {
            FaultKind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.cause)
    }
}

impl From<db::Error> for Fault {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unavailable(_) => Self::unavailable(error),
            db::Error::Conflict(_) | db::Error::Fault(_) => Self::new(error),
        }
    }
}

impl From<CannotOpen> for Fault {
    fn from(error: CannotOpen) -> Self {
        Self::new(error)
    }
}

impl IntoResponse for Fault {
    /// An empty response that carries the fault; the layer around all handlers makes a page of it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
