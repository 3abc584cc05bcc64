//! Steady refreshes in a storm of wrong passwords: by this build and, where `SALPA_OTHER_BINARY` names one, by another
//! build of the program in turns with it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use salpa::platform::settings::PasswordHashCost;

use super::{PEOPLE, Run, TURNS};
use crate::ceilings::Ceiling;
use crate::flows::{Application, Chain};
use crate::load::Measured;
use crate::loads::{Loads, storm};
use crate::messages::Sink;
use crate::service::Service;
use crate::table::{Line, rate};
use crate::{Outcome, machine};

/// The rate of wrong passwords, relative to the machine's rate of hashes.
const STORM: f64 = 10.0;
/// How long the storm lasts around what is measured in it.
const AROUND: Duration = Duration::from_millis(1500);

/// Another build of the program, with a database, people and an application of its own.
pub(super) struct OtherBuild {
    service: Service,
    loads: Loads,
}

impl OtherBuild {
    /// Starts the build that the environment names; `None` if it names none.
    pub(super) fn start(sink: &Sink, cost: PasswordHashCost, connections: usize) -> Outcome<Option<Self>> {
        let Some(binary) = std::env::var_os("SALPA_OTHER_BINARY").map(PathBuf::from) else { return Ok(None) };
        let mut service = Service::prepare_build(binary, None, sink.address, cost)?;
        let client = service.create_application("Bench", "optional")?;
        let people = (0..PEOPLE).map(|index| service.create_person(index)).collect::<Outcome<Vec<_>>>()?;
        service.start()?;
        let loads = Loads {
            address: service.address,
            origin: service.origin.clone(),
            application: Rc::new(Application::new(&service.origin, &client)),
            people,
            connections,
            browsers: machine::cores() * 4,
        };
        Ok(Some(Self { service, loads }))
    }
}

/// A build in the storm, with its measurements.
struct StormMeasurement {
    name: &'static str,
    address: SocketAddr,
    strangers: Rc<Vec<Vec<u8>>>,
    alone: Vec<Measured>,
    beside: Vec<Measured>,
    storms: Vec<Measured>,
}

impl Run<'_> {
    /// Refreshes at a steady rate, alone and in the storm, in turns: a disk that is slow for a while is slow for all.
    pub(super) fn storm(&mut self, chains: &mut [Chain], steady: f64, hash: Ceiling) -> Outcome<()> {
        let phase = self.plan.phase / 2;
        let over = phase + AROUND;
        let mut struck = vec![self.struck("", &self.loads)?];
        let mut others = Vec::new();
        if let Some(other) = &self.other {
            struck.push(self.struck(", the other build", &other.loads)?);
            others = self.local.block_on(&self.runtime, other.loads.chains())?.0;
        }
        let effort = self.effort()?;
        for _ in 0..TURNS {
            for (build, chains) in struck.iter_mut().zip([&mut *chains, &mut *others]) {
                let alone = Loads::refreshes(chains, Some(steady), phase);
                build.alone.push(self.local.block_on(&self.runtime, alone)?);
                let (address, strangers) = (build.address, build.strangers.clone());
                let (during, storm) = self.local.block_on(&self.runtime, async {
                    // It is there before the refreshes begin, and still there when they end.
                    let storm = tokio::task::spawn_local(storm(address, strangers, hash.rate * STORM, over));
                    tokio::time::sleep(AROUND * 2 / 3).await;
                    let during = Loads::refreshes(chains, Some(steady), phase).await?;
                    Ok::<_, crate::Fault>((during, storm.await??))
                })?;
                build.beside.push(during);
                build.storms.push(storm);
            }
        }
        let mut answers = 0;
        for build in struck {
            answers = self.told(build, hash, over)?.max(answers);
        }
        if self.other.is_none() {
            let busy = self.busy_since(&effort, answers)?;
            self.lines.push(busy);
        }
        Ok(())
    }

    fn struck(&self, name: &'static str, loads: &Loads) -> Outcome<StormMeasurement> {
        let strangers = Rc::new(self.local.block_on(&self.runtime, loads.strangers())?);
        let (alone, beside, storms) = (Vec::new(), Vec::new(), Vec::new());
        Ok(StormMeasurement { name, address: loads.address, strangers, alone, beside, storms })
    }

    /// Adds the lines of a build, and counts its answers.
    fn told(&mut self, build: StormMeasurement, hash: Ceiling, over: Duration) -> Outcome<u64> {
        let StormMeasurement { name, alone, beside, storms, .. } = build;
        let (alone, beside, storm) = (Measured::all(alone)?, Measured::all(beside)?, Measured::all(storms)?);
        self.lines.push(Line::new(format!("refreshes at 30 % load{name}"), rate(alone.rate)).took(&alone));
        let ratio = beside.percentile(99.0) / alone.percentile(99.0);
        self.lines.push(
            Line::new("  in a storm of wrong passwords", rate(beside.rate))
                .took(&beside)
                .aim(&format!("p99 within twice ({ratio:.2} times)"), ratio <= 2.0),
        );
        // They came for so long; the answers to the last of them took longer.
        let arrived = (storm.count + storm.turned_away) as f64 / over.as_secs_f64() / TURNS as f64;
        let line = Line::new("  the storm: wrong passwords that arrived", rate(arrived));
        self.lines.push(line.under(arrived, hash.rate, "Argon2id alone"));
        self.lines.push(Line::new("  of them hashed", rate(storm.rate)).took(&storm));
        Ok(alone.count + beside.count + storm.count + storm.turned_away)
    }

    /// Stops the other build, if there is one.
    pub(super) fn stop_the_other(&mut self) -> Outcome<()> {
        self.other.as_mut().map_or(Ok(()), |other| other.service.stop())
    }
}
