//! Stories of signing in by a code that a phone scans, and of those who attack it: who passes a code on to somebody
//! else's phone, who photographs it, who scans it twice, and who wants to collect what another browser asked for.

use std::time::Duration;

use http::StatusCode;
use salpa::directory::users::Role;
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::approvals::{EERO, Story};
use crate::provider::client::claims;
use crate::support::{AINO, AppOnPhone, AskedOnPhone, Browser, PIN, Page};

const TITLE: &str = "Sign in with the phone app";
const CONFIRM: &str = "Confirm on your phone";

impl Story {
    /// The same, where no code is asked for in a new network.
    pub async fn without_network_code() -> Self {
        let story = Self::begin().await;
        let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Required) };
        story.service.set_whole_policy(story.ruori.application.id, policy).await;
        story
    }

    /// A browser that shows a code; in the network of the phone, or in one of its own.
    pub async fn drawn(&self, is_beside: bool) -> (Browser, Page) {
        let mut browser = self.service.browser();
        if is_beside {
            browser.address = self.phone.browser.address;
        }
        let sign_in = browser.begin(&self.ruori).await;
        let page = browser.answer(&sign_in, "qr/draw", &[]).await;
        assert_eq!(page.title(), TITLE, "{}", page.body);
        (browser, page)
    }
}

impl Browser {
    /// The text of the code of this moment.
    pub async fn code(&mut self, page: &Page) -> String {
        let opened = self.post(&format!("{}/qr/open", page.sign_in()), &[]).await;
        let code = opened.location().unwrap();
        assert!(code.starts_with("https://id.kallio.example/app/scan#"), "{code}");
        code
    }

    pub async fn collect(&mut self, page: &Page) -> Page {
        self.submit(&format!("{}/qr", page.sign_in()), &[]).await
    }

    async fn waits_for(&mut self, page: &Page, at: &str) -> Value {
        self.get(&format!("{}/qr/wait?at={at}", page.sign_in())).await.json()
    }
}

impl AppOnPhone {
    /// Reads a code with the camera.
    async fn scan(&mut self, code: &str) -> Page {
        let body = json!({ "code": code, "version": self.version });
        self.browser.post_json("/app/scan", &body).await
    }

    /// The same, to the question.
    pub async fn scanned(&mut self, code: &str) -> AskedOnPhone {
        let answer = self.scan(code).await;
        let next = answer.json()["next"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned();
        self.browser.get(&next).await.asked()
    }
}

/// The message of a refused scan.
fn message(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    page.json()["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_scanned_code_signs_in_the_browser_that_drew_it() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    assert!(page.body.contains("<svg aria-hidden=\"true\""));
    let code = browser.code(&page).await;

    let asked = story.phone.scanned(&code).await;
    assert_eq!((asked.field("application"), asked.field("address")), ("Ruori Accounting", "id.kallio.example"));
    assert_eq!(browser.waits_for(&page, "drawn").await["waiting"], false);
    let confirming = browser.collect(&page).await;
    assert_eq!(confirming.title(), CONFIRM);
    assert_eq!(confirming.number(), "", "phone and page are beside each other");
    assert!(!confirming.says("Aino"), "who scanned is not told before they confirm");
    let answer = story.phone.approve(&asked, "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(browser.waits_for(&page, "scanned").await["waiting"], false);
    let page = browser.collect(&page).await;

    assert!(page.is_at_the_application(), "{} {}", page.status, page.body);
    let token =
        claims(&story.ruori.redeem(&story.service, &page.answered("code").unwrap()).await.fine().text("id_token"));
    assert_eq!(token["acr"], "aal2");
    assert_eq!(token["sub"], story.aino.to_string());
    let events = story.service.events().await;
    for event in ["sign_in.scanned phone_qr", "sign_in.approved_on_phone phone_qr", "sign_in.proven phone_qr"] {
        assert!(events.iter().any(|told| told == event), "{event}: {events:?}");
    }
    assert!(story.phone.browser.get(asked.page()).await.says("Confirmed."));
}

#[tokio::test]
async fn a_phone_in_another_network_asks_for_six_digits_of_the_page_and_warns() {
    let mut story = Story::without_network_code().await;
    let (mut browser, page) = story.drawn(false).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    let shown = story.phone.browser.get(asked.page()).await;
    assert!(shown.says("Your phone is in another network than the page."), "{}", shown.body);
    let confirming = browser.collect(&page).await;
    assert_eq!(confirming.number().len(), 6);

    let without = story.phone.approve(&asked, "").await;
    assert_eq!(without.json()["number"], "again");
    let wrong = if confirming.number() == "000000" { "000001" } else { "000000" };
    assert_eq!(story.phone.approve(&asked, wrong).await.json()["number"], "again");
    assert_eq!(story.phone.approve(&asked, &confirming.number()).await.status, StatusCode::OK);
    assert!(browser.collect(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_second_wrong_number_ends_it() {
    let mut story = Story::without_network_code().await;
    let (mut browser, page) = story.drawn(false).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    let number = browser.collect(&page).await.number();
    let wrong = if number == "000000" { "000001" } else { "000000" };
    story.phone.approve(&asked, wrong).await;
    assert_eq!(story.phone.approve(&asked, wrong).await.json()["number"], "ended");
    assert!(story.phone.approve(&asked, &number).await.json()["next"].is_string());
    let page = browser.collect(&page).await;
    assert!(page.says("Another number was typed on the phone."), "{}", page.body);
}

#[tokio::test]
async fn in_a_network_that_is_new_a_code_is_asked_for_as_of_a_bank() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(false).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    let number = browser.collect(&page).await.number();
    story.phone.approve(&asked, &number).await;
    let page = browser.collect(&page).await;
    assert!(!page.is_at_the_application());
    assert_eq!(page.title(), "You are signing in from a new network");
}

#[tokio::test]
async fn a_code_that_was_passed_on_signs_nobody_in_elsewhere() {
    let mut story = Story::begin().await;
    let (mut attacker, page) = story.drawn(true).await;
    let code = attacker.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    story.phone.approve(&asked, "").await;
    // The victim's own browser, and another one of the attacker, ask for what this one drew.
    for _ in 0..2 {
        let mut other = story.service.browser();
        other.begin(&story.ruori).await;
        assert_eq!(other.collect(&page).await.status, StatusCode::FORBIDDEN);
        let waiting = other.get(&format!("{}/qr/wait?at=scanned", page.sign_in())).await;
        assert_eq!(waiting.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(story.service.count("SELECT COUNT(*) FROM qr_sign_ins WHERE state = 'approved'").await, 1);
}

#[tokio::test]
async fn a_photograph_of_a_code_is_worth_nothing_after_ten_seconds() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    let photographed = browser.code(&page).await;
    story.service.wait(11);
    let newer = browser.code(&page).await;
    assert_ne!(photographed, newer);
    assert!(message(&story.phone.scan(&photographed).await).contains("too old"));
    assert_eq!(story.phone.scan(&newer).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_is_scanned_once() {
    let mut story = Story::begin().await;
    let eero = story.service.person(EERO).await;
    let koski = story.service.business("Koski Oy").await;
    story.service.user(koski, eero, &[Role::UserAdministrator]).await;
    let mut others = AppOnPhone::of(&story.service, EERO, PIN).await;
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    assert!(message(&others.scan(&code).await).contains("scanned already"));
    assert!(message(&story.phone.scan(&code).await).contains("scanned already"), "nor by the same phone");
    assert_eq!(others.browser.get(asked.page()).await.status, StatusCode::NOT_FOUND);
    assert!(others.approve(&asked, "").await.json()["next"].is_string());
    others.refuse(&asked).await;
    story.phone.approve(&asked, "").await;
    assert!(browser.collect(&page).await.is_at_the_application());
}

#[tokio::test]
async fn only_the_phone_that_scanned_confirms() {
    let mut story = Story::begin().await;
    // The code of this half minute opened the first phone.
    story.service.wait(30);
    let mut second = AppOnPhone::of(&story.service, AINO, PIN).await;
    // The proofs of the first phone no longer count, and a new one counts a moment later.
    story.service.wait(1);
    assert_eq!(story.phone.unlock(PIN).await.0, 200);
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    assert_eq!(second.browser.get(asked.page()).await.status, StatusCode::NOT_FOUND);
    assert!(second.approve(&asked, "").await.json()["next"].is_string());
    assert!(!browser.collect(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_forged_code_and_a_code_of_another_service_are_refused() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    for foreign in [
        "",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ",
        "https://evil.example/app/scan#x.1.y",
        &code.replace("id.kallio.example", "id.kallio.example.evil.example"),
        &code.replace("/app/scan#", "/app/scan?"),
        &format!("{code}x"),
        &code.replace('.', ""),
    ] {
        assert!(message(&story.phone.scan(foreign).await).contains("not a code"), "{foreign}");
    }
    let (start, mark) = code.rsplit_once('.').unwrap();
    let forged = format!("{start}.{}", mark.chars().rev().collect::<String>());
    if let Some(step) = start.rsplit_once('.') {
        let advanced = format!("{}.{}.{mark}", step.0, step.1.parse::<u32>().unwrap() + 1);
        assert!(message(&story.phone.scan(&advanced).await).contains("too old"));
    }
    assert!(!story.phone.scan(&forged).await.status.is_success());
    assert_eq!(story.phone.scan(&code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_lives_for_two_minutes_and_a_new_one_ends_the_one_before() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    let first = browser.code(&page).await;
    let page = browser.answer(&page.sign_in(), "qr/draw", &[]).await;
    assert!(message(&story.phone.scan(&first).await).contains("scanned already"), "it is taken back");
    story.service.wait(119);
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    let late = story.phone.answered(&asked, "");
    story.service.wait(1);
    let answer = story.phone.browser.post_json(&asked.path, &late).await;
    assert!(answer.json()["next"].is_string());
    assert!(browser.collect(&page).await.says("The time is over"));
    story.phone.unlock_again().await;
    assert_eq!(story.phone.browser.get(asked.page()).await.title(), "This sign-in has ended");
}

#[tokio::test]
async fn this_was_not_me_ends_the_sign_in_of_a_scanned_code() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    assert_eq!(story.phone.refuse(&asked).await.title(), "The sign-in was stopped");
    assert_eq!(browser.waits_for(&page, "scanned").await["waiting"], false);
    let told = browser.collect(&page).await;
    assert_eq!(told.title(), "The sign-in was stopped on the phone", "{}", told.body);
    assert!(story.phone.approve(&asked, "").await.json()["next"].is_string());
    assert_eq!(story.service.letter(AINO.email).await.subject, "A sign-in was refused on your phone");
}

#[tokio::test]
async fn wrong_pins_locked_and_removed_phones_sign_nobody_in() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    assert_eq!(story.phone.approve_with_a_wrong_pin(&asked, "").await.json()["wrong"], true);
    story.phone.browser.submit("/app/lock", &[]).await;
    assert_eq!(story.phone.approve(&asked, "").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(story.phone.scan(&code).await.status, StatusCode::UNAUTHORIZED);
    story.phone.unlock(PIN).await;
    story.phone.approve(&asked, "").await;
    story.service.change("DELETE FROM phones").await;
    assert!(!browser.collect(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_code_of_a_sign_in_that_has_ended_or_gone_another_way_is_over() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    story.service.change("UPDATE sign_ins SET ended_at = 1").await;
    assert!(message(&story.phone.scan(&code).await).contains("too old"));

    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    let asked = story.phone.scanned(&code).await;
    story.phone.approve(&asked, "").await;
    browser.answer(&page.sign_in(), "email", &[("email", EERO.email)]).await;
    let page = browser.collect(&page).await;
    assert_eq!(page.title(), "Enter your password", "whose email was typed is not who scanned");
}

#[tokio::test]
async fn the_page_that_waits_gets_a_new_code_every_three_seconds() {
    let story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    let first = browser.code(&page).await;
    story.service.app.clock.advance(Duration::from_millis(2_999));
    let news = browser.waits_for(&page, "drawn").await;
    assert_eq!(news["waiting"], true);
    assert!(news["svg"].as_str().unwrap().starts_with("<svg "));
    story.service.app.clock.advance(Duration::from_millis(1));
    assert_ne!(browser.code(&page).await, first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_scan_or_collect_at_once_one_does() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    let body = json!({ "code": code, "version": story.phone.version });
    let scans = story.phone.browser.post_json_at_once("/app/scan", std::iter::repeat_n(body, 24)).await;
    let next: Vec<String> = scans.iter().filter_map(|scan| Some(scan.json()["next"].as_str()?.to_owned())).collect();
    assert_eq!(next.len(), 1);
    let asked = story.phone.browser.get(&next[0]).await.asked();
    story.phone.approve(&asked, "").await;
    let won = browser.sessions_of_tabs_at_once(24, &format!("{}/qr", page.sign_in())).await;
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_page_that_waits_on_one_node_hears_the_scan_on_another() {
    let story = Story::begin().await;
    let other = story.service.another_node().await;
    let (mut browser, page) = story.drawn(true).await;
    let code = browser.code(&page).await;
    let mut phone = story.phone;
    phone.browser = other.as_ref().unwrap_or(&story.service).take_over(phone.browser);
    let asked = phone.scanned(&code).await;
    let before = story.service.app.bus.waiting();
    let (mut waits, shown) = (browser.clone(), page.clone());
    let waiting = tokio::spawn(async move { waits.waits_for(&shown, "scanned").await });
    story.service.more_wait_than(before).await;
    phone.approve(&asked, "").await;
    let told = timeout(Duration::from_secs(5), waiting).await.expect("it is told at once").unwrap();
    assert_eq!(told["waiting"], false);
    assert!(browser.collect(&page).await.is_at_the_application());
}
