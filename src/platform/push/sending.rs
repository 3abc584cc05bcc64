//! One push message on its way: encrypted, signed, and posted to the address that the browser gave (RFC 8030 §5).

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::store::StoredSubscription;
use super::{PushSubscription, PushText, encryption, keys};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::egress::EgressError;

const TTL: HeaderName = HeaderName::from_static("ttl");
const URGENCY: HeaderName = HeaderName::from_static("urgency");
const TOPIC: HeaderName = HeaderName::from_static("topic");
/// A later message takes the place of one that the phone has not fetched: at most one request waits.
const ONE_TOPIC: HeaderValue = HeaderValue::from_static("request");

/// The reason why a push message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::platform) enum PushFailure {
    /// The push service knows the subscription no longer.
    Gone,
    /// It may be taken later.
    NotNow(String),
    /// It is refused for good.
    Never(String),
}

/// Sends a text that is of use for a while.
pub(in crate::platform) async fn send(
    app: &Core,
    to: &StoredSubscription,
    text: &PushText,
    (now, useful_for): (Timestamp, Duration),
) -> Result<(), PushFailure> {
    let unreadable = || PushFailure::NotNow("the subscription does not open under the secret keys".to_owned());
    let subscription = to.open(&app.master_keys).ok_or_else(unreadable)?;
    let (headers, body) = compose(app, (to, &subscription), text, (now, useful_for)).map_err(PushFailure::NotNow)?;
    match app.egress.post(subscription.address(), headers, body).await {
        Ok(status) => of_status(status.as_u16()),
        Err(EgressError::Forbidden) => Err(PushFailure::Never(EgressError::Forbidden.to_string())),
        // Should it have arrived after all, the next one takes its place by its topic.
        Err(error) => Err(PushFailure::NotNow(error.to_string())),
    }
}

fn compose(
    app: &Core,
    (stored, to): (&StoredSubscription, &PushSubscription),
    text: &PushText,
    (now, useful_for): (Timestamp, Duration),
) -> Result<(HeaderMap, Vec<u8>), String> {
    let text = serde_json::to_vec(text).map_err(|error| error.to_string())?;
    let body = encryption::encrypt(to, &app.random, &text)
        .map_err(|_| "the message cannot be encrypted for this subscription".to_owned())?;
    let key = (&stored.key, stored.private_key.as_slice());
    let signed = keys::authorization(app, key, &to.origin(), now).map_err(|fault| fault.to_string())?;
    let signed = HeaderValue::from_str(&signed).map_err(|error| error.to_string())?;
    let headers = [
        (AUTHORIZATION, signed),
        (TTL, HeaderValue::from(useful_for.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX))),
        (URGENCY, HeaderValue::from_static("high")),
        (TOPIC, ONE_TOPIC),
        (CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
        (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
    ];
    Ok((headers.into_iter().collect(), body))
}

/// The meaning of a status (RFC 8030 §5, §7.3; RFC 8292 §4.2).
fn of_status(status: u16) -> Result<(), PushFailure> {
    let problem = format!("the push service answered with {status}");
    match status {
        200..=299 => Ok(()),
        404 | 410 => Err(PushFailure::Gone),
        408 | 425 | 429 | 500..=599 => Err(PushFailure::NotNow(problem)),
        _ => Err(PushFailure::Never(problem)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_service_says_whether_to_try_again_and_whether_the_phone_is_gone() {
        for status in [200, 201, 202] {
            assert_eq!(of_status(status), Ok(()));
        }
        for status in [404, 410] {
            assert_eq!(of_status(status), Err(PushFailure::Gone));
        }
        for status in [429, 500, 503] {
            assert!(matches!(of_status(status), Err(PushFailure::NotNow(_))), "{status}");
        }
        for status in [301, 400, 401, 403, 413] {
            assert!(matches!(of_status(status), Err(PushFailure::Never(_))), "{status}");
        }
    }
}
