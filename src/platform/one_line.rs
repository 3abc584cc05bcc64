//! Text that stays on its line: names, titles and announcements.

/// Whether a character would break the line, turn its direction, or hide in it: control characters, the separators of
/// lines and paragraphs, and the embeddings, overrides and isolates of the bidirectional algorithm (UAX #9).
pub(crate) fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}'
        )
}

/// Whether a character leaves something on the page: neither white space, nor unseen, nor one of those that Unicode
/// draws as nothing (Default_Ignorable_Code_Point, the blank of Braille).
pub(crate) fn is_visible(character: char) -> bool {
    let is_drawn_as_nothing = matches!(
        character,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    );
    !character.is_whitespace() && !is_unseen(character) && !is_drawn_as_nothing
}

/// Whether a text can be read at all: one character of it is visible.
pub(crate) fn is_readable(text: &str) -> bool {
    text.chars().any(is_visible)
}

/// Whether a text is one line that can be read and has at most so many characters: the rule for names and titles.
pub(crate) fn is_line(text: &str, longest: usize) -> bool {
    is_readable(text) && text.chars().count() <= longest && !text.chars().any(is_unseen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_anything_to_see_is_not_readable() {
        for text in
            ["", " ", "\u{200b}", "\u{3164}", "\u{115f}\u{1160}", "\u{2800} \u{2800}", "\u{200d}\u{fe0f}", "\u{e0020}"]
        {
            assert!(!is_readable(text), "{text:?}");
        }
        for text in ["a", "李", "אבי", "علی\u{200c}رضا", "é", "👩\u{200d}👩", "."] {
            assert!(is_readable(text), "{text:?}");
        }
    }

    #[test]
    fn characters_that_turn_or_break_a_line_are_unseen_and_those_of_names_are_not() {
        let is_line = |text: &str| !text.chars().any(is_unseen);
        for text in ["a\u{202e}b", "a\u{2028}b", "a\u{2066}b", "a\u{200b}b", "a\nb", "a\0b", "\u{feff}a"] {
            assert!(!is_line(text), "{text:?}");
        }
        for text in ["Åke Österlund", "אבי כהן", "علی\u{200c}رضا", "नरेन्\u{200d}द्र", "O’Brien", "李小龍", "a\u{a0}b"]
        {
            assert!(is_line(text), "{text:?}");
        }
    }
}
