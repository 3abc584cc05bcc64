//! Many at once, and several nodes.

use std::time::Duration;

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderValue, Method, StatusCode};
use serde_json::json;
use tokio::time::timeout;

use super::Story;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_all_hundred_numbers_at_once_two_are_looked_at() {
    let story = Story::begin().await;
    let (_, page) = story.asked().await;
    let mut phone = story.phone;
    let asked = phone.question().await;
    let wrong = (0..100).map(|number| format!("{number:02}")).filter(|number| *number != page.number());
    let bodies: Vec<_> = wrong.map(|number| phone.answered(&asked, &number)).collect();
    let answers = phone.browser.post_json_at_once(&asked.path, bodies).await;
    let looked_at = answers.iter().filter(|answer| answer.json().get("number").is_some()).count();
    assert!((1..=2).contains(&looked_at), "{looked_at}");
    assert_eq!(story.service.count("SELECT wrong_numbers FROM approvals").await, i64::try_from(looked_at).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_for_one_approval_one_begins_a_session() {
    let story = Story::begin().await;
    let (browser, page) = story.asked().await;
    let mut phone = story.phone;
    let asked = phone.question().await;
    let body = phone.answered(&asked, &page.number());
    phone.browser.post_json_at_once(&asked.path, std::iter::repeat_n(body, 32)).await;
    let approved = "SELECT COUNT(*) FROM history WHERE event = 'sign_in.approved_on_phone'";
    assert_eq!(story.service.count(approved).await, 1);

    let won = browser.sessions_of_tabs_at_once(32, &format!("{}/approval", page.sign_in())).await;
    assert_eq!(won, 1);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM sessions").await, 2, "the app's and this one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_approval_and_refusal_at_once_one_counts() {
    for _ in 0..5 {
        let story = Story::begin().await;
        let (mut browser, page) = story.asked().await;
        let mut phone = story.phone;
        let asked = phone.question().await;
        let body = phone.answered(&asked, &page.number());
        let (mut one, mut other, approve) = (phone.browser.clone(), phone.browser.clone(), asked.path.clone());
        let refuse = approve.replace("/approve", "/refuse");
        let approving = tokio::spawn(async move { one.post_json(&approve, &body).await });
        let refusing = tokio::spawn(async move { other.post(&refuse, &[]).await });
        assert!(
            !approving.await.unwrap().status.is_server_error() && !refusing.await.unwrap().status.is_server_error()
        );
        let refused = story.service.count("SELECT COUNT(*) FROM approvals WHERE state = 'refused'").await;
        assert_eq!(browser.go_on(&page).await.is_at_the_application(), refused == 0);
    }
}

#[tokio::test]
async fn a_browser_that_waits_on_one_node_hears_the_phone_on_another() {
    let story = Story::begin().await;
    let other = story.service.another_node().await;
    let (browser, page) = story.asked().await;
    let mut phone = story.phone;
    let asked = phone.question().await;
    // The phone asks the other node, where there is one.
    phone.browser = other.as_ref().unwrap_or(&story.service).take_over(phone.browser);
    let before = story.service.app.bus.waiting();
    let (mut waits, shown) = (browser.clone(), page.clone());
    let waiting = tokio::spawn(async move { waits.waits(&shown).await });
    story.service.more_wait_than(before).await;
    phone.approve(&asked, &page.number()).await;
    let told = timeout(Duration::from_secs(5), waiting).await.expect("it is told at once").unwrap();
    assert_eq!(told, json!({ "waiting": false }));
    let mut browser = browser;
    assert!(browser.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn while_a_browser_waits_nothing_of_its_request_is_kept_but_the_wait() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    browser.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
    let waits = format!("{}/approval/wait", page.sign_in());
    let before = story.service.app.bus.waiting();
    // The head of the answer is there before anything has happened, and no compressor waits beside it.
    let left = browser.begin_answer(Method::GET, &waits, "").await;
    let stays = browser.begin_answer(Method::GET, &waits, "").await;
    assert_eq!((left.status(), story.service.app.bus.waiting()), (StatusCode::OK, before + 2));
    assert_eq!(stays.headers().get(CONTENT_ENCODING), None);
    // A browser that leaves waits no longer.
    drop(left);
    assert_eq!(story.service.app.bus.waiting(), before + 1);
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    let told = timeout(Duration::from_secs(5), axum::body::to_bytes(stays.into_body(), 1024)).await;
    assert_eq!(told.expect("it is told at once").unwrap(), r#"{"waiting":false}"#);
    assert_eq!(story.service.app.bus.waiting(), before);
}

#[tokio::test]
async fn an_app_that_is_open_hears_of_a_question_and_a_locked_one_hears_no_more_than_that() {
    let mut story = Story::begin().await;
    let before = story.service.app.bus.waiting();
    let mut app = story.phone.browser.clone();
    let waiting = tokio::spawn(async move { app.get("/app/waiting?shown=").await });
    story.service.more_wait_than(before).await;
    let (_, page) = story.asked().await;
    let told = timeout(Duration::from_secs(5), waiting).await.expect("it is told at once").unwrap();
    assert_eq!(told.json(), json!({ "waiting": false }));
    story.phone.browser.submit("/app/lock", &[]).await;
    let locked = story.phone.browser.get("/app/waiting?shown=").await;
    assert_eq!(locked.json(), json!({ "waiting": false }));
    assert!(!locked.body.contains("Ruori") && !locked.body.contains(&page.sign_in()));
    assert_eq!(story.service.browser().get("/app/waiting?shown=").await.status, StatusCode::UNAUTHORIZED);
}
