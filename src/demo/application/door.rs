//! The common parts of the application's responses: strict headers, and the refusal of posts from other sites.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::RunningApplication;
use crate::demo::Ruori;

const STYLESHEET: &str = include_str!("../../../static/css/demo.css");
const ACCOUNTING_ICON: &str = include_str!("../../../static/img/demo/accounting.svg");
const EXPENSES_ICON: &str = include_str!("../../../static/img/demo/expenses.svg");

/// Refuses a post that another site's page sent. (A form of this application says so itself, by
/// `Sec-Fetch-Site` or, in an older browser, by `Origin`.)
pub(super) async fn same_origin_only(
    State(application): State<RunningApplication>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::POST && !is_same_origin(request.headers(), &application.is.public_url) {
        return application.seen_by(request.headers()).foreign_form();
    }
    next.run(request).await
}

fn is_same_origin(headers: &HeaderMap, own: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    match (text(HeaderName::from_static("sec-fetch-site")), text(ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin == own,
        (None, None) => false,
    }
}

/// Sets the headers of every response.
pub(super) async fn close_tightly(
    State(application): State<RunningApplication>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A form's response may lead to the provider and back: browsers count that as the form's target.
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; base-uri 'none'; \
         frame-ancestors 'none'",
        application.is.issuer
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The style sheet.
pub(super) async fn stylesheet() -> Response {
    asset("text/css; charset=utf-8", STYLESHEET)
}

/// The application's own picture.
pub(super) async fn icon(State(application): State<RunningApplication>) -> Response {
    let picture = match application.is.kind {
        Ruori::Accounting => ACCOUNTING_ICON,
        Ruori::Expenses => EXPENSES_ICON,
    };
    asset("image/svg+xml", picture)
}

fn asset(content_type: &'static str, content: &'static str) -> Response {
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "public, max-age=300")];
    (StatusCode::OK, headers, content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_the_application_itself_posts_to_it() {
        let own = "http://localhost:7260";
        for (pairs, expected) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "same-site"), ("origin", own)], false),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("origin", "http://localhost:7260")], true),
            (vec![("origin", "http://localhost:7261")], false),
            (vec![("origin", "null")], false),
            (vec![], false),
        ] {
            assert_eq!(is_same_origin(&headers(&pairs), own), expected, "{pairs:?}");
        }
    }
}
