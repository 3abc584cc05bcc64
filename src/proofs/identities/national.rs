//! National identifiers: each country has one form of its own, which is checked where its rules are public: Estonia,
//! Finland, Norway and Sweden. A mistyped identifier is refused where it is entered, and a provider that sends one is not believed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{IdentitySource, PersonalIdentifier};
use crate::platform::secret::Secret;

/// The longest identifier that is read, in characters.
const LONGEST: usize = 64;
/// The check characters of a Finnish identifier, by the remainder of its nine digits and 31.
const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
/// The weights of a Norwegian identifier: each sum over its digits is a multiple of eleven.
const NORWEGIAN_WEIGHTS: [&[u32]; 2] = [&[3, 7, 6, 1, 8, 9, 4, 5, 2, 1], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]];

/// The weights of an Estonian personal code. The second row counts where the first one leaves ten.
const ESTONIAN_WEIGHTS: [&[u32]; 2] = [&[1, 2, 3, 4, 5, 6, 7, 8, 9, 1], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]];

/// A country, by two letters (ISO 3166-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Estonia.
    pub(crate) const ESTONIA: Self = Self(*b"EE");
    /// Finland.
    pub(crate) const FINLAND: Self = Self(*b"FI");
    /// Norway.
    pub(crate) const NORWAY: Self = Self(*b"NO");
    /// Sweden.
    pub(crate) const SWEDEN: Self = Self(*b"SE");
}

impl fmt::Display for CountryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([first, second]) = self;
        write!(formatter, "{}{}", char::from(*first), char::from(*second))
    }
}

impl FromStr for CountryCode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] => Ok(Self([*first, *second])),
            _ => Err("must be two capital letters, as in FI"),
        }
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A national identifier in its one form; `None` for a text that is none.
pub fn national_identifier(country: CountryCode, text: &str) -> Option<PersonalIdentifier> {
    let mut identifier = text.trim().to_ascii_uppercase();
    if country == CountryCode::SWEDEN {
        identifier = without_sign(identifier);
    }
    if country == CountryCode::ESTONIA {
        identifier = without_country(identifier);
    }
    let is_one = match country {
        CountryCode::ESTONIA => is_estonian(&identifier),
        CountryCode::FINLAND => is_finnish(&identifier),
        CountryCode::NORWAY => is_norwegian(&identifier),
        CountryCode::SWEDEN => is_swedish(&identifier),
        _ => is_plain(&identifier),
    };
    let source = IdentitySource::Country(country);
    is_one.then(|| PersonalIdentifier { source, identifier: Secret::new(identifier) })
}

fn is_plain(identifier: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'+';
    (4..=LONGEST).contains(&identifier.len()) && identifier.bytes().all(is_known)
}

/// A Finnish personal identity code: day, month and year of birth, the sign of the century, a number and a check.
fn is_finnish(identifier: &str) -> bool {
    let digits = |range| -> Option<u32> {
        let text: &str = identifier.get(range)?;
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    };
    let (Some(date), Some(number), 11) = (digits(0..6), digits(7..10), identifier.len()) else { return false };
    let century = match identifier.as_bytes().get(6) {
        Some(b'+') => 1800,
        Some(b'-' | b'U'..=b'Y') => 1900,
        Some(b'A'..=b'F') => 2000,
        _ => return false,
    };
    let check = usize::try_from((date * 1000 + number) % 31).ok().and_then(|rest| CHECKS.get(rest));
    is_day(century + date % 100, date / 100 % 100, date / 10_000)
        && number >= 2
        && check == identifier.as_bytes().last()
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    match (i16::try_from(year), i8::try_from(month), i8::try_from(day)) {
        (Ok(year), Ok(month), Ok(day)) => jiff::civil::Date::new(year, month, day).is_ok(),
        _ => false,
    }
}

/// The digits of a text of so many digits and nothing else.
fn all_digits(text: &str, length: usize) -> Option<Vec<u32>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(10)).collect();
    digits.filter(|digits| digits.len() == length)
}

fn number_of(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + digit)
}

/// An Estonian personal code (isikukood): sex and century, year, month and day of birth, a number and a check.
fn is_estonian(identifier: &str) -> bool {
    let Some(digits) = all_digits(identifier, 11) else { return false };
    let (Some(first @ 1..=8), Some(check)) = (digits.first(), digits.last()) else { return false };
    let [year, month, day] = [1..3, 3..5, 5..7].map(|range| digits.get(range).map(number_of).unwrap_or_default());
    let century = 1800 + (first - 1) / 2 * 100;
    let rest = |weights: &[u32]| -> u32 {
        weights.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum::<u32>() % 11
    };
    let [usual, second] = ESTONIAN_WEIGHTS.map(rest);
    let wanted = if usual < 10 { usual } else { second % 10 };
    is_day(century + year, month, day) && *check == wanted
}

/// An Estonian personal code without the words that certificates and brokers write before it.
fn without_country(identifier: String) -> String {
    let code = identifier.strip_prefix("PNOEE-").or_else(|| identifier.strip_prefix("EE")).map(str::to_owned);
    code.unwrap_or(identifier)
}

/// A Norwegian identity number (fødselsnummer): day, month and year of birth, a number and two checks. In a D number, which
/// foreigners are given, 40 is added to the day.
fn is_norwegian(identifier: &str) -> bool {
    let Some(digits) = all_digits(identifier, 11) else { return false };
    let [day, month, year] = [0..2, 2..4, 4..6].map(|range| digits.get(range).map(number_of).unwrap_or_default());
    let day = if day > 40 { day - 40 } else { day };
    let sum = |weights: &[u32]| -> u32 { weights.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum() };
    let checks = NORWEGIAN_WEIGHTS.into_iter().all(|weights| sum(weights) % 11 == 0);
    // The centuries overlap: only a leap day tells them apart.
    checks && [1800, 1900, 2000].into_iter().any(|century| is_day(century + year, month, day))
}

/// A Swedish personal number of twelve digits: year, month and day of birth, a number and a check by the formula of Luhn. In
/// a coordination number, which people without a registered address are given, 60 is added to the day.
fn is_swedish(identifier: &str) -> bool {
    let Some(digits) = all_digits(identifier, 12) else { return false };
    let [year, month, day] = [0..4, 4..6, 6..8].map(|range| digits.get(range).map(number_of).unwrap_or_default());
    let day = if day > 60 { day - 60 } else { day };
    let doubled = |(place, digit): (usize, &u32)| if place % 2 == 0 { digit * 2 } else { *digit };
    let sum: u32 = digits.iter().skip(2).enumerate().map(doubled).map(|value| value / 10 + value % 10).sum();
    (1800..2100).contains(&year) && is_day(year, month, day) && sum.is_multiple_of(10)
}

/// A Swedish personal number without the sign that people write before its last four digits.
fn without_sign(identifier: String) -> String {
    match identifier.split_once(['-', '+']) {
        Some((date, number)) if date.len() == 8 && number.len() == 4 => format!("{date}{number}"),
        _ => identifier,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finnish(text: &str) -> bool {
        national_identifier(CountryCode::FINLAND, text).is_some()
    }

    #[test]
    fn finnish_identifiers_are_checked_by_date_century_and_check_character() {
        // The examples of the Digital and Population Data Services Agency, and one of each new sign of a century.
        for good in [
            "131052-308T",
            "131052-308t ",
            "010594Y9032",
            "010594Y9021",
            "020594X903P",
            "020594X902N",
            "030594W903B",
            "030694W9024",
            "040594V9030",
            "040594V902Y",
            "050594U903M",
            "050594U902L",
            "010516B903X",
            "010516B902W",
            "020516C903K",
            "020516C902J",
            "030516D9037",
            "030516D9026",
            "010501E9032",
            "020502E902X",
            "020503F9037",
            "020504A902E",
            "020504B904H",
        ] {
            assert!(finnish(good), "{good}");
        }
        for bad in [
            "131052-308U",
            "131052-307T",
            "311152-308T",
            "131352-308T",
            "131052*308T",
            "131052-308",
            "131052-001R",
            "",
            "ÄÄÄÄÄÄ",
        ] {
            assert!(!finnish(bad), "{bad}");
        }
    }

    #[test]
    fn a_country_is_two_capital_letters() {
        assert_eq!("SE".parse::<CountryCode>().map(|country| country.to_string()), Ok("SE".to_owned()));
        for wrong in ["se", "S", "SWE", "S1", "ÅÄ"] {
            assert!(wrong.parse::<CountryCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn norwegian_identifiers_are_checked_by_date_and_both_check_digits() {
        // Numbers of public test users, a D number, and a leap day.
        for good in ["13097248022", "01010750160", "15076500565", "27034698436", "55076500559", "29020050169"] {
            assert!(national_identifier(CountryCode::NORWAY, good).is_some(), "{good}");
        }
        for bad in [
            "13097248023",
            "13097248122",
            "17029012345",
            "01139000001",
            "1309724802",
            "130972480220",
            "1309724802A",
            "",
        ] {
            assert!(national_identifier(CountryCode::NORWAY, bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn estonian_identifiers_are_checked_by_date_and_check_digit() {
        // Those of public test cards and test accounts, one whose check needs the second row of weights, a leap day.
        for good in
            ["38001085718", "60001019906", "50001029996", "61710030163", "38412319871", "40404049996", "50002290002"]
        {
            for written in [good.to_owned(), format!("PNOEE-{good}"), format!("ee{good}")] {
                let read = national_identifier(CountryCode::ESTONIA, &written);
                assert_eq!(read.map(|read| read.identifier.reveal().clone()).as_deref(), Some(good), "{written}");
            }
        }
        for bad in [
            "38001085719",
            "38013085718",
            "08001085718",
            "98001085718",
            "3800108571",
            "380010857180",
            "3800108571A",
            "PNOLV-38001085718",
            "EEEE38001085718",
            "",
        ] {
            assert!(national_identifier(CountryCode::ESTONIA, bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn swedish_identifiers_are_checked_by_date_and_check_digit() {
        // The test person of BankID, numbers that the tax agency has set aside for tests, a coordination number, a leap day.
        for good in [
            "199908072391",
            "191212121212",
            "198112189876",
            "189001019802",
            "199908672398",
            "200002291235",
            "19121212-1212",
        ] {
            let read = national_identifier(CountryCode::SWEDEN, good);
            let digits: String = good.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(read.map(|read| read.identifier.reveal().clone()), Some(digits), "{good}");
        }
        for bad in [
            "199908072392",
            "190002291235",
            "200102291234",
            "179908072391",
            "9908072391",
            "990807-2391",
            "1999080723910",
            "19990807239A",
            "199-08072391",
            "",
        ] {
            assert!(national_identifier(CountryCode::SWEDEN, bad).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn reading_an_identifier_never_panics(text in ".{0,80}|[0-9+-]{10,13}") {
            for country in [CountryCode::FINLAND, CountryCode::NORWAY, CountryCode::SWEDEN, CountryCode::ESTONIA] {
                let _ = national_identifier(country, &text);
            }
        }
    }
}
