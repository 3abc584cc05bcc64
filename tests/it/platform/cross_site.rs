//! Other sites' requests are refused, and responses have headers that protect the browser.

use http::{HeaderValue, StatusCode};
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, Page, Service};

/// The headers with which a request can betray that it comes from elsewhere; an empty value leaves it out.
const FOREIGN: [(&str, &str); 7] = [
    ("cross-site", "https://evil.example"),
    ("same-site", "https://shop.kallio.example"),
    ("none", "https://id.kallio.example"),
    ("cross-site", "https://id.kallio.example"),
    ("", "https://evil.example"),
    ("", "null"),
    ("", "https://id.kallio.example.evil.example"),
];

/// The same browser, lured by another site.
fn lured(browser: &Browser, (site, origin): (&'static str, &'static str)) -> Browser {
    let mut lured = browser.clone();
    lured.headers.insert("sec-fetch-site", HeaderValue::from_static(site));
    lured.headers.insert("origin", HeaderValue::from_static(origin));
    lured.left_out = if site.is_empty() { vec!["sec-fetch-site"] } else { Vec::new() };
    lured
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_and_changes_nothing() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    let mut waiting = service.browser();
    let sign_in = waiting.begin(&ruori).await;

    for foreign in FOREIGN {
        for path in ["/account/sign-out", "/account/sessions/end-others", "/language", "/oauth/sign-out/confirm"] {
            refused(&lured(&browser, foreign).post(path, &[("language", "fi")]).await, foreign);
        }
        for step in ["email", "password", "code", "back", "terms", "open", "second-step", "authenticator"] {
            let path = format!("{sign_in}/{step}");
            refused(&lured(&waiting, foreign).post(&path, &[("email", AINO.email)]).await, foreign);
        }
    }

    assert_eq!(browser.open("/account").await.title(), "My sign-in", "the session goes on");
    assert_eq!(waiting.open(&sign_in).await.title(), "Sign in", "and the sign-in stands where it stood");
}

#[track_caller]
fn refused(page: &Page, foreign: (&str, &str)) {
    let told = (page.status, page.title());
    assert_eq!(
        told,
        (StatusCode::FORBIDDEN, "This request came from another site".to_owned()),
        "{foreign:?} {}",
        page.path
    );
    assert_eq!(page.header("set-cookie"), "");
    assert!(page.error_id().is_some());
}

#[tokio::test]
async fn a_link_from_another_site_leads_in_but_changes_nothing() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;

    let mut lured = lured(&browser, FOREIGN[0]);
    assert_eq!(lured.open("/account").await.title(), "My sign-in");
    for path in ["/account/sign-out", "/account/sessions/end-others", "/language"] {
        assert_eq!(lured.get(path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }

    assert_eq!(browser.open("/account").await.title(), "My sign-in");
}

#[tokio::test]
async fn every_page_carries_what_protects_the_browser() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let email = browser.open(&ruori.authorize(&[])).await;
    let sign_in = email.sign_in();
    let password = browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    let wrong = browser.answer(&sign_in, "password", &[("password", "wrong")]).await;
    let code = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    let arrived = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;
    let pages = [
        email,
        password,
        wrong,
        code,
        arrived,
        browser.open("/account").await,
        browser.open("/account/signed-out").await,
        browser.open("/help").await,
        browser.open("/nowhere").await,
        browser.open("/account/sign-out").await,
        browser.open("/oauth/authorize").await,
        browser.open("/sign-in/nothing").await,
        browser.open("/health/live").await,
        service.browser().open(&sign_in).await,
    ];

    for page in pages {
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        for (name, value) in [
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ] {
            assert_eq!(page.header(name), value, "{name} of {}", page.path);
        }
        assert_eq!(inline_code(&page.body), None, "{}", page.path);
    }
}

/// The first script, style or handler that stands in a page itself.
fn inline_code(html: &str) -> Option<&str> {
    let tags = html.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    for (tag, text) in tags {
        let is_script = tag.starts_with("script") && (!tag.contains(" src=\"/") || !text.trim().is_empty());
        let has_handler = tag.split_whitespace().any(|part| part.starts_with("on") && part.contains('='));
        if is_script
            || tag.starts_with("style")
            || tag.contains(" style=")
            || has_handler
            || tag.contains("javascript:")
        {
            return Some(tag);
        }
    }
    None
}

#[tokio::test]
async fn forms_may_lead_to_the_application_that_asked_and_nowhere_else() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();

    let page = browser.open(&ruori.authorize(&[])).await;

    assert!(page.header("content-security-policy").ends_with("form-action 'self' https://ruori-accounting.example"));
    assert!(browser.open("/account").await.header("content-security-policy").ends_with("form-action 'self'"));
}
