//! The phase of open invitations.

use super::Run;
use crate::Outcome;
use crate::browser::Browser;
use crate::invitations::{self, FEW};
use crate::load::Measured;
use crate::loads::home_of;
use crate::million;
use crate::table::{Line, rate};

/// The pages that are opened with few and with many open invitations: a name, and the page within the large company.
/// `{invited}` is one of its own users, who is invited.
const PAGES: [(&str, &str); 5] = [
    ("the invited users", "users?filter=invited"),
    ("the invited users, by role", "users?filter=invited&sort=role"),
    ("users", "users"),
    ("an invitation", "users/{invited}/invitation"),
    ("communication of an invited user", "users/{invited}/communication"),
];
/// The time with many open invitations may be so much longer.
const LONGER: f64 = 1.1;

impl Run<'_> {
    /// Pages and code entry with as many open invitations as there are people, beside those with few.
    pub(super) fn invitations(&mut self) -> Outcome<()> {
        let size = self.plan.size;
        self.fill(size)?;
        let few = self.with_invitations(FEW, 1)?;
        let many = self.with_invitations(size.people, FEW + 1)?;
        for ((name, few), (_, many)) in few.iter().zip(&many) {
            let times = many.percentile(50.0) / few.percentile(50.0).max(0.001);
            let line = Line::new(format!("{name}, with {FEW} open invitations"), rate(few.rate)).took(few);
            self.lines.push(line);
            let line =
                Line::new(format!("  with {}: {times:.2} times as long", size.people), rate(many.rate)).took(many);
            self.lines.push(line.aim(&format!("at most {LONGER} times"), times <= LONGER));
        }
        Ok(())
    }

    /// The times with a number of open invitations; the codes from one on are entered.
    fn with_invitations(&mut self, count: usize, from: usize) -> Outcome<Vec<(&'static str, Measured)>> {
        self.service.stop()?;
        let (url, large) = (self.service.database_url()?, million::company(0));
        self.runtime.block_on(invitations::write(&url, self.plan.cost, &large, count))?;
        self.service.start()?;
        let mut browser = Browser::new(self.loads.address, &self.loads.origin, home_of(0));
        self.local.block_on(&self.runtime, million::administrator(&mut browser))?;
        let mut measured = Vec::new();
        let invited = million::identifier(self.plan.size.companies);
        for (name, page) in PAGES {
            let path = format!("/admin/{large}/{}", page.replace("{invited}", &invited));
            // The first ones fill what is kept in memory.
            self.local.block_on(&self.runtime, million::open(&mut browser, &path, self.plan.phase / 4))?;
            let opened = million::open(&mut browser, &path, self.plan.phase);
            let times = self.local.block_on(&self.runtime, opened)?;
            measured.push((name, times.ok_or_else(|| format!("{path} is not there"))?));
        }
        let entered = self.local.block_on(&self.runtime, invitations::enter(&mut browser, from))?;
        measured.push(("entering a sign-up code", entered));
        Ok(measured)
    }
}
