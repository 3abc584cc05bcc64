//! Codes and numbers as people type or paste them, on whatever keyboard.

use unicode_normalization::UnicodeNormalization as _;

use super::one_line::is_visible;

/// The longest text that is read, in characters.
const LONGEST: usize = 200;

/// The zeros of the decimal digits of Unicode 16 (general category Nd) beside those of ASCII and those that NFKC makes
/// ASCII; the nine others follow each.
const ZEROS: [u32; 61] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0,
    0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60,
    0x16AC0, 0x16B50, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950,
];

/// A typed code without the accidents of keyboards and clipboards: decimal digits of every script and full-width letters
/// and signs as in ASCII, every dash as `-`, without white space and invisible characters. At most 200 characters are
/// read. It is for codes and numbers, never for names and passwords.
pub(crate) fn plain(typed: &str) -> String {
    let shown = typed.chars().take(LONGEST).nfkc().filter(|character| is_visible(*character)).map(plain_character);
    // A mark that stood on a dropped space joins the letter before it, and one character may have become several.
    shown.nfkc().take(LONGEST).collect()
}

fn plain_character(character: char) -> char {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' => '-',
        _ if character.is_ascii() => character,
        _ => digit(character).unwrap_or(character),
    }
}

/// The ASCII digit of the same value.
fn digit(character: char) -> Option<char> {
    let code = u32::from(character);
    ZEROS
        .into_iter()
        .find(|zero| (*zero..*zero + 10).contains(&code))
        .and_then(|zero| char::from_digit(code - zero, 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_of_every_script_are_digits() {
        for typed in [
            "641625",
            "٦٤١٦٢٥",
            "۶۴۱۶۲۵",
            "६४१६२५",
            "৬৪১৬২৫",
            "๖๔๑๖๒๕",
            "６４１６２５",
            "𝟼𝟺𝟷𝟼𝟸𝟻",
            "\u{1E956}\u{1E954}𝟙𝟨𝟸𝟱",
        ] {
            assert_eq!(plain(typed), "641625", "{typed}");
        }
        for zero in ZEROS {
            let all: String = (zero..zero + 10).filter_map(char::from_u32).collect();
            assert_eq!(plain(&all), "0123456789", "{zero:x}");
            assert!(all.chars().all(char::is_numeric), "{zero:x}");
        }
    }

    #[test]
    fn invisible_characters_and_spaces_are_dropped_and_dashes_are_one() {
        for typed in
            [" 106 325", "106\u{a0}325\n", "\u{feff}106325\u{200b}", "\u{200e}106\u{202c}325\u{200f}", "1\u{ad}06325"]
        {
            assert_eq!(plain(typed), "106325", "{typed:?}");
        }
        assert_eq!(plain("106–325"), "106-325");
        assert_eq!(plain("＋３５８ ４０"), "+35840");
        assert_eq!(plain("ｋ７ＱＸ"), "k7QX");
        assert_eq!(plain(&"1".repeat(1_000)).len(), 200);
        assert_eq!(plain("C\u{b8}"), "\u{c7}");
        assert_eq!(plain(&"\u{fdfa}".repeat(200)).chars().count(), 200);
    }

    proptest! {
        #[test]
        fn plain_text_stays_as_it_is(typed in "\\PC{0,100}") {
            let once = plain(&typed);
            prop_assert_eq!(plain(&once), once);
        }
    }
}
