//! Sign-ins by a passkey: the whole flow of pages, the challenge and redirects, and no password.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use salpa::directory::people::{self, Person as Owner};
use salpa::platform::clock::Timestamp;
use salpa::proofs::passkeys::{Assertion, Attestation, PasskeyRefusal, RelyingParty};

use crate::browser::{Form, Place, task};
use crate::ceilings::{Ceiling, on_all_cores};
use crate::flows::{Application, Attempt, Tokens, Visitor};
use crate::load::{Measured, Tally};
use crate::loads::{all, home_of};
use crate::service::Person;
use crate::{Fault, Outcome};

#[path = "../../tests/it/support/authenticator.rs"]
#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what helps tests stops at what it did not expect"
)]
mod authenticator;

use authenticator::Authenticator;

/// The devices of the people who sign in, one for each.
pub(crate) type Devices = Vec<Authenticator>;

/// Gives every person a passkey, set up on the way into an application that requires a second step.
pub(crate) async fn set_up(
    address: SocketAddr,
    origin: &str,
    strict: &Rc<Application>,
    people: &[Person],
) -> Outcome<Devices> {
    let mut devices = Vec::with_capacity(people.len());
    for (index, person) in people.iter().enumerate() {
        let mut device = Authenticator::new(origin);
        // It counts nothing, as one on several devices: many sign in by it at once.
        device.counts = false;
        let mut visitor = Visitor::new(address, origin, strict.clone());
        visitor.add_passkey(person, &mut device, home_of(index)).await?;
        devices.push(device);
    }
    Ok(devices)
}

/// Whole sign-ins by passkey for so long, by as many browsers at once.
pub(crate) async fn sign_ins(
    address: SocketAddr,
    origin: &str,
    application: &Rc<Application>,
    (devices, browsers): (Rc<Devices>, usize),
    over: Duration,
) -> Outcome<Measured> {
    let begin = Instant::now();
    let until = begin + over;
    let workers = (0..browsers).map(|worker| {
        let mut visitor = Visitor::new(address, origin, application.clone());
        let devices = devices.clone();
        async move {
            let mut tally = Tally::new()?;
            let mut turn = worker;
            while Instant::now() < until {
                turn += 1;
                let index = turn % devices.len();
                let device = devices.get(index).ok_or("there are no passkeys")?;
                let begin = Instant::now();
                match visitor.sign_in_by_passkey(device, home_of(index)).await? {
                    Attempt::Done(_) => tally.count(begin.elapsed()),
                    Attempt::TurnedAway => tally.count_turned_away(),
                }
            }
            Ok(tally)
        }
    });
    Measured::of(all(workers).await?, begin.elapsed())
}

/// The verification of an answer alone, with everything that is looked at in it, a thread on each core.
pub(crate) fn verification(over: Duration) -> Outcome<Ceiling> {
    on_all_cores(over, || {
        let origin = "https://bench.example";
        let party = RelyingParty::new("Bench", vec![origin.to_owned()]).ok_or("no relying party")?;
        let now = Timestamp::from_seconds(1_780_000_000);
        let owner = Owner {
            id: "019e0000-0000-7000-8000-000000000001".parse()?,
            email: "person@bench.example".to_owned(),
            given_name: "Person".to_owned(),
            family_name: "Bench".to_owned(),
            language: "en".to_owned(),
            state: people::PersonState::Active,
            terms_version: None,
            created_at: now,
            changed_at: now,
            email_confirmed_at: None,
            closed_to_resets: false,
        };
        let mut device = Authenticator::new(origin);
        let asked = party.ask_for_new(&owner, &[], None).map_err(|fault| fault.cause().to_owned())?;
        let made = Attestation::read(&device.make(&asked.options)).ok_or("it cannot be read")?;
        let new = party.verify_new(asked.kept(), &made).map_err(PasskeyRefusal::as_str)?;
        let passkey = new.as_passkey();
        let asked = party.ask_for_proof(&[]).map_err(|fault| fault.cause().to_owned())?;
        let answer = device.answer(&asked.options);
        Ok(move || {
            let assertion = Assertion::read(&answer).ok_or("it cannot be read")?;
            let verified = party.verify(asked.kept(), &assertion, &passkey);
            std::hint::black_box(verified).map(|_| ()).map_err(|refused| Fault::from(refused.as_str()))
        })
    })
}

impl Visitor {
    /// Signs a person in by their passkey, in a browser that was never seen.
    async fn sign_in_by_passkey(&mut self, device: &Authenticator, network: String) -> Outcome<Attempt<Tokens>> {
        self.browser.forget(network);
        let Place::Page(path, _) = self.browser.open(self.application.authorize_path()).await? else {
            return Ok(Attempt::TurnedAway);
        };
        let Some(options) = self.browser.ask(&format!("{path}/passkey/challenge")).await? else {
            return Ok(Attempt::TurnedAway);
        };
        let fields = vec![("credential".to_owned(), device.answer_uncounted(&options))];
        match self.browser.send(&Form { action: format!("{path}/passkey"), fields }).await? {
            Place::TurnedAway => Ok(Attempt::TurnedAway),
            Place::Away(url) => Ok(Attempt::Done(self.tokens_of(&url).await?)),
            Place::Page(path, _) => Err(format!("the passkey did not open {path}").into()),
        }
    }

    /// Signs a person in by their password, who sets up a passkey on the way.
    async fn add_passkey(&mut self, person: &Person, device: &mut Authenticator, network: String) -> Outcome<()> {
        self.browser.forget(network);
        let mut place = self.browser.open(self.application.authorize_path()).await?;
        for _ in 0..10 {
            place = match place {
                Place::Away(_) => return Ok(()),
                Place::TurnedAway => return Err("turned away before the load began".into()),
                Place::Page(path, html) => {
                    let form = task(&html).ok_or_else(|| format!("{path} has no task"))?;
                    let form = if form.action.ends_with("/passkey/new") {
                        let ask = form.action.replace("/passkey/new", "/passkey/challenge");
                        let options = self.browser.ask(&ask).await?.ok_or("turned away")?;
                        form.with("credential", &device.make(&options))
                    } else if form.asks_for("method") {
                        form.with("method", "passkey")
                    } else if form.asks_for("password") {
                        form.with("password", &person.password)
                    } else if form.asks_for("email") {
                        form.with("email", &person.email)
                    } else {
                        form
                    };
                    self.browser.send(&form).await?
                }
            };
        }
        Err(format!("no passkey was set up for {}", BASE64URL_NOPAD.encode(&device.credential_id)).into())
    }
}
