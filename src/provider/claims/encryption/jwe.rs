//! Encrypting: JSON Web Encryption in its compact form (RFC 7516 §3.1) with the algorithms of RFC 7518 that
//! are offered here, on aws-lc-rs. Nothing is decrypted here. Every token has a key and a vector of its own,
//! from the one source of randomness; no part of a token is ever taken from what somebody sent.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::cipher::{AES_128, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::{ContentEncryption, IdTokenEncryption, KeyManagement};
use crate::platform::jose::PublicKey;
use crate::platform::jose::agreement::{authentication_tag, derived, point, shared_secret};
use crate::platform::random::Random;
use crate::platform::secret::Secret;

/// The length of the keys of both kinds of content encryption, in bytes.
const KEY_LENGTH: usize = 32;

/// A key of the content.
type ContentKey = Secret<[u8; KEY_LENGTH]>;

const UNUSABLE: &str = "the registered key cannot be used for encryption";

/// Whether a registered key can be used: of the right kind, a point on its curve, RSA of 2048 to 4096 bits.
pub(super) fn check(encryption: &IdTokenEncryption) -> Result<(), &'static str> {
    match (encryption.alg, &encryption.key) {
        (KeyManagement::RsaOaep256, key @ PublicKey::Rsa { .. }) => rsa(key).map(|_| ()),
        (KeyManagement::EcdhEs | KeyManagement::EcdhEsA256Kw, key @ PublicKey::Ec { .. }) => {
            let ephemeral = PrivateKey::generate(&ECDH_P256).map_err(|_| UNUSABLE)?;
            shared_secret(&ephemeral, &point(key)?).map(|_| ())
        }
        _ => Err("has a key of another kind than the algorithm wants"),
    }
}

/// Encrypts a signed token as the content of a token that only the holder of the key can read.
pub(super) fn encrypt(random: &Random, to: &IdTokenEncryption, signed: &[u8]) -> Result<String, &'static str> {
    let mut header = json!({ "alg": to.alg.as_str(), "enc": to.enc.as_str(), "cty": "JWT" });
    if let (Some(kid), Some(members)) = (&to.kid, header.as_object_mut()) {
        members.insert("kid".to_owned(), Value::from(kid.as_str()));
    }
    let (key, encrypted_key) = match to.alg {
        KeyManagement::RsaOaep256 => {
            let key = Secret::new(random.bytes::<KEY_LENGTH>());
            let encrypted = encrypted_to_rsa(&to.key, &key)?;
            (key, encrypted)
        }
        KeyManagement::EcdhEs | KeyManagement::EcdhEsA256Kw => {
            let ephemeral = PrivateKey::generate(&ECDH_P256).map_err(|_| UNUSABLE)?;
            if let Some(members) = header.as_object_mut() {
                members.insert("epk".to_owned(), public_jwk(&ephemeral)?);
            }
            agreed(random, to, &ephemeral)?
        }
    };
    let header = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    let (vector, content, tag) = match to.enc {
        ContentEncryption::A256Gcm => {
            let vector = random.bytes::<NONCE_LEN>();
            let (content, tag) = gcm(&key, vector, header.as_bytes(), signed)?;
            (vector.to_vec(), content, tag)
        }
        ContentEncryption::A128CbcHs256 => {
            let vector = random.bytes::<16>();
            let (content, tag) = cbc_hmac(&key, &vector, header.as_bytes(), signed)?;
            (vector.to_vec(), content, tag)
        }
    };
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    Ok([header, part(&encrypted_key), part(&vector), part(&content), part(&tag)].join("."))
}

/// The key of the content for the holder of an EC key, and what is sent of it: nothing, where the agreement
/// itself gives it (RFC 7518 §4.6).
fn agreed(
    random: &Random,
    to: &IdTokenEncryption,
    ephemeral: &PrivateKey,
) -> Result<(ContentKey, Vec<u8>), &'static str> {
    let secret = shared_secret(ephemeral, &point(&to.key)?)?;
    if to.alg == KeyManagement::EcdhEs {
        return Ok((derived::<KEY_LENGTH>(&secret, to.enc.as_str(), b"", b""), Vec::new()));
    }
    let wrapping = derived::<KEY_LENGTH>(&secret, to.alg.as_str(), b"", b"");
    let key = Secret::new(random.bytes::<KEY_LENGTH>());
    let wrapped = wrapped(&wrapping, key.reveal())?;
    Ok((key, wrapped))
}

/// AES Key Wrap with a key of 256 bits (RFC 7518 §4.4).
fn wrapped(wrapping: &ContentKey, key: &[u8; KEY_LENGTH]) -> Result<Vec<u8>, &'static str> {
    let mut output = [0; KEY_LENGTH + 8];
    let wrapping = AesKek::new(&AES_256, wrapping.reveal()).map_err(|_| UNUSABLE)?;
    Ok(wrapping.wrap(key, &mut output).map_err(|_| UNUSABLE)?.to_vec())
}

fn encrypted_to_rsa(key: &PublicKey, content_key: &ContentKey) -> Result<Vec<u8>, &'static str> {
    let key = rsa(key)?;
    let mut output = vec![0; key.ciphertext_size()];
    let written = key.encrypt(&OAEP_SHA256_MGF1SHA256, content_key.reveal(), &mut output, None);
    Ok(written.map_err(|_| UNUSABLE)?.to_vec())
}

fn rsa(key: &PublicKey) -> Result<OaepPublicEncryptingKey, &'static str> {
    const WRONG: &str = "has an RSA key that is not of 2048 to 4096 bits";
    let PublicKey::Rsa { e, n } = key else { return Err(UNUSABLE) };
    let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| WRONG);
    let (n, e) = (decode(n)?, decode(e)?);
    // An exponent that is long makes every encryption slow.
    if !(256..=512).contains(&n.len()) || !(1..=4).contains(&e.len()) || n.first() == Some(&0) || e.first() == Some(&0)
    {
        return Err(WRONG);
    }
    let key: PublicEncryptingKey = PublicKeyComponents { n, e }.try_into().map_err(|_| WRONG)?;
    OaepPublicEncryptingKey::new(key).map_err(|_| WRONG)
}

fn public_jwk(private: &PrivateKey) -> Result<Value, &'static str> {
    let public = private.compute_public_key().map_err(|_| UNUSABLE)?;
    let (x, y) = public.as_ref().get(1..).and_then(|point| point.split_at_checked(32)).ok_or(UNUSABLE)?;
    Ok(json!({ "kty": "EC", "crv": "P-256", "x": BASE64URL_NOPAD.encode(x), "y": BASE64URL_NOPAD.encode(y) }))
}

/// A256GCM (RFC 7518 §5.3). The key is used for this one content alone.
fn gcm(
    key: &ContentKey,
    vector: [u8; NONCE_LEN],
    aad: &[u8],
    content: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), &'static str> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.reveal()).map_err(|_| UNUSABLE)?);
    let mut content = content.to_vec();
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(vector), Aad::from(aad), &mut content)
        .map_err(|_| UNUSABLE)?;
    Ok((content, tag.as_ref().to_vec()))
}

/// A128CBC-HS256 (RFC 7518 §5.2.3): the first half of the key authenticates, the second encrypts.
fn cbc_hmac(
    key: &ContentKey,
    vector: &[u8; 16],
    aad: &[u8],
    content: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), &'static str> {
    let (authenticates, encrypts) = key.reveal().split_at_checked(16).ok_or(UNUSABLE)?;
    let cipher = UnboundCipherKey::new(&AES_128, encrypts).map_err(|_| UNUSABLE)?;
    let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(cipher).map_err(|_| UNUSABLE)?;
    let mut content = content.to_vec();
    cipher
        .less_safe_encrypt(&mut content, EncryptionContext::Iv128(FixedLength::from(vector)))
        .map_err(|_| UNUSABLE)?;
    let tag = authentication_tag(authenticates, aad, (vector, &content)).to_vec();
    Ok((content, tag))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rsa::{KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey};

    use super::*;

    fn bytes(base64url: &str) -> Vec<u8> {
        BASE64URL_NOPAD.decode(base64url.as_bytes()).unwrap()
    }

    fn hex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(text.to_lowercase().as_bytes()).unwrap()
    }

    fn key(bytes: &[u8]) -> ContentKey {
        Secret::new(bytes.try_into().unwrap())
    }

    const BOB: &str = "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw";

    fn bob() -> PublicKey {
        PublicKey::Ec {
            crv: "P-256".to_owned(),
            x: "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ".to_owned(),
            y: "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck".to_owned(),
        }
    }

    #[test]
    fn the_agreed_key_is_the_one_of_rfc_7518_appendix_c() {
        let alice = PrivateKey::from_private_key(&ECDH_P256, &bytes("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"));
        let alice = alice.unwrap();
        assert_eq!(public_jwk(&alice).unwrap()["x"], "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0");
        let secret = shared_secret(&alice, &point(&bob()).unwrap()).unwrap();
        assert_eq!(secret.reveal()[..4], [158, 86, 217, 29]);
        let derived = derived::<16>(&secret, "A128GCM", b"Alice", b"Bob");
        assert_eq!(BASE64URL_NOPAD.encode(derived.reveal()), "VqqN6vgjbSBcIijNcacQGg");
    }

    #[test]
    fn a_wrapped_key_is_the_one_of_rfc_3394_section_4_6() {
        let wrapping = key(&(0..32).collect::<Vec<u8>>());
        let content = hex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F");
        let expected = hex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21");
        assert_eq!(wrapped(&wrapping, content.as_slice().try_into().unwrap()).unwrap(), expected);
    }

    #[test]
    fn a256gcm_is_as_in_rfc_7516_appendix_a_1() {
        let key = key(&[
            177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91, 112, 46, 34,
            105, 47, 130, 203, 46, 122, 234, 64, 252,
        ]);
        let vector = [227, 197, 117, 252, 2, 219, 233, 68, 180, 225, 77, 219];
        let aad = b"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ";
        let content = b"The true sign of intelligence is not knowledge but imagination.";
        let (content, tag) = gcm(&key, vector, aad, content).unwrap();
        let expected = "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A";
        assert_eq!((content, tag), (bytes(expected), bytes("XFBoMYUZodetZdvTiFvSkQ")));
    }

    #[test]
    fn a128cbc_hs256_is_as_in_rfc_7516_appendix_a_3() {
        let key = key(&[
            4, 211, 31, 197, 84, 157, 252, 254, 11, 100, 157, 250, 63, 170, 106, 206, 107, 124, 212, 45, 111, 107, 9,
            219, 200, 177, 0, 240, 143, 156, 44, 207,
        ]);
        let vector = [3, 22, 60, 12, 43, 67, 104, 105, 108, 108, 105, 99, 111, 116, 104, 101];
        let aad = b"eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0";
        let (content, tag) = cbc_hmac(&key, &vector, aad, b"Live long and prosper.").unwrap();
        let expected = bytes("KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY");
        assert_eq!((content, tag), (expected, bytes("U0m_YmjN04DJvceFICbCVQ")));
    }

    fn to(alg: KeyManagement, enc: ContentEncryption, key: PublicKey) -> IdTokenEncryption {
        IdTokenEncryption { alg, enc, key, kid: Some("1".to_owned()) }
    }

    /// The content of a token encrypted with A256GCM, by the key of its content.
    fn opened(token: &str, content_key: &[u8]) -> Vec<u8> {
        let parts: Vec<_> = token.split('.').collect();
        let mut content = [bytes(parts[3]), bytes(parts[4])].concat();
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, content_key).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&bytes(parts[2])).unwrap();
        key.open_in_place(nonce, Aad::from(parts[0].as_bytes()), &mut content).unwrap().to_vec()
    }

    #[test]
    fn the_holder_of_an_ec_key_reads_what_was_encrypted() {
        let bob_private = PrivateKey::from_private_key(&ECDH_P256, &bytes(BOB)).unwrap();
        let token = encrypt(&Random::new(), &to(KeyManagement::EcdhEs, ContentEncryption::A256Gcm, bob()), b"signed");
        let token = token.unwrap();
        let parts: Vec<_> = token.split('.').collect();
        let header: Value = serde_json::from_slice(&bytes(parts[0])).unwrap();
        assert_eq!(
            (&header["alg"], &header["enc"], &header["cty"]),
            (&json!("ECDH-ES"), &json!("A256GCM"), &json!("JWT"))
        );
        assert_eq!((parts.len(), parts[1], &header["kid"]), (5, "", &json!("1")));
        let ephemeral: PublicKey = serde_json::from_value(header["epk"].clone()).unwrap();
        let secret = shared_secret(&bob_private, &point(&ephemeral).unwrap()).unwrap();
        assert_eq!(opened(&token, derived::<32>(&secret, "A256GCM", b"", b"").reveal()), b"signed");
    }

    #[test]
    fn the_holder_of_an_rsa_key_reads_what_was_encrypted() {
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
        let pair = private.public_key();
        let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(&pair).unwrap();
        let (n, e) = components(der.as_ref());
        let key = PublicKey::Rsa { e: BASE64URL_NOPAD.encode(&e), n: BASE64URL_NOPAD.encode(&n) };
        let token = encrypt(&Random::new(), &to(KeyManagement::RsaOaep256, ContentEncryption::A256Gcm, key), b"signed");
        let token = token.unwrap();
        let private = OaepPrivateDecryptingKey::new(private).unwrap();
        let mut output = vec![0; private.min_output_size()];
        let encrypted = bytes(token.split('.').nth(1).unwrap());
        let content_key = private.decrypt(&OAEP_SHA256_MGF1SHA256, &encrypted, &mut output, None).unwrap();
        assert_eq!(opened(&token, content_key), b"signed");
    }

    /// Modulus and exponent of the public key in a SubjectPublicKeyInfo of 2048 bits.
    fn components(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let exponent = der[der.len() - 3..].to_vec();
        let modulus = der[der.len() - 5 - 256..der.len() - 5].to_vec();
        (modulus, exponent)
    }

    #[test]
    fn the_other_side_of_this_service_reads_each_form_and_nothing_that_was_altered() {
        use crate::platform::jose::Algorithm;
        use crate::platform::jose::decrypting::{DecryptingKey, EncryptedToken};
        use crate::platform::jose::pair;
        let random = Random::new();
        for (alg, algorithm) in [
            (KeyManagement::EcdhEs, Algorithm::Es256),
            (KeyManagement::EcdhEsA256Kw, Algorithm::Es256),
            (KeyManagement::RsaOaep256, Algorithm::Rs256),
        ] {
            let pair = pair::generate(algorithm).unwrap();
            let private = pair.private.reveal();
            let key = match algorithm {
                Algorithm::Es256 => DecryptingKey::ec(private).unwrap(),
                Algorithm::Rs256 => DecryptingKey::rsa(private).unwrap(),
            };
            for enc in ContentEncryption::ALL {
                let token = encrypt(&random, &to(alg, enc, pair.public.clone()), b"signed").unwrap();
                let read = |token: &str| EncryptedToken::parse(token).and_then(|token| token.open(&key));
                assert_eq!(read(&token).as_deref(), Some(b"signed".as_slice()), "{alg} {enc}");
                let parts: Vec<_> = token.split('.').collect();
                for (at, part) in parts.iter().enumerate().skip(1).filter(|(_, part)| !part.is_empty()) {
                    let flipped = if part.starts_with('A') { "B" } else { "A" };
                    let mut altered: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
                    altered[at].replace_range(..1, flipped);
                    assert_eq!(read(&altered.join(".")), None, "{alg} {enc}: part {at}");
                }
            }
        }
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let to = to(KeyManagement::EcdhEsA256Kw, ContentEncryption::A128CbcHs256, bob());
        let random = Random::new();
        let (one, other) = (encrypt(&random, &to, b"signed").unwrap(), encrypt(&random, &to, b"signed").unwrap());
        assert_eq!(one.split('.').nth(1).map(str::len), Some(54));
        for (one, other) in one.split('.').zip(other.split('.')) {
            assert_ne!(one, other);
        }
    }
}
