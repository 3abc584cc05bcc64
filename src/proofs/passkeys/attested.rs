//! Attestation authorities: a company may accept only keys for which one of them vouches.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::{AttestationCaList, AttestationCaListBuilder};

/// A certificate that vouches for authenticators of some models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationAuthority {
    /// The certificate in PEM.
    pub certificate: String,
    /// The models (AAGUID) for which it vouches: at least one, unless it is of Android phones.
    pub models: Vec<Uuid>,
    /// Whether it vouches for the keys of Android phones, whose certificates name no model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub android: bool,
}

/// The attestation authorities that a company accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Authorities(pub Vec<AttestationAuthority>);

impl Authorities {
    /// The list in the library's form; `None` if a certificate is unreadable, an authority vouches for nothing, or the
    /// list is empty.
    pub(super) fn list(&self) -> Option<AttestationCaList> {
        let mut builder = AttestationCaListBuilder::new();
        let mut of_phones = AttestationCaList::default();
        for authority in &self.0 {
            if authority.models.is_empty() && !authority.android {
                return None;
            }
            if authority.android {
                of_phones.union(&AttestationCaList::try_from(authority.certificate.as_bytes()).ok()?);
            }
            for model in &authority.models {
                let certificate = authority.certificate.as_bytes();
                builder.insert_device_pem(certificate, *model, model.to_string(), BTreeMap::new()).ok()?;
            }
        }
        let mut list = builder.build();
        list.union(&of_phones);
        (!list.is_empty()).then_some(list)
    }

    /// Whether one of them vouches for Android phones.
    pub(super) fn vouch_for_android(&self) -> bool {
        self.0.iter().any(|authority| authority.android)
    }

    /// Whether keys can be checked against them.
    pub fn are_usable(&self) -> bool {
        self.list().is_some()
    }

    /// The authorities that all of several companies accept: a person of two companies needs a key that suits both.
    pub(crate) fn common(companies: &[Self]) -> Option<Self> {
        let (first, others) = companies.split_first()?;
        let vouch = |authorities: &Self, certificate: &str, is_meant: &dyn Fn(&AttestationAuthority) -> bool| {
            authorities.0.iter().any(|other| other.certificate.trim() == certificate && is_meant(other))
        };
        let common = first.0.iter().filter_map(|authority| {
            let certificate = authority.certificate.trim();
            let models: Vec<Uuid> = authority
                .models
                .iter()
                .filter(|model| others.iter().all(|other| vouch(other, certificate, &|it| it.models.contains(model))))
                .copied()
                .collect();
            let android = authority.android && others.iter().all(|other| vouch(other, certificate, &|it| it.android));
            let certificate = certificate.to_owned();
            (android || !models.is_empty()).then_some(AttestationAuthority { certificate, models, android })
        });
        Some(Self(common.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(certificate: &str, models: &[u128]) -> AttestationAuthority {
        let models = models.iter().copied().map(Uuid::from_u128).collect();
        AttestationAuthority { certificate: certificate.to_owned(), models, android: false }
    }

    #[test]
    fn a_person_of_two_companies_needs_a_key_that_suits_both() {
        let one = Authorities(vec![authority("A", &[1, 2]), authority("B", &[3])]);
        let other = Authorities(vec![authority("A\n", &[2, 4])]);
        assert_eq!(Authorities::common(&[]), None, "nobody asks");
        assert_eq!(Authorities::common(std::slice::from_ref(&one)), Some(one.clone()));
        assert_eq!(Authorities::common(&[one, other.clone()]), Some(Authorities(vec![authority("A", &[2])])));
        let none = Authorities::common(&[other, Authorities(vec![authority("C", &[2])])]).unwrap();
        assert!(!none.are_usable(), "no key suits both");
    }

    #[test]
    fn a_person_of_two_companies_uses_a_phone_that_both_take() {
        let android = AttestationAuthority { android: true, ..authority("A", &[1]) };
        let phones = Authorities(vec![AttestationAuthority { android: true, ..authority("A", &[]) }]);
        assert_eq!(Authorities::common(&[Authorities(vec![android.clone()]), phones.clone()]), Some(phones));
        let keys = Authorities(vec![authority("A", &[1])]);
        assert_eq!(Authorities::common(&[Authorities(vec![android]), keys.clone()]), Some(keys));
    }

    #[test]
    fn an_authority_without_a_model_or_a_certificate_is_none() {
        assert!(!Authorities(vec![authority("A", &[])]).are_usable());
        assert!(!Authorities(vec![authority("not a certificate", &[1])]).are_usable());
        assert!(!Authorities::default().are_usable());
    }
}
