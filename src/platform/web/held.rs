//! Requests that are held until something changes: the browser hears of it at once, without asking again and again.
//!
//! A held request has a waiter of the bus, of which a node has a limited number, and ends by itself.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use crate::platform::bus::{Bus, Topic};
use crate::platform::clock::Stopwatch;
use crate::platform::web::fault::Fault;

/// The longest that a request is held. Proxies end what is silent for longer than half a minute.
const LONGEST: Duration = Duration::from_secs(20);

/// How long a request was held: the observation of requests leaves it out of the time that an answer took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldFor(pub(crate) Duration);

/// Looks until there is something to tell, at every wake-up of an identifier, and once more at the end of the wait.
///
/// # Errors
/// Too many requests are held on this node, or a look fails.
pub(crate) async fn until<T, L, F>(
    bus: &Bus,
    (topic, id): (Topic, Uuid),
    at_most: Duration,
    look: L,
) -> Result<Option<T>, Fault>
where
    L: Fn() -> F,
    F: Future<Output = Result<Option<T>, Fault>>,
{
    // Registered before the first look: a change between two looks is not missed.
    let waiter = bus.wait_for(topic, id).ok_or_else(|| Fault::unavailable("too many requests are held"))?;
    let changes = async {
        loop {
            if let Some(found) = look().await? {
                return Ok(Some(found));
            }
            waiter.next_change().await;
        }
    };
    match tokio::time::timeout(at_most.min(LONGEST), changes).await {
        Ok(found) => found,
        Err(_) => look().await,
    }
}

/// The answer to a held request, as JSON.
pub(crate) fn answer(held: Stopwatch, told: &impl Serialize) -> Response {
    let mut response = Json(told).into_response();
    response.extensions_mut().insert(HeldFor(held.elapsed()));
    response
}
