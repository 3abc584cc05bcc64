//! Phone numbers, in the one form that is taken: `+`, country code, number without its first zero
//! (FLOWS.md 5). Every other form is refused, with the corrected one offered where there is one.

use phonenumber::Mode;

/// The longest that is read, in characters: more than any number with spaces.
const LONGEST: usize = 40;

/// A number that can exist, in the form of E.164.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

/// Why a number is not taken; with the corrected form, where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadPhone {
    /// It does not begin with `+` and the country code.
    NoCountry(Option<String>),
    /// It has a `.`, a `-` or another mark in it.
    Marks(Option<String>),
    /// The number has its first zero after the country code.
    FirstZero(String),
    /// No such number can exist.
    NoNumber,
}

impl BadPhone {
    /// The corrected form, as people read it.
    pub fn offered(&self) -> Option<&str> {
        match self {
            Self::NoCountry(offered) | Self::Marks(offered) => offered.as_deref(),
            Self::FirstZero(offered) => Some(offered),
            Self::NoNumber => None,
        }
    }
}

impl Phone {
    /// Takes what a person typed. Spaces are dropped.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn parse(typed: &str) -> Result<Self, BadPhone> {
        if typed.chars().count() > LONGEST {
            return Err(BadPhone::NoNumber);
        }
        let bare: String = typed.chars().filter(|character| !character.is_whitespace()).collect();
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let plain = digits(&bare);
        let rest = bare.strip_prefix('+').unwrap_or(&bare);
        if rest.chars().any(|character| matches!(character, '.' | '-' | '(' | ')' | '/')) {
            // "(0)" is how the first zero is written beside a country code.
            let corrected = digits(&rest.replace("(0)", ""));
            let offered = if bare.starts_with('+') { offer(&corrected) } else { offer_without_plus(&corrected) };
            return Err(BadPhone::Marks(offered));
        }
        if !rest.chars().all(|character| character.is_ascii_digit()) || rest.is_empty() {
            return Err(BadPhone::NoNumber);
        }
        if !bare.starts_with('+') {
            return Err(BadPhone::NoCountry(offer_without_plus(&plain)));
        }
        let Some(number) = valid(&plain) else { return Err(BadPhone::NoNumber) };
        let e164 = number.format().mode(Mode::E164).to_string();
        if e164 != bare {
            return Err(BadPhone::FirstZero(readable(&number)));
        }
        Ok(Self(e164))
    }

    /// The number as it is dialled, `+358401234567`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as people read it, `+358 40 1234567`.
    pub fn readable(&self) -> String {
        valid(self.0.trim_start_matches('+')).map_or_else(|| self.0.clone(), |number| readable(&number))
    }

    /// Reads what was stored.
    pub(super) fn from_stored(stored: String) -> Self {
        Self(stored)
    }
}

/// The number of digits that begin with a country code, if it can exist.
fn valid(digits: &str) -> Option<phonenumber::PhoneNumber> {
    let number = phonenumber::parse(None, format!("+{digits}")).ok()?;
    phonenumber::is_valid(&number).then_some(number)
}

fn readable(number: &phonenumber::PhoneNumber) -> String {
    number.format().mode(Mode::International).to_string().replace(['-', '.', '/'], " ")
}

fn offer(digits: &str) -> Option<String> {
    valid(digits).map(|number| readable(&number))
}

/// `00` is how many countries dial `+`. Without it nobody knows which country is meant.
fn offer_without_plus(digits: &str) -> Option<String> {
    offer(digits.strip_prefix("00")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_the_international_form_is_taken_with_its_spaces_dropped() {
        for (typed, taken) in [
            ("+358401234567", "+358401234567"),
            (" +358 40 123 4567 ", "+358401234567"),
            ("+358\u{a0}40\u{a0}1234567", "+358401234567"),
            ("+46 70 123 45 67", "+46701234567"),
            ("+372 5123 4567", "+37251234567"),
            ("+47 406 12 345", "+4740612345"),
            ("+44 7400 123456", "+447400123456"),
            // Italy keeps its zero.
            ("+39 06 6982 0000", "+390669820000"),
        ] {
            assert_eq!(Phone::parse(typed).map(|phone| phone.as_str().to_owned()), Ok(taken.to_owned()), "{typed}");
        }
    }

    #[test]
    fn every_other_form_is_refused_with_the_corrected_one_offered() {
        let offered = Some("+358 40 1234567".to_owned());
        for (typed, refused) in [
            ("+358-40-123-4567", BadPhone::Marks(offered.clone())),
            ("+358.40.1234567", BadPhone::Marks(offered.clone())),
            ("+358 (0)40 1234567", BadPhone::Marks(offered.clone())),
            ("+358 040 1234567", BadPhone::FirstZero("+358 40 1234567".to_owned())),
            ("00358 40 1234567", BadPhone::NoCountry(offered.clone())),
            ("00358-40-1234567", BadPhone::Marks(offered.clone())),
            ("040 1234567", BadPhone::NoCountry(None)),
            ("040-1234567", BadPhone::Marks(None)),
            ("358401234567", BadPhone::NoCountry(None)),
        ] {
            assert_eq!(Phone::parse(typed), Err(refused), "{typed}");
        }
        // What is offered is taken.
        assert!(Phone::parse("+358 40 1234567").is_ok());
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let long = "+3".repeat(1000);
        for typed in [
            "",
            "+",
            "+358",
            "+358 40",
            "+999 1234567",
            "+35840123456789012",
            "+358 40 12x4567",
            "++358401234567",
            "+٣٥٨٤٠١٢٣٤٥٦٧",
            "\0",
            long.as_str(),
        ] {
            assert_eq!(Phone::parse(typed), Err(BadPhone::NoNumber), "{typed:?}");
        }
    }

    #[test]
    fn a_number_is_read_as_it_was_written() {
        let phone = Phone::parse("+358401234567").unwrap();
        assert_eq!(phone.readable(), "+358 40 1234567");
        assert_eq!(Phone::from_stored(phone.as_str().to_owned()), phone);
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics_and_what_it_offers_is_taken(typed in "\\PC{0,45}|[+0-9 .()-]{0,20}|\\+(358|46|44|1|39)[0-9 .-]{5,14}") {
            if let Err(refused) = Phone::parse(&typed) && let Some(offered) = refused.offered() {
                proptest::prop_assert!(Phone::parse(offered).is_ok(), "{} for {}", offered, typed);
            }
        }
    }
}
