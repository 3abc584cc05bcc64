//! The demo applications as relying parties: what they ask a provider for, and what they refuse.

mod provider;

use std::time::Duration;

use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE, LOCATION, SET_COOKIE, WWW_AUTHENTICATE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use salpa::demo::{DemoApplication, Ruori, people};
use salpa::directory::people::{Email, find_by_email};
use salpa::platform::clock::{Clock, Timestamp};
use salpa::platform::random::Random;
use salpa::platform::secret::Secret;
use serde_json::json;
use tokio::net::TcpListener;

use provider::Provider;

use crate::support::Service;

/// An application, the provider that it believes, and a browser that visits them.
struct Story {
    provider: Provider,
    clock: Clock,
    origin: String,
    browser: Browser,
}

struct Browser {
    client: Client,
    origin: String,
    cookies: Vec<(String, String)>,
}

impl Story {
    async fn begin() -> Self {
        // The ID token is verified by the machine's clock, so the test's begins there too.
        let clock = Clock::test(Clock::System.now());
        let provider = Provider::start(clock.clone()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let application = DemoApplication {
            kind: Ruori::Accounting,
            listen: listener.local_addr().unwrap(),
            public_url: origin.clone(),
            issuer: provider.issuer.clone(),
            client_id: provider::CLIENT_ID.to_owned(),
            client_secret: Secret::new(provider::CLIENT_SECRET.to_owned()),
            other: None,
            messages_url: None,
            people: people::PEOPLE.to_vec(),
            time_zone: jiff::tz::TimeZone::UTC,
            clock: clock.clone(),
            random: Random::new(),
        };
        tokio::spawn(salpa::demo::serve_on(listener, application, std::future::pending()));
        let browser = Browser::new(&origin);
        Self { provider, clock, origin, browser }
    }

    /// Goes to the provider and comes back signed in.
    async fn sign_in(&mut self) -> Response {
        let asked = self.browser.go("/sign-in").await;
        let answer = self.provider.answer(&location(&asked));
        self.browser.go(&answer).await
    }

    async fn log_out_from_behind(&self, token: &str) -> Response {
        let form = [("logout_token", token)];
        self.browser.client.post(format!("{}/back-channel-logout", self.origin)).form(&form).send().await.unwrap()
    }
}

impl Browser {
    fn new(origin: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { client, origin: origin.to_owned(), cookies: Vec::new() }
    }

    async fn go(&mut self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.origin)).header(COOKIE, self.cookies());
        self.keep(request.send().await.unwrap())
    }

    async fn press(&mut self, path: &str, site: &str) -> Response {
        let request = self.client.post(format!("{}{path}", self.origin)).header("sec-fetch-site", site);
        self.keep(request.header(COOKIE, self.cookies()).send().await.unwrap())
    }

    async fn home(&mut self) -> String {
        self.go("/").await.text().await.unwrap()
    }

    fn cookies(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, response: Response) -> Response {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        response
    }
}

fn location(response: &Response) -> String {
    response.headers().get(LOCATION).expect("a redirect").to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_comes_back_signed_in_and_sees_how() {
    let mut story = Story::begin().await;
    assert!(story.browser.home().await.contains("You are signed out"));
    let asked = location(&story.browser.go("/sign-in").await);
    for part in ["response_type=code", "code_challenge_method=S256", "scope=openid+profile+email", "nonce=", "state="] {
        assert!(asked.contains(part), "{part} in {asked}");
    }
    assert_eq!(location(&story.sign_in().await), "/");
    let home = story.browser.home().await;
    for words in ["Aino Virtanen", "aino.virtanen@kallio.example", "Password", "acr aal1", "session-1"] {
        assert!(home.contains(words), "{words} in {home}");
    }
}

#[tokio::test]
async fn an_application_speaks_the_language_of_the_browser() {
    let mut story = Story::begin().await;
    story.sign_in().await;
    let cookies = story.browser.cookies();
    let page = |path: &str, language: &'static str, cookies: &str| {
        let request = story.browser.client.get(format!("{}{path}", story.origin));
        let request = request.header(ACCEPT_LANGUAGE, language).header(COOKIE, cookies);
        async move { request.send().await.unwrap().text().await.unwrap() }
    };
    for (path, kept, english, finnish) in [
        ("/", "", "You are signed out.", "Olet kirjautunut ulos."),
        ("/", cookies.as_str(), "Signed in as Aino Virtanen", "Kirjautunut: Aino Virtanen"),
        ("/signed-out", "", "You are signed out", "Olet kirjautunut ulos"),
        ("/people", "", "Sign in as Aino", "Kirjaudu: Aino"),
        ("/nowhere", "", "There is no such page", "Sivua ei ole"),
        ("/callback?state=x", "", "This sign-in was not begun here", "Tätä kirjautumista ei aloitettu täällä"),
    ] {
        let shown = page(path, "fi-FI,fi;q=0.9,en;q=0.5", kept).await;
        assert!(shown.contains(finnish) && shown.contains("<html lang=\"fi\">"), "{path}: {shown}");
        assert!(!shown.contains(english), "{path}: {shown}");
        let shown = page(path, "sv,en;q=0.5", kept).await;
        assert!(shown.contains(english) && shown.contains("<html lang=\"en\">"), "{path}: {shown}");
    }
}

#[tokio::test]
async fn an_answer_that_the_browser_did_not_wait_for_is_refused() {
    let mut story = Story::begin().await;
    let asked = location(&story.browser.go("/sign-in").await);
    let answer = story.provider.answer(&asked);
    let mut stranger = Browser::new(&story.origin);
    assert_eq!(stranger.go(&answer).await.status(), StatusCode::BAD_REQUEST);
    for wrong in [answer.replace("state=", "state=x"), answer.replace("state=", "other="), format!("{answer}&state=x")]
    {
        assert_eq!(story.browser.go(&wrong).await.status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(location(&story.browser.go(&answer).await), "/");
    assert_eq!(story.browser.go(&answer).await.status(), StatusCode::BAD_REQUEST, "an answer counts once");
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused() {
    let mut story = Story::begin().await;
    for iss in ["", "&iss=http%3A%2F%2Felsewhere.example"] {
        let asked = location(&story.browser.go("/sign-in").await);
        let answer = story.provider.answer(&asked);
        let answer = format!("{}{iss}", answer.split("&iss=").next().unwrap());
        assert_eq!(story.browser.go(&answer).await.status(), StatusCode::BAD_REQUEST, "{iss}");
    }
}

#[tokio::test]
async fn a_token_that_does_not_hold_signs_nobody_in() {
    for (claim, value) in [("nonce", json!("another")), ("aud", json!("another")), ("iss", json!("http://a.example"))] {
        let mut story = Story::begin().await;
        story.provider.claim(claim, value);
        assert_eq!(story.sign_in().await.status(), StatusCode::BAD_GATEWAY, "{claim}");
        assert!(story.browser.home().await.contains("You are signed out"));
    }
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_told_in_words_and_shown_safely() {
    let mut story = Story::begin().await;
    let asked = location(&story.browser.go("/sign-in").await);
    let state = provider::parameter(&asked, "state");
    let issuer = provider::encoded(&story.provider.issuer);
    let path = format!("/callback?error=access_denied&error_description=%3Cb%3Eno%3C/b%3E&state={state}&iss={issuer}");
    let page = story.browser.go(&path).await.text().await.unwrap();
    assert!(page.contains("access_denied") && page.contains("You are not signed in"), "{page}");
    assert!(!page.contains("<b>no</b>"), "{page}");
}

#[tokio::test]
async fn the_sensitive_act_asks_for_what_is_missing_and_is_done_on_return() {
    let mut story = Story::begin().await;
    story.sign_in().await;
    let asked = location(&story.browser.press("/sensitive-act", "same-origin").await);
    assert!(asked.contains("acr_values=aal2") && asked.contains("max_age=300"), "{asked}");
    story.provider.claim("acr", json!("aal2"));
    story.provider.claim("amr", json!(["pwd", "otp", "mfa"]));
    let answer = story.provider.answer(&asked);
    assert_eq!(location(&story.browser.go(&answer).await), "/");
    let home = story.browser.home().await;
    assert!(home.contains("The sensitive act is done"), "{home}");
    assert!(home.contains("Password and a code from an authenticator app"), "{home}");

    assert_eq!(location(&story.browser.press("/sensitive-act", "same-origin").await), "/", "fresh enough");
    story.clock.advance(Duration::from_mins(5));
    let asked = location(&story.browser.press("/sensitive-act", "same-origin").await);
    assert!(asked.contains("acr_values=aal2"), "no longer fresh: {asked}");
}

#[tokio::test]
async fn the_sensitive_act_is_not_done_by_one_proof_or_by_somebody_else() {
    for (claim, value) in [("acr", json!("aal1")), ("sub", json!("mikko"))] {
        let mut story = Story::begin().await;
        story.sign_in().await;
        let asked = location(&story.browser.press("/sensitive-act", "same-origin").await);
        story.provider.claim("acr", json!("aal2"));
        story.provider.claim(claim, value);
        let answer = story.provider.answer(&asked);
        story.browser.go(&answer).await;
        assert!(!story.browser.home().await.contains("The sensitive act is done"), "{claim}");
    }
}

/// The API's response to an Authorization header.
async fn act(story: &Story, authorization: Option<&str>) -> (u16, String) {
    let mut request = story.browser.client.post(format!("{}/api/secret-act", story.origin));
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let answer = request.send().await.unwrap();
    let challenge = answer.headers().get(WWW_AUTHENTICATE).map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), challenge.unwrap_or_default())
}

#[tokio::test]
async fn the_api_refuses_a_token_that_is_not_strong_or_fresh_enough_and_says_what_would_be() {
    let mut story = Story::begin().await;
    story.provider.claim("acr", json!("aal2"));
    story.sign_in().await;
    let token = format!("Bearer {}", story.provider.access_token());
    assert_eq!(act(&story, Some(&token)).await, (204, String::new()));

    story.clock.advance(Duration::from_mins(5));
    let (status, challenge) = act(&story, Some(&token)).await;
    assert_eq!(status, 401);
    for part in ["Bearer error=\"insufficient_user_authentication\"", "acr_values=\"aal2\"", "max_age=\"300\""] {
        assert!(challenge.contains(part), "{part}: {challenge}");
    }
    let mut weak = Story::begin().await;
    weak.sign_in().await;
    let (status, challenge) = act(&weak, Some(&format!("Bearer {}", weak.provider.access_token()))).await;
    assert!(status == 401 && challenge.contains("insufficient_user_authentication"), "{challenge}");
}

#[tokio::test]
async fn the_api_takes_access_tokens_of_its_own_alone() {
    let now = Clock::System.now().seconds();
    for (claim, value) in [
        ("iss", json!("http://elsewhere.example")),
        ("aud", json!("http://elsewhere.example/api")),
        ("aud", json!(["another", "a third"])),
        ("exp", json!(now - 1)),
        ("exp", json!("soon")),
    ] {
        let mut story = Story::begin().await;
        story.provider.claim("acr", json!("aal2"));
        story.provider.claim_access(claim, value.clone());
        story.sign_in().await;
        let (status, challenge) = act(&story, Some(&format!("Bearer {}", story.provider.access_token()))).await;
        assert_eq!((status, challenge.as_str()), (401, "Bearer error=\"invalid_token\""), "{claim} {value}");
    }
    let mut story = Story::begin().await;
    story.provider.claim("acr", json!("aal2"));
    story.sign_in().await;
    let token = story.provider.access_token();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let unsigned = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"at+jwt","kid":"1"}"#);
    let claims = message.split_once('.').unwrap().1;
    for wrong in
        [format!("{message}."), format!("{message}.{}", "A".repeat(signature.len())), format!("{unsigned}.{claims}.")]
    {
        assert_eq!(act(&story, Some(&format!("Bearer {wrong}"))).await.1, "Bearer error=\"invalid_token\"", "{wrong}");
    }
    for typ in ["JWT", "logout+jwt", ""] {
        story.provider.access_typ(typ);
        let (_, challenge) = act(&story, Some(&format!("Bearer {}", story.provider.access_token()))).await;
        assert_eq!(challenge, "Bearer error=\"invalid_token\"", "{typ}");
    }
    for none in [None, Some("Basic YTpi"), Some("Bearer")] {
        assert_eq!(act(&story, none).await, (401, "Bearer".to_owned()), "{none:?}");
    }
}

#[tokio::test]
async fn an_access_token_that_has_expired_is_renewed_without_a_question() {
    let mut story = Story::begin().await;
    story.provider.claim("acr", json!("aal2"));
    story.sign_in().await;
    story.clock.advance(Duration::from_mins(10));
    let asked = location(&story.browser.press("/sensitive-act", "same-origin").await);
    assert!(asked.contains("/oauth/authorize?") && !asked.contains("acr_values"), "{asked}");

    // The provider answers by its session, whose proofs are ten minutes old: now the API says what is missing.
    let old = Clock::System.now().seconds() - 600;
    story.provider.claim("auth_time", json!(old));
    let answer = story.provider.answer(&asked);
    let asked = location(&story.browser.go(&answer).await);
    assert!(asked.contains("acr_values=aal2") && asked.contains("max_age=300"), "{asked}");
    story.provider.claim("auth_time", json!(story.clock.now().seconds()));
    let answer = story.provider.answer(&asked);
    assert_eq!(location(&story.browser.go(&answer).await), "/");
    assert!(story.browser.home().await.contains("The sensitive act is done"));
}

#[tokio::test]
async fn another_site_cannot_press_a_button() {
    let mut story = Story::begin().await;
    story.sign_in().await;
    for path in ["/sensitive-act", "/refresh", "/sign-out"] {
        assert_eq!(story.browser.press(path, "cross-site").await.status(), StatusCode::FORBIDDEN);
        assert_eq!(story.browser.press(path, "same-site").await.status(), StatusCode::FORBIDDEN);
    }
    assert!(story.browser.home().await.contains("Signed in as"));
}

#[tokio::test]
async fn refresh_uses_each_token_once_and_a_refusal_ends_the_session() {
    let mut story = Story::begin().await;
    story.sign_in().await;
    for _ in 0..2 {
        assert_eq!(location(&story.browser.press("/refresh", "same-origin").await), "/");
    }
    assert_eq!(story.provider.refreshed(), ["refresh-1", "refresh-2"]);
    story.provider.end_family();
    let page = story.browser.press("/refresh", "same-origin").await.text().await.unwrap();
    assert!(page.contains("invalid_grant"), "{page}");
    assert!(story.browser.home().await.contains("You are signed out"));
}

#[tokio::test]
async fn signing_out_leads_to_the_provider_with_the_id_token() {
    let mut story = Story::begin().await;
    story.sign_in().await;
    let onward = location(&story.browser.press("/sign-out", "same-origin").await);
    assert!(onward.starts_with(&format!("{}/oauth/sign-out?", story.provider.issuer)), "{onward}");
    for name in ["id_token_hint=", "post_logout_redirect_uri=", "state=", "client_id="] {
        assert!(onward.contains(name), "{name} in {onward}");
    }
    assert!(story.browser.home().await.contains("You are signed out"));
}

#[tokio::test]
async fn the_provider_ends_a_session_from_behind_once() {
    let mut story = Story::begin().await;
    story.sign_in().await;
    let other = story.provider.logout_token("another-session");
    assert_eq!(story.log_out_from_behind(&other).await.status(), StatusCode::OK);
    assert!(story.browser.home().await.contains("Signed in as"));
    let token = story.provider.logout_token("session-1");
    assert_eq!(story.log_out_from_behind(&token).await.status(), StatusCode::OK);
    assert!(story.browser.home().await.contains("You are signed out"));
    assert_eq!(story.log_out_from_behind(&token).await.status(), StatusCode::BAD_REQUEST, "it counts once");
    assert_eq!(story.log_out_from_behind("x.y.z").await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_yet_is_asked_again() {
    let mut story = Story::begin().await;
    story.provider.answers(false);
    assert_eq!(story.browser.go("/sign-in").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    story.provider.answers(true);
    assert_eq!(location(&story.sign_in().await), "/");
}

#[tokio::test]
async fn a_key_that_is_newer_than_what_is_known_is_asked_for() {
    let mut story = Story::begin().await;
    story.sign_in().await;
    story.provider.rotate();
    story.clock.advance(Duration::from_secs(6));
    assert_eq!(location(&story.sign_in().await), "/");
}

#[tokio::test]
async fn every_seed_of_the_demo_is_accepted() {
    let service = Service::start().await;
    let origins = [
        (Ruori::Accounting, "http://localhost:7251".to_owned()),
        (Ruori::Expenses, "http://localhost:7252".to_owned()),
    ];
    let first = salpa::demo::seed(&service.app, &origins).await.unwrap();
    for person in people::PEOPLE {
        let email = Email::parse(person.email).unwrap();
        assert!(find_by_email(&service.app.db, &email).await.unwrap().is_some(), "{}", person.email);
    }
    let rows = service.count("SELECT COUNT(*) FROM user_rights").await;
    assert!(rows > 0);

    // A later start finds everything, and renews the secrets.
    let later = salpa::demo::seed(&service.app, &origins).await.unwrap();
    assert_eq!(service.count("SELECT COUNT(*) FROM user_rights").await, rows);
    for (first, later) in first.applications.iter().zip(&later.applications) {
        assert_eq!(first.client_id, later.client_id);
        assert_ne!(first.client_secret.reveal(), later.client_secret.reveal());
    }
}

#[tokio::test]
async fn the_people_page_shows_the_code_of_the_moment() {
    let mut story = Story::begin().await;
    let page = story.browser.go("/people").await;
    let policy = page.headers().get("content-security-policy").unwrap().to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let page = page.text().await.unwrap();
    let now: Timestamp = story.clock.now();
    for person in people::PEOPLE {
        assert!(page.contains(person.email) && page.contains(person.password));
        if let Some(secret) = person.totp_secret {
            let code = people::authenticator_code(secret, u64::try_from(now.seconds()).unwrap()).unwrap();
            assert!(page.contains(&code), "{code}");
        }
    }
    assert!(!page.contains("style=") && !page.contains("<script"));
}
