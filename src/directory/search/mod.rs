//! Search while typing, by the beginnings of the words of a name, an address or a number. An index of words, so that no
//! search reads more than it finds, on either database.

mod store;

pub(crate) use store::{SearchEntry, add_each, forget, keep, matching};

use unicode_normalization::UnicodeNormalization;

use super::companies::CompanyId;

/// The greatest number of indexed words of one subject; further ones are left out.
const MOST_WORDS: usize = 16;
/// The indexed length of a word, in characters.
const LONGEST_WORD: usize = 40;

/// The set that is searched. No search goes beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SearchScope {
    /// The users of a company, without removed ones.
    UsersOf(CompanyId),
    /// The employees of a company.
    EmployeesOf(CompanyId),
    /// The clients of an accounting office.
    ClientsOf(CompanyId),
}

impl SearchScope {
    fn stored(self) -> String {
        match self {
            Self::UsersOf(company) => format!("users:{company}"),
            Self::EmployeesOf(company) => format!("employees:{company}"),
            Self::ClientsOf(office) => format!("clients:{office}"),
        }
    }
}

/// The words of texts, in lower case and without accents.
pub(crate) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = texts.into_iter().flat_map(words_of).collect();
    words.sort();
    words.dedup();
    words.truncate(MOST_WORDS);
    words
}

/// The sort key of a name: the same on both databases, whatever their locale. Å, Ä and Ö are last, as in Finnish and
/// Swedish.
pub(crate) fn sort_key(name: &str) -> Vec<u8> {
    // A letter with its accent may be two characters.
    let whole: String = name.nfc().collect();
    let simple: String = whole
        .to_lowercase()
        .chars()
        .map(|character| match character {
            'å' => '\u{f001}',
            'ä' => '\u{f002}',
            'ö' => '\u{f003}',
            other => other,
        })
        .collect();
    plain(&simple).into_bytes()
}

fn words_of(text: &str) -> Vec<Vec<u8>> {
    let text = plain(&text.to_lowercase());
    // A number is one word in every spelling: "+358 40 123", "040 123" and "1234567-8".
    let belongs_to_number = |character: char| character.is_ascii_digit() || " +-()/.".contains(character);
    if text.chars().all(belongs_to_number) && text.chars().any(|character| character.is_ascii_digit()) {
        let digits = text.chars().filter(char::is_ascii_digit).take(LONGEST_WORD);
        return vec![digits.collect::<String>().into_bytes()];
    }
    text.split(|character: char| !character.is_alphanumeric() && character != '@' && character != '.')
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST_WORD).collect::<String>().into_bytes())
        .collect()
}

/// The text without accents, so that both spellings find it.
fn plain(text: &str) -> String {
    text.nfkd().filter(|character| !unicode_normalization::char::is_combining_mark(*character)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_by(text: &str) -> Vec<String> {
        words([text]).into_iter().map(|word| String::from_utf8(word).unwrap()).collect()
    }

    #[test]
    fn a_name_is_found_by_each_of_its_words_in_any_spelling() {
        assert_eq!(found_by("Anna-Liisa Mäkelä"), ["anna", "liisa", "makela"]);
        assert_eq!(found_by("Kallio & Laine Oy"), ["kallio", "laine", "oy"]);
    }

    #[test]
    fn an_address_is_one_word_and_so_is_a_number() {
        assert_eq!(found_by("aino.virtanen@kallio.example"), ["aino.virtanen@kallio.example"]);
        assert_eq!(found_by("+358 40 123 4567"), ["358401234567"]);
        assert_eq!(found_by("040 123"), ["040123"]);
        assert_eq!(found_by("1234567-8"), ["12345678"]);
    }

    #[test]
    fn finnish_letters_stand_at_the_end() {
        let mut names = ["Öhman", "Åberg", "Zetterberg", "Äijälä", "Aalto", "éclair"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["Aalto", "éclair", "Zetterberg", "Åberg", "Äijälä", "Öhman"]);
        assert_eq!(sort_key("Mäkelä"), sort_key("Ma\u{308}kela\u{308}"), "however the letters came");
    }

    proptest::proptest! {
        #[test]
        fn words_never_panic_and_are_bounded(text in ".{0,400}") {
            let words = words([text.as_str()]);
            proptest::prop_assert!(words.len() <= MOST_WORDS);
            proptest::prop_assert!(words.iter().all(|word| word.len() <= LONGEST_WORD * 4));
        }
    }
}
