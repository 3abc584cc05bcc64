//! The text that a phone signs. Page and server make it apart from each other, byte for byte alike: a list in JSON
//! whose strings say for what, at which service, by which phone and about which question.

use crate::platform::secret::hash_token;

/// The first string of each text: a signature of something else is none of these.
const DOMAIN: &str = "salpa-phone-1";

/// The purpose of a signature. One for one purpose is none for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningPurpose {
    /// To add the phone: it shows that it has its key.
    Connect,
    /// To unlock the app.
    Unlock,
    /// To approve a question.
    Approve,
    /// To sign a browser in by a scanned code.
    SignIn,
    /// To let a passkey take the place of the PIN.
    Biometrics,
}

impl SigningPurpose {
    /// The word in the text.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Unlock => "unlock",
            Self::Approve => "approve",
            Self::SignIn => "sign-in",
            Self::Biometrics => "biometrics",
        }
    }
}

/// A text that a phone signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedText(String);

impl SignedText {
    /// The text of a purpose at the service of an origin, by a phone (of one that is being added: `new`), about a
    /// challenge or question, with what the phone shows of it.
    pub fn new(origin: &str, purpose: SigningPurpose, phone: &str, subject: &str, fields: &[(&str, &str)]) -> Self {
        let text = serde_json::json!([DOMAIN, origin, purpose.as_str(), phone, subject, fields]);
        Self(text.to_string())
    }

    /// The bytes under the signature.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The SHA-256 of these bytes, which a passkey is given as its challenge.
    pub fn hash(&self) -> [u8; 32] {
        hash_token(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same as `JSON.stringify` of a browser makes: `e2e/phone-rules.test.mjs` has the other half.
    #[test]
    fn the_text_is_the_one_that_browsers_make() {
        let fields = [("application", "Ruori \"Books\" & <Co>\n\u{1}"), ("place", "Jyväskylä\u{2028}\\")];
        let text = SignedText::new("https://id.example", SigningPurpose::Approve, "p-1", "q-1", &fields);
        let expected = "[\"salpa-phone-1\",\"https://id.example\",\"approve\",\"p-1\",\"q-1\",\
                        [[\"application\",\"Ruori \\\"Books\\\" & <Co>\\n\\u0001\"],[\"place\",\"Jyväskylä\u{2028}\\\\\"]]]";
        assert_eq!(std::str::from_utf8(text.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn nothing_that_is_typed_moves_a_border() {
        let of = |subject: &str, fields: &[(&str, &str)]| {
            SignedText::new("https://id.example", SigningPurpose::Approve, "p", subject, fields)
        };
        assert_ne!(of("a\",\"b", &[]), of("a", &[("b", "")]));
        assert_ne!(of("q", &[("a", "b"), ("c", "d")]), of("q", &[("a", "b\"],[\"c\",\"d")]));
    }
}
