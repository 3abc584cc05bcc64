//! The address of a PostgreSQL server with `sslmode` and `sslrootcert`, as the documentation of libpq has them
//! (chapter *SSL Support*), and the check of the server's certificate.
//!
//! Without `sslmode`, a server on this machine or at a socket file is not asked for a certificate that anybody else
//! vouches for: Debian and most containers install one that the server made itself, or none. A server elsewhere that
//! offers TLS has to have a good one.

use std::error::Error as StdError;
use std::fmt;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use deadpool_postgres::{HookError, PoolError};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{
    CryptoProvider, verify_tls12_signature, verify_tls13_signature, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::form_urlencoded;
use x509_parser::prelude::{ASN1Time, FromDer as _, GeneralName, X509Certificate, X509Version};

use super::Error;

/// A server and the way to it.
pub(super) struct ServerAddress {
    pub(super) config: tokio_postgres::Config,
    pub(super) tls: MakeRustlsConnect,
}

/// The check of a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CertificateCheck {
    /// None: the connection is encrypted, to whomever it leads.
    Nothing,
    /// An authority has signed it.
    Authority,
    /// An authority has signed it, for the name of the host.
    AuthorityAndName,
}

/// The certificates that are trusted.
#[derive(Clone, PartialEq, Eq)]
enum TrustedAuthorities {
    /// Those of this machine.
    OfMachine,
    /// Those of a file.
    File(String),
}

/// Reads `postgres://…`.
///
/// # Errors
/// A parameter is unknown, contradicts another one, or names a file that cannot be read.
pub(super) fn read(url: &str) -> Result<ServerAddress, Error> {
    let TlsParameters { rest, mode, authorities } = take_parameters(url);
    let mut config: tokio_postgres::Config =
        rest.parse().map_err(|error: tokio_postgres::Error| Error::Fault(with_causes(&error)))?;
    let chosen = choose(mode.as_deref(), authorities, is_local(&config));
    let TlsChoice { mode, check, authorities } = chosen.map_err(|words| Error::Fault(words.to_owned()))?;
    // No certificate belongs to a socket file; libpq leaves sslmode out there, too.
    let is_socket = !config.get_hosts().is_empty() && config.get_hosts().iter().all(is_socket);
    config.ssl_mode(if is_socket { SslMode::Disable } else { mode });
    Ok(ServerAddress { config, tls: tls(check, &authorities)? })
}

/// A URL without `sslmode` and `sslrootcert`, and these two.
struct TlsParameters {
    rest: String,
    mode: Option<String>,
    authorities: Option<TrustedAuthorities>,
}

/// The way to connect, and the check of the certificate.
struct TlsChoice {
    mode: SslMode,
    check: CertificateCheck,
    authorities: TrustedAuthorities,
}

fn take_parameters(url: &str) -> TlsParameters {
    // A password may have a question mark: the query begins behind the host.
    let host = url.find('@').map_or(0, |at| at + 1);
    let Some(query) = url.get(host..).and_then(|after| after.find('?')).map(|at| host + at) else {
        return TlsParameters { rest: url.to_owned(), mode: None, authorities: None };
    };
    let (mut mode, mut authorities, mut kept) = (None, None, Vec::new());
    for pair in url.get(query + 1..).unwrap_or_default().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "sslmode" => mode = Some(decoded(value)),
            "sslrootcert" => {
                authorities = Some(match decoded(value) {
                    system if system == "system" => TrustedAuthorities::OfMachine,
                    file => TrustedAuthorities::File(file),
                });
            }
            "" => {}
            _ => kept.push(pair),
        }
    }
    let before = url.get(..query).unwrap_or_default();
    let rest = if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) };
    TlsParameters { rest, mode, authorities }
}

/// A plus is a plus in the parameters of libpq.
fn decoded(value: &str) -> String {
    let pair = format!("v={}", value.replace('+', "%2B"));
    form_urlencoded::parse(pair.as_bytes()).map(|(_, value)| value.into_owned()).next().unwrap_or_default()
}

fn choose(
    mode: Option<&str>,
    authorities: Option<TrustedAuthorities>,
    is_local: bool,
) -> Result<TlsChoice, &'static str> {
    let is_machines = authorities == Some(TrustedAuthorities::OfMachine);
    // With certificates at hand, libpq checks the server's in the weaker modes as well.
    let by_file = if authorities.is_some() { CertificateCheck::Authority } else { CertificateCheck::Nothing };
    let (mode, check) = match mode {
        None if is_machines => (SslMode::Require, CertificateCheck::AuthorityAndName),
        None if is_local => (SslMode::Prefer, by_file),
        None => (SslMode::Prefer, CertificateCheck::AuthorityAndName),
        Some("verify-full") => (SslMode::Require, CertificateCheck::AuthorityAndName),
        Some("disable" | "prefer" | "require" | "verify-ca") if is_machines => {
            return Err("sslrootcert=system goes with sslmode=verify-full alone: anybody can get a certificate of a \
                        public authority, for a name of their own");
        }
        Some("disable") => (SslMode::Disable, CertificateCheck::Nothing),
        Some("prefer") => (SslMode::Prefer, by_file),
        Some("require") => (SslMode::Require, by_file),
        Some("verify-ca") if authorities.is_some() => (SslMode::Require, CertificateCheck::Authority),
        Some("verify-ca") => {
            return Err("sslmode=verify-ca needs sslrootcert=FILE, with the certificate of the authority");
        }
        Some(_) => return Err("sslmode must be disable, prefer, require, verify-ca or verify-full"),
    };
    Ok(TlsChoice { mode, check, authorities: authorities.unwrap_or(TrustedAuthorities::OfMachine) })
}

fn is_socket(host: &Host) -> bool {
    !matches!(host, Host::Tcp(_))
}

/// Whether every address of the server is on this machine.
fn is_local(config: &tokio_postgres::Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    !config.get_hosts().is_empty()
        && config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
            #[cfg(unix)]
            Host::Unix(_) => true,
        })
}

fn tls(check: CertificateCheck, authorities: &TrustedAuthorities) -> Result<MakeRustlsConnect, Error> {
    let (mut roots, mut pinned) = (RootCertStore::empty(), Vec::new());
    match authorities {
        _ if check == CertificateCheck::Nothing => {}
        TrustedAuthorities::OfMachine => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        TrustedAuthorities::File(file) => {
            pinned = certificates_of(file)?;
            roots.add_parsable_certificates(pinned.iter().cloned());
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = ServerCertificateVerifier { check, roots, pinned, provider: Arc::clone(&provider) };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Fault(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn certificates_of(file: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let fault = |cause: &dyn fmt::Display| Error::Fault(format!("sslrootcert: {file} {cause}"));
    let text = fs::read(file).map_err(|error| fault(&format_args!("cannot be read: {error}")))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| fault(&format_args!("is no list of certificates in PEM: {error}")))?;
    if certificates.is_empty() { Err(fault(&"has no certificate in PEM")) } else { Ok(certificates) }
}

/// The verifier of a server's certificate.
#[derive(Debug)]
struct ServerCertificateVerifier {
    check: CertificateCheck,
    roots: RootCertStore,
    /// The certificates of `sslrootcert`. One of them may be the server's own, as a server makes it for itself.
    pinned: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertificateVerifier {
    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        if self.check == CertificateCheck::Nothing {
            return Ok(());
        }
        if self.pinned.iter().any(|pinned| pinned == certificate) {
            is_in_force(certificate, now)?;
        } else {
            let algorithms = self.provider.signature_verification_algorithms.all;
            let parsed = ParsedCertificate::try_from(certificate)?;
            verify_server_cert_signed_by_trust_anchor(&parsed, &self.roots, intermediates, now, algorithms)?;
        }
        if self.check == CertificateCheck::Authority || is_commonly_for(certificate, name) {
            return Ok(());
        }
        verify_server_name(&ParsedCertificate::try_from(certificate)?, name)
    }
}

impl ServerCertVerifier for ServerCertificateVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.verify(end_entity, intermediates, server_name, now).map_err(|reason| {
            let refused = ServerCertificateRefusal { words: refusal(end_entity, server_name, &reason) };
            rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refused))))
        })?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        // Certificates of X.509 version 1, as short recipes make them, are not read there. Their keys are.
        let key = X509Certificate::from_der(certificate)
            .map(|(_, certificate)| SubjectPublicKeyInfoDer::from(certificate.public_key().raw.to_vec()));
        match key {
            Ok(key) => verify_tls13_signature_with_raw_key(message, &key, signed, algorithms),
            Err(_) => verify_tls13_signature(message, certificate, signed, algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn is_in_force(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), rustls::Error> {
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).ok().and_then(|now| ASN1Time::from_timestamp(now).ok());
    let is_valid = now.is_some_and(|now| certificate.validity().is_valid_at(now));
    if is_valid { Ok(()) } else { Err(CertificateError::Expired.into()) }
}

/// Whether a certificate without alternative names has the host's as its common name, as libpq reads it.
fn is_commonly_for(certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return false };
    let has_names = match certificate.subject_alternative_name() {
        Ok(Some(names)) => names.value.general_names.iter().any(|name| matches!(name, GeneralName::DNSName(_))),
        Ok(None) => false,
        Err(_) => true,
    };
    let mut common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
    !has_names && common.next().is_some_and(|common| common.eq_ignore_ascii_case(&name.to_str()))
}

/// A server's certificate that is not good enough.
#[derive(Debug)]
struct ServerCertificateRefusal {
    words: String,
}

impl fmt::Display for ServerCertificateRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)
    }
}

impl StdError for ServerCertificateRefusal {}

fn refusal(certificate: &CertificateDer<'_>, name: &ServerName<'_>, reason: &rustls::Error) -> String {
    let which = X509Certificate::from_der(certificate).map_or_else(
        |_| "which cannot be read".to_owned(),
        |(_, read)| format!("of {}, issued by {}", read.subject(), read.issuer()),
    );
    let is_old = X509Certificate::from_der(certificate).is_ok_and(|(_, read)| read.version() != X509Version::V3);
    let name = name.to_str();
    let why = match reason {
        _ if is_old => "it is of an old version of X.509; make one of version 3, with subjectAltName".to_owned(),
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::UnknownIssuer | CertificateError::BadSignature | CertificateError::Other(_) => {
                "no authority that is trusted here has signed it".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its time is over".to_owned(),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its time has not begun".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!("it is not for {name}")
            }
            other => other.to_string(),
        },
        other => other.to_string(),
    };
    format!(
        "the certificate of the PostgreSQL server at {name} ({which}) is refused: {why}. In database_url, name the file \
         with the certificate of its authority by sslrootcert=FILE, and the check by sslmode: verify-full (authority \
         and name), verify-ca (authority alone), require (no check), disable (no TLS)"
    )
}

/// The words of a failed connection.
pub(super) fn cause_of(error: &PoolError) -> String {
    match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => with_causes(error),
        other => other.to_string(),
    }
}

/// The words of an error of the driver: those of the server or of the refused certificate, or else all causes.
pub(super) fn with_causes(error: &tokio_postgres::Error) -> String {
    if let Some(error) = error.as_db_error() {
        return error.to_string();
    }
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(refused) = refused_certificate(error) {
            return refused.to_string();
        }
        let next = error.to_string();
        if !words.contains(&next) {
            words = format!("{words}: {next}");
        }
        cause = error.source();
    }
    if words.contains("server does not support TLS") {
        words.push_str(" (ssl = on in its configuration), while sslmode in database_url wants it");
    }
    words
}

fn refused_certificate<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e ServerCertificateRefusal> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    match inner.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) => cause.downcast_ref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(url: &str) -> bool {
        is_local(&take_parameters(url).rest.parse().unwrap())
    }

    #[test]
    fn only_this_machine_is_local() {
        for near in ["127.0.0.1", "127.9.9.9:5433", "[::1]", "localhost", "%2Frun%2Fpostgresql", "localhost,[::1]"] {
            assert!(is_near(&format!("postgres://salpa:a?b@{near}/salpa?sslmode=require")), "{near}");
        }
        for far in ["db", "10.0.0.5", "localhost.example", "127.0.0.1,db", "[::2]"] {
            assert!(!is_near(&format!("postgres://salpa@{far}/salpa")), "{far}");
        }
        assert!(is_near("postgres://salpa@db/salpa?hostaddr=127.0.0.1"));
        assert!(!is_near("postgres://salpa@localhost/salpa?hostaddr=10.0.0.5"));
    }

    #[test]
    fn a_server_elsewhere_that_offers_tls_has_to_have_a_good_certificate() {
        for (mode, expected) in [
            (None, (SslMode::Prefer, CertificateCheck::AuthorityAndName)),
            (Some("verify-full"), (SslMode::Require, CertificateCheck::AuthorityAndName)),
            (Some("require"), (SslMode::Require, CertificateCheck::Nothing)),
        ] {
            let chosen = choose(mode, None, false).ok().unwrap();
            assert_eq!((chosen.mode, chosen.check), expected, "{mode:?}");
        }
    }

    #[test]
    fn parameters_are_taken_out_and_a_password_keeps_its_question_mark() {
        let taken = take_parameters(
            "postgres://salpa:a?sslmode=b@db/salpa?sslrootcert=%2Fa%20b+c.crt&application_name=x&sslmode=require",
        );
        assert_eq!(taken.rest, "postgres://salpa:a?sslmode=b@db/salpa?application_name=x");
        assert_eq!(taken.mode.as_deref(), Some("require"));
        assert!(taken.authorities == Some(TrustedAuthorities::File("/a b+c.crt".to_owned())));
    }
}
