//! Passwords (FLOWS.md 1): long rather than complicated, never forced to change, and refused with the reason if they
//! are easy to guess.

mod store;

use unicode_normalization::UnicodeNormalization;

pub(crate) use crate::platform::hashing::imported_of_fusionauth;
pub use crate::platform::hashing::{Comparison, HashPool, Lot, NotAHash, TooBusy, imported, imported_of_keycloak};
pub use store::{PasswordCheck, check, renew, set};
pub(crate) use store::{StoredPassword, changed_at, is_unchanged, learn_schemes, remove, set_anew, set_each};

use crate::platform::secret::Secret;

/// The fewest characters beside a second factor (NIST SP 800-63B-4 §3.1.1.2).
pub(crate) const LEAST: usize = 8;
/// The fewest characters of a password that stands alone.
pub(crate) const LEAST_ALONE: usize = 15;
/// The fewest letters and digits that remain of a password without the names that others know.
const LEAST_BESIDE_NAMES: usize = 4;
/// The most bytes: more than anybody types, and little to hash.
pub(crate) const MOST_BYTES: usize = 1024;

/// A password in the form that is hashed: normalised (NFC), so that it is the same from every keyboard.
#[derive(Clone, Debug)]
pub struct Password {
    normalised: Secret<String>,
    /// The same letters in other forms of Unicode, as other systems hash them. Of most passwords there are none.
    other_forms: Vec<Secret<String>>,
}

/// The reason for which a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// Fewer than [`LEAST`] characters.
    TooShort,
    /// More than [`MOST_BYTES`] bytes.
    TooLong,
    /// It is common, leaked, a pattern, or made of names that others know.
    EasyToGuess,
}

impl PasswordRefusal {
    /// The reason in words for the operator.
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooShort => "is shorter than 8 characters",
            Self::TooLong => "is longer than 1024 bytes",
            Self::EasyToGuess => "is common, leaked, a pattern, or made of names that others know",
        }
    }
}

impl Password {
    /// A typed password, for comparison; `None` if it is empty or too long.
    pub fn typed(text: &str) -> Option<Self> {
        (!text.is_empty() && text.len() <= MOST_BYTES).then(|| Self::of(text))
    }

    fn of(text: &str) -> Self {
        let normalised: String = text.nfc().collect();
        let mut other_forms: Vec<String> = Vec::new();
        for form in [text.to_owned(), text.nfd().collect(), with_tones_apart(&normalised)] {
            if form != normalised && !other_forms.contains(&form) {
                other_forms.push(form);
            }
        }
        let other_forms = other_forms.into_iter().map(Secret::new).collect();
        Self { normalised: Secret::new(normalised), other_forms }
    }

    /// A password to set. `names` are those of the person, the company and the product.
    ///
    /// # Errors
    /// The reason of a refusal.
    pub fn chosen(text: &str, names: &[&str]) -> Result<Self, PasswordRefusal> {
        if text.len() > MOST_BYTES {
            return Err(PasswordRefusal::TooLong);
        }
        let password = Self::of(text);
        if password.length() < LEAST {
            return Err(PasswordRefusal::TooShort);
        }
        // The estimate compares words in lower case.
        let names = names.join(" ").to_lowercase();
        let words: Vec<&str> = names
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| word.len() > 2)
            .chain(["salpa"])
            .collect();
        // The estimate knows lists of common and leaked passwords, names, words, keyboard runs and the given words.
        // With less than a million guesses a patient guesser would find it.
        let guesses = zxcvbn::zxcvbn(password.normalised.reveal(), &words).guesses_log10();
        let beside_names = words
            .iter()
            .fold(password.normalised.reveal().to_lowercase(), |rest, word| rest.replace(word, ""))
            .chars()
            .filter(|character| character.is_alphanumeric())
            .count();
        if guesses < 6.0 || beside_names < LEAST_BESIDE_NAMES {
            Err(PasswordRefusal::EasyToGuess)
        } else {
            Ok(password)
        }
    }

    /// The number of characters, as people count them (NIST: code points).
    fn length(&self) -> usize {
        self.normalised.reveal().chars().count()
    }

    /// Whether it is long enough to be the only proof.
    pub fn stands_alone(&self) -> bool {
        self.length() >= LEAST_ALONE
    }

    /// The normalised password, for hashing.
    pub fn into_secret(self) -> Secret<String> {
        self.normalised
    }

    /// The normalised password, and then its other forms, to be compared.
    pub(crate) fn into_forms(self) -> Vec<Secret<String>> {
        std::iter::once(self.normalised).chain(self.other_forms).collect()
    }
}

/// A text as the Vietnamese keyboard of Windows types it: letters with their circumflex, breve or horn, and each tone
/// after its letter (code page 1258). It is neither NFC nor NFD.
fn with_tones_apart(normalised: &str) -> String {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let apart = normalised.chars().flat_map(|letter| {
        let (tones, rest): (String, String) = std::iter::once(letter).nfd().partition(|part| TONES.contains(part));
        rest.nfc().chain(tones.chars()).collect::<Vec<_>>()
    });
    apart.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_easy_to_guess_is_refused_with_the_reason() {
        assert_eq!(Password::chosen("kissa12", &[]).unwrap_err(), PasswordRefusal::TooShort);
        for easy in ["password", "12345678", "qwertyuiop", "aaaaaaaaaaaaaaaa", "AinoVirtanen1"] {
            let refused = Password::chosen(easy, &["Aino Virtanen", "aino.virtanen@kallio.example"]);
            assert_eq!(refused.err(), Some(PasswordRefusal::EasyToGuess), "{easy}");
        }
        assert_eq!(Password::chosen(&"å".repeat(600), &[]).unwrap_err(), PasswordRefusal::TooLong);
    }

    #[test]
    fn any_characters_are_welcome_and_no_composition_is_asked_for() {
        for fine in ["harmaa lokki lentää yli", "ночной поезд идёт", "🦭 seal of approval 🦭"] {
            assert!(Password::chosen(fine, &[]).unwrap().stands_alone(), "{fine}");
        }
    }

    #[test]
    fn a_password_stands_alone_from_fifteen_characters_on() {
        assert!(!Password::chosen("tuolivuorikyy", &[]).unwrap().stands_alone());
        assert!(Password::chosen("tuoli vuori kyy", &[]).unwrap().stands_alone());
    }

    #[test]
    fn the_same_letters_are_the_same_password_however_they_are_composed() {
        let composed = Password::typed("pähkinä").unwrap();
        let decomposed = Password::typed("pa\u{308}hkina\u{308}").unwrap();
        assert_eq!(composed.normalised.reveal(), decomposed.normalised.reveal());
    }

    #[test]
    fn the_forms_of_a_password_are_its_letters_as_keyboards_type_them() {
        let forms = |text: &str| -> Vec<String> {
            Password::typed(text).unwrap().into_forms().iter().map(|form| form.reveal().clone()).collect()
        };
        assert_eq!(forms("grey stones"), ["grey stones"], "of most there is one");
        let (composed, decomposed, windows) = ("m\u{1ead}t", "ma\u{323}\u{302}t", "m\u{e2}\u{323}t");
        for typed in [composed, decomposed, windows] {
            let mut found = forms(typed);
            assert_eq!(found.remove(0), composed, "{typed:?}");
            found.sort();
            assert_eq!(found, [decomposed, windows], "{typed:?}");
        }
    }
}
