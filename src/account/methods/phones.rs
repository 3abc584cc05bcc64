//! The phones of a person: named and removed here, added in the phone app.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::kept::KeptMethod;
use super::views::MethodKind;
use crate::app::App;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::Form;
use crate::platform::web::visit::Visit;

/// Shows one phone, with forms of its name and removal.
pub(crate) async fn phone(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Phone, id).await?.show(StatusCode::OK, None).await
}

/// Renames a phone.
pub(crate) async fn name_phone(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Phone, id).await?.rename(fields.field("name")).await
}

/// Removes a phone: the app on it is signed out.
pub(crate) async fn remove_phone(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, EarlyAnswer> {
    KeptMethod::of(app, visit, MethodKind::Phone, id).await?.remove().await
}
