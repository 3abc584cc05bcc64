//! Devices: a code that is typed in a browser elsewhere, a question, and tokens for the device.

use std::sync::Arc;

use http::StatusCode;
use http::header::{HeaderValue, ORIGIN};
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{ApplicationProfile, Dpop, GrantType, Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;

use super::client::{Answer, claims, get, verified};
use super::signing::{Key, proof};
use crate::support::{AINO, Browser, MIKKO, PUBLIC_URL, Page, Registered, START, Service};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A service with Aino, and a television that may ask for her.
async fn television() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let television = register(&service, "Television", ApplicationProfile::default()).await;
    (service, television)
}

async fn register(service: &Service, name: &str, profile: ApplicationProfile) -> Registered {
    let registration = Registration {
        authentication: WishedAuthentication::None,
        grant_types: vec![GrantType::DeviceCode, GrantType::RefreshToken],
        scopes: Scopes::parse("openid profile email offline_access films.watch").unwrap(),
        profile,
        ..Registration::new(name)
    };
    service.register(registration, SecondFactor::Required).await
}

/// The device asks for a code to show.
async fn asks(service: &Service, device: &Registered) -> Answer {
    device.post(service, "/oauth/device", &[("scope", "openid profile films.watch")]).await.fine()
}

async fn polls(service: &Service, device: &Registered, begun: &Answer) -> Answer {
    let code = begun.text("device_code");
    device.post(service, "/oauth/token", &[("grant_type", GRANT), ("device_code", &code)]).await
}

/// Aino types the code, and signs in where she is asked to: the question is put.
pub(super) async fn is_asked(service: &Service, browser: &mut Browser, begun: &Answer) -> Page {
    let page = browser.submit("/device", &[("user_code", &begun.text("user_code"))]).await;
    if page.path.starts_with("/sign-in/") { browser.sign_in_as(service, page, AINO).await } else { page }
}

fn session(page: &Page) -> String {
    let (_, rest) = page.body.split_once("name=\"session\" value=\"").expect("a question");
    rest.split('"').next().unwrap().to_owned()
}

pub(super) async fn answers(browser: &mut Browser, question: &Page, answer: &str) -> Page {
    browser.submit(&question.path, &[("session", &session(question)), ("answer", answer)]).await
}

#[tokio::test]
async fn a_person_lets_a_device_in_and_it_gets_its_tokens() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    assert_eq!((&begun.json["expires_in"], &begun.json["interval"]), (&600.into(), &5.into()));
    assert_eq!(begun.text("verification_uri"), format!("{PUBLIC_URL}/device"));
    let user_code = begun.text("user_code");
    assert_eq!(begun.text("verification_uri_complete"), format!("{PUBLIC_URL}/device?user_code={user_code}"));
    assert!(user_code.len() == 9 && user_code.as_bytes()[4] == b'-', "{user_code}");
    assert_eq!(begun.header("cache-control"), "no-store");
    polls(&service, &television, &begun).await.refused(400, "authorization_pending");

    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    assert_eq!(question.title(), "Let Television on a device act for you?");
    service.wait(5);
    polls(&service, &television, &begun).await.refused(400, "authorization_pending");
    let page = answers(&mut browser, &question, "allow").await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::OK, "The device is connected"));

    service.wait(5);
    let tokens = polls(&service, &television, &begun).await.fine();
    assert_eq!(tokens.text("scope"), "openid profile films.watch");
    let id_token = verified(&service, &tokens.text("id_token")).await.unwrap();
    assert_eq!(id_token["acr"], "aal2");
    assert_eq!(id_token["amr"], serde_json::json!(["mfa", "otp", "pwd"]));
    assert_eq!(id_token["auth_time"], START.seconds());
    assert!(id_token["sid"].is_string() && id_token.get("nonce").is_none());
    let person = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine().json;
    assert_eq!(person["name"], "Aino Virtanen");
    television.refresh(&service, &tokens.text("refresh_token")).await.fine();
    let events = service.events().await;
    for event in ["provider.device_asked", "provider.device_allowed", "provider.device_redeemed"] {
        assert_eq!(events.iter().filter(|told| *told == event).count(), 1, "{event}: {events:?}");
    }
}

#[tokio::test]
async fn the_question_says_who_asks_from_where_and_for_what() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    for words in [
        begun.text("user_code").as_str(),
        "203.0.113.5",
        "a network other than the one that you are in now",
        "Television",
        "Your name and language",
        "The permission “films.watch”",
        "Did someone send you the code or a link to this page?",
        AINO.email,
    ] {
        assert!(question.says(words), "{words}: {}", question.body);
    }
    assert!(!question.says("Your email"));

    service.wait(30);
    let mut at_home = service.browser();
    at_home.address = [203, 0, 113, 5].into();
    let question = is_asked(&service, &mut at_home, &asks(&service, &television).await).await;
    assert!(question.says("the network that you are in now") && !question.says("another network"));
}

#[tokio::test]
async fn a_link_with_the_code_still_asks_to_compare_it_and_grants_nothing() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let link = begun.text("verification_uri_complete");
    let page = browser.open(link.strip_prefix(PUBLIC_URL).unwrap()).await;
    assert!(page.says("Check that the device in front of you shows this same code"), "{}", page.body);
    assert!(page.body.contains(&format!("value=\"{}\"", begun.text("user_code"))));
    // Neither the link nor the typed code nor the sign-in is an answer.
    let question = is_asked(&service, &mut browser, &begun).await;
    polls(&service, &television, &begun).await.refused(400, "authorization_pending");
    let page = browser.get(&question.path).await;
    assert_eq!(page.title(), question.title());
    service.wait(5);
    polls(&service, &television, &begun).await.refused(400, "authorization_pending");
    let hostile = browser.get("/device?user_code=%22%3E%3Cb%3E").await;
    assert!(!hostile.body.contains("<b>"));
}

#[tokio::test]
async fn a_refused_device_hears_so_and_gets_nothing() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    let page = answers(&mut browser, &question, "refuse").await;
    assert_eq!(page.title(), "The device was refused");
    for _ in 0..2 {
        polls(&service, &television, &begun).await.refused(400, "access_denied");
    }
    // The answer stays what it is.
    let page = answers(&mut browser, &question, "allow").await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::GONE, "This device has already been answered"));
    polls(&service, &television, &begun).await.refused(400, "access_denied");
    assert_eq!(service.count("SELECT count(*) FROM grants").await, 0);
}

#[tokio::test]
async fn a_device_that_asks_too_early_waits_longer_on_whichever_node() {
    let (service, television) = television().await;
    let other_node = service.with(|_| {}).await;
    let begun = asks(&service, &television).await;
    polls(&service, &television, &begun).await.refused(400, "authorization_pending");
    polls(&other_node, &television, &begun).await.refused(400, "slow_down");
    service.wait(9);
    polls(&service, &television, &begun).await.refused(400, "slow_down");
    service.wait(14);
    polls(&other_node, &television, &begun).await.refused(400, "slow_down");
    service.wait(20);
    polls(&service, &television, &begun).await.refused(400, "authorization_pending");
    service.wait(20);
    polls(&other_node, &television, &begun).await.refused(400, "authorization_pending");
}

#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    service.wait(600);
    polls(&service, &television, &begun).await.refused(400, "expired_token");
    let page = browser.get(&question.path).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::GONE, "This code has expired"));
    let page = answers(&mut browser, &question, "allow").await;
    assert_eq!(page.status, StatusCode::GONE);
    let page = browser.submit("/device", &[("user_code", &begun.text("user_code"))]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    polls(&service, &television, &begun).await.refused(400, "expired_token");
    // Tokens have to be fetched in time, even if they were allowed in time.
    let begun = asks(&service, &television).await;
    let question = is_asked(&service, &mut browser, &begun).await;
    answers(&mut browser, &question, "allow").await;
    service.wait(600);
    polls(&service, &television, &begun).await.refused(400, "expired_token");
}

#[tokio::test]
async fn a_second_use_of_a_device_code_ends_what_the_first_gave() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    answers(&mut browser, &question, "allow").await;
    let tokens = polls(&service, &television, &begun).await.fine();
    polls(&service, &television, &begun).await.refused(400, "invalid_grant");
    television.refresh(&service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
    let userinfo = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await;
    assert_eq!(userinfo.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_with_one_device_code_one_wins() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    answers(&mut browser, &question, "allow").await;
    let shared = Arc::new((service, television, begun));
    let racing: Vec<_> = (0..16)
        .map(|_| {
            let shared = shared.clone();
            tokio::spawn(async move { polls(&shared.0, &shared.1, &shared.2).await })
        })
        .collect();
    let mut won = 0;
    for answer in racing {
        let answer = answer.await.unwrap();
        if answer.status == StatusCode::OK {
            won += 1;
        } else {
            answer.refused(400, "invalid_grant");
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_answers_at_once_one_counts() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    let racing: Vec<_> = (0..12)
        .map(|number| {
            let (mut browser, question) = (browser.clone(), question.clone());
            let answer = if number % 2 == 0 { "allow" } else { "refuse" };
            tokio::spawn(async move { answers(&mut browser, &question, answer).await })
        })
        .collect();
    let mut told = Vec::new();
    for page in racing {
        let page = page.await.unwrap();
        if page.status == StatusCode::OK {
            told.push(page.title());
        } else {
            assert_eq!(page.status, StatusCode::GONE, "{}", page.body);
        }
    }
    assert_eq!(told.len(), 1, "{told:?}");
    let answer = polls(&service, &television, &begun).await;
    if told[0] == "The device is connected" {
        answer.fine();
        assert_eq!(service.count("SELECT count(*) FROM grants WHERE revoked_at IS NULL").await, 1);
    } else {
        answer.refused(400, "access_denied");
        assert_eq!(service.count("SELECT count(*) FROM grants WHERE revoked_at IS NULL").await, 0);
    }
}

#[tokio::test]
async fn a_device_code_belongs_to_its_application() {
    let (service, television) = television().await;
    let radio = register(&service, "Radio", ApplicationProfile::default()).await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    answers(&mut browser, &question, "allow").await;
    polls(&service, &radio, &begun).await.refused(400, "invalid_grant");
    polls(&service, &television, &begun).await.fine();
}

#[tokio::test]
async fn a_faulty_request_of_a_device_is_refused_as_the_standards_name_it() {
    let (service, television) = television().await;
    let post = async |path: &str, fields: &[(&str, &str)]| television.post(&service, path, fields).await;
    post("/oauth/token", &[("grant_type", GRANT)]).await.refused(400, "invalid_request");
    post("/oauth/token", &[("grant_type", GRANT), ("device_code", "guessed")]).await.refused(400, "invalid_grant");
    post("/oauth/token", &[("grant_type", "device_code"), ("device_code", "x")])
        .await
        .refused(400, "unsupported_grant_type");
    post("/oauth/device", &[]).await.refused(400, "invalid_scope");
    post("/oauth/device", &[("scope", "admin")]).await.refused(400, "invalid_scope");
    post("/oauth/device", &[("scope", "op\"en")]).await.refused(400, "invalid_scope");
    post("/oauth/device", &[("scope", "openid"), ("scope", "email")]).await.refused(400, "invalid_request");
    post("/oauth/device", &[("scope", "openid"), ("resource", "https://api.example/")])
        .await
        .refused(400, "invalid_target");
    let website = service.application("Website", SecondFactor::Optional).await;
    website.post(&service, "/oauth/device", &[("scope", "openid")]).await.refused(400, "unauthorized_client");
    let stranger = super::client::post_with(&service, "/oauth/device", &[], &[("client_id", "nobody")]).await;
    stranger.refused(401, "invalid_client");
}

#[tokio::test]
async fn wrong_codes_make_a_network_wait_longer_and_longer() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    for _ in 0..5 {
        let page = browser.submit("/device", &[("user_code", "BCDF-GHJK")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.alert().unwrap().contains("No device is waiting with this code"), "{}", page.body);
    }
    // Even the right one has to wait now, from whatever browser of the network.
    let mut another = Browser::new(service.router.clone(), browser.address);
    for browser in [&mut browser, &mut another] {
        let page = browser.submit("/device", &[("user_code", &begun.text("user_code"))]).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(page.headers["retry-after"], "30");
        assert!(page.says("Try again in 0:30"), "{}", page.body);
    }
    // Others are not held back.
    let mut elsewhere = service.browser();
    assert!(is_asked(&service, &mut elsewhere, &begun).await.title().starts_with("Let Television"));
    service.wait(30);
    let page = browser.submit("/device", &[("user_code", "BCDF-GHJL")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    service.wait(59);
    let page = browser.submit("/device", &[("user_code", "BCDF-GHJL")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    service.wait(1);
    assert!(is_asked(&service, &mut browser, &begun).await.path.starts_with("/device/"));
}

#[tokio::test]
async fn a_text_that_cannot_be_a_code_costs_no_try() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    for typed in ["", "hello", "BCDF-GHJ", "AEIO-UAEI", "\0", "BCDF-GHJKLMNPQRSTVWXZBCDF"] {
        let page = browser.submit("/device", &[("user_code", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
    }
    let typed = begun.text("user_code").to_lowercase().replace('-', " ");
    let page = browser.submit("/device", &[("user_code", &typed)]).await;
    assert!(page.path.starts_with("/sign-in/"), "{}", page.path);
}

#[tokio::test]
async fn only_the_browser_that_typed_the_code_can_answer_from_our_own_page_for_its_own_session() {
    let (service, television) = television().await;
    service.person(MIKKO).await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    let fields = [("session", session(&question)), ("answer", "allow".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();

    let mut other = service.browser();
    other.open("/account").await;
    let page = other.post(&question.path, &fields).await;
    assert_eq!(
        (page.status, page.title().as_str()),
        (StatusCode::FORBIDDEN, "This sign-in belongs to another browser")
    );
    let mut elsewhere = browser.clone();
    elsewhere.headers.insert(ORIGIN, HeaderValue::from_static("https://evil.example"));
    elsewhere.headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    assert_eq!(elsewhere.post(&question.path, &fields).await.status, StatusCode::FORBIDDEN);
    // Answers that say nothing, or that were made for another session, put the question again.
    for fields in [&[("answer", "allow")][..], &[("session", &session(&question)), ("answer", "maybe")], &[]] {
        let page = browser.submit(&question.path, fields).await;
        assert_eq!(page.title(), question.title());
    }
    polls(&service, &television, &begun).await.refused(400, "authorization_pending");
    let page = browser.get("/device/not-an-id").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);

    // The latest browser to type the code has the question.
    service.wait(30);
    let mut newer = service.browser();
    let newer_question = is_asked(&service, &mut newer, &begun).await;
    assert_eq!(browser.post(&question.path, &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(answers(&mut newer, &newer_question, "allow").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_person_who_signs_out_before_the_device_comes_has_given_it_nothing() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    answers(&mut browser, &question, "allow").await;
    browser.submit("/account/sign-out", &[]).await;
    polls(&service, &television, &begun).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_device_of_others_is_listed_and_its_access_can_be_removed() {
    let (service, _) = television().await;
    let profile = ApplicationProfile { third_party: true, ..ApplicationProfile::default() };
    let camera = register(&service, "Camera", profile).await;
    let begun = camera.post(&service, "/oauth/device", &[("scope", "openid offline_access")]).await.fine();
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    answers(&mut browser, &question, "allow").await;
    let tokens = polls(&service, &camera, &begun).await.fine();
    let page = browser.open("/account/applications").await;
    assert!(page.says("Camera"), "{}", page.body);
    let page = browser.submit(&format!("/account/applications/{}/remove", camera.application.id), &[]).await;
    assert!(page.says("The access has been removed."), "{}", page.body);
    camera.refresh(&service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn the_database_does_not_show_the_codes() {
    let (service, television) = television().await;
    let begun = asks(&service, &television).await;
    let everything = service.database.everything().await;
    assert!(everything.contains("films.watch"));
    for code in [begun.text("device_code"), begun.text("user_code"), begun.text("user_code").replace('-', "")] {
        assert!(!everything.contains(&code), "{code}");
    }
}

#[tokio::test]
async fn the_tokens_of_a_device_may_be_bound_to_its_key() {
    let service = Service::start().await;
    service.person(AINO).await;
    let profile = ApplicationProfile { dpop: Dpop::Required, ..ApplicationProfile::default() };
    let television = register(&service, "Television", profile).await;
    let begun = asks(&service, &television).await;
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    answers(&mut browser, &question, "allow").await;

    let key = Key::ec();
    let code = begun.text("device_code");
    let fields = [("grant_type", GRANT), ("device_code", code.as_str())];
    polls(&service, &television, &begun).await.refused(400, "invalid_dpop_proof");
    let shown = proof(&service, &key, "/oauth/token", &serde_json::json!({}));
    let tokens = television.prove(&service, "/oauth/token", &shown, &fields).await.fine();
    assert_eq!(tokens.text("token_type"), "DPoP");
    assert_eq!(claims(&tokens.text("access_token"))["cnf"]["jkt"], key.thumbprint());
    // The refresh token of a public application is bound, too.
    let token = tokens.text("refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let other = proof(&service, &Key::ec(), "/oauth/token", &serde_json::json!({}));
    television.prove(&service, "/oauth/token", &other, &fields).await.refused(400, "invalid_grant");
    let own = proof(&service, &key, "/oauth/token", &serde_json::json!({}));
    television.prove(&service, "/oauth/token", &own, &fields).await.fine();
}

#[tokio::test]
async fn the_policy_of_the_application_decides_what_the_person_proves() {
    let (service, television) = television().await;
    let simple = service.application("Simple", SecondFactor::Optional).await;
    service.person(MIKKO).await;
    let mut browser = service.browser();
    let first = browser.open(&simple.authorize(&[])).await;
    assert!(browser.sign_in_as(&service, first, MIKKO).await.answered("code").is_some());
    // A password was enough there. The television wants more before it puts its question.
    let begun = asks(&service, &television).await;
    let page = browser.submit("/device", &[("user_code", &begun.text("user_code"))]).await;
    assert!(page.path.starts_with("/sign-in/"), "{} {}", page.path, page.title());
    polls(&service, &television, &begun).await.refused(400, "authorization_pending");
}

#[tokio::test]
async fn a_device_may_name_the_api_that_its_tokens_are_for() {
    let (service, _) = television().await;
    let api = "https://films.example/";
    let profile = ApplicationProfile { resources: vec![api.to_owned()], ..ApplicationProfile::default() };
    let projector = register(&service, "Projector", profile).await;
    let asked = [("scope", "films.watch"), ("resource", api)];
    let begun = projector.post(&service, "/oauth/device", &asked).await.fine();
    let mut browser = service.browser();
    let question = is_asked(&service, &mut browser, &begun).await;
    assert!(question.says("To act for you at https://films.example/"), "{}", question.body);
    answers(&mut browser, &question, "allow").await;
    let tokens = polls(&service, &projector, &begun).await.fine();
    assert_eq!(super::client::claims(&tokens.text("access_token"))["aud"], api);
    assert_eq!(tokens.json.get("id_token"), None, "openid was not asked for");
}
