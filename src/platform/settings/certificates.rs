//! The settings of mutual TLS (RFC 8705).

use std::path::Path;
use std::sync::Arc;

use http::HeaderName;
use http::header::{AUTHORIZATION, COOKIE, FORWARDED, HOST};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::observing::FaultySetting;
use super::{PublicUrl, SettingsReader, mistake};

/// The settings of the certificates that applications show.
#[derive(Clone, Debug)]
pub struct ClientCertificateSettings {
    /// The header by which trusted proxies pass on the certificate of a client.
    pub header: HeaderName,
    /// The authorities whose certificates prove an application (`tls_client_auth`).
    pub authorities: Option<Arc<RootCertStore>>,
    /// The origin at which the proxy asks clients for a certificate, if it is not the public URL.
    pub mtls_url: Option<PublicUrl>,
}

impl SettingsReader {
    pub(super) fn client_certificates(&mut self) -> Result<Option<ClientCertificateSettings>, FaultySetting> {
        let authorities = self.text("client_certificate_authorities");
        let mtls_url = self.text("mtls_url");
        let Some(header) = self.text("client_certificate_header") else {
            for (name, value) in [("client_certificate_authorities", &authorities), ("mtls_url", &mtls_url)] {
                if value.is_some() {
                    self.mistakes.push(mistake(name, "needs client_certificate_header".to_owned()));
                }
            }
            return Ok(None);
        };
        if self.text("trusted_proxies").is_none() {
            let problem = "needs trusted_proxies: from anybody else the header is dropped".to_owned();
            self.mistakes.push(mistake("client_certificate_header", problem));
        }
        let header = self.parsed("client_certificate_header", &header, header_name);
        let authorities =
            authorities.map(|file| self.parsed("client_certificate_authorities", &file, read_authorities));
        let mtls_url = mtls_url.map(|url| self.parsed("mtls_url", &url, str::parse));
        Ok(Some(ClientCertificateSettings {
            header: header.ok_or(FaultySetting)?,
            authorities: authorities.map(|read| read.ok_or(FaultySetting)).transpose()?,
            mtls_url: mtls_url.map(|read| read.ok_or(FaultySetting)).transpose()?,
        }))
    }
}

fn header_name(text: &str) -> Result<HeaderName, String> {
    let name: HeaderName = text.parse().map_err(|_| "must be the name of a header, such as client-cert".to_owned())?;
    let is_taken = [AUTHORIZATION, COOKIE, FORWARDED, HOST].contains(&name) || name == "x-forwarded-for";
    if is_taken { Err("has another meaning; take client-cert or a name of your own".to_owned()) } else { Ok(name) }
}

fn read_authorities(file: &str) -> Result<Arc<RootCertStore>, String> {
    let text = std::fs::read(Path::new(file)).map_err(|error| format!("{file} cannot be read: {error}"))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|_| format!("{file} is no list of certificates in PEM"))?;
        roots.add(certificate).map_err(|error| format!("{file} has a certificate that cannot be used: {error}"))?;
    }
    if roots.is_empty() { Err(format!("{file} has no certificate in PEM")) } else { Ok(Arc::new(roots)) }
}
