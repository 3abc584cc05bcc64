//! Questions about certificates (OCSP over HTTP, RFC 6960 appendix A). Their answers are signed, and responders of
//! authorities are called unencrypted: here, and nowhere else, such a call may lead into the public internet.

use http::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, StatusCode};
use url::Url;

use super::{Egress, EgressError, EgressReach, FETCHED_WITHIN, body_of, failed, may_be_called};

/// The media type of an answer.
const ANSWER: &[&str] = &["application/ocsp-response"];

impl Egress {
    /// Asks a responder, and returns its answer as it came.
    ///
    /// # Errors
    /// As for [`Self::fetch_json`].
    pub(crate) async fn ask_responder(&self, address: &str, question: &[u8]) -> Result<Vec<u8>, EgressError> {
        let url = Url::parse(address).map_err(|_| EgressError::Forbidden)?;
        if !matches!(url.scheme(), "http" | "https") || !may_be_called(&url, EgressReach::PublicOrOpened, &self.opened)
        {
            return Err(EgressError::Forbidden);
        }
        let made = self.responders.get_or_init(|| {
            let builder = self.checked(Client::builder(), EgressReach::PublicOrOpened);
            builder.pool_max_idle_per_host(0).build().map_err(|error| error.to_string())
        });
        let client = made.as_ref().map_err(|cause| EgressError::NoAnswer(cause.clone()))?;
        let request = client.post(url).timeout(FETCHED_WITHIN).header(ACCEPT, "application/ocsp-response");
        let request = request.header(CONTENT_TYPE, "application/ocsp-request").body(question.to_vec());
        let response = request.send().await.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(EgressError::Unusable(format!("its status is {}", response.status().as_u16())));
        }
        body_of(response, ANSWER).await
    }
}
