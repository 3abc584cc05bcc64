//! The program is killed at any moment and started again: every answer that was given still holds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use salpa::platform::random::Random;

use crate::commands::Program;
use crate::support::VERIFIER;

const PASSWORD: &str = "the ferry leaves at seven sharp";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "https://ruori.example/back";
/// People who use the service at once.
const PEOPLE: usize = 6;
/// How often it is killed.
const KILLS: usize = 3;

/// The responses that one person received whole.
#[derive(Debug, Clone, Default)]
struct Answered {
    /// The cookie of the newest session.
    session: Option<String>,
    /// Codes that were redeemed.
    redeemed: Vec<String>,
    /// The refresh token in force, and the one before it.
    refresh: Option<String>,
    before: Option<String>,
    /// A refresh is on its way: nobody knows which token is in force.
    refreshing: bool,
}

/// A person at their browser, and the application that they use.
struct Person {
    base: String,
    email: String,
    secret: String,
    client: reqwest::Client,
    cookies: Vec<(String, String)>,
    answered: Arc<Mutex<Answered>>,
    answers: Arc<AtomicUsize>,
}

/// The connection broke: the program is gone.
struct Gone;

impl From<reqwest::Error> for Gone {
    fn from(_: reqwest::Error) -> Self {
        Self
    }
}

impl Person {
    fn note(&self, change: impl FnOnce(&mut Answered)) {
        change(&mut self.answered.lock().unwrap());
        self.answers.fetch_add(1, Ordering::SeqCst);
    }

    /// Sends a request of the browser; gives its status and where it leads.
    async fn send(&mut self, request: reqwest::RequestBuilder) -> Result<(StatusCode, String), Gone> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response =
            request.header(COOKIE, cookies.join("; ")).header("sec-fetch-site", "same-origin").send().await?;
        for header in response.headers().get_all(SET_COOKIE) {
            let (name, rest) = header.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap().to_owned();
            self.cookies.retain(|(other, _)| other != name);
            self.cookies.push((name.to_owned(), value));
        }
        let to = response.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let status = response.status();
        response.bytes().await?;
        Ok((status, to))
    }

    async fn get(&mut self, path: &str) -> Result<(StatusCode, String), Gone> {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<(StatusCode, String), Gone> {
        let request = self.client.post(format!("{}{path}", self.base)).form(fields);
        self.send(request).await
    }

    /// Calls the token endpoint; `None` where it refuses.
    async fn token(&self, fields: &[(&str, &str)]) -> Result<Option<serde_json::Value>, Gone> {
        let request = self.client.post(format!("{}/oauth/token", self.base)).basic_auth("ruori", Some(&self.secret));
        let response = request.form(fields).send().await?;
        assert!(!response.status().is_server_error(), "{}", response.status());
        let is_given = response.status().is_success();
        let json = response.json().await?;
        Ok(is_given.then_some(json))
    }

    async fn redeem(&self, code: &str) -> Result<Option<serde_json::Value>, Gone> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        self.token(&fields).await
    }

    async fn refresh(&self, token: &str) -> Result<Option<serde_json::Value>, Gone> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Signs in from nothing, redeems the code and refreshes some times, and notes each answer.
    async fn use_it_once(&mut self) -> Result<(), Gone> {
        self.cookies.clear();
        self.note(|answered| {
            *answered = Answered { redeemed: std::mem::take(&mut answered.redeemed), ..Answered::default() }
        });
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", "ruori"),
                ("redirect_uri", REDIRECT),
                ("response_type", "code"),
                ("scope", "openid offline_access"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let (_, sign_in) = self.get(&format!("/oauth/authorize?{query}")).await?;
        let email = self.email.clone();
        self.post(&format!("{sign_in}/email"), &[("email", &email)]).await?;
        let (status, back) = self.post(&format!("{sign_in}/password"), &[("password", PASSWORD)]).await?;
        assert!(back.starts_with("/oauth/authorize/"), "{status} {back}");
        let session = self.cookies.iter().find(|(name, _)| name == "salpa_session").unwrap().1.clone();
        self.note(|answered| answered.session = Some(session));
        let (status, to) = self.get(&back).await?;
        let to = url::Url::parse(&to).unwrap_or_else(|error| panic!("{status} {to} {error}"));
        let code = to.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let tokens = self.redeem(&code).await?.expect("a new code is taken");
        let text = |tokens: &serde_json::Value| tokens["refresh_token"].as_str().unwrap().to_owned();
        self.note(|answered| {
            answered.redeemed.push(code);
            answered.refresh = Some(text(&tokens));
        });
        for _ in 0..6 {
            let token = self.answered.lock().unwrap().refresh.clone().unwrap();
            self.note(|answered| answered.refreshing = true);
            let tokens = self.refresh(&token).await?.expect("the newest token is taken");
            self.note(|answered| {
                answered.refresh = Some(text(&tokens));
                answered.before = Some(token);
                answered.refreshing = false;
            });
        }
        Ok(())
    }

    /// That all that was answered before the program was killed holds.
    async fn check(&mut self) -> Result<(), Gone> {
        let answered = self.answered.lock().unwrap().clone();
        if let Some(session) = &answered.session {
            self.cookies = vec![("salpa_session".to_owned(), session.clone())];
            let (status, to) = self.get("/account").await?;
            assert_eq!(status, StatusCode::OK, "a session that was given is alive: {to}");
        }
        if let Some(token) = answered.refresh.as_ref().filter(|_| !answered.refreshing) {
            assert!(self.refresh(token).await?.is_some(), "a refresh token that was given is taken");
            if let Some(before) = &answered.before {
                assert!(self.refresh(before).await?.is_none(), "and the one before it is not");
            }
        }
        for code in &answered.redeemed {
            assert!(self.redeem(code).await?.is_none(), "a code that was redeemed is not redeemed again");
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_keeps_every_answer_that_it_gave() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let create = [
        "applications",
        "create",
        "--name",
        "Ruori",
        "--client-id",
        "ruori",
        "--redirect-uri",
        REDIRECT,
        "--policy",
        "optional",
        "--open-to",
        "everybody",
    ];
    let secret = program.json(&create)["client_secret"].as_str().unwrap().to_owned();
    let emails: Vec<_> = (0..PEOPLE).map(|number| format!("person{number}@kallio.example")).collect();
    for email in &emails {
        program.person(email, PASSWORD);
    }
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).pool_max_idle_per_host(0);
    let client = client.build().unwrap();
    let answers = Arc::new(AtomicUsize::new(0));
    let noted: Vec<_> = emails.iter().map(|_| Arc::new(Mutex::new(Answered::default()))).collect();
    let person = |number: usize| Person {
        base: program.url(""),
        email: emails[number].clone(),
        secret: secret.clone(),
        client: client.clone(),
        cookies: Vec::new(),
        answered: Arc::clone(&noted[number]),
        answers: Arc::clone(&answers),
    };

    for _ in 0..KILLS {
        let serving = program.serve().await;
        let [some] = Random::new().bytes::<1>();
        let enough = answers.load(Ordering::SeqCst) + 60 + usize::from(some);
        let tasks: Vec<_> = (0..PEOPLE)
            .map(person)
            .map(|mut person| tokio::spawn(async move { while person.use_it_once().await.is_ok() {} }))
            .collect();
        while answers.load(Ordering::SeqCst) < enough {
            assert!(!tasks.iter().any(tokio::task::JoinHandle::is_finished), "somebody was refused");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        serving.kill();
        for task in tasks {
            task.await.unwrap();
        }

        let serving = program.serve().await;
        for number in 0..PEOPLE {
            assert!(person(number).check().await.is_ok(), "it serves again");
        }
        serving.kill();
    }
}

#[tokio::test]
async fn closing_a_profile_by_command_ends_its_sessions_at_once() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    program.person("aino@kallio.example", PASSWORD);
    let serving = program.serve().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut aino = Person {
        base: program.url(""),
        email: "aino@kallio.example".to_owned(),
        secret: String::new(),
        client,
        cookies: Vec::new(),
        answered: Arc::default(),
        answers: Arc::default(),
    };
    let Ok((_, sign_in)) = aino.get("/account").await else { panic!("it serves") };
    let _ = aino.post(&format!("{sign_in}/email"), &[("email", "aino@kallio.example")]).await;
    let _ = aino.post(&format!("{sign_in}/password"), &[("password", PASSWORD)]).await;
    assert!(matches!(aino.get("/account").await, Ok((StatusCode::OK, _))));

    program.json(&["people", "disable", "aino@kallio.example"]);

    let Ok((status, to)) = aino.get("/account").await else { panic!("it serves") };
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.starts_with("/sign-in/"), "whoever sits there now can sign in: {to}");
    let _ = program.json(&["people", "enable", "aino@kallio.example"]);
    assert!(matches!(aino.get("/account").await, Ok((StatusCode::SEE_OTHER, _))), "it does not come back to life");
    drop(serving);
}
