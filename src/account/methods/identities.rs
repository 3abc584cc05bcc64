//! The banks and eID of a person: linked at a sign-in, removed here.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::kept::KeptMethod;
use super::views::MethodKind;
use crate::app::App;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::visit::Visit;

/// Shows one bank or eID, with the form of its removal.
pub(crate) async fn identity(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Identity, id).await?.show(StatusCode::OK, None).await
}

/// Removes a bank or eID: it signs the person in no longer.
pub(crate) async fn remove_identity(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Identity, id).await?.remove().await
}
