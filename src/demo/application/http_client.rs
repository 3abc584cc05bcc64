//! The application's calls to the provider: limited in time and size, without redirects.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// The time limit of a response.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest response that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// An HTTP client for `openidconnect`.
pub(super) struct HttpClient(reqwest::Client);

/// A call without a response.
#[derive(Debug)]
pub(super) enum CallFailed {
    Unreachable(reqwest::Error),
    TooLong,
    Unreadable(http::Error),
}

impl fmt::Display for CallFailed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(cause) => write!(formatter, "{cause}"),
            Self::TooLong => write!(formatter, "the answer is longer than {LONGEST} bytes"),
            Self::Unreadable(cause) => write!(formatter, "{cause}"),
        }
    }
}

impl std::error::Error for CallFailed {}

impl HttpClient {
    /// A client for an issuer.
    pub(super) fn new(issuer: &str) -> Result<Self, reqwest::Error> {
        let mut builder =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT).no_proxy();
        if issuer.starts_with("http://") {
            // A provider on this machine: no certificates are needed, so none need to be installed.
            builder = builder.tls_certs_only([]);
        }
        builder.build().map(Self)
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, CallFailed> {
        let request = reqwest::Request::try_from(request).map_err(CallFailed::Unreachable)?;
        let mut response = self.0.execute(request).await.map_err(CallFailed::Unreachable)?;
        let mut answer = http::Response::builder().status(response.status());
        if let Some(headers) = answer.headers_mut() {
            headers.clone_from(response.headers());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(CallFailed::Unreachable)? {
            if body.len() + chunk.len() > LONGEST {
                return Err(CallFailed::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        answer.body(body).map_err(CallFailed::Unreadable)
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = CallFailed;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CallFailed>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.answer(request))
    }
}
