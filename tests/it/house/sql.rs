//! SQL stands in `store.rs` and `migrations/` alone, as static text, so that the compiler guards a feature's tables.

use super::rust_text::{Kind, literals, pieces};
use super::{File, Finding, accepts, keep, refuses};

#[test]
fn sql_stands_in_stores_only() {
    keep(sql_outside_stores);
}

#[test]
fn sql_is_static_text() {
    keep(sql_put_together);
}

#[test]
fn sql_in_a_page_is_refused() {
    for text in [
        "SELECT id FROM people",
        "select id\\n from people where x",
        "with old as (SELECT id FROM people) DELETE FROM old",
        "INSERT INTO people (id) VALUES ($1)",
        "UPDATE people\n SET name = $1",
        "delete from people",
    ] {
        refuses(sql_outside_stores, "src/account/pages.rs", &format!("let q = \"{text}\";"), "store.rs");
    }
    refuses(sql_outside_stores, "src/account/mod.rs", "const Q: &str = r#\"SELECT 1\"#;", "store.rs");
}

#[test]
fn sql_in_a_store_and_words_in_a_page_are_accepted() {
    accepts(sql_outside_stores, "src/directory/people/store.rs", "db.one(\"SELECT id FROM people\");");
    accepts(sql_outside_stores, "src/directory/people/store/search.rs", "db.one(\"SELECT id FROM people\");");
    accepts(
        sql_outside_stores,
        "src/account/pages.rs",
        "\"Select a company\"; \"update\"; \"Delete from your phone\"; // SELECT x FROM y",
    );
}

#[test]
fn sql_that_is_put_together_is_refused() {
    refuses(sql_put_together, "src/directory/people/store.rs", "format!(\"SELECT id FROM {table}\")", "static");
    accepts(sql_put_together, "src/directory/people/store.rs", "format!(\"%{words}%\"); db.one(\"SELECT 1\")");
}

fn sql_outside_stores(file: &File) -> Vec<Finding> {
    if !file.is_under("src")
        || !file.is_rust()
        || file.name() == "store.rs"
        || file.path.contains("/store/")
        || in_the_engine(file)
    {
        return Vec::new();
    }
    literals(&file.text)
        .filter(|(_, text)| is_sql(text))
        .map(|(line, _)| {
            Finding::new(line, "SQL stands in the room's store.rs: give the query a name there and call it")
        })
        .collect()
}

fn sql_put_together(file: &File) -> Vec<Finding> {
    if !file.is_under("src") || !file.is_rust() || in_the_engine(file) {
        return Vec::new();
    }
    let pieces = pieces(&file.text);
    pieces
        .windows(2)
        .filter(|pair| pair[0].kind == Kind::Code && pair[1].kind == Kind::Text && is_sql(pair[1].text))
        .filter(|pair| pair[0].text.trim_end_matches('"').trim_end().ends_with("format!("))
        .map(|pair| {
            Finding::new(
                pair[1].line,
                "SQL is static text: write the query out, and give it what varies as a parameter",
            )
        })
        .collect()
}

/// The database room keeps books of its own (which migrations ran, which indexes a query uses).
fn in_the_engine(file: &File) -> bool {
    file.path == "src/platform/db.rs" || file.is_under("src/platform/db")
}

/// Whether a string literal holds a statement. In capitals it is found anywhere, else where the statement begins.
fn is_sql(literal: &str) -> bool {
    let text = plain(literal);
    let capitals = ["INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "CREATE INDEX ", "ALTER TABLE "];
    if capitals.iter().any(|words| text.contains(words))
        || text.starts_with("SELECT ")
        || in_order(&text, "SELECT ", " FROM ")
    {
        return true;
    }
    if in_order(&text, "UPDATE ", " SET ") {
        return true;
    }
    let small = text.to_lowercase();
    let begins_small = text.starts_with(char::is_lowercase);
    begins_small
        && (small.starts_with("insert into ")
            || small.starts_with("delete from ")
            || (small.starts_with("select ") && small.contains(" from "))
            || (small.starts_with("update ") && small.contains(" set ")))
}

fn in_order(text: &str, first: &str, second: &str) -> bool {
    text.find(first).is_some_and(|at| text[at + first.len() - 1..].contains(second))
}

/// The literal on one line with single spaces, line ends written as `\n` or `\` included.
pub fn plain(literal: &str) -> String {
    literal.replace("\\n", " ").replace('\\', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
