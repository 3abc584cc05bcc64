//! The origin of a request: the peer, or what a trusted proxy says and nobody else.

use std::net::IpAddr;

use http::{HeaderValue, StatusCode};
use salpa::platform::web::forwarding::ForwardedHeader;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, Registered, Service};

/// A service behind a proxy at 10.0.0.0/8, with Aino.
async fn behind_a_proxy() -> (Service, Registered) {
    let service = Service::start_with(|settings| settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]).await;
    service.person(AINO).await;
    let application = service.application("Ruori Accounting", SecondFactor::Required).await;
    (service, application)
}

/// A browser whose requests come from a peer with a header of whatever kind.
fn by_way_of(service: &Service, peer: &str, forwarded: &str) -> Browser {
    let mut browser = service.browser();
    browser.address = peer.parse::<IpAddr>().unwrap();
    browser.headers.insert("x-forwarded-for", HeaderValue::from_bytes(forwarded.as_bytes()).unwrap());
    browser
}

/// The network that the page of the second step shows.
async fn network_of(mut browser: Browser, ruori: &Registered, is: &str) {
    let page = browser.try_password(ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    assert!(page.says(&format!("Network {is}")), "{is}: {}", page.body);
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_and_nobody_else() {
    let (service, ruori) = behind_a_proxy().await;

    network_of(by_way_of(&service, "10.0.0.1", "203.0.113.7"), &ruori, "203.0.113.7").await;
    network_of(by_way_of(&service, "10.0.0.1", "1.2.3.4, 203.0.113.8, 10.0.0.2"), &ruori, "203.0.113.8").await;
    network_of(by_way_of(&service, "10.0.0.1", "2001:db8:1:2::3"), &ruori, "2001:db8:1:2::/64").await;
    network_of(by_way_of(&service, "10.0.0.1", "unknown, 203.0.113.9:51722, 10.0.0.2"), &ruori, "203.0.113.9").await;
    network_of(by_way_of(&service, "10.0.0.1", "[2001:db8:1:3::3]:443"), &ruori, "2001:db8:1:3::/64").await;
    network_of(by_way_of(&service, "198.51.100.9", "203.0.113.7"), &ruori, "198.51.100.9").await;
    network_of(by_way_of(&service, "198.51.100.10", "nonsense"), &ruori, "198.51.100.10").await;
}

#[tokio::test]
async fn a_header_without_a_readable_client_is_refused_on_every_page() {
    let (service, ruori) = behind_a_proxy().await;
    let hundred = ["10.0.0.2"; 100].join(", ");
    for unreadable in ["", "unknown", "203.0.113.7, nonsense", "203.0.113.7:x", "203.0.113.300", "\u{e4}", &hundred] {
        for path in [ruori.authorize(&[]).as_str(), "/account", "/help", "/sign-in/x/email", "/oauth/jwks"] {
            let page = by_way_of(&service, "10.0.0.1", unreadable).get(path).await;
            let told = (page.status, page.title());
            assert_eq!(
                told,
                (StatusCode::BAD_REQUEST, "This request could not be read".to_owned()),
                "{unreadable} {path}"
            );
            assert!(page.error_id().is_some());
            assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
        }
    }
    let mut without = service.browser();
    without.address = "10.0.0.1".parse().unwrap();
    assert_eq!(without.get("/account").await.status, StatusCode::BAD_REQUEST, "a proxy that says nothing");
    assert_eq!(service.count("SELECT COUNT(*) FROM sign_ins").await, 0);
}

#[tokio::test]
async fn one_header_counts_and_a_client_that_writes_the_other_changes_nothing() {
    let service = Service::start_with(|settings| {
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        settings.forwarded_header = ForwardedHeader::Forwarded;
    })
    .await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;

    let mut browser = by_way_of(&service, "10.0.0.1", "192.0.2.1");
    browser.headers.insert("forwarded", HeaderValue::from_static("for=1.2.3.4, for=\"203.0.113.7:4711\";proto=https"));
    network_of(browser, &ruori, "203.0.113.7").await;
    let page = by_way_of(&service, "10.0.0.1", "203.0.113.7").get("/account").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "the proxy wrote no Forwarded");
}

#[tokio::test]
async fn a_proxy_may_ask_for_the_health_on_its_own_behalf() {
    let (service, _) = behind_a_proxy().await;
    let mut proxy = service.browser();
    proxy.address = "10.0.0.1".parse().unwrap();

    for path in ["/health/live", "/health/ready"] {
        assert_eq!(proxy.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn guesses_from_behind_the_proxy_are_counted_by_the_network_of_their_client() {
    let (service, ruori) = behind_a_proxy().await;
    for number in 0..50 {
        let email: &'static str = format!("person{number}@kallio.example").leak();
        let mut browser = by_way_of(&service, "10.0.0.1", "203.0.113.7");
        browser.try_password(&ruori, crate::support::Somebody { email, ..AINO }, "a guess").await;
    }

    let page = by_way_of(&service, "10.0.0.1", "203.0.113.7").try_password(&ruori, AINO, "a guess").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let page = by_way_of(&service, "10.0.0.1", "203.0.113.8").try_password(&ruori, AINO, "a guess").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}
