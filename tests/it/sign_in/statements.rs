//! How many statements a sign-in and a token send to the database, and how often they wait for it. On PostgreSQL each
//! wait is a round trip to another machine, so neither may grow without somebody seeing it here. The lists are printed
//! where a limit is passed.

use std::fmt::Write as _;

use salpa::platform::db::RecordedStatements;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{GrantType, Registration};
use salpa::sign_in::policies::SecondFactor;

use crate::provider::{Arrived, arrive};
use crate::support::{AINO, Browser, MIKKO, Page, Service, code_at};

/// One request with the statements that it may send, and those that it sent.
struct Walked {
    request: String,
    limit: usize,
    sent: RecordedStatements,
}

/// A browser on its way through a sign-in, which takes what is recorded after each request.
struct Walk<'s> {
    service: &'s Service,
    browser: Browser,
    walked: Vec<Walked>,
}

impl<'s> Walk<'s> {
    fn of(service: &'s Service) -> Self {
        service.app.db.statements().turn_on();
        service.app.db.statements().take();
        Self { service, browser: service.browser(), walked: Vec::new() }
    }

    fn keep(&mut self, request: String, limit: usize) {
        let sent = self.service.app.db.statements().take();
        self.walked.push(Walked { request, limit, sent });
    }

    async fn get(&mut self, path: &str, limit: usize) -> Page {
        let page = self.browser.get(path).await;
        self.keep(format!("GET {}", without_ids(path)), limit);
        page
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)], limit: usize) -> Page {
        let page = self.browser.post(path, fields).await;
        self.keep(format!("POST {}", without_ids(path)), limit);
        page
    }

    /// Prints the table, and fails where a request sends more statements than it may, or where all of them together
    /// send more or wait more often.
    fn end(self, name: &str, limit: usize, round_trips: usize) {
        let sum = |count: fn(&RecordedStatements) -> usize| self.walked.iter().map(|walked| count(&walked.sent)).sum();
        let all: usize = sum(|sent| sent.texts.len());
        let transactions: usize = sum(|sent| sent.transactions);
        let waits: usize = sum(|sent| sent.round_trips);
        let mut told = format!(
            "{name}: {all} statements of {limit}, {waits} round trips of {round_trips}, {transactions} transactions\n"
        );
        for Walked { request, limit, sent } in &self.walked {
            let (count, waits, transactions) = (sent.texts.len(), sent.round_trips, sent.transactions);
            let _ = writeln!(
                told,
                "  {request}: {count} statements of {limit}, {waits} round trips, {transactions} transactions"
            );
            for text in &sent.texts {
                let _ = writeln!(told, "      {}", text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        println!("{told}");
        let is_within = self.walked.iter().all(|walked| walked.sent.texts.len() <= walked.limit);
        assert!(is_within && all <= limit, "more statements than there may be\n{told}");
        assert!(waits <= round_trips, "more round trips than there may be\n{told}");
    }
}

/// A path without what is made anew for each sign-in.
fn without_ids(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let is_id = |part: &&str| part.len() == 36 && part.contains('-');
    path.split('/').map(|part| if is_id(&part) { "{id}" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn a_sign_in_by_password_and_app_sends_no_more_statements_than_it_may() {
    let service = Service::start().await;
    service.person(AINO).await;
    // The first request reads the rows that stay in memory.
    service.browser().get("/account").await;
    let mut walk = Walk::of(&service);

    let page = walk.get("/account", 2).await;
    let sign_in = page.location().unwrap();
    walk.get(&sign_in, 1).await;
    walk.post(&format!("{sign_in}/email"), &[("email", AINO.email)], 4).await;
    walk.get(&sign_in, 1).await;
    walk.post(&format!("{sign_in}/password"), &[("password", AINO.password)], 10).await;
    walk.get(&sign_in, 1).await;
    let code = code_at(AINO.seed.unwrap(), service.now());
    let page = walk.post(&format!("{sign_in}/code"), &[("code", &code)], 18).await;
    let page = walk.get(&page.location().unwrap(), 7).await;

    assert_eq!(page.title(), "My sign-in");
    walk.end("password and authenticator app", 44, 32);
}

#[tokio::test]
async fn a_sign_in_by_passkey_sends_no_more_statements_than_it_may() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let mut device = service.passkey(aino).await;
    service.browser().get("/account").await;
    let mut walk = Walk::of(&service);

    let page = walk.get("/account", 2).await;
    let sign_in = page.location().unwrap();
    walk.get(&sign_in, 1).await;
    let options = walk.post(&format!("{sign_in}/passkey/challenge"), &[], 3).await;
    let answer = device.answer(&serde_json::from_str(&options.body).unwrap());
    let page = walk.post(&format!("{sign_in}/passkey"), &[("credential", &answer)], 17).await;
    let page = walk.get(&page.location().unwrap(), 7).await;

    assert_eq!(page.title(), "My sign-in");
    walk.end("passkey", 30, 21);
}

/// The whole way of the bench (`bin/bench`): from the application's link to its tokens, by a password alone.
#[tokio::test]
async fn a_sign_in_to_an_application_waits_for_the_database_no_more_often_than_it_may() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let application = service.application("Payroll", SecondFactor::Optional).await;
    // The first one reads what stays in memory.
    let mut earlier = service.browser();
    let first = earlier.open(&application.authorize(&[])).await;
    let arrived = earlier.sign_in_as(&service, first, MIKKO).await;
    application.redeem(&service, &arrived.answered("code").unwrap()).await.fine();
    let mut walk = Walk::of(&service);

    let page = walk.get(&application.authorize(&[]), 5).await;
    let place = page.location().unwrap();
    walk.get(&place, 1).await;
    walk.post(&format!("{place}/email"), &[("email", MIKKO.email)], 4).await;
    walk.get(&place, 1).await;
    let page = walk.post(&format!("{place}/password"), &[("password", MIKKO.password)], 17).await;
    let page = walk.get(&page.location().unwrap(), 8).await;
    let code = page.answered("code").unwrap();
    application.redeem(&service, &code).await.fine();
    walk.keep("POST /oauth/token".to_owned(), 6);

    walk.end("an application by password", 42, 27);
}

#[tokio::test]
async fn a_refresh_sends_no_more_statements_than_it_may() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let first = application.redeem(&service, &code).await.fine();
    let mut walk = Walk::of(&service);

    application.refresh(&service, &first.text("refresh_token")).await.fine();
    walk.keep("POST /oauth/token".to_owned(), 3);

    walk.end("refresh", 3, 3);
}

#[tokio::test]
async fn a_token_for_the_application_itself_and_its_introspection_send_no_more_statements_than_they_may() {
    let service = Service::start().await;
    let registration = Registration {
        grant_types: vec![GrantType::ClientCredentials],
        scopes: Scopes::parse("reports.read").unwrap(),
        ..Registration::new("Robot")
    };
    let robot = service.register(registration, SecondFactor::Required).await;
    let fields = [("grant_type", "client_credentials")];
    // The first request reads the signing keys, which stay in memory.
    robot.post(&service, "/oauth/token", &fields).await.fine();
    let mut walk = Walk::of(&service);

    let token = robot.post(&service, "/oauth/token", &fields).await.fine().text("access_token");
    walk.keep("POST /oauth/token".to_owned(), 1);
    assert_eq!(robot.introspect(&service, &token).await["active"], true);
    walk.keep("POST /oauth/introspect".to_owned(), 2);

    walk.end("client credentials and introspection", 3, 3);
}

#[tokio::test]
async fn the_introspection_of_a_persons_token_sends_no_more_statements_than_it_may() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let token = application.redeem(&service, &code).await.fine().text("access_token");
    let mut walk = Walk::of(&service);

    assert_eq!(application.introspect(&service, &token).await["active"], true);
    walk.keep("POST /oauth/introspect".to_owned(), 3);

    walk.end("introspection", 3, 3);
}

/// A sign-in that began before its row named the person, under an earlier version: its state does.
#[tokio::test]
async fn a_sign_in_whose_row_names_nobody_yet_goes_on() {
    let service = Service::start().await;
    service.person(AINO).await;
    let mut browser = service.browser();
    let sign_in = browser.open("/account").await.sign_in();
    browser.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
    service.change("UPDATE sign_ins SET person_id = NULL").await;
    browser.submit(&format!("{sign_in}/password"), &[("password", AINO.password)]).await;
    service.change("UPDATE sign_ins SET person_id = NULL").await;
    let code = code_at(AINO.seed.unwrap(), service.now());
    let page = browser.submit(&format!("{sign_in}/code"), &[("code", &code)]).await;
    assert_eq!(page.title(), "My sign-in");
}
