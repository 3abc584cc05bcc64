//! Accepted settings, and the messages about refused ones.

use super::*;

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

#[test]
fn three_mistakes_are_told_at_once_and_none_is_guessed() {
    let wrong = texts(&[
        ("public_url", "http://id.company.example"),
        ("listen", "everywhere"),
        ("databse_url", "sqlite:x.db"),
        ("secret_key", KEY),
    ]);
    let mistakes = Settings::from_texts(wrong, Vec::new()).unwrap_err();
    let names: Vec<_> = mistakes.iter().map(|mistake| mistake.name.as_str()).collect();
    assert_eq!(names, ["public_url", "listen", "databse_url"]);
}

#[test]
fn missing_settings_are_named_with_a_remedy() {
    let mistakes = Settings::from_texts(BTreeMap::new(), Vec::new()).unwrap_err();
    let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].contains("openssl rand -base64 32"), "{told:?}");
}

#[test]
fn a_weak_hash_is_refused() {
    let weak = texts(&[("public_url", "https://a.example"), ("secret_key", KEY), ("password_hash_memory", "1024")]);
    assert_eq!(Settings::from_texts(weak, Vec::new()).unwrap_err().len(), 1);
}

#[test]
fn the_public_url_is_an_origin() {
    for wrong in ["id.example", "https://a.example/path", "https://user@a.example", "http://a.example", "ftp://a"] {
        assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
    }
    let url: PublicUrl = "https://id.example:8443/".parse().unwrap();
    assert_eq!((url.origin(), url.host()), ("https://id.example:8443", "id.example:8443"));
}

#[test]
fn secrets_of_the_settings_do_not_print() {
    let right = texts(&[
        ("public_url", "https://a.example"),
        ("secret_key", KEY),
        ("database_url", "postgres://salpa:hunter2@db/salpa"),
    ]);
    let printed = format!("{:?}", Settings::from_texts(right, Vec::new()).unwrap());
    assert!(!printed.contains("hunter2") && !printed.contains("AAAA"), "{printed}");
}
