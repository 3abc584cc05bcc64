//! Input that nobody sends by accident: it is refused by name, on a page, and is never a fault of ours.

use axum::body::Body;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Service};

const FORMS: [&str; 9] =
    ["email", "password", "code", "second-step", "authenticator", "recovery-saved", "terms", "back", "open"];
/// Those of them that read what is in the form.
const READ: usize = 7;

/// Text that has broken programs before.
const NASTY: [&str; 16] = [
    "\0",
    "a\0b@kallio.example",
    "' OR '1'='1",
    "'; DROP TABLE people; --",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "<script>alert(1)</script>",
    "\u{202e}moc.live",
    "\u{feff}",
    "\r\nSet-Cookie: x=1",
    "../../../../etc/passwd",
    "%s%n%x",
    "🦭🦭🦭",
    "-9223372036854775808",
    "[object Object]",
    "\u{1f1eb}\u{1f1ee}@\u{fdfa}.example",
    "İ@İ.example",
];

#[tokio::test]
async fn a_body_larger_than_any_form_is_refused() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    let large = format!("email={}", "a".repeat(256 * 1024));
    let paths = FORMS[..READ].iter().map(|form| format!("{sign_in}/{form}")).chain(["/language".to_owned()]);

    for path in paths {
        let page = browser.send(Method::POST, &path, large.clone()).await;
        let told = (page.status, page.title());
        assert_eq!(told, (StatusCode::PAYLOAD_TOO_LARGE, "This request could not be read".to_owned()), "{path}");
        assert!(page.error_id().is_some());
    }
    assert_eq!(browser.open(&sign_in).await.title(), "Sign in", "nothing has changed");
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    let email = format!("{sign_in}/email");
    for kind in
        ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "application/x-www-form-urlencodedx"]
    {
        let mut other = browser.clone();
        other.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        let page = other.send(Method::POST, &email, format!("email={}", AINO.email)).await;
        assert_eq!(page.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        assert!(page.error_id().is_some(), "{kind}: {}", page.body);
    }
    let page = browser.send(Method::POST, &email, Body::from(vec![b'e', b'=', 0xff, 0xfe])).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "bytes that are no text");
    assert!(page.error_id().is_some());

    let mut other = browser.clone();
    other.headers.insert(CONTENT_TYPE, HeaderValue::from_static("Application/X-WWW-Form-URLEncoded; charset=UTF-8"));
    let page = other.submit(&email, &[("email", AINO.email)]).await;
    assert_eq!(page.title(), "Enter your password", "however it is written");
}

#[tokio::test]
async fn nothing_that_is_typed_is_a_fault_of_ours() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let long = "x".repeat(20_000);
    for text in NASTY.into_iter().chain([long.as_str()]) {
        let mut browser = service.browser();
        let sign_in = browser.begin(&ruori).await;
        for form in FORMS {
            let fields = ["email", "password", "code", "method", "saved", "accepted"].map(|name| (name, text));
            let page = browser.answer(&sign_in, form, &fields).await;
            assert!(!page.status.is_server_error(), "{form} {text:?}: {}", page.body);
            assert!(!page.body.contains("<script>alert"), "{form}");
        }
        let mut browser = service.browser();
        let sign_in = browser.begin(&ruori).await;
        browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
        let page = browser.answer(&sign_in, "password", &[("password", text)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{text:?}");
        service.wait(2 * 60 * 60);
    }
}

#[tokio::test]
async fn nothing_that_is_typed_into_the_account_is_a_fault_of_ours() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.arrive(&service, &ruori, AINO).await;
    let mut stranger = service.browser();
    let sign_in = stranger.begin(&ruori).await;
    stranger.answer(&sign_in, "email", &[("email", "nobody@kallio.example")]).await;
    let forms = [
        "/account/password",
        "/account/email",
        "/account/language",
        "/account/communication-email",
        "/account/communication-phone",
        "/account/communication-phone/code",
        "/account/networks/forget",
    ];
    let long = "x".repeat(20_000);
    for text in NASTY.into_iter().chain([long.as_str()]) {
        let fields = ["password", "email", "language", "phone", "code", "network", "method", "recovery_code"];
        let fields = fields.map(|name| (name, text));
        for path in forms {
            let page = browser.clone().submit(path, &fields).await;
            assert!(!page.status.is_server_error(), "{path} {text:?}: {}", page.body);
            assert!(!page.body.contains("<script>alert"), "{path}");
        }
        for form in ["forgotten-password", "forgotten-password/recovery-code", "new-password"] {
            let page = stranger.answer(&sign_in, form, &fields).await;
            assert!(!page.status.is_server_error(), "{form} {text:?}: {}", page.body);
        }
        let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for start in [
            "/account/not-me/",
            "/account/confirm-email/",
            "/forgotten-password/",
            "/account/history?before=",
            "/account?done=",
        ] {
            let path: String = format!("{start}{text}").chars().take(6000).collect();
            for method in [Method::GET, Method::POST] {
                let page = browser.clone().send(method, &path, "").await;
                assert!(!page.status.is_server_error(), "{path}: {}", page.body);
            }
        }
    }
}

#[tokio::test]
async fn nothing_in_an_address_or_a_header_is_a_fault_of_ours() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut paths: Vec<String> = vec![
        "/%00".to_owned(),
        "/%ff".to_owned(),
        "/sign-in/".to_owned(),
        "/sign-in//email".to_owned(),
        "/sign-in/%2e%2e/%2e%2e/etc".to_owned(),
        "//evil.example/sign-in".to_owned(),
        "/static/../../Cargo.toml".to_owned(),
        "/static/%2e%2e/%2e%2e/Cargo.toml".to_owned(),
        "/account?ended=%ff&others_ended=99999999999999999999".to_owned(),
        format!("/{}", "a/".repeat(5000)),
        format!("/account?{}", "a=1&".repeat(5000)),
    ];
    for text in NASTY {
        let text = encode(text);
        paths.extend([
            format!("/sign-in/{text}"),
            format!("/sign-in/{text}/email"),
            format!("/account/sessions/{text}/end"),
            format!("/oauth/authorize?client_id={text}"),
            format!("/oauth/authorize/{text}"),
            format!("/oauth/sign-out?client_id={text}&id_token_hint={text}&state={text}"),
            format!("/help?return_to={text}"),
            format!("/account?others_ended={text}"),
            ruori.authorize(&[]) + &format!("&login_hint={text}&ui_locales={text}&display={text}"),
        ]);
    }

    for path in paths {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::HEAD, Method::OPTIONS] {
            let page = service.browser().send(method.clone(), &path, "").await;
            assert!(!page.status.is_server_error(), "{method} {path}: {} {}", page.status, page.body);
        }
    }
    let mut browser = service.browser();
    for value in [&b"\xff\xfe"[..], b"", &[b'x'; 8000], b"=;=;;,\"\\", "ä".as_bytes()] {
        for name in [
            "cookie",
            "user-agent",
            "accept-language",
            "accept",
            "origin",
            "sec-fetch-site",
            "host",
            "x-forwarded-host",
        ] {
            browser.headers.clear();
            browser.headers.insert(name, HeaderValue::from_bytes(value).unwrap());
            for path in ["/account", "/help", "/nowhere", &ruori.authorize(&[])] {
                let page = browser.get(path).await;
                assert!(!page.status.is_server_error(), "{name} {path}: {}", page.body);
            }
            let page = browser.post("/language", &[("language", "fi")]).await;
            assert!(!page.status.is_server_error(), "{name}");
        }
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so_with_an_identifier() {
    let service = Service::start().await;
    let mut browser = service.browser();
    for path in ["/nowhere", "/sign-in", "/account/nothing", "/oauth/nothing", "/%ff"] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::NOT_FOUND, "This page does not exist"), "{path}");
        assert!(page.error_id().is_some());
        let first = page.body.split("class=\"button primary\" href=\"").nth(1).unwrap();
        assert!(first.starts_with("/account\""), "{path} leads on to My sign-in: {first}");
    }
    let page = browser.get("/admin/nothing/at/all").await;
    assert!(page.body.contains("class=\"button primary\" href=\"/admin\""), "{}", page.body);
}

#[tokio::test]
async fn links_are_never_made_of_what_a_request_says_of_the_host() {
    let service = Service::start().await;
    let mut browser = service.browser();
    for name in ["host", "x-forwarded-host", "forwarded", "x-forwarded-proto"] {
        browser.headers.insert(name, HeaderValue::from_static("evil.example"));
    }

    for path in ["/account", "/help", "/.well-known/openid-configuration", "/nowhere"] {
        let page = browser.open(path).await;
        assert!(!page.body.contains("evil.example"), "{path}: {}", page.body);
        assert!(!page.location().is_some_and(|to| to.contains("evil.example")), "{path}");
    }
}
