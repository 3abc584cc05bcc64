//! Import and export of people, companies and applications as lines of JSON: one record a line, each with its `kind`.
//! `docs/operate.md` describes the records.

mod export;
mod import;
mod records;

use std::path::PathBuf;

use crate::app::App;
use crate::commands::{Failed, Output};

/// Arguments of `salpa import`.
#[derive(clap::Args, Debug)]
pub(super) struct Import {
    /// The file of records, one JSON object a line; - reads standard input.
    file: PathBuf,
    /// Check every line, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Arguments of `salpa export`.
#[derive(clap::Args, Debug)]
pub(super) struct Export {
    /// The file to write, which must not exist yet. Without it, standard output.
    file: Option<PathBuf>,
    /// Include the proofs of people and applications: hashes of passwords, recovery codes and secrets, and the seeds of
    /// authenticator apps, sealed under the master key.
    #[arg(long)]
    with_secrets: bool,
}

pub(super) async fn import(app: &App, arguments: Import, output: Output) -> Result<(), Failed> {
    import::run(app, &arguments.file, arguments.dry_run, output).await
}

pub(super) async fn export(app: &App, arguments: &Export, output: Output) -> Result<(), Failed> {
    export::run(app, arguments.file.as_deref(), arguments.with_secrets, output).await
}
