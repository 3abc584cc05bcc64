//! Applications that ask a person's phone by themselves (OpenID Connect CIBA, poll and ping): a call centre, a caller, and
//! those who would ask other people's phones.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use salpa::directory::companies::CompanyId;
use salpa::directory::people::{PersonId, PersonState};
use salpa::directory::users::Role;
use salpa::platform::jose::Algorithm;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{
    self, ApplicationProfile, GrantType, OpenTo, Registration, RegistrationError, WishedAuthentication,
};
use salpa::provider::backchannel::deliver_due;
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{Answer, claims, get};
use super::signing::{Key, Signing, proof};
use crate::support::{AINO, AppOnPhone, MIKKO, PIN, PUBLIC_URL, Registered, Service, Somebody};

/// Has a password and an authenticator app of his own.
const EERO: Somebody = Somebody {
    email: "eero.koski@koski.example",
    given_name: "Eero",
    family_name: "Koski",
    password: "nine swans over the frozen bay",
    seed: Some("MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"),
};
const GRANT: &str = "urn:openid:params:grant-type:ciba";
const ENDPOINT: &str = "/oauth/bc-authorize";

/// Aino has a phone with the app; a call centre may ask it.
struct Story {
    service: Service,
    centre: Registered,
    phone: AppOnPhone,
    kallio: CompanyId,
    aino: PersonId,
}

fn call_centre() -> Registration {
    Registration {
        grant_types: vec![GrantType::Backchannel, GrantType::RefreshToken],
        scopes: Scopes::parse("openid profile email offline_access").unwrap(),
        ..Registration::new("Call centre")
    }
}

impl Story {
    async fn begin() -> Self {
        Self::of(call_centre()).await
    }

    async fn of(registration: Registration) -> Self {
        let (service, kallio, aino) = service().await;
        let registration = Registration { company: Some(kallio), ..registration };
        let centre = service.register(registration, SecondFactor::Required).await;
        let phone = AppOnPhone::of(&service, AINO, PIN).await;
        Self { service, centre, phone, kallio, aino }
    }

    async fn ask_with(&self, fields: &[(&str, &str)]) -> Answer {
        self.centre.post(&self.service, ENDPOINT, fields).await
    }

    /// Asks the phone of somebody.
    async fn ask(&self, somebody: Somebody) -> Answer {
        let fields = [("scope", "openid profile"), ("login_hint", somebody.email), ("binding_message", "Call 4711")];
        self.ask_with(&fields).await.fine()
    }

    async fn poll(&self, begun: &Answer) -> Answer {
        self.service.wait(5);
        let fields = [("grant_type", GRANT), ("auth_req_id", &begun.text("auth_req_id"))];
        self.centre.post(&self.service, "/oauth/token", &fields).await
    }
}

async fn service() -> (Service, CompanyId, PersonId) {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let kallio = service.business("Kallio Oy").await;
    service.user(kallio, aino, &[Role::UserAdministrator]).await;
    (service, kallio, aino)
}

#[tokio::test]
async fn a_caller_approves_on_the_phone_and_the_application_gets_tokens() {
    let mut story = Story::begin().await;
    let begun = story.ask(AINO).await;
    assert_eq!((&begun.json["expires_in"], &begun.json["interval"]), (&120.into(), &5.into()));
    assert_eq!(begun.header("cache-control"), "no-store");
    assert!(begun.text("auth_req_id").len() >= 22, "at least 128 bits");
    story.poll(&begun).await.refused(400, "authorization_pending");

    let asked = story.phone.question().await;
    assert_eq!((asked.field("asks"), asked.field("message")), ("application", "Call 4711"));
    let shown = story.phone.browser.get(asked.page()).await;
    assert_eq!(shown.title(), "Is this you with Call centre?");
    assert!(shown.says("Call 4711") && shown.says("Kallio Oy"), "{}", shown.body);
    let answer = story.phone.approve(&asked, "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(story.phone.browser.get(asked.page()).await.says("Approved. Go on with Call centre."));
    assert_eq!(story.phone.waiting().await, None);

    let tokens = story.poll(&begun).await.fine();
    let told = claims(&tokens.text("id_token"));
    assert_eq!((&told["acr"], told.get("nonce")), (&json!("aal2"), None));
    assert!(told["amr"].as_array().unwrap().contains(&json!("pin")), "{told}");
    let person = get(&story.service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine().json;
    assert_eq!(person["name"], "Aino Virtanen");
    let refreshed = story.centre.refresh(&story.service, &tokens.text("refresh_token")).await.fine();
    // The session is nobody's browser, and survives the lock of the phone.
    story.phone.browser.post("/app/lock", &[]).await;
    story.centre.refresh(&story.service, &refreshed.text("refresh_token")).await.fine();
    let events = story.service.events().await;
    for event in ["provider.backchannel_asked", "provider.backchannel_allowed", "provider.backchannel_redeemed"] {
        assert_eq!(events.iter().filter(|told| *told == event).count(), 1, "{event}: {events:?}");
    }
}

#[tokio::test]
async fn a_name_is_redeemed_once_and_a_second_use_ends_what_it_gave() {
    let mut story = Story::begin().await;
    let begun = story.ask(AINO).await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, "").await;
    let other = story.service.register(call_centre(), SecondFactor::Required).await;
    let fields = [("grant_type", GRANT), ("auth_req_id", &begun.text("auth_req_id"))];
    other.post(&story.service, "/oauth/token", &fields).await.refused(400, "invalid_grant");
    let tokens = story.poll(&begun).await.fine();
    story.poll(&begun).await.refused(400, "invalid_grant");
    story.centre.refresh(&story.service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn the_application_never_learns_whether_anybody_has_the_email_or_a_phone() {
    let mut story = Story::begin().await;
    story.service.person(MIKKO).await;
    let nobody = Somebody { email: "nobody@kallio.example", ..MIKKO };
    for somebody in [nobody, MIKKO, AINO] {
        let begun = story.ask(somebody).await;
        assert_eq!((&begun.json["expires_in"], &begun.json["interval"]), (&120.into(), &5.into()));
        story.poll(&begun).await.refused(400, "authorization_pending");
        assert_eq!(story.phone.waiting().await.is_some(), somebody.email == AINO.email);
        story.service.wait(116);
        story.poll(&begun).await.refused(400, "expired_token");
    }
}

#[tokio::test]
async fn an_application_that_asks_too_often_waits_longer_and_gets_nothing_before_an_answer() {
    let story = Story::begin().await;
    let begun = story.ask(AINO).await;
    let fields = [("grant_type", GRANT), ("auth_req_id", &begun.text("auth_req_id"))];
    story.centre.post(&story.service, "/oauth/token", &fields).await.refused(400, "authorization_pending");
    story.centre.post(&story.service, "/oauth/token", &fields).await.refused(400, "slow_down");
    story.poll(&begun).await.refused(400, "slow_down");
    story.service.wait(10);
    story.poll(&begun).await.refused(400, "authorization_pending");
}

#[tokio::test]
async fn this_was_not_me_is_told_and_three_that_bring_nothing_hold_the_application_back() {
    let mut story = Story::begin().await;
    for _ in 0..3 {
        let begun = story.ask(AINO).await;
        let asked = story.phone.question().await;
        let page = story.phone.refuse(&asked).await;
        assert!(page.says("Call centre has been told. It gets nothing."), "{}", page.body);
        story.poll(&begun).await.refused(400, "access_denied");
    }
    let begun = story.ask(AINO).await;
    assert_eq!(story.phone.waiting().await, None, "the fourth reaches no phone");
    story.poll(&begun).await.refused(400, "authorization_pending");
    // Another application is not held back by it, and neither is her own sign-in.
    let other = story.service.register(call_centre(), SecondFactor::Required).await;
    let fields = [("scope", "openid"), ("login_hint", AINO.email)];
    other.post(&story.service, ENDPOINT, &fields).await.fine();
    assert!(story.phone.waiting().await.is_some());
    story.service.wait(3600);
    story.phone.unlock_again().await;
    story.ask(AINO).await;
    assert!(story.phone.waiting().await.is_some(), "an hour later it may ask again");
}

#[tokio::test]
async fn one_request_waits_at_a_time_and_a_stranger_cannot_answer_it() {
    let mut story = Story::begin().await;
    let first = story.ask(AINO).await;
    let asked = story.phone.question().await;
    let second = story.ask(AINO).await;
    assert_eq!(story.phone.question().await.subject, asked.subject, "the second one waits for nobody");

    let eero = story.service.person(EERO).await;
    story.service.wait(31);
    story.phone.unlock_again().await;
    story.service.user(story.kallio, eero, &[Role::Employee]).await;
    let mut strangers = AppOnPhone::of(&story.service, EERO, PIN).await;
    assert_eq!(strangers.browser.get(asked.page()).await.status, StatusCode::NOT_FOUND);
    let answer = strangers.approve(&asked, "").await;
    assert_eq!(answer.json()["next"], asked.page());
    story.poll(&first).await.refused(400, "authorization_pending");

    assert_eq!(story.phone.approve(&asked, "").await.status, StatusCode::OK);
    story.poll(&first).await.fine();
    story.poll(&second).await.refused(400, "authorization_pending");
}

#[tokio::test]
async fn an_answer_comes_too_late_or_not_at_all_from_a_locked_profile_or_a_removed_phone() {
    let mut story = Story::begin().await;
    let begun = story.ask(AINO).await;
    let asked = story.phone.question().await;
    story.service.wait(120);
    let answer = story.phone.approve(&asked, "").await;
    assert_eq!(answer.json()["next"], asked.page());
    story.poll(&begun).await.refused(400, "expired_token");

    // The same gate stands at the end: a person who is locked after the approval gives nothing.
    let begun = story.ask(AINO).await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, "").await;
    story.service.set_state(story.aino, PersonState::Disabled).await;
    story.poll(&begun).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_policy_that_asks_for_more_than_the_phone_asks_in_a_browser_and_not_here() {
    let mut registration = call_centre();
    registration.profile.open_to = OpenTo::Users;
    let (service, kallio, aino) = service().await;
    let centre = service.register_exactly(registration, SecondFactor::Required).await;
    let phone = AppOnPhone::of(&service, AINO, PIN).await;
    let mut story = Story { service, centre, phone, kallio, aino };
    let begun = story.ask(AINO).await;
    let asked = story.phone.question().await;
    let answer = story.phone.approve(&asked, "").await;
    let next = answer.json()["next"].as_str().unwrap().to_owned();
    assert!(story.phone.browser.get(&next).await.says("Sign in in a browser first"), "{next}");
    story.poll(&begun).await.refused(400, "access_denied");
    assert_eq!(story.service.count("SELECT count(*) FROM grants").await, 0);
}

#[tokio::test]
async fn faulty_requests_are_named() {
    let story = Story::begin().await;
    let usual = [("scope", "openid"), ("login_hint", AINO.email)];
    for (fields, error) in [
        (vec![("scope", "profile"), ("login_hint", AINO.email)], "invalid_scope"),
        (vec![("scope", "openid")], "invalid_request"),
        (vec![("scope", "openid"), ("login_hint_token", "x")], "invalid_request"),
        ([&usual[..], &[("id_token_hint", "x")]].concat(), "invalid_request"),
        (vec![("scope", "openid"), ("id_token_hint", "x")], "invalid_request"),
        ([&usual[..], &[("requested_expiry", "soon")]].concat(), "invalid_request"),
        ([&usual[..], &[("binding_message", "two\nlines")]].concat(), "invalid_binding_message"),
        ([&usual[..], &[("request", "x.y.z")]].concat(), "invalid_request"),
    ] {
        story.ask_with(&fields).await.refused(400, error);
    }
    let plain = story.service.application("Plain", SecondFactor::Required).await;
    plain.post(&story.service, ENDPOINT, &usual).await.refused(400, "unauthorized_client");
    let begun = story.ask_with(&[&usual[..], &[("requested_expiry", "86400")]].concat()).await.fine();
    assert_eq!(begun.json["expires_in"], 600, "no longer than ten minutes");
}

#[tokio::test]
async fn an_id_token_names_its_person_to_the_application_that_it_was_issued_to() {
    let mut story = Story::begin().await;
    let begun = story.ask(AINO).await;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, "").await;
    let id_token = story.poll(&begun).await.fine().text("id_token");
    let fields = [("scope", "openid"), ("id_token_hint", id_token.as_str())];
    story.ask_with(&fields).await.fine();
    assert!(story.phone.waiting().await.is_some());
    let other = story.service.register(call_centre(), SecondFactor::Required).await;
    other.post(&story.service, ENDPOINT, &fields).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn registrations_that_cannot_ask_are_refused() {
    let (service, ..) = service().await;
    let mut third_party = call_centre();
    third_party.profile.third_party = true;
    let public = Registration { authentication: WishedAuthentication::None, ..call_centre() };
    let mut told_without = Registration { grant_types: vec![GrantType::RefreshToken], ..call_centre() };
    told_without.profile.backchannel_notification_uri = Some("https://centre.example/told".to_owned());
    let mut unsafe_address = call_centre();
    unsafe_address.profile.backchannel_notification_uri = Some("centre.example/told".to_owned());
    for registration in [third_party, public, told_without, unsafe_address] {
        let created = applications::create(&service.app.db, &service.app.random, registration, service.now()).await;
        assert!(matches!(created, Err(RegistrationError::Mistakes(_))), "{created:?}");
    }
}

/// The own server of a call centre, which keeps what it was told.
#[derive(Clone, Default)]
struct Told {
    received: Arc<Mutex<Vec<(String, Value)>>>,
    fails: Arc<Mutex<bool>>,
}

impl Told {
    async fn start(&self) -> String {
        let take = async |State(told): State<Told>, headers: HeaderMap, body: String| {
            if *told.fails.lock().unwrap() {
                return StatusCode::INTERNAL_SERVER_ERROR;
            }
            let bearer = headers["authorization"].to_str().unwrap().to_owned();
            told.received.lock().unwrap().push((bearer, serde_json::from_str(&body).unwrap()));
            StatusCode::NO_CONTENT
        };
        let router = axum::Router::new().route("/told", post(take)).with_state(self.clone());
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/told", socket.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(socket, router).await });
        address
    }
}

#[tokio::test]
async fn an_application_that_wants_to_be_told_is_told_once_there_is_an_answer() {
    let told = Told::default();
    let mut registration = call_centre();
    registration.profile.backchannel_notification_uri = Some(told.start().await);
    let mut story = Story::of(registration).await;
    let usual = [("scope", "openid"), ("login_hint", AINO.email)];
    story.ask_with(&usual).await.refused(400, "invalid_request");
    let token = ("client_notification_token", "8d67dc78-7faa-4d41-aabd-67707b374255");
    let begun = story.ask_with(&[&usual[..], &[token]].concat()).await.fine();
    assert_eq!(deliver_due(&story.service.app, story.service.now()).await.unwrap(), 0);

    *told.fails.lock().unwrap() = true;
    let asked = story.phone.question().await;
    story.phone.approve(&asked, "").await;
    assert_eq!(deliver_due(&story.service.app, story.service.now()).await.unwrap(), 1);
    assert_eq!(deliver_due(&story.service.app, story.service.now()).await.unwrap(), 0);
    *told.fails.lock().unwrap() = false;
    story.service.wait(2);
    assert_eq!(deliver_due(&story.service.app, story.service.now()).await.unwrap(), 1);
    let received = told.received.lock().unwrap().clone();
    let expected = (format!("Bearer {}", token.1), json!({ "auth_req_id": begun.text("auth_req_id") }));
    assert_eq!(received, [expected], "and nothing that is worth anything without the application's secret");
    story.service.wait(60);
    assert_eq!(deliver_due(&story.service.app, story.service.now()).await.unwrap(), 0);
    story.poll(&begun).await.fine();
}

#[tokio::test]
async fn with_fapi_a_request_is_signed_and_has_a_message() {
    let (service, ..) = service().await;
    let bank = Registration {
        grant_types: vec![GrantType::Backchannel],
        id_token_algorithm: Algorithm::Es256,
        profile: ApplicationProfile { fapi: true, ..ApplicationProfile::default() },
        scopes: Scopes::parse("openid").unwrap(),
        ..Registration::new("Bank")
    };
    let bank = Signing::register(&service, Key::ec(), bank).await;
    let mut phone = AppOnPhone::of(&service, AINO, PIN).await;
    let unsigned = [("scope", "openid"), ("login_hint", AINO.email), ("binding_message", "Pay 10 €")];
    bank.post(&service, ENDPOINT, &[], &unsigned).await.refused(400, "invalid_request");

    let now = service.now().seconds();
    let usual = json!({
        "iss": bank.client_id(), "aud": PUBLIC_URL, "exp": now + 60, "nbf": now, "iat": now, "jti": "one",
        "scope": "openid", "login_hint": AINO.email, "binding_message": "Pay 10 €",
    });
    let header = json!({ "alg": "ES256" });
    for (changes, error) in [
        (json!({ "binding_message": null }), "invalid_binding_message"),
        (json!({ "aud": "https://other.example" }), "invalid_request"),
        (json!({ "iss": "other" }), "invalid_request"),
        (json!({ "sub": bank.client_id() }), "invalid_request"),
        (json!({ "exp": now - 1 }), "invalid_request"),
        (json!({ "exp": now + 3700 }), "invalid_request"),
        (json!({ "nbf": now - 3700 }), "invalid_request"),
        (json!({ "nbf": null }), "invalid_request"),
        (json!({ "jti": null }), "invalid_request"),
    ] {
        let object = bank.key.sign(&header, &super::signing::changed(usual.clone(), &changes));
        bank.post(&service, ENDPOINT, &[], &[("request", &object)]).await.refused(400, error);
    }
    let foreign = Key::ec().sign(&header, &usual);
    bank.post(&service, ENDPOINT, &[], &[("request", &foreign)]).await.refused(400, "invalid_request");
    let object = bank.key.sign(&header, &usual);
    // Parameters beside the signed request do not count.
    let beside = [("request", object.as_str()), ("login_hint", MIKKO.email), ("scope", "email")];
    let begun = bank.post(&service, ENDPOINT, &[], &beside).await.fine();
    let asked = phone.question().await;
    assert_eq!(asked.field("message"), "Pay 10 €");
    phone.approve(&asked, "").await;
    let key = Key::ec();
    let fields = [("grant_type", GRANT), ("auth_req_id", &begun.text("auth_req_id"))];
    let proof = proof(&service, &key, "/oauth/token", &json!({}));
    let tokens = bank.post(&service, "/oauth/token", &[("dpop", &proof)], &fields).await.fine();
    assert_eq!(tokens.text("token_type"), "DPoP");
}

#[tokio::test]
async fn discovery_tells_how_to_ask() {
    let service = Service::start().await;
    let all = get(&service, "/.well-known/openid-configuration", None).await.fine().json;
    assert_eq!(all["backchannel_authentication_endpoint"], format!("{PUBLIC_URL}{ENDPOINT}"));
    assert_eq!(all["backchannel_token_delivery_modes_supported"], json!(["poll", "ping"]));
    assert!(all["grant_types_supported"].as_array().unwrap().contains(&json!(GRANT)));
}
