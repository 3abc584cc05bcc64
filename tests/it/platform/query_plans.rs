//! Every statement of every store finds its rows by an index: what grows with the data is never read
//! whole.

use std::fs;
use std::path::Path;

use crate::house::literals;
use crate::support::Service;

/// Statements that may read a whole table, each with the reason.
const MAY_SCAN: &[(&str, &str)] = &[];

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

    let mut scans = Vec::new();
    for (file, sql) in &statements {
        let plan = service.app.db.query_plan(sql).unwrap_or_else(|error| panic!("{file}: {sql}\n{error}"));
        let reads_all =
            |line: &String| line.starts_with("SCAN ") && !line.contains(" USING ") && line != "SCAN CONSTANT ROW";
        let may = MAY_SCAN.iter().any(|(start, _)| sql.starts_with(start));
        if let Some(line) = plan.iter().find(|line| reads_all(line)).filter(|_| !may) {
            scans.push(format!("{file}\n  {sql}\n  {line}"));
        }
        if let Some(line) = plan.iter().find(|line| line.contains("USE TEMP B-TREE FOR ORDER BY")).filter(|_| !may) {
            scans.push(format!("{file}\n  {sql}\n  sorts: {line}"));
        }
    }

    assert!(scans.is_empty(), "\n{}", scans.join("\n"));
}
