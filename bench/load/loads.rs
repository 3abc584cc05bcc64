//! The loads of the phases, without their evaluation.

use std::cell::Cell;
use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::flows::{Application, Attempt, Chain, Visitor, wrong_password};
use crate::http::Connection;
use crate::load::{Beat, Measured, Tally};
use crate::service::Person;
use crate::{Fault, Outcome};

/// Sign-ins that were begun to send wrong passwords: each is used too rarely to be made to wait.
const STRANGERS: usize = 1_500;
/// Connections that the wrong passwords come on.
const STORM_CONNECTIONS: usize = 256;

/// The target and the sources of the load.
pub(crate) struct Loads {
    /// The address on which the service listens.
    pub(crate) address: SocketAddr,
    /// Its public URL.
    pub(crate) origin: String,
    /// The application that people sign in to.
    pub(crate) application: Rc<Application>,
    /// The people who sign in.
    pub(crate) people: Vec<Person>,
    /// Keep-alive connections of the token phases.
    pub(crate) connections: usize,
    /// Browsers that sign in at once: as many as keep the hashing threads busy.
    pub(crate) browsers: usize,
}

impl Loads {
    /// Whole sign-ins for so long.
    pub(crate) async fn sign_ins(&self, over: Duration) -> Outcome<Measured> {
        let begin = Instant::now();
        let until = begin + over;
        let workers = (0..self.browsers).map(|worker| {
            let mut visitor = Visitor::new(self.address, &self.origin, self.application.clone());
            let people = self.people.clone();
            async move {
                let mut tally = Tally::new()?;
                let mut turn = worker;
                while Instant::now() < until {
                    turn += 1;
                    let index = turn % people.len();
                    let person = people.get(index).ok_or("there are no people")?;
                    let begin = Instant::now();
                    match visitor.sign_in(person, home_of(index)).await? {
                        Attempt::Done(_) => tally.count(begin.elapsed()),
                        Attempt::TurnedAway => tally.count_turned_away(),
                    }
                }
                Ok(tally)
            }
        });
        Measured::of(all(workers).await?, begin.elapsed())
    }

    /// Client-credentials tokens for so long, as fast as they come.
    pub(crate) async fn tokens(&self, over: Duration) -> Outcome<Measured> {
        let begin = Instant::now();
        let until = begin + over;
        let workers = (0..self.connections).map(|_| {
            let mut connection = Connection::to(self.address);
            let application = self.application.clone();
            async move {
                let mut tally = Tally::new()?;
                while Instant::now() < until {
                    let begin = Instant::now();
                    let answer = connection.call(application.client_credentials()).await?;
                    match answer.status {
                        200 => tally.count(begin.elapsed()),
                        429 | 503 => tally.count_turned_away(),
                        status => return Err(format!("a token request answered {status}: {}", answer.text()?).into()),
                    }
                }
                Ok(tally)
            }
        });
        Measured::of(all(workers).await?, begin.elapsed())
    }

    /// Introspections of a token of the application for so long, as fast as they come.
    pub(crate) async fn introspections(&self, over: Duration) -> Outcome<Measured> {
        let mut connection = Connection::to(self.address);
        let answer = connection.call(self.application.client_credentials()).await?;
        let given: serde_json::Value = serde_json::from_slice(answer.body)?;
        let token = given.get("access_token").and_then(serde_json::Value::as_str).ok_or("there is no token")?;
        let request: Rc<[u8]> = self.application.introspection(token).into();
        let begin = Instant::now();
        let until = begin + over;
        let workers = (0..self.connections).map(|_| {
            let mut connection = Connection::to(self.address);
            let request = request.clone();
            async move {
                let mut tally = Tally::new()?;
                while Instant::now() < until {
                    let begin = Instant::now();
                    let answer = connection.call(&request).await?;
                    match answer.status {
                        200 if answer.text()?.contains("\"active\":true") => tally.count(begin.elapsed()),
                        429 | 503 => tally.count_turned_away(),
                        status => return Err(format!("an introspection answered {status}: {}", answer.text()?).into()),
                    }
                }
                Ok(tally)
            }
        });
        Measured::of(all(workers).await?, begin.elapsed())
    }

    /// A chain of refresh tokens for each connection, and how many signatures a refresh takes.
    pub(crate) async fn chains(&self) -> Outcome<(Vec<Chain>, f64)> {
        let mut visitor = Visitor::new(self.address, &self.origin, self.application.clone());
        let mut chains = Vec::new();
        for index in (0..self.people.len()).cycle() {
            if chains.len() == self.connections {
                break;
            }
            let person = self.people.get(index).ok_or("there are no people")?;
            if let Attempt::Done(tokens) = visitor.sign_in(person, home_of(index)).await? {
                chains.push(Chain::new(self.address, self.application.clone(), tokens.refresh_token));
            }
        }
        let signs = chains.first_mut().ok_or("there are no connections")?.signatures().await?;
        Ok((chains, signs))
    }

    /// Refreshes on every chain for so long: as fast as they come, or at a rate.
    pub(crate) async fn refreshes(chains: &mut [Chain], at_rate: Option<f64>, over: Duration) -> Outcome<Measured> {
        let count = chains.len();
        let begin = Instant::now();
        let until = begin + over;
        let workers = chains.iter_mut().enumerate().map(|(index, chain)| async move {
            let mut tally = Tally::new()?;
            let mut beat = at_rate.map(|rate| Beat::of(index, count, rate, begin));
            loop {
                let due = match &mut beat {
                    Some(beat) => beat.wait().await,
                    None => Instant::now(),
                };
                if Instant::now() >= until {
                    return Ok(tally);
                }
                match chain.refresh().await? {
                    Attempt::Done(()) => tally.count(due.elapsed()),
                    Attempt::TurnedAway => tally.count_turned_away(),
                }
            }
        });
        let tallies: Outcome<Vec<Tally>> = futures_util::future::try_join_all(workers).await;
        Measured::of(tallies?, begin.elapsed())
    }

    /// Sign-ins of people who do not exist, each at the page that asks for the password.
    pub(crate) async fn strangers(&self) -> Outcome<Vec<Vec<u8>>> {
        let mut requests = Vec::with_capacity(STRANGERS);
        for index in 0..STRANGERS {
            requests.push(wrong_password(self.address, &self.origin, &self.application, index).await?);
        }
        Ok(requests)
    }
}

/// Wrong passwords at a rate, whatever becomes of them.
pub(crate) async fn storm(
    address: SocketAddr,
    strangers: Rc<Vec<Vec<u8>>>,
    at_rate: f64,
    over: Duration,
) -> Outcome<Measured> {
    let begin = Instant::now();
    let until = begin + over;
    let next = Rc::new(Cell::new(0_usize));
    let workers = (0..STORM_CONNECTIONS).map(|index| {
        let (strangers, next) = (strangers.clone(), next.clone());
        async move {
            let mut connection = Connection::to(address);
            let mut tally = Tally::new()?;
            let mut beat = Beat::of(index, STORM_CONNECTIONS, at_rate, begin);
            loop {
                let due = beat.wait().await;
                if Instant::now() >= until {
                    return Ok(tally);
                }
                let turn = next.get();
                next.set(turn + 1);
                let request = strangers.get(turn % strangers.len()).ok_or("there are no strangers")?;
                match connection.call(request).await?.status {
                    429 | 503 => tally.count_turned_away(),
                    _ => tally.count(due.elapsed()),
                }
            }
        }
    });
    Measured::of(all(workers).await?, begin.elapsed())
}

/// Runs everything at once, on this thread.
pub(crate) async fn all<F>(work: impl Iterator<Item = F>) -> Outcome<Vec<Tally>>
where
    F: Future<Output = Outcome<Tally>> + 'static,
{
    let tasks: Vec<_> = work.map(tokio::task::spawn_local).collect();
    let mut tallies = Vec::new();
    for task in tasks {
        tallies.push(task.await.map_err(Fault::from)??);
    }
    Ok(tallies)
}

/// The network that a person signs in from.
pub(crate) fn home_of(index: usize) -> String {
    format!("203.0.113.{}", index % 250 + 1)
}
