//! The phases of a run, one after the other, and what each of them says.

use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use salpa::platform::settings::PasswordHashCost;
use tokio::task::LocalSet;

use crate::browser::{Browser, Form};
use crate::flows::{Application, Attempt, Chain, Visitor, between, wrong_password};
use crate::http::Connection;
use crate::load::{Beat, Measured, Tally};
use crate::machine::{Memory, cores, processor, processor_time};
use crate::service::{Person, Service};
use crate::table::{self, Line, mebibytes, rate};
use crate::weight::{self, Weight};
use crate::{Fault, Outcome, Plan, ceilings};

/// People who sign in, one after the other.
const PEOPLE: usize = 16;
/// How often the start is measured.
const STARTS: usize = 5;
/// After so long without a password the service gives the memory of its hashes back.
const IDLE: Duration = Duration::from_secs(12);
/// Sign-ins that were begun to send wrong passwords: each is used too rarely to be made to wait.
const STRANGERS: usize = 1_500;
/// Connections that the wrong passwords come on.
const STORM_CONNECTIONS: usize = 256;
/// What the wrong passwords are of what the machine can hash.
const STORM: f64 = 10.0;
/// What the steady refreshes are of the most that there were.
const STEADY: f64 = 0.3;

struct Run<'p> {
    plan: &'p Plan,
    service: Service,
    people: Vec<Person>,
    application: Rc<Application>,
    lines: Vec<Line>,
}

/// Runs every phase and prints the table.
pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let database = std::env::var("SALPA_BENCH_DATABASE_URL").ok();
    let cost = PasswordHashCost::DEFAULT;
    println!("Machine    {} cores, {}", cores(), processor());
    println!("Database   {}", if database.is_some() { "PostgreSQL" } else { "SQLite, synchronous=FULL" });
    println!("Hash       Argon2id, {} KiB, {} passes, 1 lane", cost.memory, cost.passes);
    println!("Load       from this machine; {} s a phase\n", plan.phase.as_secs());

    let mut service = Service::prepare(database.as_deref())?;
    let client = service.create_application("Bench", "optional")?;
    let strict = service.create_application("Bench with two factors", "required")?;
    let people = (0..PEOPLE).map(|index| service.create_person(index)).collect::<Outcome<Vec<_>>>()?;
    let walker = service.create_person(PEOPLE)?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        service.stop()?;
        starts.push(service.start()?);
    }
    starts.sort_unstable();
    let application = Rc::new(Application::new(&service.origin, &client));
    let strict = Application::new(&service.origin, &strict);
    let mut run = Run { plan, service, people, application, lines: Vec::new() };
    run.at_rest(&starts)?;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    let mut hashes = 0.0;
    if plan.wants("sign-ins") || plan.wants("storm") {
        hashes = ceilings::hashing(cost, plan.phase)?;
    }
    if plan.wants("sign-ins") {
        local.block_on(&runtime, run.sign_ins(hashes))?;
    }
    if plan.wants("tokens") || plan.wants("refreshes") || plan.wants("storm") {
        let signatures = ceilings::signing(plan.phase)?;
        let scratch = format!("sqlite:{}", run.service.folder().join("ceiling.db").display());
        let transactions =
            ceilings::transactions(database.as_deref().unwrap_or(&scratch), plan.connections, plan.phase)?;
        if plan.wants("tokens") {
            local.block_on(&runtime, run.tokens(signatures, transactions))?;
        }
        if plan.wants("refreshes") || plan.wants("storm") {
            local.block_on(&runtime, run.refreshes(signatures, transactions, hashes))?;
        }
    }
    if plan.wants("weight") {
        local.block_on(&runtime, run.weights(&strict, &walker))?;
    }
    table::print(&run.lines);
    run.service.stop()
}

/// The processor time of the service and of this program, to tell what a phase took of each.
struct Effort {
    begin: Instant,
    service: Duration,
    bench: Duration,
}

impl Run<'_> {
    fn address(&self) -> SocketAddr {
        self.service.address
    }

    fn effort(&self) -> Outcome<Effort> {
        Ok(Effort {
            begin: Instant::now(),
            service: processor_time(self.service.process()?)?,
            bench: processor_time(std::process::id())?,
        })
    }

    /// How busy the service and this program kept the cores since then, in words.
    fn busy_since(&self, before: &Effort) -> Outcome<String> {
        let over = before.begin.elapsed().as_secs_f64();
        let now = self.effort()?;
        let share = |from: Duration, to: Duration| (to.saturating_sub(from)).as_secs_f64() / over;
        Ok(format!(
            "{:.2} cores by the service, {:.2} by the load",
            share(before.service, now.service),
            share(before.bench, now.bench)
        ))
    }

    fn at_rest(&mut self, starts: &[Duration]) -> Outcome<()> {
        let median = starts.get(starts.len() / 2).copied().unwrap_or_default();
        let slowest = starts.last().copied().unwrap_or_default();
        std::thread::sleep(Duration::from_secs(1));
        let memory = Memory::of(self.service.process()?)?;
        let figure = format!("{} (slowest {})", shown(median), shown(slowest));
        let is_quick = median < Duration::from_millis(200);
        self.lines.push(Line::new("start until ready", figure).aim("under 200 ms", is_quick));
        let figure = format!("{} (PSS {})", mebibytes(memory.resident), mebibytes(memory.proportional));
        let is_small = memory.resident < 40 * 1024;
        self.lines.push(Line::new("memory at rest", figure).aim("under 40 MiB", is_small));
        Ok(())
    }

    /// Whole sign-ins by as many browsers at once as keep the hashing threads busy.
    async fn sign_ins(&mut self, hashes: f64) -> Outcome<()> {
        // What is made once is made, and what is kept for a while is given back.
        self.sign_in_for(Duration::from_secs(2)).await?;
        tokio::time::sleep(IDLE).await;
        let before = Memory::of(self.service.process()?)?;
        let effort = self.effort()?;
        let measured = self.sign_in_for(self.plan.phase).await?;
        let busy = self.busy_since(&effort)?;
        let service = processor_time(self.service.process()?)?.saturating_sub(effort.service).as_secs_f64();
        tokio::time::sleep(IDLE).await;
        let after = Memory::of(self.service.process()?)?;

        let over_hash = (hashes / measured.rate - 1.0) * 100.0;
        // The hash alone keeps every core busy, so each takes this much of a processor.
        let own = (service / measured.count as f64 * hashes / cores() as f64 - 1.0) * 100.0;
        self.lines.push(
            Line::new("password sign-ins, whole flow", rate(measured.rate))
                .under(measured.rate, hashes, "Argon2id alone")
                .took(&measured),
        );
        let met = over_hash <= 10.0;
        self.lines.push(Line::new("  cost over the hash", format!("{over_hash:.1} %")).aim("at most 10 %", met));
        self.lines.push(Line::new("  the service's own share of that", format!("{own:.1} %")));
        self.lines.push(Line::new("  cores kept busy", busy));
        if measured.turned_away > 0 {
            self.lines.push(Line::new("  turned away", measured.turned_away.to_string()));
        }
        let grown = after.proportional.saturating_sub(before.proportional) as f64;
        let per_thousand = grown / measured.count as f64 * 1000.0;
        self.lines.push(Line::new("memory after sign-ins, idle again", mebibytes(after.resident)));
        self.lines.push(Line::new("memory per thousand sessions", format!("{per_thousand:.0} KiB")));
        Ok(())
    }

    async fn sign_in_for(&self, over: Duration) -> Outcome<Measured> {
        let begin = Instant::now();
        let until = begin + over;
        let workers = (0..cores() * 4).map(|worker| {
            let mut visitor = Visitor::new(self.address(), &self.service.origin, self.application.clone());
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

    /// Client-credentials tokens, as fast as they come.
    async fn tokens(&mut self, signatures: f64, transactions: f64) -> Outcome<()> {
        let effort = self.effort()?;
        let begin = Instant::now();
        let until = begin + self.plan.phase;
        let workers = (0..self.plan.connections).map(|_| {
            let mut connection = Connection::to(self.address());
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
        let measured = Measured::of(all(workers).await?, begin.elapsed())?;
        let busy = self.busy_since(&effort)?;
        self.under_both("client-credentials tokens, ES256", &measured, signatures, transactions);
        self.lines.push(Line::new("  cores kept busy", busy));
        Ok(())
    }

    /// A figure under both its ceilings: what the machine signs, and what it makes durable.
    fn under_both(&mut self, what: &str, measured: &Measured, signatures: f64, transactions: f64) {
        let is_met = measured.rate >= signatures.min(transactions) / 2.0;
        self.lines.push(
            Line::new(what, rate(measured.rate))
                .under(measured.rate, signatures, "signing alone")
                .took(measured)
                .aim("half of the lower ceiling", is_met),
        );
        self.lines.push(Line::new("", "").under(measured.rate, transactions, "durable transactions alone"));
    }

    /// Refreshes as fast as they come; then steadily, alone and in a storm of wrong passwords.
    async fn refreshes(&mut self, signatures: f64, transactions: f64, hashes: f64) -> Outcome<()> {
        let (mut chains, signs) = self.chains().await?;
        let effort = self.effort()?;
        let measured = self.refresh(&mut chains, None).await?;
        let busy = self.busy_since(&effort)?;
        self.under_both("refreshes, durable", &measured, signatures / signs, transactions);
        self.lines.push(Line::new("  signatures in each", format!("{signs:.0}")));
        self.lines.push(Line::new("  cores kept busy", busy));
        if !self.plan.wants("storm") {
            return Ok(());
        }

        let strangers = self.strangers().await?;
        let steady = measured.rate * STEADY;
        let alone = self.refresh(&mut chains, Some(steady)).await?;
        let storm = tokio::task::spawn_local(storm(self.address(), strangers, hashes * STORM, self.plan.phase));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let beside = self.refresh(&mut chains, Some(steady)).await?;
        let storm = storm.await??;
        self.lines.push(Line::new("refreshes at 30 % load", rate(alone.rate)).took(&alone));
        let ratio = beside.percentile(99.0) / alone.percentile(99.0);
        self.lines.push(
            Line::new("  in a storm of wrong passwords", rate(beside.rate))
                .took(&beside)
                .aim(&format!("p99 within twice ({ratio:.2} times)"), ratio <= 2.0),
        );
        let arrived = (storm.count + storm.turned_away) as f64 / (self.plan.phase.as_secs_f64() + 1.5);
        self.lines.push(Line::new("  the storm: wrong passwords that arrived", rate(arrived)).under(
            arrived,
            hashes,
            "Argon2id alone",
        ));
        self.lines.push(Line::new("  of them hashed", rate(storm.rate)).took(&storm));
        Ok(())
    }

    /// A chain of refresh tokens for each connection, and how many signatures a refresh takes.
    async fn chains(&self) -> Outcome<(Vec<Chain>, f64)> {
        let mut visitor = Visitor::new(self.address(), &self.service.origin, self.application.clone());
        let mut chains = Vec::new();
        for index in (0..self.people.len()).cycle() {
            if chains.len() == self.plan.connections {
                break;
            }
            let person = self.people.get(index).ok_or("there are no people")?;
            if let Attempt::Done(tokens) = visitor.sign_in(person, home_of(index)).await? {
                chains.push(Chain::new(self.address(), self.application.clone(), tokens.refresh_token));
            }
        }
        let signs = chains.first_mut().ok_or("there are no connections")?.signatures().await?;
        Ok((chains, signs))
    }

    /// Refreshes on every chain for a phase: as fast as they come, or at a rate.
    async fn refresh(&self, chains: &mut [Chain], at_rate: Option<f64>) -> Outcome<Measured> {
        let count = chains.len();
        let begin = Instant::now();
        let until = begin + self.plan.phase;
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
    async fn strangers(&self) -> Outcome<Vec<Vec<u8>>> {
        let mut requests = Vec::with_capacity(STRANGERS);
        for index in 0..STRANGERS {
            requests.push(wrong_password(self.address(), &self.service.origin, &self.application, index).await?);
        }
        Ok(requests)
    }

    /// A first sign-in with two factors, and what each of its pages weighs.
    async fn weights(&mut self, strict: &Application, walker: &Person) -> Outcome<()> {
        let mut browser = Browser::new(self.address(), &self.service.origin, home_of(PEOPLE));
        let answer = |html: &str, form: Form| answered(html, form, walker);
        let mut weights = weight::walk(&mut browser, strict.authorize_path(), "", answer).await?;
        // Whoever has an authenticator app by now meets the page that asks for its code.
        browser.forget(home_of(PEOPLE));
        let again = weight::walk(&mut browser, strict.authorize_path(), "code", answer).await?;
        weights.extend(again.into_iter().filter(|weight| weight.page == "code"));
        for Weight { page, own, referenced, foreign } in &weights {
            let whole = own + referenced;
            let figure = format!("{:.1} kB ({:.1} of its own)", whole as f64 / 1000.0, *own as f64 / 1000.0);
            let is_light = whole <= weight::MOST && foreign.is_empty();
            let line = Line::new(format!("page {page}, compressed"), figure);
            self.lines.push(line.aim("30 kB, from here alone", is_light));
        }
        Ok(())
    }
}

/// Wrong passwords at a rate, whatever becomes of them, for a phase and a little before and after.
async fn storm(address: SocketAddr, strangers: Vec<Vec<u8>>, at_rate: f64, phase: Duration) -> Outcome<Measured> {
    let begin = Instant::now();
    let until = begin + phase + Duration::from_millis(1500);
    let strangers = Rc::new(strangers);
    let next = Rc::new(std::cell::Cell::new(0_usize));
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
async fn all<F>(work: impl Iterator<Item = F>) -> Outcome<Vec<Tally>>
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
fn home_of(index: usize) -> String {
    format!("203.0.113.{}", index % 250 + 1)
}

/// Answers any task of a sign-in that sets up a second factor on the way.
fn answered(html: &str, form: Form, person: &Person) -> Outcome<Form> {
    if form.asks_for("password") {
        return Ok(form.with("password", &person.password));
    }
    if form.asks_for("email") {
        return Ok(form.with("email", &person.email));
    }
    if form.asks_for("code") {
        let secret = between(html, "secret=", "&").ok_or("the page shows no secret")?;
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let code = salpa::demo::people::authenticator_code(secret, seconds).ok_or("the secret is none")?;
        return Ok(form.with("code", &code));
    }
    if form.asks_for("saved") {
        return Ok(form.with("saved", "yes"));
    }
    Ok(form)
}

fn shown(time: Duration) -> String {
    table::milliseconds(time.as_secs_f64() * 1000.0)
}
