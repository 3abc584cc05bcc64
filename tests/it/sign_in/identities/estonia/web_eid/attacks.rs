//! Attacks on a sign-in by a card: an answer that was meant for somebody else, or made by something else than a card.

use http::StatusCode;
use rcgen::{DnType, DnValue, ExtendedKeyUsagePurpose, KeyUsagePurpose, date_time_ymd};
use salpa::proofs::identity_providers::ProviderState;
use serde_json::json;

use super::{TITLE, WithCards};
use crate::sign_in::identities::{OVER, UNMATCHED, WRONG};
use crate::support::estonia::{IdAuthority, JAAK, MARI, has_policies, names_responder, p256_key, rsa_key};
use crate::support::{AINO, MIKKO, PUBLIC_URL};

const NOT_ACCEPTED: &str = "Your ID certificate is not accepted";

#[tokio::test]
async fn an_answer_is_used_once_and_an_answer_to_an_older_challenge_not_at_all() {
    let story = WithCards::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    let token = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge());
    assert!(browser.shows(&page, &token).await.is_at_the_application());
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    assert_eq!(
        (browser.shows(&page, &token).await.title().as_str(), story.reason().await.as_str()),
        (WRONG, "signature")
    );
    // The challenge is gone, whatever became of it.
    let fresh = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge());
    let again = browser.shows(&page, &fresh).await;
    assert_eq!((again.status, again.path), (StatusCode::OK, page.sign_in()), "back to the first step");
}

#[tokio::test]
async fn a_challenge_holds_for_five_minutes() {
    let story = WithCards::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    let token = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge());
    story.service.wait(300);
    let late = browser.get(&page.path).await;
    assert!(
        late.title() == TITLE
            && late.says("The time for this sign-in step is over.")
            && !late.body.contains("data-web-eid")
    );
    let page = browser.shows(&page, &token).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), ("The time at your bank ran out", "timed out"));

    let page = story.asked(&mut browser).await;
    let token = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge());
    story.service.wait(299);
    assert!(browser.shows(&page, &token).await.is_at_the_application());
}

#[tokio::test]
async fn a_challenge_is_of_one_browser_and_its_sign_in() {
    let story = WithCards::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    let token = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge());
    let mut other = story.service.browser();
    let elsewhere = story.asked(&mut other).await;
    assert_eq!(other.get(&page.path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(other.shows(&page, &token).await.status, StatusCode::FORBIDDEN);
    // In a sign-in of its own, the challenge is another one.
    assert_eq!(other.shows(&elsewhere, &token).await.title(), WRONG);
    assert!(browser.shows(&page, &token).await.is_at_the_application());
}

#[tokio::test]
async fn of_many_answers_to_one_challenge_one_is_looked_at() {
    let story = WithCards::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    let token = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge()).to_string();
    let asked = story.authority.asked();
    let path = format!("{}/web-eid", page.sign_in());
    let tries = (0..8).map(|_| {
        let (mut tab, path, token) = (browser.clone(), path.clone(), token.clone());
        async move { tab.submit(&path, &[("token", &token)]).await.is_at_the_application() }
    });
    let arrived = crate::support::all_at_once(tries).await;
    assert_eq!(arrived.into_iter().filter(|arrived| *arrived).count(), 1);
    assert_eq!(story.authority.asked(), asked + 1);
}

#[tokio::test]
async fn an_answer_that_was_signed_for_another_page_is_refused() {
    let story = WithCards::linked().await;
    let card = story.authority.card(JAAK);
    for origin in
        ["https://id.kallio.example.evil.example", "http://id.kallio.example", "https://id.kallio.example/", ""]
    {
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser).await;
        let page = browser.shows(&page, &card.answers(origin, &page.challenge())).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "signature"), "{origin}");
    }
}

#[tokio::test]
async fn a_certificate_that_does_not_count_is_refused_before_anybody_is_asked() {
    let story = WithCards::linked().await;
    let number = format!("PNOEE-{JAAK}");
    let stranger = IdAuthority::start(&story.service.app.clock).await;
    let like = |change: fn(&mut rcgen::CertificateParams)| story.authority.card_like(&number, change);
    let asked = story.authority.asked();
    for (card, why) in [
        (stranger.card(JAAK), "certificate of another authority"),
        (like(|it| it.not_after = date_time_ymd(2026, 6, 1)), "certificate expired"),
        (like(|it| it.not_before = date_time_ymd(2026, 7, 1)), "certificate not valid yet"),
        (like(|it| it.extended_key_usages = vec![]), "certificate for another purpose"),
        (
            like(|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]),
            "certificate for another purpose",
        ),
        (like(|it| it.key_usages = vec![KeyUsagePurpose::ContentCommitment]), "certificate for another purpose"),
        (like(|it| it.key_usages = vec![]), "certificate for another purpose"),
        (
            like(|it| it.custom_extensions = vec![has_policies(&["1.3.6.1.4.1.10015.1.3"])]),
            "certificate of another policy",
        ),
        (
            like(|it| it.custom_extensions = vec![has_policies(&["1.2.3", "1.3.6.1.4.1.10015.1.3.3"])]),
            "certificate of another policy",
        ),
    ] {
        let mut browser = story.service.browser();
        let page = story.arrives(&mut browser, &card).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, NOT_ACCEPTED), "{why}");
        assert_eq!(story.reason().await, why);
        assert!(page.error_id().is_some() && page.body.contains("Try again"));
    }
    assert_eq!((story.authority.asked(), stranger.asked()), (asked, 0));
}

#[tokio::test]
async fn policies_that_the_operator_does_not_want_are_refused() {
    let story = WithCards::begin_with(json!({ "refused_policies": ["1.3.6.1.4.1.51361.1"] })).await;
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, &story.authority.card(JAAK)).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (NOT_ACCEPTED, "certificate of another policy"));
}

#[tokio::test]
async fn an_authority_that_is_no_longer_or_not_yet_valid_signs_nobody_in() {
    for (years, why) in [((2020, 2026), "certificate expired"), ((2027, 2040), "certificate not valid yet")] {
        let service = crate::support::Service::start().await;
        let authority = IdAuthority::start_in(&service.app.clock, "Of another time", years).await;
        let status = json!({ "hosts": [authority.host()] });
        let story = WithCards::begin_with(json!({ "issuers": authority.pem, "status": status })).await;
        let mut browser = story.service.browser();
        let page = story.arrives(&mut browser, &authority.card(JAAK)).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (NOT_ACCEPTED, why));
    }
}

#[tokio::test]
async fn an_authority_that_was_certified_anew_is_valid_by_any_of_its_certificates() {
    let service = crate::support::Service::start().await;
    let authority = IdAuthority::start(&service.app.clock).await;
    let late = authority.pem_of((2010, 2020));
    for (issuers, title) in [(late.clone() + &authority.pem, UNMATCHED), (late, NOT_ACCEPTED)] {
        let status = json!({ "hosts": [authority.host()] });
        let story = WithCards::begin_with(json!({ "issuers": issuers, "status": status })).await;
        let mut browser = story.service.browser();
        assert_eq!(story.arrives(&mut browser, &authority.card(JAAK)).await.title(), title, "{}", story.reason().await);
    }
}

#[tokio::test]
async fn a_card_cannot_be_made_to_speak_for_another_algorithm() {
    let story = WithCards::linked().await;
    let number = format!("PNOEE-{JAAK}");
    let on_p256 = story.authority.issue(&number, &p256_key(), |_| {});
    let by_rsa = story.authority.issue(&number, &rsa_key(), |_| {});
    for algorithm in ["ES256", "ES512", "PS256", "PS384", "RS384", "none", "HS256", ""] {
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser).await;
        let mut token = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge());
        token["algorithm"] = json!(algorithm);
        assert_eq!(browser.shows(&page, &token).await.title(), WRONG, "{algorithm}");
    }
    for (algorithm, told) in [("RS256", "PS256"), ("PS512", "RS512"), ("RS256", "ES256")] {
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser).await;
        let mut token = by_rsa.answers_by_rsa(algorithm, PUBLIC_URL, &page.challenge());
        token["algorithm"] = json!(told);
        assert_eq!(browser.shows(&page, &token).await.title(), WRONG, "{algorithm} as {told}");
    }
    // A certificate of one card with the signature of another.
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    let mut token = story.authority.card(MARI).answers(PUBLIC_URL, &page.challenge());
    let other = on_p256.answers_by_p256(PUBLIC_URL, &page.challenge());
    token["unverifiedCertificate"] = story.authority.card(JAAK).answers("", "")["unverifiedCertificate"].clone();
    assert_eq!(browser.shows(&page, &token).await.title(), WRONG);
    let page = story.asked(&mut browser).await;
    assert_eq!(browser.shows(&page, &other).await.title(), WRONG, "nor for another challenge");
}

#[tokio::test]
async fn nothing_else_than_a_token_is_read() {
    let story = WithCards::linked().await;
    let card = story.authority.card(JAAK);
    let good = |challenge: &str| card.answers(PUBLIC_URL, challenge);
    let mut browser = story.service.browser();
    for change in [
        json!({ "format": "web-eid:2.0" }),
        json!({ "format": 1 }),
        json!({ "signature": "no base64" }),
        json!({ "signature": "" }),
        json!({ "signature": ["AAAA"] }),
        json!({ "unverifiedCertificate": "" }),
        json!({ "unverifiedCertificate": "MIIE" }),
        json!({ "unverifiedCertificate": null }),
    ] {
        let page = story.asked(&mut browser).await;
        let token = crate::provider::signing::changed(good(&page.challenge()), &change);
        assert_eq!(browser.shows(&page, &token).await.title(), WRONG, "{change}");
    }
    for text in ["", "{}", "null", "[]", "\u{0}", &"a".repeat(20_000), &"{".repeat(9_000)] {
        let page = story.asked(&mut browser).await;
        assert_eq!(browser.shows_text(&page, text).await.title(), WRONG, "{}", &text[..text.len().min(20)]);
        assert_eq!(story.reason().await, "cannot be read");
    }
}

#[tokio::test]
async fn a_certificate_names_one_person_by_an_estonian_personal_code() {
    let story = WithCards::linked().await;
    for number in [
        JAAK.to_owned(),
        format!("PNOLV-{JAAK}"),
        format!("IDCEE-{JAAK}"),
        format!("PNOEE-{JAAK}0"),
        "PNOEE-38001085719".to_owned(),
        "PNOEE-EE38001085718".to_owned(),
        "PNOEE-".to_owned(),
    ] {
        let mut browser = story.service.browser();
        let page = story.arrives(&mut browser, &story.authority.card_like(&number, |_| {})).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "no identifier"), "{number}");
    }
    let named = story.authority.card_like(&format!("PNOEE-{JAAK}"), |parameters| {
        parameters.distinguished_name.remove(DnType::CustomDnType(vec![2, 5, 4, 5]));
        let name = DnValue::Utf8String(format!("PNOEE-{JAAK}"));
        parameters.distinguished_name.push(DnType::CommonName, name);
    });
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, &named).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "no identifier"), "a name is no number");
}

#[tokio::test]
async fn a_card_of_somebody_else_does_not_answer_for_a_typed_email() {
    let story = WithCards::linked().await;
    story.service.person(MIKKO).await;
    for email in [MIKKO.email, "nobody@kallio.example"] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await;
        let page = story.asked_in(&mut browser, &sign_in).await;
        let page = browser.shows(&page, &story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge())).await;
        assert_eq!(page.title(), "This bank or eID belongs to another profile", "{email}");
    }
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    let page = story.asked_in(&mut browser, &sign_in).await;
    let page = browser.shows(&page, &story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge())).await;
    assert!(page.is_at_the_application());
}

#[tokio::test]
async fn a_card_that_nobody_has_linked_signs_in_as_nobody() {
    let story = WithCards::linked().await;
    let mut browser = story.service.browser();
    assert_eq!(story.arrives(&mut browser, &story.authority.card(MARI)).await.title(), UNMATCHED);
}

#[tokio::test]
async fn a_way_that_was_turned_off_takes_nobody_in_and_a_card_has_no_return() {
    let story = WithCards::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    let token = story.authority.card(JAAK).answers(PUBLIC_URL, &page.challenge());
    let back = browser.open(&format!("/identity-providers/{}/return?state={}", story.provider, page.challenge())).await;
    assert_eq!(back.title(), OVER);
    story.service.offers(story.provider, ProviderState::Off).await;
    let page = browser.shows(&page, &token).await;
    assert_eq!((page.status, page.path.clone()), (StatusCode::OK, page.sign_in()), "back to the first step");
}

#[tokio::test]
async fn the_address_in_a_certificate_leads_nowhere_that_the_operator_did_not_write_down() {
    let story = WithCards::begin().await;
    let elsewhere = IdAuthority::start(&story.service.app.clock).await;
    for address in
        [elsewhere.responder.clone(), "http://169.254.169.254/latest".to_owned(), "file:///etc/passwd".to_owned()]
    {
        let card = story
            .authority
            .card_like(&format!("PNOEE-{JAAK}"), |it| it.custom_extensions = vec![names_responder(&address)]);
        let mut browser = story.service.browser();
        let page = story.arrives(&mut browser, &card).await;
        assert_eq!(page.title(), "Your certificate could not be checked", "{address}");
        assert_eq!(story.reason().await, "certificate not checked");
    }
    assert_eq!((story.authority.asked(), elsewhere.asked()), (0, 0));
}
