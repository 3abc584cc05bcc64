//! Every refusal that the program can show has its words, in every language.

use std::fs;
use std::path::Path;

use salpa::platform::web::translations::{Language, Texts};
use salpa::proofs::Factor;

/// The names of refusals: the text that follows a status (`StatusCode::GONE, "expired"`), wherever a page
/// is made of it.
fn refusals(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            refusals(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(text.split("StatusCode::").skip(1).filter_map(named).map(str::to_owned));
        }
    }
}

/// The name right after a status, if there is one.
fn named(after: &str) -> Option<&str> {
    let rest = after.trim_start_matches(|character: char| character.is_ascii_uppercase() || character == '_');
    let quoted = rest.strip_prefix(", \"").or_else(|| rest.strip_prefix(" => \""))?;
    let is_name = |text: &&str| text.chars().all(|character| character.is_ascii_lowercase() || character == '-');
    quoted.split('"').next().filter(is_name)
}

#[test]
fn every_refusal_has_its_words_in_every_language() {
    let mut keys = Vec::new();
    refusals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut keys);
    keys.extend(["fault", "busy", "redirect", "application"].map(str::to_owned));
    for known in
        ["expired", "other-browser", "cookies", "closed", "someone-else", "strength", "not-found", "cross-site"]
    {
        assert!(keys.iter().any(|key| key == known), "{known} was not found: {keys:?}");
    }

    for language in Language::ALL {
        let texts = Texts::new(language);
        for key in &keys {
            for text in [texts.text(&format!("error-{key}-title")), texts.text(&format!("error-{key}-text"))] {
                assert!(!text.contains('⟦'), "{language:?} lacks {text}");
            }
        }
    }
}

#[test]
fn every_factor_has_its_words_in_every_language() {
    let is_named = |factor: &Factor| factor.traits().stands_alone || *factor == Factor::ConfirmationCode;
    let named = Factor::ALL.into_iter().filter(is_named).flat_map(|factor| [factor.key(""), factor.key("refused")]);
    let texts_of_second_step =
        |factor: Factor| ["short", "step", "effort", "use", "set-up"].map(|text| factor.key(text));
    let keys: Vec<String> = named.chain(Factor::second_steps().flat_map(texts_of_second_step)).collect();
    assert!(keys.len() > 15, "{keys:?}");
    for language in Language::ALL {
        for text in keys.iter().map(|key| Texts::new(language).text(key)) {
            assert!(!text.contains('⟦'), "{language:?} lacks {text}");
        }
    }
}
