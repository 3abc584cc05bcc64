//! What reads untrusted text reads any text: it answers, it never stops.

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use salpa::directory::people::Email;
use salpa::platform::random::normalise_readable;
use salpa::platform::web::cookies;
use salpa::platform::web::network::{Network, client_address};
use salpa::platform::web::parameters::Parameters;
use salpa::platform::web::translations::Language;
use salpa::proofs::SixDigits;
use salpa::proofs::passwords::Password;

fn headers(name: &'static str, values: &[Vec<u8>]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values.iter().filter_map(|bytes| HeaderValue::from_bytes(bytes).ok()) {
        headers.append(name, value);
    }
    headers
}

/// Bytes of one alphabet, so that the text comes near to what is parsed.
fn bytes_of(alphabet: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(alphabet), 0..200),
        proptest::collection::vec(any::<u8>(), 0..200),
    ]
}

proptest! {
    #[test]
    fn any_text_is_an_email_or_none(text in prop_oneof!["[a-zA-Z@. -]{0,60}", ".{0,300}"]) {
        if let Some(email) = Email::parse(&text) {
            let again = Email::parse(email.as_written());
            prop_assert_eq!(again.as_ref(), Some(&email), "as it is kept, it is read again");
            prop_assert!(email.as_written().contains('@'));
            prop_assert!(!email.as_written().chars().any(|character| character.is_control() || character.is_whitespace()));
            let of_key = Email::parse(email.key()).map(|key| key.key().to_owned());
            prop_assert_eq!(of_key.as_deref(), Some(email.key()), "one address is one person, however often it is normalised");
        }
    }

    #[test]
    fn any_text_is_parameters(text in prop_oneof!["[a-c=&%+0-9]{0,200}", ".{0,200}"]) {
        let parameters = Parameters::parse(&text);
        prop_assert!(parameters.iter().count() <= 100);
        let repeated = parameters.repeated().map(str::to_owned);
        for (name, _) in parameters.iter() {
            let is_repeated = parameters.iter().filter(|(other, _)| *other == name).count() > 1;
            prop_assert_eq!(parameters.one(name).is_err(), is_repeated);
            prop_assert!(!is_repeated || repeated.is_some());
        }
    }

    #[test]
    fn any_header_is_cookies(
        values in proptest::collection::vec(bytes_of(b"salpa_ession=;, \"browser__Host-"), 0..4),
        secure in any::<bool>(),
    ) {
        let headers = headers("cookie", &values);
        for name in [cookies::SESSION, cookies::BROWSER, cookies::LANGUAGE] {
            if let Some(value) = cookies::read(&headers, name, secure) {
                prop_assert!(!value.is_empty() && value.len() <= 128);
            }
        }
    }

    #[test]
    fn any_header_is_an_address_or_is_refused(
        values in proptest::collection::vec(bytes_of(b"0123456789.:, abcdef"), 0..4),
        peer in any::<[u8; 4]>(),
    ) {
        let (peer, trusted) = (IpAddr::from(peer), ["0.0.0.0/1".parse().unwrap()]);
        let headers = headers("x-forwarded-for", &values);
        let found = client_address(peer, &headers, &trusted);
        let is_trusted = matches!(peer, IpAddr::V4(peer) if peer.octets()[0] < 128);
        if !is_trusted {
            prop_assert_eq!(found, Ok(peer), "a stranger is who it is");
        }
        if let Ok(address) = found {
            prop_assert!(!Network::of(address).as_str().is_empty());
        }
    }

    #[test]
    fn any_text_is_a_language_six_digits_or_a_password_or_none(text in ".{0,1200}") {
        let _ = Language::negotiate(Some(&text), Some(&text), Some(&text));
        if let Ok(digits) = text.parse::<SixDigits>() {
            prop_assert_eq!(digits.as_str().len(), 6);
        }
        prop_assert_eq!(Password::typed(&text).is_some(), !text.is_empty() && text.len() <= 1024);
        let _ = normalise_readable(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_can_be_chosen_as_a_password_or_is_refused_with_a_reason(text in ".{0,80}", name in ".{0,40}") {
        if let Err(unfit) = Password::chosen(&text, &[&name]) {
            prop_assert!(!unfit.reason().is_empty());
        }
    }
}
