//! The flows that are loaded: a whole sign-in, and the requests of an application's own server.

use std::net::SocketAddr;
use std::rc::Rc;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::Outcome;
use crate::browser::{Browser, Form, Place, sign_in_form, task};
use crate::http::Connection;
use crate::proof::Prover;
use crate::service::{Client, Person, REDIRECT_URI};

/// The nonce, which ID tokens repeat.
pub(crate) const NONCE: &str = "bench-nonce-0123456789";
/// A PKCE verifier; its challenge is computed once.
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-standard-0123456789";
/// From where an application's own server calls.
const SERVER_NETWORK: &str = "198.51.100.7";

/// The paths of a provider's endpoints.
pub(crate) struct Endpoints {
    /// Of the authorization endpoint.
    pub(crate) authorize: String,
    /// Of the token endpoint.
    pub(crate) token: String,
}

/// An application of the bench: what it asks, written out.
pub(crate) struct Application {
    host: String,
    authorization: String,
    authorize_path: String,
    token_path: String,
    client_credentials: Vec<u8>,
}

/// The result of an attempt.
pub(crate) enum Attempt<T> {
    /// The wanted result.
    Done(T),
    /// The service said to come back later.
    TurnedAway,
}

/// Tokens, as far as the load needs them.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Tokens {
    /// The token for APIs.
    #[serde(default)]
    pub(crate) access_token: String,
    /// The token for the next tokens.
    pub(crate) refresh_token: String,
    /// Whether there was an ID token: it costs a signature.
    #[serde(default)]
    pub(crate) id_token: Option<String>,
}

impl Application {
    /// Writes out the requests of an application of Salpa.
    pub(crate) fn new(origin: &str, client: &Client) -> Self {
        let endpoints = Endpoints { authorize: "/oauth/authorize".to_owned(), token: "/oauth/token".to_owned() };
        Self::of(origin, client, endpoints)
    }

    /// Writes an application's requests out.
    pub(crate) fn of(origin: &str, client: &Client, endpoints: Endpoints) -> Self {
        let host = origin.trim_start_matches("http://").to_owned();
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(&client.client_id), encoded(&client.client_secret));
        let authorization = format!("Basic {}", BASE64.encode(pair.as_bytes()));
        let challenge = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
        let query = Serializer::new(String::new())
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", client.client_id.as_str()),
                ("redirect_uri", REDIRECT_URI),
                ("scope", "openid profile email"),
                ("state", "bench-state-0123456789"),
                ("nonce", NONCE),
                ("code_challenge", &BASE64URL_NOPAD.encode(challenge.as_ref())),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let mut application = Self {
            host,
            authorization,
            authorize_path: format!("{}?{query}", endpoints.authorize),
            token_path: endpoints.token,
            client_credentials: vec![],
        };
        application.client_credentials = application.token_request("grant_type=client_credentials");
        application
    }

    /// The address at which a sign-in begins.
    pub(crate) fn authorize_path(&self) -> &str {
        &self.authorize_path
    }

    /// The request for a client-credentials token.
    pub(crate) fn client_credentials(&self) -> &[u8] {
        &self.client_credentials
    }

    fn token_request(&self, body: &str) -> Vec<u8> {
        self.proven_token_request(body, None)
    }

    /// The request that asks whether a token is in force.
    pub(crate) fn introspection(&self, token: &str) -> Vec<u8> {
        self.request("/oauth/introspect", &format!("token={token}"), None)
    }

    fn proven_token_request(&self, body: &str, proof: Option<&str>) -> Vec<u8> {
        self.request(&self.token_path, body, proof)
    }

    fn request(&self, path: &str, body: &str, proof: Option<&str>) -> Vec<u8> {
        let proof = proof.map_or(String::new(), |proof| format!("DPoP: {proof}\r\n"));
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nX-Forwarded-For: {SERVER_NETWORK}\r\n{proof}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            self.authorization,
            body.len()
        )
        .into_bytes()
    }

    /// Exchanges a code for tokens.
    async fn exchange(&self, connection: &mut Connection, code: &str) -> Outcome<Tokens> {
        let body = Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
            ])
            .finish();
        let answer = connection.call(&self.token_request(&body)).await?;
        if answer.status != 200 {
            return Err(format!("the token endpoint answered {}: {}", answer.status, answer.text()?).into());
        }
        Ok(serde_json::from_slice(answer.body)?)
    }
}

/// A browser and an application's server, for one sign-in after the other.
pub(crate) struct Visitor {
    pub(crate) browser: Browser,
    server: Connection,
    pub(crate) application: Rc<Application>,
}

impl Visitor {
    /// The tokens for the code that the application is sent.
    pub(crate) async fn tokens_of(&mut self, url: &str) -> Outcome<Tokens> {
        let code = code_of(url)?;
        self.application.exchange(&mut self.server, &code).await
    }

    /// A visitor of an application.
    pub(crate) fn new(address: SocketAddr, origin: &str, application: Rc<Application>) -> Self {
        let browser = Browser::new(address, origin, String::new());
        Self { browser, server: Connection::to(address), application }
    }

    /// Signs a person in, in a browser that was never seen: every page and redirect, the code, the
    /// tokens.
    pub(crate) async fn sign_in(&mut self, person: &Person, network: String) -> Outcome<Attempt<Tokens>> {
        self.browser.forget(network);
        let mut place = self.browser.open(self.application.authorize_path()).await?;
        for _ in 0..8 {
            match place {
                Place::TurnedAway => return Ok(Attempt::TurnedAway),
                Place::Away(url) => {
                    return Ok(Attempt::Done(self.tokens_of(&url).await?));
                }
                Place::Page(path, html) => {
                    let form = task(&html).or_else(|| sign_in_form(&html));
                    let form = form.ok_or_else(|| format!("{path} has no task"))?;
                    place = self.browser.send(&filled(form, person)).await?;
                }
            }
        }
        Err("the sign-in does not end: is the password right?".into())
    }
}

/// The request that sends a wrong password, again and again, of a sign-in that was begun for it.
pub(crate) async fn wrong_password(
    address: SocketAddr,
    origin: &str,
    application: &Application,
    index: usize,
) -> Outcome<Vec<u8>> {
    // Documentation and benchmark networks (RFC 2544) have room for as many as are needed.
    let network = format!("198.18.{}.{}", index / 256 % 256, index % 256);
    let stranger = Person {
        email: format!("stranger.{index}@bench.example"),
        password: "a wrong pass phrase, sent again and again".to_owned(),
    };
    let mut browser = Browser::new(address, origin, network);
    let mut place = browser.open(application.authorize_path()).await?;
    for _ in 0..3 {
        let Place::Page(path, html) = place else { return Err("the sign-in went astray".into()) };
        let form = task(&html).ok_or_else(|| format!("{path} has no task"))?;
        let asks_for_password = form.asks_for("password");
        let form = filled(form, &stranger);
        if asks_for_password {
            return Ok(browser.posting(&form));
        }
        place = browser.send(&form).await?;
    }
    Err("the sign-in never asks for a password".into())
}

fn filled(form: Form, person: &Person) -> Form {
    let form = match ["email", "username", "login"].into_iter().find(|name| form.asks_for(name)) {
        Some(name) => form.with(name, &person.email),
        None => form,
    };
    if form.asks_for("password") { form.with("password", &person.password) } else { form }
}

fn code_of(url: &str) -> Outcome<String> {
    let url = url::Url::parse(url)?;
    let code = url.query_pairs().find(|(name, _)| name == "code").map(|(_, value)| value.into_owned());
    code.ok_or_else(|| format!("no code came back: {url}").into())
}

/// One chain of refresh tokens on a connection of its own.
pub(crate) struct Chain {
    connection: Connection,
    application: Rc<Application>,
    token: String,
    prover: Option<Prover>,
}

impl Chain {
    /// A chain that begins with a refresh token.
    pub(crate) fn new(address: SocketAddr, application: Rc<Application>, token: String) -> Self {
        Self { connection: Connection::to(address), application, token, prover: None }
    }

    /// From now on each refresh brings a proof by a key of this chain's own.
    pub(crate) fn prove(&mut self) -> Outcome<()> {
        self.prover = Some(Prover::new(format!("http://{}/oauth/token", self.application.host))?);
        Ok(())
    }

    /// How many signatures a refresh takes: one for the access token, and one for an ID token
    /// where it brings one.
    pub(crate) async fn signatures(&mut self) -> Outcome<f64> {
        let body = format!("grant_type=refresh_token&refresh_token={}", self.token);
        let answer = self.connection.call(&self.application.token_request(&body)).await?;
        let tokens: Tokens = serde_json::from_slice(answer.body)?;
        self.token = tokens.refresh_token;
        Ok(if tokens.id_token.is_some() { 2.0 } else { 1.0 })
    }

    /// Uses the token for the next one.
    pub(crate) async fn refresh(&mut self) -> Outcome<Attempt<()>> {
        let body = format!("grant_type=refresh_token&refresh_token={}", self.token);
        let proof = self.prover.as_ref().map(Prover::proof).transpose()?;
        let request = self.application.proven_token_request(&body, proof.as_deref());
        let answer = self.connection.call(&request).await?;
        match answer.status {
            200 => {}
            429 | 503 => return Ok(Attempt::TurnedAway),
            status => return Err(format!("a refresh answered {status}: {}", answer.text()?).into()),
        }
        // Read by hand: parsing the whole answer would cost more than the request.
        let token = between(answer.text()?, "\"refresh_token\":\"", "\"").ok_or("no refresh token came back")?;
        self.token.clear();
        self.token.push_str(token);
        Ok(Attempt::Done(()))
    }
}

/// The text between one mark and the next.
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?.1.split_once(after).map(|(inner, _)| inner)
}
