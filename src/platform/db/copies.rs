//! Copies of an SQLite database. A copy is of one moment, made beside readers and writers, and verified.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::migrations;
use crate::platform::private_file;

/// The files of a database that others than their owner may read or write.
pub(crate) fn files_open_to_others(database: &Path) -> Vec<PathBuf> {
    let files = ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", database.display())));
    let is_open = |file: &PathBuf| std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & 0o077 != 0);
    files.into_iter().filter(is_open).collect()
}

/// Makes a copy, readable only by its owner. Returns its length in bytes.
///
/// # Errors
/// In words: the file exists, cannot be written, or is not sound.
pub fn make(database: &Path, target: &Path) -> Result<u64, String> {
    let source = open(database)?;
    // The engine writes into an empty file, so that only its owner ever reads it.
    let made = private_file::create(target);
    made.map_err(|error| format!("{}: {error}", target.display()))?;
    let copied = source
        .execute("VACUUM INTO ?1", [target.display().to_string()])
        .map_err(|error| format!("the copy failed: {error}"))
        .and_then(|_| look_through(target))
        .and_then(|()| durable(target));
    if copied.is_err() {
        let _ = std::fs::remove_file(target);
    }
    copied
}

/// Replaces a database that is not open by a copy. Returns the path of the kept former file.
///
/// # Errors
/// In words: the copy is not sound, or the database is in use or must not be replaced.
pub(crate) fn put_back(copy: &Path, database: &Path, replace: bool) -> Result<Option<PathBuf>, String> {
    look_through(copy)?;
    let beside = |end: &str| {
        let mut path = database.as_os_str().to_owned();
        path.push(end);
        PathBuf::from(path)
    };
    let there = database.exists();
    if there && !replace {
        return Err(format!("{} is there already; --replace puts the copy in its place", database.display()));
    }
    if there {
        free(database)?;
    }
    let (coming, before) = (beside(".coming"), beside(".before"));
    let _ = std::fs::remove_file(&coming);
    let copied = || -> std::io::Result<()> {
        let mut target = private_file::create(&coming)?;
        std::io::copy(&mut File::open(copy)?, &mut target)?;
        target.sync_all()?;
        if there {
            std::fs::rename(database, &before)?;
        }
        std::fs::rename(&coming, database)
    };
    copied().map_err(|error| format!("{}: {error}", database.display()))?;
    Ok(there.then_some(before))
}

/// Checks that a database is not open: only then can its log be merged and removed.
fn free(database: &Path) -> Result<(), String> {
    let in_use = || format!("{} is in use; stop the service first", database.display());
    let connection = open(database)?;
    connection.busy_timeout(Duration::ZERO).map_err(|error| error.to_string())?;
    let mode: String =
        connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).map_err(|_| in_use())?;
    if mode == "delete" { Ok(()) } else { Err(in_use()) }
}

/// Checks that a file is a sound database of this program, and of no later version.
fn look_through(file: &Path) -> Result<(), String> {
    let wrong = |what: &str| format!("{} {what}", file.display());
    let connection = open(file)?;
    let found: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(|_| wrong("is no database"))?;
    if found != "ok" {
        return Err(wrong("is damaged"));
    }
    let applied: Vec<String> = connection
        .prepare(migrations::APPLIED)
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .map_err(|_| wrong("is no database of Salpa"))?;
    if applied.is_empty() {
        return Err(wrong("is no database of Salpa"));
    }
    if applied.iter().any(|name| !migrations::is_known(name)) {
        return Err(wrong("is of a later version of Salpa"));
    }
    Ok(())
}

fn open(file: &Path) -> Result<Connection, String> {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| format!("{}: {error}", file.display()))
}

fn durable(file: &Path) -> Result<u64, String> {
    let synced = || -> std::io::Result<u64> {
        let opened = File::open(file)?;
        opened.sync_all()?;
        Ok(opened.metadata()?.len())
    };
    synced().map_err(|error| format!("{}: {error}", file.display()))
}
