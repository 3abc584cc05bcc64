//! Many at once: what is limited stays limited, and what counts once counts once.

use http::StatusCode;

use super::{PHONE, Story, not};
use crate::support::MIKKO;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_codes_at_once_five_are_looked_at_and_the_right_one_is_too_late() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let right = story.code().await;
    let wrong = not(&right);
    let guesses: Vec<_> = (0..200)
        .map(|_| {
            let (mut browser, page) = (browser.clone(), page.clone());
            tokio::spawn(async move { browser.type_code(&page, wrong).await.status })
        })
        .collect();
    for guess in guesses {
        assert!(guess.await.unwrap().is_client_error());
    }
    let wrong = "SELECT COUNT(*) FROM history WHERE event = 'sign_in.not_proven'";
    assert_eq!(story.service.count(wrong).await, 5);
    assert_eq!(story.service.count("SELECT count FROM failures WHERE subject LIKE 'in-a-row:%'").await, 5);
    assert!(!browser.type_code(&page, &right).await.is_at_the_application());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_ask_for_a_new_code_at_once_three_an_hour_get_one() {
    let story = Story::begin().await;
    let (browser, page) = story.asked().await;
    let asked: Vec<_> = (0..40)
        .map(|_| {
            let (mut browser, page) = (browser.clone(), page.clone());
            tokio::spawn(async move { browser.send_again(&page).await.status })
        })
        .collect();
    let mut sent = 0;
    for one in asked {
        sent += usize::from(one.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(sent, 2, "one went out with the password");
    assert_eq!((story.service.letters(PHONE).await.len(), story.service.letters(MIKKO.email).await.len()), (3, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_type_the_right_code_at_once_one_begins_a_session() {
    let story = Story::begin().await;
    let (browser, page) = story.asked().await;
    let code = story.code().await;
    let typed: Vec<_> = (0..16)
        .map(|_| {
            let (mut browser, page, code) = (browser.clone(), page.clone(), code.clone());
            tokio::spawn(async move {
                let path = format!("{}/confirmation-code", page.sign_in());
                browser.post(&path, &[("code", &code)]).await.headers.contains_key("set-cookie")
            })
        })
        .collect();
    let mut won = 0;
    for one in typed {
        won += usize::from(one.await.unwrap());
    }
    assert_eq!(won, 1);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM sessions").await, 1);
}
