//! The standards' short words, explained for people.

use crate::platform::web::translations::Texts;

/// The keys of the names of methods in their order: knowledge, possession, biometrics. Methods that say how many and by
/// whom, not with what, have no words (RFC 8176).
const METHODS: [(&str, &str); 11] = [
    ("pwd", "demo-method-pwd"),
    ("pin", "demo-method-pin"),
    ("kba", "demo-method-kba"),
    ("otp", "demo-method-otp"),
    ("sms", "demo-method-sms"),
    ("hwk", "demo-method-hwk"),
    ("swk", "demo-method-swk"),
    ("fpt", "demo-method-fpt"),
    ("face", "demo-method-face"),
    ("mfa", ""),
    ("user", ""),
];

/// The methods of a sign-in, in a sentence.
pub(super) fn methods(texts: Texts, amr: &[String]) -> String {
    let is_told = |name: &str| amr.iter().any(|method| method == name);
    let known = METHODS.iter().filter(|(name, key)| is_told(name) && !key.is_empty()).map(|(_, key)| texts.text(key));
    let unknown = amr.iter().filter(|method| METHODS.iter().all(|(name, _)| name != method)).cloned();
    let words: Vec<String> = known.chain(unknown).collect();
    let sentence = match words.as_slice() {
        [] => texts.text("demo-method-not-told"),
        [one] => one.clone(),
        [first @ .., last] => texts.text_with("demo-and", &[("first", &first.join(", ")), ("last", last)]),
    };
    capitalised(&sentence)
}

/// The strength of a sign-in, in a sentence.
pub(super) fn assurance(texts: Texts, acr: Option<&str>) -> String {
    match acr {
        Some("aal1") => texts.text("demo-aal1"),
        Some("aal2") => texts.text("demo-aal2"),
        Some("phr") => texts.text("demo-phr"),
        Some(other) => other.to_owned(),
        None => texts.text("demo-not-told"),
    }
}

/// The key of the meaning of the provider's error (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6), and of the
/// consequence.
pub(super) fn refusal(error: &str) -> &'static str {
    match error {
        "access_denied" => "demo-refused-access",
        "login_required" | "interaction_required" | "account_selection_required" | "consent_required" => {
            "demo-refused-again"
        }
        "unmet_authentication_requirements" => "demo-refused-strength",
        "temporarily_unavailable" => "demo-refused-busy",
        "server_error" => "demo-refused-fault",
        "invalid_grant" => "demo-refused-late",
        _ => "demo-refused-other",
    }
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::web::translations::Language;

    const ENGLISH: Language = Language::English;

    fn sentence(amr: &[&str]) -> String {
        methods(Texts::new(ENGLISH), &amr.iter().map(|method| (*method).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn methods_read_as_a_sentence() {
        assert_eq!(sentence(&["pwd"]), "Password");
        assert_eq!(sentence(&["mfa", "otp", "pwd"]), "Password and a code from an authenticator app");
        assert_eq!(
            sentence(&["pwd", "otp", "sms"]),
            "Password, a code from an authenticator app and a code by text message"
        );
        assert_eq!(sentence(&[]), "Not told");
        assert_eq!(sentence(&["mfa"]), "Not told");
        assert_eq!(sentence(&["zkp"]), "Zkp");
    }

    #[test]
    fn methods_read_as_a_sentence_in_finnish() {
        let amr = ["mfa", "otp", "pwd"].map(str::to_owned);
        assert_eq!(methods(Texts::new(Language::Finnish), &amr), "Salasana ja todennussovelluksen koodi");
    }

    #[test]
    fn every_assurance_has_words() {
        assert_eq!(assurance(Texts::new(ENGLISH), Some("aal2")), "Two proofs of different kinds");
        assert_eq!(assurance(Texts::new(ENGLISH), None), "Not told");
    }
}
