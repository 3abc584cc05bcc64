//! Seeds in writings that do not show by themselves what they are: another system says it beside them.

use std::str::FromStr;

use data_encoding::{BASE64_NOPAD, HEXLOWER_PERMISSIVE};
use serde_json::Value;

use super::{CodeForm, SHORTEST_SEED, Seed, UnfitForm};
use crate::platform::secret::Secret;

/// The writing of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeedEncoding {
    /// Base32, as apps read it.
    Base32,
    /// Hexadecimal digits.
    Hexadecimal,
    /// Base64: FusionAuth's.
    Base64,
    /// The characters themselves are the bytes: Keycloak's.
    Text,
}

impl FromStr for SeedEncoding {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.to_ascii_lowercase().as_str() {
            "base32" => Ok(Self::Base32),
            "hex" | "hexadecimal" => Ok(Self::Hexadecimal),
            "base64" => Ok(Self::Base64),
            "text" => Ok(Self::Text),
            _ => Err("encoding must be base32, hex, base64 or text"),
        }
    }
}

impl Seed {
    /// The seed of a text in a known writing; `None` if it is none, or shorter than 80 bits.
    pub(crate) fn of_encoding(text: &str, encoding: SeedEncoding) -> Option<Self> {
        let bytes = match encoding {
            SeedEncoding::Base32 => return Self::from_base32(text),
            SeedEncoding::Hexadecimal => HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?,
            SeedEncoding::Base64 => BASE64_NOPAD.decode(text.trim().trim_end_matches('=').as_bytes()).ok()?,
            SeedEncoding::Text => text.as_bytes().to_vec(),
        };
        (bytes.len() >= SHORTEST_SEED).then(|| Self { secret: Secret::new(bytes), form: CodeForm::USUAL })
    }

    /// Keycloak's export of an authenticator app: `credentialData` and `secretData`, each JSON in a text.
    ///
    /// # Errors
    /// [`UnfitForm`] for codes that count tries, or that no app here shows; `Ok(None)` for no seed.
    pub(crate) fn of_keycloak(credential: &str, secret: &str) -> Result<Option<Self>, UnfitForm> {
        let read = |text| serde_json::from_str::<Value>(text).ok();
        let Some((credential, secret)) = read(credential).zip(read(secret)) else { return Ok(None) };
        let text = |name: &str| credential.get(name).and_then(Value::as_str);
        let number = |name: &str, usual: u64| credential.get(name).and_then(Value::as_u64).unwrap_or(usual);
        if text("subType").unwrap_or("totp") != "totp" {
            return Err(UnfitForm);
        }
        let narrow = |number: u64| u32::try_from(number).map_err(|_| UnfitForm);
        let form = CodeForm::USUAL
            .with_algorithm(text("algorithm").unwrap_or("HmacSHA1"))?
            .with_digits(narrow(number("digits", 6))?)?
            .with_period(narrow(number("period", 30))?)?;
        let encoding = match text("secretEncoding") {
            None => SeedEncoding::Text,
            Some(word) => word.parse().map_err(|_| UnfitForm)?,
        };
        let value = secret.get("value").and_then(Value::as_str);
        Ok(value.and_then(|value| Self::of_encoding(value, encoding)).map(|seed| seed.of_form(form)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::Timestamp;

    /// RFC 6238, appendix B: the seed of its examples, in each writing, has the code of its first one.
    #[test]
    fn the_same_seed_is_read_in_every_writing() {
        let at = Timestamp::from_seconds(59);
        for (text, word) in [
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "base32"),
            ("3132333435363738393031323334353637383930", "hex"),
            ("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", "base64"),
            ("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA", "BASE64"),
            ("12345678901234567890", "text"),
        ] {
            let seed = Seed::of_encoding(text, word.parse().unwrap()).unwrap();
            assert_eq!(seed.code_at(at), "287082", "{word}");
        }
        for (none, word) in [("", "text"), ("short", "text"), ("MTIz", "base64"), ("!", "hex"), ("31", "hex")] {
            assert!(Seed::of_encoding(none, word.parse().unwrap()).is_none(), "{none} {word}");
        }
        assert!("rot13".parse::<SeedEncoding>().is_err());
    }

    #[test]
    fn an_app_of_keycloak_keeps_its_form() {
        let secret = r#"{"value":"12345678901234567890"}"#;
        let usual = r#"{"subType":"totp","digits":8,"counter":0,"period":30,"algorithm":"HmacSHA1"}"#;
        let at = Timestamp::from_seconds(59);
        assert_eq!(Seed::of_keycloak(usual, secret).unwrap().unwrap().code_at(at), "94287082");
        let encoded = r#"{"subType":"totp","digits":6,"period":30,"algorithm":"HmacSHA1","secretEncoding":"BASE32"}"#;
        let base32 = r#"{"value":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}"#;
        assert_eq!(Seed::of_keycloak(encoded, base32).unwrap().unwrap().code_at(at), "287082");
        for unfit in [
            r#"{"subType":"hotp","digits":6,"counter":3,"algorithm":"HmacSHA1"}"#,
            r#"{"subType":"totp","digits":5,"period":30}"#,
            r#"{"subType":"totp","algorithm":"HmacMD5"}"#,
            r#"{"subType":"totp","secretEncoding":"rot13"}"#,
        ] {
            assert!(Seed::of_keycloak(unfit, secret).is_err(), "{unfit}");
        }
        assert!(Seed::of_keycloak(usual, "{}").unwrap().is_none());
        assert!(Seed::of_keycloak("x", secret).unwrap().is_none());
    }
}
