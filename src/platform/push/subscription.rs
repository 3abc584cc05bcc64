//! A subscription, as the browser of a phone hands it over (Push API, `PushSubscription.toJSON`).

use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::platform::secret::Secret;

/// The longest address, in bytes. Those of the known push services have a few hundred.
const LONGEST_ADDRESS: usize = 2048;
/// The bytes of a public key: an uncompressed point of P-256.
pub(super) const POINT: usize = 65;
/// The bytes of the secret beside it (RFC 8291 §3.2).
const SECRET: usize = 16;

/// The address and the keys of a subscription. The address is one that anybody may send to, if only with the signature
/// of the key that the browser has subscribed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SubscriptionText", into = "SubscriptionText")]
pub struct PushSubscription {
    address: Url,
    pub(super) public_key: [u8; POINT],
    pub(super) secret: Secret<[u8; SECRET]>,
}

/// The same in the JSON of browsers, whose other members are of no use here.
#[derive(Serialize, Deserialize)]
struct SubscriptionText {
    endpoint: String,
    keys: KeyTexts,
}

#[derive(Serialize, Deserialize)]
struct KeyTexts {
    p256dh: String,
    auth: String,
}

impl PushSubscription {
    /// Reads the JSON of a browser; `None` where something is missing, malformed or too long.
    pub fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// The address.
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// The origin of the address, for which a signature is (RFC 8292 §2).
    pub fn origin(&self) -> String {
        self.address.origin().ascii_serialization()
    }
}

impl TryFrom<SubscriptionText> for PushSubscription {
    type Error = &'static str;

    fn try_from(text: SubscriptionText) -> Result<Self, Self::Error> {
        let address = Url::parse(&text.endpoint).map_err(|_| "the address is none")?;
        if address.as_str().len() > LONGEST_ADDRESS {
            return Err("the address is too long");
        }
        let is_plain = matches!(address.scheme(), "https" | "http") && address.has_host();
        if !is_plain || !address.username().is_empty() || address.password().is_some() {
            return Err("the address is of another kind");
        }
        let public_key: [u8; POINT] = bytes(&text.keys.p256dh).ok_or("the public key is none")?;
        let is_uncompressed = public_key.first() == Some(&4);
        let point = UnparsedPublicKey::new(&ECDH_P256, &public_key);
        if !is_uncompressed || ParsedPublicKey::try_from(&point).is_err() {
            return Err("the public key is no point of the curve");
        }
        let secret = Secret::new(bytes(&text.keys.auth).ok_or("the secret is none")?);
        Ok(Self { address, public_key, secret })
    }
}

impl From<PushSubscription> for SubscriptionText {
    fn from(subscription: PushSubscription) -> Self {
        let keys = KeyTexts {
            p256dh: BASE64URL_NOPAD.encode(&subscription.public_key),
            auth: BASE64URL_NOPAD.encode(subscription.secret.reveal()),
        };
        Self { endpoint: subscription.address.into(), keys }
    }
}

/// The bytes of a text in base64url; some browsers pad it.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let decoded = BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()).ok()?;
    decoded.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The keys of RFC 8291 §5.
    const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn read(address: &str, p256dh: &str, auth: &str) -> Option<PushSubscription> {
        let json = json!({ "endpoint": address, "expirationTime": null, "keys": { "p256dh": p256dh, "auth": auth } });
        PushSubscription::read(json.to_string().as_bytes())
    }

    #[test]
    fn a_subscription_is_read_as_browsers_write_it_and_kept_without_change() {
        let address = "https://fcm.googleapis.com/fcm/send/dIm0:APA91b";
        let found = read(address, P256DH, AUTH).unwrap();
        assert_eq!((found.address(), found.origin().as_str()), (address, "https://fcm.googleapis.com"));
        let kept = serde_json::to_vec(&found).unwrap();
        assert_eq!(PushSubscription::read(&kept).as_ref(), Some(&found));
        assert_eq!(read(address, &format!("{P256DH}="), &format!("{AUTH}==")), Some(found));
        let port = read("https://push.example:8443/a?b=c", P256DH, AUTH).unwrap();
        assert_eq!(port.origin(), "https://push.example:8443");
    }

    #[test]
    fn anything_but_a_subscription_is_refused() {
        let long = format!("https://push.example/{}", "a".repeat(LONGEST_ADDRESS));
        for address in ["", "push.example", "ftp://push.example/", "data:,x", "https://a:b@push.example/", &long] {
            assert!(read(address, P256DH, AUTH).is_none(), "{address}");
        }
        let elsewhere = BASE64URL_NOPAD.encode(&[&[4][..], &[1; 64]].concat());
        let compressed = BASE64URL_NOPAD.encode(&[&[2][..], &[1; 64]].concat());
        for point in ["", &P256DH[1..], &P256DH[4..], &elsewhere, &compressed, &P256DH.replace('_', "/")] {
            assert!(read("https://push.example/", point, AUTH).is_none(), "{point}");
        }
        for secret in ["", &AUTH[2..], "BTBZMqHH6r4Tts7J_aSIgg8A"] {
            assert!(read("https://push.example/", P256DH, secret).is_none(), "{secret}");
        }
        for json in [json!({}), json!([]), json!({ "endpoint": "https://push.example/" }), Value::Null] {
            assert!(PushSubscription::read(json.to_string().as_bytes()).is_none(), "{json}");
        }
    }

    #[test]
    fn its_secret_is_not_printed() {
        let found = read("https://push.example/", P256DH, AUTH).unwrap();
        assert!(format!("{found:?}").contains("***"));
    }
}
