//! The certificate that a client showed in its TLS handshake, as a trusted proxy passes it on: `Client-Cert` (RFC 9440),
//! or, in a header of another name, the escaped PEM of nginx (`$ssl_client_escaped_cert`).
//!
//! The header says that the client has the certificate's private key, and nothing else: its issuer is judged by whoever
//! uses the certificate.

use std::sync::Arc;

use aws_lc_rs::digest;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{HeaderMap, HeaderName};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::form_urlencoded;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The header of RFC 9440 §2.2.
const CLIENT_CERT: HeaderName = HeaderName::from_static("client-cert");
/// The longest header that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// A certificate whose key the client has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    der: Arc<[u8]>,
    thumbprint: Arc<str>,
}

/// The header of a trusted proxy holds no certificate that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableCertificate;

impl ClientCertificate {
    /// The certificate of a header; `None` if the client showed none.
    ///
    /// # Errors
    /// [`UnreadableCertificate`] for anything but one certificate.
    pub fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Self>, UnreadableCertificate> {
        let mut values = headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() || value.len() > LONGEST {
            return Err(UnreadableCertificate);
        }
        let text = value.to_str().map_err(|_| UnreadableCertificate)?.trim();
        // The empty byte sequence is what Caddy sends for a client without one.
        if text.is_empty() || text == "::" {
            return Ok(None);
        }
        let der = if name == CLIENT_CERT { of_byte_sequence(text) } else { of_escaped_pem(text) };
        der.and_then(Self::of_der).map(Some).ok_or(UnreadableCertificate)
    }

    /// The certificate of these bytes, if they are one and nothing else.
    pub(crate) fn of_der(der: Vec<u8>) -> Option<Self> {
        X509Certificate::from_der(&der).ok().filter(|(rest, _)| rest.is_empty())?;
        let thumbprint = BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, &der).as_ref());
        Some(Self { der: der.into(), thumbprint: thumbprint.into() })
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its SHA-256 in base64url, the `x5t#S256` of tokens (RFC 8705 §3.1).
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}

/// A byte sequence of RFC 8941 §3.3.5: base64 between colons.
fn of_byte_sequence(text: &str) -> Option<Vec<u8>> {
    let encoded = text.strip_prefix(':')?.strip_suffix(':')?;
    BASE64.decode(encoded.as_bytes()).ok()
}

/// PEM of which everything unusual is escaped as in a URL. A plus is a plus.
fn of_escaped_pem(text: &str) -> Option<Vec<u8>> {
    let pair = format!("v={}", text.replace('+', "%2B"));
    let (_, pem) = form_urlencoded::parse(pair.as_bytes()).next()?;
    let mut certificates = CertificateDer::pem_slice_iter(pem.as_bytes());
    let (Some(Ok(one)), None) = (certificates.next(), certificates.next()) else { return None };
    Some(one.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NGINX: HeaderName = HeaderName::from_static("x-client-cert");

    fn made() -> (Vec<u8>, String) {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec!["app.example".to_owned()]).unwrap();
        let certificate = certificate.self_signed(&key).unwrap();
        (certificate.der().to_vec(), certificate.pem())
    }

    fn read(name: &HeaderName, values: &[&str]) -> Result<Option<ClientCertificate>, UnreadableCertificate> {
        let headers = values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect();
        ClientCertificate::read(&headers, name)
    }

    /// As nginx escapes it.
    fn escaped(pem: &str) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        pem.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    }

    #[test]
    fn one_certificate_is_read_in_both_forms_and_has_one_thumbprint() {
        let (der, pem) = made();
        let by_rfc = read(&CLIENT_CERT, &[&format!(" :{}: ", BASE64.encode(&der))]).unwrap().unwrap();
        let by_nginx = read(&NGINX, &[&escaped(&pem)]).unwrap().unwrap();
        assert_eq!(by_rfc, by_nginx);
        assert_eq!((by_rfc.der(), by_rfc.thumbprint().len()), (&der[..], 43));
    }

    #[test]
    fn a_client_without_a_certificate_shows_none() {
        assert_eq!(read(&CLIENT_CERT, &[]), Ok(None));
        assert_eq!(read(&NGINX, &[""]), Ok(None));
        assert_eq!(read(&CLIENT_CERT, &["::"]), Ok(None));
    }

    #[test]
    fn anything_but_one_certificate_is_unreadable() {
        let (der, pem) = made();
        let (encoded, two) = (BASE64.encode(&der), escaped(&format!("{pem}{pem}")));
        let longer = [&der[..], &[0]].concat();
        for value in [
            encoded.as_str(),
            &format!(":{encoded}"),
            &format!(":{}:", &encoded[1..]),
            &format!(":{}:", BASE64.encode(&longer)),
            &format!(":{}:", BASE64.encode(&der[..der.len() - 1])),
            ":nonsense:",
            &format!(":{}:", "A".repeat(LONGEST)),
            &escaped(&pem),
        ] {
            assert_eq!(read(&CLIENT_CERT, &[value]), Err(UnreadableCertificate), "{value}");
        }
        for value in [two.as_str(), "nonsense", &format!(":{encoded}:"), &escaped(&pem)[..100]] {
            assert_eq!(read(&NGINX, &[value]), Err(UnreadableCertificate), "{value}");
        }
        let one = format!(":{encoded}:");
        assert_eq!(read(&CLIENT_CERT, &[&one, &one]), Err(UnreadableCertificate));
    }
}
