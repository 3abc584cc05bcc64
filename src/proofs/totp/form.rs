//! The form of the codes of an authenticator app: hash, digits and period. Apps that are set up here have the usual one,
//! which every app knows.

use totp_rs::Algorithm;

/// The mark before the stored bytes of a seed whose codes have another form than the usual.
const MARK: &[u8; 12] = b"\0salpa totp\0";

/// A form that no code here has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnfitForm;

/// The form of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeForm {
    hash: CodeHash,
    digits: u8,
    /// Seconds.
    period: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CodeHash {
    Sha1,
    Sha256,
    Sha512,
}

impl CodeForm {
    /// SHA-1, six digits, 30 seconds.
    pub(crate) const USUAL: Self = Self { hash: CodeHash::Sha1, digits: 6, period: 30 };

    /// The same with another hash, as addresses and other systems name it: `SHA256`, `sha-256`, `HmacSHA256`.
    ///
    /// # Errors
    /// [`UnfitForm`].
    pub(crate) fn with_algorithm(self, name: &str) -> Result<Self, UnfitForm> {
        let name = name.to_ascii_uppercase().replace(['-', '_'], "");
        let hash = match name.strip_prefix("HMAC").unwrap_or(&name) {
            "SHA1" => CodeHash::Sha1,
            "SHA256" => CodeHash::Sha256,
            "SHA512" => CodeHash::Sha512,
            _ => return Err(UnfitForm),
        };
        Ok(Self { hash, ..self })
    }

    /// The same with another number of digits: six to eight.
    ///
    /// # Errors
    /// [`UnfitForm`].
    pub(crate) fn with_digits(self, digits: u32) -> Result<Self, UnfitForm> {
        let digits = u8::try_from(digits).ok().filter(|digits| (6..=8).contains(digits)).ok_or(UnfitForm)?;
        Ok(Self { digits, ..self })
    }

    /// The same with another period: 15 to 120 seconds.
    ///
    /// # Errors
    /// [`UnfitForm`].
    pub(crate) fn with_period(self, seconds: u32) -> Result<Self, UnfitForm> {
        let period = u8::try_from(seconds).ok().filter(|period| (15..=120).contains(period)).ok_or(UnfitForm)?;
        Ok(Self { period, ..self })
    }

    pub(super) fn algorithm(self) -> Algorithm {
        match self.hash {
            CodeHash::Sha1 => Algorithm::SHA1,
            CodeHash::Sha256 => Algorithm::SHA256,
            CodeHash::Sha512 => Algorithm::SHA512,
        }
    }

    pub(super) fn digits(self) -> u8 {
        self.digits
    }

    pub(super) fn period(self) -> i64 {
        i64::from(self.period)
    }

    /// The bytes before a seed as it is stored; none for the usual form.
    pub(super) fn prefix(self) -> Vec<u8> {
        if self == Self::USUAL {
            return Vec::new();
        }
        let hash = match self.hash {
            CodeHash::Sha1 => 1,
            CodeHash::Sha256 => 2,
            CodeHash::Sha512 => 3,
        };
        [MARK.as_slice(), &[hash, self.digits, self.period]].concat()
    }

    /// Splits stored bytes into the form and the seed; `None` where no form stands before it.
    pub(super) fn split(stored: &[u8]) -> Option<(Self, &[u8])> {
        let (numbers, seed) = stored.strip_prefix(MARK)?.split_at_checked(3)?;
        let &[hash, digits, period] = numbers else { return None };
        let hash = match hash {
            1 => CodeHash::Sha1,
            2 => CodeHash::Sha256,
            3 => CodeHash::Sha512,
            _ => return None,
        };
        Some((Self { hash, digits, period }, seed))
    }
}
