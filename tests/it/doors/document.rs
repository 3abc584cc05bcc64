//! The table of acts in words, as `docs/rights.md` has it.

use super::{Application, Command, Console, Door, OnBehalf, OperatorsApplication, Scim, companies, table};

const DOCUMENT: &str = include_str!("../../../docs/rights.md");
/// The heading before the tables.
const BEGINNING: &str = "# Acts and their doors\n";
const COLUMNS: [(Door, &str); 6] = [
    (Console, "console"),
    (OnBehalf, "API, for a person"),
    (Application, "API, of the company"),
    (Scim, "directory"),
    (OperatorsApplication, "API, of the operator"),
    (Command, "command"),
];

/// The words of a name: `SetRoles` is "set roles".
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// An act with its doors, and what else is said of it.
struct Row<const N: usize> {
    act: String,
    doors: &'static [Door],
    more: [String; N],
}

/// A table with the doors of each act before more columns.
fn written<const N: usize>(more: [&str; N], rows: &[Row<N>]) -> String {
    let row = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
    let mut text = row(&[&["act"][..], &COLUMNS.map(|(_, name)| name), &more].concat());
    text.push('|');
    text.push_str(&"---|".repeat(1 + COLUMNS.len() + N));
    text.push('\n');
    for Row { act, doors, more } in rows {
        let offered = COLUMNS.map(|(door, _)| if doors.contains(&door) { "yes" } else { "" });
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        text.push_str(&row(&[&[act.as_str()][..], &offered, &more].concat()));
    }
    text
}

fn yes(is: bool) -> String {
    if is { "yes".to_owned() } else { String::new() }
}

fn acts() -> String {
    let of_user = |line: super::Line| {
        let events: Vec<String> = line.events.iter().map(|event| format!("`{event}`")).collect();
        let is_told = yes(line.letter.is_some());
        let (ends, wants) = (yes(line.ends_sessions), yes(line.wants_fresh_proof));
        let more = [events.join(", "), is_told, ends, wants, yes(line.has_limits)];
        Row { act: words(&format!("{:?}", line.deed)), doors: line.doors, more }
    };
    let of_company = |line: &companies::Line| {
        let more = [format!("`{}`", line.event), yes(line.wants_fresh_proof)];
        Row { act: words(&format!("{:?}", line.deed)), doors: line.doors, more }
    };
    let of_users: Vec<_> = table().into_iter().map(of_user).collect();
    let of_companies: Vec<_> = companies::TABLE.iter().map(of_company).collect();
    let more = ["history", "the person is told", "sessions end", "wants a fresh proof", "not on those who may do more"];
    format!(
        "{BEGINNING}`tests/it/doors.rs` does each act through each door that has it. A fresh proof is asked of people \
         at the console and of those for whom an application acts; what is not open on those who may do more is open \
         to the operator.\n\n## On a user or an employee\n\n{}\n## On a company\n\n{}",
        written(more, &of_users),
        written(["history", "wants a fresh proof"], &of_companies)
    )
}

#[test]
fn the_table_of_rights_has_each_act_with_its_doors() {
    let written = DOCUMENT.split_once(BEGINNING).map(|(_, rest)| format!("{BEGINNING}{rest}")).unwrap_or_default();
    let acts = acts();
    assert!(written == acts, "docs/rights.md ends with:\n\n{acts}");
}
