//! The phases of a run, in order, and their output.

mod approvals;
mod directory;
mod identities;
mod invitations;
mod storm;

use std::rc::Rc;
use std::time::{Duration, Instant};

use salpa::platform::clock::Clock;
use salpa::platform::settings::PasswordHashCost;
use salpa::proofs::totp::Seed;
use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use crate::browser::{Browser, Form};
use crate::ceilings;
use crate::flows::{Application, Chain, between};
use crate::load::Measured;
use crate::loads::{Loads, home_of};
use crate::machine::{Memory, cores, everybodys_time, processor, processor_time};
use crate::messages::{self, Sink};
use crate::service::{Person, Service};
use crate::table::{self, Line, mebibytes, rate};
use crate::weight::{self, Weight};
use crate::{Outcome, Plan, passkeys};
use storm::OtherBuild;

/// People who sign in, one after the other.
const PEOPLE: usize = 16;
/// How often the start is measured.
const STARTS: usize = 5;
/// After so long without a password the service gives the memory of its hashes back.
const IDLE: Duration = Duration::from_secs(12);
/// The rate of steady refreshes, relative to the highest.
const STEADY: f64 = 0.3;
/// And of refreshes beside those with a proof, which a load on the same cores must sign as well.
const LIGHT: f64 = 0.1;
/// How often the steady refreshes are measured without the storm and in it.
const TURNS: usize = 3;
/// From so many cores on, what others take of the machine spoils the figures.
const DISTURBING: f64 = 0.1;
/// A figure may be over its ceiling by so much before the two cannot be held against each other.
const BLUR: f64 = 1.02;

struct Run<'p> {
    plan: &'p Plan,
    runtime: Runtime,
    local: LocalSet,
    service: Service,
    /// Another build of the program, for the storm.
    other: Option<OtherBuild>,
    loads: Loads,
    database: Option<String>,
    lines: Vec<Line>,
    /// The most cores that others took during a phase.
    others: f64,
}

/// The processor time of everybody, to tell what a phase took of it.
struct Effort {
    begin: Instant,
    service: Duration,
    bench: Duration,
    everybody: Duration,
}

/// Runs every phase and prints the table.
pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let database = std::env::var("SALPA_BENCH_DATABASE_URL").ok();
    let cost = plan.cost;
    println!("Machine    {} cores, {}", cores(), processor());
    println!("Database   {}", if database.is_some() { "PostgreSQL" } else { "SQLite, synchronous=FULL" });
    println!("Hash       Argon2id, {} KiB, {} passes, 1 lane", cost.memory, cost.passes);
    println!("Load       from this machine; {} s a phase\n", plan.phase.as_secs());

    let sink = Sink::start()?;
    let mut service = Service::prepare(database.as_deref(), sink.address, cost)?;
    let client = service.create_application("Bench", "optional")?;
    let strict = service.create_application("Bench with two factors", "required")?;
    let people = (0..PEOPLE).map(|index| service.create_person(index)).collect::<Outcome<Vec<_>>>()?;
    let walker = service.create_person(PEOPLE)?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        service.stop()?;
        starts.push(service.start()?);
    }
    let strict = Rc::new(Application::new(&service.origin, &strict));
    let loads = Loads {
        address: service.address,
        origin: service.origin.clone(),
        application: Rc::new(Application::new(&service.origin, &client)),
        people,
        connections: plan.connections,
        browsers: cores() * 4,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    let other = if plan.wants("storm") { OtherBuild::start(&sink, cost, plan.connections)? } else { None };
    let mut run = Run { plan, runtime, local, service, other, loads, database, lines: Vec::new(), others: 0.0 };

    run.at_rest(&mut starts)?;
    if plan.wants("sign-ins") {
        run.sign_ins(cost)?;
    }
    if plan.wants("passkeys") {
        run.passkeys(&strict)?;
    }
    if plan.wants("introspections") {
        run.introspections()?;
    }
    if plan.wants("tokens") || plan.wants("refreshes") || plan.wants("storm") || plan.wants("dpop") {
        run.tokens_and_refreshes(cost)?;
    }
    if plan.wants("weight") {
        run.weights(&strict, &walker)?;
    }
    if plan.wants("messages") {
        run.messages(&sink, &strict)?;
    }
    if ["million", "search", "import"].into_iter().any(|phase| plan.names(phase)) {
        run.million()?;
    }
    if plan.names("invitations") {
        run.invitations()?;
    }
    if plan.names("identities") {
        run.identities()?;
    }
    if plan.names("approvals") {
        run.approvals()?;
    }
    if plan.names("commits") {
        run.commits()?;
    }
    table::print(&run.lines);
    if run.others > DISTURBING {
        println!(
            "\nOther work took up to {:.2} cores meanwhile (a database server counts as such): what is held against \
             a ceiling above is only as good as that.",
            run.others
        );
    }
    run.stop_the_other()?;
    run.service.stop()
}

impl Run<'_> {
    fn effort(&self) -> Outcome<Effort> {
        Ok(Effort {
            begin: Instant::now(),
            service: processor_time(self.service.process()?)?,
            bench: processor_time(std::process::id())?,
            everybody: everybodys_time()?,
        })
    }

    /// How busy the cores were kept since then, and by whom, and what each of `count` answers took
    /// of the service's processor time, as a line.
    fn busy_since(&mut self, before: &Effort, count: u64) -> Outcome<Line> {
        let over = before.begin.elapsed().as_secs_f64();
        let now = self.effort()?;
        let share = |from: Duration, to: Duration| to.saturating_sub(from).as_secs_f64() / over;
        let (service, bench) = (share(before.service, now.service), share(before.bench, now.bench));
        let others = (share(before.everybody, now.everybody) - service - bench).max(0.0);
        self.others = self.others.max(others);
        let each = service * over / count.max(1) as f64 * 1000.0;
        let figure = format!(
            "{service:.2} by the service ({} each), {bench:.2} by the load, {others:.2} by others",
            table::milliseconds(each)
        );
        Ok(Line::new("  cores kept busy", figure))
    }

    fn at_rest(&mut self, starts: &mut [Duration]) -> Outcome<()> {
        std::thread::sleep(Duration::from_secs(1));
        let memory = Memory::of(self.service.process()?)?;
        self.lines.push(start("start until ready", starts));
        let figure = format!("{} (PSS {})", mebibytes(memory.resident), mebibytes(memory.proportional));
        self.lines.push(Line::new("memory at rest", figure).aim("under 40 MiB", memory.resident < 40 * 1024));
        Ok(())
    }

    /// Whole sign-ins, between two measurements of their hash alone.
    fn sign_ins(&mut self, cost: PasswordHashCost) -> Outcome<()> {
        let half = self.plan.phase / 2;
        let before = ceilings::hashing(cost, half)?;
        // The first ones make everything that is made once.
        self.local.block_on(&self.runtime, self.loads.sign_ins(Duration::from_secs(2)))?;
        let memory_before = Memory::of(self.service.process()?)?;
        let effort = self.effort()?;
        let measured = self.local.block_on(&self.runtime, self.loads.sign_ins(self.plan.phase))?;
        let service = processor_time(self.service.process()?)?.saturating_sub(effort.service).as_secs_f64();
        let busy = self.busy_since(&effort, measured.count)?;
        let memory_after = Memory::of(self.service.process()?)?;
        let hash = before.or(ceilings::hashing(cost, half)?);
        std::thread::sleep(IDLE.saturating_sub(half));
        let memory_idle = Memory::of(self.service.process()?)?;

        self.lines.push(
            Line::new("password sign-ins, whole flow", rate(measured.rate))
                .under(measured.rate, hash.rate, "Argon2id alone")
                .took(&measured),
        );
        let over_rate = (hash.rate / measured.rate - 1.0) * 100.0;
        let line = Line::new("  cost over the hash, by their rates", format!("{over_rate:.1} %"));
        self.lines.push(if measured.rate > hash.rate * BLUR {
            line.aim_not_comparable("at most 10 %")
        } else {
            line.aim("at most 10 %", over_rate <= 10.0)
        });
        let over_time = (service / measured.count.max(1) as f64 / hash.each - 1.0) * 100.0;
        let line = Line::new("  cost over the hash, by processor time", format!("{over_time:.1} %"));
        self.lines.push(line.aim("at most 10 %", over_time <= 10.0));
        self.lines.push(busy);
        if measured.turned_away > 0 {
            self.lines.push(Line::new("  turned away", measured.turned_away.to_string()));
        }
        let grown = memory_after.proportional as f64 - memory_before.proportional as f64;
        let per_thousand = grown.max(0.0) / measured.count.max(1) as f64 * 1000.0;
        self.lines.push(Line::new("memory per thousand sessions", format!("{per_thousand:.0} KiB")));
        self.lines.push(Line::new("memory while hashing", mebibytes(memory_after.resident)));
        self.lines.push(Line::new("memory after that, at rest again", mebibytes(memory_idle.resident)));
        Ok(())
    }

    /// The token phases, between two measurements of signing and of durable transactions alone.
    fn tokens_and_refreshes(&mut self, cost: PasswordHashCost) -> Outcome<()> {
        let signing = ceilings::signing(self.plan.phase / 2)?;
        let transactions = self.transactions()?;
        let tokens = self.plan.wants("tokens").then(|| self.tokens()).transpose()?;
        let wants_refreshes = ["refreshes", "storm", "dpop"].iter().any(|phase| self.plan.wants(phase));
        let refreshes = wants_refreshes.then(|| self.refreshes()).transpose()?;
        let signing = signing.or(ceilings::signing(self.plan.phase / 2)?);
        let transactions = transactions.max(self.transactions()?);

        if let Some((measured, busy)) = tokens {
            self.under_both("client-credentials tokens, ES256", &measured, signing.rate, transactions);
            self.lines.push(busy);
        }
        let Some(Refreshes { mut chains, signatures, measured, busy }) = refreshes else { return Ok(()) };
        self.under_both("refreshes, durable", &measured, signing.rate / signatures, transactions);
        self.lines.push(Line::new("  signatures in each", format!("{signatures:.0}")));
        self.lines.push(busy);
        if self.plan.wants("storm") {
            let hash = ceilings::hashing(cost, self.plan.phase / 2)?;
            self.storm(&mut chains, measured.rate * STEADY, hash)?;
        }
        if self.plan.wants("dpop") {
            self.proven_refreshes(&mut chains, measured.rate * LIGHT)?;
        }
        Ok(())
    }

    /// Whole sign-ins by passkey. A sign-in is more than one transaction, so the ceiling of these is not
    /// reached; it is shown beside that of verification.
    fn passkeys(&mut self, strict: &Rc<Application>) -> Outcome<()> {
        let (address, origin) = (self.service.address, self.service.origin.clone());
        // People of their own: with a second step the others' sign-ins would be other flows.
        let people = (0..PEOPLE).map(|index| self.service.create_person(100 + index)).collect::<Outcome<Vec<_>>>()?;
        let set_up = passkeys::set_up(address, &origin, strict, &people);
        let devices = Rc::new(self.local.block_on(&self.runtime, set_up)?);
        let verification = passkeys::verification(self.plan.phase / 2)?;
        let transactions = self.transactions()?;
        let application = self.loads.application.clone();
        let load = |over| {
            let who = (devices.clone(), self.plan.connections);
            passkeys::sign_ins(address, &origin, &application, who, over)
        };
        self.local.block_on(&self.runtime, load(Duration::from_secs(1)))?;
        let effort = self.effort()?;
        let measured = self.local.block_on(&self.runtime, load(self.plan.phase))?;
        let busy = self.busy_since(&effort, measured.count)?;
        self.lines.push(
            Line::new("passkey sign-ins, whole flow", rate(measured.rate))
                .under(measured.rate, verification.rate, "verification alone")
                .took(&measured),
        );
        self.lines.push(Line::new("  durable transactions alone", rate(transactions)));
        self.lines.push(busy);
        if measured.turned_away > 0 {
            self.lines.push(Line::new("  turned away", measured.turned_away.to_string()));
        }
        Ok(())
    }

    /// For as long as what is held against it: a table that grows gets slower.
    fn transactions(&self) -> Outcome<f64> {
        let scratch = format!("sqlite:{}", self.service.folder().join("ceiling.db").display());
        let url = self.database.as_deref().unwrap_or(&scratch);
        ceilings::transactions(url, self.plan.connections, self.plan.phase)
    }

    /// Durable transactions on a server with a synchronous standby, beside those that do not wait for it, in turns.
    fn commits(&mut self) -> Outcome<()> {
        let url = self.database.clone().ok_or("commits are of PostgreSQL: name a server (bench/standby.sh has one)")?;
        if !self.runtime.block_on(ceilings::has_synchronous_standby(&url))? {
            return Err("the server has no synchronous standby; bench/standby.sh starts one that has".into());
        }
        let joint = if url.contains('?') { '&' } else { '?' };
        let local = format!("{url}{joint}options=-c%20synchronous_commit%3Dlocal");
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            with.push(ceilings::transactions(&url, self.plan.connections, self.plan.phase)?);
            without.push(ceilings::transactions(&local, self.plan.connections, self.plan.phase)?);
        }
        let mean = |rates: Vec<f64>| rates.iter().sum::<f64>() / rates.len() as f64;
        let (with, without) = (mean(with), mean(without));
        let line = Line::new("durable transactions with a synchronous standby", rate(with));
        self.lines.push(line.under(with, without, "without waiting for it"));
        Ok(())
    }

    fn tokens(&mut self) -> Outcome<(Measured, Line)> {
        let effort = self.effort()?;
        let measured = self.local.block_on(&self.runtime, self.loads.tokens(self.plan.phase))?;
        let busy = self.busy_since(&effort, measured.count)?;
        Ok((measured, busy))
    }

    /// Introspections of one token, beside the verification of its signature alone.
    fn introspections(&mut self) -> Outcome<()> {
        let verifying = ceilings::verifying(self.plan.phase / 2)?;
        self.local.block_on(&self.runtime, self.loads.introspections(Duration::from_secs(1)))?;
        let effort = self.effort()?;
        let measured = self.local.block_on(&self.runtime, self.loads.introspections(self.plan.phase))?;
        let busy = self.busy_since(&effort, measured.count)?;
        self.lines.push(
            Line::new("introspections", rate(measured.rate))
                .under(measured.rate, verifying.rate, "verification alone")
                .took(&measured),
        );
        self.lines.push(busy);
        Ok(())
    }

    fn refreshes(&mut self) -> Outcome<Refreshes> {
        let (mut chains, signatures) = self.local.block_on(&self.runtime, self.loads.chains())?;
        let effort = self.effort()?;
        let work = Loads::refreshes(&mut chains, None, self.plan.phase);
        let measured = self.local.block_on(&self.runtime, work)?;
        let busy = self.busy_since(&effort, measured.count)?;
        Ok(Refreshes { chains, signatures, measured, busy })
    }

    /// The processor time of the service for each of `count` answers since then, in seconds.
    fn each_since(&self, before: &Effort, count: u64) -> Outcome<f64> {
        let service = processor_time(self.service.process()?)?.saturating_sub(before.service);
        Ok(service.as_secs_f64() / count.max(1) as f64)
    }

    /// The same refreshes with a DPoP proof each: as fast as they come, then at a tenth of the rate of plain ones and
    /// in turns with those, so that both meet the same disk and the same concurrency. The time of one includes the
    /// load's own signing. Its share of the service's processor time stands beside that of a verification alone: no
    /// service can do without.
    fn proven_refreshes(&mut self, chains: &mut [Chain], steady: f64) -> Outcome<()> {
        let verifying = ceilings::verifying(self.plan.phase / 2)?;
        let (mut proven, _) = self.local.block_on(&self.runtime, self.loads.chains())?;
        proven.iter_mut().try_for_each(Chain::prove)?;
        let measured = self.local.block_on(&self.runtime, Loads::refreshes(&mut proven, None, self.plan.phase))?;
        self.lines.push(Line::new("refreshes with a DPoP proof, durable", rate(measured.rate)).took(&measured));

        let (mut plain, mut with_proof) = (Vec::new(), Vec::new());
        let (mut plain_each, mut each) = (0.0, 0.0);
        for _ in 0..TURNS {
            for (chains, measured, each) in
                [(&mut *chains, &mut plain, &mut plain_each), (&mut proven, &mut with_proof, &mut each)]
            {
                let effort = self.effort()?;
                let work = Loads::refreshes(chains, Some(steady), self.plan.phase / 2);
                let one = self.local.block_on(&self.runtime, work)?;
                *each += self.each_since(&effort, one.count)? / TURNS as f64;
                measured.push(one);
            }
        }
        let (plain, with_proof) = (Measured::all(plain)?, Measured::all(with_proof)?);
        self.lines.push(Line::new("refreshes at 10 % load, in turns with", rate(plain.rate)).took(&plain));
        self.lines.push(Line::new("  those with a DPoP proof", rate(with_proof.rate)).took(&with_proof));
        let over = (with_proof.percentile(50.0) / plain.percentile(50.0) - 1.0) * 100.0;
        let line = Line::new("  cost over a plain one, by the time it takes (p50)", format!("{over:.1} %"));
        self.lines.push(line.aim("at most 20 %", over <= 20.0));
        let over = (each / plain_each - 1.0) * 100.0;
        let figure = format!(
            "{over:.1} % ({} of {})",
            table::milliseconds((each - plain_each) * 1000.0),
            table::milliseconds(plain_each * 1000.0)
        );
        let line = Line::new("  cost over a plain one, by processor time", figure);
        self.lines.push(line.aim("at most 20 %", over <= 20.0));
        let least = verifying.each / plain_each * 100.0;
        let figure = format!("{least:.1} % ({})", table::milliseconds(verifying.each * 1000.0));
        self.lines.push(Line::new("  of it, verifying ES256 alone", figure));
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

    /// Mails, each from before the request that commits it until it has arrived.
    fn messages(&mut self, sink: &Sink, strict: &Rc<Application>) -> Outcome<()> {
        let begin = Instant::now();
        let work = messages::times(&self.service, sink, strict, &self.loads.people, self.plan.phase);
        let tally = self.local.block_on(&self.runtime, work)?;
        let measured = Measured::of(vec![tally], begin.elapsed())?;
        let line = Line::new("messages, from their commit to their arrival", format!("{} of them", measured.count));
        let is_quick = measured.percentile(99.0) <= 50.0;
        self.lines.push(line.took(&measured).aim("p99 within 50 ms", is_quick));
        Ok(())
    }

    /// A first sign-in with two factors, and what each of its pages weighs.
    fn weights(&mut self, strict: &Application, walker: &Person) -> Outcome<()> {
        let mut browser = Browser::new(self.loads.address, &self.loads.origin, home_of(PEOPLE));
        let answer = |html: &str, form: Form| answered(html, form, walker);
        let weights = self.local.block_on(&self.runtime, async {
            let mut weights = weight::walk(&mut browser, strict.authorize_path(), "", answer).await?;
            // A person with an authenticator app gets the page that asks for its code.
            browser.forget(home_of(PEOPLE));
            let again = weight::walk(&mut browser, strict.authorize_path(), "code", answer).await?;
            weights.extend(again.into_iter().filter(|weight| weight.page == "code"));
            Ok::<_, crate::Fault>(weights)
        })?;
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

/// The measured refreshes, and the chains for more of them.
struct Refreshes {
    chains: Vec<Chain>,
    signatures: f64,
    measured: Measured,
    busy: Line,
}

/// Answers any task of a sign-in that sets up a second factor on the way.
pub(crate) fn answered(html: &str, form: Form, person: &Person) -> Outcome<Form> {
    if form.asks_for("password") {
        return Ok(form.with("password", &person.password));
    }
    if form.asks_for("email") {
        return Ok(form.with("email", &person.email));
    }
    if form.asks_for("code") {
        let secret = between(html, "secret=", "&").ok_or("the page shows no secret")?;
        let code = Seed::from_base32(secret).ok_or("the secret is none")?.code_at(Clock::System.now());
        return Ok(form.with("code", &code));
    }
    if form.asks_for("saved") {
        return Ok(form.with("saved", "yes"));
    }
    Ok(form)
}

/// The line of some starts.
fn start(what: &str, starts: &mut [Duration]) -> Line {
    starts.sort_unstable();
    let median = starts.get(starts.len() / 2).copied().unwrap_or_default();
    let slowest = starts.last().copied().unwrap_or_default();
    let figure = format!("{} (slowest {})", shown(median), shown(slowest));
    Line::new(what, figure).aim("under 200 ms", median < Duration::from_millis(200))
}

fn shown(time: Duration) -> String {
    table::milliseconds(time.as_secs_f64() * 1000.0)
}
