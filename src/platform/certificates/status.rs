//! The state of a certificate, as its authority tells it at this moment (OCSP, RFC 6960). An answer counts if it is about
//! exactly the certificate that was asked for, new, signed by the authority itself, by a responder that the authority has
//! certified, or by the one that the operator wrote down, and repeats the nonce of the question.

use std::time::Duration;

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY};
use rustls::pki_types::CertificateDer;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::der::asn1::{Any as AnyValue, Null, ObjectIdentifier, OctetString};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::Extension;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{
    CertId, CertStatus, OcspGeneralizedTime, OcspRequest, OcspResponse, OcspResponseStatus, Request, ResponseData,
    SingleResponse, TbsRequest, Version,
};
use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::authorities::{check_time, unix_time};
use super::{CertificateIssuer, HeldCertificate};
use crate::platform::clock::Timestamp;

/// SHA-1, by which certificates are named here: responders of national authorities know no other, and nothing is proven by it.
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
/// `id-pkix-ocsp-nonce`.
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
/// `id-pkix-ocsp-basic`.
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// `id-kp-OCSPSigning`, in DER without its header.
const SIGNS_STATUS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09];
/// How old the knowledge of an answer may be.
const KNOWN_WITHIN: Duration = Duration::from_mins(2);
/// How far apart the clocks of a responder and of this service may be.
const LEEWAY: Duration = Duration::from_mins(1);

/// A question to a responder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusQuestion {
    certificate: CertId,
    /// The value that the answer repeats, unless the responder is known to repeat none.
    nonce: Option<OctetString>,
    bytes: Vec<u8>,
}

/// The signer of an answer that counts.
#[derive(Clone, Copy, Debug)]
pub enum StatusSigner<'a> {
    /// The authority of the certificate, or a responder that it has certified for that.
    Issuer(&'a CertificateDer<'static>),
    /// One responder, whose certificate the operator wrote down.
    Designated(&'a CertificateDer<'static>),
}

/// Why an answer does not let a certificate count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFault {
    /// The authority has taken the certificate back, or suspended it.
    Revoked,
    /// The authority does not know it.
    Unknown,
    /// The answer cannot be used: a word for the log.
    Unusable(&'static str),
}

impl<'a> CertificateIssuer<'a> {
    /// The signers of the state of a certificate of this authority.
    pub fn signer(self) -> StatusSigner<'a> {
        StatusSigner::Issuer(self.certificate)
    }

    /// The question for the state of a certificate of this authority; `None` if one of both cannot be named.
    pub fn question(self, certificate: &HeldCertificate, nonce: Option<[u8; 32]>) -> Option<StatusQuestion> {
        StatusQuestion::new(self.certificate, certificate, nonce)
    }
}

impl StatusQuestion {
    /// The question for the state of a certificate.
    fn new(issuer: &CertificateDer<'_>, certificate: &HeldCertificate, nonce: Option<[u8; 32]>) -> Option<Self> {
        let (_, issuer) = X509Certificate::from_der(issuer).ok()?;
        let hash = |bytes: &[u8]| OctetString::new(digest::digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref()).ok();
        let algorithm = AlgorithmIdentifierOwned { oid: SHA1, parameters: Some(AnyValue::encode_from(&Null).ok()?) };
        let id = CertId {
            hash_algorithm: algorithm,
            issuer_name_hash: hash(issuer.subject().as_raw())?,
            issuer_key_hash: hash(&issuer.public_key().subject_public_key.data)?,
            serial_number: SerialNumber::new(&certificate.serial).ok()?,
        };
        // The value of the extension is an octet string inside the one that every extension has.
        let nonce = nonce.and_then(|bytes| OctetString::new(OctetString::new(bytes).ok()?.to_der().ok()?).ok());
        let extension = |value: OctetString| Extension { extn_id: NONCE, critical: false, extn_value: value };
        let request = OcspRequest {
            tbs_request: TbsRequest {
                version: Version::V1,
                requestor_name: None,
                request_list: vec![Request { req_cert: id.clone(), single_request_extensions: None }],
                request_extensions: nonce.clone().map(|value| vec![extension(value)]),
            },
            optional_signature: None,
        };
        Some(Self { certificate: id, nonce, bytes: request.to_der().ok()? })
    }

    /// The question in DER.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether an answer says that the certificate is good.
    ///
    /// # Errors
    /// [`StatusFault`], for everything else.
    pub fn judge(&self, answer: &[u8], signer: StatusSigner<'_>, now: Timestamp) -> Result<(), StatusFault> {
        let unusable = StatusFault::Unusable;
        let outer = OcspResponse::from_der(answer).map_err(|_| unusable("the answer cannot be read"))?;
        if outer.response_status != OcspResponseStatus::Successful {
            return Err(unusable("the responder does not answer the question"));
        }
        let basic = outer.response_bytes.filter(|bytes| bytes.response_type == BASIC);
        let basic = basic.ok_or(unusable("the answer has another form"))?;
        let signed = SignedStatus::read(basic.response.as_bytes()).ok_or(unusable("the answer cannot be read"))?;
        if !signed.is_by(signer, now) {
            return Err(unusable("the answer is signed by a stranger"));
        }
        let told = ResponseData::from_der(signed.told).map_err(|_| unusable("the answer cannot be read"))?;
        self.check_nonce(&told)?;
        let [about] = told.responses.as_slice() else {
            return Err(unusable("the answer is not about one certificate"));
        };
        if !is_about(&about.cert_id, &self.certificate) {
            return Err(unusable("the answer is about another certificate"));
        }
        if !is_new(about, now) {
            return Err(unusable("the answer is not of now"));
        }
        match about.cert_status {
            CertStatus::Good(_) => Ok(()),
            CertStatus::Revoked(_) => Err(StatusFault::Revoked),
            CertStatus::Unknown(_) => Err(StatusFault::Unknown),
        }
    }

    /// Whether the nonce of the question is repeated, and no extension has to be understood that is not (RFC 6960 §4.4).
    fn check_nonce(&self, told: &ResponseData) -> Result<(), StatusFault> {
        let all = || told.response_extensions.iter().flatten();
        let in_each = told.responses.iter().flat_map(|one| one.single_extensions.iter().flatten());
        if all().chain(in_each).any(|one| one.critical && one.extn_id != NONCE) {
            return Err(StatusFault::Unusable("the answer has an extension that is not understood"));
        }
        let Some(asked) = &self.nonce else { return Ok(()) };
        let mut nonces = all().filter(|one| one.extn_id == NONCE);
        match (nonces.next(), nonces.next()) {
            (Some(told), None) if told.extn_value == *asked => Ok(()),
            _ => Err(StatusFault::Unusable("the answer repeats another nonce, or none")),
        }
    }
}

/// Whether two names are of one certificate. Some responders write the parameters of the hash, which are none, and others
/// leave them out.
fn is_about(told: &CertId, asked: &CertId) -> bool {
    told.hash_algorithm.oid == asked.hash_algorithm.oid
        && told.issuer_name_hash == asked.issuer_name_hash
        && told.issuer_key_hash == asked.issuer_key_hash
        && told.serial_number == asked.serial_number
}

fn is_new(about: &SingleResponse, now: Timestamp) -> bool {
    let at = |time: &OcspGeneralizedTime| {
        Timestamp::from_seconds(i64::try_from(time.0.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
    };
    let known_at = at(&about.this_update);
    let is_of_now = known_at <= now.plus(LEEWAY) && known_at >= now.minus(KNOWN_WITHIN);
    let is_last = |next: &OcspGeneralizedTime| at(next) >= known_at && at(next) >= now.minus(LEEWAY);
    is_of_now && about.next_update.as_ref().is_none_or(is_last)
}

/// The parts of an answer, as they were signed: nothing of them is written anew.
struct SignedStatus<'a> {
    told: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
    certificates: Vec<CertificateDer<'a>>,
}

impl<'a> SignedStatus<'a> {
    fn read(basic: &'a [u8]) -> Option<Self> {
        let parts = members(basic)?;
        let (told, algorithm, signature, more) = match parts.as_slice() {
            [told, algorithm, signature] => (*told, *algorithm, *signature, None),
            [told, algorithm, signature, more] => (*told, *algorithm, *signature, Some(*more)),
            _ => return None,
        };
        let (_, signature) = Any::from_der(signature).ok()?;
        signature.tag().assert_eq(Tag::BitString).ok()?;
        let (0, signature) = signature.data.split_first().map(|(unused, bytes)| (*unused, bytes))? else { return None };
        let certificates = match more {
            Some(more) => members(inside(more)?)?.into_iter().map(CertificateDer::from).collect(),
            None => Vec::new(),
        };
        Some(Self { told, algorithm: inside(algorithm)?, signature, certificates })
    }

    fn is_by(&self, signer: StatusSigner<'_>, now: Timestamp) -> bool {
        match signer {
            StatusSigner::Designated(certificate) => {
                check_time(certificate, now).is_ok() && self.has_signature_of(certificate)
            }
            StatusSigner::Issuer(issuer) => {
                let delegates = || self.certificates.iter().filter(|one| is_delegate(one, issuer, now));
                self.has_signature_of(issuer) || delegates().any(|one| self.has_signature_of(one))
            }
        }
    }

    fn has_signature_of(&self, certificate: &CertificateDer<'_>) -> bool {
        let Ok(read) = EndEntityCert::try_from(certificate) else { return false };
        let algorithms =
            ALL_VERIFICATION_ALGS.iter().filter(|known| known.signature_alg_id().as_ref() == self.algorithm);
        algorithms.into_iter().any(|known| read.verify_signature(*known, self.told, self.signature).is_ok())
    }
}

/// Whether an authority itself has certified a responder to speak for it (RFC 6960 §4.2.2.2).
fn is_delegate(responder: &CertificateDer<'_>, issuer: &CertificateDer<'_>, now: Timestamp) -> bool {
    let (Ok(read), Ok(anchor)) = (EndEntityCert::try_from(responder), anchor_from_trusted_cert(issuer)) else {
        return false;
    };
    let (anchors, usage) = ([anchor], KeyUsage::required(SIGNS_STATUS));
    read.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &[], unix_time(now), usage, None, None).is_ok()
}

/// The value of one element in DER, which is all there is.
fn inside(element: &[u8]) -> Option<&[u8]> {
    let (rest, read) = Any::from_der(element).ok()?;
    rest.is_empty().then_some(read.data)
}

/// The members of a sequence in DER, each as it stands.
fn members(sequence: &[u8]) -> Option<Vec<&[u8]>> {
    let (_, read) = Any::from_der(sequence).ok()?;
    read.tag().assert_eq(Tag::Sequence).ok()?;
    let (mut bytes, mut members) = (inside(sequence)?, Vec::new());
    while !bytes.is_empty() {
        let (rest, _) = Any::from_der(bytes).ok()?;
        members.push(bytes.get(..bytes.len() - rest.len())?);
        bytes = rest;
    }
    Some(members)
}
