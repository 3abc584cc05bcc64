//! Text that stays on its line: names, titles and announcements, at whatever door they come in.

/// Whether a character would break the line, turn its direction, or hide in it: control characters, the separators of
/// lines and paragraphs, and the embeddings, overrides and isolates of the bidirectional algorithm (UAX #9).
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_or_breaks_a_line_is_unseen_and_what_people_write_is_not() {
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
