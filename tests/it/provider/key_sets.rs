//! Keys that an application publishes at an address of its own, and rolls as it likes.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use salpa::provider::applications::Application;
use salpa::provider::key_sets;
use serde_json::{Value, json};

use super::client::Answer;
use super::registration::{leave, limits, register, registered};
use super::signing::{ASSERTION_TYPE, Key, changed};
use super::turning_back::turn_back;
use crate::support::{PUBLIC_URL, Registered, Service};

const CALLBACK: &str = "https://ledger.example/callback";

/// The answer of a server at its address.
#[derive(Clone)]
struct Said {
    status: StatusCode,
    kind: &'static str,
    keep: &'static str,
    body: String,
}

/// An application's own server.
#[derive(Clone)]
struct Publisher {
    said: Arc<Mutex<Said>>,
    asked: Arc<Mutex<usize>>,
    origin: String,
}

impl Publisher {
    async fn start(body: &Value) -> Self {
        let said =
            Said { status: StatusCode::OK, kind: "application/json", keep: "max-age=600", body: body.to_string() };
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", socket.local_addr().unwrap());
        let publisher = Self { said: Arc::new(Mutex::new(said)), asked: Arc::default(), origin };
        let router = axum::Router::new()
            .route("/{name}", get(Self::answer))
            .route("/moved/{name}", get(|Path(name): Path<String>| async move { Redirect::to(&format!("/{name}")) }))
            .with_state(publisher.clone());
        tokio::spawn(async move { axum::serve(socket, router).await });
        publisher
    }

    #[expect(clippy::unused_async, reason = "a handler is async")]
    async fn answer(State(publisher): State<Self>) -> Response {
        *publisher.asked.lock().unwrap() += 1;
        let Said { status, kind, keep, body } = publisher.said.lock().unwrap().clone();
        (status, [(CONTENT_TYPE, kind), (CACHE_CONTROL, keep)], body).into_response()
    }

    fn says(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.said.lock().unwrap());
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

fn set(keys: &[(&str, &Key)]) -> Value {
    let keys: Vec<_> = keys.iter().map(|(kid, key)| changed(key.jwk(), &json!({ "kid": kid, "use": "sig" }))).collect();
    json!({ "keys": keys })
}

fn metadata(publisher: &Publisher) -> Value {
    json!({
        "client_name": "Ledger",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": publisher.at("/jwks"),
    })
}

/// An application that has registered itself with the address of its keys.
async fn ledger(publisher: &Publisher) -> (Service, Registered) {
    let service = Service::start().await;
    let (_, token) = leave(&service, limits(1)).await;
    let made = register(&service, &token, &metadata(publisher)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!((made.text("jwks_uri"), made.json.get("jwks")), (publisher.at("/jwks"), None));
    let ledger = registered(&service, &made).await;
    (service, ledger)
}

/// Proves to be the application by this key.
async fn prove(service: &Service, application: &Application, (kid, key): (&str, &Key)) -> Answer {
    let now = service.now().seconds();
    let claims = json!({
        "iss": application.client_id, "sub": application.client_id, "aud": PUBLIC_URL, "iat": now, "exp": now + 60,
        "jti": service.app.random.token().reveal().as_str(),
    });
    let assertion = key.sign(&json!({ "alg": key.algorithm(), "kid": kid }), &claims);
    let fields =
        [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion.as_str()), ("token", "a token")];
    super::client::post_with(service, "/oauth/introspect", &[], &fields).await
}

async fn is_proven(service: &Service, application: &Registered, key: (&str, &Key)) -> bool {
    let answer = prove(service, &application.application, key).await;
    if answer.status != StatusCode::OK {
        answer.refused(401, "invalid_client");
        return false;
    }
    true
}

#[tokio::test]
async fn an_application_rolls_its_keys_without_telling_anybody() {
    let (one, two) = (Key::ec(), Key::ec());
    let publisher = Publisher::start(&set(&[("one", &one)])).await;
    let (service, ledger) = ledger(&publisher).await;
    assert!(is_proven(&service, &ledger, ("one", &one)).await);
    assert_eq!(publisher.asked(), 1, "at the registration");
    service.wait(60);
    publisher.says(|said| said.body = set(&[("one", &one), ("two", &two)]).to_string());
    assert!(is_proven(&service, &ledger, ("two", &two)).await, "a name that is not known is looked for");
    assert!(is_proven(&service, &ledger, ("one", &one)).await);
    assert_eq!(publisher.asked(), 2);
    service.wait(600);
    publisher.says(|said| said.body = set(&[("two", &two)]).to_string());
    assert!(!is_proven(&service, &ledger, ("one", &one)).await, "it was taken back");
    assert!(is_proven(&service, &ledger, ("two", &two)).await);
    assert_eq!(publisher.asked(), 3);
    let events = service.events().await;
    assert_eq!(events.iter().filter(|event| *event == "provider.keys_fetched").count(), 2, "{events:?}");
}

#[tokio::test]
async fn a_set_is_kept_for_as_long_as_its_server_says_within_bounds() {
    let key = Key::ec();
    let publisher = Publisher::start(&set(&[("one", &key)])).await;
    let (service, ledger) = ledger(&publisher).await;
    // The word for the next time, and how long the set is kept by the one before.
    for (keep, seconds) in [
        ("max-age=300", 600),
        ("no-store", 300),
        ("max-age=5", 60),
        ("public, max-age=9999999", 60),
        ("", 86_400),
        ("", 3600),
    ] {
        publisher.says(|said| said.keep = keep);
        let before = publisher.asked();
        service.wait(seconds - 1);
        assert!(is_proven(&service, &ledger, ("one", &key)).await);
        assert_eq!(publisher.asked(), before, "before {keep}");
        service.wait(1);
        assert!(is_proven(&service, &ledger, ("one", &key)).await);
        assert_eq!(publisher.asked(), before + 1, "before {keep}");
    }
}

#[tokio::test]
async fn a_key_that_is_not_there_is_looked_for_once_a_minute() {
    let (key, other) = (Key::ec(), Key::ec());
    let publisher = Publisher::start(&set(&[("one", &key)])).await;
    let (service, ledger) = ledger(&publisher).await;
    for round in 1..=3 {
        service.wait(60);
        for _ in 0..5 {
            assert!(!is_proven(&service, &ledger, ("nobody's", &other)).await);
        }
        assert_eq!(publisher.asked(), 1 + round);
        assert!(is_proven(&service, &ledger, ("one", &key)).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_a_set_at_once_one_fetches_it() {
    let key = Arc::new(Key::ec());
    let publisher = Publisher::start(&set(&[("one", &key)])).await;
    let (service, ledger) = ledger(&publisher).await;
    service.wait(600);
    let story = Arc::new((service, ledger, key));
    let racing: Vec<_> = (0..12)
        .map(|_| {
            let story = story.clone();
            tokio::spawn(async move { is_proven(&story.0, &story.1, ("one", &story.2)).await })
        })
        .collect();
    for proven in racing {
        assert!(proven.await.unwrap(), "meanwhile the last good set counts");
    }
    assert_eq!(publisher.asked(), 2);
}

#[tokio::test]
async fn the_last_good_set_counts_for_a_day() {
    let key = Key::ec();
    let publisher = Publisher::start(&set(&[("one", &key)])).await;
    let (service, ledger) = ledger(&publisher).await;
    publisher.says(|said| said.status = StatusCode::SERVICE_UNAVAILABLE);
    service.wait(600);
    for _ in 0..3 {
        assert!(is_proven(&service, &ledger, ("one", &key)).await);
        service.wait(60);
    }
    let failing = key_sets::failing(&service.app.db).await.unwrap();
    assert_eq!(failing.len(), 1);
    assert_eq!(key_sets::count_failing(&service.app.db).await.unwrap(), 1);
    assert_eq!(failing[0].since, service.now().minus(std::time::Duration::from_mins(3)));
    let told = service.events().await;
    assert_eq!(told.iter().filter(|event| *event == "provider.keys_not_fetched").count(), 1, "once: {told:?}");
    service.wait(86_400 - 180 - 1);
    assert!(is_proven(&service, &ledger, ("one", &key)).await, "to the second");
    service.wait(1);
    assert!(!is_proven(&service, &ledger, ("one", &key)).await);
    // A set that does not hold is none.
    for body in [json!({ "keys": [] }), json!({ "keys": [{ "kty": "oct", "k": "AAAA" }] }), json!([])] {
        service.wait(60);
        publisher.says(|said| (said.status, said.body) = (StatusCode::OK, body.to_string()));
        assert!(!is_proven(&service, &ledger, ("one", &key)).await, "{body}");
    }
    service.wait(60);
    publisher.says(|said| said.body = set(&[("one", &key)]).to_string());
    assert!(is_proven(&service, &ledger, ("one", &key)).await);
    assert_eq!(key_sets::count_failing(&service.app.db).await.unwrap(), 0);
}

/// A fault in an answer.
type Spoiling = fn(&mut Said);

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_refused_at_the_registration() {
    let key = Key::ec();
    let publisher = Publisher::start(&set(&[("one", &key)])).await;
    let service = Service::start().await;
    let (_, token) = leave(&service, limits(1)).await;
    let told = async |change: &Value| {
        let answer = register(&service, &token, &changed(metadata(&publisher), change)).await;
        answer.refused(400, "invalid_client_metadata");
        answer.text("error_description")
    };
    for address in
        ["https://10.0.0.1/jwks", "http://192.0.2.1/jwks", "https://169.254.169.254/latest", "ftp://a.example/"]
    {
        assert!(told(&json!({ "jwks_uri": address })).await.contains("may not be called"), "{address}");
    }
    let moved = publisher.at("/moved/jwks");
    assert!(told(&json!({ "jwks_uri": moved })).await.contains("its status is 303"));
    assert_eq!(publisher.asked(), 0, "a redirect is not followed");
    assert!(told(&json!({ "jwks": { "keys": [] } })).await.contains("do not go together"));
    let good = publisher.said.lock().unwrap().clone();
    let changes: [(Spoiling, &str); 5] = [
        (|said| said.kind = "text/html", "not application/json"),
        (|said| said.status = StatusCode::NOT_FOUND, "its status is 404"),
        (|said| said.body = "{".to_owned(), "not JSON"),
        (|said| said.body = format!("\"{}\"", "x".repeat(65_536)), "longer than 64 KiB"),
        (|said| said.body = json!({ "keys": [] }).to_string(), "has no key"),
    ];
    for (change, words) in changes {
        publisher.says(|said| *said = good.clone());
        publisher.says(change);
        assert!(told(&json!({})).await.contains(words), "{words}");
    }
    publisher.says(|said| *said = good);
    publisher.says(|said| said.kind = "application/jwk-set+json; charset=utf-8");
    assert_eq!(register(&service, &token, &metadata(&publisher)).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_sector_lists_the_addresses_of_its_applications() {
    let publisher = Publisher::start(&json!([CALLBACK, "https://other.example/callback"])).await;
    let service = Service::start().await;
    let (_, token) = leave(&service, limits(1)).await;
    let with = |redirect_uris: Value| {
        json!({
            "client_name": "Ledger",
            "redirect_uris": redirect_uris,
            "subject_type": "pairwise",
            "sector_identifier_uri": publisher.at("/sector"),
        })
    };
    let refused = register(&service, &token, &with(json!([CALLBACK, "https://evil.example/callback"]))).await;
    refused.refused(400, "invalid_client_metadata");
    assert!(refused.text("error_description").contains("does not list https://evil.example/callback"));
    // Two hosts, which have none in common.
    let made = register(&service, &token, &with(json!([CALLBACK, "https://other.example/callback"]))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(made.text("sector_identifier_uri"), publisher.at("/sector"));
    let application = registered(&service, &made).await.application;
    assert_eq!(application.profile.sector.as_deref(), Some("127.0.0.1"));
}

#[tokio::test]
async fn a_request_is_signed_by_the_key_that_is_published_now() {
    let (one, two) = (Key::ec(), Key::ec());
    let publisher = Publisher::start(&set(&[("one", &one)])).await;
    let (service, ledger) = ledger(&publisher).await;
    service.wait(60);
    publisher.says(|said| said.body = set(&[("two", &two)]).to_string());
    let now = service.now().seconds();
    let mut object = json!({ "iss": ledger.application.client_id, "aud": PUBLIC_URL, "exp": now + 60 });
    for (name, value) in super::signing::request_of(&ledger, &[]) {
        object[name] = Value::String(value);
    }
    let link = |(kid, key): (&str, &Key)| {
        let signed = key.sign(&json!({ "alg": "ES256", "kid": kid }), &object);
        ledger.authorize(&[("request", &signed)])
    };
    service.browser().open(&link(("two", &two))).await.sign_in();
    let mut browser = service.browser();
    let page = browser.open(&link(("one", &one))).await;
    let page = turn_back(&mut browser, &page).await;
    assert_eq!(page.answered("error").as_deref(), Some("invalid_request_object"));
}
