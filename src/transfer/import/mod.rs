//! Reading everything in. Lines are read some at a time, and each batch is one transaction with a line of
//! history: the memory it takes does not grow with the file.
//!
//! A record that is there already (by its identifier, or by its email, business identifier, `client_id`, or company and
//! person) is left as it is. So an import that was cut off is simply run again: the records that it had committed are
//! passed over, and later changes to them are not set back. There is no position to keep, and none to be wrong about.

mod apply;
mod checked;
mod lines;
mod store;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinHandle;

use self::apply::{DryRunNames, LineOutcome};
use self::lines::{ImportLine, Lines};
use crate::app::App;
use crate::commands::{Failed, Output};
use crate::platform::clock::Stopwatch;
use crate::platform::db;

/// The bytes that are read at once.
const BUFFER: usize = 256 * 1024;
/// The number of added records from which on the database renews its statistics.
const MANY: u64 = 1000;
/// The most refused lines that are told one by one. Beyond them, only their number is told.
const MOST_TOLD: usize = 1000;

pub(super) async fn run(app: &App, file: &Path, dry_run: bool, output: Output) -> Result<(), Failed> {
    if !app.db.pending_migrations().await?.is_empty() {
        return Err(Failed::because("the database lacks tables of this version; run: salpa migrate"));
    }
    let reader: Box<dyn BufRead + Send> = if file.as_os_str() == "-" {
        Box::new(BufReader::with_capacity(BUFFER, std::io::stdin()))
    } else {
        let opened = File::open(file).map_err(|error| Failed::because(format!("{}: {error}", file.display())))?;
        Box::new(BufReader::with_capacity(BUFFER, opened))
    };
    app.db.prepare_for_many_writes().await?;
    let watch = Stopwatch::start();
    let mut report = ImportReport::default();
    let mut lines = Lines::new(reader);
    let seen = dry_run.then(DryRunNames::default);
    // While one batch is written, the next one is read.
    let mut writing: Option<JoinHandle<Result<Vec<LineOutcome>, db::Error>>> = None;
    loop {
        let batch = lines.batch().map_err(Failed::because)?;
        if let Some(written) = writing.take() {
            report.take(written.await.map_err(Failed::because)??);
        }
        if batch.is_empty() {
            break;
        }
        let (app, batch, seen) = (app.clone(), Arc::new(batch), seen.clone());
        writing = Some(tokio::spawn(async move { apply::batch(&app, batch, seen).await }));
    }
    if report.adds_many()
        && !dry_run
        && let Err(error) = app.db.settle_after_many_writes().await
    {
        // The import is whole all the same, and the database notices by itself, only later.
        tracing::warn!(%error, "the database was not told that there is more in it now");
    }
    report.tell(dry_run, watch, output)
}

/// The outcome of an import.
#[derive(Default)]
struct ImportReport {
    lines: u64,
    added: BTreeMap<&'static str, u64>,
    already_there: u64,
    refused: u64,
    mistakes: Vec<(u64, String)>,
    /// The number of lines of which something was left out.
    partial: u64,
    left_out: Vec<(u64, String)>,
}

impl ImportReport {
    fn take(&mut self, outcomes: Vec<LineOutcome>) {
        for outcome in outcomes {
            self.lines += 1;
            match outcome {
                LineOutcome::Added(kind) => *self.added.entry(kind).or_default() += 1,
                LineOutcome::AddedInPart(kind, line, reasons) => {
                    *self.added.entry(kind).or_default() += 1;
                    self.partial += 1;
                    let room = MOST_TOLD.saturating_sub(self.left_out.len());
                    self.left_out.extend(reasons.into_iter().take(room).map(|reason| (line, reason.0)));
                }
                LineOutcome::AlreadyThere => self.already_there += 1,
                LineOutcome::Refused(line, refused) => {
                    self.refused += 1;
                    if self.mistakes.len() < MOST_TOLD {
                        self.mistakes.push((line, refused.0));
                    }
                }
            }
        }
    }

    /// Whether the statistics of the database no longer fit its tables.
    fn adds_many(&self) -> bool {
        self.added.values().sum::<u64>() >= MANY
    }

    fn tell(&self, dry_run: bool, watch: Stopwatch, output: Output) -> Result<(), Failed> {
        let told = |reasons: &[(u64, String)]| -> Vec<_> {
            reasons.iter().map(|(line, reason)| json!({ "line": line, "reason": reason })).collect()
        };
        let report = json!({
            "dry_run": dry_run,
            "lines": self.lines,
            "added": self.added,
            "already_there": self.already_there,
            "refused": self.refused,
            "mistakes": told(&self.mistakes),
            "left_out": told(&self.left_out),
            "milliseconds": u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        output.done(&report, || {
            let mut words: Vec<_> =
                self.mistakes.iter().map(|(line, reason)| format!("line {line}: {reason}")).collect();
            let left_out = |(line, reason): &(u64, String)| format!("line {line}: comes in, but {reason}");
            words.extend(self.left_out.iter().map(left_out));
            let added: Vec<_> = self.added.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            let added = if added.is_empty() { "nothing".to_owned() } else { added.join(", ") };
            let verb = if dry_run { "would be added" } else { "added" };
            words.push(format!("{} lines; {verb}: {added}; there already: {}", self.lines, self.already_there));
            words.join("\n")
        });
        match (self.refused, self.partial) {
            (0, 0) => Ok(()),
            (0, partial) => Err(Failed::because(format!("of {partial} lines something was left out; see above"))),
            (refused, 0) => Err(Failed::because(format!("{refused} lines were not taken; see above"))),
            (refused, partial) => {
                let words =
                    format!("{refused} lines were not taken, and of {partial} something was left out; see above");
                Err(Failed::because(words))
            }
        }
    }
}
