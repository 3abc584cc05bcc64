//! The phase of sign-ins by an identity provider, and of people who wait there.

use serde_json::Value;

use super::Run;
use crate::broker::Broker;
use crate::browser::{Browser, Place};
use crate::flows::Application;
use crate::identities::Way;
use crate::loads::home_of;
use crate::machine::Memory;
use crate::table::{Line, rate};
use crate::{Outcome, ceilings};

/// The time that a provider may add to a sign-in, without its own, in milliseconds (p99).
const ADDED: f64 = 3.0;
/// The people who are at their bank.
const WAITING: usize = 1_000;
/// The memory that each of them may take, in KiB: what the database and the allocator keep of their rows.
const MOST_MEMORY: f64 = 1.0;
/// Sign-ins beside them may take so much longer.
const LONGER: f64 = 1.05;

impl Run<'_> {
    /// Sign-ins by a broker, alone and beside people who have gone there and have not come back.
    pub(super) fn identities(&mut self) -> Outcome<()> {
        let broker = Broker::start()?;
        let provider = self.service.create_identity_provider(&broker.settings())?;
        let people = self.loads.people.clone();
        let homes: Vec<String> = (0..people.len()).map(home_of).collect();
        // The code in a new network is another matter.
        let client = self.service.create_application("Bench by bank", "optional")?;
        self.service.ask_for_no_codes(&client)?;
        let application = Application::new(&self.loads.origin, &client);
        let way = Way { broker: &broker, provider, application: &application };
        let mut browser = Browser::new(self.loads.address, &self.loads.origin, home_of(0));
        self.local.block_on(&self.runtime, async {
            let keys = browser.open(&format!("/identity-providers/{}/jwks", way.provider)).await?;
            let Place::Page(_, keys) = keys else { return Err("the keys of the service are not there".into()) };
            broker.register(&serde_json::from_str::<Value>(&keys)?)?;
            for ((customer, person), home) in people.iter().enumerate().zip(&homes) {
                browser.forget(home.clone());
                way.link(&mut browser, customer, person).await?;
            }
            Ok::<_, crate::Fault>(())
        })?;

        let over = self.plan.phase;
        // The first ones fill what is kept in memory.
        self.local.block_on(&self.runtime, way.sign_ins(&mut browser, &homes, over / 8))?;
        let effort = self.effort()?;
        let alone = self.local.block_on(&self.runtime, way.sign_ins(&mut browser, &homes, over))?;
        let busy = self.busy_since(&effort, alone.whole.count)?;
        let decrypting = ceilings::private_rsa(over / 4)?;

        let before = Memory::of(self.service.process()?)?;
        self.local.block_on(&self.runtime, async {
            for number in 0..WAITING {
                let home = format!("198.18.{}.{}", number / 250, number % 250 + 1);
                way.leave(&mut Browser::new(self.loads.address, &self.loads.origin, home)).await?;
            }
            Ok::<_, crate::Fault>(())
        })?;
        let grown = Memory::of(self.service.process()?)?.proportional.saturating_sub(before.proportional) as f64;
        let beside = self.local.block_on(&self.runtime, way.sign_ins(&mut browser, &homes, over))?;

        let whole = &alone.whole;
        self.lines.push(Line::new("sign-ins by a bank, one after the other", rate(whole.rate)).took(whole));
        let added = &alone.added;
        let line = Line::new("  of it, the way there and back", "without the bank's own time".to_owned());
        let is_met = added.percentile(99.0) <= ADDED;
        self.lines.push(line.took(added).aim(&format!("p99 within {ADDED} ms"), is_met));
        let three = decrypting.each * 3000.0;
        let line = Line::new("  of it, two signatures and a decryption by RSA", format!("{three:.2} ms"));
        self.lines.push(line);
        self.lines.push(busy);
        let each = grown / WAITING as f64;
        let line = Line::new(format!("{WAITING} people at their bank, memory of each"), format!("{each:.2} KiB"));
        self.lines.push(line.aim(&format!("at most {MOST_MEMORY} KiB"), each <= MOST_MEMORY));
        let times = beside.added.percentile(50.0) / added.percentile(50.0).max(0.001);
        let line = Line::new(format!("  sign-ins beside them: {times:.2} times as long"), rate(beside.whole.rate));
        self.lines.push(line.took(&beside.added).aim(&format!("at most {LONGER} times"), times <= LONGER));
        Ok(())
    }
}
