//! The authorities whose signature on a certificate counts.

use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert,
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::reading::instant;
use super::{CertificateFault, HeldCertificate};
use crate::platform::clock::Timestamp;

/// The most authorities of one list.
const MOST: usize = 40;

/// Authorities that sign the certificates of people, each by its own certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuingAuthorities(Vec<CertificateDer<'static>>);

/// The authority that has signed a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateIssuer<'a> {
    pub(super) certificate: &'a CertificateDer<'static>,
}

/// Every purpose: it is judged by the caller, who knows what the certificate has to be for.
pub(super) struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, iter: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        for purpose in iter {
            purpose?;
        }
        Ok(())
    }
}

/// An instant, as the check of a signature takes it.
pub(super) fn unix_time(now: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now.seconds()).unwrap_or_default()))
}

/// The one certificate of a text in PEM.
pub(crate) fn one_certificate(pem: &str) -> Option<CertificateDer<'static>> {
    let mut all = CertificateDer::pem_slice_iter(pem.as_bytes());
    let (one, None) = (all.next()?.ok()?, all.next()) else { return None };
    let is_readable = X509Certificate::from_der(&one).is_ok_and(|(rest, _)| rest.is_empty());
    (is_readable && EndEntityCert::try_from(&one).is_ok()).then_some(one)
}

impl IssuingAuthorities {
    /// Reads certificates in PEM, each of an authority; `None` if one of them is not, or there are none.
    pub fn read(pem: &str) -> Option<Self> {
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let all = all.ok()?;
        let are_authorities = all.iter().all(|one| {
            let is_authority = |read: X509Certificate<'_>| {
                let signs = read.key_usage().is_ok_and(|usage| usage.is_none_or(|usage| usage.value.key_cert_sign()));
                read.is_ca() && signs
            };
            X509Certificate::from_der(one).is_ok_and(|(rest, read)| rest.is_empty() && is_authority(read))
                && anchor_from_trusted_cert(one).is_ok()
        });
        (are_authorities && (1..=MOST).contains(&all.len())).then_some(Self(all))
    }

    /// The authority that has signed a certificate. Both must be valid.
    ///
    /// # Errors
    /// The certificate is not of its time, or no authority has signed it.
    pub fn issuer_of(
        &self,
        certificate: &HeldCertificate,
        now: Timestamp,
    ) -> Result<CertificateIssuer<'_>, CertificateFault> {
        certificate.check_time(now)?;
        let shown = CertificateDer::from(certificate.der());
        let read = EndEntityCert::try_from(&shown).map_err(|_| CertificateFault::Unreadable)?;
        let has_signed = |authority: &&CertificateDer<'static>| {
            anchor_from_trusted_cert(authority).is_ok_and(|anchor| {
                let anchors = [anchor];
                read.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &[], unix_time(now), AnyPurpose, None, None)
                    .is_ok()
            })
        };
        // An authority that was certified anew stands there twice, with one name and key.
        let signers: Vec<_> = self.0.iter().filter(has_signed).collect();
        let valid = signers.iter().find(|signer| check_time(signer, now).is_ok());
        match (valid, signers.first()) {
            (Some(&certificate), _) => Ok(CertificateIssuer { certificate }),
            (None, Some(late)) => Err(check_time(late, now).err().unwrap_or(CertificateFault::Expired)),
            (None, None) => Err(CertificateFault::AnotherAuthority),
        }
    }

    /// The names of the authorities that are not valid at an instant.
    pub(crate) fn out_of_time(&self, now: Timestamp) -> Vec<String> {
        let late = self.0.iter().filter(|authority| check_time(authority, now).is_err());
        late.filter_map(|authority| Some(X509Certificate::from_der(authority).ok()?.1.subject().to_string())).collect()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}

/// Whether an instant lies in the time of a certificate.
pub(super) fn check_time(certificate: &CertificateDer<'_>, now: Timestamp) -> Result<(), CertificateFault> {
    let (_, read) = X509Certificate::from_der(certificate).map_err(|_| CertificateFault::Unreadable)?;
    if now < instant(read.validity().not_before) {
        return Err(CertificateFault::NotYet);
    }
    if now > instant(read.validity().not_after) { Err(CertificateFault::Expired) } else { Ok(()) }
}
