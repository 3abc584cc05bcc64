//! Many at once, and several nodes.

use std::time::Duration;

use http::StatusCode;
use salpa::platform::bus;
use serde_json::json;
use tokio::time::timeout;

use super::Story;
use crate::support::Service;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_all_hundred_numbers_at_once_two_are_looked_at() {
    let story = Story::begin().await;
    let (_, page) = story.asked().await;
    let mut phone = story.phone;
    let asked = phone.question().await;
    let tries: Vec<_> = (0..100)
        .map(|number| format!("{number:02}"))
        .filter(|number| *number != page.number())
        .map(|number| {
            let body = phone.answered(&asked, &number);
            let (mut browser, path) = (phone.browser.clone(), asked.path.clone());
            tokio::spawn(async move { browser.post_json(&path, &body).await })
        })
        .collect();
    let mut looked_at = 0;
    for one in tries {
        let page = one.await.unwrap();
        assert!(!page.status.is_server_error());
        looked_at += usize::from(page.json().get("number").is_some());
    }
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
    let answers: Vec<_> = (0..32)
        .map(|_| {
            let (mut browser, path, body) = (phone.browser.clone(), asked.path.clone(), body.clone());
            tokio::spawn(async move { browser.post_json(&path, &body).await.status })
        })
        .collect();
    for one in answers {
        assert!(!one.await.unwrap().is_server_error());
    }
    let approved = "SELECT COUNT(*) FROM history WHERE event = 'sign_in.approved_on_phone'";
    assert_eq!(story.service.count(approved).await, 1);

    let fetched: Vec<_> = (0..32)
        .map(|_| {
            let (mut tab, path) = (browser.clone(), format!("{}/approval", page.sign_in()));
            tokio::spawn(async move { tab.post(&path, &[]).await.headers.contains_key("set-cookie") })
        })
        .collect();
    let mut won = 0;
    for one in fetched {
        won += usize::from(one.await.unwrap());
    }
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
    let other = if story.service.database.is_sqlite() { None } else { Some(story.service.with(|_| {}).await) };
    let nodes: Vec<&Service> = [&story.service].into_iter().chain(&other).collect();
    for node in &nodes {
        tokio::spawn(bus::worker(node.app.bus.clone(), node.app.db.clone(), node.app.random.clone()));
        timeout(Duration::from_secs(20), node.app.bus.listening()).await.expect("the node listens");
    }
    let (browser, page) = story.asked().await;
    let mut phone = story.phone;
    let asked = phone.question().await;
    // The phone asks the other node, where there is one.
    phone.browser = nodes.last().unwrap().take_over(phone.browser);
    let before = story.service.app.bus.waiting();
    let (mut waits, shown) = (browser.clone(), page.clone());
    let waiting = tokio::spawn(async move { waits.waits(&shown).await });
    while story.service.app.bus.waiting() == before {
        tokio::task::yield_now().await;
    }
    phone.approve(&asked, &page.number()).await;
    let told = timeout(Duration::from_secs(5), waiting).await.expect("it is told at once").unwrap();
    assert_eq!(told, json!({ "waiting": false }));
    let mut browser = browser;
    assert!(browser.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn an_app_that_is_open_hears_of_a_question_and_a_locked_one_hears_no_more_than_that() {
    let mut story = Story::begin().await;
    let before = story.service.app.bus.waiting();
    let mut app = story.phone.browser.clone();
    let waiting = tokio::spawn(async move { app.get("/app/waiting?shown=").await });
    while story.service.app.bus.waiting() == before {
        tokio::task::yield_now().await;
    }
    let (_, page) = story.asked().await;
    let told = timeout(Duration::from_secs(5), waiting).await.expect("it is told at once").unwrap();
    assert_eq!(told.json(), json!({ "waiting": false }));
    story.phone.browser.submit("/app/lock", &[]).await;
    let locked = story.phone.browser.get("/app/waiting?shown=").await;
    assert_eq!(locked.json(), json!({ "waiting": false }));
    assert!(!locked.body.contains("Ruori") && !locked.body.contains(&page.sign_in()));
    assert_eq!(story.service.browser().get("/app/waiting?shown=").await.status, StatusCode::UNAUTHORIZED);
}
