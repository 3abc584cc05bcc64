//! Stories of connecting a phone: on the way in, from *My sign-in*, on one device and in the app itself; and whom it is
//! not offered to.

mod attacks;

use http::{HeaderValue, StatusCode};
use salpa::directory::companies::CompanyId;
use salpa::directory::users::Role;
use salpa::sign_in::policies::SecondFactor;

use crate::provider::client::claims;
use crate::support::{AINO, AppOnPhone, Browser, MIKKO, PIN, Page, Registered, Service, code_at};

const CONNECT: &str = "Connect your phone";
const RECOVERY: &str = "Save your recovery code";
const PHONES: &str = "SELECT COUNT(*) FROM phones";

/// Mikko has a password alone, and an application that wants two factors.
struct Story {
    service: Service,
    ruori: Registered,
    kallio: CompanyId,
}

impl Story {
    async fn begin() -> Self {
        let service = Service::start().await;
        let mikko = service.person(MIKKO).await;
        let kallio = service.business("Kallio Oy").await;
        service.user(kallio, mikko, &[Role::Employee]).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
        Self { service, ruori, kallio }
    }

    /// A browser that shows the code, and the path of its forms.
    async fn drawn(&self) -> (Browser, String) {
        let mut browser = self.service.browser();
        let page = browser.try_password(&self.ruori, MIKKO, MIKKO.password).await;
        assert_eq!(page.title(), "Choose your second step", "{}", page.body);
        assert!(page.says("Easiest"), "{}", page.body);
        let page = browser.answer(&page.sign_in(), "second-step", &[("method", "phone")]).await;
        assert_eq!(page.title(), CONNECT, "{}", page.body);
        assert!(page.body.contains("<svg aria-hidden=\"true\""), "{}", page.body);
        (browser, format!("{}/phone", page.sign_in()))
    }

    fn phone(&self) -> AppOnPhone {
        AppOnPhone::new(&self.service)
    }

    async fn phones(&self) -> i64 {
        self.service.count(PHONES).await
    }
}

impl Browser {
    /// The number that the page shows once the code is scanned.
    async fn shown_number(&mut self, path: &str) -> String {
        self.open(path.trim_end_matches("/phone")).await.number()
    }

    /// Goes on, as the page does by itself.
    async fn add_phone(&mut self, path: &str) -> Page {
        self.submit(path, &[]).await
    }
}

/// A browser in which Aino is in *My sign-in*.
async fn in_account(service: &Service) -> Browser {
    let mut browser = service.browser();
    let first = browser.open("/account").await;
    assert_eq!(browser.sign_in_as(service, first, AINO).await.title(), "My sign-in");
    browser
}

#[tokio::test]
async fn a_phone_is_connected_on_the_way_in_and_is_the_second_step_from_then_on() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let mut phone = story.phone();
    let welcome = phone.browser.open("/app").await;
    assert!(welcome.says("Read QR code"), "{}", welcome.body);
    assert_eq!(phone.browser.open("/app/connect").await.title(), "Read QR code");
    let code = browser.set_up_code(&path).await;

    let (asked, question) = phone.scan_set_up_code(&code).await;
    assert_eq!(question.title(), "Connect this phone?");
    assert!(question.says("Mikko Laine") && question.says(MIKKO.email), "{}", question.body);
    assert_eq!((asked.field("person"), asked.field("application")), (MIKKO.email, "Ruori Accounting"));
    assert_eq!(asked.field("network"), browser.address.to_string());
    assert_eq!(browser.get(&format!("{path}/wait?at=drawn")).await.json()["waiting"], false);
    let number = browser.shown_number(&path).await;
    assert_eq!(number.len(), 6);
    let early = browser.add_phone(&path).await;
    assert!(early.says("Your phone is not ready yet."), "{}", early.body);

    let answer = phone.make_key(&asked, &number).await;
    assert_eq!(answer.json()["next"], asked.path.as_str(), "{}", answer.body);
    assert_eq!(story.phones().await, 0, "the browser adds it, and nobody else");
    assert!(phone.browser.get(&asked.path).await.says("The web page goes on by itself"));
    assert_eq!(browser.get(&format!("{path}/wait?at=scanned")).await.json()["waiting"], false);
    let page = browser.add_phone(&path).await;
    assert_eq!(page.title(), RECOVERY, "{}", page.body);
    let page = browser.answer(&page.sign_in(), "recovery-saved", &[("saved", "yes")]).await;
    assert_eq!(page.title(), "You are signed in");
    assert!(page.says("Next time, you approve in the phone app."), "{}", page.body);

    assert_eq!(phone.browser.get(&format!("{}/wait", asked.path)).await.json()["waiting"], false);
    let opened = phone.open_connected(&asked).await;
    assert_eq!(opened.location().as_deref(), Some("/app/notifications?first=1"));
    assert_eq!(phone.shows().await, "Home");
    let out = browser.submit(&format!("{}/open", page.sign_in()), &[]).await;
    assert!(out.is_at_the_application(), "{} {}", out.status, out.body);
    let token =
        claims(&story.ruori.redeem(&story.service, &out.answered("code").unwrap()).await.fine().text("id_token"));
    assert_eq!(token["acr"], "aal2");
    let letters = story.service.letters(MIKKO.email).await;
    assert!(letters.iter().any(|letter| letter.subject == "A phone was added to your sign-in"));
    let events = story.service.events().await;
    for event in ["sign_in.second_step_set_up phone", "phone.added"] {
        assert!(events.iter().any(|told| told == event), "{event}: {events:?}");
    }

    // The next time the phone is asked.
    let mut next = story.service.browser();
    let page = next.try_password(&story.ruori, MIKKO, MIKKO.password).await;
    assert_eq!(page.title(), "Approve on your phone");
    let asked = phone.question().await;
    phone.approve(&asked, &page.number()).await;
    assert!(next.submit(&format!("{}/approval", page.sign_in()), &[]).await.is_at_the_application());
    phone.browser.post("/app/lock", &[]).await;
    assert_eq!(phone.unlock(PIN).await.0, 200, "and its PIN opens it");
}

#[tokio::test]
async fn a_connected_phone_is_open_before_the_recovery_code_is_kept_and_after() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    phone.make_key(&asked, &number).await;
    let page = browser.add_phone(&path).await;
    assert_eq!(page.title(), RECOVERY);
    phone.open_connected(&asked).await;
    assert_eq!(phone.shows().await, "Home", "the PIN that was just made is not asked again");
    phone.browser.post("/app/lock", &[]).await;
    let (_, unlocked) = phone.unlock(PIN).await;
    assert_eq!(unlocked["next"], "/app", "nor is a second recovery code shown on the phone");
    assert_eq!(phone.shows().await, "Home");
    assert_eq!(phone.browser.open("/account").await.title(), "My sign-in");

    // Without it nobody gets further at the computer, neither now nor the next time.
    let out = browser.submit(&format!("{}/open", page.sign_in()), &[]).await;
    assert_eq!(out.title(), RECOVERY);
    let mut next = story.service.browser();
    let page = next.try_password(&story.ruori, MIKKO, MIKKO.password).await;
    let asked = phone.question().await;
    phone.approve(&asked, &page.number()).await;
    assert_eq!(next.submit(&format!("{}/approval", page.sign_in()), &[]).await.title(), RECOVERY);
}

#[tokio::test]
async fn a_phone_is_connected_from_my_sign_in_and_other_browsers_prove_anew() {
    let story = Story::begin().await;
    let aino = story.service.person(AINO).await;
    story.service.user(story.kallio, aino, &[Role::Employee]).await;
    let mut elsewhere = in_account(&story.service).await;
    story.service.wait(30);
    let mut browser = in_account(&story.service).await;
    let page = browser.open("/account/phones/new").await;
    assert!(page.title() == CONNECT && page.says("Show the code"), "{}", page.body);
    let path = "/account/phones/new";
    let page = browser.submit("/account/phones/new/draw", &[]).await;
    assert!(page.body.contains("<svg aria-hidden=\"true\""), "{}", page.body);
    let code = browser.set_up_code(path).await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    assert_eq!(asked.field("application"), "My sign-in");
    let number = browser.open(path).await.number();
    phone.make_key(&asked, &number).await;
    let added = browser.submit(path, &[]).await;
    assert!(added.says("The phone has been added.") && added.says("Pixel 8"), "{}", added.body);
    phone.open_connected(&asked).await;
    assert_eq!(phone.shows().await, "Home");
    assert_eq!(browser.open("/account").await.title(), "My sign-in");
    assert_ne!(elsewhere.open("/account").await.title(), "My sign-in", "a change of factors counts everywhere");
    assert!(story.service.letter(AINO.email).await.subject.contains("A phone was added"));
}

#[tokio::test]
async fn on_one_device_a_link_takes_the_place_of_the_code_and_no_number_is_copied() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    phone.browser.cookies = browser.cookies.clone();
    let (asked, question) = phone.scan_set_up_code(&code).await;
    assert!(!question.body.contains("name=\"number\""), "{}", question.body);
    assert_eq!(browser.shown_number(&path).await, "");
    let answer = phone.make_key(&asked, "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let waits = phone.browser.get(&asked.path).await;
    assert!(waits.body.contains(&format!("href=\"{}\"", path.trim_end_matches("/phone"))), "{}", waits.body);
    // The same browser goes on.
    let page = phone.browser.submit(&path, &[]).await;
    assert_eq!(page.title(), RECOVERY, "{}", page.body);
    assert_eq!(story.phones().await, 1);
}

#[tokio::test]
async fn the_app_itself_connects_a_phone_whose_person_has_no_second_step() {
    let story = Story::begin().await;
    let policy = salpa::sign_in::policies::Policy::of(SecondFactor::Required);
    story.service.set_company_policy(story.kallio, policy).await;
    let mut phone = story.phone();
    let first = phone.browser.open("/app/pin").await;
    let page = phone.browser.answer(&first.sign_in(), "email", &[("email", MIKKO.email)]).await;
    let page = phone.browser.answer(&page.sign_in(), "password", &[("password", MIKKO.password)]).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);
    let page = phone.browser.answer(&page.sign_in(), "second-step", &[("method", "phone")]).await;
    let path = format!("{}/phone", page.sign_in());
    let code = phone.browser.set_up_code(&path).await;
    let (asked, _) = phone.scan_set_up_code(&code).await;
    phone.make_key(&asked, "").await;
    let page = phone.browser.submit(&path, &[]).await;
    let page = phone.browser.answer(&page.sign_in(), "recovery-saved", &[("saved", "yes")]).await;
    let out = phone.browser.submit(&format!("{}/open", page.sign_in()), &[]).await;
    assert_ne!(out.title(), "Create your PIN", "it was made on the way");
    assert_eq!(story.phones().await, 1);
    phone.unlock_again().await;
    assert_eq!(phone.shows().await, "Home");
}

#[tokio::test]
async fn nothing_is_added_after_another_way_was_chosen_or_the_sign_in_was_given_up() {
    let story = Story::begin().await;
    for way in ["back", "draw", "given up"] {
        let (mut browser, path) = story.drawn().await;
        let code = browser.set_up_code(&path).await;
        let mut phone = story.phone();
        let (asked, _) = phone.scan_set_up_code(&code).await;
        let number = browser.shown_number(&path).await;
        phone.make_key(&asked, &number).await;
        let sign_in = path.trim_end_matches("/phone");
        match way {
            "back" => {
                browser.answer(sign_in, "back", &[]).await;
            }
            "draw" => {
                browser.submit(&format!("{path}/draw"), &[]).await;
            }
            _ => {
                story.service.change("UPDATE sign_ins SET ended_at = 1").await;
            }
        }
        browser.add_phone(&path).await;
        assert_eq!(story.phones().await, 0, "{way}");
        // A sign-in that ends by itself does not look after its phone, which adds nothing all the same.
        if way != "given up" {
            assert_eq!(phone.browser.get(&asked.path).await.title(), "This sign-in has ended", "{way}");
        }
    }
}

#[tokio::test]
async fn a_phone_is_not_offered_to_people_whom_the_app_is_not_open_to() {
    let story = Story::begin().await;
    let offers = |page: &Page| page.body.contains("value=\"phone\"");
    let mut browser = story.service.browser();
    let page = browser.try_password(&story.ruori, MIKKO, MIKKO.password).await;
    assert!(offers(&page));
    story.service.change("UPDATE people SET phone_app_closed = TRUE").await;
    let closed = browser.open(&page.sign_in()).await;
    assert!(!offers(&closed), "who has logged out from all devices waits for an administrator");
    let forced = browser.answer(&page.sign_in(), "second-step", &[("method", "phone")]).await;
    assert_eq!((forced.status, forced.title().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "Choose your second step"));
    story.service.change("UPDATE people SET phone_app_closed = FALSE").await;
    story.service.change("UPDATE users SET state = 'removed'").await;
    assert!(!offers(&browser.open(&page.sign_in()).await));
    story.service.change("DELETE FROM users").await;
    assert!(!offers(&browser.open(&page.sign_in()).await), "neither a user nor an employee");
}

#[tokio::test]
async fn the_app_that_was_closed_meanwhile_is_not_connected() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    phone.make_key(&asked, &number).await;
    story.service.change("UPDATE people SET phone_app_closed = TRUE").await;
    let page = browser.add_phone(&path).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);
    assert_eq!(story.phones().await, 0);
}

#[tokio::test]
async fn the_recovery_code_connects_a_new_phone_in_the_place_of_the_lost_one() {
    let story = Story::begin().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut lost = story.phone();
    let (asked, _) = lost.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    lost.make_key(&asked, &number).await;
    let page = browser.add_phone(&path).await;
    let recovery = page.recovery_code();
    browser.answer(&page.sign_in(), "recovery-saved", &[("saved", "yes")]).await;

    let mut browser = story.service.browser();
    let page = browser.try_password(&story.ruori, MIKKO, MIKKO.password).await;
    let page = browser.answer(&page.sign_in(), "use/recovery_code", &[]).await;
    let page = browser.answer(&page.sign_in(), "recovery-code", &[("recovery_code", &recovery)]).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);
    let page = browser.answer(&page.sign_in(), "second-step", &[("method", "phone")]).await;
    let path = format!("{}/phone", page.sign_in());
    let code = browser.set_up_code(&path).await;
    let mut found = story.phone();
    let (asked, _) = found.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    found.make_key(&asked, &number).await;
    let page = browser.add_phone(&path).await;
    assert_eq!(page.title(), RECOVERY);
    browser.answer(&page.sign_in(), "recovery-saved", &[("saved", "yes")]).await;
    assert_eq!(story.phones().await, 1, "the lost one no longer counts");
    assert_eq!(lost.shows().await, "Salpa");
    found.open_connected(&asked).await;
    assert_eq!(found.shows().await, "Home");
}

#[tokio::test]
async fn a_session_without_a_fresh_proof_connects_no_phone() {
    let story = Story::begin().await;
    let aino = story.service.person(AINO).await;
    story.service.user(story.kallio, aino, &[Role::Employee]).await;
    let mut browser = in_account(&story.service).await;
    browser.submit("/account/phones/new/draw", &[]).await;
    let code = browser.set_up_code("/account/phones/new").await;
    let mut phone = story.phone();
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.open("/account/phones/new").await.number();
    phone.make_key(&asked, &number).await;
    story.service.wait(5 * 60 + 1);
    let page = browser.submit("/account/phones/new", &[]).await;
    assert!(page.path.starts_with("/sign-in/"), "{}", page.path);
    assert_eq!(story.phones().await, 0);
    let code = code_at(AINO.seed.unwrap(), story.service.now());
    let page = browser.answer(&page.sign_in(), "password", &[("password", AINO.password)]).await;
    browser.answer(&page.sign_in(), "code", &[("code", &code)]).await;
    let added = browser.submit("/account/phones/new", &[]).await;
    assert!(added.says("The phone has been added."), "{}", added.body);
}

#[tokio::test]
async fn a_page_that_waits_on_one_node_hears_the_phone_on_another_and_the_phone_hears_the_page() {
    let story = Story::begin().await;
    let other = story.service.another_node().await;
    let (mut browser, path) = story.drawn().await;
    let code = browser.set_up_code(&path).await;
    let mut phone = story.phone();
    phone.browser = other.as_ref().unwrap_or(&story.service).take_over(phone.browser);
    let (asked, _) = phone.scan_set_up_code(&code).await;
    let number = browser.shown_number(&path).await;
    let before = story.service.app.bus.waiting();
    let (mut waits, shown) = (browser.clone(), format!("{path}/wait?at=scanned"));
    let waiting = tokio::spawn(async move { waits.get(&shown).await });
    story.service.more_wait_than(before).await;
    phone.make_key(&asked, &number).await;
    assert_eq!(waiting.await.unwrap().json()["waiting"], false);
    assert_eq!(browser.add_phone(&path).await.title(), RECOVERY);
    assert_eq!(phone.browser.get(&format!("{}/wait", asked.path)).await.json()["waiting"], false);
}

#[tokio::test]
async fn a_phone_that_is_too_old_is_not_connected() {
    let story = Story::begin().await;
    let mut phone = story.phone();
    phone.browser.headers.insert("sec-ch-ua-platform-version", HeaderValue::from_static("\"11.0.0\""));
    let page = phone.browser.open("/app/connect").await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (403, "This phone is too old for the app"));
}
