//! Consent: what a person lets an application of somebody else have.

use http::StatusCode;
use http::header::{HeaderValue, ORIGIN};
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{ApplicationProfile, Registration};
use salpa::sign_in::policies::SecondFactor;

use super::client::get;
use super::sign_in;
use super::signing::link;
use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service};

const SCOPE: &str = "openid email ledger.read";

/// A service with Aino, Mikko, and an application of somebody else.
async fn ledger() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    service.person(MIKKO).await;
    let registration = Registration {
        redirect_uris: vec!["https://ledger.example/callback".to_owned()],
        scopes: Scopes::parse("openid profile email offline_access ledger.read ledger.write").unwrap(),
        profile: ApplicationProfile { third_party: true, ..ApplicationProfile::default() },
        ..Registration::new("Ledger")
    };
    let ledger = service.register(registration, SecondFactor::Required).await;
    (service, ledger)
}

fn session(page: &Page) -> String {
    let (_, rest) = page.body.split_once("name=\"session\" value=\"").expect("a question");
    rest.split('"').next().unwrap().to_owned()
}

pub(super) async fn answers(browser: &mut Browser, question: &Page, answer: &str) -> Page {
    let fields = [("session", session(question)), ("answer", answer.to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit(&format!("{}/consent", question.path), &fields).await
}

/// Aino signs in to the ledger for the first time, up to the question.
async fn is_asked(service: &Service, browser: &mut Browser, ledger: &Registered) -> Page {
    let question = sign_in(service, browser, ledger, &[("scope", SCOPE)]).await;
    assert_eq!(question.title(), "Ledger asks for access", "{}", question.body);
    question
}

#[tokio::test]
async fn a_person_is_asked_once_what_an_application_of_others_may_have() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &ledger).await;
    for words in [
        "It does not belong to Kallio & Laine.",
        "Your email",
        "The permission “ledger.read”",
        "https://ledger.example",
        "9 June 2026",
        AINO.email,
    ] {
        assert!(question.says(words), "{words}: {}", question.body);
    }
    assert!(!question.says("Your name"));
    let policy = question.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("form-action 'self' https://ledger.example"), "{policy}");
    assert_eq!(service.count("SELECT count(*) FROM grants").await, 0);

    let page = answers(&mut browser, &question, "allow").await;
    let tokens = ledger.redeem(&service, &page.answered("code").unwrap()).await.fine();
    let person = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine().json;
    assert_eq!(person["email"], AINO.email);
    for less in [SCOPE, "openid", "openid email"] {
        let page = browser.open(&ledger.authorize(&[("scope", less)])).await;
        assert!(page.answered("code").is_some(), "{less}: {}", page.body);
        let silently = browser.open(&ledger.authorize(&[("scope", less), ("prompt", "none")])).await;
        assert!(silently.answered("code").is_some(), "{less}");
    }
    let given = service.events().await.iter().filter(|event| *event == "provider.consent_given").count();
    assert_eq!(given, 1);
}

#[tokio::test]
async fn a_person_who_refuses_gives_nothing_and_is_asked_again() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &ledger).await;
    let page = answers(&mut browser, &question, "refuse").await;
    assert_eq!(page.answered("error").as_deref(), Some("access_denied"));
    assert_eq!((page.answered("state").as_deref(), page.answered("code")), (Some("a state"), None));
    assert_eq!(page.answered("iss").as_deref(), Some(crate::support::PUBLIC_URL));
    assert_eq!(service.count("SELECT count(*) FROM consents").await, 0);
    assert_eq!(answers(&mut browser, &question, "allow").await.status, StatusCode::GONE);
    let page = browser.open(&ledger.authorize(&[("scope", SCOPE)])).await;
    assert_eq!(page.title(), "Ledger asks for access");
}

#[tokio::test]
async fn more_than_was_allowed_and_prompt_consent_are_asked_for_again() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let silently = browser.get(&ledger.authorize(&[("scope", SCOPE), ("prompt", "none")])).await;
    assert_eq!(silently.answered("error").as_deref(), Some("login_required"));
    let question = is_asked(&service, &mut browser, &ledger).await;
    let silently = browser.get(&ledger.authorize(&[("scope", SCOPE), ("prompt", "none")])).await;
    assert_eq!(silently.answered("error").as_deref(), Some("consent_required"));
    answers(&mut browser, &question, "allow").await;

    for (changes, words) in [
        (&[("scope", "openid ledger.write")][..], "The permission “ledger.write”"),
        (&[("scope", "openid offline_access")], "To keep its access when you are signed out"),
        (&[("scope", "openid"), ("claims", r#"{"userinfo":{"family_name":null}}"#)], "Your name and language"),
    ] {
        let mut silent = changes.to_vec();
        silent.push(("prompt", "none"));
        let refused = browser.get(&ledger.authorize(&silent)).await;
        assert_eq!(refused.answered("error").as_deref(), Some("consent_required"), "{words}");
        let question = browser.open(&ledger.authorize(changes)).await;
        assert!(question.says(words), "{}", question.body);
        assert!(answers(&mut browser, &question, "allow").await.answered("code").is_some());
        assert!(browser.open(&ledger.authorize(changes)).await.answered("code").is_some(), "{words}");
    }
    let again = browser.open(&ledger.authorize(&[("scope", "openid"), ("prompt", "consent")])).await;
    assert_eq!(again.title(), "Ledger asks for access");
    assert!(answers(&mut browser, &again, "allow").await.answered("code").is_some());
    // An earlier consent stays.
    assert!(browser.open(&ledger.authorize(&[("scope", SCOPE)])).await.answered("code").is_some());
}

#[tokio::test]
async fn the_operators_own_applications_are_not_asked_for() {
    let (service, _) = ledger().await;
    let own = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = sign_in(&service, &mut browser, &own, &[("prompt", "consent")]).await;
    assert!(page.answered("code").is_some(), "{}", page.body);
    assert!(browser.open("/account/applications").await.says("You have not given access to any application."));
}

#[tokio::test]
async fn removing_the_access_ends_every_token_and_asks_again() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let question = sign_in(&service, &mut browser, &ledger, &[("scope", "openid offline_access")]).await;
    let page = answers(&mut browser, &question, "allow").await;
    let tokens = ledger.redeem(&service, &page.answered("code").unwrap()).await.fine();
    let unused = browser.open(&ledger.authorize(&[("scope", "openid")])).await.answered("code").unwrap();

    let listed = browser.open("/account/applications").await;
    assert!(listed.says("Ledger") && listed.says("To keep its access when you are signed out"), "{}", listed.body);
    let remove = format!("/account/applications/{}/remove", ledger.application.id);
    let mut mikko = service.browser();
    let first = mikko.open("/account/applications").await;
    mikko.sign_in_as(&service, first, MIKKO).await;
    assert_eq!(mikko.submit(&remove, &[]).await.status, StatusCode::NOT_FOUND, "it is not his");
    get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine();

    let page = browser.submit(&remove, &[]).await;
    assert!(page.says("The access has been removed.") && page.says("You have not given access to any application."));
    let userinfo = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await;
    assert_eq!(userinfo.status, StatusCode::UNAUTHORIZED);
    ledger.refresh(&service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
    ledger.redeem(&service, &unused).await.refused(400, "invalid_grant");
    assert_eq!(browser.submit(&remove, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.submit("/account/applications/x/remove", &[]).await.status, StatusCode::NOT_FOUND);

    let history = browser.open("/account/history").await;
    for what in ["Access given to an application", "Access of an application removed"] {
        let (_, line) = history.body.split_once(what).unwrap_or_else(|| panic!("{what}: {}", history.body));
        assert!(line.split("</li>").next().unwrap().contains("Ledger"), "{what}: {line}");
    }
    let silently = browser.get(&ledger.authorize(&[("scope", "openid"), ("prompt", "none")])).await;
    assert_eq!(silently.answered("error").as_deref(), Some("consent_required"));
}

#[tokio::test]
async fn the_answer_is_taken_from_our_own_page_of_the_asked_browser_and_session_alone() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &ledger).await;
    let path = format!("{}/consent", question.path);
    let session = session(&question);
    let fields = [("session", session.as_str()), ("answer", "allow")];

    let mut other = service.browser();
    other.open("/account").await;
    assert_eq!(other.post(&path, &fields).await.status, StatusCode::FORBIDDEN);
    let mut elsewhere = browser.clone();
    elsewhere.headers.insert(ORIGIN, HeaderValue::from_static("https://evil.example"));
    elsewhere.headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    assert_eq!(elsewhere.post(&path, &fields).await.status, StatusCode::FORBIDDEN);
    // An empty answer, or one for another session, shows the question again.
    for fields in [&[("answer", "allow")][..], &[("session", session.as_str())], &[]] {
        let page = browser.submit(&path, fields).await;
        assert_eq!(page.title(), "Ledger asks for access");
    }
    // A session that ended meanwhile gives nothing.
    browser.submit("/account/sign-out", &[]).await;
    let page = browser.submit(&path, &fields).await;
    assert!(page.path.starts_with("/sign-in/"), "{}", page.path);
    assert_eq!(service.count("SELECT count(*) FROM consents").await, 0);
    assert_eq!(service.count("SELECT count(*) FROM grants").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_answers_to_one_question_one_gives_a_code() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &ledger).await;
    let racing: Vec<_> = (0..12)
        .map(|_| {
            let (mut browser, question) = (browser.clone(), question.clone());
            tokio::spawn(async move { answers(&mut browser, &question, "allow").await })
        })
        .collect();
    let mut codes = 0;
    for page in racing {
        let page = page.await.unwrap();
        codes += u32::from(page.answered("code").is_some());
    }
    assert_eq!(codes, 1);
    assert_eq!(service.count("SELECT count(*) FROM grants").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_grant_made_while_the_access_is_removed_does_not_outlive_it() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &ledger).await;
    answers(&mut browser, &question, "allow").await;
    for _ in 0..10 {
        let mut racing: Vec<_> = (0..8)
            .map(|_| {
                let (mut browser, path) = (browser.clone(), ledger.authorize(&[("scope", SCOPE)]));
                tokio::spawn(async move { browser.get(&path).await })
            })
            .collect();
        let remove = format!("/account/applications/{}/remove", ledger.application.id);
        let mut remover = browser.clone();
        racing.push(tokio::spawn(async move { remover.post(&remove, &[]).await }));
        for page in racing {
            page.await.unwrap();
        }
        assert_eq!(service.count("SELECT count(*) FROM consents").await, 0);
        assert_eq!(service.count("SELECT count(*) FROM grants WHERE revoked_at IS NULL").await, 0);
        let question = browser.open(&ledger.authorize(&[("scope", SCOPE)])).await;
        assert!(answers(&mut browser, &question, "allow").await.answered("code").is_some(), "{}", question.body);
    }
}

/// A pushed request waits for the answer like any other one, for the browser that brought it.
#[tokio::test]
async fn a_pushed_request_is_answered_after_the_question() {
    let (service, ledger) = ledger().await;
    let mut browser = service.browser();
    // Signed in already, so that the question is the first thing that is kept.
    let first = browser.open("/account").await;
    browser.sign_in_as(&service, first, AINO).await;
    let pushed = ledger.push(&service, &[], &[("scope", SCOPE)]).await;
    let path = link(&ledger, &pushed.text("request_uri"));
    let question = browser.open(&path).await;
    assert_eq!(question.title(), "Ledger asks for access", "{}", question.body);
    assert_eq!(service.browser().open(&path).await.status, StatusCode::GONE, "it is another browser's");
    let page = answers(&mut browser, &question, "allow").await;
    ledger.redeem(&service, &page.answered("code").unwrap()).await.fine();
}
