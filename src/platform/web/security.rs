//! The security headers of every response, and the refusal of other sites' requests. The content security policy is
//! code: it starts from nothing and names what a page may do.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, Method};

use super::refusal::{self, RefusalPage};
use super::visit::Visit;
use crate::platform::core::Core;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// The powers of a page of the service, and of the one page that reads a code with the camera.
const NO_CAMERA: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
const CAMERA: &str = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The targets beyond this origin for a page's forms, separated by spaces: browsers apply `form-action` to redirects, too.
#[derive(Clone, Debug)]
struct FormLeadsTo(String);

/// Permits the forms of a page to lead to an origin (`https://app.example`) or scheme (`com.example.app:`). Any other
/// text is ignored. Further ones are added.
pub(crate) fn allow_form_action(response: &mut Response, destination: &str) {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-._~:/[]+".contains(character);
    if !destination.is_empty() && destination.chars().all(is_plain) {
        let before = response.extensions_mut().remove::<FormLeadsTo>();
        let all =
            before.map_or_else(|| destination.to_owned(), |FormLeadsTo(before)| format!("{before} {destination}"));
        response.extensions_mut().insert(FormLeadsTo(all));
    }
}

/// The scripts of a page may call this service.
#[derive(Clone, Copy, Debug)]
struct ScriptsAsk;

/// Permits the scripts of a page to call this service, and no other.
pub(crate) fn allow_scripts_to_ask(response: &mut Response) {
    response.extensions_mut().insert(ScriptsAsk);
}

/// The page is one of an application that browsers install.
#[derive(Clone, Copy, Debug)]
struct CanBeInstalled;

/// Permits a page to be installed, with the manifest and the service worker of this service; its scripts may call this
/// service, too.
pub(crate) fn allow_installing(response: &mut Response) {
    response.extensions_mut().insert(ScriptsAsk);
    response.extensions_mut().insert(CanBeInstalled);
}

/// The page uses the camera.
#[derive(Clone, Copy, Debug)]
struct UsesCamera;

/// Permits a page to ask for the camera.
pub(crate) fn allow_camera(response: &mut Response) {
    response.extensions_mut().insert(UsesCamera);
}

/// The content security policy of a page.
fn content_security_policy(form_leads_to: Option<&str>, scripts_ask: bool, can_be_installed: bool) -> String {
    let mut policy = String::from(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
         frame-ancestors 'none'; ",
    );
    if scripts_ask {
        policy.push_str("connect-src 'self'; ");
    }
    if can_be_installed {
        policy.push_str("manifest-src 'self'; worker-src 'self'; ");
    }
    policy.push_str("form-action 'self'");
    if let Some(destination) = form_leads_to {
        policy.push(' ');
        policy.push_str(destination);
    }
    policy
}

/// Adds the security headers to every response.
pub(crate) async fn protect(State(app): State<Core>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let leads_to = response.extensions_mut().remove::<FormLeadsTo>();
    let scripts_ask = response.extensions_mut().remove::<ScriptsAsk>().is_some();
    let destination = leads_to.as_ref().map(|FormLeadsTo(destination)| destination.as_str());
    let can_be_installed = response.extensions_mut().remove::<CanBeInstalled>().is_some();
    let policy = content_security_policy(destination, scripts_ask, can_be_installed);
    let camera = if response.extensions_mut().remove::<UsesCamera>().is_some() { CAMERA } else { NO_CAMERA };
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Other sites learn nothing; our own forms keep an Origin that can be checked.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(camera));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if app.settings.public_url.is_secure() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    response
}

/// Refuses changing requests of other sites. For pages; the endpoints for applications are not behind it.
pub(crate) async fn refuse_cross_site(State(app): State<Core>, visit: Visit, request: Request, next: Next) -> Response {
    let changes_nothing = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes_nothing || is_same_site(request.headers(), app.settings.public_url.origin()) {
        return next.run(request).await;
    }
    refusal::refuse(&app, &visit, RefusalPage::new(http::StatusCode::FORBIDDEN, "cross-site")).await
}

/// Whether a request comes from our own pages. Every current browser says so by `Sec-Fetch-Site`, older ones by
/// `Origin`. A request with neither comes from no browser, and has no cookies.
fn is_same_site(headers: &HeaderMap, own_origin: &str) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter().peekable();
    if sites.peek().is_some() {
        return sites.all(|site| site == "same-origin");
    }
    headers.get_all(ORIGIN).iter().all(|origin| origin == own_origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_starts_from_nothing_and_allows_no_inline_code() {
        let policy = content_security_policy(None, false, false);
        assert!(policy.starts_with("default-src 'none'"));
        assert!(!policy.contains("unsafe") && policy.ends_with("form-action 'self'"), "{policy}");
        assert!(
            content_security_policy(Some("https://app.example"), false, true).ends_with("'self' https://app.example")
        );
    }

    #[test]
    fn a_destination_cannot_write_into_the_policy() {
        let mut response = Response::new(axum::body::Body::empty());
        allow_form_action(&mut response, "https://a.example; script-src *");
        assert!(response.extensions().get::<FormLeadsTo>().is_none());
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        let own = "https://id.example";
        let with = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))])
        };
        assert!(is_same_site(&with("sec-fetch-site", "same-origin"), own));
        for other in ["cross-site", "same-site", "none"] {
            assert!(!is_same_site(&with("sec-fetch-site", other), own), "{other}");
        }
        assert!(is_same_site(&with("origin", "https://id.example"), own));
        for (name, ours, other) in
            [("sec-fetch-site", "same-origin", "cross-site"), ("origin", "https://id.example", "https://evil.example")]
        {
            for (first, second) in [(ours, other), (other, ours)] {
                let mut headers = with(name, first);
                headers.append(name, HeaderValue::from_static(second));
                assert!(!is_same_site(&headers, own), "{name}: {first}, then {second}");
            }
        }
        assert!(!is_same_site(&with("origin", "null"), own));
        assert!(!is_same_site(&with("origin", "https://id.example.evil.example"), own));
    }
}
