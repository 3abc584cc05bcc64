//! Copies of the database: made while the service runs, and put back while it does not.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::output::{Failed, Output};
use crate::app::App;
use crate::platform::db::copies;
use crate::platform::settings::Settings;

/// Arguments of `salpa backup`.
#[derive(clap::Args, Debug)]
pub(super) struct Backup {
    /// The file to write, which must not be there yet.
    file: PathBuf,
}

/// Arguments of `salpa restore`.
#[derive(clap::Args, Debug)]
pub(super) struct Restore {
    /// A copy that `salpa backup` made.
    file: PathBuf,
    /// Replace a database that is there. The former one is kept beside it, with `.before` at its end.
    #[arg(long)]
    replace: bool,
}

const USE_ITS_OWN: &str = "PostgreSQL has its own means: pg_dump and pg_restore";

pub(super) async fn backup(app: &App, arguments: Backup, output: Output) -> Result<(), Failed> {
    let Some(database) = file_of(&app.settings) else { return Err(Failed::because(USE_ITS_OWN)) };
    let file = arguments.file.clone();
    let bytes = tokio::task::spawn_blocking(move || copies::make(&database, &arguments.file))
        .await
        .map_err(Failed::because)?
        .map_err(Failed::because)?;
    let shown = file.display().to_string();
    output.done(&json!({ "file": shown, "bytes": bytes }), || {
        format!("{shown} holds everything, and was looked through: {bytes} bytes. The master key is not in it.")
    });
    Ok(())
}

/// Runs without the service's own connections: nobody else may have the database open.
pub(super) fn restore(settings: &Settings, arguments: &Restore, output: Output) -> Result<(), Failed> {
    let Some(database) = file_of(settings) else { return Err(Failed::because(USE_ITS_OWN)) };
    let before = copies::put_back(&arguments.file, &database, arguments.replace).map_err(Failed::because)?;
    let shown = database.display().to_string();
    let kept = before.as_deref().map(Path::display).map(|path| path.to_string());
    output.done(&json!({ "database": shown, "before": kept }), || match &kept {
        Some(kept) => format!("{shown} is what it was; what stood there is {kept}."),
        None => format!("{shown} is there again."),
    });
    Ok(())
}

pub(super) fn file_of(settings: &Settings) -> Option<PathBuf> {
    settings.database_url.reveal().strip_prefix("sqlite:").map(PathBuf::from)
}
