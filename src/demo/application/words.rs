//! What the standards' short words mean, for people to read.

/// How somebody signed in, in a sentence (RFC 8176).
pub(super) fn methods(amr: &[String]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for method in amr {
        let word = match method.as_str() {
            "pwd" => "password",
            "otp" => "a code from an authenticator app",
            "hwk" => "a security key or passkey",
            "swk" => "a key kept on a device",
            "sms" => "a code by text message",
            "pin" => "a PIN",
            "fpt" => "a fingerprint",
            "face" => "a face",
            "kba" => "a recovery code",
            // These say how many and by whom, not with what.
            "mfa" | "mca" | "user" => continue,
            other => other,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let sentence = match words.as_slice() {
        [] => "not told".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    capitalised(&sentence)
}

/// How strongly somebody signed in, in a sentence.
pub(super) fn assurance(acr: Option<&str>) -> String {
    match acr {
        Some("aal1") => "One proof".to_owned(),
        Some("aal2") => "Two proofs of different kinds".to_owned(),
        Some("phr") => "Proof that cannot be phished".to_owned(),
        Some(other) => other.to_owned(),
        None => "Not told".to_owned(),
    }
}

/// What an error of the provider means (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6), and
/// what follows.
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
        assert_eq!(sentence(&["pwd", "otp", "mfa"]), "Password and a code from an authenticator app");
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
