//! The number that the browser shows and the phone asks for.

use crate::platform::random::Random;
use crate::platform::secret::{Secret, equal_in_constant_time};
use crate::platform::typed::plain;

/// The digits of a number where no policy wants more.
pub(crate) const SHORTEST_NUMBER: u32 = 2;
/// The digits of a number by NIST SP 800-63B-4 §3.1.3.2.
pub(crate) const LONGEST_NUMBER: u32 = 6;
/// How many wrong numbers end a question. With two digits a guess is right once in a hundred.
const MOST_WRONG: i64 = 2;

/// The digits of a number, as a person typed them: spaces, dashes and invisible characters are dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApprovalNumber(String);

impl ApprovalNumber {
    /// Reads what was typed; `None` where it is no number of two to six digits.
    pub(crate) fn typed(text: &str) -> Option<Self> {
        let digits = plain(text).replace(['-', '.'], "");
        let lengths = SHORTEST_NUMBER as usize..=LONGEST_NUMBER as usize;
        let is_number = lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(Self(digits))
    }

    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new number of the nearest allowed length, all numbers equally likely.
pub(crate) fn draw(random: &Random, digits: u32) -> Secret<String> {
    let skipped = LONGEST_NUMBER.saturating_sub(digits.max(SHORTEST_NUMBER)) as usize;
    Secret::new(random.six_digits().reveal().chars().skip(skipped).collect())
}

/// The result of a typed number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberCheck {
    /// It is the one.
    Right,
    /// It is another one, and may be typed again.
    Wrong,
    /// It is another one, and was the last.
    LastWrong,
}

/// Compares a typed number after so many wrong ones.
pub(crate) fn compare(typed: &ApprovalNumber, right: &str, wrong_before: i64) -> NumberCheck {
    match equal_in_constant_time(typed.as_str().as_bytes(), right.as_bytes()) {
        true if wrong_before < MOST_WRONG => NumberCheck::Right,
        _ if wrong_before.saturating_add(1) < MOST_WRONG => NumberCheck::Wrong,
        _ => NumberCheck::LastWrong,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn number(typed: &str) -> ApprovalNumber {
        ApprovalNumber::typed(typed).unwrap()
    }

    #[test]
    fn numbers_have_the_digits_that_are_wanted_and_each_comes_up() {
        let random = Random::new();
        let drawn: BTreeSet<String> =
            (0..5000).map(|_| draw(&random, 2).reveal().clone()).inspect(|it| assert_eq!(it.len(), 2)).collect();
        assert_eq!(drawn.len(), 100);
        for (wanted, length) in [(0, 2), (2, 2), (6, 6), (60, 6)] {
            assert_eq!(draw(&random, wanted).reveal().len(), length);
        }
    }

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        for typed in ["47", " 4 7 ", "4-7", "\u{feff}４７"] {
            assert_eq!(number(typed).as_str(), "47", "{typed}");
        }
        for typed in ["", "4", "1234567", "4a", "ab", "-", "+47"] {
            assert!(ApprovalNumber::typed(typed).is_none(), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn all_numbers_one_after_the_other_are_two_tries(right in 0_u32..100, order in Just((0_u32..100).collect::<Vec<_>>()).prop_shuffle()) {
            let right = format!("{right:02}");
            let (mut wrong, mut is_right, mut looked_at) = (0_i64, false, 0);
            for guess in order {
                looked_at += 1;
                match compare(&number(&format!("{guess:02}")), &right, wrong) {
                    NumberCheck::Right => is_right = true,
                    NumberCheck::Wrong => wrong += 1,
                    NumberCheck::LastWrong => break,
                }
                if is_right {
                    break;
                }
            }
            prop_assert!(looked_at <= 2);
        }

        #[test]
        fn after_the_last_wrong_number_no_number_is_right(right in "[0-9]{2,6}", wrong in MOST_WRONG..1000) {
            prop_assert_eq!(compare(&number(&right), &right, wrong), NumberCheck::LastWrong);
        }

        #[test]
        fn a_number_of_another_length_is_never_right(right in "[0-9]{2}", typed in "[0-9]{3,6}") {
            prop_assert_ne!(compare(&number(&typed), &right, 0), NumberCheck::Right);
        }
    }
}
