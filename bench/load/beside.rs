//! Providers beside each other (`bin/bench --beside`): the same operations by the same load, in turn, in one run.
//!
//! Each contender is a program of `bench/beside/`, which sets the provider up and starts it. It runs on the first core,
//! with its database; this load has the other one. While one is measured, the others are stopped by a signal.

mod check;
mod contender;

use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use crate::Outcome;
use crate::flows::Application;
use crate::load::Measured;
use crate::loads::Loads;
use crate::machine::{cores, processor};
use crate::table::{mebibytes, milliseconds, rate};

use contender::{Contender, Running};

/// The programs, each with what it is called with: a database, where there is a choice.
const CONTENDERS: [&str; 4] = ["salpa-sqlite", "salpa-postgres", "keycloak", "oidc-provider"];
/// As its makers ship it, and with the parameters of all the others.
const COLUMNS: [&str; 2] = ["defaults", "equal"];

/// How the contenders are measured.
pub(crate) struct ComparisonPlan {
    /// How often each has its turn.
    pub(crate) rounds: usize,
    /// How long each operation is measured in a turn.
    pub(crate) phase: Duration,
    /// How long a contender is loaded before its first turn.
    pub(crate) warm_up: Duration,
    /// Connections, and browsers, at once.
    pub(crate) connections: usize,
    /// The contenders; all of them where none is named.
    pub(crate) only: Vec<String>,
    /// The columns; both where none is named.
    pub(crate) columns: Vec<String>,
}

/// The operations, in the order of a turn.
const OPERATIONS: [&str; 3] = ["password sign-in", "client credentials", "refresh"];

/// The measurements of one operation of one contender, a turn each.
#[derive(Default)]
struct OperationTurns {
    rates: Vec<f64>,
    slowest: Vec<f64>,
    /// Processor time for each answer, in milliseconds: with that of the database, and of the database alone.
    costs: Vec<f64>,
    database_costs: Vec<f64>,
}

/// A contender that takes part, with its measurements.
struct Entrant {
    running: Running,
    loads: Loads,
    turns: [OperationTurns; OPERATIONS.len()],
    /// The wrong answer that it gave, if it did.
    fault: Option<String>,
}

/// Runs the comparison and prints its tables.
pub(crate) fn run(comparison: &ComparisonPlan) -> Outcome<()> {
    println!("Machine    {}, a core for the provider and its database, {} for the load", processor(), cores());
    println!(
        "Load       {} connections; {} rounds of {} s an operation, after {} s of warming up\n",
        comparison.connections,
        comparison.rounds,
        comparison.phase.as_secs(),
        comparison.warm_up.as_secs()
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for column in COLUMNS.into_iter().filter(|column| wanted(&comparison.columns, column)) {
        println!("## Parameters: {column}\n");
        let mut entrants = Vec::new();
        for name in CONTENDERS.into_iter().filter(|name| wanted(&comparison.only, name)) {
            match enter(&runtime, name, column, comparison) {
                Ok(entrant) => entrants.push(entrant),
                Err(fault) => println!("{name} is left out: {fault}"),
            }
        }
        for round in 0..comparison.rounds {
            eprintln!("{column}: round {} of {}", round + 1, comparison.rounds);
            for entrant in entrants.iter_mut().filter(|entrant| entrant.fault.is_none()) {
                if let Err(fault) = turn(&runtime, entrant, comparison.phase) {
                    entrant.fault = Some(fault.to_string());
                }
            }
        }
        print(&entrants);
    }
    Ok(())
}

fn wanted(named: &[String], name: &str) -> bool {
    named.is_empty() || named.iter().any(|named| named == name)
}

/// Sets a contender up, starts it, checks its answers and warms it up. It is stopped by a signal until its turn.
fn enter(runtime: &Runtime, name: &str, column: &str, comparison: &ComparisonPlan) -> Outcome<Entrant> {
    eprintln!("{column}: {name} is set up");
    let contender = Contender::prepare(name, column)?;
    let running = contender.start()?;
    let facts = running.facts();
    let application = Application::of(&facts.origin()?, &facts.client(), running.endpoints()?);
    let loads = Loads {
        address: facts.address()?,
        origin: facts.origin()?,
        application: Rc::new(application),
        people: facts.people.clone(),
        connections: comparison.connections,
        browsers: comparison.connections,
    };
    let local = LocalSet::new();
    let fault = local.block_on(runtime, check::answers(&running, &loads)).err().map(|fault| fault.to_string());
    let mut entrant = Entrant { running, loads, turns: Default::default(), fault };
    if entrant.fault.is_none() {
        eprintln!("{column}: {name} is warmed up");
        turn(runtime, &mut entrant, comparison.warm_up / 3)?;
        entrant.turns = Default::default();
    }
    entrant.running.pause();
    Ok(entrant)
}

/// One turn: every operation once.
fn turn(runtime: &Runtime, entrant: &mut Entrant, phase: Duration) -> Outcome<()> {
    entrant.running.go_on();
    let local = LocalSet::new();
    let Entrant { running, loads, turns: [sign_ins, tokens, refreshes], .. } = entrant;
    measured(running, sign_ins, || local.block_on(runtime, loads.sign_ins(phase)))?;
    measured(running, tokens, || local.block_on(runtime, loads.tokens(phase)))?;
    let (mut chains, _) = local.block_on(runtime, loads.chains())?;
    measured(running, refreshes, || local.block_on(runtime, Loads::refreshes(&mut chains, None, phase)))?;
    entrant.running.pause();
    Ok(())
}

fn measured(running: &Running, turns: &mut OperationTurns, load: impl FnOnce() -> Outcome<Measured>) -> Outcome<()> {
    let before = running.processor_time();
    let measured = load()?;
    let after = running.processor_time();
    if measured.turned_away > measured.count {
        return Err("most of the answers said to come back later".into());
    }
    turns.rates.push(measured.rate);
    turns.slowest.push(measured.percentile(99.0));
    let each = |took: Duration| took.as_secs_f64() * 1000.0 / measured.count.max(1) as f64;
    turns.costs.push(each(after.all.saturating_sub(before.all)));
    turns.database_costs.push(each(after.database.saturating_sub(before.database)));
    Ok(())
}

/// Prints what was measured, and with which parameters.
fn print(entrants: &[Entrant]) {
    println!("| | {} | memory of the program | of its database | start |", OPERATIONS.join(" | "));
    println!("|---|{}---|---|---|", "---|".repeat(OPERATIONS.len()));
    for entrant in entrants {
        let facts = entrant.running.facts();
        if let Some(fault) = &entrant.fault {
            println!("| {} {} | disqualified: {fault} |", facts.name, facts.version);
            continue;
        }
        let cells: Vec<String> = entrant.turns.iter().map(OperationTurns::cell).collect();
        let memory = entrant.running.memory();
        println!(
            "| {} {} | {} | {} | {} | {} |",
            facts.name,
            facts.version,
            cells.join(" | "),
            mebibytes(memory.program),
            if memory.database > 0 { mebibytes(memory.database) } else { "none".to_owned() },
            milliseconds(entrant.running.started_in().as_secs_f64() * 1000.0),
        );
    }
    println!();
    for entrant in entrants {
        let facts = entrant.running.facts();
        println!("- {} {}: {}", facts.name, facts.version, facts.parameters);
    }
    println!();
}

impl OperationTurns {
    /// The median with its spread, how slow the slowest hundredth was, and the processor time of each.
    fn cell(&self) -> String {
        let [least, middle, most] = spread(&self.rates);
        let [_, slowest, _] = spread(&self.slowest);
        let [_, cost, _] = spread(&self.costs);
        let [_, database, _] = spread(&self.database_costs);
        let database =
            if database > 0.0 { format!(", {} of it the database", milliseconds(database)) } else { String::new() };
        format!(
            "{} ({} to {}), p99 {}, {} of processor time each{database}",
            rate(middle),
            rate(least),
            rate(most),
            milliseconds(slowest),
            milliseconds(cost)
        )
    }
}

/// The least, the median and the greatest of some figures.
fn spread(figures: &[f64]) -> [f64; 3] {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
    [at(0), at(sorted.len() / 2), at(sorted.len().saturating_sub(1))]
}
