//! Attacks: who has the password and floods, who has a phone and guesses the number, who replays, and who answers for
//! somebody else.

use http::StatusCode;
use salpa::directory::users::Role;
use salpa::proofs::phones::SigningPurpose;
use serde_json::json;

use super::{CODE_PAGE, EERO, Story, TITLE, other};
use crate::support::{AINO, AppOnPhone, AskedOnPhone, PIN, code_at};

#[tokio::test]
async fn nothing_is_asked_before_a_first_proof_nor_of_whom_nobody_knows() {
    let mut story = Story::begin().await;
    let mut browser = story.service.browser();
    for (email, password) in [(AINO.email, "a wrong password, surely"), ("nobody@kallio.example", AINO.password)] {
        let sign_in = browser.begin(&story.ruori).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await;
        for path in ["approval", "approval/ask", "use/phone"] {
            let page = browser.answer(&sign_in, path, &[]).await;
            assert_eq!(page.title(), "Enter your password", "{email} {path}");
        }
        assert_eq!(browser.get(&format!("{sign_in}/approval/wait")).await.json(), json!({ "waiting": false }));
        browser.answer(&sign_in, "password", &[("password", password)]).await;
    }
    assert_eq!(story.phone.waiting().await, None);
    assert_eq!(story.counted("SELECT COUNT(*) FROM approvals").await, 0);
}

#[tokio::test]
async fn an_approval_counts_once_and_only_in_the_browser_that_asked() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    let body = story.phone.answered(&asked, &page.number());
    story.phone.browser.post_json(&asked.path, &body).await;

    let mut thief = story.service.browser();
    thief.begin(&story.ruori).await;
    let stolen = thief.go_on(&page).await;
    assert_eq!(stolen.status, StatusCode::FORBIDDEN, "the address without its cookie is worth nothing");
    assert!(browser.go_on(&page).await.is_at_the_application());
    let replayed = story.phone.browser.post_json(&asked.path, &body).await;
    assert_eq!(replayed.json()["next"], asked.path.trim_end_matches("/approve"));
    assert_eq!(
        story.counted("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await,
        2,
        "the app's and this one"
    );
}

#[tokio::test]
async fn a_second_wrong_number_ends_the_question_so_that_a_list_of_all_numbers_does_not_help() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    let wrong = other(&page.number());

    let first = story.phone.approve(&asked, &wrong).await;
    assert_eq!((first.status, first.json()["number"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("again")));
    let second = story.phone.approve(&asked, &other(&wrong)).await;
    assert_eq!(second.json()["number"], "ended");
    let right = story.phone.approve(&asked, &page.number()).await;
    assert_eq!(right.json()["next"], asked.path.trim_end_matches("/approve"), "it comes too late");
    assert_eq!(browser.waits(&page).await, json!({ "waiting": false }));
    let page = browser.go_on(&page).await;
    assert!(page.says("Another number was typed on the phone"), "{}", page.body);
    let refused = story.counted("SELECT COUNT(*) FROM history WHERE event = 'sign_in.not_proven'").await;
    assert_eq!(refused, 2);
}

#[tokio::test]
async fn a_wrong_pin_approves_nothing_and_the_fifth_closes_the_phone() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    for left in (1..5).rev() {
        let answer = story.phone.approve_with_a_wrong_pin(&asked, &page.number()).await;
        assert_eq!((answer.status, answer.json()["left"].as_i64()), (StatusCode::UNPROCESSABLE_ENTITY, Some(left)));
    }
    let last = story.phone.approve_with_a_wrong_pin(&asked, &page.number()).await;
    assert_eq!(last.status, StatusCode::UNAUTHORIZED);
    let right = story.phone.approve(&asked, &page.number()).await;
    assert_eq!(right.status, StatusCode::UNAUTHORIZED, "{}", right.body);
    assert!(!browser.go_on(&page).await.is_at_the_application());
    assert_eq!(story.counted("SELECT wrong_numbers FROM approvals").await, 0, "no PIN, no word about the number");
}

#[tokio::test]
async fn a_right_pin_with_a_wrong_number_counts_no_wrong_pin() {
    let mut story = Story::begin().await;
    let (_, page) = story.asked().await;
    let asked = story.phone.question().await;
    story.phone.approve_with_a_wrong_pin(&asked, &page.number()).await;
    story.phone.approve(&asked, &other(&page.number())).await;
    assert_eq!(story.counted("SELECT wrong_pins FROM phones").await, 0);
}

#[tokio::test]
async fn a_locked_or_removed_phone_answers_nothing() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    story.phone.browser.submit("/app/lock", &[]).await;
    let locked = story.phone.approve(&asked, &page.number()).await;
    assert_eq!((locked.status, locked.json()["next"].as_str()), (StatusCode::UNAUTHORIZED, Some("/app")));
    story.phone.unlock(PIN).await;
    story.service.change("DELETE FROM phones").await;
    assert_eq!(story.phone.approve(&asked, &page.number()).await.status, StatusCode::UNAUTHORIZED);
    assert!(!browser.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn an_approval_of_a_phone_that_was_removed_since_opens_nothing() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    story.service.change("DELETE FROM phones").await;
    assert!(!browser.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn nobody_sees_or_answers_the_question_of_another_person() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    let eero = story.service.person(EERO).await;
    let koski = story.service.business("Koski Oy").await;
    story.service.user(koski, eero, &[Role::UserAdministrator]).await;
    let mut others = AppOnPhone::of(&story.service, EERO, PIN).await;
    assert_eq!(others.waiting().await, None);
    let shown = others.browser.get(asked.path.trim_end_matches("/approve")).await;
    assert_eq!(shown.status, StatusCode::NOT_FOUND);
    let answer = others.approve(&asked, &page.number()).await;
    assert!(answer.json()["next"].is_string(), "it says no more than of a question that is over");
    others.refuse(&asked).await;
    assert!(!browser.go_on(&page).await.is_at_the_application());
    // Her own phone, in the hands of somebody who carries a signature of his own phone there.
    let foreign = others.answered(&asked, &page.number());
    let carried = story.phone.browser.post_json(&asked.path, &foreign).await;
    assert_eq!(carried.json()["wrong"], true);
}

#[tokio::test]
async fn one_question_at_a_time_waits_on_a_persons_phones() {
    let mut story = Story::begin().await;
    let (_, _) = story.asked().await;
    let mut second = story.service.browser();
    let page = second.try_password(&story.ruori, AINO, AINO.password).await;
    assert_eq!((page.title().as_str(), page.number().as_str()), (TITLE, ""), "the other one waits");
    let refused = second.ask_again(&page).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.says("Another sign-in of yours waits for your phone."));
    story.service.wait(60);
    assert_eq!(second.ask_again(&page).await.number().len(), 2);
    assert!(story.phone.waiting().await.is_some());
}

#[tokio::test]
async fn after_three_unanswered_questions_no_more_is_asked_until_another_method_succeeds() {
    let mut story = Story::begin().await;
    // An attacker with the password asks, waits, takes it back, and asks anew.
    let (mut attacker, page) = story.asked().await;
    story.service.wait(60);
    attacker.ask_again(&page).await;
    attacker.answer(&page.sign_in(), "use/totp", &[]).await;
    attacker.answer(&page.sign_in(), "use/phone", &[]).await;
    assert!(story.phone.waiting().await.is_some(), "the third");
    story.service.wait(60);
    for _ in 0..3 {
        let held_back = attacker.ask_again(&page).await;
        assert_eq!(held_back.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(held_back.says("Three requests in a row were not approved"));
    }
    let mut other = story.service.browser();
    let page = other.try_password(&story.ruori, AINO, AINO.password).await;
    assert!(page.says("Three requests in a row were not approved"), "{}", page.body);
    assert_eq!(story.phone.waiting().await, None);
    story.service.wait(24 * 60 * 60);
    assert_eq!(other.begin(&story.ruori).await.len(), 45, "a day later");
    let mut later = story.service.browser();
    let page = later.try_password(&story.ruori, AINO, AINO.password).await;
    assert!(page.says("Three requests in a row were not approved"), "no wait ends it");

    let code_page = later.answer(&page.sign_in(), "use/totp", &[]).await;
    assert_eq!(code_page.title(), CODE_PAGE);
    let code = code_at(AINO.seed.unwrap(), story.service.now());
    let page = later.answer(&page.sign_in(), "code", &[("code", &code)]).await;
    assert!(page.is_at_the_application());
    let mut anew = story.service.browser();
    let page = anew.try_password(&story.ruori, AINO, AINO.password).await;
    let page = if page.title() == CODE_PAGE { anew.answer(&page.sign_in(), "use/phone", &[]).await } else { page };
    assert_eq!(page.number().len(), 2, "{}", page.body);
}

#[tokio::test]
async fn refusals_and_wrong_numbers_count_as_unanswered_and_an_approval_settles_them() {
    let mut story = Story::begin().await;
    for _ in 0..2 {
        let (_, _) = story.asked().await;
        let asked = story.phone.question().await;
        story.phone.refuse(&asked).await;
    }
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    assert!(browser.go_on(&page).await.is_at_the_application());
    assert_eq!(story.counted("SELECT COUNT(*) FROM failures WHERE subject LIKE 'unanswered:%'").await, 0);
}

#[tokio::test]
async fn the_question_cannot_be_signed_as_something_else() {
    let mut story = Story::begin().await;
    let (_, page) = story.asked().await;
    let asked: AskedOnPhone = story.phone.question().await;
    let (subject, number) = (asked.subject.clone(), page.number());
    let all = ["application", "company", "place", "network", "browser", "time"];
    let fields: Vec<(&str, &str)> = all.iter().map(|name| (*name, asked.field(name))).collect();
    let with = |changed: &str, value: &'static str| -> Vec<(String, String)> {
        let changed = fields.iter().map(|(name, old)| (*name, if *name == changed { value } else { *old }));
        changed.chain([("number", number.as_str())]).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let mut tried = 0;
    for name in all {
        let other = with(name, "something else");
        let other: Vec<(&str, &str)> = other.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = story.phone.sign(PIN, SigningPurpose::Approve, &subject, &other);
        let body = json!({ "number": number, "signature": signature, "version": story.phone.version });
        let answer = story.phone.browser.post_json(&asked.path, &body).await;
        assert_eq!(answer.json()["wrong"], true, "{name}");
        tried += 1;
        // A right PIN in between, so that the phone is not closed.
        story.service.change("UPDATE phones SET wrong_pins = 0").await;
    }
    assert_eq!(tried, 6);
    let right: Vec<(&str, &str)> = fields.iter().copied().chain([("number", number.as_str())]).collect();
    for purpose in [SigningPurpose::Connect, SigningPurpose::SignIn, SigningPurpose::Unlock] {
        let signature = story.phone.sign(PIN, purpose, &subject, &right);
        let body = json!({ "number": number, "signature": signature, "version": story.phone.version });
        assert_eq!(story.phone.browser.post_json(&asked.path, &body).await.json()["wrong"], true, "{purpose:?}");
    }
}
