//! Networks: an IPv4 address or the /64 of an IPv6 address, of the peer or from a trusted proxy.

use http::{HeaderValue, StatusCode};

use super::{ASKS, PHONE, Story};
use crate::support::{Browser, Service, with_messages};

const UNREADABLE: [&str; 5] = ["", "unknown", "203.0.113.7, nonsense", "203.0.113.7:x", "203.0.113.300"];

/// A service behind a proxy at 10.0.0.0/8.
async fn behind_a_proxy() -> Story {
    let service = Service::start_with(|settings| {
        with_messages(settings, &[("sms_url", "http://127.0.0.1:9/"), ("sms_countries", "FI")]);
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await;
    Story::on(service).await
}

fn at(service: &Service, peer: &str, forwarded: Option<&str>) -> Browser {
    let mut browser = service.browser();
    browser.address = peer.parse().unwrap();
    if let Some(forwarded) = forwarded {
        browser.headers.insert("x-forwarded-for", HeaderValue::from_bytes(forwarded.as_bytes()).unwrap());
    }
    browser
}

impl Story {
    /// Whether a browser that was never here is asked for a code there; where it is, Mikko answers.
    async fn asks(&self, peer: &str, forwarded: Option<&str>) -> bool {
        self.service.change("DELETE FROM allowances").await;
        let mut browser = at(&self.service, peer, forwarded);
        let page = self.password(&mut browser).await;
        let asks = page.title() == ASKS;
        if asks {
            assert!(browser.type_code(&page, &self.code().await).await.is_at_the_application());
        } else {
            assert!(page.is_at_the_application(), "{}", page.body);
        }
        self.service.wait(1);
        asks
    }
}

#[tokio::test]
async fn each_ipv4_address_and_each_ipv6_subnet_is_confirmed_once() {
    let story = Story::begin().await;
    assert!(story.asks("203.0.113.7", None).await);
    assert!(!story.asks("203.0.113.7", None).await);
    assert!(story.asks("203.0.113.8", None).await, "the neighbour is another network");
    assert!(!story.asks("::ffff:203.0.113.8", None).await, "the same address, written as IPv6");
    assert!(story.asks("2001:db8:1:2::3", None).await);
    assert!(!story.asks("2001:db8:1:2:ffff:ffff:ffff:ffff", None).await, "a privacy address of the same subnet");
    assert!(story.asks("2001:db8:1:3::3", None).await, "the next subnet");
    assert!(!story.asks("2001:db8:1:2::4", None).await);
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_clients_own_network_is_confirmed() {
    let story = behind_a_proxy().await;
    assert!(story.asks("10.0.0.1", Some("203.0.113.7")).await);
    assert!(!story.asks("10.0.0.2", Some("203.0.113.7")).await, "by way of another of the proxies");
    assert!(!story.asks("10.0.0.1", Some("9.9.9.9, 203.0.113.7, 10.0.0.9")).await);
    assert!(story.asks("10.0.0.1", Some("203.0.113.8")).await);
    assert!(story.asks("10.0.0.1", Some("2001:db8:1:2::3")).await);
    assert!(!story.asks("10.0.0.1", Some("2001:db8:1:2::4")).await);
}

#[tokio::test]
async fn nobody_puts_themselves_into_a_confirmed_network_by_a_header() {
    let story = Story::begin().await;
    assert!(story.asks("203.0.113.7", None).await);
    for forged in ["203.0.113.7", "203.0.113.7, 203.0.113.7", "for=203.0.113.7"] {
        let mut thief = at(&story.service, "198.51.100.99", Some(forged));
        assert_eq!(story.password(&mut thief).await.title(), ASKS, "without a proxy: {forged}");
    }
    let story = behind_a_proxy().await;
    assert!(story.asks("10.0.0.1", Some("203.0.113.7")).await);
    for (peer, forged) in [("198.51.100.99", "203.0.113.7"), ("10.0.0.1", "203.0.113.7, 198.51.100.99")] {
        let mut thief = at(&story.service, peer, Some(forged));
        assert_eq!(story.password(&mut thief).await.title(), ASKS, "{peer}: {forged}");
    }
}

#[tokio::test]
async fn an_unreadable_address_of_the_proxy_is_refused_at_the_code_too() {
    let story = behind_a_proxy().await;
    let mut browser = at(&story.service, "10.0.0.1", Some("203.0.113.7"));
    let page = story.password(&mut browser).await;
    let code = story.code().await;
    let hundred = ["10.0.0.2"; 100].join(", ");
    for unreadable in UNREADABLE.into_iter().chain([hundred.as_str()]) {
        let mut lost = browser.clone();
        lost.headers.insert("x-forwarded-for", HeaderValue::from_bytes(unreadable.as_bytes()).unwrap());
        assert_eq!(lost.type_code(&page, &code).await.status, StatusCode::BAD_REQUEST, "{unreadable}");
        assert_eq!(lost.send_again(&page).await.status, StatusCode::BAD_REQUEST, "{unreadable}");
    }
    assert_eq!(story.service.letters(PHONE).await.len(), 1);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM failures WHERE method = 'confirmation_code'").await, 0);
    assert!(browser.type_code(&page, &code).await.is_at_the_application(), "it cost no try");
}

#[tokio::test]
async fn a_code_typed_in_another_network_confirms_that_one_and_not_the_first() {
    let story = Story::begin().await;
    let mut browser = at(&story.service, "203.0.113.7", None);
    let page = story.password(&mut browser).await;
    browser.address = "203.0.113.8".parse().unwrap();
    assert!(browser.type_code(&page, &story.code().await).await.is_at_the_application());
    assert!(!story.asks("203.0.113.8", None).await);
    assert!(story.asks("203.0.113.7", None).await);
}
