//! Signatures by the key of a certificate. The scheme has to fit the key: nobody chooses another curve or padding for it.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};

use super::{HeldCertificate, KeyKind};

/// A scheme of signatures (RFC 7518 §3.1): that of an elliptic curve is `r` and `s` one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonalScheme {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

impl PersonalScheme {
    const ALL: [Self; 9] = [
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
    ];

    /// The scheme with a name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == word)
    }

    /// The name of RFC 7518.
    fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    /// The hash of a text by the scheme's own algorithm.
    pub(crate) fn hash(self, bytes: &[u8]) -> Vec<u8> {
        digest::digest(self.hash_algorithm(), bytes).as_ref().to_vec()
    }

    fn hash_algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Es256 | Self::Ps256 | Self::Rs256 => &digest::SHA256,
            Self::Es384 | Self::Ps384 | Self::Rs384 => &digest::SHA384,
            Self::Es512 | Self::Ps512 | Self::Rs512 => &digest::SHA512,
        }
    }

    fn key_kind(self) -> KeyKind {
        match self {
            Self::Es256 => KeyKind::P256,
            Self::Es384 => KeyKind::P384,
            Self::Es512 => KeyKind::P521,
            _ => KeyKind::Rsa,
        }
    }

    fn algorithm(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_FIXED,
            Self::Es384 => &ECDSA_P384_SHA384_FIXED,
            Self::Es512 => &ECDSA_P521_SHA512_FIXED,
            Self::Ps256 => &RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &RSA_PSS_2048_8192_SHA512,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        }
    }
}

impl HeldCertificate {
    /// Whether the key of the certificate has signed a message by a scheme that fits it.
    pub(crate) fn has_signed(&self, scheme: PersonalScheme, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(scheme.algorithm(), &self.key.bytes);
        scheme.key_kind() == self.key.kind && key.verify(message, signature).is_ok()
    }

    /// The same, of a message of which only the hash is known.
    pub(crate) fn has_signed_hash(&self, scheme: PersonalScheme, hash: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(scheme.algorithm(), &self.key.bytes);
        let Ok(hash) = digest::Digest::import_less_safe(hash, scheme.hash_algorithm()) else { return false };
        scheme.key_kind() == self.key.kind && key.verify_digest(&hash, signature).is_ok()
    }
}
