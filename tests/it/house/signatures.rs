//! Signatures that read by themselves: one error type that `?` carries, and names for three values or more.

use super::rust_text::{code, words};
use super::{File, Finding, accepts, keep, refuses};

#[test]
fn a_function_has_one_error_type() {
    keep(results_of_results);
}

#[test]
fn three_values_have_names() {
    keep(tuples_of_three);
}

#[test]
fn a_result_of_a_result_is_refused() {
    let refused = |text: &str| refuses(results_of_results, "src/people.rs", text, "one error type");
    refused("fn add() -> Result<Result<Id, Refusal>, db::Error> {}");
    refused("type Added =\n    io::Result<\n        Result<bool, Refusal>>;");
    refused("let added: Result<Option<u8>, Error> = a;\nlet all: Result<std::result::Result<u8, A>, B> = b;");
}

#[test]
fn one_error_type_is_accepted() {
    accepts(
        results_of_results,
        "src/people.rs",
        "/// Not Result<Result<A, B>, C>.\nfn add() -> Result<Id, AdditionError> {}",
    );
    accepts(
        results_of_results,
        "src/people.rs",
        "fn each() -> Vec<Result<u8, Error>> {}\nfn end() -> Result<Results<A>, B> {}",
    );
}

#[test]
fn a_tuple_of_three_in_a_signature_is_refused() {
    let refused = |text: &str| refuses(tuples_of_three, "src/people.rs", text, "struct");
    refused("fn add((name, seed, code): (&str, &Seed, &Code)) {}");
    refused("fn tone(self) -> (f64, f64, f64) { todo }");
    refused("async fn waiting<T: Into<Option<u8>>>(\n    db: T,\n) -> Result<Vec<(Id, String, Vec<Role>)>, Error>;");
    refused("type Place = (Id, String, u8);");
    refused("fn open(\n    Path((company, person, session)): Path<(A, B, C)>,\n) {}");
}

#[test]
fn pairs_and_parameters_are_accepted() {
    accepts(
        tuples_of_three,
        "src/people.rs",
        "fn add(tx: &mut Tx<'_>, (name, seed): (&str, &Seed), now: Now) -> (A, B) { (a, b, c) }",
    );
    accepts(
        tuples_of_three,
        "src/people.rs",
        "fn call(work: impl Fn(A, B, C) -> D, each: HashMap<K, V>, f: fn(A, B, C)) {}",
    );
    accepts(tuples_of_three, "src/people.rs", "struct Colour(u8, u8, u8);\ntype Pair = (Id, [u8; 3],);");
}

/// A refusal is no value beside the error: `Result<Result<` makes each caller take both apart.
fn results_of_results(file: &File) -> Vec<Finding> {
    if !file.is_rust() || !file.is_under("src") {
        return Vec::new();
    }
    let code = code(&file.text);
    code.match_indices("Result<")
        .filter(|(at, found)| {
            let inside = code[at + found.len()..].trim_start();
            let path = inside.split(|sign: char| !sign.is_alphanumeric() && sign != '_' && sign != ':').next();
            let rest = &inside[path.map_or(0, str::len)..];
            path.and_then(|path| path.rsplit("::").next()) == Some("Result") && rest.starts_with('<')
        })
        .map(|(at, _)| {
            Finding::new(
                line_of(&code, at),
                "a function has one error type, which says what is refused and what failed",
            )
        })
        .collect()
}

/// A tuple of three has no names, and its parts are mistaken for each other.
fn tuples_of_three(file: &File) -> Vec<Finding> {
    // The macro of property tests writes its parameters as patterns.
    let is_test = file.path.contains("/tests/") || file.name().ends_with("_tests.rs");
    if !file.is_rust() || !file.is_under("src") || is_test {
        return Vec::new();
    }
    let code = code(&file.text);
    let mut found = Vec::new();
    let mut from = 0;
    for (_, word) in words(&code) {
        let at = from + code[from..].find(word).unwrap_or_default();
        from = at + word.len();
        // Without a name after it, `fn` is the type of a pointer.
        if (word == "fn" || word == "type") && code[from..].starts_with(' ') {
            let tuples = tuples(signature(&code[from..]));
            found.extend(tuples.map(|tuple| {
                Finding::new(line_of(&code, from + tuple), "three values that belong together are a struct with names")
            }));
        }
    }
    found
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// The text before the body of a function, or before the end of a declaration.
fn signature(code: &str) -> &str {
    let mut depth = 0;
    for (at, sign) in code.char_indices() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' | ';' if depth == 0 => return &code[..at],
            _ => {}
        }
    }
    code
}

/// The places of tuples of three or more. A parenthesis after a name or a macro opens parameters.
fn tuples(signature: &str) -> impl Iterator<Item = usize> {
    let opens = |at: usize| {
        let before = signature[..at].trim_end();
        let generic = at > 0 && before.ends_with('>') && !before.ends_with("->");
        !generic && !before.ends_with(|sign: char| sign.is_alphanumeric() || sign == '_' || sign == '!')
    };
    signature
        .match_indices('(')
        .map(|(at, _)| at)
        .filter(move |at| opens(*at) && parts(&signature[at + 1..]) > 2)
        .collect::<Vec<_>>()
        .into_iter()
}

/// The number of parts before the closing parenthesis.
fn parts(inside: &str) -> usize {
    let (mut depth, mut count, mut is_empty, mut before) = (0, 0, true, ' ');
    for sign in inside.chars() {
        match sign {
            ')' | ']' | '}' if depth == 0 => break,
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if sign == ',' && depth == 0 {
            count += usize::from(!is_empty);
            is_empty = true;
        } else {
            is_empty &= sign.is_whitespace();
        }
        before = sign;
    }
    count + usize::from(!is_empty)
}
