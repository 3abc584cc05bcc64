//! The logo and the pages of an application of somebody else: shown where people decide and in My sign-in, and nothing
//! is loaded from elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use salpa::directory::looks::logo::{MOST_BYTES, plain};
use salpa::provider::applications::{self, Registration, RegistrationError};
use salpa::provider::registration as registrations;
use serde_json::{Value, json};
use url::Url;

use super::client::Answer;
use super::consent::answers;
use super::registration::{leave, limits, register, registered, send};
use super::sign_in;
use crate::support::{AINO, PUBLIC_URL, Service};

/// An application's own server, with pictures.
struct Gallery {
    origin: String,
    asked: Arc<AtomicUsize>,
}

impl Gallery {
    async fn open() -> Self {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", socket.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let router = axum::Router::new().route(
            "/{name}",
            get(move |axum::extract::Path(name): axum::extract::Path<String>| {
                let count = count.clone();
                async move {
                    count.fetch_add(1, Ordering::Relaxed);
                    picture(&name)
                }
            }),
        );
        tokio::spawn(async move { axum::serve(socket, router).await });
        Self { origin, asked }
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.origin)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn picture(name: &str) -> Response {
    let png = |body: Vec<u8>| ([(CONTENT_TYPE, "image/png")], body).into_response();
    match name {
        "logo.png" => png(plain(64, 64, [0x23, 0x40, 0x8E])),
        "new.png" => png(plain(96, 64, [1, 2, 3])),
        "low.png" => png(plain(64, 32, [1, 2, 3])),
        "large.png" => png(vec![0; MOST_BYTES + 1]),
        "script.png" => png(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec()),
        "logo.svg" => ([(CONTENT_TYPE, "image/svg+xml")], plain(64, 64, [1, 2, 3])).into_response(),
        "moved.png" => Redirect::to("/logo.png").into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn metadata(logo: &str) -> Value {
    json!({
        "client_name": "Ledger",
        "redirect_uris": ["https://ledger.example/callback"],
        "client_uri": "https://ledger.example/",
        "scope": "openid email",
        "logo_uri": logo,
        "policy_uri": "https://ledger.example/privacy?a=1&b=2",
        "tos_uri": "https://terms.example/ledger",
        "initiate_login_uri": "https://ledger.example/begin?by=salpa",
    })
}

async fn registers(service: &Service, metadata: &Value) -> Answer {
    let (_, token) = leave(service, limits(1)).await;
    register(service, &token, metadata).await
}

/// The path of the first logo on a page.
fn logo_on(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("src=\"/look/of-application/")?;
    Some(format!("/look/of-application/{}", rest.split('"').next()?))
}

#[tokio::test]
async fn people_see_the_logo_and_the_pages_of_an_application_where_they_decide_and_in_my_sign_in() {
    let gallery = Gallery::open().await;
    let service = Service::start().await;
    service.person(AINO).await;
    let made = registers(&service, &metadata(&gallery.at("logo.png"))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(made.text("logo_uri"), gallery.at("logo.png"));
    assert_eq!(made.text("policy_uri"), "https://ledger.example/privacy?a=1&b=2");
    assert_eq!(made.text("tos_uri"), "https://terms.example/ledger");
    assert_eq!(made.text("initiate_login_uri"), "https://ledger.example/begin?by=salpa");
    let ledger = registered(&service, &made).await;

    let mut browser = service.browser();
    let question = sign_in(&service, &mut browser, &ledger, &[("scope", "openid email")]).await;
    assert_eq!(question.title(), "Ledger asks for access");
    assert!(question.says("Privacy policy") && question.says("Terms of service"), "{}", question.body);
    // The host is shown, so that people see where a link leads.
    for (href, host) in [
        ("https://ledger.example/privacy?a=1&#38;b=2", "ledger.example"),
        ("https://terms.example/ledger", "terms.example"),
    ] {
        let link = format!("href=\"{href}\" target=\"_blank\" rel=\"noopener\">{host}</a>");
        assert!(question.body.contains(&link), "{link} in {}", question.body);
    }
    let path = logo_on(&question.body).expect("a logo");
    assert!(!question.body.contains(&gallery.origin), "nothing is loaded from elsewhere");
    let logo = browser.get(&path).await;
    assert_eq!((logo.status, logo.headers[CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "image/png"));
    assert_eq!(gallery.asked(), 1, "fetched once, at the registration");

    answers(&mut browser, &question, "allow").await;
    let own = browser.open("/account/applications").await;
    assert_eq!(logo_on(&own.body), Some(path.clone()), "{}", own.body);
    assert!(own.says("Privacy policy") && own.says("Terms of service"));
    // It begins the sign-in itself (OpenID Connect Core §4).
    let (_, rest) = own.body.split_once("href=\"https://ledger.example/begin").expect("a link that opens it");
    let address = format!("https://ledger.example/begin{}", rest.split('"').next().unwrap()).replace("&#38;", "&");
    let asked: Vec<_> = Url::parse(&address).unwrap().query_pairs().into_owned().collect();
    let expected = [("by", "salpa"), ("iss", PUBLIC_URL), ("target_link_uri", "https://ledger.example/")];
    assert_eq!(asked, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let wrong = path.replace(".png", "0.png");
    assert_eq!(browser.get(&wrong).await.status, StatusCode::NOT_FOUND);
    assert_eq!(gallery.asked(), 1);
}

#[tokio::test]
async fn a_logo_that_cannot_be_used_is_left_out_and_the_application_registers_all_the_same() {
    let gallery = Gallery::open().await;
    let service = Service::start().await;
    for name in ["low.png", "large.png", "script.png", "logo.svg", "moved.png", "nowhere.png"] {
        let made = registers(&service, &metadata(&gallery.at(name))).await;
        assert_eq!((made.status, made.json.get("logo_uri")), (StatusCode::CREATED, None), "{name} {made:?}");
    }
    // A private network that nobody opened is not called.
    let made = registers(&service, &metadata("https://10.0.0.1/logo.png")).await;
    assert_eq!((made.status, made.json.get("logo_uri")), (StatusCode::CREATED, None), "{made:?}");
    assert_eq!(service.count("SELECT count(*) FROM application_logos").await, 0);
    // To the operator the reason is told.
    let told = registrations::logo(&service.app, &gallery.at("low.png")).await.unwrap_err();
    assert_eq!(told, "the picture is less than 64 pixels high");
}

#[tokio::test]
async fn addresses_that_lead_to_no_page_are_refused() {
    let service = Service::start().await;
    for (name, address) in [
        ("logo_uri", "javascript:alert(1)"),
        ("policy_uri", "javascript:alert(1)"),
        ("policy_uri", "data:text/html,x"),
        ("tos_uri", "ftp://ledger.example/terms"),
        ("tos_uri", "https://user@ledger.example/terms"),
        ("initiate_login_uri", "http://ledger.example/begin"),
        ("initiate_login_uri", "https://ledger.example/begin#here"),
    ] {
        let mut metadata = metadata("https://10.0.0.1/logo.png");
        metadata[name] = json!(address);
        let answer = registers(&service, &metadata).await;
        assert_eq!(
            (answer.status, answer.text("error").as_str()),
            (StatusCode::BAD_REQUEST, "invalid_client_metadata")
        );
        assert!(answer.text("error_description").starts_with(name), "{answer:?}");
    }
    let mut by_command =
        Registration { redirect_uris: vec!["https://a.example/".to_owned()], ..Registration::new("A") };
    by_command.profile.tos_uri = Some("javascript:alert(1)".to_owned());
    let refused = applications::create(&service.app.db, &service.app.random, by_command, service.now()).await;
    assert!(matches!(refused, Err(RegistrationError::Mistakes(mistakes)) if mistakes[0].field == "tos_uri"));
}

#[tokio::test]
async fn a_changed_registration_brings_its_new_logo_and_one_without_takes_it_away() {
    let gallery = Gallery::open().await;
    let service = Service::start().await;
    service.person(AINO).await;
    let made = registers(&service, &metadata(&gallery.at("logo.png"))).await;
    let ledger = registered(&service, &made).await;
    let mut browser = service.browser();
    let first = sign_in(&service, &mut browser, &ledger, &[("scope", "openid email")]).await;
    let first = logo_on(&first.body).unwrap();

    let own = made.text("registration_access_token");
    let path = format!("/oauth/register/{}", made.text("client_id"));
    let mut changed = metadata(&gallery.at("new.png"));
    changed["client_id"] = json!(made.text("client_id"));
    send(&service, Method::PUT, &path, &own, &changed).await.fine();
    let page = browser.open(&ledger.authorize(&[("scope", "openid email")])).await;
    let second = logo_on(&page.body).unwrap();
    assert_ne!(first, second);
    assert_eq!(browser.get(&first).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&second).await.status, StatusCode::OK);

    for name in ["logo_uri", "policy_uri", "tos_uri", "initiate_login_uri"] {
        changed.as_object_mut().unwrap().remove(name);
    }
    let answer = send(&service, Method::PUT, &path, &own, &changed).await.fine();
    assert!(["logo_uri", "policy_uri", "initiate_login_uri"].iter().all(|name| answer.json.get(name).is_none()));
    let page = browser.open(&ledger.authorize(&[("scope", "openid email")])).await;
    assert!(logo_on(&page.body).is_none() && !page.says("Privacy policy"), "{}", page.body);
    assert_eq!(service.count("SELECT count(*) FROM application_logos").await, 0);
}
