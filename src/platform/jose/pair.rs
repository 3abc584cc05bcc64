//! One signing key: its two halves, and the signature.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::DecodingKey;

use super::{Algorithm, PublicKey};
use crate::platform::secret::Secret;

/// A key could not be made, read or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyFailure(pub(crate) &'static str);

impl std::fmt::Display for KeyFailure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for KeyFailure {}

/// A private key, read once and kept ready.
pub(crate) enum Pair {
    /// On P-256.
    Ecdsa(Box<EcdsaKeyPair>),
    /// With RSA.
    Rsa(Box<RsaKeyPair>),
}

/// A new pair, as it is stored.
pub(crate) struct NewPair {
    /// The private half, as PKCS#8.
    pub(crate) private: Secret<Vec<u8>>,
    /// The public half.
    pub(crate) public: PublicKey,
}

/// Makes a pair. An RSA key of 2048 bits takes a good part of a second: not on a thread that serves.
pub(crate) fn generate(algorithm: Algorithm) -> Result<NewPair, KeyFailure> {
    const FAILED: KeyFailure = KeyFailure("a key pair cannot be made");
    let (private, pair) = match algorithm {
        Algorithm::Es256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| FAILED)?;
            let private = pair.to_pkcs8v1().map_err(|_| FAILED)?.as_ref().to_vec();
            (private, Pair::Ecdsa(Box::new(pair)))
        }
        Algorithm::Rs256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| FAILED)?;
            let private = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| FAILED)?;
            (private.as_ref().to_vec(), Pair::Rsa(Box::new(pair)))
        }
    };
    Ok(NewPair { private: Secret::new(private), public: pair.public()? })
}

impl Pair {
    /// Reads the private half.
    pub(crate) fn read(algorithm: Algorithm, private: &[u8]) -> Result<Self, KeyFailure> {
        const UNREADABLE: KeyFailure = KeyFailure("a stored signing key cannot be read");
        match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private)
                .map(|pair| Self::Ecdsa(Box::new(pair)))
                .map_err(|_| UNREADABLE),
            Algorithm::Rs256 => {
                RsaKeyPair::from_pkcs8(private).map(|pair| Self::Rsa(Box::new(pair))).map_err(|_| UNREADABLE)
            }
        }
    }

    /// The public half.
    fn public(&self) -> Result<PublicKey, KeyFailure> {
        const UNREADABLE: KeyFailure = KeyFailure("a key pair has no public half");
        match self {
            Self::Ecdsa(pair) => {
                // An uncompressed point: 4, then both coordinates (SEC 1 §2.3.3).
                let point = pair.public_key().as_ref();
                let coordinates = point.strip_prefix(&[4]).ok_or(UNREADABLE)?;
                let (x, y) = coordinates.split_at_checked(32).ok_or(UNREADABLE)?;
                let crv = "P-256".to_owned();
                Ok(PublicKey::Ec { crv, x: BASE64URL_NOPAD.encode(x), y: BASE64URL_NOPAD.encode(y) })
            }
            Self::Rsa(pair) => {
                let public = pair.public_key();
                Ok(PublicKey::Rsa {
                    e: BASE64URL_NOPAD.encode(public.exponent().big_endian_without_leading_zero()),
                    n: BASE64URL_NOPAD.encode(public.modulus().big_endian_without_leading_zero()),
                })
            }
        }
    }

    /// Signs. The generator that the library asks for is not used by it: it draws from its own.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFailure> {
        const FAILED: KeyFailure = KeyFailure("a signature cannot be made");
        let unused = SystemRandom::default();
        match self {
            Self::Ecdsa(pair) => {
                pair.sign(&unused, message).map(|signature| signature.as_ref().to_vec()).map_err(|_| FAILED)
            }
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &unused, message, &mut signature).map_err(|_| FAILED)?;
                Ok(signature)
            }
        }
    }
}

/// The public half as the verifier wants it.
pub(crate) fn verifying_key(public: &PublicKey) -> Result<DecodingKey, KeyFailure> {
    match public {
        PublicKey::Ec { x, y, .. } => DecodingKey::from_ec_components(x, y),
        PublicKey::Rsa { e, n } => DecodingKey::from_rsa_components(n, e),
    }
    .map_err(|_| KeyFailure("a stored public key cannot be read"))
}
