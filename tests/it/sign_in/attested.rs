//! Companies that take only keys which an authority vouches for.

use data_encoding::BASE64;
use salpa::directory::companies::{self, CompanyId, CompanyKind, NewCompany};
use salpa::directory::people::PersonId;
use salpa::directory::users::{self, Role};
use salpa::platform::db;
use salpa::proofs::passkeys::{self, AttestationAuthority, Authorities};
use salpa::sign_in::policies::SecondFactor;

use crate::support::{Authenticator, Browser, MIKKO, PUBLIC_URL, Page, Service};

/// An authority, and what an authenticator of its model 06…06 vouches with. Made for these tests.
const AUTHORITY: &str = include_str!("../vectors/attestation-authority.pem");
const CERTIFICATE: &str = include_str!("../vectors/attestation.pem");
const KEY: &str = include_str!("../vectors/attestation.key");
const MODEL: [u8; 16] = [6; 16];

/// A device whose maker vouches for it.
fn vouched(model: [u8; 16]) -> Authenticator {
    let lines: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let mut device = Authenticator::new(PUBLIC_URL);
    let key = BASE64.decode(KEY.trim().as_bytes()).unwrap();
    device.vouched_by = Some((key, BASE64.decode(lines.as_bytes()).unwrap()));
    device.model = model;
    device
}

impl Service {
    /// A company that a person is a user of, with what it wants of keys.
    async fn company_of(&self, person: PersonId, models: &[[u8; 16]]) -> CompanyId {
        let models = models.iter().map(|model| uuid::Uuid::from_bytes(*model)).collect();
        let authority = AttestationAuthority { certificate: AUTHORITY.to_owned(), models, android: false };
        self.company_that_trusts(authority, person).await
    }

    /// The same with an authority.
    pub(super) async fn company_that_trusts(&self, authority: AttestationAuthority, person: PersonId) -> CompanyId {
        let (random, now) = (self.app.random.clone(), self.now());
        let authorities = Authorities(vec![authority]);
        assert!(authorities.are_usable());
        let new = NewCompany {
            name: "Kallio Oy".to_owned(),
            kind: CompanyKind::Business,
            contact_email: None,
            contact_phone: None,
            business_id: None,
        };
        let made: Result<CompanyId, db::Error> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let id = companies::add(tx, &random, now, &new).await?;
                    users::add(tx, id, person, &[Role::Employee], now).await?;
                    passkeys::require_attested(tx, id, Some(&authorities), now).await?;
                    Ok(id)
                })
            })
            .await;
        made.unwrap()
    }
}

/// Mikko sets a passkey up on the way in.
pub(super) async fn set_up(service: &Service, browser: &mut Browser, device: &mut Authenticator) -> Page {
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let page = browser.try_password(&ruori, MIKKO, MIKKO.password).await;
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "second-step", &[("method", "passkey")]).await;
    let options = browser.challenge(&sign_in).await;
    assert_eq!(options["attestation"], "direct");
    browser.submit(&format!("{sign_in}/passkey/new"), &[("credential", &device.make(&options))]).await
}

#[tokio::test]
async fn a_key_that_an_authority_vouches_for_is_taken() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    service.company_of(mikko, &[MODEL]).await;
    let mut browser = service.browser();

    let page = set_up(&service, &mut browser, &mut vouched(MODEL)).await;

    assert_eq!(page.title(), "Save your recovery code", "{:?}", page.alert());
}

#[tokio::test]
async fn any_other_key_is_refused() {
    let other_model = [7; 16];
    for (mut device, models) in [
        (Authenticator::new(PUBLIC_URL), vec![MODEL]),
        (vouched(MODEL), vec![other_model]),
        (vouched(other_model), vec![MODEL]),
    ] {
        let service = Service::start().await;
        let mikko = service.person(MIKKO).await;
        service.company_of(mikko, &models).await;

        let page = set_up(&service, &mut service.browser(), &mut device).await;

        assert_eq!(page.title(), "Add a passkey or security key");
        assert!(page.alert().is_some());
        assert_eq!(service.count("SELECT COUNT(*) FROM passkeys").await, 0);
    }
}

#[tokio::test]
async fn a_forged_attestation_is_refused() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    service.company_of(mikko, &[MODEL]).await;
    let mut device = vouched(MODEL);
    // The certificate is the maker's, the signature is not.
    let stranger =
        aws_lc_rs::signature::EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let (_, certificate) = device.vouched_by.take().unwrap();
    device.vouched_by = Some((stranger.to_pkcs8v1().unwrap().as_ref().to_vec(), certificate));

    let page = set_up(&service, &mut service.browser(), &mut device).await;

    assert!(page.alert().is_some());
    assert_eq!(service.count("SELECT COUNT(*) FROM passkeys").await, 0);
}
