//! Stories of approving a sign-in on the phone.

mod attacks;
mod races;

use http::StatusCode;
use salpa::directory::people::PersonId;
use salpa::directory::users::Role;
use salpa::sign_in::policies::{Policy, SecondFactor};
use serde_json::{Value, json};

use crate::provider::client::claims;
use crate::support::{AINO, AppOnPhone, Browser, PIN, Page, Registered, Service, Somebody, code_at};

const TITLE: &str = "Approve on your phone";
const CODE_PAGE: &str = "Enter the code from your authenticator app";
const OVER: &str = "This request has ended";

/// Has a password and an authenticator app of his own.
pub const EERO: Somebody = Somebody {
    email: "eero.koski@koski.example",
    given_name: "Eero",
    family_name: "Koski",
    password: "nine swans over the frozen bay",
    seed: Some("MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"),
};

/// Aino has a password, an authenticator app, a recovery code and a phone, which she used last.
pub struct Story {
    pub service: Service,
    pub ruori: Registered,
    pub aino: PersonId,
    pub phone: AppOnPhone,
}

impl Story {
    pub async fn begin() -> Self {
        let service = Service::start().await;
        let aino = service.person(AINO).await;
        let kallio = service.business("Kallio Oy").await;
        service.user(kallio, aino, &[Role::UserAdministrator]).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
        let phone = AppOnPhone::of(&service, AINO, PIN).await;
        Self { service, ruori, aino, phone }
    }

    /// A browser that shows the number.
    pub async fn asked(&self) -> (Browser, Page) {
        let mut browser = self.service.browser();
        let page = browser.try_password(&self.ruori, AINO, AINO.password).await;
        assert_eq!(page.title(), TITLE, "{}", page.body);
        (browser, page)
    }

    async fn counted(&self, sql: &'static str) -> i64 {
        self.service.count(sql).await
    }
}

impl Page {
    /// The number that is to be typed on the phone; empty where none is shown.
    pub fn number(&self) -> String {
        let Some(at) = self.body.find("<p class=\"number") else { return String::new() };
        let shown = self.body[at..].split("</p>").next().unwrap();
        shown[shown.find('>').unwrap()..].chars().filter(char::is_ascii_digit).collect()
    }
}

impl Browser {
    /// Goes on, as the page does by itself.
    pub async fn go_on(&mut self, page: &Page) -> Page {
        self.submit(&format!("{}/approval", page.sign_in()), &[]).await
    }

    async fn ask_again(&mut self, page: &Page) -> Page {
        self.submit(&format!("{}/approval/ask", page.sign_in()), &[]).await
    }

    async fn waits(&mut self, page: &Page) -> Value {
        self.get(&format!("{}/approval/wait", page.sign_in())).await.json()
    }
}

/// Another number of as many digits.
fn other(number: &str) -> String {
    let next: u32 = number.parse::<u32>().unwrap() + 1;
    format!("{:02}", next % 100)
}

#[tokio::test]
async fn the_number_typed_on_the_phone_signs_the_browser_in() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    assert_eq!(page.number().len(), 2);

    let asked = story.phone.question().await;
    assert_eq!(asked.field("application"), "Ruori Accounting");
    assert_eq!(
        (asked.field("network"), asked.field("browser")),
        (browser.address.to_string().as_str(), "Chrome on Linux")
    );
    let shown = story.phone.browser.get(asked.page()).await;
    assert!(shown.number().is_empty(), "the phone shows no number to pick");
    let answer = story.phone.approve(&asked, &page.number()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(browser.waits(&page).await, json!({ "waiting": false }));
    let page = browser.go_on(&page).await;

    assert!(page.is_at_the_application(), "{} {}", page.status, page.body);
    let token =
        claims(&story.ruori.redeem(&story.service, &page.answered("code").unwrap()).await.fine().text("id_token"));
    assert_eq!(token["acr"], "aal2");
    assert!(token["amr"].as_array().unwrap().contains(&json!("swk")));
    let events = story.service.events().await;
    for event in ["sign_in.phones_asked phone", "sign_in.approved_on_phone phone", "sign_in.proven phone"] {
        assert!(events.iter().any(|told| told == event), "{event}: {events:?}");
    }
    assert!(story.phone.browser.get(asked.page()).await.says("Approved"));
    assert_eq!(story.phone.waiting().await, None);
}

#[tokio::test]
async fn without_scripts_a_button_goes_on_and_says_where_the_phone_has_not_answered() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let early = browser.go_on(&page).await;
    assert_eq!((early.status, early.title().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, TITLE));
    assert!(early.says("Your phone has not answered yet."));
    assert_eq!(early.number(), page.number(), "looking does not make another number");

    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    assert!(browser.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_request_is_sent_again_after_twenty_seconds_and_takes_the_place_of_the_first() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    assert!(page.says("Send again") && page.body.contains("data-countdown=\"20\""), "{}", page.body);
    let first = story.phone.question().await;
    let early = browser.ask_again(&page).await;
    assert_eq!(early.number(), page.number(), "a second press sends nothing");
    story.service.wait(20);
    let again = browser.ask_again(&page).await;
    assert!(again.body.contains("data-time-left=\"60\""), "{}", again.body);
    let second = story.phone.question().await;
    assert_ne!(second.subject, first.subject);
    let late = story.phone.approve(&first, &page.number()).await;
    assert_eq!(late.json()["next"], first.page(), "the first one is over");
    assert_eq!(story.phone.browser.get(first.page()).await.title(), OVER);
    story.phone.approve(&second, &again.number()).await;
    assert!(browser.go_on(&again).await.is_at_the_application());
}

#[tokio::test]
async fn a_request_that_is_sent_again_and_again_is_held_back() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    for _ in 0..2 {
        story.service.wait(20);
        browser.ask_again(&page).await;
    }
    story.service.wait(20);
    let last = browser.ask_again(&page).await;
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(story.counted("SELECT COUNT(*) FROM approvals").await, 3);
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &last.number()).await;
    assert!(browser.go_on(&page).await.is_at_the_application(), "the last one still waits");
}

#[tokio::test]
async fn a_question_lives_for_a_minute_and_a_new_one_has_another_name() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    let late = story.phone.answered(&asked, &page.number());
    story.service.wait(60);

    let answer = story.phone.browser.post_json(&asked.path, &late).await;
    assert_eq!(answer.json()["next"], asked.path.trim_end_matches("/approve"));
    assert_eq!(story.phone.browser.get(asked.page()).await.title(), OVER);
    let over = browser.go_on(&page).await;
    assert_eq!(over.title(), TITLE);
    assert_eq!(over.number(), "", "an old number is not shown");

    let again = browser.ask_again(&page).await;
    let newer = story.phone.question().await;
    assert_ne!(newer.path, asked.path);
    // The signature for the old question is none for the new one, even where the number is the same.
    let replayed = story.phone.browser.post_json(&newer.path, &late).await;
    assert_ne!(replayed.status, StatusCode::OK);
    story.phone.approve(&newer, &again.number()).await;
    assert!(browser.go_on(&again).await.is_at_the_application());
}

#[tokio::test]
async fn an_approval_that_is_not_fetched_within_a_minute_is_over() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    story.service.wait(60);
    assert!(!browser.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn this_was_not_me_ends_the_sign_in_and_tells_the_person() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;

    let stopped = story.phone.refuse(&asked).await;

    assert_eq!(stopped.title(), "The sign-in was stopped");
    assert!(stopped.says("Change your password") && stopped.says("Kallio Oy"));
    assert_eq!(browser.waits(&page).await, json!({ "waiting": false }));
    let told = browser.go_on(&page).await;
    assert_eq!((told.status, told.title().as_str()), (StatusCode::FORBIDDEN, "The sign-in was stopped on the phone"));
    assert!(told.error_id().is_some());
    let right = story.phone.approve(&asked, &page.number()).await;
    assert!(right.json()["next"].is_string());
    assert!(!browser.go_on(&page).await.is_at_the_application());
    let letter = story.service.letter(AINO.email).await;
    assert_eq!(letter.subject, "A sign-in was refused on your phone");
    assert!(
        letter.text.contains(&browser.address.to_string()),
        "it names where the sign-in came from: {}",
        letter.text
    );
    let events = story.service.history().await;
    let refused = events.iter().find(|told| told.event == "sign_in.refused_on_phone").unwrap();
    assert_eq!(refused.person.as_deref(), Some(story.aino.to_string().as_str()));
    // Nothing is locked: she signs in.
    let (mut own, page) = story.asked().await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    assert!(own.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn web_sessions_end_from_the_phone_and_the_app_stays_open() {
    let mut story = Story::begin().await;
    let mut browser = story.service.browser();
    let page = browser.try_password(&story.ruori, AINO, AINO.password).await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    browser.go_on(&page).await;
    assert_eq!(browser.open("/account").await.title(), "My sign-in");

    let home = story.phone.browser.submit("/app/web-sessions/end", &[]).await;

    assert!(home.says("All web sessions have ended."), "{}", home.body);
    assert_ne!(browser.open("/account").await.title(), "My sign-in");
}

#[tokio::test]
async fn a_sign_in_that_went_another_way_or_back_leaves_no_question() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    let late = story.phone.answered(&asked, &page.number());
    browser.answer(&page.sign_in(), "use/totp", &[]).await;
    assert_eq!(story.phone.waiting().await, None);
    // The code of this half minute opened the app.
    story.service.wait(30);
    let code = code_at(AINO.seed.unwrap(), story.service.now());
    assert!(browser.answer(&page.sign_in(), "code", &[("code", &code)]).await.is_at_the_application());
    let answer = story.phone.browser.post_json(&asked.path, &late).await;
    assert!(answer.json()["next"].is_string());

    let mut second = story.service.browser();
    let page = second.try_password(&story.ruori, AINO, AINO.password).await;
    let page = if page.title() == CODE_PAGE { second.answer(&page.sign_in(), "use/phone", &[]).await } else { page };
    assert!(story.phone.waiting().await.is_some());
    second.answer(&page.sign_in(), "back", &[]).await;
    assert_eq!(story.phone.waiting().await, None, "back to the email");
}

#[tokio::test]
async fn a_policy_wants_six_digits_and_a_company_of_two_gets_the_more() {
    let mut story = Story::begin().await;
    let policy = Policy { approval_digits: Some(6), ..Policy::of(SecondFactor::Required) };
    story.service.set_whole_policy(story.ruori.application.id, policy).await;
    let (mut browser, page) = story.asked().await;
    assert_eq!(page.number().len(), 6);
    let asked = story.phone.question().await;
    let short = story.phone.approve(&asked, &page.number()[..2]).await;
    assert_eq!(short.json()["number"], "again");
    let spaced = format!("{} {}", &page.number()[..3], &page.number()[3..]);
    assert_eq!(spaced.len(), 7);
    story.phone.approve(&asked, &page.number()).await;
    assert!(browser.go_on(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_sensitive_act_asks_the_phone_again() {
    let mut story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    browser.go_on(&page).await;
    story.service.wait(400);
    let stepped = story.ruori.authorize(&[("max_age", "300"), ("acr_values", "aal2")]);
    let page = browser.open(&stepped).await;
    assert_eq!(page.title(), "Confirm that it is you");
    let page = browser.answer(&page.sign_in(), "password", &[("password", AINO.password)]).await;
    assert_eq!(page.title(), TITLE, "{}", page.body);
    story.phone.unlock_again().await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    assert!(browser.go_on(&page).await.is_at_the_application());
}
