//! Browsers that wait for approvals, and the phones that approve.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use salpa::platform::random::Random;
use salpa::platform::secret::Secret;
use salpa::platform::settings::PasswordHashCost;
use salpa::proofs::passwords::HashPool;
use salpa::proofs::phones::{SignedText, SigningPurpose};
use serde_json::{Value, json};
use tokio::sync::oneshot::{self, Receiver, Sender};
use tokio::task::JoinHandle;

use crate::browser::{Browser, Form, Place, attribute, task};
use crate::flows::{Application, between};
use crate::http::Connection;
use crate::load::{Beat, Measured, Tally};
use crate::phases::answered;
use crate::service::Person;
use crate::{Outcome, million};

/// The password of everybody: one hash serves for all.
const PASSWORD: &str = "a pass phrase of people who approve by phone";
/// The pages of a sign-in at most, until it asks the phone or is over.
const MOST_PAGES: usize = 8;
/// How long is waited before a request is sent again that was turned away.
const AGAIN: Duration = Duration::from_millis(100);
/// The version that the app says to be.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A person with a phone, and a browser in which they sign in.
pub(crate) struct Pair {
    person: Person,
    network: String,
    phone: Browser,
    key: EcdsaKeyPair,
    /// The identifier of the phone.
    id: String,
    browser: Browser,
    /// The form with the password, once the sign-in asks for it.
    password: Option<Form>,
    /// The path of the page that waits.
    waits_at: String,
    /// The approval, written out.
    approval: Vec<u8>,
}

/// Writes the lines to import: a company whose users have a password and a recovery code, so that a sign-in ends once the
/// phone has approved.
pub(crate) async fn write(file: &Path, people: usize) -> Outcome<()> {
    let pool = HashPool::start(PasswordHashCost::DEFAULT, Random::new())?;
    let hash = pool.make(Secret::new(PASSWORD.to_owned())).await.map_err(|_| "no hash was made")?;
    let mut out = BufWriter::new(File::create(file)?);
    let company = million::company(0);
    writeln!(out, "{}", json!({ "kind": "company", "id": company, "name": "Bench Oy", "type": "business" }))?;
    for number in 0..people {
        let (id, email) = (million::identifier(number), person(number).email);
        let password = json!({ "hash": hash.as_str(), "stands_alone": true });
        let code = json!({ "hash": hash.as_str(), "made_at": 1_767_225_600_000_i64 });
        let line = json!({
            "kind": "person", "id": id, "email": email, "given_name": "Person", "family_name": "Bench",
            "password": password, "recovery_code": code,
        });
        writeln!(out, "{line}")?;
        let roles = ["employee"];
        writeln!(
            out,
            "{}",
            json!({ "kind": "user", "company": company, "person": id, "roles": roles, "basic": true })
        )?;
    }
    Ok(out.flush()?)
}

fn person(number: usize) -> Person {
    Person { email: format!("approves.{number}@bench.example"), password: PASSWORD.to_owned() }
}

/// Sends a form until it is not turned away.
async fn send(browser: &mut Browser, form: &Form) -> Outcome<Place> {
    loop {
        match browser.send(form).await? {
            Place::TurnedAway => tokio::time::sleep(AGAIN).await,
            place => return Ok(place),
        }
    }
}

impl Pair {
    /// A person whose phone has just been set up: the app has made a key, and is open.
    pub(crate) async fn set_up(address: SocketAddr, origin: &str, number: usize) -> Outcome<Self> {
        let (person, network) = (person(number), format!("198.18.{}.{}", number / 250 % 250, number % 250 + 1));
        let mut phone = Browser::new(address, origin, network.clone());
        let mut place = phone.open("/app/pin").await?;
        let mut made = None;
        for _ in 0..MOST_PAGES {
            let Place::Page(path, html) = place else { return Err("the way into the app leads away".into()) };
            if let Some(challenge) = between(&html, "data-challenge=\"", "\"").filter(|_| path == "/app/pin") {
                made = Some(challenge.to_owned());
                break;
            }
            let form = task(&html).ok_or_else(|| format!("{path} has no task"))?;
            place = send(&mut phone, &answered(&html, form, &person)?).await?;
        }
        let challenge = made.ok_or("the app asks for no PIN")?;
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let text = SignedText::new(origin, SigningPurpose::Connect, "new", &challenge, &[]);
        let signature = BASE64URL_NOPAD.encode(key.sign(&SystemRandom::new(), text.as_bytes())?.as_ref());
        let public_key = BASE64URL_NOPAD.encode(key.public_key().as_ref());
        let body = json!({
            "challenge": challenge, "signature": signature, "public_key": public_key, "version": VERSION,
        });
        let answer = phone.tell("/app/pin", &body).await?;
        let id = answer
            .get("phone")
            .and_then(Value::as_str)
            .ok_or_else(|| format!("no phone was made: {answer}"))?
            .to_owned();
        let browser = Browser::new(address, origin, network.clone());
        let (password, waits_at, approval) = (None, String::new(), Vec::new());
        Ok(Self { person, network, phone, key, id, browser, password, waits_at, approval })
    }

    /// Begins a sign-in, up to the page that asks for the password.
    pub(crate) async fn begin(&mut self, application: &Application) -> Outcome<()> {
        self.browser.forget(self.network.clone());
        let mut place = self.browser.open(application.authorize_path()).await?;
        for _ in 0..MOST_PAGES {
            let Place::Page(path, html) = place else { return Err("the sign-in leads away".into()) };
            let form = task(&html).ok_or_else(|| format!("{path} has no task"))?;
            let is_password = form.asks_for("password");
            let form = answered(&html, form, &self.person)?;
            if is_password {
                self.password = Some(form);
                return Ok(());
            }
            place = send(&mut self.browser, &form).await?;
        }
        Err("the sign-in never asks for a password".into())
    }

    /// Gives the password, so that the phone is asked, and writes out what it will answer.
    pub(crate) async fn ask(&mut self, origin: &str) -> Outcome<()> {
        let form = self.password.take().ok_or("the sign-in was not begun")?;
        let Place::Page(path, html) = send(&mut self.browser, &form).await? else {
            return Err("the phone is not asked".into());
        };
        let number = between(&html, "<p class=\"number\">", "</p>")
            .map(|shown| shown.replace(|c: char| !c.is_ascii_digit(), ""));
        let number = number.ok_or_else(|| format!("{path} shows no number"))?;
        self.waits_at = format!("{}/approval", path.trim_end_matches("/approval"));
        let Place::Page(_, home) = self.phone.open("/app").await? else { return Err("the app leads away".into()) };
        let card = between(&home, "class=\"waiting-card\" href=\"", "\"").ok_or("nothing waits on the phone")?;
        let Place::Page(_, question) = self.phone.open(card).await? else { return Err("the app leads away".into()) };
        let opening = question.split("<form id=\"answer\"").nth(1).and_then(|rest| rest.split('>').next());
        let opening = opening.ok_or("the phone shows no question")?;
        let of = |name| attribute(opening, name).ok_or_else(|| format!("the question has no {name}"));
        let mut fields: Vec<(String, String)> = serde_json::from_str(&of("data-fields")?)?;
        fields.push(("number".to_owned(), number.clone()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let text = SignedText::new(origin, SigningPurpose::Approve, &self.id, &of("data-subject")?, &fields);
        let signature = BASE64URL_NOPAD.encode(self.key.sign(&SystemRandom::new(), text.as_bytes())?.as_ref());
        let body = json!({ "number": number, "signature": signature, "version": VERSION });
        self.approval = self.phone.telling(&of("action")?, &body);
        Ok(())
    }

    /// The request that is held until the phone has answered.
    pub(crate) fn waiting(&self) -> Vec<u8> {
        self.browser.asking(&format!("{}/wait", self.waits_at))
    }
}

impl WaitingPair {
    /// Approves, waits until the browser hears of it and lets it go on: the time until it is sent to the application.
    async fn approve(mut self) -> Outcome<Duration> {
        let begun = Instant::now();
        self.approved_at.set(Some(begun));
        let answer = self.pair.phone.repeat(&self.pair.approval).await?;
        if answer.get("next").is_none() || answer.get("number").is_some() {
            return Err(format!("the approval was refused: {answer}").into());
        }
        self.hears.await.map_err(|_| "the browser heard of nothing")?;
        let form = Form { action: self.pair.waits_at.clone(), fields: Vec::new() };
        match self.pair.browser.send(&form).await? {
            Place::Away(_) => Ok(begun.elapsed()),
            Place::Page(path, _) => Err(format!("the approval led to {path}").into()),
            Place::TurnedAway => Err("the browser was turned away".into()),
        }
    }
}

/// A request that is held, again and again until the phone has answered: the time since then.
async fn wait(
    address: SocketAddr,
    request: Rc<Vec<u8>>,
    approved_at: Rc<Cell<Option<Instant>>>,
    heard: Option<Sender<()>>,
) -> Outcome<Duration> {
    let mut connection = Connection::to(address);
    loop {
        let answer = connection.call(&request).await?;
        if answer.status != 200 {
            return Err(format!("a waiting browser is answered {}", answer.status).into());
        }
        let news: Value = serde_json::from_slice(answer.body)?;
        if news.get("waiting") == Some(&Value::Bool(false)) {
            let took = approved_at.get().ok_or("a question was over before it was answered")?.elapsed();
            if let Some(heard) = heard {
                // The pair may have given up already, and says why.
                let _ = heard.send(());
            }
            return Ok(took);
        }
    }
}

/// Browsers that wait, as many for each pair: those after the first are tabs of it.
pub(crate) struct Crowd {
    waiting: Vec<JoinHandle<Outcome<Duration>>>,
    pairs: Vec<WaitingPair>,
}

/// A pair whose browser waits.
struct WaitingPair {
    pair: Pair,
    /// When the phone has answered.
    approved_at: Rc<Cell<Option<Instant>>>,
    /// Whether the first of its browsers has heard of it.
    hears: Receiver<()>,
}

/// The times of a crowd.
pub(crate) struct CrowdTimes {
    /// From the approval until each browser heard of it.
    pub(crate) answers: Measured,
    /// From the approval until the browser was sent to the application.
    pub(crate) redirects: Measured,
}

impl Crowd {
    /// Lets so many browsers wait.
    pub(crate) fn gather(address: SocketAddr, pairs: Vec<Pair>, browsers: usize) -> Self {
        let (count, mut crowd) = (pairs.len().max(1), Self { waiting: Vec::new(), pairs: Vec::new() });
        for (index, pair) in pairs.into_iter().enumerate() {
            let (request, approved_at) = (Rc::new(pair.waiting()), Rc::new(Cell::new(None)));
            let (heard, hears) = oneshot::channel();
            let mut heard = Some(heard);
            let tabs = browsers / count + usize::from(index < browsers % count);
            for _ in 0..tabs.max(1) {
                let waits = wait(address, request.clone(), approved_at.clone(), heard.take());
                crowd.waiting.push(tokio::task::spawn_local(waits));
            }
            crowd.pairs.push(WaitingPair { pair, approved_at, hears });
        }
        crowd
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Approves all, so many a second.
    pub(crate) async fn approve(self, at_rate: f64) -> Outcome<CrowdTimes> {
        let begin = Instant::now();
        let mut beat = Beat::of(0, 1, at_rate, begin);
        let mut approving = Vec::with_capacity(self.pairs.len());
        for waiting in self.pairs {
            beat.wait().await;
            approving.push(tokio::task::spawn_local(waiting.approve()));
        }
        let (mut answers, mut redirects) = (Tally::new()?, Tally::new()?);
        for one in approving {
            redirects.count(one.await??);
        }
        for one in self.waiting {
            answers.count(one.await??);
        }
        let over = begin.elapsed();
        let [answers, redirects] = [answers, redirects].map(|tally| Measured::of(vec![tally], over));
        Ok(CrowdTimes { answers: answers?, redirects: redirects? })
    }
}

/// Connections that have been answered once, and lie idle.
pub(crate) async fn bare(address: SocketAddr, browser: &Browser, count: usize) -> Outcome<Vec<Connection>> {
    let request = browser.asking("/health/live");
    let mut idle = Vec::with_capacity(count);
    for _ in 0..count {
        let mut connection = Connection::to(address);
        connection.call(&request).await?;
        idle.push(connection);
    }
    Ok(idle)
}
