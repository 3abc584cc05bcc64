//! Notifications: a phone that is locked hears that something waits, and nobody hears what.

use std::collections::BTreeSet;

use http::StatusCode;
use salpa::platform::messages::deliver_due;
use salpa::platform::push;
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::service;
use crate::support::{
    AINO, AppOnPhone, Browser, PIN, Page, PushMessage, PushService, Registered, Service, SubscribedBrowser, all_at_once,
};

const PAGE: &str = "/app/notifications";

/// A phone of Aino that may notify her.
struct Story {
    service: Service,
    books: Registered,
    phone: AppOnPhone,
    push: PushService,
}

impl Story {
    async fn begin() -> Self {
        let (service, _) = service().await;
        let books = service.application("Ruori Accounting", SecondFactor::Required).await;
        let phone = AppOnPhone::of(&service, AINO, PIN).await;
        Self { service, books, phone, push: PushService::start().await }
    }

    /// A sign-in elsewhere comes to the page that asks the phone.
    async fn asked(&self) -> (Browser, Page) {
        let mut browser = self.service.browser();
        let mut page = browser.try_password(&self.books, AINO, AINO.password).await;
        if page.title() == "Enter the code from your authenticator app" {
            page = browser.submit(&format!("{}/use/phone", page.sign_in()), &[]).await;
        }
        assert_eq!(page.title(), "Approve on your phone", "{}", page.body);
        (browser, page)
    }

    async fn tried(&self) -> usize {
        deliver_due(&self.service.app, self.service.now()).await.unwrap();
        self.push.taken().len()
    }

    /// The wish that is kept, with its subscription or without.
    async fn state(&self) -> &'static str {
        let states = [
            ("on", "SELECT COUNT(*) FROM push_subscriptions WHERE state = 'on' AND subscription IS NOT NULL"),
            ("gone", "SELECT COUNT(*) FROM push_subscriptions WHERE state = 'gone' AND subscription IS NULL"),
            ("off", "SELECT COUNT(*) FROM push_subscriptions WHERE state = 'off' AND subscription IS NULL"),
        ];
        for (state, sql) in states {
            if self.service.count(sql).await == 1 {
                return state;
            }
        }
        ""
    }
}

impl AppOnPhone {
    /// Hands over a subscription, made with the key of a page.
    async fn turn_on(&mut self, subscription: &Value) -> (u16, Value) {
        let page = self.browser.open(PAGE).await;
        let key = key_id(&page);
        self.send(PAGE, json!({ "subscription": subscription, "key": key })).await
    }

    /// Allows notifications, in a browser that subscribes at a push service.
    async fn allow(&mut self, push: &PushService, name: &str) -> SubscribedBrowser {
        let subscribed = push.subscribe(name);
        let answer = self.turn_on(&subscribed.json()).await;
        assert_eq!(answer, (200, json!({ "on": true })));
        subscribed
    }
}

fn part(page: &Page, name: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("no {name}: {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

fn key_id(page: &Page) -> String {
    part(page, "data-key-id")
}

fn header<'m>(message: &'m PushMessage, name: &str) -> &'m str {
    message.headers.get(name).map_or("", String::as_str)
}

#[tokio::test]
async fn a_locked_phone_hears_that_a_request_waits_and_its_press_opens_the_request() {
    let mut story = Story::begin().await;
    let subscribed = story.phone.allow(&story.push, "pixel").await;
    let key = part(&story.phone.browser.open(PAGE).await, "data-key");
    story.phone.browser.post("/app/lock", &[]).await;
    let (mut browser, page) = story.asked().await;
    assert_eq!(story.tried().await, 1, "it leaves at once");

    let message = story.push.taken().remove(0);
    let text = subscribed.read(&message).expect("the browser reads it");
    assert_eq!(text["title"], "A request waits for you");
    let path = text["path"].as_str().unwrap().to_owned();
    assert_eq!(
        [header(&message, "ttl"), header(&message, "urgency"), header(&message, "topic")],
        ["60", "high", "request"]
    );
    assert_eq!(header(&message, "content-encoding"), "aes128gcm");
    let claims = message.claims().expect("it is signed");
    assert_eq!(claims["aud"], story.push.origin());
    assert_eq!(claims["sub"], "https://id.kallio.example");
    let lifetime = claims["exp"].as_i64().unwrap() - story.service.now().seconds();
    assert!((1..=24 * 60 * 60).contains(&lifetime), "{lifetime}");
    assert_eq!(message.key(), key, "the one that the browser subscribed with");

    let locked = story.phone.browser.get(&path).await;
    assert_eq!(locked.location().as_deref(), Some("/app"), "nothing is seen before the PIN");
    let (_, opened) = story.phone.unlock(PIN).await;
    assert_eq!(opened["next"], path.as_str(), "the PIN leads to what waits");
    let asked = story.phone.question().await;
    story.phone.approve(&asked, &page.number()).await;
    let page = browser.submit(&format!("{}/approval", page.sign_in()), &[]).await;
    assert!(page.is_at_the_application(), "{}", page.body);
}

#[tokio::test]
async fn a_push_message_says_nothing_that_others_may_not_know() {
    let mut story = Story::begin().await;
    let subscribed = story.phone.allow(&story.push, "pixel").await;
    let (browser, page) = story.asked().await;
    story.tried().await;
    let message = story.push.taken().remove(0);
    let text = subscribed.read(&message).unwrap();
    let members: Vec<&str> = text.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["path", "text", "title"]);
    // The path names the question by an identifier that has any digits.
    let said = format!("{} {}", text["title"], text["text"]);
    let secrets = [&page.number(), "Ruori", "Aino", AINO.email, &browser.address.to_string(), "Kallio", "Chrome"];
    for secret in secrets {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
    let path = text["path"].as_str().unwrap();
    let refused = story.service.browser().get(path).await;
    assert_eq!(refused.location().as_deref(), Some("/app"), "what it names opens nothing");
    assert!(story.push.subscribe("other").read(&message).is_none(), "no other browser reads it");
    let stored = "SELECT COUNT(*) FROM push_subscriptions WHERE CAST(subscription AS TEXT) LIKE '%http%'";
    if story.service.database.is_sqlite() {
        assert_eq!(story.service.count(stored).await, 0, "the address is sealed");
    }
}

#[tokio::test]
async fn a_push_service_that_is_down_is_tried_within_the_minute_and_never_after_it() {
    let mut story = Story::begin().await;
    story.phone.allow(&story.push, "pixel").await;
    story.push.answer(Some(503));
    story.asked().await;
    assert_eq!(story.tried().await, 1);
    assert_eq!(story.tried().await, 1, "not at once again");
    story.service.wait(1);
    assert_eq!(story.tried().await, 2);
    assert_eq!(header(&story.push.taken()[1], "ttl"), "59", "it is of use for less long");
    story.push.answer(Some(201));
    story.service.wait(2);
    assert_eq!(story.tried().await, 3);
    story.service.wait(10);
    assert_eq!(story.tried().await, 3, "it was taken");
    assert_eq!(story.state().await, "on");

    story.push.answer(Some(500));
    story.service.wait(60);
    story.asked().await;
    story.tried().await;
    let tried = story.push.taken().len();
    story.service.wait(60);
    assert_eq!(story.tried().await, tried, "nothing waits any more");
    assert_eq!(
        story.service.count("SELECT COUNT(*) FROM messages WHERE channel = 'push' AND due_at IS NOT NULL").await,
        0
    );
}

#[tokio::test]
async fn a_subscription_that_is_gone_is_forgotten_and_the_app_subscribes_anew() {
    for status in [404, 410] {
        let mut story = Story::begin().await;
        story.phone.allow(&story.push, "old").await;
        assert!(!story.phone.browser.open("/app").await.body.contains("data-subscribe-anew"));
        story.push.answer(Some(status));
        let (mut browser, page) = story.asked().await;
        story.tried().await;
        assert_eq!(story.state().await, "gone", "{status}");
        assert_eq!(story.service.count("SELECT COUNT(*) FROM history WHERE event = 'message.given_up'").await, 0);

        let home = story.phone.browser.open("/app").await;
        assert!(home.body.contains("data-subscribe-anew") && key_id(&home).len() == 36, "{}", home.body);
        story.push.answer(Some(201));
        let subscribed = story.phone.allow(&story.push, "new").await;
        let again = browser.submit(&format!("{}/use/totp", page.sign_in()), &[]).await;
        browser.submit(&format!("{}/use/phone", again.sign_in()), &[]).await;
        story.tried().await;
        let last = story.push.taken().pop().unwrap();
        assert_eq!(last.address, "new");
        assert!(subscribed.read(&last).is_some());
    }
}

#[tokio::test]
async fn nothing_is_sent_where_calls_may_not_lead() {
    let mut story = Story::begin().await;
    let strict = story.service.with(|settings| settings.egress_networks.clear()).await;
    let subscribed = story.push.subscribe("inside");
    let before = story.phone.browser.clone();
    story.phone.browser = strict.take_over(story.phone.browser);
    let inside = |address: &str| {
        let mut json = subscribed.json();
        json["endpoint"] = address.into();
        json
    };
    for address in [
        subscribed.address.as_str(),
        "https://127.0.0.1/push",
        "https://localhost/push",
        "https://[::1]/push",
        "https://169.254.169.254/latest/meta-data",
        "https://10.1.2.3/push",
        "http://push.example/push",
    ] {
        let (status, answer) = story.phone.turn_on(&inside(address)).await;
        assert_eq!(status, 422, "{address}");
        assert!(answer["message"].as_str().unwrap().contains("cannot be reached"), "{answer}");
    }
    for malformed in [json!({}), json!("x"), inside("ftp://push.example/"), inside("https://a:b@push.example/")] {
        assert_eq!(story.phone.turn_on(&malformed).await.0, 400, "{malformed}");
    }
    assert_eq!(story.state().await, "");

    // It was taken while the network was open.
    story.phone.browser = before;
    story.phone.allow(&story.push, "inside").await;
    story.asked().await;
    deliver_due(&strict.app, strict.now()).await.unwrap();
    assert_eq!(story.push.taken().len(), 0, "and nothing is sent there once it is closed");
    let given_up = "SELECT COUNT(*) FROM messages WHERE channel = 'push' AND given_up_at IS NOT NULL";
    assert_eq!(story.service.count(given_up).await, 1);
}

#[tokio::test]
async fn each_phone_that_wants_to_hear_does_and_one_that_is_removed_hears_nothing() {
    let mut story = Story::begin().await;
    let first = story.phone.allow(&story.push, "first").await;
    // The code of this half minute opened the first phone.
    story.service.wait(30);
    let mut second = AppOnPhone::of(&story.service, AINO, PIN).await;
    let other = second.allow(&story.push, "second").await;
    // The first phone was asked whether the second one may be added.
    let before = story.tried().await;
    let approvals = "SELECT COUNT(*) FROM approvals";
    let asked = story.service.count(approvals).await;
    story.asked().await;
    assert_eq!(story.tried().await, before + 2);
    let taken = story.push.taken().split_off(before);
    assert!(taken.iter().any(|one| first.read(one).is_some()) && taken.iter().any(|one| other.read(one).is_some()));
    assert_eq!(story.service.count(approvals).await, asked + 1, "one question, whichever phone answers");

    story.service.wait(61);
    second.browser.post("/app/log-out", &[]).await;
    story.asked().await;
    assert_eq!(story.tried().await, before + 3);
    assert_eq!(story.push.taken()[before + 2].address, "first");
    assert_eq!(story.service.count("SELECT COUNT(*) FROM push_subscriptions").await, 1);
}

#[tokio::test]
async fn notifications_are_turned_off_and_stay_off() {
    let mut story = Story::begin().await;
    let settings = story.phone.browser.open("/app/settings").await;
    assert!(settings.body.contains(">Off<"), "{}", settings.body);
    story.phone.allow(&story.push, "pixel").await;
    let settings = story.phone.browser.open("/app/settings").await;
    assert!(settings.body.contains(">On<"), "{}", settings.body);
    let page = story.phone.browser.open(PAGE).await;
    assert!(page.says("Turn off notifications"), "{}", page.body);
    let settings = story.phone.browser.submit("/app/notifications/off", &[]).await;
    assert_eq!(settings.title(), "Settings");
    assert_eq!(story.state().await, "off");
    let home = story.phone.browser.open("/app").await;
    assert!(!home.body.contains("data-subscribe-anew"), "nobody is asked again: {}", home.body);
    story.asked().await;
    assert_eq!(story.tried().await, 0);
    let told = story.service.history().await;
    let told = told.iter().filter(|entry| entry.event == "phone.notifications_set").count();
    assert_eq!(told, 2);
}

#[tokio::test]
async fn a_phone_that_is_locked_or_nobodys_takes_no_subscription() {
    let mut story = Story::begin().await;
    let page = story.phone.browser.open(PAGE).await;
    let body = json!({ "subscription": story.push.subscribe("x").json(), "key": key_id(&page) });
    let mut stranger = AppOnPhone::new(&story.service);
    assert_eq!(stranger.send(PAGE, body.clone()).await.0, 401);
    story.phone.browser.post("/app/lock", &[]).await;
    assert_eq!(story.phone.send(PAGE, body.clone()).await.0, 401);
    assert_eq!(story.phone.browser.get(PAGE).await.location().as_deref(), Some("/app"));
    assert_eq!(story.phone.browser.get("/app/notifications").await.status, StatusCode::SEE_OTHER);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM push_subscriptions").await, 0);
}

#[tokio::test]
async fn a_new_key_is_used_once_the_app_is_opened_and_the_old_one_signs_until_then() {
    let mut story = Story::begin().await;
    story.phone.allow(&story.push, "pixel").await;
    let old = part(&story.phone.browser.open(PAGE).await, "data-key");
    story.service.wait(90 * 24 * 60 * 60);
    assert!(push::rotate_by_age(&story.service.app, story.service.now()).await.unwrap().is_some());
    assert!(push::rotate_by_age(&story.service.app, story.service.now()).await.unwrap().is_none());
    story.asked().await;
    story.tried().await;
    assert_eq!(story.push.taken()[0].key(), old, "a push service takes no other for this subscription");
    assert!(story.push.taken()[0].claims().is_some());

    let mut phone = story.phone.clone();
    phone.unlock(PIN).await;
    let home = phone.browser.open("/app").await;
    assert!(home.body.contains("data-subscribe-anew"), "{}", home.body);
    let fresh = part(&home, "data-key");
    assert_ne!(fresh, old);
    phone.allow(&story.push, "anew").await;
    assert!(!phone.browser.open("/app").await.body.contains("data-subscribe-anew"));
    push::rotate_by_age(&story.service.app, story.service.now()).await.unwrap();
    assert_eq!(story.service.count("SELECT COUNT(*) FROM push_keys").await, 1, "nobody uses the old one");
    assert!(story.service.events().await.contains(&"push.key_made".to_owned()));

    // Nobody opens the app for long: its subscription goes with the key.
    story.service.wait(90 * 24 * 60 * 60);
    push::rotate_by_age(&story.service.app, story.service.now()).await.unwrap();
    assert_eq!(story.state().await, "on");
    story.service.wait(90 * 24 * 60 * 60);
    push::rotate_by_age(&story.service.app, story.service.now()).await.unwrap();
    assert_eq!(story.state().await, "gone");
    let stale = json!({ "subscription": story.push.subscribe("x").json(), "key": key_id(&home) });
    phone.unlock(PIN).await;
    assert_eq!(phone.send(PAGE, stale).await, (409, json!({ "update": true })), "a page with the key that is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_nodes_one_makes_the_next_push_key() {
    let story = Story::begin().await;
    let make = |_| {
        let (app, now) = (story.service.app.clone(), story.service.now());
        async move { push::current(&app, now).await.unwrap().text() }
    };
    let keys: BTreeSet<String> = all_at_once((0..8).map(make)).await.into_iter().collect();
    assert_eq!(keys.len(), 1);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM push_keys").await, 1);
}
