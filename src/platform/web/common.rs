//! The small responses that belong to no feature: the choice of language, health.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::REFERER;
use http::{HeaderMap, StatusCode};

use super::cookies;
use super::parameters::Form;
use super::translations::Language;
use crate::platform::core::Core;
use crate::platform::db;

/// The lifetime of the choice of a language: 400 days, the most that browsers accept.
const LANGUAGE_LIFETIME: std::time::Duration = std::time::Duration::from_hours(9600);

/// Stores the choice of a language and goes back to the page of the menu.
pub(crate) async fn choose_language(State(app): State<Core>, headers: HeaderMap, Form(fields): Form) -> Response {
    let path = local_path(fields.field("return_to")).unwrap_or("/account");
    let referrer = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let from = referrer.and_then(|referrer| referrer.strip_prefix(app.settings.public_url.origin()));
    let to = from.filter(|from| is_query_of(path, from)).and_then(local_path).unwrap_or(path);
    let mut response = Redirect::to(to).into_response();
    if let Some(language) = Language::parse_tag(fields.field("language")) {
        keep_language(&app, &mut response, language);
    }
    response
}

/// Whether an address is that path with a query: the search and the filters of the page stay.
fn is_query_of(path: &str, address: &str) -> bool {
    address.strip_prefix(path).is_some_and(|rest| rest.starts_with('?'))
}

/// Stores the choice of a language in the browser.
pub(crate) fn keep_language(app: &Core, response: &mut Response, language: Language) {
    let secure = app.settings.public_url.is_secure();
    cookies::set(response.headers_mut(), cookies::LANGUAGE, language.tag(), Some(LANGUAGE_LIFETIME), secure);
}

/// The text if it is a path of this service: a form's value must not lead elsewhere.
pub(crate) fn local_path(text: &str) -> Option<&str> {
    let is_local = text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && text.len() <= 200;
    is_local.then_some(text)
}

/// Liveness of the program.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Readiness: the database answers, has its tables, and takes writes.
pub(crate) async fn ready(State(app): State<Core>) -> Response {
    let pending = match app.db.write(|_| Box::pin(async { Ok::<(), db::Error>(()) })).await {
        Ok(()) => app.db.pending_migrations().await,
        Err(error) => Err(error),
    };
    match pending {
        Ok(pending) if pending.is_empty() => "ready\n".into_response(),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database lacks this version's tables\n").into_response(),
        Err(error) => {
            tracing::error!(cause = %error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_page_keeps_its_query() {
        assert!(is_query_of("/admin/c/users", "/admin/c/users?typed=mik&filter=active"));
        for other in ["/admin/c/users", "/admin/c/users/new?a=b", "/account?a=b", ""] {
            assert!(!is_query_of("/admin/c/users", other), "{other}");
        }
    }

    #[test]
    fn a_form_cannot_lead_away() {
        assert_eq!(local_path("/account/1?x=2"), Some("/account/1?x=2"));
        for away in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb", "javascript:x"] {
            assert_eq!(local_path(away), None, "{away:?}");
        }
    }
}
