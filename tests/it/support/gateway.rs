//! An SMS gateway for the stories.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;

/// A posted message.
#[derive(Clone, Debug)]
pub struct Posted {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// A gateway that answers as it is told to, and never where it is told `None`.
#[derive(Clone)]
pub struct SmsGateway {
    pub address: SocketAddr,
    posted: Arc<Mutex<Vec<Posted>>>,
    answer: Arc<Mutex<Option<u16>>>,
}

impl SmsGateway {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let gateway = Self { address, posted: Arc::default(), answer: Arc::new(Mutex::new(Some(202))) };
        let router = Router::new().route("/send", post(take)).with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        gateway
    }

    pub fn url(&self) -> String {
        format!("http://{}/send", self.address)
    }

    pub fn answer(&self, status: Option<u16>) {
        *self.answer.lock().unwrap() = status;
    }

    pub fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }
}

async fn take(State(gateway): State<SmsGateway>, headers: HeaderMap, body: String) -> StatusCode {
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    gateway.posted.lock().unwrap().push(Posted { headers, body });
    let answer = *gateway.answer.lock().unwrap();
    match answer {
        Some(status) => StatusCode::from_u16(status).unwrap(),
        None => std::future::pending().await,
    }
}
