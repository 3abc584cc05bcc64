//! Companies that take only phones as their makers made them: the chip of an Android phone attests how it has started.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData,
};
use salpa::proofs::passkeys::AttestationAuthority;

use super::approvals::Story;
use super::attested::set_up;
use crate::support::{AndroidChip, Authenticator, MIKKO, PIN, PUBLIC_URL, Service};

const KEY_DESCRIPTION: [u64; 10] = [1, 3, 6, 1, 4, 1, 11129, 2, 1, 17];
const REFUSED: &str = "The system of this phone was changed";

/// An authority of a maker of phones.
fn maker() -> (AttestationAuthority, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let certificate = parameters.self_signed(&key).unwrap().pem();
    (AttestationAuthority { certificate, models: Vec::new(), android: true }, Issuer::new(parameters, key))
}

/// A chip with the key of its maker, and the start of the phone that it attests.
struct Chip {
    maker: Issuer<'static, KeyPair>,
    /// The security level: 0 is software, 1 a trusted environment.
    level: u8,
    is_locked: bool,
    /// 0: verified; 1: signed by somebody else; 2: not verified.
    state: u8,
    /// Whether it says anything of its start.
    tells: bool,
}

impl Chip {
    fn new(maker: Issuer<'static, KeyPair>) -> Self {
        Self { maker, level: 1, is_locked: true, state: 0, tells: true }
    }

    fn describe(&self, client_data_hash: &[u8]) -> Vec<u8> {
        let boot = [
            der(&[0x04], &[7; 32]),
            der(&[0x01], &[if self.is_locked { 0xff } else { 0 }]),
            der(&[0x0a], &[self.state]),
            der(&[0x04], &[8; 32]),
        ];
        let root = if self.tells { der(&[0xbf, 0x85, 0x40], &der(&[0x30], &boot.concat())) } else { Vec::new() };
        let purpose = der(&[0xa1], &der(&[0x31], &[0x02, 1, 2]));
        let origin = der(&[0xbf, 0x85, 0x3e], &[0x02, 1, 0]);
        let by_the_chip = der(&[0x30], &[purpose, origin, root].concat());
        let version = [0x02, 1, 3];
        let level = [0x0a, 1, self.level];
        let content = [
            &version[..],
            &level,
            &version,
            &level,
            &der(&[0x04], client_data_hash),
            &der(&[0x04], &[]),
            &der(&[0x30], &[]),
            &by_the_chip,
        ];
        der(&[0x30], &content.concat())
    }
}

/// A value in DER, of less than 64 KiB.
fn der(tag: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let length = match length {
        0..128 => vec![u8::try_from(length).unwrap()],
        128..256 => vec![0x81, u8::try_from(length).unwrap()],
        _ => [&[0x82][..], &length.to_be_bytes()].concat(),
    };
    [tag, &length, content].concat()
}

/// A public key on P-256.
struct Point(Vec<u8>);

impl PublicKeyData for Point {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl AndroidChip for Chip {
    fn certify(&self, public_key: &[u8], client_data_hash: &[u8]) -> Vec<Vec<u8>> {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, "Android Keystore Key");
        let extension = CustomExtension::from_oid_content(&KEY_DESCRIPTION, self.describe(client_data_hash));
        parameters.custom_extensions = vec![extension];
        vec![parameters.signed_by(&Point(public_key.to_vec()), &self.maker).unwrap().der().to_vec()]
    }
}

/// An app on a phone that has a key of its own, and certifies with it as a chip would.
struct Pretender {
    /// The chip of the phone, whose start is not verified.
    chip: Chip,
    /// The key of the app.
    key: String,
}

impl AndroidChip for Pretender {
    fn certify(&self, public_key: &[u8], client_data_hash: &[u8]) -> Vec<Vec<u8>> {
        let own = KeyPair::from_pem(&self.key).unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, "An app");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let extension = CustomExtension::from_oid_content(&KEY_DESCRIPTION, self.chip.describe(&[1; 32]));
        parameters.custom_extensions = vec![extension];
        let certificate = parameters.signed_by(&own, &self.chip.maker).unwrap();
        let pretended = Chip::new(Issuer::new(parameters, own));
        let mut chain = pretended.certify(public_key, client_data_hash);
        chain.push(certificate.der().to_vec());
        chain
    }
}

fn phone(chip: impl AndroidChip + 'static) -> Authenticator {
    let mut device = Authenticator::new(PUBLIC_URL);
    device.chip = Some(Box::new(chip));
    device
}

#[tokio::test]
async fn a_phone_that_started_as_its_maker_made_it_is_taken() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let (authority, maker) = maker();
    service.company_that_trusts(authority, mikko).await;

    let page = set_up(&service, &mut service.browser(), &mut phone(Chip::new(maker))).await;

    assert_eq!(page.title(), "Save your recovery code", "{:?}", page.alert());
}

#[tokio::test]
async fn a_rooted_phone_is_refused_with_the_reason() {
    type Change = fn(&mut Chip);
    let changes: [(&str, Change); 4] = [
        ("an open bootloader", |chip| chip.is_locked = false),
        ("a system signed by somebody else", |chip| chip.state = 1),
        ("a system that nobody verified", |chip| chip.state = 2),
        ("a chip that is silent about its start", |chip| chip.tells = false),
    ];
    for (name, change) in changes {
        let service = Service::start().await;
        let mikko = service.person(MIKKO).await;
        let (authority, maker) = maker();
        service.company_that_trusts(authority, mikko).await;
        let mut chip = Chip::new(maker);
        change(&mut chip);

        let page = set_up(&service, &mut service.browser(), &mut phone(chip)).await;

        assert!(page.alert().is_some_and(|alert| alert.contains(REFUSED)), "{name}: {:?}", page.alert());
        assert_eq!(service.count("SELECT COUNT(*) FROM passkeys").await, 0, "{name}");
    }
}

#[tokio::test]
async fn a_key_in_software_and_a_certificate_of_an_app_attest_nothing() {
    let make = |is_software: bool| {
        let (authority, maker) = maker();
        let chip = Chip { is_locked: false, ..Chip::new(maker) };
        let device = if is_software {
            phone(Chip { level: 0, is_locked: true, ..chip })
        } else {
            phone(Pretender { chip, key: KeyPair::generate().unwrap().serialize_pem() })
        };
        (authority, device)
    };
    for is_software in [true, false] {
        let (authority, mut device) = make(is_software);
        let service = Service::start().await;
        let mikko = service.person(MIKKO).await;
        service.company_that_trusts(authority, mikko).await;

        let page = set_up(&service, &mut service.browser(), &mut device).await;

        assert!(page.alert().is_some(), "software: {is_software}");
        assert_eq!(service.count("SELECT COUNT(*) FROM passkeys").await, 0);
    }
}

#[tokio::test]
async fn the_phone_app_takes_a_finger_of_an_attested_phone_alone() {
    let mut story = Story::begin().await;
    let (authority, maker) = maker();
    story.service.company_that_trusts(authority, story.aino).await;

    let (status, answer) = story.phone.biometrics_of(PIN, &mut Authenticator::new(PUBLIC_URL)).await;
    assert_eq!(status, 422, "nobody vouches for it: {answer}");
    let (status, answer) = story.phone.biometrics_of(PIN, &mut phone(Chip::new(maker))).await;
    assert_eq!((status, &answer["next"]), (200, &"/app/settings".into()), "{answer}");
}
