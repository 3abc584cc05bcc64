//! The language of the pages: chosen once, kept by the browser, and a way to nowhere else.

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::support::Service;

#[tokio::test]
async fn a_language_is_chosen_in_the_middle_of_a_sign_in_and_kept() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;

    let page = browser.submit("/language", &[("language", "fi"), ("return_to", &sign_in)]).await;

    assert_eq!((page.path.as_str(), page.title().as_str()), (sign_in.as_str(), "Kirjaudu sisään"));
    assert!(page.body.contains("<html lang=\"fi\""));
    assert!(browser.open("/nowhere").await.body.contains("<html lang=\"fi\""), "on every page from then on");
    let page = browser.submit("/language", &[("language", "en"), ("return_to", &sign_in)]).await;
    assert_eq!(page.title(), "Sign in");
}

#[tokio::test]
async fn the_browser_or_the_application_asks_until_the_person_has_chosen() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.headers.insert("accept-language", "sv, fi;q=0.8, en;q=0.5".parse().unwrap());
    assert_eq!(browser.open(&ruori.authorize(&[])).await.title(), "Kirjaudu sisään");
    let page = browser.open(&ruori.authorize(&[("ui_locales", "en")])).await;
    assert_eq!(page.title(), "Sign in", "the application wishes for English");

    browser.submit("/language", &[("language", "fi"), ("return_to", &page.sign_in())]).await;

    assert_eq!(browser.open(&page.sign_in()).await.title(), "Kirjaudu sisään");
}

#[tokio::test]
async fn the_choice_of_a_language_leads_nowhere_else() {
    let service = Service::start().await;
    let away = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/a\r\nset-cookie: x=1",
        "",
        "help",
    ];
    for return_to in away {
        let page = service.browser().post("/language", &[("language", "fi"), ("return_to", return_to)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        assert_eq!(page.location().as_deref(), Some("/account"), "{return_to:?}");
    }
    let page = service.browser().open("/help?return_to=//evil.example").await;
    assert!(!page.body.contains("evil.example"));
}

#[tokio::test]
async fn a_language_that_nobody_speaks_here_is_not_kept() {
    let service = Service::start().await;
    for language in ["", "xx", "sv", "fi; Domain=evil.example", "<script>"] {
        let page = service.browser().post("/language", &[("language", language)]).await;
        assert!(
            page.header("set-cookie").is_empty()
                || page.header("set-cookie").starts_with("__Host-salpa_language=fi; Path"),
            "{language}"
        );
        assert!(!page.header("set-cookie").contains("evil"));
    }
}
