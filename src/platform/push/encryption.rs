//! Encryption of a push message for the browser (RFC 8291), in one record of the content coding `aes128gcm` (RFC 8188).
//! The push service between sees its length alone.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

use super::PushSubscription;
use crate::platform::random::Random;

/// The size of a record, the one that every push service takes (RFC 8291 §4).
const RECORD: u32 = 4096;
/// The bytes of the salt.
const SALT: usize = 16;
/// The bytes of a record that are not text: the delimiter and the tag.
const OVERHEAD: usize = 17;

/// A message that cannot be encrypted: it is too long, or the key of the browser is no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CannotEncrypt;

impl From<Unspecified> for CannotEncrypt {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

/// Encrypts a text for a subscription, with a key pair and a salt of its own.
pub(super) fn encrypt(to: &PushSubscription, random: &Random, text: &[u8]) -> Result<Vec<u8>, CannotEncrypt> {
    encrypt_with(&PrivateKey::generate(&ECDH_P256)?, random.bytes(), to, text)
}

fn encrypt_with(
    own: &PrivateKey,
    salt: [u8; SALT],
    to: &PushSubscription,
    text: &[u8],
) -> Result<Vec<u8>, CannotEncrypt> {
    if text.len() + OVERHEAD > RECORD as usize {
        return Err(CannotEncrypt);
    }
    let own_point = own.compute_public_key()?;
    let secret = Salt::new(HKDF_SHA256, to.secret.reveal());
    // RFC 8291 §3.4: the secret of the subscription and both public keys go into the key.
    let their_point = UnparsedPublicKey::new(&ECDH_P256, &to.public_key);
    let material = agreement::agree(own, their_point, CannotEncrypt, |shared| {
        let about = [b"WebPush: info\0".as_slice(), &to.public_key, own_point.as_ref()].concat();
        derive::<32>(&secret.extract(shared), &about)
    })?;
    // RFC 8188 §2.2 and §2.3.
    let root = Salt::new(HKDF_SHA256, &salt).extract(&material);
    let key = derive::<16>(&root, b"Content-Encoding: aes128gcm\0")?;
    let nonce = derive::<NONCE_LEN>(&root, b"Content-Encoding: nonce\0")?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    // The delimiter of the last record, which is the first one.
    let mut record = [text, &[2]].concat();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
    let key_length = u8::try_from(own_point.as_ref().len()).map_err(|_| CannotEncrypt)?;
    Ok([&salt[..], &RECORD.to_be_bytes(), &[key_length], own_point.as_ref(), &record].concat())
}

/// The length of derived bytes.
struct ByteCount(usize);

impl KeyType for ByteCount {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(from: &Prk, about: &[u8]) -> Result<[u8; N], CannotEncrypt> {
    let mut bytes = [0; N];
    from.expand(&[about], ByteCount(N))?.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::*;

    /// The subscription of RFC 8291 §5.
    fn subscription() -> PushSubscription {
        let json = br#"{ "endpoint": "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV", "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg" } }"#;
        PushSubscription::read(json).unwrap()
    }

    #[test]
    fn the_example_of_the_standard_is_encrypted_to_the_same_bytes() {
        let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let own = decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let own = PrivateKey::from_private_key(&ECDH_P256, &own).unwrap();
        let salt = decode("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let text = b"When I grow up, I want to be a watermelon";
        let encrypted = encrypt_with(&own, salt, &subscription(), text).unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64URL_NOPAD.encode(&encrypted), expected);
    }

    #[test]
    fn no_two_messages_have_the_same_bytes_and_a_long_one_is_refused() {
        let (to, random) = (subscription(), Random::new());
        let one = encrypt(&to, &random, b"Something waits").unwrap();
        assert_ne!(one, encrypt(&to, &random, b"Something waits").unwrap());
        assert!(encrypt(&to, &random, &[b'a'; 4096 - OVERHEAD]).is_ok());
        assert_eq!(encrypt(&to, &random, &[b'a'; 4097 - OVERHEAD]), Err(CannotEncrypt));
    }
}
