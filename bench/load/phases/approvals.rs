//! The phase of approvals: many browsers that wait for phones, what each of them costs, and how soon they hear.

use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{Run, TURNS};
use crate::Outcome;
use crate::approvals::{self, Crowd, Pair};
use crate::browser::Browser;
use crate::load::Measured;
use crate::loads::home_of;
use crate::machine::Memory;
use crate::table::{Line, rate};

/// Approvals a second.
const RATE: f64 = 100.0;
/// The memory that a waiting browser may take beside its connection, in KiB.
const MOST_MEMORY: f64 = 10.0;
/// The time within which every browser hears of its approval, in milliseconds.
const ANSWERED: f64 = 150.0;
/// The time from an approval to the application, in milliseconds (p99).
const REDIRECTED: f64 = 50.0;
/// Tokens may be slowed by so much.
const SLOWER: f64 = 0.05;
/// How long everything has to come to rest before memory is read.
const SETTLES: Duration = Duration::from_secs(2);

impl Run<'_> {
    /// Waiting browsers: their memory beside that of bare connections, tokens beside them, and their approvals.
    pub(super) fn approvals(&mut self) -> Outcome<()> {
        let browsers = self.plan.browsers;
        let pairs = browsers.min((self.plan.phase.as_secs_f64() * RATE) as usize);
        let mut pairs = self.pairs(pairs)?;
        let bare = self.memory_of_bare_connections(browsers)?;

        let (at_once, origin) = (self.loads.browsers, self.loads.origin.clone());
        let application = self.loads.application.clone();
        // Up to the password nothing runs out; from then on a question waits for a minute.
        let begun = stream::iter(pairs.iter_mut().map(|pair| pair.begin(&application)));
        self.local.block_on(&self.runtime, begun.buffer_unordered(at_once).try_collect::<()>())?;
        let mut alone = Vec::new();
        for _ in 0..TURNS {
            let tokens = self.loads.tokens(self.plan.phase / TURNS as u32);
            alone.push(self.local.block_on(&self.runtime, tokens)?);
        }
        let asked = stream::iter(pairs.iter_mut().map(|pair| pair.ask(&origin)));
        self.local.block_on(&self.runtime, asked.buffer_unordered(at_once).try_collect::<()>())?;

        // The hashes of the sign-ins leave memory behind, in which the waiting browsers would be hidden.
        let before = self.anew()?;
        let address = self.loads.address;
        let crowd = self.local.block_on(&self.runtime, async {
            let crowd = Crowd::gather(address, pairs, browsers);
            tokio::time::sleep(SETTLES).await;
            crowd
        });
        let waiting = crowd.len();
        let each = self.grown_since(before)? / waiting as f64;
        let line = Line::new(format!("{waiting} waiting browsers, memory of each"), format!("{each:.1} KiB"));
        let line = line.against(format!("{bare:.1} KiB a bare connection"));
        self.lines.push(line.aim("at most 10 KiB more", each - bare <= MOST_MEMORY));

        let beside = self.local.block_on(&self.runtime, self.loads.tokens(self.plan.phase))?;
        let alone = Measured::all(alone)?;
        let line = Line::new("  tokens beside them", rate(beside.rate)).under(beside.rate, alone.rate, "without them");
        let is_met = beside.rate >= alone.rate * (1.0 - SLOWER);
        self.lines.push(line.took(&beside).aim("at most 5 % slower", is_met));

        let effort = self.effort()?;
        let times = self.local.block_on(&self.runtime, crowd.approve(RATE))?;
        let busy = self.busy_since(&effort, times.redirects.count)?;
        let slowest = times.answers.percentile(100.0);
        let line = Line::new("  from their approval to their answer", format!("{slowest:.0} ms the slowest"));
        self.lines.push(line.took(&times.answers).aim("all within 150 ms", slowest <= ANSWERED));
        let is_quick = times.redirects.percentile(99.0) <= REDIRECTED;
        let line = Line::new("  from approval to redirect", rate(times.redirects.rate));
        let line = line.under(times.redirects.rate, RATE, "approvals asked for");
        self.lines.push(line.took(&times.redirects).aim("p99 within 50 ms", is_quick));
        self.lines.push(busy);
        Ok(())
    }

    /// People with a phone each, imported and set up.
    fn pairs(&mut self, count: usize) -> Outcome<Vec<Pair>> {
        let file = self.service.folder().join("approvals.jsonl");
        self.runtime.block_on(approvals::write(&file, count))?;
        self.service.stop()?;
        self.service.import(&file)?;
        self.service.start()?;
        let (address, origin) = (self.loads.address, self.loads.origin.as_str());
        let set_up = stream::iter((0..count).map(|number| Pair::set_up(address, origin, number)));
        self.local.block_on(&self.runtime, set_up.buffer_unordered(self.loads.browsers).try_collect())
    }

    /// The memory of a connection that does nothing, in KiB.
    fn memory_of_bare_connections(&mut self, count: usize) -> Outcome<f64> {
        let before = self.anew()?;
        let browser = Browser::new(self.loads.address, &self.loads.origin, home_of(0));
        let address = self.loads.address;
        let idle = self.local.block_on(&self.runtime, approvals::bare(address, &browser, count))?;
        let each = self.grown_since(before)? / idle.len() as f64;
        drop(idle);
        Ok(each)
    }

    /// Starts the service anew, and gives its memory once it is at rest.
    fn anew(&mut self) -> Outcome<Memory> {
        self.service.stop()?;
        self.service.start()?;
        std::thread::sleep(SETTLES);
        Memory::of(self.service.process()?)
    }

    /// How much the memory has grown since then, in KiB.
    fn grown_since(&self, before: Memory) -> Outcome<f64> {
        let now = Memory::of(self.service.process()?)?;
        Ok(now.proportional.saturating_sub(before.proportional) as f64)
    }
}
