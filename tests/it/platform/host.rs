//! The host that a request is for: the public URL's, or none is answered but health checks.

use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

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

#[tokio::test]
async fn a_request_that_names_no_host_is_refused_and_begins_nothing() {
    let service = Service::start().await;
    let mut browser = service.browser();
    browser.left_out.push("host");
    for path in ["/account", "/oauth/authorize", "/help"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(page.error_id().is_some(), "{}", page.body);
    }
    assert_eq!(browser.get("/health/live").await.status, StatusCode::OK);
    assert_eq!(service.count("SELECT COUNT(*) FROM sign_ins").await, 0);
}

#[tokio::test]
async fn a_program_that_calls_another_host_is_told_so_in_its_own_form() {
    let service = Service::start().await;
    let told = async |path: &str, method: Method, host: Option<&'static str>| {
        let mut program = service.browser();
        program.headers.insert("accept", HeaderValue::from_static("application/json"));
        match host {
            Some(host) => drop(program.headers.insert("host", HeaderValue::from_static(host))),
            None => program.left_out.push("host"),
        }
        let answer = program.send(method, path, "").await;
        let kind = answer.headers["content-type"].to_str().unwrap().to_owned();
        (answer.status.as_u16(), kind, serde_json::from_str::<Value>(&answer.body).unwrap())
    };
    let elsewhere = Some("evil.example");

    let (status, kind, problem) = told("/api/v1/companies", Method::GET, elsewhere).await;
    assert_eq!((status, kind.as_str()), (421, "application/problem+json"));
    assert_eq!(problem["type"], "https://id.kallio.example/api/v1/#problem-misdirected");
    assert_eq!(problem["detail"], "the address of the service is https://id.kallio.example");
    assert!(problem["error_id"].as_str().unwrap().starts_with("SLP-"));
    let (status, _, problem) = told("/api/v1/companies", Method::GET, None).await;
    assert_eq!((status, &problem["detail"]), (400, &json!("the request has no Host")));

    let (status, kind, error) = told("/scim/v2/Users", Method::GET, elsewhere).await;
    assert_eq!((status, kind.as_str()), (421, "application/scim+json"));
    assert_eq!(
        (&error["schemas"][0], &error["status"]),
        (&json!("urn:ietf:params:scim:api:messages:2.0:Error"), &json!("421"))
    );
    assert!(error["detail"].as_str().unwrap().contains("https://id.kallio.example"), "{error}");
    assert_eq!(told("/scim/v2/Groups", Method::GET, None).await.0, 400);

    let (status, kind, error) = told("/oauth/token", Method::POST, elsewhere).await;
    assert_eq!((status, kind.as_str(), &error["error"]), (421, "application/json", &json!("invalid_request")));
}
