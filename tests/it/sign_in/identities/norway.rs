//! BankID of Norway: its own OpenID Connect, with two methods that are worth more and less.

use serde_json::{Value, json};

use super::{AtBank, UNMATCHED, WRONG};
use crate::provider::signing::changed;
use crate::support::AINO;
use crate::support::broker::{AINO_AT_BANK, Broker, CLIENT_ID};

const LEVEL_HIGH: &str = "urn:bankid:bid;LOA=4";
const LEVEL_SUBSTANTIAL: &str = "urn:bankid:bis;LOA=3";
/// The number of a public test user.
const NUMBER: &str = "13097248022";

/// The settings of an operator, who leaves out everything that the kind decides.
fn of_bank_id(broker: &Broker) -> Value {
    let at = |path: &str| format!("{}{path}", broker.origin);
    json!({
        "kind": "norway_bank_id",
        "name": "BankID Norge",
        "issuer": broker.origin,
        "client_id": CLIENT_ID,
        "endpoints": { "authorization": at("/authorize"), "token": at("/token"), "jwks": at("/jwks") },
    })
}

/// The answer of BankID.
fn claims(level: &str, number: &str) -> Value {
    json!({ "acr": level, "nnin_altsub": number, "amr": "BID", "urn:oid:1.2.246.21": null })
}

impl AtBank {
    /// A service with BankID of Norway in the place of the broker.
    async fn in_norway() -> Self {
        let mut story = Self::begin().await;
        story.broker = Broker::start(&story.service.app.clock, false).await;
        story.provider = story.service.provider_of(&story.broker, &of_bank_id(&story.broker), None).await;
        story.broker.claims(claims(LEVEL_HIGH, NUMBER));
        story
    }

    /// From the application to BankID, by one of its methods.
    async fn asked_by(&self, browser: &mut crate::support::Browser, method: &str) -> String {
        let sign_in = browser.begin(&self.ruori).await;
        let sent = browser.post(&format!("{sign_in}/identity/{}/{method}", self.provider), &[]).await;
        sent.location().unwrap_or_else(|| panic!("{} {}", sent.status, sent.body))
    }
}

#[tokio::test]
async fn a_person_signs_in_by_bank_id_of_norway_once_it_is_linked() {
    let story = AtBank::in_norway().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let choice = browser.open(&format!("{sign_in}/identity")).await;
    assert!(choice.says("BankID (Norge)") && choice.says("BankID med biometri (Norge)"), "{}", choice.body);

    let asked = story.asked_by(&mut browser, "bankid-norway").await;
    let parameters = story.broker.parameters(&asked);
    for (name, value) in [
        ("login_hint", "BID"),
        ("acr_values", LEVEL_HIGH),
        ("scope", "openid nnin_altsub"),
        ("code_challenge_method", "S256"),
        ("max_age", "300"),
    ] {
        assert_eq!(parameters[name], value, "{name}");
    }
    let page = browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await;
    assert_eq!(page.title(), UNMATCHED, "{}", page.body);
    assert!(page.says("130972…"));
    let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
    assert!(browser.sign_in_as(&story.service, first, AINO).await.is_at_the_application());

    let mut other = story.service.browser();
    let asked = story.asked_by(&mut other, "bankid-norway").await;
    let page = other.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await;
    assert_eq!(story.token(&page).await["sub"], story.aino.to_string());
    assert!(story.service.events().await.contains(&"sign_in.proven identity_high".to_owned()));
}

#[tokio::test]
async fn the_level_comes_from_the_answer_and_not_from_the_method() {
    let story = AtBank::in_norway().await;
    for (method, level, why) in [
        ("bankid-norway", LEVEL_SUBSTANTIAL, "lowered acr"),
        ("bankid-norway", "urn:bankid:bid;LOA=3", "unknown acr"),
        ("bankid-norway-biometrics", "urn:bankid:bim;LOA=4", "unknown acr"),
    ] {
        story.broker.claims(claims(level, NUMBER));
        let mut browser = story.service.browser();
        let asked = story.asked_by(&mut browser, method).await;
        let page = browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, why), "{method} {level}");
    }
    story.broker.claims(claims(LEVEL_SUBSTANTIAL, NUMBER));
    let mut browser = story.service.browser();
    let asked = story.asked_by(&mut browser, "bankid-norway-biometrics").await;
    let parameters = story.broker.parameters(&asked);
    assert_eq!(parameters["login_hint"], "BIS");
    assert_eq!(parameters["acr_values"], format!("{LEVEL_HIGH} {LEVEL_SUBSTANTIAL}"));
    assert_eq!(browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await.title(), UNMATCHED);
}

#[tokio::test]
async fn a_number_with_a_wrong_check_digit_names_nobody() {
    let story = AtBank::in_norway().await;
    for number in ["13097248023", "13097248122", "131052-308T", ""] {
        story.broker.claims(claims(LEVEL_HIGH, number));
        let mut browser = story.service.browser();
        let asked = story.asked_by(&mut browser, "bankid-norway").await;
        let page = browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "no identifier"), "{number}");
    }
}

#[tokio::test]
async fn requests_are_pushed_where_the_operator_says_so() {
    let mut story = AtBank::in_norway().await;
    let pushed = json!({ "name": "Pushed", "request": "pushed", "endpoints": {
        "authorization": format!("{}/authorize", story.broker.origin),
        "token": format!("{}/token", story.broker.origin),
        "jwks": format!("{}/jwks", story.broker.origin),
        "pushed_authorization_request": format!("{}/par", story.broker.origin),
    } });
    let settings = changed(of_bank_id(&story.broker), &pushed);
    story.provider = story.service.provider_of(&story.broker, &settings, None).await;
    let mut browser = story.service.browser();
    let asked = story.asked_by(&mut browser, "bankid-norway").await;
    assert!(asked.contains("request_uri="), "{asked}");
    assert_eq!(browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await.title(), UNMATCHED);
}
