//! An application proves to be itself by signing (`private_key_jwt`: RFC 7523 §3, OpenID Connect Core
//! §9). Pure: what the assertion says is checked against what is expected at `now`.

use std::time::Duration;

use serde::Deserialize;

use crate::platform::clock::Timestamp;
use crate::platform::jose::{Compact, instant};
use crate::provider::claims::access_token::Audience;

/// The one value of `client_assertion_type`.
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion may live. It is remembered until then.
const LONGEST_LIFE: Duration = Duration::from_hours(1);
/// How far ahead the clock of an application may be.
const SKEW: Duration = Duration::from_secs(10);
/// The longest identifier of an assertion.
const LONGEST_ID: usize = 255;

/// The claims of an assertion.
#[derive(Clone, Debug, Deserialize)]
pub struct ClientAssertion {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: Audience,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    pub(super) jti: String,
}

impl ClientAssertion {
    /// Reads what a token claims; nothing of it is proven.
    pub fn read(token: &Compact<'_>) -> Option<Self> {
        token.claims()
    }

    /// When it ends.
    pub fn expires_at(&self) -> Timestamp {
        instant(self.exp)
    }

    /// Whether it says what an assertion of this client for these audiences must say now. A signature
    /// is another matter.
    pub fn holds(&self, client_id: &str, audiences: &[String], now: Timestamp) -> bool {
        let latest_start = now.plus(SKEW);
        let has_begun = |time: Option<f64>| time.is_none_or(|time| instant(time) <= latest_start);
        let expires_at = self.expires_at();
        self.iss == client_id
            && self.sub == client_id
            && audiences.iter().any(|audience| self.aud.has(audience))
            && now < expires_at
            && expires_at <= now.plus(LONGEST_LIFE)
            && has_begun(self.iat)
            && has_begun(self.nbf)
            && (1..=LONGEST_ID).contains(&self.jti.len())
            && !self.jti.chars().any(char::is_control)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

    fn assertion() -> ClientAssertion {
        ClientAssertion {
            iss: "app".to_owned(),
            sub: "app".to_owned(),
            aud: Audience::One("https://id.example".to_owned()),
            exp: 1_780_000_060.0,
            nbf: None,
            iat: Some(1_780_000_000.0),
            jti: "1".to_owned(),
        }
    }

    fn holds(change: impl FnOnce(&mut ClientAssertion)) -> bool {
        let mut assertion = assertion();
        change(&mut assertion);
        assertion.holds("app", &["https://id.example".to_owned(), "https://id.example/oauth/token".to_owned()], NOW)
    }

    #[test]
    fn an_assertion_for_this_service_holds() {
        assert!(holds(|_| {}));
        assert!(holds(|assertion| assertion.aud = Audience::One("https://id.example/oauth/token".to_owned())));
        let several = vec!["https://other.example".to_owned(), "https://id.example".to_owned()];
        assert!(holds(|assertion| assertion.aud = Audience::Many(several)));
        assert!(holds(|assertion| assertion.iat = Some(1_780_000_009.5)));
    }

    #[test]
    fn an_assertion_of_or_for_others_or_another_time_does_not() {
        assert!(!holds(|assertion| assertion.iss = "other".to_owned()));
        assert!(!holds(|assertion| assertion.sub = "other".to_owned()));
        assert!(!holds(|assertion| assertion.aud = Audience::One("https://id.example/".to_owned())));
        assert!(!holds(|assertion| assertion.aud = Audience::Many(Vec::new())));
        assert!(!holds(|assertion| assertion.exp = 1_780_000_000.0));
        assert!(!holds(|assertion| assertion.exp = 1_780_003_601.0));
        assert!(!holds(|assertion| assertion.exp = f64::NAN));
        assert!(!holds(|assertion| assertion.exp = f64::INFINITY));
        assert!(!holds(|assertion| assertion.iat = Some(1_780_000_011.0)));
        assert!(!holds(|assertion| assertion.nbf = Some(1_780_000_011.0)));
        assert!(!holds(|assertion| assertion.jti = String::new()));
        assert!(!holds(|assertion| assertion.jti = "a\0".to_owned()));
    }
}
