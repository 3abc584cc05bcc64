//! The country that a browser is probably used in, by the languages that it asks for. It only orders what is offered.

/// The countries of languages that are mostly spoken in one.
const OF_LANGUAGE: [(&str, &str); 11] = [
    ("fi", "FI"),
    ("sv", "SE"),
    ("et", "EE"),
    ("nb", "NO"),
    ("nn", "NO"),
    ("no", "NO"),
    ("da", "DK"),
    ("is", "IS"),
    ("lv", "LV"),
    ("lt", "LT"),
    ("pl", "PL"),
];

/// The two letters of the first country that `Accept-Language` names or means.
pub(crate) fn of_languages(accepted: &str) -> Option<String> {
    accepted.split(',').take(10).find_map(|tag| {
        let tag = tag.split(';').next().unwrap_or_default().trim();
        let mut parts = tag.split('-');
        let language = parts.next().unwrap_or_default().to_ascii_lowercase();
        let is_country = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let named = parts.find(is_country).map(str::to_ascii_uppercase);
        let meant = OF_LANGUAGE.iter().find(|(known, _)| *known == language).map(|(_, country)| (*country).to_owned());
        named.or(meant)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_country_that_a_language_tells_counts() {
        for (accepted, country) in [
            ("fi-FI,fi;q=0.9,en;q=0.8", Some("FI")),
            ("fi", Some("FI")),
            ("en,sv-fi;q=0.5", Some("FI")),
            ("zh-Hant-TW", Some("TW")),
            ("en-GB", Some("GB")),
            ("en", None),
            ("", None),
            ("*;q=0.1, -, x-1, fi_FI", None),
        ] {
            assert_eq!(of_languages(accepted).as_deref(), country, "{accepted}");
        }
    }
}
