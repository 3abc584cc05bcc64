//! Migrates the tables to this program's version. One folder of scripts for both engines; what they say in different
//! words stands in a folder of each.

use super::{Db, EngineKind, Error, Reads};

/// Every migration in order. A released migration is never edited.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_first", include_str!("../../../migrations/0001_first.sql")),
    ("0002_application_profiles", include_str!("../../../migrations/0002_application_profiles.sql")),
    ("0003_passkeys", include_str!("../../../migrations/0003_passkeys.sql")),
    ("0004_policies", include_str!("../../../migrations/0004_policies.sql")),
    ("0005_account", include_str!("../../../migrations/0005_account.sql")),
    ("0006_messages", include_str!("../../../migrations/0006_messages.sql")),
    ("0007_pushed_requests_and_dpop", include_str!("../../../migrations/0007_pushed_requests_and_dpop.sql")),
    ("0008_clients", include_str!("../../../migrations/0008_clients.sql")),
    ("0009_companies", include_str!("../../../migrations/0009_companies.sql")),
    ("0010_new_networks", include_str!("../../../migrations/0010_new_networks.sql")),
    ("0011_chosen_companies", include_str!("../../../migrations/0011_chosen_companies.sql")),
    ("0012_console", include_str!("../../../migrations/0012_console.sql")),
    ("0013_company_settings", include_str!("../../../migrations/0013_company_settings.sql")),
    ("0014_api", include_str!("../../../migrations/0014_api.sql")),
    ("0015_operator", include_str!("../../../migrations/0015_operator.sql")),
    ("0016_lists", include_str!("../../../migrations/0016_lists.sql")),
    ("0017_asked_before", include_str!("../../../migrations/0017_asked_before.sql")),
    ("0018_words_by_subject", include_str!("../../../migrations/0018_words_by_subject.sql")),
    ("0021_factors", include_str!("../../../migrations/0021_factors.sql")),
    ("0022_removed_factors", include_str!("../../../migrations/0022_removed_factors.sql")),
    ("0023_key_sets", include_str!("../../../migrations/0023_key_sets.sql")),
    ("0024_acceptance", include_str!("../../../migrations/0024_acceptance.sql")),
    ("0025_facts", include_str!("../../../migrations/0025_facts.sql")),
    ("0026_roles", include_str!("../../../migrations/0026_roles.sql")),
    ("0027_phones", include_str!("../../../migrations/0027_phones.sql")),
    ("0028_approvals", include_str!("../../../migrations/0028_approvals.sql")),
    ("0029_qr_sign_ins", include_str!("../../../migrations/0029_qr_sign_ins.sql")),
    ("0030_history_seals", include_str!("../../../migrations/0030_history_seals.sql")),
    ("0031_application_logos", include_str!("../../../migrations/0031_application_logos.sql")),
    ("0032_certificates", include_str!("../../../migrations/0032_certificates.sql")),
    ("0033_taken_codes", include_str!("../../../migrations/0033_taken_codes.sql")),
    ("0034_push", include_str!("../../../migrations/0034_push.sql")),
    ("0035_phone_set_ups", include_str!("../../../migrations/0035_phone_set_ups.sql")),
    ("0036_phone_biometrics", include_str!("../../../migrations/0036_phone_biometrics.sql")),
    ("0037_backchannel", include_str!("../../../migrations/0037_backchannel.sql")),
    ("0038_typed_imports", include_str!("../../../migrations/0038_typed_imports.sql")),
    ("0039_sorted_users", include_str!("../../../migrations/0039_sorted_users.sql")),
    ("0040_invitations", include_str!("../../../migrations/0040_invitations.sql")),
    ("0041_identity_providers", include_str!("../../../migrations/0041_identity_providers.sql")),
    ("0042_bank_id_orders", include_str!("../../../migrations/0042_bank_id_orders.sql")),
    ("0043_releases", include_str!("../../../migrations/0043_releases.sql")),
    ("0044_smart_id_sessions", include_str!("../../../migrations/0044_smart_id_sessions.sql")),
    ("0045_mobile_id_sessions", include_str!("../../../migrations/0045_mobile_id_sessions.sql")),
    ("0046_company_directories", include_str!("../../../migrations/0046_company_directories.sql")),
    ("0047_company_domains", include_str!("../../../migrations/0047_company_domains.sql")),
];

/// The part of a migration that has no common text, such as a trigger. It follows the common one.
struct EngineText {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const ENGINE_TEXTS: &[EngineText] = &[EngineText {
    name: "0030_history_seals",
    sqlite: include_str!("../../../migrations/sqlite/0030_history_seals.sql"),
    postgres: include_str!("../../../migrations/postgres/0030_history_seals.sql"),
}];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)";
pub(super) const APPLIED: &str = "SELECT name FROM migrations ORDER BY name";

/// Whether this program has a migration of that name.
pub(super) fn is_known(name: &str) -> bool {
    MIGRATIONS.iter().any(|(known, _)| *known == name)
}

/// The name of every table that the migrations leave behind, in the order in which they make them.
pub(super) fn tables() -> Vec<&'static str> {
    let mut tables = Vec::new();
    for line in MIGRATIONS.iter().flat_map(|(_, script)| script.lines()) {
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
    for (name, script) in outstanding(db).await? {
        let (common, own) = (types(db.kind(), script), own_text(db.kind(), name));
        let script = format!("INSERT INTO migrations (name) VALUES ('{name}');\n{common}\n{own}");
        match db.run_script(&in_turn(db.kind(), &script)).await {
            Ok(()) => applied.push(name),
            // Another node was first: its row in the ledger exists.
            Err(Error::Conflict(_)) if !outstanding(db).await?.iter().any(|(pending, _)| *pending == name) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(applied)
}

pub(super) async fn pending(db: &Db) -> Result<Vec<&'static str>, Error> {
    match outstanding(db).await {
        Ok(pending) => Ok(pending.into_iter().map(|(name, _)| name).collect()),
        Err(Error::Unavailable(cause)) => Err(Error::Unavailable(cause)),
        // Without a ledger the database is empty.
        Err(_) => Ok(MIGRATIONS.iter().map(|(name, _)| *name).collect()),
    }
}

async fn outstanding(db: &Db) -> Result<Vec<(&'static str, &'static str)>, Error> {
    let applied: Vec<String> = db.all(APPLIED, &[], |row| row.get(0)).await?;
    Ok(MIGRATIONS.iter().filter(|(name, _)| !applied.iter().any(|done| done == name)).copied().collect())
}

fn own_text(kind: EngineKind, name: &str) -> &'static str {
    let found = ENGINE_TEXTS.iter().find(|text| text.name == name);
    found.map_or("", |text| match kind {
        EngineKind::Postgres => text.postgres,
        EngineKind::Sqlite => text.sqlite,
    })
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
