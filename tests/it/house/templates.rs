//! A page's block must have a place in the page that it extends: a block that nobody declares is dropped silently, and
//! a style sheet with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn names(text: &str, begin: &str, end: char) -> BTreeSet<String> {
    text.split(begin).skip(1).filter_map(|rest| rest.split(end).next()).map(|name| name.trim().to_owned()).collect()
}

/// The blocks that a template declares, itself or by what it extends.
fn declared(folder: &Path, template: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(folder.join(template)).unwrap();
    let mut blocks = names(&text, "{% block ", '%');
    for parent in names(&text, "{% extends \"", '"') {
        blocks.extend(declared(folder, &parent));
    }
    blocks
}

fn dropped(folder: &Path, template: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(template)).unwrap();
    let Some(parent) = names(&text, "{% extends \"", '"').into_iter().next() else { return Vec::new() };
    let places = declared(folder, &parent);
    // A block within another one of this page has its place in that.
    let opens_own = text.matches("{% block ").count() > text.matches("{% endblock").count();
    assert!(!opens_own, "{template} does not end its blocks");
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for part in text.split("{% ").skip(1) {
        if let Some(name) = part.strip_prefix("block ") {
            let name = name.split('%').next().unwrap_or_default().trim().to_owned();
            if depth == 0 && !places.contains(&name) {
                found.push(format!("{template}: {name}"));
            }
            depth += 1;
        } else if part.starts_with("endblock") {
            depth = depth.saturating_sub(1);
        }
    }
    found
}

#[test]
fn every_block_of_a_page_has_a_place_in_what_it_extends() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut seen = 0;
    let mut found = Vec::new();
    for room in fs::read_dir(&folder).unwrap() {
        let room = room.unwrap().path();
        if !room.is_dir() {
            continue;
        }
        for file in fs::read_dir(&room).unwrap() {
            let file = file.unwrap().path();
            let template = file.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
            if file.extension().is_some_and(|extension| extension == "html") {
                seen += 1;
                found.extend(dropped(&folder, &template));
            }
        }
    }
    assert!(seen > 30, "the templates were not found: {seen}");
    assert!(found.is_empty(), "{found:#?}");
}

/// The custom properties that style sheets use and none of them defines: such a rule is dropped silently.
fn undefined_properties(sheets: &str) -> Vec<String> {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let name = |rest: &str| rest.chars().take_while(|letter| is_of_name(*letter)).collect::<String>();
    let used: BTreeSet<String> = sheets.split("var(--").skip(1).map(name).collect();
    let is_defined = |name: &String| sheets.contains(&format!(" --{name}:"));
    used.into_iter().filter(|name| !is_defined(name)).collect()
}

#[test]
fn every_custom_property_of_the_style_sheets_is_defined() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/css");
    let sheets: Vec<String> =
        fs::read_dir(folder).unwrap().map(|sheet| fs::read_to_string(sheet.unwrap().path()).unwrap()).collect();
    assert!(sheets.len() > 10, "the style sheets were not found");
    assert_eq!(undefined_properties(&sheets.concat()), Vec::<String>::new());
    assert_eq!(undefined_properties(":root { --ink: #000; } p { color: var(--ink); fill: var(--hover) }"), ["hover"]);
}
