//! The load generator (`bin/bench`): loads a release build of Salpa from a process of its own, and
//! prints one table with, beside each figure, the ceiling that was measured in the same run.
//!
//! It shares the machine with the service, so it is kept lean: one thread, requests made beforehand, responses read no
//! further than needed. Its own cost is printed.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is what this program is for")]
#![allow(clippy::disallowed_methods, reason = "it measures the world, and asks it")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures are rounded to be read"
)]

mod approvals;
mod beside;
mod broker;
mod browser;
mod ceilings;
mod flows;
mod http;
mod identities;
mod invitations;
mod load;
mod loads;
mod machine;
mod messages;
mod million;
mod passkeys;
mod phases;
mod proof;
mod service;
mod table;
mod weight;

use std::process::ExitCode;
use std::time::Duration;

use salpa::platform::settings::PasswordHashCost;

/// A failure, in words.
type Fault = Box<dyn std::error::Error + Send + Sync>;
type Outcome<T> = Result<T, Fault>;

/// How the load is measured.
struct Plan {
    /// How long each phase lasts.
    phase: Duration,
    /// Keep-alive connections of the token phases.
    connections: usize,
    /// The cost of a password's hash.
    cost: PasswordHashCost,
    /// The directory of the phase `million`, which runs only where it is named.
    size: million::Size,
    /// The browsers that wait in the phase `approvals`, which runs only where it is named.
    browsers: usize,
    /// The phases, or the contenders, to run; all of them where none is named.
    only: Vec<String>,
    /// Whether other providers are measured beside Salpa, instead of the phases.
    is_beside: bool,
    /// Of a comparison: how often each contender has its turn, how long it is warmed up, and the columns.
    rounds: usize,
    warm_up: Duration,
    columns: Vec<String>,
}

impl Plan {
    fn wants(&self, phase: &str) -> bool {
        self.only.is_empty() || self.names(phase)
    }

    /// Whether a phase is named: some run only then.
    fn names(&self, phase: &str) -> bool {
        self.only.iter().any(|only| only == phase)
    }
}

const HELP: &str = "\
Loads a release build of Salpa and prints one table of figures and their ceilings.

  --seconds N        how long each phase lasts; default 8
  --connections N    keep-alive connections of the token phases; default 64, and 8 beside others
  --hash KIB,PASSES  what Argon2id takes; default what the service takes by default
  --beside           instead of the phases, other providers beside Salpa: each on one core with its database, in turn,
                     with their makers' defaults and with equal parameters (bench/beside/ sets them up)
  --rounds N         of it, how often each has its turn; default 5
  --warm-up N        of it, how many seconds each is loaded before its first turn; default 60
  --column NAME      of it, defaults or equal; both where none is named. --only names salpa-sqlite, salpa-postgres,
                     keycloak or oidc-provider
  --people N         people of the phase `million`; default 1000000
  --companies N      companies of it; default 50000
  --browsers N       browsers that wait in the phase `approvals`; default 10000
  --only PHASE       sign-ins, passkeys, introspections, tokens, refreshes, storm, dpop, weight, messages; may come
                     several times. Only where they are named: million (minutes, and gigabytes of disk), search (of
                     it, the searches alone), import (of it, the import alone), invitations (one for each of those
                     people, beside a hundred), identities (sign-ins by a bank of this process, alone and beside
                     a thousand people who are there), approvals (browsers that wait for phones, a hundred
                     approvals a second), commits (on a PostgreSQL with a synchronous standby, as bench/standby.sh
                     starts one), start (of what is measured always, alone)
  --help             this text

SALPA_BENCH_DATABASE_URL=postgres://…  runs on PostgreSQL, in a database that may be filled
SALPA_BINARY                           the program to load; default the one built with this
SALPA_OTHER_BINARY                     another build of it, which the storm meets in turns with this one";

fn plan(arguments: impl Iterator<Item = String>) -> Outcome<Option<Plan>> {
    let mut plan = Plan {
        phase: Duration::from_secs(8),
        connections: 64,
        size: million::Size { people: 1_000_000, companies: 50_000, from: 0 },
        cost: PasswordHashCost::DEFAULT,
        browsers: 10_000,
        only: Vec::new(),
        is_beside: false,
        rounds: 5,
        warm_up: Duration::from_mins(1),
        columns: Vec::new(),
    };
    let mut connections = None;
    let mut arguments = arguments.skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} wants a value"));
        match argument.as_str() {
            // Cargo says so to every bench.
            "--bench" => {}
            "--help" | "-h" => return Ok(None),
            "--seconds" => plan.phase = Duration::from_secs(value()?.parse()?),
            "--connections" => connections = Some(value()?.parse()?),
            "--beside" => plan.is_beside = true,
            "--rounds" => plan.rounds = value()?.parse()?,
            "--warm-up" => plan.warm_up = Duration::from_secs(value()?.parse()?),
            "--column" => {
                let column = value()?;
                plan.columns.push(column);
            }
            "--hash" => {
                let text = value()?;
                let (memory, passes) = text.split_once(',').ok_or("--hash wants KiB and passes, such as 19456,2")?;
                plan.cost = PasswordHashCost { memory: memory.parse()?, passes: passes.parse()? };
            }
            "--people" => plan.size.people = value()?.parse()?,
            "--companies" => plan.size.companies = value()?.parse()?,
            "--browsers" => plan.browsers = value()?.parse()?,
            "--only" => {
                let phase = value()?;
                plan.only.push(phase);
            }
            other => return Err(format!("{other} is not known; see --help").into()),
        }
    }
    // A provider that hashes passwords on one core keeps few of them busy.
    plan.connections = connections.unwrap_or(if plan.is_beside { 8 } else { 64 });
    if plan.size.companies == 0 || plan.size.people < plan.size.companies {
        return Err("there is a company at least, and somebody for each of them".into());
    }
    if plan.phase.is_zero() || plan.connections == 0 || plan.browsers == 0 {
        return Err("seconds, connections and browsers begin at one".into());
    }
    Ok(Some(plan))
}

/// The part of the plan that a comparison needs.
fn comparison(plan: &Plan) -> beside::ComparisonPlan {
    beside::ComparisonPlan {
        rounds: plan.rounds,
        phase: plan.phase,
        warm_up: plan.warm_up,
        connections: plan.connections,
        only: plan.only.clone(),
        columns: plan.columns.clone(),
    }
}

fn main() -> ExitCode {
    let plan = match plan(std::env::args()) {
        Ok(Some(plan)) => plan,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(fault) => {
            eprintln!("bench: {fault}");
            return ExitCode::from(2);
        }
    };
    let ended = if plan.is_beside { beside::run(&comparison(&plan)) } else { phases::run(&plan) };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("bench: {fault}");
            ExitCode::FAILURE
        }
    }
}
