//! The machine, and what processes take of it.

use std::fs;
use std::time::Duration;

use crate::Outcome;

/// Clock ticks a second, as Linux counts them for every program.
const TICKS: f64 = 100.0;

/// How many threads run at once.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The processor's name.
pub(crate) fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name").or_else(|| line.strip_prefix("Model")));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |line| line.trim_start_matches([' ', '\t', ':']).to_owned())
}

/// Memory of a process, in KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Resident, what is shared included.
    pub(crate) resident: u64,
    /// Resident, what is shared counted in part (PSS).
    pub(crate) proportional: u64,
}

impl Memory {
    /// The memory of a process.
    pub(crate) fn of(process: u32) -> Outcome<Self> {
        let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let value = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
                .ok_or_else(|| format!("no {name} in smaps_rollup"))
        };
        Ok(Self { resident: value("Rss:")?, proportional: value("Pss:")? })
    }
}

/// The processor time that a process has taken, all its threads together.
pub(crate) fn processor_time(process: u32) -> Outcome<Duration> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name may hold spaces; what follows its closing parenthesis does not.
    let fields = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let mut numbers = fields.split_whitespace().skip(11).map(|field| field.parse::<u64>().unwrap_or(0));
    let ticks = numbers.next().unwrap_or(0) + numbers.next().unwrap_or(0);
    Ok(Duration::from_secs_f64(ticks as f64 / TICKS))
}

/// The processor time that everything on this machine has taken, and what its host withheld.
pub(crate) fn everybodys_time() -> Outcome<Duration> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).map(|field| field.parse().unwrap_or(0)).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal
    let busy: u64 = [0, 1, 2, 5, 6, 7].iter().filter_map(|index| ticks.get(*index)).sum();
    Ok(Duration::from_secs_f64(busy as f64 / TICKS))
}
