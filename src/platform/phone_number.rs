//! Phone numbers in their international form, judged by the data of libphonenumber, not by a pattern of ours.

use std::fmt;

use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, Type};

use super::typed::plain;

/// The longest text that is parsed: 15 digits (E.164), with room for spaces.
const LONGEST: usize = 40;

/// An existing number by its country's plan, in the form of E.164: `+358401234567`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PhoneNumber {
    e164: String,
    country: String,
    takes_sms: bool,
}

/// The reason why a text is no phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotANumber {
    /// It has full stops, dashes or the like; without them it is this number.
    Punctuated(PhoneNumber),
    /// It has the trunk zero after the country code; without that it is this number.
    TrunkZero(PhoneNumber),
    /// It does not begin with `+` and a country code. With `00`, the international prefix of many countries, or as people
    /// of a country that was named write it, it is this number; otherwise the country is unknown.
    NotInternational(Option<PhoneNumber>),
    /// No number of that country has this form.
    Unknown,
}

impl NotANumber {
    /// The probably intended number: to be offered, never accepted silently.
    pub(crate) fn meant(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Punctuated(number) | Self::TrunkZero(number) => Some(number),
            Self::NotInternational(number) => number.as_ref(),
            Self::Unknown => None,
        }
    }
}

impl PhoneNumber {
    /// Reads a typed number: `+`, the country code, the number without trunk zero, in digits of any script. Spaces and
    /// invisible characters are dropped; other punctuation is refused, with the corrected number.
    ///
    /// # Errors
    /// The reason for refusing it.
    pub fn parse(typed: &str) -> Result<Self, NotANumber> {
        let typed = plain(typed);
        if typed.len() > LONGEST {
            return Err(NotANumber::Unknown);
        }
        let Some(digits) = typed.strip_prefix('+') else {
            return Err(NotANumber::NotInternational(typed.strip_prefix("00").and_then(Self::mended)));
        };
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let trunk_zero = || Self::without_trunk_zero(digits).map_or(NotANumber::Unknown, NotANumber::TrunkZero);
            return Self::of_digits(digits).ok_or_else(trunk_zero);
        }
        Err(Self::mended(digits).map_or(NotANumber::Unknown, NotANumber::Punctuated))
    }

    /// The same for somebody who is probably in one of these countries, the likeliest first: a number as people write it
    /// there is refused with the whole one.
    ///
    /// # Errors
    /// The reason for refusing it.
    pub(crate) fn parse_in(typed: &str, countries: &[String]) -> Result<Self, NotANumber> {
        match Self::parse(typed) {
            Err(NotANumber::NotInternational(None)) => {
                let found: Vec<Self> =
                    countries.iter().filter_map(|country| Self::of_country(&plain(typed), country)).collect();
                // A number that takes an SMS is meant before a fixed line: `040 1234567` is a mobile number in Finland and
                // a line of Malmö in Sweden.
                let meant = found.iter().find(|number| number.takes_sms).or(found.first()).cloned();
                Err(NotANumber::NotInternational(meant))
            }
            read => read,
        }
    }

    /// The number that a text is within a country.
    fn of_country(typed: &str, country: &str) -> Option<Self> {
        let digits: String = typed.chars().filter(|sign| !matches!(sign, '.' | '-' | '(' | ')' | '/')).collect();
        if !(4..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = phonenumber::parse(Some(country.parse().ok()?), &digits).ok()?;
        let number = Self::of_digits(number.format().mode(Mode::E164).to_string().trim_start_matches('+'))?;
        (number.country() == country).then_some(number)
    }

    /// The number without the punctuation between its digits.
    fn mended(typed: &str) -> Option<Self> {
        let is_sign = |character: &char| matches!(character, '.' | '-' | '(' | ')' | '/');
        let without: String = typed.chars().filter(|character| !is_sign(character)).collect();
        // "+358 (0)40 …": the zero in brackets is the trunk zero.
        let or_else = || Self::of_digits(&digits_without_trunk_zero(typed)?);
        if without.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::of_digits(&without).or_else(or_else)
        } else {
            None
        }
    }

    /// The number without a trunk zero after the country code.
    fn without_trunk_zero(digits: &str) -> Option<Self> {
        let number = phonenumber::parse(None, format!("+{digits}")).ok()?;
        Self::of_digits(number.format().mode(Mode::E164).to_string().trim_start_matches('+'))
    }

    fn of_digits(digits: &str) -> Option<Self> {
        // With their country codes, numbers have at least seven digits, and at most fifteen (E.164).
        if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = phonenumber::parse(None, format!("+{digits}")).ok()?;
        let e164 = number.format().mode(Mode::E164).to_string();
        // A number that the library corrected (a misplaced trunk zero) is not the typed one.
        if !number.is_valid() || number.extension().is_some() || e164 != format!("+{digits}") {
            return None;
        }
        let country = number.country().id()?.as_ref().to_owned();
        let takes_sms = matches!(number.number_type(&DATABASE), Type::Mobile | Type::FixedLineOrMobile);
        Some(Self { e164, country, takes_sms })
    }

    /// `+358401234567`.
    pub fn as_str(&self) -> &str {
        &self.e164
    }

    /// The number for people, `+358 40 1234567`.
    pub(crate) fn readable(&self) -> String {
        let number = phonenumber::parse(None, &self.e164);
        let readable = number.map(|number| number.format().mode(Mode::International).to_string());
        readable.map_or_else(|_| self.e164.clone(), |readable| readable.replace(['-', '.', '/'], " "))
    }

    /// The digits without the `+`.
    pub(crate) fn digits(&self) -> &str {
        self.e164.trim_start_matches('+')
    }

    /// The digits for dialling within the country: `0401234567`.
    pub(crate) fn national_digits(&self) -> String {
        let number = phonenumber::parse(None, &self.e164);
        let national = number.map(|number| number.format().mode(Mode::National).to_string()).unwrap_or_default();
        national.chars().filter(char::is_ascii_digit).collect()
    }

    /// The country by its two letters (ISO 3166-1), such as `FI`.
    pub(crate) fn country(&self) -> &str {
        &self.country
    }

    /// Whether it is a mobile number, or may be one. Premium, toll-free and fixed lines are not.
    pub(crate) fn takes_sms(&self) -> bool {
        self.takes_sms
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.e164)
    }
}

/// The digits without a `(0)`.
fn digits_without_trunk_zero(typed: &str) -> Option<String> {
    let (before, after) = typed.split_once("(0)")?;
    Some(before.chars().chain(after.chars()).filter(char::is_ascii_digit).collect())
}

/// Whether two letters name a country with known numbers.
pub(crate) fn is_country(code: &str) -> bool {
    DATABASE.by_id(code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spaces_are_dropped_and_the_country_is_known() {
        let number = PhoneNumber::parse(" +358 40 123 4567 ").unwrap();
        assert_eq!((number.as_str(), number.digits(), number.country()), ("+358401234567", "358401234567", "FI"));
        assert!(number.takes_sms());
        assert_eq!(PhoneNumber::parse("+46 70 123 45 67").unwrap().country(), "SE");
        for typed in [
            "\u{202a}+358 40 1234567\u{202c}",
            "＋３５８４０１２３４５６７",
            "+٣٥٨٤٠١٢٣٤٥٦٧",
            "+358\u{a0}40\u{202f}1234567",
        ] {
            assert_eq!(PhoneNumber::parse(typed).as_ref(), Ok(&number), "{typed}");
        }
    }

    #[test]
    fn numbers_that_are_not_international_or_unknown_are_refused() {
        for typed in ["040 1234567", "040-1234567", "358401234567", ""] {
            assert_eq!(PhoneNumber::parse(typed), Err(NotANumber::NotInternational(None)), "{typed}");
        }
        for typed in ["00358401234567", "00358-40-123 4567"] {
            let meant = Some(PhoneNumber::parse("+358401234567").unwrap());
            assert_eq!(PhoneNumber::parse(typed), Err(NotANumber::NotInternational(meant)), "{typed}");
        }
        for typed in
            ["+", "+358", "+35840", "+3584012345678901", "+999123456789", "+358 40 12e4567", "+358401234567x9", "+0"]
        {
            assert_eq!(PhoneNumber::parse(typed), Err(NotANumber::Unknown), "{typed}");
        }
        let meant = PhoneNumber::parse("+358401234567").unwrap();
        assert_eq!(
            PhoneNumber::parse("+3580401234567"),
            Err(NotANumber::TrunkZero(meant)),
            "the first zero stays away"
        );
    }

    #[test]
    fn a_number_as_it_is_written_in_a_country_is_refused_with_the_whole_one() {
        let countries = |list: &str| list.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (typed, list, meant) in [
            ("040 1234567", "FI", Some("+358401234567")),
            ("040-123 4567", "FI SE", Some("+358401234567")),
            ("(040) 1234567", "SE FI", Some("+358401234567")),
            ("070-123 45 67", "SE FI", Some("+46701234567")),
            ("０４０ １２３４５６７", "FI", Some("+358401234567")),
            ("07400 123456", "FI GB", Some("+447400123456")),
            ("512 345 678", "PL", Some("+48512345678")),
            ("040 1234567", "US", None),
            ("040 1234567", "XX fi", None),
            ("112", "FI", None),
            ("nobody", "FI", None),
        ] {
            let meant = meant.map(|meant| PhoneNumber::parse(meant).unwrap());
            assert_eq!(
                PhoneNumber::parse_in(typed, &countries(list)),
                Err(NotANumber::NotInternational(meant)),
                "{typed}"
            );
        }
        assert!(PhoneNumber::parse_in("+46 70 123 45 67", &countries("FI")).is_ok());
    }

    #[test]
    fn signs_are_refused_with_the_number_without_them() {
        let right = PhoneNumber::parse("+358401234567").unwrap();
        for typed in ["+358-40-123.4567", "+358 (40) 1234567", "+358 (0)40 123 4567", "+358\u{2013}40\u{2013}1234567"] {
            assert_eq!(PhoneNumber::parse(typed), Err(NotANumber::Punctuated(right.clone())), "{typed}");
        }
        assert_eq!(PhoneNumber::parse("+358-40"), Err(NotANumber::Unknown));
    }

    #[test]
    fn a_fixed_line_and_a_premium_number_take_no_sms() {
        assert!(!PhoneNumber::parse("+358 9 310 1691").unwrap().takes_sms());
        assert!(!PhoneNumber::parse("+358 600 123456").is_ok_and(|number| number.takes_sms()));
        assert!(!PhoneNumber::parse("+44 909 8790000").is_ok_and(|number| number.takes_sms()));
    }

    #[test]
    fn countries_go_by_two_capital_letters() {
        assert!(is_country("FI") && is_country("SE") && !is_country("fi") && !is_country("XX") && !is_country(""));
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_what_is_read_is_e164(
            typed in "\\PC{0,50}|\\+[0-9 ().-]{0,20}|(\\+|00)(358|46|44|1|39)[0-9 ().-]{5,14}"
        ) {
            let read = PhoneNumber::parse(&typed);
            if let Some(offered) = read.as_ref().err().and_then(NotANumber::meant) {
                prop_assert_eq!(&PhoneNumber::parse(&offered.readable()), &Ok(offered.clone()), "what is offered is taken");
            }
            if let Ok(number) = read {
                prop_assert!(number.as_str().starts_with('+') && number.digits().bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert!(number.digits().len() <= 15);
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number.clone()));
            }
        }
    }
}
