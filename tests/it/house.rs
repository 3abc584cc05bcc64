//! The rules of the house that a compiler does not keep: each is a function from a file (its path and its text) to
//! what is wrong in it, run over the whole source tree. Each also has a bad sample that it must refuse, so that a rule
//! that went blind is noticed.

mod documents;
mod floors;
mod history;
mod length;
mod purity;
mod rust_text;
mod signatures;
mod sql;
mod tables;
mod templates;
mod terms;
mod unfinished;
mod vendored;
mod words;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

pub use rust_text::literals;

/// One text file of the project.
struct File {
    /// From the project's folder, with `/` between the parts.
    path: String,
    text: String,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    fn is_under(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// A finding of a rule: its line, and what to do instead.
#[derive(Debug)]
struct Finding {
    line: usize,
    advice: String,
}

impl Finding {
    fn new(line: usize, advice: impl Into<String>) -> Self {
        Self { line, advice: advice.into() }
    }
}

/// Folders (and a worktree's `.git` file) that hold nothing of ours, wherever they are.
const NOT_OURS: [&str; 7] = [".git", "target", "node_modules", "output", "vendor", "demo-data", "corpus"];

/// Every text file of the project, in the order of the paths.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(root, root, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.iter().any(|file| file.path == "src/lib.rs"), "the source tree was not found");
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of the project is readable") {
        let entry = entry.expect("a folder of the project is readable");
        let path = entry.path();
        let kind = entry.file_type().expect("a file of the project has a type");
        if NOT_OURS.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if kind.is_dir() {
            collect(root, &path, found);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(&path)
        {
            let path = path.strip_prefix(root).expect("it is inside the project");
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            found.push(File { path: parts.join("/"), text });
        }
    }
}

/// Stops the test with everything that `rule` finds in the project, so that all of it can be mended at once.
fn keep(rule: fn(&File) -> Vec<Finding>) {
    let mut report = String::new();
    for file in files() {
        for finding in rule(&file) {
            writeln!(report, "{}:{}: {}", file.path, finding.line, finding.advice).unwrap();
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

/// That `rule` refuses this text at this path, with advice that holds these words.
#[track_caller]
fn refuses(rule: fn(&File) -> Vec<Finding>, path: &str, text: &str, words: &str) {
    let found = rule(&File::new(path, text));
    assert!(
        found.iter().any(|finding| finding.advice.contains(words)),
        "expected advice with {words:?} about {path}, got {found:?}"
    );
}

/// That `rule` has nothing to say about this text at this path.
#[track_caller]
fn accepts(rule: fn(&File) -> Vec<Finding>, path: &str, text: &str) {
    let found = rule(&File::new(path, text));
    assert!(found.is_empty(), "expected nothing about {path}, got {found:?}");
}
