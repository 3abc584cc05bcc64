//! Requests that are held until something changes: the browser hears of it at once, without asking again and again.
//!
//! The head of the answer goes at once and the body once there is something to tell, so that nothing of the request but
//! its connection and the wait itself stays in memory. A held request has a waiter of the bus, of which a node has a
//! limited number, and ends by itself.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderMap, StatusCode, Version};
use serde::Serialize;
use tracing::Instrument;
use uuid::Uuid;

use crate::platform::bus::{Bus, Topic, Waiter};
use crate::platform::web::fault::Fault;

/// The longest that a request is held. Proxies end what is silent for longer than half a minute.
const LONGEST: Duration = Duration::from_secs(20);

/// Marks the answer to a held request.
#[derive(Clone, Copy, Debug)]
struct Held;

/// The waiter of a request that is held. Register it before the answer: there is none where too many wait.
///
/// # Errors
/// Too many requests are held on this node.
pub(crate) fn waiter(bus: &Bus, topic: Topic, id: impl Into<Uuid>) -> Result<Waiter, Fault> {
    bus.wait_for(topic, id.into()).ok_or_else(|| Fault::unavailable("too many requests are held"))
}

/// Looks until there is something to tell, at every wake-up of the waiter, and once more at the end of the wait.
///
/// # Errors
/// A look fails.
pub(crate) async fn until<T, L, F>(waiter: Waiter, at_most: Duration, look: L) -> Result<Option<T>, Fault>
where
    L: Fn() -> F,
    F: Future<Output = Result<Option<T>, Fault>>,
{
    // A look is boxed, so that a request that waits between two of them has no room for one.
    let changes = async {
        loop {
            if let Some(found) = Box::pin(look()).await? {
                return Ok(Some(found));
            }
            waiter.next_change().await;
        }
    };
    match tokio::time::timeout(at_most.min(LONGEST), changes).await {
        Ok(found) => found,
        Err(_) => Box::pin(look()).await,
    }
}

/// The answer to a held request, as JSON. A fault breaks the connection, and the page asks again.
pub(crate) fn answer<T: Serialize>(told: impl Future<Output = Result<T, Fault>> + Send + 'static) -> Response {
    let body = async move {
        let told = told.await.and_then(|told| serde_json::to_vec(&told).map_err(Fault::new));
        told.map(Bytes::from).map_err(|fault| {
            tracing::error!(cause = fault.cause(), "a held request broke off");
            io::Error::other("the request could not be held")
        })
    };
    let body = Body::from_stream(stream::once(body.in_current_span()));
    let mut response = ([(CONTENT_TYPE, "application/json")], body).into_response();
    response.extensions_mut().insert(Held);
    response
}

/// Whether an answer may be compressed: that of a held request is short, and would take the memory of a compressor for as
/// long as it waits.
pub(crate) fn may_be_compressed(
    _status: StatusCode,
    _version: Version,
    _headers: &HeaderMap,
    extensions: &Extensions,
) -> bool {
    extensions.get::<Held>().is_none()
}
