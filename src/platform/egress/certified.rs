//! Calls of servers whose certificate must come from an authority that the operator wrote down, and which may ask for one of
//! this service. No other authority counts, however widely it is trusted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use http::StatusCode;
use http::header::ACCEPT;
use reqwest::{Certificate, Client, Identity};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;
use url::Url;

use super::{Egress, EgressError, EgressReach, answer_in_json, failed};
use crate::platform::secret::Secret;

/// The most callers whose clients are kept. There are a handful; beyond that all are made anew.
const KEPT: usize = 16;
/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(20);

/// The two sides of a connection.
pub(crate) struct CertifiedCaller<'a> {
    /// The certificate of this service with its key, in PEM, where the server asks for one.
    pub(crate) own: Option<&'a Secret<String>>,
    /// The authorities of the server, in PEM.
    pub(crate) authorities: &'a str,
}

/// The clients of callers, by the hash of both sides.
#[derive(Default)]
pub(super) struct CertifiedClients(Mutex<HashMap<[u8; 32], Client>>);

impl CertifiedCaller<'_> {
    /// Whether a text is a certificate with its key.
    pub(crate) fn is_identity(own: &Secret<String>) -> bool {
        Identity::from_pem(own.reveal().as_bytes()).is_ok()
    }

    /// Whether a text is a list of authorities, and nothing that cannot be used.
    pub(crate) fn has_authorities(text: &str) -> bool {
        let mut roots = RootCertStore::empty();
        let can_be_used = CertificateDer::pem_slice_iter(text.as_bytes())
            .all(|certificate| certificate.is_ok_and(|certificate| roots.add(certificate).is_ok()));
        can_be_used && !roots.is_empty()
    }

    fn key(&self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(self.own.map(|own| own.reveal().as_bytes()).unwrap_or_default());
        context.update(&[0]);
        context.update(self.authorities.as_bytes());
        let mut key = [0; 32];
        key.copy_from_slice(context.finish().as_ref());
        key
    }
}

impl Egress {
    /// Posts JSON as a certified caller, and reads the JSON of the answer, whatever its status.
    ///
    /// # Errors
    /// As for [`Self::fetch_json`], and where a certificate of either side is refused.
    pub(crate) async fn ask_certified(
        &self,
        address: &str,
        body: &Value,
        caller: &CertifiedCaller<'_>,
    ) -> Result<(StatusCode, Value), EgressError> {
        let (client, url) = self.certified_way(address, caller)?;
        let request = client.post(url).header(ACCEPT, "application/json").json(body);
        answer_of_any_status(request.send().await.map_err(failed)?).await
    }

    /// Asks for JSON as such a caller, and reads the answer, whatever its status.
    ///
    /// # Errors
    /// As for [`Self::ask_certified`].
    pub(crate) async fn fetch_certified(
        &self,
        address: &str,
        caller: &CertifiedCaller<'_>,
    ) -> Result<(StatusCode, Value), EgressError> {
        let (client, url) = self.certified_way(address, caller)?;
        let request = client.get(url).header(ACCEPT, "application/json");
        answer_of_any_status(request.send().await.map_err(failed)?).await
    }

    fn certified_way(&self, address: &str, caller: &CertifiedCaller<'_>) -> Result<(Client, Url), EgressError> {
        let (reach, url) = self.reach_of(address)?;
        if reach != EgressReach::PublicOrOpened {
            return Err(EgressError::Forbidden);
        }
        Ok((self.certified_client(caller)?, url))
    }

    fn certified_client(&self, caller: &CertifiedCaller<'_>) -> Result<Client, EgressError> {
        let key = caller.key();
        let mut clients = self.certified.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let unusable = |error: reqwest::Error| EgressError::NoAnswer(format!("a certificate cannot be used: {error}"));
        let authorities = Certificate::from_pem_bundle(caller.authorities.as_bytes()).map_err(unusable)?;
        let mut builder = Client::builder().https_only(true).tls_certs_only(authorities);
        if let Some(own) = caller.own {
            builder = builder.identity(Identity::from_pem(own.reveal().as_bytes()).map_err(unusable)?);
        }
        let builder = self.checked(builder, EgressReach::PublicOrOpened);
        let client = builder.pool_max_idle_per_host(4).pool_idle_timeout(IDLE).build().map_err(unusable)?;
        if clients.len() >= KEPT {
            clients.clear();
        }
        clients.insert(key, client.clone());
        Ok(client)
    }
}

/// The status and the JSON of an answer. An answer that is an error may have none.
async fn answer_of_any_status(response: reqwest::Response) -> Result<(StatusCode, Value), EgressError> {
    let status = response.status();
    match answer_in_json(response).await {
        Err(EgressError::Unusable(_)) if status.is_client_error() || status.is_server_error() => {
            Ok((status, Value::Null))
        }
        answer => answer,
    }
}
