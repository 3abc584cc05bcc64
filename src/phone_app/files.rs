//! The two files that make the app installable: its manifest and its service worker. Both name the files of this very
//! build, so that a new version is noticed.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use serde_json::json;

use crate::app::App;
use crate::platform::web::page::Page;
use crate::platform::web::static_files;
use crate::platform::web::visit::Visit;

const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");
const SERVICE_WORKER: &str = include_str!("../../static/js/app/service-worker.js");
/// The files that the page without a network needs.
const SHELL: [&str; 5] = ["css/tokens.css", "css/base.css", "css/components.css", "css/app.css", "js/app/start.js"];

/// `GET /app/manifest.webmanifest`.
pub(crate) async fn manifest(State(app): State<App>, visit: Visit) -> Response {
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/app");
    let icon = |file: &str, size: &str, purpose: &str| json!({ "src": static_files::path(file), "sizes": size, "type": "image/png", "purpose": purpose });
    let manifest = json!({
        "id": "/app",
        "name": page.organisation,
        "short_name": "Salpa",
        "description": page.t("app-lead"),
        "lang": visit.language.tag(),
        "start_url": "/app",
        "scope": "/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#FFFFFF",
        "theme_color": "#FFFFFF",
        "icons": [
            icon("img/app/icon-192.png", "192x192", "any"),
            icon("img/app/icon-512.png", "512x512", "any"),
            icon("img/app/icon-mask-512.png", "512x512", "maskable"),
        ],
    });
    let mut response = manifest.to_string().into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/manifest+json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// `GET /app/service-worker.js`. It is never kept without asking: the browser compares it byte by byte.
#[allow(clippy::unused_async, reason = "a handler is async")]
pub(crate) async fn service_worker() -> Response {
    let shell: Vec<String> = SHELL.into_iter().map(static_files::path).collect();
    let icon = static_files::path("img/app/icon-192.png");
    let build = json!({ "version": super::VERSION, "shell": shell, "icon": icon });
    let mut response = format!("self.build = {build};\n{SERVICE_WORKER}").into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(SERVICE_WORKER_ALLOWED, HeaderValue::from_static("/app"));
    response
}
