//! Requests that are held until something changes: the browser hears of it at once, without asking again and again.
//!
//! The head of the answer goes at once and the body once there is something to tell, so that nothing of the request but
//! its connection and the wait itself stays in memory. Until then a space goes at every beat, which JSON allows before a
//! value: proxies end an answer that is silent, and a browser that has left is noticed. A held request has a waiter of the
//! bus, of which a node has a limited number, and ends by itself.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderMap, HeaderName, StatusCode, Version};
use serde::Serialize;
use tokio::select;
use tokio::time::{sleep, timeout};
use tracing::Instrument;
use uuid::Uuid;

use crate::platform::bus::{Bus, Topic, Waiter};
use crate::platform::web::fault::Fault;

/// The longest that a request is held: as long as a question to a phone is open. The fewer requests, the less browsers
/// that wait slow down everybody else.
const LONGEST: Duration = Duration::from_mins(1);
/// The time from one sign of life to the next, and the longest from one look to the next. Proxies end what is silent for
/// longer than half a minute, and a wake-up of another node may be lost.
const BEAT: Duration = Duration::from_secs(20);
/// Tells nginx, and proxies that took the header over from it, to pass on each beat.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

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

/// Looks until there is something to tell: at every wake-up of the waiter, at every beat, and once more at the end of the
/// wait.
///
/// # Errors
/// A look fails.
pub(crate) async fn until<T, L, F>(waiter: Waiter, at_most: Duration, look: L) -> Result<Option<T>, Fault>
where
    L: Fn() -> F,
    F: Future<Output = Result<Option<T>, Fault>>,
{
    let mut end = pin!(sleep(at_most.min(LONGEST)));
    loop {
        // Boxed, so that a request that waits between two looks has no room for one.
        let found = Box::pin(look()).await?;
        if found.is_some() || end.is_elapsed() {
            return Ok(found);
        }
        select! {
            biased;
            () = &mut end => {}
            _ = timeout(BEAT, waiter.next_change()) => {}
        }
    }
}

/// The answer to a held request, as JSON. A fault breaks the connection, and the page asks again.
pub(crate) fn answer<T: Serialize>(told: impl Future<Output = Result<T, Fault>> + Send + 'static) -> Response {
    let told = async move {
        let told = told.await.and_then(|told| serde_json::to_vec(&told).map_err(Fault::new));
        told.map(Bytes::from).map_err(|fault| {
            tracing::error!(cause = fault.cause(), "a held request broke off");
            io::Error::other("the request could not be held")
        })
    };
    let beats = stream::unfold(Some(Box::pin(told.in_current_span())), |told| async {
        let mut told = told?;
        match timeout(BEAT, &mut told).await {
            Ok(told) => Some((told, None)),
            Err(_) => Some((Ok(Bytes::from_static(b" ")), Some(told))),
        }
    });
    let json = (CONTENT_TYPE, "application/json");
    let mut response = ([json, UNBUFFERED], Body::from_stream(beats)).into_response();
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;

    use axum::body::to_bytes;
    use serde_json::json;

    use super::*;

    async fn body_of(response: Response) -> Result<Bytes, axum::Error> {
        to_bytes(response.into_body(), 1024).await
    }

    /// The find of a wait, made after some looks, and the number of looks.
    async fn looks_until(waiter: Waiter, found: impl Fn(u32) -> Option<u32>) -> (Option<u32>, u32) {
        let looks = Cell::new(0);
        let look = || {
            looks.set(looks.get() + 1);
            let found = found(looks.get());
            async move { Ok(found) }
        };
        (until(waiter, LONGEST, look).await.unwrap(), looks.get())
    }

    #[tokio::test(start_paused = true)]
    async fn a_space_goes_at_every_beat_and_the_answer_is_json_with_them() {
        let told = async {
            sleep(BEAT * 2 + BEAT / 2).await;
            Ok(json!({ "waiting": false }))
        };
        let told = body_of(answer(told)).await.unwrap();
        assert_eq!(told, "  {\"waiting\":false}");
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&told).unwrap(), json!({ "waiting": false }));
        assert_eq!(body_of(answer(async { Ok(1) })).await.unwrap(), "1", "news that is there already is told at once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_proxy_passes_each_beat_on_and_nothing_compresses_it() {
        let answer = answer(pending::<Result<(), Fault>>());
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        assert!(!may_be_compressed(answer.status(), answer.version(), answer.headers(), answer.extensions()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_fault_breaks_the_answer_off() {
        let broken = async {
            sleep(BEAT * 2).await;
            Err::<(), _>(Fault::new("the table is gone"))
        };
        let told = body_of(answer(broken)).await.unwrap_err().to_string();
        assert!(!told.contains("table"), "{told}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_wake_up_is_noticed_at_the_next_beat() {
        let bus = Bus::default();
        bus.assume_listening();
        let waiter = || waiter(&bus, Topic::Approval, Uuid::nil()).unwrap();
        assert_eq!(looks_until(waiter(), |looks| (looks == 2).then_some(looks)).await, (Some(2), 2));
        assert_eq!(looks_until(waiter(), |_| None).await, (None, 4), "at the start, at two beats and at the end");
        assert_eq!(bus.waiting(), 0);
    }
}
