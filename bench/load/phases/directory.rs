//! The phases of a full directory.

use std::time::Duration;

use super::{IDLE, Run, STARTS, start};
use crate::Outcome;
use crate::browser::Browser;
use crate::load::Measured;
use crate::loads::home_of;
use crate::machine::Memory;
use crate::million::{self, Size};
use crate::table::{Line, mebibytes, rate};

impl Run<'_> {
    /// A full directory: its import, the memory it leaves, sign-ins beside those of few people, and pages.
    pub(super) fn million(&mut self) -> Outcome<()> {
        let size = self.plan.size;
        let few = if self.plan.names("million") {
            let small = Size { people: 1_000.min(size.people), companies: 50.min(size.companies), from: 5_000_000 };
            self.fill(small)?;
            Some(self.sign_ins_of(small)?)
        } else {
            None
        };
        let (took, most) = self.fill(size)?;
        let words = format!("import of {} people and {} companies", size.people, size.companies);
        let each = size.people as f64 / took.as_secs_f64();
        let aim = Duration::from_mins(3).mul_f64(size.people as f64 / 1_000_000.0);
        let line = Line::new(words, format!("{:.1} s ({} people)", took.as_secs_f64(), rate(each)));
        self.lines.push(line.aim("three minutes a million", took <= aim));
        self.lines.push(Line::new("  memory of the import", mebibytes(most)));
        if self.plan.names("million") || self.plan.names("search") {
            self.starts(size)?;
        }
        let Some(few) = few else {
            return if self.plan.names("search") { self.pages(true) } else { Ok(()) };
        };
        std::thread::sleep(IDLE);
        let memory = Memory::of(self.service.process()?)?;
        let line = Line::new(format!("memory at rest, {} people", size.people), mebibytes(memory.resident));
        self.lines.push(line.aim("under 40 MiB", memory.resident < 40 * 1024));
        let many = self.sign_ins_of(size)?;
        let line = Line::new("sign-ins with 1000 people", rate(few.rate)).took(&few);
        self.lines.push(line);
        let line = Line::new(format!("sign-ins with {} people", size.people), rate(many.rate));
        self.lines.push(line.under(many.rate, few.rate, "with few").took(&many));
        self.pages(false)
    }

    /// How long the start takes beside a full directory.
    fn starts(&mut self, size: Size) -> Outcome<()> {
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            self.service.stop()?;
            starts.push(self.service.start()?);
        }
        self.lines.push(start(&format!("start until ready, {} people", size.people), &mut starts));
        Ok(())
    }

    /// Fills a database with a directory; the service runs on it afterwards.
    pub(super) fn fill(&mut self, size: Size) -> Outcome<(Duration, u64)> {
        let file = self.service.folder().join("directory.jsonl");
        self.runtime.block_on(million::write(&file, size))?;
        self.service.stop()?;
        let (report, took, most) = self.service.import(&file)?;
        if report.get("refused") != Some(&serde_json::json!(0)) {
            return Err(format!("the import refused lines: {report}").into());
        }
        std::fs::remove_file(&file)?;
        self.service.start()?;
        Ok((took, most))
    }

    /// Sign-ins of people who are spread over the whole directory.
    fn sign_ins_of(&mut self, size: Size) -> Outcome<Measured> {
        let some = 1_000.min(size.people);
        let spread = (0..some).map(|index| million::person(size.from + index * (size.people / some))).collect();
        let usual = std::mem::replace(&mut self.loads.people, spread);
        self.local.block_on(&self.runtime, self.loads.sign_ins(Duration::from_secs(1)))?;
        let measured = self.local.block_on(&self.runtime, self.loads.sign_ins(self.plan.phase));
        self.loads.people = usual;
        measured
    }

    /// How long the pages of an administrator take, or the searches alone.
    fn pages(&mut self, searches_alone: bool) -> Outcome<()> {
        let mut browser = Browser::new(self.loads.address, &self.loads.origin, home_of(0));
        self.local.block_on(&self.runtime, million::administrator(&mut browser))?;
        for page in million::PAGES.iter().filter(|page| page.is_search || !searches_alone) {
            let path = page.path();
            let opened = million::open(&mut browser, &path, self.plan.phase);
            let measured = self.local.block_on(&self.runtime, opened)?;
            let measured = measured.ok_or_else(|| format!("{path} is not there"))?;
            let is_quick = measured.percentile(99.0) < page.most;
            let line = Line::new(format!("page: {}", page.name), rate(measured.rate)).took(&measured);
            self.lines.push(line.aim(&format!("p99 under {} ms", page.most), is_quick));
        }
        Ok(())
    }
}
