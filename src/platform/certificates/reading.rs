//! Reading a certificate: every extension that decides something must be there once at most, and readable.

use x509_parser::asn1_rs::{Oid, oid};
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate, X509Version};
use x509_parser::time::ASN1Time;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::{HeldCertificate, HeldKey, KeyKind};
use crate::platform::clock::Timestamp;

/// The longest certificate that is read, in bytes. Those of national cards have two thousand.
const LONGEST: usize = 8 * 1024;

impl HeldCertificate {
    /// Reads a certificate in DER; `None` for anything else, and for keys that nobody's card has.
    pub fn read(der: &[u8]) -> Option<Self> {
        if der.len() > LONGEST {
            return None;
        }
        let (rest, read) = X509Certificate::from_der(der).ok()?;
        if !rest.is_empty() || read.version() != X509Version::V3 {
            return None;
        }
        let usage = read.key_usage().ok()?;
        Some(Self {
            der: der.to_vec(),
            serial: read.raw_serial().to_vec(),
            subject_number: subject_number(&read),
            not_before: instant(read.validity().not_before),
            not_after: instant(read.validity().not_after),
            signs: usage.is_some_and(|usage| usage.value.digital_signature()),
            purposes: purposes(&read)?,
            policies: policies(&read)?,
            status_addresses: status_addresses(&read)?,
            key: key(read.public_key())?,
        })
    }
}

pub(super) fn instant(time: ASN1Time) -> Timestamp {
    Timestamp::from_seconds(time.timestamp())
}

/// `serialNumber` of the subject; `None` if it has none or several.
fn subject_number(read: &X509Certificate<'_>) -> Option<String> {
    let mut numbers = read.subject().iter_by_oid(&oid!(2.5.4.5));
    let (number, None) = (numbers.next()?, numbers.next()) else { return None };
    number.as_str().ok().map(str::to_owned)
}

fn purposes(read: &X509Certificate<'_>) -> Option<Vec<String>> {
    let Some(usage) = read.extended_key_usage().ok()? else { return Some(Vec::new()) };
    let known = [
        (usage.value.client_auth, super::PROVES_A_CLIENT),
        (usage.value.ocsp_signing, "1.3.6.1.5.5.7.3.9"),
        (usage.value.email_protection, "1.3.6.1.5.5.7.3.4"),
    ];
    let known = known.into_iter().filter(|(has, _)| *has).map(|(_, purpose)| purpose.to_owned());
    Some(known.chain(usage.value.other.iter().map(Oid::to_id_string)).collect())
}

fn policies(read: &X509Certificate<'_>) -> Option<Vec<String>> {
    match read.get_extension_unique(&oid!(2.5.29.32)).ok()?.map(X509Extension::parsed_extension) {
        None => Some(Vec::new()),
        Some(ParsedExtension::CertificatePolicies(all)) => {
            Some(all.iter().map(|policy| policy.policy_id.to_id_string()).collect())
        }
        Some(_) => None,
    }
}

fn status_addresses(read: &X509Certificate<'_>) -> Option<Vec<String>> {
    match read.get_extension_unique(&oid!(1.3.6.1.5.5.7.1.1)).ok()?.map(X509Extension::parsed_extension) {
        None => Some(Vec::new()),
        Some(ParsedExtension::AuthorityInfoAccess(all)) => {
            let of_status = all.accessdescs.iter().filter(|it| it.access_method == oid!(1.3.6.1.5.5.7.48.1));
            let addresses = of_status.filter_map(|it| match it.access_location {
                GeneralName::URI(address) => Some(address.to_owned()),
                _ => None,
            });
            Some(addresses.collect())
        }
        Some(_) => None,
    }
}

fn key(read: &SubjectPublicKeyInfo<'_>) -> Option<HeldKey> {
    let algorithm = &read.algorithm;
    let kind = if algorithm.algorithm == oid!(1.2.840.113549.1.1.1) {
        KeyKind::Rsa
    } else if algorithm.algorithm == oid!(1.2.840.10045.2.1) {
        let curve = algorithm.parameters.as_ref()?.as_oid().ok()?;
        let curves = [
            (oid!(1.2.840.10045.3.1.7), KeyKind::P256),
            (oid!(1.3.132.0.34), KeyKind::P384),
            (oid!(1.3.132.0.35), KeyKind::P521),
        ];
        curves.into_iter().find(|(known, _)| *known == curve)?.1
    } else {
        return None;
    };
    Some(HeldKey { kind, bytes: read.subject_public_key.data.to_vec() })
}
