//! The code that a device shows and a person types (RFC 8628 §6.1): eight consonants, so that it spells no
//! word and nothing in it is taken for something else; 34.6 bits, which is why tries are counted.

use crate::platform::random::Random;
use crate::platform::typed::plain;

/// Twenty letters without vowels, digits and look-alikes.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// How many of them.
const LENGTH: usize = 8;
/// Random bytes below this are as many of each letter; the others are thrown away.
const EVEN: u8 = 240;

/// A code, without the dash that it is shown with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct UserCode(String);

impl std::fmt::Debug for UserCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("***")
    }
}

impl UserCode {
    /// A new code.
    pub(crate) fn new(random: &Random) -> Self {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH {
            let letters = random.bytes::<16>().into_iter().filter(|byte| *byte < EVEN);
            let letters = letters.filter_map(|byte| LETTERS.get(usize::from(byte) % LETTERS.len()));
            code.extend(letters.take(LENGTH - code.len()).copied().map(char::from));
        }
        Self(code)
    }

    /// Reads what a person typed: case, spaces and dashes do not matter. `None` for what can be none.
    pub(crate) fn parse(typed: &str) -> Option<Self> {
        let code = plain(typed).replace('-', "").to_ascii_uppercase();
        let is_code = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
        is_code.then_some(Self(code))
    }

    /// The letters alone, as they are hashed and kept.
    pub(crate) fn letters(&self) -> &str {
        &self.0
    }

    /// As it is shown: `BCDF-GHJK`.
    pub(crate) fn shown(&self) -> String {
        let (first, second) = self.0.split_at_checked(LENGTH / 2).unwrap_or((&self.0, ""));
        format!("{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "b-c-d-f-g-h-j-k", "BCDF–GHJK"] {
            assert_eq!(UserCode::parse(typed).unwrap().shown(), "BCDF-GHJK", "{typed}");
        }
        for wrong in ["", "BCDF-GHJ", "BCDF-GHJKL", "BCDF-GHJA", "BCDF-GHJ1", "BCDF_GHJK", "ÄCDFGHJK"] {
            assert_eq!(UserCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_letter_comes_as_often_as_every_other() {
        let random = Random::new();
        let mut counts: BTreeMap<u8, u32> = BTreeMap::new();
        for _ in 0..2_500 {
            for letter in UserCode::new(&random).letters().bytes() {
                *counts.entry(letter).or_default() += 1;
            }
        }
        // A thousand of each, give or take; a modulo of 256 would give some of them a twelfth more.
        assert_eq!(counts.len(), LETTERS.len());
        assert!(counts.values().all(|count| (800..1200).contains(count)), "{counts:?}");
    }

    proptest! {
        #[test]
        fn reading_never_panics(typed in ".{0,60}") {
            if let Some(code) = UserCode::parse(&typed) {
                prop_assert_eq!(UserCode::parse(&code.shown()), Some(code));
            }
        }
    }
}
