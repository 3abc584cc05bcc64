//! Clients that say nothing, or too little, do not keep the places that others need.

use std::net::SocketAddr;
use std::time::Duration;

use salpa::server;
use salpa::server::connections::ConnectionLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::Service;

const SHORT: ConnectionLimits = ConnectionLimits {
    connections: 3,
    of_one_network: 3,
    headers_within: Duration::from_millis(200),
    silent_for: Duration::from_millis(400),
};
const ASKS: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: id.kallio.example\r\n\r\n";

/// A service that listens, and what stops it.
struct Listening {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
    _service: Service,
}

async fn listen(limits: ConnectionLimits) -> Listening {
    let service = Service::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let (app, router) = (service.app.clone(), service.router.clone());
    let stopped = async {
        let _ = stopped.await;
    };
    let serving = tokio::spawn(server::run_within(limits, listener, app, router, stopped));
    Listening { address, stop, serving, _service: service }
}

impl Listening {
    async fn client(&self, says: &[u8]) -> TcpStream {
        let mut client = TcpStream::connect(self.address).await.unwrap();
        client.write_all(says).await.unwrap();
        client
    }
}

/// The service's output until it ends the connection. A connection that it never ends fails the test.
async fn heard(client: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), client.read_to_end(&mut answer)).await;
    // A connection that is reset has ended, too.
    let _ = read.expect("the service keeps a silent connection");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_client_that_says_nothing_or_too_little_loses_its_place() {
    let service = listen(SHORT).await;
    for beginning in
        [&b""[..], b"P", b"PRI * HTTP/2.0\r\n\r\nSM", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\n"]
    {
        let mut client = service.client(beginning).await;
        heard(&mut client).await;
    }
    let mut stalled =
        service.client(b"POST /oauth/token HTTP/1.1\r\nhost: id.kallio.example\r\ncontent-length: 9\r\n\r\na=").await;
    heard(&mut stalled).await;
    let mut client = service.client(ASKS).await;
    assert!(heard(&mut client).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn one_network_does_not_take_every_place() {
    let service = listen(ConnectionLimits { connections: 100, of_one_network: 2, ..ConnectionLimits::USUAL }).await;
    let mut first = service.client(ASKS).await;
    let mut answer = [0; 12];
    first.read_exact(&mut answer).await.unwrap();
    let _second = service.client(b"").await;
    assert_eq!(heard(&mut service.client(b"").await).await, "", "the third is closed at once");
    drop(first);
    // The place is free as soon as the service has noticed.
    let again = async {
        loop {
            let mut client = TcpStream::connect(service.address).await.unwrap();
            let mut answer = [0; 12];
            if client.write_all(ASKS).await.is_ok() && client.read_exact(&mut answer).await.is_ok() {
                break answer;
            }
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn the_signal_to_stop_is_heard_with_every_place_taken() {
    let service = listen(ConnectionLimits { connections: 1, ..ConnectionLimits::USUAL }).await;
    let mut only = service.client(ASKS).await;
    let mut answer = [0; 12];
    only.read_exact(&mut answer).await.unwrap();
    let Listening { stop, serving, .. } = service;
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), serving).await.expect("it stops").unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_form_that_trickles_in_is_given_up() {
    use axum::extract::FromRequest;
    use salpa::platform::web::parameters::Form;

    let endless = futures_util::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, std::io::Error>("a"), ()))
    });
    let request = http::Request::builder()
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from_stream(endless))
        .unwrap();
    let refused = <Form>::from_request(request, &()).await.unwrap_err();
    assert_eq!(refused.status(), http::StatusCode::REQUEST_TIMEOUT);
}
