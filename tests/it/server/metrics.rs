//! The service's metrics and traces: events, never people.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, Request, StatusCode};
use salpa::platform::settings::TraceSettings;
use salpa::server::metrics;
use salpa::sign_in::policies::SecondFactor;
use tower::ServiceExt;

use crate::support::{AINO, Page, Service, log};

/// The metrics of a service, as Prometheus reads them.
pub async fn scraped(service: &Service) -> String {
    let request = Request::get("/metrics").body(axum::body::Body::empty()).unwrap();
    let answer = metrics::router(service.app.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A collector that keeps what it is sent.
#[derive(Clone, Default)]
pub struct Collector {
    received: Arc<Mutex<Vec<u8>>>,
    headers: Arc<Mutex<Vec<HeaderMap>>>,
}

impl Collector {
    /// One that listens, and the settings that lead to it.
    pub async fn start() -> (Self, TraceSettings) {
        let collector = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(take)).with_state(collector.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let headers =
            vec![("x-tenant".to_owned(), salpa::platform::secret::Secret::new("planted-header-77".to_owned()))];
        (collector, TraceSettings { endpoint: endpoint.parse().unwrap(), headers, percent: 100 })
    }

    /// Everything that came, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().unwrap()).into_owned()
    }

    fn bytes(&self) -> Vec<u8> {
        self.received.lock().unwrap().clone()
    }
}

async fn take(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) -> StatusCode {
    collector.received.lock().unwrap().extend_from_slice(&body);
    collector.headers.lock().unwrap().push(headers);
    StatusCode::OK
}

async fn counting() -> Service {
    Service::start_with(|settings| settings.metrics_listen = Some("127.0.0.1:0".parse().unwrap())).await
}

#[tokio::test]
async fn events_are_counted_once_they_are_committed() {
    let service = counting().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.try_password(&ruori, AINO, "not the right one").await;
    service.wait(60);
    let page = service.browser().arrive(&service, &ruori, AINO).await;
    ruori.redeem(&service, &page.answered("code").unwrap()).await.fine();
    ruori.redeem(&service, "no code at all").await;
    browser.open("/wp-login.php?secret=planted").await;

    let text = scraped(&service).await;
    for line in [
        r#"salpa_events_total{event="sign_in.done",method=""} 1"#,
        r#"salpa_events_total{event="sign_in.proven",method="password"} 1"#,
        r#"salpa_events_total{event="sign_in.proven",method="totp"} 1"#,
        r#"salpa_events_total{event="sign_in.not_proven",method="password"} 1"#,
        r#"salpa_tokens_total{grant_type="authorization_code",outcome="given"} 1"#,
        r#"salpa_tokens_total{grant_type="authorization_code",outcome="refused"} 1"#,
        r#"salpa_requests_total{route="none",method="GET",status="404"} 1"#,
        "salpa_sessions 1",
        "salpa_hashes_waiting 0",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line} is not in\n{text}");
    }
    assert!(text.contains(r#"salpa_request_seconds_bucket{le="0.001",route="/sign-in/{id}/password"}"#), "{text}");
    for nobody in ["aino", "kallio", "ruori", "planted", "wp-login", "198.51"] {
        assert!(!text.to_lowercase().contains(nobody), "{nobody} is in the metrics");
    }
}

#[tokio::test]
async fn the_lines_of_one_request_share_an_identifier_and_those_of_another_have_their_own() {
    log::begin();
    let service = Service::start().await;
    let mut browser = service.browser();
    let id_in = |page: &Page| {
        let line: serde_json::Value = serde_json::from_str(&log::line_of(page)).unwrap();
        line["span"]["id"].as_str().unwrap_or_else(|| panic!("{line}")).to_owned()
    };
    let (one, other) = (browser.open("/nowhere").await, browser.open("/nowhere").await);
    let (one, other) = (id_in(&one), id_in(&other));
    assert_eq!(one.len(), 16);
    assert_ne!(one, other);
    let answered = format!(r#""id":"{one}","route":"none","method":"GET","status":404"#);
    assert!(log::everything().contains(&answered), "the request's own line has it, too");
}

#[tokio::test]
async fn without_the_setting_nothing_is_counted_and_the_service_has_no_such_page() {
    let service = Service::start().await;
    assert_eq!(scraped(&service).await, "");
    assert_eq!(service.browser().get("/metrics").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_dashboard_and_the_alerts_name_only_what_there_is() {
    let service = counting().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let page = service.browser().arrive(&service, &ruori, AINO).await;
    ruori.redeem(&service, &page.answered("code").unwrap()).await.fine();
    service.app.metrics.message("email", "sent");
    let text = scraped(&service).await;
    let there: BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['{', ' ']).next())
        .filter(|name| name.starts_with("salpa_"))
        .collect();
    assert!(there.len() > 20, "{there:?}");

    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let mut named = BTreeSet::new();
    for file in ["grafana/salpa.json", "prometheus/alerts.yml"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
        for (at, _) in text.match_indices("salpa_") {
            let name: String = text[at..].chars().take_while(|character| is_word(*character)).collect();
            named.insert((file, name));
        }
    }
    assert!(named.len() > 20, "{named:?}");
    let missing: Vec<_> = named.iter().filter(|(_, name)| !there.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?} of {there:?}");
    let events = std::fs::read_to_string(folder.join("prometheus/alerts.yml")).unwrap();
    for event in ["sign_in.not_proven", "sign_in.proven", "provider.token_replayed"] {
        assert!(events.contains(event));
    }
}

/// `promtool test rules` does the cases (`bin/test`).
#[test]
fn each_alert_has_a_case_that_fires_it_and_one_that_does_not() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/prometheus");
    let [rules, cases] =
        ["alerts.yml", "alerts.test.yml"].map(|file| std::fs::read_to_string(folder.join(file)).unwrap());
    let alerts: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 12, "{alerts:?}");
    for alert in alerts {
        let asked = format!("alertname=\"{alert}\"");
        let of_alert = cases.split("expr: ").skip(1).filter(|case| case.lines().next().unwrap().contains(&asked));
        let (quiet, fires): (Vec<&str>, Vec<&str>) = of_alert.partition(|case| case.contains("exp_samples: []"));
        assert!(!quiet.is_empty() && !fires.is_empty(), "{alert}: {} fire it, {} do not", fires.len(), quiet.len());
    }
}

#[tokio::test]
async fn a_trace_has_the_route_and_its_writes_and_nobodys_name() {
    let (collector, traces) = Collector::start().await;
    let service = Service::start_with(|settings| settings.traces = Some(traces)).await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    service.browser().arrive(&service, &ruori, AINO).await;
    service.app.traces.flush().await;
    let text = collector.text();
    for word in ["POST /sign-in/{id}/password", "http.route", "database write", "hash", "salpa"] {
        assert!(text.contains(word), "{word} is not in the traces");
    }
    for nobody in ["aino", "virtanen", "ruori", "198.51", AINO.password] {
        assert!(!text.to_lowercase().contains(nobody), "{nobody} is in the traces");
    }
    assert_eq!(collector.headers.lock().unwrap()[0]["x-tenant"], "planted-header-77");
}

#[tokio::test]
async fn a_trace_goes_on_only_where_a_trusted_proxy_says_so() {
    let (collector, traces) = Collector::start().await;
    let service = Service::start_with(|settings| {
        settings.traces = Some(traces);
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await;
    let trace = |first: u8| format!("{first:02x}").repeat(16);
    let has = |bytes: &[u8], first: u8| bytes.windows(16).any(|window| window == [first; 16]);
    for (address, first) in [([198, 51, 100, 7], 0xab), ([10, 1, 2, 3], 0xcd)] {
        let mut browser = service.browser();
        browser.address = address.into();
        browser.headers.insert("traceparent", format!("00-{}-00f067aa0ba902b7-01", trace(first)).parse().unwrap());
        browser.headers.insert("x-forwarded-for", "198.51.100.9".parse().unwrap());
        browser.open("/help").await;
    }
    service.app.traces.flush().await;
    let bytes = collector.bytes();
    assert!(has(&bytes, 0xcd), "the proxy's trace goes on");
    assert!(!has(&bytes, 0xab), "a stranger's does not");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "it measures the time that really passes")]
async fn a_collector_that_is_gone_or_never_answers_holds_nobody_up() {
    // It takes connections, and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    for address in [silent.local_addr().unwrap().to_string(), "127.0.0.1:9".to_owned()] {
        let endpoint = format!("http://{address}/v1/traces").parse().unwrap();
        let traces = TraceSettings { endpoint, headers: Vec::new(), percent: 100 };
        let service = Service::start_with(|settings| settings.traces = Some(traces)).await;
        let began = std::time::Instant::now();
        let mut browser = service.browser();
        for _ in 0..5000 {
            assert_eq!(browser.get("/health/live").await.status, StatusCode::OK);
        }
        assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    }
}
