//! The documents: ARCHITECTURE.md stays short, and each threat and each invariant names a test that exists.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{File, Finding, accepts, files, keep, refuses};

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const THREATS: &str = "docs/threats.md";
const LINES: usize = 250;
const WIDTH: usize = 120;

#[test]
fn the_architecture_is_short() {
    keep(long_architecture);
}

#[test]
fn every_threat_and_every_invariant_names_tests_that_exist() {
    let files = files();
    let tests = tests(&files);
    let mut report = String::new();
    for file in files.iter().filter(|file| [ARCHITECTURE, THREATS].contains(&file.path.as_str())) {
        for finding in unheld(file, &tests) {
            writeln!(report, "{}:{}: {}", file.path, finding.line, finding.advice).unwrap();
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn a_long_architecture_is_refused() {
    refuses(long_architecture, ARCHITECTURE, &"a line\n".repeat(LINES + 1), "lines");
    refuses(long_architecture, ARCHITECTURE, &"ä".repeat(WIDTH + 1), "wide");
    accepts(long_architecture, ARCHITECTURE, &format!("{}\n", "ä".repeat(WIDTH)).repeat(LINES));
    accepts(long_architecture, THREATS, &"a line\n".repeat(LINES + 1));
}

#[test]
fn a_threat_or_an_invariant_without_an_existing_test_is_refused() {
    let tests = BTreeSet::from(["a_code_counts_once".to_owned(), "the story".to_owned()]);
    let advice = |path: &str, text: &str| {
        let found: Vec<_> = unheld(&File::new(path, text), &tests).into_iter().map(|finding| finding.advice).collect();
        found.join("; ")
    };
    let threats = |tests: &str| format!("| flow | tests |\n|---|---|\n| code | {tests} |\n");
    assert_eq!(advice(THREATS, &threats("`a_code_counts_once`, *the story*")), "");
    assert!(advice(THREATS, &threats("to be done")).contains("names no test"));
    assert!(advice(THREATS, &threats("`a_code_counts_once`, `gone`")).contains("gone"));
    assert!(advice(THREATS, &threats("*another story*")).contains("another story"));
    assert!(advice(THREATS, "").contains("no table"));

    let invariants = |held: &str| format!("## Invariants\n1. **A `code` counts once.**\n{held}\n\n## Recipes\n");
    assert_eq!(advice(ARCHITECTURE, &invariants("   Held by `a_code_counts_once`, and `Cargo.toml`.")), "");
    assert!(advice(ARCHITECTURE, &invariants("   Held by care.")).contains("names no test"));
    assert!(advice(ARCHITECTURE, &invariants("")).contains("names no test"));
    assert!(advice(ARCHITECTURE, &invariants("   Held by `gone`.")).contains("gone"));
    assert!(advice(ARCHITECTURE, "# Architecture").contains("no invariants"));
}

fn long_architecture(file: &File) -> Vec<Finding> {
    if file.path != ARCHITECTURE {
        return Vec::new();
    }
    let wide = file.text.lines().zip(1..).filter(|(line, _)| line.chars().count() > WIDTH);
    let mut found: Vec<_> = wide.map(|(_, line)| Finding::new(line, format!("more than {WIDTH} wide"))).collect();
    let lines = file.text.lines().count();
    if lines > LINES {
        found.push(Finding::new(1, format!("{lines} lines: put the details into a decision or the code")));
    }
    found
}

/// The threats or invariants of a file that no existing test holds.
fn unheld(file: &File, tests: &BTreeSet<String>) -> Vec<Finding> {
    let (named, absent) = if file.path == THREATS {
        (threats(&file.text), "no table of threats")
    } else {
        (invariants(&file.text), "no invariants")
    };
    if named.is_empty() {
        return vec![Finding::new(1, absent)];
    }
    named.into_iter().flat_map(|(line, names)| unknown(line, &names, tests)).collect()
}

fn unknown(line: usize, names: &[&str], tests: &BTreeSet<String>) -> Vec<Finding> {
    if names.is_empty() {
        return vec![Finding::new(line, "names no test")];
    }
    let gone = names.iter().filter(|name| !tests.contains(**name));
    gone.map(|name| Finding::new(line, format!("there is no test {name:?}"))).collect()
}

/// The line of each row of the table, with the names in its last cell.
fn threats(text: &str) -> Vec<(usize, Vec<&str>)> {
    let rows = text.lines().zip(1..).filter(|(line, _)| line.starts_with('|')).skip(2);
    rows.map(|(row, line)| {
        let last = row.trim_end_matches([' ', '|']).rsplit_once('|').map_or("", |(_, cell)| cell);
        (line, names(last))
    })
    .collect()
}

/// The line of each numbered invariant, with the names after "Held by".
fn invariants(text: &str) -> Vec<(usize, Vec<&str>)> {
    let section = text.lines().zip(1..).skip_while(|(line, _)| *line != "## Invariants").skip(1);
    let mut found: Vec<(usize, Vec<&str>)> = Vec::new();
    let mut held = false;
    for (line, number) in section.take_while(|(line, _)| !line.starts_with("## ")) {
        if line.starts_with(|first: char| first.is_ascii_digit()) {
            found.push((number, Vec::new()));
            held = false;
        }
        held = held || line.trim_start().starts_with("Held by ");
        if let Some((_, tests)) = found.last_mut().filter(|_| held) {
            // A name with a full stop is a file.
            tests.extend(names(line).into_iter().filter(|name| !name.contains(['.', '…'])));
        }
    }
    found
}

/// The texts between backticks, and those between asterisks.
fn names(text: &str) -> Vec<&str> {
    let between = |sign| text.split(sign).skip(1).step_by(2);
    between('`').chain(between('*')).collect()
}

/// The names of all tests: of Rust's functions, and of the stories in a browser.
fn tests(files: &[File]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let mut is_test = false;
        for line in file.text.lines().map(str::trim_start) {
            if let Some((before, name)) = line.split_once("fn ").filter(|_| is_test)
                && !before.contains('/')
            {
                found.extend(name.split(['(', '<']).next().map(str::to_owned));
                is_test = false;
            }
            is_test = is_test || line == "#[test]" || line.starts_with("#[tokio::test");
        }
    }
    for file in files.iter().filter(|file| file.is_under("e2e")) {
        let titles = file.text.lines().filter_map(|line| line.strip_prefix("story('"));
        found.extend(titles.filter_map(|line| line.split('\'').next()).map(str::to_owned));
    }
    assert!(found.len() > 500, "the tests were not found: {}", found.len());
    found
}
