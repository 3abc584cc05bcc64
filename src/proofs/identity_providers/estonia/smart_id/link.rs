//! The link that starts the app: on the same device, or as a code that is another one every second. It is bound to the session
//! by a code of authentication, whose secret stays on the server.

use aws_lc_rs::{digest, hmac};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use url::Url;

use crate::platform::secret::equal_in_constant_time;

/// The parts of a link.
#[derive(Clone, Copy, Debug)]
pub struct DeviceLink<'a> {
    /// The address that it begins with.
    pub base: &'a str,
    /// The token of the session.
    pub token: &'a str,
    /// The secret of the session, in base64.
    pub secret: &'a str,
    /// Our challenge, in base64.
    pub challenge: &'a str,
    /// The texts for the app, in base64.
    pub interactions: &'a str,
    /// The name of this service there.
    pub name: &'a str,
    /// The scheme: that of production, or of the demonstration.
    pub scheme: &'a str,
    /// The address that the app opens in the end, of a link for the same device.
    pub return_address: Option<&'a str>,
    /// The seconds since the session began, of a code.
    pub elapsed: Option<u64>,
}

/// The link; `None` if its parts are unusable.
pub fn device_link(parts: &DeviceLink<'_>) -> Option<String> {
    let mut address = Url::parse(parts.base).ok()?;
    {
        let mut query = address.query_pairs_mut();
        match parts.elapsed {
            Some(elapsed) => {
                query.append_pair("deviceLinkType", "QR").append_pair("elapsedSeconds", &elapsed.to_string());
            }
            None => {
                query.append_pair("deviceLinkType", "Web2App");
            }
        }
        query.append_pair("sessionToken", parts.token).append_pair("sessionType", "auth");
        query.append_pair("version", "1.0").append_pair("lang", "eng");
    }
    let returns = parts.return_address.filter(|_| parts.elapsed.is_none()).unwrap_or_default();
    let name = BASE64.encode(parts.name.as_bytes());
    let fields = [parts.scheme, "ACSP_V2", parts.challenge, &name, "", parts.interactions, returns, address.as_str()];
    let key = hmac::Key::new(hmac::HMAC_SHA256, &BASE64.decode(parts.secret.as_bytes()).ok()?);
    let code = BASE64URL_NOPAD.encode(hmac::sign(&key, fields.join("|").as_bytes()).as_ref());
    address.query_pairs_mut().append_pair("authCode", &code);
    Some(address.into())
}

/// Whether a value is the digest of a session's secret.
pub(super) fn is_digest_of(secret: &str, given: &str) -> bool {
    let Ok(secret) = BASE64.decode(secret.as_bytes()) else { return false };
    is_hash_of(&secret, given)
}

/// Whether a value is the SHA-256 of bytes, in base64url.
pub(super) fn is_hash_of(bytes: &[u8], given: &str) -> bool {
    let hash = BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, bytes).as_ref());
    equal_in_constant_time(hash.as_bytes(), given.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: DeviceLink<'_> = DeviceLink {
        base: "https://smart-id.com/device-link/",
        token: "sessionToken",
        secret: "c2Vzc2lvblNlY3JldA==",
        challenge: "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=",
        interactions: "W3sidHlwZSI6ImRpc3BsYXlUZXh0QW5kUElOIiwiZGlzcGxheVRleHQ2MCI6IkxvZyBpbj8ifV0=",
        name: "DEMO",
        scheme: "smart-id-demo",
        return_address: Some("https://example.com/callback"),
        elapsed: None,
    };

    #[test]
    fn a_link_has_its_parts_in_order_and_a_code_that_covers_all_of_them() {
        let link = device_link(&PARTS).unwrap();
        let (plain, code) = link.split_once("&authCode=").unwrap();
        assert_eq!(
            plain,
            "https://smart-id.com/device-link/?deviceLinkType=Web2App&sessionToken=sessionToken&sessionType=auth&version=1.0&lang=eng"
        );
        assert_eq!(code.len(), 43);
        let code_of =
            |parts: &DeviceLink<'_>| device_link(parts).unwrap().split_once("&authCode=").unwrap().1.to_owned();
        for other in [
            DeviceLink { token: "other", ..PARTS },
            DeviceLink { secret: "b3RoZXI=", ..PARTS },
            DeviceLink { challenge: "b3RoZXI=", ..PARTS },
            DeviceLink { interactions: "b3RoZXI=", ..PARTS },
            DeviceLink { name: "OTHER", ..PARTS },
            DeviceLink { scheme: "smart-id", ..PARTS },
            DeviceLink { return_address: None, ..PARTS },
            DeviceLink { elapsed: Some(0), ..PARTS },
        ] {
            assert_ne!(code_of(&other), code, "{other:?}");
        }
    }

    #[test]
    fn a_code_has_its_seconds_and_no_address_of_return() {
        let at = |elapsed| device_link(&DeviceLink { elapsed: Some(elapsed), ..PARTS }).unwrap();
        assert!(
            at(7).starts_with("https://smart-id.com/device-link/?deviceLinkType=QR&elapsedSeconds=7&sessionToken=")
        );
        assert_ne!(at(7).split_once("authCode=").unwrap().1, at(8).split_once("authCode=").unwrap().1);
        let without = device_link(&DeviceLink { elapsed: Some(7), return_address: None, ..PARTS });
        assert_eq!(without, Some(at(7)), "the app is told of it in a link alone");
    }

    #[test]
    fn parts_that_are_unusable_make_no_link() {
        assert_eq!(device_link(&DeviceLink { base: "nowhere", ..PARTS }), None);
        assert_eq!(device_link(&DeviceLink { secret: "no base64", ..PARTS }), None);
    }

    #[test]
    fn the_digest_of_a_secret_is_that_of_its_bytes() {
        // The SHA-256 of the bytes `sessionSecret`, in base64url.
        let given = BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, b"sessionSecret").as_ref());
        assert!(is_digest_of(PARTS.secret, &given) && !is_digest_of("b3RoZXI=", &given));
        assert!(!is_digest_of(PARTS.secret, "") && !is_digest_of("no base64", ""));
    }
}
