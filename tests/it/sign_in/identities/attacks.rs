//! Attacks on the way to a provider and back: somebody else's answer, the same answer twice, the answer of another
//! provider, and an identity that is pressed on somebody.

use http::StatusCode;
use serde_json::json;

use super::{AtBank, OVER, UNMATCHED, WRONG, of_trust_network};
use crate::provider::signing::changed;
use crate::support::broker::{AINO_AT_BANK, Broker, MALLORY_AT_BANK};
use crate::support::{AINO, MIKKO, all_at_once};

#[tokio::test]
async fn an_answer_is_of_use_in_the_browser_that_asked_alone() {
    let story = AtBank::linked().await;
    let mut mallory = story.service.browser();
    let asked = story.asked(&mut mallory).await;
    let back = story.broker.lets_in(&asked, AINO_AT_BANK);
    // The address with the answer is sent to somebody, who opens it: login CSRF.
    let mut victim = story.service.browser();
    victim.begin(&story.ruori).await;
    let page = victim.open(&back).await;
    assert_eq!(
        (page.status, page.title().as_str()),
        (StatusCode::FORBIDDEN, "This sign-in belongs to another browser")
    );
    let mut stranger = story.service.browser();
    assert_eq!(stranger.open(&back).await.status, StatusCode::FORBIDDEN, "nor without any cookie");
    assert!(mallory.open(&back).await.is_at_the_application(), "and is not used up by them");
}

#[tokio::test]
async fn an_answer_is_taken_once() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    let asked = story.asked(&mut browser).await;
    let back = story.broker.lets_in(&asked, AINO_AT_BANK);
    let pages = all_at_once((0..8).map(|_| {
        let (mut browser, back) = (browser.clone(), back.clone());
        async move { browser.get(&back).await }
    }))
    .await;
    let entered = pages.iter().filter(|page| page.headers.contains_key("set-cookie")).count();
    assert_eq!(entered, 1, "{:?}", pages.iter().map(|page| page.status).collect::<Vec<_>>());
    assert_eq!(story.service.count("SELECT COUNT(*) FROM identity_questions WHERE state = 'asked'").await, 0);
}

#[tokio::test]
async fn a_code_of_another_question_is_refused() {
    let story = AtBank::linked().await;
    let (mut one, mut other) = (story.service.browser(), story.service.browser());
    let asked = story.asked(&mut one).await;
    let of_aino = story.broker.lets_in(&asked, AINO_AT_BANK);
    let asked = story.asked(&mut other).await;
    let own = story.broker.lets_in(&asked, MALLORY_AT_BANK);
    let code = |back: &str| back.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
    // Mallory has seen Aino's code, and injects it into a question of his own: the verifier is another.
    let injected = own.replace(&code(&own), &code(&of_aino));
    let page = other.open(&injected).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, WRONG));
    assert_eq!(story.reason().await, "provider refused");
}

#[tokio::test]
async fn a_value_that_nobody_gave_out_leads_nowhere() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    browser.begin(&story.ruori).await;
    let at = format!("/identity-providers/{}/return", story.provider);
    for query in ["", "?state=", "?state=guessed&code=x", "?state=a&state=b&code=x", "?code=x", "?error=access_denied"]
    {
        let page = browser.open(&format!("{at}{query}")).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::BAD_REQUEST, OVER), "{query}");
        assert!(page.error_id().is_some());
    }
    assert_eq!(browser.open("/identity-providers/nobody/return?state=a").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_answer_of_one_provider_is_never_taken_for_anothers() {
    let story = AtBank::linked().await;
    let evil = Broker::start(&story.service.app.clock, true).await;
    let settings = changed(of_trust_network(&evil), &json!({ "name": "Evil" }));
    let id = story.service.provider_of(&evil, &settings, None).await;
    // The person chose the evil one, which passes them on to the honest one: its answer comes back at the wrong address.
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let sent = browser.post(&format!("{sign_in}/identity/{id}/nordea"), &[]).await;
    let back = evil.lets_in(&sent.location().unwrap(), AINO_AT_BANK);
    let moved = back.replace(&id.to_string(), &story.provider.to_string());
    assert_eq!(browser.open(&moved).await.title(), OVER, "each has an address of its own");
    // At its own address, in the name of the honest one (RFC 9207).
    let named = url::Url::parse(&format!("https://id.example{back}")).unwrap();
    let pairs = named.query_pairs().map(|(name, value)| {
        let value = if name == "iss" { story.broker.origin.clone() } else { value.into_owned() };
        (name.into_owned(), value)
    });
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let page = browser.open(&format!("{}?{query}", named.path())).await;
    assert_eq!(page.title(), WRONG, "{}", page.body);
    assert_eq!(story.reason().await, "another issuer");
}

#[tokio::test]
async fn an_answer_without_the_name_of_its_provider_is_refused_where_it_names_itself() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    let asked = story.asked(&mut browser).await;
    let back = story.broker.lets_in(&asked, AINO_AT_BANK);
    let nameless = back.split("&iss=").next().unwrap();
    assert_eq!(browser.open(nameless).await.title(), WRONG);
    assert_eq!(story.reason().await, "another issuer");
}

#[tokio::test]
async fn an_identity_of_somebody_else_does_not_answer_for_a_typed_email() {
    let story = AtBank::linked().await;
    story.service.person(MIKKO).await;
    for email in [MIKKO.email, "nobody@kallio.example"] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await;
        let asked = story.asked_in(&mut browser, &sign_in).await;
        let page = browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await;
        assert_eq!(page.title(), "This bank or eID belongs to another profile", "{email}: the same for both");
    }
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    let asked = story.asked_in(&mut browser, &sign_in).await;
    assert!(browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await.is_at_the_application());
}

#[tokio::test]
async fn an_identity_that_is_linked_already_is_not_linked_to_a_second_profile() {
    let story = AtBank::begin().await;
    story.service.person(MIKKO).await;
    let (mut one, mut other) = (story.service.browser(), story.service.browser());
    // Both wait to link the same identity at once.
    let first = story.arrives(&mut one, AINO_AT_BANK).await;
    let second = story.arrives(&mut other, AINO_AT_BANK).await;
    assert_eq!((first.title(), second.title()), (UNMATCHED.to_owned(), UNMATCHED.to_owned()));
    let first = one.answer(&first.sign_in(), "identity/unmatched", &[]).await;
    let second = other.answer(&second.sign_in(), "identity/unmatched", &[]).await;
    assert!(one.sign_in_as(&story.service, first, AINO).await.is_at_the_application());
    other.sign_in_as(&story.service, second, MIKKO).await;
    assert_eq!(story.service.count("SELECT COUNT(*) FROM linked_identities").await, 1);
    let page = story.arrives(&mut story.service.browser(), AINO_AT_BANK).await;
    assert_eq!(story.token(&page).await["sub"], story.aino.to_string());
}

#[tokio::test]
async fn a_provider_that_was_turned_off_takes_nobody_in() {
    use salpa::proofs::identity_providers::ProviderState;
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    let asked = story.asked(&mut browser).await;
    let back = story.broker.lets_in(&asked, AINO_AT_BANK);
    story.service.offers(story.provider, ProviderState::Off).await;
    assert_eq!(browser.open(&back).await.title(), OVER);
}
