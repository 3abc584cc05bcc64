//! Stories of a forgotten password that is replaced by an approval on the phone; and of strangers who ask for it.

use http::StatusCode;
use salpa::sign_in::policies::{Policy, SecondFactor};
use serde_json::json;

use super::approvals::{EERO, Story};
use crate::support::{AINO, Browser, Page, Somebody};

const NEW: &str = "seven herons over the reeds";
const TITLE: &str = "Approve on your phone";
const NEW_PASSWORD: &str = "Choose a new password";

impl Story {
    /// A browser that shows the number for a new password.
    async fn forgotten(&self, somebody: Somebody) -> (Browser, Page, String) {
        let mut browser = self.service.browser();
        browser.address = [203, 0, 113, 77].into();
        let sign_in = browser.without_password(&self.ruori, somebody.email).await;
        let page = browser.ask_phone(&sign_in).await;
        (browser, page, sign_in)
    }
}

impl Browser {
    async fn ask_phone(&mut self, sign_in: &str) -> Page {
        let page = self.submit(&format!("{sign_in}/forgotten-password"), &[("method", "phone")]).await;
        assert_eq!(page.title(), TITLE, "{}", page.body);
        assert_eq!(page.number().len(), 6, "{}", page.body);
        page
    }

    async fn fetch(&mut self, sign_in: &str) -> Page {
        self.submit(&format!("{sign_in}/forgotten-password/phone"), &[]).await
    }
}

/// A text with a word in the place of each identifier.
fn without_identifiers(text: &str) -> String {
    let at = |from: usize| text.get(from..from + 36).filter(|part| uuid::Uuid::try_parse(part).is_ok());
    let mut found: Vec<&str> = (0..text.len()).filter_map(at).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().fold(text.to_owned(), |text, one| text.replace(one, "it"))
}

#[tokio::test]
async fn an_approval_on_the_phone_sets_a_new_password_without_another_step() {
    let mut story = Story::begin().await;
    let (mut browser, page, sign_in) = story.forgotten(AINO).await;
    let early = browser.fetch(&sign_in).await;
    assert_eq!((early.status, early.title().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, TITLE));
    assert!(early.says("Your phone has not answered yet."), "{}", early.body);

    let asked = story.phone.question().await;
    assert_eq!(asked.field("asks"), "new-password", "the phone signs what it says");
    let shown = story.phone.browser.get(asked.page()).await;
    assert_eq!(shown.title(), "Are you setting a new password?");
    assert!(shown.says("Whoever shows you the number sets your new password."), "{}", shown.body);
    assert_eq!(story.phone.approve(&asked, &page.number()).await.status, StatusCode::OK);
    let waits = browser.get(&format!("{sign_in}/forgotten-password/phone/wait")).await.json();
    assert_eq!(waits, json!({ "waiting": false }));
    let page = browser.fetch(&sign_in).await;
    assert_eq!(page.title(), NEW_PASSWORD, "the phone is both factors");
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    assert!(page.is_at_the_application(), "{} {}", page.status, page.body);
    let events = story.service.events().await;
    for event in ["sign_in.reset_asked phone", "sign_in.proven password_reset", "sign_in.proven phone"] {
        assert!(events.iter().any(|told| told == event), "{event}: {events:?}");
    }
    story.service.wait(31);
    let old = story.service.browser().try_password(&story.ruori, AINO, AINO.password).await;
    assert_ne!(old.title(), TITLE, "the former password is none");
}

#[tokio::test]
async fn everybody_is_shown_the_same_whether_or_not_they_have_a_phone() {
    let story = Story::begin().await;
    let without_number = |page: &Page, somebody: Somebody| {
        let number = page.number();
        let groups = [&number[..3], &number[3..]].map(|group| format!("<span>{group}</span>"));
        let shown = groups.iter().chain([&number]).fold(page.body.clone(), |body, group| body.replace(group, "###"));
        without_identifiers(&shown).replace(somebody.email, "email")
    };
    story.service.person(EERO).await;
    let nobody = Somebody { email: "nobody@kallio.example", ..EERO };
    let (_, with_phone, _) = story.forgotten(AINO).await;
    for somebody in [EERO, nobody] {
        let (mut browser, page, sign_in) = story.forgotten(somebody).await;
        assert_eq!(without_number(&page, somebody), without_number(&with_phone, AINO));
        let fetched = browser.fetch(&sign_in).await;
        assert_eq!((fetched.status, fetched.title().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, TITLE));
        assert!(fetched.says("Your phone has not answered yet."), "{}", fetched.body);
        assert_eq!(fetched.number(), page.number(), "looking makes no other number");
    }
    assert_eq!(story.service.count("SELECT count(*) FROM approvals").await, 1, "one of them was asked");
    story.service.wait(60);
    let (mut browser, _, sign_in) = story.forgotten(nobody).await;
    story.service.wait(60);
    let over = browser.open(&format!("{sign_in}/forgotten-password/phone")).await;
    assert!(over.says("The request was not answered in time."), "{}", over.body);
    let again = browser.submit(&format!("{sign_in}/forgotten-password/phone/ask"), &[]).await;
    assert_eq!(again.number().len(), 6, "{}", again.body);
}

#[tokio::test]
async fn an_approval_for_a_password_is_none_for_a_sign_in() {
    let mut story = Story::begin().await;
    let (mut browser, page, sign_in) = story.forgotten(AINO).await;
    let asked = story.phone.question().await;
    assert_eq!(story.phone.approve(&asked, &page.number()).await.status, StatusCode::OK);
    let page = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    assert_eq!(page.title(), TITLE, "{}", page.body);
    let page = browser.go_on(&page).await;
    assert!(!page.is_at_the_application(), "what was approved was another thing");
}

#[tokio::test]
async fn an_approval_of_a_sign_in_sets_no_password_and_none_is_collected_elsewhere() {
    let mut story = Story::begin().await;
    let (_, page, sign_in) = story.forgotten(AINO).await;
    let asked = story.phone.question().await;
    assert_eq!(story.phone.approve(&asked, &page.number()).await.status, StatusCode::OK);
    let mut thief = story.service.browser();
    let stolen = thief.fetch(&sign_in).await;
    assert_ne!(stolen.title(), NEW_PASSWORD);
    let other = thief.without_password(&story.ruori, AINO.email).await;
    thief.ask_phone(&other).await;
    assert_ne!(thief.fetch(&other).await.title(), NEW_PASSWORD, "another sign-in has another question");

    story.service.wait(60);
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    assert_eq!(story.phone.approve(&asked, &page.number()).await.status, StatusCode::OK);
    let set = browser.fetch(&page.sign_in()).await;
    assert_ne!(set.title(), NEW_PASSWORD);
}

#[tokio::test]
async fn strangers_ask_three_times_an_hour_and_hold_back_nothing_of_the_person() {
    let mut story = Story::begin().await;
    for _ in 0..3 {
        story.forgotten(AINO).await;
        assert!(story.phone.waiting().await.is_some());
        story.service.wait(61);
        story.phone.unlock_again().await;
    }
    story.forgotten(AINO).await;
    assert_eq!(story.phone.waiting().await, None, "the fourth reaches no phone");
    let (mut browser, page) = story.asked().await;
    assert!(!page.number().is_empty(), "her own sign-ins are asked about: {}", page.body);
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    assert!(browser.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn this_was_not_me_ends_it_and_wrong_numbers_do() {
    let mut story = Story::begin().await;
    let (mut browser, _, sign_in) = story.forgotten(AINO).await;
    let asked = story.phone.question().await;
    story.phone.refuse(&asked).await;
    let page = browser.fetch(&sign_in).await;
    assert_ne!(page.title(), NEW_PASSWORD);
    assert!(story.service.letter(AINO.email).await.text.contains("refused"), "she is told what to do");

    let (mut browser, page, sign_in) = story.forgotten(AINO).await;
    let asked = story.phone.question().await;
    let wrong = if page.number() == "000000" { "000001" } else { "000000" };
    assert_eq!(story.phone.approve(&asked, wrong).await.json()["number"], "again");
    assert_eq!(story.phone.approve(&asked, wrong).await.json()["number"], "ended");
    let over = browser.fetch(&sign_in).await;
    assert!(over.says("Another number was typed on the phone"), "{}", over.body);
}

#[tokio::test]
async fn a_phone_that_the_policy_does_not_count_is_not_asked() {
    let mut story = Story::begin().await;
    let without = Policy {
        methods: Some(["password", "totp"].map(|word| word.parse().unwrap()).into()),
        ..Policy::of(SecondFactor::Required)
    };
    story.service.set_whole_policy(story.ruori.application.id, without).await;
    story.forgotten(AINO).await;
    assert_eq!(story.phone.waiting().await, None);
}
