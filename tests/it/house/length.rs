//! No file over 500 lines without a reason given in it.

use super::{File, Finding, accepts, keep, refuses};

const FOLDERS: [&str; 6] = ["src", "tests", "templates", "static", "e2e", "bench"];
const LINES: usize = 500;
const REASON: &str = "Longer than 500 lines because";

#[test]
fn files_are_short_or_say_why_not() {
    keep(long_files);
}

#[test]
fn a_long_file_without_a_reason_is_refused() {
    let long = "a line\n".repeat(LINES + 1);
    refuses(long_files, "src/account/pages.rs", &long, "lines");
    refuses(long_files, "static/css/salpa.css", &format!("{}// {REASON} late", "\n".repeat(LINES)), "lines");
    accepts(long_files, "src/account/pages.rs", &format!("//! {REASON} it is one table.\n{long}"));
    accepts(long_files, "src/account/pages.rs", &"a line\n".repeat(LINES));
    accepts(long_files, "docs/operate.md", &long);
}

fn long_files(file: &File) -> Vec<Finding> {
    let is_made_by_a_tool = file.name() == "package-lock.json" || file.extension() == "snap";
    let lines = file.text.lines().count();
    if lines <= LINES || is_made_by_a_tool || !FOLDERS.iter().any(|folder| file.is_under(folder)) {
        return Vec::new();
    }
    if file.text.lines().take(15).any(|line| line.contains(REASON)) {
        return Vec::new();
    }
    vec![Finding::new(1, format!("{lines} lines: take it apart, or say in its first 15 lines \"{REASON} …\""))]
}
