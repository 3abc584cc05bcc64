//! Certificates that people show together with a signature of their key (X.509, RFC 5280). A certificate counts if one of the
//! authorities that the operator wrote down has signed it itself, at an instant at which both are valid. Nothing here looks at
//! the authorities of the machine, and nothing is fetched to complete a chain.

mod authorities;
mod reading;
mod signatures;
mod status;

pub(crate) use authorities::one_certificate;
pub use authorities::{CertificateIssuer, IssuingAuthorities};
pub use signatures::PersonalScheme;
pub use status::{StatusFault, StatusQuestion, StatusSigner};

use super::clock::Timestamp;

/// The purpose of a certificate that proves a person to a server (`id-kp-clientAuth`).
pub const PROVES_A_CLIENT: &str = "1.3.6.1.5.5.7.3.2";

/// Why a certificate does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// It cannot be read.
    Unreadable,
    /// No authority of the operator has signed it.
    AnotherAuthority,
    /// Its time, or that of its authority, is over.
    Expired,
    /// Its time, or that of its authority, is still to come.
    NotYet,
    /// It is made for something else.
    Purpose,
    /// It is of a kind that is not taken.
    Policy,
    /// Its authority has taken it back, or suspended it.
    Revoked,
    /// Its authority does not know it.
    Unknown,
}

impl CertificateFault {
    /// The word in the log and the history.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "certificate cannot be read",
            Self::AnotherAuthority => "certificate of another authority",
            Self::Expired => "certificate expired",
            Self::NotYet => "certificate not valid yet",
            Self::Purpose => "certificate for another purpose",
            Self::Policy => "certificate of another policy",
            Self::Revoked => "certificate revoked",
            Self::Unknown => "certificate unknown to its authority",
        }
    }
}

/// A certificate that somebody showed, as far as it is read here. Being readable says nothing about its truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCertificate {
    der: Vec<u8>,
    /// Its number, as its authority gave it.
    serial: Vec<u8>,
    /// `serialNumber` of the subject: the identifier of a person.
    subject_number: Option<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    /// Whether its key signs (`digitalSignature`).
    signs: bool,
    /// The purposes, as dotted numbers.
    purposes: Vec<String>,
    /// The policies, as dotted numbers.
    policies: Vec<String>,
    /// The addresses at which its authority tells its state.
    status_addresses: Vec<String>,
    key: HeldKey,
}

/// The public key of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
struct HeldKey {
    kind: KeyKind,
    /// A point of the curve, or an RSA key in DER.
    bytes: Vec<u8>,
}

/// The kind of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyKind {
    P256,
    P384,
    P521,
    Rsa,
}

impl HeldCertificate {
    /// The certificate in DER.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// `serialNumber` of its subject, if it has exactly one.
    pub fn subject_number(&self) -> Option<&str> {
        self.subject_number.as_deref()
    }

    /// The addresses at which its authority tells its state (RFC 5280 §4.2.2.1), in its order.
    pub(crate) fn status_addresses(&self) -> &[String] {
        &self.status_addresses
    }

    /// Whether its key signs for one of these purposes.
    pub(crate) fn is_for(&self, purposes: &[&str]) -> bool {
        self.signs && purposes.iter().any(|purpose| self.purposes.iter().any(|own| own == purpose))
    }

    /// Whether its key signs, and it names no purpose.
    pub(crate) fn only_signs(&self) -> bool {
        self.signs && self.purposes.is_empty()
    }

    /// Whether it has a policy.
    pub(crate) fn has_policy(&self, policy: &str) -> bool {
        self.policies.iter().any(|own| own == policy)
    }

    /// Whether it has a policy, or one that stands under it.
    pub(crate) fn has_policy_under(&self, policy: &str) -> bool {
        let is_under = |own: &String| own.strip_prefix(policy).is_some_and(|rest| rest.starts_with('.'));
        self.policies.iter().any(|own| own == policy || is_under(own))
    }

    /// Whether an instant lies in its time.
    fn check_time(&self, now: Timestamp) -> Result<(), CertificateFault> {
        if now < self.not_before {
            return Err(CertificateFault::NotYet);
        }
        if now > self.not_after { Err(CertificateFault::Expired) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_stands_under_another_by_its_numbers_and_not_by_its_digits() {
        let certificate = HeldCertificate {
            der: Vec::new(),
            serial: vec![1],
            subject_number: None,
            not_before: Timestamp::from_seconds(0),
            not_after: Timestamp::from_seconds(10),
            signs: true,
            purposes: vec![PROVES_A_CLIENT.to_owned()],
            policies: vec!["1.3.6.1.4.1.10015.1.3.2".to_owned(), "1.2.30".to_owned()],
            status_addresses: Vec::new(),
            key: HeldKey { kind: KeyKind::P256, bytes: Vec::new() },
        };
        assert!(certificate.has_policy_under("1.3.6.1.4.1.10015.1.3") && certificate.has_policy_under("1.2.30"));
        assert!(!certificate.has_policy_under("1.2.3") && !certificate.has_policy("1.3.6.1.4.1.10015.1.3"));
        assert!(certificate.is_for(&["1.2.3", PROVES_A_CLIENT]) && !certificate.is_for(&["1.2.3"]));
        assert!(!HeldCertificate { signs: false, ..certificate.clone() }.is_for(&[PROVES_A_CLIENT]));
        assert!(!certificate.only_signs() && HeldCertificate { purposes: vec![], ..certificate.clone() }.only_signs());
        let at = |seconds| certificate.check_time(Timestamp::from_seconds(seconds));
        assert_eq!((at(-1), at(0)), (Err(CertificateFault::NotYet), Ok(())));
        assert_eq!((at(10), at(11)), (Ok(()), Err(CertificateFault::Expired)));
    }
}
