//! The host that a request is for: the public URL's, or none is answered but health checks.

use http::{HeaderValue, StatusCode};

use crate::support::{Browser, Service};

fn asking_for(service: &Service, host: &'static str) -> Browser {
    let mut browser = service.browser();
    browser.headers.insert("host", HeaderValue::from_static(host));
    browser
}

#[tokio::test]
async fn a_request_for_another_host_is_misdirected_and_begins_nothing() {
    let service = Service::start().await;
    for host in ["evil.example", "id.kallio.example:8443", "id.kallio.example.evil.example", "127.0.0.1:7250"] {
        for path in ["/account", "/oauth/authorize", "/oauth/jwks", "/api/v1/openapi.json", "/scim/v2/Users"] {
            let page = asking_for(&service, host).get(path).await;
            assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
            assert!(page.error_id().is_some() && page.says("https://id.kallio.example"), "{}", page.body);
            assert!(!page.body.contains("evil.example"), "{}", page.body);
        }
    }
    assert_eq!(service.count("SELECT COUNT(*) FROM sign_ins").await, 0);
}

#[tokio::test]
async fn our_own_host_is_answered_whatever_a_client_writes_into_other_headers() {
    let service = Service::start().await;
    for host in ["id.kallio.example", "ID.KALLIO.EXAMPLE", "id.kallio.example.", "id.kallio.example:443"] {
        let mut browser = asking_for(&service, host);
        browser.headers.insert("x-forwarded-host", HeaderValue::from_static("evil.example"));
        let page = browser.get("/help").await;
        assert_eq!(page.status, StatusCode::OK, "{host}");
        assert!(!page.body.contains("evil.example"));
    }
    let page = service.browser().get("https://evil.example/help").await;
    assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "as HTTP/2 and requests through a proxy name it");
}

#[tokio::test]
async fn the_health_is_told_to_a_load_balancer_that_asks_by_address() {
    let service = Service::start().await;
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(asking_for(&service, "10.0.0.7:7250").get(path).await.status, StatusCode::OK, "{path}");
    }
}
