//! A network that is new: the confirmation code by SMS and email, as people meet it (FLOWS.md 4).

mod better;
mod contacts;
mod limits;
mod places;
mod races;

use http::StatusCode;
use salpa::directory::contacts as directory;
use salpa::directory::people::PersonId;
use salpa::platform::db;
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::json;

use crate::provider::client::claims;
use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service, Somebody, with_messages};

pub(super) const ASKS: &str = "You are signing in from a new network";
pub(super) const PHONE: &str = "+358401234567";
const DAY: u64 = 24 * 3600;
const OVER: &str = "This code no longer works. Send a new one.";

/// A policy that asks for a code in every new network, and for a second factor as it says.
pub(super) fn everywhere(second_factor: SecondFactor) -> Policy {
    Policy { new_network_code: Some(NewNetworkCode::Everyone), ..Policy::of(second_factor) }
}

/// Mikko, who has a password and a phone, and an application that wants each network confirmed.
pub(super) struct Story {
    pub(super) service: Service,
    pub(super) mikko: PersonId,
    pub(super) ruori: Registered,
}

impl Story {
    pub(super) async fn begin() -> Self {
        Self::begin_with(&[]).await
    }

    /// The same with other settings of messages.
    pub(super) async fn begin_with(texts: &[(&str, &str)]) -> Self {
        let usual = [("sms_url", "http://127.0.0.1:9/"), ("sms_countries", "FI")];
        let texts = [&usual[..], texts].concat();
        Self::on(Service::start_with(|settings| with_messages(settings, &texts)).await).await
    }

    pub(super) async fn on(service: Service) -> Self {
        let mikko = service.person(MIKKO).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
        service.set_whole_policy(ruori.application.id, everywhere(SecondFactor::Optional)).await;
        let story = Self { service, mikko, ruori };
        story.has_phone(Some(PHONE)).await;
        story
    }

    pub(super) async fn has_phone(&self, phone: Option<&'static str>) {
        let (mikko, now) = (self.mikko, self.service.now());
        let set: Result<(), db::Error> = self
            .service
            .app
            .db
            .write(move |tx| Box::pin(async move { directory::set_phone(tx, mikko, phone, now).await }))
            .await;
        set.unwrap();
    }

    /// From the application to the page that comes after the password.
    pub(super) async fn password(&self, browser: &mut Browser) -> Page {
        browser.try_password(&self.ruori, MIKKO, MIKKO.password).await
    }

    /// A browser that was never here, at the page that asks for the code.
    pub(super) async fn asked(&self) -> (Browser, Page) {
        let mut browser = self.service.browser();
        let page = self.password(&mut browser).await;
        assert_eq!(page.title(), ASKS, "{}", page.body);
        (browser, page)
    }

    /// The code of the newest text message.
    pub(super) async fn code(&self) -> String {
        let sms = self.service.letter(PHONE).await;
        assert_eq!(sms.channel, "sms");
        sms.text.chars().take(6).collect()
    }

    /// A browser in which Mikko has just signed in with a code.
    pub(super) async fn confirmed(&self) -> Browser {
        let (mut browser, page) = self.asked().await;
        let page = browser.type_code(&page, &self.code().await).await;
        assert!(page.is_at_the_application(), "{}", page.body);
        browser
    }
}

impl Browser {
    pub(super) async fn type_code(&mut self, page: &Page, code: &str) -> Page {
        self.answer(&page.sign_in(), "confirmation-code", &[("code", code)]).await
    }

    pub(super) async fn send_again(&mut self, page: &Page) -> Page {
        self.answer(&page.sign_in(), "confirmation-code/send", &[]).await
    }
}

/// Another code than this one.
pub(super) fn not(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

#[tokio::test]
async fn the_same_code_goes_to_phone_and_email_and_the_network_is_confirmed_by_it() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;

    let mail = story.service.letter(MIKKO.email).await;
    let code = story.code().await;
    assert_eq!((mail.subject.as_str(), mail.code.as_deref()), ("Your code to sign in", Some(code.as_str())));
    assert!(mail.text.contains("198.51.100.") && mail.text.contains("Chrome on Linux"), "{}", mail.text);
    let sms = story.service.letter(PHONE).await.text;
    assert!(sms.ends_with(&format!("@id.kallio.example #{code}")), "for this site alone: {sms}");
    assert!(page.says("+358 •• ••• 45 67") && page.says("phone that ends in 45 67"), "{}", page.body);
    assert!(page.says("m••••••••e@kallio.example") && page.says("SMS sent 14:32") && page.says("Email sent 14:32"));
    assert!(page.says("The code works until 14:33:37."), "{}", page.body);
    assert!(!page.body.contains("mikko.laine@") || page.says("Mikko Laine"), "after the password the door knows him");

    let page = browser.type_code(&page, &code).await;
    assert!(page.is_at_the_application(), "{}", page.body);
    let token = story.ruori.redeem(&story.service, &page.answered("code").unwrap()).await.fine();
    let told = claims(&token.text("id_token"));
    assert_eq!((&told["acr"], &told["amr"]), (&json!("aal1"), &json!(["pwd", "sms"])), "it is told and raises nothing");
    let done = story.service.history().await.into_iter().rfind(|told| told.event == "sign_in.done").unwrap();
    assert_eq!(done.detail("network"), "confirmed");

    let mut again = browser.clone().closed();
    assert!(story.password(&mut again).await.is_at_the_application(), "never at every sign-in");
    let page = browser.open("/account").await;
    assert!(page.says("confirmed"), "{}", page.body);
}

#[tokio::test]
async fn before_the_password_nothing_is_sent_and_nothing_is_told() {
    let story = Story::begin().await;
    let mut browser = story.service.browser();
    let page = browser.try_password(&story.ruori, MIKKO, "a guess").await;
    let stranger = Somebody { email: "nobody@kallio.example", ..MIKKO };
    let other = story.service.browser().try_password(&story.ruori, stranger, "a guess").await;

    assert_eq!((page.title(), page.alert()), (other.title(), other.alert()));
    let sign_in = page.sign_in();
    for step in ["confirmation-code", "confirmation-code/send", "use/confirmation_code"] {
        let page = browser.answer(&sign_in, step, &[("code", "123456")]).await;
        assert_ne!(page.title(), ASKS, "{step}");
    }
    assert_eq!(story.service.count("SELECT COUNT(*) FROM messages").await, 0);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM confirmation_codes").await, 0);
}

#[tokio::test]
async fn a_code_works_for_ninety_seconds() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let code = story.code().await;
    story.service.wait(89);
    let mut in_time = browser.clone();
    story.service.wait(1);
    let late = browser.type_code(&page, &code).await;
    assert_eq!((late.status, late.title().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, ASKS));
    assert!(late.says(OVER) && !late.body.contains("name=\"code\""), "{}", late.body);

    let fresh = browser.send_again(&page).await;
    assert!(fresh.body.contains("name=\"code\"") && fresh.says("works until 14:35:07"), "{}", fresh.body);
    assert!(!in_time.type_code(&page, &code).await.is_at_the_application(), "the one before counts no more");
    story.service.wait(89);
    assert!(browser.type_code(&page, &story.code().await).await.is_at_the_application());
}

#[tokio::test]
async fn text_that_is_no_code_costs_no_try_and_a_wrong_code_tells_how_many_are_left() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let code = story.code().await;
    for typed in ["", "12345", "1234567", "abcdef", "12 34"] {
        let page = browser.type_code(&page, typed).await;
        assert_eq!(page.alert().as_deref(), Some("Type the six digits from the newest message."), "{typed}");
    }
    let wrong = browser.type_code(&page, not(&code)).await;
    let words = "This code does not match. Use the newest message. You have 4 tries left.";
    assert_eq!(wrong.alert().as_deref(), Some(words));
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    assert!(browser.type_code(&page, &spaced).await.is_at_the_application(), "spaces are dropped");
}

#[tokio::test]
async fn a_code_belongs_to_its_browser_and_its_sign_in_and_counts_once() {
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let code = story.code().await;
    let mut stranger = story.service.browser();
    let refused = stranger.type_code(&page, &code).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.title());
    // Another sign-in in the same browser has no part in it.
    let second = story.password(&mut browser).await;
    let newer = story.code().await;
    assert_ne!(code, newer);
    assert!(!browser.type_code(&second, &code).await.is_at_the_application());

    let mut other_tab = browser.clone();
    assert!(browser.type_code(&page, &code).await.is_at_the_application());
    let finished = other_tab.type_code(&page, &code).await;
    assert!(!finished.is_at_the_application(), "{}", finished.title());
    // The second sign-in finds the network confirmed by now.
    assert!(other_tab.open(&second.sign_in()).await.is_at_the_application());
    assert_eq!(story.service.count("SELECT COUNT(*) FROM history WHERE event = 'sign_in.done'").await, 2);
}

#[tokio::test]
async fn looking_at_the_page_sends_nothing_and_a_session_that_moved_asks_with_a_button() {
    let story = Story::begin().await;
    let mut browser = story.confirmed().await;
    browser.address = "203.0.113.50".parse().unwrap();
    story.service.wait(60);
    let before = story.service.count("SELECT COUNT(*) FROM messages").await;

    let mut page = browser.open(&story.ruori.authorize(&[])).await;
    for _ in 0..5 {
        assert_eq!(page.title(), ASKS);
        assert!(page.says("Send the code") && !page.body.contains("name=\"code\""), "{}", page.body);
        page = browser.open(&page.sign_in()).await;
    }
    assert_eq!(story.service.count("SELECT COUNT(*) FROM messages").await, before);
    let nothing = browser.type_code(&page, "123456").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "there is none to be typed");

    let page = browser.send_again(&page).await;
    assert!(browser.type_code(&page, &story.code().await).await.is_at_the_application());
}

#[tokio::test]
async fn forgetting_a_network_and_half_a_year_make_it_new_again() {
    let story = Story::begin().await;
    let browser = story.confirmed().await;
    let network = story.service.visit(&browser).network;
    let mut forgetful = browser.clone();
    forgetful.submit("/account/networks/forget", &[("network", network.as_str())]).await;
    story.service.wait(3600);
    let mut again = browser.clone().closed();
    let page = story.password(&mut again).await;
    assert_eq!(page.title(), ASKS);
    assert!(again.type_code(&page, &story.code().await).await.is_at_the_application());

    story.service.wait(180 * DAY);
    assert!(story.password(&mut again.clone().closed()).await.is_at_the_application(), "to the day");
    story.service.wait(180 * DAY + 1);
    assert_eq!(story.password(&mut again.closed()).await.title(), ASKS);
}

#[tokio::test]
async fn a_sign_in_that_was_not_the_person_makes_every_network_ask_again() {
    let story = Story::begin().await;
    let browser = story.confirmed().await;
    story.service.wait(3600);
    let mut account = browser.clone();
    let first = account.open("/account/password").await;
    account.sign_in_as(&story.service, first, MIKKO).await;
    account.submit("/account/password", &[("password", "seven herons over the reeds")]).await;
    let link = story.service.link(MIKKO.email, "/account/not-me/").await;
    story.service.browser().submit(&link, &[]).await;

    assert_eq!(story.service.count("SELECT COUNT(*) FROM known_networks WHERE confirmed_at IS NOT NULL").await, 0);
}

/// Whether digits stand in a text by themselves, and not within an instant or an identifier.
fn stands_alone(digits: &str, text: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "._-:".contains(character);
    text.match_indices(digits).any(|(at, _)| {
        let (before, after) = text.split_at(at);
        !before.ends_with(is_part) && !after.get(digits.len()..).is_some_and(|after| after.starts_with(is_part))
    })
}

#[tokio::test]
async fn codes_stand_in_no_table_in_plain_and_in_no_log() {
    crate::support::log::begin();
    let story = Story::begin().await;
    let (mut browser, page) = story.asked().await;
    let code = story.code().await;
    browser.type_code(&page, not(&code)).await;

    let everything = story.service.database.everything().await;
    assert!(!everything.contains(&code), "in the database");
    assert!(!stands_alone(&code, &crate::support::log::everything()), "in the log");
    assert_eq!(story.service.events().await.iter().filter(|told| told.starts_with("sign_in.code_sent")).count(), 1);
}

#[tokio::test]
async fn a_policy_that_asks_nobody_or_external_sign_ins_alone_leaves_a_password_be() {
    let story = Story::begin().await;
    for code in [NewNetworkCode::Nobody, NewNetworkCode::External] {
        let policy = Policy { new_network_code: Some(code), ..Policy::of(SecondFactor::Optional) };
        story.service.set_whole_policy(story.ruori.application.id, policy).await;
        let mut browser = story.service.browser();
        assert!(story.password(&mut browser).await.is_at_the_application(), "{code:?}");
        assert_eq!(story.service.count("SELECT COUNT(*) FROM known_networks WHERE confirmed_at IS NOT NULL").await, 0);
    }
    // A company of the person may want it everywhere, and a network that a password alone has seen is not confirmed.
    let mut known = story.service.browser();
    assert!(story.password(&mut known).await.is_at_the_application());
    let kallio = story.service.company("Kallio", everywhere(SecondFactor::Optional)).await;
    story.service.employ(kallio, story.mikko).await;
    assert_eq!(story.password(&mut known.closed()).await.title(), ASKS);
}

#[tokio::test]
async fn going_back_forgets_the_password_and_the_code_lets_nobody_in_alone() {
    let story = Story::begin().await;
    story.service.person(AINO).await;
    let (mut browser, page) = story.asked().await;
    let code = story.code().await;
    let back = browser.answer(&page.sign_in(), "back", &[]).await;
    assert_eq!(back.title(), "Sign in");
    let page = browser.type_code(&back, &code).await;
    assert!(!page.is_at_the_application() && page.title() == "Sign in", "{}", page.title());
}
