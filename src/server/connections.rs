//! The limits of connections: their number, the number of one network, and the time that each may be silent. A client
//! that sends too slowly, or not at all, takes a slot that somebody else needs.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

use crate::platform::web::network::Network;

/// The bytes that begin a connection: the preface of HTTP/2 (RFC 9113 §3.4). Every request is longer.
const BEGINNING: usize = 24;

/// The limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Connections at once. More wait in the system's queue.
    pub connections: usize,
    /// Connections of one network at once. More are closed. Those of trusted proxies are not counted.
    pub of_one_network: usize,
    /// The time that a client may take to send its headers.
    pub headers_within: Duration,
    /// The time for which no byte may cross in either direction.
    pub silent_for: Duration,
}

impl ConnectionLimits {
    /// The limits of the service: room for ten thousand browsers that wait for a phone, and as many others. A large
    /// office shares one address.
    pub const USUAL: Self = Self {
        connections: 20_000,
        of_one_network: 1_000,
        headers_within: Duration::from_secs(10),
        silent_for: Duration::from_mins(1),
    };
}

/// As many open files as connections of the service take, and as many again for everything else.
const OPEN_FILES: u64 = 65_536;

/// Raises the number of files that the process may open as far as its system lets it: each connection is one, and many
/// systems begin with 1,024.
pub(super) fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.map_or(OPEN_FILES, |maximum| maximum.min(OPEN_FILES));
    if limit.current.is_some_and(|current| current < most)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: limit.maximum })
    {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// The number of connections of each network.
type ConnectionCounts = Arc<Mutex<HashMap<Network, usize>>>;

/// The places for connections.
#[derive(Clone)]
pub(super) struct ConnectionSlots {
    all: Arc<Semaphore>,
    of_networks: ConnectionCounts,
    most_of_one: usize,
    trusted: Arc<[IpNet]>,
}

/// A taken place. It is free again once this is dropped.
pub(super) struct ConnectionSlot {
    _of_all: OwnedSemaphorePermit,
    network: Option<(Network, ConnectionCounts)>,
}

impl ConnectionSlots {
    pub(super) fn new(limits: ConnectionLimits, trusted: &[IpNet]) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.connections)),
            of_networks: Arc::default(),
            most_of_one: limits.of_one_network,
            trusted: trusted.into(),
        }
    }

    /// A place among all, as soon as one is free.
    pub(super) async fn wait(&self) -> io::Result<OwnedSemaphorePermit> {
        Arc::clone(&self.all).acquire_owned().await.map_err(io::Error::other)
    }

    /// Gives a place to a client; `None` if its network has its full number.
    pub(super) fn take(&self, of_all: OwnedSemaphorePermit, peer: SocketAddr) -> Option<ConnectionSlot> {
        let address: IpAddr = peer.ip().to_canonical();
        if self.trusted.iter().any(|network| network.contains(&address)) {
            return Some(ConnectionSlot { _of_all: of_all, network: None });
        }
        let network = Network::of(address);
        let mut taken = self.of_networks.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network.clone()).or_insert(0);
        if *count >= self.most_of_one {
            return None;
        }
        *count += 1;
        Some(ConnectionSlot { _of_all: of_all, network: Some((network, Arc::clone(&self.of_networks))) })
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let Some((network, taken)) = &self.network else { return };
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(network);
            }
        }
    }
}

/// A connection that ends by itself when its client says nothing for too long, or takes nothing.
pub(super) struct Impatient<S> {
    connection: S,
    silent_for: Duration,
    received: usize,
    end: Pin<Box<Sleep>>,
}

impl<S> Impatient<S> {
    pub(super) fn new(connection: S, limits: ConnectionLimits) -> Self {
        let end = Box::pin(tokio::time::sleep(limits.headers_within));
        Self { connection, silent_for: limits.silent_for, received: 0, end }
    }

    /// Notes bytes that crossed. The first ones give no more time, so that a client cannot hold a place with one byte a
    /// second.
    #[expect(clippy::disallowed_methods, reason = "a socket's time, which no rule looks at")]
    fn moved(&mut self, received: usize) {
        self.received = self.received.saturating_add(received);
        if self.received >= BEGINNING {
            // The same timer is moved, so that the task that waits for it still wakes up.
            self.end.as_mut().reset(Instant::now() + self.silent_for);
        }
    }

    fn still_waits<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        ready!(self.end.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.connection).poll_read(context, buffer) {
            Poll::Pending => self.still_waits(context),
            ready @ Poll::Ready(_) => {
                let received = buffer.filled().len() - before;
                self.moved(received);
                ready
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.connection).poll_write(context, bytes) {
            Poll::Pending => self.still_waits(context),
            ready @ Poll::Ready(_) => {
                self.moved(0);
                ready
            }
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.connection).poll_write_vectored(context, slices) {
            Poll::Pending => self.still_waits(context),
            ready @ Poll::Ready(_) => {
                self.moved(0);
                ready
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(context)
    }
}
