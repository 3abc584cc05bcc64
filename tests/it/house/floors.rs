//! Seven floors, each resting only on those below it; on a floor, rooms meet through their public face.

use super::rust_text::code;
use super::{File, Finding, accepts, keep, refuses};

/// The floors from the ground up, with the folders of `src/` that stand on each.
const FLOORS: [&[&str]; 7] = [
    &["platform"],
    &["directory"],
    &["proofs"],
    &["sign_in"],
    &["provider"],
    &["administration"],
    &["account", "admin", "phone_app", "api", "scim", "commands", "server", "transfer", "demo"],
];

/// Beside the floors. Of these, every floor may name `event`, the table of events, and floors from [`OF_APP`] on `app`.
const ABOVE: [&str; 5] = ["app", "event", "routes", "main", "lib"];

/// The lowest floor that may name `app`. Those below take `platform::core::Core`, or the part that is theirs.
const OF_APP: usize = 4;

/// The places of floor 1 that may name signing in and out, with the words that do.
const NAMES_SIGNING_IN: [(&str, &str); 4] = [
    // An entry has the columns of its table, and names all that it belongs to.
    ("src/platform/history", "SignIn"),
    ("src/platform/history", "sign_in"),
    ("src/platform/history", "sign-in"),
    // The sender's address in examples.
    ("src/platform", "sign-in@"),
];

/// Macros that the ground floor exports: Rust puts them at the root of the crate.
const MACROS: [&str; 2] = ["identifier", "values"];

/// The private modules of a room.
const PRIVATE: [&str; 3] = ["store", "pages", "api"];

#[test]
fn a_file_names_only_its_own_floor_and_those_below() {
    keep(floors);
}

#[test]
fn the_provider_has_at_most_fifteen_entries() {
    let files = super::files();
    let paths = files.iter().filter_map(|file| file.path.strip_prefix("src/provider/"));
    let entries: std::collections::BTreeSet<&str> = paths.filter_map(|path| path.split('/').next()).collect();
    assert!(entries.len() <= 15, "a reader looks for the endpoint among them: {entries:?}");
}

#[test]
fn floor_1_does_not_name_signing_in() {
    keep(words_of_signing_in);
}

#[test]
fn words_of_signing_in_are_refused_on_floor_1() {
    let refused = |text: &str| refuses(words_of_signing_in, "src/platform/web/page.rs", text, "floor 4");
    refused("/// The page of a sign-in.");
    refused("enum Caption { TriedToSignIn }");
    refused("let sign_in = 1;");
    refused("// A person who is signed in.");
    refused("/// The page for signing\n/// out.");
    let accepted = |path: &str, text: &str| accepts(words_of_signing_in, path, text);
    accepted("src/platform/jose.rs", "// The signing input, by design in two parts.");
    accepted("src/platform/settings.rs", "// Example <sign-in@id.company.example>");
    accepted("src/platform/history/mod.rs", "pub sign_in: Option<String>,");
    accepted("src/sign_in/help.rs", "// Help during a sign-in.");
}

#[test]
fn reaching_up_is_refused() {
    refuses(floors, "src/platform/db.rs", "use crate::directory::people::Person;", "below");
    refuses(floors, "src/proofs/totp/mod.rs", "fn f() { crate::sign_in::decide::next(); }", "below");
    refuses(floors, "src/directory/people/mod.rs", "use crate::{platform::{db, web}, provider::keys};", "below");
    refuses(floors, "src/platform/web/mod.rs", "use crate::{app::App, platform::db::Db};", "crate::app");
    refuses(floors, "src/sign_in/finish.rs", "use crate::app::App;", "crate::app");
    refuses(floors, "src/directory/people/mod.rs", "use super::super::sign_in::Policy;", "below");
    refuses(floors, "src/account/pages.rs", "use crate::routes::ROUTES;", "crate::routes");
    refuses(floors, "src/elsewhere/mod.rs", "", "no floor");
    refuses(floors, "src/account/mod.rs", "use crate::elsewhere::Thing;", "no floor");
}

#[test]
fn reaching_past_the_face_of_a_room_is_refused() {
    refuses(floors, "src/directory/users/mod.rs", "use crate::directory::people::store;", "face");
    refuses(floors, "src/directory/users/mod.rs", "use super::people::store::find;", "face");
    refuses(floors, "src/admin/pages.rs", "use crate::account::{self, pages::Layout};", "face");
    refuses(floors, "src/sign_in/decide.rs", "use crate::proofs::{totp::{self, store::find}};", "face");
}

#[test]
fn resting_on_what_is_below_is_accepted() {
    accepts(floors, "src/provider/token/mod.rs", "use crate::{app::App, platform::db::Db};");
    accepts(
        floors,
        "src/directory/people/pages.rs",
        "use super::store; use crate::directory::{people::store::find, users};",
    );
    accepts(
        floors,
        "src/account/pages.rs",
        "// crate::routes\nuse crate::{app::App, sign_in::sessions, account::store, api::Problem};",
    );
    accepts(floors, "src/routes.rs", "use crate::{account, api, provider::pages, sign_in};");
    accepts(floors, "src/account/mod.rs", "pub(crate) use crate::directory::people; crate::words!(\"a\");");
}

fn floors(file: &File) -> Vec<Finding> {
    let Some(module) = module_of(file) else {
        return Vec::new();
    };
    let home = module.first().map_or("lib", String::as_str);
    if ABOVE.contains(&home) {
        return Vec::new();
    }
    let Some(own) = floor_of(home) else {
        return vec![Finding::new(
            1,
            format!("src/{home} stands on no floor: add it to FLOORS, or build it in a room that is there"),
        )];
    };
    paths(&code(&file.text), &module)
        .into_iter()
        .filter_map(|(line, path)| {
            let advice = match path.first().map(String::as_str) {
                None | Some("event") => return None,
                Some("app") if own >= OF_APP => return None,
                Some(first) if MACROS.contains(&first) => return None,
                Some(first) if ABOVE.contains(&first) => {
                    format!("crate::{first} is above all floors: hand over what is needed from it")
                }
                Some(first) => match floor_of(first) {
                    None => format!("crate::{first} stands on no floor"),
                    Some(floor) if floor > own => {
                        format!(
                            "{home} may rest only on what is below it, and {first} is above: let {first} call {home}"
                        )
                    }
                    Some(_) => past_the_face(&module, &path)?,
                },
            };
            Some(Finding::new(line, advice))
        })
        .collect()
}

fn words_of_signing_in(file: &File) -> Vec<Finding> {
    if !file.is_under("src/platform") {
        return Vec::new();
    }
    let mut text = file.text.clone();
    for (place, words) in NAMES_SIGNING_IN {
        if file.is_under(place) || file.path == place {
            text = text.replace(words, "");
        }
    }
    let words = words(&text);
    words
        .windows(2)
        .filter(|pair| {
            ["sign", "signs", "signed", "signing"].contains(&pair[0].1.as_str())
                && ["in", "out"].contains(&pair[1].1.as_str())
        })
        .map(|pair| Finding::new(pair[0].0, "this is a word of floor 4: move it there, or take it as a parameter"))
        .collect()
}

/// The words of a text and of the names in it, each with its line: `TriedToSignIn` has four.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (line, at) in text.lines().zip(1..) {
        let mut before = ' ';
        for sign in line.chars() {
            let goes_on = before.is_alphanumeric() && !(sign.is_uppercase() && before.is_lowercase());
            match found.last_mut() {
                Some((_, word)) if sign.is_alphanumeric() && goes_on => word.push(sign.to_ascii_lowercase()),
                _ if sign.is_alphanumeric() => found.push((at, sign.to_lowercase().collect())),
                _ => {}
            }
            before = sign;
        }
    }
    found
}

/// `crate::a::b::store` is for the files of `crate::a::b` alone.
fn past_the_face(module: &[String], path: &[String]) -> Option<String> {
    let private = (1..path.len()).find(|&at| PRIVATE.contains(&path[at].as_str()))?;
    (!module.starts_with(&path[..private]))
        .then(|| format!("crate::{} is private to its room: call the room's public face", path[..=private].join("::")))
}

fn floor_of(name: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&name))
}

/// The module that a file of `src/` is, as the parts of its path.
fn module_of(file: &File) -> Option<Vec<String>> {
    let path = file.path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    Some(path.split('/').map(str::to_owned).collect())
}

/// Every path of this crate that the code names, from the crate's root, with its line. Of an inline module's `super`
/// it takes the file's own parent, which is at worst one step too far up in the same room.
fn paths(code: &str, module: &[String]) -> Vec<(usize, Vec<String>)> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts_a_path = at == 0 || tokens[at - 1].1 != "::";
        let mut root = match tokens[at].1 {
            "crate" => Vec::new(),
            "super" => module.to_vec(),
            _ => {
                at += 1;
                continue;
            }
        };
        let mut next = at;
        while tokens[next].1 == "super" && follows(&tokens, next, "::") {
            root.pop();
            next += 2;
        }
        if tokens[next].1 == "crate" && follows(&tokens, next, "::") {
            next += 2;
        }
        if starts_a_path && next > at && next < tokens.len() {
            at = branch(&tokens, next, &root, &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one branch of a path (`a::b`, `a::{b, c::d}`, `*`) and gives where it ends.
fn branch(tokens: &[(usize, &str)], start: usize, before: &[String], found: &mut Vec<(usize, Vec<String>)>) -> usize {
    let mut path = before.to_vec();
    let mut at = start;
    loop {
        let Some(&(line, token)) = tokens.get(at) else {
            return at;
        };
        if token == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|token| token.1 != "}") {
                at = if tokens[at].1 == "," { at + 1 } else { branch(tokens, at, &path, found) };
            }
            return at + 1;
        }
        if !is_name(token) {
            found.push((line, path));
            return at + 1;
        }
        if token != "self" {
            path.push(token.to_owned());
        }
        if !follows(tokens, at, "::") {
            let is_macro_of_the_crate = path.len() == 1 && follows(tokens, at, "!");
            if !is_macro_of_the_crate {
                found.push((line, path));
            }
            let renamed = follows(tokens, at, "as");
            return at + if renamed { 3 } else { 1 };
        }
        at += 2;
    }
}

fn follows(tokens: &[(usize, &str)], at: usize, wanted: &str) -> bool {
    tokens.get(at + 1).is_some_and(|token| token.1 == wanted)
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::` and single signs, each with its line.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (text, line) in code.lines().zip(1..) {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if rest.starts_with("::") {
                2
            } else if is_name(rest) {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            found.push((line, &rest[..length]));
            rest = rest[length..].trim_start();
        }
    }
    found
}
