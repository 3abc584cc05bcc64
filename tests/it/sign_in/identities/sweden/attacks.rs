//! Attacks on a sign-in by BankID: a link or a page that is passed on, an order that is not ours, a person who is not the one.

use http::StatusCode;
use salpa::platform::db::Reads as _;
use serde_json::json;

use super::{AtBankId, ELSEWHERE, ENDED, TITLE};
use crate::sign_in::identities::{OVER, WRONG};
use crate::support::bank_id::{ASTRID, ApiMood, BJORN, completion};
use crate::support::{AINO, MIKKO, all_at_once};

#[tokio::test]
async fn a_link_that_is_passed_on_signs_in_neither_browser() {
    let story = AtBankId::linked().await;
    // Mallory begins, and sends the link to Aino, who opens her app with it and confirms.
    let (mut mallory, page) = story.on_phone().await;
    assert!(story.bank.opens(&page.app_link()));
    let back = story.bank.confirms(ASTRID).unwrap();
    story.service.wait(2);
    for _ in 0..3 {
        let waiting = mallory.collect_order(&page).await;
        assert_eq!(waiting.title(), ELSEWHERE, "the sender does not go on: {}", waiting.body);
        story.service.wait(2);
    }
    let guessed = mallory.open(&format!("/identity-providers/{}/return?state=guessed", story.provider)).await;
    assert_eq!(guessed.title(), OVER);
    // Her app opens the address of return in her own browser.
    let mut aino = story.service.browser();
    let page = aino.open(&back).await;
    assert_eq!(
        (page.status, page.title().as_str()),
        (StatusCode::FORBIDDEN, "Your browser did not send the sign-in cookie")
    );
    aino.begin(&story.ruori).await;
    let page = aino.open(&back).await;
    assert_eq!(page.title(), "This sign-in belongs to another browser");
}

#[tokio::test]
async fn an_order_belongs_to_the_browser_that_placed_it() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    assert!(story.bank.scans(&story.bank.code()));
    story.bank.confirms(ASTRID);
    story.service.wait(2);
    let mut other = story.service.browser();
    other.begin(&story.ruori).await;
    let sign_in = page.sign_in();
    for path in ["bank-id", "bank-id/wait?at=app"] {
        assert_eq!(other.get(&format!("{sign_in}/{path}")).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["bank-id", "bank-id/order", "bank-id/cancel"] {
        assert_eq!(other.post(&format!("{sign_in}/{path}"), &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(browser.collect_order(&page).await.is_at_the_application());
}

#[tokio::test]
async fn an_order_of_a_scanned_code_has_no_address_of_return() {
    let story = AtBankId::linked().await;
    let (mut browser, page) = story.on_phone().await;
    let back = story.bank.confirms(ASTRID).unwrap();
    // The code takes the place of the link, whose address no longer leads anywhere.
    let page = browser.submit(&format!("{}/bank-id/order", page.sign_in()), &[("way", "another_device")]).await;
    assert_eq!(browser.open(&back).await.title(), OVER);
    assert_eq!(browser.order(&page).await.title(), TITLE);
}

#[tokio::test]
async fn a_code_of_an_older_second_is_not_shown_and_starts_nothing() {
    let story = AtBankId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let photographed = story.bank.code();
    story.service.wait(5);
    assert!(!browser.order(&page).await.shows_code(&photographed));
    assert!(!story.bank.scans(&photographed), "the app takes none that is so old");
    let forged = photographed.replacen(".0.", ".5.", 1);
    assert!(!story.bank.scans(&forged), "nor one with another second");
}

#[tokio::test]
async fn a_reference_that_was_given_out_before_is_refused() {
    let story = AtBankId::begin().await;
    let mut first = story.service.browser();
    story.drawn(&mut first).await;
    story.bank.is(ApiMood::Repeats);
    let mut other = story.service.browser();
    let page = story.drawn(&mut other).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "another order"));
}

#[tokio::test]
async fn an_answer_about_another_order_ends_the_order() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.bank.confirms(ASTRID);
    story.bank.is(ApiMood::Confused);
    story.service.wait(2);
    assert_eq!(browser.collect_order(&page).await.title(), ENDED);
    assert_eq!(story.reason().await, "answer");
    story.bank.is(ApiMood::Honest);
    story.service.wait(2);
    assert_eq!(browser.collect_order(&page).await.title(), ENDED, "for good");
}

#[tokio::test]
async fn of_many_tabs_one_collects_and_one_goes_on() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.bank.confirms(ASTRID);
    story.service.wait(2);
    let before = story.bank.collected();
    let path = format!("{}/bank-id", page.sign_in());
    let looks = (0..8).map(|_| {
        let (mut tab, path) = (browser.clone(), path.clone());
        async move { tab.get(&path).await.status }
    });
    all_at_once(looks).await;
    assert_eq!(story.bank.collected(), before + 1);
    assert_eq!(browser.sessions_of_tabs_at_once(8, &path).await, 1);
    assert_eq!(story.bank.collected(), before + 1, "a confirmed order is not collected again");
}

#[tokio::test]
async fn an_order_that_somebody_else_confirms_does_not_answer_for_a_typed_email() {
    let story = AtBankId::linked().await;
    story.service.person(MIKKO).await;
    for email in [MIKKO.email, "nobody@kallio.example"] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await;
        let page = story.drawn_in(&mut browser, &sign_in).await;
        story.bank.confirms(ASTRID);
        story.service.wait(2);
        let page = browser.collect_order(&page).await;
        assert_eq!(page.title(), "This bank or eID belongs to another profile", "{email}");
    }
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    let page = story.drawn_in(&mut browser, &sign_in).await;
    story.bank.confirms(ASTRID);
    story.service.wait(2);
    assert!(browser.collect_order(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_person_whom_nobody_has_linked_signs_in_as_nobody() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.bank.confirms(BJORN);
    story.service.wait(2);
    let page = browser.collect_order(&page).await;
    assert_eq!(page.title(), crate::sign_in::identities::UNMATCHED);
}

#[tokio::test]
async fn an_app_that_is_not_beside_the_browser_is_refused() {
    let story = AtBankId::linked().await;
    let own = "198.51.100.99";
    for (address, risk, is_taken) in [
        ("203.0.113.7", Some("high"), false),
        ("203.0.113.7", Some("moderate"), true),
        ("203.0.113.7", Some("low"), true),
        ("203.0.113.7", None, false),
        (own, None, true),
    ] {
        let mut browser = story.service.browser();
        browser.address = own.parse().unwrap();
        let page = story.drawn(&mut browser).await;
        story.bank.completes(&completion(ASTRID, address, risk));
        story.service.wait(2);
        let page = browser.collect_order(&page).await;
        assert_eq!(page.is_at_the_application(), is_taken, "{address} {risk:?}: {}", page.body);
        if !is_taken {
            assert_eq!(page.title(), "BankID found this sign-in risky");
            assert_eq!(story.reason().await, "risk");
        }
    }
}

#[tokio::test]
async fn an_operator_may_take_less_risk() {
    let story = AtBankId::begin_with(json!({ "most_risk": "low" })).await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    assert_eq!(story.bank.asked()["requirement"], json!({ "risk": "low" }), "BankID blocks it itself");
    story.bank.completes(&completion(ASTRID, "203.0.113.7", Some("moderate")));
    story.service.wait(2);
    assert_eq!(browser.collect_order(&page).await.title(), "BankID found this sign-in risky");
}

#[tokio::test]
async fn a_sign_in_places_fifteen_orders_at_most() {
    let story = AtBankId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    for _ in 1..15 {
        let again = story.drawn_in(&mut browser, &page.sign_in()).await;
        assert_eq!(again.title(), TITLE);
    }
    let refused = story.drawn_in(&mut browser, &page.sign_in()).await;
    assert_eq!((refused.status, story.bank.orders()), (StatusCode::TOO_MANY_REQUESTS, 15));
    let mut other = story.service.browser();
    assert_eq!(story.drawn(&mut other).await.title(), TITLE, "others are not held up");
}

#[tokio::test]
async fn the_database_holds_no_token_and_no_number_that_can_be_read() {
    let story = AtBankId::begin().await;
    let (mut browser, page) = story.on_phone().await;
    let token = page.app_link().split_once('=').unwrap().1.split('&').next().unwrap().to_owned();
    story.bank.confirms(ASTRID);
    story.service.wait(2);
    browser.collect_order(&page).await;
    let rows: Vec<(Vec<u8>, Vec<u8>)> = story
        .service
        .app
        .db
        .all("SELECT secrets, completion FROM bank_id_orders", &[], |row| Ok((row.get(0)?, row.get(1)?)))
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    for (secrets, completion) in rows {
        for hidden in [token.as_bytes(), ASTRID.as_bytes()] {
            assert!(!secrets.windows(hidden.len()).any(|part| part == hidden));
            assert!(!completion.windows(hidden.len()).any(|part| part == hidden));
        }
    }
}
