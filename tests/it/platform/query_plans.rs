//! Every statement of every store finds its rows by an index: what grows with the data is never read
//! whole.

use std::fs;
use std::path::Path;

use crate::house::literals;
use crate::support::Service;

/// Statements that may read a whole table, each with the reason.
const MAY_READ_ALL: &[(&str, &str)] = &[
    ("SELECT id, algorithm, private_key", "there are a handful of signing keys"),
    ("SELECT k.id, k.public_key, s.state", "there are a handful of push keys, and it stops at the newest"),
    ("SELECT id, public_key, generation", "the same"),
    ("UPDATE push_subscriptions SET state = 'gone'", "there are a handful of push keys"),
    ("SELECT COUNT(*) FROM passwords", "every ten minutes, and only while there are hashes from elsewhere"),
    ("UPDATE signing_keys SET private_key", "there are a handful of signing keys"),
    ("SELECT id, channel, recipient", "it reads the newest in the order of the primary key, and stops"),
    ("SELECT users.company_id", "it sorts the companies of one person"),
    ("DELETE FROM applications", "rarely done; an index would cost every sign-in a page to write"),
    ("DELETE FROM user_rights WHERE application_id", "the same; an index would cost each right a page to write"),
    (
        "SELECT DISTINCT person_id FROM users WHERE sort_key",
        "its index holds only users of a time before there was one",
    ),
];

/// The names that statements give to the rows of an inner statement, or to a row that they make themselves.
const WITHIN: [&str; 10] = [
    "SCAN CONSTANT ROW",
    "SCAN counted",
    "SCAN limited",
    "SCAN whose",
    "SCAN owners",
    "SCAN proven",
    "SCAN found",
    "SCAN held",
    "SCAN entry",
    "SCAN person_methods",
];

/// References that may be looked for in a whole table, for the same reason.
const MAY_BE_UNINDEXED: [&str; 2] = ["authorization_requests (application_id)", "grants (application_id)"];

/// Every SQL text of the stores, with the file that it stands in.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.file_name().is_some_and(|name| name == "store.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let sql = literals(&text).map(|(_, literal)| literal.to_owned()).filter(|literal| is_statement(literal));
            found.extend(sql.map(|sql| (path.display().to_string(), sql)));
        }
    }
}

/// The store whose statements wake other nodes: SQLite has one node, and no such statement.
const OF_POSTGRES_ALONE: &str = "src/platform/bus/store.rs";

fn is_statement(text: &str) -> bool {
    ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "].iter().any(|verb| text.trim_start().starts_with(verb))
}

#[tokio::test]
async fn no_statement_of_a_store_reads_a_whole_table() {
    let service = Service::start().await;
    if !service.database.is_sqlite() {
        // The indexes are the same; PostgreSQL chooses by what the tables hold, and these are empty.
        return;
    }
    let statements = statements();
    assert!(statements.len() > 80, "the statements were not found: {}", statements.len());

    let mut found = Vec::new();
    for (file, sql) in statements.iter().filter(|(file, _)| !file.ends_with(OF_POSTGRES_ALONE)) {
        let plan = service.app.db.query_plan(sql).unwrap_or_else(|error| panic!("{file}: {sql}\n{error}"));
        let may = MAY_READ_ALL.iter().any(|(start, _)| sql.starts_with(start));
        let is_first_page = !sql.contains("WHERE") && sql.contains("ORDER BY id") && sql.contains("LIMIT");
        let needs_index = |line: &&String| reads_all(line) && !(is_first_page && line.starts_with("SCAN "));
        for line in plan.iter().filter(needs_index).filter(|_| !may) {
            found.push(format!("{file}\n  {sql}\n  {line}"));
        }
    }

    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Whether a line of a plan tells of a table or an index that is read, or rows that are sorted, as a whole.
fn reads_all(line: &str) -> bool {
    // A count or a limited set has the rows of an inner statement, which has a plan of its own; inserted rows are no
    // rows of a table yet.
    let is_within = WITHIN.contains(&line.trim_end_matches(" LEFT-JOIN")) || line.ends_with("-ROW VALUES CLAUSE");
    let is_table = line.starts_with("SCAN ") && !is_within;
    is_table || line.contains("USE TEMP B-TREE FOR ORDER BY")
}

/// Of many users a filter lets through a few, or nearly all: neither reads the others.
#[tokio::test]
async fn each_filter_of_the_list_of_users_has_an_index() {
    let service = Service::start().await;
    if !service.database.is_sqlite() {
        return;
    }
    let lists: Vec<String> = statements()
        .into_iter()
        .filter(|(file, sql)| file.ends_with("directory/users/store.rs") && sql.contains("AS limited"))
        .map(|(_, sql)| sql)
        .collect();
    assert_eq!(lists.len(), 8, "all, one standing, the invited and those who manage, after a place and before one");
    for sql in lists {
        let index = if sql.contains("is_user_administrator OR is_main_user") {
            "users_who_manage"
        } else if sql.contains("invited_until IS NOT NULL") {
            "users_who_are_invited"
        } else if sql.contains("<> 'removed'") {
            "users_who_are_there"
        } else {
            "users_by_standing"
        };
        let plan = service.app.db.query_plan(&sql).unwrap();
        assert!(plan.iter().any(|line| line.contains(index)), "{sql}\n{plan:?}");
    }
}

/// Whether somebody else manages a company is asked of those who manage, not of every user.
#[tokio::test]
async fn the_last_administrator_is_guarded_by_an_index() {
    let service = Service::start().await;
    let guards: Vec<String> = statements()
        .into_iter()
        .filter(|(file, sql)| file.ends_with("users/managing/store.rs") && sql.contains("LIMIT 1"))
        .map(|(_, sql)| sql)
        .collect();
    assert_eq!(guards.len(), 2);
    for sql in guards.iter().filter(|_| service.database.is_sqlite()) {
        let plan = service.app.db.query_plan(sql).unwrap();
        assert!(plan.iter().any(|line| line.contains("users_who_manage (company_id=?)")), "{sql}\n{plan:?}");
    }
}

/// The history of one person within a company stands together: it is not sifted out of the company's, nor of the
/// person's elsewhere.
#[tokio::test]
async fn the_history_of_a_person_in_a_company_is_found_by_both() {
    let service = Service::start().await;
    let is_it = |sql: &&String| sql.contains("FROM history") && sql.contains("(person_id, id) >= (?6, ?2)");
    let found: Vec<String> = statements().into_iter().map(|(_, sql)| sql).collect();
    let sql = found.iter().find(is_it).expect("the statement");
    if service.database.is_sqlite() {
        let plan = service.app.db.query_plan(sql).unwrap();
        let whole = "history_by_company_and_person (company_id=? AND (person_id,id)>(?,?) AND (person_id,id)<(?,?))";
        assert!(plan.iter().any(|line| line.contains(whole)), "{plan:?}");
    }
}

#[tokio::test]
async fn a_missing_index_is_noticed() {
    let service = Service::start().await;
    if service.database.is_sqlite() {
        for sql in [
            "SELECT id FROM people WHERE family_name = ?1",
            "SELECT id FROM people ORDER BY family_name LIMIT 1",
            "SELECT count(*) FROM failures WHERE subject LIKE ?1",
            "SELECT person_id FROM user_rights WHERE name = ?1",
        ] {
            assert!(service.app.db.query_plan(sql).unwrap().iter().any(|line| reads_all(line)), "{sql}");
        }
    }
}

#[tokio::test]
async fn references_to_removable_rows_have_an_index() {
    let service = Service::start().await;
    let Some(file) = service.database.file() else { return };
    let connection = rusqlite::Connection::open(file).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let statements = statements();
    let is_removed = |table: &str| {
        statements
            .iter()
            .any(|(_, sql)| sql.split_whitespace().collect::<Vec<_>>().starts_with(&["DELETE", "FROM", table]))
    };

    let mut missing = Vec::new();
    for table in texts("SELECT name FROM sqlite_master WHERE type = 'table'") {
        let indexes = texts(&format!("SELECT name FROM pragma_index_list('{table}')"));
        let first = |index: &String| {
            texts(&format!("SELECT name FROM pragma_index_info('{index}') WHERE seqno = 0 AND name IS NOT NULL"))
        };
        let found_by: Vec<String> = indexes.iter().flat_map(first).collect();
        for parent in texts(&format!("SELECT \"table\" FROM pragma_foreign_key_list('{table}')")) {
            let columns =
                format!("SELECT \"from\" FROM pragma_foreign_key_list('{table}') WHERE \"table\" = '{parent}'");
            let unindexed = texts(&columns).into_iter().filter(|column| !found_by.contains(column));
            missing.extend(unindexed.filter(|_| is_removed(&parent)).map(|column| format!("{table} ({column})")));
        }
    }

    assert!(is_removed("sessions") && !is_removed("people"), "the statements were not read");
    missing.retain(|reference: &String| !MAY_BE_UNINDEXED.contains(&reference.as_str()));
    assert!(missing.is_empty(), "{missing:?}");
}
