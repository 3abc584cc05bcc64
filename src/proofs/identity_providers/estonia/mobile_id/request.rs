//! The two numbers that a person types, and the digits that page and phone show.

use data_encoding::BASE64;

use crate::platform::secret::Secret;
use crate::proofs::identities::{CountryCode, PersonalIdentifier, national_identifier};

/// The country code of Estonia.
const ESTONIA: &str = "+372";
/// The digits of a number after the country code.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=8;

/// A person, as they have typed themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedCustomer {
    /// The phone number, with its country code.
    pub phone: Secret<String>,
    /// The personal code.
    pub person: PersonalIdentifier,
}

/// The field that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerMistake {
    /// The phone number.
    Phone,
    /// The personal code.
    Code,
}

impl TypedCustomer {
    /// Reads both numbers. An Estonian number may be typed without its country code.
    ///
    /// # Errors
    /// The first field that does not hold.
    pub fn read(phone: &str, code: &str) -> Result<Self, CustomerMistake> {
        let plain: String = phone.chars().filter(|character| !character.is_whitespace()).collect();
        let national = plain.strip_prefix(ESTONIA).or_else(|| plain.strip_prefix("00372"));
        let digits = national.unwrap_or(&plain);
        let is_number = DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Err(CustomerMistake::Phone);
        }
        let person = national_identifier(CountryCode::ESTONIA, code).ok_or(CustomerMistake::Code)?;
        Ok(Self { phone: Secret::new(format!("{ESTONIA}{digits}")), person })
    }
}

/// The digits of a hash: its first six bits and its last seven, as a number of four digits.
pub fn control_code(hash: &[u8]) -> String {
    let first = hash.first().copied().unwrap_or_default();
    let last = hash.last().copied().unwrap_or_default();
    format!("{:04}", (u16::from(first >> 2) << 7) | u16::from(last & 0x7f))
}

/// The bytes of a text that is base64.
pub(super) fn bytes_of(text: &str) -> Vec<u8> {
    BASE64.decode(text.as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn the_digits_of_the_documentation_are_shown() {
        let hash = HEXLOWER.decode(b"2f665f6a6999e0ef0752e00ec9f453adf59d8cb6").unwrap();
        assert_eq!(control_code(&hash), "1462");
        assert_eq!((control_code(&[0; 32]).as_str(), control_code(&[0xff; 32]).as_str()), ("0000", "8191"));
    }

    #[test]
    fn an_estonian_number_is_read_with_its_country_code_and_without() {
        for typed in ["+37200000766", "+372 0000 0766", "0037200000766", "00000766"] {
            let read = TypedCustomer::read(typed, "60001019906").unwrap();
            assert_eq!(read.phone.reveal(), "+37200000766", "{typed}");
        }
        assert_eq!(TypedCustomer::read("5123456", "60001019906").unwrap().phone.reveal(), "+3725123456");
        for wrong in ["", "+358401234567", "+37212", "+372123456789", "+372 5123 45a", "+372-5123456"] {
            assert_eq!(TypedCustomer::read(wrong, "60001019906"), Err(CustomerMistake::Phone), "{wrong}");
        }
        for wrong in ["", "60001019907", "PNOLV-60001019906"] {
            assert_eq!(TypedCustomer::read("+37200000766", wrong), Err(CustomerMistake::Code), "{wrong}");
        }
    }
}
