//! Answers of a provider that do not hold: each is refused with an error identifier, and nobody is signed in.

use http::StatusCode;
use serde_json::{Value, json};

use super::{AtBank, CHOICE, WRONG};
use crate::support::broker::{AINO_AT_BANK, MALLORY_AT_BANK, Mood, TokenForm};
use crate::support::{AINO, Page};

impl AtBank {
    /// Aino tries to sign in by her bank, and is refused for this reason.
    async fn is_refused(&self, why: &str) -> Page {
        let before = self.sessions().await;
        let page = self.arrives(&mut self.service.browser(), AINO_AT_BANK).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{why}: {} {}", page.path, page.body);
        assert_eq!(self.reason().await, why);
        assert_eq!(self.sessions().await, before);
        let id = page.error_id().expect("an error identifier");
        let history = self.service.history().await;
        assert!(history.iter().any(|told| told.error_id.as_deref() == Some(id.as_str())), "{why}");
        page
    }
}

#[tokio::test]
async fn a_claim_that_does_not_hold_is_refused() {
    let story = AtBank::linked().await;
    let now = story.service.now().seconds();
    let other = "https://other.example";
    let cases: [(Value, &str); 22] = [
        (json!({ "iss": other }), "another issuer"),
        (json!({ "iss": format!("{}/", story.broker.origin) }), "another issuer"),
        (json!({ "aud": "somebody else" }), "another audience"),
        (json!({ "aud": ["salpa", "somebody else"] }), "another audience"),
        (json!({ "aud": [] }), "another audience"),
        (json!({ "azp": "somebody else" }), "another audience"),
        (json!({ "nonce": "another" }), "another nonce"),
        (json!({ "nonce": null }), "another nonce"),
        (json!({ "exp": now - 61 }), "expired"),
        (json!({ "exp": null }), "cannot be read"),
        (json!({ "iat": now - 700 }), "expired"),
        (json!({ "iat": now + 120 }), "issued in the future"),
        (json!({ "nbf": now + 120 }), "issued in the future"),
        (json!({ "auth_time": now - 3600 }), "auth_time"),
        (json!({ "auth_time": now + 3600 }), "issued in the future"),
        (json!({ "auth_time": null }), "auth_time"),
        (json!({ "acr": "http://ftn.ficora.fi/2017/loatest2" }), "unknown acr"),
        (json!({ "acr": null }), "unknown acr"),
        (json!({ "urn:oid:1.2.246.21": null }), "no identifier"),
        (json!({ "urn:oid:1.2.246.21": "131052-308U" }), "no identifier"),
        (json!({ "sub": null }), "cannot be read"),
        (json!({ "urn:oid:1.2.246.21": ["131052-308T"] }), "no identifier"),
    ];
    for (claims, why) in cases {
        story.broker.claims(claims.clone());
        let page = story.is_refused(why).await;
        assert_eq!(page.title(), WRONG, "{claims}");
    }
    story.broker.claims(json!({ "aud": ["salpa"], "azp": "salpa", "acr": "http://ftn.ficora.fi/2017/loa3" }));
    let page = story.arrives(&mut story.service.browser(), AINO_AT_BANK).await;
    assert!(page.is_at_the_application(), "{}", page.body);
    assert!(story.service.events().await.contains(&"sign_in.proven identity_high".to_owned()));
}

#[tokio::test]
async fn a_token_of_another_form_is_refused() {
    let story = AtBank::linked().await;
    for (form, why) in [
        (TokenForm::Plain, "not encrypted"),
        (TokenForm::RogueKey, "signature"),
        (TokenForm::PublicKeyAsSecret, "signature"),
        (TokenForm::Unsigned, "cannot be read"),
        (TokenForm::KeyInHeader, "signature"),
        (TokenForm::ForAnother, "cannot be decrypted"),
    ] {
        story.broker.gives(form.clone());
        let page = story.is_refused(why).await;
        assert_eq!(page.title(), WRONG, "{form:?}");
    }
}

#[tokio::test]
async fn a_level_that_is_lower_than_the_method_promises_is_refused() {
    let loa2 = "http://ftn.ficora.fi/2017/loa2";
    let story = AtBank::begin_with(json!({
        "levels": { loa2: "substantial", "http://ftn.ficora.fi/2017/loa3": "high" },
        "methods": [{ "id": "nordea", "name": "Nordea", "value": "oidc.nordea.1", "worth": "high" }],
    }))
    .await;
    story.is_refused("lowered acr").await;
}

#[tokio::test]
async fn a_clock_that_is_an_hour_off_is_refused_and_one_of_a_minute_is_not() {
    let story = AtBank::linked().await;
    let now = story.service.now().seconds();
    let at = |shift: i64| json!({ "iat": now + shift, "exp": now + shift + 300, "auth_time": now + shift });
    story.broker.claims(at(3600));
    story.is_refused("issued in the future").await;
    story.broker.claims(at(-3600));
    story.is_refused("expired").await;
    for shift in [-50, 50] {
        story.broker.claims(at(shift));
        let page = story.arrives(&mut story.service.browser(), AINO_AT_BANK).await;
        assert!(page.is_at_the_application(), "{shift}: {}", page.body);
    }
}

#[tokio::test]
async fn an_old_proof_does_not_answer_where_a_fresh_one_is_asked() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    let now = story.service.now().seconds();
    // Two minutes old: good for a usual sign-in, and not for one that begins anew.
    story.broker.claims(json!({ "auth_time": now - 120 }));
    assert!(story.arrives(&mut browser, AINO_AT_BANK).await.is_at_the_application());
    let sign_in = browser.open(&story.ruori.authorize(&[("prompt", "login")])).await.sign_in();
    let asked = story.asked_in(&mut browser, &sign_in).await;
    browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await;
    assert_eq!(story.reason().await, "auth_time");
}

#[tokio::test]
async fn where_the_provider_is_down_the_other_ways_go_on() {
    let story = AtBank::linked().await;
    for (mood, why) in [
        (Mood::Broken, "provider down"),
        (Mood::Endless, "provider refused"),
        (Mood::Redirects("http://169.254.169.254/latest/meta-data".to_owned()), "provider refused"),
        (Mood::Redirects(format!("{}/jwks", story.broker.origin)), "provider refused"),
        (Mood::Estranged, "provider refused"),
    ] {
        story.broker.is(mood);
        let page = story.is_refused(why).await;
        assert!(page.body.contains("Try again"), "one thing to do: {}", page.body);
    }
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
}

#[tokio::test]
async fn a_bank_that_does_not_answer_is_marked_until_it_answers_or_for_five_minutes() {
    let story = AtBank::linked().await;
    let choice = async || {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        browser.open(&format!("{sign_in}/identity")).await.says("Slow now")
    };
    assert!(!choice().await);
    story.broker.is(Mood::Broken);
    story.is_refused("provider down").await;
    assert!(choice().await);
    story.service.wait(301);
    assert!(!choice().await, "it may be well again");

    story.is_refused("provider down").await;
    assert!(choice().await);
    story.broker.is(Mood::Honest);
    assert!(story.arrives(&mut story.service.browser(), AINO_AT_BANK).await.is_at_the_application());
    assert!(!choice().await);
}

#[tokio::test]
async fn an_address_inside_is_not_called_however_it_is_set() {
    let story = AtBank::begin_with(json!({
        "endpoints": {
            "authorization": "https://broker.example/authorize",
            "token": "http://169.254.169.254/token",
            "pushed_authorization_request": "http://10.0.0.1/par",
            "jwks": "http://10.0.0.1/jwks",
        },
        "request": "pushed",
    }))
    .await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let page = browser.submit(&format!("{sign_in}/identity/{}/nordea", story.provider), &[]).await;
    assert_eq!(page.title(), "Your bank does not answer", "{}", page.body);
}

#[tokio::test]
async fn the_time_at_the_bank_ends() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    let asked = story.asked(&mut browser).await;
    let back = story.broker.lets_in(&asked, AINO_AT_BANK);
    story.service.wait(15 * 60);
    let page = browser.open(&back).await;
    assert_eq!(page.title(), super::OVER, "{}", page.body);
    let asked = story.asked(&mut browser).await;
    let page = browser.open(&story.broker.refuses(&asked, "login_required")).await;
    assert_eq!(page.title(), "The time at your bank ran out");
    let page = browser.open(&format!("{}/identity", story.service.browser().begin(&story.ruori).await)).await;
    assert_ne!(page.title(), CHOICE, "another browser's sign-in");
}

#[tokio::test]
async fn keys_that_rotate_in_the_middle_are_found() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    let asked = story.asked(&mut browser).await;
    let back = story.broker.lets_in(&asked, AINO_AT_BANK);
    let before = story.broker.asked_for_keys();
    // Theirs, while the person is at the bank.
    story.broker.rotates();
    assert!(browser.open(&back).await.is_at_the_application());
    assert_eq!(story.broker.asked_for_keys(), before + 1);
    // Ours: the new key is published before it signs, and the broker may still encrypt to the old one.
    assert_eq!(story.service.rotates_keys(story.provider).await.len(), 2);
    assert!(story.arrives(&mut story.service.browser(), AINO_AT_BANK).await.is_at_the_application());
    story.service.wait(25 * 3600);
    story.service.register_at(&story.broker, story.provider).await;
    assert!(story.arrives(&mut story.service.browser(), AINO_AT_BANK).await.is_at_the_application());
}

#[tokio::test]
async fn unknown_keys_are_looked_for_once_a_minute() {
    let story = AtBank::linked().await;
    assert!(story.arrives(&mut story.service.browser(), AINO_AT_BANK).await.is_at_the_application());
    let before = story.broker.asked_for_keys();
    story.broker.gives(TokenForm::KeyInHeader);
    for _ in 0..5 {
        story.is_refused("signature").await;
    }
    assert!(story.broker.asked_for_keys() <= before + 1);
    story.broker.gives(TokenForm::Usual);
    assert_ne!(story.arrives(&mut story.service.browser(), MALLORY_AT_BANK).await.status, StatusCode::FORBIDDEN);
}
