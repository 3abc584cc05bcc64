//! The history only grows.

use super::rust_text::literals;
use super::sql::plain;
use super::{File, Finding, accepts, keep, refuses};

const SHRINKS: [&str; 8] = [
    "UPDATE HISTORY",
    "UPDATE ONLY HISTORY",
    "DELETE FROM HISTORY",
    "DELETE FROM ONLY HISTORY",
    "TRUNCATE HISTORY",
    "TRUNCATE TABLE HISTORY",
    "REPLACE INTO HISTORY",
    "DROP TABLE HISTORY",
];

#[test]
fn the_history_only_grows() {
    keep(shrinking_history);
}

#[test]
fn changing_or_deleting_history_is_refused() {
    refuses(shrinking_history, "src/platform/audit/store.rs", "\"UPDATE history SET words = $1\"", "only grow");
    refuses(
        shrinking_history,
        "src/directory/people/store.rs",
        "\"delete\n  from history where person = $1\"",
        "only grow",
    );
    refuses(shrinking_history, "migrations/0009_tidy.sql", "TRUNCATE history;", "only grow");
    refuses(
        shrinking_history,
        "src/platform/audit/store.rs",
        "\"INSERT INTO history (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = $1\"",
        "only grow",
    );
    let cascade = "CREATE TABLE history (person TEXT REFERENCES people ON DELETE CASCADE);";
    refuses(shrinking_history, "migrations/0001_begin.sql", cascade, "outlives");
}

#[test]
fn adding_to_history_and_deleting_elsewhere_are_accepted() {
    accepts(
        shrinking_history,
        "src/platform/audit/store.rs",
        "\"INSERT INTO history (id) VALUES ($1)\"; \"DELETE FROM history_cursors\"",
    );
    accepts(
        shrinking_history,
        "migrations/0001_begin.sql",
        "CREATE TABLE history (id TEXT);\nCREATE TABLE codes (person TEXT REFERENCES people ON DELETE CASCADE);",
    );
}

fn shrinking_history(file: &File) -> Vec<Finding> {
    if file.is_under("src") && file.is_rust() {
        literals(&file.text).flat_map(|(line, text)| in_statements(text, line)).collect()
    } else if file.is_under("migrations") {
        in_statements(&file.text, 1)
    } else {
        Vec::new()
    }
}

fn in_statements(text: &str, first_line: usize) -> Vec<Finding> {
    let mut line = first_line;
    let mut found = Vec::new();
    for statement in text.split(';') {
        let here = line + statement.len().min(statement.len() - statement.trim_start().len()).min(1);
        let words = plain(statement).to_uppercase();
        if SHRINKS.iter().any(|start| names_the_table(&words, start))
            || (names_the_table(&words, "INSERT INTO HISTORY") && words.contains("DO UPDATE"))
        {
            found.push(Finding::new(here, "the history can only grow: write a new entry that corrects the old one"));
        }
        if names_the_table(&words, "CREATE TABLE HISTORY") && words.contains("ON DELETE") {
            found.push(Finding::new(
                here,
                "the history outlives what it tells of: no foreign key may delete or change it",
            ));
        }
        line += statement.matches('\n').count();
    }
    found
}

fn names_the_table(words: &str, start: &str) -> bool {
    words.match_indices(start).any(|(at, _)| {
        let after = words[at + start.len()..].chars().next();
        after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}
