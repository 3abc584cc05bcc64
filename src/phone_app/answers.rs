//! The answers to scripts of the app: where to go on, or what is wrong, in words of the person's language.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::platform::web::page::Page;
use crate::sign_in::on_phone::WrongPin;

/// The app goes on there, a local path.
pub(crate) fn next(path: &str) -> Response {
    axum::Json(json!({ "next": path })).into_response()
}

/// The page is of a version that is no longer taken: it is to be loaded anew.
pub(crate) fn update() -> Response {
    (StatusCode::CONFLICT, axum::Json(json!({ "update": true }))).into_response()
}

/// Something is wrong that is no matter of the PIN.
pub(crate) fn refused(status: StatusCode, message: &str) -> Response {
    (status, axum::Json(json!({ "message": message }))).into_response()
}

/// The number that was typed is another one, and may be typed again.
pub(crate) fn wrong_number(page: &Page) -> Response {
    let told = json!({ "number": "again", "message": page.t("approval-number-wrong") });
    (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(told)).into_response()
}

/// The number that was typed is another one, and was the last. The app goes on at a local path.
pub(crate) fn last_wrong_number(page: &Page, path: &str) -> Response {
    let told = json!({ "number": "ended", "message": page.t("approval-number-ended"), "then": path });
    (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(told)).into_response()
}

/// The signature does not hold. `challenge` is the one for another try, where the app is unlocked by one.
pub(crate) fn wrong_pin(page: &Page, wrong: WrongPin, challenge: Option<&str>) -> Response {
    match wrong {
        WrongPin::Again { left } => {
            let message = page.texts.count("app-pin-wrong", "tries", left);
            let told = json!({ "wrong": true, "left": left, "message": message, "challenge": challenge });
            (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(told)).into_response()
        }
        WrongPin::Stale => {
            let told = json!({ "stale": true, "challenge": challenge });
            (StatusCode::GONE, axum::Json(told)).into_response()
        }
        WrongPin::Passkey => {
            let message = page.t("app-biometrics-refused");
            let told = json!({ "wrong": true, "message": message, "challenge": challenge });
            (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(told)).into_response()
        }
        WrongPin::Closed => (StatusCode::UNAUTHORIZED, axum::Json(json!({ "next": "/app?closed=1" }))).into_response(),
    }
}
