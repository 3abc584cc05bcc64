//! Migrates the tables to this program's version. One folder of scripts for both engines; what they say in different
//! words stands in a folder of each.

use std::sync::LazyLock;

use rust_embed::RustEmbed;

use super::{Db, EngineKind, Error, Reads};

/// The scripts. A released one is never edited.
#[derive(RustEmbed)]
#[folder = "migrations"]
struct Scripts;

/// A step from one version of the tables to the next.
struct Migration {
    /// The name of its script, which begins with its number.
    name: String,
    /// The part that both engines have in common.
    common: String,
}

/// Every migration in order.
static MIGRATIONS: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let paths = Scripts::iter().filter(|path| !path.contains('/'));
    let migrations = paths
        .filter_map(|path| Some(Migration { name: path.strip_suffix(".sql")?.to_owned(), common: script(&path)? }));
    let mut migrations: Vec<_> = migrations.collect();
    migrations.sort_by(|one, other| one.name.cmp(&other.name));
    migrations
});

fn script(path: &str) -> Option<String> {
    Scripts::get(path).map(|file| String::from_utf8_lossy(&file.data).into_owned())
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)";
pub(super) const APPLIED: &str = "SELECT name FROM migrations ORDER BY name";

/// Whether this program has a migration of that name.
pub(super) fn is_known(name: &str) -> bool {
    MIGRATIONS.iter().any(|known| known.name == name)
}

/// The name of every table that the migrations leave behind, in the order in which they make them.
pub(super) fn tables() -> Vec<&'static str> {
    let mut tables = Vec::new();
    for line in MIGRATIONS.iter().flat_map(|migration| migration.common.lines()) {
        if let Some(made) = line.strip_prefix("CREATE TABLE ") {
            tables.extend(made.split_whitespace().next());
        } else if let Some(dropped) = line.strip_prefix("DROP TABLE ") {
            tables.retain(|table| *table != dropped.trim_end_matches(';'));
        }
    }
    tables
}

pub(super) async fn run(db: &Db) -> Result<Vec<&'static str>, Error> {
    db.run_script(&in_turn(db.kind(), LEDGER)).await?;
    let mut applied = Vec::new();
    for Migration { name, common } in outstanding(db).await? {
        let (common, own) = (types(db.kind(), common), own_script(db.kind(), name));
        let script = format!("INSERT INTO migrations (name) VALUES ('{name}');\n{common}\n{own}");
        match db.run_script(&in_turn(db.kind(), &script)).await {
            Ok(()) => applied.push(name.as_str()),
            // Another node was first: its row in the ledger exists.
            Err(Error::Conflict(_)) if !outstanding(db).await?.iter().any(|pending| pending.name == *name) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(applied)
}

pub(super) async fn pending(db: &Db) -> Result<Vec<&'static str>, Error> {
    match outstanding(db).await {
        Ok(pending) => Ok(pending.into_iter().map(|migration| migration.name.as_str()).collect()),
        Err(Error::Unavailable(cause)) => Err(Error::Unavailable(cause)),
        // Without a ledger the database is empty.
        Err(_) => Ok(MIGRATIONS.iter().map(|migration| migration.name.as_str()).collect()),
    }
}

async fn outstanding(db: &Db) -> Result<Vec<&'static Migration>, Error> {
    let applied: Vec<String> = db.all(APPLIED, &[], |row| row.get(0)).await?;
    Ok(MIGRATIONS.iter().filter(|migration| !applied.contains(&migration.name)).collect())
}

/// The part of a migration that has no common text, such as a trigger. It follows the common one.
fn own_script(kind: EngineKind, name: &str) -> String {
    script(&format!("{}/{name}.sql", folder(kind))).unwrap_or_default()
}

fn folder(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Postgres => "postgres",
        EngineKind::Sqlite => "sqlite",
    }
}

/// Nodes that start together take turns, however long the first one takes: an index of a large table is not made
/// within the limits of a request. The lock is the schema's: a database may hold several. SQLite has one writer
/// anyway.
fn in_turn(kind: EngineKind, script: &str) -> String {
    match kind {
        EngineKind::Postgres => format!(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
             SELECT pg_advisory_xact_lock(7365616, hashtext(current_schema()));
             SET LOCAL lock_timeout = '5s';\n{script}"
        ),
        EngineKind::Sqlite => script.to_owned(),
    }
}

/// The scripts use PostgreSQL's type names; SQLite calls bytes BLOB. SQLite keeps rows in the order of their primary
/// key, without a second, hidden one: half the pages to write.
fn types(kind: EngineKind, script: &str) -> String {
    match kind {
        EngineKind::Postgres => script.to_owned(),
        EngineKind::Sqlite => {
            script.replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER").replace("\n);", "\n) WITHOUT ROWID;")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn migrations_stand_in_the_order_of_their_numbers_and_each_number_once() {
        let numbers =
            MIGRATIONS.iter().map(|migration| migration.name.split('_').next().unwrap().parse::<u32>().unwrap());
        assert!(numbers.clone().is_sorted_by(|one, other| one < other));
        assert_eq!(numbers.min(), Some(1));
    }

    #[test]
    fn a_script_of_one_engine_has_its_brother_and_a_common_one() {
        let of = |kind| -> BTreeSet<String> {
            let start = format!("{}/", folder(kind));
            Scripts::iter().filter_map(|path| path.strip_prefix(&start).map(str::to_owned)).collect()
        };
        let scripts = of(EngineKind::Sqlite);
        assert_eq!(scripts, of(EngineKind::Postgres));
        assert!(!scripts.is_empty());
        assert!(scripts.iter().all(|path| Scripts::get(path).is_some()));
        let known = scripts.len() * 2 + MIGRATIONS.len();
        assert_eq!(Scripts::iter().count(), known, "a file that is no migration");
    }
}
