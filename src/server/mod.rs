//! The server: the listener, its limits, and a stop that lets answers finish.

pub mod connections;
pub mod housekeeping;
pub mod metrics;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::OwnedSemaphorePermit;
use tower::Service;
use tracing_subscriber::EnvFilter;

use self::connections::{ConnectionLimits, ConnectionSlots, Impatient};
use crate::app::App;
use crate::platform::bus;
use crate::platform::messages::Delivery;
use crate::platform::settings::LogFormat;
use crate::provider;

/// The most bytes of headers and request line.
const HEADER_BYTES: usize = 64 * 1024;
/// The longest time that answers may take to finish after the signal to stop.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// The function that makes the table of URLs from a few more of them. The table stands above every floor, and hands its
/// maker down.
pub(crate) type Routes = fn(App, axum::Router<App>) -> axum::Router;

/// Serves until `stop` is ready, also through hang-ups of the terminal.
///
/// # Errors
/// The address cannot be listened on.
pub(crate) async fn run(app: App, router: axum::Router, stop: impl Future<Output = ()>) -> io::Result<()> {
    let hang_ups = tokio::spawn(answer_hang_ups(signal(SignalKind::hangup())?));
    let listener = TcpListener::bind(app.settings.listen).await?;
    let served = run_on(listener, app, router, stop).await;
    hang_ups.abort();
    served
}

/// Answers the signal by which many services read their settings anew. Here they are read at the start alone, so that a
/// mistake in them is told before the former program ends.
async fn answer_hang_ups(mut hang_ups: Signal) {
    while hang_ups.recv().await.is_some() {
        tracing::warn!("SIGHUP changes nothing: settings and certificates are read at the start; restart the service");
    }
}

/// Like [`run`], on a listener that is bound already.
///
/// # Errors
/// The listener fails.
pub(crate) async fn run_on(
    listener: TcpListener,
    app: App,
    router: axum::Router,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    run_within(ConnectionLimits::USUAL, listener, app, router, stop).await
}

/// Like [`run_on`], with other limits for connections.
///
/// # Errors
/// The listener fails.
pub async fn run_within(
    limits: ConnectionLimits,
    listener: TcpListener,
    app: App,
    router: axum::Router,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    tracing::info!(
        listen = listener.local_addr()?.to_string(),
        public_url = app.settings.public_url.origin(),
        "serving"
    );
    if app.mail.is_none() {
        tracing::warn!("no smtp_url is set: messages to people wait a day for it, and are given up then");
    }
    let workers = [
        tokio::spawn(housekeeping::run(app.clone())),
        tokio::spawn(provider::logout_worker(app.clone())),
        tokio::spawn(provider::ping_worker(app.clone())),
        tokio::spawn(bus::worker(app.bus.clone(), app.db.clone(), app.random.clone())),
    ];
    let delivery = Delivery::start(&app);
    if let Some(address) = app.settings.metrics_listen {
        metrics::listen(&app, address).await?;
    }
    connections::allow_open_files();
    let places = ConnectionSlots::new(limits, &app.settings.trusted_proxies);
    let graceful = GracefulShutdown::new();
    let mut server = auto::Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers_within)
        .max_buf_size(HEADER_BYTES)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .max_header_list_size(u32::try_from(HEADER_BYTES).unwrap_or(u32::MAX));
    let mut stop = std::pin::pin!(stop);
    loop {
        // The signal to stop is heard even while every place is taken.
        let (place, accepted) = tokio::select! {
            next = next(&places, &listener) => next?,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Too many open files, or a client that left at once. Neither ends the service.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Some(place) = places.take(place, peer) else { continue };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(WithPeer { router: router.clone(), peer });
        let stream = TokioIo::new(Impatient::new(stream, limits));
        let connection = graceful.watch(server.serve_connection(stream, service).into_owned());
        tokio::spawn(async move {
            // A client that breaks off is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tracing::info!("stopping");
    let _ = tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await;
    for worker in workers {
        worker.abort();
    }
    let _ = tokio::time::timeout(STOP_WITHIN, delivery.stop()).await;
    app.traces.stop().await;
    Ok(())
}

/// The next client, as soon as there is a place for it.
async fn next(
    places: &ConnectionSlots,
    listener: &TcpListener,
) -> io::Result<(OwnedSemaphorePermit, io::Result<(TcpStream, SocketAddr)>)> {
    Ok((places.wait().await?, listener.accept().await))
}

/// The router, with the address of the caller.
#[derive(Clone)]
struct WithPeer {
    router: axum::Router,
    peer: SocketAddr,
}

impl Service<Request<Incoming>> for WithPeer {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<Incoming>>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.router.call(request)
    }
}

/// Ready when the program is told to stop: by Ctrl-C or the terminate signal.
pub(crate) async fn stop_signal() {
    let interrupted = tokio::signal::ctrl_c();
    let terminate = signal(SignalKind::terminate());
    match terminate {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}

/// Begins to write logs to standard error. Called twice, the first call counts.
pub(crate) fn start_logging(format: LogFormat) {
    let mut filter = EnvFilter::try_from_env("SALPA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // This holds for every setting: at `debug`, the driver of the database logs the parameters of each statement.
    if let Ok(quiet) = "tokio_postgres=info".parse() {
        filter = filter.add_directive(quiet);
    }
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let _ = match format {
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).try_init(),
        LogFormat::Text => builder.with_target(false).try_init(),
    };
}
