//! The call to the SMS gateway: one POST per message, as the operator's settings describe it.
//!
//! The operator chose the address, which may be in a private network. Even so redirects are not followed, and the
//! gateway's answer is not stored, because it may repeat the message.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use data_encoding::BASE64;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::Value;

use crate::platform::messages::delivery::Failure;
use crate::platform::settings::Settings;
use crate::platform::settings::messages::{SmsBody, SmsSettings};

/// The way to the gateway.
pub(crate) struct Gateway {
    settings: SmsSettings,
    timeout: Duration,
    /// Made at first use: the trusted certificates take time and memory.
    client: OnceLock<Result<Client, String>>,
}

impl Gateway {
    /// The way to the gateway, if there is one.
    pub(crate) fn new(settings: &Settings) -> Option<Self> {
        let sms = settings.sms.clone()?;
        Some(Self { settings: sms, timeout: settings.message_timeout, client: OnceLock::new() })
    }

    fn client(&self) -> Result<&Client, String> {
        let made = self.client.get_or_init(|| {
            Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .timeout(self.timeout)
                .connect_timeout(self.timeout.min(Duration::from_secs(10)))
                .user_agent("Salpa")
                .build()
                .map_err(|error| error.to_string())
        });
        made.as_ref().map_err(Clone::clone)
    }

    /// Checks that the gateway's machine can be reached and its certificate is right. Sends nothing.
    ///
    /// # Errors
    /// The reason for the failure, in words.
    pub async fn examine(&self) -> Result<(), String> {
        let answer = self.client()?.head(self.settings.url.clone()).send().await;
        // Any answer to a request without a message shows that it is there.
        answer.map(|_| ()).map_err(|error| causes(&error))
    }

    /// Posts a message.
    pub(in crate::platform::messages) async fn send(&self, id: &str, to: &str, text: &str) -> Result<(), Failure> {
        let settings = &self.settings;
        let basic = BASE64.encode(format!("{}:{}", settings.user, settings.secret.reveal()).as_bytes());
        let places = [
            ("id", id),
            ("to", to),
            ("to_digits", to.trim_start_matches('+')),
            ("text", text),
            ("from", &settings.from),
            ("user", &settings.user),
            ("secret", settings.secret.reveal()),
            ("basic", &basic),
        ];
        let (kind, body) = body(&settings.body, &places);
        let client = self.client().map_err(Failure::NotNow)?;
        let mut request =
            client.post(settings.url.clone()).header(CONTENT_TYPE, kind).header("idempotency-key", id).body(body);
        if let Some((name, value)) = &settings.header {
            let value = HeaderValue::from_str(&fill(value, &places))
                .map_err(|_| Failure::NotNow("sms_header, filled in, is no header".to_owned()))?;
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(answer) => of_status(answer.status()),
            Err(error) if error.is_connect() || error.is_builder() => Err(Failure::NotNow(causes(&error))),
            Err(error) => Err(Failure::NoAnswer(causes(&error))),
        }
    }
}

/// The meaning of a status. A refusal of our account can be corrected while the message waits.
fn of_status(status: StatusCode) -> Result<(), Failure> {
    let problem = format!("the gateway answered with {status}");
    match status.as_u16() {
        200..=299 => Ok(()),
        401 | 403 | 404 | 405 | 407 | 408 | 425 | 429 => Err(Failure::NotNow(problem)),
        400..=499 => Err(Failure::Never(problem)),
        // 3xx: the address has moved, and the operator must change it. 5xx: it may pass.
        _ => Err(Failure::NotNow(problem)),
    }
}

/// The reason why a call failed, without its address, which may have a secret.
fn causes(error: &reqwest::Error) -> String {
    let mut text = String::from(if error.is_timeout() { "no answer in time" } else { "no answer" });
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}

/// The body with its placeholders filled in: in the texts of JSON, in the values of a form. Values are encoded like any
/// other.
fn body(body: &SmsBody, places: &[(&str, &str)]) -> (&'static str, String) {
    match body {
        SmsBody::Json(value) => ("application/json", fill_json(value, places).to_string()),
        SmsBody::Form(fields) => {
            let filled = fields.iter().map(|(name, value)| (name, fill(value, places)));
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
            ("application/x-www-form-urlencoded", body)
        }
    }
}

fn fill_json(value: &Value, places: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => Value::String(fill(text, places)),
        Value::Array(values) => Value::Array(values.iter().map(|value| fill_json(value, places)).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), fill_json(value, places))).collect())
        }
        other => other.clone(),
    }
}

/// Fills the placeholders of a text in one pass: inserted values are not searched again.
fn fill(text: &str, places: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = places.iter().find(|(place, _)| *place == name)?;
            Some((*value, after))
        });
        let (value, after) = place.unwrap_or(("{", after));
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    filled
}

impl fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gateway").field("host", &self.settings.url.host_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn places_are_filled_once_and_others_stay() {
        let places = [("to", "+358"), ("text", "{to} {secret}"), ("secret", "x")];
        assert_eq!(fill("{to}: {text} {else} {", &places), "+358: {to} {secret} {else} {");
    }

    #[test]
    fn answers_are_told_apart() {
        let of = |status| of_status(StatusCode::from_u16(status).unwrap());
        assert_eq!((of(200), of(202)), (Ok(()), Ok(())));
        for later in [302, 401, 403, 408, 429, 500, 503] {
            assert!(matches!(of(later), Err(Failure::NotNow(_))), "{later}");
        }
        for never in [400, 410, 422] {
            assert!(matches!(of(never), Err(Failure::Never(_))), "{never}");
        }
    }

    proptest! {
        #[test]
        fn any_text_stays_one_value(text in "\\PC{0,60}|[\"\\\\&=%+{}\r\n]{0,30}") {
            let places = [("to", "+358401234567"), ("text", text.as_str())];
            let json = SmsBody::Json(json!({ "messages": [{ "to": "{to}", "body": "Code: {text}" }] }));
            let (_, written) = body(&json, &places);
            let read: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(read, json!({ "messages": [{ "to": "+358401234567", "body": format!("Code: {text}") }] }));
            let form = SmsBody::Form(vec![("To".to_owned(), "{to}".to_owned()), ("Body".to_owned(), "{text}".to_owned())]);
            let (_, written) = body(&form, &places);
            let read: Vec<(String, String)> = url::form_urlencoded::parse(written.as_bytes()).into_owned().collect();
            prop_assert_eq!(read, vec![("To".to_owned(), "+358401234567".to_owned()), ("Body".to_owned(), text.clone())]);
        }
    }
}
