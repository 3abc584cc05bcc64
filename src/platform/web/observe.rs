//! The observation of a request: its log lines share an identifier, and metrics and traces record it if they are on.
//! The outermost layer.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use tracing::Instrument;

use crate::platform::clock::Stopwatch;
use crate::platform::core::Core;

/// The label of an unknown path: strangers do not choose labels.
const NO_ROUTE: &str = "none";

/// Handles a request and records it.
pub(crate) async fn request(State(app): State<Core>, request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let id = data_encoding::HEXLOWER.encode(&app.random.bytes::<8>());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.as_deref().unwrap_or(NO_ROUTE).to_owned();
    let method = request.method().clone();
    let trace = app.traces.request(&route, span_name_of(&method), believed(&app, &request));
    let response = match &trace {
        Some(trace) => {
            let span = tracing::info_span!("request", id, trace = trace.trace_id());
            trace.run(next.run(request).instrument(span)).await
        }
        None => next.run(request).instrument(tracing::info_span!("request", id)).await,
    };
    let (status, took) = (response.status(), watch.elapsed());
    app.metrics.request(&route, &method, status, took);
    if let Some(trace) = trace {
        trace.end(status);
    }
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(id, route, method = method.as_str(), status = status.as_u16(), milliseconds, "answered");
    response
}

/// The headers of a trusted proxy. Others could make us store traces, or write into foreign ones.
fn believed<'r>(app: &Core, request: &'r Request) -> Option<&'r http::HeaderMap> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    let is_trusted = app.settings.trusted_proxies.iter().any(|network| network.contains(&peer));
    is_trusted.then(|| request.headers())
}

fn span_name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
