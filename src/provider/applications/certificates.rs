//! Applications that prove themselves by a certificate (RFC 8705 §2): one that an authority signed for their registered
//! name, or one with a registered key. Pure; the certificate comes from the proxy
//! ([`client_certificate`](crate::platform::web::client_certificate)).

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{ASN1Time, FromDer as _, GeneralName, X509Certificate, X509Name};
use x509_parser::public_key::PublicKey;

use crate::platform::clock::Timestamp;
use crate::platform::web::client_certificate::ClientCertificate;

/// The longest name that is registered, in bytes.
const LONGEST: usize = 1000;
/// Attributes of distinguished names that have short names (RFC 4514 §3, and two that certificates often have).
const ATTRIBUTES: [(&str, &str); 11] = [
    ("CN", "2.5.4.3"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("C", "2.5.4.6"),
    ("STREET", "2.5.4.9"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
];

/// The name in the certificate of an application: one of these (RFC 8705 §2.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateSubject {
    /// The distinguished name, as RFC 4514 writes it.
    Dn(String),
    /// An alternative name of the kind `dNSName`.
    SanDns(String),
    /// An alternative name of the kind `uniformResourceIdentifier`.
    SanUri(String),
    /// An alternative name of the kind `rfc822Name`.
    SanEmail(String),
}

impl CertificateSubject {
    /// Whether it can be registered.
    ///
    /// # Errors
    /// In words for whoever registers.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let (Self::Dn(text) | Self::SanDns(text) | Self::SanUri(text) | Self::SanEmail(text)) = self;
        if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
            return Err("must have 1 to 1000 characters");
        }
        match self {
            Self::Dn(text) if DistinguishedName::parse(text).is_none() => {
                Err("is no distinguished name, such as CN=ledger,O=Example Company,C=FI (RFC 4514)")
            }
            _ => Ok(()),
        }
    }

    /// The member of the metadata, and its value (RFC 8705 §2.1.2).
    pub(crate) fn member(&self) -> (&'static str, &str) {
        match self {
            Self::Dn(text) => ("tls_client_auth_subject_dn", text),
            Self::SanDns(text) => ("tls_client_auth_san_dns", text),
            Self::SanUri(text) => ("tls_client_auth_san_uri", text),
            Self::SanEmail(text) => ("tls_client_auth_san_email", text),
        }
    }

    fn is_of(&self, certificate: &X509Certificate<'_>) -> bool {
        let names = certificate.subject_alternative_name().ok().flatten();
        let mut names = names.into_iter().flat_map(|names| names.value.general_names.iter());
        match self {
            Self::Dn(text) => {
                let wanted = DistinguishedName::parse(text);
                wanted.is_some() && wanted == DistinguishedName::of(certificate.subject())
            }
            Self::SanDns(wanted) => {
                names.any(|name| matches!(name, GeneralName::DNSName(name) if name.eq_ignore_ascii_case(wanted)))
            }
            Self::SanUri(wanted) => names.any(|name| matches!(name, GeneralName::URI(name) if name == wanted)),
            Self::SanEmail(wanted) => names.any(|name| matches!(name, GeneralName::RFC822Name(name) if name == wanted)),
        }
    }
}

/// A distinguished name that can be compared: each relative name is a set of attributes, the most specific one first.
/// Values are compared exactly.
#[derive(Debug, PartialEq, Eq)]
struct DistinguishedName(Vec<Vec<(String, String)>>);

impl DistinguishedName {
    fn of(name: &X509Name<'_>) -> Option<Self> {
        let mut parts = Vec::new();
        for part in name.iter_rdn() {
            let attributes = part
                .iter()
                .map(|attribute| Some((attribute.attr_type().to_id_string(), attribute.as_str().ok()?.to_owned())));
            let mut attributes = attributes.collect::<Option<Vec<_>>>()?;
            attributes.sort_unstable();
            parts.push(attributes);
        }
        parts.reverse();
        Some(Self(parts))
    }

    /// Reads the form of RFC 4514 §3. Values in hexadecimal (`#…`) are not taken.
    fn parse(text: &str) -> Option<Self> {
        let (mut parts, mut attributes, mut rest) = (Vec::new(), Vec::new(), text);
        loop {
            let (kind, after) = rest.split_once('=')?;
            let DnValue { value, separator, after } = dn_value(after)?;
            attributes.push((attribute_id(kind.trim())?, value));
            if separator != Some('+') {
                attributes.sort_unstable();
                parts.push(std::mem::take(&mut attributes));
            }
            if separator.is_none() {
                return Some(Self(parts));
            }
            rest = after;
        }
    }
}

fn attribute_id(kind: &str) -> Option<String> {
    if let Some((_, id)) = ATTRIBUTES.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind)) {
        return Some((*id).to_owned());
    }
    let is_id = kind.contains('.') && kind.split('.').all(|part| part.parse::<u64>().is_ok());
    is_id.then(|| kind.to_owned())
}

/// A value up to the next separator, without its escapes.
struct DnValue<'t> {
    value: String,
    /// A comma or a plus; `None` at the end.
    separator: Option<char>,
    /// The text after the separator.
    after: &'t str,
}

fn dn_value(text: &str) -> Option<DnValue<'_>> {
    let text = text.trim_start_matches(' ');
    let (mut bytes, mut kept) = (Vec::new(), 0);
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            ',' | '+' | ';' => {
                let after = text.get(at + 1..)?;
                let separator = Some(if character == '+' { '+' } else { ',' });
                return Some(DnValue { value: dn_text(bytes, kept)?, separator, after });
            }
            '\\' => {
                let (_, escaped) = characters.next()?;
                match escaped {
                    ' ' | '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\' => {
                        bytes.push(u8::try_from(escaped).ok()?);
                    }
                    high => {
                        let (_, low) = characters.next()?;
                        bytes.push(u8::try_from((high.to_digit(16)? << 4) | low.to_digit(16)?).ok()?);
                    }
                }
                kept = bytes.len();
            }
            '"' | '<' | '>' => return None,
            '#' if bytes.is_empty() => return None,
            other => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    Some(DnValue { value: dn_text(bytes, kept)?, separator: None, after: "" })
}

/// Spaces at the end that were not escaped do not count.
fn dn_text(mut bytes: Vec<u8>, kept: usize) -> Option<String> {
    while bytes.len() > kept && bytes.last() == Some(&b' ') {
        bytes.pop();
    }
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

/// Whether a certificate proves an application by its name: an authority has signed it, for now.
pub(in crate::provider) fn is_named(
    certificate: &ClientCertificate,
    subject: &CertificateSubject,
    authorities: &Arc<RootCertStore>,
    now: Timestamp,
) -> bool {
    let Ok((_, read)) = X509Certificate::from_der(certificate.der()) else { return false };
    subject.is_of(&read) && is_signed(certificate, authorities, now)
}

fn is_signed(certificate: &ClientCertificate, authorities: &Arc<RootCertStore>, now: Timestamp) -> bool {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::clone(authorities), provider).build();
    let (Ok(verifier), Ok(seconds)) = (verifier, u64::try_from(now.seconds())) else { return false };
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    verifier.verify_client_cert(&CertificateDer::from(certificate.der()), &[], now).is_ok()
}

/// Whether a certificate has one of these keys, and is in force. Nobody else has to have signed it (RFC 8705 §2.2).
pub(in crate::provider) fn has_key(certificate: &ClientCertificate, jwks: &JwkSet, now: Timestamp) -> bool {
    let Ok((_, read)) = X509Certificate::from_der(certificate.der()) else { return false };
    let is_in_force = ASN1Time::from_timestamp(now.seconds()).is_ok_and(|now| read.validity().is_valid_at(now));
    is_in_force && jwks.keys.iter().any(|key| is_key_of(&read, key))
}

fn is_key_of(certificate: &X509Certificate<'_>, key: &Jwk) -> bool {
    let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap_or_default();
    let info = certificate.public_key();
    let bits = &*info.subject_public_key.data;
    let algorithm = info.algorithm.algorithm.to_id_string();
    match &key.algorithm {
        AlgorithmParameters::EllipticCurve(point) if point.curve == EllipticCurve::P256 => {
            let curve = info.algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok());
            let is_p256 = curve.is_some_and(|curve| curve.to_id_string() == "1.2.840.10045.3.1.7");
            let expected = [&[4][..], &decoded(&point.x), &decoded(&point.y)].concat();
            algorithm == "1.2.840.10045.2.1" && is_p256 && bits == expected
        }
        AlgorithmParameters::OctetKeyPair(point) if point.curve == EllipticCurve::Ed25519 => {
            algorithm == "1.3.101.112" && bits == decoded(&point.x)
        }
        AlgorithmParameters::RSA(rsa) => match info.parsed() {
            Ok(PublicKey::RSA(found)) => {
                number(found.modulus) == number(&decoded(&rsa.n)) && number(found.exponent) == number(&decoded(&rsa.e))
            }
            _ => false,
        },
        _ => false,
    }
}

/// A number without its leading zeros.
fn number(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Option<DistinguishedName> {
        DistinguishedName::parse(text)
    }

    #[test]
    fn a_distinguished_name_has_one_meaning_in_every_spelling() {
        let plain = parsed("CN=ledger,O=Example Company,C=FI").unwrap();
        for spelling in [
            "cn=ledger, o=Example Company, c=FI",
            "CN = ledger ; O = Example Company ; C = FI",
            "2.5.4.3=ledger,2.5.4.10=Example\\20Company,C=FI",
            "CN=\\6cedger,O=Example\\ Company,C=FI",
        ] {
            assert_eq!(parsed(spelling).as_ref(), Some(&plain), "{spelling}");
        }
        for other in
            ["C=FI,O=Example Company,CN=ledger", "CN=Ledger,O=Example Company,C=FI", "CN=ledger,O=Example Company"]
        {
            assert_ne!(parsed(other).unwrap(), plain, "{other}");
        }
        assert_eq!(parsed("CN=a+UID=b,C=FI"), parsed("UID=b+CN=a,C=FI"));
        assert_ne!(parsed("CN=a+UID=b,C=FI"), parsed("CN=a,UID=b,C=FI"));
        assert_eq!(parsed("O=A\\, B").unwrap().0, [[("2.5.4.10".to_owned(), "A, B".to_owned())]]);
        assert_eq!(parsed("CN=\\C3\\A4").unwrap().0[0][0].1, "ä");
    }

    #[test]
    fn anything_else_is_no_distinguished_name() {
        for text in
            ["", "ledger", "CN=", "CN=a,", "CN=a,,C=FI", "X=a", "CN=\"a\"", "CN=a\\", "CN=\\zz", "CN=#0401", "CN=\\ff"]
        {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_distinguished_name_or_none(text in prop_oneof!["[CNOcn=,+;\\\\ #a-f0-9.]{0,60}", ".{0,60}"]) {
            if let Some(name) = parsed(&text) {
                prop_assert!(name.0.iter().flatten().all(|(kind, value)| kind.contains('.') && !value.is_empty()));
            }
        }
    }
}
