//! `/metrics`, on a listener of its own. Everybody who reaches it may read it, so it is bound to an address that only the
//! operator's machines reach.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;
use tower::limit::GlobalConcurrencyLimitLayer;

use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::messages;
use crate::platform::metrics::Now;
use crate::provider::key_sets;
use crate::sign_in::sessions;

/// The form that Prometheus asks for (OpenMetrics 1.0).
const FORM: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The greatest age of a count of sessions, which reads many rows.
const COUNTED_EVERY: Duration = Duration::from_mins(1);
/// The most scrapes at once.
const AT_ONCE: usize = 4;

/// Begins to answer at an address, until the program ends.
///
/// # Errors
/// The address cannot be listened on.
pub(crate) async fn listen(app: &App, address: SocketAddr) -> std::io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    tracing::info!(listen = listener.local_addr()?.to_string(), "metrics");
    let router = router(app.clone());
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(cause = error.to_string(), "metrics are not served any more");
        }
    });
    Ok(())
}

/// The routes of the metrics listener.
pub fn router(app: App) -> Router {
    let scrape = Scrape { app, sessions: Arc::default() };
    Router::new().route("/metrics", get(show)).layer(GlobalConcurrencyLimitLayer::new(AT_ONCE)).with_state(scrape)
}

#[derive(Clone)]
struct Scrape {
    app: App,
    sessions: Arc<Mutex<Option<(Timestamp, i64)>>>,
}

async fn show(State(scrape): State<Scrape>) -> Response {
    let app = &scrape.app;
    let now = Now {
        hashes_waiting: app.hashing.waiting(),
        hash_engines_differ: app.hashing.engines_differ(),
        sessions: scrape.sessions().await,
        messages_waiting: messages::waiting(&app.db).await.unwrap_or_default(),
        is_listening: app.bus.is_listening(),
        waiting: app.bus.waiting(),
        key_sets_failing: key_sets::count_failing(&app.db).await.unwrap_or_default(),
        memory: memory(),
    };
    let text = app.metrics.text(&now);
    (StatusCode::OK, [(CONTENT_TYPE, FORM)], text).into_response()
}

impl Scrape {
    /// The number of open sessions, counted at most once a minute. If the database does not answer, the former number.
    async fn sessions(&self) -> i64 {
        let now = self.app.clock.now();
        let known = *self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, count)) = known
            && now.since(at) < COUNTED_EVERY
        {
            return count;
        }
        let Ok(count) = sessions::count_open(&self.app.db, now).await else {
            return known.map_or(0, |(_, count)| count);
        };
        *self.sessions.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, count));
        count
    }
}

/// The resident bytes of this program, as Linux tells them; zero elsewhere.
fn memory() -> i64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split_whitespace().nth(1).and_then(|pages| pages.parse::<i64>().ok()).unwrap_or(0);
    let page = i64::try_from(rustix::param::page_size()).unwrap_or(4096);
    pages.saturating_mul(page)
}
