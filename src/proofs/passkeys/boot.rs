//! The state in which an Android phone has started, as the chip that keeps its keys attests it (Android key attestation,
//! W3C Web Authentication §8.4). A phone whose bootloader is open, or whose system is not the one that its maker has
//! signed, may be rooted: it starts otherwise, and the chip says so.

use data_encoding::BASE64URL_NOPAD;
use webauthn_rs::prelude::{AttestationMetadata, Credential};
use x509_parser::asn1_rs::{Any, Class, Tag, oid};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The tag of `RootOfTrust` among the properties of a key.
const ROOT_OF_TRUST: u32 = 704;
/// The security levels of a chip: a trusted environment, or one of its own (StrongBox). Level 0 is software.
const CHIP: [&[u8]; 2] = [&[1], &[2]];
/// `verifiedBootState` of a system that its maker has signed.
const VERIFIED: &[u8] = &[0];

/// Whether a key with a verified attestation is of a phone that started as its maker made it. Keys of other kinds attest
/// no start, and are.
pub(super) fn is_as_made(credential: &Credential) -> bool {
    if !matches!(credential.attestation.metadata, AttestationMetadata::AndroidKey { .. }) {
        return true;
    }
    let chain = chain(credential).unwrap_or_default();
    // A key that a chip has made for an app can sign a certificate that only looks like one of the chip. So no other one
    // of the chain may speak of a key.
    let Some((own, others)) = chain.split_first() else { return false };
    others.iter().all(|other| is_silent(other)) && started_as_made(own).unwrap_or(false)
}

/// The certificates of an attestation, the key's own first. The library gives them out in its stored form alone.
fn chain(credential: &Credential) -> Option<Vec<Vec<u8>>> {
    let stored = serde_json::to_value(&credential.attestation.data).ok()?;
    let certificates = stored.get("Basic")?.as_array()?;
    certificates.iter().map(|text| BASE64URL_NOPAD.decode(text.as_str()?.as_bytes()).ok()).collect()
}

/// The extension of a certificate about its key: `KeyDescription`. `None` if it is unreadable, or there twice.
fn key_description<'c>(certificate: &'c X509Certificate<'_>) -> Option<Option<&'c [u8]>> {
    let found = certificate.get_extension_unique(&oid!(1.3.6.1.4.1.11129.2.1.17)).ok()?;
    Some(found.map(|extension| extension.value))
}

fn is_silent(certificate: &[u8]) -> bool {
    X509Certificate::from_der(certificate).is_ok_and(|(_, read)| key_description(&read) == Some(None))
}

/// Whether the chip of a certificate's key says that the bootloader is locked and the system verified; `None` if it says
/// nothing readable.
fn started_as_made(certificate: &[u8]) -> Option<bool> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let description = members(key_description(&certificate)??)?;
    let [_, attested_by, _, kept_by, _, _, _, by_the_chip] = description.get(..8)? else { return None };
    if !CHIP.contains(&attested_by.data) || !CHIP.contains(&kept_by.data) {
        return Some(false);
    }
    let of_the_key = items(by_the_chip.data)?;
    let mut roots = of_the_key.iter().filter(|it| it.class() == Class::ContextSpecific && it.tag().0 == ROOT_OF_TRUST);
    let (root, None) = (roots.next()?, roots.next()) else { return None };
    let root = members(root.data)?;
    let [_, is_locked, state, ..] = root.as_slice() else { return None };
    Some(is_locked.data.iter().any(|byte| *byte != 0) && state.data == VERIFIED)
}

/// The members of a sequence in DER.
fn members(sequence: &[u8]) -> Option<Vec<Any<'_>>> {
    let (rest, sequence) = Any::from_der(sequence).ok()?;
    sequence.tag().assert_eq(Tag::Sequence).ok()?;
    if rest.is_empty() { items(sequence.data) } else { None }
}

fn items(mut bytes: &[u8]) -> Option<Vec<Any<'_>>> {
    let mut items = Vec::new();
    while !bytes.is_empty() {
        let (rest, item) = Any::from_der(bytes).ok()?;
        items.push(item);
        bytes = rest;
    }
    Some(items)
}
