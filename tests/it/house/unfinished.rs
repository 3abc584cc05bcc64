//! Nothing is left unfinished, no test is passed over, and no path of one machine stands in the project.

use super::rust_text::code;
use super::{File, Finding, accepts, keep, refuses};

#[test]
fn nothing_is_left_unfinished() {
    keep(unfinished);
}

#[test]
fn no_test_is_passed_over() {
    keep(passed_over);
}

#[test]
fn no_path_of_one_machine_is_named() {
    keep(machine_paths);
}

#[test]
fn unfinished_code_is_refused() {
    for text in ["fn f() { todo!() }", "unimplemented!(\"later\")", "dbg!(x)", "todo! ()"] {
        refuses(unfinished, "src/account/mod.rs", text, "finish");
    }
    accepts(unfinished, "src/account/mod.rs", "// todo!\nlet words = \"todo!()\"; todo(); dbg_level(1)");
}

#[test]
fn a_test_that_is_passed_over_is_refused() {
    refuses(passed_over, "tests/it/account.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}", "run");
    refuses(passed_over, "e2e/account.test.mjs", "test.skip('one', async () => {});", "run");
    refuses(passed_over, "e2e/account.test.mjs", "test.only('one', async () => {});", "run");
    refuses(passed_over, "e2e/account.test.mjs", "test('one', { skip: true }, async () => {});", "run");
    accepts(passed_over, "tests/it/account.rs", "lines.iter().skip(1); // #[ignore]");
}

#[test]
fn a_path_of_one_machine_is_refused() {
    for folder in MACHINE_FOLDERS {
        refuses(machine_paths, "docs/operate.md", &format!("Look in /{folder}/someone/file"), "machine");
        refuses(machine_paths, "src/platform/keys.rs", &format!("open(\"/{folder}/key\")"), "machine");
        accepts(machine_paths, "docs/operate.md", &format!("https://example.test/{folder}/page, a{folder}/b"));
    }
}

fn unfinished(file: &File) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let code = code(&file.text);
    lines_of(&code, |line| {
        ["todo", "unimplemented", "dbg"].iter().any(|name| {
            line.match_indices(name).any(|(at, _)| {
                let begins = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                begins
                    && line[at + name.len()..].trim_start().starts_with('!')
                    && !line[at + name.len()..].trim_start().starts_with("!=")
            })
        })
    })
    .map(|line| Finding::new(line, "finish this, or leave it out"))
    .collect()
}

fn passed_over(file: &File) -> Vec<Finding> {
    let is_script = ["js", "mjs"].contains(&file.extension());
    let text = if file.is_rust() { code(&file.text) } else { file.text.clone() };
    let signs: &[&str] = if file.is_rust() {
        &["#[ignore"]
    } else if is_script && file.is_under("e2e") {
        &[".skip(", ".only(", ".todo(", "skip:", "only:", "todo:"]
    } else {
        &[]
    };
    lines_of(&text, |line| signs.iter().any(|sign| line.contains(sign)))
        .map(|line| Finding::new(line, "every test runs every time: mend it or take it out"))
        .collect()
}

/// Folders at the root of a machine in which people keep their own things.
const MACHINE_FOLDERS: [&str; 4] = ["root", "home", "work", "Users"];

fn machine_paths(file: &File) -> Vec<Finding> {
    let signs = MACHINE_FOLDERS.map(|folder| format!("/{folder}/"));
    lines_of(&file.text, |line| {
        signs.iter().any(|sign| {
            line.match_indices(sign).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && !"_.-}/".contains(c))
            })
        })
    })
    .map(|line| {
        Finding::new(line, "a path of one machine: take it from the settings, the environment or the project's folder")
    })
    .collect()
}

fn lines_of<'a>(text: &'a str, is_wrong: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = usize> + 'a {
    text.lines().zip(1..).filter(move |(line, _)| is_wrong(line)).map(|(_, number)| number)
}
