//! Attacks on a sign-in by Smart-ID: a link or a page that is passed on, a session that is not ours, a signature over something
//! else.

use http::StatusCode;
use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};
use salpa::platform::db::Reads as _;
use serde_json::json;

use super::{AtSmartId, ELSEWHERE, TITLE};
use crate::sign_in::identities::{OVER, UNMATCHED, WRONG};
use crate::support::estonia::{IdAuthority, JAAK, MARI, ResponderMood, has_policies};
use crate::support::smart_id::SmartIdMood;
use crate::support::{AINO, MIKKO, all_at_once};

const NOT_ACCEPTED: &str = "Your ID certificate is not accepted";

#[tokio::test]
async fn a_link_that_is_passed_on_signs_in_neither_browser() {
    let story = AtSmartId::linked().await;
    // Mallory begins, and sends the link to Aino, who opens her app with it and confirms.
    let (mut mallory, page) = story.on_phone().await;
    assert!(story.smart_id.opens(&page.device_link()));
    let back = story.smart_id.confirms(&story.jaak).unwrap();
    story.service.wait(2);
    for _ in 0..3 {
        let waiting = mallory.fetch_session(&page).await;
        assert_eq!(waiting.title(), ELSEWHERE, "the sender does not go on: {}", waiting.body);
        story.service.wait(2);
    }
    // Her app opens the address of return in her own browser.
    let mut aino = story.service.browser();
    aino.begin(&story.ruori).await;
    let page = aino.open(&back).await;
    assert_eq!(page.title(), "This sign-in belongs to another browser");
}

#[tokio::test]
async fn a_browser_comes_back_with_the_values_of_the_app_and_once() {
    let story = AtSmartId::linked().await;
    let (mut browser, page) = story.on_phone().await;
    assert!(story.smart_id.opens(&page.device_link()));
    let app = story.smart_id.answer(&story.jaak, |_| {});
    let back = app.returns.unwrap();
    let (before, digest) = back.split_once("&sessionSecretDigest=").unwrap();
    let (digest, verifier) = digest.split_once("&userChallengeVerifier=").unwrap();
    let with = |digest: &str, verifier: &str| {
        format!("{before}&sessionSecretDigest={digest}&userChallengeVerifier={verifier}")
    };
    for wrong in [
        before.to_owned(),
        format!("{before}&sessionSecretDigest={digest}"),
        with(&digest.replace(&digest[..2], "__"), verifier),
        with("", verifier),
        with(digest, ""),
        with(digest, &"a".repeat(201)),
        format!("{}&sessionSecretDigest={digest}", with(digest, verifier)),
        with(digest, verifier).replace("state=", "state=x"),
    ] {
        assert_eq!(browser.open(&wrong).await.title(), OVER, "{wrong}");
    }
    assert_eq!(browser.open(&back).await.title(), TITLE);
    assert_eq!(browser.open(&back).await.title(), OVER, "used before");
    // Another value than that of the app, brought first, makes its answer worthless.
    let (mut browser, page) = story.on_phone().await;
    assert!(story.smart_id.opens(&page.device_link()));
    let app = story.smart_id.answer(&story.jaak, |_| {});
    let back = app.returns.unwrap();
    let forged = format!("{}x", &back[..back.len() - 1]);
    assert_eq!(browser.open(&forged).await.title(), TITLE);
    story.smart_id.stands(&app.answer);
    story.service.wait(2);
    let page = browser.fetch_session(&page).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "another order"));
}

#[tokio::test]
async fn a_session_belongs_to_the_browser_that_began_it() {
    let story = AtSmartId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    assert!(story.smart_id.scans(&story.smart_id.code()));
    story.smart_id.confirms(&story.jaak);
    story.service.wait(2);
    let mut other = story.service.browser();
    other.begin(&story.ruori).await;
    let sign_in = page.sign_in();
    for path in ["smart-id", "smart-id/wait?at=code"] {
        assert_eq!(other.get(&format!("{sign_in}/{path}")).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["smart-id", "smart-id/begin", "smart-id/cancel"] {
        assert_eq!(other.post(&format!("{sign_in}/{path}"), &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(browser.fetch_session(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_session_of_a_scanned_code_has_no_address_of_return() {
    let story = AtSmartId::linked().await;
    let (mut browser, page) = story.on_phone().await;
    assert!(story.smart_id.opens(&page.device_link()));
    let back = story.smart_id.confirms(&story.jaak).unwrap();
    // The code takes the place of the link, whose address no longer leads anywhere.
    let page = browser.submit(&format!("{}/smart-id/begin", page.sign_in()), &[("way", "another_device")]).await;
    assert_eq!(browser.open(&back).await.title(), OVER);
    assert_eq!(browser.smart_id(&page).await.title(), TITLE);
}

#[tokio::test]
async fn a_code_of_an_older_second_is_not_shown_and_starts_nothing() {
    let story = AtSmartId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let photographed = story.smart_id.code();
    story.service.wait(5);
    assert!(!browser.smart_id(&page).await.shows_link_as_code(&photographed));
    assert!(!story.smart_id.scans(&photographed), "the app takes none that is so old");
    let forged = photographed.replacen("elapsedSeconds=0", "elapsedSeconds=5", 1);
    assert!(!story.smart_id.scans(&forged), "nor one with another second");
}

#[tokio::test]
async fn a_way_that_was_changed_underway_proves_nobody() {
    let story = AtSmartId::linked().await;
    for flow in ["Web2App", "App2App", "Notification", "", "qr"] {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        let app = story.smart_id.answer(&story.jaak, |parts| parts["flow"] = json!(flow));
        story.smart_id.stands(&app.answer);
        story.service.wait(2);
        let page = browser.fetch_session(&page).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "cannot be read"), "{flow}");
    }
    // On this device, the answer of a code that somebody has scanned elsewhere is none.
    let (mut browser, page) = story.on_phone().await;
    let app = story.smart_id.answer(&story.jaak, |parts| parts["flow"] = json!("QR"));
    browser.open(&app.returns.unwrap()).await;
    story.smart_id.stands(&app.answer);
    story.service.wait(2);
    assert_eq!(browser.fetch_session(&page).await.title(), WRONG);
}

#[tokio::test]
async fn a_signature_over_anything_else_proves_nobody() {
    let story = AtSmartId::linked().await;
    for (part, other) in [
        ("scheme", "smart-id-demo"),
        ("challenge", "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="),
        ("name", "T1RIRVI="),
        ("interactions", "T1RIRVI="),
        ("returns", "https://id.kallio.example/"),
    ] {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        let app = story.smart_id.answer(&story.jaak, |parts| parts[part] = json!(other));
        story.smart_id.stands(&app.answer);
        story.service.wait(2);
        let page = browser.fetch_session(&page).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "signature"), "{part}");
    }
    // Values that are not those that were signed.
    for (member, other) in [
        ("serverRandom", "AAAAAAAAAAAAAAAAAAAAAAAA"),
        ("userChallenge", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("value", "AAAA"),
    ] {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.smart_id.confirms_like(&story.jaak, |answer| answer["signature"][member] = json!(other));
        story.service.wait(2);
        let page = browser.fetch_session(&page).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "signature"), "{member}");
    }
    // A signature of another account, and an answer to an older session.
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let mari = json!({ "value": story.smart_id.answer(&story.authority.account(MARI), |_| {}).answer["cert"]["value"], "certificateLevel": "QUALIFIED" });
    let older = story.smart_id.answer(&story.jaak, |_| {}).answer;
    story.smart_id.confirms_like(&story.jaak, |answer| answer["cert"] = mari);
    story.service.wait(2);
    assert_eq!(
        (browser.fetch_session(&page).await.title().as_str(), story.reason().await.as_str()),
        (WRONG, "signature")
    );
    let page = story.drawn_in(&mut browser, &page.sign_in()).await;
    story.smart_id.stands(&older);
    story.service.wait(2);
    assert_eq!(
        (browser.fetch_session(&page).await.title().as_str(), story.reason().await.as_str()),
        (WRONG, "signature")
    );
}

#[tokio::test]
async fn another_form_of_signature_than_was_asked_for_is_refused() {
    let story = AtSmartId::linked().await;
    for (pointer, other) in [
        ("/signatureProtocol", json!("RAW_DIGEST_SIGNATURE")),
        ("/signature/signatureAlgorithm", json!("sha512WithRSAEncryption")),
        ("/signature/signatureAlgorithmParameters/hashAlgorithm", json!("SHA-256")),
        ("/signature/signatureAlgorithmParameters/maskGenAlgorithm/algorithm", json!("id-mgf2")),
        ("/signature/signatureAlgorithmParameters/maskGenAlgorithm/parameters/hashAlgorithm", json!("SHA-256")),
        ("/signature/signatureAlgorithmParameters/saltLength", json!(0)),
        ("/signature/signatureAlgorithmParameters/trailerField", json!("0xcc")),
        ("/signature/serverRandom", json!("AAAA")),
        ("/signature/serverRandom", json!("not base64, but long enough")),
        ("/signature/userChallenge", json!("AAAA")),
        ("/interactionTypeUsed", json!("verificationCodeChoice")),
    ] {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.smart_id.confirms_like(&story.jaak, |answer| *answer.pointer_mut(pointer).unwrap() = other);
        story.service.wait(2);
        let page = browser.fetch_session(&page).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "cannot be read"), "{pointer}");
    }
}

#[tokio::test]
async fn a_certificate_that_does_not_count_is_refused_before_its_authority_is_asked() {
    let story = AtSmartId::linked().await;
    let stranger = IdAuthority::start(&story.service.app.clock).await;
    let like = |change: fn(&mut rcgen::CertificateParams)| story.authority.account_like(JAAK, change);
    let asked = story.authority.asked();
    for (account, why) in [
        (stranger.account(JAAK), "certificate of another authority"),
        (like(|it| it.not_after = date_time_ymd(2026, 6, 1)), "certificate expired"),
        (like(|it| it.not_before = date_time_ymd(2026, 7, 1)), "certificate not valid yet"),
        (like(|it| it.extended_key_usages = vec![]), "certificate for another purpose"),
        (
            like(|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection]),
            "certificate for another purpose",
        ),
        (like(|it| it.key_usages = vec![]), "certificate for another purpose"),
        (like(|it| it.custom_extensions = vec![has_policies(&["0.4.0.2042.1.2"])]), "certificate of another policy"),
        (
            like(|it| it.custom_extensions = vec![has_policies(&["1.3.6.1.4.1.10015.17.1", "0.4.0.2042.1.1"])]),
            "certificate of another policy",
        ),
    ] {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.smart_id.confirms(&account);
        story.service.wait(2);
        let page = browser.fetch_session(&page).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (NOT_ACCEPTED, why));
    }
    assert_eq!((story.authority.asked(), stranger.asked()), (asked, 0));
    // An account of a lower level, whatever its certificate says.
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.smart_id.confirms_like(&story.jaak, |answer| answer["cert"]["certificateLevel"] = json!("ADVANCED"));
    story.service.wait(2);
    let page = browser.fetch_session(&page).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "lowered acr"));
}

#[tokio::test]
async fn an_account_that_was_revoked_or_cannot_be_checked_is_refused() {
    let story = AtSmartId::linked().await;
    for (mood, title) in [
        (ResponderMood::Revokes, "Your ID certificate is no longer valid"),
        (ResponderMood::Stranger, "Your certificate could not be checked"),
        (ResponderMood::Maintained, "Your certificate could not be checked"),
    ] {
        story.authority.is(mood);
        let mut browser = story.service.browser();
        assert_eq!(story.confirmed(&mut browser).await.title(), title);
    }
}

#[tokio::test]
async fn an_identifier_that_was_given_out_before_is_refused() {
    let story = AtSmartId::begin().await;
    let mut first = story.service.browser();
    story.drawn(&mut first).await;
    story.smart_id.is(SmartIdMood::Repeats);
    let mut other = story.service.browser();
    let page = story.drawn(&mut other).await;
    assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "another order"));
}

#[tokio::test]
async fn of_many_tabs_one_asks_and_one_goes_on() {
    let story = AtSmartId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    assert!(story.smart_id.scans(&story.smart_id.code()));
    story.smart_id.confirms(&story.jaak);
    story.service.wait(2);
    let before = story.smart_id.asked_after();
    let path = format!("{}/smart-id", page.sign_in());
    let looks = (0..8).map(|_| {
        let (mut tab, path) = (browser.clone(), path.clone());
        async move { tab.get(&path).await.status }
    });
    all_at_once(looks).await;
    assert_eq!(story.smart_id.asked_after(), before + 1);
    assert_eq!(browser.sessions_of_tabs_at_once(8, &path).await, 1);
    assert_eq!(story.smart_id.asked_after(), before + 1, "a confirmed session is not asked after again");
}

#[tokio::test]
async fn a_session_that_somebody_else_confirms_does_not_answer_for_a_typed_email() {
    let story = AtSmartId::linked().await;
    story.service.person(MIKKO).await;
    for (email, arrives) in [(MIKKO.email, false), ("nobody@kallio.example", false), (AINO.email, true)] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await;
        let page = story.drawn_in(&mut browser, &sign_in).await;
        story.smart_id.confirms(&story.jaak);
        story.service.wait(2);
        let page = browser.fetch_session(&page).await;
        assert_eq!(page.is_at_the_application(), arrives, "{email}");
        assert!(arrives || page.title() == "This bank or eID belongs to another profile", "{email}");
    }
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.smart_id.confirms(&story.authority.account(MARI));
    story.service.wait(2);
    assert_eq!(browser.fetch_session(&page).await.title(), UNMATCHED);
}

#[tokio::test]
async fn a_person_of_another_country_is_nobody_here() {
    let story = AtSmartId::linked().await;
    let number = |number: &str| {
        story.authority.account_like(JAAK, |parameters| {
            let text = rcgen::DnValue::PrintableString(number.try_into().unwrap());
            parameters.distinguished_name.push(rcgen::DnType::CustomDnType(vec![2, 5, 4, 5]), text);
        })
    };
    for other in ["PNOLV-38001085718", "PNOEE-38001085719", "38001085718"] {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.smart_id.confirms(&number(other));
        story.service.wait(2);
        let page = browser.fetch_session(&page).await;
        assert_eq!((page.title().as_str(), story.reason().await.as_str()), (WRONG, "no identifier"), "{other}");
    }
}

#[tokio::test]
async fn a_sign_in_begins_fifteen_sessions_at_most() {
    let story = AtSmartId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    for _ in 1..15 {
        assert_eq!(story.drawn_in(&mut browser, &page.sign_in()).await.title(), TITLE);
    }
    let refused = story.drawn_in(&mut browser, &page.sign_in()).await;
    assert_eq!((refused.status, story.smart_id.sessions()), (StatusCode::TOO_MANY_REQUESTS, 15));
    let mut other = story.service.browser();
    assert_eq!(story.drawn(&mut other).await.title(), TITLE, "others are not held up");
}

#[tokio::test]
async fn the_database_holds_no_secret_and_no_number_that_can_be_read() {
    let story = AtSmartId::linked().await;
    let (mut browser, page) = story.on_phone().await;
    assert!(story.smart_id.opens(&page.device_link()));
    let back = story.smart_id.confirms(&story.jaak).unwrap();
    let (_, verifier) = back.split_once("userChallengeVerifier=").unwrap();
    story.service.wait(2);
    browser.fetch_session(&page).await;
    browser.open(&back).await;
    let rows: Vec<[Vec<u8>; 3]> = story
        .service
        .app
        .db
        .all("SELECT secrets, answer, verifier FROM smart_id_sessions WHERE verifier IS NOT NULL", &[], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?])
        })
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    for hidden in [JAAK.as_bytes(), verifier.as_bytes(), b"rpChallenge", b"signature"] {
        let holds = |part: &Vec<u8>| part.windows(hidden.len()).any(|window| window == hidden);
        assert!(!rows[0].iter().any(holds));
    }
    assert_eq!(browser.fetch_session(&page).await.title(), "This sign-in is finished");
}
