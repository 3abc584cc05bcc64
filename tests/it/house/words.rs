//! Plain English: neither a sentence of a comment or document nor a function's name begins with a relative pronoun, and
//! a type has one name.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::rust_text::{Kind, code, pieces};
use super::{File, Finding, accepts, files, keep, refuses};

/// Words with which a sentence begins only where it is a question.
const RELATIVES: [&str; 7] = ["Who", "Whom", "Whoever", "Whose", "What", "Whatever", "Which"];

/// Words after "That" with which it begins a clause ("That the email is taken …") and points at nothing.
const CLAUSES: [&str; 14] =
    ["a", "an", "the", "it", "they", "there", "nobody", "somebody", "nothing", "none", "no", "one", "which", "what"];

#[test]
fn sentences_do_not_begin_with_a_relative_pronoun() {
    keep(openings);
}

#[test]
fn a_name_of_a_type_occurs_once() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files().iter().filter(|file| file.is_under("src") && file.is_rust()) {
        for name in types(&file.text) {
            places.entry(name.to_owned()).or_default().push(file.path.clone());
        }
    }
    let mut report = String::new();
    for (name, places) in places.iter().filter(|(_, places)| places.len() > 1) {
        writeln!(report, "{name}: {}", places.join(", ")).unwrap();
    }
    assert!(report.is_empty(), "one name for several types:\n{report}");
}

#[test]
fn names_of_functions_and_tests_do_not_begin_with_a_relative_pronoun() {
    keep(relative_names);
}

#[test]
fn a_name_that_begins_with_a_relative_pronoun_is_refused() {
    refuses(relative_names, "src/lib.rs", "    fn who_asks_is_answered() {}", "relative");
    refuses(relative_names, "tests/it/main.rs", "async fn what_is_sent_arrives() {}", "relative");
    accepts(relative_names, "src/lib.rs", "fn which() {}\nfn whole_words() {}\nlet what_follows = \"fn who_\";");
}

#[test]
fn a_sentence_that_begins_with_a_relative_pronoun_is_refused() {
    let refused = |path: &str, text: &str| refuses(openings, path, text, "relative");
    refused("src/lib.rs", "/// What is shown.\nfn f() {}");
    refused("src/lib.rs", "//! A room. Who enters is\n//! welcome.");
    refused("src/lib.rs", "let a = 1; // Whoever asks");
    refused("src/lib.rs", "/// Counts.\n///\n/// Which one is *first*.");
    refused("src/lib.rs", "/// An answer. That the email is taken is one.");
    refused("static/none.js", "// What the browser sends.");
    refused("static/none.css", "/* Whatever is wide\n   wraps. */");
    refused("bin/none", "# Who runs this");
    refused("README.md", "- **Sign-in.** Who forgot\n  it asks.");
    refused("docs/operate.md", "| name | What it is |\n");
}

#[test]
fn questions_and_other_sentences_are_accepted() {
    accepts(openings, "src/lib.rs", "/// The field that is shown. That is why it is here.\nlet a = \"What is this\";");
    accepts(openings, "src/lib.rs", "/// Whether it is so. What does\n/// that mean? A name; what it means.");
    accepts(openings, "src/lib.rs", "let a = 1; // the one\nlet b = 2; // that counts. A\n// second comment: Who");
    accepts(openings, "README.md", "```\nWhat a program prints\n```\nWho asks?\n`What` is a word.");
}

#[test]
fn types_are_found() {
    let text =
        "pub(crate) struct A;\nenum B<T> {}\npub trait C: D {}\nimpl C for A {\n    type E = F;\n}\npub type G = A;";
    assert_eq!(types(text), ["A", "B", "C", "G"]);
}

fn openings(file: &File) -> Vec<Finding> {
    prose(file).iter().flat_map(|block| in_block(block)).collect()
}

fn relative_names(file: &File) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let code = code(&file.text);
    let named = |line: &str| {
        let name = line.split("fn ").nth(1)?.split('(').next()?;
        let first = name.split_once('_')?.0;
        RELATIVES.iter().any(|word| word.to_lowercase() == first).then(|| name.to_owned())
    };
    let findings = code.lines().zip(1..).filter_map(|(line, at)| Some((at, named(line)?)));
    findings.map(|(at, name)| Finding::new(at, format!("{name} begins with a relative: name the thing"))).collect()
}

/// Lines of a comment or document that belong together, each with its number.
type Block<'a> = Vec<(usize, &'a str)>;

fn in_block(block: &Block<'_>) -> Vec<Finding> {
    let words: Vec<(usize, &str)> = block
        .iter()
        .flat_map(|(line, text)| text.split_whitespace().map(|word| (*line, word)))
        .filter(|(_, word)| word.contains(|sign: char| sign.is_alphanumeric() || ".!?`".contains(sign)))
        .collect();
    let mut found = Vec::new();
    let mut begins = true;
    for (at, (line, word)) in words.iter().enumerate() {
        let bare = word.trim_matches(|sign: char| !sign.is_alphanumeric() && sign != '`');
        let next = words.get(at + 1).map_or("", |(_, next)| *next);
        let is_relative = RELATIVES.contains(&bare) || (bare == "That" && CLAUSES.contains(&next));
        let end = words.iter().skip(at).find_map(|(_, word)| end_of_sentence(word));
        if begins && is_relative && end != Some('?') {
            found.push(Finding::new(*line, format!("a sentence begins with the relative {bare:?}: name the thing")));
        }
        begins = end_of_sentence(word).is_some();
    }
    found
}

fn end_of_sentence(word: &str) -> Option<char> {
    let last = word.trim_end_matches(['*', '_', ')', '"', '\'', '`', '”']).chars().next_back()?;
    ".!?".contains(last).then_some(last)
}

/// The comments of a program, or the text of a document, in blocks.
fn prose(file: &File) -> Vec<Block<'_>> {
    let lines = || file.text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    match file.extension() {
        "rs" => blocks(comments(&file.text)),
        "js" | "mjs" => blocks(lines().filter_map(|(at, line)| Some((at, line.strip_prefix("//")?)))),
        "md" => document(&file.text),
        "css" => enclosed(&file.text, "/*", "*/"),
        "html" => enclosed(&file.text, "{#", "#}"),
        "toml" | "yml" | "ftl" => blocks(lines().filter_map(|(at, line)| Some((at, line.strip_prefix('#')?)))),
        _ if file.is_under("bin") => blocks(lines().filter_map(|(at, line)| Some((at, line.strip_prefix('#')?)))),
        _ => Vec::new(),
    }
}

/// The comments of a Rust file with their lines, each without its signs. A comment beside code stands alone.
fn comments(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    pieces(text)
        .into_iter()
        .filter(|piece| piece.kind == Kind::Comment)
        .flat_map(move |piece| {
            let is_alone = lines.get(piece.line - 1).is_some_and(|line| line.trim_start().starts_with('/'));
            let apart = (!is_alone).then_some((piece.line, ""));
            let inside = piece.text.lines().zip(piece.line..);
            let inside = inside.map(|(line, at)| (at, line.trim_matches(['/', '!', '*', ' '])));
            let parts: Vec<_> = apart.into_iter().chain(inside).chain(apart).collect();
            parts
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// Neighbouring lines together; an empty line, a list item and a heading part them.
fn blocks<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Vec<Block<'a>> {
    let mut found: Vec<Block<'a>> = Vec::new();
    let mut last = 0;
    for (at, line) in lines {
        let line = line.trim();
        let begins = ["- ", "* ", "# ", "| "].iter().any(|sign| line.starts_with(sign))
            || line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
        if at > last + 1 || begins || line.is_empty() || found.is_empty() {
            found.push(Vec::new());
        }
        last = if line.is_empty() { 0 } else { at };
        if let Some(block) = found.last_mut() {
            block.push((at, line));
        }
    }
    found
}

/// The paragraphs, list items and cells of a document, without its code.
fn document(text: &str) -> Vec<Block<'_>> {
    let mut is_code = false;
    let mut prose = Vec::new();
    let mut cells = Vec::new();
    for (line, at) in text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if line.starts_with('|') {
            cells.extend(line.split('|').map(|cell| vec![(at, cell)]));
        } else if !is_code {
            prose.push((at, line));
        }
    }
    let mut found = blocks(prose.into_iter());
    found.extend(cells);
    found
}

fn enclosed<'a>(text: &'a str, begin: &str, end: &str) -> Vec<Block<'a>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(begin) {
        let inside = &text[at + begin.len()..];
        let inside = inside.split(end).next().unwrap_or(inside);
        let first = text[..at].matches('\n').count() + 1;
        found.extend(blocks(inside.lines().zip(first..).map(|(line, at)| (at, line))));
    }
    found
}

/// The names of the types that a file declares at its own height. Associated types stand further in.
fn types(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| {
            let rest = line.strip_prefix("pub").map_or(line, |rest| rest.split_once(' ').map_or("", |(_, rest)| rest));
            let (keyword, rest) = rest.split_once(' ')?;
            let is_type = ["struct", "enum", "trait", "type", "union"].contains(&keyword);
            is_type.then(|| rest.split(|sign: char| !sign.is_alphanumeric() && sign != '_').next())?
        })
        .collect()
}
