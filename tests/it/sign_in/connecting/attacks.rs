//! Attempts on another's account by a phone: of people who photograph the code, pass it on, keep it, scan it first, or
//! draw it for somebody else.

use http::StatusCode;
use salpa::directory::users::Role;
use serde_json::json;

use super::{RECOVERY, Story};
use crate::support::{AINO, AppOnPhone, MIKKO, PIN, Page};

fn message(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    page.json()["message"].as_str().unwrap().to_owned()
}

fn another(number: &str) -> String {
    if number == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

#[tokio::test]
async fn a_number_may_be_typed_wrong_once_and_a_second_wrong_one_ends_it() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    assert_eq!(phone.make_key(&asked, "").await.json()["number"], "again", "without a number nothing is made");
    assert_eq!(phone.make_key(&asked, &another(&number)).await.json()["number"], "again");
    assert_eq!(phone.make_key(&asked, &another(&number)).await.json()["number"], "ended");
    assert_eq!(phone.make_key(&asked, &number).await.json()["next"], asked.path.as_str(), "it comes too late");
    let page = browser.add_phone(&path).await;
    assert!(page.says("Another number was typed on the phone."), "{}", page.body);
    assert_eq!(story.phones().await, 0);

    // A new code begins anew.
    browser.submit(&format!("{path}/draw"), &[]).await;
    let code = browser.set_up_code(&path).await;
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    phone.make_key(&asked, &number).await;
    assert_eq!(browser.add_phone(&path).await.title(), RECOVERY);
}

#[tokio::test]
async fn a_strangers_phone_that_scans_first_binds_nothing() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut thief = story.phone();
    let (asked, _) = thief.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    thief.make_key(&asked, &another(&number)).await;
    thief.make_key(&asked, &another(&number)).await;
    assert_eq!(story.phones().await, 0);
    let mut own = story.phone();
    assert!(message(&own.read_set_up_code(&code).await).contains("scanned already"));
    assert!(browser.add_phone(&path).await.says("Another number was typed on the phone."));
}

#[tokio::test]
async fn a_phone_that_is_somebodys_already_is_not_connected_to_another() {
    let story = Story::begin().await;
    let aino = story.service.person(AINO).await;
    story.service.user(story.kallio, aino, &[Role::Employee]).await;
    let mut others = AppOnPhone::of(&story.service, AINO, PIN).await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    assert!(message(&others.read_set_up_code(&code).await).contains("log out in its settings first"));
    assert_eq!(others.browser.open("/app/connect").await.title(), "Salpa is set up on this phone already");
    assert_eq!(others.shows().await, "Home", "and it stays Aino's");
    let drawn = browser.get(&format!("{path}/wait?at=drawn")).await.json();
    assert!(drawn["svg"].is_string(), "nothing is used up");
}

#[tokio::test]
async fn a_code_is_scanned_once_for_ten_seconds_and_its_page_is_open_for_ten_minutes() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let photographed = browser.set_up_code(&path).await;
    story.service.wait(11);
    let mut phone = story.phone();
    assert!(message(&phone.read_set_up_code(&photographed).await).contains("too old"));
    let code = browser.set_up_code(&path).await;
    let (asked, _) = phone.scan_set_up_code(&code).await;
    for mut other in [story.phone(), phone.clone()] {
        assert!(message(&other.read_set_up_code(&code).await).contains("scanned already"));
    }
    let number = browser.shown_number(&path).await;
    story.service.wait(10 * 60);
    assert_eq!(phone.make_key(&asked, &number).await.json()["next"], asked.path.as_str());
    assert_eq!(phone.browser.get(&asked.path).await.title(), "This sign-in has ended");
    let page = browser.add_phone(&path).await;
    assert!(page.says("This page was open for ten minutes."), "{}", page.body);
    assert_eq!(story.phones().await, 0);
}

#[tokio::test]
async fn a_key_that_is_fetched_too_late_adds_nothing() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    phone.make_key(&asked, &number).await;
    story.service.wait(10 * 60);
    assert!(browser.add_phone(&path).await.says("This page was open for ten minutes."));
    assert_eq!(story.phones().await, 0);
    assert_eq!(phone.open_connected(&asked).await.location().as_deref(), Some(asked.path.as_str()));
    assert_eq!(phone.shows().await, "Salpa");
}

#[tokio::test]
async fn anything_but_a_code_of_this_service_connects_nothing() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    for foreign in [
        "",
        "https://evil.example/app/connect#x.1.y",
        &code.replace("id.kallio.example", "id.kallio.example.evil.example"),
        &code.replace("/app/connect#", "/app/scan#"),
        &code.replace("/app/connect#", "/app/connect?"),
        &format!("{code}x"),
    ] {
        assert!(message(&phone.read_set_up_code(foreign).await).contains("not a code that connects"), "{foreign}");
    }
    let (start, mark) = code.rsplit_once('.').unwrap();
    let forged = format!("{start}.{}", mark.chars().rev().collect::<String>());
    assert!(message(&phone.read_set_up_code(&forged).await).contains("too old"));
    assert_eq!(phone.read_set_up_code(&code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_the_browser_that_scanned_goes_on_and_only_the_one_that_drew_adds() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    let mut thief = story.phone();
    thief.browser.open("/app").await;
    assert_eq!(thief.browser.get(&asked.path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(thief.browser.get(&format!("{}/wait", asked.path)).await.status, StatusCode::NOT_FOUND);
    let body = thief.new_key(&asked, &number);
    assert_eq!(thief.browser.post_json(&asked.path, &body).await.status, StatusCode::NOT_FOUND);
    phone.make_key(&asked, &number).await;
    let mut other = story.service.browser();
    other.begin(&story.ruori).await;
    assert_eq!(other.add_phone(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(other.get(&format!("{path}/wait?at=scanned")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(story.phones().await, 0);
    let page = browser.add_phone(&path).await;
    assert_eq!(page.title(), RECOVERY);
    browser.answer(&page.sign_in(), "recovery-saved", &[("saved", "yes")]).await;
    assert_eq!(thief.browser.post(&format!("{}/open", asked.path), &[]).await.status, StatusCode::NOT_FOUND);
    // The app opens once without its PIN.
    let mut copy = phone.clone();
    phone.open_connected(&asked).await;
    assert_eq!(phone.shows().await, "Home");
    copy.open_connected(&asked).await;
    assert_eq!(copy.shows().await, "Enter your PIN", "a second time asks for it");
}

#[tokio::test]
async fn the_key_signs_what_was_shown_and_the_number() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    let mut body = phone.new_key(&asked, &another(&number));
    body["number"] = number.clone().into();
    assert_eq!(phone.browser.post_json(&asked.path, &body).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut body = phone.new_key(&asked, &number);
    body["public_key"] = story.phone().new_key(&asked, &number)["public_key"].clone();
    let refused = phone.browser.post_json(&asked.path, &body).await;
    assert_eq!(refused.json()["message"], "This did not work. Nothing was changed. Try again.");
    assert_eq!(
        story.service.count("SELECT wrong_numbers FROM phone_set_ups").await,
        0,
        "no key, no word of the number"
    );
}

#[tokio::test]
async fn a_code_drawn_for_somebody_elses_account_says_so_and_a_planted_cookie_is_not_taken_over() {
    let story = Story::begin().await;
    let (mut attacker, path) = story.drawn().await;
    let code = attacker.set_up_code(&path).await;
    let mut victim = story.phone();
    victim.browser.cookies.insert("__Host-salpa_phone".to_owned(), "planted".to_owned());
    let (asked, question) = victim.scan_set_up_code(&code).await;
    assert!(question.says("Mikko Laine") && question.says(MIKKO.email), "it says whose phone it would be");
    let number = attacker.shown_number(&path).await;
    victim.make_key(&asked, &number).await;
    let given = victim.browser.cookies.get("__Host-salpa_phone").unwrap().clone();
    assert!(given != "planted" && given.len() == 43, "the cookie is a new one: {given}");
    attacker.add_phone(&path).await;
    // It is the attacker's phone now, who has not got into anything of the victim.
    let people = story.service.count("SELECT COUNT(DISTINCT person_id) FROM phones").await;
    assert_eq!(people, 1);
    let home = victim.open_connected(&asked).await;
    assert!(home.location().is_some());
    assert!(victim.browser.open("/app").await.says("Mikko Laine"), "and the app says whose it is");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_scan_or_add_a_phone_at_once_one_does() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let phone = story.phone();
    let body = json!({ "code": code, "version": phone.version });
    let scans = phone.browser.post_json_at_once("/app/connect", std::iter::repeat_n(body, 24)).await;
    assert_eq!(scans.iter().filter(|scan| scan.json()["next"].is_string()).count(), 1);

    // A phone of its own, as the one that won does not know its cookie.
    browser.submit(&format!("{path}/draw"), &[]).await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    phone.make_key(&asked, &number).await;
    let add = |_| {
        let (mut tab, path) = (browser.clone(), path.clone());
        async move { tab.post(&path, &[]).await.status }
    };
    let answers = crate::support::all_at_once((0..24).map(add)).await;
    assert!(!answers.iter().any(StatusCode::is_server_error));
    assert_eq!(story.phones().await, 1);
    let added = "SELECT COUNT(*) FROM history WHERE event = 'phone.added'";
    assert_eq!(story.service.count(added).await, 1);
}
