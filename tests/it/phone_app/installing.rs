//! The files that make the app installable, and the phones and versions that are refused.

use http::HeaderValue;
use serde_json::{Value, json};

use super::{PIN, service};
use crate::support::{AINO, AppOnPhone, Service};

/// The most that the first visit may load, compressed or not.
const MOST: usize = 60_000;

#[tokio::test]
async fn a_first_visit_loads_less_than_sixty_kilobytes_in_all() {
    let (service, _) = service().await;
    let mut browser = service.browser();
    let welcome = browser.open("/app").await;
    let manifest: Value = serde_json::from_str(&browser.open("/app/manifest.webmanifest").await.body).unwrap();
    let icons = manifest["icons"].as_array().unwrap().iter().map(|icon| icon["src"].as_str().unwrap().to_owned());
    let worker = browser.open("/app/service-worker.js").await;
    let (build, _) = worker.body.strip_prefix("self.build = ").unwrap().split_once(";\n").unwrap();
    let build: Value = serde_json::from_str(build).unwrap();
    let shell = build["shell"].as_array().unwrap().iter().map(|file| file.as_str().unwrap().to_owned());
    let named = welcome.body.split('"').filter(|part| part.starts_with("/static/")).map(str::to_owned);
    // The shell is what the page itself has loaded; a browser asks for each file once.
    let files: std::collections::BTreeSet<String> = named
        .chain(icons)
        .chain(shell)
        .chain(["/app/offline", "/app/manifest.webmanifest"].map(str::to_owned))
        .collect();
    let mut weight = welcome.body.len() + worker.body.len();
    for file in &files {
        let page = browser.open(file).await;
        assert_eq!(page.status, 200, "{file}");
        weight += page.body.len();
    }
    assert!(files.len() > 10 && weight < MOST, "{weight} bytes in {files:#?}");
}

#[tokio::test]
async fn the_app_is_installed_by_its_own_files_under_the_strict_policy() {
    let (service, _) = service().await;
    let mut browser = service.browser();
    let page = browser.open("/app").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for allowed in ["manifest-src 'self'", "worker-src 'self'", "connect-src 'self'"] {
        assert!(policy.contains(allowed), "{policy}");
    }
    let worker = browser.open("/app/service-worker.js").await;
    assert_eq!(worker.headers["service-worker-allowed"], "/app");
    assert_eq!(worker.headers["cache-control"], "no-cache", "a new version is noticed at once");
    let other = browser.open("/help").await;
    assert!(!other.headers["content-security-policy"].to_str().unwrap().contains("worker-src 'self'"));
}

#[tokio::test]
async fn a_service_worker_keeps_nothing_of_a_person_and_no_foreign_path() {
    let (service, _) = service().await;
    let phone = AppOnPhone::of(&service, AINO, PIN).await;
    let mut browser = phone.browser;
    let worker = browser.open("/app/service-worker.js").await.body;
    let (build, _) = worker.strip_prefix("self.build = ").unwrap().split_once(";\n").unwrap();
    let build: Value = serde_json::from_str(build).unwrap();
    for file in build["shell"].as_array().unwrap() {
        assert!(file.as_str().unwrap().starts_with("/static/"), "{file}");
    }
    assert_eq!(worker.matches("addAll").count(), 1, "what is kept is kept when a version is installed");
    assert!(!worker.contains("cache.put") && !worker.contains(".put("), "and never what a page was answered");
    let offline = browser.open("/app/offline").await;
    assert!(!offline.says("Aino"), "{}", offline.body);
}

#[tokio::test]
async fn a_system_that_is_too_old_gets_a_plain_page_and_never_half_an_app() {
    let service = Service::start().await;
    let mut phone = AppOnPhone::new(&service);
    phone.browser.headers.insert("sec-ch-ua-platform-version", HeaderValue::from_static("\"11.0.0\""));
    for path in ["/app", "/app/pin", "/app/settings"] {
        let page = phone.browser.open(path).await;
        assert_eq!((page.status.as_u16(), page.title().as_str()), (403, "This phone is too old for the app"), "{path}");
        assert!(!page.body.contains("js/app/") && page.error_id().is_some(), "{}", page.body);
    }
    let told = phone.browser.open("/app").await;
    assert!(told.headers["accept-ch"].to_str().unwrap().contains("Sec-CH-UA-Platform-Version"));
    phone.browser.headers.remove("sec-ch-ua-platform-version");
    phone.browser.user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X) Safari/604.1".to_owned();
    assert_eq!(phone.browser.open("/app").await.status, 403);
    phone.browser.user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Safari/604.1".to_owned();
    assert_eq!(phone.browser.open("/app").await.status, 200);
}

#[tokio::test]
async fn a_page_of_a_version_that_is_too_old_is_loaded_anew() {
    let (service, _) = service().await;
    let version = AppOnPhone::new(&service).version;
    let strict = service.with(|settings| settings.phone_app_minimum_version = Some(version.clone())).await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    phone.browser.post("/app/lock", &[]).await;
    phone.browser = strict.take_over(phone.browser);
    phone.version = "0.0.1".to_owned();
    let (status, answer) = phone.unlock(PIN).await;
    assert_eq!((status, &answer), (409, &json!({ "update": true })));
    phone.version = version;
    assert_eq!(phone.unlock(PIN).await.0, 200, "and no try was counted");
}

#[tokio::test]
async fn a_node_whose_own_version_is_too_old_shows_a_plain_page_and_sends_its_scripts_there() {
    let (service, _) = service().await;
    let strict = service.with(|settings| settings.phone_app_minimum_version = Some("9.0.0".to_owned())).await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    phone.browser = strict.take_over(phone.browser);
    let page = phone.browser.open("/app").await;
    let shown = (page.status.as_u16(), page.title());
    assert_eq!(shown, (503, "This version of the app is no longer used".to_owned()));
    assert!(!page.body.contains("js/app/"), "{}", page.body);
    let answered = phone.answer(PIN, "a challenge of before").await;
    assert_eq!(answered, (409, json!({ "update": true })), "the page is loaded anew, and says so");
}
