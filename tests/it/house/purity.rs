//! Rules never touch the clock, randomness, the database or HTTP: they are handed what they need.

use super::rust_text::{code, words};
use super::{File, Finding, accepts, keep, refuses};

const WORLD: [&str; 11] =
    ["App", "axum", "http", "hyper", "reqwest", "rusqlite", "tokio_postgres", "Clock", "random", "Random", "async"];

#[test]
fn rules_do_not_touch_the_world() {
    keep(rules_in_the_world);
}

#[test]
fn a_rule_that_touches_the_world_is_refused() {
    refuses(rules_in_the_world, "src/sign_in/decide.rs", "fn next(app: &App) {}", "App");
    refuses(rules_in_the_world, "src/sign_in/decide/steps.rs", "use crate::platform::db;", "platform::db");
    refuses(rules_in_the_world, "src/sign_in/decide/steps.rs", "use crate::platform::{db::Db, web};", "platform::db");
    refuses(rules_in_the_world, "src/sign_in/policies.rs", "use axum::http::StatusCode;", "axum");
    refuses(rules_in_the_world, "src/provider/decide_grant.rs", "let now = clock.now();", "now");
    refuses(rules_in_the_world, "src/sign_in/decide.rs", "use crate::platform::clock::{Clock, Timestamp};", "Clock");
}

#[test]
fn a_rule_that_is_handed_what_it_needs_is_accepted() {
    accepts(
        rules_in_the_world,
        "src/sign_in/decide.rs",
        "//! Never touches the clock or axum.\nuse crate::platform::clock::Timestamp;\nfn next(now: Timestamp) -> Step { first(now) }",
    );
    accepts(rules_in_the_world, "src/sign_in/pages.rs", "use axum::response::Response;");
}

fn rules_in_the_world(file: &File) -> Vec<Finding> {
    let name = file.name();
    let is_a_rule = file.path.contains("/decide/") || name.starts_with("decide") || name == "policies.rs";
    if !file.is_under("src") || !file.is_rust() || !is_a_rule {
        return Vec::new();
    }
    let code = code(&file.text);
    let mut found: Vec<_> = words(&code)
        .filter(|(_, word)| WORLD.contains(word))
        .map(|(line, word)| {
            Finding::new(line, format!("a rule does not touch `{word}`: the caller hands over what it needs"))
        })
        .collect();
    let together: String = code.split_whitespace().collect();
    if together.contains(".now(") || together.contains("::now(") {
        found.push(Finding::new(1, "a rule does not ask for the time: `now` comes in as an argument"));
    }
    if together.contains("platform::db") || together.contains("platform::{db") {
        found.push(Finding::new(1, "a rule does not touch `platform::db`: the caller hands over what it needs"));
    }
    found
}
