//! The standards' short words, explained for people.

/// The names of methods in their order: knowledge, possession, biometrics. Methods that say how many and by whom, not
/// with what, have no words (RFC 8176).
const METHODS: [(&str, &str); 11] = [
    ("pwd", "password"),
    ("pin", "a PIN"),
    ("kba", "a recovery code"),
    ("otp", "a code from an authenticator app"),
    ("sms", "a code by text message"),
    ("hwk", "a security key or passkey"),
    ("swk", "a key kept on a device"),
    ("fpt", "a fingerprint"),
    ("face", "a face"),
    ("mfa", ""),
    ("user", ""),
];

/// The methods of a sign-in, in a sentence.
pub(super) fn methods(amr: &[String]) -> String {
    let is_told = |name: &str| amr.iter().any(|method| method == name);
    let known = METHODS.iter().filter(|(name, words)| is_told(name) && !words.is_empty()).map(|(_, words)| *words);
    let unknown = amr.iter().map(String::as_str).filter(|method| METHODS.iter().all(|(name, _)| name != method));
    let words: Vec<&str> = known.chain(unknown).collect();
    let sentence = match words.as_slice() {
        [] => "not told".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    capitalised(&sentence)
}

/// The strength of a sign-in, in a sentence.
pub(super) fn assurance(acr: Option<&str>) -> String {
    match acr {
        Some("aal1") => "One proof".to_owned(),
        Some("aal2") => "Two proofs of different kinds".to_owned(),
        Some("phr") => "Proof that cannot be phished".to_owned(),
        Some(other) => other.to_owned(),
        None => "Not told".to_owned(),
    }
}

/// The meaning of the provider's error (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6), and the consequence.
pub(super) fn refusal(error: &str) -> &'static str {
    match error {
        "access_denied" => "The sign-in was stopped, or you don’t have access to this application.",
        "login_required" | "interaction_required" | "account_selection_required" | "consent_required" => {
            "The sign-in service needs you to sign in again."
        }
        "unmet_authentication_requirements" => "You signed in, but not as strongly as this needs.",
        "temporarily_unavailable" => "The sign-in service is busy right now.",
        "server_error" => "Something went wrong at the sign-in service.",
        "invalid_grant" => "The sign-in took too long, or it was used already.",
        _ => "This application and the sign-in service do not agree on how to sign in.",
    }
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(amr: &[&str]) -> String {
        methods(&amr.iter().map(|method| (*method).to_owned()).collect::<Vec<_>>())
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
    fn every_assurance_has_words() {
        assert_eq!(assurance(Some("aal2")), "Two proofs of different kinds");
        assert_eq!(assurance(None), "Not told");
    }
}
